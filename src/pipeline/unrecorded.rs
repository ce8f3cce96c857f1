//! Ends of attempts that the store could not take: kept until it can, so that no mail goes twice because a disk was full.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::domain::{Attempt, MessageId};
use crate::store::{Store, StoreError};

/// How an attempt ended and when the message is due again.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub(super) id: MessageId,
    pub(super) attempt: Attempt,
    pub(super) again_at: Option<Timestamp>,
    pub(super) reason: String,
    pub(super) at: Timestamp,
}

impl Ended {
    /// Records it.
    pub(super) fn record(&self, store: &mut Store) -> Result<(), StoreError> {
        store.record_delivery(self.id, &self.attempt, self.again_at, &self.reason, self.at)?;
        let is_down = matches!(self.attempt, Attempt::TransportDown { .. });
        // The rest would fail in the same way; hammering a server that refuses us gets us blocked.
        if let Some(until) = self.again_at.filter(|_| is_down) {
            store.rest_outbox(until, &self.reason)?;
        }
        Ok(())
    }
}

/// What waits to be recorded; cheap to clone, and outlives a service that is opened anew.
#[derive(Clone, Debug, Default)]
pub struct Unrecorded {
    ended: Arc<Mutex<Vec<Ended>>>,
}

impl Unrecorded {
    pub(super) fn add(&self, ended: Ended) {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).push(ended);
    }

    pub(super) fn all(&self) -> Vec<Ended> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What stood first has been recorded.
    pub(super) fn forget(&self, n: usize) {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).drain(..n);
    }
}
