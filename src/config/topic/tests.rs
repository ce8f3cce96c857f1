//! What a topic file may say, and what is told of one that says something else.

use super::*;

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
    assert_eq!(topic.entities[1].feeds, [("a".to_owned(), 2.0)]);
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
