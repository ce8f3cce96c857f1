//! Plain text in 72 columns.

use unicode_segmentation::UnicodeSegmentation;

/// Columns of the text part.
const COLUMNS: usize = 72;

/// A filter: words in lines of at most 72 columns, the first line after `first`, the others after `rest`.
///
/// Words joined by a no-break space stay on one line, where it becomes a plain blank. A word longer than a line is broken between graphemes, so that nothing widens the text.
pub(super) fn wrap(text: &str, first: &str, rest: &str) -> String {
    let mut wrapped = first.to_owned();
    let mut column = width(first);
    let indent = width(rest);
    let mut at_start = true;
    for word in text.split(|c: char| c.is_whitespace() && c != '\u{a0}').filter(|word| !word.is_empty()) {
        for piece in pieces(word, COLUMNS.saturating_sub(indent).max(1)) {
            let n = width(piece);
            if !at_start && column + 1 + n > COLUMNS {
                wrapped.push('\n');
                wrapped.push_str(rest);
                (column, at_start) = (indent, true);
            }
            if !at_start {
                wrapped.push(' ');
                column += 1;
            }
            wrapped.push_str(&piece.replace('\u{a0}', " "));
            column += n;
            at_start = false;
        }
    }
    wrapped
}

/// A filter: a text whose blanks do not end a line.
pub(super) fn unbroken(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}

fn width(text: &str) -> usize {
    text.graphemes(true).count()
}

fn pieces(word: &str, max: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (nth, (at, _)) in word.grapheme_indices(true).enumerate() {
        if nth > 0 && nth % max == 0 {
            pieces.push(&word[start..at]);
            start = at;
        }
    }
    pieces.push(&word[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_before_the_column_and_are_indented() {
        let text = wrap(&"Роскосмос и НАСА ".repeat(8), "1. ", "   ");
        let lines: Vec<_> = text.lines().collect();
        assert!(lines.len() > 1 && lines.iter().all(|line| line.chars().count() <= 72), "{text}");
        assert!(lines[0].starts_with("1. Роскосмос") && lines[1].starts_with("   "));
        assert_eq!(text.split_whitespace().skip(1).collect::<Vec<_>>().join(" "), "Роскосмос и НАСА ".repeat(8).trim());
    }

    #[test]
    fn a_short_text_stays_one_line() {
        assert_eq!(wrap("a  b\nc", "- ", "  "), "- a b c");
    }

    #[test]
    fn a_no_break_space_holds_words_together() {
        let text = wrap(&format!("{} wire\u{a0}1", "x".repeat(66)), "", "");
        assert_eq!(text.lines().nth(1), Some("wire 1"));
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        let text = wrap(&"ж".repeat(150), "", "  ");
        assert_eq!(text.lines().map(|l| l.chars().count()).collect::<Vec<_>>(), [70, 72, 12]);
    }
}
