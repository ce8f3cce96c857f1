//! `eval`: precision and recall of the decisions over labelled JSON Lines.

pub mod stories;
