//! The line that says what is new, in the item's own words.

use super::Candidate;
use super::evidence::Evidence;
use crate::domain::topic::Field;
use crate::text::clean;
use crate::text::sentence::sentences;

/// Longest line, characters.
const LINE_MAX: usize = 200;

/// The headline with its outlet: what a first report tells.
pub(super) fn headline(candidate: &Candidate<'_>) -> String {
    let title = if candidate.item.text.title.is_empty() { candidate.item.text.lead } else { candidate.item.text.title };
    format!("{} — {}", clean::line(title, LINE_MAX), candidate.item.outlet_name)
}

/// The sentence that carries most of the new, with the value it replaces and the outlet. The headline wins ties.
pub(super) fn of(candidate: &Candidate<'_>, evidence: &[Evidence]) -> String {
    let text = &candidate.item.text;
    let mut best = (text.title, weight_in(text.title, Field::Title, evidence));
    for sentence in sentences(text.lead) {
        let weight = weight_in(sentence, Field::Lead, evidence);
        if weight > best.1 + 0.05 {
            best = (sentence, weight);
        }
    }
    let was = evidence.iter().filter(|e| best.0.contains(&e.what)).find_map(|e| e.was.as_deref());
    let was = was.map(|was| format!(" (was {was})")).unwrap_or_default();
    format!("{}{was} — {}", clean::line(best.0.trim_end_matches('.'), LINE_MAX), candidate.item.outlet_name)
}

fn weight_in(sentence: &str, field: Field, evidence: &[Evidence]) -> f64 {
    evidence.iter().filter(|e| e.field == field && sentence.contains(&e.what)).map(|e| e.weight).sum()
}
