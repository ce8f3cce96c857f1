//! What a digest needs beside the news: days to come, how much was reported, threads that go on.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};

use super::row::{moment, ms};
use super::{Store, StoreError};
use crate::domain::{Outlets, StoryBrief, StoryId};

/// Stories looked through for days to come: more would be no digest.
const STORIES_MAX: u32 = 200;

impl Store {
    /// Stories of these topics with reports since `since` that name a day or month from `from` to `to`, latest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn briefs_ahead(
        &self,
        topics: &[String],
        since: Timestamp,
        (from, to): (Date, Date),
        outlets: &Outlets,
    ) -> Result<Vec<StoryBrief>, StoreError> {
        // A value is `2026-12-02`, `2026-12` or `T13:54 2026-12-02`; as text months sort before their days.
        let mut statement = self.connection.prepare_cached(
            "SELECT DISTINCT s.id FROM stories s JOIN story_items si ON si.story = s.id
             JOIN items i ON i.id = si.item JOIN facts f ON f.item = i.id
             WHERE s.last_at >= ?1 AND s.muted_at IS NULL AND i.at >= ?1 AND f.is_current AND f.kind = 'date'
               AND substr(f.value, instr(f.value, ' ') + 1) BETWEEN ?2 AND ?3
               AND EXISTS (SELECT 1 FROM matches m WHERE m.item = i.id
                           AND m.topic IN (SELECT value FROM json_each(?4)))
             ORDER BY s.last_at DESC LIMIT ?5",
        )?;
        let month = format!("{:04}-{:02}", from.year(), from.month());
        let row = params![ms(since), month, to.to_string(), serde_json::to_string(topics)?, STORIES_MAX];
        let ids = statement.query_map(row, |row| row.get(0).map(StoryId))?.collect::<Result<Vec<_>, _>>()?;
        ids.into_iter().map(|id| self.brief(id, outlets)).collect()
    }

    /// When the kept items of these topics of `since` and later were published.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn report_times(&self, topics: &[String], since: Timestamp) -> Result<Vec<Timestamp>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT i.at FROM story_items si JOIN items i ON i.id = si.item JOIN stories s ON s.id = si.story
             WHERE s.last_at >= ?1 AND i.at >= ?1
               AND EXISTS (SELECT 1 FROM matches m WHERE m.item = i.id
                           AND m.topic IN (SELECT value FROM json_each(?2)))",
        )?;
        let rows =
            statement.query_map(params![ms(since), serde_json::to_string(topics)?], |row| row.get(0).map(moment))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The subject of the first mail on developments that each of these stories led, where one did.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn threads(&self, audience: &str, stories: &[StoryId]) -> Result<BTreeMap<StoryId, String>, StoreError> {
        let sql = "SELECT subject FROM digests WHERE audience = ?1 AND thread = ?2 ORDER BY id LIMIT 1";
        let mut first = self.connection.prepare_cached(sql)?;
        let mut threads = BTreeMap::new();
        for story in stories {
            if let Some(subject) = first.query_row(params![audience, story.0], |row| row.get(0)).optional()? {
                threads.insert(*story, subject);
            }
        }
        Ok(threads)
    }
}
