//! Copies of the store: whole, checked, made beside a running service, and found again when they are needed.

use std::fs::{File, OpenOptions, Permissions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};

use super::{BUSY_TIMEOUT, Store, StoreError, create_folder, migrate};

/// Name of the folder beside the store in which copies lie unless another is configured.
const FOLDER: &str = "backups";

/// The folder for copies of the store at `store` when none is configured.
pub fn default_backups(store: &Path) -> PathBuf {
    store.with_file_name(FOLDER)
}

/// A name in `folder` for a copy made at `at`: names sort by time.
pub fn backup_name(store: &Path, folder: &Path, at: Timestamp) -> PathBuf {
    folder.join(format!("{}-{}.db", stem(store), at.strftime("%Y%m%dT%H%M%SZ")))
}

/// The copies in `folder` that bear the store's name, the newest last; those made before an upgrade count as well.
pub fn backups(store: &Path, folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = files(store, folder, ".db").collect();
    found.sort();
    found.into_iter().map(|(_, path)| path).collect()
}

/// The files in `folder` that bear the store's name and end so, with the time of their last change.
fn files(store: &Path, folder: &Path, end: &'static str) -> impl Iterator<Item = (Option<SystemTime>, PathBuf)> {
    let begin = format!("{}-", stem(store));
    let is_ours = move |name: &str| name.starts_with(&begin) && name.ends_with(end);
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(move |entry| entry.file_name().to_str().is_some_and(&is_ours))
        .map(|entry| (entry.metadata().and_then(|data| data.modified()).ok(), entry.path()))
}

/// When the last timed copy in `folder` was made, by its name. One whose name lies after `now` was made while the clock
/// ran ahead: it says nothing of when the next is due.
pub fn last_backup_at(store: &Path, folder: &Path, now: Timestamp) -> Option<Timestamp> {
    let made = backups(store, folder).into_iter().filter_map(|copy| made_at(store, &copy));
    made.filter(|at| *at <= now).max()
}

fn made_at(store: &Path, copy: &Path) -> Option<Timestamp> {
    let name = copy.file_stem()?.to_str()?.strip_prefix(&format!("{}-", stem(store)))?.to_owned();
    jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", name).ok()?.in_tz("UTC").ok().map(|at| at.timestamp())
}

/// Deletes the oldest timed copies until `n_kept` are left, and what an interrupted copy left behind. Copies made before
/// an upgrade stay: they are the only way back. One with a name after `now` counts as the oldest, or it would outlive
/// all that are made with the clock put right.
///
/// # Errors
/// When a file cannot be deleted.
pub fn thin_out(store: &Path, folder: &Path, n_kept: usize, now: Timestamp) -> Result<usize, StoreError> {
    let is_timed = |path: &PathBuf| !path.to_string_lossy().contains("-before-schema-");
    let mut timed: Vec<_> = backups(store, folder).into_iter().filter(is_timed).collect();
    timed.sort_by_cached_key(|copy| (made_at(store, copy).is_none_or(|at| at <= now), copy.clone()));
    timed.truncate(timed.len().saturating_sub(n_kept));
    let n_old = timed.len();
    timed.extend(files(store, folder, ".db.part").map(|(_, path)| path));
    timed.iter().try_for_each(std::fs::remove_file).map_err(|error| StoreError::Folder(error).at(folder))?;
    Ok(n_old)
}

/// Copies the store at `store` to the file `to`, beside whoever else uses it, and answers the size of the copy.
///
/// The copy is made under another name, checked from its first page to its last and flushed, and only then takes the
/// place of what stood at `to`: there is a whole copy at every moment, also when the disk fills up meanwhile.
///
/// # Errors
/// When the store cannot be read, `to` is the store itself or no copy of one, or the disk has no room for it.
pub fn back_up(store: &Path, to: &Path) -> Result<u64, StoreError> {
    if !store.exists() {
        return Err(StoreError::Absent.at(store));
    }
    let fault = |error: StoreError| StoreError::Backup { file: to.to_owned(), fault: Box::new(error) };
    refuse_target(store, to).map_err(fault)?;
    create_folder(to)?;
    let part = part_of(to);
    let made = copy_to(store, &part).and_then(|bytes| {
        std::fs::rename(&part, to).and_then(|()| flush_folder(to)).map_err(StoreError::Folder)?;
        Ok(bytes)
    });
    if made.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    made.map_err(fault)
}

/// Puts the copy `from` in the place of the store at `store`, and answers where the old file lies now, if there was one.
/// The caller holds the lock of the service.
///
/// # Errors
/// When `from` is no whole store, or a file cannot be moved.
pub fn restore(store: &Path, from: &Path, at: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    let check = || -> Result<(), StoreError> {
        let copy = read_only(from)?;
        migrate::refuse_foreign(&copy)?;
        migrate::refuse_newer(&copy)?;
        is_whole(&copy)
    };
    check().map_err(|error| error.at(from))?;
    let fault = |error| StoreError::Folder(error).at(store);
    create_folder(store)?;
    let part = part_of(store);
    std::fs::copy(from, &part).map_err(fault)?;
    make_private(&part).and_then(|()| File::open(&part)?.sync_all()).map_err(fault)?;
    let aside = store.with_extension(format!("aside-{}.db", at.strftime("%Y%m%dT%H%M%SZ")));
    let was_there = store.exists();
    // The log belongs to the old file: beside the new one it would damage it.
    for end in ["-wal", "-shm", ""] {
        let (old, new) = (with_end(store, end), with_end(&aside, end));
        if old.exists() {
            std::fs::rename(&old, &new).map_err(fault)?;
        }
    }
    std::fs::rename(&part, store).and_then(|()| flush_folder(store)).map_err(fault)?;
    Ok(was_there.then_some(aside))
}

impl Store {
    /// Copies a store that is to be brought up to date, so that there is a way back to the program that wrote it.
    pub(super) fn back_up_before_upgrade(&self, folder: &Path, found: i64) -> Result<Option<PathBuf>, StoreError> {
        if found == 0 || found >= migrate::known() {
            return Ok(None);
        }
        let to = folder.join(format!("{}-before-schema-{}.db", stem(&self.path), migrate::known()));
        back_up(&self.path, &to).map(|_| Some(to))
    }
}

fn copy_to(store: &Path, part: &Path) -> Result<u64, StoreError> {
    let _ = std::fs::remove_file(part);
    // Made beforehand, so that nobody else can read it while it grows.
    let new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(part).map_err(StoreError::Folder)?;
    let source = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .and_then(|source| source.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(())).map(|()| source))
        .or_else(|_| Store::open_read_only(store).map(|store| store.connection))?;
    source.busy_timeout(BUSY_TIMEOUT)?;
    source.pragma_update(None, "query_only", false)?;
    migrate::refuse_foreign(&source)?;
    source.execute("VACUUM INTO ?1", [part.to_string_lossy()])?;
    is_whole(&read_only(part)?)?;
    new.sync_all().map_err(StoreError::Folder)?;
    Ok(new.metadata().map_err(StoreError::Folder)?.len())
}

fn is_whole(connection: &Connection) -> Result<(), StoreError> {
    let said: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if said == "ok" { Ok(()) } else { Err(StoreError::Value(said)) }
}

fn read_only(path: &Path) -> Result<Connection, StoreError> {
    // A copy is alone in its file, so nobody changes it and it needs no log beside it.
    super::frozen(path)
}

/// A copy may take the place of an earlier copy, and of nothing else.
fn refuse_target(store: &Path, to: &Path) -> Result<(), StoreError> {
    let (Ok(target), Ok(own)) = (to.canonicalize(), store.canonicalize()) else { return Ok(()) };
    if target == own {
        return Err(StoreError::Target("that is the store itself"));
    }
    let data = target.metadata().ok();
    if data.as_ref().is_some_and(|data| !data.is_file()) {
        return Err(StoreError::Target("what stands there is no file"));
    }
    let is_empty = data.is_some_and(|data| data.len() == 0);
    let is_ours = || read_only(&target).is_ok_and(|old| migrate::refuse_foreign(&old).is_ok());
    if is_empty || is_ours() { Ok(()) } else { Err(StoreError::Target("another file stands there")) }
}

fn make_private(path: &Path) -> std::io::Result<()> {
    std::fs::set_permissions(path, Permissions::from_mode(0o600))
}

fn flush_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn part_of(path: &Path) -> PathBuf {
    with_end(path, ".part")
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut path = path.to_owned().into_os_string();
    path.push(end);
    path.into()
}

fn stem(store: &Path) -> String {
    store.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + day * 86_400).unwrap()
    }

    #[test]
    fn a_copy_from_a_clock_that_ran_ahead_neither_counts_as_the_last_nor_outlives_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("news.db");
        let copy = |day| backup_name(&store, folder.path(), at(day));
        for day in [1, 2, 9] {
            std::fs::write(copy(day), "").unwrap();
        }
        let last = |day| last_backup_at(&store, folder.path(), at(day));
        assert_eq!((last(3), last(9), last(0)), (Some(at(2)), Some(at(9)), None));
        assert_eq!(thin_out(&store, folder.path(), 2, at(3)).unwrap(), 1);
        assert!(copy(1).exists() && copy(2).exists() && !copy(9).exists());
        assert_eq!(thin_out(&store, folder.path(), 1, at(3)).unwrap(), 1);
        assert!(!copy(1).exists() && copy(2).exists());
    }
}
