//! Digests: whether one is due, what it says, in which order, in which words of the frame.

mod civil;
mod compose;
mod differences;
mod lead;
mod perspective;
mod plan;
mod rank;
mod story;
mod words;

pub use compose::compose;
pub use plan::{Plan, plan};

#[cfg(test)]
mod fixtures;
