//! From an item that concerns a topic to its story: where it belongs, what it says, whether that is new.

use std::cell::OnceCell;

use jiff::Timestamp;

use super::desk::{Desk, entities};
use super::elsewhere;
use crate::decide::grouping::{GroupingItem, Placement};
use crate::decide::novelty::{self, Candidate, CandidateItem, EarlierItem, StorySoFar, Verdict};
use crate::decide::{copies, facts, outlook, quotes};
use crate::domain::{Confirmation, Fact, Item, ItemId, Quote, Relevance, StoryId, WhyQuiet};
use crate::store::{ItemStory, NewDevelopment, NewStoryItem, Store, StoreError};

/// Items that an item is compared with besides the first of its story: a text that two thousand carry must not cost
/// the square of that.
pub(super) const EARLIER_MAX: usize = 50;

/// What was found in an item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// Facts.
    pub facts: Vec<Fact>,
    /// Quotes.
    pub quotes: Vec<Quote>,
    /// Whose text it carries, if not its own.
    pub copy_of: Option<String>,
}

/// How an item is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Following {
    /// Its developments are recorded and not told, for this reason.
    pub why_quiet: Option<WhyQuiet>,
    /// Its story is given: this one, or (inside) a new one.
    pub story: Option<Option<StoryId>>,
}

/// Records why an item matched, puts it into its story and decides whether it is a development. Returns how many
/// developments it made: none or one. An item that is in a story already stays there.
///
/// # Errors
/// When the store cannot be read or written.
pub fn follow(
    store: &mut Store,
    desk: &mut Desk,
    item: &Item,
    relevant: &[Relevance],
    how: Following,
    now: Timestamp,
) -> Result<usize, StoreError> {
    for relevance in relevant {
        store.add_match(item, &relevance.line(), relevance)?;
    }
    let hits = entities(relevant);
    let grouping = GroupingItem::new(item.id, item.at, &item.outlet, &item.text(), &hits, desk.lexicon());
    let before = store.item_story(item.id)?;
    let is_revised = before.is_some();
    let (story, placement) = place(store, desk, item, &grouping, before, how.story)?;
    let earlier = store.first_and_latest_of(story, EARLIER_MAX)?;
    let mut findings = Findings {
        facts: facts::extract(&item.text(), &hits, item.at, desk.lexicon()),
        quotes: quotes::extract(&item.text(), desk.lexicon()),
        copy_of: copies::origin(&item.text(), &item.outlet),
    };
    let confirmation = store.story(story)?.map(|story| story.confirmation);
    let known = so_far(store, desk, item.id, earlier, confirmation)?;
    if findings.copy_of.is_none() {
        findings.copy_of = twin_of(item, &known.items);
    }
    // What lies in the silent baseline was never told: the first report after it opens the story for the reader.
    let is_unheard = !is_revised && how.why_quiet.is_none() && !store.is_tellable(story)?;
    let so_far = if is_unheard { StorySoFar::default() } else { known };
    let mut verdict = judge(desk, item, &findings, &so_far);
    if verdict.development.is_some()
        && !so_far.items.is_empty()
        && let Some(reason) = elsewhere::why_known(store, desk, item, &findings, so_far, &placement.also, relevant)?
    {
        verdict = Verdict { development: None, reason, ..verdict };
    }
    record(store, item, story, &placement, &findings, &verdict, how.why_quiet, now)?;
    let outlook = outlook::extract(&item.text(), &findings.facts, &findings.quotes, item.at, desk.lexicon());
    store.set_outlook(item.id, &outlook)?;
    if !is_revised {
        desk.index.insert(story, &grouping);
    }
    Ok(usize::from(verdict.development.is_some()))
}

/// The outlet whose text an item carries, by comparing the texts.
fn twin_of(item: &Item, earlier: &[EarlierItem]) -> Option<String> {
    let own = copies::Print::new(&item.text());
    let mut others = earlier.iter().filter(|other| other.outlet != item.outlet);
    // Wires write their own texts: one headline of two of them is no copy.
    let is_wire = copies::is_wire(&item.outlet);
    let twin = others.find(|other| match is_wire {
        true => own.shares_text(other.print()),
        false => own.is_like(other.print()),
    })?;
    let origin = twin.copy_of.clone().unwrap_or_else(|| twin.outlet.clone());
    (!copies::is_own(&origin, &item.outlet)).then_some(origin)
}

/// The story of an item: the one it is in, the one it is near to, or a new one.
fn place(
    store: &mut Store,
    desk: &Desk,
    item: &Item,
    grouping: &GroupingItem,
    before: Option<ItemStory>,
    given: Option<Option<StoryId>>,
) -> Result<(StoryId, Placement), StoreError> {
    if let Some(place) = before {
        let placement =
            Placement { story: Some(place.story), score: place.score, reason: place.reason, ..Placement::default() };
        return Ok((place.story, placement));
    }
    let placement = match given {
        Some(story) => Placement { story, score: 1.0, reason: "given".to_owned(), ..Placement::default() },
        None => desk.index.place(grouping),
    };
    let story = match placement.story {
        Some(story) => story,
        None => store.open_story(&item.title, item.at)?,
    };
    Ok((story, placement))
}

/// What a story's readers know before `item`; what an earlier version of the same item said counts too.
pub(super) fn so_far(
    store: &Store,
    desk: &Desk,
    item: ItemId,
    earlier: Vec<(Item, ItemStory)>,
    confirmation: Option<Confirmation>,
) -> Result<StorySoFar, StoreError> {
    let mut items = Vec::new();
    for (other, place) in earlier {
        let outlet = desk.outlet(&other.outlet);
        let former = (other.id == item).then(|| store.revisions(other.id)).transpose()?.and_then(|mut all| all.pop());
        let now = (other.title, other.lead, other.body);
        let (title, lead, body) = former.map_or(now, |(_, title, lead)| (title, lead, String::new()));
        items.push(EarlierItem {
            facts: store.facts_ever(other.id)?,
            quotes: store.quotes(other.id)?,
            outlet: other.outlet,
            outlet_name: other.outlet_name,
            family: outlet.family,
            kind: outlet.kind,
            at: other.at,
            title,
            lead,
            body,
            copy_of: place.copy_of,
            print: OnceCell::new(),
        });
    }
    let confirmation = confirmation.filter(|_| !items.is_empty());
    Ok(StorySoFar { items, confirmation })
}

pub(super) fn judge(desk: &Desk, item: &Item, findings: &Findings, so_far: &StorySoFar) -> Verdict {
    let outlet = desk.outlet(&item.outlet);
    let seen = CandidateItem {
        outlet: &item.outlet,
        outlet_name: &item.outlet_name,
        family: &outlet.family,
        kind: outlet.kind,
        text: item.text(),
        at: item.at,
    };
    let candidate = Candidate {
        item: seen,
        facts: &findings.facts,
        quotes: &findings.quotes,
        copy_of: findings.copy_of.as_deref(),
        lexicon: desk.lexicon(),
    };
    novelty::judge(&candidate, so_far)
}

#[expect(clippy::too_many_arguments, reason = "one row of each table, recorded together")]
fn record(
    store: &mut Store,
    item: &Item,
    story: StoryId,
    placement: &Placement,
    findings: &Findings,
    verdict: &Verdict,
    why_quiet: Option<WhyQuiet>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let confirmation: Confirmation = verdict.confirmation;
    let joined = NewStoryItem {
        item: item.id,
        story,
        score: placement.score,
        reason: &placement.reason,
        copy_of: findings.copy_of.as_deref(),
        verdict: &verdict.reason,
    };
    store.join_story(&joined, item.at, confirmation, now)?;
    store.set_findings(item.id, &findings.facts, &findings.quotes)?;
    if let Some(development) = &verdict.development {
        let new = NewDevelopment {
            story,
            item: item.id,
            at: item.at,
            kind: development.kind,
            what: &development.what,
            reason: &verdict.reason,
            why_quiet,
        };
        store.add_development(&new, now)?;
    }
    Ok(())
}
