//! A visit to a feed: fetch it, read what it says, and record it.

use std::time::Duration;

use futures_util::future::try_join_all;
use jiff::Timestamp;
use tokio::sync::SemaphorePermit;

use super::record::{Document, record, record_bare};
use super::report::{FeedReport, Outcome};
use super::service::{BARE_VISITS, READERS, Service, StepError};
use crate::decide::schedule::{self, PollOutcome};
use crate::domain::feed::{FailureClass, PollFailure};
use crate::domain::{Feed, FeedId, Validators};
use crate::fetch::hosts::Permit;
use crate::fetch::{FetchRequest, Fetched, Response};
use crate::read;
use crate::store::StoreError;

/// Visits `feeds`, all looked at at once and recorded in their order, so that the same news gives the same stories
/// every time. The slowest feed holds up the rest: for rounds driven by hand, not for the service.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn poll_in_order(service: &Service, feeds: Vec<Feed>) -> Result<Vec<FeedReport>, StepError> {
    let mut reports = Vec::with_capacity(feeds.len());
    // As many as may be in hand at once: the rest would wait for places that only recording gives back.
    for some in feeds.chunks(service.config.http.concurrency.max(1)) {
        let looked = try_join_all(some.iter().map(|feed| enter_and_look(service, Box::new(feed.clone())))).await?;
        reports.extend(try_join_all(looked.into_iter().map(|looked| settle(service, looked))).await?);
    }
    Ok(reports)
}

/// One visit: wait for the host, fetch, read, record.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn visit(service: &Service, feed: Box<Feed>) -> Result<FeedReport, StepError> {
    let permit = service.gate.enter(&feed.effective_url).await;
    // Boxed, because hundreds of feeds that wait for their turn would otherwise each hold room for the whole visit; and
    // each half by itself, because those that wait to be recorded need none for the fetching.
    let looked = Box::pin(look(service, feed, permit)).await?;
    Box::pin(settle(service, looked)).await
}

/// What was found at a feed, with the place it takes among the documents in hand until it is recorded.
pub(super) struct Looked<'a> {
    feed: Box<Feed>,
    now: Timestamp,
    found: Result<Visit, Duration>,
    _in_hand: Option<SemaphorePermit<'a>>,
}

/// The first half of a visit: fetch and read.
///
/// # Errors
/// When a test pulls the plug.
async fn look(service: &Service, feed: Box<Feed>, permit: Permit) -> Result<Looked<'_>, StepError> {
    let now = service.clock.now();
    if let Some(rest) = permit.resting() {
        return Ok(Looked { feed, now, found: Err(rest), _in_hand: None });
    }
    let validators = schedule::validators_to_send(&feed, &service.config.policy.poll, now);
    let is_full = validators == Validators::default();
    let headers = service.headers.get(&feed.url).cloned().unwrap_or_default();
    let request = FetchRequest { url: feed.effective_url.clone(), validators, headers };
    // Never closed, so that it always lets in.
    let mut in_hand = service.in_hand.acquire_many(BARE_VISITS).await.ok();
    let fetched = service.fetcher.fetch(&request).await;
    if let Some(until) = fetched.as_ref().err().and_then(|failure| schedule::host_rest_until(failure, now)) {
        // Before the place at the host is given back: none of those who wait for it may ask once more.
        service.gate.rest(&feed.effective_url, until.duration_since(now));
    }
    drop(permit);
    service.stops.pass("fetch")?;
    if !matches!(fetched, Ok(Fetched::Body(_))) {
        // What brings no document takes little room, so that many such visits can be recorded together.
        drop(in_hand.as_mut().and_then(|places| places.split(BARE_VISITS as usize - 1)));
    }
    let visit = match fetched {
        Err(failure) => Visit::failed(failure),
        Ok(Fetched::NotModified { hints, permanent_url }) => {
            Visit::Bare(PollOutcome::Unchanged { hints, permanent_url })
        }
        Ok(Fetched::Body(response)) => Box::pin(read_body(service, &feed, response, is_full)).await,
    };
    service.stops.pass("read")?;
    Ok(Looked { feed, now, found: Ok(visit), _in_hand: in_hand })
}

async fn enter_and_look(service: &Service, feed: Box<Feed>) -> Result<Looked<'_>, StepError> {
    let permit = service.gate.enter(&feed.effective_url).await;
    look(service, feed, permit).await
}

/// The second half: record what was found.
///
/// # Errors
/// When the store cannot be read or written.
pub(super) async fn settle(service: &Service, looked: Looked<'_>) -> Result<FeedReport, StepError> {
    let Looked { feed, now, found, _in_hand } = looked;
    let report = match found {
        Err(rest) => return rested(service, &feed, rest).await,
        Ok(Visit::Bare(outcome)) => record_without_document(service, feed, outcome, now).await?,
        Ok(Visit::Read(document)) => {
            let id = feed.id;
            match record_document(service, id, document, now).await {
                Err(StepError::Store(StoreError::Panicked)) => {
                    Box::pin(record_stumble(service, id, "a decision failed on this document")).await?
                }
                recorded => recorded?,
            }
        }
    };
    service.stops.pass("record_poll")?;
    say(&report);
    Ok(report)
}

/// One line a visit, with the same keys whatever came of it.
fn say(report: &FeedReport) {
    macro_rules! polled {
        ($level:ident) => {
            tracing::$level!(
                feed = %report.feed, outcome = report.outcome.name(), n_entries = report.n_entries,
                n_new = report.n_new, n_kept = report.n_kept, n_developments = report.n_developments,
                reason = %report.reason, "polled"
            )
        };
    }
    if report.is_alarm { polled!(warn) } else { polled!(info) }
}

/// Large documents have a savepoint, since each takes its room until nothing can be asked of it any more; of the others
/// many are recorded together.
async fn record_document(
    service: &Service,
    id: FeedId,
    document: Box<Document>,
    now: Timestamp,
) -> Result<FeedReport, StepError> {
    let (tells_items, random) = (service.tells_items, fastrand::f64());
    if document.is_large {
        return service.at_desk(move |store, desk| record(store, desk, id, &document, tells_items, now, random)).await;
    }
    service.at_desk_again(move |store, desk| record(store, desk, id, &document, tells_items, now, random)).await
}

/// Records a fault of our own as a failure of the visit, so that the feed is not visited again at once.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn record_stumble(service: &Service, id: FeedId, words: &'static str) -> Result<FeedReport, StepError> {
    let outcome = PollOutcome::Failed(PollFailure::new(FailureClass::Internal, words));
    let feed = service.store.with(move |store| store.feed(id)).await?;
    record_without_document(service, Box::new(feed), outcome, service.clock.now()).await
}

/// Most visits bring nothing, and ten thousand of them are recorded as cheaply as may be.
async fn record_without_document(
    service: &Service,
    feed: Box<Feed>,
    outcome: PollOutcome,
    now: Timestamp,
) -> Result<FeedReport, StepError> {
    let (config, random, id) = (service.config.clone(), fastrand::f64(), feed.id);
    // What was read before is good for the first try only.
    let mut feed = Some(feed);
    let recorded = service
        .store
        .with_again(move |store| record_bare(store, &config.policy.poll, id, feed.take(), &outcome, now, random));
    Ok(recorded.await?)
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

/// What a visit brought, before anything is decided.
pub(super) enum Visit {
    /// Nothing: something was wrong, or nothing changed.
    Bare(PollOutcome),
    /// A document.
    Read(Box<Document>),
}

impl Visit {
    fn failed(failure: PollFailure) -> Self {
        Self::Bare(PollOutcome::Failed(failure))
    }
}

async fn read_body(service: &Service, feed: &Feed, mut response: Response, is_full: bool) -> Visit {
    let mut limits = service.config.read.clone();
    limits.html = service.tells_items;
    let (bytes, room) = (std::mem::take(&mut response.bytes), std::mem::take(&mut response.room));
    let (content_type, base) = (response.content_type.clone(), response.url.clone());
    // Large documents are read one after the other: each takes several times its size.
    let is_large = room.is_taken();
    let n_places = if is_large { READERS } else { 1 };
    let permit = service.readers.clone().acquire_many_owned(n_places).await;
    let reading = tokio::task::spawn_blocking(move || {
        let _places = (permit, room);
        read::read(bytes, content_type.as_deref(), Some(&base), &limits)
    });
    match reading.await {
        Ok(Ok(read)) => Visit::Read(Box::new(Document::new(feed, read, response, is_full, is_large))),
        Ok(Err(failure)) => Visit::failed(PollFailure { hints: response.hints, ..failure }),
        Err(_) => Visit::failed(PollFailure::new(FailureClass::Internal, "the reader failed on this document")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<'a, F: Future>(_: fn(&'a Service, Box<Feed>) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_feed_that_waits_for_its_turn_holds_little() {
        assert!(bytes(visit) <= 2048, "{} bytes", bytes(visit));
    }
}
