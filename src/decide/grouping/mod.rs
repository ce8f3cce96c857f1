//! Grouping: which story an item belongs to. Pure, online and deterministic.
//!
//! An item is compared with the items already placed, inside a window of time: the cosine of its weighted words
//! (headline 0.6, headline and lead 0.4) fades by e^(−Δt/3 days); words weigh by how rare they are in the stream itself.
//! Between languages only what needs no language is compared: entities of the topic, names across scripts, numbers
//! and acts. Precision goes first: two stories kept apart are a smaller fault than a false "confirmed by five".
//!
//! The order of the items matters, so the caller sorts each poll by (date, title) before placing.

mod guard;
mod index;
mod item;
mod lexicon;
mod rarity;
mod score;

#[cfg(test)]
pub(crate) mod tests;

pub use index::{Placement, StoryIndex};
pub use item::GroupingItem;
