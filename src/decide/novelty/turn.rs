//! Turns: an act that the story knew as announced is done, one that was expected is called off, one denied is on again.

use std::ops::Range;

use jiff::Timestamp;

use super::known::{act_of, meaning_of};
use super::{Candidate, EarlierItem, StorySoFar};
use crate::decide::facts::Lexicon;
use crate::decide::facts::acts::{Act, acts};
use crate::decide::facts::mood::{self, Mood};
use crate::domain::fact::{ActClass, Fact, FactKind};
use crate::domain::topic::Field;
use crate::text::sentence::sentences;

/// What one sentence says of an act.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) mood: Mood,
    pub(super) class: ActClass,
    /// Where its words stand.
    pub(super) place: Range<usize>,
}

/// An act of the candidate's headline whose mood is another than the story's.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    pub(super) told: Told,
    /// The story told it as done.
    pub(super) was_done: bool,
}

/// The first turn of the headline.
pub(super) fn of(candidate: &Candidate<'_>, so_far: &StorySoFar) -> Option<Turn> {
    let in_title = candidate.facts.iter().filter(|f| f.kind == FactKind::Act && f.field == Field::Title).map(act_of);
    in_title.into_iter().find_map(|meaning| {
        let told = headline(candidate, meaning)?;
        let before = moods_before(so_far, meaning, candidate.lexicon);
        let was_done = before.iter().any(|mood| matches!(mood, Mood::Done | Mood::Named));
        let turned = !before.is_empty()
            && match told.mood {
                Mood::Done => !was_done,
                Mood::Not => !before.contains(&Mood::Not),
                Mood::Ahead => before.iter().all(|mood| *mood == Mood::Not),
                Mood::Named => false,
            };
        (turned && told.class != ActClass::Talk).then_some(Turn { told, was_done })
    })
}

/// What the candidate's headline says of the act of that meaning.
pub(super) fn headline(candidate: &Candidate<'_>, meaning: &str) -> Option<Told> {
    sentence(candidate.item.text.title, meaning, candidate.facts, candidate.item.at, candidate.lexicon)
}

/// What headlines and leads of the story said of it.
fn moods_before(so_far: &StorySoFar, meaning: &str, lexicon: &Lexicon) -> Vec<Mood> {
    let names = |item: &&EarlierItem| item.facts.iter().any(|f| f.kind == FactKind::Act && act_of(f) == meaning);
    let mut found = Vec::new();
    for item in so_far.recent().filter(names) {
        let texts = std::iter::once(&*item.title).chain(sentences(&item.lead));
        found.extend(texts.filter_map(|text| sentence(text, meaning, &item.facts, item.at, lexicon)).map(|t| t.mood));
    }
    found
}

/// A sentence that announces an act does not tell it as done too: in "to sign the agreement" both words are of one
/// meaning.
fn sentence(text: &str, meaning: &str, facts: &[Fact], at: Timestamp, lexicon: &Lexicon) -> Option<Told> {
    let all = acts(text, lexicon);
    let told = |act: &Act<'_>| {
        let mood = match mood::of(text, act, &all) {
            Mood::Done | Mood::Named if is_to_come(facts, act.class, at) => Mood::Ahead,
            mood => mood,
        };
        Told { mood, class: act.class, place: act.start..act.end }
    };
    let named: Vec<Told> = all.iter().filter(|act| meaning_of(act.meaning) == meaning).map(told).collect();
    let strongest = [Mood::Not, Mood::Ahead, Mood::Done, Mood::Named];
    strongest.into_iter().find_map(|mood| named.iter().find(|told| told.mood == mood)).cloned()
}

/// Whether a report's headline gives a launch or a landing a day that is still to come: "launches on May 7".
fn is_to_come(facts: &[Fact], class: ActClass, at: Timestamp) -> bool {
    let today = at.to_string();
    let is_later = |value: &str| value.len() == 10 && *value > today[..10];
    class == ActClass::Phase
        && facts.iter().any(|f| f.kind == FactKind::Date && f.field == Field::Title && f.value.split(' ').any(is_later))
}
