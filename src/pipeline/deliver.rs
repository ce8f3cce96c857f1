//! The delivery step: hand over what is due, one message at a time, each attempt counted before it is made.

use std::sync::atomic::Ordering;

use serde::Serialize;

use super::pulse::Part;
use super::service::{Service, StepError};
use super::unrecorded::Ended;
use crate::decide::retry::{self, Next};
use crate::domain::{Attempt, Message};
use crate::store::lock;

/// What the step did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DeliverySummary {
    /// Handed over.
    pub n_sent: usize,
    /// To be tried again.
    pub n_later: usize,
    /// Given up.
    pub n_failed: usize,
    /// What was said about those that were not handed over.
    pub reasons: Vec<String>,
}

/// Hands over every message that is due.
///
/// # Errors
/// When the store fails, the way out cannot be opened, or another process is delivering.
pub async fn deliver(service: &Service) -> Result<DeliverySummary, StepError> {
    let mut summary = DeliverySummary::default();
    // One process delivers at a time, so that an attempt without a recorded end is known to be a dead one's.
    let Some(_lock) = lock(&service.config.store.path, "deliver")? else {
        return Err(StepError::Busy("another orbitwire is delivering mail from this store".to_owned()));
    };
    // Before any attempt is counted: a way out that cannot be opened is no attempt.
    let mailer = service.mailer().await?;
    // Ends that are known first: what has none afterwards was an attempt of a process that is gone.
    record(service).await?;
    let now = service.clock.now();
    service.store.with(move |store| store.reopen_attempts(now)).await?;
    loop {
        service.pulse.beat(Part::Deliver);
        let now = service.clock.now();
        let Some(message) = service.store.with(move |store| store.claim_message(now)).await? else { break };
        service.stops.pass("count the attempt")?;
        let attempt = mailer.send(&message).await;
        service.stops.pass("hand over")?;
        let is_down = matches!(attempt, Attempt::TransportDown { .. });
        settle(service, &message, attempt, &mut summary).await?;
        service.stops.pass("record_delivery")?;
        if is_down || service.is_stopping.load(Ordering::SeqCst) {
            break;
        }
    }
    Ok(summary)
}

/// Records how an attempt ended and when the message is due again.
async fn settle(
    service: &Service,
    message: &Message,
    attempt: Attempt,
    summary: &mut DeliverySummary,
) -> Result<(), StepError> {
    let now = service.clock.now();
    let (id, n) = (message.id, message.n_attempts);
    let next = retry::after(&attempt, n, message.enqueued_at, &service.config.policy.retry, now);
    let (again_at, reason) = match next {
        Next::Done => {
            summary.n_sent += 1;
            (None, answer(&attempt))
        }
        Next::At { at, reason } => {
            summary.n_later += 1;
            summary.reasons.push(reason.clone());
            (Some(at), reason)
        }
        Next::GiveUp { reason } => {
            summary.n_failed += 1;
            summary.reasons.push(reason.clone());
            (None, reason)
        }
    };
    tracing::info!(mail = id.0, attempt = n, again_at = again_at.map(tracing::field::display), reason = %reason, "delivery");
    service.unrecorded.add(Ended { id, attempt, again_at, reason, at: now });
    record(service).await
}

/// Records what is known of attempts; what the store cannot take now is kept.
async fn record(service: &Service) -> Result<(), StepError> {
    let all = service.unrecorded.all();
    let n = all.len();
    service.store.with(move |store| all.iter().try_for_each(|ended| ended.record(store))).await?;
    service.unrecorded.forget(n);
    Ok(())
}

/// What the other side said when it took the message.
fn answer(attempt: &Attempt) -> String {
    if let Attempt::Sent { answer } = attempt { answer.clone() } else { String::new() }
}
