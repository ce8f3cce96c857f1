//! What was decided of each item, for judging it once more.

use jiff::Timestamp;

use super::row::ms;
use super::{Store, StoreError, StoredItem};
use crate::domain::StoryId;

/// An item with what was decided of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// The item as it is worded now.
    pub stored: StoredItem,
    /// Earlier wordings: until when, title, lead.
    pub revisions: Vec<(Timestamp, String, String)>,
    /// Addresses of the feeds that carry it.
    pub feeds: Vec<String>,
    /// Whether it matches a topic.
    pub is_kept: bool,
    /// Its story.
    pub story: Option<StoryId>,
    /// Whether a person put it there.
    pub is_by_hand: bool,
    /// What it brought that was told, or is to be.
    pub told: Vec<String>,
    /// What persons said of it: topic and relevant or not.
    pub verdicts: Vec<(String, bool)>,
}

impl Store {
    /// Every item first seen since `since`, in the order of their coming.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn recorded(&self, since: Timestamp) -> Result<Vec<Recorded>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM items WHERE first_seen_at >= ?1 ORDER BY first_seen_at, id")?;
        let items = statement.query_map([ms(since)], super::items::stored_item)?.collect::<Result<Vec<_>, _>>()?;
        items.into_iter().map(|stored| self.recorded_one(stored)).collect()
    }

    fn recorded_one(&self, stored: StoredItem) -> Result<Recorded, StoreError> {
        let id = stored.item.id;
        let is_kept = !self.matches(id)?.is_empty();
        let told = self.tellings(id)?.into_iter();
        // What was quietened by hand had been decided as news.
        let told = told.filter(|telling| is_kept && telling.why_quiet.is_none_or(|why| why.is_by_hand()));
        Ok(Recorded {
            revisions: self.revisions(id)?,
            feeds: self.sightings(id)?.into_iter().map(|(url, ..)| url).collect(),
            is_kept,
            story: self.item_story(id)?.map(|place| place.story),
            is_by_hand: self.is_by_hand(id)?,
            told: told.map(|telling| telling.development.what).collect(),
            verdicts: self.verdicts_on(id)?,
            stored,
        })
    }

    fn is_by_hand(&self, item: crate::domain::ItemId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM story_items WHERE item = ?1 AND by_hand = 1)";
        Ok(self.connection.prepare_cached(sql)?.query_row([item.0], |row| row.get(0))?)
    }

    fn verdicts_on(&self, item: crate::domain::ItemId) -> Result<Vec<(String, bool)>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT topic, relevant FROM verdicts WHERE item = ?1")?;
        let rows = statement.query_map([item.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
