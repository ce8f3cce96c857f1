//! Permanent redirects: followed always, kept only when they have proved that they lead to the same feed, because a
//! maintenance page or a captive portal may say "moved permanently" too.

use jiff::{SignedDuration, Timestamp};

use super::{PollOutcome, words};
use crate::domain::feed::{Feed, FeedHealth};

/// Sightings before a redirect is kept …
pub(super) const SIGHTINGS: u32 = 10;
/// … over at least this long.
const OBSERVED_FOR: SignedDuration = SignedDuration::from_hours(3 * 24);
/// Failures of a kept URL after which the configured one is tried again.
const FAILURES_MAX: u32 = 5;

type Observed = Option<(String, u32, Timestamp)>;

/// The redirect under observation after a successful poll. "Not modified" behind a redirect proves the same feed:
/// the server knew our validators.
pub(super) fn sighted(before: Observed, outcome: &PollOutcome, now: Timestamp) -> Observed {
    let target = match outcome {
        PollOutcome::Accepted { permanent_url, same_feed: true, .. } | PollOutcome::Unchanged { permanent_url, .. } => {
            permanent_url.clone()?
        }
        _ => return None,
    };
    match before {
        Some((known, n, first)) if known == target => Some((known, n.saturating_add(1), first)),
        _ => Some((target, 1, now)),
    }
}

/// The URL to fetch from in future when it should change, with the reason: the target of a redirect that has proved
/// permanent, or the configured URL when the kept one has ceased to work. `health` is that after the poll.
pub fn effective_url(feed: &Feed, health: &FeedHealth, now: Timestamp) -> Option<(String, String)> {
    if let Some((target, n, first)) = &health.redirect
        && *n >= SIGHTINGS
        && now.duration_since(*first) >= OBSERVED_FOR
        && *target != feed.effective_url
    {
        let reason = format!("moved permanently, seen {n} times since {} UTC", words::time(*first, now));
        return Some((target.clone(), reason));
    }
    let failing = health.gone || health.n_failures >= FAILURES_MAX;
    (failing && feed.effective_url != feed.url).then(|| {
        let reason = format!("back to the configured URL after {}", words::failures(health));
        (feed.url.clone(), reason)
    })
}
