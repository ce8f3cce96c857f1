//! Words of a text as the keys by which the topic knows them.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::beginnings::Beginnings;
use super::capitals::{Capitals, capitals};
use super::memo::{Memo, known};
use crate::text::fold::fold;
use crate::text::stem::stem;
use crate::text::words::{Word, next_word};

/// A longer word is no word of a topic; it is passed over, not folded.
const WORD_BYTES_MAX: usize = 200;

/// Tokens for which room is made at first; it doubles when it does not do.
const ROOM_MIN: usize = 512;

/// A key of the vocabulary; nothing has key 0.
pub(super) type Key = u32;

/// One known word of a text, parts of a hyphenated word each for itself; places are bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Token {
    pub start: u32,
    pub end: u32,
    /// The how-manieth word of the text it is, unknown ones counted: no form goes on over an unknown word.
    pub nth: u32,
    pub stem: Key,
    pub name: Key,
    pub is_number: bool,
    pub capitals: Capitals,
}

impl Token {
    /// Byte range.
    pub fn place(&self) -> (usize, usize) {
        (self.start as usize, self.end as usize)
    }
}

/// What is known of a word wherever it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    pub stem: Key,
    pub name: Key,
    pub is_number: bool,
    pub capitals: Capitals,
}

impl Known {
    /// Whether a form can have it; without branches, since nothing foretells it.
    fn is_known(&self) -> bool {
        (self.stem | self.name != 0) | self.is_number
    }
}

/// The words of a topic, by stem and by declined name.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    stems: HashMap<Box<str>, Key, FixedState>,
    names: HashMap<Box<str>, Key, FixedState>,
    beginnings: Beginnings,
    words: Memo,
}

impl Vocabulary {
    /// The key of a stem, made when new.
    pub fn learn_stem(&mut self, stem: &str) -> Key {
        self.beginnings.learn(stem);
        self.words = Memo::default();
        let next = self.stems.len() as Key + 1;
        *self.stems.entry(stem.into()).or_insert(next)
    }

    /// The key of a name, made when new.
    pub fn learn_name(&mut self, name: &str) -> Key {
        self.beginnings.learn(name);
        self.words = Memo::default();
        let next = self.names.len() as Key + 1;
        *self.names.entry(name.into()).or_insert(next)
    }

    /// Number of different words.
    pub fn len(&self) -> usize {
        self.stems.len() + self.names.len()
    }

    /// Calls `take` with the known words of `text` in its order.
    pub fn tokens<T>(&self, text: &str, take: impl FnOnce(&[Token]) -> T) -> T {
        let mut words = self.words.open();
        let mut found = std::mem::take(&mut words.tokens);
        let (mut n_known, mut nth) = (0, 0);
        each_part(text, |word| {
            let known = known(&mut words, &word, |word| self.look_up(word));
            if n_known == found.len() {
                found.resize(ROOM_MIN.max(2 * n_known), Token::default());
            }
            // Written in any case, and kept when it is known: whether it is would be foretold wrongly half of the times.
            if let Some(place) = found.get_mut(n_known) {
                let Known { stem, name, is_number, capitals } = known;
                let (start, end) = (word.start as u32, word.end as u32);
                *place = Token { start, end, nth, stem, name, is_number, capitals };
            }
            n_known += usize::from(known.is_known());
            nth += 1;
        });
        let taken = take(found.get(..n_known).unwrap_or_default());
        words.tokens = found;
        taken
    }

    fn look_up(&self, word: &Word<'_>) -> Known {
        if word.text.len() > WORD_BYTES_MAX || !self.beginnings.may_begin_as_written(word) {
            return Known::default();
        }
        let word = word.text;
        let mut folded = String::new();
        fold_word(word, &mut folded);
        let is_number = folded.len() <= 6 && folded.starts_with(|c: char| c.is_ascii_digit());
        if !self.beginnings.may_begin(&folded) {
            return Known { is_number, ..Known::default() };
        }
        let stem = self.stems.get(stem(&folded).as_ref()).copied().unwrap_or(0);
        let name = if self.names.is_empty() { None } else { self.names.get(name_stem(&folded)).copied() };
        Known { stem, name: name.unwrap_or(0), is_number, capitals: capitals(word) }
    }
}

/// Takes the words of `text` one by one, hyphenated words in parts ("российско-американский", "US-Russia", "Crew-9").
pub(super) fn each_part<'t>(text: &'t str, mut take: impl FnMut(Word<'t>)) {
    let mut rest = 0;
    while let Some(word) = next_word(text, rest) {
        rest = word.end;
        if word.is_plain {
            take(word);
            continue;
        }
        let mut start = word.start;
        while let Some((at, length)) = hyphen(&text[start..rest]) {
            take(Word { text: &text[start..start + at], start, end: start + at, is_plain: false });
            start += at + length;
        }
        take(Word { text: &text[start..rest], start, end: rest, is_plain: false });
    }
}

/// Place and length of the first hyphen.
fn hyphen(word: &str) -> Option<(usize, usize)> {
    // Two of the three begin with a byte that few letters begin with.
    let near = word.bytes().position(|b| matches!(b, b'-' | 0xE2))?;
    let (at, hyphen) = word[near..].char_indices().find(|(_, c)| matches!(c, '-' | '\u{2010}' | '\u{2011}'))?;
    Some((near + at, hyphen.len_utf8()))
}

/// Folds one word into `folded`: as `text::fold` does, with the possessive `'s` and the dots of "U.S" gone.
/// Plain words of one script, nearly all there are, take a short way.
pub(super) fn fold_word(word: &str, folded: &mut String) {
    folded.clear();
    let is_latin = word.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_latin {
        folded.push_str(word);
        folded.make_ascii_lowercase();
        // Stemming leaves numbers alone, but several of "RD-180" are "RD-180s".
        if folded.starts_with(|c: char| c.is_ascii_digit()) && folded.ends_with('s') {
            folded.pop();
        }
    } else if word.chars().all(|c| matches!(c, 'А'..='я')) {
        folded.extend(word.chars().map(|c| if c < 'а' { char::from_u32(c as u32 + 32).unwrap_or(c) } else { c }));
    } else {
        folded.push_str(&fold(word));
        if let Some(bare) = folded.strip_suffix("'s") {
            folded.truncate(bare.len());
        }
        if folded.contains('.') && !folded.contains(|c: char| c.is_ascii_digit()) {
            folded.retain(|c| c != '.');
        }
    }
}

/// A folded Russian name without its case ending, so that Борисов, Борисова and Борисовым are one and Борис another,
/// which stems do not achieve. Other words stay as they are.
pub(super) fn name_stem(folded: &str) -> &str {
    if !folded.starts_with(|c| matches!(c, 'а'..='я')) {
        return folded;
    }
    const ENDINGS: [&str; 22] = [
        "ого", "ому", "ему", "его", "ыми", "ами", "ым", "им", "ом", "ем", "ой", "ей", "ою", "ых", "а", "у", "е", "ы",
        "и", "я", "ю", "й",
    ];
    let ending = ENDINGS.iter().find_map(|ending| folded.strip_suffix(ending));
    // What is left must still be a name: at least three letters of two bytes.
    ending.filter(|rest| rest.len() >= 6).unwrap_or(folded).trim_end_matches(['и', 'ь'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_fold(word: &str, expected: &str) {
        let mut folded = String::new();
        fold_word(word, &mut folded);
        assert_eq!(folded, expected);
    }

    #[test]
    fn the_short_way_folds_as_the_long_one() {
        for word in ["NASA", "Роскосмоса", "Йод", "яЯ", "Crew", "Ещё", "Ёлка", "R\u{43e}s\u{441}osmos", "NA\u{200b}SA"]
        {
            check_fold(word, &fold(word));
        }
    }

    #[test]
    fn no_form_of_a_known_word_is_passed_over() {
        let forms = [
            "army armies",
            "party parties",
            "hope hoping hoped",
            "possible possibility possibly",
            "us",
            "sky",
            "organize organization",
            "relate relational",
            "agree agreement agreements agreed",
            "station stations",
            "космонавт космонавтами",
            "соглашение соглашениями соглашения",
            "договор договорённость",
            "мкс",
        ];
        let mut vocabulary = Vocabulary::default();
        for word in forms.iter().flat_map(|forms| forms.split(' ')) {
            vocabulary.learn_stem(&stem(&fold(word)));
            vocabulary.learn_name(name_stem(&fold(word)));
        }
        for word in forms.iter().flat_map(|forms| forms.split(' ')) {
            let (stem, name) = vocabulary.tokens(word, |tokens| (tokens[0].stem, tokens[0].name));
            assert!(stem != 0 && name != 0, "{word}");
        }
        assert!(!vocabulary.beginnings.may_begin("zebra"));
    }

    #[test]
    fn words_whose_stem_ends_otherwise_are_known() {
        let mut vocabulary = Vocabulary::default();
        for word in ["spy", "army", "go", "космос"] {
            vocabulary.learn_stem(&stem(word));
        }
        let known = |text: &str| vocabulary.tokens(text, |tokens| tokens.iter().any(|token| token.stem > 0));
        for word in ["spy", "spies", "army", "armies", "go", "космосе"] {
            assert!(known(word), "{word}");
        }
        assert!(!known("ocean"));
    }

    #[test]
    fn possessives_and_dots_of_abbreviations_fall() {
        check_fold("NASA’s", "nasa");
        check_fold("U.S", "us");
        check_fold("2.1a", "2.1a");
        check_fold("180s", "180");
    }

    #[test]
    fn declined_names_are_one_and_other_names_are_not() {
        for name in ["борисов", "борисова", "борисову", "борисовым", "борисове"]
        {
            assert_eq!(name_stem(name), "борисов");
        }
        assert_ne!(name_stem("бориса"), name_stem("борисова"));
        assert_eq!(name_stem("дмитрием"), name_stem("дмитрий"));
        assert_eq!(name_stem("rogozina"), "rogozina");
    }

    #[test]
    fn hyphenated_words_come_in_parts_with_their_places() {
        let text = "US‑Russia «Союз МС-29»";
        let mut found = Vec::new();
        each_part(text, |word| found.push(word.text));
        assert_eq!(found, ["US", "Russia", "Союз", "МС", "29"]);
    }
}
