//! Days to come: which are told, which are not.

use super::super::fixtures::{NASA, ROSCOSMOS, SPACENEWS, TASS, Who, item, story};
use super::super::words::words;
use super::*;
use crate::domain::fact::FactKind;

const TODAY: &str = "2026-11-23";

fn names(id: i64, who: Who, at: &str, sentence: &str, dates: &[(&str, &str, &str)]) -> StoryItem {
    let mut item = item(id, who, at, "Title", sentence);
    item.lang = crate::text::lang::detect(sentence, None);
    item.facts = dates
        .iter()
        .map(|(text, value, slot)| Fact {
            kind: FactKind::Date,
            text: (*text).into(),
            value: (*value).into(),
            slot: (*slot).into(),
            field: Field::Lead,
        })
        .collect();
    item
}

fn told(items: Vec<StoryItem>, n_days: u32) -> Vec<(String, String, usize)> {
    let today = TODAY.parse().unwrap();
    let lines = ahead(&[story(1, items)], (today, n_days), &TimeZone::UTC, Lang::En, words(Lang::En));
    lines.into_iter().map(|line| (line.when, line.said.text, line.n_others)).collect()
}

fn check(items: Vec<StoryItem>, expected: &[(&str, &str, usize)]) {
    let expected: Vec<_> =
        expected.iter().map(|(when, said, n)| ((*when).to_owned(), (*said).to_owned(), *n)).collect();
    assert_eq!(told(items, 60), expected);
}

const NOON: &str = "2026-11-20T12:00:00Z";
const LATER: &str = "2026-11-22T12:00:00Z";

#[test]
fn days_come_in_order_with_the_sentence_that_names_them() {
    let text = "The crew was named in June. Docking is set for Dec. 4. Launch is planned for Dec. 2 from Baikonur.";
    let dates = [("Dec. 4", "2026-12-04", "date"), ("Dec. 2", "2026-12-02", "launch date"), ("June", "2026-06", "")];
    check(
        vec![names(1, NASA, NOON, text, &dates)],
        &[
            ("Wednesday, 2 December 2026", "Launch is planned for Dec. 2 from Baikonur.", 0),
            ("Friday, 4 December 2026", "Docking is set for Dec. 4.", 0),
        ],
    );
}

#[test]
fn a_month_is_told_until_it_begins_and_a_year_never() {
    let text = "A decision is due in December. The station flies until 2030. Talks go on in November.";
    let dates = [("December", "2026-12", ""), ("2030", "2030", "until"), ("November", "2026-11", "")];
    check(vec![names(1, NASA, NOON, text, &dates)], &[("December 2026", "A decision is due in December.", 0)]);
}

#[test]
fn what_is_past_or_too_far_is_dropped_and_today_is_not() {
    let date = |value: &'static str| names(1, NASA, NOON, "They meet on that day.", &[("that day", value, "")]);
    check(vec![date("2026-11-22")], &[]);
    check(vec![date("2026-11-23")], &[("Monday, 23 November 2026", "They meet on that day.", 0)]);
    assert_eq!(told(vec![date("2027-01-22")], 60).len(), 1);
    assert_eq!(told(vec![date("2027-01-23")], 60).len(), 0);
    assert_eq!(told(vec![date("2026-11-24")], 0).len(), 0);
}

#[test]
fn the_day_on_which_a_report_was_written_is_not_to_come() {
    let item = names(1, NASA, "2026-11-23T08:00:00Z", "They met on Nov. 23.", &[("Nov. 23", "2026-11-23", "")]);
    check(vec![item], &[]);
}

#[test]
fn one_day_of_one_story_comes_once_in_the_audiences_language_from_the_primary_source() {
    let date = |text| [(text, "2026-12-02", "launch date")];
    let items = vec![
        names(1, TASS, NOON, "Launch is set for December 2.", &date("December 2")),
        names(2, ROSCOSMOS, NOON, "Пуск назначен на 2 декабря.", &date("2 декабря")),
        names(3, NASA, LATER, "Liftoff is on Dec. 2.", &date("Dec. 2")),
    ];
    check(items, &[("Wednesday, 2 December 2026", "Liftoff is on Dec. 2.", 2)]);
}

#[test]
fn a_day_that_was_moved_is_left_out() {
    let first = || names(1, NASA, NOON, "Launch is set for Dec. 2.", &[("Dec. 2", "2026-12-02", "launch date")]);
    let fifth = ("Saturday, 5 December 2026", 0);
    // It names the old day as the old one.
    let text = "Старт перенесён с 2 на 5 декабря.";
    let moved = [("2", "2026-12-02", "postpone from date"), ("5 декабря", "2026-12-05", "date")];
    check(vec![first(), names(2, ROSCOSMOS, LATER, text, &moved)], &[(fifth.0, text, fifth.1)]);
    // It says that something was postponed.
    let text = "Старт отложен до 5 декабря.";
    let moved = [("5 декабря", "2026-12-05", "postpone until date")];
    check(vec![first(), names(2, ROSCOSMOS, LATER, text, &moved)], &[(fifth.0, text, fifth.1)]);
    // It says the same with another day.
    let text = "The launch is now set for Dec. 5.";
    let moved = [("Dec. 5", "2026-12-05", "launch date")];
    check(vec![first(), names(2, SPACENEWS, LATER, text, &moved)], &[(fifth.0, text, fifth.1)]);
}

#[test]
fn another_step_of_the_same_story_moves_nothing() {
    let launch = names(1, NASA, NOON, "Launch is set for Dec. 2.", &[("Dec. 2", "2026-12-02", "launch date")]);
    let text = "Roscosmos expects docking with the station on December 4.";
    let docking = names(2, TASS, LATER, text, &[("December 4", "2026-12-04", "")]);
    assert_eq!(told(vec![launch, docking], 60).len(), 2);
}

#[test]
fn a_day_without_its_sentence_is_not_told() {
    check(vec![names(1, NASA, NOON, "Nothing here.", &[("Dec. 2", "2026-12-02", "")])], &[]);
}
