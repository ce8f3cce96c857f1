//! What can be wrong with the store, by class, and what a person can do about it.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// A fault of the store. Every one of them ends the process: without the store nothing can be promised.
///
/// Each is one whole line, cause included; `source()` is empty, so that a chain printed after it says nothing twice.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A fault with the file it concerns.
    #[error("store `{}`: {fault}", path.display())]
    At {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: Box<StoreError>,
    },
    /// There is no such file.
    #[error("there is no store here yet; `orbitwire poll` or `orbitwire run` creates it")]
    Absent,
    /// The folder cannot be made or the file's mode not be set.
    #[error("cannot create the store: {0}")]
    Folder(std::io::Error),
    /// The schema is of a later program.
    #[error("is newer than this program (schema {found}, known up to {known}); install the orbitwire that wrote it")]
    Newer {
        /// `user_version` of the file.
        found: i64,
        /// The last one known here.
        known: i64,
    },
    /// The schema is of an earlier program.
    #[error("is of an earlier program (schema {found}); `orbitwire run` or `orbitwire poll` brings it to {known}")]
    Older {
        /// `user_version` of the file.
        found: i64,
        /// The one that this program writes.
        known: i64,
    },
    /// A copy that cannot be made.
    #[error("cannot be copied to `{}`: {fault}", file.display())]
    Backup {
        /// The copy.
        file: PathBuf,
        /// What is wrong.
        fault: Box<StoreError>,
    },
    /// A place where no copy may be put.
    #[error("{0}; name another file")]
    Target(&'static str),
    /// Another program's database.
    #[error("is another program's database (application id {0:#010x}); name another file in `[store] path`")]
    Foreign(i64),
    /// No database at all, or a damaged one.
    #[error("is not a database or is damaged; move it aside and restore a backup, or start with a new file ({0})")]
    Corrupt(rusqlite::Error),
    /// The same, with the way back.
    #[error("is not a database or is damaged; stop the service and restore the last backup: `orbitwire db restore {}` ({fault})", last.display())]
    Damaged {
        /// The last copy.
        last: PathBuf,
        /// What SQLite says.
        fault: rusqlite::Error,
    },
    /// There is no file, but copies of one: a new store would tell everything again and know no verdict.
    #[error("is gone, and copies of it are there; restore the last one: `orbitwire db restore {}`, or move the copies away to begin anew", last.display())]
    Vanished {
        /// The last copy.
        last: PathBuf,
    },
    /// Another process holds the lock.
    #[error("is locked by another program for more than 8 s; is a second orbitwire or a database tool at work?")]
    Locked,
    /// No right to write.
    #[error("cannot be written; check the owner and mode of the file and its folder ({0})")]
    ReadOnly(rusqlite::Error),
    /// No space.
    #[error("the disk is full; free some space, nothing that was confirmed is lost")]
    Full,
    /// The disk failed.
    #[error("the disk failed: {0}")]
    Disk(rusqlite::Error),
    /// A value in the store that this program cannot read.
    #[error("holds a value that cannot be read: {0}")]
    Value(String),
    /// What was asked for cannot be done, in words for whoever asked.
    #[error("{0}")]
    Refused(String),
    /// SQLite undid the transaction after a fault of the disk.
    #[error("was undone after a fault of the disk; nothing of it was recorded")]
    Undone,
    /// What was to be done panicked; nothing of it has happened.
    #[error("a decision failed on what it was given; nothing of it was recorded")]
    Panicked,
    /// The store's thread has ended after an earlier fault.
    #[error("the store has stopped after an earlier fault")]
    Stopped,
    /// Anything else SQLite says.
    #[error("{0}")]
    Sqlite(rusqlite::Error),
}

impl StoreError {
    /// The same fault with the file it concerns.
    pub fn at(self, path: &Path) -> Self {
        match self {
            Self::At { .. } | Self::Refused(_) | Self::Stopped | Self::Panicked => self,
            fault => Self::At { path: path.to_owned(), fault: Box::new(fault) },
        }
    }
}

impl StoreError {
    /// The same fault with the way to the last copy in `backups`, where the file is damaged and there is one.
    pub fn with_way_back(self, store: &Path, backups: &Path) -> Self {
        match self {
            Self::Corrupt(fault) => match super::backups(store, backups).pop() {
                Some(last) => Self::Damaged { last, fault },
                None => Self::Corrupt(fault),
            },
            Self::At { path, fault } => Self::At { fault: Box::new(fault.with_way_back(store, backups)), path },
            other => other,
        }
    }

    /// The file is there, and nothing is in it.
    pub(super) fn emptied() -> Self {
        let fault = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_NOTADB);
        Self::Corrupt(rusqlite::Error::SqliteFailure(fault, Some("the file is empty".to_owned())))
    }

    /// Whether the file itself is broken.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::At { fault, .. } | Self::Backup { fault, .. } => fault.is_damage(),
            Self::Corrupt(_) | Self::Damaged { .. } | Self::Vanished { .. } => true,
            _ => false,
        }
    }

    /// Whether it may pass by itself or by somebody's help, without the file being touched: no room, no right, no
    /// answer from the disk, another program at work.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::At { fault, .. } | Self::Backup { fault, .. } => fault.is_passing(),
            Self::Full | Self::Disk(_) | Self::Locked | Self::ReadOnly(_) | Self::Undone | Self::Folder(_) => true,
            _ => false,
        }
    }
}

impl StoreError {
    /// Whether it is worth waiting for at the start too: nobody has to change the configuration or a mode for it.
    pub fn is_shortage(&self) -> bool {
        match self {
            Self::At { fault, .. } | Self::Backup { fault, .. } => fault.is_shortage(),
            Self::Full | Self::Disk(_) | Self::Locked => true,
            _ => false,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else { return Self::Sqlite(error) };
        match code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked,
            ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => Self::ReadOnly(error),
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::SystemIoFailure => Self::Disk(error),
            ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => Self::Corrupt(error),
            _ => Self::Sqlite(error),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Value(error.to_string())
    }
}
