//! Whole stories, put together for digests and dossiers.

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use super::row::{at, named};
use super::{Match, Store, StoreError};
use crate::domain::story::{Development, StoryItem};
use crate::domain::{DevelopmentId, Item, ItemId, Outlets, StoryBrief, StoryId, WhyQuiet};

/// Where an item stands in its story.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemStory {
    /// The story.
    pub story: StoryId,
    /// Nearness that decided.
    pub score: f64,
    /// Why here.
    pub reason: String,
    /// Whose text it carries.
    pub copy_of: Option<String>,
    /// Why it is (no) development.
    pub verdict: String,
}

/// A development and who was told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Telling {
    /// The development.
    pub development: Development,
    /// The decision in words, as it was made; a later wording of the item is judged anew.
    pub reason: String,
    /// The digests that tell it.
    pub told: Vec<Told>,
    /// Why it is not told, if it is not.
    pub why_quiet: Option<WhyQuiet>,
}

/// A digest that tells a development.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Audience.
    pub audience: String,
    /// When it was composed.
    pub at: Timestamp,
    /// Its mails that nobody has taken yet, those given up included.
    pub n_unsent: usize,
}

impl Store {
    /// A story with everything in it; `untold` and `told_before` are empty, see [`Store::briefs_untold`].
    ///
    /// # Errors
    /// When there is no such story or the store cannot be read.
    pub fn brief(&self, id: StoryId, outlets: &Outlets) -> Result<StoryBrief, StoreError> {
        let story = self.story(id)?.ok_or_else(|| StoreError::Value(format!("no story {}", id.0)))?;
        Ok(StoryBrief {
            id,
            title: story.title,
            first_at: story.first_at,
            last_at: story.last_at,
            confirmation: story.confirmation,
            items: self.story_items(id, outlets)?,
            developments: self.developments(id)?,
            untold: Vec::new(),
            told_before: false,
        })
    }

    /// Where an item stands in its story, if it is in one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn item_story(&self, item: ItemId) -> Result<Option<ItemStory>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT story, score, reason, copy_of, verdict FROM story_items WHERE item = ?1")?;
        let mut rows = statement.query_map([item.0], |row| {
            Ok(ItemStory {
                story: StoryId(row.get(0)?),
                score: row.get(1)?,
                reason: row.get(2)?,
                copy_of: row.get(3)?,
                verdict: row.get(4)?,
            })
        })?;
        Ok(rows.next().transpose()?)
    }

    /// Items of a story, oldest first, without outlets' details.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn items_of(&self, story: StoryId) -> Result<Vec<(Item, ItemStory)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT i.*, si.story, si.score, si.reason AS joined, si.copy_of, si.verdict
             FROM story_items si JOIN items i ON i.id = si.item WHERE si.story = ?1 ORDER BY i.at, i.id",
        )?;
        let rows = statement.query_map([story.0], |row| {
            let place = ItemStory {
                story: StoryId(row.get("story")?),
                score: row.get("score")?,
                reason: row.get("joined")?,
                copy_of: row.get("copy_of")?,
                verdict: row.get("verdict")?,
            };
            Ok((super::items::stored_item(row)?.item, place))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The first item of a story and the latest `n`, oldest first: what its next item is compared with.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn first_and_latest_of(&self, story: StoryId, n: usize) -> Result<Vec<(Item, ItemStory)>, StoreError> {
        let mut all = self.connection.prepare_cached(
            "SELECT i.id FROM story_items si JOIN items i ON i.id = si.item WHERE si.story = ?1 ORDER BY i.at, i.id",
        )?;
        let ids = all.query_map([story.0], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
        let latest = ids.len().saturating_sub(n).max(1);
        let chosen = ids.first().into_iter().chain(ids.iter().skip(latest));
        chosen.map(|id| self.item_in_story(ItemId(*id))).collect()
    }

    fn item_in_story(&self, id: ItemId) -> Result<(Item, ItemStory), StoreError> {
        let missing = || StoreError::Value(format!("item {} is in a story without its row", id.0));
        let item = self.item(id)?.ok_or_else(missing)?.item;
        Ok((item, self.item_story(id)?.ok_or_else(missing)?))
    }

    /// Whether readers may have been told of a story: something in it is a development that was not held back.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn is_tellable(&self, story: StoryId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM developments WHERE story = ?1 AND quiet = 0)";
        Ok(self.connection.prepare_cached(sql)?.query_row([story.0], |row| row.get(0))?)
    }

    /// Developments that an item brought, with what audiences were told of each.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn tellings(&self, item: ItemId) -> Result<Vec<Telling>, StoreError> {
        let developments = self.developments_where("d.item = ?1 ORDER BY d.id", [item.0])?;
        let telling = |development: Development| {
            let (told, why_quiet) = (self.told_to(development.id)?, self.why_quiet(development.id)?);
            let sql = "SELECT reason FROM developments WHERE id = ?1";
            let reason = self.connection.prepare_cached(sql)?.query_row([development.id.0], |row| row.get(0))?;
            Ok(Telling { development, reason, told, why_quiet })
        };
        developments.into_iter().map(telling).collect()
    }

    /// Why a development is not told; `None` when it is, or will be.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn why_quiet(&self, development: DevelopmentId) -> Result<Option<WhyQuiet>, StoreError> {
        let sql = "SELECT why_quiet FROM developments WHERE id = ?1 AND quiet = 1";
        let why: Option<String> =
            self.connection.prepare_cached(sql)?.query_row([development.0], |row| row.get(0)).optional()?;
        why.map(|why| named(&why, WhyQuiet::parse)).transpose()
    }

    fn told_to(&self, development: DevelopmentId) -> Result<Vec<Told>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT t.audience, d.at,
                    (SELECT count(*) FROM messages m WHERE m.digest = d.id AND m.state <> 'sent') AS n_unsent
             FROM digest_developments t JOIN digests d ON d.id = t.digest WHERE t.development = ?1 ORDER BY d.at",
        )?;
        let rows = statement.query_map([development.0], |row| {
            Ok(Told { audience: row.get(0)?, at: at(row, "at")?, n_unsent: row.get("n_unsent")? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn story_items(&self, story: StoryId, outlets: &Outlets) -> Result<Vec<StoryItem>, StoreError> {
        let items = self.items_of(story)?;
        items.into_iter().map(|(item, place)| self.story_item(item, place, outlets)).collect()
    }

    fn story_item(&self, item: Item, place: ItemStory, outlets: &Outlets) -> Result<StoryItem, StoreError> {
        let outlet = outlets.get_or_unknown(&item.outlet);
        let matches = self.matches(item.id)?;
        let is_one = matches.len() == 1;
        let line = |Match { topic, line, .. }: Match| if is_one { line } else { format!("{topic}: {line}") };
        let matched: Vec<String> = matches.into_iter().map(line).collect();
        Ok(StoryItem {
            id: item.id,
            facts: self.facts(item.id)?,
            quotes: self.quotes(item.id)?,
            outlook: self.outlook(item.id)?,
            outlet: item.outlet,
            outlet_name: item.outlet_name,
            country: outlet.country,
            kind: outlet.kind,
            family: outlet.family,
            title: item.title,
            lead: item.lead,
            url: item.url,
            lang: item.lang,
            at: item.at,
            first_seen_at: item.first_seen_at,
            copy_of: place.copy_of.map(|origin| name_of(&origin, outlets)),
            has_video: item.has_video,
            matched: matched.join("; "),
            joined: place.reason,
        })
    }
}

/// The name of the outlet or wire whose text an item carries, as readers know it.
fn name_of(origin: &str, outlets: &Outlets) -> String {
    let known = outlets.get(origin).or_else(|| outlets.by_name(origin));
    known.map_or_else(|| origin.to_owned(), |outlet| outlet.name.clone())
}
