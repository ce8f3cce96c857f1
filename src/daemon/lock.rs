//! One service a store, and its word on itself in the file that it holds.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::board::State;
use crate::pipeline::StepError;
use crate::store;

/// What the service says of itself is never longer; the room is taken at the start, while there is any.
const STATE_BYTES: usize = 4096;

/// The lock; a process that is killed loses it.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    store: PathBuf,
}

impl Lock {
    /// Takes the lock beside the store, and makes its folder if need be.
    pub(super) fn take(store: &Path) -> Result<Self, StepError> {
        let words = || {
            let by = read_state(store).map(|state| format!(", process {}", state.pid)).unwrap_or_default();
            format!("another orbitwire runs on this store (it holds {}.run.lock{by})", store.display())
        };
        let file = store::lock(store, "run")?.ok_or_else(|| StepError::Busy(words()))?;
        Ok(Self { file, store: store.to_owned() })
    }

    pub(super) fn is_of(&self, store: &Path) -> bool {
        self.store == store
    }

    /// Writes the state over the last one, in the same bytes, so that it can be told that the disk is full.
    pub(super) fn write(&self, state: &State) {
        let mut text = serde_json::to_vec(state).unwrap_or_default();
        text.truncate(STATE_BYTES - 1);
        text.resize(STATE_BYTES - 1, b' ');
        let _ = text.write_all(b"\n");
        // A lock file that root made by hand cannot be written; then the state is told elsewhere only.
        let _ = self.file.write_all_at(&text, 0);
    }
}

/// What the service that runs on this store says of itself; `None` when none runs.
pub fn state(store: &Path) -> Option<State> {
    store::is_locked(store, "run").then(|| read_state(store)).flatten()
}

fn read_state(store: &Path) -> Option<State> {
    let mut text = String::new();
    let file = File::open(store::lock_path(store, "run")).ok()?;
    file.take(STATE_BYTES as u64).read_to_string(&mut text).ok()?;
    serde_json::from_str(text.trim()).ok()
}
