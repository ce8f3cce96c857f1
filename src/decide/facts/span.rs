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

    /// Takes the closing mark along that follows a span with an open one: `корабль «Союз` is `корабль «Союз»`.
    pub(super) fn close_marks(&mut self, text: &str) {
        let words = text.get(self.start..self.end).unwrap_or_default();
        let count = |mark| words.matches(mark).count();
        let rest = text.get(self.end..).unwrap_or_default();
        if !rest.starts_with(['»', '”', '"']) {
            return;
        }
        for (open, close) in [('«', '»'), ('“', '”'), ('"', '"')] {
            let is_open = if open == close { count(open) % 2 == 1 } else { count(open) > count(close) };
            if is_open && rest.starts_with(close) {
                self.end += close.len_utf8();
                return;
            }
        }
    }

    pub(super) fn into_fact(self, text: &str, field: Field) -> Fact {
        let words = text.get(self.start..self.end).unwrap_or_default().to_owned();
        Fact { kind: self.kind, text: words, value: self.value, slot: self.slot, field }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_mark_takes_the_closing_one_along_and_a_closed_one_does_not() {
        let words = |text: &str, end: &str| {
            let mut span = Span::new(FactKind::Vehicle, 0, text.find(end).unwrap() + end.len(), String::new());
            span.close_marks(text);
            span.into_fact(text, Field::Title).text
        };
        assert_eq!(words("паром «Заря» утонул", "Заря"), "паром «Заря»");
        assert_eq!(words("паром \"Заря\" утонул", "Заря"), "паром \"Заря\"");
        assert_eq!(words("паром Заря» утонул", "Заря"), "паром Заря");
    }
}
