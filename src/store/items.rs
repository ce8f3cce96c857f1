//! Items and their sightings.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, ToSql, params, params_from_iter};

use super::row::{at, lang, ms};
use super::{Store, StoreError};
use crate::decide::identity::AS_PUBLISHED;
use crate::domain::{FeedId, Item, ItemId, ItemText, Lang, WhyQuiet};

/// Sightings noted by one statement.
const SIGHTINGS_AT_ONCE: usize = 8;

/// An item before it has a row.
#[derive(Clone, Debug, PartialEq)]
pub struct NewItem<'a> {
    /// Outlet key.
    pub outlet: &'a str,
    /// Outlet name as shown.
    pub outlet_name: &'a str,
    /// Link.
    pub url: Option<&'a str>,
    /// Title.
    pub title: &'a str,
    /// Lead, possibly empty.
    pub lead: &'a str,
    /// Further text, possibly empty.
    pub body: &'a str,
    /// Language.
    pub lang: Lang,
    /// Date, clamped.
    pub at: Timestamp,
    /// Why this date.
    pub date_reason: &'a str,
    /// When we saw it.
    pub first_seen_at: Timestamp,
    /// Whether a video came with it.
    pub has_video: bool,
    /// Never told: baseline or flood.
    pub quiet: bool,
    /// The feed whose flood it came in.
    pub held_by: Option<FeedId>,
}

impl NewItem<'_> {
    /// The texts that decisions look at.
    pub fn text(&self) -> ItemText<'_> {
        ItemText { title: self.title, lead: self.lead, body: self.body, lang: self.lang }
    }

    /// Why what it brings is not told, if it is not.
    pub fn why_quiet(&self) -> Option<WhyQuiet> {
        why_quiet(self.quiet, self.held_by)
    }

    /// The same with its row.
    pub fn with_id(&self, id: ItemId) -> Item {
        Item {
            id,
            outlet: self.outlet.to_owned(),
            outlet_name: self.outlet_name.to_owned(),
            url: self.url.map(str::to_owned),
            title: self.title.to_owned(),
            lead: self.lead.to_owned(),
            body: self.body.to_owned(),
            lang: self.lang,
            at: self.at,
            first_seen_at: self.first_seen_at,
            has_video: self.has_video,
        }
    }
}

/// An item with what the store knows beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredItem {
    /// The item.
    pub item: Item,
    /// Why it has this date.
    pub date_reason: String,
    /// Never told: baseline or flood.
    pub quiet: bool,
    /// The feed whose flood it came in, until that is released.
    pub held_by: Option<FeedId>,
    /// Matched a topic.
    pub kept: bool,
}

impl StoredItem {
    /// Why what it brings is not told, if it is not.
    pub fn why_quiet(&self) -> Option<WhyQuiet> {
        why_quiet(self.quiet, self.held_by)
    }
}

fn why_quiet(is_quiet: bool, held_by: Option<FeedId>) -> Option<WhyQuiet> {
    is_quiet.then_some(if held_by.is_some() { WhyQuiet::Flood } else { WhyQuiet::Old })
}

impl Store {
    /// Adds an item.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_item(&mut self, item: &NewItem<'_>, keep_text: bool) -> Result<ItemId, StoreError> {
        let kept = |text| if keep_text { text } else { "" };
        self.connection
            .prepare_cached(
                "INSERT INTO items (outlet, outlet_name, url, title, lead, body, lang, at, date_reason, first_seen_at,
                     has_video, quiet, held_by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?
            .execute(params![
                item.outlet,
                item.outlet_name,
                item.url,
                kept(item.title),
                kept(item.lead),
                kept(item.body),
                item.lang.code(),
                ms(item.at),
                // The usual reason is left out: of a hundred items a kilobyte.
                Some(item.date_reason).filter(|reason| *reason != AS_PUBLISHED).unwrap_or_default(),
                ms(item.first_seen_at),
                item.has_video,
                item.quiet,
                item.held_by.map(|feed| feed.0),
            ])?;
        Ok(ItemId(self.connection.last_insert_rowid()))
    }

    /// Notes that a feed carries an item; the first time counts.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_sighting(&mut self, item: ItemId, feed: FeedId, now: Timestamp, why: &str) -> Result<bool, StoreError> {
        let added = self
            .connection
            .prepare_cached(
                "INSERT INTO sightings (item, feed, first_seen_at, identity) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![item.0, feed.0, ms(now), why])?;
        Ok(added > 0)
    }

    /// Notes that a feed carries these items, each with the reason why it is this item.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_sightings(&mut self, seen: &[(ItemId, &str)], feed: FeedId, now: Timestamp) -> Result<(), StoreError> {
        let (many, rest) = seen.as_chunks::<SIGHTINGS_AT_ONCE>();
        if !many.is_empty() {
            let rows = ["(?, ?, ?, ?)"; SIGHTINGS_AT_ONCE].join(", ");
            // Not `ON CONFLICT`: whatever may fail in the middle of many rows has every page copied first.
            let sql = format!("INSERT OR IGNORE INTO sightings (item, feed, first_seen_at, identity) VALUES {rows}");
            let mut statement = self.connection.prepare_cached(&sql)?;
            let (feed, now) = (feed.0, ms(now));
            for some in many {
                let values = some.iter().flat_map(|(item, why)| -> [&dyn ToSql; 4] { [&item.0, &feed, &now, why] });
                statement.execute(params_from_iter(values))?;
            }
        }
        rest.iter().try_for_each(|(item, why)| self.add_sighting(*item, feed, now, why).map(drop))
    }

    /// Whether a feed carries an item.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_sighting(&self, item: Option<ItemId>, feed: FeedId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM sightings WHERE item = ?1 AND feed = ?2)";
        Ok(self.connection.prepare_cached(sql)?.query_row(params![item.map(|i| i.0), feed.0], |row| row.get(0))?)
    }

    /// Feeds that carry an item: URL, name, first seen, why it is this item.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sightings(&self, item: ItemId) -> Result<Vec<(String, String, Timestamp, String)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT f.url, f.name, s.first_seen_at AS at, s.identity FROM sightings s JOIN feeds f ON f.id = s.feed
             WHERE s.item = ?1 ORDER BY s.first_seen_at, f.id",
        )?;
        let rows = statement.query_map([item.0], |row| Ok((row.get(0)?, row.get(1)?, at(row, "at")?, row.get(3)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One item, if its row is still there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn item(&self, id: ItemId) -> Result<Option<StoredItem>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT * FROM items WHERE id = ?1")?;
        Ok(statement.query_row([id.0], stored_item).optional()?)
    }

    /// Title, lead and link of an item, if its row is still there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn wording(&self, id: ItemId) -> Result<Option<(String, String, Option<String>)>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT title, lead, url FROM items WHERE id = ?1")?;
        Ok(statement.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?)
    }

    /// Drops the text of items that matched nothing and were first seen before `before`; their keys stay for ever.
    /// Returns how many.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn drop_old_texts(&mut self, before: Timestamp, n_max: usize) -> Result<usize, StoreError> {
        Ok(self.connection.execute(
            "UPDATE items SET title = '', lead = '', body = '' WHERE id IN (
                 SELECT id FROM items WHERE first_seen_at < ?1 AND kept = 0 AND title <> '' LIMIT ?2)",
            params![ms(before), n_max],
        )?)
    }
}

pub(super) fn stored_item(row: &Row<'_>) -> rusqlite::Result<StoredItem> {
    Ok(StoredItem {
        item: Item {
            id: ItemId(row.get("id")?),
            outlet: row.get("outlet")?,
            outlet_name: row.get("outlet_name")?,
            url: row.get("url")?,
            title: row.get("title")?,
            lead: row.get("lead")?,
            body: row.get("body")?,
            lang: lang(row, "lang")?,
            at: at(row, "at")?,
            first_seen_at: at(row, "first_seen_at")?,
            has_video: row.get("has_video")?,
        },
        date_reason: Some(row.get("date_reason")?)
            .filter(|reason: &String| !reason.is_empty())
            .unwrap_or_else(|| AS_PUBLISHED.to_owned()),
        quiet: row.get("quiet")?,
        held_by: row.get::<_, Option<i64>>("held_by")?.map(FeedId),
        kept: row.get("kept")?,
    })
}
