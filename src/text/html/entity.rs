//! Character references of XML and HTML, resolved once and without a document type.

use std::borrow::Cow;

use memchr::memchr;

/// Resolves all references that are known; what is none stays as it is, a bare `&` too. References to the C1 range
/// mean windows-1252, as browsers read them.
pub fn decode(text: &str) -> Cow<'_, str> {
    if memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    decode_into(text, &mut decoded);
    Cow::Owned(decoded)
}

/// The same, appended to `out`; returns how many `&` were no reference.
pub fn decode_into(text: &str, out: &mut String) -> u32 {
    let (mut n_stray, mut rest) = (0, text);
    out.reserve(text.len());
    while let Some((before, after)) = memchr(b'&', rest.as_bytes()).and_then(|at| rest.split_at_checked(at)) {
        out.push_str(before);
        let piece = after.get(1..).unwrap_or("");
        rest = match reference(piece) {
            Some((Value::Char(c), after)) => {
                out.push(c);
                after
            }
            Some((Value::Text(text), after)) => {
                out.push_str(text);
                after
            }
            None => {
                n_stray += 1;
                out.push('&');
                piece
            }
        };
    }
    out.push_str(rest);
    n_stray
}

/// Escapes `<`, `>`, `&` and `"`, so that the text can stand in HTML.
pub fn escape_into(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

enum Value {
    Char(char),
    Text(&'static str),
}

/// The reference that `piece` (what follows an `&`) begins with, and what comes after it.
fn reference(piece: &str) -> Option<(Value, &str)> {
    if let Some(number) = piece.strip_prefix('#') {
        return numeric(number).map(|(c, rest)| (Value::Char(c), rest));
    }
    let end = piece.bytes().take(NAME_MAX).position(|b| !b.is_ascii_alphanumeric())?;
    let (name, rest) = piece.split_at_checked(end)?;
    // Without a semicolon a parameter of a URL (`&copy=1`) would become a sign.
    let rest = rest.strip_prefix(';')?;
    let value = match name {
        "amp" => Value::Char('&'),
        "lt" => Value::Char('<'),
        "gt" => Value::Char('>'),
        "quot" => Value::Char('"'),
        "apos" => Value::Char('\''),
        "nbsp" => Value::Char('\u{a0}'),
        _ => Value::Text(named(name)?),
    };
    Some((value, rest))
}

/// Longest name of an HTML entity, with room for the semicolon.
const NAME_MAX: usize = 33;

fn named(name: &str) -> Option<&'static str> {
    let table = &html_escape::NAMED_ENTITIES;
    let i = table.binary_search_by(|(n, _)| (*n).cmp(name.as_bytes())).ok()?;
    table.get(i).map(|(_, value)| *value)
}

fn numeric(number: &str) -> Option<(char, &str)> {
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16),
        None => (number, 10),
    };
    let end = digits.bytes().position(|b| !(b as char).is_digit(radix)).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at_checked(end)?;
    let rest = rest.strip_prefix(';').unwrap_or(rest);
    let code = u32::from_str_radix(digits, radix).ok()?;
    let c = match code {
        0x80..=0x9f => windows_1252(code as u8),
        _ => char::from_u32(code).filter(|c| !c.is_control() || c.is_whitespace())?,
    };
    Some((c, rest))
}

fn windows_1252(byte: u8) -> char {
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(decode(text), expected);
    }

    #[test]
    fn references_are_resolved_once() {
        check("&amp;lt; &laquo;a&raquo; &#1076;&#x434; &nbsp;", "&lt; «a» дд \u{a0}");
        check("&#150; &#x92;", "– ’");
    }

    #[test]
    fn what_is_no_reference_stays() {
        check(
            "AT&T & Co &unknown; a?b=1&copy=2&#; &#xffffffff; &#0;",
            "AT&T & Co &unknown; a?b=1&copy=2&#; &#xffffffff; &#0;",
        );
        assert_eq!(decode_into("a & b &amp; c", &mut String::new()), 1);
    }
}
