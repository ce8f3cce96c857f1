//! Words looked up before, as they were written: the words of a language come again and again, and folding and
//! stemming are the dearest part of judging.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;

use super::token::{Known, Token};
use crate::text::words::Word;

/// Words remembered; then all are forgotten, since the common ones are soon back.
const WORDS_MAX: usize = 4096;
/// A longer word is not remembered: it is no common one.
const WORD_BYTES_MAX: usize = 40;
/// Places for words of at most sixteen letters of ASCII; 64 KiB stay near the processor.
const PLACES: usize = 2048;

/// Each short word has one place, which the last word that came there holds: found without hashing or comparing texts.
#[derive(Debug, Default)]
pub(super) struct Words {
    short: Vec<(u128, u8, Known)>,
    long: HashMap<Box<str>, Known, RandomState>,
    /// Room for the tokens of one text after the other.
    pub(super) tokens: Vec<Token>,
}

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
        let mut words = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        words.short.resize(PLACES, Default::default());
        words
    }
}

/// What is known of `word`, remembered or looked up.
pub(super) fn known(words: &mut Words, word: &Word<'_>, look_up: impl FnOnce(&Word<'_>) -> Known) -> Known {
    if word.is_plain
        && let Some(letters) = letters(word.text)
        && let Some(place) = words.short.get_mut(place(letters))
    {
        let length = word.text.len() as u8;
        if (place.0, place.1) != (letters, length) {
            *place = (letters, length, look_up(word));
        }
        return place.2;
    }
    if let Some(known) = words.long.get(word.text) {
        return *known;
    }
    let found = look_up(word);
    if word.text.len() <= WORD_BYTES_MAX {
        if words.long.len() >= WORDS_MAX {
            words.long.clear();
        }
        words.long.insert(word.text.into(), found);
    }
    found
}

/// The first and the last eight bytes of a short word in one number, which with its length say what it is. Words are
/// too short to be copied: that would be a call each.
fn letters(word: &str) -> Option<u128> {
    let bytes = word.as_bytes();
    let wide = |bytes: &[u8; 8]| u128::from(u64::from_le_bytes(*bytes));
    let narrow = |bytes: &[u8; 4]| u128::from(u32::from_le_bytes(*bytes));
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return (bytes.len() <= 16).then(|| wide(first) | wide(last) << 64);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return Some(narrow(first) | narrow(last) << 64);
    }
    Some(bytes.iter().fold(0, |letters, byte| letters << 8 | u128::from(*byte)))
}

fn place(letters: u128) -> usize {
    let folded = letters as u64 ^ ((letters >> 64) as u64).rotate_left(29);
    (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Word<'_> {
        Word { text, start: 0, end: text.len(), is_plain: text.bytes().all(|b| b.is_ascii_alphanumeric()) }
    }

    #[test]
    fn a_word_is_looked_up_once_and_memory_is_bounded() {
        let memo = Memo::default();
        let mut words = memo.open();
        let of = |stem| Known { stem, ..Known::default() };
        for text in ["a", "орбита", "internationalisation"] {
            assert_eq!(known(&mut words, &word(text), |_| of(1)), of(1));
            assert_eq!(known(&mut words, &word(text), |_| of(3)), of(1));
        }
        for i in 0..2 * WORDS_MAX {
            known(&mut words, &word(&format!("{i}")), |_| of(0));
            known(&mut words, &word(&format!("{i}-")), |_| of(0));
        }
        assert!(words.long.len() <= WORDS_MAX && words.short.len() == PLACES);
        let long = "a".repeat(WORD_BYTES_MAX + 1);
        assert_eq!(known(&mut words, &word(&long), |_| of(5)), of(5));
        assert!(!words.long.contains_key(long.as_str()));
    }

    #[test]
    fn words_that_share_a_place_are_told_apart() {
        let memo = Memo::default();
        let mut words = memo.open();
        let of = |stem| Known { stem, ..Known::default() };
        for i in 1..4 * PLACES as u32 {
            assert_eq!(known(&mut words, &word(&format!("x{i}")), |_| of(i)), of(i));
        }
        for i in 1..4 * PLACES as u32 {
            assert_eq!(known(&mut words, &word(&format!("x{i}")), |_| of(i)), of(i));
        }
    }
}
