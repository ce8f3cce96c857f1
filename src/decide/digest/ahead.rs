//! What is to come: days ahead that reports name, each with the sentence that names it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::words::Words;
use crate::domain::digest::{AheadLine, Excerpt};
use crate::domain::fact::{Fact, FactKind};
use crate::domain::item::Lang;
use crate::domain::outlet::OutletKind;
use crate::domain::story::{StoryBrief, StoryItem};
use crate::domain::topic::Field;
use crate::text::clean;
use crate::text::fold::fold;
use crate::text::sentence::sentences;
use crate::text::words::words as words_of;

const SENTENCE_CHARS: usize = 300;

/// A day or month, by its value as a fact: `2026-12-02` or `2026-12`; months come before their days.
type When = String;

/// One report naming a day to come.
#[derive(Clone)]
struct Naming<'a> {
    item: &'a StoryItem,
    fact: &'a Fact,
    sentence: &'a str,
}

/// The days of the next `n_days` that reports of these stories name, in order; each day once a story, in the sentence
/// of the best source.
///
/// Only days and months that are written out count: a year says too little, and a weekday in the news is mostly one
/// that was. A day that a later report of the story moved is left out.
pub(super) fn ahead(
    briefs: &[StoryBrief],
    (today, n_days): (Date, u32),
    zone: &TimeZone,
    lang: Lang,
    words: &Words,
) -> Vec<AheadLine> {
    let Ok(last) = today.checked_add(i64::from(n_days).days()) else { return Vec::new() };
    let mut lines: Vec<AheadLine> = Vec::new();
    for brief in briefs {
        let mut by_day: BTreeMap<When, Vec<Naming<'_>>> = BTreeMap::new();
        for (when, naming) in namings(brief, zone) {
            by_day.entry(when).or_default().push(naming);
        }
        for (when, namings) in &by_day {
            let Some(day) = day_of(when).filter(|day| is_ahead(when, *day, today) && *day <= last) else { continue };
            if !is_moved(when, namings, &by_day, brief) {
                lines.extend(line(brief, day, when, namings, lang, words));
            }
        }
    }
    lines.sort_by_key(|line| (line.day, line.story));
    lines
}

/// Every day that a report names as one to come, seen from that report.
fn namings<'a>(brief: &'a StoryBrief, zone: &'a TimeZone) -> impl Iterator<Item = (When, Naming<'a>)> + 'a {
    brief.items.iter().flat_map(move |item| {
        let written = zone.to_datetime(item.at).date();
        dates(item).filter_map(move |(when, fact)| {
            let is_past = day_of(&when).is_none_or(|day| !is_ahead(&when, day, written) || day == written);
            if is_past || is_old_value(fact) {
                return None;
            }
            Some((when, Naming { item, fact, sentence: sentence(item, fact)? }))
        })
    })
}

/// The days and months of an item's facts: of `T13:54 2024-03-06` the day.
fn dates(item: &StoryItem) -> impl Iterator<Item = (When, &Fact)> {
    let dates = item.facts.iter().filter(|fact| fact.kind == FactKind::Date);
    dates.flat_map(|fact| {
        fact.value.split(' ').filter(|part| part.contains('-')).map(move |part| (part.to_owned(), fact))
    })
}

/// The first day of what the value names.
fn day_of(when: &str) -> Option<Date> {
    match when.len() {
        7 => format!("{when}-01").parse().ok(),
        10 => when.parse().ok(),
        _ => None,
    }
}

/// A month that has begun may be over for the matter; a day counts through its end.
fn is_ahead(when: &str, day: Date, today: Date) -> bool {
    if when.len() == 7 { day > today } else { day >= today }
}

/// `from Oct. 3`, `since March`: where the matter comes from, not where it goes.
fn is_old_value(fact: &Fact) -> bool {
    fact.slot.split(' ').any(|part| part == "from")
}

/// Whether a later report gives the matter another day: it calls this one the old value, says that something was
/// postponed, or says nearly the same sentence with another day.
fn is_moved(when: &str, namings: &[Naming<'_>], by_day: &BTreeMap<When, Vec<Naming<'_>>>, brief: &StoryBrief) -> bool {
    let Some(last) = namings.iter().map(|naming| naming.item.at).max() else { return true };
    let later = brief.items.iter().filter(|item| item.at > last);
    if later.into_iter().any(|item| dates(item).any(|(other, fact)| other == when && is_old_value(fact))) {
        return true;
    }
    let others = by_day.iter().filter(|(other, _)| !other.starts_with(when)).flat_map(|(_, namings)| namings);
    others.filter(|other| other.item.at > last).any(|other| {
        other.fact.slot.split(' ').any(|part| part == "postpone")
            || namings.iter().any(|naming| says_the_same(naming.sentence, other.sentence))
    })
}

fn says_the_same(a: &str, b: &str) -> bool {
    let set = |text: &str| -> BTreeSet<String> {
        let folded = fold(text);
        words_of(&folded).map(|w| w.text.to_owned()).filter(|w| w.chars().all(char::is_alphabetic)).collect()
    };
    let (a, b) = (set(a), set(b));
    a.intersection(&b).count() * 2 >= a.len().min(b.len()).max(1)
}

/// The sentence that holds the words of the fact.
fn sentence<'a>(item: &'a StoryItem, fact: &Fact) -> Option<&'a str> {
    match fact.field {
        Field::Title => Some(item.title.as_str()).filter(|title| title.contains(&fact.text)),
        _ => sentences(&item.lead).into_iter().find(|sentence| sentence.contains(&fact.text)),
    }
}

fn line(
    brief: &StoryBrief,
    day: Date,
    when: &str,
    namings: &[Naming<'_>],
    lang: Lang,
    words: &Words,
) -> Option<AheadLine> {
    let best = namings.iter().min_by_key(|Naming { item, .. }| {
        let is_primary = item.kind == OutletKind::Government && item.copy_of.is_none();
        (item.lang != lang, !is_primary, item.copy_of.is_some(), item.at, item.id)
    })?;
    let outlets: BTreeSet<&str> = namings.iter().map(|naming| naming.item.outlet.as_str()).collect();
    Some(AheadLine {
        day,
        when: if when.len() == 7 { words.month(day) } else { words.day(day) },
        said: Excerpt {
            text: clean::line(best.sentence, SENTENCE_CHARS),
            outlet: clean::line(&best.item.outlet_name, 80),
            url: best.item.url.clone(),
            lang: best.item.lang,
        },
        story: brief.id,
        n_others: outlets.len() - 1,
    })
}

#[cfg(test)]
#[path = "ahead_tests.rs"]
mod tests;
