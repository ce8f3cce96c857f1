//! Words looked up before, as they were written: the words of a language come again and again, and folding and
//! stemming are the dearest part of judging.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;

use super::token::Known;

/// Words remembered; then all are forgotten, since the common ones are soon back.
const WORDS_MAX: usize = 4096;
/// A longer word is not remembered: it is no common one.
const WORD_BYTES_MAX: usize = 40;

pub(super) type Words = HashMap<Box<str>, Known, RandomState>;

/// What is remembered; without any effect but on time, so that a copy may begin empty.
#[derive(Debug, Default)]
pub(super) struct Memo(Mutex<Words>);

impl Clone for Memo {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Memo {
    /// Opens it for the words of one text.
    pub fn open(&self) -> MutexGuard<'_, Words> {
        // Each entry is put in whole, so that a panic elsewhere has left none half made.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of `word`, remembered or looked up.
pub(super) fn known(words: &mut Words, word: &str, look_up: impl FnOnce(&str) -> Known) -> Known {
    if let Some(known) = words.get(word) {
        return *known;
    }
    let found = look_up(word);
    if word.len() <= WORD_BYTES_MAX {
        if words.len() >= WORDS_MAX {
            words.clear();
        }
        words.insert(word.into(), found);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_looked_up_once_and_memory_is_bounded() {
        let memo = Memo::default();
        let mut words = memo.open();
        let of = |stem| Known { stem, ..Known::default() };
        assert_eq!(known(&mut words, "a", |_| of(1)), of(1));
        assert_eq!(known(&mut words, "a", |_| of(3)), of(1));
        for i in 0..2 * WORDS_MAX {
            known(&mut words, &i.to_string(), |_| of(0));
        }
        assert!(words.len() <= WORDS_MAX);
        let long = "a".repeat(WORD_BYTES_MAX + 1);
        assert_eq!(known(&mut words, &long, |_| of(5)), of(5));
        assert!(!words.contains_key(long.as_str()));
    }
}
