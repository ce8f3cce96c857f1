//! Earlier wordings of an item.

use jiff::Timestamp;
use rusqlite::params;

use super::row::{at, ms};
use super::{Store, StoreError};
use crate::domain::{Item, ItemId};

/// Wordings kept of one item, the first ones and the last: a feed that stamps the time into every text must not fill
/// the disk, and what was said just before is what a new wording is compared with.
const REVISIONS_MAX: i64 = 50;

impl Store {
    /// Replaces an item's texts with those given; the old title and lead are kept as a revision when `keep_old` says so,
    /// once, whenever it was replaced last: two feeds that word an article differently take turns for as long as they
    /// carry it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn revise_item(&mut self, item: &Item, keep_old: bool, now: Timestamp) -> Result<(), StoreError> {
        if keep_old {
            self.connection
                .prepare_cached(
                    "DELETE FROM revisions WHERE item = ?1 AND (
                         (title, lead) = (SELECT title, lead FROM items WHERE id = ?1)
                         OR id = (SELECT id FROM revisions WHERE item = ?1 ORDER BY id LIMIT 1 OFFSET ?2))",
                )?
                .execute(params![item.id.0, REVISIONS_MAX - 1])?;
            self.connection
                .prepare_cached(
                    "INSERT INTO revisions (item, at, title, lead) SELECT id, ?2, title, lead FROM items WHERE id = ?1",
                )?
                .execute(params![item.id.0, ms(now)])?;
        }
        self.connection
            .prepare_cached("UPDATE items SET title = ?2, lead = ?3, body = ?4, url = ?5 WHERE id = ?1")?
            .execute(params![item.id.0, item.title, item.lead, item.body, item.url])?;
        Ok(())
    }

    /// Title and lead of earlier versions with the time each was replaced, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn revisions(&self, item: ItemId) -> Result<Vec<(Timestamp, String, String)>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT at, title, lead FROM revisions WHERE item = ?1 ORDER BY id")?;
        let rows = statement.query_map([item.0], |row| Ok((at(row, "at")?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Lang;
    use crate::store::NewItem;

    /// The titles kept when an item had these one after the other.
    fn kept(titles: &[String]) -> Vec<String> {
        let mut store = Store::in_memory().unwrap();
        let at = Timestamp::UNIX_EPOCH;
        let new = NewItem {
            outlet: "nasa",
            outlet_name: "NASA",
            url: None,
            title: &titles[0],
            lead: "",
            body: "",
            lang: Lang::En,
            at,
            date_reason: "",
            first_seen_at: at,
            has_video: false,
            quiet: false,
            held_by: None,
        };
        let id = store.add_item(&new, true).unwrap();
        for title in &titles[1..] {
            store.revise_item(&Item { title: title.clone(), ..new.with_id(id) }, true, at).unwrap();
        }
        store.revisions(id).unwrap().into_iter().map(|(_, title, _)| title).collect()
    }

    #[test]
    fn a_wording_that_comes_back_is_kept_once_and_last() {
        let titles = ["a", "b", "a", "b", "c"].map(str::to_owned);
        assert_eq!(kept(&titles[..2]), ["a"]);
        assert_eq!(kept(&titles[..4]), ["b", "a"]);
        assert_eq!(kept(&titles), ["a", "b"]);
    }

    #[test]
    fn of_many_wordings_the_first_and_the_last_stay() {
        let titles: Vec<String> = (0..120).map(|n| n.to_string()).collect();
        let kept = kept(&titles);
        assert_eq!(kept.len() as i64, REVISIONS_MAX);
        assert_eq!(kept[..49], titles[..49]);
        assert_eq!(kept[49], "118");
    }
}
