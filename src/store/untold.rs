//! What an audience has not been told yet, and the stories that go on without news.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::params;

use super::row::ms;
use super::stories::development_of;
use super::{Store, StoreError};
use crate::domain::digest::RunningStory;
use crate::domain::{Development, Lang, Outlets, StoryBrief, StoryId};

impl Store {
    /// Stories that hold developments an audience with these topics was not told, oldest development first.
    /// Developments of before the audience existed (`since`) count as told.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn briefs_untold(
        &self,
        audience: &str,
        topics: &[String],
        outlets: &Outlets,
    ) -> Result<Vec<StoryBrief>, StoreError> {
        let untold = self.untold(audience, topics)?;
        let mut seen = HashSet::new();
        let mut briefs = Vec::new();
        for development in &untold {
            if !seen.insert(development.story) {
                continue;
            }
            let mut brief = self.brief(development.story, outlets)?;
            brief.untold = untold.iter().filter(|d| d.story == brief.id).map(|d| d.id).collect();
            brief.told_before = self.was_told(audience, brief.id)?;
            briefs.push(brief);
        }
        Ok(briefs)
    }

    /// Stories that an audience was told of, that have nothing untold, and that outlets joined since `since`; each with
    /// the title of its first own report in `lang`, where it has one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn running(
        &self,
        audience: &str,
        topics: &[String],
        since: Timestamp,
        lang: Lang,
    ) -> Result<Vec<RunningStory>, StoreError> {
        let untold: HashSet<StoryId> = self.untold(audience, topics)?.iter().map(|d| d.story).collect();
        let mut statement = self.connection.prepare_cached(
            "SELECT s.id, count(DISTINCT i.outlet) AS n_outlets,
                    count(DISTINCT CASE WHEN si.joined_at > ?2 THEN i.outlet END) AS n_joined,
                    coalesce((SELECT o.title FROM story_items so JOIN items o ON o.id = so.item
                              WHERE so.story = s.id AND so.copy_of IS NULL AND o.lang = ?3
                              ORDER BY o.at, o.id LIMIT 1), s.title) AS title
             FROM stories s JOIN story_items si ON si.story = s.id JOIN items i ON i.id = si.item
             WHERE s.id IN (SELECT d.story FROM digest_developments t JOIN developments d ON d.id = t.development
                            WHERE t.audience = ?1) AND s.muted_at IS NULL
             GROUP BY s.id HAVING n_joined > 0 ORDER BY s.last_at DESC",
        )?;
        let rows = statement.query_map(params![audience, ms(since), lang.code()], |row| {
            Ok(RunningStory {
                id: StoryId(row.get("id")?),
                headline: row.get("title")?,
                n_outlets: row.get("n_outlets")?,
                n_joined: row.get("n_joined")?,
            })
        })?;
        let mut running: Vec<RunningStory> = rows.collect::<Result<_, _>>()?;
        running.retain(|story| !untold.contains(&story.id));
        Ok(running)
    }

    /// Developments that an audience was not told, oldest first, each of its topics since it was one, in no
    /// muted story. What came after the beginning counts by its row too, since a clock may be put right meanwhile.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn untold(&self, audience: &str, topics: &[String]) -> Result<Vec<Development>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT d.*,
                    (SELECT group_concat(m.topic, char(31)) FROM matches m
                     LEFT JOIN audience_topics t ON t.audience = ?1 AND t.topic = m.topic
                     WHERE m.item = d.item AND (d.found_at >= coalesce(t.since, 0) OR d.id > t.last_before)) AS topics
             FROM developments d JOIN audiences a ON a.name = ?1
             WHERE d.quiet = 0 AND (d.found_at >= a.since OR d.id > a.last_before)
               AND NOT EXISTS (SELECT 1 FROM stories s WHERE s.id = d.story AND s.muted_at IS NOT NULL)
               AND NOT EXISTS (SELECT 1 FROM digest_developments t WHERE t.audience = ?1 AND t.development = d.id)
             ORDER BY d.found_at, d.id",
        )?;
        let rows = statement.query_map(params![audience], development_of)?;
        let mut untold: Vec<Development> = rows.collect::<Result<_, _>>()?;
        untold.retain(|d| d.topics.iter().any(|topic| topics.contains(topic)));
        Ok(untold)
    }

    fn was_told(&self, audience: &str, story: StoryId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM digest_developments t JOIN developments d ON d.id = t.development
                   WHERE t.audience = ?1 AND d.story = ?2)";
        Ok(self.connection.prepare_cached(sql)?.query_row(params![audience, story.0], |row| row.get(0))?)
    }
}
