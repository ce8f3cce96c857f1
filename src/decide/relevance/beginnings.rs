//! The first letters of all words that a topic knows: most words of a text end here, before any stemming.

use crate::text::words::Word;

/// More letters tell few more words apart.
const LETTERS_MAX: usize = 5;
/// A few words in a hundred share a bit by chance when a topic knows ten thousand; 32 KiB stay near the processor.
const BITS: usize = 1 << 18;
/// One bit for each three letters of five bits each, letter case aside.
const TRIPLES: usize = 1 << 15;

/// The beginnings as sets of bits.
#[derive(Clone, Debug)]
pub(super) struct Beginnings {
    /// By the first three letters of words in ASCII, as written.
    triples: Vec<u64>,
    /// By the first letter, the first two and so on, folded.
    folded: Vec<u64>,
}

impl Default for Beginnings {
    fn default() -> Self {
        Self { triples: vec![0; TRIPLES / 64], folded: vec![0; BITS / 64] }
    }
}

impl Beginnings {
    /// Takes in a stem or name. Stemming changes the last letter at most (`army`, `armi`; `spy`, `spi`), and nothing else
    /// of a word as short as three letters is left out, since hardly anything of it would remain.
    pub fn learn(&mut self, word: &str) {
        let n_letters = word.chars().count();
        let may_end_otherwise = n_letters > 3 || n_letters == 3 && word.ends_with('i');
        let n_firm = if may_end_otherwise { (n_letters - 1).min(LETTERS_MAX) } else { n_letters };
        if let Some(place) = places(word.chars()).take(n_firm).last() {
            set(&mut self.folded, place);
        }
        let firm = n_firm.min(3);
        let Some(head) = word.as_bytes().get(..firm).filter(|head| head.is_ascii()) else { return };
        let (first, free) = (triple(head), 5 * (3 - firm));
        (first..first + (1 << free)).for_each(|place| set(&mut self.triples, place));
    }

    /// Whether `word` may be a form of a known one, by a glance at how it is written.
    pub fn may_begin_as_written(&self, word: &Word<'_>) -> bool {
        let bytes = word.text.as_bytes();
        // Numbers are known by what they are; other letters and the dots of "U.S" are folded first.
        let is_number = bytes.first().is_none_or(u8::is_ascii_digit);
        if is_number || !word.is_plain && !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return true;
        }
        // Half of all triples are known to a topic of ten thousand words; more letters end the others unfolded.
        has(&self.triples, triple(bytes.get(..3).unwrap_or(bytes)))
            && places(bytes.iter().map(|b| char::from(b.to_ascii_lowercase()))).any(|place| has(&self.folded, place))
    }

    /// Whether a folded word may be a form of a known one.
    pub fn may_begin(&self, folded: &str) -> bool {
        places(folded.chars()).any(|place| has(&self.folded, place))
    }
}

/// Up to three letters; those that are missing count as none.
fn triple(head: &[u8]) -> usize {
    let letter = |i: usize| head.get(i).map_or(0, |b| usize::from(b & 31));
    letter(0) << 10 | letter(1) << 5 | letter(2)
}

/// Bit places of the first letter of a word, the first two and so on.
fn places(letters: impl Iterator<Item = char>) -> impl Iterator<Item = usize> {
    letters.take(LETTERS_MAX).scan(0u64, |hash, c| {
        *hash = (*hash ^ u64::from(c)).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Some((*hash >> 40) as usize % BITS)
    })
}

fn set(bits: &mut [u64], place: usize) {
    if let Some(bits) = bits.get_mut(place / 64) {
        *bits |= 1 << (place % 64);
    }
}

fn has(bits: &[u64], place: usize) -> bool {
    bits.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Word<'_> {
        Word { text, start: 0, end: text.len(), is_plain: false }
    }

    fn check(known: &[&str], word: &str, expected: bool) {
        let mut beginnings = Beginnings::default();
        known.iter().for_each(|word| beginnings.learn(word));
        let found = beginnings.may_begin_as_written(&written(word)) && beginnings.may_begin(&word.to_lowercase());
        assert_eq!(found, expected, "{known:?} {word}");
    }

    #[test]
    fn forms_of_a_known_word_pass_and_others_end() {
        check(&["armi"], "Army", true);
        check(&["armi"], "armour", true);
        check(&["armi"], "arctic", false);
        check(&["station"], "stations", true);
        check(&["station"], "status", false);
        check(&["космонавт"], "Космонавтами", true);
        check(&["космонавт"], "Косынка", false);
    }

    #[test]
    fn what_must_be_folded_first_is_not_judged_as_written() {
        let mut beginnings = Beginnings::default();
        beginnings.learn("us");
        assert!(["U.S", "1st", "Ёж", "u\u{200b}s"].iter().all(|word| beginnings.may_begin_as_written(&written(word))));
        assert!(!beginnings.may_begin_as_written(&written("UN")));
    }

    #[test]
    fn short_words_begin_longer_ones() {
        check(&["us"], "US", true);
        check(&["us"], "user", true);
        check(&["us"], "u", false);
        check(&["a"], "abc", true);
        check(&["sky"], "skies", false);
    }
}
