//! What outlets contradict each other on: one slot, several values, at about the same time.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::domain::fact::{Fact, FactKind};
use crate::domain::story::StoryItem;

/// Reports farther apart than this may differ because the matter moved on, which is news and no contradiction.
const SAME_TIME: SignedDuration = SignedDuration::from_hours(24);

/// A slot with more values than this was read wrongly more likely than it is disputed.
const VALUES_MAX: usize = 3;

/// Lines at most, so that one odd table in an article does not fill the mail.
const LINES_MAX: usize = 3;

/// A fact with the report that states it.
type Said<'a> = (&'a StoryItem, &'a Fact);

/// One line a slot: `“until 2028” (TASS) · “until 2030” (SpaceNews)`, in the words of the outlets.
///
/// Only numbers, dates and sums count, only from outlets that wrote their own text, only the latest word of each, and
/// only where that word names a single value for the slot.
pub(super) fn differences(items: &[StoryItem]) -> Vec<String> {
    let mut said: BTreeMap<&str, BTreeMap<&str, Option<Said<'_>>>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.copy_of.is_none()) {
        for (slot, fact) in values(item) {
            said.entry(slot).or_default().insert(&item.family, fact.map(|fact| (item, fact)));
        }
    }
    said.into_values()
        .filter_map(|by_family| line(by_family.into_values().flatten().collect()))
        .take(LINES_MAX)
        .collect()
}

/// Each slot of an item with its only value; `None` where it names two.
fn values(item: &StoryItem) -> BTreeMap<&str, Option<&Fact>> {
    let mut values: BTreeMap<&str, Option<&Fact>> = BTreeMap::new();
    let comparable = |fact: &&Fact| {
        let has_value = matches!(fact.kind, FactKind::Number | FactKind::Date | FactKind::Money);
        has_value && fact.says_of_what() && !is_weekday(fact)
    };
    for fact in item.facts.iter().filter(comparable) {
        values
            .entry(&fact.slot)
            .and_modify(|known| *known = known.filter(|known| known.value == fact.value))
            .or_insert(Some(fact));
    }
    values
}

/// Outlets of two time zones name two days for one event.
fn is_weekday(fact: &Fact) -> bool {
    fact.kind == FactKind::Date && !fact.text.contains(|c: char| c.is_ascii_digit()) && fact.value.len() == 10
}

fn line(mut said: Vec<Said<'_>>) -> Option<String> {
    said.sort_by_key(|(item, _)| (item.at, item.id));
    let latest = said.last()?.0.at;
    said.retain(|(item, _)| latest.duration_since(item.at) <= SAME_TIME);
    let mut seen: Vec<&str> = Vec::new();
    let mut parts = Vec::new();
    for (item, fact) in said {
        if !seen.contains(&fact.value.as_str()) {
            seen.push(&fact.value);
            parts.push(format!("“{}” ({})", crate::text::clean::line(&fact.text, 80), item.outlet_name));
        }
    }
    (2..=VALUES_MAX).contains(&parts.len()).then(|| parts.join(" · "))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{REUTERS, SPACENEWS, TASS, Who, fact, item};
    use super::*;

    fn said(id: i64, who: Who, at: &str, values: &[&str]) -> StoryItem {
        let mut item = item(id, who, at, "Title", "");
        item.facts = values.iter().map(|value| fact("iss:until", value, &format!("until {value}"))).collect();
        item
    }

    fn check(items: &[StoryItem], expected: &[&str]) {
        assert_eq!(differences(items), expected);
    }

    const NINE: &str = "2026-11-23T09:00:00Z";
    const TEN: &str = "2026-11-23T10:00:00Z";

    #[test]
    fn two_values_at_one_time_are_a_difference_in_the_outlets_words() {
        let items = [said(1, TASS, NINE, &["2028"]), said(2, SPACENEWS, TEN, &["2030"])];
        check(&items, &["“until 2028” (TASS) · “until 2030” (SpaceNews)"]);
    }

    #[test]
    fn the_same_value_is_none() {
        check(&[said(1, TASS, NINE, &["2028"]), said(2, SPACENEWS, TEN, &["2028"])], &[]);
    }

    #[test]
    fn a_value_that_changed_over_days_is_news_and_no_difference() {
        check(&[said(1, TASS, "2026-11-20T09:00:00Z", &["2028"]), said(2, SPACENEWS, TEN, &["2030"])], &[]);
    }

    #[test]
    fn an_outlet_that_corrected_itself_is_taken_at_its_last_word() {
        let items = [said(1, TASS, NINE, &["2028"]), said(2, TASS, TEN, &["2030"]), said(3, SPACENEWS, TEN, &["2030"])];
        check(&items, &[]);
    }

    #[test]
    fn a_report_that_names_both_values_takes_no_side() {
        check(&[said(1, TASS, NINE, &["2028", "2030"]), said(2, SPACENEWS, TEN, &["2030"])], &[]);
    }

    #[test]
    fn copies_and_facts_without_a_slot_do_not_count() {
        let mut copy = said(2, SPACENEWS, TEN, &["2030"]);
        copy.copy_of = Some("tass".into());
        check(&[said(1, TASS, NINE, &["2028"]), copy], &[]);
        let mut loose = said(2, SPACENEWS, TEN, &["2030"]);
        loose.facts[0].slot.clear();
        check(&[said(1, TASS, NINE, &["2028"]), loose], &[]);
    }

    #[test]
    fn a_slot_with_a_crowd_of_values_is_not_believed() {
        let crowd: Vec<_> = [TASS, SPACENEWS, REUTERS, super::super::fixtures::RT]
            .into_iter()
            .zip(2028..)
            .map(|(who, year)| said(i64::from(year), who, TEN, &[&year.to_string()]))
            .collect();
        check(&crowd[..3], &["“until 2028” (TASS) · “until 2029” (SpaceNews) · “until 2030” (Reuters)"]);
        check(&crowd, &[]);
    }
}
