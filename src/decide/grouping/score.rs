//! How near two items are.

use super::guard::{self, Happening};
use super::item::{STANDING_SHARE, Terms};
use super::rarity::Rarity;
use super::term::TermList;

/// Numbers of the comparison, found on labelled stories.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights {
    /// Share of the headline; the rest is headline and lead together.
    pub(super) title: f64,
    /// The score falls to 1/e in this many hours.
    pub(super) decay_hours: f64,
    /// Headline and lead alone count this much where the headlines say little.
    pub(super) whole_alone: f64,
    /// Factor when one speaks of what is to come and the other of what was, of a subject of the topic.
    pub(super) other_mood: f64,
    /// Factor when the headlines share an act.
    pub(super) same_act: f64,
    /// Factor between languages when the headlines share no act: names alone meet in too many stories.
    pub(super) unknown_across: f64,
    /// Factor when the headlines name different acts.
    pub(super) other_act: f64,
    /// Factor when the headlines name different phases.
    pub(super) other_phase: f64,
    /// Factor when each headline names a vehicle, mission or place that the other has nowhere.
    pub(super) other_thing: f64,
    /// Factor for a second piece of one outlet: it more often reports another happening than the same again.
    pub(super) same_outlet: f64,
    /// Share of the nearest member in the score of a story; the rest is the mean of its members.
    pub(super) nearest: f64,
    /// Threshold inside one language.
    pub(super) join: f64,
    /// The same where the two share none of the topic's own subjects: what else they share is seldom chance.
    pub(super) join_apart: f64,
    /// Threshold across languages, where only names, numbers and acts are compared.
    pub(super) join_across: f64,
    /// Factor on the threshold after the window has closed.
    pub(super) reopen: f64,
    /// Factor on the threshold for an item that tells of several happenings.
    pub(super) roundup: f64,
    /// Share of what the shorter of two texts says that both must say, or they count as less near: a few common words
    /// are alike by chance, however large their share of two short headlines.
    pub(super) evidence: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            title: 0.5,
            decay_hours: 60.0,
            whole_alone: 0.9,
            other_mood: 0.6,
            same_act: 1.4,
            unknown_across: 0.7,
            other_act: 0.8,
            other_phase: 0.3,
            other_thing: 0.45,
            same_outlet: 0.7,
            nearest: 0.4,
            join: 0.13,
            join_apart: 0.10,
            join_across: 0.17,
            reopen: 2.0,
            roundup: 1.5,
            evidence: 0.13,
        }
    }
}

impl Weights {
    /// Threshold for two items inside the window.
    pub(super) fn join_of(&self, a: &Terms, b: &Terms) -> f64 {
        if a.lang != b.lang {
            self.join_across
        } else if share_standing_subject(a, b) {
            self.join
        } else {
            self.join_apart
        }
    }
}

/// An item whose terms are weighed: what is compared with many is weighed once.
pub(super) struct Weighed<'a> {
    pub(super) terms: &'a Terms,
    /// Weight of each term of title, whole and bridge, in their order.
    lists: [Vec<f64>; 3],
    lengths: Lengths,
}

/// Lengths of title, whole and bridge as vectors, and all that the whole says. A member keeps those of the day it
/// came: rarities drift slowly.
pub(super) type Lengths = [f64; 4];

impl<'a> Weighed<'a> {
    pub(super) fn new(terms: &'a Terms, rarity: &Rarity) -> Self {
        let lists = [&terms.title, &terms.whole, &terms.bridge]
            .map(|list| list.iter().map(|t| f64::from(t.weight) * rarity.weight(t.key, t.share)).collect::<Vec<f64>>());
        let length = |list: &Vec<f64>| list.iter().map(|w| w * w).sum::<f64>().sqrt();
        let [title, whole, bridge] = &lists;
        let said = terms.whole.iter().zip(whole).map(|(term, weight)| weight / f64::from(term.weight)).sum();
        let lengths = [length(title), length(whole), length(bridge), said];
        Self { terms, lists, lengths }
    }

    pub(super) fn lengths(&self) -> Lengths {
        self.lengths
    }

    /// How much of what is needed both say, 0 to 1; `said` is all that the other says.
    fn evidence(&self, shared: f64, said: f64, share: f64) -> f64 {
        (shared / (share * said.min(self.lengths[3])).max(f64::MIN_POSITIVE)).min(1.0)
    }

    /// Key and weight of every term, title's again with the whole's.
    pub(super) fn weights(&self) -> impl Iterator<Item = (f64, u64)> {
        let [_, whole, bridge] = &self.lists;
        let terms = self.terms.whole.iter().zip(whole).chain(self.terms.bridge.iter().zip(bridge));
        terms.map(|(term, weight)| (weight / f64::from(term.weight), term.key))
    }
}

/// Nearness of an item and one already placed, 0 to about 1, faded by the time between them.
pub(super) fn nearness(item: &Weighed<'_>, b: &Terms, lengths: &Lengths, weights: &Weights) -> f64 {
    let a = item.terms;
    if guard::numbers_differ(a, b) {
        return 0.0;
    }
    let [title, whole, bridge] = &item.lists;
    let likeness = if a.lang == b.lang {
        let said = Common::of(&a.whole, whole, &b.whole);
        if !(said.n > 1 || said.n == 1 && share_name(a, b)) {
            return 0.0;
        }
        let whole = said.cosine(item.lengths[1] * lengths[1]);
        let title = Common::of(&a.title, title, &b.title).cosine(item.lengths[0] * lengths[0]);
        (weights.title * title + (1.0 - weights.title) * whole).max(whole * weights.whole_alone)
            * item.evidence(said.sum, lengths[3], weights.evidence)
    } else if meets(&a.bridge, &b.bridge) {
        Common::of(&a.bridge, bridge, &b.bridge).cosine(item.lengths[2] * lengths[2])
    } else {
        0.0
    };
    if likeness == 0.0 {
        return 0.0;
    }
    let hours = (a.at.duration_since(b.at).as_secs_f64() / 3600.0).abs();
    // What is to come and what was are two steps of one undertaking, where the two have a subject of the topic in common.
    // Between languages the words of announcement correspond too loosely to count.
    let other_mood = a.is_ahead != b.is_ahead && a.lang == b.lang && share_standing_subject(a, b);
    let mood = if other_mood { weights.other_mood } else { 1.0 };
    let act = match guard::happening(a, b) {
        Happening::Same => weights.same_act,
        Happening::Unknown if a.lang != b.lang => weights.unknown_across,
        Happening::Unknown => 1.0,
        Happening::OtherAct => weights.other_act,
        Happening::OtherPhase => weights.other_phase,
    };
    let outlet = if a.outlet == b.outlet { weights.same_outlet } else { 1.0 };
    let thing = if guard::things_differ(a, b) { weights.other_thing } else { 1.0 };
    likeness * thing * (-hours / weights.decay_hours).exp() * act * outlet * mood
}

/// One word in common is chance, however rare, where a headline has only three; a name in both headlines is not.
fn share_name(a: &Terms, b: &Terms) -> bool {
    a.title.shared(&b.title).chain(b.title.shared(&a.title)).filter(|term| term.is_name()).count() == 2
}

/// Whether two items of a topic share one of the subjects that it always has.
fn share_standing_subject(a: &Terms, b: &Terms) -> bool {
    a.whole.shared(&b.whole).any(|term| term.share == STANDING_SHARE)
}

/// Between languages the subjects that the topic always has are no happening, however many are shared: something
/// else must be, an act at least, or with two things in all one that is seldom.
fn meets(a: &TermList, b: &TermList) -> bool {
    let (n, least) = a.shared(b).fold((0, f32::INFINITY), |(n, least), term| (n + 1, least.min(term.share)));
    match n {
        0 | 1 => false,
        2 => least == 0.0,
        _ => least < STANDING_SHARE,
    }
}

/// What two lists of terms have in common: most of a comparison is this.
#[derive(Clone, Copy, Debug, Default)]
struct Common {
    n: usize,
    /// Sum of the weights, each as of one occurrence.
    sum: f64,
    /// Sum of their products; a term weighs the same on both sides but for how often it comes.
    dot: f64,
}

impl Common {
    fn of(a: &TermList, weighed: &[f64], b: &TermList) -> Self {
        let mut common = Self::default();
        for (at, there) in a.common(b) {
            let (Some(x), Some(weight), Some(y)) = (a.get(at), weighed.get(at), b.get(there)) else { continue };
            common.n += 1;
            common.sum += weight / f64::from(x.weight);
            common.dot += weight * weight * f64::from(y.weight / x.weight);
        }
        common
    }

    fn cosine(&self, lengths: f64) -> f64 {
        if self.dot == 0.0 || lengths == 0.0 { 0.0 } else { (self.dot / lengths).min(1.0) }
    }
}
