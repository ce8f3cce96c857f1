//! Whether an audience gets a digest now, and if not, when to look again.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::civil;
use crate::domain::digest::{Audience, AudienceState};

/// How far back [`AudienceState::recent`] reaches.
const RECENT: SignedDuration = SignedDuration::from_hours(48);

/// Feeds in trouble wait so long for a digest with news before they are told by themselves, and come at most as often.
const TROUBLES_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// The verdict.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// Compose and send.
    Send {
        /// Why now.
        reason: String,
        /// The daily slot that this mail answers, if one.
        slot: Option<Timestamp>,
    },
    /// Not now.
    Wait {
        /// When to look again; `None` = when something new is found.
        until: Option<Timestamp>,
        /// Why.
        reason: String,
    },
}

/// Decides for one audience.
///
/// A slot (`at` on its days, in the audience's zone) is due when something untold was found before it; one that was
/// missed is answered late, once, however many were missed. A development is due after `wait`, not sooner than
/// `min_gap` after the last such mail, at most `max_per_day` times in a civil day. Quiet hours hold both, and drop none.
///
/// Feeds in trouble go along with the news. Without any, they are due in a mail of their own: at the next slot, or for
/// an audience without slots when both they and the last mail are a day old.
pub fn plan(audience: &Audience, state: &AudienceState, now: Timestamp) -> Plan {
    let zone = civil::zone(&audience.timezone);
    let candidates = match (state.oldest_untold_at, state.oldest_notice_at) {
        (Some(oldest), _) => {
            [slot_due(audience, state, oldest, &zone, now), development_due(audience, state, oldest, &zone, now)]
        }
        (None, Some(oldest)) => {
            [slot_due(audience, state, oldest, &zone, now), troubles_due(audience, state, oldest, now)]
        }
        (None, None) => return Plan::Wait { until: None, reason: "nothing new to tell".to_owned() },
    };
    let Some(first) =
        candidates.into_iter().flatten().map(|due| due.outside_quiet(audience, &zone)).min_by_key(|d| d.at)
    else {
        return Plan::Wait { until: None, reason: "the audience has neither a time of day nor `on`".to_owned() };
    };
    if first.at <= now {
        Plan::Send { reason: first.reason, slot: first.slot }
    } else {
        Plan::Wait { until: Some(first.at), reason: first.reason }
    }
}

struct Due {
    at: Timestamp,
    reason: String,
    slot: Option<Timestamp>,
}

impl Due {
    fn outside_quiet(mut self, audience: &Audience, zone: &TimeZone) -> Self {
        let Some(quiet) = audience.quiet else { return self };
        let end = civil::quiet_end(quiet, zone, self.at);
        if end > self.at {
            self.reason = format!("{}, held by quiet hours until {}", self.reason, local(end, zone));
            self.at = end;
        }
        self
    }
}

fn slot_due(
    audience: &Audience,
    state: &AudienceState,
    oldest: Timestamp,
    zone: &TimeZone,
    now: Timestamp,
) -> Option<Due> {
    let at = audience.at?;
    let is_open = |slot: &Timestamp| {
        // A find "in the future" only says that the clock was set back; it must not hold the slot.
        let had_news = oldest <= *slot || oldest > now;
        had_news
            && state.last_slot_at.is_none_or(|last| last < *slot || last > now)
            && state.since.is_none_or(|since| since <= *slot)
    };
    if let Some(slot) = civil::slot_before(at, &audience.days, zone, now).filter(is_open) {
        // Due since the slot, but quiet hours are judged at the moment of sending.
        return Some(Due { at: now, reason: format!("slot of {}", local(slot, zone)), slot: Some(slot) });
    }
    let next = civil::slot_after(at, &audience.days, zone, now)?;
    Some(Due { at: next, reason: format!("next slot {}", local(next, zone)), slot: Some(next) })
}

fn development_due(
    audience: &Audience,
    state: &AudienceState,
    oldest: Timestamp,
    zone: &TimeZone,
    now: Timestamp,
) -> Option<Due> {
    if !audience.on_development {
        return None;
    }
    let mut due = Due { at: now, reason: "a development was found".to_owned(), slot: None };
    due.later_of(if oldest > now { now } else { add(oldest, audience.wait) }, "waiting for other outlets");
    if let Some(last) = last_mail(audience, state, now) {
        due.later_of(add(last, audience.min_gap), "keeping the gap to the last mail");
    }
    let n_that_day = state.recent.iter().filter(|sent| is_same_day(**sent, due.at, zone)).count();
    if n_that_day >= usize::try_from(audience.max_per_day).unwrap_or(usize::MAX) {
        let words = format!("{n_that_day} mails that day already, {} allowed", audience.max_per_day);
        due.later_of(civil::next_day(zone, due.at), &words);
    }
    Some(due)
}

/// For an audience without slots: a mail that says nothing but how feeds are.
fn troubles_due(audience: &Audience, state: &AudienceState, oldest: Timestamp, now: Timestamp) -> Option<Due> {
    if audience.at.is_some() || !audience.on_development {
        return None;
    }
    let mut due = Due { at: now, reason: "feeds in trouble, and no news for a day".to_owned(), slot: None };
    let last_mail = state.last_digest_at.filter(|at| *at <= now);
    for since in [Some(oldest).filter(|at| *at <= now), last_mail].into_iter().flatten() {
        due.later_of(add(since, TROUBLES_WAIT), "feeds in trouble wait a day for news to go along with");
    }
    Some(due)
}

impl Due {
    fn later_of(&mut self, at: Timestamp, why: &str) {
        if at > self.at {
            self.at = at;
            self.reason = why.to_owned();
        }
    }
}

/// Mails "in the future" were stamped by a clock that was wrong; they hold nothing.
fn last_mail(audience: &Audience, state: &AudienceState, now: Timestamp) -> Option<Timestamp> {
    let recent = state.recent.iter().copied().filter(|at| *at <= now).max();
    let older = || state.last_digest_at.filter(|at| *at <= now && audience.min_gap > RECENT);
    recent.or_else(older)
}

fn add(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.checked_add(span).unwrap_or(Timestamp::MAX)
}

fn is_same_day(a: Timestamp, b: Timestamp, zone: &TimeZone) -> bool {
    zone.to_datetime(a).date() == zone.to_datetime(b).date()
}

fn local(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
