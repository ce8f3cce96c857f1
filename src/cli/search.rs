//! `search`: items by their words.

use serde::Serialize;

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use super::{open, present};
use crate::store::Found;

/// A found item as `--json` shows it.
#[derive(Serialize)]
struct Line<'a> {
    id: i64,
    title: &'a str,
    url: Option<&'a str>,
    outlet: &'a str,
    date: jiff::Timestamp,
    lang: &'static str,
    kept: bool,
    story: Option<i64>,
}

pub fn run(arguments: &Arguments, words: &str, all: bool, limit: usize) -> Result<(), Failure> {
    let (_, store) = open::store(arguments)?;
    let mut found = store.search_kept(words, limit)?;
    if all {
        found.extend(store.search_rest(words, limit - found.len().min(limit))?);
        found.sort_by_key(|f| std::cmp::Reverse(f.stored.item.at));
    }
    for one in &found {
        if arguments.json { print_json(&line(one)) } else { print(&text(one)) }
    }
    if found.is_empty() && !arguments.json {
        let hint = if all { "" } else { "; --all also looks at items that matched no topic" };
        print(&format!("nothing found{hint}\n"));
    }
    Ok(())
}

fn line(found: &Found) -> Line<'_> {
    let item = &found.stored.item;
    Line {
        id: item.id.0,
        title: &item.title,
        url: item.url.as_deref(),
        outlet: &item.outlet_name,
        date: item.at,
        lang: item.lang.code(),
        kept: found.stored.kept,
        story: found.story.map(|story| story.0),
    }
}

fn text(found: &Found) -> String {
    let item = &found.stored.item;
    let story = found.story.map_or_else(|| "matched no topic".to_owned(), |story| format!("story S-{}", story.0));
    format!(
        "{}  {} — {}\n      item {}, {story}{}\n",
        present::moment(item.at),
        present::safe(&item.title),
        present::safe(&item.outlet_name),
        item.id.0,
        item.url.as_deref().map(|url| format!(", {}", present::safe(url))).unwrap_or_default(),
    )
}
