//! Small conversions between rows and values.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::FromSql;

use super::StoreError;
use crate::domain::Lang;

/// Milliseconds of a moment.
pub(super) fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The moment of milliseconds; absurd values become the nearest possible moment.
pub(super) fn moment(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(if ms < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// A column that holds milliseconds.
pub(super) fn at(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    row.get(column).map(moment)
}

/// A column that holds milliseconds or NULL.
pub(super) fn maybe_at(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(moment))
}

/// The columns of a row in the order of the query: looking each up by its name costs more than reading it.
pub(super) struct InOrder<'r, 's> {
    row: &'r Row<'s>,
    at: usize,
}

impl<'r, 's> InOrder<'r, 's> {
    /// Begins at the first column.
    pub(super) fn of(row: &'r Row<'s>) -> Self {
        Self { row, at: 0 }
    }

    /// The next column.
    pub(super) fn next<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        self.at += 1;
        self.row.get(self.at - 1)
    }

    /// The next column, which holds milliseconds or NULL.
    pub(super) fn maybe_at(&mut self) -> rusqlite::Result<Option<Timestamp>> {
        Ok(self.next::<Option<i64>>()?.map(moment))
    }
}

/// A column that holds a language code.
pub(super) fn lang(row: &Row<'_>, column: &str) -> rusqlite::Result<Lang> {
    Ok(Lang::from_tag(&row.get::<_, String>(column)?))
}

/// A stored name that must be one of ours.
pub(super) fn named<T>(name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
    parse(name).ok_or_else(|| StoreError::Value(format!("unknown name `{name}`")))
}
