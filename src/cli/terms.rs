//! Terms of a topic that say nothing, because nearly every item has them.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Config, Fault};
use crate::decide::grouping::is_common_word;
use crate::decide::relevance::CompiledTopic;
use crate::domain::{ItemText, Topic};
use crate::store::Store;
use crate::text::fold::fold;

/// Stored items that terms are tried on.
const ITEMS: usize = 500;
/// Fewer items tell nothing of shares.
const ITEMS_MIN: usize = 50;

/// Warnings about terms among the commonest words of their language and, where there is a store, about terms that
/// stand in more than half of its latest items.
pub fn warnings(config: &Config) -> Vec<Fault> {
    // A store that cannot be read is told of by the commands that need it.
    let stored = config.store.path.exists().then(|| Store::open_read_only(&config.store.path).ok()).flatten();
    let texts = stored.and_then(|store| store.latest_texts(ITEMS).ok()).unwrap_or_default();
    let mut found = Vec::new();
    for (topic, file) in config.topics.iter().zip(&config.topic_files) {
        let said = common_words(topic).into_iter().chain(in_half(topic, &texts));
        found.extend(said.map(|(id, message)| Fault { key: id, ..Fault::whole(file, message) }));
    }
    found
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

fn in_half(topic: &Topic, texts: &[(String, String)]) -> Vec<(String, String)> {
    if texts.len() < ITEMS_MIN {
        return Vec::new();
    }
    let compiled = CompiledTopic::compile(topic);
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
        assert_eq!(in_half(&topic("launch"), &texts(50)), []);
        let told = in_half(&topic("launch"), &texts(51));
        assert_eq!(
            told,
            [(
                "x".to_owned(),
                "its forms stand in 51 of the latest 100 items: too common, or the feeds are its own".to_owned()
            )]
        );
        assert_eq!(in_half(&topic("launch"), &texts(100)[..ITEMS_MIN - 1]), [], "too few items tell nothing");
    }

    #[test]
    fn the_shipped_topics_have_no_such_term() {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config/orbitwire.toml");
        let config = crate::config::load(&file).unwrap();
        assert_eq!(config.topics.iter().flat_map(common_words).collect::<Vec<_>>(), []);
    }
}
