//! When the store cannot be written: the service waits, says so once, and goes on when it can.
//!
//! A full disk, a file system that became read-only, another program's lock: each may pass without anybody touching the
//! service. So it neither ends nor spins. It closes the store, waits, and opens it again as after a crash, which loses
//! nothing.

use std::time::{Duration, Instant};

use jiff::SignedDuration;

use super::board::Board;
use crate::config::Config;
use crate::pipeline::StepError;
use crate::text::span;

/// The first wait; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(5);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(300);

/// Readers are told of a trouble that held up their news for this long.
const TOLD_AFTER: SignedDuration = SignedDuration::from_mins(30);

/// A trouble with the store that lasts.
#[derive(Debug)]
pub(super) struct Pause {
    begun: Instant,
    n_tries: u32,
    /// When the store was opened again, on trial.
    opened: Option<Instant>,
}

impl Pause {
    /// The trouble began, or is not over: told once, however often it is met again.
    pub(super) fn go_on(pause: Option<Self>, error: &StepError, board: &Board) -> Self {
        let words = error.to_string();
        let mut pause = pause.unwrap_or_else(|| {
            tracing::error!(error = %words, "the store cannot be written; the service waits and goes on when it can");
            board.count(|tally| tally.n_pauses += 1);
            Self { begun: Instant::now(), n_tries: 0, opened: None }
        });
        tracing::debug!(error = %words, n_tries = pause.n_tries, "the store cannot be written yet");
        board.change(|state| state.paused = Some(words));
        pause.n_tries += 1;
        pause.opened = None;
        pause
    }

    /// How long to wait before the store is opened again.
    pub(super) fn wait(&self) -> Duration {
        FIRST.saturating_mul(1 << self.n_tries.saturating_sub(1).min(10)).min(LONGEST)
    }

    /// The store could be opened and written; whether that lasts is seen while the service works.
    pub(super) fn opened(&mut self) {
        self.opened = Some(Instant::now());
    }

    /// Until when the store is on trial; small writes may succeed where a large one does not.
    pub(super) fn trial(&self) -> Duration {
        self.opened.map_or(self.wait(), |opened| self.wait().saturating_sub(opened.elapsed()))
    }

    /// It has lasted. What readers are to be told of it, if anything.
    pub(super) fn end(self, board: &Board) -> Option<String> {
        let took = self.begun.elapsed();
        tracing::info!(seconds = took.as_secs(), "the store can be written again; the service goes on");
        let why = board.state().paused.unwrap_or_default();
        board.change(|state| state.paused = None);
        let took = SignedDuration::try_from(took).unwrap_or_default();
        (took >= TOLD_AFTER).then(|| {
            let minutes = SignedDuration::from_mins(took.as_mins());
            format!("nothing could be polled or told for {}: {why}; nothing is lost", span::show(minutes))
        })
    }
}

/// Whether the store may be written again by itself.
pub(super) fn is_passing(error: &StepError) -> bool {
    matches!(error, StepError::Store(error) if error.is_passing())
}

/// Whether the machine is short of something that may come back.
pub(super) fn is_shortage(error: &StepError) -> bool {
    matches!(error, StepError::Store(error) if error.is_shortage())
}

/// The fault with what brings the store back.
pub(super) fn with_way_back(error: StepError, config: &Config) -> StepError {
    match error {
        StepError::Store(error) => error.with_way_back(&config.store.path, &config.store.backup_directory).into(),
        error => error,
    }
}
