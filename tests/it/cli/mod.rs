//! The command contract, through the real program.

mod by_hand;
mod check;
mod digest;
mod dossier;
mod eval;
mod explain;
mod help;
mod judge;
mod look;
mod poll;
mod read;
