//! What a document says before it is judged: strings as decoded, with what is needed to make sense of them.

use std::rc::Rc;

use jiff::Timestamp;
use url::Url;

use crate::domain::feed::PollHints;

/// Where relative links in a place lead from.
pub type Base = Option<Rc<Url>>;

/// A text and whether it is HTML.
#[derive(Clone, Debug, Default)]
pub struct RawText {
    /// Plain text, or the source of an HTML fragment.
    pub value: String,
    /// Whether `value` is HTML.
    pub is_html: bool,
    /// `xml:base` in force.
    pub base: Base,
}

/// A link as written.
#[derive(Clone, Debug, Default)]
pub struct RawLink {
    /// The reference.
    pub href: String,
    /// `xml:base` in force.
    pub base: Base,
}

/// Media as written.
#[derive(Clone, Debug, Default)]
pub struct RawMedia {
    /// Where it is.
    pub link: RawLink,
    /// MIME type.
    pub mime: Option<String>,
    /// MediaRSS medium.
    pub medium: Option<String>,
}

/// An entry as published.
#[derive(Clone, Debug, Default)]
pub struct RawEntry {
    /// Nothing at all stood in it.
    pub is_empty: bool,
    /// `guid`, `id`, `rdf:about`.
    pub id: Option<RawLink>,
    /// `isPermaLink`, when it is given.
    pub id_is_link: Option<bool>,
    /// The alternate link.
    pub link: Option<RawLink>,
    /// Title.
    pub title: Option<RawText>,
    /// Title of the media, for entries that have none.
    pub media_title: Option<RawText>,
    /// First description or summary.
    pub summary: Option<RawText>,
    /// A second one, which some feeds use for the full text.
    pub second_summary: Option<RawText>,
    /// Content.
    pub content: Option<RawText>,
    /// Authors.
    pub authors: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// First publication.
    pub published: Option<Timestamp>,
    /// A date without a say what of.
    pub dated: Option<Timestamp>,
    /// Last change.
    pub updated: Option<Timestamp>,
    /// Language as written.
    pub language: Option<String>,
    /// Original publisher.
    pub source_name: String,
    /// Its link.
    pub source_link: Option<RawLink>,
    /// Enclosures and MediaRSS.
    pub media: Vec<RawMedia>,
    /// Comments page.
    pub comments: Option<RawLink>,
}

/// A document as published.
#[derive(Clone, Debug, Default)]
pub struct RawFeed {
    /// See `FeedDocument::format`; empty while no root was seen.
    pub format: &'static str,
    /// Whether a `channel` or `feed` was seen, not the bare root alone.
    pub has_channel: bool,
    /// Title.
    pub title: Option<RawText>,
    /// The site.
    pub link: Option<RawLink>,
    /// Description.
    pub description: Option<RawText>,
    /// Language as written.
    pub language: Option<String>,
    /// Last change.
    pub updated: Option<Timestamp>,
    /// How often to come; the update interval is that of a period.
    pub hints: PollHints,
    /// `sy:updateFrequency`: updates in a period.
    pub updates_per_period: Option<u32>,
    /// Entries in document order.
    pub entries: Vec<RawEntry>,
    /// What was mended on the way.
    pub repairs: Repairs,
    /// See `FeedDocument::is_cut`.
    pub is_cut: bool,
}

/// Counts of what had to be mended or dropped.
#[derive(Clone, Debug, Default)]
pub struct Repairs {
    counts: Vec<(&'static str, usize)>,
}

impl Repairs {
    /// Notes `n` more of `what`, a sentence with `#` for the number and `{one|many}` for words that
    /// depend on it; nothing when `n` is 0.
    pub fn note(&mut self, what: &'static str, n: usize) {
        if n == 0 {
            return;
        }
        match self.counts.iter_mut().find(|(w, _)| *w == what) {
            Some((_, count)) => *count += n,
            None => self.counts.push((what, n)),
        }
    }

    /// One sentence each.
    pub fn sentences(&self) -> Vec<String> {
        self.counts.iter().map(|(what, n)| sentence(what, *n)).collect()
    }
}

fn sentence(what: &str, n: usize) -> String {
    let what = what.replace('#', &n.to_string());
    let mut sentence = String::new();
    for piece in what.split('}') {
        let (before, words) = piece.split_once('{').unwrap_or((piece, ""));
        let (one, many) = words.split_once('|').unwrap_or((words, words));
        sentence.push_str(before);
        sentence.push_str(if n == 1 { one } else { many });
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_agrees_with_its_number() {
        for (n, expected) in
            [(1, "1 entry has nothing"), (2, "2 entries have nothing"), (11, "11 entries have nothing")]
        {
            assert_eq!(sentence("# {entry has|entries have} nothing", n), expected);
        }
        assert_eq!(sentence("text before the document", 1), "text before the document");
    }
}
