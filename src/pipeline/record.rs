//! What a visit brought, recorded in one transaction: items and stories, validators, health, the next visit.

use jiff::Timestamp;

use super::desk::Desk;
use super::ingest::{Ingested, ingest};
use super::report::{FeedReport, NewItemReport, Outcome};
use crate::decide::identity::Quiet;
use crate::decide::schedule::{self, PollOutcome, TroubleChange};
use crate::domain::entry::Coverage;
use crate::domain::feed::PollHints;
use crate::domain::policy::PollPolicy;
use crate::domain::{Entry, Feed, FeedDocument, FeedId, Source, Validators};
use crate::fetch::Response;
use crate::store::{NewNotice, PollRow, Store, StoreError};
use crate::text::url;

/// A document with what came with it.
pub(super) struct Document {
    entries: Vec<Entry>,
    /// What was mended or left out, in words.
    repairs: String,
    hints: PollHints,
    is_cut: bool,
    response: Response,
    /// Whether it was asked for without saying what we have.
    is_full: bool,
    /// Whether it takes much room.
    pub(super) is_large: bool,
}

impl Document {
    /// What was read of a feed, with the answer that brought it.
    pub(super) fn new(feed: &Feed, read: FeedDocument, response: Response, is_full: bool, is_large: bool) -> Self {
        let mut repairs = read.repairs.join("; ");
        let hints = with_document_hints(response.hints.clone(), read.hints);
        let is_cut = read.is_cut;
        let entries = entries_of(feed, read.entries, &mut repairs);
        Self { entries, repairs, hints, is_cut, response, is_full, is_large }
    }
}

/// Records a visit that brought no document to a feed, as it was `read` before; it is read again if it was not, or if
/// somebody has written it since.
///
/// # Errors
/// When the store cannot be read or written.
pub(super) fn record_bare(
    store: &mut Store,
    policy: &PollPolicy,
    id: FeedId,
    read: Option<Box<Feed>>,
    outcome: &PollOutcome,
    now: Timestamp,
    random: f64,
) -> Result<FeedReport, StoreError> {
    if let Some(mut feed) = read
        && let Some(report) = record_as_read(store, policy, &mut feed, true, outcome, now, random)?
    {
        return Ok(report);
    }
    let mut feed = store.feed(id)?;
    record_as_read(store, policy, &mut feed, false, outcome, now, random)?.ok_or_else(|| gone(id))
}

/// Feeds are never deleted.
fn gone(id: FeedId) -> StoreError {
    StoreError::Value(format!("no feed {}", id.0))
}

fn record_as_read(
    store: &mut Store,
    policy: &PollPolicy,
    feed: &mut Feed,
    is_old: bool,
    outcome: &PollOutcome,
    now: Timestamp,
    random: f64,
) -> Result<Option<FeedReport>, StoreError> {
    let mut report = FeedReport::of(feed);
    if let PollOutcome::Failed(failure) = outcome {
        (report.outcome, report.reason) = (Outcome::Rejected, failure.to_string());
    }
    if !settle(store, feed, is_old, &mut report, outcome, policy, now, random)? {
        return Ok(None);
    }
    if let PollOutcome::Failed(failure) = outcome
        && let Some(until) = schedule::host_rest_until(failure, now)
    {
        // A host that asked for rest gets it for all its feeds.
        let host = url::host(&feed.effective_url).unwrap_or_default();
        store.rest_host(&host, feed.id, until, &format!("its host asked for rest: {}", report.reason))?;
    }
    Ok(Some(report))
}

/// Records a visit that brought a document.
///
/// # Errors
/// When the store cannot be read or written.
pub(super) fn record(
    store: &mut Store,
    desk: &mut Desk,
    id: FeedId,
    document: &Document,
    tells_items: bool,
    now: Timestamp,
    random: f64,
) -> Result<FeedReport, StoreError> {
    let mut feed = store.feed(id)?;
    let mut report = FeedReport { reason: document.repairs.clone(), ..FeedReport::of(&feed) };
    let ingested = ingest(store, desk, &feed, &document.entries, now)?;
    if tells_items {
        report.items = ingested.items.iter().map(NewItemReport::of).collect();
    }
    // A document that breaks off is asked for again: its validators would hide what is missing for a day.
    if !document.is_cut {
        feed.validators = document.response.validators.clone();
    }
    let outcome = accept(store, &mut feed, &mut report, ingested, document, now)?;
    let is_settled = settle(store, &mut feed, false, &mut report, &outcome, &desk.policy.poll, now, random)?;
    is_settled.then_some(report).ok_or_else(|| gone(id))
}

/// What the answer's head asks for, with what the document asks for.
fn with_document_hints(head: PollHints, document: PollHints) -> PollHints {
    PollHints { fresh_for: head.fresh_for, retry_after: head.retry_after, ..document }
}

/// The document's entries; in an aggregator's feed also the headlines of others that it lists.
fn entries_of(feed: &Feed, mut entries: Vec<Entry>, repairs: &mut String) -> Vec<Entry> {
    let n_before = entries.len();
    entries.retain(|entry| !entry.is_mute());
    if entries.len() < n_before {
        let n_mute = n_before - entries.len();
        let noun = if n_mute == 1 { "entry" } else { "entries" };
        *repairs = join(repairs, &format!("{n_mute} {noun} without title, text and link left out"));
    }
    if feed.aggregator {
        let listed: Vec<Entry> =
            entries.iter().flat_map(|entry| entry.coverage.iter().filter_map(|c| listed(entry, c))).collect();
        entries.extend(listed);
    }
    entries
}

fn listed(entry: &Entry, coverage: &Coverage) -> Option<Entry> {
    let publisher = coverage.publisher.clone()?;
    Some(Entry {
        title: coverage.title.clone(),
        url: coverage.url.clone(),
        published: entry.published,
        source: Some(Source { name: publisher, url: None }),
        ..Entry::default()
    })
}

fn accept(
    store: &mut Store,
    feed: &mut Feed,
    report: &mut FeedReport,
    ingested: Ingested<'_>,
    document: &Document,
    now: Timestamp,
) -> Result<PollOutcome, StoreError> {
    report.outcome = Outcome::Accepted;
    report.n_entries = ingested.n_entries;
    report.n_new = ingested.items.len();
    report.n_kept = ingested.items.iter().filter(|item| item.kept).count();
    report.n_developments = ingested.n_developments;
    if let Quiet::Flood { n_held, .. } = ingested.quiet {
        let words = format!("{n_held} old entries came at once and are held back, stored but not told");
        report.reason = join(&report.reason, &words);
        store.add_notice(&NewNotice { feed: feed.id, words }, now)?;
    }
    if ingested.guid_rotates && !feed.health.guid_untrusted {
        report.reason = join(&report.reason, "its ids change from poll to poll; its links identify items from now on");
        feed.health.guid_untrusted = true;
    }
    if report.reason.is_empty() {
        report.reason = format!("{} entries, {} new", report.n_entries, report.n_new);
    }
    Ok(PollOutcome::Accepted {
        n_new: report.n_new,
        n_entries: report.n_entries,
        newest_at: ingested.newest_at,
        hints: document.hints.clone(),
        full_fetch: document.is_full,
        permanent_url: document.response.permanent_url.clone(),
        same_feed: ingested.n_known > 0,
    })
}

fn join(a: &str, b: &str) -> String {
    if a.is_empty() { b.to_owned() } else { format!("{a}; {b}") }
}

/// Plans the next visit and records this one: validators, health, history, notices. `false`, and nothing of it, when
/// the feed was read before this transaction (`is_old`) and is no longer so.
#[expect(clippy::too_many_arguments, reason = "what was known, what came of it, and what decides the next visit")]
fn settle(
    store: &mut Store,
    feed: &mut Feed,
    is_old: bool,
    report: &mut FeedReport,
    outcome: &PollOutcome,
    policy: &PollPolicy,
    now: Timestamp,
    random: f64,
) -> Result<bool, StoreError> {
    let (health, mut reason) = schedule::after_poll(feed, outcome, policy, now, random);
    if let Some((target, why)) = schedule::effective_url(feed, &health, now) {
        // The validators belong to the old address.
        feed.validators = Validators::default();
        feed.effective_url = target;
        reason = join(&reason, &why);
    }
    let before = std::mem::replace(&mut feed.health, health);
    report.is_alarm = report.outcome == Outcome::Rejected && feed.health.n_failures == 1;
    let trouble = schedule::trouble(feed, policy, now);
    if let Some((change, _)) = &trouble {
        report.is_alarm |= *change == TroubleChange::Broken;
        feed.health.told_broken = *change == TroubleChange::Broken;
    }
    report.next_poll_at = feed.health.next_poll_at;
    // Visits that found nothing changed would push out those that say something, and are most of what is written.
    let poll = (report.outcome != Outcome::Unchanged).then(|| PollRow {
        at: now,
        outcome: report.outcome.name(),
        reason: report.reason.clone(),
        n_entries: report.n_entries,
        n_new: report.n_new,
    });
    let is_recorded = store.record_visit(is_old.then_some(&before), feed, poll.as_ref(), &reason)?;
    if let Some((_, words)) = trouble.filter(|_| is_recorded) {
        store.add_notice(&NewNotice { feed: feed.id, words }, now)?;
    }
    Ok(is_recorded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::feed::{FailureClass, FeedSpec, PollFailure};

    #[test]
    fn visits_that_began_at_one_moment_are_both_counted() {
        let mut store = Store::in_memory().unwrap();
        store.sync_feeds(&[FeedSpec::new("https://e.org/", "e", "E")]).unwrap();
        let (read, now) = (store.feed(FeedId(1)).unwrap(), Timestamp::UNIX_EPOCH);
        let failed = PollOutcome::Failed(PollFailure::new(FailureClass::Timeout, "too late"));
        for n_failures in 1..=3 {
            // Put off meanwhile by another feed of the host, it is read again too.
            if n_failures == 3 {
                store.rest_feed(FeedId(1), Timestamp::MAX, "rest").unwrap();
            }
            let report = record_bare(
                &mut store,
                &PollPolicy::default(),
                FeedId(1),
                Some(Box::new(read.clone())),
                &failed,
                now,
                0.5,
            )
            .unwrap();
            let feed = store.feed(FeedId(1)).unwrap();
            assert_eq!(feed.health.n_failures, n_failures);
            assert_eq!(report.next_poll_at, feed.health.next_poll_at);
        }
    }
}
