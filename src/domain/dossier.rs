//! The dossier of a story: everything that is known of it, in the order in which a reader asks.

use jiff::Timestamp;
use serde::Serialize;

use super::digest::BarPart;
use super::fact::{FactKind, OutlookKind, QuoteKind};
use super::item::ItemId;
use super::outlet::OutletKind;
use super::story::{Confirmation, DevelopmentKind, StoryId};

/// The report that something was taken from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Source {
    /// Row of the item.
    pub item: ItemId,
    /// Outlet name.
    pub outlet: String,
    /// Link.
    pub url: Option<String>,
    /// When it reported.
    pub at: Timestamp,
}

/// A first report or a development.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Happened {
    /// Why it is one.
    pub kind: DevelopmentKind,
    /// What is new, with the value that it replaces.
    pub what: String,
    /// Who brought it.
    #[serde(flatten)]
    pub source: Source,
}

/// What somebody said.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Voice {
    /// Title and name as written.
    pub speaker: String,
    /// The words.
    pub text: String,
    /// In marks or not.
    pub kind: QuoteKind,
    /// Who reports it.
    #[serde(flatten)]
    pub source: Source,
}

/// A sentence about what comes next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutlookLine {
    /// What it is.
    pub kind: OutlookKind,
    /// The sentence.
    pub text: String,
    /// Who says it, where the sentence has a speaker.
    pub speaker: String,
    /// Who reports it.
    #[serde(flatten)]
    pub source: Source,
}

/// A fact and who states it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FactLine {
    /// What it is about.
    pub kind: FactKind,
    /// As written.
    pub text: String,
    /// Who states it first.
    #[serde(flatten)]
    pub source: Source,
}

/// An outlet in a story.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutletLine {
    /// Name.
    pub outlet: String,
    /// Country code.
    pub country: String,
    /// Kind.
    pub kind: OutletKind,
    /// Its first report.
    pub first_at: Timestamp,
    /// Its reports.
    pub n_reports: usize,
    /// Whose text it carries, if it wrote none of its own.
    pub copy_of: Option<String>,
}

/// An earlier headline of a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Revision {
    /// The report.
    pub item: ItemId,
    /// Outlet name.
    pub outlet: String,
    /// When it was replaced.
    pub until: Timestamp,
    /// The headline until then.
    pub title: String,
}

/// Who reported first, and how long before the next outlet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct First {
    /// The first report.
    #[serde(flatten)]
    pub source: Source,
    /// Minutes until the next outlet with a text of its own; `None` while there is none.
    pub ahead_minutes: Option<i64>,
    /// That outlet.
    pub next: Option<String>,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Headline.
    pub title: String,
    /// Where.
    #[serde(flatten)]
    pub source: Source,
    /// Whose text it carries, if not its own.
    pub copy_of: Option<String>,
    /// Whether it comes with a video.
    pub has_video: bool,
    /// Why it was kept.
    pub matched: String,
    /// Why it is in this story.
    pub joined: String,
}

/// The whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dossier {
    /// Row of the story.
    pub id: StoryId,
    /// Title of its first report.
    pub title: String,
    /// First report.
    pub first_at: Timestamp,
    /// Latest report.
    pub last_at: Timestamp,
    /// Step on the ladder.
    pub confirmation: Confirmation,
    /// Muted since then.
    pub muted_at: Option<Timestamp>,
    /// Reports.
    pub n_items: usize,
    /// Outlets.
    pub n_outlets: usize,
    /// Independent sources among them.
    pub n_independent: usize,
    /// Who reports it, as numbers.
    pub bar: Vec<BarPart>,
    /// The same in words.
    pub perspective: String,
    /// What is striking about it: only one side so far, or one source behind all.
    pub note: Option<String>,
    /// Who was first.
    pub first: Option<First>,
    /// The first report by a body that acts itself.
    pub primary: Option<Source>,
    /// First report and developments, oldest first.
    pub happened: Vec<Happened>,
    /// Who welcomes it.
    pub voices_for: Vec<Voice>,
    /// Who is against.
    pub voices_against: Vec<Voice>,
    /// Who says something else.
    pub voices_other: Vec<Voice>,
    /// What comes next, as reports say.
    pub outlook: Vec<OutlookLine>,
    /// What outlets contradict each other on.
    pub differences: Vec<String>,
    /// What is stated, each once.
    pub facts: Vec<FactLine>,
    /// Outlets by their first report.
    pub outlets: Vec<OutletLine>,
    /// Headlines that were changed.
    pub revisions: Vec<Revision>,
    /// Reports, oldest first.
    pub reports: Vec<Report>,
}

impl First {
    /// The lead over the next outlet in words: `2 h 5 min before Reuters`.
    pub fn lead(&self) -> Option<String> {
        let (minutes, next) = (self.ahead_minutes?, self.next.as_deref()?);
        let span = match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
            (0, 0, min) => format!("{min} min"),
            (0, h, min) => format!("{h} h {min} min"),
            (d, h, _) => format!("{d} d {h} h"),
        };
        Some(format!("{span} before {next}"))
    }
}
