//! What mentions mean together: rules over entities and groups that stand near each other.

use std::collections::HashMap;

use super::mention::Mention;
use crate::domain::topic::Within;
use crate::domain::{Field, Topic};

/// A set of entities and groups, one bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks(Vec<u64>);

impl Marks {
    fn empty(n: usize) -> Self {
        Self(vec![0; n.div_ceil(64)])
    }

    fn set(&mut self, mark: usize) {
        if let Some(bits) = self.0.get_mut(mark / 64) {
            *bits |= 1 << (mark % 64);
        }
    }

    fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }
}

#[derive(Clone, Debug)]
struct CompiledRule {
    rule: usize,
    within: Within,
    all: Vec<Marks>,
    none: Marks,
    /// Whether it fills a facet.
    fills: bool,
}

/// The rules of a topic with names resolved.
#[derive(Clone, Debug, Default)]
pub(super) struct CompiledRules {
    rules: Vec<CompiledRule>,
    /// Per entity: its own mark and those of its groups.
    marks: Vec<Marks>,
    n_marks: usize,
}

/// What is mentioned where.
struct Scopes {
    title: Marks,
    sentences: Vec<Marks>,
    item: Marks,
}

impl CompiledRules {
    /// Resolves the names of `topic`'s rules; a name that is no entity and no group is never there.
    pub fn compile(topic: &Topic) -> Self {
        let mut ids: HashMap<&str, usize> = HashMap::new();
        for entity in &topic.entities {
            for name in std::iter::once(&entity.id).chain(&*entity.groups) {
                let next = ids.len();
                ids.entry(name).or_insert(next);
            }
        }
        let marks_of = |names: &mut dyn Iterator<Item = &String>| {
            let mut marks = Marks::empty(ids.len());
            names.filter_map(|name| ids.get(name.as_str())).for_each(|mark| marks.set(*mark));
            marks
        };
        let rules = topic.rules.iter().enumerate().map(|(i, rule)| CompiledRule {
            rule: i,
            within: rule.within,
            all: rule.all.iter().map(|any| marks_of(&mut any.iter())).collect(),
            none: marks_of(&mut rule.none.iter()),
            fills: !rule.fills.is_empty(),
        });
        let marks = topic.entities.iter().map(|e| marks_of(&mut std::iter::once(&e.id).chain(&*e.groups)));
        Self { rules: rules.collect(), marks: marks.collect(), n_marks: ids.len() }
    }

    /// The rules that hold, by index, with the place that made them hold. The outlet's own entity, if any, is
    /// mentioned anywhere.
    pub fn holding(&self, mentions: &[Mention], speaker: Option<usize>) -> Vec<(usize, Field)> {
        if mentions.is_empty() || self.rules.is_empty() {
            return Vec::new();
        }
        let scopes = self.scopes(mentions, speaker);
        self.rules.iter().filter_map(|rule| Some((rule.rule, rule.holds(&scopes)?))).collect()
    }

    /// The rules that fill a facet and whose parts are all among `entities`, however far from each other they stand.
    pub fn may_hold(&self, entities: impl Iterator<Item = usize>) -> impl Iterator<Item = usize> {
        let mut there = Marks::empty(self.n_marks);
        entities.filter_map(|entity| self.marks.get(entity)).for_each(|marks| there.join(marks));
        let filling = self.rules.iter().filter(|rule| rule.fills);
        filling.filter(move |rule| rule.all.iter().all(|any| any.meets(&there))).map(|rule| rule.rule)
    }

    fn scopes(&self, mentions: &[Mention], speaker: Option<usize>) -> Scopes {
        let empty = || Marks::empty(self.n_marks);
        let mut scopes = Scopes { title: empty(), sentences: Vec::new(), item: empty() };
        for mention in mentions {
            let Some(marks) = self.marks.get(mention.entity) else { continue };
            match mention.field {
                Field::Title => scopes.title.join(marks),
                Field::Lead => {
                    if scopes.sentences.len() <= mention.sentence {
                        scopes.sentences.resize_with(mention.sentence + 1, empty);
                    }
                    scopes.sentences[mention.sentence].join(marks);
                }
                Field::Body | Field::Outlet => continue,
            }
            scopes.item.join(marks);
        }
        if let Some(marks) = speaker.and_then(|entity| self.marks.get(entity)) {
            scopes.item.join(marks);
        }
        scopes
    }
}

impl CompiledRule {
    fn holds(&self, scopes: &Scopes) -> Option<Field> {
        let all_in = |marks: &Marks| self.all.iter().all(|any| any.meets(marks));
        if self.none.meets(&scopes.item) {
            return None;
        }
        if all_in(&scopes.title) {
            return Some(Field::Title);
        }
        let holds = match self.within {
            Within::Title => false,
            Within::Sentence => scopes.sentences.iter().any(all_in),
            Within::Item => all_in(&scopes.item),
        };
        holds.then_some(Field::Lead)
    }
}
