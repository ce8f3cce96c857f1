//! The command line: one file a command.

pub mod check;
pub mod eval;
pub mod jsonl;
pub mod read;
