//! `poll`: the poll step, once.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use super::{open, present};
use crate::domain::Feed;
use crate::domain::feed::Destination;
use crate::pipeline::{self, FeedReport, Opening, Outcome, Service};
use crate::text::url;

/// Lines wait for each other until they take this much,
const LINES_BYTES: usize = 8 << 10;
/// or until one comes this long after the first.
const LINES_FOR: Duration = Duration::from_millis(200);

pub async fn run(arguments: &Arguments, names: &[String], all: bool) -> Result<(), Failure> {
    let service = open::service(arguments, Opening::Guest).await?;
    let service = if arguments.json { service } else { service.counting() };
    let feeds = chosen(&service, names, all).await?;
    let bar = bar(feeds.len(), arguments.json);
    let (mut sum, mut lines) = (Sum::default(), Lines::new());
    pipeline::poll(&service, feeds, |report| {
        bar.inc(1);
        sum.add(&report);
        if arguments.json {
            print_json(&report);
        } else {
            bar.suspend(|| lines.add(&line(&report)));
        }
    })
    .await?;
    bar.finish_and_clear();
    drop(lines);
    // The end of the process gives its room back at less cost than piece by piece.
    std::mem::forget(service.config.clone());
    if !arguments.json {
        print(&sum.show());
    }
    Ok(())
}

async fn chosen(service: &Service, names: &[String], all: bool) -> Result<Vec<Destination>, Failure> {
    if all {
        return Ok(service.store.with(|store| store.destinations()).await?);
    }
    let now = service.clock.now();
    let feeds = match names {
        [] => service.store.with(move |store| store.feeds_due(now)).await?,
        names => named(&service.store.with(|store| store.feeds()).await?, names)?,
    };
    Ok(feeds.into_iter().map(Destination::from).collect())
}

/// The feeds with these URLs, names or outlets.
pub(super) fn named(feeds: &[Feed], names: &[String]) -> Result<Vec<Feed>, Failure> {
    let mut found = Vec::new();
    for name in names {
        let before = found.len();
        let is_meant = |feed: &&Feed| feed.url == *name || feed.name == *name || feed.outlet == *name;
        found.extend(feeds.iter().filter(is_meant).cloned());
        if found.len() == before {
            return Err(Failure::words(format!(
                "no feed has the URL, name or outlet `{name}`; `orbitwire feeds list` shows them"
            )));
        }
    }
    found.sort_by_key(|feed| feed.id);
    found.dedup_by_key(|feed| feed.id);
    Ok(found)
}

fn bar(n: usize, json: bool) -> ProgressBar {
    if json || n < 2 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("polling {bar:30} {pos}/{len} feeds, {eta} left");
    ProgressBar::new(n as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn line(report: &FeedReport) -> String {
    let name = if report.name.is_empty() { url::masked(&report.feed) } else { report.name.clone() };
    let words = match report.outcome {
        Outcome::Accepted => format!("{} new, {} kept", report.n_new, report.n_kept),
        Outcome::Unchanged => "unchanged".to_owned(),
        Outcome::Rejected => format!("rejected: {}", report.reason),
    };
    format!("{}: {}\n", present::safe(&name), present::safe(&words))
}

/// Lines on their way out: at a terminal each at once, in a file or pipe those of a moment together.
struct Lines {
    text: String,
    since: Option<Instant>,
    are_watched: bool,
}

impl Lines {
    fn new() -> Self {
        Self { text: String::new(), since: None, are_watched: std::io::stdout().is_terminal() }
    }

    fn add(&mut self, line: &str) {
        self.text.push_str(line);
        let since = *self.since.get_or_insert_with(Instant::now);
        if self.are_watched || self.text.len() > LINES_BYTES || since.elapsed() > LINES_FOR {
            self.show();
        }
    }

    fn show(&mut self) {
        print(&std::mem::take(&mut self.text));
        self.since = None;
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.show();
    }
}

/// All visits of a poll, counted.
#[derive(Default)]
struct Sum {
    n_accepted: usize,
    n_unchanged: usize,
    n_rejected: usize,
    n_new: usize,
    n_kept: usize,
    n_developments: usize,
}

impl Sum {
    fn add(&mut self, report: &FeedReport) {
        *match report.outcome {
            Outcome::Accepted => &mut self.n_accepted,
            Outcome::Unchanged => &mut self.n_unchanged,
            Outcome::Rejected => &mut self.n_rejected,
        } += 1;
        self.n_new += report.n_new;
        self.n_kept += report.n_kept;
        self.n_developments += report.n_developments;
    }

    fn show(&self) -> String {
        format!(
            "{}: {} accepted, {} unchanged, {} rejected; {} new, {} kept, {}\n",
            present::counted(self.n_accepted + self.n_unchanged + self.n_rejected, "feed", "feeds"),
            self.n_accepted,
            self.n_unchanged,
            self.n_rejected,
            present::counted(self.n_new, "item", "items"),
            self.n_kept,
            present::counted(self.n_developments, "development", "developments"),
        )
    }
}
