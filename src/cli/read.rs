//! What `orbitwire read` prints: what the reader made of a document, for scripts or for people.

use std::fmt::Write;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::args::Arguments;
use super::open;
use super::output::{Failure, print, visible};
use crate::domain::entry::{Entry, FeedDocument};
use crate::domain::policy::ReadLimits;
use crate::fetch::{FetchRequest, Fetched, Fetcher, Response};
use crate::pipeline::StepError;
use crate::read;
use crate::text::{self, clean};

/// Bytes taken from a file or standard input at the most.
const BYTES_MAX: u64 = 100 * 1024 * 1024;

/// Characters of a lead shown to people.
const LEAD_MAX: usize = 300;

/// Reads a URL (as the poller would), a file or standard input, and shows what the reader makes of it.
///
/// # Errors
/// When there is nothing to read, or it is no feed.
pub async fn run(arguments: &Arguments, source: &str) -> Result<(), Failure> {
    let limits = ReadLimits::default();
    let document = if source.starts_with("http://") || source.starts_with("https://") {
        let answer = fetch(arguments, source).await?;
        read::read(&answer.bytes, answer.content_type.as_deref(), Some(&answer.url), &limits)
    } else {
        read::read(&open::bytes(source, BYTES_MAX)?, None, None, &limits)
    };
    let document = document.map_err(|failure| Failure::words(format!("{source}: {failure}")))?;
    print(&present(&document, arguments.json));
    Ok(())
}

/// A configuration is not needed to look at a feed; where there is one, its rules on addresses hold.
async fn fetch(arguments: &Arguments, url: &str) -> Result<Response, Failure> {
    let policy = open::config_if_any(arguments)?.map(|config| config.http).unwrap_or_default();
    let fetcher = Fetcher::new(&policy).map_err(StepError::from)?;
    let request = FetchRequest { url: url.to_owned(), ..FetchRequest::default() };
    match fetcher.fetch(&request).await {
        Ok(Fetched::Body(answer)) => Ok(answer),
        Ok(Fetched::NotModified { .. }) => {
            Err(Failure::words("the server says that nothing changed, though nothing was asked"))
        }
        Err(failure) => Err(Failure::words(format!("{}: {failure}", text::url::masked(url)))),
    }
}

/// The document as JSON (one object, indented) or as a listing for a terminal. Neither contains a control character
/// of the feed: in JSON they are escaped, in the listing they are gone.
pub fn present(document: &FeedDocument, json: bool) -> String {
    if json {
        let mut text = visible(&serde_json::to_string_pretty(&as_json(document)).unwrap_or_default());
        text.push('\n');
        return text;
    }
    listing(document)
}

fn as_json(document: &FeedDocument) -> Value {
    json!({
        "feed": {
            "format": document.format,
            "title": document.title,
            "url": document.url,
            "description": document.description,
            "language": document.language,
            "updated": time(document.updated),
            "ttl_minutes": document.hints.ttl_minutes,
            "update_minutes": document.hints.update_minutes,
            "skip_hours": document.hints.skip_hours,
            "skip_days": document.hints.skip_days,
        },
        "entries": document.entries.iter().map(entry_as_json).collect::<Vec<_>>(),
        "repairs": document.repairs,
    })
}

fn entry_as_json(entry: &Entry) -> Value {
    json!({
        "id": entry.guid,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_text": entry.content_text,
        "content_html": entry.content_html,
        "authors": entry.authors,
        "categories": entry.categories,
        "published": time(entry.published),
        "updated": time(entry.updated),
        "language": entry.language.map(|l| l.code()),
        "source": entry.source,
        "media": entry.media,
        "comments": entry.comments,
        "coverage": entry.coverage,
    })
}

fn time(at: Option<Timestamp>) -> Option<String> {
    at.map(|t| t.to_string())
}

fn listing(document: &FeedDocument) -> String {
    let mut out = String::new();
    let title = document.title.as_deref().unwrap_or("(no title)");
    let _ = writeln!(out, "{} ({}, {} entries)", shown(title), document.format, document.entries.len());
    for line in [&document.url, &document.description].into_iter().flatten() {
        let _ = writeln!(out, "{}", shown(line));
    }
    for entry in &document.entries {
        list_entry(&mut out, entry);
    }
    if !document.repairs.is_empty() {
        let _ = writeln!(out, "\nMended:");
    }
    for repair in &document.repairs {
        let _ = writeln!(out, "  {}", shown(repair));
    }
    out
}

fn list_entry(out: &mut String, entry: &Entry) {
    let title = if entry.title.is_empty() { "(no title)" } else { &entry.title };
    let _ = writeln!(out, "\n* {}", shown(title));
    let mut facts = vec![entry.published.or(entry.updated).map_or("no date".to_owned(), |t| t.to_string())];
    facts.extend(entry.language.map(|l| l.code().to_owned()));
    facts.extend(entry.source.iter().map(|s| format!("from {}", s.name)));
    facts.extend(entry.authors.first().map(|a| format!("by {a}")));
    facts.extend((!entry.media.is_empty()).then(|| format!("{} media", entry.media.len())));
    facts.extend((!entry.coverage.is_empty()).then(|| format!("{} more headlines", entry.coverage.len())));
    let _ = writeln!(out, "  {}", shown(&facts.join(" · ")));
    for line in
        [&entry.url, &entry.guid.as_ref().filter(|g| entry.url.as_ref() != Some(g)).cloned()].into_iter().flatten()
    {
        let _ = writeln!(out, "  {}", shown(line));
    }
    if let Some(summary) = &entry.summary {
        let _ = writeln!(out, "  {}", clean::line(summary, LEAD_MAX));
    }
}

/// One line without controls; addresses and ids are bounded by the reader but not cleaned for a terminal.
fn shown(text: &str) -> String {
    clean::line(text, 2000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> FeedDocument {
        let entry = Entry {
            guid: Some("id\u{1b}[2J".into()),
            title: "Crew lands".into(),
            published: Some("2024-02-01T15:04:05Z".parse().unwrap()),
            ..Entry::default()
        };
        FeedDocument {
            format: "rss2".into(),
            title: Some("News".into()),
            entries: vec![entry],
            ..FeedDocument::default()
        }
    }

    #[test]
    fn json_has_every_key_and_null_for_what_is_absent() {
        let value: Value = serde_json::from_str(&present(&document(), true)).unwrap();
        assert_eq!(value["entries"][0]["published"], "2024-02-01T15:04:05Z");
        assert_eq!(value["entries"][0]["updated"], Value::Null);
        assert_eq!(value["entries"][0]["media"], json!([]));
        assert_eq!(value["feed"]["format"], "rss2");
        assert_eq!(value["repairs"], json!([]));
    }

    #[test]
    fn neither_form_contains_controls() {
        for json in [true, false] {
            let text = present(&document(), json);
            assert!(text.contains("Crew lands"));
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text}");
        }
    }
}
