//! What readers do by hand: put stories together, take them apart, mute them, release a flood.
//!
//! Developments keep their numbers, and with them their "told" marks: what was told stays told, what was not is still
//! to be told. Only a first report that nobody was told of, in a story that is no longer one of its own, is judged
//! again.

use jiff::Timestamp;

use super::desk::Desk;
use super::follow::{EARLIER_MAX, Findings, judge, so_far};
use super::service::{Service, StepError};
use crate::decide::novelty::Verdict;
use crate::domain::story::DevelopmentKind;
use crate::domain::{Confirmation, Development, FeedId, Item, ItemId, StoryId, WhyQuiet};
use crate::store::{ItemStory, NewDevelopment, Retold, Store, StoreError};

/// What a release brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Released {
    /// Items that were held.
    pub n_items: usize,
    /// Developments among them that are to be told now.
    pub n_developments: usize,
}

impl Service {
    /// Puts the stories `others` into `into`. Returns the story they are in.
    ///
    /// # Errors
    /// When one of them does not exist, all are one already, or the store cannot be written.
    pub async fn merge(&self, into: StoryId, others: Vec<StoryId>) -> Result<StoryId, StepError> {
        self.at_desk(move |store, desk| {
            let into = store.standing(into)?;
            others.iter().try_for_each(|other| merge(store, desk, into, *other))?;
            desk.forget();
            Ok(into)
        })
        .await
    }

    /// Takes items out of a story and makes them a story of their own. Returns that story.
    ///
    /// # Errors
    /// When an item is not in the story, none would stay in it, or the store cannot be written.
    pub async fn split(&self, from: StoryId, items: Vec<ItemId>) -> Result<StoryId, StepError> {
        let now = self.clock.now();
        self.at_desk(move |store, desk| {
            let new = split(store, desk, from, &items, now)?;
            desk.forget();
            Ok(new)
        })
        .await
    }

    /// Tells what came in a flood of this feed, as far as it is news to its story.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn release(&self, feed: FeedId) -> Result<Released, StepError> {
        let now = self.clock.now();
        self.at_desk(move |store, desk| release(store, desk, feed, now)).await
    }
}

fn merge(store: &mut Store, desk: &Desk, into: StoryId, other: StoryId) -> Result<(), StoreError> {
    let from = store.standing(other)?;
    if from == into {
        return Err(StoreError::Refused(format!("S-{} and S-{} are one story already", into.0, other.0)));
    }
    let (here, there) = (store.developments(into)?, store.developments(from)?);
    let reason = format!("put here by hand with all of S-{}", from.0);
    for (item, _) in store.items_of(from)? {
        store.move_item(item.id, into, &reason)?;
    }
    store.set_merged(from, into)?;
    store.affirm_story(into)?;
    merge_openings(store, desk, into, &here, &there)?;
    recount(store, desk, into)
}

/// Two stories had a first report each; one story has one. The other is told as far as it is new, if nobody was told
/// of it yet.
fn merge_openings(
    store: &mut Store,
    desk: &Desk,
    story: StoryId,
    here: &[Development],
    there: &[Development],
) -> Result<(), StoreError> {
    let mut openings = Vec::new();
    for development in here.iter().chain(there) {
        if development.kind == DevelopmentKind::FirstReport && store.why_quiet(development.id)?.is_none() {
            openings.push((!store.is_told(development.id)?, development));
        }
    }
    openings.sort_by_key(|(is_untold, development)| (*is_untold, development.at, development.id));
    let Some((_, stands)) = openings.first().copied() else { return Ok(()) };
    let all = store.items_of(story)?;
    for (_, development) in openings.into_iter().skip(1).filter(|(is_untold, _)| *is_untold) {
        let knows = |item: &Item| item.id == stands.item || item.at <= development.at;
        let earlier = all.iter().filter(|(item, _)| item.id != development.item && knows(item)).cloned().collect();
        let Some((item, place)) = all.iter().find(|(item, _)| item.id == development.item) else { continue };
        match judge_again(store, desk, item, place, earlier, Some(Confirmation::OneOutlet))?.development {
            None => store.quieten(development.id, WhyQuiet::Merged)?,
            Some(new) => {
                let retold = Retold { kind: new.kind, what: &new.what, reason: "first report of a story put here" };
                store.retell(development.id, &retold, None)?;
            }
        }
    }
    Ok(())
}

fn split(
    store: &mut Store,
    desk: &Desk,
    from: StoryId,
    items: &[ItemId],
    now: Timestamp,
) -> Result<StoryId, StoreError> {
    let from = store.standing(from)?;
    let all = store.items_of(from)?;
    if let Some(stranger) = items.iter().find(|id| !all.iter().any(|(item, _)| item.id == **id)) {
        return Err(StoreError::Refused(format!(
            "item {} is not in S-{}; `orbitwire story {}` lists its items",
            stranger.0, from.0, from.0
        )));
    }
    let moved: Vec<&Item> = all.iter().map(|(item, _)| item).filter(|item| items.contains(&item.id)).collect();
    let Some(first) = moved.first().filter(|_| moved.len() < all.len()) else {
        return Err(StoreError::Refused(format!("these are all items of S-{}; at least one must stay", from.0)));
    };
    let new = store.open_story(&first.title, first.at)?;
    let reason = format!("taken out of S-{} by hand", from.0);
    for item in moved {
        store.move_item(item.id, new, &reason)?;
    }
    for story in [from, new] {
        store.affirm_story(story)?;
        recount(store, desk, story)?;
        tell_opening(store, desk, story, now)?;
    }
    Ok(new)
}

/// Step on the ladder, span and title of a story, from its items.
fn recount(store: &mut Store, desk: &Desk, story: StoryId) -> Result<(), StoreError> {
    let all = store.items_of(story)?;
    let mut confirmation = None;
    for (at, (item, place)) in all.iter().enumerate() {
        let earlier = all.get(at.saturating_sub(EARLIER_MAX)..at).unwrap_or_default().to_vec();
        confirmation = Some(judge_again(store, desk, item, place, earlier, confirmation)?.confirmation);
    }
    let Some((first, _)) = all.first() else { return Ok(()) };
    store.reset_story(story, &first.title, confirmation.unwrap_or(Confirmation::OneOutlet))
}

/// A story of which nothing was or will be told has lost its news to the other one: its items are judged from the
/// first. What is too old for a mail stays in the dossier.
fn tell_opening(store: &mut Store, desk: &Desk, story: StoryId, now: Timestamp) -> Result<(), StoreError> {
    if store.is_tellable(story)? {
        return Ok(());
    }
    let (all, before) = (store.items_of(story)?, store.developments(story)?);
    let has_development = |item: ItemId| before.iter().any(|development| development.item == item);
    let mut confirmation = None;
    for (at, (item, place)) in all.iter().enumerate() {
        let earlier = all.get(at.saturating_sub(EARLIER_MAX)..at).unwrap_or_default().to_vec();
        let verdict = judge_again(store, desk, item, place, earlier, confirmation)?;
        confirmation = Some(verdict.confirmation);
        let Some(new) = verdict.development.filter(|_| !has_development(item.id)) else { continue };
        let is_old = now.duration_since(item.first_seen_at) > desk.policy.identity.news_max_age;
        let why_quiet = store.item(item.id)?.and_then(|stored| stored.why_quiet());
        let development = NewDevelopment {
            story,
            item: item.id,
            at: item.at,
            kind: new.kind,
            what: &new.what,
            reason: &verdict.reason,
            why_quiet: why_quiet.or(is_old.then_some(WhyQuiet::Old)),
        };
        store.add_development(&development, now)?;
    }
    Ok(())
}

fn release(store: &mut Store, desk: &Desk, feed: FeedId, now: Timestamp) -> Result<Released, StoreError> {
    let held = store.held_by(feed)?;
    let mut done = Released { n_items: held.len(), n_developments: 0 };
    for stored in held {
        let item = stored.item;
        store.unhold(item.id)?;
        let Some(place) = store.item_story(item.id)? else { continue };
        let mut earlier = Vec::new();
        for (other, place) in store.first_and_latest_of(place.story, EARLIER_MAX)? {
            // What is held or was there before anybody read it is not known to the readers.
            if other.id != item.id && store.item(other.id)?.is_some_and(|other| !other.quiet) {
                earlier.push((other, place));
            }
        }
        let confirmation = store.story(place.story)?.map(|story| story.confirmation);
        let verdict = judge_again(store, desk, &item, &place, earlier, confirmation)?;
        let Some(new) = &verdict.development else { continue };
        done.n_developments += 1;
        let before = store.tellings(item.id)?.into_iter().next().map(|telling| telling.development.id);
        let retold = Retold { kind: new.kind, what: &new.what, reason: &verdict.reason };
        match before {
            Some(development) => store.retell(development, &retold, Some(now))?,
            None => {
                let new = NewDevelopment {
                    story: place.story,
                    item: item.id,
                    at: item.at,
                    kind: new.kind,
                    what: &new.what,
                    reason: &verdict.reason,
                    why_quiet: None,
                };
                store.add_development(&new, now)?;
            }
        }
    }
    Ok(done)
}

/// Judges an item of a story once more, against these earlier ones.
fn judge_again(
    store: &Store,
    desk: &Desk,
    item: &Item,
    place: &ItemStory,
    earlier: Vec<(Item, ItemStory)>,
    confirmation: Option<Confirmation>,
) -> Result<Verdict, StoreError> {
    let findings =
        Findings { facts: store.facts(item.id)?, quotes: store.quotes(item.id)?, copy_of: place.copy_of.clone() };
    let so_far = so_far(store, desk, item.id, earlier, confirmation)?;
    Ok(judge(desk, item, &findings, &so_far))
}
