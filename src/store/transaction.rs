//! Transactions and the savepoints in them, with the keys that are held back until the end.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Store, StoreError};

impl Store {
    /// Runs `work` in one transaction, for callers that own the store themselves.
    ///
    /// # Errors
    /// Those of `work` and of the commit; then nothing has happened.
    pub fn transaction<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.begin().map_err(|error| error.at(&self.path))?;
        match work(self).and_then(|done| self.commit().map(|()| done)) {
            Ok(done) => Ok(done),
            Err(error) => {
                self.roll_back();
                Err(error.at(&self.path))
            }
        }
    }

    pub(super) fn begin(&mut self) -> Result<(), StoreError> {
        self.run("BEGIN IMMEDIATE")?;
        self.given.is_held = true;
        Ok(())
    }

    pub(super) fn is_outside_transaction(&self) -> bool {
        self.connection.is_autocommit()
    }

    pub(super) fn commit(&mut self) -> Result<(), StoreError> {
        self.write_keys()?;
        self.run("COMMIT")?;
        self.given.is_held = false;
        Ok(())
    }

    pub(super) fn roll_back(&mut self) {
        self.n_undone += 1;
        self.given.forget();
        // SQLite has already rolled back by itself after a full disk; a second time is no fault.
        let _ = self.connection.execute_batch("ROLLBACK");
    }

    /// Runs `work` wholly or not at all, within the transaction.
    pub(super) fn savepoint<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.run("SAVEPOINT one")?;
        self.given.keep();
        // A panic is caught here, where what it left half done can still be undone.
        let done = catch_unwind(AssertUnwindSafe(|| work(self))).unwrap_or(Err(StoreError::Panicked));
        if done.is_err() {
            self.given.take_back();
        }
        let undone = if done.is_ok() { Ok(()) } else { self.run("ROLLBACK TO one") };
        let ended = undone.and_then(|()| self.run("RELEASE one"));
        if ended.is_err() {
            // What cannot be undone by itself must not be committed with the rest.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        // The first fault is the one that says what is wrong; after a full disk the savepoint is gone as well.
        done.and_then(|done| ended.map(|()| done))
    }

    /// One statement without parameters or rows, prepared once.
    pub(super) fn run(&self, sql: &'static str) -> Result<(), StoreError> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}
