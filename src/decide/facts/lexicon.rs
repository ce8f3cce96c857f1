//! The words that facts are read by: those of all news, and beside them those of a desk's topics.

use std::collections::HashSet;

use foldhash::fast::FixedState;

use super::{acts, names, numbers};
use crate::domain::topic::TopicWords;

/// The words that facts are read by. Made once for a desk, whose topics share them: an item may concern several.
#[derive(Debug)]
pub struct Lexicon {
    pub(super) acts: acts::Phrases,
    pub(super) trades: HashSet<String, FixedState>,
    pub(super) counted: numbers::Counted,
}

impl Lexicon {
    /// The words of all news, and those of the topics.
    pub fn new<'a>(topics: impl IntoIterator<Item = &'a TopicWords>) -> Self {
        let topics: Vec<&TopicWords> = topics.into_iter().collect();
        Self {
            acts: acts::phrases(topics.iter().flat_map(|topic| &topic.acts)),
            trades: names::trades(topics.iter().flat_map(|topic| &topic.trades)),
            counted: numbers::Counted::new(topics.iter().flat_map(|topic| &topic.counted)),
        }
    }
}

#[cfg(test)]
impl Lexicon {
    /// The words of all news alone.
    pub(crate) fn general() -> &'static Self {
        static GENERAL: std::sync::LazyLock<Lexicon> = std::sync::LazyLock::new(|| Lexicon::new([]));
        &GENERAL
    }
}
