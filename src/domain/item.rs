//! Items: the deduplicated things in our store.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Row id of an item; permanent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ItemId(pub i64);

/// Language of a text, as far as orbitwire tells languages apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// English.
    En,
    /// Russian.
    Ru,
    /// Anything else or unknown.
    #[default]
    Other,
}

impl Lang {
    /// Two-letter code; `und` when unknown.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
            Self::Other => "und",
        }
    }

    /// From a language tag such as `en-US` or `ru`.
    pub fn from_tag(tag: &str) -> Self {
        match tag.get(..2).map(str::to_ascii_lowercase).as_deref() {
            Some("en") => Self::En,
            Some("ru") => Self::Ru,
            _ => Self::Other,
        }
    }
}

/// The deduplicated thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Row id.
    pub id: ItemId,
    /// Outlet key: the publisher's, which in an aggregator's feed is not the feed's.
    pub outlet: String,
    /// Publisher's name as shown.
    pub outlet_name: String,
    /// Absolute link to the article.
    pub url: Option<String>,
    /// Title.
    pub title: String,
    /// Lead, possibly empty.
    pub lead: String,
    /// Further text, possibly empty.
    pub body: String,
    /// Language.
    pub lang: Lang,
    /// Date used for everything: the published one, clamped; see `decide::identity`.
    pub at: Timestamp,
    /// When we first saw it.
    pub first_seen_at: Timestamp,
    /// Whether a video came with it.
    pub has_video: bool,
}

impl Item {
    /// The texts that decisions look at.
    pub fn text(&self) -> ItemText<'_> {
        ItemText { title: &self.title, lead: &self.lead, body: &self.body, lang: self.lang }
    }
}

/// The texts of one item, borrowed for a decision. Empty strings stand for absent texts.
#[derive(Clone, Copy, Debug, Default)]
pub struct ItemText<'a> {
    /// Headline.
    pub title: &'a str,
    /// Lead.
    pub lead: &'a str,
    /// Further text.
    pub body: &'a str,
    /// Language.
    pub lang: Lang,
}
