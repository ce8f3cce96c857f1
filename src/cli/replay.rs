//! `replay`: what another configuration would have kept, told and grouped.

use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use super::{open, present};
use crate::clock::Clock;
use crate::config;
use crate::pipeline::replay::{Change, Regrouped, Replay, replay};

/// Replays and prints the difference.
///
/// # Errors
/// [`Failure::Said`] when something differs; else when the store or the other configuration cannot be read.
pub fn run(arguments: &Arguments, since: Timestamp, with: Option<&Path>) -> Result<(), Failure> {
    let difference = compare(arguments, since, with).map_err(Failure::trouble)?;
    if arguments.json {
        print_json(&difference);
    } else {
        print(&words(&difference, since));
    }
    if difference.is_same() { Ok(()) } else { Err(Failure::Said) }
}

fn compare(arguments: &Arguments, since: Timestamp, with: Option<&Path>) -> Result<Replay, Failure> {
    let (own, store) = open::store(arguments)?;
    let other = with.map(config::load).transpose().map_err(Failure::Config)?;
    Ok(replay(&store, other.as_ref().unwrap_or(&own), since)?)
}

/// A day, a moment, or a span back from now: `2026-03-01`, `2026-03-01T06:00:00Z`, `14d`, `36h`.
pub(super) fn since(text: &str) -> Result<Timestamp, String> {
    let back = |hours: i64| Clock::System.now().checked_sub(SignedDuration::from_hours(hours)).ok();
    let number = |suffix| text.strip_suffix(suffix).and_then(|n: &str| n.parse::<u32>().ok()).map(i64::from);
    let day = || text.parse::<jiff::civil::Date>().ok()?.to_zoned(TimeZone::system()).ok().map(|at| at.timestamp());
    number('d')
        .and_then(|days| back(days * 24))
        .or_else(|| number('h').and_then(back))
        .or_else(day)
        .or_else(|| text.parse().ok())
        .ok_or_else(|| format!("`{text}` is no time such as 2026-03-01, 2026-03-01T06:00:00Z, 14d or 36h"))
}

fn words(found: &Replay, since: Timestamp) -> String {
    let mut text = format!(
        "{} since {} judged once more{}\n",
        present::counted(found.n_items, "item", "items"),
        present::moment(since),
        match found.n_without_text {
            0 => String::new(),
            n => format!("; the text of {n} is no longer kept"),
        }
    );
    if found.is_same() {
        text.push_str("nothing would have been kept, told or grouped otherwise\n");
    }
    changes(&mut text, "kept otherwise", &found.kept);
    changes(&mut text, "told otherwise", &found.told);
    if !found.grouped.is_empty() {
        text.push_str(&format!("\ngrouped otherwise: {}\n", found.grouped.len()));
    }
    found.grouped.iter().for_each(|piece| text.push_str(&regrouped(piece)));
    text
}

fn changes(text: &mut String, title: &str, changes: &[Change]) {
    if !changes.is_empty() {
        text.push_str(&format!("\n{title}: {}\n", changes.len()));
    }
    for change in changes {
        let or_not = |words: &str| if words.is_empty() { "not".to_owned() } else { present::safe(words) };
        text.push_str(&format!(
            "  item {}, {}, {}: {}\n    then  {}\n    now   {}\n",
            change.item.0,
            present::moment(change.at),
            present::safe(&change.outlet),
            present::safe(&change.title),
            or_not(&change.was),
            or_not(&change.now)
        ));
    }
}

fn regrouped(piece: &Regrouped) -> String {
    let stories: Vec<String> = piece.was.keys().map(|id| format!("S-{id}")).collect();
    let mut text =
        format!("  {} would be {}\n", stories.join(", "), present::counted(piece.now.len(), "story", "stories"));
    for group in &piece.now {
        for (n, item) in group.iter().enumerate() {
            let title = piece.titles.get(&item.0).map(|title| present::safe(title)).unwrap_or_default();
            let was = piece.was.iter().find(|(_, items)| items.contains(item)).map_or(0, |(id, _)| *id);
            text.push_str(&format!("    {} item {} (S-{was}): {title}\n", if n == 0 { "-" } else { " " }, item.0));
        }
    }
    text
}
