//! Weights learned from verdicts: a small correction of the score, every part of which can be read.
//!
//! The rules of a topic stay the judge. What is learned moves the score of an item that touches every facet by a few
//! points at most: a logistic regression whose starting point is the rules' own score, over the evidence they found
//! and the stems of headline and lead. Rows in a fixed order, no randomness: the same labels give the same weights.

use std::collections::{BTreeMap, HashMap};

use super::CompiledTopic;
use super::mention::TEXT_BYTES_MAX;
use crate::domain::{Evidence, Field, ItemText, Relevance};
use crate::text::clean::beginning;
use crate::text::fold::fold;
use crate::text::stem::stem;
use crate::text::words::words;

/// The facet under which a correction stands in the evidence.
pub const FACET: &str = "learned";
/// No correction is larger: what a person wrote into the topic file has the last word.
const CORRECTION_MAX: f64 = 3.0;
/// Features that fewer rows have are chance.
const ROWS_MIN: usize = 4;
/// Smaller weights are left out of the file.
const WEIGHT_MIN: f64 = 0.05;
/// Words of a lead that are looked at.
const LEAD_WORDS_MAX: usize = 40;
const ROUNDS: usize = 60;
const PENALTY: f64 = 0.1;

/// A labelled text.
#[derive(Clone, Copy, Debug)]
pub struct Labelled<'t> {
    /// The text.
    pub text: ItemText<'t>,
    /// Whether it concerns the topic.
    pub relevant: bool,
}

/// Learns weights by evidence name (`Soyuz`) or stem (`~telescop`), for [`crate::domain::Topic::learned`].
///
/// Rows that leave a facet untouched teach nothing: no weight could let them in.
pub fn learn(topic: &CompiledTopic, rows: &[Labelled<'_>]) -> Vec<(String, f64)> {
    let rows: Vec<Example> = rows.iter().filter_map(|row| Example::of(topic, row)).collect();
    let mut n_rows: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, _) in rows.iter().flat_map(|row| &row.features) {
        *n_rows.entry(name).or_default() += 1;
    }
    let names: Vec<&str> = n_rows.into_iter().filter(|(_, n)| *n >= ROWS_MIN).map(|(name, _)| name).collect();
    let place: HashMap<&str, usize> = names.iter().enumerate().map(|(i, name)| (*name, i)).collect();
    let weights = descend(&rows, &place, names.len());
    let kept = names.into_iter().zip(weights).filter(|(_, weight)| weight.abs() >= WEIGHT_MIN);
    kept.map(|(name, weight)| (name.to_owned(), (weight * 100.0).round() / 100.0)).collect()
}

/// Adds the correction to a decision, as one piece of evidence that names what moved it most.
pub(super) fn correct(relevance: &mut Relevance, text: &ItemText<'_>, weights: &HashMap<String, f64>, is_whole: bool) {
    if weights.is_empty() || !is_whole {
        return;
    }
    let mut moved: Vec<(String, f64)> = features(relevance, text)
        .into_iter()
        .filter_map(|(name, value)| weights.get(&name).map(|weight| (name, weight * value)))
        .collect();
    let sum: f64 = moved.iter().map(|(_, weight)| weight).sum::<f64>().clamp(-CORRECTION_MAX, CORRECTION_MAX);
    if sum.abs() < WEIGHT_MIN {
        return;
    }
    moved.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let named: Vec<&str> = moved.iter().take(3).map(|(name, _)| name.trim_start_matches('~')).collect();
    let what = format!("learned of {}", named.join(", "));
    relevance.evidence.push(Evidence { what, facet: FACET.to_owned(), field: Field::Title, weight: sum });
    relevance.score += sum;
}

struct Example {
    start: f64,
    target: f64,
    features: Vec<(String, f64)>,
}

impl Example {
    fn of(topic: &CompiledTopic, row: &Labelled<'_>) -> Option<Self> {
        let (verdict, is_whole) = topic.judge_by_rules(&row.text, None);
        is_whole.then(|| Self {
            // A very sure start would leave nothing to learn from the row.
            start: (verdict.score - verdict.threshold).clamp(-4.0, 4.0),
            target: f64::from(u8::from(row.relevant)),
            features: features(&verdict, &row.text),
        })
    }
}

/// Steps that shrink with what a weight has already moved (Adagrad), so that rare and common features are treated alike.
fn descend(rows: &[Example], place: &HashMap<&str, usize>, n: usize) -> Vec<f64> {
    let (mut weights, mut moved) = (vec![0.0_f64; n], vec![1e-6_f64; n]);
    let known = |row: &Example| -> Vec<(usize, f64)> {
        row.features.iter().filter_map(|(name, value)| Some((*place.get(name.as_str())?, *value))).collect()
    };
    let features: Vec<_> = rows.iter().map(known).collect();
    for _ in 0..ROUNDS {
        for (row, features) in rows.iter().zip(&features) {
            let sum: f64 = row.start + features.iter().map(|(i, value)| weights[*i] * value).sum::<f64>();
            let error = 1.0 / (1.0 + (-sum).exp()) - row.target;
            for (i, value) in features {
                let slope = error * value + PENALTY * weights[*i];
                moved[*i] += slope * slope;
                weights[*i] -= 0.1 * slope / moved[*i].sqrt();
            }
        }
    }
    weights
}

/// What a decision can be corrected by: its evidence, and the stems of the text (those of the lead count half).
fn features(relevance: &Relevance, text: &ItemText<'_>) -> Vec<(String, f64)> {
    let mut found: BTreeMap<String, f64> = BTreeMap::new();
    for evidence in &relevance.evidence {
        let value = if evidence.field == Field::Title { 1.0 } else { 0.6 };
        found.entry(without_numbers(&evidence.what)).or_insert(value);
    }
    for (text, value, most) in [(text.title, 0.5, usize::MAX), (text.lead, 0.25, LEAD_WORDS_MAX)] {
        let folded = fold(beginning(text, TEXT_BYTES_MAX));
        for word in words(&folded).filter(|word| word.text.len() > 2).take(most) {
            if word.text.chars().all(char::is_alphabetic) {
                found.entry(format!("~{}", stem(word.text))).or_insert(value);
            }
        }
    }
    found.into_iter().collect()
}

/// `Soyuz MS-29` teaches about every Soyuz.
fn without_numbers(what: &str) -> String {
    let mut out = String::with_capacity(what.len());
    for c in what.chars() {
        match c {
            '0'..='9' if out.ends_with('#') => {}
            '0'..='9' => out.push('#'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::relevance::fixtures::red;
    use crate::domain::topic::Topic;

    fn topic(learned: Vec<(String, f64)>) -> CompiledTopic {
        CompiledTopic::compile(&Topic { learned, ..red() })
    }

    fn text(title: &str) -> ItemText<'_> {
        ItemText { title, ..ItemText::default() }
    }

    fn taught() -> Vec<(String, f64)> {
        let titles = [
            "red wine one",
            "red wine two",
            "red wine three",
            "red wine four",
            "red flag",
            "red flags",
            "red flag four",
            "red flag five",
        ];
        let rows = titles.map(|title| Labelled { text: text(title), relevant: title.contains("flag") });
        learn(&topic(Vec::new()), &rows)
    }

    #[test]
    fn a_word_that_told_wrong_rows_apart_speaks_against() {
        let weights: HashMap<_, _> = taught().into_iter().collect();
        assert!(weights["~wine"] < 0.0 && weights["~flag"] > 0.0, "{weights:?}");
    }

    #[test]
    fn the_same_rows_teach_the_same() {
        assert_eq!(taught(), taught());
    }

    #[test]
    fn a_correction_is_shown_in_the_evidence_and_can_turn_the_verdict() {
        let plain = topic(Vec::new()).judge(&text("red wine"), None);
        assert!(plain.relevant);
        let corrected = topic(vec![("~wine".to_owned(), -2.0)]).judge(&text("red wine"), None);
        assert_eq!(
            corrected.line(),
            "red (title) − learned of wine = 1 < 2, missing: 1 more, for “learned of wine” speaks against it"
        );
    }

    #[test]
    fn no_correction_lets_in_what_leaves_a_facet_untouched_or_goes_beyond_its_bounds() {
        let keen = topic(vec![("~wine".to_owned(), 20.0)]);
        assert!(!keen.judge(&text("wine"), None).relevant);
        assert!((keen.judge(&text("red wine"), None).score - 5.0).abs() < 1e-9);
    }

    #[test]
    fn numbers_of_flights_teach_about_all_of_them() {
        assert_eq!(without_numbers("Soyuz MS-29"), "Soyuz MS-#");
    }
}
