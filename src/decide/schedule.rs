//! When a feed is visited next, and what its health becomes.
//!
//! | file | decides |
//! |---|---|
//! | `rhythm` | the interval that suits how often the feed brings something |
//! | `hints` | how much later the publisher asks us to come |
//! | `failure` | what a failure weighs, when to try again, how long a host rests |
//! | `redirect` | when a permanent redirect has proved itself |
//! | `start` | how many that are due together set out one after another |
//! | `words` | health for people; when they are told |
//!
//! A failing feed is tried less and less often but never given up: after thirty days once a week.

mod failure;
mod hints;
mod redirect;
mod rhythm;
mod start;
mod words;

pub use failure::host_rest_until;
pub use redirect::effective_url;
pub use start::start_after;
pub use words::{TroubleChange, health_notes, health_words, trouble};

use jiff::{SignedDuration, Timestamp};

use crate::domain::feed::{Feed, FeedHealth, PollFailure, PollHints, Validators};
use crate::domain::policy::PollPolicy;

/// How a poll went.
#[derive(Clone, Debug, PartialEq)]
pub enum PollOutcome {
    /// A feed was read.
    Accepted {
        /// Entries that were new to the store.
        n_new: usize,
        /// Entries in the document.
        n_entries: usize,
        /// Date of the newest entry.
        newest_at: Option<Timestamp>,
        /// What the answer and the document ask for.
        hints: PollHints,
        /// Whether the request was unconditional.
        full_fetch: bool,
        /// Where the feed has moved for good, if the answer came from there.
        permanent_url: Option<String>,
        /// Whether the document shares at least one known entry with what the feed showed before.
        same_feed: bool,
    },
    /// Nothing has changed.
    Unchanged {
        /// What the answer asks for.
        hints: PollHints,
        /// See [`PollOutcome::Accepted::permanent_url`].
        permanent_url: Option<String>,
    },
    /// It brought nothing because something was wrong.
    Failed(PollFailure),
}

/// The feed's health after a poll at `now`, with the time of the next one, and the reason in words.
///
/// `random` (0 to 1) spreads polls that would otherwise fall together. Whether people have been told of trouble is
/// left as it is: see [`trouble`].
pub fn after_poll(
    feed: &Feed,
    outcome: &PollOutcome,
    policy: &PollPolicy,
    now: Timestamp,
    random: f64,
) -> (FeedHealth, String) {
    let mut health = feed.health.clone();
    health.polled_at = Some(now);
    let (at, why) = match outcome {
        PollOutcome::Failed(failure) => {
            failure::record(&mut health, failure, now);
            failure::next(feed, &health, failure, policy, now, random)
        }
        PollOutcome::Accepted { .. } | PollOutcome::Unchanged { .. } => {
            record_success(&mut health, outcome, now);
            let (at, why) = hints::next(feed, &health, outcome, policy, now, random);
            (at, why.to_owned())
        }
    };
    health.next_poll_at = Some(at);
    let reason = format!("next poll {} UTC, {why}", words::time(at, now));
    (health, reason)
}

/// What to ask "changed since?" with: what we remember, or nothing when a full fetch is due, because some servers
/// answer "not modified" for ever.
pub fn validators_to_send(feed: &Feed, policy: &PollPolicy, now: Timestamp) -> Validators {
    match feed.health.full_fetch_at {
        // A clock that was set back must not put the full fetch off.
        Some(at) if (SignedDuration::ZERO..policy.full_fetch_every).contains(&now.duration_since(at)) => {
            feed.validators.clone()
        }
        _ => Validators::default(),
    }
}

fn record_success(health: &mut FeedHealth, outcome: &PollOutcome, now: Timestamp) {
    health.ok_at = Some(now);
    health.n_failures = 0;
    health.failure_weight = 0.0;
    health.failing_since = None;
    health.last_error = None;
    health.gone = false;
    health.redirect = redirect::sighted(health.redirect.take(), outcome, now);
    if let PollOutcome::Accepted { n_new, n_entries, newest_at, hints, full_fetch, .. } = outcome {
        rhythm::learn(health, *n_new, *newest_at, now);
        health.asked = PollHints { fresh_for: None, retry_after: None, ..hints.clone() };
        health.baseline_done |= *n_entries > 0;
        if *full_fetch {
            health.full_fetch_at = Some(now);
        }
    }
}

/// `span` times `factor`; what is no number gives no span.
fn scaled(span: SignedDuration, factor: f64) -> SignedDuration {
    SignedDuration::from_millis((span.as_millis() as f64 * factor) as i64)
}

/// `wait` with its random share, at most the ceiling: cut before the share is added, so that even feeds that wait as
/// long as possible do not come together.
fn spread(wait: SignedDuration, policy: &PollPolicy, random: f64) -> SignedDuration {
    let longest = scaled(policy.ceiling, 1.0 / (1.0 + policy.jitter.max(0.0)));
    scaled(wait.min(longest), 1.0 + policy.jitter.max(0.0) * random.clamp(0.0, 1.0))
}

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
