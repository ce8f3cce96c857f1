//! `orbitwire eval`: how good the decisions are over labelled JSON Lines.

pub mod novelty;
pub mod quotes;
pub mod relevance;
pub mod stories;

#[cfg(test)]
mod topics;
