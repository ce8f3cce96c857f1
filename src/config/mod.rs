//! Empty so far.
pub mod table;
