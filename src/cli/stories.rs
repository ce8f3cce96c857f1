//! `stories` and `story ID`: the list, and the dossier of one.

use jiff::SignedDuration;
use serde::Serialize;

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use super::{open, present};
use crate::clock::Clock;
use crate::decide::{copies, digest};
use crate::domain::story::StoryItem;
use crate::domain::{QuoteKind, Stance, StoryBrief, StoryId};
use crate::store::StoryRow;
use crate::text::fold::fold;

/// A story as `stories --json` shows it.
#[derive(Serialize)]
struct Line<'a> {
    id: i64,
    title: &'a str,
    first_at: jiff::Timestamp,
    last_at: jiff::Timestamp,
    confirmation: &'static str,
    n_items: usize,
    n_outlets: usize,
}

pub fn list(arguments: &Arguments, days: u16, limit: usize) -> Result<(), Failure> {
    let (_, store) = open::store(arguments)?;
    let since = Clock::System.now().saturating_sub(SignedDuration::from_hours(24 * i64::from(days)));
    let stories = store.stories_since(since.unwrap_or(jiff::Timestamp::MIN), limit)?;
    for story in &stories {
        if arguments.json { print_json(&line(story)) } else { print(&row(story)) }
    }
    if stories.is_empty() && !arguments.json {
        print(&format!("no story has an item of the last {days} days; --days looks further back\n"));
    }
    Ok(())
}

fn line(story: &StoryRow) -> Line<'_> {
    Line {
        id: story.id.0,
        title: &story.title,
        first_at: story.first_at,
        last_at: story.last_at,
        confirmation: story.confirmation.name(),
        n_items: story.n_items,
        n_outlets: story.n_outlets,
    }
}

fn row(story: &StoryRow) -> String {
    format!(
        "S-{:<5} {}  {}\n        {}, {}, {}\n",
        story.id.0,
        present::moment(story.last_at),
        present::safe(&story.title),
        present::counted(story.n_items, "item", "items"),
        present::counted(story.n_outlets, "outlet", "outlets"),
        story.confirmation.name().replace('_', " "),
    )
}

/// The dossier as `story --json` shows it.
#[derive(Serialize)]
struct Dossier<'a> {
    #[serde(flatten)]
    story: &'a StoryBrief,
    n_independent: usize,
    perspective: String,
    differences: Vec<String>,
}

pub fn one(arguments: &Arguments, id: i64) -> Result<(), Failure> {
    let (config, store) = open::store(arguments)?;
    if store.story(StoryId(id))?.is_none() {
        return Err(Failure::words(format!("there is no story S-{id}; `orbitwire stories` lists them")));
    }
    let story = store.brief(StoryId(id), &config.outlets)?;
    let dossier = Dossier {
        n_independent: copies::n_independent(&story.items),
        perspective: digest::perspective(&story.items),
        differences: digest::differences(&story.items),
        story: &story,
    };
    if arguments.json {
        print_json(&dossier)
    } else {
        print(&words(&dossier))
    }
    Ok(())
}

fn words(dossier: &Dossier<'_>) -> String {
    let story = dossier.story;
    let outlets: std::collections::BTreeSet<&str> = story.items.iter().map(|item| item.outlet.as_str()).collect();
    let mut text = format!(
        "S-{}: {}\n{} to {}, {}, {}, {} independent; {}\n{}\n",
        story.id.0,
        present::safe(&story.title),
        present::moment(story.first_at),
        present::moment(story.last_at),
        present::counted(story.items.len(), "item", "items"),
        present::counted(outlets.len(), "outlet", "outlets"),
        dossier.n_independent,
        story.confirmation.name().replace('_', " "),
        dossier.perspective,
    );
    section(
        &mut text,
        "What happened",
        story.developments.iter().map(|d| format!("{}  {}", present::moment(d.at), present::safe(&d.what))),
    );
    section(&mut text, "Voices for", voices(story, Stance::Welcoming));
    section(&mut text, "Voices against", voices(story, Stance::Critical));
    section(&mut text, "Other voices", voices(story, Stance::Neither));
    section(&mut text, "Differences", dossier.differences.iter().map(|d| present::safe(d)));
    section(&mut text, "Facts", facts(story));
    section(&mut text, "Reports", story.items.iter().map(report));
    text
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        text.push_str(&format!("\n{title}\n"));
        lines.for_each(|line| text.push_str(&format!("  {line}\n")));
    }
}

fn voices(story: &StoryBrief, stance: Stance) -> impl Iterator<Item = String> {
    let mut seen = std::collections::HashSet::new();
    let quotes = story.items.iter().flat_map(|item| item.quotes.iter().map(move |quote| (item, quote)));
    quotes
        .filter(move |(_, quote)| quote.stance == stance && !quote.speaker.is_empty())
        .filter(move |(_, quote)| seen.insert(fold(&quote.text)))
        .map(|(item, quote)| {
            let (text, speaker) = (present::safe(&quote.text), present::safe(&quote.speaker));
            let outlet = present::safe(&item.outlet_name);
            match quote.kind {
                QuoteKind::Direct => format!("{speaker}: “{text}” ({outlet})"),
                QuoteKind::Indirect => format!("{speaker}: {text} ({outlet})"),
            }
        })
}

fn facts(story: &StoryBrief) -> impl Iterator<Item = String> {
    let mut seen = std::collections::HashSet::new();
    let all = story.items.iter().flat_map(|item| item.facts.iter().map(move |fact| (item, fact)));
    all.filter(move |(_, fact)| seen.insert((fact.kind, fact.value.clone()))).map(|(item, fact)| {
        format!("{:<12} {} ({})", fact.kind.name(), present::safe(&fact.text), present::safe(&item.outlet_name))
    })
}

fn report(item: &StoryItem) -> String {
    let copy = item.copy_of.as_deref().map(|of| format!(", text of {}", present::safe(of))).unwrap_or_default();
    let video = if item.has_video { ", with video" } else { "" };
    let link = item.url.as_deref().map(present::safe).unwrap_or_default();
    format!(
        "{}  {} — {}{copy}{video}\n    item {}, {}\n    matched: {}\n    {link}",
        present::moment(item.at),
        present::safe(&item.title),
        present::safe(&item.outlet_name),
        item.id.0,
        present::safe(&item.joined),
        present::safe(&item.matched),
    )
}
