//! The delivery step: hand over what is due, one message at a time, each attempt counted before it is made.
//!
//! Attempts are counted for a handful of messages in one commit, and ends are recorded while the next message is under
//! way: a flush to disk takes longer than a message. A crash meanwhile sends those again whose end was not recorded
//! yet, byte for byte.

use std::sync::atomic::Ordering;

use serde::Serialize;
use tokio::task::JoinHandle;

use super::pulse::Part;
use super::service::{Service, StepError};
use crate::decide::retry::{self, Next, Tries};
use crate::domain::message::{MessageState, Rest};
use crate::domain::{Attempt, Message, MessageId};
use crate::mail::{MailError, Mailer};
use crate::store::{Ended, Store, StoreError, lock};
use crate::text::mailbox;

/// Attempts counted in one commit, at most. The first commit counts one: when the way out is down, only that one has
/// tried it.
const CLAIMED_MAX: usize = 64;
/// Reasons told in a summary: a thousand refusals need not be read one by one.
const REASONS_MAX: usize = 20;

/// What the step did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DeliverySummary {
    /// Handed over.
    pub n_sent: usize,
    /// To be tried again.
    pub n_later: usize,
    /// Given up.
    pub n_failed: usize,
    /// What was said about those that were not handed over, the first twenty.
    pub reasons: Vec<String>,
}

/// Hands over every message that is due.
///
/// # Errors
/// When the store fails, the way out cannot be opened, or another process is delivering.
pub async fn deliver(service: &Service) -> Result<DeliverySummary, StepError> {
    // One process delivers at a time, so that an attempt without a recorded end is known to be a dead one's.
    let Some(_lock) = lock(&service.config.store.path, "deliver")? else {
        return Err(StepError::Busy("another orbitwire is delivering mail from this store".to_owned()));
    };
    // Ends that are known first: what has none afterwards was an attempt of a process that is gone.
    service.unrecorded.clone().record(service.store.clone()).await?;
    reopen(service).await?;
    drop_strangers(service).await?;
    // Before any attempt is counted: a way out that cannot be opened is no attempt.
    let mailer = service.mailer().await?;
    let mut round = Round { service, mailer, recording: None, summary: DeliverySummary::default() };
    let mut n_max = 1;
    loop {
        service.pulse.beat(Part::Deliver);
        let now = service.clock.now();
        let claimed = service.store.with(move |store| store.claim_messages(n_max, now)).await?;
        if claimed.is_empty() {
            break;
        }
        service.stops.pass("count the attempt")?;
        let goes_on = round.hand_over(claimed).await?;
        service.stops.pass("record_delivery")?;
        if !goes_on {
            break;
        }
        n_max = (2 * n_max).min(CLAIMED_MAX);
    }
    Ok(round.summary)
}

/// Lets the outbox rest whose way out cannot be opened; said once, until it is tried again.
///
/// # Errors
/// When the store fails.
pub async fn rest(service: &Service, fault: &MailError) -> Result<(), StepError> {
    let now = service.clock.now();
    let (until, reason) = (retry::after_shut(now), words(fault));
    let rest = Rest { at: now, until, reason: reason.clone(), is_shut: true };
    let begun = service.store.with(move |store| {
        let is_resting = store.outbox_rest(now)?.is_some_and(|rest| rest.is_shut && rest.until > now);
        let begins = !is_resting || store.next_delivery_at()?.is_some_and(|at| at <= now);
        if begins {
            store.rest_outbox(&rest)?;
        }
        Ok(begins)
    });
    if begun.await? {
        tracing::error!(reason, %until, "the way out for mail cannot be opened; the outbox rests");
    }
    Ok(())
}

/// A fault with its causes.
fn words(fault: &MailError) -> String {
    let causes = std::iter::successors(std::error::Error::source(fault), |cause| cause.source());
    std::iter::once(fault.to_string()).chain(causes.map(ToString::to_string)).collect::<Vec<_>>().join(": ")
}

/// Makes messages due again whose process died over them.
async fn reopen(service: &Service) -> Result<(), StepError> {
    let (now, policy) = (service.clock.now(), service.config.policy.retry.clone());
    let done = service.store.with(move |store| {
        store.forget_future_mail(now)?;
        for open in store.open_attempts()? {
            let again_at = retry::after_crash(open.n_tries, open.begun_at, &policy, now);
            store.reopen_attempt(open, again_at)?;
            tracing::warn!(mail = open.message.0, %again_at, "an attempt has no recorded end; the same bytes go again");
        }
        Ok(())
    });
    Ok(done.await?)
}

/// Gives up what waits for addresses that nobody configures any more: they were taken out, or wrong.
async fn drop_strangers(service: &Service) -> Result<(), StepError> {
    let written = service.config.audiences.iter().flat_map(|audience| &audience.to);
    let addresses: Vec<String> = written
        .filter_map(|to| mailbox::parse(to).ok())
        .map(|mailbox| mailbox.email.to_string().to_lowercase())
        .collect();
    let now = service.clock.now();
    let n = service.store.with(move |store| store.drop_mail_for_strangers(&addresses, now)).await?;
    if n > 0 {
        tracing::warn!(n, "mails are given up whose recipients are in no audience any more");
    }
    Ok(())
}

struct Round<'a> {
    service: &'a Service,
    mailer: &'a Mailer,
    recording: Option<JoinHandle<Result<(), StoreError>>>,
    summary: DeliverySummary,
}

impl Round<'_> {
    /// Hands messages over until one shows that the way out is down, or the service is to stop; the others go back
    /// untried. Returns whether to go on; whatever ended is recorded then.
    async fn hand_over(&mut self, claimed: Vec<Message>) -> Result<bool, StepError> {
        let mut goes_on = true;
        let mut untried = Vec::new();
        for message in claimed {
            if !goes_on {
                untried.push(message.id);
                continue;
            }
            let attempt = self.mailer.send(&message).await;
            self.service.stops.pass("hand over")?;
            goes_on = !attempt.is_about_transport() && !self.service.is_stopping.load(Ordering::SeqCst);
            let ended = self.end(&message, attempt);
            self.service.unrecorded.add(ended);
            self.service.pulse.beat(Part::Deliver);
            self.record().await?;
        }
        self.finish(untried).await?;
        Ok(goes_on)
    }

    /// What an attempt means, said and counted.
    fn end(&mut self, message: &Message, attempt: Attempt) -> Ended {
        let now = self.service.clock.now();
        let tries =
            Tries { n: message.n_attempts.saturating_sub(message.n_attempts_before), since: message.tried_since };
        let next = retry::after(&attempt, tries, &self.service.config.policy.retry, now);
        let is_uncertain = matches!(attempt, Attempt::Uncertain { .. });
        let (state, again_at, reason) = match next {
            Next::Done => (MessageState::Sent, None, attempt.words().to_owned()),
            Next::At { at, reason } if is_uncertain => (MessageState::Uncertain, Some(at), reason),
            Next::At { at, reason } => (MessageState::Pending, Some(at), reason),
            Next::Refused { reason } => (MessageState::Failed, None, reason),
            Next::Expired { reason } => (MessageState::Expired, None, reason),
        };
        let ended = Ended { message: message.id, attempt, state, again_at, reason, at: now };
        self.count(&ended);
        ended
    }

    fn count(&mut self, ended: &Ended) {
        let n = match ended.state {
            MessageState::Sent => &mut self.summary.n_sent,
            MessageState::Failed | MessageState::Expired => &mut self.summary.n_failed,
            _ => &mut self.summary.n_later,
        };
        *n += 1;
        say(ended);
        if ended.state != MessageState::Sent && self.summary.reasons.len() < REASONS_MAX {
            self.summary.reasons.push(ended.reason.clone());
        }
    }

    /// Sends what ended to the store, unless that is busy with what ended before.
    async fn record(&mut self) -> Result<(), StepError> {
        if self.recording.as_ref().is_some_and(|recording| !recording.is_finished()) {
            return Ok(());
        }
        self.recorded().await?;
        let (unrecorded, store) = (self.service.unrecorded.clone(), self.service.store.clone());
        self.recording = Some(tokio::spawn(unrecorded.record(store)));
        Ok(())
    }

    async fn recorded(&mut self) -> Result<(), StepError> {
        match self.recording.take() {
            Some(recording) => Ok(recording.await.unwrap_or(Err(StoreError::Stopped))?),
            None => Ok(()),
        }
    }

    /// Gives back what was not tried and waits until everything is recorded.
    async fn finish(&mut self, untried: Vec<MessageId>) -> Result<(), StepError> {
        self.recorded().await?;
        // First: what rests is what waits, and these wait again.
        if !untried.is_empty() {
            let release = move |store: &mut Store| untried.iter().try_for_each(|id| store.release_message(*id));
            self.service.store.with(release).await?;
        }
        Ok(self.service.unrecorded.clone().record(self.service.store.clone()).await?)
    }
}

/// Says how an attempt ended; what needs a person is an error.
fn say(ended: &Ended) {
    let (mail, state, reason) = (ended.message.0, ended.state.name(), ended.reason.as_str());
    match (ended.state, ended.again_at) {
        (MessageState::Sent, _) => tracing::info!(mail, state, reason, "delivery"),
        (MessageState::Failed | MessageState::Expired, _) => {
            tracing::error!(mail, state, reason, "delivery given up; see `orbitwire outbox list`");
        }
        (_, Some(until)) if matches!(ended.attempt, Attempt::TransportDown { .. }) => {
            tracing::error!(mail, state, reason, %until, "the way out for mail is shut; the outbox rests");
        }
        _ => tracing::warn!(mail, state, reason, "delivery"),
    }
}
