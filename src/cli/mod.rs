//! The command line: one file a command.

pub mod check;
//! The commands, one file each.

pub mod jsonl;

pub mod eval;
pub mod read;
