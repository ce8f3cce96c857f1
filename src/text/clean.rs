//! Plain text that is safe to store, print and put into a header.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_segmentation::UnicodeSegmentation;

use super::fold::is_invisible;

/// One clean line: NFC, blanks folded, controls, bidi marks and characters without width gone, at most two combining
/// marks in a row (four of a script that builds its letters of them), at most `max` characters, cut at a grapheme with
/// an ellipsis.
pub fn line(text: &str, max: usize) -> String {
    cut(printable(text, false), max)
}

/// The same over several lines: line breaks stay, at most one blank line in a row.
pub fn block(text: &str, max: usize) -> String {
    cut(printable(text, true), max)
}

/// The text without control characters, which most texts are.
pub fn without_controls(text: &str) -> String {
    match text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        true => text.to_owned(),
        false => text.chars().filter(|c| !c.is_control()).collect(),
    }
}

/// At most the first `bytes_max` bytes of `text`, cut at a character.
pub fn beginning(text: &str, bytes_max: usize) -> &str {
    let end = (0..=bytes_max.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    text.get(..end).unwrap_or("")
}

/// Cuts to at most `max` characters at a grapheme edge, with `…` as the last one.
pub fn shorten(text: &str, max: usize) -> String {
    if text.chars().nth(max).is_none() {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut n = 0;
    for grapheme in text.graphemes(true) {
        n += grapheme.chars().count();
        if n >= max {
            break;
        }
        short.push_str(grapheme);
    }
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// Cuts a clean text that is too long.
pub(super) fn cut(text: String, max: usize) -> String {
    // So many bytes are no more characters.
    if text.len() <= max { text } else { shorten(&text, max) }
}

fn printable(text: &str, lines: bool) -> String {
    if is_printable(text, lines) {
        return text.to_owned();
    }
    let text = composed(text);
    let mut clean = String::with_capacity(text.len());
    let mut n_marks = 0;
    let mut rest = text.as_ref();
    loop {
        let (words, after) = plain_words(rest);
        if !words.is_empty() {
            n_marks = 0;
            clean.push_str(words);
        }
        let mut after = after.chars();
        let Some(c) = after.next() else { break };
        rest = after.as_str();
        if c == '\n' && lines {
            clean.truncate(clean.trim_end_matches(' ').len());
            if !clean.is_empty() && !clean.ends_with("\n\n") {
                clean.push('\n');
            }
        } else if c.is_whitespace() {
            if !clean.is_empty() && !clean.ends_with([' ', '\n']) {
                clean.push(' ');
            }
        } else if let Some(marks_max) = marks_max(c) {
            n_marks += 1;
            if n_marks <= marks_max {
                clean.push(c);
            }
        } else if !is_invisible(c) && !c.is_control() {
            n_marks = 0;
            clean.push(c);
        }
    }
    clean.truncate(clean.trim_end().len());
    clean
}

/// Whether cleaning would change nothing, as in most texts: words with one blank or one or two line breaks between them.
fn is_printable(text: &str, lines: bool) -> bool {
    let mut rest = text;
    let mut in_word = text.is_empty();
    loop {
        let (words, after) = plain_words(rest);
        in_word |= !words.is_empty();
        let mut after = after.chars();
        let Some(c) = after.next() else { return in_word };
        rest = after.as_str();
        in_word = match c {
            '¡'..='¬' | '®'..='¿' | '‐'..='‧' | '‰'..='⁞' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='鿿' => {
                true
            }
            ' ' if in_word => false,
            '\n' if in_word && lines => {
                rest = rest.strip_prefix('\n').unwrap_or(rest);
                false
            }
            _ => return false,
        };
    }
}

/// Splits off the words of plain letters with single blanks between them, which need no cleaning: nearly all there are.
pub(super) fn plain_words(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let is_plain = |at: usize| {
        let follows = || bytes.get(at.wrapping_add(1)).is_some_and(|next| begins_plain(*next));
        bytes.get(at).is_some_and(|b| begins_plain(*b) | goes_on(*b) || *b == b' ' && at > 0 && follows())
    };
    let mut at = if bytes.first() == Some(&b' ') { 0 } else { sixteens(bytes) };
    while is_plain(at) {
        at += 1;
    }
    text.split_at_checked(at).unwrap_or(("", text))
}

/// The length of plain words in steps of sixteen bytes; without branches, so that all sixteen are compared at once.
fn sixteens(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((some, after)) = rest.split_first_chunk::<16>()
        && let Some(next) = rest.get(1..).and_then(|rest| rest.first_chunk::<16>())
    {
        let is_plain = |b: u8, next: u8| begins_plain(b) | goes_on(b) | ((b == b' ') & begins_plain(next));
        if (0..16).fold(0u8, |odd, i| odd | u8::from(!is_plain(some[i], next[i]))) > 0 {
            break;
        }
        rest = after;
    }
    bytes.len() - rest.len()
}

/// Signs of ASCII, and what begins a letter of two bytes that no mark is part of: accented Latin, Cyrillic.
fn begins_plain(b: u8) -> bool {
    (b.wrapping_sub(b'!') < 94) | (b.wrapping_sub(0xC3) < 9) | (b & 0xFE == 0xD0)
}

/// The second byte of a letter; those that begin otherwise have ended the words already.
fn goes_on(b: u8) -> bool {
    b & 0xC0 == 0x80
}

/// The text in NFC; most texts are, and those of everyday letters need no tables to tell.
fn composed(text: &str) -> Cow<'_, str> {
    let is_everyday = |c| matches!(c, '\0'..='\u{2FF}' | 'Ѐ'..='҂' | 'Ҋ'..='ԯ' | '‐'..='‧' | '‰'..='⁞');
    if text.is_ascii() || text.chars().all(is_everyday) || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// How many marks may stand in a row when `c` is the last of them, `None` when it is no mark. Marks for any script serve
/// to bury a text under them; those of Thai, Devanagari, Hebrew or Arabic are parts of its letters.
fn marks_max(c: char) -> Option<usize> {
    let is_of_any_script = matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}');
    let is_mark = is_of_any_script || !c.is_ascii() && is_combining_mark(c) && !is_invisible(c);
    is_mark.then_some(if is_of_any_script { 2 } else { 4 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_without_controls() {
        assert_eq!(line("a\r\nBcc: x\u{1b}[31m \u{202e}b", 100), "a Bcc: x[31m b");
    }

    #[test]
    fn control_characters_go_and_nothing_else() {
        assert_eq!(without_controls("a b\u{7f}c\u{85}d\né"), "a bcdé");
        assert_eq!(without_controls("a b"), "a b");
    }

    #[test]
    fn a_long_line_is_cut_at_a_grapheme() {
        assert_eq!(line("Союз МС", 5), "Союз…");
        assert_eq!(line("Союз", 4), "Союз");
    }

    #[test]
    fn marks_do_not_pile_up() {
        assert_eq!(line("q\u{301}\u{302}\u{303}\u{304}", 10).chars().count(), 3);
    }

    #[test]
    fn the_short_way_composes_as_the_long_one() {
        for text in [
            "plain",
            "Ё Й «x» – …",
            "e\u{301}",
            "И\u{306}",
            "\u{2000}a\u{2126}",
            "q\u{323}\u{307}",
            "한\u{1100}\u{1161}",
        ] {
            assert_eq!(composed(text), text.nfc().collect::<String>(), "{text:?}");
        }
        for c in ('\0'..='\u{2FFF}').filter(|c| composed(c.encode_utf8(&mut [0; 4])).chars().eq([*c])) {
            assert!(c.nfc().eq([c]), "{c:?}");
        }
    }

    #[test]
    fn plain_words_end_where_cleaning_begins() {
        for (text, words) in [
            ("a b. c", "a b. c"),
            ("a  b", "a"),
            ("a \n", "a"),
            (" a", ""),
            ("aé Й ", "aé Й"),
            ("an even longer line of plain words  x", "an even longer line of plain words"),
            ("a b\u{301}", "a b"),
        ] {
            assert_eq!(plain_words(text), (words, &text[words.len()..]), "{text:?}");
        }
        assert_eq!(line(" a  b c\u{1} d \n e ", 100), "a b c d e");
    }

    #[test]
    fn what_needs_no_cleaning_is_told_from_what_does() {
        for text in
            ["", "a", "a b\nc\n\nd", "Ёлка é «x» – №…", "a — b", "x\u{ad}y", " a", "a ", "a  b", "a \nb", "a\n b"]
        {
            for lines in [false, true] {
                let text = text.replace('№', "");
                let slow = printable(&format!("\u{1}{text}"), lines);
                assert_eq!(is_printable(&text, lines), slow == text && !text.contains('\u{ad}'), "{text:?} {lines}");
            }
        }
        assert!(
            ["a\n\n\nb", "\na", "a\n", "a\tb", "e\u{301}", "a\u{a0}b"].iter().all(|text| !is_printable(text, true))
        );
    }

    #[test]
    fn marks_do_not_pile_up_and_letters_built_of_them_stay() {
        for (mark, n) in
            [('\u{489}', 2), ('\u{1DC4}', 2), ('\u{FE22}', 2), ('\u{64B}', 4), ('\u{E48}', 4), ('\u{94D}', 4)]
        {
            let piled = format!("a{}b", mark.to_string().repeat(50));
            assert_eq!(line(&piled, 100).chars().filter(|c| *c == mark).count(), n, "{mark:?}");
        }
        for text in ["ที่นี่ น้ำ", "हिन्दी क्ष्म्य", "בְּרֵאשִׁית", "السَّلَامُ", "မြန်မာ"]
        {
            assert_eq!(line(text, 100), composed(text), "{text}");
        }
        assert_eq!(line("\u{3164}a\u{2800}\u{FFA0}b\u{1D173}\u{FE0F}", 100), "ab");
    }

    #[test]
    fn a_block_keeps_its_paragraphs() {
        assert_eq!(block("a \n\n\n\n b\n", 10), "a\n\nb");
    }
}
