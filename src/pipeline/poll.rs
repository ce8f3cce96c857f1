//! The poll step: visit feeds, read what they say, and record it.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use serde::Serialize;

use super::desk::Desk;
use super::ingest::{Ingested, NewItemReport, ingest};
use super::service::{Service, StepError};
use crate::decide::identity::Quiet;
use crate::decide::schedule::{self, PollOutcome, TroubleChange};
use crate::domain::entry::Coverage;
use crate::domain::feed::{FailureClass, PollFailure, PollHints};
use crate::domain::policy::PollPolicy;
use crate::domain::{Entry, Feed, FeedDocument, FeedId, Source, Validators};
use crate::fetch::{FetchRequest, Fetched, Response};
use crate::read;
use crate::store::{NewNotice, PollRow, Store, StoreError};
use crate::text::url;

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A document was read and recorded.
    Accepted,
    /// The server or the body says that nothing changed.
    Unchanged,
    /// Something was wrong; the reason says what.
    Rejected,
}

impl Outcome {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Unchanged => "unchanged",
            Self::Rejected => "rejected",
        }
    }
}

/// One visit, as people and scripts see it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedReport {
    /// URL as configured, secrets masked.
    pub feed: String,
    /// Name.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// In words.
    pub reason: String,
    /// Entries in the document.
    pub n_entries: usize,
    /// New items among them.
    pub n_new: usize,
    /// New items that matched a topic.
    pub n_kept: usize,
    /// Developments found.
    pub n_developments: usize,
    /// When it is due again.
    pub next_poll_at: Option<Timestamp>,
    /// The new items.
    pub items: Vec<NewItemReport>,
}

/// Visits `feeds`, many at once, and calls `each` as they end. A feed's failure is in its report; the error is the
/// store's, and ends everything.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn poll(
    service: &Service,
    feeds: Vec<Feed>,
    mut each: impl FnMut(&FeedReport),
) -> Result<Vec<FeedReport>, StepError> {
    let mut visits: FuturesUnordered<_> = feeds.into_iter().map(|feed| visit(service, feed)).collect();
    let mut reports = Vec::with_capacity(visits.len());
    while let Some(report) = visits.next().await {
        let report = report?;
        each(&report);
        reports.push(report);
    }
    Ok(reports)
}

/// One visit: wait for the host, fetch, read, record.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn visit(service: &Service, feed: Feed) -> Result<FeedReport, StepError> {
    let permit = service.gate.enter(&feed.effective_url).await;
    if let Some(rest) = permit.resting() {
        return Ok(rested(&feed, rest));
    }
    let (now, policy) = (service.clock.now(), &service.config.policy.poll);
    let validators = schedule::validators_to_send(&feed, policy, now);
    let is_full = validators == Validators::default();
    let headers = service.config.feeds.iter().find(|spec| spec.url == feed.url).map(|spec| spec.headers.clone());
    let request = FetchRequest { url: feed.effective_url.clone(), validators, headers: headers.unwrap_or_default() };
    let fetched = service.fetcher.fetch(&request).await;
    service.stops.pass("fetch")?;
    let visit = match fetched {
        Err(failure) => Visit::Failed(failure),
        Ok(Fetched::NotModified { hints, permanent_url }) => {
            Visit::Unchanged(PollOutcome::Unchanged { hints, permanent_url })
        }
        Ok(Fetched::Body(response)) => read_body(service, response, is_full).await,
    };
    service.stops.pass("read")?;
    let (random, host) = (fastrand::f64(), feed.effective_url.clone());
    let (report, rest_until) =
        service.at_desk(move |store, desk| record(store, desk, feed.id, visit, now, random)).await?;
    if let Some(until) = rest_until {
        service.gate.rest(&host, until.duration_since(now));
    }
    service.stops.pass("record_poll")?;
    tracing::info!(
        feed = %report.feed, outcome = report.outcome.name(), n_entries = report.n_entries, n_new = report.n_new,
        n_kept = report.n_kept, n_developments = report.n_developments, reason = %report.reason, "polled"
    );
    Ok(report)
}

/// The report of a visit that was not made, because the host asked for rest meanwhile; the store knows until when.
fn rested(feed: &Feed, rest: Duration) -> FeedReport {
    let minutes = rest.as_secs().div_ceil(60);
    FeedReport {
        outcome: Outcome::Rejected,
        reason: format!("rate_limited: its host asked for rest, {minutes} min are left"),
        ..FeedReport::of(feed)
    }
}

impl FeedReport {
    fn of(feed: &Feed) -> Self {
        Self {
            feed: url::masked(&feed.url),
            name: feed.name.clone(),
            outcome: Outcome::Unchanged,
            reason: "nothing changed".to_owned(),
            n_entries: 0,
            n_new: 0,
            n_kept: 0,
            n_developments: 0,
            next_poll_at: None,
            items: Vec::new(),
        }
    }
}

/// What a visit brought, before anything is decided.
enum Visit {
    Failed(PollFailure),
    Unchanged(PollOutcome),
    Read { document: Box<FeedDocument>, response: Box<Response>, is_full: bool },
}

async fn read_body(service: &Service, mut response: Response, is_full: bool) -> Visit {
    let limits = service.config.read.clone();
    let bytes = std::mem::take(&mut response.bytes);
    let (content_type, base) = (response.content_type.clone(), response.url.clone());
    let permit = service.readers.clone().acquire_owned().await;
    let reading = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        read::read(&bytes, content_type.as_deref(), Some(&base), &limits)
    });
    match reading.await {
        Ok(Ok(document)) => Visit::Read { document: Box::new(document), response: Box::new(response), is_full },
        Ok(Err(failure)) => Visit::Failed(PollFailure { hints: response.hints, ..failure }),
        Err(_) => Visit::Failed(PollFailure::new(FailureClass::Internal, "the reader failed on this document")),
    }
}

/// Records a visit and answers until when its host is to be left alone, if it asked for rest.
fn record(
    store: &mut Store,
    desk: &mut Desk,
    id: FeedId,
    visit: Visit,
    now: Timestamp,
    random: f64,
) -> Result<(FeedReport, Option<Timestamp>), StoreError> {
    let mut feed = store.feed(id)?;
    let mut report = FeedReport::of(&feed);
    let outcome = match visit {
        Visit::Failed(failure) => {
            (report.outcome, report.reason) = (Outcome::Rejected, failure.to_string());
            PollOutcome::Failed(failure)
        }
        Visit::Unchanged(outcome) => outcome,
        Visit::Read { document, response, is_full } => {
            let hints = with_document_hints(response.hints.clone(), &document.hints);
            let entries = entries_of(&feed, *document, &mut report.reason);
            let ingested = ingest(store, desk, &feed, &entries, now)?;
            feed.validators = response.validators.clone();
            accept(store, &mut feed, &mut report, ingested, (hints, is_full, response.permanent_url.clone()), now)?
        }
    };
    settle(store, &mut feed, &mut report, &outcome, &desk.policy.poll, now, random)?;
    let rest_until = schedule::host_rest_until(&outcome, now);
    if let Some(until) = rest_until {
        rest_host(store, &feed, until, &report.reason)?;
    }
    Ok((report, rest_until))
}

/// What the answer's head asks for, with what the document asks for.
fn with_document_hints(head: PollHints, document: &PollHints) -> PollHints {
    PollHints { fresh_for: head.fresh_for, retry_after: head.retry_after, ..document.clone() }
}

/// The document's entries; in an aggregator's feed also the headlines of others that it lists.
fn entries_of(feed: &Feed, document: FeedDocument, reason: &mut String) -> Vec<Entry> {
    *reason = document.repairs.join("; ");
    let mut entries = document.entries;
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
    ingested: Ingested,
    (hints, full_fetch, permanent_url): (PollHints, bool, Option<String>),
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
    report.items = ingested.items;
    Ok(PollOutcome::Accepted {
        n_new: report.n_new,
        n_entries: report.n_entries,
        newest_at: ingested.newest_at,
        hints,
        full_fetch,
        permanent_url,
        same_feed: ingested.n_known > 0,
    })
}

fn join(a: &str, b: &str) -> String {
    if a.is_empty() { b.to_owned() } else { format!("{a}; {b}") }
}

/// Plans the next visit and records this one: validators, health, history, notices.
fn settle(
    store: &mut Store,
    feed: &mut Feed,
    report: &mut FeedReport,
    outcome: &PollOutcome,
    policy: &PollPolicy,
    now: Timestamp,
    random: f64,
) -> Result<(), StoreError> {
    let (health, mut reason) = schedule::after_poll(feed, outcome, policy, now, random);
    if let Some((target, why)) = schedule::effective_url(feed, &health, now) {
        // The validators belong to the old address.
        feed.validators = Validators::default();
        feed.effective_url = target;
        reason = join(&reason, &why);
    }
    feed.health = health;
    if let Some((change, words)) = schedule::trouble(feed, policy, now) {
        feed.health.told_broken = change == TroubleChange::Broken;
        store.add_notice(&NewNotice { feed: feed.id, words }, now)?;
    }
    report.next_poll_at = feed.health.next_poll_at;
    let poll = PollRow {
        at: now,
        outcome: report.outcome.name(),
        reason: report.reason.clone(),
        n_entries: report.n_entries,
        n_new: report.n_new,
    };
    store.record_visit(feed, &poll, &reason)
}

/// Lets every feed of a host rest, not only the one that was refused.
fn rest_host(store: &mut Store, feed: &Feed, until: Timestamp, reason: &str) -> Result<(), StoreError> {
    let host = url::host(&feed.effective_url);
    let all = store.feeds()?;
    let others = all.iter().filter(|f| f.id != feed.id && url::host(&f.effective_url) == host);
    let others: Vec<FeedId> = others.map(|feed| feed.id).collect();
    store.rest_feeds(&others, until, &format!("its host asked for rest: {reason}"))
}
