//! What a failure means: how much it weighs, when to try again, how long the host is left alone.

use jiff::{SignedDuration, Timestamp};

use super::{after, rhythm, scaled, spread, words};
use crate::domain::feed::{FailureClass, Feed, FeedHealth, PollFailure};
use crate::domain::policy::PollPolicy;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A feed that has failed for so long is probed once a week.
const PROBED_AFTER: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Between two probes of a feed that is gone or has failed for long.
const PROBED_EVERY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The rest of a host that says "too many requests" without saying for how long.
const REST: SignedDuration = SignedDuration::from_mins(60);

/// The longest rest that a server can ask for.
const REST_MAX: SignedDuration = DAY;

/// Until when no feed of the host may be polled: after 429, and after 503 with `Retry-After` (RFC 9110, section
/// 10.2.3; RFC 6585, section 4). A day at most; an hour when a 429 does not say.
pub fn host_rest_until(failure: &PollFailure, now: Timestamp) -> Option<Timestamp> {
    let asked = failure.hints.retry_after;
    let rest = match (failure.class, failure.status) {
        (FailureClass::RateLimited, _) | (_, Some(429)) => asked.unwrap_or(REST),
        (_, Some(503)) => asked?,
        _ => return None,
    };
    Some(after(now, rest.clamp(SignedDuration::ZERO, REST_MAX)))
}

/// Adds a failure to the row of failures.
pub(super) fn record(health: &mut FeedHealth, failure: &PollFailure, now: Timestamp) {
    health.n_failures = health.n_failures.saturating_add(1);
    health.failure_weight += weight(failure.class);
    health.failing_since.get_or_insert(now);
    health.gone |= failure.class == FailureClass::Gone;
    let resting = host_rest_until(failure, now);
    health.last_error = Some(match resting {
        Some(until) if failure.hints.retry_after.is_some() => {
            format!("{}, resting until {} as asked", failure.detail, words::time(until, now))
        }
        Some(until) => format!("{}, resting until {}", failure.detail, words::time(until, now)),
        None => failure.detail.clone(),
    });
}

/// Time of the next try, and why then.
pub(super) fn next(
    feed: &Feed,
    health: &FeedHealth,
    failure: &PollFailure,
    policy: &PollPolicy,
    now: Timestamp,
    random: f64,
) -> (Timestamp, String) {
    let why = words::failures(health);
    if health.gone || is_long(health, now) {
        let spread = scaled(DAY, policy.jitter.max(0.0) * random.clamp(0.0, 1.0));
        return (after(now, PROBED_EVERY + spread), format!("once a week, {why}"));
    }
    let (interval, _) = rhythm::interval(feed, health, policy, now);
    let backoff = after(now, spread(scaled(interval, 1.0 + health.failure_weight.max(0.0)), policy, random));
    let at = match host_rest_until(failure, now) {
        Some(until) => backoff.max(come_back(until, now, random)),
        None => backoff,
    };
    (at, why)
}

/// Some time after the rest, so that the feeds of the host do not all come back in the same moment.
fn come_back(until: Timestamp, now: Timestamp, random: f64) -> Timestamp {
    let rest = until.duration_since(now);
    let spread = scaled(rest.min(REST), random.clamp(0.0, 1.0));
    after(now, (rest + spread).min(REST_MAX).max(rest))
}

fn is_long(health: &FeedHealth, now: Timestamp) -> bool {
    health.failing_since.is_some_and(|since| now.duration_since(since) >= PROBED_AFTER)
}

/// How much a failure says about the feed rather than about the weather of the net.
fn weight(class: FailureClass) -> f64 {
    use FailureClass::*;
    match class {
        Dns | Internal => 0.25,
        Network | Timeout | RateLimited | Refused | NotFound | ServerError | BotWall | Empty => 0.5,
        BadUrl | BlockedAddress | Tls | Redirect | TooLarge | Decompress | Gone | NotAFeed | Malformed => 1.0,
    }
}
