//! Puts what an element says where it belongs: into the feed, the entry at hand or its source.

use crate::text::html::attr::raw_attr;
use crate::text::html::entity::{decode, decode_into};

use super::capture::Capture;
use super::date;
use super::feed_level::{feed_text, root};
use super::name::Element;
use super::raw::{Base, RawEntry, RawFeed, RawLink, RawMedia};

/// Of the parts of an entry that come many times, no more than this many are kept.
const PARTS_MAX: usize = 32;

/// Where in the document the reading is.
#[derive(Debug, Default)]
pub struct Place {
    /// The feed so far.
    pub feed: RawFeed,
    /// The entry at hand.
    pub entry: Option<RawEntry>,
    /// Inside a `source`.
    in_source: bool,
    /// The author at hand.
    author: Option<Author>,
    /// Text that stands directly in an author or source.
    loose: String,
}

#[derive(Debug, Default)]
struct Author {
    name: String,
    email: String,
}

impl Place {
    /// At the beginning of a document, with room for `n` entries.
    pub fn with_room(n: usize) -> Self {
        Self { feed: RawFeed { entries: Vec::with_capacity(n), ..RawFeed::default() }, ..Self::default() }
    }

    fn touch(&mut self) {
        if let Some(entry) = &mut self.entry {
            entry.is_empty = false;
        }
    }

    /// Text outside of the text elements.
    pub fn loose_text(&mut self, raw: &str) {
        if self.author.is_some() || self.in_source {
            decode_into(raw, &mut self.loose);
        }
    }

    /// The same from a CDATA section.
    pub fn loose_cdata(&mut self, raw: &str) {
        if self.author.is_some() || self.in_source {
            self.loose.push_str(raw);
        }
    }
}

/// A start tag that is not that of a text element.
pub fn start(place: &mut Place, element: Element, attrs: &str, base: &Base) {
    place.touch();
    let attr = |name: &str| raw_attr(attrs, name).map(|v| decode(v).trim().to_owned()).filter(|v| !v.is_empty());
    let link = |href: String| RawLink { href, base: base.clone() };
    match element {
        Element::Rss | Element::Rdf | Element::Feed | Element::Channel => root(&mut place.feed, element, attrs),
        Element::Entry => begin_entry(place, attrs, base),
        Element::Author => {
            place.author = Some(Author::default());
            place.loose.clear();
        }
        Element::Source => {
            place.in_source = true;
            place.loose.clear();
            if let (Some(entry), Some(url)) = (&mut place.entry, attr("url")) {
                entry.source_link = Some(link(url));
            }
        }
        Element::Link => {
            if let Some(href) = attr("href").or_else(|| attr("url")) {
                href_link(place, link(href), &attr);
            }
        }
        Element::Media | Element::Thumbnail => {
            let Some(url) = attr("url").or_else(|| attr("href")) else { return };
            let medium = if element == Element::Thumbnail { Some("image".to_owned()) } else { attr("medium") };
            push_media(place, RawMedia { link: link(url), mime: attr("type"), medium });
        }
        _ => {}
    }
}

/// The end of an element that is not a text element, by its tag or by what encloses it.
pub fn end(place: &mut Place, element: Element) {
    match element {
        Element::Entry => place.feed.entries.extend(place.entry.take()),
        Element::Author => {
            let Some(author) = place.author.take() else { return };
            let loose = std::mem::take(&mut place.loose);
            let name = [author.name.as_str(), loose.trim(), author.email.as_str()].into_iter().find(|n| !n.is_empty());
            if let (Some(entry), Some(name), false) = (&mut place.entry, name, place.in_source) {
                entry.authors.push(name.to_owned());
                entry.authors.truncate(PARTS_MAX);
            }
        }
        Element::Source => {
            place.in_source = false;
            let loose = std::mem::take(&mut place.loose);
            if let Some(entry) = place.entry.as_mut().filter(|e| e.source_name.is_empty()) {
                entry.source_name = loose.trim().to_owned();
            }
        }
        _ => {}
    }
}

/// A text element with its text.
pub fn text(place: &mut Place, capture: Capture<'_>) {
    place.touch();
    if let Some(author) = &mut place.author {
        match capture.element {
            Element::Name => author.name = capture.plain().to_owned(),
            Element::Email => author.email = capture.plain().to_owned(),
            _ => {}
        }
    } else if place.in_source {
        source_text(place, capture);
    } else if let Some(entry) = &mut place.entry {
        entry_text(entry, capture);
    } else {
        feed_text(&mut place.feed, capture);
    }
}

fn begin_entry(place: &mut Place, attrs: &str, base: &Base) {
    let attr = |name: &str| raw_attr(attrs, name).map(|v| decode(v).trim().to_owned()).filter(|v| !v.is_empty());
    let link = |href: String| RawLink { href, base: base.clone() };
    place.in_source = false;
    place.author = None;
    place.feed.entries.extend(place.entry.take());
    place.entry = Some(RawEntry {
        is_empty: attrs.trim().is_empty(),
        id: attr("rdf:about").or_else(|| attr("about")).map(link),
        link: attr("href").map(link),
        language: attr("xml:lang"),
        updated: attr("lastmod").and_then(|d| date::parse(&d)),
        ..RawEntry::default()
    });
}

/// `link` with an address in an attribute: by its relation the article, the site or media. The last one counts.
fn href_link(place: &mut Place, link: RawLink, attr: &dyn Fn(&str) -> Option<String>) {
    let relation = attr("rel").unwrap_or_else(|| "alternate".to_owned()).to_ascii_lowercase();
    let mime = attr("type").map(|t| t.to_ascii_lowercase());
    let is_page = mime.as_deref().is_none_or(|t| t == "html" || t == "text/html" || t.contains("xhtml"));
    match relation.as_str() {
        "enclosure" => push_media(place, RawMedia { link, mime, medium: None }),
        "replies" => {
            if let Some(entry) = place.entry.as_mut().filter(|e| is_page && e.comments.is_none()) {
                entry.comments = Some(link);
            }
        }
        "alternate" if is_page => match &mut place.entry {
            Some(entry) if place.in_source => entry.source_link = Some(link),
            Some(entry) => entry.link = Some(link),
            None => place.feed.link = Some(link),
        },
        _ => {}
    }
}

fn push_media(place: &mut Place, media: RawMedia) {
    if let Some(entry) = place.entry.as_mut().filter(|e| e.media.len() < PARTS_MAX) {
        entry.media.push(media);
    }
}

fn source_text(place: &mut Place, capture: Capture<'_>) {
    let Some(entry) = &mut place.entry else { return };
    match capture.element {
        Element::Title => entry.source_name = capture.finish().map(|t| t.value).unwrap_or_default(),
        Element::Link if !capture.plain().is_empty() => entry.source_link = Some(raw_link(&capture)),
        _ => {}
    }
}

fn entry_text(entry: &mut RawEntry, capture: Capture<'_>) {
    let newer = |old: &mut Option<_>, text: &str| *old = date::parse(text).or(*old);
    match capture.element {
        Element::Title if entry.title.is_none() => entry.title = capture.finish(),
        Element::MediaTitle if entry.media_title.is_none() => entry.media_title = capture.finish(),
        Element::Summary if entry.summary.is_none() => entry.summary = capture.finish(),
        Element::Summary if entry.second_summary.is_none() => entry.second_summary = capture.finish(),
        Element::Content if entry.content.is_none() => entry.content = capture.finish(),
        Element::Link if !capture.plain().is_empty() => entry.link = Some(raw_link(&capture)),
        Element::Id if !capture.plain().is_empty() => {
            entry.id_is_link = capture.attr("ispermalink").map(|v| v.eq_ignore_ascii_case("true"));
            entry.id = Some(raw_link(&capture));
        }
        Element::Comments if !capture.plain().is_empty() => entry.comments = Some(raw_link(&capture)),
        Element::Published => newer(&mut entry.published, capture.plain()),
        Element::Updated => newer(&mut entry.updated, capture.plain()),
        Element::Date | Element::Created => newer(&mut entry.dated, capture.plain()),
        Element::Language => entry.language = Some(capture.plain().to_owned()),
        Element::Category => {
            let label = capture.attr("label").or_else(|| capture.attr("term"));
            let label = label.unwrap_or_else(|| capture.plain().to_owned());
            if !label.is_empty() && entry.categories.len() < PARTS_MAX {
                entry.categories.push(label);
            }
        }
        _ => {}
    }
}

/// The text of an element as a link.
pub fn raw_link(capture: &Capture<'_>) -> RawLink {
    RawLink { href: capture.plain().to_owned(), base: capture.base.clone() }
}
