//! From the entries of one document to items: which are new, which changed, which concern a topic.

use std::slice;

use jiff::Timestamp;

use super::arrival::{Arrival, Keys, arrive, new_item, speaks_for};
use super::desk::Desk;
use super::follow::{Following, follow};
use crate::decide::identity::{self, Dated, Quiet, Shape};
use crate::domain::{Entry, Feed, Item, ItemId, Relevance, StoryId};
use crate::store::{NewItem, Store, StoreError};

/// An entry that became a new item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Welcomed<'a> {
    /// Row id.
    pub id: ItemId,
    /// What was published.
    pub entry: &'a Entry,
    /// Whether it matched a topic.
    pub kept: bool,
}

/// What a document brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Ingested<'a> {
    /// Entries in the document.
    pub n_entries: usize,
    /// Entries that were known before, by any key.
    pub n_known: usize,
    /// The new ones.
    pub items: Vec<Welcomed<'a>>,
    /// Developments found, those that will never be told left out.
    pub n_developments: usize,
    /// Newest date among the new items.
    pub newest_at: Option<Timestamp>,
    /// What of it is stored without being told.
    pub quiet: Quiet,
    /// Whether the feed's ids are to be distrusted from now on.
    pub guid_rotates: bool,
}

/// Takes the entries of a document into the store. The caller's transaction holds all of it or nothing.
///
/// # Errors
/// When the store cannot be read or written.
pub fn ingest<'a>(
    store: &mut Store,
    desk: &mut Desk,
    feed: &Feed,
    entries: &'a [Entry],
    now: Timestamp,
) -> Result<Ingested<'a>, StoreError> {
    let mut arrivals = arrive(store, desk, feed, entries, &Shape::of(entries), now)?;
    know_moved(&mut arrivals);
    // Dates order the items of one poll, so that the same entries in another order make the same stories.
    arrivals.sort_by(|a, b| (a.dated.at, &a.entry.title).cmp(&(b.dated.at, &b.entry.title)));
    let mut done = survey(store, desk, feed, &arrivals, now)?;
    // Noted together, before anything reads them.
    let mut seen = Vec::with_capacity(entries.len());
    // Keys given to new items of this document, and all that were given since it was looked up.
    let (mut fresh, mut given) = (Keys::default(), Keys::default());
    // Three keys for each, since growing costs as much as filling.
    fresh.reserve(3 * (done.n_entries - done.n_known));
    given.reserve(3 * (done.n_entries - done.n_known));
    for arrival in &arrivals {
        let twin = arrival.found.item.or_else(|| arrival.keys.all().find_map(|key| fresh.get(&key).copied()));
        match twin {
            Some(item) => {
                let keys = arrival.keys_to_give(item, &given);
                store.give_keys(item, keys.iter().copied(), now)?;
                given.extend(keys.into_iter().map(|key| (key, item)));
                store.add_sightings(&std::mem::take(&mut seen), feed.id, now)?;
                meet_again(store, desk, feed, arrival, item, now, &mut done)?;
            }
            None => {
                let item = welcome(store, desk, feed, arrival, now, &mut seen, &mut done)?;
                fresh.extend(arrival.keys.all().map(|key| (key, item)));
                given.extend(arrival.keys.all().map(|key| (key, item)));
            }
        }
    }
    store.add_sightings(&seen, feed.id, now)?;
    Ok(done)
}

/// After a move of the site its old articles come under new ids, links and dates; their titles still tell them.
fn know_moved(arrivals: &mut [Arrival<'_>]) {
    let is_new = |arrival: &&mut Arrival<'_>| arrival.found.item.is_none();
    let n_new = arrivals.iter_mut().filter(is_new).count();
    let n_titles = arrivals.iter_mut().filter(is_new).filter(|arrival| arrival.hits.title.is_some()).count();
    if !identity::site_moved(n_titles, n_new) {
        return;
    }
    for arrival in arrivals.iter_mut().filter(is_new) {
        if let Some(hit) = &arrival.hits.title {
            arrival.found.item = Some(hit.item);
            "same title in this outlet, whose site has moved".clone_into(&mut arrival.found.reason);
        }
    }
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
    let mut arrivals = arrive(store, desk, feed, slice::from_ref(entry), &Shape::default(), now)?;
    let arrival = arrivals.remove(0);
    let new = new_item(&arrival, false, now);
    let mut judged = desk.judge(&new.text(), speaks_for(feed, &arrival.outlet));
    judged.iter_mut().for_each(|relevance| relevance.relevant |= given.relevant);
    let first = judged.first().cloned();
    if let Some(known) = arrival.found.item {
        store.add_sighting(known, feed.id, now, &arrival.found.reason)?;
        return Ok((known, first, false));
    }
    judged.retain(|relevance| relevance.relevant);
    let id = add(store, &arrival, &new, true, now)?;
    store.add_sighting(id, feed.id, now, &arrival.found.reason)?;
    let how = Following { why_quiet: None, story: given.story };
    let n = if judged.is_empty() { 0 } else { follow(store, desk, &new.with_id(id), &judged, how, now)? };
    Ok((id, first, n > 0))
}

/// Looks at the poll as a whole: baseline, flood, rotating ids.
fn survey<'a>(
    store: &Store,
    desk: &Desk,
    feed: &Feed,
    arrivals: &[Arrival<'a>],
    now: Timestamp,
) -> Result<Ingested<'a>, StoreError> {
    let new: Vec<&Arrival<'_>> = arrivals.iter().filter(|a| a.found.item.is_none()).collect();
    let dates: Vec<Dated> = new.iter().map(|a| a.dated).collect();
    let since_last = feed.health.ok_at.map_or(0.0, |ok| now.duration_since(ok).as_secs_f64());
    // A feed whose rhythm is not known, as one without dates, may bring an entry in the time of each visit that was missed.
    let gap = feed.health.item_gap_seconds.unwrap_or_else(|| desk.policy.poll.every.as_secs_f64());
    let usual = since_last / gap.max(1.0);
    let health = &feed.health;
    let quiet = identity::quiet(&dates, health.baseline_done, health.ok_at, usual, &desk.policy.identity, now);
    let known = arrivals.iter().filter(|a| a.found.item.is_some() && a.keys.guid.is_some());
    let mut n_by_guid = 0;
    let mut n_rotated = 0;
    for arrival in known {
        match arrival.hits.guid {
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
        newest_at: dates.iter().map(|dated| dated.at).max(),
        quiet,
        guid_rotates: identity::guid_rotates(n_rotated, n_by_guid),
    })
}

/// Stores a new item and follows it when it concerns a topic; until then it is only `seen`.
fn welcome<'s, 'a>(
    store: &mut Store,
    desk: &mut Desk,
    feed: &Feed,
    arrival: &'s Arrival<'a>,
    now: Timestamp,
    seen: &mut Vec<(ItemId, &'s str)>,
    done: &mut Ingested<'a>,
) -> Result<ItemId, StoreError> {
    let mut new = new_item(arrival, done.quiet.covers(&arrival.dated), now);
    new.held_by = (new.quiet && matches!(done.quiet, Quiet::Flood { .. })).then_some(feed.id);
    let relevant = desk.keeps(&new.text(), speaks_for(feed, &arrival.outlet));
    let id = add(store, arrival, &new, desk.keeps_text || !relevant.is_empty(), now)?;
    seen.push((id, &arrival.found.reason));
    if !relevant.is_empty() {
        store.add_sightings(&std::mem::take(seen), feed.id, now)?;
        let how = Following { why_quiet: new.why_quiet(), story: None };
        let n_found = follow(store, desk, &new.with_id(id), &relevant, how, now)?;
        done.n_developments += if new.quiet { 0 } else { n_found };
    }
    done.items.push(Welcomed { id, entry: arrival.entry, kept: !relevant.is_empty() });
    Ok(id)
}

/// A new item with its keys.
fn add(
    store: &mut Store,
    arrival: &Arrival<'_>,
    new: &NewItem<'_>,
    keep_text: bool,
    now: Timestamp,
) -> Result<ItemId, StoreError> {
    let id = store.add_item(new, keep_text)?;
    store.give_keys(id, arrival.keys.all(), now)?;
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
    done: &mut Ingested<'_>,
) -> Result<(), StoreError> {
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
        url: entry.url.clone().or(stored.item.url),
        body: keep(entry.content_text.as_deref().unwrap_or_default(), &stored.item.body),
        ..stored.item
    };
    store.revise_item(&item, stored.kept, now)?;
    let relevant = desk.keeps(&item.text(), speaks_for(feed, &arrival.outlet));
    if !relevant.is_empty() {
        done.n_developments += follow(store, desk, &item, &relevant, Following::default(), now)?;
    }
    Ok(())
}
