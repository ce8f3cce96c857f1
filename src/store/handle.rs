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

/// Who asks in company waits this long for more company: a flush to disk costs more than all else of a visit that
/// brought nothing.
const GATHER: Duration = Duration::from_millis(2);

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
        // A decision that panics over a hostile text must cost its own work only, not the store's thread.
        self.send(move |store| {
            catch_unwind(AssertUnwindSafe(|| store.savepoint(work))).unwrap_or_else(|_| {
                store.abandon_savepoint();
                Err(StoreError::Panicked)
            })
        })
        .await
    }

    /// The same for work that writes a row or two and gives no keys: it has no savepoint, which would copy every page
    /// that it touches. What fails before it has written costs itself; behind that, all that is committed with it.
    ///
    /// # Errors
    /// As [`Handle::with`].
    pub async fn with_little<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Store) -> Result<T, StoreError> + Send + 'static,
    {
        self.send(move |store| {
            let n_before = store.n_changes();
            let done = catch_unwind(AssertUnwindSafe(|| work(store))).unwrap_or_else(|_| Err(StoreError::Panicked));
            store.is_spoiled |= done.is_err() && store.n_changes() != n_before;
            done
        })
        .await
    }

    async fn send<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Store) -> Result<T, StoreError> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let work: Work = Box::new(move |store| {
            let done = store.and_then(|store| work(store).map_err(|error| error.at(&store.path)));
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
    let mut is_in_company = false;
    while let Ok(first) = inbox.recv() {
        if is_in_company {
            std::thread::sleep(GATHER);
        }
        let group: Vec<Work> = std::iter::once(first).chain(inbox.try_iter().take(GROUP_MAX - 1)).collect();
        let (n, begun) = (group.len(), Instant::now());
        commit_together(&mut store, group);
        // Work that takes its time lets others gather by itself, and who comes alone is not kept waiting.
        is_in_company = n > 1 && begun.elapsed() < GATHER;
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
        if is_begun && state.is_ok() && (store.is_outside_transaction() || store.is_spoiled) {
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
    use crate::domain::feed::FeedSpec;
    use crate::domain::{FeedId, ItemId};
    use crate::store::NewNotice;

    #[tokio::test]
    async fn work_that_fails_or_panics_leaves_nothing_and_does_not_hinder_the_rest() {
        let handle = Handle::start(Store::in_memory().unwrap()).unwrap();
        let now = jiff::Timestamp::UNIX_EPOCH;
        let failed: Result<(), _> = handle
            .with(move |store| {
                store.give_keys(ItemId(1), [1], now)?;
                Err(StoreError::Value("no".to_owned()))
            })
            .await;
        assert!(failed.is_err());
        let panicked: Result<(), _> = handle
            .with(move |store| {
                store.give_keys(ItemId(1), [2], now)?;
                panic!("over a hostile text")
            })
            .await;
        assert!(matches!(panicked, Err(StoreError::Panicked)));
        handle.with(move |store| store.give_keys(ItemId(1), [3], now)).await.unwrap();
        let known = handle.with(|store| store.known([1, 2, 3])).await.unwrap();
        assert!(known.into_keys().eq([3]));
    }

    fn note(store: &mut Store, words: &str) -> Result<(), StoreError> {
        let spec = FeedSpec {
            url: "https://e.org/".to_owned(),
            outlet: "e".to_owned(),
            name: "E".to_owned(),
            every: None,
            headers: Vec::new(),
            aggregator: false,
            enabled: true,
        };
        store.sync_feeds(&[spec])?;
        let notice = NewNotice { feed: FeedId(1), words: words.to_owned() };
        store.add_notice(&notice, jiff::Timestamp::UNIX_EPOCH)
    }

    /// What becomes of a notice that is committed together with `little` work, and of that work.
    async fn beside<F>(little: F) -> (Result<(), StoreError>, Result<(), StoreError>, i64)
    where
        F: FnOnce(&mut Store) -> Result<(), StoreError> + Send + 'static,
    {
        let handle = Handle::start(Store::in_memory().unwrap()).unwrap();
        let (go, wait) = mpsc::channel();
        // Holds the store's thread until both are there.
        let held = handle.with(move |_| wait.recv().map_err(|_| StoreError::Stopped));
        let (_, noted, little, _) =
            tokio::join!(held, handle.with(|store| note(store, "good")), handle.with_little(little), async {
                go.send(())
            });
        let count =
            |store: &mut Store| Ok(store.connection.query_row("SELECT count(*) FROM notices", [], |row| row.get(0))?);
        (noted, little, handle.with(count).await.unwrap())
    }

    #[tokio::test]
    async fn little_work_costs_itself_when_it_fails_before_it_has_written() {
        let (noted, little, n) = beside(|_| panic!("over a hostile text")).await;
        assert!(noted.is_ok() && matches!(little, Err(StoreError::Panicked)), "{noted:?} {little:?}");
        assert_eq!(n, 1);
    }

    #[tokio::test]
    async fn little_work_that_fails_half_way_takes_its_company_with_it() {
        let half = |store: &mut Store| {
            note(store, "bad")?;
            Err(StoreError::Value("no".to_owned()))
        };
        let (noted, little, n) = beside(half).await;
        assert!(noted.is_err() && little.is_err(), "{noted:?} {little:?}");
        assert_eq!(n, 0);
    }
}
