//! Identity keys: how an item is found again, for ever.
//!
//! Keys are held back until the transaction ends and written in their order: each page of the table is touched once a
//! transaction, not once a key, and SQLite need not copy it for every savepoint.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use jiff::Timestamp;
use rusqlite::{Connection, params, params_from_iter};

use super::row::{moment, ms};
use super::{Store, StoreError};
use crate::decide::identity::{Shape, keys_of};
use crate::domain::{Entry, FeedId, ItemId};

/// Keys given, or looked up, by one statement: for a single key, beginning and ending it costs more than the row.
const KEYS_AT_ONCE: usize = 32;

/// Items by key. Keys are hashes already, which nobody can choose.
pub type Hits = HashMap<i64, KeyHit, RandomState>;

/// An item that answers to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyHit {
    /// The item.
    pub item: ItemId,
    /// When the key was given to it.
    pub seen_at: Timestamp,
}

/// Gives every item the keys that its link and title make.
///
/// # Errors
/// When the store cannot be read or written.
pub(super) fn make_anew(connection: &Connection) -> Result<(), StoreError> {
    let mut items = connection.prepare("SELECT id, outlet, url, title, first_seen_at FROM items")?;
    let mut give = connection
        .prepare("INSERT INTO identity_keys (key, item, seen_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?;
    let mut rows = items.query([])?;
    while let Some(row) = rows.next()? {
        let (item, outlet, seen_at): (i64, String, i64) = (row.get(0)?, row.get(1)?, row.get(4)?);
        let entry = Entry { url: row.get(2)?, title: row.get(3)?, ..Entry::default() };
        for key in keys_of(&entry, FeedId(0), &outlet, &Shape::default(), false).all() {
            give.execute(params![key, item, seen_at])?;
        }
    }
    Ok(())
}

/// Keys given in this transaction and not written yet.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// Whether a transaction was begun and not ended by us. SQLite's own word would not do: after a full disk it is
    /// outside of the transaction whose keys must come to nothing.
    pub is_held: bool,
    keys: Hits,
    /// What to put back when the savepoint comes to nothing, in the order of giving.
    before: Vec<(i64, Option<KeyHit>)>,
}

impl Given {
    fn give(&mut self, key: i64, hit: KeyHit) {
        let held = self.keys.get(&key).copied();
        if held.is_none_or(|held| held.item != hit.item) {
            self.keys.insert(key, hit);
            self.before.push((key, held));
        }
    }

    /// What was given so far stays.
    pub fn keep(&mut self) {
        self.before.clear();
    }

    /// What was given since the last [`Given::keep`] was not.
    pub fn take_back(&mut self) {
        for (key, held) in self.before.drain(..).rev() {
            match held {
                Some(held) => self.keys.insert(key, held),
                None => self.keys.remove(&key),
            };
        }
    }

    /// Nothing was given.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

impl Store {
    /// The items that keys lead to; those that lead to none are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn known(&self, keys: impl IntoIterator<Item = i64>) -> Result<Hits, StoreError> {
        let (mut hits, mut asked) = (Hits::default(), Vec::new());
        for key in keys {
            match self.given.keys.get(&key) {
                Some(hit) => drop(hits.insert(key, *hit)),
                None => asked.push(Some(key)),
            }
        }
        // No key fills up the last group, so that one statement does for all.
        asked.resize(asked.len().next_multiple_of(KEYS_AT_ONCE), None);
        let mut statement = self.connection.prepare_cached(&asking())?;
        for some in asked.chunks(KEYS_AT_ONCE) {
            let mut rows = statement.query(params_from_iter(some))?;
            while let Some(row) = rows.next()? {
                let hit = KeyHit { item: ItemId(row.get(1)?), seen_at: moment(row.get(2)?) };
                hits.insert(row.get(0)?, hit);
            }
        }
        Ok(hits)
    }

    /// Gives keys to an item. A key that another item had leads here from now on.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn give_keys(
        &mut self,
        item: ItemId,
        keys: impl IntoIterator<Item = i64>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for key in keys {
            self.given.give(key, KeyHit { item, seen_at: now });
        }
        if self.given.is_held { Ok(()) } else { self.write_keys() }
    }

    /// Writes the keys given in this transaction, just before it ends.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(super) fn write_keys(&mut self) -> Result<(), StoreError> {
        let mut keys: Vec<(i64, KeyHit)> = self.given.keys.drain().collect();
        self.given.keep();
        if keys.is_empty() {
            return Ok(());
        }
        keys.sort_unstable_by_key(|(key, _)| *key);
        let (many, rest) = keys.as_chunks::<KEYS_AT_ONCE>();
        if !many.is_empty() {
            let mut statement = self.connection.prepare_cached(&giving())?;
            for some in many {
                if statement.execute(params_from_iter(some.iter().flat_map(values)))? < KEYS_AT_ONCE {
                    self.write_each(some)?;
                }
            }
        }
        self.write_each(rest)
    }

    fn write_each(&self, keys: &[(i64, KeyHit)]) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO identity_keys (key, item, seen_at) VALUES (?, ?, ?) ON CONFLICT (key)
             DO UPDATE SET item = excluded.item, seen_at = excluded.seen_at WHERE item <> excluded.item",
        )?;
        keys.iter().try_for_each(|one| statement.execute(values(one)).map(drop))?;
        Ok(())
    }
}

fn values((key, hit): &(i64, KeyHit)) -> [i64; 3] {
    [*key, hit.item.0, ms(hit.seen_at)]
}

/// The statement that looks up [`KEYS_AT_ONCE`] keys.
fn asking() -> String {
    let rows = ["(?)"; KEYS_AT_ONCE].join(", ");
    format!(
        "WITH asked (key) AS (VALUES {rows})
         SELECT k.key, k.item, k.seen_at FROM asked CROSS JOIN identity_keys k ON k.key = asked.key"
    )
}

/// The statement that gives [`KEYS_AT_ONCE`] keys, those left out that led somewhere already: whatever may fail in the
/// middle of many rows makes SQLite copy every page before it is written to.
fn giving() -> String {
    let rows = ["(?, ?, ?)"; KEYS_AT_ONCE].join(", ");
    format!("INSERT OR IGNORE INTO identity_keys (key, item, seen_at) VALUES {rows}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_to_the_item_it_was_given_to_last() {
        let mut store = Store::in_memory().unwrap();
        let now = Timestamp::UNIX_EPOCH;
        assert!(store.known([6, 7]).unwrap().is_empty());
        store.give_keys(ItemId(1), [7], now).unwrap();
        store.give_keys(ItemId(2), [7], now).unwrap();
        let hits = store.known([6, 7, 8]).unwrap();
        assert_eq!(hits, Hits::from_iter([(7, KeyHit { item: ItemId(2), seen_at: now })]));
    }

    #[test]
    fn of_many_keys_given_at_once_each_leads_to_the_item_it_was_given_to() {
        let mut store = Store::in_memory().unwrap();
        let (then, now) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        store.give_keys(ItemId(1), [3, 4], then).unwrap();
        store
            .transaction(|store| {
                store.give_keys(ItemId(1), [4], now)?;
                store.give_keys(ItemId(2), (0..KEYS_AT_ONCE as i64).filter(|key| *key != 4), now)
            })
            .unwrap();
        let hits = store.known(0..KEYS_AT_ONCE as i64).unwrap();
        assert_eq!(hits.len(), KEYS_AT_ONCE);
        assert_eq!(hits[&3], KeyHit { item: ItemId(2), seen_at: hits[&0].seen_at });
        assert_eq!(hits[&4], KeyHit { item: ItemId(1), seen_at: then }, "who has it already keeps its day");
    }

    #[test]
    fn many_keys_are_looked_up_as_each_by_itself() {
        let mut store = Store::in_memory().unwrap();
        let n = 2 * KEYS_AT_ONCE as i64 + 1;
        for key in (0..n).step_by(2) {
            store.give_keys(ItemId(key), [key], Timestamp::UNIX_EPOCH).unwrap();
        }
        let at_once = store.known(0..n).unwrap();
        for key in 0..n {
            let hit = at_once.get(&key);
            assert_eq!(hit.map(|hit| hit.item), (key % 2 == 0).then_some(ItemId(key)));
            assert_eq!(store.known([key]).unwrap().get(&key), hit);
        }
    }

    #[test]
    fn a_key_is_known_before_it_is_written_and_forgotten_when_its_work_comes_to_nothing() {
        let mut store = Store::in_memory().unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let item = |store: &Store| store.known([7]).unwrap().get(&7).map(|hit| hit.item);
        store
            .transaction(|store| {
                store.savepoint(|store| store.give_keys(ItemId(1), [7], now))?;
                let undone: Result<(), _> = store.savepoint(|store| {
                    store.give_keys(ItemId(2), [7, 8], now)?;
                    assert_eq!(item(store), Some(ItemId(2)));
                    Err(StoreError::Stopped)
                });
                assert!(undone.is_err());
                assert_eq!(item(store), Some(ItemId(1)));
                Ok(())
            })
            .unwrap();
        assert_eq!(item(&store), Some(ItemId(1)));
        let undone: Result<(), _> = store.transaction(|store| {
            store.give_keys(ItemId(3), [7], now)?;
            Err(StoreError::Stopped)
        });
        assert!(undone.is_err());
        assert_eq!(item(&store), Some(ItemId(1)));
        assert!(store.known([8]).unwrap().is_empty());
    }
}
