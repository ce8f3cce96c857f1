//! Topic files: what a reader wants to hear about, with every fault told at once.
//!
//! `config/topics/us-russia-space.toml` documents the format where people edit it.

pub mod weights;
mod words;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::table::{Fault, Source, Table};
use crate::domain::topic::{Facet, Places, Rule, TopicEntity, Within};
use crate::domain::{EntityKind, Topic};
use crate::text::fold::fold;
use crate::text::stem::stem;
use crate::text::words::words;

/// A longer form would never be looked for.
const FORM_WORDS_MAX: usize = 8;

/// Reads a topic file. What could be read is returned beside the faults; use it only when there are none.
pub fn parse(file: &Path, text: &str) -> (Topic, Vec<Fault>) {
    let mut source = Source::new(file, text);
    let mut root = source.parse(text);
    let topic = Reader::default().topic(&mut source, &mut root);
    root.finish(&mut source);
    (topic, source.into_faults())
}

/// What is known while reading: the names that later parts may use, and where each form was first seen.
#[derive(Default)]
struct Reader {
    facets: Vec<String>,
    groups: HashSet<String, RandomState>,
    ids: HashSet<Arc<str>, RandomState>,
    forms: HashMap<String, Arc<str>, RandomState>,
    /// Words as they are compared, by how they are written: most stand in several forms.
    stems: HashMap<String, String, RandomState>,
}

impl Reader {
    fn topic(mut self, source: &mut Source, root: &mut Table<'_>) -> Topic {
        let key = required(source, root, "key", "a short name in lower case, e.g. \"us-russia-space\"");
        let name = required(source, root, "name", "the name that mails show");
        let threshold = root.number(source, "threshold", 0.5..=100.0);
        if threshold.is_none() && !root.has("threshold") {
            root.missing(source, "threshold", "the score from which an item is kept, e.g. 6");
        }
        let places = places(source, root);
        let facets = self.facets(source, root);
        let entities: Vec<_> = root.tables(source, "group").into_iter().flat_map(|t| self.group(source, t)).collect();
        let rules = root.tables(source, "rule").into_iter().map(|t| self.rule(source, t)).collect();
        let words = words::read(source, root);
        Topic {
            key,
            name,
            threshold: threshold.unwrap_or(f64::MAX),
            places,
            facets,
            entities,
            rules,
            words,
            learned: Vec::new(),
        }
    }

    fn facets(&mut self, source: &mut Source, root: &mut Table<'_>) -> Vec<Facet> {
        let mut facets = Vec::new();
        for mut table in root.tables(source, "facet") {
            let key = required(source, &mut table, "key", "a short name, e.g. \"space\"");
            let name = required(source, &mut table, "name", "what is missing without it, e.g. \"a US side\"");
            let needs = table.number(source, "needs", 0.0..=20.0).unwrap_or(0.5);
            table.finish(source);
            self.facets.push(key.clone());
            facets.push(Facet { key, name, needs });
        }
        if facets.is_empty() {
            root.missing(source, "facet", "at least one `[[facet]]`: a side that every item must touch");
        }
        facets
    }

    fn group(&mut self, source: &mut Source, mut table: Table<'_>) -> Vec<TopicEntity> {
        let name = required(source, &mut table, "name", "a name that rules can use");
        let kinds = EntityKind::ALL.map(EntityKind::name).join(", ");
        let kind = table.parsed(source, "kind", &format!("one of {kinds}"), EntityKind::parse);
        if kind.is_none() && !table.has("kind") {
            table.missing(source, "kind", &format!("one of {kinds}"));
        }
        let mut groups = vec![name];
        groups.extend(table.strings(source, "also").unwrap_or_default());
        self.groups.extend(groups.iter().cloned());
        let (groups, feeds) = (Arc::<[_]>::from(groups), Arc::<[_]>::from(self.feeds(source, &mut table)));
        let mut entities = Vec::new();
        if let Some(mut members) = table.table(source, "members") {
            for (id, at, forms) in members.named_strings(source) {
                let kind = kind.unwrap_or(EntityKind::Term);
                let forms = self.forms(source, &members.key(&id), (&id, at), kind, forms);
                let name = forms.first().cloned().unwrap_or_default();
                entities.push(TopicEntity { id, kind, name, groups: groups.clone(), feeds: feeds.clone(), forms });
            }
        } else {
            table.missing(source, "members", "a table `[group.members]` of ids and their forms");
        }
        table.finish(source);
        entities
    }

    fn feeds(&self, source: &mut Source, table: &mut Table<'_>) -> Vec<(String, f64)> {
        let Some(mut feeds) = table.table(source, "feeds") else { return Vec::new() };
        let numbers = feeds.named_numbers(source, 0.0..=20.0);
        for (facet, at, _) in numbers.iter().filter(|(facet, ..)| !self.facets.contains(facet)) {
            let known = self.facets.join(", ");
            source.fault(*at, &feeds.key(facet), format!("unknown facet, expected one of {known}"));
        }
        numbers.into_iter().map(|(facet, _, weight)| (facet, weight)).collect()
    }

    fn forms(
        &mut self,
        source: &mut Source,
        key: &str,
        (id, at): (&str, usize),
        kind: EntityKind,
        forms: Vec<(String, usize)>,
    ) -> Vec<String> {
        let shared = Arc::from(id);
        if !self.ids.insert(Arc::clone(&shared)) {
            source.fault(at, key, format!("the id `{id}` is taken, ids are unique in a topic"));
        }
        if forms.is_empty() {
            source.fault(at, key, "found no forms, expected at least one".to_owned());
        }
        for (form, at) in &forms {
            if let Err(message) = self.form(&shared, kind, form) {
                source.fault(*at, key, message);
            }
        }
        forms.into_iter().map(|(form, _)| form).collect()
    }

    /// Checks a form as it will be compared: folded and stemmed, with the capitals it demands.
    fn form(&mut self, id: &Arc<str>, kind: EntityKind, form: &str) -> Result<(), String> {
        let compared = self.compared(form, kind == EntityKind::Person);
        let n_words = compared.split(' ').filter(|word| !word.is_empty()).count();
        if n_words == 0 {
            return Err(format!("the form \"{form}\" has neither letter nor digit and can never match"));
        }
        if n_words > FORM_WORDS_MAX {
            return Err(format!("the form \"{form}\" has {n_words} words, expected at most {FORM_WORDS_MAX}"));
        }
        if id.contains('#') && !form.contains('#') {
            return Err(format!("the form \"{form}\" lacks the `#` that the id `{id}` needs"));
        }
        match self.forms.insert(compared, Arc::clone(id)) {
            // Two forms of one thing may share their stem: harmless, and pleasant to read.
            Some(other) if other != *id => {
                Err(format!("the form \"{form}\" belongs to `{other}` already (forms are compared by stem)"))
            }
            _ => Ok(()),
        }
    }

    /// The form as it is compared; demanded capitals stay apart, so that "US" and "us" are two.
    fn compared(&mut self, form: &str, is_name: bool) -> String {
        let form = if form.contains('#') { Cow::Owned(form.replace('#', "0")) } else { Cow::Borrowed(form) };
        let mut compared = String::with_capacity(form.len() + 8);
        for part in words(&form).flat_map(|word| word.text.split(['-', '\u{2010}', '\u{2011}'])) {
            let word = if is_name { Cow::Owned(fold(part)) } else { Cow::Borrowed(self.stem(part)) };
            if word.is_empty() {
                continue;
            }
            if !compared.is_empty() {
                compared.push(' ');
            }
            compared.push_str(&word);
            let mut letters = part.chars();
            if letters.next().is_some_and(char::is_uppercase) {
                compared.push(if letters.any(char::is_lowercase) { '\'' } else { '"' });
            }
        }
        compared
    }

    fn stem(&mut self, part: &str) -> &str {
        // Looked up first, because an entry would copy each word only to ask for it.
        if !self.stems.contains_key(part) {
            self.stems.insert(part.to_owned(), stem(&fold(part)).into_owned());
        }
        self.stems.get(part).map_or("", String::as_str)
    }

    fn rule(&self, source: &mut Source, mut table: Table<'_>) -> Rule {
        let name = required(source, &mut table, "name", "what the evidence shows");
        let all = table.placed_strings(source, "all");
        if all.is_empty() {
            table.missing(source, "all", "a list of what must be there, e.g. [\"soyuz | crew-dragon\", \"iss\"]");
        }
        let all = all.into_iter().map(|(any, at)| self.choice(source, &table.key("all"), &any, at)).collect();
        let none = table.placed_strings(source, "none");
        let none = none.into_iter().flat_map(|(any, at)| self.choice(source, &table.key("none"), &any, at)).collect();
        let within = table.parsed(source, "within", "\"title\", \"sentence\" or \"item\"", Within::parse);
        let weight = table.number(source, "weight", -20.0..=20.0);
        if weight.is_none() && !table.has("weight") {
            table.missing(source, "weight", "what it adds, e.g. 3, or takes away, e.g. -3");
        }
        let fills = table.strings(source, "fills").unwrap_or_default();
        for unknown in fills.iter().filter(|facet| !self.facets.contains(facet)) {
            table.wrong(source, "fills", format!("unknown facet `{unknown}`, expected of {}", self.facets.join(", ")));
        }
        table.finish(source);
        Rule { name, all, none, within: within.unwrap_or(Within::Item), weight: weight.unwrap_or(0.0), fills }
    }

    fn choice(&self, source: &mut Source, key: &str, any: &str, at: usize) -> Vec<String> {
        let names: Vec<String> = any.split('|').map(|name| name.trim().to_owned()).collect();
        let is_known = |name: &&String| self.groups.contains(*name) || self.ids.contains(name.as_str());
        for unknown in names.iter().filter(|name| !is_known(name)) {
            source.fault(at, key, format!("`{unknown}` is neither a group nor the id of an entity"));
        }
        names
    }
}

fn required(source: &mut Source, table: &mut Table<'_>, name: &'static str, expected: &str) -> String {
    let value = table.string(source, name);
    match &value {
        None if !table.has(name) => table.missing(source, name, expected),
        Some(empty) if empty.trim().is_empty() => {
            table.wrong(source, name, format!("found nothing, expected {expected}"));
        }
        _ => {}
    }
    value.unwrap_or_default()
}

fn places(source: &mut Source, root: &mut Table<'_>) -> Places {
    let usual = Places::default();
    let Some(mut table) = root.table(source, "place") else { return usual };
    let mut place = |name, usual| table.number(source, name, 0.0..=5.0).unwrap_or(usual);
    let places = Places {
        title: place("title", usual.title),
        title_alone: place("title_alone", usual.title_alone),
        lead: place("lead", usual.lead),
        body: place("body", usual.body),
        outlet: place("outlet", usual.outlet),
    };
    table.finish(source);
    places
}

#[cfg(test)]
mod tests;
