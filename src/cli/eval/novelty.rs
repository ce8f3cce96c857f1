//! `eval novelty`: facts found and developments told, against labels, with the stories given.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use serde::Serialize;

use super::stories::{dates_of, harmonic};
use crate::cli::jsonl::Row;
use crate::cli::judge::{Bench, Verdict};
use crate::domain::fact::Fact;
use crate::store::StoreError;
use crate::text::fold::fold;

/// Kinds of facts that are scored.
const SCORED: [&str; 7] = ["date", "number", "money", "person", "mission", "vehicle", "agreement"];

/// Hits, found and labelled, from which precision and recall come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    /// Found ones that are labelled.
    pub n_right: usize,
    /// Found ones.
    pub n_found: usize,
    /// Labels that were found.
    pub n_hit: usize,
    /// Labels.
    pub n_labelled: usize,
}

impl Tally {
    /// Share of the found that is labelled; 1 when nothing was found.
    pub fn precision(&self) -> f64 {
        share(self.n_right, self.n_found)
    }

    /// Share of the labels that was found; 1 when there is none.
    pub fn recall(&self) -> f64 {
        share(self.n_hit, self.n_labelled)
    }

    /// Harmonic mean of both.
    pub fn f1(&self) -> f64 {
        harmonic(self.precision(), self.recall())
    }

    fn add(&mut self, other: &Self) {
        self.n_right += other.n_right;
        self.n_found += other.n_found;
        self.n_hit += other.n_hit;
        self.n_labelled += other.n_labelled;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (precision, recall, f1) = (self.precision(), self.recall(), self.f1());
        write!(f, "precision {precision:.3} ({}/{})  ", self.n_right, self.n_found)?;
        write!(f, "recall {recall:.3} ({}/{})  F1 {f1:.3}", self.n_hit, self.n_labelled)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a labelled file")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// The figures of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NoveltyReport {
    /// Later items of stories whose label is sure.
    pub sure: Tally,
    /// Later items whose label two careful people may give differently.
    pub unsure: Tally,
    /// Facts of all scored kinds.
    pub facts: Tally,
    /// Facts by kind.
    pub by_kind: BTreeMap<String, Tally>,
    /// The printed line of each later item told.
    pub told: Vec<String>,
    /// Wrong verdicts with their reasons and wrong facts, one line each.
    pub misses: Vec<String>,
}

/// Judges every row in the order of the file, in the story it is labelled with, through the pipeline.
///
/// # Errors
/// When the store in memory fails.
pub fn run(rows: &[Row], mut bench: Bench) -> Result<NoveltyReport, StoreError> {
    let mut report = NoveltyReport::default();
    let mut stories: HashSet<&str> = HashSet::new();
    let dates = dates_of(rows.iter().map(|row| row.date.as_deref().unwrap_or_default()));
    for (row, at) in rows.iter().zip(dates) {
        let verdict = bench.judge(row, at)?;
        score_facts(row, &verdict.facts, &mut report);
        if !stories.insert(row.story.as_deref().unwrap_or_default()) {
            score_verdict(row, &verdict, &mut report);
        }
    }
    report.by_kind.values().for_each(|tally| report.facts.add(tally));
    Ok(report)
}

fn score_verdict(row: &Row, verdict: &Verdict, report: &mut NoveltyReport) {
    let is_sure = row.sure != Some(false);
    let (told, labelled) = (verdict.development, row.development == Some(true));
    let tally = if is_sure { &mut report.sure } else { &mut report.unsure };
    tally.n_found += usize::from(told);
    tally.n_labelled += usize::from(labelled);
    tally.n_right += usize::from(told && labelled);
    tally.n_hit += usize::from(told && labelled);
    if let Some(new) = &verdict.new {
        report.told.push(format!("{} | NEW: {new}", row.title));
    }
    if told != labelled {
        let sort = if told { "told " } else { "quiet" };
        let sure = if is_sure { "" } else { " (not sure)" };
        report.misses.push(format!("{sort}{sure} {} | {}", row.title, verdict.reason("novelty")));
    }
}

fn score_facts(row: &Row, found: &[Fact], report: &mut NoveltyReport) {
    let labels: Vec<(&str, &str)> = row
        .facts
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|label| Some((label.get("kind")?.as_str()?, label.get("text")?.as_str()?)))
        .filter(|(kind, _)| SCORED.contains(kind))
        .collect();
    for fact in found.iter().filter(|fact| SCORED.contains(&fact.kind.name())) {
        let is_right = labels.iter().any(|(kind, text)| *kind == fact.kind.name() && overlap(text, &fact.text));
        let tally = report.by_kind.entry(fact.kind.name().to_owned()).or_default();
        tally.n_found += 1;
        tally.n_right += usize::from(is_right);
        if !is_right {
            report.misses.push(format!("fact not labelled: {} {:?} in {}", fact.kind.name(), fact.text, row.title));
        }
    }
    for (kind, text) in labels {
        let is_hit = found.iter().any(|fact| kind == fact.kind.name() && overlap(text, &fact.text));
        let tally = report.by_kind.entry(kind.to_owned()).or_default();
        tally.n_labelled += 1;
        tally.n_hit += usize::from(is_hit);
        if !is_hit {
            report.misses.push(format!("fact not found: {kind} {text:?} in {}", row.title));
        }
    }
}

/// Whether two spans of one text overlap, as far as their words tell.
pub(super) fn overlap(a: &str, b: &str) -> bool {
    let (a, b) = (fold(a), fold(b));
    let words: Vec<&str> = a.split(' ').collect();
    let n_shared = b.split(' ').filter(|word| words.contains(word)).count();
    a.contains(&b) || b.contains(&a) || n_shared * 2 > words.len().min(b.split(' ').count())
}

impl fmt::Display for NoveltyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "developments, stories given, later items")?;
        writeln!(f, "  sure      {}", self.sure)?;
        writeln!(f, "  not sure  {}", self.unsure)?;
        if self.facts.n_labelled == 0 {
            return Ok(());
        }
        writeln!(f, "facts\n  all        {}", self.facts)?;
        self.by_kind.iter().try_for_each(|(kind, tally)| writeln!(f, "  {kind:<10} {tally}"))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::stories::testing;
    use super::*;

    #[test]
    fn labelled_developments_and_facts_are_found() {
        let (Some(bench), Some(rows)) = (testing::bench(true), testing::rows("novelty-dev.jsonl")) else { return };
        let report = run(&rows, bench).unwrap();
        println!("{report}{}\n{}", report.misses.join("\n"), report.told.join("\n"));
        assert!(report.facts.precision() >= 0.88 && report.facts.recall() >= 0.80, "{report}");
        assert!(report.sure.f1() >= 0.80, "{report}");
    }

    #[test]
    fn the_follow_ups_beside_the_topic_file_are_told_apart() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/topics/us-russia-space.developments.jsonl");
        let rows = crate::cli::jsonl::rows(&std::fs::read_to_string(file).unwrap()).unwrap();
        let report = run(&rows, testing::bench(true).unwrap()).unwrap();
        assert!(
            report.sure.precision() >= 0.95 && report.sure.recall() >= 0.95,
            "{report}{}",
            report.misses.join("\n")
        );
    }

    #[test]
    fn spans_overlap_by_their_words() {
        assert!(overlap("two astronauts", "two NASA astronauts"));
        assert!(!overlap("two astronauts", "three weeks"));
    }
}
