//! `stories`: the list.

use jiff::SignedDuration;
use serde::Serialize;

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use super::{open, present};
use crate::clock::Clock;
use crate::store::StoryRow;

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
    muted_at: Option<jiff::Timestamp>,
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
        muted_at: story.muted_at,
    }
}

fn row(story: &StoryRow) -> String {
    format!(
        "S-{:<5} {}  {}\n        {}, {}, {}{}\n",
        story.id.0,
        present::moment(story.last_at),
        present::safe(&story.title),
        present::counted(story.n_items, "item", "items"),
        present::counted(story.n_outlets, "outlet", "outlets"),
        story.confirmation.name().replace('_', " "),
        if story.muted_at.is_some() { ", muted" } else { "" },
    )
}
