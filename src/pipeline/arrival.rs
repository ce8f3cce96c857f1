//! An entry as it arrives: whose it is, which item it may be, what date it has.

use jiff::Timestamp;

use super::desk::Desk;
use crate::decide::identity::{self, Dated, EntryKeys, Hit, Hits, Recognition, Shape};
use crate::domain::{Entry, Feed, Lang, Outlet};
use crate::store::{NewItem, Store, StoreError};
use crate::text::{lang, url};

/// An entry with all that identity needs.
pub(super) struct Arrival<'a> {
    pub(super) entry: &'a Entry,
    pub(super) outlet: Outlet,
    pub(super) outlet_name: String,
    pub(super) keys: EntryKeys,
    pub(super) found: Recognition,
    pub(super) dated: Dated,
}

/// Looks an entry up.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn arrive<'a>(
    store: &Store,
    desk: &Desk,
    feed: &Feed,
    entry: &'a Entry,
    shape: &Shape<'_>,
    now: Timestamp,
) -> Result<Arrival<'a>, StoreError> {
    let (outlet, outlet_name) = publisher(desk, feed, entry);
    let keys = identity::keys_of(entry, feed.id, &outlet.key, shape, !feed.health.guid_untrusted);
    let hits = Hits { guid: hit(store, keys.guid)?, url: hit(store, keys.url)?, title: hit(store, keys.title)? };
    let found = identity::recognise(entry, &hits, &desk.policy.identity, now);
    let dated = identity::date_of(entry, &desk.policy.identity, now);
    Ok(Arrival { entry, outlet, outlet_name, keys, found, dated })
}

/// The publisher: the feed's outlet, or in an aggregator's feed that of the entry's source or link.
fn publisher(desk: &Desk, feed: &Feed, entry: &Entry) -> (Outlet, String) {
    if !feed.aggregator {
        let outlet = desk.outlet(&feed.outlet);
        let name = outlet.name.clone();
        return (outlet, name);
    }
    let source = entry.source.as_ref();
    let host = source.and_then(|s| s.url.as_deref()).and_then(url::host);
    let named = source.map(|s| s.name.clone()).filter(|name| !name.is_empty());
    let known = host.as_deref().and_then(|host| desk.outlets.by_host(host));
    let known = known.or_else(|| named.as_deref().and_then(|name| desk.outlets.by_name(name)));
    // The link of an aggregator's entry is often its own, so it is asked only when no source is named.
    let link = entry.url.as_deref().and_then(url::host).filter(|_| source.is_none());
    let known = known.or_else(|| link.as_deref().and_then(|host| desk.outlets.by_host(host)));
    if let Some(outlet) = known {
        return (outlet.clone(), outlet.name.clone());
    }
    let key = host.or(link).or_else(|| named.clone()).unwrap_or_else(|| feed.outlet.clone());
    let name = named.unwrap_or_else(|| key.clone());
    (Outlet::unknown(&key, &name), name)
}

fn hit(store: &Store, key: Option<i64>) -> Result<Option<Hit>, StoreError> {
    let Some(found) = key.map(|key| store.known(key)).transpose()?.flatten() else { return Ok(None) };
    let (title, url) = store.item(found.item)?.map(|s| (s.item.title, s.item.url)).unwrap_or_default();
    Ok(Some(Hit { item: found.item, seen_at: found.seen_at, title, url }))
}

/// The item that an arrival makes when it is new.
pub(super) fn new_item(arrival: &Arrival<'_>, quiet: bool, now: Timestamp) -> NewItem {
    let entry = arrival.entry;
    NewItem {
        outlet: arrival.outlet.key.clone(),
        outlet_name: arrival.outlet_name.clone(),
        url: entry.url.clone(),
        title: entry.title.clone(),
        lead: entry.summary.clone().unwrap_or_default(),
        body: entry.content_text.clone().unwrap_or_default(),
        lang: language(entry),
        at: arrival.dated.at,
        date_reason: arrival.dated.reason.to_owned(),
        first_seen_at: now,
        has_video: entry.media.iter().any(|media| media.medium == "video"),
        quiet,
    }
}

/// The entity that everything in the outlet's own feed concerns.
pub(super) fn speaks_for<'a>(feed: &Feed, outlet: &'a Outlet) -> Option<&'a str> {
    outlet.speaks_for.as_deref().filter(|_| !feed.aggregator)
}

fn language(entry: &Entry) -> Lang {
    let text = format!("{} {}", entry.title, entry.summary.as_deref().unwrap_or_default());
    lang::detect(&text, entry.language)
}
