//! `[words]` of a topic file: the words of its field that facts are read by.

use crate::config::table::{Placed, Source, Table};
use crate::domain::fact::ActClass;
use crate::domain::topic::{TopicAct, TopicWords};
use crate::text::fold::fold;

/// Forms in the whole table: what is looked for in every text must stay small.
const FORMS_MAX: usize = 1000;
/// Letters of a form or a name; no word of news is longer.
const LETTERS_MAX: usize = 40;
/// Words of an act; other forms are single words.
const ACT_WORDS_MAX: usize = 4;

/// Reads the table; without it the topic has no words of its own.
pub(super) fn read(source: &mut Source, root: &mut Table<'_>) -> TopicWords {
    let mut table = root.section(source, "words");
    let trades = table.placed_strings(source, "trades");
    let trades = forms(source, &table.key("trades"), trades, 1);
    let counted = named(source, &mut table, "counted", 1);
    let mut acts = Vec::new();
    for (name, class) in [("phases", ActClass::Phase), ("steps", ActClass::Step), ("talk", ActClass::Talk)] {
        let found = named(source, &mut table, name, ACT_WORDS_MAX);
        acts.extend(found.into_iter().map(|(meaning, forms)| TopicAct { meaning, class, forms }));
    }
    let of_acts: usize = acts.iter().map(|act| act.forms.len()).sum();
    let n_forms = trades.len() + of_acts + counted.iter().map(|(_, forms)| forms.len()).sum::<usize>();
    if n_forms > FORMS_MAX {
        source.fault(table.at(), "words", format!("found {n_forms} forms, expected at most {FORMS_MAX}"));
    }
    table.finish(source);
    TopicWords { trades, counted, acts }
}

/// A table of names with their forms.
fn named(
    source: &mut Source,
    table: &mut Table<'_>,
    name: &'static str,
    words_max: usize,
) -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    let Some(mut table) = table.table(source, name) else { return all };
    for (name, at, found) in table.named_strings(source) {
        let key = table.key(&name);
        if !is_name(&name) {
            let expected = format!("expected a name of at most {LETTERS_MAX} small letters, digits and hyphens");
            source.fault(at, &key, expected);
        }
        if found.is_empty() {
            source.fault(at, &key, "found no forms, expected at least one".to_owned());
        }
        all.push((name, forms(source, &key, found, words_max)));
    }
    all
}

/// Values of facts consist of names between blanks and colons.
fn is_name(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty() && name.len() <= LETTERS_MAX && name.chars().all(is_allowed)
}

fn forms(source: &mut Source, key: &str, found: Vec<Placed>, words_max: usize) -> Vec<String> {
    for (form, at) in found.iter().filter(|(form, _)| !is_form(form, words_max)) {
        let what = if words_max == 1 { "one word".to_owned() } else { format!("one to {words_max} words") };
        let form = crate::text::clean::line(form, 60);
        source.fault(*at, key, format!("found \"{form}\", expected {what} of at most {LETTERS_MAX} letters"));
    }
    found.into_iter().map(|(form, _)| fold(&form)).collect()
}

/// Whether the form is that many words with one blank between them.
fn is_form(form: &str, words_max: usize) -> bool {
    let is_word = |word: &str| {
        let inner = word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'));
        inner && word.starts_with(char::is_alphabetic) && word.ends_with(char::is_alphabetic)
    };
    form.chars().count() <= LETTERS_MAX && form.split(' ').count() <= words_max && form.split(' ').all(is_word)
}
