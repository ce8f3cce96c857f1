//! Stand-in until the reader of topic files is here: key and name only.

use std::path::Path;

use super::table::{Fault, Source};
use crate::domain::Topic;

/// Reads a topic file.
pub fn parse(file: &Path, text: &str) -> (Topic, Vec<Fault>) {
    let mut source = Source::new(file, text);
    let mut root = source.parse(text);
    let key = root.string(&mut source, "key").unwrap_or_default();
    let name = root.string(&mut source, "name").unwrap_or_default();
    if key.is_empty() {
        root.missing(&mut source, "key", "the key that audiences name");
    }
    (Topic { key, name }, source.into_faults())
}
