//! The feeds of the configuration, in the store.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use rusqlite::named_params;

use super::row::InOrder;
use super::{Store, StoreError};
use crate::domain::feed::FeedSpec;

/// What of a feed's row comes from the configuration.
#[derive(PartialEq)]
struct Configured {
    outlet: String,
    name: String,
    aggregator: bool,
    every_seconds: Option<i64>,
}

impl Configured {
    fn of(spec: &FeedSpec) -> Self {
        Self {
            outlet: spec.outlet.clone(),
            name: spec.name.clone(),
            aggregator: spec.aggregator,
            every_seconds: spec.every.map(|every| every.as_secs()),
        }
    }
}

impl Store {
    /// Makes the feeds of the store those of the configuration; what is no longer configured rests, nothing is lost.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn sync_feeds(&mut self, specs: &[FeedSpec]) -> Result<(), StoreError> {
        let stored = self.configured()?;
        let wanted: HashMap<&str, &FeedSpec, RandomState> =
            specs.iter().filter(|spec| spec.enabled).map(|spec| (spec.url.as_str(), spec)).collect();
        let mut rest = self.connection.prepare_cached("UPDATE feeds SET configured = 0 WHERE url = ?1")?;
        for url in stored.keys().filter(|url| !wanted.contains_key(url.as_str())) {
            rest.execute([url])?;
        }
        let mut upsert = self.connection.prepare_cached(
            "INSERT INTO feeds (url, effective_url, outlet, name, aggregator, every_s, configured)
             VALUES (:url, :url, :outlet, :name, :aggregator, :every, 1)
             ON CONFLICT (url) DO UPDATE SET
                 outlet = :outlet, name = :name, aggregator = :aggregator, every_s = :every, configured = 1",
        )?;
        // Most starts change nothing, and then nothing is written.
        let is_last = |spec: &FeedSpec| wanted.get(spec.url.as_str()).is_some_and(|last| std::ptr::eq(*last, spec));
        let differs = |spec: &FeedSpec| stored.get(&spec.url).is_none_or(|stored| *stored != Configured::of(spec));
        for spec in specs.iter().filter(|spec| is_last(spec) && differs(spec)) {
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

    /// What the store believes to be configured, by URL.
    fn configured(&self) -> Result<HashMap<String, Configured, RandomState>, StoreError> {
        let sql = "SELECT url, outlet, name, aggregator, every_s FROM feeds WHERE configured = 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            let mut row = InOrder::of(row);
            let url = row.next()?;
            let known = Configured {
                outlet: row.next()?,
                name: row.next()?,
                aggregator: row.next()?,
                every_seconds: row.next()?,
            };
            Ok((url, known))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(url: &str, outlet: &str) -> FeedSpec {
        FeedSpec {
            url: url.to_owned(),
            outlet: outlet.to_owned(),
            name: url.to_owned(),
            every: None,
            headers: Vec::new(),
            aggregator: false,
            enabled: true,
        }
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
