//! Terms of a topic that say nothing: nearly every item has them, or none can.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Config, Fault};
use crate::decide::grouping::is_common_word;
use crate::decide::relevance::CompiledTopic;
use crate::domain::topic::{Rule, TopicEntity};
use crate::domain::{ItemText, Topic};
use crate::store::Store;
use crate::text::fold::fold;

/// Stored items that terms are tried on.
const ITEMS: usize = 500;
/// Fewer items tell nothing of shares.
const ITEMS_MIN: usize = 50;

/// Warnings about terms and rules that can never match, about terms among the commonest words of their language and,
/// where there is a store, about terms that stand in more than half of its latest items.
pub fn warnings(config: &Config) -> Vec<Fault> {
    // A store that cannot be read is told of by the commands that need it.
    let stored = config.store.path.exists().then(|| Store::open_read_only(&config.store.path).ok()).flatten();
    let texts = stored.and_then(|store| store.latest_texts(ITEMS).ok()).unwrap_or_default();
    let mut found = Vec::new();
    for (topic, file) in config.topics.iter().zip(&config.topic_files) {
        let compiled = CompiledTopic::compile(topic);
        let terms = common_words(topic).into_iter().chain(hidden(&compiled)).chain(in_half(&compiled, &texts));
        // A file that went away since it was read costs the lines only.
        let text = std::fs::read_to_string(file).unwrap_or_default();
        for (key, message) in terms.chain(contradictions(topic)) {
            found.push(Fault { line: line_of(&text, &key), key, ..Fault::whole(file, message) });
        }
    }
    found
}

/// The line of a member or of a rule's name, from 1; 0 when it is written in another way.
fn line_of(text: &str, key: &str) -> usize {
    let begins = |line: &str| {
        let (name, value) = line.split_once('=').unwrap_or_default();
        name.trim().trim_matches('"') == key || name.trim() == "name" && value.trim().trim_matches('"') == key
    };
    text.lines().position(begins).map_or(0, |at| at + 1)
}

/// Forms that are not found in their own words, since a longer or earlier form takes them.
fn hidden(compiled: &CompiledTopic) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entity in &compiled.topic().entities {
        for form in &entity.forms {
            let (id, form_7) = (entity.id.replace('#', "7"), form.replace('#', "7"));
            let hits = compiled.entities(&ItemText { title: &form_7, ..ItemText::default() });
            if hits.iter().any(|hit| hit.entity == id) {
                continue;
            }
            let taken =
                hits.first().map_or_else(String::new, |hit| format!(": its words are taken by `{}`", hit.entity));
            found.push((entity.id.clone(), format!("the form \"{form}\" can never match{taken}")));
        }
    }
    found
}

/// Rules that forbid what they need.
fn contradictions(topic: &Topic) -> Vec<(String, String)> {
    let met = |any: &[String]| -> BTreeSet<&str> {
        let meets = |entity: &&TopicEntity| any.contains(&entity.id) || entity.groups.iter().any(|g| any.contains(g));
        topic.entities.iter().filter(meets).map(|entity| entity.id.as_str()).collect()
    };
    let can_never = |rule: &&Rule| {
        let none = met(&rule.none);
        !none.is_empty() && rule.all.iter().any(|any| met(any).is_subset(&none))
    };
    let say = |rule: &Rule| (rule.name.clone(), "the rule can never hold: it forbids what it needs".to_owned());
    topic.rules.iter().filter(can_never).map(say).collect()
}

/// A form that demands a capital ("US", "ВС") is no common word.
fn common_words(topic: &Topic) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entity in &topic.entities {
        for form in entity.forms.iter().filter(|form| !form.contains(char::is_uppercase) && is_common_word(&fold(form)))
        {
            let message = format!("the form \"{form}\" is one of the commonest words and matches nearly everything");
            found.push((entity.id.clone(), message));
        }
    }
    found
}

fn in_half(compiled: &CompiledTopic, texts: &[(String, String)]) -> Vec<(String, String)> {
    if texts.len() < ITEMS_MIN {
        return Vec::new();
    }
    let mut n_items: BTreeMap<String, usize> = BTreeMap::new();
    for (title, lead) in texts {
        let hits = compiled.entities(&ItemText { title, lead, ..ItemText::default() });
        for id in hits.into_iter().map(|hit| hit.entity).collect::<BTreeSet<_>>() {
            *n_items.entry(id).or_default() += 1;
        }
    }
    let often = n_items.into_iter().filter(|(_, n)| *n > texts.len() / 2);
    often
        .map(|(id, n)| {
            (
                id,
                format!(
                    "its forms stand in {n} of the latest {} items: too common, or the feeds are its own",
                    texts.len()
                ),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(form: &str) -> Topic {
        let text = format!(
            "key = \"k\"\nname = \"K\"\nthreshold = 3\n[[facet]]\nkey = \"a\"\nname = \"an A\"\n[[group]]\n\
             name = \"g\"\nkind = \"term\"\n[group.members]\nx = [\"{form}\"]\n"
        );
        let (topic, faults) = crate::config::topic::parse(std::path::Path::new("t.toml"), &text);
        assert_eq!(faults, []);
        topic
    }

    #[test]
    fn a_common_word_is_told_and_a_name_is_not() {
        assert_eq!(common_words(&topic("with")).len(), 1);
        assert_eq!(common_words(&topic("после")).len(), 1);
        assert_eq!(common_words(&topic("US")), []);
        assert_eq!(common_words(&topic("soyuz")), []);
    }

    #[test]
    fn a_term_of_more_than_half_of_the_items_is_told_and_one_of_half_is_not() {
        let texts = |n: usize| -> Vec<(String, String)> {
            (0..100).map(|i| (if i < n { "a launch" } else { "a cat" }.to_owned(), String::new())).collect()
        };
        let launch = CompiledTopic::compile(&topic("launch"));
        assert_eq!(in_half(&launch, &texts(50)), []);
        let told = in_half(&launch, &texts(51));
        assert_eq!(
            told,
            [(
                "x".to_owned(),
                "its forms stand in 51 of the latest 100 items: too common, or the feeds are its own".to_owned()
            )]
        );
        assert_eq!(in_half(&launch, &texts(100)[..ITEMS_MIN - 1]), [], "too few items tell nothing");
    }

    #[test]
    fn the_shipped_topics_have_no_such_term() {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config/orbitwire.toml");
        let mut config = crate::config::load(&file).unwrap();
        config.store.path = "not there".into();
        assert_eq!(warnings(&config), []);
    }

    #[test]
    fn a_form_whose_words_another_takes_is_told_with_its_line() {
        let mut topic = topic("full moon");
        let namesake = TopicEntity {
            id: "namesake".to_owned(),
            kind: crate::domain::EntityKind::Person,
            forms: vec!["Moon".to_owned(), "Full Moon".to_owned()],
            ..topic.entities[0].clone()
        };
        assert_eq!(hidden(&CompiledTopic::compile(&topic)), []);
        topic.entities.push(namesake);
        let message = "the form \"Full Moon\" can never match: its words are taken by `x`".to_owned();
        assert_eq!(hidden(&CompiledTopic::compile(&topic)), [("namesake".to_owned(), message)]);
        assert_eq!(line_of("a = 1\n[group.members]\n\"crew-#\" = [\"Crew-#\"]\n", "crew-#"), 3);
        assert_eq!(line_of("[[rule]]\nname = \"both\"\n", "both"), 2);
        assert_eq!(line_of("name = \"both\"\n", "neither"), 0);
    }

    #[test]
    fn a_rule_that_forbids_what_it_needs_is_told_and_one_that_forbids_a_part_is_not() {
        let mut topic = topic("moon");
        let rule = |none: &str| Rule {
            name: "r".to_owned(),
            all: vec![vec!["g".to_owned()]],
            none: vec![none.to_owned()],
            within: crate::domain::topic::Within::Item,
            weight: 1.0,
            fills: Vec::new(),
        };
        topic.rules = vec![rule("x")];
        assert_eq!(contradictions(&topic).len(), 1);
        topic.entities.push(TopicEntity { id: "y".to_owned(), ..topic.entities[0].clone() });
        assert_eq!(contradictions(&topic), []);
        topic.rules = vec![rule("g")];
        assert_eq!(contradictions(&topic).len(), 1);
    }
}
