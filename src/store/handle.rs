//! The way to the store's thread.

use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::commit::{Asked, Job, serve};
use super::{Store, StoreError};

/// The last handle waits this long for the store's thread.
const LEAVE_WITHIN: Duration = Duration::from_secs(3);

/// Sends closures to the store's thread; cheap to clone. The thread ends when the last handle is gone, and the last
/// handle waits for that: a process that left first would leave its log for the next start to read through.
#[derive(Clone, Debug)]
pub struct Handle {
    writer: Arc<Writer>,
}

#[derive(Debug)]
struct Writer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
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
    pub fn with<T, F>(&self, work: F) -> impl Future<Output = Result<T, StoreError>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&mut Store) -> Result<T, StoreError> + Send + 'static,
    {
        let mut work = Some(work);
        let once = move |store: &mut Store| store.savepoint(|store| work.take().ok_or(StoreError::Undone)?(store));
        self.send(once, false)
    }

    /// The same for work that may be done a second time: it has no savepoint, for which SQLite would copy every page
    /// that it touches. When one of those that are committed together fails, all are undone and each is done by itself.
    ///
    /// # Errors
    /// As [`Handle::with`].
    pub fn with_again<T, F>(&self, work: F) -> impl Future<Output = Result<T, StoreError>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnMut(&mut Store) -> Result<T, StoreError> + Send + 'static,
    {
        self.send(work, true)
    }

    /// Hands the work over at once, so that whoever waits for the answer holds no room for it.
    fn send<T, F>(&self, work: F, is_repeatable: bool) -> impl Future<Output = Result<T, StoreError>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnMut(&mut Store) -> Result<T, StoreError> + Send + 'static,
    {
        let (asker, answer) = oneshot::channel();
        let job = Box::new(Asked { work, is_repeatable, done: None, asker });
        // A job that finds nobody is dropped with its way back, which answers as well.
        let _ = self.writer.jobs.as_ref().map(|jobs| jobs.send(job));
        async move { answer.await.unwrap_or(Err(StoreError::Stopped)) }
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
        store.sync_feeds(&[FeedSpec::new("https://e.org/", "e", "E")])?;
        let notice = NewNotice { feed: FeedId(1), words: words.to_owned() };
        store.add_notice(&notice, jiff::Timestamp::UNIX_EPOCH)
    }

    /// What becomes of a notice that is committed together with `other` work, and of that work; the notices in the end.
    async fn beside<F>(other: F) -> (Result<u32, StoreError>, Result<(), StoreError>, i64)
    where
        F: FnMut(&mut Store) -> Result<(), StoreError> + Send + 'static,
    {
        let handle = Handle::start(Store::in_memory().unwrap()).unwrap();
        let (go, wait) = mpsc::channel();
        // Holds the store's thread until both are there.
        let held = handle.with(move |_| wait.recv().map_err(|_| StoreError::Stopped));
        let mut n_runs = 0;
        let good = move |store: &mut Store| {
            n_runs += 1;
            note(store, "good").map(|()| n_runs)
        };
        let (_, noted, other, _) =
            tokio::join!(held, handle.with_again(good), handle.with_again(other), async { go.send(()) });
        let count =
            |store: &mut Store| Ok(store.connection.query_row("SELECT count(*) FROM notices", [], |row| row.get(0))?);
        (noted, other, handle.with(count).await.unwrap())
    }

    #[tokio::test]
    async fn work_that_may_be_done_again_is_done_once_when_all_goes_well() {
        let (noted, other, n) = beside(|store| note(store, "good")).await;
        assert!(matches!((noted, other, n), (Ok(1), Ok(()), 2)));
    }

    #[tokio::test]
    async fn work_that_fails_half_way_costs_itself_and_the_others_are_done_again() {
        let half = |store: &mut Store| {
            note(store, "bad")?;
            Err(StoreError::Value("no".to_owned()))
        };
        let (noted, other, n) = beside(half).await;
        assert!(matches!((noted, other, n), (Ok(2), Err(_), 1)));
    }

    #[tokio::test]
    async fn work_that_panics_costs_itself_and_the_others_are_done_again() {
        let (noted, other, n) = beside(|store| {
            store.give_keys(ItemId(1), [1], jiff::Timestamp::UNIX_EPOCH)?;
            panic!("over a hostile text")
        })
        .await;
        assert!(matches!((noted, other, n), (Ok(2), Err(StoreError::Panicked), 1)));
    }

    #[tokio::test]
    async fn work_of_both_kinds_is_done_in_the_order_in_which_it_came() {
        let handle = Handle::start(Store::in_memory().unwrap()).unwrap();
        let (go, wait) = mpsc::channel();
        let held = handle.with(move |_| wait.recv().map_err(|_| StoreError::Stopped));
        let (_, a, b, c, _) = tokio::join!(
            held,
            handle.with_again(|store| note(store, "a")),
            handle.with(|store| note(store, "b")),
            handle.with_again(|store| note(store, "c")),
            async { go.send(()) }
        );
        assert!(a.is_ok() && b.is_ok() && c.is_ok());
        let words = handle.with(|store| {
            let sql = "SELECT group_concat(words, '') FROM (SELECT words FROM notices ORDER BY id)";
            Ok(store.connection.query_row(sql, [], |row| row.get::<_, String>(0))?)
        });
        assert_eq!(words.await.unwrap(), "abc");
    }
}
