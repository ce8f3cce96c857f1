//! The desk at which items are judged: topics, outlets, policies, and the stories that are open.

use std::cell::LazyCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;

use crate::config::Config;
use crate::decide::facts::Lexicon;
use crate::decide::grouping::{GroupingItem, StoryIndex};
use crate::decide::relevance::CompiledTopic;
use crate::domain::topic::TopicWords;
use crate::domain::{EntityHit, ItemText, Outlet, Outlets, Policy, Relevance};
use crate::store::{Store, StoreError};
use crate::text::clean;

/// Topics, compiled when the first item is to be judged: nine polls in ten bring none.
type Topics = Lazy<Vec<CompiledTopic>>;
type Lazy<T> = LazyCell<T, Box<dyn FnOnce() -> T + Send>>;

/// Everything that judging an item needs besides the store.
///
/// The index of open stories is a function of the store's rows. It is made anew whenever another process has written,
/// or after a transaction that did not come to its end.
pub struct Desk {
    /// Topics, ready to match.
    pub topics: Topics,
    /// Publishers.
    pub outlets: Outlets,
    /// Numbers.
    pub policy: Policy,
    /// Whether the text of items that match nothing is kept for a while.
    pub keeps_text: bool,
    /// The words that facts are read by, made when the first is to be read.
    lexicon: Lazy<Lexicon>,
    pub(super) index: StoryIndex,
    indexed_at: Option<(i64, u64)>,
}

impl Desk {
    /// A desk for the topics of a configuration; the index is filled at the first [`Desk::catch_up`].
    pub fn new(config: &Config) -> Self {
        let (topics, same) = (config.topics.clone(), config.topics.clone());
        let compile = move || topics.iter().map(CompiledTopic::compile).collect();
        let lexicon = move || Lexicon::new(same.iter().map(|topic| &topic.words));
        let keeps_text = config.store.keep_text_days > 0;
        Self::over(compile, lexicon, config.outlets.clone(), config.policy.clone(), keeps_text)
    }

    /// A desk for given topics.
    pub fn with_topics(topics: Vec<CompiledTopic>, outlets: Outlets, policy: Policy, keeps_text: bool) -> Self {
        let words: Vec<TopicWords> = topics.iter().map(|topic| topic.topic().words.clone()).collect();
        Self::over(|| topics, move || Lexicon::new(&words), outlets, policy, keeps_text)
    }

    fn over(
        topics: impl FnOnce() -> Vec<CompiledTopic> + Send + 'static,
        lexicon: impl FnOnce() -> Lexicon + Send + 'static,
        outlets: Outlets,
        policy: Policy,
        keeps_text: bool,
    ) -> Self {
        let topics: Topics = LazyCell::new(Box::new(topics));
        let lexicon: Lazy<Lexicon> = LazyCell::new(Box::new(lexicon));
        let index = StoryIndex::new(&policy.grouping);
        Self { topics, outlets, policy, keeps_text, lexicon, index, indexed_at: None }
    }

    /// Brings the index of stories to the state of the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn catch_up(&mut self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        let version = store.version()?;
        let since = now.saturating_sub(self.policy.grouping.reopen).unwrap_or(Timestamp::MIN);
        if self.indexed_at == Some(version) {
            self.index.forget_before(since);
            return Ok(());
        }
        self.index = StoryIndex::new(&self.policy.grouping);
        for known in store.window(since)? {
            let item = &known.item;
            let grouping =
                GroupingItem::new(item.id, item.at, &item.outlet, &item.text(), &known.entities, &self.lexicon);
            self.index.insert(known.story, &grouping);
        }
        self.indexed_at = Some(version);
        Ok(())
    }

    /// The index no longer mirrors the store.
    pub fn forget(&mut self) {
        self.indexed_at = None;
    }

    /// Judges a text for every topic. A text over which a decision panics is judged irrelevant and costs the other
    /// entries of its document nothing.
    pub fn judge(&self, text: &ItemText<'_>, speaks_for: Option<&str>) -> Vec<Relevance> {
        unless_it_panics(text, || self.topics.iter().map(|topic| topic.judge(text, speaks_for)).collect())
    }

    /// Only the verdicts that keep it, which takes a fraction of the time; else as [`Desk::judge`].
    pub fn keeps(&self, text: &ItemText<'_>, speaks_for: Option<&str>) -> Vec<Relevance> {
        unless_it_panics(text, || self.topics.iter().filter_map(|topic| topic.keeps(text, speaks_for)).collect())
    }

    /// The words that facts are read by: those of all news and those of every topic.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The outlet of that key.
    pub fn outlet(&self, key: &str) -> Outlet {
        self.outlets.get_or_unknown(key)
    }
}

fn unless_it_panics(text: &ItemText<'_>, judged: impl Fn() -> Vec<Relevance>) -> Vec<Relevance> {
    catch_unwind(AssertUnwindSafe(judged)).unwrap_or_else(|_| {
        tracing::error!(title = %clean::line(text.title, 200), "relevance failed on this text; it is left out");
        Vec::new()
    })
}

/// Mentions over all topics that an item matched, each once, in the order of the text.
pub fn entities(relevances: &[Relevance]) -> Vec<EntityHit> {
    let mut all: Vec<EntityHit> = relevances.iter().flat_map(|r| r.entities.iter().cloned()).collect();
    all.sort_by(|a, b| (a.field, a.start, a.end, &a.entity).cmp(&(b.field, b.start, b.end, &b.entity)));
    all.dedup();
    all
}
