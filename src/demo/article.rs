//! The words of the demo press: feeds, articles, days.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::item::Lang;

/// Format in which a feed is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PressFormat {
    /// RSS 2.0.
    Rss2,
    /// RSS 1.0.
    Rdf,
    /// Atom 1.0 (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
}

/// Charset in which a feed is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
pub enum Charset {
    /// UTF-8.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// windows-1251, as Russian agencies used it for decades.
    #[serde(rename = "windows-1251")]
    Windows1251,
}

/// What a feed takes for the id of an article; two feeds of one outlet may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ids {
    /// The link without tracking.
    Permalink,
    /// A number in the publisher's own system.
    Number,
    /// A `tag:` URI (RFC 4151).
    Tag,
}

/// A feed of the press.
#[derive(Clone, Debug, PartialEq)]
pub struct PressFeed {
    /// Last part of its path: `/feeds/<slug>`.
    pub slug: String,
    /// Key of its outlet.
    pub outlet: String,
    /// Format.
    pub format: PressFormat,
    /// Charset.
    pub charset: Charset,
    /// Title.
    pub title: String,
    /// Language.
    pub lang: Lang,
    /// What it takes for an id.
    pub ids: Ids,
    /// `http` or `https`, of its links.
    pub scheme: String,
    /// First label of the host of its links, with the dot: `www.`, `m.`.
    pub host: String,
    /// Query that it adds to every link; may be empty.
    pub tracking: String,
    /// Hours east of UTC in which it writes its dates.
    pub zone_hours: i8,
    /// Shows other outlets' articles, each with its `<source>`.
    pub aggregator: bool,
}

/// An article of the press.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Simulated day from 1; 0 = before the first.
    pub day: usize,
    /// Key of its outlet.
    pub outlet: String,
    /// Publication.
    pub published: Timestamp,
    /// Language.
    pub lang: Lang,
    /// Headline at first.
    pub title: String,
    /// Later headline, if the desk changed it, and since when.
    pub retitled: Option<(Timestamp, String)>,
    /// Lead.
    pub lead: String,
    /// Further text.
    pub content: Option<String>,
    /// Path on the outlet's site.
    pub path: String,
    /// Video that comes with it.
    pub video: Option<String>,
    /// Label of the happening; none = off the topic.
    pub happening: Option<String>,
    /// Whether it is the first to bring something new.
    pub told: bool,
    /// The feeds that show it and since when, by slug.
    pub shown: BTreeMap<String, Timestamp>,
}

/// A simulated day.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// Date.
    pub date: Date,
    /// What it is about, one line.
    pub title: String,
}

impl Article {
    /// The headline as it reads at `now`.
    pub fn title_at(&self, now: Timestamp) -> &str {
        match &self.retitled {
            Some((at, title)) if *at <= now => title,
            _ => &self.title,
        }
    }

    /// When it last changed, as of `now`.
    pub fn updated_at(&self, now: Timestamp) -> Timestamp {
        match &self.retitled {
            Some((at, _)) if *at <= now => *at,
            _ => self.published,
        }
    }
}
