//! The state of the service, as `status` shows it.

use jiff::Timestamp;
use rusqlite::OptionalExtension;
use serde::Serialize;

use super::row::{maybe_at, ms};
use super::{Store, StoreError};
use crate::domain::message::Rest;

/// Messages by state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OutboxCounts {
    /// Waiting or under way.
    pub n_waiting: usize,
    /// Handed over.
    pub n_sent: usize,
    /// Given up, refused for good or not taken in time.
    pub n_failed: usize,
    /// What was said last about a mail that was not handed over.
    pub last_refusal: Option<String>,
    /// Why none is tried now, if so.
    pub rest: Option<Rest>,
    /// Enqueue time of the oldest that waits.
    pub oldest_waiting_at: Option<Timestamp>,
}

/// What an audience was told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AudienceStatus {
    /// Name.
    pub name: String,
    /// Digests so far.
    pub n_digests: usize,
    /// The last one.
    pub last_digest_at: Option<Timestamp>,
    /// Its subject.
    pub last_subject: Option<String>,
    /// Its time, if it was tried and has reached nobody yet.
    pub undelivered_since: Option<Timestamp>,
}

/// Counts over the whole store.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Status {
    /// Configured feeds.
    pub n_feeds: usize,
    /// Failing now.
    pub n_failing: usize,
    /// Never polled.
    pub n_unpolled: usize,
    /// Last visit to any feed.
    pub last_poll_at: Option<Timestamp>,
    /// Items ever.
    pub n_items: usize,
    /// Items that matched a topic.
    pub n_kept: usize,
    /// Stories ever.
    pub n_stories: usize,
    /// Developments ever, quiet ones apart.
    pub n_developments: usize,
    /// The outbox.
    pub outbox: OutboxCounts,
    /// Audiences.
    pub audiences: Vec<AudienceStatus>,
    /// Size of the store, bytes.
    pub store_bytes: u64,
    /// Schema version.
    pub schema: i64,
    /// Next poll.
    pub next_poll_at: Option<Timestamp>,
    /// Next delivery.
    pub next_delivery_at: Option<Timestamp>,
}

impl Store {
    /// Counts everything.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn status(&self) -> Result<Status, StoreError> {
        let page: u64 = self.connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages: u64 = self.connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
        Ok(Status {
            n_feeds: self.count("SELECT count(*) FROM feeds WHERE configured = 1")?,
            n_failing: self.count("SELECT count(*) FROM feeds WHERE configured = 1 AND n_failures > 0")?,
            n_unpolled: self.count("SELECT count(*) FROM feeds WHERE configured = 1 AND polled_at IS NULL")?,
            last_poll_at: self.moment("SELECT max(polled_at) AS at FROM feeds")?,
            n_items: self.count("SELECT count(*) FROM items")?,
            n_kept: self.count("SELECT count(*) FROM items WHERE kept = 1")?,
            n_stories: self.count("SELECT count(*) FROM stories")?,
            n_developments: self.count("SELECT count(*) FROM developments WHERE quiet = 0")?,
            outbox: OutboxCounts {
                n_waiting: self
                    .count("SELECT count(*) FROM messages WHERE state IN ('pending', 'sending', 'uncertain')")?,
                n_sent: self.count("SELECT count(*) FROM messages WHERE state = 'sent'")?,
                n_failed: self.count("SELECT count(*) FROM messages WHERE state IN ('failed', 'expired')")?,
                last_refusal: self.last_refusal()?,
                rest: self.outbox_rest(Timestamp::MAX)?,
                oldest_waiting_at: self.moment(
                    "SELECT min(enqueued_at) AS at FROM messages WHERE state IN ('pending', 'sending', 'uncertain')",
                )?,
            },
            audiences: self.audience_status()?,
            store_bytes: page * pages,
            schema: self.connection.pragma_query_value(None, "user_version", |row| row.get(0))?,
            next_poll_at: self.next_poll_at(Timestamp::MIN)?,
            next_delivery_at: self.next_delivery_at()?,
        })
    }

    /// Items first seen since `since`, and how many of them matched.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn items_since(&self, since: Timestamp) -> Result<(usize, usize), StoreError> {
        let sql = "SELECT count(*), coalesce(sum(kept), 0) FROM items WHERE first_seen_at >= ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([ms(since)], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    fn last_refusal(&self) -> Result<Option<String>, StoreError> {
        let sql = "SELECT reason FROM messages WHERE state <> 'sent' AND reason <> '' ORDER BY id DESC LIMIT 1";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?)
    }

    fn audience_status(&self) -> Result<Vec<AudienceStatus>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT a.name, count(d.id) AS n, max(d.at) AS last_at,
                    (SELECT subject FROM digests WHERE audience = a.name ORDER BY id DESC LIMIT 1) AS subject
             FROM audiences a LEFT JOIN digests d ON d.audience = a.name GROUP BY a.name ORDER BY a.name",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(AudienceStatus {
                name: row.get("name")?,
                n_digests: row.get("n")?,
                last_digest_at: maybe_at(row, "last_at")?,
                last_subject: row.get("subject")?,
                undelivered_since: None,
            })
        })?;
        let known = |status: AudienceStatus| {
            Ok(AudienceStatus { undelivered_since: self.undelivered_since(&status.name)?, ..status })
        };
        rows.collect::<Result<Vec<_>, _>>()?.into_iter().map(known).collect()
    }

    /// The number that a query without parameters gives.
    pub(super) fn count(&self, sql: &str) -> Result<usize, StoreError> {
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    pub(super) fn moment(&self, sql: &str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| maybe_at(row, "at"))?)
    }
}
