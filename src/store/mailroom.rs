//! The outbox as people handle it: lists, one message, trying again, dropping, forgetting what is old.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::row::{at, maybe_at, ms};
use super::{Store, StoreError};
use crate::domain::MessageId;
use crate::domain::message::MessageState;

/// A message as lists show it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct OutboxRow {
    /// Row id.
    pub id: i64,
    /// `Message-ID` without brackets.
    pub message_id: String,
    /// Audience.
    pub audience: String,
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// `pending`, `sending`, `sent`, `uncertain`, `failed` or `expired`.
    pub state: String,
    /// Attempts so far.
    pub n_attempts: u32,
    /// When it was put in.
    pub enqueued_at: Timestamp,
    /// Next attempt, for those that wait.
    pub next_at: Option<Timestamp>,
    /// When it was sent or given up.
    pub ended_at: Option<Timestamp>,
    /// Last answer or fault.
    pub reason: String,
}

const ROWS: &str = "SELECT m.id, m.message_id, d.audience, m.envelope_to, m.subject, m.state, m.n_attempts,
                        m.enqueued_at, m.next_at, m.ended_at, m.reason
                    FROM messages m JOIN digests d ON d.id = m.digest";

impl Store {
    /// The latest `n_max` messages in one of `states` (all when empty), newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn outbox(&self, states: &[MessageState], n_max: usize) -> Result<Vec<OutboxRow>, StoreError> {
        let wanted = if states.is_empty() { MessageState::ALL.as_slice() } else { states };
        let names: Vec<&str> = wanted.iter().map(|state| state.name()).collect();
        let sql = format!("{ROWS} WHERE m.state IN (SELECT value FROM json_each(?1)) ORDER BY m.id DESC LIMIT ?2");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![serde_json::to_string(&names)?, n_max], outbox_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The message of this number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn outbox_row(&self, id: MessageId) -> Result<Option<OutboxRow>, StoreError> {
        let sql = format!("{ROWS} WHERE m.id = ?1");
        Ok(self.connection.prepare_cached(&sql)?.query_row([id.0], outbox_row).optional()?)
    }

    /// The messages that `key` names: a row's number, a Message-ID with or without brackets, or the name of a digest as
    /// its mails carry it (`X-Orbitwire-Digest`), which is how each of its Message-IDs begins.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn messages_named(&self, key: &str) -> Result<Vec<MessageId>, StoreError> {
        let bare = key.trim().trim_start_matches('<').trim_end_matches('>');
        let number = bare.trim_start_matches("M-").parse::<i64>().unwrap_or(-1);
        let mut named = self.connection.prepare_cached(
            "SELECT id FROM messages WHERE id = ?1 OR message_id = ?2
                 OR (message_id >= ?2 || '.' AND message_id < ?2 || '/') ORDER BY id",
        )?;
        let ids = named.query_map(params![number, bare], |row| row.get(0).map(MessageId))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// The bytes of a message as they go out.
    ///
    /// # Errors
    /// When there is no such message or the store cannot be read.
    pub fn message_bytes(&self, id: MessageId) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT m.bytes, b.bytes FROM messages m LEFT JOIN bodies b ON b.id = m.body WHERE m.id = ?1";
        let parts = self.connection.prepare_cached(sql)?.query_row([id.0], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<Vec<u8>>>(1)?.unwrap_or_default()))
        })?;
        Ok([parts.0, parts.1].concat())
    }

    /// Makes a message due at once that waits or was given up. One that was given up is tried from `now` on as if it
    /// were new, so that its age does not end it again at once. Returns whether it was.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn retry_message(&mut self, id: MessageId, now: Timestamp) -> Result<bool, StoreError> {
        let waiting = "UPDATE messages SET next_at = ?2, resting = 0
                       WHERE id = ?1 AND state IN ('pending', 'uncertain')";
        let given_up = "UPDATE messages SET state = 'pending', next_at = ?2, retry_since = ?2, ended_at = NULL,
                            n_attempts_before = n_attempts, resting = 0, reason = 'to be tried again, asked for by hand'
                        WHERE id = ?1 AND state IN ('failed', 'expired')";
        let n = self.connection.prepare_cached(waiting)?.execute(params![id.0, ms(now)])?
            + self.connection.prepare_cached(given_up)?.execute(params![id.0, ms(now)])?;
        Ok(n > 0)
    }

    /// Gives up a message that waits. Returns whether it did.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn drop_message(&mut self, id: MessageId, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE messages SET state = 'failed', ended_at = ?2, reason = 'dropped by hand; before: ' || reason
                   WHERE id = ?1 AND state IN ('pending', 'uncertain')";
        Ok(self.connection.prepare_cached(sql)?.execute(params![id.0, ms(now)])? > 0)
    }

    /// Drops the bodies of digests of which no message has its head any more.
    pub(super) fn drop_bodies(&mut self) -> Result<(), StoreError> {
        let sql = "UPDATE bodies SET bytes = x'' WHERE length(bytes) > 0
                       AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.body = bodies.id AND length(m.bytes) > 0)";
        self.connection.execute(sql, [])?;
        Ok(())
    }

    /// Forgets messages that ended before `before`, at most `n_max` of them, with their attempts, and what digests of
    /// before then said. That they were told stays, so that nothing is told again. Returns how many messages went.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_mail(&mut self, before: Timestamp, n_max: usize) -> Result<usize, StoreError> {
        let old = "SELECT id FROM messages WHERE ended_at < ?1 ORDER BY ended_at LIMIT ?2";
        self.connection
            .execute(&format!("DELETE FROM deliveries WHERE message IN ({old})"), params![ms(before), n_max])?;
        let n = self
            .connection
            .execute(&format!("DELETE FROM messages WHERE id IN ({old})"), params![ms(before), n_max])?;
        self.connection.execute(
            "DELETE FROM bodies WHERE id < (SELECT coalesce(min(body), 9223372036854775807) FROM messages)
                 AND id IN (SELECT id FROM bodies ORDER BY id LIMIT ?1)",
            [n_max],
        )?;
        self.connection.execute(
            "UPDATE digests SET digest = '{}', configuration = NULL
             WHERE at < ?1 AND digest <> '{}' AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.digest = digests.id)",
            [ms(before)],
        )?;
        Ok(n)
    }
}

fn outbox_row(row: &Row<'_>) -> rusqlite::Result<OutboxRow> {
    let state: String = row.get("state")?;
    let waits = MessageState::named(&state).is_some_and(MessageState::waits);
    Ok(OutboxRow {
        id: row.get("id")?,
        message_id: row.get("message_id")?,
        audience: row.get("audience")?,
        to: row.get("envelope_to")?,
        subject: row.get("subject")?,
        n_attempts: row.get("n_attempts")?,
        enqueued_at: at(row, "enqueued_at")?,
        next_at: maybe_at(row, "next_at")?.filter(|_| waits),
        ended_at: maybe_at(row, "ended_at")?,
        reason: row.get("reason")?,
        state,
    })
}
