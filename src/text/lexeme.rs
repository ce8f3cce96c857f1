//! A word as it is compared: folded, stemmed and as a name; remembered, since the words of a language come again and
//! again, and folding and stemming are the dearest part of reading.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use foldhash::fast::FixedState;

use super::fold::fold;
use super::stem::stem;
use super::translit::name_key;
use super::words::Word;

/// Words remembered; then all are forgotten, since the common ones are soon back.
const WORDS_MAX: usize = 16_384;
/// A longer word is not remembered: it is no common one.
const WORD_BYTES_MAX: usize = 40;

/// A word as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lexeme {
    /// See [`fold`].
    pub folded: Rc<str>,
    /// See [`stem`].
    pub stem: Rc<str>,
    /// The stem as a [`name_key`].
    pub name: Rc<str>,
}

impl Lexeme {
    fn read(word: &str) -> Rc<Self> {
        let folded = fold(word);
        let stemmed = stem(&folded);
        let name = name_key(&stemmed);
        let stemmed: Rc<str> = stemmed.as_ref().into();
        let same = |text: &str, other: &Rc<str>| if **other == *text { Rc::clone(other) } else { text.into() };
        Rc::new(Self { folded: same(&folded, &stemmed), name: same(&name, &stemmed), stem: stemmed })
    }
}

thread_local! {
    /// Without any effect but on time.
    static MEMO: RefCell<HashMap<Box<str>, Rc<Lexeme>, FixedState>> = RefCell::default();
}

/// What `word` is when compared.
pub fn lexeme(word: &str) -> Rc<Lexeme> {
    if word.len() > WORD_BYTES_MAX {
        return Lexeme::read(word);
    }
    MEMO.with_borrow_mut(|memo| {
        if let Some(known) = memo.get(word) {
            return Rc::clone(known);
        }
        if memo.len() >= WORDS_MAX {
            memo.clear();
        }
        let found = Lexeme::read(word);
        memo.insert(word.into(), Rc::clone(&found));
        found
    })
}

/// The same for the words of a text.
pub fn lexemes<'t>(words: impl IntoIterator<Item = Word<'t>>) -> Vec<Rc<Lexeme>> {
    words.into_iter().map(|word| lexeme(word.text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, expected: [&str; 3]) {
        for _ in 0..2 {
            let found = lexeme(word);
            assert_eq!([&*found.folded, &*found.stem, &*found.name], expected, "{word:?}");
        }
    }

    #[test]
    fn a_word_is_folded_stemmed_and_a_name_also_the_second_time() {
        check("Ferries", ["ferries", "ferri", "feri"]);
        check("Ёлками", ["елками", "елк", "elk"]);
        check("МС-29", ["мс-29", "мс-29", "ms-29"]);
    }

    #[test]
    fn memory_is_bounded() {
        (0..2 * WORDS_MAX).for_each(|i| drop(lexeme(&i.to_string())));
        lexeme(&"a".repeat(WORD_BYTES_MAX + 1));
        let n = MEMO.with_borrow(|memo| (memo.len(), memo.keys().map(|word| word.len()).max()));
        assert!(n.0 <= WORDS_MAX && n.1 <= Some(WORD_BYTES_MAX), "{n:?}");
    }
}
