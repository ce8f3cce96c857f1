//! How a value gets into a template: escaped, and in HTML with places at which a word without end may be broken.

use minijinja::value::Value;
use minijinja::{AutoEscape, Error, Output, State, escape_formatter};
use unicode_segmentation::UnicodeSegmentation;

/// Longer words would widen the mail on a phone.
const WORD_MAX: usize = 28;

/// Where a browser may break a word, and nothing is seen if it does not.
const BREAK: char = '\u{200B}';

/// Writes a value. Texts that a filter made safe are left as they are: links are among them.
pub(super) fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let is_html = matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe();
    if let Some(broken) = value.as_str().filter(|_| is_html).and_then(breakable) {
        return escape_formatter(out, state, &Value::from(broken));
    }
    escape_formatter(out, state, value)
}

/// The text with breaks in its endless words; `None` when it has none, which is nearly always.
fn breakable(text: &str) -> Option<String> {
    let is_long = |word: &str| word.len() > WORD_MAX && word.graphemes(true).count() > WORD_MAX;
    if !text.split(char::is_whitespace).any(is_long) {
        return None;
    }
    let mut broken = String::with_capacity(text.len() + text.len() / 4);
    let mut n_together = 0;
    for grapheme in text.graphemes(true) {
        if grapheme.chars().any(char::is_whitespace) {
            n_together = 0;
        } else if n_together == WORD_MAX {
            broken.push(BREAK);
            n_together = 1;
        } else {
            n_together += 1;
        }
        broken.push_str(grapheme);
    }
    Some(broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_without_end_are_broken() {
        assert_eq!(breakable("Роскосмос и NASA: «противокосмический»"), None);
        let word = "x".repeat(60);
        let broken = breakable(&format!("a {word} b")).unwrap();
        assert_eq!(broken.split(BREAK).map(str::len).collect::<Vec<_>>(), [30, 28, 6]);
        assert_eq!(broken.replace(BREAK, ""), format!("a {word} b"));
    }
}
