//! Small conversions between rows and values.

use jiff::Timestamp;
use rusqlite::Row;

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

/// A column that holds a language code.
pub(super) fn lang(row: &Row<'_>, column: &str) -> rusqlite::Result<Lang> {
    Ok(Lang::from_tag(&row.get::<_, String>(column)?))
}

/// A stored name that must be one of ours.
pub(super) fn named<T>(name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
    parse(name).ok_or_else(|| StoreError::Value(format!("unknown name `{name}`")))
}
