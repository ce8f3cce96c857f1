//! The keys of an entry.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::quality::RandomState;

use crate::domain::{Entry, FeedId};
use crate::text::{fold, url, words};

/// Titles shorter than this are formulas ("Live updates", "Launch schedule") that name no article.
const TITLE_WORDS_MIN: usize = 4;

/// The keys under which an entry is looked up; 64 bits of BLAKE3 over kind, scope and value.
///
/// Among ten million keys a clash has a chance of three in a million; 64 bits keep the index a third of the size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryKeys {
    /// Publisher's id within the feed.
    pub guid: Option<i64>,
    /// Canonical URL.
    pub url: Option<i64>,
    /// Folded title within the outlet.
    pub title: Option<i64>,
}

impl EntryKeys {
    /// All keys present.
    pub fn all(&self) -> impl Iterator<Item = i64> {
        [self.guid, self.url, self.title].into_iter().flatten()
    }
}

/// What a document's entries have in common: an id or link that several of them share tells none of them apart. The
/// maps are of one document, bounded, and seeded by a number that nobody is shown.
#[derive(Debug, Default)]
pub struct Shape<'a> {
    guids: HashMap<&'a str, u32, RandomState>,
    /// Canonical form of each link as written.
    links: HashMap<&'a str, String, RandomState>,
    urls: HashMap<String, u32, RandomState>,
}

impl<'a> Shape<'a> {
    /// Counts ids and links.
    pub fn of(entries: &'a [Entry]) -> Self {
        let mut shape = Self::default();
        for entry in entries {
            if let Some(guid) = entry.guid.as_deref() {
                *shape.guids.entry(guid).or_default() += 1;
            }
            let Some(written) = entry.url.as_deref() else { continue };
            if let Some(link) = url::canonical(written) {
                *shape.urls.entry(link.clone()).or_default() += 1;
                shape.links.insert(written, link);
            }
        }
        shape
    }

    /// The canonical form of a link.
    fn canonical<'s>(&'s self, written: &str) -> Option<Cow<'s, str>> {
        match self.links.get(written) {
            Some(link) => Some(Cow::Borrowed(link)),
            None => url::canonical(written).map(Cow::Owned),
        }
    }
}

/// The keys of one entry of a document. A guid that is not trusted, an id or link that several entries share, a link
/// to a bare home page and a title of few words make no key.
pub fn keys_of(entry: &Entry, feed: FeedId, outlet: &str, shape: &Shape<'_>, guid_trusted: bool) -> EntryKeys {
    let guid = entry.guid.as_deref().filter(|guid| guid_trusted && shape.guids.get(guid).is_none_or(|n| *n == 1));
    let link = entry.url.as_deref().and_then(|written| shape.canonical(written));
    let link = link.filter(|link| shape.urls.get(link.as_ref()).is_none_or(|n| *n == 1));
    let folded = fold::fold(&entry.title);
    let names_an_article = words::words(&folded).nth(TITLE_WORDS_MIN - 1).is_some();
    EntryKeys {
        guid: guid.map(|guid| key("guid", &feed.0.to_string(), guid)),
        url: link.filter(|link| !is_home_page(link)).map(|link| key("url", host_of(&link), &link)),
        title: names_an_article.then(|| key("title", outlet, &folded)),
    }
}

fn is_home_page(canonical: &str) -> bool {
    host_of(canonical).len() == without_scheme(canonical).len()
}

fn host_of(canonical: &str) -> &str {
    without_scheme(canonical).split(['/', '?']).next().unwrap_or_default()
}

fn without_scheme(canonical: &str) -> &str {
    canonical.strip_prefix("https://").unwrap_or(canonical)
}

/// Twelve bits of the scope, so that the keys of one document lie together, and fifty-two of the value: among a million
/// keys of one scope two are alike once in nine thousand stores.
fn key(kind: &str, scope: &str, value: &str) -> i64 {
    let mut parts = Vec::with_capacity(3 * size_of::<u64>() + kind.len() + scope.len() + value.len());
    push(&mut parts, kind);
    push(&mut parts, scope);
    let place = hash(&parts) << 52;
    push(&mut parts, value);
    (place | hash(&parts) >> 12).cast_signed()
}

fn push(parts: &mut Vec<u8>, part: &str) {
    parts.extend_from_slice(&(part.len() as u64).to_le_bytes());
    parts.extend_from_slice(part.as_bytes());
}

fn hash(bytes: &[u8]) -> u64 {
    let mut first = [0u8; 8];
    first.copy_from_slice(&blake3::hash(bytes).as_bytes()[..8]);
    u64::from_le_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(guid: &str, link: &str, title: &str) -> Entry {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Entry { guid: some(guid), url: some(link), title: title.to_owned(), ..Entry::default() }
    }

    fn keys(entries: &[Entry]) -> Vec<EntryKeys> {
        let shape = Shape::of(entries);
        entries.iter().map(|e| keys_of(e, FeedId(1), "nasa", &shape, true)).collect()
    }

    #[test]
    fn an_entry_has_three_keys() {
        let found = keys(&[entry("1", "https://e.org/a", "Crew of four reaches the station")]);
        assert_eq!(found[0].all().count(), 3);
    }

    #[test]
    fn ids_and_links_that_several_entries_share_are_no_keys() {
        let found = keys(&[
            entry("1", "https://e.org/a", "Crew of four reaches the station"),
            entry("1", "https://e.org/a?utm_source=rss", "Cargo ship leaves the station"),
        ]);
        assert!(found.iter().all(|k| k.guid.is_none() && k.url.is_none() && k.title.is_some()));
    }

    #[test]
    fn keys_of_one_document_lie_together() {
        let entries: Vec<_> = (0..9).map(|n| entry(&n.to_string(), &format!("https://e.org/{n}"), "")).collect();
        let found = keys(&entries);
        for key in [|keys: &EntryKeys| keys.guid, |keys: &EntryKeys| keys.url] {
            let mut places: Vec<_> = found.iter().filter_map(key).map(|key| key >> 52).collect();
            assert_eq!(places.len(), 9);
            places.dedup();
            assert_eq!(places.len(), 1);
        }
    }

    #[test]
    fn a_home_page_and_a_short_title_are_no_keys() {
        let found = keys(&[entry("1", "https://e.org/", "Live updates")]);
        assert_eq!((found[0].url, found[0].title), (None, None));
        assert!(found[0].guid.is_some());
    }

    #[test]
    fn a_guid_that_is_not_trusted_is_no_key() {
        let entries = [entry("1", "https://e.org/a", "")];
        let found = keys_of(&entries[0], FeedId(1), "nasa", &Shape::of(&entries), false);
        assert!(found.guid.is_none() && found.url.is_some());
    }

    #[test]
    fn guids_belong_to_their_feed_and_titles_to_their_outlet() {
        let entries = [entry("1", "", "Crew of four reaches the station")];
        let shape = Shape::of(&entries);
        let here = keys_of(&entries[0], FeedId(1), "nasa", &shape, true);
        let there = keys_of(&entries[0], FeedId(2), "esa", &shape, true);
        assert_ne!(here.guid, there.guid);
        assert_ne!(here.title, there.title);
    }
}
