//! What a feed document says, in our words, whatever its format was.

use jiff::Timestamp;
use serde::Serialize;

use super::feed::PollHints;
use super::item::Lang;

/// One thing as a feed published it; all text is plain, cleaned and bounded.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Entry {
    /// The publisher's id as written (`guid`, `atom:id`, `rdf:about`, JSON `id`); never made up, never random.
    pub guid: Option<String>,
    /// Absolute http(s) link to the article.
    pub url: Option<String>,
    /// Title as plain text, one line, at most 500 characters; from the text's first words when there is none.
    pub title: String,
    /// Lead as plain text, at most 4,000 characters.
    pub summary: Option<String>,
    /// Full content as plain text, when the feed carries it beyond the lead.
    pub content_text: Option<String>,
    /// Full content or lead as sanitised HTML.
    pub content_html: Option<String>,
    /// Names as written.
    pub authors: Vec<String>,
    /// Categories as written.
    pub categories: Vec<String>,
    /// First publication, as the feed says; may be absurd, `decide::identity` clamps it.
    pub published: Option<Timestamp>,
    /// Last change, as the feed says.
    pub updated: Option<Timestamp>,
    /// By the feed's word or by script and letters.
    pub language: Option<Lang>,
    /// The original publisher in an aggregator's feed.
    pub source: Option<Source>,
    /// Enclosures and MediaRSS.
    pub media: Vec<Media>,
    /// Link to the comments page.
    pub comments: Option<String>,
    /// Headlines of other outlets listed inside the description (aggregators).
    pub coverage: Vec<Coverage>,
}

impl Entry {
    /// Whether it has neither title nor text nor link: published, but nothing that could be told or known again.
    pub fn is_mute(&self) -> bool {
        self.title.is_empty() && self.url.is_none() && self.summary.is_none() && self.content_text.is_none()
    }
}

/// The original publisher of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Name as written.
    pub name: String,
    /// Link to the publisher, if given.
    pub url: Option<String>,
}

/// A headline of another outlet, listed in an aggregator's entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Headline.
    pub title: String,
    /// Link.
    pub url: Option<String>,
    /// Publisher's name.
    pub publisher: Option<String>,
}

/// Something to watch, hear or see that came with an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Media {
    /// Absolute http(s) URL.
    pub url: String,
    /// MIME type, if given.
    pub mime: Option<String>,
    /// `image`, `video`, `audio` or `other`.
    pub medium: String,
}

/// A whole document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedDocument {
    /// `rss2`, `rss1`, `rss0`, `atom`, `json`.
    pub format: String,
    /// Title of the feed.
    pub title: Option<String>,
    /// The site it belongs to.
    pub url: Option<String>,
    /// Description of the feed.
    pub description: Option<String>,
    /// Language of the feed, as written.
    pub language: Option<String>,
    /// When the feed says it changed.
    pub updated: Option<Timestamp>,
    /// How often to come.
    pub hints: PollHints,
    /// Entries in document order.
    pub entries: Vec<Entry>,
    /// What had to be mended or dropped, one sentence each with a count.
    pub repairs: Vec<String>,
    /// Whether the document breaks off, so that entries behind the break are missing.
    pub is_cut: bool,
}
