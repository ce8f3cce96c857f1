//! Facts and quotes: verbatim spans of an item, never generated.

use serde::{Deserialize, Serialize};

use super::topic::Field;

/// What a verb of news does to a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActClass {
    /// A phase of an undertaking: of two reports, one of a start and one of a return, each is its own happening.
    Phase,
    /// A step that changes what holds: signed, extended, cancelled, denied.
    Step,
    /// Talk and intention.
    Talk,
}

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// A count or measure with its unit.
    Number,
    /// A date, a year or a range of dates.
    Date,
    /// A sum of money.
    Money,
    /// A person.
    Person,
    /// An organisation.
    Organisation,
    /// A vehicle.
    Vehicle,
    /// A mission.
    Mission,
    /// A document: treaty, contract, law.
    Agreement,
    /// An act of speech or state: confirmed, denied, signed, suspended, extended, postponed.
    Act,
}

impl FactKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Number,
        Self::Date,
        Self::Money,
        Self::Person,
        Self::Organisation,
        Self::Vehicle,
        Self::Mission,
        Self::Agreement,
        Self::Act,
    ];

    /// The name used in JSON and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Date => "date",
            Self::Money => "money",
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Vehicle => "vehicle",
            Self::Mission => "mission",
            Self::Agreement => "agreement",
            Self::Act => "act",
        }
    }

    /// The kind of that name, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A verbatim span that says something checkable.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fact {
    /// What it is about.
    pub kind: FactKind,
    /// The words as written.
    pub text: String,
    /// Language-free value for comparison, e.g. `2028`, `5 seats`, `act:extend`.
    pub value: String,
    /// What the value is the value of, so that "until 2030" replaces "until 2028"; empty when it fills no slot.
    pub slot: String,
    /// Where.
    pub field: Field,
}

impl Fact {
    /// Whether the slot tells what the value is the value of: an act or a limit beside the kind of value. Two dates of
    /// two reports are otherwise of two things.
    pub fn says_of_what(&self) -> bool {
        self.slot.contains(' ') || self.slot.contains("until")
    }
}

/// Whether the words are the speaker's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuoteKind {
    /// In quotation marks.
    Direct,
    /// Attributed without marks.
    Indirect,
}

/// The speaker's own stance toward the step reported, only where the words say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// Praises, supports, agrees, will continue.
    Welcoming,
    /// Opposes, threatens, accuses, doubts, will quit.
    Critical,
    /// Neither.
    Neither,
}

impl Stance {
    /// The name used in JSON and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Welcoming => "welcoming",
            Self::Critical => "critical",
            Self::Neither => "neither",
        }
    }
}

/// Who said what, in the words of the item.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quote {
    /// Direct or indirect.
    pub kind: QuoteKind,
    /// The words, without the marks.
    pub text: String,
    /// Title and name as written.
    pub speaker: String,
    /// The verb of speech as written.
    pub verb: String,
    /// Stance.
    pub stance: Stance,
    /// Where.
    pub field: Field,
}

/// What a sentence about the time to come is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutlookKind {
    /// Somebody plans, intends, will.
    Plan,
    /// Somebody expects or hopes.
    Expectation,
    /// A limit in time to come: until 2030.
    Until,
    /// Others are to take part.
    Partners,
}

impl OutlookKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Plan, Self::Expectation, Self::Until, Self::Partners];

    /// The name used in JSON and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Expectation => "expectation",
            Self::Until => "until",
            Self::Partners => "partners",
        }
    }

    /// The kind of that name, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A sentence about what comes next, in the words of the item.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outlook {
    /// What it is.
    pub kind: OutlookKind,
    /// The sentence.
    pub text: String,
    /// The words in it that say so.
    pub cue: String,
    /// Who says it, where the sentence has a speaker; else the outlet does.
    pub speaker: String,
    /// Where.
    pub field: Field,
}
