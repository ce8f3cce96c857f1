//! The next poll of a healthy feed: its interval, or later when the publisher asks for it, within limits.

use jiff::{SignedDuration, Timestamp};

use super::{PollOutcome, after, rhythm, spread};
use crate::domain::feed::{Feed, FeedHealth, PollHints};
use crate::domain::policy::PollPolicy;

const HOUR: i64 = 3600;
const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// Time of the next poll, and why then.
pub(super) fn next(
    feed: &Feed,
    health: &FeedHealth,
    outcome: &PollOutcome,
    policy: &PollPolicy,
    now: Timestamp,
    random: f64,
) -> (Timestamp, &'static str) {
    let (interval, why) = rhythm::interval(feed, health, policy, now);
    let asked = asked_wait(outcome, &health.asked).min(policy.hint_max);
    let (wait, why) = if asked > interval { (asked, "not sooner, as the feed asks") } else { (interval, why) };
    let at = after(now, spread(wait, policy, random));
    let latest = after(now, policy.hint_max).max(at);
    let allowed = first_allowed(at, &health.asked).min(latest);
    if allowed > at { (allowed, "not sooner, as the feed asks for a break") } else { (at, why) }
}

/// The longest of what the headers and the document ask for: each only says that coming sooner is of no use.
fn asked_wait(outcome: &PollOutcome, asked: &PollHints) -> SignedDuration {
    let fresh_for = match outcome {
        PollOutcome::Accepted { hints, .. } | PollOutcome::Unchanged { hints, .. } => hints.fresh_for,
        PollOutcome::Failed(_) => None,
    };
    let minutes = asked.ttl_minutes.max(asked.update_minutes).unwrap_or_default();
    fresh_for.unwrap_or_default().max(SignedDuration::from_mins(minutes.into()))
}

/// The first moment from `at` on that lies in no skipped hour or day (RSS 2.0, UTC); `at` itself when a week has none.
fn first_allowed(at: Timestamp, asked: &PollHints) -> Timestamp {
    if asked.skip_hours.is_empty() && asked.skip_days.is_empty() {
        return at;
    }
    let next_hour = |second: &i64| Some((second.div_euclid(HOUR) + 1) * HOUR);
    let moments = std::iter::successors(Some(at.as_second()), next_hour).take(8 * 24);
    let allowed = moments.into_iter().find(|second| !is_skipped(*second, asked));
    allowed.and_then(|second| Timestamp::from_second(second).ok()).map_or(at, |moment| moment.max(at))
}

fn is_skipped(second: i64, asked: &PollHints) -> bool {
    let hour = second.div_euclid(HOUR).rem_euclid(24);
    // The epoch was a Thursday.
    let day = (second.div_euclid(24 * HOUR) + 4).rem_euclid(7);
    let is_day = |name: &String| DAYS.iter().position(|known| known == name) == usize::try_from(day).ok();
    // Some count the hours from 1 to 24.
    asked.skip_hours.iter().any(|skipped| i64::from(skipped % 24) == hour) || asked.skip_days.iter().any(is_day)
}
