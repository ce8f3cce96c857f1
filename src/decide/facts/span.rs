//! A found span before it becomes a fact.

use crate::domain::fact::{Fact, FactKind};
use crate::domain::topic::Field;

/// A span with what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) kind: FactKind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Language-free value.
    pub(super) value: String,
    /// What the value is the value of.
    pub(super) slot: String,
}

impl Span {
    pub(super) fn new(kind: FactKind, start: usize, end: usize, value: String) -> Self {
        Self { kind, start, end, value, slot: String::new() }
    }

    pub(super) fn with_slot(mut self, slot: &str) -> Self {
        slot.clone_into(&mut self.slot);
        self
    }

    pub(super) fn overlaps(&self, start: usize, end: usize) -> bool {
        self.start < end && start < self.end
    }

    pub(super) fn into_fact(self, text: &str, field: Field) -> Fact {
        let words = text.get(self.start..self.end).unwrap_or_default().to_owned();
        Fact { kind: self.kind, text: words, value: self.value, slot: self.slot, field }
    }
}
