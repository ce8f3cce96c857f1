//! Namespaces as published: by URI, by customary prefix where the URI is unknown or missing.

use super::name::{Element, meaning};
use crate::text::lower::Lower;

/// A vocabulary, by URI or, where the URI is unknown or missing, by customary prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vocabulary {
    /// RSS, Atom, CDF.
    Core,
    /// Dublin Core.
    Dublin,
    /// RSS content module.
    Content,
    /// MediaRSS.
    Media,
    /// Podcasts.
    Itunes,
    /// RSS syndication module.
    Syndication,
    /// RDF.
    Rdf,
    /// XHTML.
    Xhtml,
    /// Any other.
    Other,
}

/// The namespace declarations in scope.
#[derive(Debug, Default)]
pub struct Namespaces<'a> {
    bound: Vec<(usize, &'a str, Vocabulary)>,
}

/// Declarations beyond this many at once are ignored: real feeds have at most thirty.
const BOUND_MAX: usize = 128;

impl<'a> Namespaces<'a> {
    /// Takes the declarations among the attributes of an element at `depth`.
    pub fn declare(&mut self, depth: usize, attrs: impl Iterator<Item = (&'a str, &'a str)>) {
        for (name, uri) in attrs {
            let prefix = match name.split_once(':') {
                Some(("xmlns", prefix)) => prefix,
                None if name == "xmlns" => "",
                _ => continue,
            };
            if self.bound.len() < BOUND_MAX {
                let vocabulary = by_uri(uri.trim()).unwrap_or_else(|| by_prefix(prefix));
                self.bound.push((depth, prefix, vocabulary));
            }
        }
    }

    /// Forgets what was declared deeper than `depth`.
    pub fn leave(&mut self, depth: usize) {
        while self.bound.last().is_some_and(|(d, _, _)| *d > depth) {
            self.bound.pop();
        }
    }

    /// What the element `name` means here.
    pub fn element(&self, name: &str) -> Element {
        // Byte by byte: names are too short for anything that is quicker on long ones.
        let colon = name.bytes().position(|b| b == b':');
        let (prefix, local) = colon.and_then(|at| Some((name.get(..at)?, name.get(at + 1..)?))).unwrap_or(("", name));
        let vocabulary =
            self.bound.iter().rev().find(|(_, p, _)| *p == prefix).map_or_else(|| by_prefix(prefix), |(_, _, v)| *v);
        meaning(vocabulary, Lower::of(local).as_str())
    }
}

fn by_uri(uri: &str) -> Option<Vocabulary> {
    let uri = uri.to_ascii_lowercase();
    let uri = uri.trim_end_matches(['/', '#']);
    // Half of the world writes https here, though a namespace is a name and no address.
    let uri = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://")).unwrap_or(uri);
    Some(match uri {
        "www.w3.org/2005/atom"
        | "purl.org/atom/ns"
        | "purl.org/rss/1.0"
        | "my.netscape.com/rdf/simple/0.9"
        | "channel.netscape.com/rdf/simple/0.9"
        | "blogs.law.harvard.edu/tech/rss"
        | "purl.org/rss/1.0/modules/rss091"
        | "purl.org/pie"
        | "purl.org/echo"
        | "example.com/newformat"
        | "example.com/necho"
        | "uri/of/echo/namespace" => Vocabulary::Core,
        uri if uri.contains("backend.userland.com/rss") => Vocabulary::Core,
        "purl.org/dc/elements/1.1" | "purl.org/dc/terms" | "purl.org/dc/elements/1.0" => Vocabulary::Dublin,
        "purl.org/rss/1.0/modules/content" => Vocabulary::Content,
        "search.yahoo.com/mrss" => Vocabulary::Media,
        "www.itunes.com/dtds/podcast-1.0.dtd" => Vocabulary::Itunes,
        "purl.org/rss/1.0/modules/syndication" => Vocabulary::Syndication,
        "www.w3.org/1999/02/22-rdf-syntax-ns" => Vocabulary::Rdf,
        "www.w3.org/1999/xhtml" => Vocabulary::Xhtml,
        _ => return None,
    })
}

fn by_prefix(prefix: &str) -> Vocabulary {
    match Lower::of(prefix).as_str() {
        "" if !prefix.is_empty() => Vocabulary::Other,
        "" | "atom" | "atom10" | "atom03" | "rss" | "a10" => Vocabulary::Core,
        "dc" | "dcterms" => Vocabulary::Dublin,
        "content" => Vocabulary::Content,
        "media" => Vocabulary::Media,
        "itunes" => Vocabulary::Itunes,
        "sy" => Vocabulary::Syndication,
        "rdf" => Vocabulary::Rdf,
        "xhtml" => Vocabulary::Xhtml,
        _ => Vocabulary::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(declaration: (&'static str, &'static str), name: &str, expected: Element) {
        let mut namespaces = Namespaces::default();
        namespaces.declare(1, [declaration].into_iter());
        assert_eq!(namespaces.element(name), expected, "{declaration:?} {name}");
    }

    #[test]
    fn the_uri_decides_whatever_the_prefix() {
        check(("xmlns:x", "http://purl.org/dc/elements/1.1/"), "x:date", Element::Date);
        check(("xmlns:x", "https://www.w3.org/2005/Atom"), "x:Entry", Element::Entry);
        check(("xmlns", "http://purl.org/atom/ns#"), "modified", Element::Updated);
        check(("xmlns:dc", "http://search.yahoo.com/mrss/"), "dc:title", Element::MediaTitle);
    }

    #[test]
    fn an_unknown_uri_leaves_the_customary_prefix() {
        check(("xmlns:media", "http://example.org/?"), "media:thumbnail", Element::Thumbnail);
        check(("xmlns", "http://example.org/?"), "item", Element::Entry);
        check(("xmlns:geo", "http://example.org/?"), "geo:title", Element::Other);
    }

    #[test]
    fn a_declaration_ends_with_its_element() {
        let mut namespaces = Namespaces::default();
        namespaces.declare(2, [("xmlns", "http://www.w3.org/1999/xhtml")].into_iter());
        assert_eq!(namespaces.element("title"), Element::Other);
        namespaces.leave(1);
        assert_eq!(namespaces.element("title"), Element::Title);
    }
}
