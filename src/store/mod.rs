//! The store: one SQLite file, one writer.
//!
//! `Store` is synchronous and lives on its own thread; the rest of the program reaches it through a [`Handle`] that
//! sends closures over `&mut Store`, never over the connection, so that no SQL leaks out of this folder. Whatever a
//! closure calls happens wholly or not at all: it runs inside one savepoint or, when it may be run a second time, alone
//! after what it was to be committed with came to nothing. The thread commits the closures that wait at one moment
//! together, because the flush to disk is the dearest part of a poll, and answers each only after that commit. WAL with
//! `synchronous=FULL`: what was answered survives a power cut.
//!
//! Another engine could take this place without a line changing in `decide` or `domain`.

mod audit;
mod backup;
mod by_hand;
mod care;
mod commit;
mod composing;
mod configured;
mod coverage;
mod dossier;
mod due;
mod error;
mod feeds;
mod findings;
mod folder;
mod handle;
mod items;
mod keys;
mod lock;
mod mailroom;
mod matches;
mod migrate;
mod outbox;
mod recorded;
mod rest;
mod revisions;
mod row;
mod search;
mod status;
mod stories;
mod told;
mod transaction;
mod unsubscribed;
mod untold;
mod verdicts;
mod vitals;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

pub use audit::{Audit, AuditAttempt, AuditTold};
pub use backup::{back_up, backup_name, backups, default_backups, last_backup_at, restore, thin_out};
pub use by_hand::Retold;
pub use care::{LastCheck, Pruned, Retention, check_file};
pub use dossier::{ItemStory, Telling, Told};
pub use error::StoreError;
pub use feeds::{NewNotice, PollRow};
pub use folder::create_folder;
use folder::private;
pub use handle::Handle;
pub use items::{NewItem, StoredItem};
pub use keys::{Hits as KeyHits, KeyHit};
pub use lock::{is_locked, lock, lock_path};
pub use mailroom::OutboxRow;
pub use matches::Match;
pub use outbox::Ended;
pub use recorded::Recorded;
pub use search::Found;
pub use status::{AudienceStatus, OutboxCounts, Status};
pub use stories::{NewDevelopment, NewStoryItem, StoryRow, WindowItem};
pub use told::NewDigest;
pub use unsubscribed::Unsubscribed;
pub use verdicts::VerdictRow;

/// Waits this long for another process to finish its write before giving up: less than the ten seconds in which the
/// service has to stop, since nothing else is heard meanwhile.
const BUSY_TIMEOUT: Duration = Duration::from_secs(8);
/// Pages between checkpoints: rare, because each one stalls the writer. 4,000 pages keep the log under 32 MiB.
const CHECKPOINT_PAGES: u32 = 4_000;
/// A log that grew beyond this, because somebody read for long, is cut to it again.
const LOG_BYTES_MAX: i64 = 64 << 20;
/// Bytes in a page of a new store: an item takes one or two kilobytes, and of smaller pages a sixth stays empty.
const PAGE_BYTES: u32 = 8_192;
/// Page cache, KiB: large enough for the upper levels of the key index of a million items.
const CACHE_KIB: i64 = 8_192;

/// Prepared statements kept; there are some ninety.
const STATEMENTS_KEPT: usize = 128;

/// The writer's view of the store. One method = one thing the domain would say.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    /// Transactions of this connection that came to nothing.
    n_undone: u64,
    is_frozen: bool,
    given: keys::Given,
}

impl Store {
    /// Opens or creates the store at `path` (folders are created too, mode 0700) and brings it up to date.
    ///
    /// # Errors
    /// Says in words what is wrong with the file and what to do; see [`StoreError`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, &default_backups(path))
    }

    /// The same with a folder of one's own for the copy that is made before the schema is brought up to date.
    ///
    /// # Errors
    /// As [`Store::open`]; a damaged file is refused with the way to the last copy in `backups`.
    pub fn open_with(path: &Path, backups: &Path) -> Result<Self, StoreError> {
        Self::prepare(path, backups).map_err(|error| error.with_way_back(path, backups).at(path))
    }

    /// An empty store in memory, for decisions over given rows.
    ///
    /// # Errors
    /// When SQLite cannot be set up at all.
    pub fn in_memory() -> Result<Self, StoreError> {
        let connection = Connection::open_in_memory()?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        let mut store = Self::over(connection, Path::new(":memory:"));
        store.set_up()?;
        migrate::apply(&mut store.connection)?;
        Ok(store)
    }

    /// Opens an existing store for reading only: for commands that look while the service runs.
    ///
    /// On a file system that can only be read there is no place for what SQLite keeps beside the file; then the file is
    /// read as it stands, see [`Store::is_frozen`].
    ///
    /// # Errors
    /// As [`Store::open`]; a store that is not there is an error here.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let ready = |connection: Connection, is_frozen| -> Result<Self, StoreError> {
            connection.busy_timeout(BUSY_TIMEOUT)?;
            connection.pragma_update(None, "query_only", true)?;
            migrate::check(&connection)?;
            Ok(Self { is_frozen, ..Self::over(connection, path) })
        };
        let open = || -> Result<Self, StoreError> {
            if !path.exists() {
                return Err(StoreError::Absent);
            }
            let flags = |access| access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let shared = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_WRITE))
                .or_else(|_| Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_ONLY)))
                .map_err(StoreError::from)
                .and_then(|connection| ready(connection, false));
            match shared {
                Err(StoreError::ReadOnly(_)) if lies_on_read_only_disk(path) => ready(frozen(path)?, true),
                shared => shared,
            }
        };
        open().map_err(|error| error.with_way_back(path, &default_backups(path)).at(path))
    }

    /// Whether the file is read as it stands, without what may lie in the log beside it.
    pub fn is_frozen(&self) -> bool {
        self.is_frozen
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A pair that changes whenever another connection has changed the store, or something that was done here has
    /// been undone.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn version(&self) -> Result<(i64, u64), StoreError> {
        let changed = self.connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        Ok((changed, self.n_undone))
    }

    /// The store's own name, random and fixed at creation: part of every Message-ID.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn instance(&self) -> Result<String, StoreError> {
        Ok(self.connection.query_row("SELECT value FROM meta WHERE name = 'instance'", [], |row| row.get(0))?)
    }

    fn over(connection: Connection, path: &Path) -> Self {
        Self { connection, path: path.to_owned(), n_undone: 0, is_frozen: false, given: keys::Given::default() }
    }

    fn prepare(path: &Path, backups: &Path) -> Result<Self, StoreError> {
        create_folder(path)?;
        let is_new = !path.exists();
        // SQLite takes an empty file for a new store. With copies beside it there was an old one, which would be told anew.
        let is_empty = path.metadata().map_or(is_new, |file| file.len() == 0);
        if is_empty && let Some(last) = backup::backups(path, backups).pop() {
            return Err(if is_new { StoreError::Vanished { last } } else { StoreError::emptied() });
        }
        let connection = Connection::open(path)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        if is_new {
            private(path)?;
        }
        connection.busy_timeout(BUSY_TIMEOUT)?;
        migrate::refuse_foreign(&connection)?;
        connection.pragma_update(None, "page_size", PAGE_BYTES)?;
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        let mut store = Self::over(connection, path);
        store.set_up()?;
        let found = migrate::version(&store.connection)?;
        store.back_up_before_upgrade(backups, found)?;
        migrate::apply(&mut store.connection)?;
        Ok(store)
    }

    fn set_up(&mut self) -> Result<(), StoreError> {
        let c = &self.connection;
        c.pragma_update(None, "synchronous", "FULL")?;
        c.pragma_update(None, "foreign_keys", true)?;
        c.pragma_update(None, "trusted_schema", false)?;
        c.pragma_update(None, "cell_size_check", true)?;
        // Else a statement whose plan might depend on a value is prepared anew with each value.
        c.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        c.pragma_update(None, "temp_store", "MEMORY")?;
        c.pragma_update(None, "cache_size", -CACHE_KIB)?;
        c.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))?;
        c.pragma_update_and_check(None, "journal_size_limit", LOG_BYTES_MAX, |_| Ok(()))?;
        Ok(())
    }
}

/// A file that nobody changes, read without anything beside it.
fn frozen(path: &Path) -> Result<Connection, StoreError> {
    let mut url = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => url.push(char::from(*byte)),
            other => url.push_str(&format!("%{other:02x}")),
        }
    }
    url.push_str("?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(url, flags)?)
}

fn lies_on_read_only_disk(path: &Path) -> bool {
    let opened = std::fs::OpenOptions::new().write(true).open(path);
    opened.is_err_and(|error| error.kind() == std::io::ErrorKind::ReadOnlyFilesystem)
}
