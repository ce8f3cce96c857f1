//! Which items concern which topic, and why.

use rusqlite::params;

use super::{Store, StoreError};
use crate::domain::{Item, ItemId, Relevance};
use crate::text::{fold, stem, words};

/// A stored decision of relevance.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Topic key.
    pub topic: String,
    /// The evidence, as printed.
    pub line: String,
    /// The whole decision.
    pub relevance: Relevance,
}

impl Store {
    /// Records that an item concerns a topic, and makes it findable by its words. Not where a person said no.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_match(&mut self, item: &Item, line: &str, relevance: &Relevance) -> Result<(), StoreError> {
        if self.verdict(item.id, &relevance.topic)? == Some(false) {
            return Ok(());
        }
        self.connection
            .prepare_cached(
                "INSERT INTO matches (item, topic, score, line, relevance) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (item, topic) DO UPDATE SET score = ?3, line = ?4, relevance = ?5",
            )?
            .execute(params![item.id.0, relevance.topic, relevance.score, line, serde_json::to_string(relevance)?])?;
        self.connection.prepare_cached("UPDATE items SET kept = 1 WHERE id = ?1")?.execute([item.id.0])?;
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO item_words (rowid, words) VALUES (?1, ?2)")?
            .execute(params![item.id.0, index_words(&[&item.title, &item.lead, &item.body])])?;
        Ok(())
    }

    /// The topics an item matched, with their evidence.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn matches(&self, item: ItemId) -> Result<Vec<Match>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT topic, line, relevance FROM matches WHERE item = ?1 ORDER BY topic")?;
        let rows = statement.query_map([item.0], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
        rows.map(|row| {
            let (topic, line, json) = row?;
            Ok(Match { topic, line, relevance: serde_json::from_str(&json)? })
        })
        .collect()
    }
}

/// The words under which an item is found: folded as written and, where it differs, the stem.
pub(super) fn index_words(texts: &[&str]) -> String {
    let mut all = String::new();
    for text in texts {
        let folded = fold::fold(text);
        for word in words::words(&folded) {
            let stem = stem::stem(word.text);
            all.push_str(word.text);
            all.push(' ');
            if stem != word.text {
                all.push_str(&stem);
                all.push(' ');
            }
        }
    }
    all
}
