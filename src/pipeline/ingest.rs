//! From the entries of one document to items: which are new, which changed, which concern a topic.

use std::collections::HashMap;

use jiff::Timestamp;

use super::desk::Desk;
use super::follow::{Following, follow};
use crate::decide::identity::{self, EntryKeys, Hit, Hits, Quiet, Recognition, Shape};
use crate::domain::{Entry, Feed, Item, ItemId, Lang, Outlet, Relevance, StoryId};
use crate::store::{NewItem, Store, StoreError};
use crate::text::{lang, url};

/// A new item as a poll reports it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct NewItemReport {
    /// Row id.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Link.
    pub url: Option<String>,
    /// Lead and content as plain text.
    pub text: String,
    /// Content as sanitised HTML.
    pub html: Option<String>,
    /// Whether it matched a topic.
    #[serde(skip)]
    pub kept: bool,
}

/// What a document brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Ingested {
    /// Entries in the document.
    pub n_entries: usize,
    /// Entries that were known before, by any key.
    pub n_known: usize,
    /// The new ones.
    pub items: Vec<NewItemReport>,
    /// Developments found.
    pub n_developments: usize,
    /// Newest date among the new items.
    pub newest_at: Option<Timestamp>,
    /// What of it is stored without being told.
    pub quiet: Quiet,
    /// Whether the feed's ids are to be distrusted from now on.
    pub guid_rotates: bool,
}

/// An entry with all that identity needs.
struct Arrival<'a> {
    entry: &'a Entry,
    outlet: Outlet,
    outlet_name: String,
    keys: EntryKeys,
    found: Recognition,
    at: Timestamp,
    date_reason: &'static str,
}

/// Takes the entries of a document into the store. The caller's transaction holds all of it or nothing.
///
/// # Errors
/// When the store cannot be read or written.
pub fn ingest(
    store: &mut Store,
    desk: &mut Desk,
    feed: &Feed,
    entries: &[Entry],
    now: Timestamp,
) -> Result<Ingested, StoreError> {
    let shape = Shape::of(entries);
    let mut arrivals = Vec::with_capacity(entries.len());
    for entry in entries {
        arrivals.push(arrive(store, desk, feed, entry, &shape, now)?);
    }
    // Dates order the items of one poll, so that the same entries in another order make the same stories.
    arrivals.sort_by(|a, b| (a.at, &a.entry.title).cmp(&(b.at, &b.entry.title)));
    let mut done = survey(store, desk, feed, &arrivals, now)?;
    let mut fresh: HashMap<i64, ItemId> = HashMap::new();
    for arrival in &arrivals {
        let twin = arrival.found.item.or_else(|| arrival.keys.all().find_map(|key| fresh.get(&key).copied()));
        match twin {
            Some(item) => meet_again(store, desk, feed, arrival, item, now, &mut done)?,
            None => {
                let item = welcome(store, desk, feed, arrival, now, &mut done)?;
                fresh.extend(arrival.keys.all().map(|key| (key, item)));
            }
        }
    }
    Ok(done)
}

/// What is taken as given when one entry is judged by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// It is relevant, whatever the topic says.
    pub relevant: bool,
    /// Its story: this one, or (inside) a new one.
    pub story: Option<Option<StoryId>>,
}

/// One entry by itself, through the same decisions: the item it is, its relevance to the desk's first topic, and
/// whether it is a development.
///
/// # Errors
/// When the store cannot be read or written.
pub fn ingest_one(
    store: &mut Store,
    desk: &mut Desk,
    feed: &Feed,
    entry: &Entry,
    given: Given,
    now: Timestamp,
) -> Result<(ItemId, Option<Relevance>, bool), StoreError> {
    let arrival = arrive(store, desk, feed, entry, &Shape::default(), now)?;
    let new = new_item(&arrival, false, now);
    let mut judged = desk.judge(&new.with_id(ItemId(0)).text(), speaks_for(feed, &arrival.outlet));
    judged.iter_mut().for_each(|relevance| relevance.relevant |= given.relevant);
    let first = judged.first().cloned();
    if let Some(known) = arrival.found.item {
        store.add_sighting(known, feed.id, now, &arrival.found.reason)?;
        return Ok((known, first, false));
    }
    judged.retain(|relevance| relevance.relevant);
    let id = store.add_item(&new, true)?;
    store.give_keys(id, &arrival.keys.all().collect::<Vec<_>>(), now)?;
    store.add_sighting(id, feed.id, now, &arrival.found.reason)?;
    let how = Following { quiet: false, story: given.story };
    let n = if judged.is_empty() { 0 } else { follow(store, desk, &new.with_id(id), &judged, how, now)? };
    Ok((id, first, n > 0))
}

fn arrive<'a>(
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
    let (at, date_reason) = identity::date_of(entry, &desk.policy.identity, now);
    Ok(Arrival { entry, outlet, outlet_name, keys, found, at, date_reason })
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

/// Looks at the poll as a whole: baseline, flood, rotating ids.
fn survey(
    store: &Store,
    desk: &Desk,
    feed: &Feed,
    arrivals: &[Arrival<'_>],
    now: Timestamp,
) -> Result<Ingested, StoreError> {
    let new: Vec<&Arrival<'_>> = arrivals.iter().filter(|a| a.found.item.is_none()).collect();
    let dates: Vec<Timestamp> = new.iter().map(|a| a.at).collect();
    let since_last = feed.health.ok_at.map_or(0.0, |ok| now.duration_since(ok).as_secs_f64());
    let usual = feed.health.item_gap_seconds.map_or(1.0, |gap| since_last / gap.max(1.0));
    let health = &feed.health;
    let quiet = identity::quiet(&dates, health.baseline_done, health.ok_at, usual, &desk.policy.identity, now);
    let known = arrivals.iter().filter(|a| a.found.item.is_some() && a.keys.guid.is_some());
    let mut n_by_guid = 0;
    let mut n_rotated = 0;
    for arrival in known {
        match arrival.keys.guid.map(|key| store.known(key)).transpose()?.flatten() {
            Some(_) => n_by_guid += 1,
            None if store.has_sighting(arrival.found.item, feed.id)? => n_rotated += 1,
            None => {}
        }
    }
    Ok(Ingested {
        n_entries: arrivals.len(),
        n_known: arrivals.len() - new.len(),
        items: Vec::with_capacity(new.len()),
        n_developments: 0,
        newest_at: dates.iter().max().copied(),
        quiet,
        guid_rotates: identity::guid_rotates(n_rotated, n_by_guid),
    })
}

/// Stores a new item and follows it when it concerns a topic.
fn welcome(
    store: &mut Store,
    desk: &mut Desk,
    feed: &Feed,
    arrival: &Arrival<'_>,
    now: Timestamp,
    done: &mut Ingested,
) -> Result<ItemId, StoreError> {
    let new = new_item(arrival, done.quiet.covers(arrival.at), now);
    let item = new.with_id(ItemId(0));
    let relevant = relevant(desk, &item, speaks_for(feed, &arrival.outlet));
    let id = store.add_item(&new, desk.keeps_text || !relevant.is_empty())?;
    store.give_keys(id, &arrival.keys.all().collect::<Vec<_>>(), now)?;
    store.add_sighting(id, feed.id, now, &arrival.found.reason)?;
    if !relevant.is_empty() {
        done.n_developments +=
            follow(store, desk, &Item { id, ..item }, &relevant, Following { quiet: new.quiet, story: None }, now)?;
    }
    done.items.push(report(id, arrival.entry, !relevant.is_empty()));
    Ok(id)
}

/// A known item: noted where it was seen, and looked at again when its words changed.
fn meet_again(
    store: &mut Store,
    desk: &mut Desk,
    feed: &Feed,
    arrival: &Arrival<'_>,
    id: ItemId,
    now: Timestamp,
    done: &mut Ingested,
) -> Result<(), StoreError> {
    store.give_keys(id, &arrival.keys.all().collect::<Vec<_>>(), now)?;
    let is_first_here = store.add_sighting(id, feed.id, now, &arrival.found.reason)?;
    let Some(stored) = store.item(id)? else { return Ok(()) };
    // Another feed's wording of the same article is no correction of it.
    if is_first_here || stored.item.outlet != arrival.outlet.key {
        return Ok(());
    }
    let entry = arrival.entry;
    let lead = entry.summary.as_deref().unwrap_or_default();
    if !identity::change_of(entry, &stored.item.title, &stored.item.lead).any() {
        return Ok(());
    }
    let keep = |new: &str, old: &str| if new.is_empty() { old.to_owned() } else { new.to_owned() };
    let item = Item {
        title: keep(&entry.title, &stored.item.title),
        lead: keep(lead, &stored.item.lead),
        body: keep(entry.content_text.as_deref().unwrap_or_default(), &stored.item.body),
        ..stored.item
    };
    store.revise_item(&item, stored.kept, now)?;
    let relevant = relevant(desk, &item, speaks_for(feed, &arrival.outlet));
    if !relevant.is_empty() {
        done.n_developments +=
            follow(store, desk, &item, &relevant, Following { quiet: stored.quiet, story: None }, now)?;
    }
    Ok(())
}

fn new_item(arrival: &Arrival<'_>, quiet: bool, now: Timestamp) -> NewItem {
    let entry = arrival.entry;
    NewItem {
        outlet: arrival.outlet.key.clone(),
        outlet_name: arrival.outlet_name.clone(),
        url: entry.url.clone(),
        title: entry.title.clone(),
        lead: entry.summary.clone().unwrap_or_default(),
        body: entry.content_text.clone().unwrap_or_default(),
        lang: language(entry),
        at: arrival.at,
        date_reason: arrival.date_reason.to_owned(),
        first_seen_at: now,
        has_video: entry.media.iter().any(|media| media.medium == "video"),
        quiet,
    }
}

fn relevant(desk: &Desk, item: &Item, speaks_for: Option<&str>) -> Vec<Relevance> {
    let mut all = desk.judge(&item.text(), speaks_for);
    all.retain(|relevance| relevance.relevant);
    all
}

fn speaks_for<'a>(feed: &Feed, outlet: &'a Outlet) -> Option<&'a str> {
    outlet.speaks_for.as_deref().filter(|_| !feed.aggregator)
}

fn language(entry: &Entry) -> Lang {
    let text = format!("{} {}", entry.title, entry.summary.as_deref().unwrap_or_default());
    lang::detect(&text, entry.language)
}

fn report(id: ItemId, entry: &Entry, kept: bool) -> NewItemReport {
    let texts = [entry.summary.as_deref(), entry.content_text.as_deref()];
    let text: Vec<&str> = texts.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    NewItemReport {
        id: id.0,
        title: entry.title.clone(),
        url: entry.url.clone(),
        text: text.join("\n\n"),
        html: entry.content_html.clone(),
        kept,
    }
}
