//! The outbox: frozen messages, counted attempts, recorded ends.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::row::{at, maybe_at, ms};
use super::{Store, StoreError};
use crate::domain::message::NewMessage;
use crate::domain::{Attempt, Message, MessageId};

/// A message as lists show it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct OutboxRow {
    /// Row id.
    pub id: i64,
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// `queued`, `sending`, `sent` or `failed`.
    pub state: String,
    /// Attempts so far.
    pub n_attempts: u32,
    /// When it was put in.
    pub enqueued_at: Timestamp,
    /// Next attempt, for those that wait.
    pub next_at: Timestamp,
    /// When it was sent or given up.
    pub ended_at: Option<Timestamp>,
    /// Last answer or fault.
    pub reason: String,
}

impl Store {
    pub(super) fn add_message(&mut self, digest: i64, new: &NewMessage, now: Timestamp) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO messages (digest, message_id, envelope_from, envelope_to, subject, bytes, state, enqueued_at,
                     next_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'queued', ?7, ?7)",
            )?
            .execute(params![
                digest,
                new.message_id,
                new.envelope_from,
                new.envelope_to,
                new.subject,
                new.bytes,
                ms(now)
            ])?;
        Ok(())
    }

    /// Makes messages whose attempt has no recorded end due again, because the process that made the attempt is gone.
    /// Only the holder of the delivery lock may say so. Returns how many.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn reopen_attempts(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        let sql = "UPDATE messages SET state = 'queued', next_at = ?1,
                       reason = 'the last attempt has no recorded end; the same bytes go again'
                   WHERE state = 'sending'";
        Ok(self.connection.execute(sql, [ms(now)])?)
    }

    /// Takes the next due message and counts the attempt before it is made.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn claim_message(&mut self, now: Timestamp) -> Result<Option<Message>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "UPDATE messages SET state = 'sending', n_attempts = n_attempts + 1
             WHERE id = (SELECT id FROM messages WHERE state = 'queued' AND (next_at <= ?1 OR enqueued_at > ?1) ORDER BY next_at, id LIMIT 1)
             RETURNING *",
        )?;
        let mut rows = statement.query_map([ms(now)], message_of)?;
        Ok(rows.next().transpose()?)
    }

    /// Records the end of an attempt. `again_at` says when a message that was not handed over is due again; without
    /// it the message has failed.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn record_delivery(
        &mut self,
        message: MessageId,
        attempt: &Attempt,
        again_at: Option<Timestamp>,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (outcome, state) = match (attempt, again_at) {
            (Attempt::Sent { .. }, _) => ("sent", "sent"),
            (Attempt::Later { .. } | Attempt::TransportDown { .. }, Some(_)) => ("later", "queued"),
            _ => ("failed", "failed"),
        };
        self.connection
            .prepare_cached("INSERT INTO deliveries (message, at, outcome, answer) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![message.0, ms(now), outcome, reason])?;
        self.connection
            .prepare_cached(
                "UPDATE messages SET state = ?2, next_at = coalesce(?3, next_at), reason = ?4,
                     ended_at = CASE WHEN ?2 = 'queued' THEN NULL ELSE ?5 END
                 WHERE id = ?1",
            )?
            .execute(params![message.0, state, again_at.map(ms), reason, ms(now)])?;
        Ok(())
    }

    /// Lets every waiting message wait until `until`: the transport itself is down.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn rest_outbox(&mut self, until: Timestamp, reason: &str) -> Result<usize, StoreError> {
        let sql = "UPDATE messages SET next_at = ?1, reason = ?2 WHERE state = 'queued' AND next_at < ?1";
        Ok(self.connection.execute(sql, params![ms(until), reason])?)
    }

    /// When the next message is due; `None` when none waits.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next_delivery_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT min(next_at) AS due FROM messages WHERE state = 'queued'";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| maybe_at(row, "due"))?)
    }

    /// The latest messages, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn outbox(&self, n_max: usize) -> Result<Vec<OutboxRow>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT * FROM messages ORDER BY id DESC LIMIT ?1")?;
        let rows = statement.query_map([n_max], |row| {
            Ok(OutboxRow {
                id: row.get("id")?,
                to: row.get("envelope_to")?,
                subject: row.get("subject")?,
                state: row.get("state")?,
                n_attempts: row.get("n_attempts")?,
                enqueued_at: at(row, "enqueued_at")?,
                next_at: at(row, "next_at")?,
                ended_at: maybe_at(row, "ended_at")?,
                reason: row.get("reason")?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn message_of(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        id: MessageId(row.get("id")?),
        message_id: row.get("message_id")?,
        envelope_from: row.get("envelope_from")?,
        envelope_to: row.get("envelope_to")?,
        bytes: row.get("bytes")?,
        n_attempts: row.get("n_attempts")?,
        enqueued_at: at(row, "enqueued_at")?,
    })
}
