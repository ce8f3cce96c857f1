//! What was found in an item: facts, quotes and outlook, verbatim.

use rusqlite::params;

use super::row::named;
use super::{Store, StoreError};
use crate::domain::topic::Field;
use crate::domain::{Fact, FactKind, ItemId, Outlook, OutlookKind, Quote, QuoteKind, Stance};

impl Store {
    /// Sets what is found in an item now. Facts of its earlier wordings stay, as no longer current: a value that was
    /// once told is not new when it comes back.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_findings(&mut self, item: ItemId, facts: &[Fact], quotes: &[Quote]) -> Result<(), StoreError> {
        self.connection.prepare_cached("UPDATE facts SET is_current = 0 WHERE item = ?1")?.execute([item.0])?;
        self.connection.prepare_cached("DELETE FROM quotes WHERE item = ?1")?.execute([item.0])?;
        let mut again = self.connection.prepare_cached(
            "UPDATE facts SET is_current = 1 WHERE id = (
                 SELECT id FROM facts WHERE item = ?1 AND kind = ?2 AND text = ?3 AND value = ?4 AND slot = ?5
                     AND field = ?6 AND is_current = 0 LIMIT 1)",
        )?;
        let mut add_fact = self.connection.prepare_cached(
            "INSERT INTO facts (item, kind, text, value, slot, field) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for fact in facts {
            let row = params![item.0, fact.kind.name(), fact.text, fact.value, fact.slot, fact.field.name()];
            if again.execute(row)? == 0 {
                add_fact.execute(row)?;
            }
        }
        let mut add_quote = self.connection.prepare_cached(
            "INSERT INTO quotes (item, kind, text, speaker, verb, stance, field) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for quote in quotes {
            let kind = if quote.kind == QuoteKind::Direct { "direct" } else { "indirect" };
            add_quote.execute(params![
                item.0,
                kind,
                quote.text,
                quote.speaker,
                quote.verb,
                quote.stance.name(),
                quote.field.name()
            ])?;
        }
        Ok(())
    }

    /// Sets what an item says of the time to come.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_outlook(&mut self, item: ItemId, outlook: &[Outlook]) -> Result<(), StoreError> {
        self.connection.prepare_cached("DELETE FROM outlooks WHERE item = ?1")?.execute([item.0])?;
        let mut add = self.connection.prepare_cached(
            "INSERT INTO outlooks (item, kind, text, cue, speaker, field) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for line in outlook {
            add.execute(params![item.0, line.kind.name(), line.text, line.cue, line.speaker, line.field.name()])?;
        }
        Ok(())
    }

    /// What an item says of the time to come.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn outlook(&self, item: ItemId) -> Result<Vec<Outlook>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT kind, text, cue, speaker, field FROM outlooks WHERE item = ?1 ORDER BY id")?;
        let rows = statement.query_map([item.0], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get::<_, String>(4)?))
        })?;
        rows.map(|row| {
            let (kind, text, cue, speaker, field) = row?;
            let kind = named(&kind, OutlookKind::parse)?;
            Ok(Outlook { kind, text, cue, speaker, field: named(&field, field_of)? })
        })
        .collect()
    }

    /// Facts found in an item as it is worded now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn facts(&self, item: ItemId) -> Result<Vec<Fact>, StoreError> {
        self.facts_where(item, true)
    }

    /// Facts found in an item in any of its wordings.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn facts_ever(&self, item: ItemId) -> Result<Vec<Fact>, StoreError> {
        self.facts_where(item, false)
    }

    fn facts_where(&self, item: ItemId, current_only: bool) -> Result<Vec<Fact>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT kind, text, value, slot, field FROM facts WHERE item = ?1 AND is_current >= ?2 ORDER BY id",
        )?;
        let rows = statement.query_map(params![item.0, current_only], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get::<_, String>(4)?))
        })?;
        rows.map(|row| {
            let (kind, text, value, slot, field) = row?;
            Ok(Fact { kind: named(&kind, FactKind::parse)?, text, value, slot, field: named(&field, field_of)? })
        })
        .collect()
    }

    /// Quotes found in an item.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn quotes(&self, item: ItemId) -> Result<Vec<Quote>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT kind, text, speaker, verb, stance, field FROM quotes WHERE item = ?1 ORDER BY id",
        )?;
        let rows = statement.query_map([item.0], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get::<_, String>(4)?,
                row.get::<_, String>(5)?,
            ))
        })?;
        rows.map(|row| {
            let (kind, text, speaker, verb, stance, field) = row?;
            let kind = if kind == "direct" { QuoteKind::Direct } else { QuoteKind::Indirect };
            let stance = named(&stance, stance_of)?;
            Ok(Quote { kind, text, speaker, verb, stance, field: named(&field, field_of)? })
        })
        .collect()
    }
}

fn field_of(name: &str) -> Option<Field> {
    [Field::Title, Field::Lead, Field::Body, Field::Outlet].into_iter().find(|field| field.name() == name)
}

fn stance_of(name: &str) -> Option<Stance> {
    [Stance::Welcoming, Stance::Critical, Stance::Neither].into_iter().find(|stance| stance.name() == name)
}
