//! `eval stories`: how well items are grouped, against stories put together by hand.

use std::collections::HashMap;
use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use crate::cli::jsonl::{Row, moment};
use crate::cli::judge::Bench;
use crate::domain::item::{ItemText, Lang};
use crate::store::StoreError;
use crate::text::lang::detect;

/// The figures of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StoriesReport {
    /// Rows judged.
    pub n_items: usize,
    /// Stories in the labels.
    pub n_stories: usize,
    /// Stories made.
    pub n_found: usize,
    /// B³ precision.
    pub precision: f64,
    /// B³ recall.
    pub recall: f64,
    /// B³ F1.
    pub f1: f64,
    /// Precision over pairs of items.
    pub pair_precision: f64,
    /// Recall over pairs of items.
    pub pair_recall: f64,
    /// Labelled pairs of two languages, and how many of them stand together.
    pub n_bilingual_pairs: (usize, usize),
    /// Wrong joins and wrong splits, one line each.
    pub misses: Vec<String>,
}

/// Groups the rows in the order of their dates, each through the pipeline, and compares with their labels.
///
/// # Errors
/// When the store in memory fails.
pub fn run(rows: &[Row], bench: Bench) -> Result<StoriesReport, StoreError> {
    let rows = in_order(rows);
    let placed = place_all(&rows, bench)?;
    Ok(report(&rows, &placed))
}

/// The rows in the order of their dates and titles: the order in which the items of a poll are placed.
fn in_order(rows: &[Row]) -> Vec<(Timestamp, Row)> {
    let dates = dates_of(rows.iter().map(|row| row.date.as_deref().unwrap_or_default()));
    let mut ordered: Vec<_> = dates.into_iter().zip(rows.iter().cloned()).collect();
    ordered.sort_by(|a, b| (a.0, &a.1.title).cmp(&(b.0, &b.1.title)));
    ordered
}

/// Story and reason of each row.
fn place_all(rows: &[(Timestamp, Row)], mut bench: Bench) -> Result<Vec<(i64, String)>, StoreError> {
    let place = |(at, row): &(Timestamp, Row)| {
        let verdict = bench.judge(row, *at)?;
        Ok((verdict.story.unwrap_or_default(), verdict.reason("story").to_owned()))
    };
    rows.iter().map(place).collect()
}

/// The row as decisions see it: the language by its letters, the label's where they say nothing.
pub(crate) fn text_of(row: &Row) -> ItemText<'_> {
    let text = row.text();
    let lang = detect(&format!("{} {}", text.title, text.lead), Some(text.lang).filter(|lang| *lang != Lang::Other));
    ItemText { lang, ..text }
}

fn story_of(row: &Row) -> &str {
    row.story.as_deref().unwrap_or_default()
}

/// Dates as written, a missing one as the one before it; the first as 1970 when it is missing too.
pub(crate) fn dates_of<'a>(written: impl Iterator<Item = &'a str>) -> Vec<Timestamp> {
    let mut last = Timestamp::UNIX_EPOCH;
    let mut dates = Vec::new();
    for text in written {
        last = moment(text).unwrap_or(last);
        dates.push(last);
    }
    dates
}

#[expect(clippy::cast_precision_loss, reason = "counts of a labelled file")]
fn report(rows: &[(Timestamp, Row)], placed: &[(i64, String)]) -> StoriesReport {
    let mut report = StoriesReport { n_items: rows.len(), ..StoriesReport::default() };
    let (mut by_label, mut by_story) = (HashMap::<&str, usize>::new(), HashMap::<i64, usize>::new());
    let mut both = HashMap::<(&str, i64), usize>::new();
    for ((_, row), (story, _)) in rows.iter().zip(placed) {
        *by_label.entry(story_of(row)).or_default() += 1;
        *by_story.entry(*story).or_default() += 1;
        *both.entry((story_of(row), *story)).or_default() += 1;
    }
    (report.n_stories, report.n_found) = (by_label.len(), by_story.len());
    let (mut precision, mut recall) = (0.0, 0.0);
    for ((_, row), (story, _)) in rows.iter().zip(placed) {
        let shared = both[&(story_of(row), *story)] as f64;
        precision += shared / by_story[story] as f64;
        recall += shared / by_label[story_of(row)] as f64;
    }
    let n = rows.len().max(1) as f64;
    (report.precision, report.recall) = (precision / n, recall / n);
    report.f1 = harmonic(report.precision, report.recall);
    let pairs =
        |counts: &mut dyn Iterator<Item = usize>| counts.map(|n| n * n.saturating_sub(1) / 2).sum::<usize>() as f64;
    let right = pairs(&mut both.values().copied());
    report.pair_precision = right / pairs(&mut by_story.values().copied()).max(1.0);
    report.pair_recall = right / pairs(&mut by_label.values().copied()).max(1.0);
    compare_pairs(rows, placed, &mut report);
    report
}

/// Misses and bilingual pairs. Quadratic in the rows of one file of labels.
fn compare_pairs(rows: &[(Timestamp, Row)], placed: &[(i64, String)], report: &mut StoriesReport) {
    let langs: Vec<Lang> = rows.iter().map(|(_, row)| text_of(row).lang).collect();
    for (b, ((_, row), (story, reason))) in rows.iter().zip(placed).enumerate() {
        let earlier = || rows.iter().zip(placed).take(b);
        for (a, ((_, other), (other_story, _))) in earlier().enumerate() {
            if other.story == row.story && langs[a] != langs[b] {
                report.n_bilingual_pairs.0 += 1;
                report.n_bilingual_pairs.1 += usize::from(other_story == story);
            }
        }
        if let Some(((_, other), _)) = earlier().find(|((_, o), (s, _))| s == story && o.story != row.story) {
            report.misses.push(format!("joined  {} | {} | with {} | {reason}", story_of(row), row.title, other.title));
        }
        if let Some(((_, other), _)) = earlier()
            .find(|((_, o), (s, _))| s != story && o.story == row.story)
            .filter(|_| !earlier().any(|((_, o), (s, _))| s == story && o.story == row.story))
        {
            report.misses.push(format!("split   {} | {} | from {} | {reason}", story_of(row), row.title, other.title));
        }
    }
}

pub(crate) fn harmonic(precision: f64, recall: f64) -> f64 {
    if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
}

impl fmt::Display for StoriesReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "stories: {} items, {} labelled stories, {} made", self.n_items, self.n_stories, self.n_found)?;
        writeln!(f, "  B³     precision {:.3}  recall {:.3}  F1 {:.3}", self.precision, self.recall, self.f1)?;
        writeln!(f, "  pairs  precision {:.3}  recall {:.3}", self.pair_precision, self.pair_recall)?;
        write!(f, "  pairs of two languages joined: {} of {}", self.n_bilingual_pairs.1, self.n_bilingual_pairs.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(title: &str, story: &str) -> Row {
        Row { title: title.into(), story: Some(story.into()), ..Row::default() }
    }

    #[test]
    fn perfect_groups_score_one_and_a_lump_loses_precision() {
        let rows = in_order(&[row("a", "x"), row("b", "x"), row("c", "y")]);
        let place = |stories: [i64; 3]| stories.map(|s| (s, String::new()));
        assert!((report(&rows, &place([1, 1, 2])).f1 - 1.0).abs() < 1e-9);
        let lump = report(&rows, &place([1, 1, 1]));
        assert!(lump.precision < 0.6 && lump.recall > 0.99);
        assert_eq!(lump.misses.len(), 1);
    }

    #[test]
    fn labelled_stories_are_found_again() {
        let Some(bench) = testing::bench(false) else { return };
        if let Some(rows) = testing::rows("stories-space-dev.jsonl") {
            let report = run(&rows, bench).unwrap();
            println!("{report}\n{}", report.misses.join("\n"));
            assert!(report.f1 >= 0.90 && report.precision >= 0.95, "{report}");
            assert_eq!(report.n_bilingual_pairs.0, report.n_bilingual_pairs.1, "{report}");
        }
        let Some(bench) = testing::bench(false) else { return };
        if let Some(rows) = testing::rows("stories-basil.jsonl") {
            let report = run(&rows, bench).unwrap();
            println!("{report}");
            assert!(report.f1 >= 0.94, "{report}");
        }
    }

    #[test]
    fn a_row_without_a_date_arrives_with_the_one_before_it() {
        let dates = dates_of(["2024-05", "", "2024-05-02T10:00"].into_iter());
        assert_eq!(dates[0], dates[1]);
        assert!(dates[1] < dates[2]);
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! The topic of this repository and the labelled rows beside it, where they are at hand.

    use std::path::Path;

    use crate::cli::jsonl::{self, Row};
    use crate::cli::judge::{Bench, Options};
    use crate::decide::relevance::CompiledTopic;
    use crate::domain::{Outlets, Policy};

    pub(crate) fn bench(given_stories: bool) -> Option<Bench> {
        let options = Options { assume_relevant: true, given_stories };
        Some(Bench::new(vec![topic()?], Outlets::default(), Policy::default(), options).unwrap())
    }

    pub(crate) fn topic() -> Option<CompiledTopic> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/topics/us-russia-space.toml");
        let text = std::fs::read_to_string(&file).ok()?;
        Some(CompiledTopic::compile(&crate::config::topic::parse(&file, &text).0))
    }

    pub(crate) fn rows(name: &str) -> Option<Vec<Row>> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
        let Ok(text) = std::fs::read_to_string(file) else {
            println!("skipped: ../shared/data is not here");
            return None;
        };
        jsonl::rows(&text).ok()
    }
}
