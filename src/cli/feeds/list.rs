//! `feeds list`: the feeds and how they are, in words.

use serde::Serialize;

use crate::cli::args::Arguments;
use crate::cli::output::{Failure, print, print_json};
use crate::cli::{open, present};
use crate::clock::Clock;
use crate::decide::schedule;
use crate::domain::Feed;
use crate::text::url;

/// A feed as `--json` shows it.
#[derive(Serialize)]
struct Line {
    url: String,
    name: String,
    outlet: String,
    healthy: bool,
    health: String,
    notes: Vec<String>,
    n_failures: u32,
    last_error: Option<String>,
    polled_at: Option<jiff::Timestamp>,
    next_poll_at: Option<jiff::Timestamp>,
    schedule: String,
    n_held: usize,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (_, store) = open::store(arguments)?;
    let now = Clock::System.now();
    for feed in store.feeds()? {
        let (mut notes, n_held) = (schedule::health_notes(&feed), store.n_held_by(feed.id)?);
        if n_held > 0 {
            notes.push(format!("{n_held} old entries came at once and are held back; `orbitwire release` tells them"));
        }
        let line = Line {
            url: url::masked(&feed.url),
            name: feed.name.clone(),
            outlet: feed.outlet.clone(),
            healthy: feed.health.n_failures == 0,
            health: schedule::health_words(&feed, now),
            notes,
            n_held,
            n_failures: feed.health.n_failures,
            last_error: feed.health.last_error.clone(),
            polled_at: feed.health.polled_at,
            next_poll_at: feed.health.next_poll_at,
            schedule: store.schedule_reason(feed.id)?,
        };
        if arguments.json { print_json(&line) } else { print(&words(&feed, &line)) }
    }
    Ok(())
}

fn words(feed: &Feed, line: &Line) -> String {
    let mark = if line.healthy { "ok  " } else { "FAIL" };
    let mut text = format!("{mark} {} ({})\n     {}\n", present::safe(&feed.name), line.outlet, line.url);
    for about in std::iter::once(&line.health).chain(&line.notes) {
        text.push_str(&format!("     {}\n", present::safe(about)));
    }
    text
}
