//! The store's thread: commits together what waits at one moment, and answers each caller behind the commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::{Store, StoreError};

/// Jobs committed together at most. Few of them bring a document, and the others take a twentieth of a millisecond
/// each, so that the first of them does not wait long.
const GROUP_MAX: usize = 512;

/// Who asks in company waits this long for more company: a flush to disk costs more than all else of a visit that
/// brought nothing.
const GATHER: Duration = Duration::from_millis(4);

/// Work on the store that waits for its turn, and for its answer.
pub(super) trait Job: Send {
    /// Whether the work may be done a second time, after the first came to nothing.
    fn is_repeatable(&self) -> bool;
    /// Does the work; `false` when it failed.
    fn run(&mut self, store: &mut Store) -> bool;
    /// Tells the caller what came of it, now that it is committed or will not be.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

/// Work with the way back to who asked for it.
pub(super) struct Asked<F, T> {
    pub work: F,
    pub is_repeatable: bool,
    pub done: Option<Result<T, StoreError>>,
    pub asker: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Job for Asked<F, T>
where
    T: Send,
    F: FnMut(&mut Store) -> Result<T, StoreError> + Send,
{
    fn is_repeatable(&self) -> bool {
        self.is_repeatable
    }

    fn run(&mut self, store: &mut Store) -> bool {
        // A decision that panics over a hostile text must cost its own work only, not the store's thread.
        let done = catch_unwind(AssertUnwindSafe(|| (self.work)(store))).unwrap_or(Err(StoreError::Panicked));
        let is_done = done.is_ok();
        self.done = Some(done.map_err(|error| error.at(&store.path)));
        is_done
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let answer = match (self.done, committed) {
            (Some(done), committed) => done.and_then(|done| committed.map(|()| done)),
            (None, Err(error)) => Err(error),
            (None, Ok(())) => Err(StoreError::Undone),
        };
        // A caller that went away needs no answer; its work is done all the same.
        let _ = self.asker.send(answer);
    }
}

type Jobs = Vec<Box<dyn Job>>;

/// Works until nobody can ask any more.
pub(super) fn serve(mut store: Store, inbox: &Receiver<Box<dyn Job>>) {
    let mut is_in_company = false;
    while let Ok(first) = inbox.recv() {
        if is_in_company {
            std::thread::sleep(GATHER);
        }
        let group: Jobs = std::iter::once(first).chain(inbox.try_iter().take(GROUP_MAX - 1)).collect();
        let (n, begun) = (group.len(), Instant::now());
        commit_in_order(&mut store, by_kind(group));
        // Work that takes its time lets others gather by itself, and who comes alone is not kept waiting.
        is_in_company = n > 1 && begun.elapsed() < GATHER;
    }
    // Leaves a short log behind for the next start and for backups; it is no loss when a reader prevents it.
    let _ = store.connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
}

/// Those of one kind that came behind each other together, so that what must be done anew is never something that may
/// be done only once.
fn by_kind(jobs: Jobs) -> Vec<Jobs> {
    let mut groups: Vec<Jobs> = Vec::new();
    for job in jobs {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|other| other.is_repeatable() == job.is_repeatable()) => {
                group.push(job)
            }
            _ => groups.push(vec![job]),
        }
    }
    groups
}

/// Commits one group after the other; `false` when one could not be begun, behind which none is tried: one wait for
/// another program's lock is enough.
fn commit_in_order(store: &mut Store, groups: Vec<Jobs>) -> bool {
    let mut is_open = true;
    for group in groups {
        match is_open {
            true => is_open = commit_together(store, group),
            false => group.into_iter().for_each(|job| job.answer(Err(StoreError::Undone))),
        }
    }
    is_open
}

/// Whether a transaction could be begun for them.
fn commit_together(store: &mut Store, mut group: Jobs) -> bool {
    let mut state = store.begin();
    let is_begun = state.is_ok();
    for job in &mut group {
        if state.is_ok() {
            let is_done = job.run(store);
            // SQLite undoes a whole transaction by itself when the disk is full: then nothing more may run as if in it.
            if store.is_outside_transaction() || !is_done && job.is_repeatable() {
                state = Err(StoreError::Undone);
            }
        }
    }
    if is_begun && state.is_ok() {
        state = store.commit();
    }
    if is_begun && state.is_err() {
        store.roll_back();
        if group.len() > 1 && group.iter().all(|job| job.is_repeatable()) {
            // One has failed, or all were too much: each gets what comes of it alone.
            return commit_in_order(store, group.into_iter().map(|job| vec![job]).collect());
        }
    }
    let path = store.path.clone();
    for job in group {
        job.answer(again(&mut state, &path));
    }
    is_begun
}

/// One result for many callers: the first gets the error itself, the others that it was undone.
fn again(shared: &mut Result<(), StoreError>, path: &Path) -> Result<(), StoreError> {
    match shared {
        Ok(()) => Ok(()),
        Err(error) => Err(std::mem::replace(error, StoreError::Undone).at(path)),
    }
}
