//! Words of a text with their places.

use super::bytes::{EACH, EACH_HIGH, run_length};

/// A word as written, with its byte range in the text it was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// As written.
    pub text: &'a str,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Nothing but letters and digits of ASCII, known without another look.
    pub is_plain: bool,
}

/// Splits at everything that is neither letter nor digit; an apostrophe, hyphen or dot between two of these
/// stays inside (`MS-29`, `U.S`, `don't`, `МКС-70`), and a decimal comma or point between digits does.
pub fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let word = next_word(text, rest)?;
        rest = word.end;
        Some(word)
    })
}

/// The first word that begins at byte `from` or later.
#[inline]
pub fn next_word(text: &str, from: usize) -> Option<Word<'_>> {
    let bytes = text.as_bytes();
    let mut start = from;
    let mut byte = *bytes.get(start)?;
    while class(byte) != Class::Plain {
        if !byte.is_ascii() {
            start += text.get(start..)?.find(is_alphanumeric)?;
            break;
        }
        start += 1;
        byte = *bytes.get(start)?;
    }
    let plain = plain_length(bytes.get(start..)?);
    let end = start + plain.unwrap_or_else(|| length(&text[start..]));
    Some(Word { text: text.get(start..end)?, start, end, is_plain: plain.is_some() })
}

/// What a byte is to the splitter; a look into a table, since every byte of every text is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A letter or digit of ASCII.
    Plain,
    /// Ends a word wherever it stands.
    End,
    /// Stays inside a word between some characters.
    Joins,
    /// A control character or part of another character.
    Other,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'-' | b'.' | b',' | b'\'' => Class::Joins,
            b if b.is_ascii_alphanumeric() => Class::Plain,
            b if b.is_ascii_whitespace() || b.is_ascii_punctuation() => Class::End,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

fn class(byte: u8) -> Class {
    CLASSES[byte as usize]
}

/// The length of a word of plain letters with a plain end behind it, which most words are; `None` of any other.
#[inline]
fn plain_length(bytes: &[u8]) -> Option<usize> {
    let length = plain_run(bytes);
    let at = |place: usize| bytes.get(place).map_or(Class::End, |b| class(*b));
    let is_plain = match at(length) {
        Class::End => true,
        Class::Joins => at(length + 1) == Class::End,
        _ => false,
    };
    (is_plain && length > 0).then_some(length)
}

/// How many bytes from the first on are letters or digits of ASCII.
fn plain_run(bytes: &[u8]) -> usize {
    run_length(bytes, |eight| !plain_bits(eight) & EACH_HIGH, |b| class(b) == Class::Plain)
}

/// The high bit of each byte that is a letter or digit of ASCII. No sum of two numbers below 128 reaches the next byte.
fn plain_bits(eight: u64) -> u64 {
    let low = eight & !EACH_HIGH;
    let between = |bytes: u64, first: u8, last: u8| {
        let from = bytes.wrapping_add(EACH.wrapping_mul(u64::from(0x80 - first)));
        let beyond = bytes.wrapping_add(EACH.wrapping_mul(u64::from(0x7F - last)));
        from & !beyond
    };
    (between(low, b'0', b'9') | between(low | (EACH * 0x20), b'a', b'z')) & !eight
}

fn length(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let mut end = 0;
    let mut before = ' ';
    // Where the part of a hyphenated word begins that is being read.
    let mut part = 0;
    while let Some((at, c)) = chars.next() {
        if is_alphanumeric(c) || is_mark_inside_letters(c) {
            end = at + c.len_utf8();
            before = c;
            continue;
        }
        let next = chars.peek().map_or(' ', |(_, n)| *n);
        let joins = match c {
            '\'' | '’' => next.is_alphanumeric(),
            '-' | '\u{2010}' | '\u{2011}' => {
                part = at + c.len_utf8();
                next.is_alphanumeric()
            }
            // "U.S." is a word; "Moscow.The" is two, whatever the missing blank.
            '.' => {
                let is_first_dot = || end <= 1 || part > 0 && is_abbreviation(text, part);
                next.is_alphanumeric() && (both_digits(before, next) || text[..end].contains('.') || is_first_dot())
            }
            ',' => both_digits(before, next),
            _ => false,
        };
        if !joins {
            break;
        }
    }
    end
}

/// Whether an abbreviation of single letters begins at byte `at`, as in "Russia-U.S.".
fn is_abbreviation(text: &str, at: usize) -> bool {
    let mut chars = text.get(at..).unwrap_or_default().chars();
    let letters = (chars.next(), chars.next(), chars.next(), chars.next());
    let (Some(first), Some('.'), Some(second), third) = letters else { return false };
    first.is_alphabetic() && second.is_alphabetic() && !third.is_some_and(is_alphanumeric)
}

/// Most letters are told without the tables of all that there are.
fn is_alphanumeric(c: char) -> bool {
    matches!(c, 'a'..='z' | 'Ѐ'..='ҁ' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ʯ') || c.is_alphanumeric()
}

fn both_digits(a: char, b: char) -> bool {
    a.is_ascii_digit() && b.is_ascii_digit()
}

/// Marks that NFC could not compose and invisible characters must not cut a word in two.
fn is_mark_inside_letters(c: char) -> bool {
    super::fold::is_invisible(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = words(text).map(|w| w.text).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn hyphens_and_apostrophes_between_letters_stay_inside() {
        check("NASA's Crew-9 and «Союз МС-29»", &["NASA's", "Crew-9", "and", "Союз", "МС-29"]);
    }

    #[test]
    fn abbreviations_keep_their_dots_and_sentences_do_not() {
        check("The U.S. left.Moscow stayed", &["The", "U.S", "left", "Moscow", "stayed"]);
        check("Russia-U.S. talks, non-U.S. crew", &["Russia-U.S", "talks", "non-U.S", "crew"]);
        check("stage-A.The F-1.5 F-1.The", &["stage-A", "The", "F-1.5", "F-1", "The"]);
    }

    #[test]
    fn numbers_keep_their_separators() {
        check("1,250 of 3.5 billion, 2024", &["1,250", "of", "3.5", "billion", "2024"]);
    }

    #[test]
    fn the_short_way_ends_words_as_the_long_one() {
        for text in [
            "a", "a b", "a\u{1}b", "a-b", "a-", "a. b", "a.b", "U.S.A.", "3,5", "3, 5", "a,", "a'", "a'\"", "aé",
            "a\u{301}", "a.-b", "é",
        ] {
            assert_eq!(plain_length(text.as_bytes()).unwrap_or(length(text)), length(text), "{text:?}");
        }
    }

    #[test]
    fn letters_told_without_tables_are_letters() {
        assert!(('\0'..='\u{FFFF}').all(|c| is_alphanumeric(c) == c.is_alphanumeric()));
    }

    #[test]
    fn every_byte_is_known_for_what_it_is_wherever_it_stands() {
        for byte in 0..=255u8 {
            for at in 0..8 {
                let mut eight = [b'z'; 8];
                eight[at] = byte;
                let length = if byte.is_ascii_alphanumeric() { 8 } else { at };
                assert_eq!(plain_run(&eight), length, "{byte} {at}");
            }
        }
        assert_eq!(plain_run(b"antidisestablishmentarianism0 x"), 29);
    }

    #[test]
    fn places_are_byte_ranges() {
        let word = words("  МКС!").next().unwrap();
        assert_eq!((word.start, word.end), (2, 8));
    }
}
