//! The command contract, through the real program.

mod check;
mod digest;
mod eval;
mod explain;
mod help;
mod judge;
mod look;
mod poll;
mod read;
