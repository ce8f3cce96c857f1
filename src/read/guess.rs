//! What a text is whose publisher did not say, or said wrongly: HTML or plain, wrapped, encoded twice.

use std::borrow::Cow;

use crate::text::bytes::ascii_length;
use crate::text::clean::beginning;
use crate::text::html::entity::decode;

/// Whether a text that should be plain is HTML: it has an end tag or a reference, and all its tags and references
/// are HTML's. A title about `<unknown>` tags stays as it is.
pub fn looks_like_html(text: &str) -> bool {
    let is_word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_alphanumeric());
    let mut has_sign = false;
    for piece in text.split('<').skip(1) {
        let (closing, rest) = piece.strip_prefix('/').map_or((false, piece), |rest| (true, rest));
        let end = rest.bytes().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or("").to_ascii_lowercase();
        if !name.is_empty() && !HTML_TAGS.contains(&name.as_str()) {
            return false;
        }
        has_sign |= closing && is_word(&name) && rest.get(end..).is_some_and(|r| r.starts_with('>'));
    }
    for piece in text.split('&').skip(1) {
        let Some((name, _)) = beginning(piece, 34).split_once(';') else {
            continue;
        };
        if is_word(name.trim_start_matches('#')) {
            has_sign = true;
            if decode(&format!("&{name};")).starts_with("&") && name != "amp" {
                return false;
            }
        }
    }
    has_sign
}

const HTML_TAGS: [&str; 50] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "del",
    "details",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tt",
    "u",
    "ul",
];

/// Undoes UTF-8 that was taken for Latin-1 or windows-1252 and encoded again (`Ð¡Ð¾ÑŽÐ·` for `Союз`).
pub fn without_double_encoding(text: &str) -> Cow<'_, str> {
    let single = |c: char| match c {
        c if (c as u32) < 0x100 => Some(c as u32 as u8),
        c => {
            let mut utf8 = [0; 4];
            let (bytes, _, is_lossy) = encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut utf8));
            bytes.first().copied().filter(|_| !is_lossy)
        }
    };
    // The first sign beyond ASCII is one of the first bytes of a sequence, the next one of the rest: that tells most
    // texts that merely have accents.
    let mut beyond = text.get(ascii_length(text.as_bytes())..).unwrap_or_default().chars();
    let begins = beyond.next().is_some_and(|c| ('\u{c2}'..='\u{f4}').contains(&c));
    if !begins || !beyond.next().and_then(single).is_some_and(|byte| (0x80..0xC0).contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let bytes: Option<Vec<u8>> = text.chars().map(single).collect();
    bytes.and_then(|b| String::from_utf8(b).ok()).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The text in a Base64 wrapping, `None` when it is none.
pub fn from_base64(text: &str) -> Option<String> {
    let (mut bytes, mut bits, mut n_bits) = (Vec::new(), 0u32, 0u32);
    for byte in text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((bits >> n_bits) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_shows_by_its_end_tags_and_references() {
        for html in ["a <b>c</b>", "AT&amp;T", "&#171;a&#187;"] {
            assert!(looks_like_html(html), "{html}");
        }
        for plain in ["a <b> c", "1 < 2 & 3", "<blink>a</blink>", "a &unknown; b", "a </b", ""] {
            assert!(!looks_like_html(plain), "{plain}");
        }
    }

    #[test]
    fn text_encoded_twice_is_decoded_once_more() {
        assert_eq!(without_double_encoding("Ð¡Ð¾ÑŽÐ·"), "Союз");
        assert_eq!(without_double_encoding("\u{d0}\u{a1}\u{d0}\u{be}"), "Со");
        for right in ["São Tomé é Ñandú", "Â", "Â°C é", "«Â°»", "Союз", "plain", "«quoted»"] {
            assert_eq!(without_double_encoding(right), right);
        }
    }

    #[test]
    fn base64_is_unwrapped_and_other_text_is_not() {
        assert_eq!(from_base64("0KHQvtGO\n0Lc=").as_deref(), Some("Союз"));
        assert_eq!(from_base64("not base64!"), None);
    }
}
