//! Full text: kept items by the index, the rest by reading.

use jiff::Timestamp;
use rusqlite::params;

use super::items::stored_item;
use super::{Store, StoreError, StoredItem};
use crate::domain::{ItemId, StoryId};
use crate::text::{fold, stem, words};

/// An item that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The item.
    pub stored: StoredItem,
    /// Its story, if it is in one.
    pub story: Option<StoryId>,
}

impl Store {
    /// Kept items that hold all of `query`'s words in any of their forms, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn search_kept(&self, query: &str, n_max: usize) -> Result<Vec<Found>, StoreError> {
        let phrases: Vec<String> = query_words(query).iter().map(|(w, s)| format!("(\"{w}\" OR \"{s}\")")).collect();
        if phrases.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT i.*, si.story FROM item_words JOIN items i ON i.id = item_words.rowid
             LEFT JOIN story_items si ON si.item = i.id
             WHERE item_words MATCH ?1 ORDER BY i.at DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![phrases.join(" AND "), n_max], |row| {
            Ok(Found { stored: stored_item(row)?, story: row.get::<_, Option<i64>>("story")?.map(StoryId) })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The same among the items that matched no topic and whose text is still there; reads them one by one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn search_rest(&self, query: &str, n_max: usize) -> Result<Vec<Found>, StoreError> {
        let wanted = query_words(query);
        if wanted.is_empty() || n_max == 0 {
            return Ok(Vec::new());
        }
        let mut statement =
            self.connection.prepare_cached("SELECT * FROM items WHERE kept = 0 AND title <> '' ORDER BY at DESC")?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let stored = stored_item(row)?;
            let text = fold::fold(&format!("{} {} {}", stored.item.title, stored.item.lead, stored.item.body));
            let has = |(word, stem): &(String, String)| {
                words::words(&text).any(|w| w.text == word || stem::stem(w.text) == stem.as_str())
            };
            if wanted.iter().all(has) {
                found.push(Found { stored, story: None });
                if found.len() == n_max {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Kept items since `since`, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn kept_since(&self, since: Timestamp) -> Result<Vec<ItemId>, StoreError> {
        let sql = "SELECT id FROM items WHERE kept = 1 AND first_seen_at >= ?1 ORDER BY at DESC";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([super::row::ms(since)], |row| row.get(0).map(ItemId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Folded words of a query with their stems; a word of a query is never an operator of the index.
fn query_words(query: &str) -> Vec<(String, String)> {
    let folded = fold::fold(query);
    words::words(&folded).map(|w| (w.text.to_owned(), stem::stem(w.text).into_owned())).collect()
}
