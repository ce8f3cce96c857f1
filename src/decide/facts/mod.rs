//! Facts: verbatim spans that say something checkable, with a value that two languages share.

pub mod acts;
