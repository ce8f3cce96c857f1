//! Whether an audience gets a digest now, and if not, when to look again.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::civil;
use crate::domain::audience::{Audience, AudienceState};
use crate::domain::digest::Occasion;

/// How far back [`AudienceState::recent`] reaches.
const RECENT: SignedDuration = SignedDuration::from_hours(48);

/// News is held so long at most for a digest that reaches nobody.
const UNDELIVERED_MAX: SignedDuration = SignedDuration::from_hours(24);

/// Feeds in trouble wait so long for a digest with news before they are told by themselves, and come at most as often.
const TROUBLES_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// A heartbeat may come so much before its time, so that one of a week stays on its day and does not drift.
const HEARTBEAT_EARLY: SignedDuration = SignedDuration::from_hours(12);

/// The verdict.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// Compose and send.
    Send {
        /// What for.
        occasion: Occasion,
        /// Why now.
        reason: String,
        /// The slot that this mail answers, if one.
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
/// A slot (in the audience's zone) is due when something untold was found before it; one that was missed is answered
/// late, once, however many were missed. A development is due after `wait`, not sooner than `min_gap` after the last
/// such mail, at most `max_per_day` times in a civil day. Quiet hours hold both, and drop none. What is urgent for the
/// audience waits for other outlets and for the next day's count, but neither for `min_gap` nor for quiet hours.
///
/// Feeds in trouble go along with the news. Without any, they are due in a mail of their own: at the next slot, or for
/// an audience without slots when both they and the last mail are a day old. Without any of all that, a heartbeat is
/// due when the audience asked for one and had no mail for that long.
///
/// While the last digest waits to be delivered to anybody at all, for longer than `min_gap`, no other is made, for a day
/// at most: after an outage readers get what was found meanwhile in one mail, not in a heap of them.
pub fn plan(audience: &Audience, state: &AudienceState, now: Timestamp) -> Plan {
    let view = View { audience, state, zone: civil::zone(&audience.timezone), now };
    let candidates = match (state.oldest_untold_at, state.oldest_notice_at) {
        (Some(oldest), _) => vec![view.slot(oldest), view.development(oldest), view.urgent()],
        (None, Some(oldest)) => vec![view.slot(oldest), view.troubles(oldest)],
        (None, None) => vec![view.heartbeat()],
    };
    let first = candidates.into_iter().flatten().map(|due| view.outside_quiet(due)).min_by_key(|due| due.at);
    let first = first.map(|due| view.behind_undelivered(due));
    match first {
        Some(Due { at, reason, slot, occasion, .. }) if at <= now => Plan::Send { occasion, reason, slot },
        Some(due) => Plan::Wait { until: Some(due.at), reason: due.reason },
        None => Plan::Wait { until: None, reason: "nothing new to tell".to_owned() },
    }
}

struct Due {
    at: Timestamp,
    occasion: Occasion,
    reason: String,
    slot: Option<Timestamp>,
    may_disturb: bool,
}

impl Due {
    fn new(occasion: Occasion, at: Timestamp, reason: &str) -> Self {
        Self { at, occasion, reason: reason.to_owned(), slot: None, may_disturb: false }
    }

    fn later_of(&mut self, at: Timestamp, why: &str) {
        if at > self.at {
            self.at = at;
            self.reason = why.to_owned();
        }
    }
}

/// What all candidates are judged by.
struct View<'a> {
    audience: &'a Audience,
    state: &'a AudienceState,
    zone: TimeZone,
    now: Timestamp,
}

impl View<'_> {
    fn outside_quiet(&self, mut due: Due) -> Due {
        let Some(quiet) = self.audience.quiet.filter(|_| !due.may_disturb) else { return due };
        let end = civil::quiet_end(quiet, &self.zone, due.at);
        if end > due.at {
            due.reason = format!("{}, held by quiet hours until {}", due.reason, self.local(end));
            due.at = end;
        }
        due
    }

    fn behind_undelivered(&self, mut due: Due) -> Due {
        let Some(since) = self.past(self.state.undelivered_since) else { return due };
        let until = add(since, UNDELIVERED_MAX);
        if due.at <= self.now && self.now >= add(since, self.audience.min_gap) && self.now < until {
            let since = self.local(since);
            let words = format!("the mail of {since} still waits to be delivered; what is new comes together after it");
            due.later_of(until, &words);
        }
        due
    }

    fn slot(&self, oldest: Timestamp) -> Option<Due> {
        let is_open = |slot: &Timestamp| {
            // A find "in the future" only says that the clock was set back; it must not hold the slot.
            let had_news = oldest <= *slot || oldest > self.now;
            had_news
                && self.state.last_slot_at.is_none_or(|last| last < *slot || last > self.now)
                && self.state.since.is_none_or(|since| since <= *slot)
        };
        let slots = &self.audience.slots;
        if let Some(slot) = civil::slot_before(slots, &self.zone, self.now).filter(is_open) {
            // Due since the slot, but quiet hours are judged at the moment of sending.
            let reason = format!("slot of {}", self.local(slot));
            return Some(Due { slot: Some(slot), ..Due::new(Occasion::Slot, self.now, &reason) });
        }
        let next = civil::slot_after(slots, &self.zone, self.now)?;
        let reason = format!("next slot {}", self.local(next));
        Some(Due { slot: Some(next), ..Due::new(Occasion::Slot, next, &reason) })
    }

    fn development(&self, oldest: Timestamp) -> Option<Due> {
        if !self.audience.on_development {
            return None;
        }
        let mut due = Due::new(Occasion::Development, self.now, "a development was found");
        due.later_of(self.after_wait(oldest), "waiting for other outlets");
        if let Some(last) = self.last_mail() {
            due.later_of(add(last, self.audience.min_gap), "keeping the gap to the last mail");
        }
        self.within_the_day(&mut due);
        Some(due)
    }

    fn urgent(&self) -> Option<Due> {
        let oldest = self.state.oldest_urgent_at.filter(|_| !self.audience.urgent.is_empty())?;
        let mut due = Due::new(Occasion::Development, self.now, "an urgent development was found");
        due.may_disturb = true;
        due.later_of(self.after_wait(oldest), "urgent, waiting for other outlets");
        self.within_the_day(&mut due);
        Some(due)
    }

    fn after_wait(&self, found: Timestamp) -> Timestamp {
        if found > self.now { self.now } else { add(found, self.audience.wait) }
    }

    fn within_the_day(&self, due: &mut Due) {
        let day = |at: Timestamp| self.zone.to_datetime(at).date();
        let n_that_day = self.state.recent.iter().filter(|sent| day(**sent) == day(due.at)).count();
        if n_that_day >= usize::try_from(self.audience.max_per_day).unwrap_or(usize::MAX) {
            let words = format!("{n_that_day} mails that day already, {} allowed", self.audience.max_per_day);
            due.later_of(civil::next_day(&self.zone, due.at), &words);
        }
    }

    /// For an audience without slots: a mail that says nothing but how feeds are.
    fn troubles(&self, oldest: Timestamp) -> Option<Due> {
        if !self.audience.slots.is_empty() || !self.audience.on_development {
            return None;
        }
        let mut due = Due::new(Occasion::Troubles, self.now, "feeds in trouble, and no news for a day");
        for since in [self.past(Some(oldest)), self.past(self.state.last_digest_at)].into_iter().flatten() {
            due.later_of(add(since, TROUBLES_WAIT), "feeds in trouble wait a day for news to go along with");
        }
        Some(due)
    }

    fn heartbeat(&self) -> Option<Due> {
        let every = self.audience.heartbeat?;
        let last = self.past(self.state.last_digest_at).or(self.past(self.state.since)).unwrap_or(self.now);
        let reason = format!("no mail since {}", self.local(last));
        if self.audience.slots.is_empty() {
            return Some(Due::new(Occasion::Heartbeat, add(last, every).max(self.now), &reason));
        }
        let early = HEARTBEAT_EARLY.min(every / 2);
        let first = civil::slot_after(&self.audience.slots, &self.zone, add(last, every - early))?;
        let latest = civil::slot_before(&self.audience.slots, &self.zone, self.now).filter(|slot| *slot >= first);
        let at = latest.map_or(first, |_| self.now);
        Some(Due { slot: Some(latest.unwrap_or(first)), ..Due::new(Occasion::Heartbeat, at, &reason) })
    }

    /// Mails "in the future" were stamped by a clock that was wrong; they hold nothing.
    fn last_mail(&self) -> Option<Timestamp> {
        let recent = self.state.recent.iter().copied().filter(|at| *at <= self.now).max();
        recent.or_else(|| self.past(self.state.last_digest_at).filter(|_| self.audience.min_gap > RECENT))
    }

    fn past(&self, at: Option<Timestamp>) -> Option<Timestamp> {
        at.filter(|at| *at <= self.now)
    }

    fn local(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
    }
}

fn add(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "plan_years_tests.rs"]
mod years;
