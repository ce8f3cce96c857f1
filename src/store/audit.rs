//! What became known to whom: a message with everything it told, each attempt, and the configuration behind it.

use jiff::Timestamp;
use rusqlite::OptionalExtension;
use serde::Serialize;

use super::mailroom::OutboxRow;
use super::row::{at, maybe_at};
use super::{Store, StoreError};
use crate::domain::MessageId;

/// One message, accounted for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Audit {
    /// The message.
    pub message: OutboxRow,
    /// Envelope sender.
    pub envelope_from: String,
    /// Bytes of the message.
    pub n_bytes: usize,
    /// Its digest.
    pub digest: AuditDigest,
    /// Each attempt, oldest first.
    pub attempts: Vec<AuditAttempt>,
    /// Everything it told, those under “and N more” included.
    pub told: Vec<AuditTold>,
}

/// The digest of a message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditDigest {
    /// When it was composed.
    pub at: Timestamp,
    /// The slot of the schedule that it answers; absent for one on a development or by hand.
    pub slot_at: Option<Timestamp>,
    /// Why it went out.
    pub reason: String,
    /// The configuration it was made from; null for digests of older versions.
    pub configuration: serde_json::Value,
}

/// An attempt to hand the message over.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditAttempt {
    /// When it ended.
    pub at: Timestamp,
    /// `sent`, `later`, `uncertain`, `never`, `unreachable` or `transport_down`.
    pub outcome: String,
    /// What was said.
    pub answer: String,
}

/// A development that was told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditTold {
    /// Story number.
    pub story: i64,
    /// Development number.
    pub development: i64,
    /// Kind of development.
    pub kind: String,
    /// What was new.
    pub what: String,
    /// Why it counts as new.
    pub reason: String,
    /// The item that brought it.
    pub item: i64,
    /// Its outlet.
    pub outlet: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: Option<String>,
    /// The evidence that it concerns the topic.
    pub matched: String,
}

impl Store {
    /// Accounts for a message; `None` when there is none of this number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn audit(&self, id: MessageId) -> Result<Option<Audit>, StoreError> {
        let Some(message) = self.outbox_row(id)? else { return Ok(None) };
        let sql = "SELECT digest, envelope_from FROM messages WHERE id = ?1";
        let (digest, envelope_from): (i64, String) =
            self.connection.prepare_cached(sql)?.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Some(Audit {
            message,
            envelope_from,
            n_bytes: self.message_bytes(id)?.len(),
            digest: self.audit_digest(digest)?,
            attempts: self.attempts(id)?,
            told: self.told_by(digest)?,
        }))
    }

    fn audit_digest(&self, digest: i64) -> Result<AuditDigest, StoreError> {
        let sql = "SELECT at, slot_at, reason, configuration FROM digests WHERE id = ?1";
        let row = self.connection.prepare_cached(sql)?.query_row([digest], |row| {
            let configuration: Option<String> = row.get("configuration")?;
            Ok(AuditDigest {
                at: at(row, "at")?,
                slot_at: maybe_at(row, "slot_at")?,
                reason: row.get("reason")?,
                configuration: configuration.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default(),
            })
        });
        row.optional()?.ok_or_else(|| StoreError::Value(format!("no digest {digest}")))
    }

    /// Each attempt to hand a message over, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn attempts(&self, id: MessageId) -> Result<Vec<AuditAttempt>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT at, outcome, answer FROM deliveries WHERE message = ?1 ORDER BY id")?;
        let rows = statement.query_map([id.0], |row| {
            Ok(AuditAttempt { at: at(row, "at")?, outcome: row.get("outcome")?, answer: row.get("answer")? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn told_by(&self, digest: i64) -> Result<Vec<AuditTold>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT d.story, d.id, d.kind, d.what, d.reason, d.item, i.outlet_name, i.title, i.url,
                    (SELECT group_concat(line, '; ') FROM matches m WHERE m.item = i.id) AS matched
             FROM digest_developments t JOIN developments d ON d.id = t.development JOIN items i ON i.id = d.item
             WHERE t.digest = ?1 ORDER BY d.story, d.id",
        )?;
        let rows = statement.query_map([digest], |row| {
            Ok(AuditTold {
                story: row.get("story")?,
                development: row.get("id")?,
                kind: row.get("kind")?,
                what: row.get("what")?,
                reason: row.get("reason")?,
                item: row.get("item")?,
                outlet: row.get("outlet_name")?,
                title: row.get("title")?,
                url: row.get("url")?,
                matched: row.get::<_, Option<String>>("matched")?.unwrap_or_default(),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
