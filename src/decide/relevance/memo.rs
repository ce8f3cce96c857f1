//! Keys of words looked up before: a topic's words come again and again, and stemming is the dearest part of judging.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::token::Key;

/// Words remembered; then all are forgotten, since the common ones are soon back.
const WORDS_MAX: usize = 4096;

type Keys = HashMap<Box<str>, (Key, Key)>;

/// What is remembered; without any effect but on time, so that a copy may begin empty.
#[derive(Debug, Default)]
pub(super) struct Memo(Mutex<Keys>);

impl Clone for Memo {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Memo {
    /// Opens it for the words of one text.
    pub fn open(&self) -> MutexGuard<'_, Keys> {
        // Each entry is put in whole, so that a panic elsewhere has left none half made.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The keys of `word`, remembered or looked up.
    pub fn of(&self, word: &str, keys: &mut Keys, look_up: impl FnOnce(&str) -> (Key, Key)) -> (Key, Key) {
        if let Some(known) = keys.get(word) {
            return *known;
        }
        let found = look_up(word);
        if keys.len() >= WORDS_MAX {
            keys.clear();
        }
        keys.insert(word.into(), found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_looked_up_once_and_memory_is_bounded() {
        let memo = Memo::default();
        let mut keys = memo.open();
        assert_eq!(memo.of("a", &mut keys, |_| (1, 2)), (1, 2));
        assert_eq!(memo.of("a", &mut keys, |_| (3, 4)), (1, 2));
        for i in 0..2 * WORDS_MAX {
            memo.of(&i.to_string(), &mut keys, |_| (0, 0));
        }
        assert!(keys.len() <= WORDS_MAX);
    }
}
