//! The feeds of the configuration, in the store.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use rusqlite::{Row, named_params};

use super::{Store, StoreError};
use crate::domain::feed::FeedSpec;

impl Store {
    /// Makes the feeds of the store those of the configuration; what is no longer configured rests, nothing is lost.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn sync_feeds(&mut self, specs: &[FeedSpec]) -> Result<(), StoreError> {
        // Most starts change nothing, and then nothing is written.
        let mut to_write: HashMap<&str, &FeedSpec, RandomState> =
            specs.iter().filter(|spec| spec.enabled).map(|spec| (spec.url.as_str(), spec)).collect();
        let mut to_rest = Vec::new();
        let sql = "SELECT url, outlet, name, aggregator, every_s FROM feeds WHERE +configured = 1";
        let mut stored = self.connection.prepare_cached(sql)?;
        let mut rows = stored.query([])?;
        while let Some(row) = rows.next()? {
            let url = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            match to_write.get(url) {
                None => to_rest.push(url.to_owned()),
                Some(spec) if is_as_stored(spec, row)? => drop(to_write.remove(url)),
                Some(_) => {}
            }
        }
        let mut rest = self.connection.prepare_cached("UPDATE feeds SET configured = 0 WHERE url = ?1")?;
        for url in to_rest {
            rest.execute([url])?;
        }
        let mut upsert = self.connection.prepare_cached(
            "INSERT INTO feeds (url, effective_url, outlet, name, aggregator, every_s, configured)
             VALUES (:url, :url, :outlet, :name, :aggregator, :every, 1)
             ON CONFLICT (url) DO UPDATE SET
                 outlet = :outlet, name = :name, aggregator = :aggregator, every_s = :every, configured = 1",
        )?;
        let is_to_write =
            |spec: &&FeedSpec| to_write.get(spec.url.as_str()).is_some_and(|last| std::ptr::eq(*last, *spec));
        for spec in specs.iter().filter(is_to_write) {
            upsert.execute(named_params! {
                ":url": spec.url,
                ":outlet": spec.outlet,
                ":name": spec.name,
                ":aggregator": spec.aggregator,
                ":every": spec.every.map(|every| every.as_secs()),
            })?;
        }
        Ok(())
    }
}

/// Whether the row, from the second column on, says what the configuration does.
fn is_as_stored(spec: &FeedSpec, row: &Row<'_>) -> rusqlite::Result<bool> {
    Ok(row.get_ref(1)?.as_str()? == spec.outlet
        && row.get_ref(2)?.as_str()? == spec.name
        && row.get::<_, bool>(3)? == spec.aggregator
        && row.get::<_, Option<i64>>(4)? == spec.every.map(|every| every.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(url: &str, outlet: &str) -> FeedSpec {
        FeedSpec::new(url, outlet, url)
    }

    fn check(store: &mut Store, specs: &[FeedSpec], expected: &[(&str, &str)], n_written: u64) {
        let before = store.connection.total_changes();
        store.sync_feeds(specs).unwrap();
        assert_eq!(store.connection.total_changes() - before, n_written);
        let feeds = store.feeds().unwrap();
        let found: Vec<_> = feeds.iter().map(|feed| (feed.url.as_str(), feed.outlet.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn only_what_differs_is_written() {
        let mut store = Store::in_memory().unwrap();
        let both = [spec("http://a/", "nasa"), spec("http://b/", "tass")];
        check(&mut store, &both, &[("http://a/", "nasa"), ("http://b/", "tass")], 2);
        check(&mut store, &both, &[("http://a/", "nasa"), ("http://b/", "tass")], 0);
        check(
            &mut store,
            &[spec("http://a/", "esa"), both[1].clone()],
            &[("http://a/", "esa"), ("http://b/", "tass")],
            1,
        );
    }

    #[test]
    fn what_is_no_longer_configured_or_enabled_rests_and_comes_back() {
        let mut store = Store::in_memory().unwrap();
        let both = [spec("http://a/", "nasa"), spec("http://b/", "tass")];
        store.sync_feeds(&both).unwrap();
        check(&mut store, &both[..1], &[("http://a/", "nasa")], 1);
        check(&mut store, &both, &[("http://a/", "nasa"), ("http://b/", "tass")], 1);
        let off = FeedSpec { enabled: false, ..both[1].clone() };
        check(&mut store, &[both[0].clone(), off], &[("http://a/", "nasa")], 1);
    }
}
