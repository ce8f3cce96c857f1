//! From what was published to what we keep: texts plain and bounded, links absolute, one meaning a field.

use url::Url;

use crate::domain::entry::{Entry, FeedDocument, Media, Source};
use crate::domain::item::Lang;
use crate::domain::policy::ReadLimits;
use crate::text::clean::beginning;
use crate::text::html::entity::escape_into;
use crate::text::html::{sanitise, to_block, to_text};
use crate::text::{clean, lang};

use super::aggregator;
use super::link::absolute;
use super::raw::{RawEntry, RawFeed, RawLink, RawMedia, RawText};

/// Longer ids are kept as their beginning and a hash: as good for telling entries apart, and never made up.
const GUID_BYTES_MAX: usize = 512;

/// Characters of a title taken from the text.
const MADE_TITLE_MAX: usize = 100;

/// Characters of names and categories.
const NAME_MAX: usize = 200;

/// Turns a document as published into ours; `location` is where it came from.
pub fn document(mut raw: RawFeed, location: Option<&Url>, limits: &ReadLimits) -> FeedDocument {
    let url = raw.link.as_ref().and_then(|l| absolute(l, location));
    let site = url.as_deref().and_then(|u| Url::parse(u).ok());
    let place = Place { base: location.or(site.as_ref()), language: raw.language.as_deref(), limits };
    let per_period = raw.updates_per_period.unwrap_or(1);
    raw.hints.update_minutes = raw.hints.update_minutes.map(|m| (m / per_period).max(1));
    let n_raw = raw.entries.len();
    let raw_entries = std::mem::take(&mut raw.entries).into_iter().filter(|e| !e.is_empty);
    let entries: Vec<Entry> = raw_entries.map(|e| entry(e, &place)).collect();
    let n_mute = entries.iter().filter(|e| e.is_mute()).count();
    raw.repairs.note("# empty {entry|entries} dropped", n_raw - entries.len());
    raw.repairs.note("# {entry has|entries have} neither title nor text nor link", n_mute);
    FeedDocument {
        format: raw.format.to_owned(),
        title: raw.title.map(|t| clean::line(&plain(&t), limits.title_max)).filter(|t| !t.is_empty()),
        description: raw.description.map(|t| block(&t, limits.summary_max)).filter(|t| !t.is_empty()),
        url,
        language: raw.language.as_deref().map(|l| clean::line(l, 35)).filter(|l| !l.is_empty()),
        updated: raw.updated,
        hints: raw.hints,
        entries,
        is_cut: raw.is_cut,
        repairs: raw.repairs.sentences(),
    }
}

struct Place<'a> {
    base: Option<&'a Url>,
    language: Option<&'a str>,
    limits: &'a ReadLimits,
}

fn entry(raw: RawEntry, place: &Place<'_>) -> Entry {
    let limits = place.limits;
    let title = raw.title.as_ref().or(raw.media_title.as_ref()).map(plain).unwrap_or_default();
    let mut entry = Entry {
        url: url(&raw, place.base),
        title: clean::line(&title, limits.title_max),
        authors: names(raw.authors),
        categories: names(raw.categories),
        published: raw.published.or(raw.dated),
        updated: raw.updated.or(raw.dated),
        media: raw.media.iter().filter_map(|m| media(m, place.base)).collect(),
        comments: raw.comments.as_ref().and_then(|l| absolute(l, place.base)),
        guid: raw.id.map(|id| guid(&id.href)).filter(|g| !g.is_empty()),
        ..Entry::default()
    };
    entry.media.dedup();
    let name = clean::line(&raw.source_name, NAME_MAX);
    let source_url = raw.source_link.as_ref().and_then(|l| absolute(l, place.base));
    entry.source = (!name.is_empty()).then_some(Source { name, url: source_url });
    texts(&mut entry, raw.summary, raw.content.or(raw.second_summary), place);
    if entry.title.is_empty() {
        let words = entry.summary.as_deref().unwrap_or_default();
        entry.title = clean::shorten(&clean::line(words, MADE_TITLE_MAX * 2), MADE_TITLE_MAX);
    }
    let hint = raw.language.as_deref().or(place.language).filter(|l| !l.is_empty()).map(Lang::from_tag);
    entry.language = Some(lang::of_report(&entry.title, entry.summary.as_deref().unwrap_or(""), hint));
    entry
}

/// Lead and content; for an aggregator's list of headlines coverage instead of either.
fn texts(entry: &mut Entry, summary: Option<RawText>, content: Option<RawText>, place: &Place<'_>) {
    let limits = place.limits;
    let lead = summary.as_ref().or(content.as_ref());
    if let Some(found) = lead.filter(|t| t.is_html).and_then(|t| aggregator::headlines(&t.value)) {
        if entry.source.is_none() {
            entry.source = found.publisher_of(&entry.title).map(|p| Source { name: p.to_owned(), url: None });
        }
        strip_publisher(entry);
        entry.coverage = found.of_others(&entry.title);
        return;
    }
    strip_publisher(entry);
    let full = content.as_ref().map(|c| block(c, limits.content_max)).filter(|t| !t.is_empty());
    let short = summary.as_ref().map(|s| block(s, limits.summary_max)).filter(|t| !t.is_empty());
    let html = content.as_ref().or(summary.as_ref()).filter(|_| limits.html);
    entry.content_html = html.and_then(|t| safe_html(t, place.base));
    entry.summary = short.or_else(|| full.as_deref().map(|f| clean::shorten(f, limits.summary_max)));
    entry.content_text = full.filter(|f| Some(f) != entry.summary.as_ref());
}

fn strip_publisher(entry: &mut Entry) {
    if let Some(source) = &entry.source {
        entry.title = aggregator::without_publisher(&entry.title, &source.name).to_owned();
    }
}

fn plain(text: &RawText) -> String {
    if text.is_html { to_text(&text.value) } else { text.value.clone() }
}

fn block(text: &RawText, max: usize) -> String {
    if text.is_html { to_block(&text.value, max) } else { clean::block(&text.value, max) }
}

fn safe_html(text: &RawText, base: Option<&Url>) -> Option<String> {
    let html = if text.is_html {
        sanitise(&text.value, text.base.as_deref().or(base))
    } else {
        let mut escaped = String::with_capacity(text.value.len());
        escape_into(&text.value, &mut escaped);
        escaped
    };
    (!html.is_empty()).then_some(html)
}

/// The link, or an id that is one: declared so, or absolute to look at.
fn url(raw: &RawEntry, base: Option<&Url>) -> Option<String> {
    let linked = raw.link.as_ref().and_then(|l| absolute(l, base));
    let by_id = || {
        let id = raw.id.as_ref()?;
        let is_link = raw.id_is_link.unwrap_or_else(|| id.href.contains("://"));
        absolute(id, base).filter(|_| is_link)
    };
    linked.or_else(by_id)
}

fn guid(written: &str) -> String {
    let written = clean::without_controls(written.trim());
    if written.len() <= GUID_BYTES_MAX {
        return written;
    }
    let kept = beginning(&written, GUID_BYTES_MAX - 65);
    format!("{kept}#{}", blake3::hash(written.as_bytes()).to_hex())
}

fn names(raw: Vec<String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in raw.iter().map(|n| clean::line(n, NAME_MAX)).filter(|n| !n.is_empty()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn media(raw: &RawMedia, base: Option<&Url>) -> Option<Media> {
    let url = absolute(&raw.link, base)?;
    let mime = raw.mime.as_deref().map(|m| clean::line(m, 100)).filter(|m| !m.is_empty());
    let medium = medium(raw.medium.as_deref(), mime.as_deref(), &url).to_owned();
    Some(Media { url, mime, medium })
}

/// By the publisher's word, the MIME type or the ending of the path.
fn medium(declared: Option<&str>, mime: Option<&str>, url: &str) -> &'static str {
    let by_word = |word: &str| ["image", "video", "audio"].into_iter().find(|m| word.eq_ignore_ascii_case(m));
    let by_mime = |mime: &str| by_word(mime.split('/').next().unwrap_or(""));
    declared.and_then(by_word).or_else(|| mime.and_then(by_mime)).unwrap_or_else(|| {
        let path = url.split(['?', '#']).next().unwrap_or("");
        match path.rsplit('.').next().unwrap_or("").to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" | "png" | "gif" | "webp" | "avif" | "svg" => "image",
            "mp4" | "m4v" | "mov" | "webm" | "m3u8" => "video",
            "mp3" | "m4a" | "ogg" | "aac" | "wav" | "opus" => "audio",
            _ => "other",
        }
    })
}

/// A link without a base of its own.
pub fn bare_link(href: String) -> RawLink {
    RawLink { href, base: None }
}
