//! The loops beside each other: polling, digests, delivery, care of the store.

use jiff::{SignedDuration, Timestamp};

use super::bell::{Bell, LOOK_EVERY};
use super::is_passing;
use super::visits::poll_loop;
use crate::pipeline::{self, Mode, Part, Service, StepError};

/// After a batch that was full, the next one follows soon.
const NEXT_BATCH: SignedDuration = SignedDuration::from_secs(5);
/// While somebody else delivers, it is looked so often whether that has ended.
const BUSY_AGAIN: SignedDuration = SignedDuration::from_secs(5);
/// A digest that is to come is looked at again so often.
const DIGEST_AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// A copy that could not be made is tried again after this.
const BACKUP_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// Runs the loops until they are told to stop or one fails; then the others end at their next safe point too.
pub(super) async fn run(service: &Service, bell: &Bell) -> Result<(), StepError> {
    let ended = |part: Part, ended: Result<(), StepError>| {
        service.pulse.rest(part);
        if ended.is_err() {
            bell.ring_stop();
            service.stop_between_messages();
        }
        ended
    };
    let (poll, digest, deliver, care) = tokio::join!(
        async { ended(Part::Poll, poll_loop(service, bell).await) },
        async { ended(Part::Digest, digest_loop(service, bell).await) },
        async { ended(Part::Deliver, deliver_loop(service, bell).await) },
        async { ended(Part::Care, care_loop(service, bell).await) },
    );
    // What ends the service is told before what may pass.
    let mut faults: Vec<StepError> = [poll, digest, deliver, care].into_iter().filter_map(Result::err).collect();
    faults.sort_by_key(is_passing);
    faults.into_iter().next().map_or(Ok(()), Err)
}

/// Decides who is told what, when the schedule says so or something new was found.
async fn digest_loop(service: &Service, bell: &Bell) -> Result<(), StepError> {
    while !bell.is_stopping() {
        let reports = pipeline::digest(service, None, Mode::Scheduled).await?;
        let n_messages: usize = reports.iter().map(|report| report.n_messages).sum();
        if n_messages > 0 {
            bell.board.count(|tally| tally.n_enqueued += n_messages as u64);
            bell.deliver.notify_one();
        }
        // What holds up a digest can also end by hand, which nobody rings for.
        let next = reports.iter().filter_map(|report| report.look_again_at).min();
        let next = next.map(|at| at.min(service.clock.now().saturating_add(DIGEST_AGAIN).unwrap_or(at)));
        tokio::select! {
            () = bell.sleep_until(Part::Digest, service, next) => {}
            () = bell.digest.notified() => {}
        }
    }
    Ok(())
}

/// Hands over what is due; ends with the message in hand, which for a new configuration is before the others do.
async fn deliver_loop(service: &Service, bell: &Bell) -> Result<(), StepError> {
    let mut is_busy = false;
    while !service.stops_between_messages() {
        let done = pipeline::deliver(service).await;
        let was_busy = std::mem::replace(&mut is_busy, matches!(done, Err(StepError::Busy(_))));
        match done {
            Ok(done) => {
                bell.board.count(|tally| {
                    tally.n_sent += done.n_sent as u64;
                    tally.n_later += done.n_later as u64;
                    tally.n_failed += done.n_failed as u64;
                });
                // News may have waited for a mail to be out of the way.
                if done.n_sent + done.n_failed > 0 {
                    bell.digest.notify_one();
                }
            }
            // Someone runs `orbitwire deliver` by hand.
            Err(StepError::Busy(words)) if !was_busy => tracing::info!(reason = %words, "delivery waits"),
            Err(StepError::Busy(_)) => {}
            Err(StepError::Mail(fault)) => pipeline::deliver::rest(service, &fault).await?,
            Err(error) => return Err(error),
        }
        let next = match is_busy {
            true => service.clock.now().checked_add(BUSY_AGAIN).ok(),
            false => service.store.with(|store| store.next_delivery_at()).await?,
        };
        tokio::select! {
            () = bell.sleep_until(Part::Deliver, service, next) => {}
            () = bell.deliver.notified() => {}
        }
    }
    bell.delivered.notify_one();
    Ok(())
}

/// Looks how the service is, lets go what nobody needs any more, checks the store and copies it.
async fn care_loop(service: &Service, bell: &Bell) -> Result<(), StepError> {
    let since = bell.board.state().started_at;
    let mut copies = Copies { again_at: since };
    while !bell.is_stopping() {
        look(service, bell).await?;
        let (_, is_more) = pipeline::care::prune_some(service).await?;
        let checked = bell.beside(Part::Care, pipeline::care::check(service, since)).await.transpose()?.flatten();
        if let Some(check) = checked {
            match check.fault {
                Some(fault) => tracing::error!(fault = %fault, "the store is damaged; see `orbitwire db check`"),
                None => tracing::info!("the store was checked and is whole"),
            }
            look(service, bell).await?;
        }
        copies.make(service, bell, since).await;
        let pause = if is_more { NEXT_BATCH } else { LOOK_EVERY };
        bell.sleep(Part::Care, pause).await;
    }
    Ok(())
}

async fn look(service: &Service, bell: &Bell) -> Result<(), StepError> {
    let now = service.clock.now();
    bell.board.seen(service.store.with(move |store| store.vitals(now)).await?);
    Ok(())
}

/// Copies of the store. One that cannot be made stops nothing, and is told once.
struct Copies {
    again_at: Timestamp,
}

impl Copies {
    async fn make(&mut self, service: &Service, bell: &Bell, since: Timestamp) {
        let now = service.clock.now();
        if now < self.again_at {
            return;
        }
        let was_faulty = bell.board.state().backup_fault.is_some();
        match bell.beside(Part::Care, pipeline::care::back_up(service, since)).await {
            Some(Ok(Some(file))) => {
                tracing::info!(file = %file.display(), "the store was copied");
                bell.board.change(|state| state.backup_fault = None);
            }
            Some(Err(error)) => {
                if !was_faulty {
                    tracing::error!(%error, "the store cannot be copied; it is tried again every hour");
                    let words = format!("no copy of the store can be made: {error}");
                    // A store that cannot be written either is told by the loops.
                    let _ = service.store.with(move |store| store.add_own_notice(&words, now)).await;
                }
                bell.board.change(|state| state.backup_fault = Some(error.to_string()));
                self.again_at = now.checked_add(BACKUP_AGAIN).unwrap_or(Timestamp::MAX);
            }
            Some(Ok(None)) | None => {}
        }
    }
}
