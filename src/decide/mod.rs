//! Decisions: pure functions of old state, new data, policy and `now` that say what should happen and why.
//!
//! Nothing here does I/O, reads a clock or fails; nothing is async.

pub mod schedule;

pub mod identity;
pub mod relevance;

pub mod copies;
pub mod coverage;
mod dateline;
pub mod facts;
pub mod grouping;
pub mod novelty;
pub mod outlook;
pub mod quotes;
mod sorted;

pub mod digest;
pub mod health;
pub mod retry;
