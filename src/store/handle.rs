//! The way to the store's thread.

use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::{Store, StoreError};

/// Closures committed together at most. Few of them bring a document, and the others take a twentieth of a millisecond
/// each, so that the first of them does not wait long.
const GROUP_MAX: usize = 512;

/// What a closure leaves behind: told the end of the commit, it answers its caller.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// Runs on the store, or learns why there is none to run on.
type Job = Box<dyn FnOnce(Result<&mut Store, StoreError>) -> Answer + Send>;

/// Sends closures to the store's thread; cheap to clone. The thread ends when the last handle is gone, and the last
/// handle waits for that: a process that left first would leave its log for the next start to read through.
#[derive(Clone, Debug)]
pub struct Handle {
    writer: Arc<Writer>,
}

#[derive(Debug)]
struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        // A closure may have held the last handle; a thread cannot wait for itself.
        let thread = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id());
        if let Some(thread) = thread {
            // A panic there has been told by the answer that never came.
            let _ = thread.join();
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
        let job: Job = Box::new(move |store| {
            let done = store.and_then(|store| {
                let done = store.savepoint(work);
                done.map_err(|error| error.at(&store.path))
            });
            Box::new(move |committed| {
                let answer = done.and_then(|done| committed.map(|()| done));
                // A caller that went away needs no answer; its work is done all the same.
                let _ = sender.send(answer);
            })
        });
        let jobs = self.writer.jobs.as_ref().ok_or(StoreError::Stopped)?;
        jobs.send(job).map_err(|_| StoreError::Stopped)?;
        receiver.await.map_err(|_| StoreError::Stopped)?
    }
}

fn serve(mut store: Store, inbox: &mpsc::Receiver<Job>) {
    while let Ok(first) = inbox.recv() {
        let group = std::iter::once(first).chain(inbox.try_iter().take(GROUP_MAX - 1));
        commit_together(&mut store, group);
    }
    // Leaves a short log behind for the next start and for backups; it is no loss when a reader prevents it.
    let _ = store.connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
}

fn commit_together(store: &mut Store, group: impl Iterator<Item = Job>) {
    let mut begun = store.begin();
    let is_begun = begun.is_ok();
    let answers: Vec<Answer> =
        group.map(|job| job(again(&mut begun, &store.path.clone()).map(|()| &mut *store))).collect();
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
