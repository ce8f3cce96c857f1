//! Feeds and their polls.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Row, named_params, params};

use super::row::{maybe_at, ms};
use super::{Store, StoreError};
use crate::domain::feed::{FeedHealth, FeedSpec};
use crate::domain::{Feed, FeedId, Validators};

/// Visits remembered of each feed.
const POLLS_KEPT: i64 = 30;

/// One visit, as remembered.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct PollRow {
    /// When.
    pub at: Timestamp,
    /// `accepted`, `unchanged` or `rejected`.
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
    /// Makes the feeds of the store those of the configuration; what is no longer configured rests, nothing is lost.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn sync_feeds(&mut self, specs: &[FeedSpec]) -> Result<(), StoreError> {
        self.connection.execute("UPDATE feeds SET configured = 0 WHERE configured = 1", [])?;
        let mut upsert = self.connection.prepare_cached(
            "INSERT INTO feeds (url, effective_url, outlet, name, aggregator, every_s, configured)
             VALUES (:url, :url, :outlet, :name, :aggregator, :every, 1)
             ON CONFLICT (url) DO UPDATE SET
                 outlet = :outlet, name = :name, aggregator = :aggregator, every_s = :every, configured = 1",
        )?;
        for spec in specs.iter().filter(|spec| spec.enabled) {
            upsert.execute(named_params! {
                ":url": spec.url,
                ":outlet": spec.outlet,
                ":name": spec.name,
                ":aggregator": spec.aggregator,
                ":every": spec.every.map(|every| every.as_secs()),
            })?;
        }
        Ok(())
    }

    /// All configured feeds, in the order of the configuration.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn feeds(&self) -> Result<Vec<Feed>, StoreError> {
        let mut feeds = self.feeds_where("configured = 1 AND ?1 = 0", 0)?;
        feeds.sort_by_key(|feed| feed.id);
        Ok(feeds)
    }

    /// One feed with all that is remembered of it.
    ///
    /// # Errors
    /// When there is no such feed or the store cannot be read.
    pub fn feed(&self, id: FeedId) -> Result<Feed, StoreError> {
        let found = self.feeds_where("id = ?1", id.0)?.pop();
        found.ok_or_else(|| StoreError::Value(format!("no feed {}", id.0)))
    }

    /// Why a feed is due when it is due.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn schedule_reason(&self, id: FeedId) -> Result<String, StoreError> {
        let sql = "SELECT schedule_reason FROM feeds WHERE id = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([id.0], |row| row.get(0))?)
    }

    /// Records a visit: health, validators and the line in the feed's history, together with whatever else the
    /// caller's transaction holds.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn record_visit(&mut self, feed: &Feed, poll: &PollRow, schedule_reason: &str) -> Result<(), StoreError> {
        let health = &feed.health;
        let redirect = health.redirect.as_ref();
        self.connection
            .prepare_cached(
                "UPDATE feeds SET effective_url = :effective_url, etag = :etag, last_modified = :last_modified,
                     body_hash = :body_hash, next_poll_at = :next_poll_at, polled_at = :polled_at, ok_at = :ok_at,
                     full_fetch_at = :full_fetch_at, n_failures = :n_failures, failure_weight = :failure_weight,
                     failing_since = :failing_since, last_error = :last_error, told_broken = :told_broken, gone = :gone,
                     redirect_url = :redirect_url, redirect_n = :redirect_n, redirect_since = :redirect_since,
                     guid_untrusted = :guid_untrusted, item_gap_s = :item_gap, newest_at = :newest_at,
                     baseline_done = :baseline_done, asked = :asked, schedule_reason = :reason
                 WHERE id = :id",
            )?
            .execute(named_params! {
                ":id": feed.id.0,
                ":effective_url": feed.effective_url,
                ":etag": feed.validators.etag,
                ":last_modified": feed.validators.last_modified,
                ":body_hash": feed.validators.body_hash,
                ":next_poll_at": health.next_poll_at.map(ms),
                ":polled_at": health.polled_at.map(ms),
                ":ok_at": health.ok_at.map(ms),
                ":full_fetch_at": health.full_fetch_at.map(ms),
                ":n_failures": health.n_failures,
                ":failure_weight": health.failure_weight,
                ":failing_since": health.failing_since.map(ms),
                ":last_error": health.last_error,
                ":told_broken": health.told_broken,
                ":gone": health.gone,
                ":redirect_url": redirect.map(|r| &r.0),
                ":redirect_n": redirect.map_or(0, |r| r.1),
                ":redirect_since": redirect.map(|r| ms(r.2)),
                ":guid_untrusted": health.guid_untrusted,
                ":item_gap": health.item_gap_seconds,
                ":newest_at": health.newest_at.map(ms),
                ":baseline_done": health.baseline_done,
                ":asked": serde_json::to_string(&health.asked)?,
                ":reason": schedule_reason,
            })?;
        self.remember_poll(feed.id, poll)
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
        self.connection
            .prepare_cached(
                "DELETE FROM polls WHERE feed = ?1
                     AND id <= (SELECT id FROM polls WHERE feed = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            )?
            .execute(params![feed.0, POLLS_KEPT])?;
        Ok(())
    }

    fn feeds_where(&self, condition: &str, parameter: i64) -> Result<Vec<Feed>, StoreError> {
        let sql = format!("SELECT * FROM feeds WHERE {condition} ORDER BY coalesce(next_poll_at, 0), id");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let feeds = statement.query_map([parameter], feed_of)?.collect::<Result<Vec<_>, _>>()?;
        Ok(feeds)
    }
}

fn feed_of(row: &Row<'_>) -> rusqlite::Result<Feed> {
    let redirect_since = maybe_at(row, "redirect_since")?;
    let redirect_url: Option<String> = row.get("redirect_url")?;
    let redirect_n = row.get("redirect_n")?;
    Ok(Feed {
        id: FeedId(row.get("id")?),
        url: row.get("url")?,
        effective_url: row.get("effective_url")?,
        outlet: row.get("outlet")?,
        name: row.get("name")?,
        aggregator: row.get("aggregator")?,
        every: row.get::<_, Option<i64>>("every_s")?.map(SignedDuration::from_secs),
        validators: Validators {
            etag: row.get("etag")?,
            last_modified: row.get("last_modified")?,
            body_hash: row.get("body_hash")?,
        },
        health: FeedHealth {
            next_poll_at: maybe_at(row, "next_poll_at")?,
            polled_at: maybe_at(row, "polled_at")?,
            ok_at: maybe_at(row, "ok_at")?,
            full_fetch_at: maybe_at(row, "full_fetch_at")?,
            n_failures: row.get("n_failures")?,
            failure_weight: row.get("failure_weight")?,
            failing_since: maybe_at(row, "failing_since")?,
            last_error: row.get("last_error")?,
            told_broken: row.get("told_broken")?,
            gone: row.get("gone")?,
            redirect: redirect_url.zip(redirect_since).map(|(url, since)| (url, redirect_n, since)),
            guid_untrusted: row.get("guid_untrusted")?,
            item_gap_seconds: row.get("item_gap_s")?,
            newest_at: maybe_at(row, "newest_at")?,
            baseline_done: row.get("baseline_done")?,
            asked: serde_json::from_str(&row.get::<_, String>("asked")?).unwrap_or_default(),
        },
    })
}
