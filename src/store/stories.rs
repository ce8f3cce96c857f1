//! Stories, their items and developments.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::row::{at, maybe_at, ms};
use super::{Store, StoreError};
use crate::domain::story::{Development, DevelopmentKind};
use crate::domain::{Confirmation, DevelopmentId, EntityHit, Item, ItemId, Relevance, StoryId, WhyQuiet};

/// A story without its items.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryRow {
    /// Row id.
    pub id: StoryId,
    /// Title of its first report.
    pub title: String,
    /// First report.
    pub first_at: Timestamp,
    /// Latest item.
    pub last_at: Timestamp,
    /// Step on the ladder.
    pub confirmation: Confirmation,
    /// The story that it was put into by hand: its items are there.
    pub merged_into: Option<StoryId>,
    /// Muted since then: nothing of it is told.
    pub muted_at: Option<Timestamp>,
    /// Items.
    pub n_items: usize,
    /// Outlets.
    pub n_outlets: usize,
}

/// What is recorded when an item joins a story.
#[derive(Clone, Debug, PartialEq)]
pub struct NewStoryItem<'a> {
    /// The item.
    pub item: ItemId,
    /// The story.
    pub story: StoryId,
    /// Nearness that decided.
    pub score: f64,
    /// Why here.
    pub reason: &'a str,
    /// Whose text it carries, if not its own.
    pub copy_of: Option<&'a str>,
    /// Why it is (no) development.
    pub verdict: &'a str,
}

/// A development before it has a row.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDevelopment<'a> {
    /// Its story.
    pub story: StoryId,
    /// The item that brings it.
    pub item: ItemId,
    /// When that item was published.
    pub at: Timestamp,
    /// Why it is one.
    pub kind: DevelopmentKind,
    /// What is new.
    pub what: &'a str,
    /// The whole reason.
    pub reason: &'a str,
    /// Recorded and not told, for this reason.
    pub why_quiet: Option<WhyQuiet>,
}

/// An item of a story inside the window, for rebuilding the index of stories.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowItem {
    /// Its story.
    pub story: StoryId,
    /// The item.
    pub item: Item,
    /// Entities found in it, over all its topics.
    pub entities: Vec<EntityHit>,
}

impl Store {
    /// Opens a story with its first report.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn open_story(&mut self, title: &str, first_at: Timestamp) -> Result<StoryId, StoreError> {
        self.connection
            .prepare_cached("INSERT INTO stories (title, first_at, last_at, confirmation) VALUES (?1, ?2, ?2, ?3)")?
            .execute(params![title, ms(first_at), Confirmation::OneOutlet.name()])?;
        Ok(StoryId(self.connection.last_insert_rowid()))
    }

    /// Puts an item into a story; the story's span and step on the ladder follow.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn join_story(
        &mut self,
        new: &NewStoryItem<'_>,
        item_at: Timestamp,
        confirmation: Confirmation,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO story_items (item, story, joined_at, score, reason, copy_of, verdict)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (item) DO UPDATE SET verdict = ?7",
            )?
            .execute(params![new.item.0, new.story.0, ms(now), new.score, new.reason, new.copy_of, new.verdict])?;
        self.connection
            .prepare_cached(
                "UPDATE stories SET first_at = min(first_at, ?2), last_at = max(last_at, ?2), confirmation = ?3
                 WHERE id = ?1",
            )?
            .execute(params![new.story.0, ms(item_at), confirmation.name()])?;
        Ok(())
    }

    /// The story an item is in.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn story_of(&self, item: ItemId) -> Result<Option<StoryId>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT story FROM story_items WHERE item = ?1")?;
        Ok(statement.query_row([item.0], |row| row.get(0).map(StoryId)).optional()?)
    }

    /// Records a development.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_development(&mut self, new: &NewDevelopment<'_>, now: Timestamp) -> Result<DevelopmentId, StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO developments (story, item, at, found_at, kind, what, reason, quiet, why_quiet)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                new.story.0,
                new.item.0,
                ms(new.at),
                ms(now),
                new.kind.name(),
                new.what,
                new.reason,
                new.why_quiet.is_some(),
                new.why_quiet.map_or("", WhyQuiet::name)
            ])?;
        Ok(DevelopmentId(self.connection.last_insert_rowid()))
    }

    /// Developments of a story, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn developments(&self, story: StoryId) -> Result<Vec<Development>, StoreError> {
        self.developments_where("d.story = ?1 ORDER BY d.at, d.id", [story.0])
    }

    /// Developments with the topics that their items match.
    pub(super) fn developments_where(
        &self,
        condition: &str,
        parameters: impl rusqlite::Params,
    ) -> Result<Vec<Development>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT d.*, (SELECT group_concat(topic, char(31)) FROM matches m WHERE m.item = d.item) AS topics
             FROM developments d WHERE {condition}"
        ))?;
        Ok(statement.query_map(parameters, development_of)?.collect::<Result<_, _>>()?)
    }

    /// One story.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn story(&self, id: StoryId) -> Result<Option<StoryRow>, StoreError> {
        Ok(self.stories_where("s.id = ?1", id.0, 1)?.pop())
    }

    /// Stories with an item since `since`, the latest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn stories_since(&self, since: Timestamp, n_max: usize) -> Result<Vec<StoryRow>, StoreError> {
        self.stories_where("s.last_at >= ?1 AND s.merged_into IS NULL", ms(since), n_max)
    }

    /// Items of stories with an item since `since`, in the order of their rows: what the index of stories is made of.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn window(&self, since: Timestamp) -> Result<Vec<WindowItem>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT i.*, si.story, (SELECT group_concat(m.relevance, char(31)) FROM matches m WHERE m.item = i.id) AS decisions
             FROM stories s JOIN story_items si ON si.story = s.id JOIN items i ON i.id = si.item
             WHERE s.last_at >= ?1 ORDER BY i.id",
        )?;
        let rows = statement.query_map([ms(since)], |row| {
            let decisions: Option<String> = row.get("decisions")?;
            Ok((StoryId(row.get("story")?), super::items::stored_item(row)?.item, decisions.unwrap_or_default()))
        })?;
        rows.map(|row| {
            let (story, item, decisions) = row?;
            let mut entities = Vec::new();
            for json in decisions.split('\u{1f}').filter(|json| !json.is_empty()) {
                entities.extend(serde_json::from_str::<Relevance>(json)?.entities);
            }
            Ok(WindowItem { story, item, entities })
        })
        .collect()
    }

    fn stories_where(&self, condition: &str, parameter: i64, n_max: usize) -> Result<Vec<StoryRow>, StoreError> {
        let sql = format!(
            "SELECT s.*, count(i.id) AS n_items, count(DISTINCT i.outlet) AS n_outlets
             FROM stories s LEFT JOIN story_items si ON si.story = s.id LEFT JOIN items i ON i.id = si.item
             WHERE {condition} GROUP BY s.id ORDER BY s.last_at DESC, s.id DESC LIMIT ?2"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![parameter, n_max], |row| {
            let confirmation: String = row.get("confirmation")?;
            Ok(StoryRow {
                id: StoryId(row.get("id")?),
                title: row.get("title")?,
                first_at: at(row, "first_at")?,
                last_at: at(row, "last_at")?,
                confirmation: Confirmation::parse(&confirmation).unwrap_or(Confirmation::OneOutlet),
                merged_into: row.get::<_, Option<i64>>("merged_into")?.map(StoryId),
                muted_at: maybe_at(row, "muted_at")?,
                n_items: row.get("n_items")?,
                n_outlets: row.get("n_outlets")?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

pub(super) fn development_of(row: &Row<'_>) -> rusqlite::Result<Development> {
    let kind: String = row.get("kind")?;
    let topics: Option<String> = row.get("topics")?;
    Ok(Development {
        id: DevelopmentId(row.get("id")?),
        story: StoryId(row.get("story")?),
        item: ItemId(row.get("item")?),
        at: at(row, "at")?,
        found_at: at(row, "found_at")?,
        kind: DevelopmentKind::parse(&kind).unwrap_or(DevelopmentKind::NewFact),
        what: row.get("what")?,
        topics: topics.unwrap_or_default().split('\u{1f}').filter(|t| !t.is_empty()).map(str::to_owned).collect(),
    })
}
