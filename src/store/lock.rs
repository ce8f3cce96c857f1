//! Locks beside the store: one service, one deliverer. A process that is killed loses them.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{StoreError, create_folder};

/// A lock that its holder has just let go lives on for a moment in a process that is being started beside it.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(20);

/// The file of the lock `name` beside the store.
pub fn lock_path(store: &Path, name: &str) -> PathBuf {
    let mut path = store.to_owned().into_os_string();
    path.push(format!(".{name}.lock"));
    path.into()
}

/// Whether somebody holds the lock; nothing is made or changed by asking.
pub fn is_locked(store: &Path, name: &str) -> bool {
    let Ok(file) = File::open(lock_path(store, name)) else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// Takes the lock `<store>.<name>.lock`; `None` when another process holds it.
///
/// # Errors
/// When the file can neither be made nor opened.
pub fn lock(store: &Path, name: &str) -> Result<Option<File>, StoreError> {
    let path = lock_path(store, name);
    let fault = |error| StoreError::Folder(error).at(store);
    create_folder(store)?;
    let written = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    // A lock file that root made by hand serves the service as well: a lock needs no right to write.
    let file = written.or_else(|_| File::open(&path)).map_err(fault)?;
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(fault(error)),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_once_and_free_again_when_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("news.db");
        let held = lock(&store, "run").unwrap();
        assert!(held.is_some());
        assert!(lock(&store, "run").unwrap().is_none());
        assert!(lock(&store, "deliver").unwrap().is_some());
        drop(held);
        assert!(lock(&store, "run").unwrap().is_some());
    }
}
