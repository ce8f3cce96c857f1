//! `eval stream`: a stream of reports through every decision, and what became of the developments labelled in it.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::Serialize;

use super::stories::dates_of;
use crate::cli::jsonl::Row;
use crate::cli::judge::{Bench, Verdict};
use crate::store::StoreError;

/// The figures of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StreamReport {
    /// Rows of the stream.
    pub n_rows: usize,
    /// Rows kept.
    pub n_kept: usize,
    /// Stories made of them.
    pub n_stories: usize,
    /// Developments told.
    pub n_told: usize,
    /// Of those, in a story that holds no labelled row.
    pub n_outside: usize,
    /// Labelled stories with a row in the stream.
    pub n_labelled_stories: usize,
    /// Labelled stories of which nothing was told.
    pub n_missed_stories: usize,
    /// Labelled developments in the stream.
    pub n_labelled: usize,
    /// Of those, told by their own row or by another of its story on the same day (UTC).
    pub n_on_the_day: usize,
    /// Rows told that are labelled as coverage.
    pub n_repeated: usize,
    /// What went wrong with labelled rows, with the reasons, and what was told outside their stories.
    pub misses: Vec<String>,
}

/// Judges the stream row by row and compares with the labels of those of its rows that have one, by id.
///
/// # Errors
/// When the store in memory fails.
pub fn run(stream: &[Row], labels: &[Row], mut bench: Bench) -> Result<StreamReport, StoreError> {
    let dates = dates_of(stream.iter().map(|row| row.date.as_deref().unwrap_or_default()));
    let mut judged = Vec::with_capacity(stream.len());
    for (row, at) in stream.iter().zip(dates) {
        judged.push((row, bench.judge(row, at)?));
    }
    let labels: HashMap<String, &Row> = labels.iter().map(|row| (row.name(), row)).collect();
    Ok(report(&judged, &labels))
}

type Judged<'a> = (&'a Row, Verdict);

fn report(judged: &[Judged<'_>], labels: &HashMap<String, &Row>) -> StreamReport {
    let kept: Vec<&Judged<'_>> = judged.iter().filter(|(_, verdict)| verdict.relevant).collect();
    let told: Vec<&Judged<'_>> = judged.iter().filter(|(_, verdict)| verdict.development).collect();
    let labelled: Vec<(&Judged<'_>, &Row)> =
        judged.iter().filter_map(|one| Some((one, *labels.get(&one.0.name())?))).collect();
    let known: HashSet<i64> = labelled.iter().filter_map(|((_, verdict), _)| verdict.story).collect();
    let is_outside = |one: &&&Judged<'_>| !one.1.story.is_some_and(|story| known.contains(&story));
    let outside: Vec<&&Judged<'_>> = told.iter().filter(is_outside).collect();
    let mut report = StreamReport {
        n_rows: judged.len(),
        n_kept: kept.len(),
        n_stories: kept.iter().filter_map(|(_, verdict)| verdict.story).collect::<HashSet<_>>().len(),
        n_told: told.len(),
        n_outside: outside.len(),
        ..StreamReport::default()
    };
    labelled.iter().for_each(|(one, label)| score(one, label, &told, &mut report));
    count_stories(&labelled, &told, &mut report);
    report.misses.extend(outside.iter().map(|one| format!("not labelled: {}", line(one))));
    report
}

/// A labelled row: told when it should be, and only then.
fn score(one: &Judged<'_>, label: &Row, told: &[&Judged<'_>], report: &mut StreamReport) {
    let is_told = one.1.development;
    if label.development != Some(true) {
        report.n_repeated += usize::from(is_told);
        if is_told {
            report.misses.push(format!("told again: {}", line(one)));
        }
        return;
    }
    let is_on_the_day = is_told || told.iter().any(|other| other.1.story == one.1.story && day(other) == day(one));
    report.n_labelled += 1;
    report.n_on_the_day += usize::from(is_on_the_day);
    if !is_on_the_day {
        report.misses.push(format!("not told: {} | {}", line(one), one.1.reasons.join(" | ")));
    }
}

/// A labelled story is missed when none of the stories of its rows was told.
fn count_stories(labelled: &[(&Judged<'_>, &Row)], told: &[&Judged<'_>], report: &mut StreamReport) {
    let told: HashSet<i64> = told.iter().filter_map(|(_, verdict)| verdict.story).collect();
    let mut is_told: HashMap<&str, bool> = HashMap::new();
    for ((_, verdict), label) in labelled {
        let any = is_told.entry(label.story.as_deref().unwrap_or_default()).or_default();
        *any |= verdict.story.is_some_and(|story| told.contains(&story));
    }
    report.n_labelled_stories = is_told.len();
    report.n_missed_stories = is_told.values().filter(|told| !**told).count();
}

/// Date up to the day, as the row writes it.
fn day<'a>((row, _): &Judged<'a>) -> &'a str {
    row.date.as_deref().and_then(|date| date.get(..10)).unwrap_or_default()
}

fn line(one: &Judged<'_>) -> String {
    let (row, verdict) = one;
    let story = verdict.story.map_or_else(|| "no story".to_owned(), |story| format!("S-{story}"));
    let new = verdict.new.as_deref().map(|new| format!(" | NEW: {new}")).unwrap_or_default();
    format!("{} {story} {}: {}{new}", day(one), row.publisher.as_deref().unwrap_or_default(), row.title)
}

impl fmt::Display for StreamReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} rows, {} kept, {} stories, {} developments told",
            self.n_rows, self.n_kept, self.n_stories, self.n_told
        )?;
        writeln!(f, "  in no labelled story          {}", self.n_outside)?;
        writeln!(f, "{} labelled stories, {} missed", self.n_labelled_stories, self.n_missed_stories)?;
        writeln!(f, "{} labelled developments, {} told on their day", self.n_labelled, self.n_on_the_day)?;
        writeln!(f, "  labelled coverage told        {}", self.n_repeated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, date: &str) -> Row {
        Row { id: id.into(), title: format!("Report {id}"), date: Some(date.into()), ..Row::default() }
    }

    fn label(story: &str, development: bool) -> Row {
        Row { story: Some(story.into()), development: Some(development), ..Row::default() }
    }

    fn verdict(story: Option<i64>, development: bool) -> Verdict {
        Verdict { relevant: story.is_some(), story, development, ..Verdict::default() }
    }

    #[test]
    fn a_labelled_development_is_told_by_its_row_or_by_its_story_on_the_same_day() {
        let rows = ["2022-03-01", "2022-03-01T09:00", "2022-03-02", "2022-03-02", "2022-03-03"];
        let rows: Vec<Row> = (0..).zip(rows).map(|(n, date)| row(&n.to_string(), date)).collect();
        let verdicts = [(Some(1), true), (Some(1), false), (Some(1), false), (None, false), (Some(2), true)];
        let judged: Vec<Judged<'_>> = rows.iter().zip(verdicts.map(|(s, d)| verdict(s, d))).collect();
        let labels = [label("a", true), label("a", true), label("a", true), label("b", true)];
        let labels = labels.iter().enumerate().map(|(n, label)| (n.to_string(), label)).collect();
        let report = report(&judged, &labels);
        assert_eq!((report.n_rows, report.n_kept, report.n_stories, report.n_told), (5, 4, 2, 2));
        assert_eq!((report.n_labelled, report.n_on_the_day, report.n_outside), (4, 2, 1));
        assert_eq!((report.n_labelled_stories, report.n_missed_stories), (2, 1));
        assert_eq!(report.misses.len(), 3, "{:?}", report.misses);
    }

    #[test]
    fn labelled_coverage_that_is_told_counts_as_repeated() {
        let rows = [row("0", "2022-03-01"), row("1", "2022-03-02")];
        let judged: Vec<Judged<'_>> = rows.iter().zip([verdict(Some(1), true), verdict(Some(1), true)]).collect();
        let labels = [label("a", true), label("a", false)];
        let labels = labels.iter().enumerate().map(|(n, label)| (n.to_string(), label)).collect();
        assert_eq!(report(&judged, &labels).n_repeated, 1);
    }
}
