//! What a visit tells people and scripts.

use jiff::Timestamp;
use serde::Serialize;

use super::ingest::Welcomed;
use crate::domain::Feed;
use crate::text::url;

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A document was read and recorded.
    Accepted,
    /// The server or the body says that nothing changed.
    Unchanged,
    /// Something was wrong; the reason says what.
    Rejected,
}

impl Outcome {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Unchanged => "unchanged",
            Self::Rejected => "rejected",
        }
    }
}

/// One visit, as people and scripts see it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedReport {
    /// URL as configured, secrets masked.
    pub feed: String,
    /// Name.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// In words.
    pub reason: String,
    /// Entries in the document.
    pub n_entries: usize,
    /// New items among them.
    pub n_new: usize,
    /// New items that matched a topic.
    pub n_kept: usize,
    /// Developments found.
    pub n_developments: usize,
    /// When it is due again.
    pub next_poll_at: Option<Timestamp>,
    /// The new items; none where only their number is wanted, see `Service::counting`.
    pub items: Vec<NewItemReport>,
    /// Whether somebody who looks for what went wrong wants to see it: the first failure in a row, and the moment from
    /// which the feed counts as broken. The failures between are known.
    #[serde(skip)]
    pub is_alarm: bool,
}

/// A new item as a poll reports it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewItemReport {
    /// Row id.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Link.
    pub url: Option<String>,
    /// Lead and content as plain text.
    pub text: String,
    /// Content as sanitised HTML.
    pub html: Option<String>,
}

impl NewItemReport {
    pub(super) fn of(new: &Welcomed<'_>) -> Self {
        let entry = new.entry;
        let texts = [entry.summary.as_deref(), entry.content_text.as_deref()];
        let text: Vec<&str> = texts.into_iter().flatten().filter(|text| !text.is_empty()).collect();
        Self {
            id: new.id.0,
            title: entry.title.clone(),
            url: entry.url.clone(),
            text: text.join("\n\n"),
            html: entry.content_html.clone(),
        }
    }
}

impl FeedReport {
    /// The report of a visit to `feed` that has brought nothing yet.
    pub(super) fn of(feed: &Feed) -> Self {
        Self {
            feed: url::masked(&feed.url),
            name: feed.name.clone(),
            outcome: Outcome::Unchanged,
            reason: "nothing changed".to_owned(),
            n_entries: 0,
            n_new: 0,
            n_kept: 0,
            n_developments: 0,
            next_poll_at: None,
            items: Vec::new(),
            is_alarm: false,
        }
    }
}
