//! The rest of the whole outbox: as long as the way out for mail is known to be closed, no message is tried.

use jiff::{SignedDuration, Timestamp};
use rusqlite::params;

use super::row::{maybe_at, ms};
use super::{Store, StoreError};
use crate::domain::message::Rest;

/// Composing a digest takes no longer.
const COMPOSING: SignedDuration = SignedDuration::from_mins(1);
/// Where the rest stands in the table of single values.
const NAME: &str = "outbox_rest";

impl Store {
    /// Lets every message that would be due earlier wait until the rest is over. Returns how many.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn rest_outbox(&mut self, rest: &Rest) -> Result<usize, StoreError> {
        self.note(NAME, &serde_json::to_string(rest)?)?;
        // The one that was tried for all keeps its own words, and comes behind the others next time: what was refused
        // may be its recipient's alone.
        let sql = "UPDATE messages SET reason = CASE WHEN next_at < ?1 THEN ?2 ELSE reason END,
                       next_at = CASE WHEN next_at < ?1 THEN ?1 ELSE ?1 + 1 END, resting = 1
                   WHERE state IN ('pending', 'uncertain') AND next_at <= ?1";
        Ok(self.connection.execute(sql, params![ms(rest.until), words(rest)])?)
    }

    /// Lets the messages of a new digest rest with the others while a person is needed: each login that is refused
    /// looks like guessing passwords.
    pub(super) fn rest_digest(&mut self, digest: i64, now: Timestamp) -> Result<(), StoreError> {
        // It may have begun while the digest was being composed.
        let composed = now.saturating_add(COMPOSING).unwrap_or(now);
        let rest = self.outbox_rest(composed)?.filter(|rest| rest.is_shut && rest.until > now);
        let Some(rest) = rest else { return Ok(()) };
        let sql = "UPDATE messages SET next_at = ?2, reason = ?3, resting = 1 WHERE digest = ?1";
        self.connection.prepare_cached(sql)?.execute(params![digest, ms(rest.until), words(&rest)])?;
        Ok(())
    }

    /// Makes due again what rested for the way out: something went through, or somebody may have mended it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn wake_outbox(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        self.open_way()?;
        let sql = "UPDATE messages SET next_at = ?1, resting = 0
                   WHERE state IN ('pending', 'uncertain') AND next_at > ?1 AND resting = 1";
        Ok(self.connection.execute(sql, [ms(now)])?)
    }

    /// Notes that the server spoke of a single message, so that the way to it is open.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn open_way(&mut self) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM meta WHERE name = ?1")?.execute([NAME])?;
        Ok(())
    }

    /// Why nothing is handed over, if so. One that began in the future is of a clock that ran ahead, and none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn outbox_rest(&self, now: Timestamp) -> Result<Option<Rest>, StoreError> {
        let noted = self.noted(NAME)?.and_then(|json| serde_json::from_str::<Rest>(&json).ok());
        Ok(noted.filter(|rest| rest.at <= now))
    }

    /// When the last digest of an audience was composed, if it was tried and has reached nobody yet.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn undelivered_since(&self, audience: &str) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT max(at) AS at FROM digests d
                   WHERE id = (SELECT max(id) FROM digests WHERE audience = ?1)
                     AND EXISTS (SELECT 1 FROM messages WHERE digest = d.id AND (n_attempts > 0 OR resting = 1)
                                 AND state IN ('pending', 'sending', 'uncertain'))
                     AND NOT EXISTS (SELECT 1 FROM messages WHERE digest = d.id AND state = 'sent')";
        Ok(self.connection.prepare_cached(sql)?.query_row([audience], |row| maybe_at(row, "at"))?)
    }
}

fn words(rest: &Rest) -> String {
    format!("rests for the way out: {}", rest.reason)
}
