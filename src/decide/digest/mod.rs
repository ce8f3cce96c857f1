//! Digests: whether one is due, what it says, in which order, in which words of the frame.

mod ahead;
mod civil;
mod compose;
mod coverage;
mod differences;
mod dossier;
mod lead;
mod perspective;
mod plan;
mod rank;
mod story;
mod subject;
mod words;

pub use compose::{Material, compose};
pub use coverage::{COVERAGE_DAYS, days_ahead};
pub use dossier::compose as dossier;
pub use plan::{Plan, plan};

#[cfg(test)]
mod fixtures;
