//! Judges the stored items once more, in the order of their coming, under another configuration and in a store of its
//! own; says what would have been kept, told and grouped otherwise.
//!
//! Identity is not decided again, nor when mails go out. What a person said of an item or a story stands.

mod compare;

use std::collections::HashMap;

use jiff::Timestamp;

pub use compare::{Change, Regrouped, Replay};

use super::desk::Desk;
use super::follow::{Following, follow};
use crate::config::Config;
use crate::domain::{Item, ItemId, Relevance, StoryId};
use crate::store::{NewItem, Recorded, Store, StoreError};
use compare::Seen;

/// A wording of an item and when it came.
struct Wording<'a> {
    at: Timestamp,
    of: usize,
    title: &'a str,
    lead: &'a str,
    is_first: bool,
}

/// Replays what came since `since`. Items before it, as far back as a story reaches, are judged too, so that later ones
/// find their stories; they are not compared.
///
/// # Errors
/// When a store cannot be read or written.
pub fn replay(source: &Store, config: &Config, since: Timestamp) -> Result<Replay, StoreError> {
    let from = since.saturating_sub(config.policy.grouping.reopen).unwrap_or(Timestamp::MIN);
    let mut all = source.recorded(from)?;
    let n_all = all.iter().filter(|recorded| recorded.stored.item.first_seen_at >= since).count();
    all.retain(|recorded| !recorded.stored.item.title.is_empty());
    let mut scratch = Scratch::new(config)?;
    for wording in wordings(&all) {
        let Some(recorded) = all.get(wording.of) else { continue };
        scratch.hear(config, recorded, &wording)?;
    }
    let counted = all.iter().filter(|recorded| recorded.stored.item.first_seen_at >= since);
    let seen = counted.map(|recorded| scratch.seen(recorded)).collect::<Result<Vec<_>, _>>()?;
    Ok(compare::compare(&seen, n_all - seen.len()))
}

/// Every wording of every item in the order of time.
fn wordings(all: &[Recorded]) -> Vec<Wording<'_>> {
    let mut wordings = Vec::new();
    for (of, recorded) in all.iter().enumerate() {
        let item = &recorded.stored.item;
        let mut at = item.first_seen_at;
        let now = (item.title.as_str(), item.lead.as_str());
        let texts = recorded.revisions.iter().map(|(until, title, lead)| (Some(*until), title.as_str(), lead.as_str()));
        for (n, (until, title, lead)) in texts.chain([(None, now.0, now.1)]).enumerate() {
            wordings.push(Wording { at, of, title, lead, is_first: n == 0 });
            at = until.unwrap_or(at);
        }
    }
    wordings.sort_by_key(|wording| (wording.at, wording.of));
    wordings
}

/// A store in memory with a desk before it.
struct Scratch {
    store: Store,
    desk: Desk,
    items: HashMap<ItemId, ItemId>,
    /// Scratch stories by the stories that they stand for, for what was put there by hand.
    stories: HashMap<StoryId, StoryId>,
    lines: HashMap<ItemId, String>,
}

impl Scratch {
    fn new(config: &Config) -> Result<Self, StoreError> {
        Ok(Self {
            store: Store::in_memory()?,
            desk: Desk::new(config),
            items: HashMap::new(),
            stories: HashMap::new(),
            lines: HashMap::new(),
        })
    }

    fn hear(&mut self, config: &Config, recorded: &Recorded, wording: &Wording<'_>) -> Result<(), StoreError> {
        let (now, known) = (wording.at, self.items.get(&recorded.stored.item.id).copied());
        let new = new_item(recorded, wording);
        let relevant = self.judge(config, recorded, &new);
        let (store, desk) = (&mut self.store, &mut self.desk);
        let given = recorded.story.filter(|_| recorded.is_by_hand).map(|story| self.stories.get(&story).copied());
        let id = store.transaction(|store| {
            desk.catch_up(store, now)?;
            let id = match known {
                Some(id) => id,
                None => store.add_item(&new, true)?,
            };
            let item: Item = new.with_id(id);
            if !wording.is_first {
                store.revise_item(&item, true, now)?;
            }
            let why_quiet = new.why_quiet().filter(|_| wording.is_first);
            if !relevant.is_empty() {
                follow(store, desk, &item, &relevant, Following { why_quiet, story: given }, now)?;
            }
            Ok(id)
        })?;
        self.items.insert(recorded.stored.item.id, id);
        if let (Some(was), Some(place)) = (recorded.story, self.store.item_story(id)?) {
            self.stories.entry(was).or_insert(place.story);
        }
        Ok(())
    }

    /// The topics that the item matches now, a person's word before the rules.
    fn judge(&mut self, config: &Config, recorded: &Recorded, new: &NewItem<'_>) -> Vec<Relevance> {
        let is_own = |url: &String| config.feeds.iter().all(|feed| feed.url != *url || !feed.aggregator);
        let outlet = self.desk.outlet(new.outlet);
        let speaks_for = outlet.speaks_for.as_deref().filter(|_| recorded.feeds.iter().any(is_own));
        let mut judged = self.desk.judge(&new.text(), speaks_for);
        for (topic, relevant) in &recorded.verdicts {
            for relevance in judged.iter_mut().filter(|relevance| relevance.topic == *topic) {
                if *relevant { relevance.affirm() } else { relevance.relevant = false }
            }
        }
        let line = judged.iter().map(|relevance| format!("{}: {}", relevance.topic, relevance.line()));
        self.lines.insert(recorded.stored.item.id, line.collect::<Vec<_>>().join("; "));
        judged.retain(|relevance| relevance.relevant);
        judged
    }

    /// The item as it was decided then and now.
    fn seen(&self, recorded: &Recorded) -> Result<Seen, StoreError> {
        let item = &recorded.stored.item;
        let Some(id) = self.items.get(&item.id).copied() else {
            return Err(StoreError::Value(format!("item {} was not replayed", item.id.0)));
        };
        let told = self.store.tellings(id)?.into_iter().filter(|telling| telling.why_quiet.is_none());
        Ok(Seen {
            item: item.id,
            title: item.title.clone(),
            outlet: item.outlet_name.clone(),
            at: item.at,
            kept: (recorded.is_kept, !self.store.matches(id)?.is_empty()),
            story: (recorded.story, self.store.item_story(id)?.map(|place| place.story)),
            told: (recorded.told.clone(), told.map(|telling| telling.development.what).collect()),
            is_by_hand: recorded.is_by_hand,
            line: self.lines.get(&item.id).cloned().unwrap_or_default(),
        })
    }
}

fn new_item<'a>(recorded: &'a Recorded, wording: &Wording<'a>) -> NewItem<'a> {
    let item = &recorded.stored.item;
    NewItem {
        outlet: &item.outlet,
        outlet_name: &item.outlet_name,
        url: item.url.as_deref(),
        title: wording.title,
        lead: wording.lead,
        body: &item.body,
        lang: item.lang,
        at: item.at,
        date_reason: &recorded.stored.date_reason,
        first_seen_at: item.first_seen_at,
        has_video: item.has_video,
        quiet: recorded.stored.quiet,
        held_by: None,
    }
}
