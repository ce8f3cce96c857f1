//! `feeds import`: the feeds of an OPML list as tables for the configuration, which stays the user's own to edit.

use std::collections::{BTreeSet, HashSet};

use serde::Serialize;

use super::block::{Known, unusable};
use crate::cli::args::Arguments;
use crate::cli::output::{Failure, complain, print, print_json};
use crate::cli::{open, present};
use crate::read::opml::{FEEDS_MAX, OpmlFeed, opml};
use crate::text::url;

/// A larger file is no list of feeds.
const BYTES_MAX: u64 = 16 << 20;
/// Feeds that cannot be used, named one by one.
const NAMED_MAX: usize = 50;

/// What becomes of a listed feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// Not configured yet.
    New,
    /// Configured already.
    Known,
    /// Listed before.
    Repeated,
    /// Switched off in the list.
    Off,
    /// A configuration would not take it.
    Unusable,
}

/// A listed feed, judged.
#[derive(Debug, Serialize)]
struct Line {
    url: String,
    title: String,
    folder: String,
    outlet: Option<String>,
    state: State,
    reason: Option<&'static str>,
    #[serde(skip)]
    block: String,
}

pub fn run(arguments: &Arguments, file: &str) -> Result<(), Failure> {
    let config = open::config_if_any(arguments)?;
    let bytes = open::bytes(file, BYTES_MAX)?;
    let listed = opml(&bytes).map_err(|failure| Failure::words(format!("`{file}`: {failure}")))?;
    let lines = judged(listed, &Known::of(config.as_ref()));
    if arguments.json {
        lines.iter().for_each(print_json);
    } else {
        print(&lines.iter().map(|line| line.block.as_str()).collect::<String>());
    }
    complain(&summary(&lines));
    Ok(())
}

fn judged(listed: Vec<OpmlFeed>, known: &Known) -> Vec<Line> {
    let mut seen = HashSet::new();
    listed.into_iter().map(|feed| line(feed, known, &mut seen)).collect()
}

fn line(feed: OpmlFeed, known: &Known, seen: &mut HashSet<String>) -> Line {
    let reason = unusable(&feed.url);
    let state = match reason {
        Some(_) => State::Unusable,
        None if known.has(&feed.url) => State::Known,
        None if !seen.insert(url::canonical(&feed.url).unwrap_or_default()) => State::Repeated,
        None if feed.is_off => State::Off,
        None => State::New,
    };
    let block = if state == State::New { format!("{}\n", known.block(&feed.url, &feed.title)) } else { String::new() };
    let outlet = known.outlet(&feed.url).map(str::to_owned);
    // Only what is pasted is shown as written: an address that cannot be used may hold a password.
    let url = if state == State::New { feed.url } else { url::masked(&feed.url) };
    Line { url, title: feed.title, folder: feed.folder, outlet, state, reason, block }
}

fn summary(lines: &[Line]) -> String {
    let n = |state: State| lines.iter().filter(|line| line.state == state).count();
    let mut text = format!(
        "{} listed: {} new, {} configured already, {} repeated, {} switched off, {} that cannot be used\n",
        present::counted(lines.len(), "feed", "feeds"),
        n(State::New),
        n(State::Known),
        n(State::Repeated),
        n(State::Off),
        n(State::Unusable)
    );
    if lines.len() == FEEDS_MAX {
        text.push_str(&format!("only the first {FEEDS_MAX} feeds of the list were read\n"));
    }
    for line in lines.iter().filter(|line| line.state == State::Unusable).take(NAMED_MAX) {
        let what = if line.url.is_empty() { &line.title } else { &line.url };
        text.push_str(&format!("cannot be used: {}: {}\n", present::safe(what), line.reason.unwrap_or_default()));
    }
    let without = lines.iter().filter(|line| line.state == State::New && line.outlet.is_none());
    let hosts: BTreeSet<String> = without.filter_map(|line| url::host(&line.url)).collect();
    if !hosts.is_empty() {
        let some: Vec<&str> = hosts.iter().map(String::as_str).take(NAMED_MAX).collect();
        text.push_str(&format!("the outlet file names no owner of: {}\n", present::safe(&some.join(", "))));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(url: &str) -> OpmlFeed {
        OpmlFeed { url: url.to_owned(), title: "T".to_owned(), ..OpmlFeed::default() }
    }

    #[test]
    fn each_listed_feed_is_judged_once() {
        let off = OpmlFeed { is_off: true, ..feed("https://off.example/") };
        let listed = vec![
            feed("https://new.example/feed"),
            feed("http://www.new.example/feed/"),
            feed("https://me:secret@a.example/"),
            off,
        ];
        let lines = judged(listed, &Known::default());
        let states: Vec<State> = lines.iter().map(|line| line.state).collect();
        assert_eq!(states, [State::New, State::Repeated, State::Unusable, State::Off]);
        assert!(lines[0].block.starts_with("[[feed]]\nurl = \"https://new.example/feed\"\n"), "{}", lines[0].block);
        assert!(lines[1..].iter().all(|line| line.block.is_empty()));
    }

    #[test]
    fn the_summary_says_what_is_missing_and_shows_no_password() {
        let lines =
            judged(vec![feed("https://new.example/feed"), feed("https://me:secret@a.example/")], &Known::default());
        let text = summary(&lines);
        assert!(text.starts_with("2 feeds listed: 1 new, 0 configured already"), "{text}");
        assert!(text.contains("names no owner of: new.example\n") && text.contains("`password_file`"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
}
