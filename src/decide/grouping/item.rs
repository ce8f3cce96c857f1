//! What grouping looks at in an item: its terms, by language and without.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use jiff::Timestamp;

use super::lexicon::{is_stop, seeded_share};
use super::roundup;
use super::term::{Term, TermList};
use crate::decide::facts::Lexicon;
use crate::decide::facts::acts;
use crate::decide::facts::numbered::{self, Numbered};
use crate::domain::fact::ActClass;
use crate::domain::item::{ItemId, ItemText, Lang};
use crate::domain::topic::{EntityHit, EntityKind, Field};
use crate::text::lexeme::{Lexeme, lexemes};
use crate::text::words::{Word, words};

/// Words taken from a headline; longer ones are hostile or whole articles.
const TITLE_WORDS_MAX: usize = 60;
/// Words taken from a lead: the happening stands in its first sentences.
const LEAD_WORDS_MAX: usize = 90;
/// Share of a topic's items that its own standing subjects are assumed to be in until the stream has taught better.
pub(super) const STANDING_SHARE: f32 = 0.03;
/// The same for acts, of which most happenings have one.
const ACT_SHARE: f32 = 0.029;

/// An item as grouping sees it. Owns its terms; cloning it copies a pointer.
#[derive(Clone, Debug)]
pub struct GroupingItem {
    pub(super) inner: Arc<Terms>,
}

/// All that is compared.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) id: ItemId,
    pub(super) at: Timestamp,
    pub(super) outlet: u64,
    pub(super) lang: Lang,
    /// Headline.
    pub(super) title: TermList,
    /// Headline and lead.
    pub(super) whole: TermList,
    /// What needs no language.
    pub(super) bridge: TermList,
    /// Numbered names of the headline, `ms` → [28].
    pub(super) numbered: BTreeMap<String, Vec<u32>>,
    /// Acts named in the headline.
    pub(super) acts: Vec<(Arc<str>, ActClass)>,
    /// Vehicles, missions and places of the topic: those of the headline, and of headline and lead, by family.
    pub(super) things: [Vec<u64>; 2],
    /// The headline speaks of what is to come.
    pub(super) is_ahead: bool,
    /// The item tells of several happenings.
    pub(super) is_roundup: bool,
}

impl GroupingItem {
    /// Reads the terms out of an item. Linear in the text, of which the beginning is taken.
    pub fn new(
        id: ItemId,
        at: Timestamp,
        outlet: &str,
        text: &ItemText<'_>,
        entities: &[EntityHit],
        lexicon: &Lexicon,
    ) -> Self {
        let title = Reading::new(text.title, Field::Title, entities, TITLE_WORDS_MAX, lexicon);
        // Some outlets have no lead: the text itself begins with one.
        let (lead, field) = if text.lead.is_empty() { (text.body, Field::Body) } else { (text.lead, Field::Lead) };
        let lead = Reading::new(lead, field, entities, LEAD_WORDS_MAX, lexicon);
        let terms = Terms {
            id,
            at,
            outlet: key_of(outlet),
            lang: text.lang,
            title: TermList::new(title.terms.iter()),
            whole: TermList::new(title.terms.iter().chain(&lead.terms)),
            bridge: TermList::new(title.bridge.iter().chain(&lead.bridge)),
            numbered: title.numbered,
            acts: title.acts,
            things: [title.things.clone(), [title.things, lead.things].concat()],
            is_ahead: acts::is_ahead(text.title, lexicon),
            is_roundup: roundup::is_roundup(text.title),
        };
        Self { inner: Arc::new(terms) }
    }

    /// The item's id.
    pub fn id(&self) -> ItemId {
        self.inner.id
    }

    /// The item's date.
    pub fn at(&self) -> Timestamp {
        self.inner.at
    }
}

/// One field, read.
#[derive(Default)]
struct Reading {
    terms: Vec<Term>,
    bridge: Vec<Term>,
    numbered: BTreeMap<String, Vec<u32>>,
    acts: Vec<(Arc<str>, ActClass)>,
    things: Vec<u64>,
}

impl Reading {
    fn new(text: &str, field: Field, entities: &[EntityHit], words_max: usize, lexicon: &Lexicon) -> Self {
        let spans: Vec<Word<'_>> = words(text).take(words_max).collect();
        let read = lexemes(spans.iter().copied());
        let hits: Vec<&EntityHit> = entities.iter().filter(|hit| hit.field == field).collect();
        let mut reading = Self::default();
        reading.read_entities(&hits, spans.last().map_or(0, |w| w.end));
        for at in 0..spans.len() {
            let inside = hits.iter().any(|hit| hit.start <= spans[at].start && spans[at].end <= hit.end);
            reading.read_word(&spans, &read[at], at, inside);
        }
        let stems: Vec<&str> = read.iter().map(|word| &*word.stem).collect();
        for act in acts::of_stems(&spans, &stems, lexicon) {
            reading.bridge.push(term("act:", act.meaning, act.meaning, ACT_SHARE));
            if !reading.acts.iter().any(|(meaning, class)| meaning == act.meaning && *class == act.class) {
                reading.acts.push((Arc::clone(act.meaning), act.class));
            }
        }
        reading
    }

    fn read_entities(&mut self, hits: &[&EntityHit], end: usize) {
        for hit in hits.iter().filter(|hit| hit.end <= end) {
            let share = match hit.kind {
                EntityKind::Person | EntityKind::Mission | EntityKind::Document => 0.0,
                _ => STANDING_SHARE,
            };
            let found = term("@", &hit.entity, &hit.text, share);
            if matches!(hit.kind, EntityKind::Vehicle | EntityKind::Mission | EntityKind::Place) {
                self.things.push(key_of(hit.entity.split('-').next().unwrap_or_default()));
            }
            self.bridge.push(found.clone());
            self.terms.push(found);
        }
    }

    fn read_word(&mut self, spans: &[Word<'_>], read: &Lexeme, at: usize, inside: bool) {
        let (word, folded, stemmed) = (spans[at].text, &*read.folded, &*read.stem);
        if let Some(Numbered { name, number, .. }) = numbered::at(spans, at) {
            let label = format!("{name}-{number}");
            let found = term("#", &label, &label, 0.0);
            self.bridge.push(found.clone());
            self.terms.push(found);
            self.numbered.entry(name).or_default().push(number);
        }
        if inside || is_stop(folded) || is_stop(stemmed) {
            return;
        }
        let has_digit = folded.contains(|c: char| c.is_ascii_digit());
        if folded.chars().count() < 2 && !has_digit {
            return;
        }
        let found = term("", stemmed, word, seeded_share(stemmed));
        if has_digit {
            self.bridge.push(found.clone());
        } else if at > 0 && word.starts_with(char::is_uppercase) {
            self.bridge.push(term("~", &read.name, word, seeded_share(stemmed)));
        }
        self.terms.push(found);
    }
}

fn term(sort: &str, value: &str, label: &str, share: f32) -> Term {
    let mut hasher = DefaultHasher::new();
    (sort, value).hash(&mut hasher);
    Term { key: hasher.finish(), weight: 1.0, share, label: label.into() }
}

fn key_of(text: &str) -> u64 {
    term("outlet", text, "", 0.0).key
}
