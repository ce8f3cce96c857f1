//! One service a store.

use std::fs::File;
use std::path::Path;

use crate::pipeline::StepError;
use crate::store;

/// Takes the lock beside the store, and its folder if need be; a process that is killed loses it.
pub(super) fn take(store: &Path) -> Result<File, StepError> {
    let words = || format!("another orbitwire runs on this store (it holds {}.run.lock)", store.display());
    store::lock(store, "run")?.ok_or_else(|| StepError::Busy(words()))
}
