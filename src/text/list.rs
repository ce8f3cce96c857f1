//! Lists of words, written in the code as one text and asked as a set: most words of a report are on none of them.

use std::collections::HashSet;

use foldhash::fast::FixedState;

/// The words of a list.
pub type List = HashSet<&'static str, FixedState>;

/// The list of the words between the blanks of `text`.
pub fn list(text: &'static str) -> List {
    text.split_whitespace().collect()
}
