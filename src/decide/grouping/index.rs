//! The index of the stories inside the window: places an item, takes it in, forgets the old.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::item::{GroupingItem, Terms};
use super::rarity::{ByKey, Rarity};
use super::score::{Lengths, Weighed, Weights, nearness};
use super::term::{Term, TermList};
use crate::domain::policy::GroupingPolicy;
use crate::domain::story::StoryId;

/// Newest items looked up for one term: a term that more items share tells none of them apart.
const POSTINGS_MAX: usize = 128;
/// Items looked up in all, the rarest terms first, so that the cost does not grow with the stories.
const LOOKUPS_MAX: usize = 1500;
/// Items compared exactly, the most promising.
const COMPARED_MAX: usize = 32;
/// Newest members of a story that an item is compared with.
const MEMBERS_MAX: usize = 12;
/// Stories named besides the one that an item joins.
const ALSO_MAX: usize = 3;
/// Shared words named in a reason.
const SHARED_MAX: usize = 4;

/// Where an item belongs, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placement {
    /// The story it joins; `None` opens a new one.
    pub story: Option<StoryId>,
    /// Score of the best story, 0 to 1.
    pub score: f64,
    /// The decision in words.
    pub reason: String,
    /// The words it shares with that story, the telling ones first.
    pub shared: Vec<String>,
    /// Other stories that it would have joined, the nearest first.
    pub also: Vec<StoryId>,
}

/// All items inside the window, by term and by story.
#[derive(Clone, Debug)]
pub struct StoryIndex {
    policy: GroupingPolicy,
    weights: Weights,
    rarity: Rarity,
    next: u64,
    entries: HashMap<u64, Member, ByKey>,
    by_term: HashMap<u64, Vec<u64>, ByKey>,
    by_story: HashMap<StoryId, Vec<u64>, ByKey>,
    n_dead: usize,
    /// No item is older, so that asking for what is to be forgotten costs nothing most of the time.
    oldest_at: Timestamp,
}

/// An item in its story.
#[derive(Clone, Debug)]
struct Member {
    story: StoryId,
    item: GroupingItem,
    lengths: Lengths,
}

struct Best {
    story: StoryId,
    score: f64,
    threshold: f64,
    nearest: GroupingItem,
}

impl Best {
    fn margin(&self) -> f64 {
        self.score / self.threshold
    }

    fn joins(&self) -> bool {
        self.score >= self.threshold
    }
}

impl StoryIndex {
    /// An empty index.
    pub fn new(policy: &GroupingPolicy) -> Self {
        Self::with_weights(policy, Weights::default())
    }

    pub(super) fn with_weights(policy: &GroupingPolicy, weights: Weights) -> Self {
        Self {
            policy: policy.clone(),
            weights,
            rarity: Rarity::default(),
            next: 0,
            entries: HashMap::default(),
            by_term: HashMap::default(),
            by_story: HashMap::default(),
            n_dead: 0,
            oldest_at: Timestamp::MAX,
        }
    }

    /// The story that an item belongs to. Changes nothing; ties go to the older story.
    pub fn place(&self, item: &GroupingItem) -> Placement {
        let weighed = Weighed::new(&item.inner, &self.rarity);
        let candidates = self.candidates(&weighed);
        let mut found: Vec<Best> = candidates.into_iter().filter_map(|story| self.compare(story, &weighed)).collect();
        found.sort_by(|a, b| b.margin().total_cmp(&a.margin()).then(a.story.cmp(&b.story)));
        match found.split_first() {
            Some((best, others)) => {
                let also = others.iter().filter(|other| best.joins() && other.joins()).map(|other| other.story);
                Placement { also: also.take(ALSO_MAX).collect(), ..self.explain(best, &item.inner) }
            }
            None => Placement { reason: "no story shares a telling word".to_owned(), ..Placement::default() },
        }
    }

    /// Takes the item into a story and learns its words.
    pub fn insert(&mut self, story: StoryId, item: &GroupingItem) {
        let terms = &item.inner;
        let only_bridge = |term: &&Term| !terms.whole.has(term.key);
        let all = || terms.whole.iter().chain(terms.bridge.iter().filter(only_bridge)).map(|term| term.key);
        self.rarity.learn(all());
        for key in all() {
            self.by_term.entry(key).or_default().push(self.next);
        }
        self.by_story.entry(story).or_default().push(self.next);
        self.oldest_at = self.oldest_at.min(terms.at);
        let lengths = Weighed::new(terms, &self.rarity).lengths();
        self.entries.insert(self.next, Member { story, item: item.clone(), lengths });
        self.next += 1;
    }

    /// Drops the items dated before `at`; what was learnt about words stays.
    pub fn forget_before(&mut self, at: Timestamp) {
        if at <= self.oldest_at {
            return;
        }
        let before = self.entries.len();
        self.entries.retain(|_, member| member.item.inner.at >= at);
        self.oldest_at = self.entries.values().map(|member| member.item.inner.at).min().unwrap_or(Timestamp::MAX);
        self.n_dead += before - self.entries.len();
        // Rebuilding costs as much as the index is large, so it waits until half of it is dead.
        if self.n_dead > self.entries.len() {
            let alive = &self.entries;
            self.by_term.values_mut().for_each(|posted| posted.retain(|entry| alive.contains_key(entry)));
            self.by_term.retain(|_, posted| !posted.is_empty());
            self.by_story.values_mut().for_each(|posted| posted.retain(|entry| alive.contains_key(entry)));
            self.by_story.retain(|_, posted| !posted.is_empty());
            self.n_dead = 0;
        }
    }

    /// Stories with a member that shares telling words, the most promising first.
    fn candidates(&self, item: &Weighed<'_>) -> Vec<StoryId> {
        let mut terms: Vec<(f64, u64)> = item.weights().collect();
        terms.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        terms.dedup_by_key(|t| t.1);
        let mut promise: HashMap<u64, f64, ByKey> = HashMap::with_capacity_and_hasher(LOOKUPS_MAX, ByKey::default());
        let mut n_lookups = 0;
        for (weight, key) in terms {
            let Some(posted) = self.by_term.get(&key) else { continue };
            for entry in posted.iter().rev().take(POSTINGS_MAX) {
                *promise.entry(*entry).or_default() += weight * weight;
                n_lookups += 1;
            }
            if n_lookups > LOOKUPS_MAX {
                break;
            }
        }
        let mut ranked: Vec<(f64, u64)> = promise.into_iter().map(|(entry, promise)| (promise, entry)).collect();
        let better = |a: &(f64, u64), b: &(f64, u64)| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1));
        if ranked.len() > COMPARED_MAX {
            ranked.select_nth_unstable_by(COMPARED_MAX, better);
            ranked.truncate(COMPARED_MAX);
        }
        ranked.sort_by(better);
        let mut stories = Vec::new();
        for (_, entry) in ranked {
            if let Some(member) = self.entries.get(&entry).filter(|member| !stories.contains(&member.story)) {
                stories.push(member.story);
            }
        }
        stories
    }

    fn compare(&self, story: StoryId, item: &Weighed<'_>) -> Option<Best> {
        let members: Vec<&Member> = self
            .by_story
            .get(&story)?
            .iter()
            .rev()
            .filter_map(|entry| self.entries.get(entry))
            // What tells of several happenings would draw the reports of each into one story.
            .filter(|member| !member.item.inner.is_roundup)
            .take(MEMBERS_MAX)
            .collect();
        let latest = members.iter().map(|m| m.item.inner.at).max()?;
        let age = item.terms.at.duration_since(latest).max(SignedDuration::ZERO);
        if age > self.policy.reopen {
            return None;
        }
        let nearness = |m: &&Member| nearness(item, &m.item.inner, &m.lengths, &self.weights);
        let scores: Vec<f64> = members.iter().map(nearness).collect();
        let (at, nearest) = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        let member = *members.get(at)?;
        #[expect(clippy::cast_precision_loss, reason = "at most MEMBERS_MAX")]
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        let join_roundup = if item.terms.is_roundup { self.weights.roundup } else { 1.0 };
        let join = self.weights.join_of(item.terms, &member.item.inner);
        let reopen = if age > self.policy.window { self.weights.reopen } else { 1.0 };
        Some(Best {
            story,
            score: self.weights.nearest * nearest + (1.0 - self.weights.nearest) * mean,
            threshold: join * reopen * join_roundup,
            nearest: member.item.clone(),
        })
    }

    fn explain(&self, best: &Best, item: &Terms) -> Placement {
        let near = &best.nearest.inner;
        let shared = if near.lang == item.lang {
            self.shared(&item.whole, &near.whole)
        } else {
            self.shared(&item.bridge, &near.bridge)
        };
        let hours = item.at.duration_since(near.at).as_hours().abs();
        let reason = if best.joins() {
            let words = if shared.is_empty() { "its words".to_owned() } else { shared.join(", ") };
            let StoryId(id) = best.story;
            format!("S-{id} by shared {words}; {:.2} ≥ {:.2}, {hours} h apart", best.score, best.threshold)
        } else {
            let StoryId(id) = best.story;
            format!("no story near enough: best S-{id} {:.2} < {:.2}", best.score, best.threshold)
        };
        Placement { story: best.joins().then_some(best.story), score: best.score, reason, shared, also: Vec::new() }
    }

    fn shared(&self, a: &TermList, b: &TermList) -> Vec<String> {
        let weighed = a.shared(b).map(|t| (self.rarity.weight(t.key, t.share), t));
        let mut shared: Vec<(f64, &Term)> = weighed.collect();
        shared.sort_by(|x, y| y.0.total_cmp(&x.0).then_with(|| x.1.label.cmp(&y.1.label)));
        shared.iter().take(SHARED_MAX).map(|(_, t)| t.label.to_string()).collect()
    }
}
