//! JSON as careless programs write it, put right by its letter: what a strict parser gives up a whole document for.

/// Number tokens that a parser takes for what they are; longer ones lose digits or overflow.
const NUMBER_BYTES_MAX: usize = 17;

/// The text with lone halves of letters, raw control characters in strings, commas without a successor, comments,
/// `NaN` and its like, and numbers beyond any measure put right; such numbers become texts. What cannot be mended stays
/// as it is.
pub fn mended(text: &str) -> String {
    let mut mender = Mender { rest: text, out: String::with_capacity(text.len()), comma_at: None };
    while let Some(c) = mender.rest.chars().next() {
        mender.take(c);
    }
    mender.out
}

struct Mender<'t> {
    rest: &'t str,
    out: String,
    /// Where the last comma stands in `out`, while nothing came that it parts from what was before.
    comma_at: Option<usize>,
}

impl<'t> Mender<'t> {
    fn take(&mut self, c: char) {
        match c {
            ',' if self.comma_at.is_some() => self.pass(1),
            ',' => {
                self.comma_at = Some(self.out.len());
                self.copy(1);
            }
            '}' | ']' => {
                // Only blanks stand behind it.
                self.comma_at.take().map(|at| self.out.remove(at));
                self.copy(1);
            }
            '/' if self.rest.starts_with("//") => self.pass(self.rest.find('\n').unwrap_or(self.rest.len())),
            '/' if self.rest.starts_with("/*") => {
                self.pass(self.rest.find("*/").map_or(self.rest.len(), |end| end + 2));
            }
            c if c.is_whitespace() => self.copy(c.len_utf8()),
            c => {
                self.comma_at = None;
                match c {
                    '"' => self.string(),
                    c if c.is_ascii_alphanumeric() || c == '-' => self.word(),
                    c => self.copy(c.len_utf8()),
                }
            }
        }
    }

    /// The next `n` bytes, which are taken off.
    fn piece(&mut self, n: usize) -> &'t str {
        let (piece, rest) = self.rest.split_at_checked(n).unwrap_or((self.rest, ""));
        self.rest = rest;
        piece
    }

    fn pass(&mut self, n: usize) {
        self.piece(n);
    }

    fn copy(&mut self, n: usize) {
        let piece = self.piece(n);
        self.out.push_str(piece);
    }

    fn string(&mut self) {
        self.copy(1);
        loop {
            let is_plain = |b: u8| b != b'"' && b != b'\\' && b >= 0x20;
            self.copy(self.rest.bytes().position(|b| !is_plain(b)).unwrap_or(self.rest.len()));
            match self.rest.bytes().next() {
                None => return,
                Some(b'"') => return self.copy(1),
                Some(b'\\') => self.escape(),
                Some(control) => {
                    self.out.push_str(&format!("\\u{control:04x}"));
                    self.pass(1);
                }
            }
        }
    }

    fn escape(&mut self) {
        let after = self.rest.get(1..).unwrap_or("");
        match after.chars().next() {
            Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') | None => self.copy(2),
            Some('u') => match (unit(self.rest), self.rest.get(6..).and_then(unit)) {
                (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => self.copy(12),
                (Some(0xD800..=0xDFFF), _) => {
                    self.out.push('\u{FFFD}');
                    self.pass(6);
                }
                (Some(_), _) => self.copy(6),
                (None, _) => {
                    self.out.push_str("\\\\");
                    self.pass(1);
                }
            },
            // JavaScript escapes more than JSON does, such as `\'`.
            Some(_) => self.pass(1),
        }
    }

    fn word(&mut self) {
        let is_inside = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.' | b'_');
        let word = self.piece(self.rest.bytes().position(|b| !is_inside(b)).unwrap_or(self.rest.len()));
        let digits = word.strip_prefix('-').unwrap_or(word);
        if matches!(word, "true" | "false" | "null") || is_plain_number(digits) && word.len() <= NUMBER_BYTES_MAX {
            self.out.push_str(word);
        } else if digits.starts_with(|c: char| c.is_ascii_digit()) {
            self.out.push_str(&format!("\"{word}\""));
        } else {
            self.out.push_str("null");
        }
    }
}

/// The half or whole letter that an escape `\uXXXX` at the beginning stands for.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

fn is_plain_number(digits: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    is_digits(whole) && is_digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(mended(text), expected, "{text}");
    }

    #[test]
    fn what_is_right_stays_to_the_letter() {
        for text in [
            r#"{"a": [1, -2.5, 0, true, null, "x\"\\\/\n\u00e9 \ud83d\ude80 // , ]"], "b": {}}"#,
            "[]",
            r#"{"items":[{"title":"a"},{"tit"#,
            "{\"a",
            "\"\\",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn what_careless_programs_write_is_put_right() {
        check(
            r#"["a \ud83d b", "\udc00", "\ud83d\ud83d\ude80"]"#,
            "[\"a \u{FFFD} b\", \"\u{FFFD}\", \"\u{FFFD}\\ud83d\\ude80\"]",
        );
        check("[\"a\tb\nc\"]", "[\"a\\u0009b\\u000ac\"]");
        check(
            "[1e999, NaN, -Infinity, 007, 123456789012345678901, undefined]",
            r#"["1e999", null, null, "007", "123456789012345678901", null]"#,
        );
        check("{\"a\": [1, 2,\n], }", "{\"a\": [1, 2\n] }");
        check("[1 /* one */,, // two\n 2]", "[1 , \n 2]");
        check(r#"["\'\x \u12"]"#, r#"["'x \\u12"]"#);
    }

    #[test]
    fn hostile_texts_take_linear_time() {
        for piece in ["\"", "\\", "/*", "//", ",", "[", "\\u", "\"\\ud800", "\u{1}"] {
            assert!(mended(&piece.repeat(200_000)).len() <= 8 * 200_000 * piece.len(), "{piece}");
        }
    }
}
