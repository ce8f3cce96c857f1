//! Who asked for no more mail.

use jiff::Timestamp;
use rusqlite::params;
use serde::Serialize;

use super::row::{at, ms};
use super::{Store, StoreError};

/// A recipient who asked for no more mail of an audience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unsubscribed {
    /// Audience.
    pub audience: String,
    /// Bare address, in small letters.
    pub address: String,
    /// Since when.
    pub at: Timestamp,
}

impl Store {
    /// Remembers that `address` wants no more mail of `audience`, and gives up what waits for it. Returns how many
    /// mails that were.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn unsubscribe(&mut self, audience: &str, address: &str, now: Timestamp) -> Result<usize, StoreError> {
        let address = address.to_lowercase();
        self.connection
            .prepare_cached(
                "INSERT INTO unsubscribed (audience, address, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            )?
            .execute(params![audience, address, ms(now)])?;
        let sql = "UPDATE messages SET state = 'failed', ended_at = ?3, reason = 'the recipient wants no more of these'
                   WHERE state IN ('pending', 'uncertain') AND lower(envelope_to) = ?2
                     AND digest IN (SELECT id FROM digests WHERE audience = ?1)";
        Ok(self.connection.prepare_cached(sql)?.execute(params![audience, address, ms(now)])?)
    }

    /// Takes that back. Returns whether there was anything to take back.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn subscribe_again(&mut self, audience: &str, address: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM unsubscribed WHERE audience = ?1 AND address = ?2";
        Ok(self.connection.prepare_cached(sql)?.execute(params![audience, address.to_lowercase()])? > 0)
    }

    /// Everybody who asked for no more mail.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn unsubscribed(&self) -> Result<Vec<Unsubscribed>, StoreError> {
        let sql = "SELECT audience, address, at FROM unsubscribed ORDER BY audience, address";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            Ok(Unsubscribed { audience: row.get(0)?, address: row.get(1)?, at: at(row, "at")? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Gives up waiting mails for addresses that are in no audience any more (`addresses`, in small letters, are all
    /// that are). Returns how many.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn drop_mail_for_strangers(&mut self, addresses: &[String], now: Timestamp) -> Result<usize, StoreError> {
        let sql = "UPDATE messages SET state = 'failed', ended_at = ?2,
                       reason = 'the recipient is in no audience any more; `outbox retry` sends it all the same'
                   WHERE state IN ('pending', 'uncertain') AND retry_since IS NULL
                     AND lower(envelope_to) NOT IN (SELECT value FROM json_each(?1))";
        Ok(self.connection.prepare_cached(sql)?.execute(params![serde_json::to_string(addresses)?, ms(now)])?)
    }
}
