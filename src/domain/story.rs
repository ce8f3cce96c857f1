//! Stories: items about one happening, and the developments in them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fact::{Fact, Outlook, Quote};
use super::item::{ItemId, Lang};
use super::outlet::OutletKind;

/// Row id of a story; permanent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StoryId(pub i64);

/// Row id of a development; permanent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DevelopmentId(pub i64);

/// How well a story is confirmed; a step up is a development.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// Resting on unnamed sources.
    Unnamed,
    /// One outlet.
    OneOutlet,
    /// Several independent outlets.
    Several,
    /// An official body says so itself or is named as saying so.
    Official,
    /// An official body denies it.
    Denied,
}

impl Confirmation {
    /// Every step, from the lowest.
    pub const ALL: [Self; 5] = [Self::Unnamed, Self::OneOutlet, Self::Several, Self::Official, Self::Denied];

    /// The name used in JSON and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unnamed => "unnamed",
            Self::OneOutlet => "one_outlet",
            Self::Several => "several",
            Self::Official => "official",
            Self::Denied => "denied",
        }
    }

    /// The step of that name, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }
}

/// Why a development is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DevelopmentKind {
    /// The first report of a story.
    FirstReport,
    /// A fact that was not there.
    NewFact,
    /// A fact with another value.
    ChangedFact,
    /// A step on the confirmation ladder.
    Confirmation,
}

impl DevelopmentKind {
    /// The name used in JSON and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstReport => "first_report",
            Self::NewFact => "new_fact",
            Self::ChangedFact => "changed_fact",
            Self::Confirmation => "confirmation",
        }
    }

    /// The kind of that name, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::FirstReport, Self::NewFact, Self::ChangedFact, Self::Confirmation]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// Why a development is recorded and never told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyQuiet {
    /// Its item was there when the feed was first met, or was too old when it came.
    Old,
    /// Its item came in a flood of old entries, held until it is released.
    Flood,
    /// It opened a story that was put into another one, which tells the same.
    Merged,
    /// It came while its story was muted.
    Muted,
}

impl WhyQuiet {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Old, Self::Flood, Self::Merged, Self::Muted];

    /// The name used in JSON and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::Flood => "flood",
            Self::Merged => "merged",
            Self::Muted => "muted",
        }
    }

    /// The reason of that name, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.name() == name)
    }

    /// Whether a person's doing made it so.
    pub fn is_by_hand(self) -> bool {
        matches!(self, Self::Merged | Self::Muted)
    }

    /// The reason as people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Old => "it belongs to what was there before, or was too old when it came",
            Self::Flood => "it came in a flood of old entries, which is held until it is released",
            Self::Merged => "its story was put into another one, which says the same",
            Self::Muted => "it came while its story was muted",
        }
    }
}

/// Something new in a story.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Development {
    /// Row id.
    pub id: DevelopmentId,
    /// Its story.
    pub story: StoryId,
    /// The item that brought it.
    pub item: ItemId,
    /// When that item was published (clamped).
    pub at: Timestamp,
    /// When we decided so.
    pub found_at: Timestamp,
    /// Why it is one.
    pub kind: DevelopmentKind,
    /// What is new, in the item's words: `seat swap runs through 2027 (was 2025) — Roscosmos`.
    pub what: String,
    /// Topics whose readers it concerns.
    pub topics: Vec<String>,
}

/// An item inside a story, as a digest or dossier shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoryItem {
    /// Row id.
    pub id: ItemId,
    /// Outlet key.
    pub outlet: String,
    /// Outlet name.
    pub outlet_name: String,
    /// Outlet's country.
    pub country: String,
    /// Outlet's kind.
    pub kind: OutletKind,
    /// Outlet's family.
    pub family: String,
    /// Title.
    pub title: String,
    /// Lead.
    pub lead: String,
    /// Link.
    pub url: Option<String>,
    /// Language.
    pub lang: Lang,
    /// Date.
    pub at: Timestamp,
    /// First seen.
    pub first_seen_at: Timestamp,
    /// Wire or outlet whose text this is a copy of, if any: such items are not independent.
    pub copy_of: Option<String>,
    /// Whether a video came with it.
    pub has_video: bool,
    /// Why it was kept, one line.
    pub matched: String,
    /// Why it was put into this story, one line.
    pub joined: String,
    /// Facts found in it.
    pub facts: Vec<Fact>,
    /// Quotes found in it.
    pub quotes: Vec<Quote>,
    /// What it says of the time to come.
    pub outlook: Vec<Outlook>,
}

/// A story with all that a digest or dossier needs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoryBrief {
    /// Row id.
    pub id: StoryId,
    /// Title of its first report.
    pub title: String,
    /// First report.
    pub first_at: Timestamp,
    /// Latest item.
    pub last_at: Timestamp,
    /// Step on the ladder.
    pub confirmation: Confirmation,
    /// All items, oldest first.
    pub items: Vec<StoryItem>,
    /// All developments, oldest first.
    pub developments: Vec<Development>,
    /// Those of them that the audience has not been told.
    pub untold: Vec<DevelopmentId>,
    /// Whether the audience was told of this story before.
    pub told_before: bool,
}
