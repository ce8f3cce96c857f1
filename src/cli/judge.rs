//! `judge`: JSON Lines of entries through the same decisions, over an empty store.

use std::collections::HashMap;
use std::io::BufRead;

use jiff::Timestamp;
use serde::Serialize;

use super::args::Arguments;
use super::jsonl::Row;
use super::output::{Failure, complain, print_json};
use super::{open, present};
use crate::decide::relevance::CompiledTopic;
use crate::domain::feed::FeedSpec;
use crate::domain::{Entry, Fact, Feed, FeedId, ItemId, Lang, Outlets, Policy, Quote, Relevance, StoryId};
use crate::pipeline::Desk;
use crate::pipeline::ingest::{Given, ingest_one};
use crate::store::{Store, StoreError};
use crate::text::{clean, lang};

/// What was decided for one row.
#[derive(Debug, Default, Serialize)]
pub struct Verdict {
    /// The row's own id.
    pub id: serde_json::Value,
    /// Kept or not.
    pub relevant: bool,
    /// Score of the topic.
    pub score: f64,
    /// Why, stage by stage.
    pub reasons: Vec<String>,
    /// Item it became or is.
    pub item: i64,
    /// Story, when kept.
    pub story: Option<i64>,
    /// Whether it is a development.
    pub development: bool,
    /// What is new.
    pub new: Option<String>,
    /// Facts.
    pub facts: Vec<Fact>,
    /// Quotes.
    pub quotes: Vec<Quote>,
}

impl Verdict {
    /// Why, at one stage: `identity`, `relevance`, `story` or `novelty`; empty when it did not come to that.
    pub fn reason(&self, stage: &str) -> &str {
        let of_stage = |reason: &'_ String| reason.strip_prefix(stage).is_some_and(|rest| rest.starts_with(": "));
        let reason = self.reasons.iter().find(|reason| of_stage(reason));
        reason.and_then(|reason| reason.get(stage.len() + 2..)).unwrap_or_default()
    }
}

/// How rows are judged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Every row is relevant.
    pub assume_relevant: bool,
    /// The row's `story` is taken as given.
    pub given_stories: bool,
}

/// Judges the rows of standard input and prints a verdict for each, in the same order; one without a date arrives with
/// the one before it. A line that is no row is told
/// on standard error and answered by a verdict without an id, so that the lines still correspond.
///
/// # Errors
/// When there is no such topic, standard input cannot be read, or a line was no row.
pub fn run(
    arguments: &Arguments,
    topic: Option<&str>,
    assume_relevant: bool,
    given_stories: bool,
) -> Result<(), Failure> {
    let config = open::config(arguments)?;
    let chosen = match topic {
        None => config.topics.first(),
        Some(key) => config.topics.iter().find(|t| t.key == key),
    };
    let Some(chosen) = chosen else {
        let known: Vec<&str> = config.topics.iter().map(|t| t.key.as_str()).collect();
        return Err(Failure::words(format!(
            "no topic `{}`; there are: {}",
            topic.unwrap_or_default(),
            known.join(", ")
        )));
    };
    let mut bench = Bench::new(
        vec![CompiledTopic::compile(chosen)],
        config.outlets.clone(),
        config.policy.clone(),
        Options { assume_relevant, given_stories },
    )?;
    let mut n_bad = 0;
    for (number, line) in std::io::stdin().lock().split(b'\n').enumerate() {
        let line = line.map_err(|error| Failure::words(format!("failed to read standard input: {error}")))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        match row_of(&line) {
            Ok(row) => {
                if let Some(date) = row.date.as_deref().filter(|_| row.at().is_none()) {
                    let words = format!("line {}: the date `{date}` is none, now is taken instead", number + 1);
                    complain(&format!("orbitwire: standard input, {}\n", present::safe(&words)));
                }
                print_json(&bench.judge(&row, row.at().unwrap_or(bench.now))?);
            }
            Err(error) => {
                n_bad += 1;
                let words = format!("line {} is no row: {error}", number + 1);
                complain(&format!("orbitwire: standard input, {words}\n"));
                print_json(&Verdict { reasons: vec![words], ..Verdict::default() });
            }
        }
    }
    if n_bad == 0 { Ok(()) } else { Err(Failure::Said) }
}

/// The row on a line, or in words why there is none.
fn row_of(line: &[u8]) -> Result<Row, String> {
    let text = std::str::from_utf8(line).map_err(|error| error.to_string())?;
    Row::parse(text).map_err(|error| error.to_string())
}

/// An empty store with a desk before it, to judge rows one after another.
pub struct Bench {
    store: Store,
    desk: Desk,
    options: Options,
    now: Timestamp,
    feeds: HashMap<String, FeedId>,
    stories: HashMap<String, StoryId>,
}

impl Bench {
    /// Sets up the store in memory.
    ///
    /// # Errors
    /// When SQLite cannot be set up.
    pub fn new(
        topics: Vec<CompiledTopic>,
        outlets: Outlets,
        policy: Policy,
        options: Options,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            store: Store::in_memory()?,
            desk: Desk::with_topics(topics, outlets, policy, true),
            options,
            now: Timestamp::UNIX_EPOCH,
            feeds: HashMap::new(),
            stories: HashMap::new(),
        })
    }

    /// Judges a row that arrives at `now`.
    ///
    /// # Errors
    /// When the store in memory fails.
    pub fn judge(&mut self, row: &Row, now: Timestamp) -> Result<Verdict, StoreError> {
        self.now = now;
        let outlet = self.outlet_of(row);
        let feed = self.feed_of(&outlet)?;
        let label = row.story.clone().filter(|_| self.options.given_stories);
        let given = Given {
            relevant: self.options.assume_relevant,
            story: label.as_ref().map(|label| self.stories.get(label).copied()),
        };
        let (store, desk) = (&mut self.store, &mut self.desk);
        let entry = entry_of(row, now);
        let (item, relevance, is_new) = store.transaction(|store| {
            desk.catch_up(store, now)?;
            ingest_one(store, desk, &feed, &entry, given, now)
        })?;
        let verdict = self.verdict(row, item, relevance.as_ref(), is_new)?;
        if let (Some(label), Some(story)) = (label, verdict.story) {
            self.stories.entry(label).or_insert(StoryId(story));
        }
        Ok(verdict)
    }

    fn verdict(
        &self,
        row: &Row,
        item: ItemId,
        relevance: Option<&Relevance>,
        is_new: bool,
    ) -> Result<Verdict, StoreError> {
        let place = self.store.item_story(item)?;
        let development = self.store.tellings(item)?.pop().filter(|_| is_new).map(|telling| telling.development);
        let sightings = self.store.sightings(item)?;
        let mut reasons: Vec<String> =
            sightings.last().map(|(_, _, _, why)| format!("identity: {why}")).into_iter().collect();
        reasons.extend(relevance.map(|relevance| format!("relevance: {}", relevance.line())));
        if let Some(place) = &place {
            reasons.push(format!("story: {}", place.reason));
            reasons.push(format!("novelty: {}", place.verdict));
        }
        Ok(Verdict {
            id: row.id.clone(),
            relevant: relevance.is_some_and(|relevance| relevance.relevant),
            score: relevance.map_or(0.0, |relevance| relevance.score),
            reasons,
            item: item.0,
            story: place.map(|place| place.story.0),
            development: development.is_some(),
            new: development.map(|development| development.what),
            facts: self.store.facts(item)?,
            quotes: self.store.quotes(item)?,
        })
    }

    /// The outlet by the publisher's name or host as the row writes it, or one of that name.
    fn outlet_of(&self, row: &Row) -> String {
        let name = row.publisher.as_deref().unwrap_or("unknown");
        let host = row.url.as_deref().and_then(crate::text::url::host);
        let known = self.desk.outlets.by_name(name).or_else(|| self.desk.outlets.by_host(name));
        let known = known.or_else(|| host.as_deref().and_then(|host| self.desk.outlets.by_host(host)));
        known.map_or_else(|| name.to_owned(), |outlet| outlet.key.clone())
    }

    /// Each outlet has a feed of its own whose baseline lies behind.
    fn feed_of(&mut self, outlet: &str) -> Result<Feed, StoreError> {
        if let Some(id) = self.feeds.get(outlet) {
            return self.baseline_done(*id);
        }
        let url = format!("judge:{outlet}");
        let specs: Vec<FeedSpec> = self.feeds.keys().map(String::as_str).chain([outlet]).map(spec).collect();
        self.store.sync_feeds(&specs)?;
        let id = self.store.feeds()?.into_iter().find(|feed| feed.url == url).map(|feed| feed.id);
        let id = id.ok_or_else(|| StoreError::Value(format!("no feed {url}")))?;
        self.feeds.insert(outlet.to_owned(), id);
        self.baseline_done(id)
    }

    fn baseline_done(&self, id: FeedId) -> Result<Feed, StoreError> {
        let mut feed = self.store.feed(id)?;
        feed.health.baseline_done = true;
        feed.health.ok_at = Some(self.now);
        Ok(feed)
    }
}

fn spec(outlet: &str) -> FeedSpec {
    FeedSpec::new(&format!("judge:{outlet}"), outlet, outlet)
}

fn entry_of(row: &Row, now: Timestamp) -> Entry {
    let mut entry = Entry {
        guid: Some(row.name()),
        url: row.url.clone(),
        title: clean::line(&row.title, 500),
        summary: row.summary.as_deref().map(|text| clean::block(text, 4_000)),
        content_text: row.content.as_deref().map(|text| clean::block(text, 50_000)),
        published: Some(now),
        ..Entry::default()
    };
    let hint = row.lang.as_deref().map(Lang::from_tag);
    entry.language = Some(lang::of_report(&entry.title, entry.summary.as_deref().unwrap_or_default(), hint));
    entry
}
