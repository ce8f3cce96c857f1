//! Many visits at once: each host's feeds in their turn, and no row before its turn has come.

use std::collections::VecDeque;

use futures_util::StreamExt;
use futures_util::future::Either;
use futures_util::stream::FuturesUnordered;

use super::poll::visit;
use super::report::FeedReport;
use super::service::{Service, StepError};
use super::turns::Turns;
use crate::domain::feed::Destination;
use crate::domain::{Feed, FeedId};
use crate::text::url;

/// Visits under way for each fetch that may be: the others wait for their host, or to be recorded. Those of ten
/// thousand feeds would take more room than anything else.
const VISITS_PER_FETCH: usize = 8;
/// Feeds whose rows are read together for each fetch that may be.
const READ_PER_FETCH: usize = 8;
/// Visits of one host that wait to be recorded, beside those that fetch.
const RECORDED_PER_HOST: usize = 8;

/// What ends next in a poll.
enum Event {
    /// The rows of feeds whose turn came were read.
    Read(Vec<(String, Box<Feed>)>),
    /// A visit to a feed of this host ended.
    Visited(String, FeedReport),
}

/// Visits `feeds`, many at once, and gives each report to `each` as the visit ends: the rows and reports of ten thousand
/// feeds would take megabytes. A feed's failure is in its report; the error is the store's, and ends everything.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn poll(
    service: &Service,
    feeds: impl IntoIterator<Item = impl Into<Destination>>,
    mut each: impl FnMut(FeedReport),
) -> Result<(), StepError> {
    let http = &service.config.http;
    let (n_fetches, n_visits) = (http.concurrency, http.concurrency.saturating_mul(VISITS_PER_FETCH));
    let places = feeds.into_iter().map(|feed| {
        let Destination { id, url } = feed.into();
        (url::host(&url).unwrap_or_default(), id)
    });
    let mut turns = Turns::new(places, http.per_host.saturating_add(RECORDED_PER_HOST));
    let mut under_way = FuturesUnordered::new();
    let (mut ready, mut is_reading) = (VecDeque::new(), false);
    loop {
        while under_way.len() < n_visits
            && let Some((host, feed)) = ready.pop_front()
        {
            let visit = visit(service, feed);
            under_way.push(Either::Left(async move { Ok(Event::Visited(host, visit.await?)) }));
        }
        // Ahead of the visits, so that none of them waits for its row.
        if !is_reading && ready.len() < n_fetches {
            let next: Vec<_> =
                std::iter::from_fn(|| turns.next()).take(n_fetches.saturating_mul(READ_PER_FETCH)).collect();
            is_reading = !next.is_empty();
            under_way.extend(is_reading.then(|| Either::Right(rows(service, next))));
        }
        match under_way.next().await.transpose()? {
            None => return Ok(()),
            Some(Event::Read(feeds)) => {
                ready.extend(feeds);
                is_reading = false;
            }
            Some(Event::Visited(host, report)) => {
                turns.ended(host);
                each(report);
            }
        }
    }
}

/// The rows of feeds whose turn has come.
fn rows(
    service: &Service,
    places: Vec<(String, FeedId)>,
) -> impl Future<Output = Result<Event, StepError>> + Send + use<> {
    let (hosts, ids): (Vec<String>, Vec<FeedId>) = places.into_iter().unzip();
    let read = service.store.with_again(move |store| store.feeds_of(ids.iter().copied()));
    async { Ok(Event::Read(hosts.into_iter().zip(read.await?.into_iter().map(Box::new)).collect())) }
}
