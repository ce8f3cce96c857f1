//! `explain`: why an item was (not) kept, grouped and told.

use serde::Serialize;

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use super::{open, present};
use crate::config::Config;
use crate::decide::identity::{Shape, keys_of};
use crate::decide::relevance::CompiledTopic;
use crate::domain::{Audience, Entry, FeedId, ItemId, WhyQuiet};
use crate::store::{Store, StoredItem, Telling, Told};

/// The whole explanation.
#[derive(Serialize)]
struct Explanation {
    item: i64,
    title: String,
    outlet: String,
    url: Option<String>,
    date: jiff::Timestamp,
    date_reason: String,
    first_seen_at: jiff::Timestamp,
    seen_in: Vec<String>,
    quiet: bool,
    why_quiet: Option<&'static str>,
    muted: bool,
    kept: bool,
    relevance: Vec<String>,
    story: Option<i64>,
    joined: Option<String>,
    verdict: Option<String>,
    developments: Vec<String>,
    told: Vec<String>,
    /// Audiences whose last digest waits to be delivered, so that they get no other.
    held: Vec<String>,
    revisions: Vec<String>,
}

pub fn run(arguments: &Arguments, what: &str) -> Result<(), Failure> {
    let (config, store) = open::store(arguments)?;
    let id = find(&store, what)?;
    let Some(stored) = store.item(id)? else {
        return Err(Failure::words(format!(
            "there is no item {}; `orbitwire search` finds items by their words",
            id.0
        )));
    };
    let explanation = explain(&config, &store, &stored)?;
    if arguments.json {
        print_json(&explanation)
    } else {
        print(&words(&explanation))
    }
    Ok(())
}

pub(super) fn find(store: &Store, what: &str) -> Result<ItemId, Failure> {
    if let Ok(id) = what.parse() {
        return Ok(ItemId(id));
    }
    let entry = Entry { url: Some(what.to_owned()), ..Entry::default() };
    let key = keys_of(&entry, FeedId(0), "", &Shape::default(), false).url;
    let Some(key) = key else {
        return Err(Failure::words(format!("`{what}` is neither an item number nor a link to an article")));
    };
    let known = store.known([key])?;
    known
        .get(&key)
        .map(|hit| hit.item)
        .ok_or_else(|| Failure::words(format!("no item has the link {what}; was its feed polled since?")))
}

fn explain(config: &Config, store: &Store, stored: &StoredItem) -> Result<Explanation, Failure> {
    let item = &stored.item;
    let place = store.item_story(item.id)?;
    let tellings = store.tellings(item.id)?;
    let why_quiet = tellings.iter().find_map(|telling| telling.why_quiet).or(stored.why_quiet());
    let story = place.as_ref().map(|place| store.story(place.story)).transpose()?.flatten();
    let muted = story.is_some_and(|story| story.muted_at.is_some());
    Ok(Explanation {
        item: item.id.0,
        title: present::safe(&item.title),
        outlet: present::safe(&item.outlet_name),
        url: item.url.as_deref().map(present::safe),
        date: item.at,
        date_reason: stored.date_reason.clone(),
        first_seen_at: item.first_seen_at,
        seen_in: seen_in(store, item.id)?,
        quiet: stored.quiet,
        why_quiet: why_quiet.map(WhyQuiet::words),
        muted,
        kept: stored.kept,
        relevance: relevance(config, store, stored)?,
        story: place.as_ref().map(|place| place.story.0),
        joined: place.as_ref().map(|place| place.reason.clone()),
        verdict: place.as_ref().map(|place| place.verdict.clone()),
        developments: tellings
            .iter()
            .map(|t| {
                let what = present::safe(&t.development.what);
                // After an edit of the headline the verdict is that on the new wording.
                let is_said = place.as_ref().is_some_and(|place| place.verdict == t.reason);
                let because = if is_said { String::new() } else { format!("; because: {}", present::safe(&t.reason)) };
                format!("{}: {what}{because}", t.development.kind.name())
            })
            .collect(),
        told: tellings.iter().flat_map(told).collect(),
        held: held(config, store, item.id)?,
        revisions: store
            .revisions(item.id)?
            .iter()
            .map(|(at, title, _)| format!("until {}: {}", present::moment(*at), present::safe(title)))
            .collect(),
    })
}

/// The audiences of the item's topics that hear of nothing at present.
fn held(config: &Config, store: &Store, item: ItemId) -> Result<Vec<String>, Failure> {
    let matches = store.matches(item)?;
    let is_concerned = |audience: &&Audience| matches.iter().any(|found| audience.topics.contains(&found.topic));
    let mut held = Vec::new();
    for audience in config.audiences.iter().filter(is_concerned) {
        if store.undelivered_since(&audience.name)?.is_some() {
            held.push(audience.name.clone());
        }
    }
    Ok(held)
}

fn seen_in(store: &Store, item: ItemId) -> Result<Vec<String>, Failure> {
    let sightings = store.sightings(item)?;
    Ok(sightings
        .iter()
        .map(|(_, name, at, why)| format!("{} since {} ({why})", present::safe(name), present::moment(*at)))
        .collect())
}

/// The stored evidence; for an item that was not kept, the decision made again, with what was missing.
fn relevance(config: &Config, store: &Store, stored: &StoredItem) -> Result<Vec<String>, Failure> {
    let mut said = Vec::new();
    for topic in config.topics.iter() {
        if let Some(relevant) = store.verdict(stored.item.id, &topic.key)? {
            said.push(format!("{}: you said {}, which is final", topic.key, if relevant { "yes" } else { "no" }));
        }
    }
    let matches = store.matches(stored.item.id)?;
    said.extend(matches.iter().map(|m| format!("{}: {}", m.topic, m.line)));
    if !matches.is_empty() {
        return Ok(said);
    }
    if stored.item.title.is_empty() {
        said.push("matched no topic; its text is no longer kept (`[store] keep_text_days`)".to_owned());
        return Ok(said);
    }
    // Only an outlet's own feed speaks for it, as when the item came; an aggregator's does not.
    let seen_in = store.sightings(stored.item.id)?;
    let is_own = |url: &str| config.feeds.iter().any(|feed| feed.url == url && !feed.aggregator);
    let speaks_for = config.outlets.get(&stored.item.outlet).and_then(|outlet| outlet.speaks_for.as_deref());
    let speaks_for = speaks_for.filter(|_| seen_in.iter().any(|(url, ..)| is_own(url)));
    let judged = config.topics.iter().map(|topic| CompiledTopic::compile(topic).judge(&stored.item.text(), speaks_for));
    said.extend(judged.map(|relevance| format!("{}: {}", relevance.topic, relevance.line())));
    Ok(said)
}

fn told(telling: &Telling) -> Vec<String> {
    let one = |told: &Told| {
        let unsent = match told.n_unsent {
            0 => String::new(),
            n => format!(" ({} not handed over, see `orbitwire status`)", present::counted(n, "mail", "mails")),
        };
        format!("{} at {}{unsent}", told.audience, present::moment(told.at))
    };
    telling.told.iter().map(one).collect()
}

fn words(e: &Explanation) -> String {
    let mut text = format!("item {}: {}\n", e.item, e.title);
    let mut line = |name: &str, words: &str| text.push_str(&format!("  {name:<10} {words}\n"));
    line("outlet", &e.outlet);
    line("link", e.url.as_deref().unwrap_or("none"));
    line("date", &format!("{} ({})", present::moment(e.date), e.date_reason));
    for seen in &e.seen_in {
        line("seen in", seen);
    }
    line("kept", if e.kept { "yes" } else { "no" });
    for relevance in &e.relevance {
        line("relevance", relevance);
    }
    match e.story {
        Some(story) => line("story", &format!("S-{story}: {}", e.joined.as_deref().unwrap_or_default())),
        None => line("story", "none, because it matched no topic"),
    }
    if let Some(verdict) = &e.verdict {
        line("verdict", verdict);
    }
    for development in &e.developments {
        line("new", development);
    }
    for revision in &e.revisions {
        line("headline", revision);
    }
    match (e.told.is_empty(), &e.why_quiet, e.developments.is_empty()) {
        (false, ..) => line("told", &e.told.join(", ")),
        (true, Some(why), _) => line("told", &format!("no: {why}")),
        (true, None, true) => line("told", "no: it brings no development"),
        (true, None, false) if e.muted => line("told", "no: its story is muted"),
        (true, None, false) if !e.held.is_empty() => {
            line("told", &format!("not yet; the last mail still waits to be delivered to {}", e.held.join(", ")))
        }
        (true, None, false) => line("told", "not yet"),
    }
    text
}
