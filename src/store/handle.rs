//! The way to the store's thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::{Store, StoreError};

/// Closures committed together at most. Few of them bring a document, and the others take a twentieth of a millisecond
/// each, so that the first of them does not wait long.
const GROUP_MAX: usize = 512;

/// The last handle waits this long for the store's thread.
const LEAVE_WITHIN: Duration = Duration::from_secs(3);

/// What a closure leaves behind: told the end of the commit, it answers its caller.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// Runs on the store, or learns why there is none to run on.
type Work = Box<dyn FnOnce(Result<&mut Store, StoreError>) -> Answer + Send>;

/// Sends closures to the store's thread; cheap to clone. The thread ends when the last handle is gone, and the last
/// handle waits for that: a process that left first would leave its log for the next start to read through.
#[derive(Clone, Debug)]
pub struct Handle {
    writer: Arc<Writer>,
}

#[derive(Debug)]
struct Writer {
    jobs: Option<mpsc::Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        // A closure may have held the last handle; a thread cannot wait for itself.
        let thread = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id());
        // Not for ever: a disk that hangs, or another program's lock, must not hold up the end of the process. What was
        // answered is safe by then.
        let begun = Instant::now();
        while thread.as_ref().is_some_and(|thread| !thread.is_finished()) && begun.elapsed() < LEAVE_WITHIN {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Handle {
    /// Gives the store a thread of its own.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(store: Store) -> Result<Self, StoreError> {
        let (jobs, inbox) = mpsc::channel();
        let thread = std::thread::Builder::new().name("store".to_owned()).spawn(move || serve(store, &inbox));
        let thread = thread.map_err(StoreError::Folder)?;
        Ok(Self { writer: Arc::new(Writer { jobs: Some(jobs), thread: Some(thread) }) })
    }

    /// Runs `work` on the store in one transaction and answers after the commit.
    ///
    /// # Errors
    /// Those of `work` and of the commit; then nothing of it has happened.
    pub async fn with<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Store) -> Result<T, StoreError> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let work: Work = Box::new(move |store| {
            let done = store.and_then(|store| {
                // A decision that panics over a hostile text must cost its own work only, not the store's thread.
                let done = catch_unwind(AssertUnwindSafe(|| store.savepoint(work))).unwrap_or_else(|_| {
                    store.abandon_savepoint();
                    Err(StoreError::Panicked)
                });
                done.map_err(|error| error.at(&store.path))
            });
            Box::new(move |committed| {
                let answer = done.and_then(|done| committed.map(|()| done));
                // A caller that went away needs no answer; its work is done all the same.
                let _ = sender.send(answer);
            })
        });
        let jobs = self.writer.jobs.as_ref().ok_or(StoreError::Stopped)?;
        jobs.send(work).map_err(|_| StoreError::Stopped)?;
        receiver.await.map_err(|_| StoreError::Stopped)?
    }
}

fn serve(mut store: Store, inbox: &mpsc::Receiver<Work>) {
    while let Ok(first) = inbox.recv() {
        let group = std::iter::once(first).chain(inbox.try_iter().take(GROUP_MAX - 1));
        commit_together(&mut store, group.collect());
    }
    // Leaves a short log behind for the next start and for backups; it is no loss when a reader prevents it.
    let _ = store.connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
}

fn commit_together(store: &mut Store, group: Vec<Work>) {
    let path = store.path.clone();
    let mut state = store.begin();
    let is_begun = state.is_ok();
    let mut answers: Vec<Answer> = Vec::with_capacity(group.len());
    for work in group {
        answers.push(work(again(&mut state, &path).map(|()| &mut *store)));
        // SQLite undoes a whole transaction by itself when the disk is full: then nothing more may run as if in it.
        if is_begun && state.is_ok() && store.is_outside_transaction() {
            state = Err(StoreError::Undone);
        }
    }
    if is_begun && state.is_ok() {
        state = store.commit();
    }
    if is_begun && state.is_err() {
        store.roll_back();
    }
    for answer in answers {
        answer(again(&mut state, &path));
    }
}

/// One result for many callers: the first gets the error itself, the others that it was undone.
fn again(shared: &mut Result<(), StoreError>, path: &Path) -> Result<(), StoreError> {
    match shared {
        Ok(()) => Ok(()),
        Err(error) => Err(std::mem::replace(error, StoreError::Undone).at(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ItemId;

    #[tokio::test]
    async fn work_that_fails_or_panics_leaves_nothing_and_does_not_hinder_the_rest() {
        let handle = Handle::start(Store::in_memory().unwrap()).unwrap();
        let now = jiff::Timestamp::UNIX_EPOCH;
        let failed: Result<(), _> = handle
            .with(move |store| {
                store.give_keys(ItemId(1), &[1], now)?;
                Err(StoreError::Value("no".to_owned()))
            })
            .await;
        assert!(failed.is_err());
        let panicked: Result<(), _> = handle
            .with(move |store| {
                store.give_keys(ItemId(1), &[2], now)?;
                panic!("over a hostile text")
            })
            .await;
        assert!(matches!(panicked, Err(StoreError::Panicked)));
        handle.with(move |store| store.give_keys(ItemId(1), &[3], now)).await.unwrap();
        let known = handle.with(|store| Ok(store.known([Some(1), Some(2), Some(3)])?.map(|hit| hit.is_some())));
        assert_eq!(known.await.unwrap(), [false, false, true]);
    }
}
