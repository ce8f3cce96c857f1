//! Attributes of a tag, in every spelling that is seen.

use memchr::memchr;

/// Value of the attribute `name` (any case, prefix included), not decoded.
pub fn raw_attr<'a>(attrs: &'a str, name: &str) -> Option<&'a str> {
    attributes(attrs).find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v)
}

/// Names and values as written, quotes taken off; an attribute without a value has an empty one.
pub fn attributes(attrs: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = attrs;
    std::iter::from_fn(move || {
        rest = rest.get(until(rest, |b| !(b.is_ascii_whitespace() || matches!(b, b'/' | b'"' | b'\'')))..)?;
        let end = until(rest, |b| b.is_ascii_whitespace() || b == b'=');
        let (name, tail) = rest.split_at_checked(end).filter(|(_, _)| !rest.is_empty())?;
        let Some(tail) = tail.trim_start().strip_prefix('=') else {
            rest = tail;
            return Some((name, ""));
        };
        let tail = tail.trim_start();
        let (value, after) = match tail.as_bytes().first() {
            Some(quote @ (b'"' | b'\'')) => quoted(tail, *quote),
            _ => None,
        }
        .unwrap_or_else(|| {
            let end = until(tail, |b| b.is_ascii_whitespace());
            tail.split_at_checked(end).unwrap_or((tail, ""))
        });
        rest = after;
        Some((name, value))
    })
}

/// What stands between the quote that `text` begins with and the next one, and what comes behind that.
fn quoted(text: &str, quote: u8) -> Option<(&str, &str)> {
    let text = text.get(1..)?;
    let end = memchr(quote, text.as_bytes())?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// Where in `text` the first such byte stands. It, or all before it, must be ASCII, so that no character is cut.
fn until(text: &str, is: impl Fn(u8) -> bool) -> usize {
    text.bytes().position(is).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_in_every_spelling() {
        let found: Vec<_> = attributes(" a=\"1\" B = '2' c=3 d e=\"4\"").collect();
        assert_eq!(found, [("a", "1"), ("B", "2"), ("c", "3"), ("d", ""), ("e", "4")]);
        assert_eq!(raw_attr(" URL='x'", "url"), Some("x"));
        assert_eq!(raw_attr(" xurl='x'", "url"), None);
    }
}
