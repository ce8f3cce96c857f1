//! What a reader of the story so far knows.

use std::collections::HashSet;
use std::rc::Rc;

use foldhash::fast::FixedState;
use jiff::Timestamp;

use super::{EarlierItem, StorySoFar};
use crate::domain::fact::{Fact, FactKind};
use crate::domain::item::Lang;
use crate::text::lang::detect;
use crate::text::lexeme::lexeme;
use crate::text::sentence::sentences;
use crate::text::words::words;

/// Stems and name keys.
pub(super) type Keys = HashSet<Rc<str>, FixedState>;

/// By how much of it a sum is rounded in reports: "$90.3 million" is "about $90 million", and $86 million another price.
const ROUNDING: f64 = 0.025;

/// Values, acts and words of the earlier items.
pub(super) struct Known<'a> {
    pub(super) facts: Vec<&'a Fact>,
    pub(super) acts: HashSet<&'a str>,
    /// Stems and name keys.
    pub(super) words: Keys,
    pub(super) langs: HashSet<Lang>,
    /// Name keys of those who were quoted.
    pub(super) speakers: Keys,
    /// Days on which something of the story happened or was reported.
    pub(super) dates: Vec<Timestamp>,
}

impl<'a> Known<'a> {
    pub(super) fn new(so_far: &'a StorySoFar) -> Self {
        let facts: Vec<&Fact> = so_far.recent().flat_map(|item| &item.facts).collect();
        let acts = facts.iter().filter(|f| f.kind == FactKind::Act).map(|f| act_of(f)).collect();
        Self {
            facts,
            acts,
            words: learnt(so_far.recent()),
            speakers: so_far
                .items
                .iter()
                .flat_map(|item| &item.quotes)
                .flat_map(|q| words(&q.speaker))
                .map(|w| keys(w.text).1)
                .collect(),
            langs: so_far.recent().map(|item| detect(&item.title, None)).collect(),
            dates: so_far.recent().map(|item| item.at).collect(),
        }
    }

    /// Whether a fact of that kind and value is known.
    pub(super) fn has(&self, fact: &Fact) -> bool {
        let is_same =
            |f: &Fact| f.value == fact.value || f.kind == FactKind::Money && is_rounded(&f.value, &fact.value);
        self.facts.iter().any(|f| f.kind == fact.kind && is_same(f))
    }

    /// Whether a document is known, by the last two words of its name: adjectives before them come and go.
    pub(super) fn has_document(&self, fact: &Fact) -> bool {
        let name = |fact: &Fact| {
            let mut stems: Vec<Rc<str>> = words(&fact.text).map(|w| keys(w.text).0).collect();
            stems.split_off(stems.len().saturating_sub(2))
        };
        let wanted = name(fact);
        wanted.len() == 2 && self.facts.iter().any(|f| f.kind == FactKind::Agreement && name(f) == wanted)
    }

    /// An earlier value of the same slot, when the slot says something: told in the same words, or the only limit or
    /// the only day that the story had.
    pub(super) fn before(&self, fact: &Fact) -> Option<&'a Fact> {
        let alike = |f: &&&Fact| f.kind == fact.kind && f.value != fact.value;
        let same_words = |f: &&&Fact| fact.says_of_what() && f.slot == fact.slot;
        let found = self.facts.iter().rev().filter(alike).find(same_words).copied();
        found.or_else(|| self.only_date(fact).filter(|f| f.value != fact.value))
    }

    /// "Stays until 2030" after "was extended until 2028", "put off to May 9" after "sails on May 7".
    fn only_date(&self, fact: &Fact) -> Option<&'a Fact> {
        let begins = |f: &Fact, acts: &[&str]| acts.iter().any(|act| f.slot.split(' ').next() == Some(*act));
        let is_limit = |f: &Fact| f.slot.split(' ').any(|word| word == "until");
        let is_moved = begins(fact, &["postpone", "accelerate"]);
        let answers = |f: &Fact| match is_moved {
            true => begins(f, &["launch", "arrive", "depart", "return", "plan", "expect"]) && !is_limit(f),
            false => is_limit(fact) && is_limit(f),
        };
        let dates = self.facts.iter().filter(|f| f.kind == FactKind::Date && f.value.len() == fact.value.len());
        let mut found = dates.filter(|f| answers(f)).copied();
        let first = found.next().filter(|_| fact.kind == FactKind::Date)?;
        found.all(|f| f.value == first.value).then_some(first)
    }
}

/// Two sums in one currency that are one sum, told more or less exactly.
fn is_rounded(a: &str, b: &str) -> bool {
    fn parse(value: &str) -> Option<(f64, &str)> {
        let (n, unit) = value.split_once(' ')?;
        Some((n.parse().ok()?, unit))
    }
    let Some(((a, unit_a), (b, unit_b))) = parse(a).zip(parse(b)) else { return false };
    unit_a == unit_b && (a - b).abs() <= ROUNDING * a.max(b)
}

/// Stem and name key of every word, each looked up once however many of the reports have it.
fn learnt<'a>(items: impl Iterator<Item = &'a EarlierItem>) -> Keys {
    let texts = items.flat_map(|item| [item.title.as_str(), item.lead.as_str()]);
    let written: HashSet<&str, FixedState> = texts.flat_map(words).map(|word| word.text).collect();
    written.into_iter().map(keys).flat_map(|(stemmed, name)| [stemmed, name]).collect()
}

/// Stem and name key of a word.
pub(super) fn keys(word: &str) -> (Rc<str>, Rc<str>) {
    let read = lexeme(word);
    (Rc::clone(&read.stem), Rc::clone(&read.name))
}

/// The meaning of an act, with the acts one for another in reports of one step.
pub(super) fn act_of(fact: &Fact) -> &str {
    meaning_of(fact.value.trim_start_matches("act:"))
}

/// The same of a meaning.
pub(super) fn meaning_of(meaning: &str) -> &str {
    match meaning {
        "sign" => "agree",
        "end" => "suspend",
        "recall" => "return",
        meaning => meaning,
    }
}

/// The day in UTC, `2026-11-26`.
pub(super) fn day_of(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// The date of a fact without its time of day.
pub(super) fn date_of(fact: &Fact) -> Option<&str> {
    fact.value.split(' ').find(|value| !value.starts_with('T'))
}

/// The first sentence that says the fact.
pub(super) fn sentence_of<'t>(text: &'t str, fact: &Fact) -> Option<&'t str> {
    sentences(text).into_iter().find(|sentence| sentence.contains(&fact.text))
}
