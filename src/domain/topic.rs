//! Topics: what a reader wants to hear about, and the evidence that an item concerns it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::fact::ActClass;

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

/// A topic as its file describes it, checked and complete: everything that is known of the topic is here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Topic {
    /// Key: what audiences name.
    pub key: String,
    /// Name shown in mails.
    pub name: String,
    /// Score from which an item is kept.
    pub threshold: f64,
    /// How much a mention counts by where it stands.
    pub places: Places,
    /// The sides a relevant item must touch, all of them.
    pub facets: Vec<Facet>,
    /// What carries the topic.
    pub entities: Vec<TopicEntity>,
    /// What mentions mean together.
    pub rules: Vec<Rule>,
    /// Words of the field, for facts.
    pub words: TopicWords,
    /// Corrections learned from verdicts, by name of evidence or `~stem`; empty when nothing was learned.
    pub learned: Vec<(String, f64)>,
}

/// Words of the field that facts are read by, beside those that all news share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicWords {
    /// Trades of those who take part in what is told, as they stand before names.
    pub trades: Vec<String>,
    /// What numbers are told of: a name that languages share, and its forms.
    pub counted: Vec<(String, Vec<String>)>,
    /// What happens.
    pub acts: Vec<TopicAct>,
}

/// A verb of the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicAct {
    /// Its meaning, a name that languages share: `launch`.
    pub meaning: String,
    /// What it does to a story.
    pub class: ActClass,
    /// Words and phrases, compared by stem.
    pub forms: Vec<String>,
}

/// How much a mention counts by where it stands; a weight is multiplied by these.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Places {
    /// In a headline that has a lead under it.
    pub title: f64,
    /// In a headline that stands alone, as many feeds have it.
    pub title_alone: f64,
    /// In the lead.
    pub lead: f64,
    /// In further text.
    pub body: f64,
    /// The outlet itself speaks for the entity.
    pub outlet: f64,
}

impl Default for Places {
    fn default() -> Self {
        Self { title: 1.0, title_alone: 1.0, lead: 0.75, body: 0.25, outlet: 0.5 }
    }
}

/// A side that a relevant item must touch.
#[derive(Clone, Debug, PartialEq)]
pub struct Facet {
    /// Key, e.g. `russia`.
    pub key: String,
    /// What is missing when it is not touched, with its article: `a Russian side`.
    pub name: String,
    /// Weight from which it counts as touched.
    pub needs: f64,
}

/// One thing of the topic with all its forms.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicEntity {
    /// Language-free id; `#` stands for the number of a numbered one (`soyuz-ms-#`).
    pub id: String,
    /// What it is.
    pub kind: EntityKind,
    /// As a person would name it.
    pub name: String,
    /// Group it belongs to, and further groups; rules name these.
    pub groups: Arc<[String]>,
    /// Facets it feeds, by key, with the weight of a mention in a headline.
    pub feeds: Arc<[(String, f64)]>,
    /// Words by which it goes, in any language: stems are compared, and persons' names by their declined forms;
    /// a capital demands a capital, `#` is any number.
    pub forms: Vec<String>,
}

/// What mentions mean together, e.g. "an astronaut of one side on the ship of the other".
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// As the evidence shows it.
    pub name: String,
    /// Each of these must be there; one inner list is a choice of entity ids and groups.
    pub all: Vec<Vec<String>>,
    /// None of these may be in title or lead.
    pub none: Vec<String>,
    /// How near they must stand.
    pub within: Within,
    /// What it adds; negative speaks against.
    pub weight: f64,
    /// Facets that count as touched when it holds.
    pub fills: Vec<String>,
}

/// How near mentions must stand for a rule to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// All in the headline.
    Title,
    /// All in the headline or all in one sentence of the lead.
    Sentence,
    /// Anywhere in headline and lead.
    Item,
}

impl Within {
    /// The value of that name in a topic file.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "title" => Some(Self::Title),
            "sentence" => Some(Self::Sentence),
            "item" => Some(Self::Item),
            _ => None,
        }
    }
}
