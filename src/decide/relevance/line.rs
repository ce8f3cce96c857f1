//! The verdict as one line that a person can check with a pencil.

use crate::domain::{Evidence, Field, Relevance};

impl Relevance {
    /// `Roscosmos (title) + NASA (lead) + ISS (lead) = 9 ≥ 6`; when refused `= 4 < 6, missing: a US side`.
    pub fn line(&self) -> String {
        let mut line = String::new();
        for (what, field, weight) in joined(&self.evidence) {
            let sign = if weight < 0.0 { "− " } else { "+ " };
            line.push_str(if line.is_empty() && weight >= 0.0 { "" } else { sign });
            line.push_str(&format!("{what} ({}) ", field.name()));
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
fn joined(evidence: &[Evidence]) -> Vec<(&str, Field, f64)> {
    let mut joined: Vec<(&str, Field, f64)> = Vec::new();
    for e in evidence {
        match joined.iter_mut().find(|(what, field, _)| *what == e.what && *field == e.field) {
            Some((.., weight)) => *weight += e.weight,
            None => joined.push((&e.what, e.field, e.weight)),
        }
    }
    joined
}

fn tenths(number: f64) -> String {
    let number = (number * 10.0).round() / 10.0;
    // Rounding −0.04 would leave "-0".
    format!("{}", if number == 0.0 { 0.0 } else { number })
}
