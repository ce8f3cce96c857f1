//! Topics: what a reader wants to hear about, and the evidence that an item concerns it.

use serde::{Deserialize, Serialize};

/// What kind of thing an entity is; facts are made of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// A person.
    Person,
    /// An agency, company, ministry or other body.
    Organisation,
    /// A spacecraft, rocket or other vehicle type.
    Vehicle,
    /// A numbered or named mission, crew or expedition.
    Mission,
    /// A station, site or place.
    Place,
    /// A country, its people or its government.
    Country,
    /// A treaty, law, agreement or other document.
    Document,
    /// Anything else that carries the topic (a word of the field).
    Term,
}

impl EntityKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Person,
        Self::Organisation,
        Self::Vehicle,
        Self::Mission,
        Self::Place,
        Self::Country,
        Self::Document,
        Self::Term,
    ];

    /// The name used in topic files and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Vehicle => "vehicle",
            Self::Mission => "mission",
            Self::Place => "place",
            Self::Country => "country",
            Self::Document => "document",
            Self::Term => "term",
        }
    }

    /// The kind of that name, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Where in an item something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Headline.
    Title,
    /// Lead.
    Lead,
    /// Further text.
    Body,
    /// The outlet itself (an item of Roscosmos's own feed).
    Outlet,
}

impl Field {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Lead => "lead",
            Self::Body => "body",
            Self::Outlet => "outlet",
        }
    }
}

/// A mention of a topic's entity in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityHit {
    /// Language-free id, e.g. `roscosmos`.
    pub entity: String,
    /// What it is.
    pub kind: EntityKind,
    /// Where.
    pub field: Field,
    /// The words as written.
    pub text: String,
    /// Byte offset in that field's text.
    pub start: usize,
    /// End of it.
    pub end: usize,
}

/// One piece of evidence for or against relevance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What was found, as a person would name it, e.g. `Roscosmos`.
    pub what: String,
    /// The facet or rule it feeds, e.g. `russia`.
    pub facet: String,
    /// Where.
    pub field: Field,
    /// What it adds to the score; negative speaks against.
    pub weight: f64,
}

/// The decision whether an item concerns a topic, with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relevance {
    /// Key of the topic.
    pub topic: String,
    /// Sum of the evidence.
    pub score: f64,
    /// Score from which an item is kept.
    pub threshold: f64,
    /// Kept or not.
    pub relevant: bool,
    /// In the order of weight.
    pub evidence: Vec<Evidence>,
    /// What was missing, in words; empty when kept.
    pub missing: Vec<String>,
    /// Mentions of the topic's entities, for grouping and facts; in the order of the text.
    pub entities: Vec<EntityHit>,
}

/// A topic as its file describes it, checked and complete.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Topic {
    /// Key: what audiences name.
    pub key: String,
    /// Name shown in mails.
    pub name: String,
}
