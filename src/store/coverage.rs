//! How much is reported, by topic and by outlet, and what was said of it.

use jiff::{SignedDuration, Timestamp};
use rusqlite::params;

use super::row::{at, maybe_at, ms};
use super::{Store, StoreError};
use crate::decide::coverage::{BASELINE_DAYS, OutletCoverage, TopicCoverage};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Store {
    /// Reports on a topic, day by day back from `now`. `key` is its key, `name` what notices call it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn topic_coverage(&self, key: &str, name: &str, now: Timestamp) -> Result<TopicCoverage, StoreError> {
        let oldest: Option<Timestamp> =
            self.connection.query_row("SELECT min(first_seen_at) AS at FROM items", [], |row| maybe_at(row, "at"))?;
        let known = oldest.map_or(0, |oldest| (ms(now) - ms(oldest)) / DAY_MS);
        let n_days = usize::try_from(known).unwrap_or(0).min(BASELINE_DAYS);
        let mut days = vec![0; n_days + 1];
        let mut statement = self.connection.prepare_cached(
            "SELECT (?2 - i.first_seen_at) / ?4 AS day, count(*) FROM matches m JOIN items i ON i.id = m.item
             WHERE m.topic = ?1 AND i.first_seen_at > ?3 AND i.first_seen_at <= ?2 AND i.quiet = 0 GROUP BY day",
        )?;
        let since = ms(now) - DAY_MS * (BASELINE_DAYS as i64 + 1);
        let rows = statement
            .query_map(params![key, ms(now), since, DAY_MS], |row| Ok((row.get::<_, usize>(0)?, row.get(1)?)))?;
        for row in rows {
            let (day, n): (usize, usize) = row?;
            days.get_mut(day).into_iter().for_each(|count| *count = n);
        }
        let n_today = days.remove(0);
        Ok(TopicCoverage { name: name.to_owned(), n_today, days, told_at: self.told_about(name)? })
    }

    /// The rhythm of every outlet with a feed of its own that answers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn outlet_coverage(&self, now: Timestamp) -> Result<Vec<OutletCoverage>, StoreError> {
        let span = SignedDuration::from_hours(24 * 2 * BASELINE_DAYS as i64);
        let since = now.saturating_sub(span).unwrap_or(Timestamp::MIN);
        let mut statement = self.connection.prepare_cached(
            "WITH last AS (
                 SELECT outlet, max(outlet_name) AS name, max(first_seen_at) AS last_at FROM items
                 WHERE first_seen_at > ?1 AND quiet = 0 AND outlet IN (
                     SELECT outlet FROM feeds WHERE configured = 1 AND aggregator = 0 AND ok_at > ?2
                     GROUP BY outlet HAVING max(n_failures) = 0)
                 GROUP BY outlet)
             SELECT last.name, last.last_at, count(*) AS n_items, count(DISTINCT i.first_seen_at / ?3) AS n_days
             FROM last JOIN items i ON i.outlet = last.outlet AND i.quiet = 0
                 AND i.first_seen_at > last.last_at - ?4 AND i.first_seen_at > ?1
             GROUP BY last.outlet ORDER BY last.outlet",
        )?;
        let baseline = DAY_MS * BASELINE_DAYS as i64;
        let rows = statement.query_map(params![ms(since), ms(now) - DAY_MS, DAY_MS, baseline], |row| {
            Ok((row.get::<_, String>("name")?, at(row, "last_at")?, row.get("n_items")?, row.get("n_days")?))
        })?;
        rows.map(|row| {
            let (name, last_at, n_items, n_days) = row?;
            Ok(OutletCoverage { told_at: self.told_about(&name)?, name, last_at, n_items, n_days })
        })
        .collect()
    }

    fn told_about(&self, about: &str) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT max(at) AS at FROM notices WHERE about = ?1 AND feed IS NULL";
        Ok(self.connection.prepare_cached(sql)?.query_row([about], |row| maybe_at(row, "at"))?)
    }

    /// Adds what people are to be told about a topic (those who hear of it) or an outlet (all), in their next digest.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_coverage_notice(
        &mut self,
        about: &str,
        topic: Option<&str>,
        words: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT INTO notices (feed, topic, about, at, words) VALUES (NULL, ?1, ?2, ?3, ?4)")?
            .execute(params![topic, about, ms(now), words])?;
        Ok(())
    }
}
