//! Stems: words without their endings, by the Snowball stemmers of English and Russian.

use std::borrow::Cow;

use waken_snowball::{Algorithm, stem as snowball};

/// The stem of a folded word; the script decides the language, words with digits stay as they are.
pub fn stem(word: &str) -> Cow<'_, str> {
    let word = word.strip_suffix("'s").unwrap_or(word);
    if word.chars().any(|c| c.is_ascii_digit()) {
        return Cow::Borrowed(word);
    }
    match word.chars().next() {
        Some('\u{0400}'..='\u{04FF}') => snowball(Algorithm::Russian, word),
        Some('a'..='z') => snowball(Algorithm::English, word),
        _ => Cow::Borrowed(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_fall_in_both_languages() {
        for (a, b) in [("agreements", "agreement"), ("космонавтов", "космонавты"), ("nasa's", "nasa")]
        {
            assert_eq!(stem(a), stem(b));
        }
    }

    #[test]
    fn different_words_keep_different_stems() {
        assert_ne!(stem("space"), stem("special"));
        assert_ne!(stem("мс-28"), stem("мс-29"));
    }
}
