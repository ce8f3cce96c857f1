//! `eval relevance`: precision, recall and F1 of the relevance decision.

use std::fmt;

use serde::Serialize;

use super::stories::harmonic;
use crate::cli::jsonl::{Row, rows};
use crate::decide::relevance::CompiledTopic;

/// What the report holds beside the figures over all rows and over clear rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// List the rows on which verdict and label differ.
    pub misses: bool,
    /// Break the figures down.
    pub by: By,
}

/// How the figures are broken down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// By language and by group.
    #[default]
    Both,
    /// By language.
    Lang,
    /// By group.
    Group,
}

/// Counts over a set of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Relevant and kept.
    pub kept: usize,
    /// Not relevant and kept.
    pub noise: usize,
    /// Relevant and not kept.
    pub missed: usize,
    /// Not relevant and not kept.
    pub refused: usize,
}

/// Figures over a set of rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Which rows.
    pub rows: String,
    /// How many.
    pub n: usize,
    /// How many of them are labelled relevant.
    pub n_relevant: usize,
    /// Share of the kept that is relevant, 0 to 1.
    pub precision: f64,
    /// Share of the relevant that is kept, 0 to 1.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
}

/// A row on which verdict and label differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Miss {
    /// The row's id.
    pub id: String,
    /// Whether it should have been kept.
    pub relevant: bool,
    /// Whether the label is marked as doubtful.
    pub borderline: bool,
    /// Headline.
    pub title: String,
    /// The evidence in one line.
    pub line: String,
}

/// What `eval relevance` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Key of the topic.
    pub topic: String,
    /// All rows first, then the parts.
    pub figures: Vec<Figures>,
    /// In the order of the file; empty unless asked for.
    pub misses: Vec<Miss>,
}

/// Judges every labelled row of `text` (JSON Lines) and compares; rows without a label are passed over.
///
/// # Errors
/// The number (from 1) of the first line that cannot be read, and why.
pub fn run(topic: &CompiledTopic, text: &str, options: Options) -> Result<Report, (usize, serde_json::Error)> {
    let rows: Vec<Row> = rows(text)?.into_iter().filter(|row| row.relevant.is_some()).collect();
    let verdicts: Vec<_> = rows.iter().map(|row| topic.judge(&row.text(), None)).collect();
    let judged: Vec<(&Row, bool)> = rows.iter().zip(verdicts.iter().map(|verdict| verdict.relevant)).collect();
    let mut report =
        Report { topic: topic.topic().key.clone(), figures: figures(&judged, options.by), misses: Vec::new() };
    if options.misses {
        let differ = rows.iter().zip(&verdicts).filter(|(row, verdict)| row.relevant != Some(verdict.relevant));
        report.misses.extend(differ.map(|(row, verdict)| Miss {
            id: row.name(),
            relevant: !verdict.relevant,
            borderline: row.borderline,
            title: row.title.clone(),
            line: verdict.line(),
        }));
    }
    Ok(report)
}

fn figures(judged: &[(&Row, bool)], by: By) -> Vec<Figures> {
    let lang = |row: &Row| row.lang.clone().unwrap_or_else(|| "no language".to_owned());
    let group = |row: &Row| row.group.clone().unwrap_or_else(|| "no group".to_owned());
    let mut found = vec![of("all", judged, |_| true), of("clear", judged, |row| !row.borderline)];
    let mut parts: Vec<&dyn Fn(&Row) -> String> = Vec::new();
    if by != By::Group {
        parts.push(&lang);
    }
    if by != By::Lang {
        parts.push(&group);
    }
    for part in parts {
        let mut names: Vec<String> = judged.iter().map(|(row, _)| part(row)).collect();
        names.sort();
        names.dedup();
        for name in &names {
            found.push(of(name, judged, |row| part(row) == *name));
            found.push(of(&format!("clear {name}"), judged, |row| !row.borderline && part(row) == *name));
        }
    }
    found
}

fn of(name: &str, judged: &[(&Row, bool)], belongs: impl Fn(&Row) -> bool) -> Figures {
    let mut counts = Counts::default();
    for (row, kept) in judged.iter().filter(|(row, _)| belongs(row)) {
        let count = match (row.relevant == Some(true), kept) {
            (true, true) => &mut counts.kept,
            (false, true) => &mut counts.noise,
            (true, false) => &mut counts.missed,
            (false, false) => &mut counts.refused,
        };
        *count += 1;
    }
    counts.figures(name)
}

impl Counts {
    fn figures(self, rows: &str) -> Figures {
        let share = |of: usize| if of == 0 { 0.0 } else { self.kept as f64 / of as f64 };
        let (precision, recall) = (share(self.kept + self.noise), share(self.kept + self.missed));
        let f1 = harmonic(precision, recall);
        let n = self.kept + self.noise + self.missed + self.refused;
        Figures { rows: rows.to_owned(), n, n_relevant: self.kept + self.missed, precision, recall, f1 }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<16} {:>5} {:>8}  {:>9}  {:>6}  {:>5}", "rows", "n", "relevant", "precision", "recall", "F1")?;
        for Figures { rows, n, n_relevant, precision, recall, f1 } in &self.figures {
            writeln!(f, "{rows:<16} {n:>5} {n_relevant:>8}  {precision:>9.3}  {recall:>6.3}  {f1:>5.3}")?;
        }
        for miss in &self.misses {
            let what = if miss.relevant { "missed" } else { "noise" };
            let doubt = if miss.borderline { " (borderline)" } else { "" };
            writeln!(f, "\n{what}{doubt} {}: {}\n    {}", miss.id, miss.title, miss.line)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::{ItemText, Lang};

    fn shipped() -> CompiledTopic {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/topics/us-russia-space.toml");
        let (topic, faults) = crate::config::topic::parse(&file, &std::fs::read_to_string(&file).unwrap());
        assert_eq!(faults, []);
        CompiledTopic::compile(&topic)
    }

    const ROWS: &str = r#"{"id":"1","title":"NASA and Roscosmos extend seat swaps","relevant":true,"lang":"en","group":"a"}
{"id":"2","title":"A cat sat on a mat","relevant":false,"lang":"en","group":"a"}
{"id":"3","title":"Роскосмос и НАСА обсудили МКС","relevant":false,"borderline":true,"lang":"ru","group":"b"}
{"id":"4","title":"Without a label"}
"#;

    #[test]
    fn figures_follow_from_the_counts() {
        let counts = Counts { kept: 3, noise: 1, missed: 2, refused: 4 };
        let figures = counts.figures("all");
        assert_eq!((figures.n, figures.n_relevant), (10, 5));
        assert!((figures.precision - 0.75).abs() < 1e-9);
        assert!((figures.recall - 0.6).abs() < 1e-9);
        assert!((figures.f1 - 2.0 * 0.75 * 0.6 / 1.35).abs() < 1e-9);
        assert_eq!(Counts::default().figures("none").f1, 0.0);
    }

    #[test]
    fn all_clear_languages_and_groups_have_their_line() {
        let report = run(&shipped(), ROWS, Options { misses: true, by: By::Both }).unwrap();
        let names: Vec<_> = report.figures.iter().map(|f| (f.rows.as_str(), f.n)).collect();
        let expected = [("all", 3), ("clear", 2), ("en", 2), ("clear en", 2), ("ru", 1), ("clear ru", 0)];
        assert_eq!(names[..6], expected);
        assert_eq!(names[6..], [("a", 2), ("clear a", 2), ("b", 1), ("clear b", 0)]);
        assert_eq!(report.misses.len(), 1);
        assert!(report.to_string().contains("noise (borderline) 3: "), "{report}");
    }

    #[test]
    fn a_breakdown_can_be_left_out() {
        let report = run(&shipped(), ROWS, Options { misses: false, by: By::Lang }).unwrap();
        assert!(report.misses.is_empty());
        assert!(report.figures.iter().all(|f| !f.rows.ends_with('a')));
    }

    #[test]
    fn no_form_of_the_topic_is_overlooked_on_the_short_way() {
        let topic = shipped();
        let mut n_kept = 0;
        for form in topic.topic().entities.iter().flat_map(|entity| &entity.forms) {
            let form = form.replace('#', "9");
            for form in [form.clone(), format!("{form}s"), form.to_uppercase(), format!("non-{form}’s")] {
                for title in [format!("NASA joins Roscosmos: {form}"), format!("{form} in space, says Moscow")] {
                    let text = ItemText { title: &title, lead: "", body: "", lang: Lang::En };
                    let judged = Some(topic.judge(&text, None)).filter(|relevance| relevance.relevant);
                    n_kept += usize::from(judged.is_some());
                    assert_eq!(topic.keeps(&text, None).is_some(), judged.is_some(), "{title}");
                }
            }
        }
        assert!(n_kept > 1000, "{n_kept}");
    }

    #[test]
    fn the_labelled_rows_are_told_apart_as_well_as_promised() {
        let rows = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/relevance-dev.jsonl");
        let Ok(rows) = std::fs::read_to_string(rows) else {
            println!("skipped: ../shared/data is not here");
            return;
        };
        let report = run(&shipped(), &rows, Options::default()).unwrap();
        let of = |rows: &str| report.figures.iter().find(|f| f.rows == rows).unwrap();
        assert!(of("all").f1 >= 0.88 && of("clear").f1 >= 0.95, "{report}");
        assert!(of("clear").recall >= 0.95 && of("clear stream").f1 >= 0.90, "{report}");
        assert!(of("clear en").f1 >= 0.95 && of("clear ru").f1 >= 0.95, "{report}");
    }
}
