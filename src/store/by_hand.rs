//! What readers change by hand: stories put together, taken apart and muted, floods released.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::row::ms;
use super::{Store, StoreError, StoredItem};
use crate::domain::story::DevelopmentKind;
use crate::domain::{Confirmation, DevelopmentId, FeedId, ItemId, StoryId, WhyQuiet};

/// What a development says, when it is judged again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retold<'a> {
    /// Why it is one.
    pub kind: DevelopmentKind,
    /// What is new.
    pub what: &'a str,
    /// The whole reason.
    pub reason: &'a str,
}

impl Store {
    /// The story that stands for `id`: itself, or the one it was put into by hand, however often.
    ///
    /// # Errors
    /// When there is no such story or the store cannot be read.
    pub fn standing(&self, id: StoryId) -> Result<StoryId, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "WITH RECURSIVE chain (id, next) AS (
                 SELECT id, merged_into FROM stories WHERE id = ?1
                 UNION SELECT s.id, s.merged_into FROM stories s JOIN chain ON s.id = chain.next)
             SELECT id FROM chain WHERE next IS NULL",
        )?;
        let found = statement.query_row([id.0], |row| row.get(0).map(StoryId)).optional()?;
        let missing = || StoreError::Refused(format!("there is no story S-{}; `orbitwire stories` lists them", id.0));
        found.ok_or_else(missing)
    }

    /// Puts an item and what it brought into another story.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn move_item(&mut self, item: ItemId, to: StoryId, reason: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE story_items SET story = ?2, score = 1.0, reason = ?3 WHERE item = ?1")?
            .execute(params![item.0, to.0, reason])?;
        self.connection
            .prepare_cached("UPDATE developments SET story = ?2 WHERE item = ?1")?
            .execute(params![item.0, to.0])?;
        Ok(())
    }

    /// What is in a story now is there by a person's judgement.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn affirm_story(&mut self, story: StoryId) -> Result<(), StoreError> {
        self.connection.prepare_cached("UPDATE story_items SET by_hand = 1 WHERE story = ?1")?.execute([story.0])?;
        Ok(())
    }

    /// Notes that a story was put into another one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_merged(&mut self, story: StoryId, into: StoryId) -> Result<(), StoreError> {
        let sql = "UPDATE stories SET merged_into = ?2 WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute(params![story.0, into.0])?;
        Ok(())
    }

    /// Sets what follows from a story's items: its span, its title, its step on the ladder.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn reset_story(&mut self, id: StoryId, title: &str, confirmation: Confirmation) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE stories SET title = ?2, confirmation = ?3,
                     first_at = coalesce((SELECT min(i.at) FROM story_items si JOIN items i ON i.id = si.item
                                          WHERE si.story = ?1), first_at),
                     last_at = coalesce((SELECT max(i.at) FROM story_items si JOIN items i ON i.id = si.item
                                         WHERE si.story = ?1), last_at)
                 WHERE id = ?1",
            )?
            .execute(params![id.0, title, confirmation.name()])?;
        Ok(())
    }

    /// Mutes a story or lets it be heard again; says whether that changed anything.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_muted(&mut self, story: StoryId, since: Option<Timestamp>) -> Result<bool, StoreError> {
        let sql = "UPDATE stories SET muted_at = ?2 WHERE id = ?1 AND (muted_at IS NULL) <> (?2 IS NULL)";
        Ok(self.connection.prepare_cached(sql)?.execute(params![story.0, since.map(ms)])? > 0)
    }

    /// What a story brought since `since` is not told any more; returns how many developments that were.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn quieten_since(&mut self, story: StoryId, since: Timestamp, why: WhyQuiet) -> Result<usize, StoreError> {
        let sql = "UPDATE developments SET quiet = 1, why_quiet = ?3 WHERE story = ?1 AND found_at >= ?2 AND quiet = 0";
        Ok(self.connection.prepare_cached(sql)?.execute(params![story.0, ms(since), why.name()])?)
    }

    /// One development is not told any more.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn quieten(&mut self, development: DevelopmentId, why: WhyQuiet) -> Result<(), StoreError> {
        let sql = "UPDATE developments SET quiet = 1, why_quiet = ?2 WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute(params![development.0, why.name()])?;
        Ok(())
    }

    /// A development says something else now, and is told as if it had been found at `found_at`, or as before.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn retell(
        &mut self,
        development: DevelopmentId,
        new: &Retold<'_>,
        found_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE developments SET kind = ?2, what = ?3, reason = ?4, quiet = 0, why_quiet = '',
                     found_at = coalesce(?5, found_at) WHERE id = ?1",
            )?
            .execute(params![development.0, new.kind.name(), new.what, new.reason, found_at.map(ms)])?;
        Ok(())
    }

    /// Whether any audience was told of a development.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn is_told(&self, development: DevelopmentId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM digest_developments WHERE development = ?1)";
        Ok(self.connection.prepare_cached(sql)?.query_row([development.0], |row| row.get(0))?)
    }

    /// Items held in floods of a feed, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn held_by(&self, feed: FeedId) -> Result<Vec<StoredItem>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT * FROM items WHERE held_by = ?1 ORDER BY at, id")?;
        Ok(statement.query_map([feed.0], super::items::stored_item)?.collect::<Result<_, _>>()?)
    }

    /// How many items are held in floods of a feed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn n_held_by(&self, feed: FeedId) -> Result<usize, StoreError> {
        let sql = "SELECT count(*) FROM items WHERE held_by = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([feed.0], |row| row.get(0))?)
    }

    /// An item is held no more, and counts like any other.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn unhold(&mut self, item: ItemId) -> Result<(), StoreError> {
        let sql = "UPDATE items SET held_by = NULL, quiet = 0 WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute([item.0])?;
        Ok(())
    }
}
