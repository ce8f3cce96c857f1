//! JSON Feed 1.0 and 1.1, taken as it comes: one bad item costs no other, an id may be a number, and of a document that
//! breaks off the items before the break are read.
//!
//! Items are taken one by one, so that a document of a million empty ones needs no room for them.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::text::clean::beginning;

use super::date;
use super::finish::bare_link;
use super::json_mend;
use super::newest;
use super::raw::{RawEntry, RawFeed, RawLink, RawMedia, RawText};

/// Reads a JSON document; `None` when it is JSON but no feed. One that a strict parser gives up is mended and read again.
///
/// # Errors
/// When it is broken before its first item.
pub fn read(text: &str, entries_max: usize) -> Result<Option<RawFeed>, serde_json::Error> {
    let (mut found, mut fault) = parse(text, entries_max);
    if fault.is_some() {
        let mended = json_mend::mended(text);
        let (again, fault_again) = parse(&mended, entries_max);
        if mended != text && (fault_again.is_none() || again.feed.entries.len() > found.feed.entries.len()) {
            (found, fault) = (again, fault_again);
            found.feed.repairs.note("the JSON was broken and is mended", 1);
        }
    }
    let mut feed = found.feed;
    if let Some(fault) = fault {
        if feed.entries.is_empty() {
            return Err(fault);
        }
        feed.is_cut = true;
        feed.repairs.note("the JSON breaks off or is broken behind its first # {entry|entries}", feed.entries.len());
    }
    feed.format = "json";
    feed.repairs.note("# {item that is no object|items that are no objects} dropped", found.n_bad);
    newest::keep(&mut feed, entries_max);
    Ok(found.has_items.then_some(feed))
}

/// What a strict parser finds, up to the fault that stops it.
fn parse(text: &str, entries_max: usize) -> (Found, Option<serde_json::Error>) {
    let mut found = Found { entries_max, ..Found::default() };
    let mut source = serde_json::Deserializer::from_str(text);
    let fault = Document(&mut found).deserialize(&mut source).and_then(|()| source.end()).err();
    (found, fault)
}

/// The document behind words that do not belong to it: the guard `)]}'` against foreign scripts, or a program's warning.
pub fn behind_words(text: &str) -> Option<&str> {
    let json = text.get(beginning(text, WORDS_BYTES_MAX).find('{')?..)?;
    let is_object = json.get(1..)?.trim_start().starts_with('"');
    (is_object && json.contains("\"items\"")).then_some(json)
}

/// Longer words before a document are something else.
const WORDS_BYTES_MAX: usize = 4096;

#[derive(Default)]
struct Found {
    feed: RawFeed,
    entries_max: usize,
    has_items: bool,
    n_bad: usize,
}

impl Found {
    fn take(&mut self, key: &str, value: &Value) {
        match key {
            "title" => self.feed.title = text(value, false),
            "description" => self.feed.description = text(value, false),
            "home_page_url" => self.feed.link = string(value).map(bare_link),
            _ => self.feed.language = string(value),
        }
    }
}

/// The document as a whole.
struct Document<'f>(&'f mut Found);

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object with `items`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "items" => map.next_value_seed(Items(self.0))?,
                "title" | "description" | "home_page_url" | "language" => self.0.take(&key, &map.next_value()?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        IgnoredAny.visit_seq(seq).map(drop)
    }
}

/// The list of items; what else stands there is none.
struct Items<'f>(&'f mut Found);

impl<'de> DeserializeSeed<'de> for Items<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let found = self.0;
        found.has_items = true;
        while let Some(item) = seq.next_element::<Value>()? {
            if item.is_object() {
                found.feed.entries.push(entry(&item));
                newest::make_room(&mut found.feed, found.entries_max);
            } else {
                found.n_bad += 1;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        IgnoredAny.visit_map(map).map(drop)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
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
        authors: authors
            .filter_map(|a| string_of(a, "name").or_else(|| a.as_str().map(str::to_owned)))
            .take(32)
            .collect(),
        categories: list(item, "tags").iter().filter_map(Value::as_str).map(str::to_owned).take(32).collect(),
        published: scalar(item, "date_published").and_then(|d| date::parse(&d)),
        updated: scalar(item, "date_modified").and_then(|d| date::parse(&d)),
        language: string_of(item, "language"),
        media,
        ..RawEntry::default()
    }
}

fn attachment(value: &Value) -> Option<RawMedia> {
    Some(RawMedia { link: link_of(value, "url")?, mime: string_of(value, "mime_type"), medium: None })
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn string(value: &Value) -> Option<String> {
    value.as_str().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty())
}

fn string_of(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(string)
}

/// A string or a number, as written.
fn scalar(value: &Value, key: &str) -> Option<String> {
    string_of(value, key).or_else(|| value.get(key).filter(|v| v.is_number()).map(Value::to_string))
}

fn link_of(value: &Value, key: &str) -> Option<RawLink> {
    string_of(value, key).map(bare_link)
}

fn text(value: &Value, is_html: bool) -> Option<RawText> {
    let number = || value.is_number().then(|| value.to_string());
    string(value).or_else(number).map(|value| RawText { value, is_html, base: None })
}

fn text_of(value: &Value, key: &str, is_html: bool) -> Option<RawText> {
    value.get(key).and_then(|value| text(value, is_html))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, titles: &[&str], is_cut: bool) {
        let feed = read(text, 3).unwrap().unwrap();
        let found: Vec<_> = feed.entries.iter().filter_map(|e| e.title.as_ref()).map(|t| t.value.as_str()).collect();
        assert_eq!((found.as_slice(), feed.is_cut), (titles, is_cut), "{text}");
    }

    #[test]
    fn items_before_a_break_are_read() {
        check(r#"{"items":[{"title":"a"},{"title":"b"},{"tit"#, &["a", "b"], true);
        check(r#"{"items":[{"title":"a"},7,{"title":"b"}],"title":"t"} x"#, &["a", "b"], true);
        check(r#"{"items":[{"title":"a"}],"hubs":[{}]}"#, &["a"], false);
    }

    #[test]
    fn one_small_fault_costs_no_item() {
        for fault in ["1e999", "NaN", "-Infinity", r#""\ud83d""#, "\"a\tb\n\"", "[1,]", "1 /* one */", "1,"] {
            let text = format!(r#"{{"x":{fault},"items":[{{"title":"a","y":{fault}}},{{"title":"b"}}]}}"#);
            check(&text, &["a", "b"], false);
        }
        check(r#"{"items":[{"title":"a \ud83d"},{"title":7},{"tit"#, &["a \u{FFFD}", "7"], true);
    }

    #[test]
    fn a_document_behind_words_is_found() {
        let json = r#"{"items":[]}"#;
        for words in [")]}'\n", "<b>Warning</b>: x[1] in y.php<br />\n", "while(1);"] {
            assert_eq!(behind_words(&format!("{words}{json}")), Some(json));
        }
        for other in ["if (x) { y }", "{}", "words", "{\"a\":1}"] {
            assert_eq!(behind_words(other), None);
        }
    }

    #[test]
    fn items_beyond_the_limit_are_passed_over() {
        check(r#"{"items":[{"title":"a"},{"title":"b"},{"title":"c"},{"title":"d"}]}"#, &["a", "b", "c"], false);
    }

    #[test]
    fn what_is_no_feed_or_broken_from_the_start_is_told() {
        for text in ["[]", "{}", r#"{"items":{}}"#, r#"{"items":"x"}"#, r#"{"items":null}"#] {
            assert!(read(text, 3).unwrap().is_none(), "{text}");
        }
        assert!(read("{\"items\":[{", 3).is_err());
    }
}
