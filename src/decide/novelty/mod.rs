//! Novelty: whether an item brings something that the story did not have, and in which words it says so.
//!
//! The first report of a story is a development. A later item is one when it adds or changes a fact that matters
//! (a date to come, a sum, an official act, a person who takes part), or lifts the story on the confirmation ladder.
//! A copy of a text already there and a rewording never are. Pure; every verdict says why.

mod background;
mod denial;
mod evidence;
mod known;
mod ladder;
mod phrase;
mod step;
mod turn;

use std::cell::OnceCell;

use jiff::Timestamp;

use crate::decide::copies::Print;
use crate::decide::facts::Lexicon;
use crate::domain::fact::{Fact, Quote};
use crate::domain::item::ItemText;
use crate::domain::outlet::OutletKind;
use crate::domain::story::{Confirmation, DevelopmentKind};
use crate::domain::topic::Field;

use evidence::Evidence;
use known::Known;

/// Sum of evidence from which an item is a development.
const TOLD_FROM: f64 = 0.95;

/// Items of a story that an item is compared with, so that the hundredth report costs no more than the fiftieth.
const COMPARED_MAX: usize = 50;

/// The item that is judged.
#[derive(Clone, Copy, Debug)]
pub struct CandidateItem<'a> {
    /// Outlet key.
    pub outlet: &'a str,
    /// Outlet name, as the mail prints it.
    pub outlet_name: &'a str,
    /// Outlet's family.
    pub family: &'a str,
    /// Outlet's kind.
    pub kind: OutletKind,
    /// Headline, lead, further text.
    pub text: ItemText<'a>,
    /// Date.
    pub at: Timestamp,
}

/// An item with what was found in it.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The item.
    pub item: CandidateItem<'a>,
    /// Its facts.
    pub facts: &'a [Fact],
    /// Its quotes.
    pub quotes: &'a [Quote],
    /// Wire or outlet whose text it is.
    pub copy_of: Option<&'a str>,
    /// The words that its facts were read by.
    pub lexicon: &'a Lexicon,
}

impl<'a> Candidate<'a> {
    /// The headline, or the lead for every other field.
    fn text_of(&self, field: Field) -> &'a str {
        if field == Field::Title { self.item.text.title } else { self.item.text.lead }
    }
}

/// An item that the story already has.
#[derive(Clone, Debug)]
pub struct EarlierItem {
    /// Outlet key.
    pub outlet: String,
    /// Outlet name, as reasons give it.
    pub outlet_name: String,
    /// Outlet's family.
    pub family: String,
    /// Outlet's kind.
    pub kind: OutletKind,
    /// Date.
    pub at: Timestamp,
    /// Headline.
    pub title: String,
    /// Lead.
    pub lead: String,
    /// Its facts.
    pub facts: Vec<Fact>,
    /// Its quotes.
    pub quotes: Vec<Quote>,
    /// Wire or outlet whose text it is.
    pub copy_of: Option<String>,
    /// Further text.
    pub body: String,
    /// What its text is compared by, made when it is first asked for.
    pub print: OnceCell<Print>,
}

impl EarlierItem {
    /// What its text is compared by.
    pub fn print(&self) -> &Print {
        let text = ItemText { title: &self.title, lead: &self.lead, body: &self.body, ..ItemText::default() };
        self.print.get_or_init(|| Print::new(&text))
    }
}

/// The story as it stands; empty when the candidate opens it.
#[derive(Clone, Debug, Default)]
pub struct StorySoFar {
    /// Its items, oldest first.
    pub items: Vec<EarlierItem>,
    /// Its step on the ladder.
    pub confirmation: Option<Confirmation>,
}

impl StorySoFar {
    /// The items that an item is compared with: the first, which opened the story, and the latest.
    fn recent(&self) -> impl Iterator<Item = &EarlierItem> {
        let latest = self.items.len().saturating_sub(COMPARED_MAX).max(1);
        self.items.first().into_iter().chain(self.items.iter().skip(latest))
    }
}

/// What is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDevelopment {
    /// Why it is one.
    pub kind: DevelopmentKind,
    /// What the mail prints after "NEW:", in the item's own words.
    pub what: String,
}

/// The decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What is new; `None` is coverage.
    pub development: Option<NewDevelopment>,
    /// The story's step on the ladder with this item.
    pub confirmation: Confirmation,
    /// The decision in words.
    pub reason: String,
}

/// Judges an item against the story it belongs to.
pub fn judge(candidate: &Candidate<'_>, so_far: &StorySoFar) -> Verdict {
    let known = Known::new(so_far);
    let turn = turn::of(candidate, so_far, &known);
    let denies = denial::is_one(candidate, so_far, &known, turn.as_ref());
    let confirmation = ladder::with(candidate, so_far, denies);
    // Who denies once more what was denied tells nothing by it.
    let turn = turn.filter(|_| !(denies && so_far.confirmation == Some(Confirmation::Denied)));
    if so_far.items.is_empty() {
        let what = phrase::headline(candidate);
        return told(DevelopmentKind::FirstReport, what, confirmation, "first report of the story".to_owned());
    }
    let evidence = evidence::of(candidate, &known, turn.as_ref());
    // A text is used again when a year in it changes or a sum is added: the words repeat, the news does not.
    let changed = evidence.iter().any(|e| e.was.is_some());
    let is_update = changed || evidence.iter().any(|e| e.weight >= TOLD_FROM);
    if !is_update && let Some(reason) = repeats(candidate, so_far) {
        return Verdict { development: None, confirmation, reason };
    }
    // The sum of nothing is minus zero.
    let sum = evidence.iter().map(|e| e.weight).sum::<f64>() + 0.0;
    let named: Vec<String> = evidence.iter().map(Evidence::to_string).collect();
    let named = if named.is_empty() { "nothing new".to_owned() } else { named.join(", ") };
    if let Some(from) = ladder::risen(so_far.confirmation, confirmation) {
        let what = phrase::of(candidate, &evidence);
        let reason = format!("confirmation rises from {} to {}; {named}", from.name(), confirmation.name());
        return told(DevelopmentKind::Confirmation, what, confirmation, reason);
    }
    if sum < TOLD_FROM {
        return Verdict {
            development: None,
            confirmation,
            reason: format!("coverage: {named}; {sum:.2} < {TOLD_FROM:.2}"),
        };
    }
    let kind = if changed { DevelopmentKind::ChangedFact } else { DevelopmentKind::NewFact };
    told(kind, phrase::of(candidate, &evidence), confirmation, format!("{named}; {sum:.2} ≥ {TOLD_FROM:.2}"))
}

fn told(kind: DevelopmentKind, what: String, confirmation: Confirmation, reason: String) -> Verdict {
    Verdict { development: Some(NewDevelopment { kind, what }), confirmation, reason }
}

/// Why the item says nothing of its own.
fn repeats(candidate: &Candidate<'_>, so_far: &StorySoFar) -> Option<String> {
    let own = Print::new(&candidate.item.text);
    let earlier = so_far.recent().find(|earlier| own.is_like(earlier.print()))?;
    let name = &earlier.outlet_name;
    Some(match candidate.copy_of {
        // The credit alone does not make a copy: an earlier item of that wire may be another text.
        Some(origin) if origin != earlier.outlet => format!("a copy of {origin}, as in {name}"),
        _ => format!("the text of {name}"),
    })
}

#[cfg(test)]
mod tests;
