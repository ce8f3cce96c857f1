//! Care of the store: whether the file is whole, what is no longer needed, and what is noted of both.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::row::{moment, ms};
use super::{Store, StoreError};

/// Faults of one check that are told; a file with more of them is not mended by reading on.
const FAULTS_MAX: usize = 20;

/// Until when things are kept: what is older goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Text of items that matched nothing.
    pub texts_before: Timestamp,
    /// Rows of items that matched nothing; their keys stay, so that they never return as new.
    pub items_before: Timestamp,
    /// Bytes of mails that were handed over; the rows stay.
    pub mail_before: Timestamp,
    /// Rows of mails that ended, and what their digests said; that they told it stays.
    pub audit_before: Timestamp,
}

/// What went, or would go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Pruned {
    /// Texts of items that matched nothing.
    pub n_texts: usize,
    /// Rows of items that matched nothing.
    pub n_items: usize,
    /// Bytes of mails that were handed over.
    pub n_mails: usize,
    /// Rows of mails that ended.
    pub n_audits: usize,
}

impl Pruned {
    /// Whether there is anything at all.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What the last check found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LastCheck {
    /// When.
    pub at: Timestamp,
    /// The first fault, if any.
    pub fault: Option<String>,
}

const TEXTS: &str = "FROM items WHERE first_seen_at < ?1 AND kept = 0 AND title <> ''";
const MAILS: &str = "FROM messages WHERE state = 'sent' AND ended_at < ?1 AND length(bytes) > 0";
const AUDITS: &str = "FROM messages WHERE ended_at < ?1";
/// What a person has said of an item is a label to learn from, and stays with it.
const ITEMS: &str = "FROM items WHERE first_seen_at < ?1 AND kept = 0
                         AND NOT EXISTS (SELECT 1 FROM verdicts WHERE item = items.id)
                         AND NOT EXISTS (SELECT 1 FROM matches WHERE item = items.id)
                         AND NOT EXISTS (SELECT 1 FROM story_items WHERE item = items.id)
                         AND id NOT IN (SELECT item FROM developments)";

impl Store {
    /// Every fault of the file in words, from its pages to the references between its rows; none when it is whole.
    ///
    /// # Errors
    /// When the file cannot even be read that far.
    pub fn faults(&self) -> Result<Vec<String>, StoreError> {
        let mut faults = Vec::new();
        let mut check = self.connection.prepare(&format!("PRAGMA integrity_check({FAULTS_MAX})"))?;
        for line in check.query_map([], |row| row.get::<_, String>(0))? {
            faults.extend(Some(line?).filter(|line| line != "ok"));
        }
        let mut check = self.connection.prepare("PRAGMA foreign_key_check")?;
        let lost = check.query_map([], |row| {
            let (table, row, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(format!("{table} {}: its row in {parent} is missing", row.unwrap_or_default()))
        })?;
        for line in lost.take(FAULTS_MAX) {
            faults.push(line?);
        }
        Ok(faults)
    }

    /// Notes what a check found.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn note_check(&mut self, check: &LastCheck) -> Result<(), StoreError> {
        self.note("checked_at", &ms(check.at).to_string())?;
        self.note("check_fault", check.fault.as_deref().unwrap_or_default())
    }

    /// What the last check found, if there was one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_check(&self) -> Result<Option<LastCheck>, StoreError> {
        let at = self.noted("checked_at")?.and_then(|at| at.parse().ok()).map(moment);
        let fault = self.noted("check_fault")?.filter(|fault| !fault.is_empty());
        Ok(at.map(|at| LastCheck { at, fault }))
    }

    /// What would go by `retention`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn prunable(&self, retention: &Retention) -> Result<Pruned, StoreError> {
        let count = |what: &str, before| -> Result<usize, StoreError> {
            let sql = format!("SELECT count(*) {what}");
            Ok(self.connection.prepare_cached(&sql)?.query_row([ms(before)], |row| row.get(0))?)
        };
        Ok(Pruned {
            n_texts: count(TEXTS, retention.texts_before)?,
            n_items: count(ITEMS, retention.items_before)?,
            n_mails: count(MAILS, retention.mail_before)?,
            n_audits: count(AUDITS, retention.audit_before)?,
        })
    }

    /// Lets at most `n_max` of each kind go, the texts first.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn prune(&mut self, retention: &Retention, n_max: usize) -> Result<Pruned, StoreError> {
        let n_texts = self.drop_old_texts(retention.texts_before, n_max)?;
        let old = format!("SELECT id {ITEMS} ORDER BY id LIMIT ?2");
        let items: Vec<i64> = self
            .connection
            .prepare_cached(&old)?
            .query_map(params![ms(retention.items_before), n_max], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for table in
            ["sightings WHERE item", "revisions WHERE item", "quotes WHERE item", "facts WHERE item", "items WHERE id"]
        {
            let mut delete = self.connection.prepare_cached(&format!("DELETE FROM {table} = ?1"))?;
            for item in &items {
                delete.execute([item])?;
            }
        }
        let sent = format!("UPDATE messages SET bytes = x'' WHERE id IN (SELECT id {MAILS} LIMIT ?2)");
        let n_mails = self.connection.prepare_cached(&sent)?.execute(params![ms(retention.mail_before), n_max])?;
        if n_mails > 0 {
            self.drop_bodies()?;
        }
        let n_audits = self.forget_mail(retention.audit_before, n_max)?;
        Ok(Pruned { n_texts, n_items: items.len(), n_mails, n_audits })
    }

    /// Bytes of the file, and how many of them are free for what comes.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn bytes(&self) -> Result<(u64, u64), StoreError> {
        let pragma = |name| self.connection.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
        let page = pragma("page_size")?;
        Ok((page * pragma("page_count")?, page * pragma("freelist_count")?))
    }

    /// Tells every audience of the service itself, beside what is told of feeds.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_own_notice(&mut self, words: &str, now: Timestamp) -> Result<(), StoreError> {
        self.add_own_notice_about("", words, now)
    }

    /// The same about one thing; it goes along with other mail and is the reason for none.
    pub(super) fn add_own_notice_about(&mut self, about: &str, words: &str, now: Timestamp) -> Result<(), StoreError> {
        // The service stands among the feeds as one that nobody has configured, so that it is never polled.
        let sql = "INSERT INTO feeds (url, effective_url, outlet, name, configured)
                   VALUES ('orbitwire:', 'orbitwire:', 'orbitwire', 'orbitwire', 0) ON CONFLICT (url) DO NOTHING";
        self.connection.execute(sql, [])?;
        let sql = "INSERT INTO notices (feed, about, at, words)
                   SELECT id, ?3, ?1, ?2 FROM feeds WHERE url = 'orbitwire:'";
        self.connection.execute(sql, params![ms(now), words, about])?;
        Ok(())
    }

    /// Writes a row: whether the disk takes it is what is asked.
    ///
    /// # Errors
    /// When it does not.
    pub fn probe(&mut self, now: Timestamp) -> Result<(), StoreError> {
        self.note("alive_at", &ms(now).to_string())
    }

    pub(super) fn note(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
        self.connection.prepare_cached(sql)?.execute([name, value])?;
        Ok(())
    }

    pub(super) fn noted(&self, name: &str) -> Result<Option<String>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }
}

/// Checks the file at `path` beside whoever else uses it: on a connection of its own, so that nobody waits.
///
/// # Errors
/// When it cannot be opened; a damaged file is no error here but a fault in the list.
pub fn check_file(path: &Path) -> Result<Vec<String>, StoreError> {
    match Store::open_read_only(path).and_then(|store| store.faults()) {
        Err(error) if error.is_damage() => Ok(vec![error.to_string()]),
        checked => checked,
    }
}
