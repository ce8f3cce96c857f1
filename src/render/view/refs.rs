//! Links numbered in the order of the mail, one number a link.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::link;

/// A link as the templates see it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Link {
    /// Number in the text part.
    pub(super) n: usize,
    /// Absolute http(s) URL, ASCII.
    pub(super) url: String,
    /// Host, shown beside the link.
    pub(super) host: String,
}

/// The numbers given so far.
#[derive(Debug, Default)]
pub(super) struct Links {
    known: BTreeMap<String, usize>,
}

impl Links {
    /// The link with its number; `None` when it is not safe to put into a mail.
    pub(super) fn add(&mut self, url: Option<&str>) -> Option<Link> {
        let (url, host) = link::safe(url?)?;
        let next = self.known.len() + 1;
        let n = *self.known.entry(url.clone()).or_insert(next);
        Some(Link { n, url, host })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_its_number() {
        let mut links = Links::default();
        let mut number = |url| links.add(Some(url)).map(|link| link.n);
        assert_eq!(number("https://a.example/"), Some(1));
        assert_eq!(number("https://b.example/"), Some(2));
        assert_eq!(number("https://a.example/"), Some(1));
        assert_eq!(number("javascript:alert(1)"), None);
        assert_eq!(number("https://c.example/"), Some(3));
    }
}
