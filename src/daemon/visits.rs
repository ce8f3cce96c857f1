//! The polling loop: every feed visited as its time comes, many under way at once.
//!
//! What a visit costs must not grow with the number of feeds: the store is asked only when something is due, not
//! whenever a visit ends.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;
use tokio::task::JoinSet;

use super::bell::{Bell, LOOK_EVERY, LOOK_PAUSE};
use crate::decide::schedule;
use crate::domain::vitals::Tally;
use crate::domain::{Feed, FeedId};
use crate::pipeline::{self, FeedReport, Outcome, Part, Service, StepError};

/// Visits that are under way or wait for their turn.
#[derive(Default)]
struct Visits {
    running: JoinSet<Result<Ended, StepError>>,
    looked_at: Option<Timestamp>,
    under_way: HashSet<FeedId>,
}

/// What the loop has to know of a visit that came to its end.
struct Ended {
    feed: FeedId,
    report: FeedReport,
}

/// Polls what is due until told to stop.
pub(super) async fn poll_loop(service: &Service, bell: &Bell) -> Result<(), StepError> {
    let mut visits = Visits::default();
    let mut look_at = service.clock.now();
    while !bell.is_stopping() {
        let now = service.clock.now();
        // A moment that is farther away than any pause only says that the clock was set back.
        if look_at <= now || look_at > later(now, LOOK_EVERY) {
            look_at = visits.look(service, now).await?;
        }
        tokio::select! {
            () = bell.sleep_until(Part::Poll, service, Some(look_at)) => {}
            Some(ended) = visits.running.join_next() => {
                // A visit catches its own panics, and none is aborted before the loop's end.
                let Ok(ended) = ended else { continue };
                let ended = ended?;
                visits.under_way.remove(&ended.feed);
                bell.board.count(|tally| count(tally, &ended.report));
                if ended.report.n_developments > 0 {
                    bell.digest.notify_one();
                }
                look_at = ended.report.next_poll_at.map_or(look_at, |at| at.min(look_at));
            }
        }
    }
    // Visits that wait for a host are dropped; those that are being recorded come to their end on the store's thread.
    visits.running.shutdown().await;
    Ok(())
}

impl Visits {
    /// Sends out what is due and answers when to look again.
    async fn look(&mut self, service: &Service, now: Timestamp) -> Result<Timestamp, StepError> {
        let busy = self.under_way.clone();
        let was_set_back = self.looked_at.replace(now).is_some_and(|before| now < before);
        if was_set_back {
            service.store.with(move |store| store.forget_future(now)).await?;
        }
        let asked = service.store.with(move |store| Ok((store.feeds_due_but(&busy, now)?, store.next_poll_at(now)?)));
        let (due, next) = asked.await?;
        let n_due = due.len();
        for (place, feed) in due.into_iter().enumerate() {
            self.under_way.insert(feed.id);
            let wait = schedule::start_after(place, n_due).unsigned_abs();
            self.running.spawn(visit(service.clone(), Box::new(feed), wait));
        }
        let soonest = later(now, LOOK_PAUSE);
        Ok(next.unwrap_or(Timestamp::MAX).clamp(soonest, later(now, LOOK_EVERY)))
    }
}

async fn visit(service: Service, feed: Box<Feed>, wait: Duration) -> Result<Ended, StepError> {
    let id = feed.id;
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    // Boxed, because ten thousand feeds that wait for their turn would otherwise each carry room for a whole visit.
    let visit = AssertUnwindSafe(Box::pin(pipeline::poll::visit(&service, feed))).catch_unwind().await;
    let report = match visit {
        Ok(report) => report?,
        Err(_) => pipeline::poll::record_stumble(&service, id, "the visit failed within").await?,
    };
    Ok(Ended { feed: id, report })
}

fn count(tally: &mut Tally, report: &FeedReport) {
    *match report.outcome {
        Outcome::Accepted => &mut tally.n_accepted,
        Outcome::Unchanged => &mut tally.n_unchanged,
        Outcome::Rejected => &mut tally.n_rejected,
    } += 1;
    tally.n_items += report.n_new as u64;
    tally.n_kept += report.n_kept as u64;
    tally.n_developments += report.n_developments as u64;
}

fn later(now: Timestamp, span: jiff::SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}
