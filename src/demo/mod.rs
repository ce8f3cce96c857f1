//! The guided tour: feeds of the outlets we watch, in manner, served on loopback over six simulated days.

pub mod press;

pub mod article;
pub mod expect;
pub mod server;

mod document;
mod load;
mod settings;
mod tour;
mod written;

pub use tour::{Tour, take};

#[cfg(test)]
mod tests;
