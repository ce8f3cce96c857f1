//! `eval`: precision and recall of the decisions over labelled JSON Lines.

pub mod stories;
//! `orbitwire eval`: how good the decisions are over labelled JSON Lines.

pub mod relevance;

#[cfg(test)]
mod topics;
