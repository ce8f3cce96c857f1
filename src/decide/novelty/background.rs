//! Background: sentences of a lead that tell of what lies back. They repeat it, and are no news.

use std::sync::LazyLock;

use super::Candidate;
use super::known::{date_of, day_of};
use crate::domain::fact::{Fact, FactKind};
use crate::domain::topic::Field;
use crate::text::lexeme::lexeme;
use crate::text::list::{List, list};
use crate::text::sentence::sentences;
use crate::text::words::words;

/// Words that open a sentence of background.
static OPENING: LazyLock<List> =
    LazyLock::new(|| list("earlier previously formerly recall ранее прежде раньше напомним накануне"));
/// Words that do the same behind "had".
static BEHIND_HAD: LazyLock<List> = LazyLock::new(|| list("earlier previously once repeatedly long"));

/// "Earlier the harbour denied …", "had previously denied", «Ранее порт опроверг …».
pub(super) fn says_so(sentence: &str) -> bool {
    let opens = words(sentence).next().is_some_and(|word| OPENING.contains(&*lexeme(word.text).folded));
    let mut behind_had =
        sentence.match_indices("had ").filter_map(|(at, had)| sentence.get(at + had.len()..)?.split(' ').next());
    opens || behind_had.any(|word| BEHIND_HAD.contains(word))
}

/// Those sentences of a lead.
pub(super) fn told<'a>(candidate: &Candidate<'a>) -> Vec<&'a str> {
    let mut all = sentences(candidate.item.text.lead);
    all.retain(|sentence| says_so(sentence));
    all
}

/// Sentences of the lead that give a month or a year long past.
pub(super) fn dated<'a>(candidate: &Candidate<'a>) -> Vec<&'a str> {
    let day = day_of(candidate.item.at);
    let is_past = |fact: &&Fact| {
        let value = date_of(fact).unwrap_or_default();
        fact.kind == FactKind::Date && fact.field == Field::Lead && is_long_past(value, &day)
    };
    let dates: Vec<&Fact> = candidate.facts.iter().filter(is_past).collect();
    let lead = if dates.is_empty() { "" } else { candidate.item.text.lead };
    sentences(lead).into_iter().filter(|text| dates.iter().any(|date| text.contains(&date.text))).collect()
}

/// A year before this one, or a month before the last.
fn is_long_past(value: &str, today: &str) -> bool {
    let months = |date: &str| -> Option<i32> {
        let month = date.get(5..7).map_or(Some(12), |month| month.parse().ok())?;
        Some(date.get(..4)?.parse::<i32>().ok()? * 12 + month)
    };
    months(value).zip(months(today)).is_some_and(|(past, now)| past + 1 < now)
}

#[cfg(test)]
mod tests {
    use super::says_so;

    #[test]
    fn a_sentence_that_opens_with_earlier_lies_back_and_one_that_happened_earlier_today_does_not() {
        for told in
            ["Earlier the harbour denied it.", "The mayor had previously denied it.", "Ранее порт опроверг это."]
        {
            assert!(says_so(told), "{told}");
        }
        for told in ["The harbour denied it earlier today.", "The mayor had denied it.", "Порт опроверг это ранее."]
        {
            assert!(!says_so(told), "{told}");
        }
    }
}
