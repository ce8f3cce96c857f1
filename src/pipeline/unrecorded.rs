//! Ends of attempts that are not in the store yet: kept until they are, so that no mail goes twice because a disk was
//! full.

use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::message::MessageState;
use crate::mail;
use crate::store::{Ended, Handle, Store, StoreError};

/// What waits to be recorded; cheap to clone, and outlives a service that is opened anew.
#[derive(Clone, Debug, Default)]
pub struct Unrecorded {
    ended: Arc<Mutex<Vec<Ended>>>,
}

impl Unrecorded {
    pub(super) fn add(&self, ended: Ended) {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).push(ended);
    }

    /// Records what waits; what the store cannot take now is kept.
    pub(super) async fn record(self, store: Handle) -> Result<(), StoreError> {
        let all = self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let n = all.len();
        store.with(move |store| all.iter().try_for_each(|ended| write(store, ended))).await?;
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).drain(..n);
        Ok(())
    }
}

fn write(store: &mut Store, ended: &Ended) -> Result<(), StoreError> {
    store.record_delivery(ended)?;
    if !ended.state.waits() && ended.state != MessageState::Sent {
        store.tell_given_up(ended, mail::masked)?;
    }
    match ended.again_at.and_then(|until| ended.attempt.rest(ended.at, until)) {
        // The others would fail in the same way; hammering a server that refuses us gets us blocked.
        Some(rest) => store.rest_outbox(&rest).map(|_| ()),
        None if ended.state == MessageState::Sent => store.wake_outbox(ended.at).map(|_| ()),
        None if ended.attempt.is_about_transport() => Ok(()),
        None => store.open_way(),
    }
}
