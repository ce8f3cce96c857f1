//! The outbox: frozen messages, counted attempts, recorded ends.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Row, params};

use super::row::{at, maybe_at, ms};
use super::{Store, StoreError};
use crate::domain::message::{MessageState, NewMessage};
use crate::domain::{Attempt, Message, MessageId};

/// Readers are told again after this of an address that still takes no mail.
const GIVEN_UP_AGAIN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How an attempt ended, and what comes next.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// The message.
    pub message: MessageId,
    /// The attempt.
    pub attempt: Attempt,
    /// Where the message stands now.
    pub state: MessageState,
    /// When it is due again, if it waits.
    pub again_at: Option<Timestamp>,
    /// What is said of it.
    pub reason: String,
    /// When it ended.
    pub at: Timestamp,
}

/// An attempt whose end nobody recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenAttempt {
    /// The message.
    pub message: MessageId,
    /// Attempts so far, this one included, those before a retry by hand not.
    pub n_tries: u32,
    /// When it was counted.
    pub begun_at: Timestamp,
}

impl Store {
    pub(super) fn add_body(&mut self, bytes: &[u8]) -> Result<i64, StoreError> {
        self.connection.prepare_cached("INSERT INTO bodies (bytes) VALUES (?1)")?.execute([bytes])?;
        Ok(self.connection.last_insert_rowid())
    }

    pub(super) fn add_message(
        &mut self,
        digest: i64,
        body: i64,
        new: &NewMessage,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO messages (digest, body, message_id, envelope_from, envelope_to, subject, bytes, state,
                     enqueued_at, next_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'pending', ?8, ?8)",
            )?
            .execute(params![
                digest,
                body,
                new.message_id,
                new.envelope_from,
                new.envelope_to,
                new.subject,
                new.head,
                ms(now)
            ])?;
        Ok(())
    }

    /// Attempts without a recorded end. Only the holder of the delivery lock may take them for a dead process's.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open_attempts(&self) -> Result<Vec<OpenAttempt>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, n_attempts - n_attempts_before AS n, coalesce(attempt_at, next_at) AS begun
             FROM messages WHERE state = 'sending' ORDER BY id",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(OpenAttempt { message: MessageId(row.get("id")?), n_tries: row.get("n")?, begun_at: at(row, "begun")? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Records that an attempt has no recorded end, and makes its message due again.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn reopen_attempt(&mut self, open: OpenAttempt, again_at: Timestamp) -> Result<(), StoreError> {
        let reason = "the attempt has no recorded end; the same bytes go again";
        self.add_delivery(open.message, open.begun_at, "uncertain", reason)?;
        let sql = "UPDATE messages SET state = 'uncertain', next_at = ?2, resting = 0, reason = ?3
                   WHERE id = ?1 AND state = 'sending'";
        self.connection.prepare_cached(sql)?.execute(params![open.message.0, ms(again_at), reason])?;
        Ok(())
    }

    /// Takes up to `n_max` messages that are due and counts their attempts before they are made.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn claim_messages(&mut self, n_max: usize, now: Timestamp) -> Result<Vec<Message>, StoreError> {
        let ids = self.messages_due(n_max, now)?;
        ids.into_iter().map(|id| self.claim(id, now)).collect()
    }

    fn messages_due(&self, n_max: usize, now: Timestamp) -> Result<Vec<i64>, StoreError> {
        // A question for each state, answered from the index in its order: asked together they would sort all that waits.
        let due = |state| {
            format!(
                "SELECT * FROM (SELECT next_at, id FROM messages WHERE state = '{state}' AND next_at <= ?1
                                ORDER BY next_at, id LIMIT ?2)"
            )
        };
        let sql = format!("{} UNION ALL {} ORDER BY next_at, id LIMIT ?2", due("pending"), due("uncertain"));
        let mut due = self.connection.prepare_cached(&sql)?;
        let ids = due.query_map(params![ms(now), n_max], |row| row.get("id"))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Makes due what was put in by a clock that ran ahead.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_future_mail(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE messages SET next_at = ?1, enqueued_at = ?1
                   WHERE state IN ('pending', 'uncertain') AND enqueued_at > ?1";
        self.connection.prepare_cached(sql)?.execute([ms(now)])?;
        Ok(())
    }

    fn claim(&mut self, id: i64, now: Timestamp) -> Result<Message, StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE messages SET state = 'sending', n_attempts = n_attempts + 1, attempt_at = ?2, resting = 0
                 WHERE id = ?1",
            )?
            .execute(params![id, ms(now)])?;
        let sql = "SELECT m.*, coalesce(m.retry_since, m.enqueued_at) AS tried_since, b.bytes AS body_bytes
                   FROM messages m LEFT JOIN bodies b ON b.id = m.body WHERE m.id = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([id], message_of)?)
    }

    /// Gives a claimed message back that was not tried after all.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn release_message(&mut self, message: MessageId) -> Result<(), StoreError> {
        let sql = "UPDATE messages SET n_attempts = n_attempts - 1,
                       state = CASE (SELECT outcome FROM deliveries WHERE message = ?1 ORDER BY id DESC LIMIT 1)
                               WHEN 'uncertain' THEN 'uncertain' ELSE 'pending' END
                   WHERE id = ?1 AND state = 'sending'";
        self.connection.prepare_cached(sql)?.execute([message.0])?;
        Ok(())
    }

    /// Records the end of an attempt.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn record_delivery(&mut self, ended: &Ended) -> Result<(), StoreError> {
        self.add_delivery(ended.message, ended.at, ended.attempt.name(), ended.attempt.words())?;
        self.connection
            .prepare_cached(
                "UPDATE messages SET state = ?2, next_at = coalesce(?3, next_at), reason = ?4, ended_at = ?5
                 WHERE id = ?1",
            )?
            .execute(params![
                ended.message.0,
                ended.state.name(),
                ended.again_at.map(ms),
                ended.reason,
                (!ended.state.waits()).then(|| ms(ended.at))
            ])?;
        Ok(())
    }

    /// Tells the other readers that a mail was given up, once a month for each address: `masked` is how it is shown.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn tell_given_up(&mut self, ended: &Ended, masked: impl Fn(&str) -> String) -> Result<(), StoreError> {
        let sql = "SELECT envelope_to FROM messages WHERE id = ?1";
        let to: String = self.connection.prepare_cached(sql)?.query_row([ended.message.0], |row| row.get(0))?;
        let about = format!("mail to {}", to.to_lowercase());
        let since = ended.at.saturating_sub(GIVEN_UP_AGAIN).unwrap_or(Timestamp::MIN);
        let sql = "SELECT EXISTS (SELECT 1 FROM notices WHERE about = ?1 AND at > ?2)";
        if self.connection.prepare_cached(sql)?.query_row(params![about, ms(since)], |row| row.get(0))? {
            return Ok(());
        }
        let words = format!("a mail to {} was given up: {}", masked(&to), ended.reason);
        self.add_own_notice_about(&about, &words, ended.at)
    }

    fn add_delivery(&self, message: MessageId, at: Timestamp, outcome: &str, answer: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT INTO deliveries (message, at, outcome, answer) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![message.0, ms(at), outcome, answer])?;
        Ok(())
    }

    /// When the next message is due; `None` when none waits.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next_delivery_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT min(next_at) AS due FROM messages WHERE state IN ('pending', 'uncertain')";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| maybe_at(row, "due"))?)
    }
}

fn message_of(row: &Row<'_>) -> rusqlite::Result<Message> {
    let mut bytes: Vec<u8> = row.get("bytes")?;
    bytes.extend(row.get::<_, Option<Vec<u8>>>("body_bytes")?.unwrap_or_default());
    Ok(Message {
        id: MessageId(row.get("id")?),
        message_id: row.get("message_id")?,
        envelope_from: row.get("envelope_from")?,
        envelope_to: row.get("envelope_to")?,
        bytes,
        n_attempts: row.get("n_attempts")?,
        tried_since: at(row, "tried_since")?,
        n_attempts_before: row.get("n_attempts_before")?,
    })
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
