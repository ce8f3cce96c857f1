//! The line that says what is new, in the item's own words.

use super::Candidate;
use super::evidence::Evidence;
use crate::domain::topic::Field;
use crate::text::clean;
use crate::text::sentence::sentences;

/// Longest line, characters.
const LINE_MAX: usize = 200;
/// Weight from which a headline is its own best line.
const HEADLINE_FROM: f64 = 0.6;
/// Weight of a piece (a date to come, a sum) that the line must show even where the headline has not got it.
const MUST_SHOW: f64 = 1.0;

/// The headline with its outlet: what a first report tells.
pub(super) fn headline(candidate: &Candidate<'_>) -> String {
    let title = if candidate.item.text.title.is_empty() { candidate.item.text.lead } else { candidate.item.text.title };
    format!("{} — {}", clean::line(title, LINE_MAX), candidate.item.outlet_name)
}

/// The sentence that carries most of the new, with the value it replaces and the outlet. The headline wins ties.
pub(super) fn of(candidate: &Candidate<'_>, evidence: &[Evidence]) -> String {
    let text = &candidate.item.text;
    let mut best = (text.title, weight_in(text.title, evidence));
    let in_lead = evidence.iter().any(|e| e.field == Field::Lead && e.weight >= MUST_SHOW);
    if best.1 < HEADLINE_FROM || in_lead {
        for sentence in sentences(text.lead) {
            let weight = weight_in(sentence, evidence);
            if weight > best.1 + 0.05 {
                best = (sentence, weight);
            }
        }
    }
    let was = evidence.iter().filter(|e| best.0.contains(&e.what)).find_map(|e| e.was.as_deref());
    let was = was.map(|was| format!(" (was {was})")).unwrap_or_default();
    let heaviest = evidence.iter().filter(|e| best.0.contains(&e.what)).max_by(|a, b| a.weight.total_cmp(&b.weight));
    let line = around(best.0.trim_end_matches('.'), heaviest.map_or("", |e| e.what.as_str()));
    format!("{line}{was} — {}", candidate.item.outlet_name)
}

fn weight_in(sentence: &str, evidence: &[Evidence]) -> f64 {
    evidence.iter().filter(|e| sentence.contains(&e.what)).map(|e| e.weight).sum()
}

/// The sentence, or of one too long the clauses up to the words that matter.
fn around(sentence: &str, what: &str) -> String {
    let end = sentence.find(what).map_or(0, |at| at + what.len());
    let n_before = sentence.get(..end).map_or(0, |text| text.chars().count());
    if n_before < LINE_MAX {
        return clean::line(sentence, LINE_MAX);
    }
    let head = sentence.get(..end).unwrap_or(sentence);
    let clauses = head.match_indices([',', ';']).map(|(at, mark)| at + mark.len());
    let start = clauses
        .filter(|at| head.get(*at..).is_some_and(|t| t.chars().count() < LINE_MAX && t.len() > what.len() + 20))
        .min();
    match start.and_then(|at| sentence.get(at..)) {
        Some(rest) => format!("… {}", clean::line(rest, LINE_MAX - 2)),
        None => clean::line(sentence, LINE_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sentence_is_cut_to_the_clause_that_matters() {
        let sentence = format!(
            "{}, the ferry will sail in May",
            "The harbour with its many ferries said a lot ".repeat(6).trim_end()
        );
        assert_eq!(around(&sentence, "May"), "… the ferry will sail in May");
        assert_eq!(around("The ferry will sail in May", "May"), "The ferry will sail in May");
    }
}
