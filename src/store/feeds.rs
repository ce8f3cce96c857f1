//! Feeds and their polls.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, params};

use super::row::{InOrder, ms};
use super::{Store, StoreError};
use crate::domain::feed::{Destination, FeedHealth, PollHints};
use crate::domain::{Feed, FeedId, Validators};

/// What [`feed_of`] takes, in this order.
macro_rules! select {
    () => {
        "SELECT id, url, effective_url, outlet, name, aggregator, every_s, etag, last_modified, body_hash,
             next_poll_at, polled_at, ok_at, full_fetch_at, n_failures, failure_weight, failing_since, last_error,
             told_broken, gone, redirect_url, redirect_n, redirect_since, guid_untrusted, item_gap_s, newest_at,
             baseline_done, asked
         FROM feeds "
    };
}

/// Visits remembered of each feed that brought a document or failed.
const POLLS_KEPT: i64 = 30;

/// One visit, as remembered.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct PollRow {
    /// When.
    pub at: Timestamp,
    /// `accepted` or `rejected`.
    pub outcome: &'static str,
    /// In words.
    pub reason: String,
    /// Entries in the document.
    pub n_entries: usize,
    /// New items among them.
    pub n_new: usize,
}

/// Something that people are to be told about a feed.
#[derive(Clone, Debug, PartialEq)]
pub struct NewNotice {
    /// The feed.
    pub feed: FeedId,
    /// In words.
    pub words: String,
}

impl Store {
    /// All configured feeds, in the order of the configuration.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn feeds(&self) -> Result<Vec<Feed>, StoreError> {
        let mut statement = self.connection.prepare_cached(concat!(select!(), "WHERE +configured = 1 ORDER BY id"))?;
        Ok(statement.query_map([], feed_of)?.collect::<Result<_, _>>()?)
    }

    /// The same, but only where they are fetched from.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn destinations(&self) -> Result<Vec<Destination>, StoreError> {
        let sql = "SELECT id, effective_url FROM feeds WHERE +configured = 1 ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok(Destination { id: FeedId(row.get(0)?), url: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One feed with all that is remembered of it.
    ///
    /// # Errors
    /// When there is no such feed or the store cannot be read.
    pub fn feed(&self, id: FeedId) -> Result<Feed, StoreError> {
        self.feeds_of([id])?.pop().ok_or_else(|| absent(id))
    }

    /// These feeds, in this order.
    ///
    /// # Errors
    /// As [`Store::feed`].
    pub fn feeds_of(&self, ids: impl IntoIterator<Item = FeedId>) -> Result<Vec<Feed>, StoreError> {
        let mut statement = self.connection.prepare_cached(concat!(select!(), "WHERE id = ?1"))?;
        let mut feed = |id: FeedId| statement.query_row([id.0], feed_of).optional()?.ok_or_else(|| absent(id));
        ids.into_iter().map(&mut feed).collect()
    }

    /// Why a feed is due when it is due.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn schedule_reason(&self, id: FeedId) -> Result<String, StoreError> {
        let sql = "SELECT schedule_reason FROM feeds WHERE id = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([id.0], |row| row.get(0))?)
    }

    /// Records a visit: health, validators and the line in the feed's history if it has one, together with whatever else
    /// the caller's transaction holds. With `before`, the health as it was read outside of this transaction: `false`, and
    /// nothing of it, when the feed was visited or put off since.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn record_visit(
        &mut self,
        before: Option<&FeedHealth>,
        feed: &Feed,
        poll: Option<&PollRow>,
        schedule_reason: &str,
    ) -> Result<bool, StoreError> {
        let health = &feed.health;
        let redirect = health.redirect.as_ref();
        let n = self
            .connection
            .prepare_cached(
                "UPDATE feeds SET effective_url = ?2, etag = ?3, last_modified = ?4, body_hash = ?5, next_poll_at = ?6,
                     polled_at = ?7, ok_at = ?8, full_fetch_at = ?9, n_failures = ?10, failure_weight = ?11,
                     failing_since = ?12, last_error = ?13, told_broken = ?14, gone = ?15, redirect_url = ?16,
                     redirect_n = ?17, redirect_since = ?18, guid_untrusted = ?19, item_gap_s = ?20, newest_at = ?21,
                     baseline_done = ?22, asked = ?23, schedule_reason = ?24
                 WHERE id = ?1 AND (?25 OR polled_at IS ?26 AND next_poll_at IS ?27)",
            )?
            .execute(params![
                feed.id.0,
                feed.effective_url,
                feed.validators.etag,
                feed.validators.last_modified,
                feed.validators.body_hash,
                health.next_poll_at.map(ms),
                health.polled_at.map(ms),
                health.ok_at.map(ms),
                health.full_fetch_at.map(ms),
                health.n_failures,
                health.failure_weight,
                health.failing_since.map(ms),
                health.last_error,
                health.told_broken,
                health.gone,
                redirect.map(|r| &r.0),
                redirect.map_or(0, |r| r.1),
                redirect.map(|r| ms(r.2)),
                health.guid_untrusted,
                health.item_gap_seconds,
                health.newest_at.map(ms),
                health.baseline_done,
                asked_as_json(&health.asked)?,
                schedule_reason,
                before.is_none(),
                before.and_then(|before| before.polled_at).map(ms),
                before.and_then(|before| before.next_poll_at).map(ms),
            ])?;
        if let Some(poll) = poll.filter(|_| n > 0) {
            self.remember_poll(feed.id, poll)?;
        }
        Ok(n > 0)
    }

    /// Adds what people are to be told about a feed.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_notice(&mut self, notice: &NewNotice, now: Timestamp) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT INTO notices (feed, at, words) VALUES (?1, ?2, ?3)")?
            .execute(params![notice.feed.0, ms(now), notice.words])?;
        Ok(())
    }

    fn remember_poll(&mut self, feed: FeedId, poll: &PollRow) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO polls (feed, at, outcome, reason, n_entries, n_new) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![feed.0, ms(poll.at), poll.outcome, poll.reason, poll.n_entries, poll.n_new])?;
        // Asked first: SQLite prepares a deletion with such a subquery anew each time.
        let oldest = "SELECT id FROM polls WHERE feed = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2";
        let mut oldest = self.connection.prepare_cached(oldest)?;
        if let Some(oldest) = oldest.query_row(params![feed.0, POLLS_KEPT], |row| row.get::<_, i64>(0)).optional()? {
            let delete = "DELETE FROM polls WHERE feed = ?1 AND id <= ?2";
            self.connection.prepare_cached(delete)?.execute(params![feed.0, oldest])?;
        }
        Ok(())
    }
}

/// Most feeds ask for nothing.
fn asked_as_json(asked: &PollHints) -> Result<Cow<'static, str>, StoreError> {
    let asks = asked.ttl_minutes.or(asked.update_minutes).is_some()
        || !asked.skip_hours.is_empty()
        || !asked.skip_days.is_empty();
    Ok(if asks { Cow::Owned(serde_json::to_string(asked)?) } else { Cow::Borrowed("{}") })
}

fn absent(id: FeedId) -> StoreError {
    StoreError::Value(format!("no feed {}", id.0))
}

fn feed_of(row: &Row<'_>) -> rusqlite::Result<Feed> {
    let mut row = InOrder::of(row);
    Ok(Feed {
        id: FeedId(row.next()?),
        url: row.next()?,
        effective_url: row.next()?,
        outlet: row.next()?,
        name: row.next()?,
        aggregator: row.next()?,
        every: row.next::<Option<i64>>()?.map(SignedDuration::from_secs),
        validators: Validators { etag: row.next()?, last_modified: row.next()?, body_hash: row.next()? },
        health: health_of(&mut row)?,
    })
}

fn health_of(row: &mut InOrder<'_, '_>) -> rusqlite::Result<FeedHealth> {
    Ok(FeedHealth {
        next_poll_at: row.maybe_at()?,
        polled_at: row.maybe_at()?,
        ok_at: row.maybe_at()?,
        full_fetch_at: row.maybe_at()?,
        n_failures: row.next()?,
        failure_weight: row.next()?,
        failing_since: row.maybe_at()?,
        last_error: row.next()?,
        told_broken: row.next()?,
        gone: row.next()?,
        redirect: redirect_of(row.next()?, row.next()?, row.maybe_at()?),
        guid_untrusted: row.next()?,
        item_gap_seconds: row.next()?,
        newest_at: row.maybe_at()?,
        baseline_done: row.next()?,
        asked: serde_json::from_str(&row.next::<String>()?).unwrap_or_default(),
    })
}

fn redirect_of(url: Option<String>, n: u32, since: Option<Timestamp>) -> Option<(String, u32, Timestamp)> {
    Some((url?, n, since?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::feed::FeedSpec;

    fn with_a_feed() -> (Store, Feed) {
        let mut store = Store::in_memory().unwrap();
        store.sync_feeds(&[FeedSpec::new("https://e.org/", "e", "E")]).unwrap();
        let feed = store.feed(FeedId(1)).unwrap();
        (store, feed)
    }

    #[test]
    fn the_last_visits_that_say_something_are_remembered() {
        let (mut store, feed) = with_a_feed();
        for at in 0..2 * POLLS_KEPT {
            let at = Timestamp::from_second(at).unwrap();
            let poll = PollRow { at, outcome: "rejected", reason: "404".to_owned(), n_entries: 0, n_new: 0 };
            assert!(store.record_visit(None, &feed, Some(&poll), "").unwrap());
            assert!(store.record_visit(None, &feed, None, "").unwrap());
        }
        let sql = "SELECT count(*), min(at) FROM polls WHERE feed = 1";
        let found: (i64, i64) = store.connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!(found, (POLLS_KEPT, POLLS_KEPT * 1000));
    }

    #[test]
    fn feeds_come_as_they_are_configured_or_asked_for() {
        let mut store = Store::in_memory().unwrap();
        let specs = ["c", "a", "b"].map(|name| FeedSpec::new(&format!("https://{name}.org/"), name, name));
        store.sync_feeds(&specs).unwrap();
        store.sync_feeds(&specs[1..]).unwrap();
        let feeds = store.feeds().unwrap();
        assert!(feeds.iter().map(|feed| feed.name.as_str()).eq(["a", "b"]));
        assert!(store.destinations().unwrap().into_iter().eq(feeds.into_iter().map(Destination::from)));
        let asked = store.feeds_of([FeedId(3), FeedId(1)]).unwrap();
        assert!(asked.iter().map(|feed| feed.name.as_str()).eq(["b", "c"]));
        assert!(store.feeds_of([FeedId(4)]).is_err());
    }

    #[test]
    fn what_a_feed_asks_for_is_read_as_it_was_written() {
        let (mut store, feed) = with_a_feed();
        for hours in [vec![], vec![1, 2]] {
            let asked = PollHints { skip_hours: hours, ..PollHints::default() };
            let health = FeedHealth { asked, ..feed.health.clone() };
            store.record_visit(None, &Feed { health: health.clone(), ..feed.clone() }, None, "").unwrap();
            assert_eq!(store.feed(FeedId(1)).unwrap().health, health);
        }
    }
}
