//! Identity keys: how an item is found again, for ever.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::row::{moment, ms};
use super::{Store, StoreError};
use crate::domain::ItemId;

/// An item that answers to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyHit {
    /// The item.
    pub item: ItemId,
    /// When the key was given to it.
    pub seen_at: Timestamp,
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
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO identity_keys (key, item, seen_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (key) DO UPDATE SET item = ?2, seen_at = ?3 WHERE item <> ?2",
        )?;
        for key in keys {
            statement.execute(params![key, item.0, ms(now)])?;
        }
        Ok(())
    }
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
}
