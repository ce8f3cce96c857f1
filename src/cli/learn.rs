//! `learn`: corrections of a topic's scores from labels, tried on months they were not learned from.

use std::fmt::Write;
use std::path::Path;

use serde::Serialize;

use super::args::Arguments;
use super::jsonl::{Row, rows};
use super::output::{Failure, print, print_json};
use super::{open, verdict};
use crate::config::topic::weights;
use crate::decide::relevance::CompiledTopic;
use crate::decide::relevance::learn::{Labelled, learn};
use crate::domain::Topic;
use crate::store::Store;

/// Parts of the labels, each tried once by what was learned from the others.
const FOLDS: u64 = 5;
/// Corrections that gain less are chance.
const GAIN_MIN: f64 = 0.005;

/// What was learned and how it does.
#[derive(Debug, PartialEq, Serialize)]
struct Report {
    topic: String,
    n_labels: usize,
    f1_rules: f64,
    f1_learned: f64,
    n_weights: usize,
    written: Option<std::path::PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When labels cannot be read, there are none, or the weights cannot be written.
pub fn run(arguments: &Arguments, file: Option<&Path>, topic: Option<&str>, anyway: bool) -> Result<(), Failure> {
    let config = open::config(arguments)?;
    let key = verdict::topic_key(&config, topic)?;
    let mut labels = file.map(read).transpose()?.unwrap_or_default();
    // The labels of a file need no store.
    if config.store.path.exists() {
        labels.extend(verdicts(&Store::open_read_only(&config.store.path)?, &key)?);
    }
    labels.retain(|row| row.relevant.is_some());
    if labels.is_empty() {
        return Err(Failure::words("no labels: name a file of labelled rows, or say `orbitwire verdict ITEM yes|no`"));
    }
    let Some((topic, place)) = config.topics.iter().zip(&config.topic_files).find(|(topic, _)| topic.key == key) else {
        return Err(Failure::words("the topic has no file"));
    };
    let bare = Topic { learned: Vec::new(), ..topic.clone() };
    let (f1_rules, f1_learned) = try_out(&bare, &labels);
    let learned = learn(&CompiledTopic::compile(&bare), &labels.iter().map(labelled).collect::<Vec<_>>());
    let written = (anyway || f1_learned >= f1_rules + GAIN_MIN).then(|| weights::beside(place));
    if let Some(file) = &written {
        std::fs::write(file, weights::show(&learned))
            .map_err(|error| Failure::words(format!("failed to write `{}`: {error}", file.display())))?;
    }
    let report = Report { topic: key, n_labels: labels.len(), f1_rules, f1_learned, n_weights: learned.len(), written };
    if arguments.json {
        print_json(&report)
    } else {
        print(&words(&report, &learned))
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<Row>, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::words(format!("failed to read `{}`: {error}", file.display())))?;
    rows(&text).map_err(|(number, error)| Failure::words(format!("{}:{number}: {error}", file.display())))
}

fn verdicts(store: &Store, topic: &str) -> Result<Vec<Row>, Failure> {
    let all = store.verdicts()?;
    let ours = all.iter().filter(|row| row.topic == topic).map(verdict::label);
    ours.map(|label| Row::parse(&label.to_string()).map_err(Failure::words)).collect()
}

/// F1 of the rules alone and of the rules with corrections, each label judged by what the other months taught.
fn try_out(topic: &Topic, labels: &[Row]) -> (f64, f64) {
    let bare = CompiledTopic::compile(topic);
    let (mut alone, mut corrected) = (Vec::new(), Vec::new());
    for fold in 0..FOLDS {
        let (held, taught): (Vec<&Row>, Vec<&Row>) = labels.iter().partition(|row| fold_of(row) == fold);
        let learned = learn(&bare, &taught.into_iter().map(labelled).collect::<Vec<_>>());
        let with = CompiledTopic::compile(&Topic { learned, ..topic.clone() });
        for row in held {
            let label = row.relevant == Some(true);
            alone.push((label, bare.judge(&row.text(), None).relevant));
            corrected.push((label, with.judge(&row.text(), None).relevant));
        }
    }
    (f1(&alone), f1(&corrected))
}

/// Rows of one month, of one story, stay together: what one report taught must not judge its neighbour.
fn fold_of(row: &Row) -> u64 {
    let month = row.date.as_deref().and_then(|date| date.get(..7));
    let together = month.or(row.story.as_deref()).unwrap_or(&row.title);
    // FNV-1a: the same in every run and on every machine.
    let hash = together
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 32) % FOLDS
}

fn labelled(row: &Row) -> Labelled<'_> {
    Labelled { text: row.text(), relevant: row.relevant == Some(true) }
}

fn f1(judged: &[(bool, bool)]) -> f64 {
    let count = |label: bool, kept: bool| judged.iter().filter(|row| **row == (label, kept)).count() as f64;
    let hits = count(true, true);
    if hits == 0.0 { 0.0 } else { 2.0 * hits / (2.0 * hits + count(false, true) + count(true, false)) }
}

fn words(report: &Report, learned: &[(String, f64)]) -> String {
    let Report { topic, n_labels, f1_rules, f1_learned, n_weights, written } = report;
    let mut text = format!("{topic}: {n_labels} labels, {n_weights} weights\n");
    let _ = writeln!(text, "  F1 of the rules alone            {f1_rules:.3}");
    let _ = writeln!(text, "  F1 with weights, other months    {f1_learned:.3}");
    let mut strongest: Vec<_> = learned.iter().collect();
    strongest.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    for (name, weight) in strongest.into_iter().take(10) {
        let _ = writeln!(text, "  {weight:>6.2}  {name}");
    }
    let _ = match written {
        Some(file) => writeln!(text, "written to {}; used from now on", file.display()),
        None => {
            writeln!(text, "not written: the rules alone do as well on months that the weights were not learned from")
        }
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(title: &str, date: Option<&str>) -> Row {
        Row { title: title.to_owned(), date: date.map(str::to_owned), ..Row::default() }
    }

    #[test]
    fn rows_of_one_month_are_judged_together() {
        assert_eq!(fold_of(&row("a", Some("2022-07-15"))), fold_of(&row("b", Some("2022-07-01T10:00"))));
        let folds: std::collections::BTreeSet<_> =
            (1..=12).map(|month| fold_of(&row("a", Some(&format!("2022-{month:02}"))))).collect();
        assert!(folds.len() > 2, "{folds:?}");
        assert!(fold_of(&row("no date", None)) < FOLDS);
    }

    #[test]
    fn f1_follows_from_the_counts() {
        assert_eq!(f1(&[(true, true), (true, false), (false, true), (false, false)]), 0.5);
        assert_eq!(f1(&[(true, false)]), 0.0);
    }
}
