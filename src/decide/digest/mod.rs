//! Digests: whether one is due, what it says, in which order, in which words of the frame.

mod ahead;
mod civil;
mod compose;
mod coverage;
mod differences;
mod lead;
mod perspective;
mod plan;
mod rank;
mod story;
mod subject;
mod words;

pub use compose::{Material, compose};
pub use coverage::{COVERAGE_DAYS, days_ahead};
pub use plan::{Plan, plan};

use crate::domain::Lang;
use crate::domain::story::StoryItem;

/// Who reports a story, by kind and country: `gov US 1 · state RU 3`.
pub fn perspective(items: &[StoryItem]) -> String {
    perspective::in_words(&perspective::bar(items), words::words(Lang::En))
}

/// What outlets contradict each other on, one line each.
pub fn differences(items: &[StoryItem]) -> Vec<String> {
    differences::differences(items)
}

#[cfg(test)]
mod fixtures;
