//! One service a store.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::pipeline::StepError;
use crate::store::{StoreError, create_folder};

/// Takes the lock beside the store, and its folder if need be; a process that is killed loses it.
pub(super) fn take(store: &Path) -> Result<File, StepError> {
    let mut path = store.to_owned().into_os_string();
    path.push(".lock");
    let path = PathBuf::from(path);
    let fault = |error| StoreError::Folder(error).at(store);
    create_folder(store)?;
    let file = File::create(&path).map_err(fault)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(StepError::Busy(format!("another orbitwire runs on this store (it holds {})", path.display())))
        }
        Err(TryLockError::Error(error)) => Err(fault(error).into()),
    }
}
