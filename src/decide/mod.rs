//! Decisions: pure functions of old state, new data, policy and `now` that say what should happen and why.
//!
//! Nothing here does I/O, reads a clock or fails; nothing is async.

pub mod identity;
//! Empty so far.

pub mod schedule;
//! Decisions: pure, no I/O, no clock; `now` and policy are arguments, and every verdict carries its reason.

pub mod copies;
#[cfg(test)]
pub(crate) mod dev_entities;
pub mod facts;
pub mod grouping;
pub mod novelty;
//! Pure decisions: `now` and policy are arguments; nothing here reads, waits or fails.

pub mod digest;
pub mod retry;
//! Pure decisions: `now` and policy are arguments, nothing fails, every verdict carries its reason.

pub mod relevance;
