//! Decisions: pure functions of old state, new data, policy and `now` that say what should happen and why.
//!
//! Nothing here does I/O, reads a clock or fails; nothing is async.

pub mod identity;
//! Empty so far.

pub mod schedule;
