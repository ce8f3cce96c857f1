//! What wakes the loops, tells them to stop, and notes that they move.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};

use super::board::Board;
use crate::pipeline::{Part, Pulse, Service};

/// Looks again at least this often, whatever the clock did meanwhile.
pub(super) const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Between two looks at least this long, so that something due that cannot be done does not spin.
pub(super) const LOOK_PAUSE: SignedDuration = SignedDuration::from_millis(200);

/// Wakes loops, tells them to stop, and feels their pulse whenever they lie down and get up.
#[derive(Debug)]
pub(super) struct Bell {
    stop: watch::Sender<bool>,
    pub(super) digest: Notify,
    pub(super) deliver: Notify,
    /// Rung when deliveries have ended.
    pub(super) delivered: Notify,
    pub(super) board: Board,
    pulse: Pulse,
    /// Nobody sleeps longer in one go.
    nap_max: SignedDuration,
}

impl Bell {
    /// For loops of which each says at least every `nap_max` that it moves.
    pub(super) fn new(board: Board, pulse: Pulse, nap_max: Duration) -> Self {
        let nap_max = SignedDuration::try_from(nap_max).unwrap_or(LOOK_EVERY).clamp(LOOK_PAUSE, LOOK_EVERY);
        let (digest, deliver, delivered) = (Notify::new(), Notify::new(), Notify::new());
        Self { stop: watch::Sender::new(false), digest, deliver, delivered, board, pulse, nap_max }
    }

    pub(super) fn ring_stop(&self) {
        self.stop.send_replace(true);
    }

    pub(super) fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Sleeps until `at` by the service's clock, a nap at most, or until told to stop.
    pub(super) async fn sleep_until(&self, part: Part, service: &Service, at: Option<Timestamp>) {
        let wait = at.map_or(LOOK_EVERY, |at| at.duration_since(service.clock.now()));
        self.sleep(part, wait).await;
    }

    /// Sleeps for `wait`, a nap at most, or until told to stop.
    pub(super) async fn sleep(&self, part: Part, wait: SignedDuration) {
        self.pulse.beat(part);
        let mut stop = self.stop.subscribe();
        let nap = wait.clamp(LOOK_PAUSE, self.nap_max).unsigned_abs();
        tokio::select! {
            () = tokio::time::sleep(nap) => {}
            _ = stop.wait_for(|stopping| *stopping) => {}
        }
        self.pulse.beat(part);
    }

    /// Waits for work on a thread of its own that may take long; `None` when told to stop before its end.
    pub(super) async fn beside<T>(&self, part: Part, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Some(done),
                () = self.sleep(part, LOOK_EVERY) => if self.is_stopping() { return None },
            }
        }
    }
}
