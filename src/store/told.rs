//! What each audience was told: digests and the marks that keep them from being told twice.

use jiff::Timestamp;
use rusqlite::params;

use super::row::{maybe_at, moment, ms};
use super::{Store, StoreError};
use crate::domain::audience::{AudienceState, Urgency};
use crate::domain::digest::{DigestFooter, FeedTrouble};
use crate::domain::message::NewMessage;
use crate::domain::{Audience, DevelopmentId, StoryId};

/// A digest ready for the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDigest {
    /// Audience name.
    pub audience: String,
    /// When it was composed.
    pub at: Timestamp,
    /// The daily slot it answers, if one.
    pub slot_at: Option<Timestamp>,
    /// The story whose thread it belongs to, if one.
    pub thread: Option<StoryId>,
    /// Why it goes out.
    pub reason: String,
    /// Subject.
    pub subject: String,
    /// The composed digest as JSON.
    pub json: String,
    /// Every development it tells.
    pub told: Vec<DevelopmentId>,
    /// The last notice it tells.
    pub notice: i64,
    /// From which configuration it was made, as JSON.
    pub configuration: String,
    /// The body of its messages.
    pub body: Vec<u8>,
}

impl Store {
    /// Makes the audiences those of the configuration. One that is new, or back after a time, hears what is found from
    /// `now` on, not the archive, and so does one of a topic that it gets beside others; a beginning in the future,
    /// from a clock that ran ahead, is taken back.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn sync_audiences(&mut self, audiences: &[Audience], now: Timestamp) -> Result<(), StoreError> {
        let mut present = self.connection.prepare_cached(
            "INSERT INTO audiences (name, since, last_before)
             VALUES (?1, ?2, (SELECT coalesce(max(id), 0) FROM developments))
             ON CONFLICT (name) DO UPDATE SET since = CASE WHEN active THEN min(since, ?2) ELSE ?2 END,
                 last_before = CASE WHEN active THEN last_before ELSE excluded.last_before END, active = 1
             WHERE active = 0 OR since > ?2",
        )?;
        for audience in audiences {
            present.execute(params![audience.name, ms(now)])?;
        }
        self.sync_topics(audiences, now)?;
        let names: Vec<&str> = audiences.iter().map(|audience| audience.name.as_str()).collect();
        let sql = "UPDATE audiences SET active = 0
                   WHERE active = 1 AND name NOT IN (SELECT value FROM json_each(?1))";
        self.connection.prepare_cached(sql)?.execute([serde_json::to_string(&names)?])?;
        Ok(())
    }

    /// An audience that has no topic on record yet has had these ones from its beginning.
    fn sync_topics(&self, audiences: &[Audience], now: Timestamp) -> Result<(), StoreError> {
        let mut forget = self.connection.prepare_cached(
            "DELETE FROM audience_topics WHERE audience = ?1 AND topic NOT IN (SELECT value FROM json_each(?2))",
        )?;
        let mut add = self.connection.prepare_cached(
            "INSERT INTO audience_topics (audience, topic, since, last_before)
             SELECT name, ?2, CASE WHEN ?3 THEN since ELSE ?4 END,
                    CASE WHEN ?3 THEN last_before ELSE (SELECT coalesce(max(id), 0) FROM developments) END
             FROM audiences WHERE name = ?1
             ON CONFLICT (audience, topic) DO UPDATE SET since = ?4 WHERE since > ?4",
        )?;
        for audience in audiences {
            let sql = "SELECT NOT EXISTS (SELECT 1 FROM audience_topics WHERE audience = ?1)";
            let is_first: bool = self.connection.prepare_cached(sql)?.query_row([&audience.name], |row| row.get(0))?;
            for topic in &audience.topics {
                add.execute(params![audience.name, topic, is_first, ms(now)])?;
            }
            forget.execute(params![audience.name, serde_json::to_string(&audience.topics)?])?;
        }
        Ok(())
    }

    /// What is remembered of an audience.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn audience_state(
        &self,
        audience: &str,
        topics: &[String],
        urgent: &[Urgency],
        now: Timestamp,
    ) -> Result<AudienceState, StoreError> {
        let mut state = self.connection.query_row(
            "SELECT (SELECT since FROM audiences WHERE name = ?1) AS since,
                    max(at) AS last_at, max(slot_at) AS last_slot FROM digests WHERE audience = ?1",
            [audience],
            |row| {
                Ok(AudienceState {
                    since: maybe_at(row, "since")?,
                    last_digest_at: maybe_at(row, "last_at")?,
                    last_slot_at: maybe_at(row, "last_slot")?,
                    ..AudienceState::default()
                })
            },
        )?;
        let since = now.saturating_sub(jiff::SignedDuration::from_hours(48)).unwrap_or(Timestamp::MIN);
        let mut recent = self.connection.prepare_cached(
            "SELECT at FROM digests WHERE audience = ?1 AND slot_at IS NULL AND at >= ?2 ORDER BY at",
        )?;
        state.recent =
            recent.query_map(params![audience, ms(since)], |row| row.get(0).map(moment))?.collect::<Result<_, _>>()?;
        let untold = self.untold(audience, topics)?;
        state.oldest_untold_at = untold.first().map(|d| d.found_at);
        for development in untold.iter().filter(|_| !urgent.is_empty()) {
            let step = self.story(development.story)?.map(|story| story.confirmation);
            if step.is_some_and(|step| urgent.iter().any(|urgency| urgency.covers(development.kind, step))) {
                state.oldest_urgent_at = Some(development.found_at);
                break;
            }
        }
        state.oldest_notice_at = self.oldest_notice_at(audience)?;
        state.undelivered_since = self.undelivered_since(audience)?;
        Ok(state)
    }

    fn oldest_notice_at(&self, audience: &str) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT min(n.at) AS at FROM notices n JOIN audiences a ON a.name = ?1
                   WHERE n.id > a.notice AND n.at >= a.since AND n.feed IS NOT NULL AND n.about = ''";
        Ok(self.connection.prepare_cached(sql)?.query_row([audience], |row| maybe_at(row, "at"))?)
    }

    /// Puts a digest's messages into the outbox and marks what it tells as told: both or neither. Returns the number
    /// of messages; none when any of it was told meanwhile.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn enqueue(&mut self, digest: &NewDigest, messages: &[NewMessage]) -> Result<usize, StoreError> {
        for development in &digest.told {
            let sql = "SELECT EXISTS (SELECT 1 FROM digest_developments WHERE audience = ?1 AND development = ?2)";
            let is_told: bool = self
                .connection
                .prepare_cached(sql)?
                .query_row(params![digest.audience, development.0], |row| row.get(0))?;
            if is_told {
                return Ok(0);
            }
        }
        if digest.told.is_empty() && self.is_said(digest)? {
            return Ok(0);
        }
        let id = self.add_digest(digest)?;
        for development in &digest.told {
            self.connection
                .prepare_cached("INSERT INTO digest_developments (audience, development, digest) VALUES (?1, ?2, ?3)")?
                .execute(params![digest.audience, development.0, id])?;
        }
        self.connection
            .prepare_cached("UPDATE audiences SET notice = max(notice, ?2) WHERE name = ?1")?
            .execute(params![digest.audience, digest.notice])?;
        let body = self.add_body(&digest.body)?;
        for message in messages {
            self.add_message(id, body, message, digest.at)?;
        }
        self.rest_digest(id, digest.at)?;
        Ok(messages.len())
    }

    /// Whether a digest without news is said already: its notices, or that there is nothing new.
    fn is_said(&self, digest: &NewDigest) -> Result<bool, StoreError> {
        if digest.notice > 0 {
            let sql = "SELECT EXISTS (SELECT 1 FROM audiences WHERE name = ?1 AND notice >= ?2)";
            let row = params![digest.audience, digest.notice];
            return Ok(self.connection.prepare_cached(sql)?.query_row(row, |row| row.get(0))?);
        }
        let an_hour_ago = digest.at.saturating_sub(jiff::SignedDuration::from_hours(1)).unwrap_or(Timestamp::MIN);
        let sql = "SELECT EXISTS (SELECT 1 FROM digests WHERE audience = ?1 AND at BETWEEN ?2 AND ?3)";
        let row = params![digest.audience, ms(an_hour_ago), ms(digest.at)];
        Ok(self.connection.prepare_cached(sql)?.query_row(row, |row| row.get(0))?)
    }

    fn add_digest(&mut self, digest: &NewDigest) -> Result<i64, StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO digests (audience, at, slot_at, thread, reason, subject, digest, configuration)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                digest.audience,
                ms(digest.at),
                digest.slot_at.map(ms),
                digest.thread.map(|story| story.0),
                digest.reason,
                digest.subject,
                digest.json,
                digest.configuration
            ])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Notices about feeds, its topics and outlets that an audience was not told, with the number of the last one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn notices_untold(&self, audience: &str) -> Result<(Vec<FeedTrouble>, i64), StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT n.id, coalesce(f.name, n.about), n.words, n.feed IS NULL FROM notices n LEFT JOIN feeds f ON f.id = n.feed
             WHERE (n.topic IS NULL OR EXISTS (SELECT 1 FROM audience_topics t
                                               WHERE t.audience = ?1 AND t.topic = n.topic))
               AND n.id > coalesce((SELECT notice FROM audiences WHERE name = ?1), 0)
               AND n.at >= coalesce((SELECT since FROM audiences WHERE name = ?1), 0) ORDER BY n.id",
        )?;
        let rows = statement.query_map([audience], |row| {
            Ok((row.get::<_, i64>(0)?, FeedTrouble { feed: row.get(1)?, words: row.get(2)?, is_coverage: row.get(3)? }))
        })?;
        let rows: Vec<(i64, FeedTrouble)> = rows.collect::<Result<_, _>>()?;
        let last = rows.last().map_or(0, |row| row.0);
        Ok((rows.into_iter().map(|row| row.1).collect(), last))
    }

    /// The footer's numbers: feeds, and items since `since`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn footer(&self, since: Timestamp) -> Result<DigestFooter, StoreError> {
        let (n_items, n_matched) = self.items_since(since)?;
        Ok(DigestFooter {
            n_feeds: self.count("SELECT count(*) FROM feeds WHERE configured = 1")?,
            n_failing: self.count("SELECT count(*) FROM feeds WHERE configured = 1 AND n_failures > 0")?,
            n_items,
            n_matched,
        })
    }
}
