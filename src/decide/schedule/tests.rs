//! The rules of the schedule, both sides of each.

mod failures;
mod memory;
mod pace;
mod rest;
mod start;
mod words;

use super::*;
use crate::domain::feed::{FailureClass, FeedId};

const MIN: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A Monday, a little after noon.
fn now() -> Timestamp {
    "2026-11-23T12:10:00Z".parse().expect("time")
}

fn policy() -> PollPolicy {
    PollPolicy::default()
}

fn feed(health: FeedHealth) -> Feed {
    Feed {
        id: FeedId(1),
        url: "https://example.org/feed".into(),
        effective_url: "https://example.org/feed".into(),
        outlet: "example".into(),
        name: "Example".into(),
        aggregator: false,
        every: None,
        validators: Validators { etag: Some("v".into()), ..Validators::default() },
        health,
    }
}

/// A feed with a baseline, a new item every `gap`, the newest a moment ago.
fn lively(gap: SignedDuration) -> FeedHealth {
    FeedHealth {
        item_gap_seconds: Some(gap.as_secs_f64()),
        newest_at: Some(now()),
        baseline_done: true,
        ..FeedHealth::default()
    }
}

fn unchanged(hints: PollHints) -> PollOutcome {
    PollOutcome::Unchanged { hints, permanent_url: None }
}

fn accepted(n_new: usize, hints: PollHints) -> PollOutcome {
    let newest_at = (n_new > 0).then(now);
    let (full_fetch, permanent_url, same_feed) = (false, None, true);
    PollOutcome::Accepted { n_new, n_entries: 10, newest_at, hints, full_fetch, permanent_url, same_feed }
}

fn failed(class: FailureClass, status: Option<u16>, retry_after: Option<SignedDuration>) -> PollOutcome {
    let hints = PollHints { retry_after, ..PollHints::default() };
    PollOutcome::Failed(PollFailure { status, hints, ..PollFailure::new(class, "503 Service Unavailable") })
}

fn gone() -> PollOutcome {
    failed(FailureClass::Gone, Some(410), None)
}

fn wait(feed: &Feed, outcome: &PollOutcome, random: f64) -> SignedDuration {
    let (health, reason) = after_poll(feed, outcome, &policy(), now(), random);
    assert!(reason.starts_with("next poll "), "{reason}");
    health.next_poll_at.expect("a next poll, always").duration_since(now())
}

fn check_wait(health: FeedHealth, outcome: PollOutcome, expected: SignedDuration) {
    assert_eq!(wait(&feed(health.clone()), &outcome, 0.0), expected, "{health:?} {outcome:?}");
}
