//! A feed's health for people, and when they are told of it unasked.

use jiff::{SignedDuration, Timestamp};

use super::redirect::SIGHTINGS;
use crate::domain::feed::{Feed, FeedHealth};
use crate::domain::policy::PollPolicy;
use crate::text::url;

/// Times farther away than this carry their date.
const SAME_DAY: SignedDuration = SignedDuration::from_hours(20);

/// A change in a feed's health that people are told of once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TroubleChange {
    /// It has failed for long enough, or is gone; `told_broken` is to be set when this has been told.
    Broken,
    /// It works again after people were told that it did not; `told_broken` is to be cleared.
    Healed,
}

/// Health in one line, times in UTC: "next poll 14:05 UTC, 3 failures: 503 Service Unavailable, resting until 13:50
/// as asked".
pub fn health_words(feed: &Feed, now: Timestamp) -> String {
    let health = &feed.health;
    let next = match health.next_poll_at {
        None => return "not polled yet".to_owned(),
        Some(at) if at <= now => "due now".to_owned(),
        Some(at) => format!("next poll {} UTC", time(at, now)),
    };
    if health.n_failures > 0 || health.gone {
        return format!("{next}, {}", failures(health));
    }
    match health.ok_at {
        Some(at) => format!("{next}, ok at {}", time(at, now)),
        None => next,
    }
}

/// What else is peculiar about a feed, in words: that it is gone or has moved, that its ids are of no use.
pub fn health_notes(feed: &Feed) -> Vec<String> {
    let health = &feed.health;
    let mut notes = Vec::new();
    if health.gone {
        notes.push("the server says that it is gone for good; probed once a week".to_owned());
    }
    if feed.effective_url != feed.url {
        notes.push(format!("moved for good to {}; the configuration may say so", url::masked(&feed.effective_url)));
    } else if let Some((target, n, _)) = &health.redirect {
        let target = url::masked(target);
        notes.push(format!("redirected to {target}, seen {n} times; kept after {SIGHTINGS} over three days"));
    }
    if health.guid_untrusted {
        notes.push("its ids change from poll to poll; its links identify items".to_owned());
    }
    notes
}

/// What people have to be told about the feed's health, if anything: once when it is broken (over `broken_after` and
/// `broken_tries`, or gone), once when it has healed. The words stand beside the feed's name and do not repeat it.
pub fn trouble(feed: &Feed, policy: &PollPolicy, now: Timestamp) -> Option<(TroubleChange, String)> {
    let health = &feed.health;
    if health.told_broken {
        let healed = health.n_failures == 0 && !health.gone;
        return healed.then(|| (TroubleChange::Healed, "works again".to_owned()));
    }
    let since = health.failing_since?;
    let broken = health.n_failures >= policy.broken_tries && now.duration_since(since) >= policy.broken_after;
    (broken || health.gone).then(|| {
        let what = if health.gone { "gone, probed once a week," } else { "broken" };
        let line = format!("{what} since {} UTC, {}", time(since, now), failures(health));
        (TroubleChange::Broken, line)
    })
}

/// "3 failures: 404 Not Found".
pub(super) fn failures(health: &FeedHealth) -> String {
    let n = health.n_failures;
    let s = if n == 1 { "" } else { "s" };
    match &health.last_error {
        Some(error) => format!("{n} failure{s}: {error}"),
        None => format!("{n} failure{s}"),
    }
}

/// The hour in UTC, with the date when it is not about now.
pub(super) fn time(at: Timestamp, now: Timestamp) -> String {
    match at.duration_since(now).abs() < SAME_DAY {
        true => at.strftime("%H:%M").to_string(),
        false => at.strftime("%-d %b %H:%M").to_string(),
    }
}
