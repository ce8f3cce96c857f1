//! The verdict as one line that a person can check with a pencil.

use crate::domain::{Evidence, Field, Relevance};

/// The facet under which a person's verdict stands in the evidence.
const VERDICT_FACET: &str = "verdict";

impl Relevance {
    /// Makes it relevant because a person said so; the verdict stands in the evidence with what it had to add.
    pub fn affirm(&mut self) {
        let weight = (self.threshold - self.score).max(0.0);
        let what = "your verdict".to_owned();
        self.evidence.push(Evidence { what, facet: VERDICT_FACET.to_owned(), field: Field::Title, weight });
        self.score += weight;
        self.relevant = true;
        self.missing.clear();
    }

    /// `Roscosmos (title) + NASA (lead) + ISS (lead) = 9 ≥ 6`; when refused `= 4 < 6, missing: a US side`.
    pub fn line(&self) -> String {
        let mut line = String::new();
        for (what, field, weight) in joined(&self.evidence) {
            let sign = if weight < 0.0 { "− " } else { "+ " };
            line.push_str(if line.is_empty() && weight >= 0.0 { "" } else { sign });
            line.push_str(what);
            line.push_str(&field.map_or_else(|| " ".to_owned(), |field| format!(" ({}) ", field.name())));
        }
        if line.is_empty() {
            line.push_str("nothing of the topic ");
        }
        let reaches = if self.score + 1e-9 >= self.threshold { '≥' } else { '<' };
        line.push_str(&format!("= {} {reaches} {}", tenths(self.score), tenths(self.threshold)));
        if !self.relevant && !self.missing.is_empty() {
            line.push_str(&format!(", missing: {}", self.missing.join(", ")));
        }
        line
    }
}

/// One thing at one place is named once, though it may feed two facets.
fn joined(evidence: &[Evidence]) -> Vec<(&str, Option<Field>, f64)> {
    let mut joined: Vec<(&str, Option<Field>, f64)> = Vec::new();
    for e in evidence {
        // What was learned and what a person said stand nowhere in the text.
        let field = Some(e.field).filter(|_| e.facet != super::learn::FACET && e.facet != VERDICT_FACET);
        match joined.iter_mut().find(|(what, place, _)| *what == e.what && *place == field) {
            Some((.., weight)) => *weight += e.weight,
            None => joined.push((&e.what, field, e.weight)),
        }
    }
    joined
}

/// A number as people write it, to one place.
pub(super) fn tenths(number: f64) -> String {
    let number = (number * 10.0).round() / 10.0;
    // Rounding −0.04 would leave "-0".
    format!("{}", if number == 0.0 { 0.0 } else { number })
}
