//! The interval that suits a feed: half the usual gap between its items, slower when it has fallen silent.

use jiff::{SignedDuration, Timestamp};

use super::scaled;
use crate::domain::feed::{Feed, FeedHealth};
use crate::domain::policy::PollPolicy;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A living feed's interval is at most this many base intervals: a publisher of one item a day may bring five in an
/// hour when something happens.
const SLOWDOWN_MAX: i32 = 4;

/// How much of the known gap a new observation replaces.
const LEARNING_RATE: f64 = 0.3;

/// Silence counts as a growing gap once it is this many gaps long: eight quiet hours of the night change little.
const SILENCE_SHARE: i32 = 8;

/// Items that come closer together than this are one burst.
const GAP_SECONDS_MIN: f64 = 60.0;

/// The interval between two polls of a healthy feed, within floor and ceiling, and why it is so.
pub(super) fn interval(
    feed: &Feed,
    health: &FeedHealth,
    policy: &PollPolicy,
    now: Timestamp,
) -> (SignedDuration, &'static str) {
    let (wanted, why) = match feed.every {
        Some(every) => (every, "as configured for it"),
        None => by_rhythm(health, policy, now),
    };
    (wanted.min(policy.ceiling).max(policy.floor), why)
}

fn by_rhythm(health: &FeedHealth, policy: &PollPolicy, now: Timestamp) -> (SignedDuration, &'static str) {
    let silence = health.newest_at.map(|at| now.duration_since(at)).unwrap_or_default();
    for (days, part) in [(30, 1), (14, 2), (7, 4)] {
        if silence >= DAY * days {
            return ((policy.ceiling / part).max(policy.every), "as it has been silent for long");
        }
    }
    let Some(gap) = health.item_gap_seconds else { return (policy.every, "the usual interval") };
    let gap = scaled(SignedDuration::from_secs(1), gap).max(silence / SILENCE_SHARE);
    let slowest = (policy.every * SLOWDOWN_MAX).min(policy.ceiling / 4).max(policy.every);
    ((gap / 2).min(slowest), "by its rhythm")
}

/// Learns from a poll that found `n_new` items; the first one teaches nothing, as it brings the past at once.
pub(super) fn learn(health: &mut FeedHealth, n_new: usize, newest_at: Option<Timestamp>, now: Timestamp) {
    if n_new > 0
        && health.baseline_done
        && let Some(before) = health.newest_at
    {
        let gap = (now.duration_since(before).as_secs_f64() / n_new as f64).max(GAP_SECONDS_MIN);
        let smoothed = |old: f64| old + LEARNING_RATE * (gap - old);
        health.item_gap_seconds = Some(health.item_gap_seconds.filter(|old| old.is_finite()).map_or(gap, smoothed));
    }
    // A date in the future would make the feed look lively for ever.
    let seen = newest_at.map(|at| at.min(now)).or((n_new > 0).then_some(now));
    health.newest_at = health.newest_at.max(seen);
}
