//! The poll step: visit feeds, read what they say, and record it.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use serde::Serialize;

use super::ingest::NewItemReport;
use super::record::record;
use super::service::{Service, StepError};
use crate::decide::schedule::{self, PollOutcome};
use crate::domain::feed::{FailureClass, PollFailure};
use crate::domain::{Feed, FeedDocument, Validators};
use crate::fetch::{FetchRequest, Fetched, Response};
use crate::read;
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
        return rested(service, &feed, rest).await;
    }
    let (now, policy) = (service.clock.now(), &service.config.policy.poll);
    let validators = schedule::validators_to_send(&feed, policy, now);
    let is_full = validators == Validators::default();
    let headers = service.headers.get(&feed.url).cloned().unwrap_or_default();
    let request = FetchRequest { url: feed.effective_url.clone(), validators, headers };
    let in_hand = service.in_hand.acquire().await;
    let fetched = service.fetcher.fetch(&request).await;
    if let Some(until) = fetched.as_ref().err().and_then(|failure| schedule::host_rest_until(failure, now)) {
        // Before the place at the host is given back: none of those who wait for it may ask once more.
        service.gate.rest(&feed.effective_url, until.duration_since(now));
    }
    drop(permit);
    service.stops.pass("fetch")?;
    let visit = match fetched {
        Err(failure) => Visit::Failed(failure),
        Ok(Fetched::NotModified { hints, permanent_url }) => {
            Visit::Unchanged(PollOutcome::Unchanged { hints, permanent_url })
        }
        Ok(Fetched::Body(response)) => read_body(service, response, is_full).await,
    };
    service.stops.pass("read")?;
    let random = fastrand::f64();
    let report = service.at_desk(move |store, desk| record(store, desk, feed.id, visit, now, random)).await?;
    drop(in_hand);
    service.stops.pass("record_poll")?;
    tracing::info!(
        feed = %report.feed, outcome = report.outcome.name(), n_entries = report.n_entries, n_new = report.n_new,
        n_kept = report.n_kept, n_developments = report.n_developments, reason = %report.reason, "polled"
    );
    Ok(report)
}

/// A visit that is not made, because the host asked for rest meanwhile: put off until the host may be asked again.
async fn rested(service: &Service, feed: &Feed, rest: Duration) -> Result<FeedReport, StepError> {
    let until = service.clock.now().checked_add(rest).unwrap_or(Timestamp::MAX);
    let minutes = rest.as_secs().div_ceil(60);
    let reason = format!("its host asked for rest, {minutes} min are left");
    let (id, words) = (feed.id, reason.clone());
    service.store.with(move |store| store.rest_feed(id, until, &words)).await?;
    Ok(FeedReport {
        outcome: Outcome::Rejected,
        reason: format!("rate_limited: {reason}"),
        next_poll_at: Some(until),
        ..FeedReport::of(feed)
    })
}

impl FeedReport {
    /// The report of a visit to `feed` that has brought nothing yet.
    pub(super) fn of(feed: &Feed) -> Self {
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
pub(super) enum Visit {
    /// Something was wrong.
    Failed(PollFailure),
    /// The server says that nothing changed.
    Unchanged(PollOutcome),
    /// A document.
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
