//! The way to the store's thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc;

use tokio::sync::oneshot;

use super::{Store, StoreError};

/// Closures committed together at most; more would make the first of them wait.
const GROUP_MAX: usize = 64;

/// What a closure leaves behind: told the end of the commit, it answers its caller.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// Runs on the store, or learns why there is none to run on.
type Work = Box<dyn FnOnce(Result<&mut Store, StoreError>) -> Answer + Send>;

enum Job {
    Work(Work),
    /// Everything sent before is done; then the file is left tidy and the sender told.
    Close(oneshot::Sender<()>),
}

/// Sends closures to the store's thread; cheap to clone. The thread ends when the last handle is gone.
#[derive(Clone, Debug)]
pub struct Handle {
    jobs: mpsc::Sender<Job>,
}

impl Handle {
    /// Gives the store a thread of its own.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(store: Store) -> Result<Self, StoreError> {
        let (jobs, inbox) = mpsc::channel();
        std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || serve(store, &inbox))
            .map_err(StoreError::Folder)?;
        Ok(Self { jobs })
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
        self.jobs.send(Job::Work(work)).map_err(|_| StoreError::Stopped)?;
        receiver.await.map_err(|_| StoreError::Stopped)?
    }

    /// Waits until everything sent before is done and the log beside the store is folded into it. The thread ends;
    /// whoever asks it later learns that the store has stopped.
    pub async fn close(&self) {
        let (closed, receiver) = oneshot::channel();
        if self.jobs.send(Job::Close(closed)).is_ok() {
            let _ = receiver.await;
        }
    }
}

fn serve(mut store: Store, inbox: &mpsc::Receiver<Job>) {
    let mut closing = None;
    while closing.is_none() {
        let Ok(first) = inbox.recv() else { break };
        let mut group = Vec::new();
        for job in std::iter::once(first).chain(inbox.try_iter()) {
            match job {
                Job::Work(work) => group.push(work),
                Job::Close(closed) => closing = Some(closed),
            }
            if closing.is_some() || group.len() == GROUP_MAX {
                break;
            }
        }
        commit_together(&mut store, group);
    }
    // Leaves a short log behind for the next start and for backups; it is no loss when a reader prevents it.
    let _ = store.connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
    drop(store);
    if let Some(closed) = closing {
        let _ = closed.send(());
    }
}

fn commit_together(store: &mut Store, group: Vec<Work>) {
    if group.is_empty() {
        return;
    }
    let mut begun = store.begin();
    let is_begun = begun.is_ok();
    let answers: Vec<Answer> =
        group.into_iter().map(|work| work(again(&mut begun, &store.path.clone()).map(|()| &mut *store))).collect();
    let mut committed = if is_begun { store.commit() } else { Ok(()) };
    if is_begun && committed.is_err() {
        store.roll_back();
    }
    for answer in answers {
        answer(again(&mut committed, &store.path));
    }
}

/// One result for many callers: the first gets the error itself, the others that the store stopped.
fn again(shared: &mut Result<(), StoreError>, path: &Path) -> Result<(), StoreError> {
    match shared {
        Ok(()) => Ok(()),
        Err(error) => Err(std::mem::replace(error, StoreError::Stopped).at(path)),
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
        let known = handle.with(|store| {
            [1, 2, 3].map(|key| store.known(key).map(|hit| hit.is_some())).into_iter().collect::<Result<Vec<_>, _>>()
        });
        assert_eq!(known.await.unwrap(), [false, false, true]);
    }
}
