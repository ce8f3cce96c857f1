//! Which feeds are due, and hosts that asked for rest. What is asked often reads indexes and no rows.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::row::{moment, ms};
use super::{Store, StoreError};
use crate::domain::{Feed, FeedId};
use crate::text::url;

impl Store {
    /// The configured feeds that are due at `now`: those never polled, then the longest overdue first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn feeds_due(&self, now: Timestamp) -> Result<Vec<Feed>, StoreError> {
        self.feeds_due_but(&HashSet::new(), now)
    }

    /// The same but for those in `except`, whose rows are not even read: while ten thousand feeds wait for their turn,
    /// a look for the few others must stay cheap.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn feeds_due_but(&self, except: &HashSet<FeedId>, now: Timestamp) -> Result<Vec<Feed>, StoreError> {
        self.feeds_of(self.ids_due(now)?.into_iter().filter(|id| !except.contains(id)))
    }

    /// Makes feeds due whose last visit lies after `now`: the clock ran ahead then, and their next visit was planned
    /// from there.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_future(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE feeds SET next_poll_at = ?1, polled_at = ?1 WHERE configured = 1 AND polled_at > ?1";
        self.connection.prepare_cached(sql)?.execute([ms(now)])?;
        Ok(())
    }

    /// When the next configured feed that is not due at `now` will be; `None` when there is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next_poll_at(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT next_poll_at FROM feeds WHERE configured = 1 AND next_poll_at > ?1
                   ORDER BY next_poll_at LIMIT 1";
        let next = self.connection.prepare_cached(sql)?.query_row([ms(now)], |row| row.get(0)).optional()?;
        Ok(next.map(moment))
    }

    /// Lets a whole host (as [`url::host`] names it) rest until `until`: none of its feeds but `except` is due before.
    ///
    /// Feeds are found by their configured address. One that has moved to this host is not; it learns of the rest when
    /// it is about to be visited.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn rest_host(&mut self, host: &str, except: FeedId, until: Timestamp, reason: &str) -> Result<(), StoreError> {
        let on_host = self.feeds_on(host)?;
        on_host.into_iter().filter(|id| *id != except).try_for_each(|id| self.rest_feed(id, until, reason))
    }

    /// Lets a feed rest until `until`, or as long as it rests already.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn rest_feed(&mut self, id: FeedId, until: Timestamp, reason: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE feeds SET next_poll_at = ?2, schedule_reason = ?3
                 WHERE id = ?1 AND (next_poll_at IS NULL OR next_poll_at < ?2)",
            )?
            .execute(params![id.0, ms(until), reason])?;
        Ok(())
    }

    fn ids_due(&self, now: Timestamp) -> Result<Vec<FeedId>, StoreError> {
        // Two questions rather than one with OR: each is answered from the index, in its order.
        let mut never = self
            .connection
            .prepare_cached("SELECT id FROM feeds WHERE configured = 1 AND next_poll_at IS NULL ORDER BY id")?;
        let mut overdue = self.connection.prepare_cached(
            "SELECT id FROM feeds WHERE configured = 1 AND next_poll_at <= ?1 ORDER BY next_poll_at, id",
        )?;
        let mut ids = never.query_map([], |row| row.get(0).map(FeedId))?.collect::<Result<Vec<_>, _>>()?;
        for id in overdue.query_map([ms(now)], |row| row.get(0).map(FeedId))? {
            ids.push(id?);
        }
        Ok(ids)
    }

    /// Configured feeds whose address begins with the host, with or without `www.`, by ranges of the index of addresses.
    fn feeds_on(&self, host: &str) -> Result<Vec<FeedId>, StoreError> {
        let mut on_host = self
            .connection
            .prepare_cached("SELECT id, effective_url FROM feeds WHERE configured = 1 AND url >= ?1 AND url < ?2")?;
        let mut found = Vec::new();
        for scheme in ["https://", "http://", "https://www.", "http://www."] {
            let first = format!("{scheme}{host}");
            // What can follow a host (`/ : ? #`) sorts before `@`; longer hosts in the range are told apart below.
            let rows = on_host.query_map(params![first, format!("{first}@")], |row| {
                Ok((FeedId(row.get(0)?), row.get::<_, String>(1)?))
            })?;
            for row in rows {
                let (id, address) = row?;
                if url::host(&address).as_deref() == Some(host) {
                    found.push(id);
                }
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::feed::FeedSpec;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + hour * 3600).unwrap()
    }

    /// A store with feeds at these addresses, numbered from 1.
    fn store(urls: &[&str]) -> Store {
        let spec = |url: &&str| FeedSpec::new(url, "x", url);
        let mut store = Store::in_memory().unwrap();
        store.sync_feeds(&urls.iter().map(spec).collect::<Vec<_>>()).unwrap();
        store
    }

    fn due(store: &Store, hour: i64) -> Vec<i64> {
        store.feeds_due(at(hour)).unwrap().iter().map(|feed| feed.id.0).collect()
    }

    #[test]
    fn feeds_never_polled_are_due_first_and_then_the_longest_overdue() {
        let mut store =
            store(&["https://a.example/", "https://b.example/", "https://c.example/", "https://d.example/"]);
        for (id, hour) in [(1, 3), (2, 2), (4, 9)] {
            store.rest_feed(FeedId(id), at(hour), "").unwrap();
        }
        assert_eq!(due(&store, 3), [3, 2, 1]);
        assert_eq!(due(&store, 0), [3]);
        let under_way = HashSet::from([FeedId(3), FeedId(2)]);
        let others = store.feeds_due_but(&under_way, at(3)).unwrap();
        assert_eq!(others.iter().map(|feed| feed.id.0).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn the_next_poll_is_that_of_a_feed_not_yet_due() {
        let mut store = store(&["https://a.example/", "https://b.example/", "https://c.example/"]);
        assert_eq!(store.next_poll_at(at(0)).unwrap(), None);
        store.rest_feed(FeedId(1), at(3), "").unwrap();
        store.rest_feed(FeedId(2), at(5), "").unwrap();
        assert_eq!(store.next_poll_at(at(0)).unwrap(), Some(at(3)));
        assert_eq!(store.next_poll_at(at(3)).unwrap(), Some(at(5)));
        assert_eq!(store.next_poll_at(at(5)).unwrap(), None);
    }

    #[test]
    fn a_rest_holds_for_every_feed_of_the_host_and_for_no_other() {
        let mut store = store(&[
            "https://news.example/failed",
            "https://news.example/a",
            "http://www.news.example:8080/b",
            "https://news.example?feed",
            "https://news.example",
            "https://news.example.org/other",
            "https://news.example2/other",
            "https://old.news.example/other",
        ]);
        store.rest_host("news.example", FeedId(1), at(2), "rest").unwrap();
        assert_eq!(due(&store, 1), [1, 6, 7, 8]);
        assert_eq!(due(&store, 2), [1, 6, 7, 8, 2, 3, 4, 5]);
    }

    #[test]
    fn a_rest_never_shortens_another() {
        let mut store = store(&["https://a.example/"]);
        store.rest_feed(FeedId(1), at(9), "long").unwrap();
        store.rest_feed(FeedId(1), at(2), "short").unwrap();
        assert_eq!(due(&store, 8), [0; 0]);
        assert_eq!(store.schedule_reason(FeedId(1)).unwrap(), "long");
    }

    #[test]
    fn questions_asked_often_are_answered_from_indexes() {
        let store = store(&[]);
        for sql in [
            "SELECT id FROM feeds WHERE configured = 1 AND next_poll_at IS NULL ORDER BY id",
            "SELECT id FROM feeds WHERE configured = 1 AND next_poll_at <= 0 ORDER BY next_poll_at, id",
            "SELECT next_poll_at FROM feeds WHERE configured = 1 AND next_poll_at > 0 ORDER BY next_poll_at LIMIT 1",
        ] {
            let mut plan = store.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let steps: Vec<String> = plan.query_map([], |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
            assert_eq!(steps.len(), 1, "no sorting: {steps:?}");
            assert!(steps[0].contains("COVERING INDEX feeds_by_due"), "{steps:?}");
        }
    }
}
