//! How the service is, in questions that indexes and small tables answer at once.

use jiff::{SignedDuration, Timestamp};

use super::row::{moment, ms};
use super::{Store, StoreError};
use crate::domain::vitals::Vitals;

/// Mails given up within this are told.
const LATELY: SignedDuration = SignedDuration::from_hours(24);

impl Store {
    /// How the service is at `now`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn vitals(&self, now: Timestamp) -> Result<Vitals, StoreError> {
        let check = self.last_check()?;
        let mut vitals = Vitals {
            last_digest_at: self.moment("SELECT max(at) AS at FROM digests")?,
            checked_at: check.as_ref().map(|check| check.at),
            check_fault: check.and_then(|check| check.fault),
            store_bytes: self.bytes()?.0,
            rest: self.outbox_rest(now)?,
            ..Vitals::default()
        };
        let feeds = "SELECT count(*), coalesce(sum(n_failures > 0), 0), max(polled_at), min(next_poll_at)
                     FROM feeds WHERE configured = 1";
        self.connection.prepare_cached(feeds)?.query_row([], |row| {
            (vitals.n_feeds, vitals.n_failing) = (row.get(0)?, row.get(1)?);
            vitals.last_poll_at = row.get::<_, Option<i64>>(2)?.map(moment);
            vitals.due_at = row.get::<_, Option<i64>>(3)?.map(moment);
            Ok(())
        })?;
        let waiting =
            "SELECT count(*), min(enqueued_at) FROM messages WHERE state IN ('pending', 'sending', 'uncertain')";
        self.connection.prepare_cached(waiting)?.query_row([], |row| {
            vitals.n_waiting = row.get(0)?;
            vitals.oldest_waiting_at = row.get::<_, Option<i64>>(1)?.map(moment);
            Ok(())
        })?;
        let failed = "SELECT count(*) FROM messages WHERE state IN ('failed', 'expired') AND ended_at > ?1";
        let since = ms(now.saturating_sub(LATELY).unwrap_or(Timestamp::MIN));
        vitals.n_failed_lately = self.connection.prepare_cached(failed)?.query_row([since], |row| row.get(0))?;
        Ok(vitals)
    }
}
