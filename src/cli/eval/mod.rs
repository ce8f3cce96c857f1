//! `orbitwire eval`: how good the decisions are over labelled JSON Lines.

pub mod novelty;
pub mod quotes;
pub mod relevance;
pub mod stories;
pub mod stream;

#[cfg(test)]
mod topics;

use std::path::Path;

use super::args::{Arguments, EvalArguments, EvalBy, EvalWhat};
use super::jsonl::Row;
use super::judge::{Bench, Options};
use super::output::{Failure, print, print_json};
use super::{jsonl, open};
use crate::config::Config;
use crate::decide::facts::Lexicon;
use crate::decide::relevance::CompiledTopic;

/// Measures one decision on a file of labelled rows.
///
/// # Errors
/// When the file cannot be read or holds a line that is no such row, named by its number.
pub fn run(arguments: &Arguments, how: &EvalArguments) -> Result<(), Failure> {
    let config = open::config(arguments)?;
    let grouped = |given_stories| Options { assume_relevant: true, given_stories };
    match how.what {
        EvalWhat::Relevance => {
            let topic = topics(&config)?.swap_remove(0);
            let options = relevance::Options { misses: how.misses, by: how.by.into() };
            labelled(&how.file, "relevant", |row| row.relevant.is_some())?;
            let report = relevance::run(&topic, &read(&how.file)?, options);
            show(arguments, &report.map_err(|fault| line(&how.file, fault))?);
        }
        EvalWhat::Stories => {
            let report = stories::run(
                &labelled(&how.file, "story", |row| row.story.is_some())?,
                bench(&config, grouped(false))?,
            )?;
            show_with(arguments, how, report, |report| &mut report.misses);
        }
        EvalWhat::Novelty => {
            let report = novelty::run(
                &labelled(&how.file, "development", |row| row.development.is_some())?,
                bench(&config, grouped(true))?,
            )?;
            show_with(arguments, how, report, |report| &mut report.misses);
        }
        EvalWhat::Quotes => {
            let lexicon = Lexicon::new(config.topics.iter().map(|topic| &topic.words));
            let report = quotes::run(&labelled(&how.file, "statements", |row| row.statements.is_array())?, &lexicon);
            show_with(arguments, how, report, |report| &mut report.misses);
        }
        EvalWhat::Stream => {
            let labels = how.labels.as_deref().map(rows).transpose()?.unwrap_or_default();
            let report = stream::run(&rows(&how.file)?, &labels, bench(&config, Options::default())?)?;
            show_with(arguments, how, report, |report| &mut report.misses);
        }
    }
    Ok(())
}

/// The configured topics, one at least.
fn topics(config: &Config) -> Result<Vec<CompiledTopic>, Failure> {
    let topics: Vec<CompiledTopic> = config.topics.iter().map(CompiledTopic::compile).collect();
    if topics.is_empty() { Err(Failure::words("no topic is configured")) } else { Ok(topics) }
}

/// An empty store.
fn bench(config: &Config, options: Options) -> Result<Bench, Failure> {
    Ok(Bench::new(topics(config)?, config.outlets.clone(), config.policy.clone(), options)?)
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::words(format!("failed to read `{}`: {error}", file.display())))
}

fn rows(file: &Path) -> Result<Vec<Row>, Failure> {
    jsonl::rows(&read(file)?).map_err(|fault| line(file, fault))
}

/// The rows of a file, one of which at least has the label: figures over none would read as faultless.
fn labelled(file: &Path, label: &str, has_label: fn(&Row) -> bool) -> Result<Vec<Row>, Failure> {
    let rows = rows(file)?;
    if rows.iter().any(has_label) {
        return Ok(rows);
    }
    Err(Failure::words(format!(
        "no row of `{}` has the label `{label}`, so there is nothing to measure by",
        file.display()
    )))
}

fn line(file: &Path, (number, error): (usize, serde_json::Error)) -> Failure {
    Failure::words(format!("{}:{number}: {error}", file.display()))
}

impl From<EvalBy> for relevance::By {
    fn from(by: EvalBy) -> Self {
        match by {
            EvalBy::Lang => Self::Lang,
            EvalBy::Group => Self::Group,
            EvalBy::Both => Self::Both,
        }
    }
}

fn show<R: std::fmt::Display + serde::Serialize>(arguments: &Arguments, report: &R) {
    if arguments.json { print_json(report) } else { print(&format!("{}\n", report.to_string().trim_end())) }
}

/// As [`show`], with what was decided wrongly below when that is asked for; in JSON it is part of the report.
fn show_with<R: std::fmt::Display + serde::Serialize>(
    arguments: &Arguments,
    how: &EvalArguments,
    mut report: R,
    misses: impl Fn(&mut R) -> &mut Vec<String>,
) {
    if !how.misses {
        misses(&mut report).clear();
    }
    show(arguments, &report);
    if !arguments.json {
        misses(&mut report).iter().for_each(|miss| print(&format!("{miss}\n")));
    }
}
