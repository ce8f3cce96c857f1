//! `poll`: the poll step, once.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use super::{open, present};
use crate::domain::Feed;
use crate::pipeline::{self, FeedReport, Opening, Outcome, Service};
use crate::text::url;

pub async fn run(arguments: &Arguments, names: &[String], all: bool) -> Result<(), Failure> {
    let service = open::service(arguments, Opening::Guest).await?;
    let service = if arguments.json { service } else { service.counting() };
    let feeds = chosen(&service, names, all).await?;
    let bar = bar(feeds.len(), arguments.json);
    let reports = pipeline::poll(&service, feeds, |report| {
        bar.inc(1);
        if arguments.json {
            print_json(report);
        } else {
            bar.suspend(|| print(&line(report)));
        }
    })
    .await?;
    bar.finish_and_clear();
    if !arguments.json {
        print(&summary(&reports));
    }
    Ok(())
}

async fn chosen(service: &Service, names: &[String], all: bool) -> Result<Vec<Feed>, Failure> {
    let now = service.clock.now();
    if names.is_empty() && !all {
        return Ok(service.store.with(move |store| store.feeds_due(now)).await?);
    }
    let feeds = service.store.with(|store| store.feeds()).await?;
    if all { Ok(feeds) } else { named(&feeds, names) }
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

fn summary(reports: &[FeedReport]) -> String {
    let count = |outcome: Outcome| reports.iter().filter(|r| r.outcome == outcome).count();
    let sum = |of: fn(&FeedReport) -> usize| reports.iter().map(of).sum::<usize>();
    format!(
        "{}: {} accepted, {} unchanged, {} rejected; {} new, {} kept, {}\n",
        present::counted(reports.len(), "feed", "feeds"),
        count(Outcome::Accepted),
        count(Outcome::Unchanged),
        count(Outcome::Rejected),
        present::counted(sum(|r| r.n_new), "item", "items"),
        sum(|r| r.n_kept),
        present::counted(sum(|r| r.n_developments), "development", "developments"),
    )
}
