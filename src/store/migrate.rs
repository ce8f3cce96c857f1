//! Bringing the schema up to date: an append-only list, one transaction for each step.

use rusqlite::{Connection, TransactionBehavior};

use super::{StoreError, keys};

/// `ORBW`: marks the file as ours.
const APPLICATION_ID: i64 = 0x4F52_4257;

/// Every step ever shipped; the position is the version. Never edited, only appended to.
const STEPS: [&str; 8] = [
    include_str!("../../migrations/0001_the_store.sql"),
    include_str!("../../migrations/0002_verdicts.sql"),
    include_str!("../../migrations/0003_outbox.sql"),
    include_str!("../../migrations/0004_threads.sql"),
    include_str!("../../migrations/0005_keys_by_scope.sql"),
    include_str!("../../migrations/0006_unsubscribed.sql"),
    include_str!("../../migrations/0007_by_hand.sql"),
    include_str!("../../migrations/0008_audiences_by_row.sql"),
];

/// The version behind which keys lie by their scope.
const KEYS_BY_SCOPE: i64 = 5;

/// Refuses a database that is not ours before anything is written to it.
pub(super) fn refuse_foreign(connection: &Connection) -> Result<(), StoreError> {
    let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let n_tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    if id == APPLICATION_ID || (id == 0 && n_tables == 0) { Ok(()) } else { Err(StoreError::Foreign(id)) }
}

/// The schema that this program writes.
pub(super) fn known() -> i64 {
    STEPS.len() as i64
}

/// Refuses the store of a later program.
pub(super) fn refuse_newer(connection: &Connection) -> Result<(), StoreError> {
    match version(connection)? {
        found if found > known() => Err(StoreError::Newer { found, known: known() }),
        _ => Ok(()),
    }
}

/// Refuses what this program cannot read: foreign, newer, or not yet brought up to date.
pub(super) fn check(connection: &Connection) -> Result<(), StoreError> {
    refuse_foreign(connection)?;
    refuse_newer(connection)?;
    match version(connection)? {
        0 => Err(StoreError::Absent),
        found if found < known() => Err(StoreError::Older { found, known: known() }),
        _ => Ok(()),
    }
}

/// Applies the steps that are missing.
pub(super) fn apply(connection: &mut Connection) -> Result<(), StoreError> {
    refuse_foreign(connection)?;
    refuse_newer(connection)?;
    loop {
        let found = version(connection)?;
        let Some(step) = usize::try_from(found).ok().and_then(|found| STEPS.get(found)) else { return Ok(()) };
        apply_step(connection, found, step)?;
    }
}

fn apply_step(connection: &mut Connection, from: i64, step: &str) -> Result<(), StoreError> {
    let step_tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been quicker while this one waited for the lock.
    if version(&step_tx)? == from {
        step_tx.execute_batch(step)?;
        if from == 0 {
            step_tx.pragma_update(None, "application_id", APPLICATION_ID)?;
            step_tx.execute("INSERT INTO meta (name, value) VALUES ('instance', lower(hex(randomblob(8))))", [])?;
        }
        if from + 1 == KEYS_BY_SCOPE {
            keys::make_anew(&step_tx)?;
        }
        step_tx.pragma_update(None, "user_version", from + 1)?;
    }
    Ok(step_tx.commit()?)
}

pub(super) fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(connection: &mut Connection) -> String {
        apply(connection).unwrap_err().to_string()
    }

    #[test]
    fn steps_are_applied_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        apply(&mut connection).unwrap();
        let schema = |c: &Connection| {
            c.query_row("SELECT group_concat(sql) FROM sqlite_master", [], |r| r.get::<_, String>(0)).unwrap()
        };
        let before = schema(&connection);
        apply(&mut connection).unwrap();
        assert_eq!(schema(&connection), before);
        check(&connection).unwrap();
    }

    #[test]
    fn a_newer_store_is_refused_unchanged() {
        let mut connection = Connection::open_in_memory().unwrap();
        apply(&mut connection).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        assert!(message(&mut connection).contains("newer than this program (schema 99"));
        assert!(matches!(check(&connection), Err(StoreError::Newer { found: 99, .. })));
    }

    #[test]
    fn another_programs_database_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE theirs (x)").unwrap();
        assert!(message(&mut connection).contains("another program's database"));
    }
}
