//! Terms of an item, and lists of them that are quickly compared.

use std::ops::Deref;
use std::sync::Arc;

use crate::decide::sorted::common;

/// A term with its count and what it was in the text.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) key: u64,
    /// Occurrences, damped.
    pub(super) weight: f32,
    /// Share of items that the rarity table is seeded with.
    pub(super) share: f32,
    pub(super) label: Arc<str>,
}

impl Term {
    /// Written like a name, and no word that every stream has.
    pub(super) fn is_name(&self) -> bool {
        self.share == 0.0 && self.label.starts_with(char::is_uppercase)
    }
}

/// Terms sorted by key, without repetition; the keys stand once more by themselves, since most comparisons find that
/// two lists share hardly any.
#[derive(Debug)]
pub(super) struct TermList {
    keys: Box<[u64]>,
    terms: Box<[Term]>,
}

impl Deref for TermList {
    type Target = [Term];

    fn deref(&self) -> &[Term] {
        &self.terms
    }
}

impl TermList {
    /// Sorts the terms and counts those that come again; counts are damped.
    pub(super) fn new<'a>(terms: impl Iterator<Item = &'a Term>) -> Self {
        let mut all: Vec<&Term> = terms.collect();
        all.sort_by_key(|term| term.key);
        let mut merged: Vec<Term> = Vec::with_capacity(all.len());
        for term in all {
            match merged.last_mut().filter(|last| last.key == term.key) {
                Some(last) => last.weight += 1.0,
                None => merged.push(term.clone()),
            }
        }
        merged.iter_mut().for_each(|term| term.weight = 1.0 + term.weight.ln());
        Self { keys: merged.iter().map(|term| term.key).collect(), terms: merged.into() }
    }

    pub(super) fn has(&self, key: u64) -> bool {
        self.keys.binary_search(&key).is_ok()
    }

    /// Places in this list and in the other of each term that both have. Linear in both.
    pub(super) fn common<'l>(&'l self, other: &'l Self) -> impl Iterator<Item = (usize, usize)> {
        common(&self.keys, &other.keys)
    }

    /// The terms that the other list has too.
    pub(super) fn shared<'l>(&'l self, other: &'l Self) -> impl Iterator<Item = &'l Term> {
        self.common(other).filter_map(|(at, _)| self.terms.get(at))
    }
}
