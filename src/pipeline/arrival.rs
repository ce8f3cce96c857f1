//! An entry as it arrives: whose it is, which item it may be, what date it has.

use std::collections::HashMap;
use std::rc::Rc;

use foldhash::fast::RandomState;
use jiff::Timestamp;

use super::desk::Desk;
use crate::decide::identity::{self, Dated, EntryKeys, Hit, Hits, Recognition, Shape};
use crate::domain::{Entry, Feed, ItemId, Lang, Outlet};
use crate::store::{KeyHit, KeyHits, NewItem, Store, StoreError};
use crate::text::{lang, url};

/// Items by key; keys are hashes already, which nobody can choose.
pub(super) type Keys = HashMap<i64, ItemId, RandomState>;

/// An entry with all that identity needs.
pub(super) struct Arrival<'a> {
    pub(super) entry: &'a Entry,
    pub(super) outlet: Rc<Outlet>,
    pub(super) outlet_name: String,
    pub(super) keys: EntryKeys,
    /// The items that the keys led to when the document came.
    pub(super) hits: Hits,
    pub(super) found: Recognition,
    pub(super) dated: Dated,
}

/// Looks the entries of one document up.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn arrive<'a>(
    store: &Store,
    desk: &Desk,
    feed: &Feed,
    entries: &'a [Entry],
    shape: &Shape<'_>,
    now: Timestamp,
) -> Result<Vec<Arrival<'a>>, StoreError> {
    let own = Rc::new(desk.outlet(&feed.outlet));
    let keyed = |entry| {
        let (outlet, outlet_name) = publisher(desk, feed, &own, entry);
        let keys = identity::keys_of(entry, feed.id, &outlet.key, shape, !feed.health.guid_untrusted);
        (entry, outlet, outlet_name, keys)
    };
    let keyed: Vec<_> = entries.iter().map(keyed).collect();
    let known = store.known(keyed.iter().flat_map(|(_, _, _, keys)| keys.all()))?;
    let arrivals = keyed.into_iter().map(|(entry, outlet, outlet_name, keys)| {
        let hits = hits(store, &keys, &known)?;
        let found = identity::recognise(entry, &hits, &desk.policy.identity, now);
        let dated = identity::date_of(entry, &desk.policy.identity, now);
        Ok(Arrival { entry, outlet, outlet_name, keys, hits, found, dated })
    });
    arrivals.collect()
}

/// The items that an entry's keys lead to, with the wording of one that must be compared.
fn hits(store: &Store, keys: &EntryKeys, known: &KeyHits) -> Result<Hits, StoreError> {
    let of = |key: Option<i64>| key.and_then(|key| known.get(&key)).map(hit);
    let mut hits = Hits { guid: of(keys.guid), url: of(keys.url), title: of(keys.title) };
    let by_title_alone = hits.guid.is_none() && hits.url.is_none();
    // An id can have moved to another article and a title may be a column's; a link is believed as it stands.
    if let Some(hit) = hits.guid.as_mut().or(hits.title.as_mut().filter(|_| by_title_alone)) {
        (hit.title, hit.lead, hit.url) = store.wording(hit.item)?.unwrap_or_default();
    }
    Ok(hits)
}

impl Arrival<'_> {
    /// The keys that lead elsewhere than to `item`; `given` are those that were given away since the look-up.
    pub(super) fn keys_to_give(&self, item: ItemId, given: &Keys) -> Vec<i64> {
        let Self { keys, hits, .. } = self;
        let held = [(keys.guid, &hits.guid), (keys.url, &hits.url), (keys.title, &hits.title)];
        let leads_to = |key: i64, hit: &Option<Hit>| given.get(&key).copied().or(hit.as_ref().map(|hit| hit.item));
        let held = held.into_iter().filter_map(|(key, hit)| Some((key?, hit)));
        held.filter(|(key, hit)| leads_to(*key, hit) != Some(item)).map(|(key, _)| key).collect()
    }
}

/// The publisher: the feed's `own` outlet, or in an aggregator's feed that of the entry's source or link.
fn publisher(desk: &Desk, feed: &Feed, own: &Rc<Outlet>, entry: &Entry) -> (Rc<Outlet>, String) {
    if !feed.aggregator {
        return (own.clone(), own.name.clone());
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
        return (Rc::new(outlet.clone()), outlet.name.clone());
    }
    let key = host.or(link).or_else(|| named.clone()).unwrap_or_else(|| feed.outlet.clone());
    let name = named.unwrap_or_else(|| key.clone());
    (Rc::new(Outlet::unknown(&key, &name)), name)
}

fn hit(found: &KeyHit) -> Hit {
    Hit { item: found.item, seen_at: found.seen_at, title: String::new(), lead: String::new(), url: None }
}

/// The item that an arrival makes when it is new.
pub(super) fn new_item<'a>(arrival: &'a Arrival<'_>, quiet: bool, now: Timestamp) -> NewItem<'a> {
    let entry = arrival.entry;
    NewItem {
        outlet: &arrival.outlet.key,
        outlet_name: &arrival.outlet_name,
        url: entry.url.as_deref(),
        title: &entry.title,
        lead: entry.summary.as_deref().unwrap_or_default(),
        body: entry.content_text.as_deref().unwrap_or_default(),
        lang: language(entry),
        at: arrival.dated.at,
        date_reason: arrival.dated.reason,
        first_seen_at: now,
        has_video: entry.media.iter().any(|media| media.medium == "video"),
        quiet,
        held_by: None,
    }
}

/// The entity that everything in the outlet's own feed concerns.
pub(super) fn speaks_for<'a>(feed: &Feed, outlet: &'a Outlet) -> Option<&'a str> {
    outlet.speaks_for.as_deref().filter(|_| !feed.aggregator)
}

/// As the reader found it; a headline out of an aggregator's list has not been looked at yet.
fn language(entry: &Entry) -> Lang {
    entry.language.unwrap_or_else(|| lang::of_report(&entry.title, entry.summary.as_deref().unwrap_or_default(), None))
}
