//! What is known of the running service, for systemd, for monitoring, and for whoever asks for its status.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::decide::health::{self, Surroundings};
use crate::domain::vitals::{Health, Tally, Vitals};
use crate::text::clean;
use crate::web::Snapshot;

/// Longest words for systemd, characters.
const WORDS_MAX: usize = 400;

/// What the service writes of itself where other processes can read it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    /// Process id.
    pub pid: u32,
    /// Of the program.
    pub version: String,
    /// When it started.
    pub started_at: Timestamp,
    /// Why it waits for the store, if it does.
    pub paused: Option<String>,
    /// Why the last reload was refused, if it was.
    pub refused: Option<String>,
    /// Why no copy of the store can be made, if so.
    pub backup_fault: Option<String>,
}

impl State {
    /// What the verdict needs to know.
    pub fn surroundings(&self) -> Surroundings {
        Surroundings {
            running_since: Some(self.started_at),
            paused: self.paused.clone(),
            refused: self.refused.clone(),
            backup_fault: self.backup_fault.clone(),
        }
    }
}

/// The one place where the loops write what they know; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Board {
    clock: Clock,
    known: Arc<Mutex<Known>>,
}

#[derive(Debug)]
struct Known {
    state: State,
    vitals: Option<Vitals>,
    tally: Tally,
}

impl Board {
    pub(super) fn new(clock: Clock) -> Self {
        let state = State {
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: clock.now(),
            paused: None,
            refused: None,
            backup_fault: None,
        };
        Self { clock, known: Arc::new(Mutex::new(Known { state, vitals: None, tally: Tally::default() })) }
    }

    pub(super) fn seen(&self, vitals: Vitals) {
        self.known().vitals = Some(vitals);
    }

    pub(super) fn count(&self, add: impl FnOnce(&mut Tally)) {
        add(&mut self.known().tally);
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.known().state);
    }

    pub(super) fn state(&self) -> State {
        self.known().state.clone()
    }

    pub(super) fn health(&self) -> Health {
        let known = self.known();
        health::health(known.vitals.as_ref(), &known.state.surroundings(), self.clock.now())
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let health = self.health();
        let known = self.known();
        let started_at = known.state.started_at.as_second();
        Snapshot { health, vitals: known.vitals.clone(), tally: known.tally, started_at }
    }

    /// For `systemctl status`: the trouble, or what is going on.
    pub(super) fn words(&self) -> String {
        let health = self.health();
        let words = if health.level.code() == 0 { health.reasons.join("; ") } else { health.line() };
        // A second line would be another word to systemd.
        clean::line(&words, WORDS_MAX)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
