//! `eval quotes`: statements found, their speakers and stances, against labels.

use std::fmt;

use serde::Serialize;

use super::novelty::{Tally, overlap};
use super::stories::text_of;
use crate::cli::jsonl::Row;
use crate::decide::facts::Lexicon;
use crate::decide::quotes::extract;
use crate::domain::fact::{Quote, QuoteKind, Stance};

/// Figures of one kind of statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct VoicesTally {
    /// The statements.
    pub statements: Tally,
    /// Right statements with the right speaker.
    pub n_speaker_right: usize,
    /// Stances shown (welcoming or critical) on right statements.
    pub n_stance_shown: usize,
    /// Of these, as labelled.
    pub n_stance_right: usize,
}

/// The figures of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct QuotesReport {
    /// In quotation marks.
    pub direct: VoicesTally,
    /// Attributed without marks.
    pub indirect: VoicesTally,
    /// One line each.
    pub misses: Vec<String>,
}

struct Label<'a> {
    kind: &'a str,
    text: &'a str,
    speaker: &'a str,
    stance: &'a str,
}

/// Reads the quotes of every row.
pub fn run(rows: &[Row], lexicon: &Lexicon) -> QuotesReport {
    let mut report = QuotesReport::default();
    for row in rows {
        let found = extract(&text_of(row), lexicon);
        let labels = labels(row);
        found.iter().for_each(|quote| score(quote, &labels, row, &mut report));
        for label in &labels {
            let is_hit = found.iter().any(|quote| kind(quote) == label.kind && overlap(label.text, &quote.text));
            let tally = if label.kind == "direct" { &mut report.direct } else { &mut report.indirect };
            tally.statements.n_labelled += 1;
            tally.statements.n_hit += usize::from(is_hit);
            if !is_hit {
                report.misses.push(format!("not found: {} {:?} by {:?}", label.kind, label.text, label.speaker));
            }
        }
    }
    report
}

fn labels(row: &Row) -> Vec<Label<'_>> {
    let of = |label: &'_ serde_json::Value| -> Option<()> { label.get("text")?.as_str().map(drop) };
    let labels = row.statements.as_array().into_iter().flatten().filter(|label| of(label).is_some());
    labels
        .map(|label| Label {
            kind: get(label, "kind"),
            text: get(label, "text"),
            speaker: get(label, "speaker"),
            stance: get(label, "stance"),
        })
        .collect()
}

fn get<'a>(label: &'a serde_json::Value, name: &str) -> &'a str {
    label.get(name).and_then(serde_json::Value::as_str).unwrap_or_default()
}

fn kind(quote: &Quote) -> &'static str {
    match quote.kind {
        QuoteKind::Direct => "direct",
        QuoteKind::Indirect => "indirect",
    }
}

fn score(quote: &Quote, labels: &[Label<'_>], row: &Row, report: &mut QuotesReport) {
    let label = labels.iter().find(|label| label.kind == kind(quote) && overlap(label.text, &quote.text));
    let tally = if quote.kind == QuoteKind::Direct { &mut report.direct } else { &mut report.indirect };
    tally.statements.n_found += 1;
    let Some(label) = label else {
        let (kind, text, speaker) = (kind(quote), &quote.text, &quote.speaker);
        report.misses.push(format!("not labelled: {kind} {text:?} by {speaker:?} in {}", row.title));
        return;
    };
    tally.statements.n_right += 1;
    // No name overlaps every name, so an empty one counts against an empty one only.
    let both_named = !label.speaker.is_empty() && !quote.speaker.is_empty();
    let speaker = label.speaker == quote.speaker || both_named && overlap(label.speaker, &quote.speaker);
    tally.n_speaker_right += usize::from(speaker);
    if !speaker {
        report.misses.push(format!("speaker {:?}, labelled {:?}: {:?}", quote.speaker, label.speaker, quote.text));
    }
    if quote.stance != Stance::Neither {
        let is_right = quote.stance.name() == label.stance;
        tally.n_stance_shown += 1;
        tally.n_stance_right += usize::from(is_right);
        if !is_right {
            report.misses.push(format!("stance {}, labelled {}: {:?}", quote.stance.name(), label.stance, quote.text));
        }
    }
}

impl fmt::Display for VoicesTally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.statements.n_right;
        write!(f, "{}  speaker {}/{n}", self.statements, self.n_speaker_right)?;
        write!(f, "  stance shown {}/{}", self.n_stance_right, self.n_stance_shown)
    }
}

impl fmt::Display for QuotesReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "direct    {}", self.direct)?;
        write!(f, "indirect  {}", self.indirect)
    }
}

#[cfg(test)]
mod tests {
    use super::super::stories::testing;
    use super::*;

    #[test]
    fn labelled_statements_are_found() {
        let Some(rows) = testing::rows("voices-dev.jsonl") else { return };
        let Some(topic) = testing::topic() else { return };
        let report = run(&rows, &Lexicon::new([&topic.topic().words]));
        println!("{report}\n{}", report.misses.join("\n"));
        assert!(report.direct.statements.precision() >= 0.95, "{report}");
        assert!(report.indirect.statements.precision() >= 0.90, "{report}");
    }
}
