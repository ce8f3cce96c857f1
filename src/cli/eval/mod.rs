//! `orbitwire eval`: how good the decisions are over labelled JSON Lines.

pub mod novelty;
pub mod quotes;
pub mod relevance;
pub mod stories;

#[cfg(test)]
mod topics;

use std::path::Path;

use super::args::{Arguments, EvalBy, EvalWhat};
use super::judge::{Bench, Options};
use super::output::{Failure, print, print_json};
use super::{jsonl, open};
use crate::decide::relevance::CompiledTopic;

/// Measures one decision on a file of labelled rows.
///
/// # Errors
/// When the file cannot be read or holds a line that is no such row, named by its number.
pub fn run(arguments: &Arguments, what: EvalWhat, file: &Path, misses: bool, by: EvalBy) -> Result<(), Failure> {
    let config = open::config(arguments)?;
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::words(format!("failed to read `{}`: {error}", file.display())))?;
    let topics: Vec<CompiledTopic> = config.topics.iter().map(CompiledTopic::compile).collect();
    let bench = |given_stories| match topics.is_empty() {
        true => Err(no_topic()),
        false => {
            let options = Options { assume_relevant: true, given_stories };
            Ok(Bench::new(topics.clone(), config.outlets.clone(), config.policy.clone(), options)?)
        }
    };
    let line =
        |(number, error): (usize, serde_json::Error)| Failure::words(format!("{}:{number}: {error}", file.display()));
    match what {
        EvalWhat::Relevance => {
            let topic = topics.first().ok_or_else(no_topic)?;
            let options = relevance::Options { misses, by: by.into() };
            show(arguments, &relevance::run(topic, &text, options).map_err(line)?);
        }
        EvalWhat::Stories => {
            let mut report = stories::run(&jsonl::rows(&text).map_err(line)?, bench(false)?)?;
            report.misses.truncate(if misses { usize::MAX } else { 0 });
            show(arguments, &report);
        }
        EvalWhat::Novelty => {
            let mut report = novelty::run(&jsonl::rows(&text).map_err(line)?, bench(true)?)?;
            report.misses.truncate(if misses { usize::MAX } else { 0 });
            show(arguments, &report);
        }
        EvalWhat::Quotes => {
            let mut report = quotes::run(&jsonl::rows(&text).map_err(line)?);
            report.misses.truncate(if misses { usize::MAX } else { 0 });
            show(arguments, &report);
        }
    }
    Ok(())
}

fn no_topic() -> Failure {
    Failure::words("no topic is configured")
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
