//! JSON Feed 1.0 and 1.1, taken as it comes: one bad item costs no other, an id may be a number.

use serde_json::Value;

use super::date;
use super::finish::bare_link;
use super::raw::{RawEntry, RawFeed, RawLink, RawMedia, RawText};

/// Reads a JSON document; `None` when it is JSON but no feed.
pub fn read(text: &str, entries_max: usize) -> Result<Option<RawFeed>, serde_json::Error> {
    let value: Value = serde_json::from_str(text)?;
    let Some(items) = value.get("items").and_then(Value::as_array) else { return Ok(None) };
    let mut feed = RawFeed {
        format: "json",
        title: text_of(&value, "title", false),
        link: link_of(&value, "home_page_url"),
        description: text_of(&value, "description", false),
        language: string(&value, "language"),
        ..RawFeed::default()
    };
    let n_bad = items.iter().filter(|i| !i.is_object()).count();
    feed.repairs.note("# items that are no objects dropped", n_bad);
    if items.len() > entries_max {
        feed.repairs.note("entries beyond the limit of # left out", entries_max);
    }
    feed.entries = items.iter().filter(|i| i.is_object()).take(entries_max).map(entry).collect();
    Ok(Some(feed))
}

fn entry(item: &Value) -> RawEntry {
    let image =
        |key: &str| link_of(item, key).map(|link| RawMedia { link, mime: None, medium: Some("image".to_owned()) });
    let mut media: Vec<RawMedia> = list(item, "attachments").iter().filter_map(attachment).take(32).collect();
    media.extend(image("image").or_else(|| image("banner_image")));
    let authors = list(item, "authors").iter().chain(item.get("author"));
    RawEntry {
        id: scalar(item, "id").map(bare_link),
        link: link_of(item, "url").or_else(|| link_of(item, "external_url")),
        title: text_of(item, "title", false),
        summary: text_of(item, "summary", false),
        content: text_of(item, "content_html", true).or_else(|| text_of(item, "content_text", false)),
        authors: authors.filter_map(|a| string(a, "name").or_else(|| a.as_str().map(str::to_owned))).take(32).collect(),
        categories: list(item, "tags").iter().filter_map(Value::as_str).map(str::to_owned).take(32).collect(),
        published: scalar(item, "date_published").and_then(|d| date::parse(&d)),
        updated: scalar(item, "date_modified").and_then(|d| date::parse(&d)),
        language: string(item, "language"),
        media,
        ..RawEntry::default()
    }
}

fn attachment(value: &Value) -> Option<RawMedia> {
    Some(RawMedia { link: link_of(value, "url")?, mime: string(value, "mime_type"), medium: None })
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn string(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(|s| s.trim().to_owned()).filter(|s| !s.is_empty())
}

/// A string or a number, as written.
fn scalar(value: &Value, key: &str) -> Option<String> {
    string(value, key).or_else(|| value.get(key).filter(|v| v.is_number()).map(Value::to_string))
}

fn link_of(value: &Value, key: &str) -> Option<RawLink> {
    string(value, key).map(bare_link)
}

fn text_of(value: &Value, key: &str, is_html: bool) -> Option<RawText> {
    string(value, key).map(|value| RawText { value, is_html, base: None })
}
