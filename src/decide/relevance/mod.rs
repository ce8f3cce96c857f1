//! Relevance: whether an item concerns a topic, decided by a score whose every part can be shown.
//!
//! A topic names facets (the sides an item must touch), entities with all their forms, and rules (what mentions mean
//! together). The best mention of each facet counts, times the weight of its place; rules add to it, or take away.
//! An item is kept when the sum reaches the threshold and no facet is untouched. Nothing here knows any topic.

mod beginnings;
mod capitals;
#[cfg(test)]
pub(crate) mod fixtures;
pub mod learn;
mod line;
mod memo;
mod mention;
mod reach;
mod rules;
mod token;
mod trie;
mod verdict;

use std::collections::HashMap;

use crate::domain::{EntityHit, EntityKind, ItemText, Relevance, Topic};

use rules::CompiledRules;
use token::Vocabulary;
use trie::Trie;

/// A topic made ready for judging: compiled once, used for every item.
#[derive(Clone, Debug)]
pub struct CompiledTopic {
    topic: Topic,
    vocabulary: Vocabulary,
    trie: Trie,
    rules: CompiledRules,
    /// Per entity: facet (by index) and weight.
    feeds: Vec<Vec<(usize, f64)>>,
    /// Per entity: the facets that it feeds, one [`reach::bit`] each.
    touches: Vec<u64>,
    /// Per facet: the weight of the entity that feeds it most.
    heaviest: Vec<f64>,
    learned: HashMap<String, f64>,
}

impl CompiledTopic {
    /// Compiles `topic`; names in it that lead nowhere are without effect (its reader has said so).
    pub fn compile(topic: &Topic) -> Self {
        let (mut vocabulary, mut trie) = (Vocabulary::default(), Trie::default());
        for (i, entity) in topic.entities.iter().enumerate() {
            for form in &entity.forms {
                trie.add(form, i, entity.kind == EntityKind::Person, &mut vocabulary);
            }
        }
        trie.finish();
        let facet = |key: &String| topic.facets.iter().position(|facet| facet.key == *key);
        let feeds = topic
            .entities
            .iter()
            .map(|entity| entity.feeds.iter().filter_map(|(key, weight)| facet(key).map(|at| (at, *weight))).collect());
        let feeds: Vec<Vec<(usize, f64)>> = feeds.collect();
        let touches = feeds.iter().map(|of| of.iter().fold(0, |bits, (facet, _)| bits | reach::bit(*facet))).collect();
        let mut heaviest = vec![0.0f64; topic.facets.len()];
        feeds.iter().flatten().for_each(|(facet, weight)| heaviest[*facet] = heaviest[*facet].max(*weight));
        let learned = topic.learned.iter().cloned().collect();
        let rules = CompiledRules::compile(topic);
        Self { vocabulary, trie, rules, feeds, touches, heaviest, learned, topic: topic.clone() }
    }

    /// The topic this was made of.
    pub fn topic(&self) -> &Topic {
        &self.topic
    }

    /// Number of different words that the topic knows.
    pub fn n_words(&self) -> usize {
        self.vocabulary.len()
    }

    /// The verdict of [`CompiledTopic::judge`] when it is to keep the item. Most items are not, and most of those need
    /// no look at their further text, which is nine tenths of it.
    pub fn keeps(&self, text: &ItemText<'_>, speaks_for: Option<&str>) -> Option<Relevance> {
        let speaker = verdict::speaker(self, speaks_for);
        let mut mentions = mention::in_head(self, text);
        if !reach::may_be_whole(self, text, &mentions, speaker) {
            return None;
        }
        mention::number_sentences(text, &mut mentions);
        if self.learned.is_empty() && !reach::may_reach(self, text, &mentions, speaker) {
            return None;
        }
        Some(self.judge(text, speaks_for)).filter(|relevance| relevance.relevant)
    }

    /// Decides. `speaks_for` is the id of the entity whose own feed the item came in, if it is anybody's.
    ///
    /// Looks at the first 16 KiB of each text, so the time is bounded whatever a feed sends.
    pub fn judge(&self, text: &ItemText<'_>, speaks_for: Option<&str>) -> Relevance {
        let (mut relevance, is_whole) = self.judge_by_rules(text, speaks_for);
        if !self.learned.is_empty() {
            learn::correct(&mut relevance, text, &self.learned, is_whole);
            verdict::settle(&mut relevance, is_whole);
        }
        relevance
    }

    /// The verdict before anything learned, and whether every facet is touched.
    fn judge_by_rules(&self, text: &ItemText<'_>, speaks_for: Option<&str>) -> (Relevance, bool) {
        let mentions = mention::mentions(self, text);
        let (mut relevance, is_whole) = verdict::verdict(self, text, &mentions, speaks_for);
        relevance.entities = mentions.iter().map(|m| mention::hit(self, text, m)).collect();
        (relevance, is_whole)
    }

    /// The mentions of the topic's entities, without a verdict.
    pub fn entities(&self, text: &ItemText<'_>) -> Vec<EntityHit> {
        mention::mentions(self, text).iter().map(|m| mention::hit(self, text, m)).collect()
    }
}
