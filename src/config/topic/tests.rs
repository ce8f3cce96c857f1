//! What a topic file may say, and what is told of one that says something else.

use std::collections::BTreeSet;

use super::*;
use crate::domain::fact::ActClass;
use crate::domain::topic::TopicWords;

const GOOD: &str = r#"key = "k"
name = "K"
threshold = 3
[[facet]]
key = "a"
name = "an A"
[[group]]
name = "things"
kind = "vehicle"
feeds = { a = 2 }
[group.members]
one = ["First thing", "Один"]
"flight-#" = ["Flight #"]
[[rule]]
name = "both"
all = ["things", "one | flight-#"]
weight = 1
"#;

fn check(text: &str, expected: &[&str]) {
    let (_, faults) = parse(Path::new("t.toml"), text);
    let found: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_good_file_is_read_whole() {
    check(GOOD, &[]);
    let (topic, _) = parse(Path::new("t.toml"), GOOD);
    assert_eq!(topic.entities[0].name, "First thing");
    assert_eq!(topic.rules[0].all[1], ["one", "flight-#"]);
    assert_eq!(*topic.entities[1].feeds, [("a".to_owned(), 2.0)]);
}

#[test]
fn a_form_in_two_entities_is_told_with_both() {
    let text = GOOD.replace("[[rule]]", "two = [\"First things\"]\n[[rule]]");
    let message = "the form \"First things\" belongs to `one` already (forms are compared by stem)";
    check(&text, &[&format!("t.toml:14: `group[1].members.two`: {message}")]);
}

#[test]
fn two_forms_of_one_entity_may_share_their_stem() {
    check(&GOOD.replace("\"Один\"", "\"First things\""), &[]);
}

#[test]
fn capitals_make_two_forms_of_one_word() {
    check(&GOOD.replace("[[rule]]", "two = [\"one thing\", \"US\"]\nthree = [\"us\"]\n[[rule]]"), &[]);
}

#[test]
fn a_numbered_entity_needs_its_number_in_every_form() {
    let message = "the form \"Flight\" lacks the `#` that the id `flight-#` needs";
    check(
        &GOOD.replace("\"Flight #\"", "\"Flight #\", \"Flight\""),
        &[&format!("t.toml:13: `group[1].members.flight-#`: {message}")],
    );
}

#[test]
fn forms_that_can_never_match_are_faults() {
    let text = GOOD.replace("\"Один\"", "\"—\", \"\", \"a b c d e f g h i\"");
    check(
        &text,
        &[
            "t.toml:12: `group[1].members.one`: the form \"—\" has neither letter nor digit and can never match",
            "t.toml:12: `group[1].members.one`: the form \"\" has neither letter nor digit and can never match",
            "t.toml:12: `group[1].members.one`: the form \"a b c d e f g h i\" has 9 words, expected at most 8",
        ],
    );
}

#[test]
fn unknown_names_are_faults() {
    let text = GOOD.replace("{ a = 2 }", "{ b = 2 }").replace("one | flight-#", "ones").replace("vehicle", "car");
    check(
        &text,
        &[
            "t.toml:9: `group[1].kind`: found the string \"car\", expected one of person, organisation, vehicle, mission, place, country, document, term",
            "t.toml:10: `group[1].feeds.b`: unknown facet, expected one of a",
            "t.toml:16: `rule[1].all`: `ones` is neither a group nor the id of an entity",
        ],
    );
}

const WORDS: &str = r#"[words]
trades = ["skipper", "шкипёр"]
[words.counted]
sailor = ["sailors"]
[words.phases]
arrive = ["moor", "tie up"]
[words.talk]
hail = ["hail"]
"#;

#[test]
fn words_of_the_field_are_read_folded_and_may_be_left_out() {
    let text = format!("{GOOD}{WORDS}");
    check(&text, &[]);
    let words = parse(Path::new("t.toml"), &text).0.words;
    assert_eq!(words.trades, ["skipper", "шкипер"]);
    assert_eq!(words.counted, [("sailor".to_owned(), vec!["sailors".to_owned()])]);
    let acts: Vec<_> = words.acts.iter().map(|act| (act.class, act.meaning.as_str(), act.forms.len())).collect();
    assert_eq!(acts, [(ActClass::Phase, "arrive", 2), (ActClass::Talk, "hail", 1)]);
    assert_eq!(parse(Path::new("t.toml"), GOOD).0.words, TopicWords::default());
}

#[test]
fn words_that_can_never_be_found_are_faults() {
    let words =
        WORDS.replace("skipper", "old skipper").replace("moor", "a b c d e").replace("sailor =", "\"Old one\" =");
    let words = words.replace("[\"hail\"]", "[]").replace("[words.talk]", "[words.task]");
    let text = format!("{GOOD}{words}[words.steps]\nhail = \"hail\"\ncall = []\n");
    check(
        &text,
        &[
            "t.toml:19: `words.trades`: found \"old skipper\", expected one word of at most 40 letters",
            "t.toml:21: `words.counted.Old one`: expected a name of at most 40 small letters, digits and hyphens",
            "t.toml:23: `words.phases.arrive`: found \"a b c d e\", expected one to 4 words of at most 40 letters",
            "t.toml:24: `words.task`: unknown key, did you mean `talk`?",
            "t.toml:27: `words.steps.hail`: found the string \"hail\", expected a list of strings",
            "t.toml:28: `words.steps.call`: found no forms, expected at least one",
        ],
    );
}

#[test]
fn more_words_than_any_field_has_are_a_fault() {
    let text = format!("{GOOD}[words]\ntrades = [{}]\n", "\"skipper\",".repeat(1001));
    check(&text, &["t.toml:18: `words`: found 1001 forms, expected at most 1000"]);
}

#[test]
fn the_topic_that_ships_names_every_key() {
    let text = include_str!("../../../config/topics/us-russia-space.toml");
    let mut source = Source::new(Path::new("t.toml"), text);
    let mut root = source.parse(text);
    Reader::default().topic(&mut source, &mut root);
    root.finish(&mut source);
    let known: BTreeSet<&str> = source.known.values().flatten().copied().collect();
    let said: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    assert_eq!(known.difference(&said).collect::<Vec<_>>(), Vec::<&&str>::new());
    assert!(known.contains("talk") && known.len() > 25, "{known:?}");
}

#[test]
fn what_must_be_there_is_asked_for() {
    check(
        "threshold = 0",
        &[
            "t.toml:1: `key`: missing, expected a short name in lower case, e.g. \"us-russia-space\"",
            "t.toml:1: `name`: missing, expected the name that mails show",
            "t.toml:1: `threshold`: found the number 0, expected a number from 0.5 to 100",
            "t.toml:1: `facet`: missing, expected at least one `[[facet]]`: a side that every item must touch",
        ],
    );
}

#[test]
fn a_weight_that_is_no_number_and_a_form_that_is_no_list_are_faults() {
    check(
        &GOOD.replace("a = 2", "a = \"two\"").replace("[\"First thing\", \"Один\"]", "\"First thing\""),
        &[
            "t.toml:10: `group[1].feeds.a`: found the string \"two\", expected a number from 0 to 20",
            "t.toml:12: `group[1].members.one`: found the string \"First thing\", expected a list of strings",
            "t.toml:16: `rule[1].all`: `one` is neither a group nor the id of an entity",
        ],
    );
}
