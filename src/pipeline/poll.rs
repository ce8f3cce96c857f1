//! The poll step: visit feeds, read what they say, and record it.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use serde::Serialize;

use super::ingest::Welcomed;
use super::record::record;
use super::service::{BARE_VISITS, Service, StepError};
use crate::decide::schedule::{self, PollOutcome};
use crate::domain::feed::{FailureClass, PollFailure};
use crate::domain::{Feed, FeedDocument, Validators};
use crate::fetch::hosts::Permit;
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
    /// The new items; none where only their number is wanted, see [`Service::counting`].
    pub items: Vec<NewItemReport>,
}

/// A new item as a poll reports it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewItemReport {
    /// Row id.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Link.
    pub url: Option<String>,
    /// Lead and content as plain text.
    pub text: String,
    /// Content as sanitised HTML.
    pub html: Option<String>,
}

impl NewItemReport {
    pub(super) fn of(new: &Welcomed<'_>) -> Self {
        let entry = new.entry;
        let texts = [entry.summary.as_deref(), entry.content_text.as_deref()];
        let text: Vec<&str> = texts.into_iter().flatten().filter(|text| !text.is_empty()).collect();
        Self {
            id: new.id.0,
            title: entry.title.clone(),
            url: entry.url.clone(),
            text: text.join("\n\n"),
            html: entry.content_html.clone(),
        }
    }
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
    // Boxed, because ten thousand feeds that wait for their turn would otherwise each hold room for the whole visit.
    Box::pin(visit_now(service, feed, permit)).await
}

async fn visit_now(service: &Service, feed: Feed, permit: Permit) -> Result<FeedReport, StepError> {
    if let Some(rest) = permit.resting() {
        return Ok(rested(&feed, rest));
    }
    let (now, policy) = (service.clock.now(), &service.config.policy.poll);
    let validators = schedule::validators_to_send(&feed, policy, now);
    let is_full = validators == Validators::default();
    let headers = service.headers.get(&feed.url).cloned().unwrap_or_default();
    let request = FetchRequest { url: feed.effective_url.clone(), validators, headers };
    // Never closed, so that it always lets in.
    let mut in_hand = service.in_hand.acquire_many(BARE_VISITS).await.ok();
    let fetched = service.fetcher.fetch(&request).await;
    drop(permit);
    service.stops.pass("fetch")?;
    if !matches!(fetched, Ok(Fetched::Body(_))) {
        // What brings no document takes little room, so that many such visits can be recorded together.
        drop(in_hand.as_mut().and_then(|places| places.split(BARE_VISITS as usize - 1)));
    }
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
    drop(in_hand);
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
    Read { document: Box<FeedDocument>, response: Box<Response>, is_full: bool, tells_items: bool },
}

async fn read_body(service: &Service, mut response: Response, is_full: bool) -> Visit {
    let tells_items = service.tells_items;
    let mut limits = service.config.read.clone();
    limits.html = tells_items;
    let bytes = std::mem::take(&mut response.bytes);
    let (content_type, base) = (response.content_type.clone(), response.url.clone());
    let permit = service.readers.clone().acquire_owned().await;
    let reading = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        read::read(&bytes, content_type.as_deref(), Some(&base), &limits)
    });
    match reading.await {
        Ok(Ok(document)) => {
            Visit::Read { document: Box::new(document), response: Box::new(response), is_full, tells_items }
        }
        Ok(Err(failure)) => Visit::Failed(PollFailure { hints: response.hints, ..failure }),
        Err(_) => Visit::Failed(PollFailure::new(FailureClass::Internal, "the reader failed on this document")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<'a, F: Future>(_: fn(&'a Service, Feed) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_feed_that_waits_for_its_turn_holds_little() {
        assert!(bytes(visit) <= 2048, "{} bytes", bytes(visit));
    }
}
