//! What people said of items: whether they concern a topic.

use jiff::Timestamp;
use rusqlite::params;

use super::row::{at, ms};
use super::{Store, StoreError};
use crate::domain::{Item, ItemId};

/// A person's verdict, with the text it was about.
#[derive(Clone, Debug, PartialEq)]
pub struct VerdictRow {
    /// The item.
    pub item: ItemId,
    /// Topic key.
    pub topic: String,
    /// Concerns it or not.
    pub relevant: bool,
    /// When it was said.
    pub at: Timestamp,
    /// Headline at that time.
    pub title: String,
    /// Lead at that time.
    pub lead: String,
}

impl Store {
    /// Records a verdict; a later one replaces it. A "no" takes back the item's match, so that nothing it brought is
    /// told for this topic any more.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_verdict(&mut self, item: &Item, topic: &str, relevant: bool, now: Timestamp) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO verdicts (item, topic, relevant, at, title, lead) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (item, topic) DO UPDATE SET relevant = ?3, at = ?4, title = ?5, lead = ?6",
            params![item.id.0, topic, relevant, ms(now), item.title, item.lead],
        )?;
        if !relevant {
            self.connection.execute("DELETE FROM matches WHERE item = ?1 AND topic = ?2", params![item.id.0, topic])?;
        }
        Ok(())
    }

    /// What was said of an item for a topic, if anything was.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn verdict(&self, item: ItemId, topic: &str) -> Result<Option<bool>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT relevant FROM verdicts WHERE item = ?1 AND topic = ?2")?;
        let mut rows = statement.query_map(params![item.0, topic], |row| row.get(0))?;
        Ok(rows.next().transpose()?)
    }

    /// Every verdict, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn verdicts(&self) -> Result<Vec<VerdictRow>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT * FROM verdicts ORDER BY at, item, topic")?;
        let rows = statement.query_map([], |row| {
            Ok(VerdictRow {
                item: ItemId(row.get("item")?),
                topic: row.get("topic")?,
                relevant: row.get("relevant")?,
                at: at(row, "at")?,
                title: row.get("title")?,
                lead: row.get("lead")?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Title and lead of the latest `n_max` items whose text is still there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn latest_texts(&self, n_max: usize) -> Result<Vec<(String, String)>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT title, lead FROM items WHERE title <> '' ORDER BY id DESC LIMIT ?1")?;
        let rows = statement.query_map([n_max], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
