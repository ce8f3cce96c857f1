//! Identity keys: how an item is found again, for ever.
//!
//! Keys are held back until the transaction ends and written in their order: each page of the table is touched once a
//! transaction, not once a key, and SQLite need not copy it for every savepoint.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::row::{moment, ms};
use super::{Store, StoreError};
use crate::decide::identity::{Shape, keys_of};
use crate::domain::{Entry, FeedId, ItemId};

/// Keys given by one statement: for a single key, beginning and ending it costs as much as the row.
const KEYS_AT_ONCE: usize = 32;

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
    /// Keys are hashes already, which nobody can choose.
    keys: HashMap<i64, KeyHit, RandomState>,
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
    /// The item that each key leads to, if any.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn known<const N: usize>(&self, keys: [Option<i64>; N]) -> Result<[Option<KeyHit>; N], StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT item, seen_at FROM identity_keys WHERE key = ?1")?;
        let mut hits = [None; N];
        for (hit, key) in hits.iter_mut().zip(keys) {
            let Some(key) = key else { continue };
            *hit = self.given.keys.get(&key).copied();
            if hit.is_some() {
                continue;
            }
            let found = statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            *hit = found.map(|(item, seen_at)| KeyHit { item: ItemId(item), seen_at: moment(seen_at) });
        }
        Ok(hits)
    }

    /// Gives keys to an item. A key that another item had leads here from now on.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn give_keys(&mut self, item: ItemId, keys: &[i64], now: Timestamp) -> Result<(), StoreError> {
        for key in keys {
            self.given.give(*key, KeyHit { item, seen_at: now });
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
        let values = |(key, hit): &(i64, KeyHit)| [*key, hit.item.0, ms(hit.seen_at)];
        if !many.is_empty() {
            let mut statement = self.connection.prepare_cached(&giving(KEYS_AT_ONCE))?;
            for some in many {
                statement.execute(params_from_iter(some.iter().flat_map(values)))?;
            }
        }
        let mut statement = self.connection.prepare_cached(&giving(1))?;
        for one in rest {
            statement.execute(values(one))?;
        }
        Ok(())
    }
}

/// The statement that gives so many keys.
fn giving(n: usize) -> String {
    let rows = vec!["(?, ?, ?)"; n].join(", ");
    format!(
        "INSERT INTO identity_keys (key, item, seen_at) VALUES {rows} ON CONFLICT (key)
         DO UPDATE SET item = excluded.item, seen_at = excluded.seen_at WHERE item <> excluded.item"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_to_the_item_it_was_given_to_last() {
        let mut store = Store::in_memory().unwrap();
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(store.known([None, Some(7)]).unwrap(), [None, None]);
        store.give_keys(ItemId(1), &[7], now).unwrap();
        store.give_keys(ItemId(2), &[7], now).unwrap();
        let hits = store.known([None, Some(7), Some(8)]).unwrap();
        assert_eq!(hits.map(|hit| hit.map(|hit| hit.item)), [None, Some(ItemId(2)), None]);
    }

    #[test]
    fn a_key_is_known_before_it_is_written_and_forgotten_when_its_work_comes_to_nothing() {
        let mut store = Store::in_memory().unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let item = |store: &Store| store.known([Some(7)]).unwrap()[0].map(|hit| hit.item);
        store
            .transaction(|store| {
                store.savepoint(|store| store.give_keys(ItemId(1), &[7], now))?;
                let undone: Result<(), _> = store.savepoint(|store| {
                    store.give_keys(ItemId(2), &[7, 8], now)?;
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
            store.give_keys(ItemId(3), &[7], now)?;
            Err(StoreError::Stopped)
        });
        assert!(undone.is_err());
        assert_eq!(item(&store), Some(ItemId(1)));
        assert_eq!(store.known([Some(8)]).unwrap(), [None]);
    }
}
