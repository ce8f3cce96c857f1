//! `orbitwire eval`: how good the decisions are over labelled JSON Lines.

pub mod novelty;
pub mod quotes;
pub mod relevance;

#[cfg(test)]
mod topics;
pub mod stories;
