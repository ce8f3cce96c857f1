//! Whether somebody should look: the verdict on the service, with its reasons.

use jiff::{SignedDuration, Timestamp};

use crate::domain::vitals::{Health, Level, Vitals};
use crate::text::span;

/// Visits that are overdue by more than this say that polling stands still.
const POLLS_LATE: SignedDuration = SignedDuration::from_mins(30);
/// A mail that waits this long is odd …
const MAIL_LATE: SignedDuration = SignedDuration::from_hours(6);
/// … and this long a failure.
const MAIL_STUCK: SignedDuration = SignedDuration::from_hours(24);
/// A process that starts gets this long to make its first visit.
const FIRST_POLL: SignedDuration = SignedDuration::from_mins(10);

/// What is known of the service beside its store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Since when it runs; `None` when it does not.
    pub running_since: Option<Timestamp>,
    /// Why it waits for the store, if it does.
    pub paused: Option<String>,
    /// Why the last reload was refused, if it was.
    pub refused: Option<String>,
    /// Why the last copy of the store could not be made, if it could not.
    pub backup_fault: Option<String>,
}

/// The verdict at `now`; without vitals the store cannot be read.
pub fn health(vitals: Option<&Vitals>, around: &Surroundings, now: Timestamp) -> Health {
    let mut found = Vec::new();
    let mut note = |level: Level, words: String| found.push((level, words));
    match (around.running_since, &around.paused) {
        (None, _) => note(Level::Critical, "the service does not run".to_owned()),
        (_, Some(why)) => note(Level::Critical, format!("the service waits: {why}")),
        _ => {}
    }
    if let Some(why) = &around.refused {
        note(Level::Warning, format!("the last reload was refused: {why}"));
    }
    if let Some(why) = &around.backup_fault {
        note(Level::Warning, format!("no copy of the store can be made: {why}"));
    }
    if let Some(vitals) = vitals {
        found.extend(store(vitals));
        found.extend(polls(vitals, around, now));
        found.extend(mails(vitals, now));
    }
    // Stable, so that reasons of one level stay in the order above.
    found.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
    let level = found.first().map_or(Level::Ok, |(level, _)| *level);
    let mut reasons: Vec<String> = found.into_iter().map(|(_, words)| words).collect();
    if reasons.is_empty() {
        reasons.push(vitals.map_or_else(|| "the service starts".to_owned(), |vitals| summary(vitals, now)));
    }
    Health { level, reasons }
}

/// What is going on, in one line.
pub fn summary(vitals: &Vitals, now: Timestamp) -> String {
    let last = vitals.last_poll_at.map_or_else(|| "no poll yet".to_owned(), |at| format!("last poll {}", ago(at, now)));
    format!("{} feeds, {} failing, {last}; mails waiting: {}", vitals.n_feeds, vitals.n_failing, vitals.n_waiting)
}

fn store(vitals: &Vitals) -> Option<(Level, String)> {
    let fault = vitals.check_fault.as_ref()?;
    Some((Level::Critical, format!("the store is damaged: {fault}; restore a backup with `orbitwire db restore`")))
}

fn polls(vitals: &Vitals, around: &Surroundings, now: Timestamp) -> Option<(Level, String)> {
    let started = around.running_since.is_some_and(|since| now.duration_since(since) > FIRST_POLL);
    let late = vitals.due_at.map(|due| now.duration_since(due)).filter(|late| *late > POLLS_LATE);
    let quiet = vitals.last_poll_at.is_none_or(|at| now.duration_since(at) > POLLS_LATE);
    let runs = around.paused.is_none() && started;
    if let Some(late) = late.filter(|_| quiet && runs) {
        return Some((Level::Critical, format!("no feed is polled, the next one is overdue by {}", rough(late))));
    }
    let (n, failing) = (vitals.n_feeds, vitals.n_failing);
    if n > 0 && failing == n {
        Some((Level::Critical, "no feed can be read; is the network down?".to_owned()))
    } else if failing * 2 > n {
        Some((Level::Warning, format!("{failing} of {n} feeds fail; see `orbitwire feeds list`")))
    } else {
        None
    }
}

fn mails(vitals: &Vitals, now: Timestamp) -> Vec<(Level, String)> {
    let mut found: Vec<_> = way_out(vitals, now).into_iter().collect();
    let waits = vitals.oldest_waiting_at.map(|at| now.duration_since(at)).filter(|waits| *waits > MAIL_LATE);
    if let Some(waits) = waits {
        let level = if waits > MAIL_STUCK { Level::Critical } else { Level::Warning };
        let n = vitals.n_waiting;
        found.push((level, format!("mails waiting: {n}, the oldest for {}; see `orbitwire status`", rough(waits))));
    }
    if vitals.n_failed_lately > 0 {
        let n = vitals.n_failed_lately;
        found.push((Level::Warning, format!("mails given up in the last 24 hours: {n}; see `orbitwire status`")));
    }
    found
}

/// A way out that only a person can open is told at once: the mails of the day wait behind it.
fn way_out(vitals: &Vitals, now: Timestamp) -> Option<(Level, String)> {
    let rest = vitals.rest.as_ref().filter(|rest| rest.is_shut)?;
    let again = rough(rest.until.duration_since(now).max(SignedDuration::ZERO));
    Some((Level::Warning, format!("the way out for mail is shut: {}; tried again in {again}", rest.reason)))
}

fn ago(at: Timestamp, now: Timestamp) -> String {
    format!("{} ago", rough(now.duration_since(at).max(SignedDuration::ZERO)))
}

/// A span to whole minutes, or to seconds below one.
fn rough(span: SignedDuration) -> String {
    let seconds = span.as_secs();
    span::show(SignedDuration::from_secs(if seconds < 60 { seconds } else { seconds - seconds % 60 }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Rest;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minute * 60).unwrap()
    }

    /// Ten feeds, polled a minute ago, the next one due in a minute; the service has run for a day. Now is minute 0.
    fn well() -> (Vitals, Surroundings) {
        let vitals = Vitals { n_feeds: 10, last_poll_at: Some(at(-1)), due_at: Some(at(1)), ..Vitals::default() };
        (vitals, Surroundings { running_since: Some(at(-1440)), ..Surroundings::default() })
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Vitals, &mut Surroundings), line: &str) {
        let (mut vitals, mut around) = well();
        change(&mut vitals, &mut around);
        assert_eq!(health(Some(&vitals), &around, at(0)).line(), line);
    }

    #[test]
    fn a_service_that_polls_is_well_and_some_failing_feeds_are_normal() {
        check(|_, _| {}, "OK: 10 feeds, 0 failing, last poll 1m ago; mails waiting: 0");
        check(|v, _| v.n_failing = 5, "OK: 10 feeds, 5 failing, last poll 1m ago; mails waiting: 0");
        check(|v, _| v.n_failing = 6, "WARNING: 6 of 10 feeds fail; see `orbitwire feeds list`");
        check(|v, _| v.n_failing = 10, "CRITICAL: no feed can be read; is the network down?");
    }

    #[test]
    fn a_service_that_does_not_run_or_waits_is_critical() {
        check(|_, a| a.running_since = None, "CRITICAL: the service does not run");
        check(|_, a| a.paused = Some("the disk is full".into()), "CRITICAL: the service waits: the disk is full");
    }

    #[test]
    fn polls_that_stand_still_are_critical_and_late_ones_are_not() {
        let still = |v: &mut Vitals, due: i64, last: i64| (v.due_at, v.last_poll_at) = (Some(at(due)), Some(at(last)));
        check(|v, _| still(v, -31, -45), "CRITICAL: no feed is polled, the next one is overdue by 31m");
        check(|v, _| still(v, -29, -45), "OK: 10 feeds, 0 failing, last poll 45m ago; mails waiting: 0");
        check(|v, _| still(v, -300, -2), "OK: 10 feeds, 0 failing, last poll 2m ago; mails waiting: 0");
        let just_started = |v: &mut Vitals, a: &mut Surroundings| {
            still(v, -300, -300);
            a.running_since = Some(at(-2));
        };
        check(just_started, "OK: 10 feeds, 0 failing, last poll 5h ago; mails waiting: 0");
    }

    #[test]
    fn mails_that_wait_long_or_were_given_up_are_told() {
        let wait = |v: &mut Vitals, minutes: i64| (v.n_waiting, v.oldest_waiting_at) = (2, Some(at(-minutes)));
        check(|v, _| wait(v, 300), "OK: 10 feeds, 0 failing, last poll 1m ago; mails waiting: 2");
        check(|v, _| wait(v, 420), "WARNING: mails waiting: 2, the oldest for 7h; see `orbitwire status`");
        check(|v, _| wait(v, 1500), "CRITICAL: mails waiting: 2, the oldest for 1d1h; see `orbitwire status`");
        let given_up = "WARNING: mails given up in the last 24 hours: 1; see `orbitwire status`";
        check(|v, _| v.n_failed_lately = 1, given_up);
    }

    #[test]
    fn a_way_out_that_needs_a_person_is_told_at_once_and_one_that_may_open_by_itself_is_not() {
        let rest = |is_shut| Rest { at: at(-1), until: at(59), reason: "AUTH: 535 no".into(), is_shut };
        let shut = "WARNING: the way out for mail is shut: AUTH: 535 no; tried again in 59m";
        check(|v, _| v.rest = Some(rest(true)), shut);
        check(|v, _| v.rest = Some(rest(false)), "OK: 10 feeds, 0 failing, last poll 1m ago; mails waiting: 0");
    }

    #[test]
    fn the_worst_reason_comes_first() {
        let both = |v: &mut Vitals, a: &mut Surroundings| {
            a.refused = Some("line 3".into());
            v.check_fault = Some("page 7".into());
        };
        let line = "CRITICAL: the store is damaged: page 7; restore a backup with `orbitwire db restore`; \
                    the last reload was refused: line 3";
        check(both, line);
    }
}
