//! Folding: one spelling for everything that a reader takes for the same word.

use unicode_normalization::UnicodeNormalization;

/// Folds for comparison: NFKC, lower case, `ё` as `е`, one kind of quote, dash and blank; characters without
/// width and controls vanish. Latin letters inside a Cyrillic word (and the reverse) become the word's own
/// script, so that `Rоsсosmos` written with Cyrillic look-alikes folds like `Roscosmos`.
///
/// The result has no leading, trailing or double blanks. Work is linear in the length of `text`.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return fold_ascii(text);
    }
    if let Some(folded) = fold_plain(text) {
        return folded;
    }
    let folded = String::with_capacity(text.len());
    // Texts of everyday letters are in NFKC already.
    if text.chars().all(is_everyday) { fold_chars(text.chars(), folded) } else { fold_chars(text.nfkc(), folded) }
}

fn fold_ascii(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.bytes().any(|b| b == b'`' || b.is_ascii_control() && !matches!(b, b'\t'..=b'\r')) {
        return fold_chars(text.chars(), folded);
    }
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded.make_ascii_lowercase();
    folded
}

/// The short way of English and Russian texts with their usual signs; `None` when anything else stands in `text`.
fn fold_plain(text: &str) -> Option<String> {
    let mut folded = String::with_capacity(text.len());
    let (mut word_start, mut is_latin, mut is_cyrillic) = (0, false, false);
    for c in text.chars() {
        let c = match c {
            'а'..='я' => c,
            'А'..='Я' => char::from_u32(c as u32 + 32)?,
            'ё' | 'Ё' => 'е',
            '`' => return None,
            '!'..='~' => c.to_ascii_lowercase(),
            '\t'..='\r' | ' ' => ' ',
            '«' | '»' | '“' | '”' | '„' => '"',
            '’' | '‘' => '\'',
            '–' | '—' => '-',
            _ => return None,
        };
        is_latin |= c.is_ascii_lowercase();
        is_cyrillic |= c >= 'а';
        if c == ' ' {
            if is_latin && is_cyrillic {
                one_script(&mut folded, word_start);
            }
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
            (word_start, is_latin, is_cyrillic) = (folded.len(), false, false);
        } else {
            folded.push(c);
        }
    }
    if is_latin && is_cyrillic {
        one_script(&mut folded, word_start);
    }
    folded.truncate(folded.trim_end().len());
    Some(folded)
}

/// Letters and signs that NFKC leaves alone wherever they stand.
fn is_everyday(c: char) -> bool {
    matches!(c, '\0'..='\u{7F}' | '«' | '»' | 'À'..='ÿ' | 'Ѐ'..='҂' | 'Ҋ'..='ԯ' | '‐' | '‒'..='―' | '‘'..='„')
}

fn fold_chars(chars: impl Iterator<Item = char>, mut folded: String) -> String {
    let mut word_start = 0;
    for c in chars {
        if c.is_ascii_alphanumeric() {
            folded.push(c.to_ascii_lowercase());
            continue;
        }
        for c in c.to_lowercase().filter(|c| !is_invisible(*c)).map(plain) {
            if c == ' ' {
                one_script(&mut folded, word_start);
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
                word_start = folded.len();
            } else {
                folded.push(c);
            }
        }
    }
    one_script(&mut folded, word_start);
    folded.truncate(folded.trim_end().len());
    folded
}

/// Whether `c` has no width or steers direction: such characters hide inside words of hostile text.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{2800}' | '\u{3164}' | '\u{FFA0}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        || (c.is_control() && !c.is_whitespace())
        // Combining marks that NFKC could not compose; й and ё are composed by then.
        || matches!(c, '\u{0300}'..='\u{036F}')
}

fn plain(c: char) -> char {
    match c {
        'ё' => 'е',
        '‘' | '’' | '‚' | '‛' | '`' | '´' | 'ʼ' => '\'',
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => '"',
        '‐'..='―' | '−' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{0400}'..='\u{052F}')
}

/// Rewrites the mixed-script words after `start` in the script of most of their letters.
fn one_script(folded: &mut String, start: usize) {
    let tail = &folded[start..];
    if tail.is_ascii() {
        return;
    }
    let n_cyrillic = tail.chars().filter(|c| is_cyrillic(*c)).count();
    let n_latin = tail.chars().filter(char::is_ascii_alphabetic).count();
    if n_cyrillic == 0 || n_latin == 0 {
        return;
    }
    let unified: String = tail.split_inclusive(|c: char| !c.is_alphabetic()).map(unify).collect();
    folded.truncate(start);
    folded.push_str(&unified);
}

const LOOK_ALIKES: [(char, char); 14] = [
    ('а', 'a'),
    ('в', 'b'),
    ('с', 'c'),
    ('е', 'e'),
    ('н', 'h'),
    ('к', 'k'),
    ('м', 'm'),
    ('о', 'o'),
    ('р', 'p'),
    ('т', 't'),
    ('х', 'x'),
    ('у', 'y'),
    ('і', 'i'),
    ('ѕ', 's'),
];

fn unify(word: &str) -> String {
    let n_cyrillic = word.chars().filter(|c| is_cyrillic(*c)).count();
    let n_latin = word.chars().filter(char::is_ascii_alphabetic).count();
    if n_cyrillic == 0 || n_latin == 0 {
        return word.to_owned();
    }
    // A letter of the lesser script without a twin shows that the mixture is meant ("МС-29b", "iPhone-овский").
    let to_latin = word.chars().filter(|c| is_cyrillic(*c)).all(|c| LOOK_ALIKES.iter().any(|p| p.0 == c));
    let to_cyrillic = word.chars().filter(char::is_ascii_alphabetic).all(|c| LOOK_ALIKES.iter().any(|p| p.1 == c));
    match (to_latin, to_cyrillic) {
        (true, false) => swap(word, |p| p.0, |p| p.1),
        (false, true) => swap(word, |p| p.1, |p| p.0),
        (true, true) if n_latin >= n_cyrillic => swap(word, |p| p.0, |p| p.1),
        (true, true) => swap(word, |p| p.1, |p| p.0),
        (false, false) => word.to_owned(),
    }
}

fn swap(word: &str, from: impl Fn(&(char, char)) -> char, to: impl Fn(&(char, char)) -> char) -> String {
    let twin = |c: char| LOOK_ALIKES.iter().find(|p| from(p) == c).map_or(c, &to);
    word.chars().map(twin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(fold(text), expected, "{text:?}");
    }

    #[test]
    fn case_quotes_dashes_and_blanks_are_one() {
        check("  «Союз  МС‑29» — Old\u{a0}Ёлка’s ", "\"союз мс-29\" - old елка's");
    }

    #[test]
    fn the_short_ways_fold_as_the_long_one() {
        for text in [
            "Ещё R\u{43e}s\u{441}osmos, «ЁЖ» — Old’s  iPhone-овский‘„“ \n",
            "  A\tb\r\n\u{1}C\u{7f} d`e ",
            "\u{b} x  ",
            "Ёлка «Союз» – “МС‑29”",
            "Àÿ Й И\u{306} x…",
            "",
            " ",
        ] {
            assert_eq!(fold(text), fold_chars(text.nfkc(), String::new()), "{text:?}");
        }
        for c in ('\0'..='\u{2FFF}').filter(|c| is_everyday(*c)) {
            assert!(c.nfkc().eq([c]), "{c:?}");
        }
    }

    #[test]
    fn look_alikes_fold_to_the_script_of_the_word() {
        check("R\u{43e}s\u{441}osmos", "roscosmos");
        check("РOСКОСМOС", "роскосмос");
    }

    #[test]
    fn a_word_that_mixes_scripts_on_purpose_stays() {
        check("iPhone-овский", "iphone-овский");
    }

    #[test]
    fn invisible_characters_inside_words_vanish() {
        check("NA\u{200b}S\u{202e}A\u{ad}", "nasa");
    }
}
