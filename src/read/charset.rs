//! Bytes to text: the ladder of byte order mark, valid UTF-8, HTTP charset, XML declaration, detection.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::text::bytes::room_for;

use super::damaged;

/// A decoded document.
pub struct Decoded<'a> {
    /// The text, without byte order mark.
    pub text: Cow<'a, str>,
    /// Name of the encoding used, when it is another than the declared one.
    pub overridden: Option<&'static str>,
    /// Bytes that stand for nothing in that encoding.
    pub n_bad: usize,
}

/// Decodes `bytes` by the first rung that holds. `content_type` is the HTTP header; `tld` the top-level domain the
/// document came from, a hint for detection. Valid UTF-8 wins over a false declaration, since text in another
/// encoding is hardly ever valid UTF-8 by chance.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, tld: Option<&str>) -> Decoded<'a> {
    let bytes = without_false_mark(bytes);
    if let Some(text) = utf32(bytes) {
        return Decoded { text: Cow::Owned(text), overridden: None, n_bad: 0 };
    }
    if let Some(encoding) = sixteen_bit(bytes) {
        return with(encoding, bytes, None);
    }
    let declared = declared(bytes, content_type);
    let first = declared.first().copied();
    if let Some(text) = ascii(bytes) {
        return Decoded { text: Cow::Borrowed(text), overridden: None, n_bad: 0 };
    }
    let unmarked = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let valid = str::from_utf8(unmarked).ok();
    let is_default = first.is_none_or(|declared| declared == UTF_8);
    if (valid.is_some() || damaged::is_utf8(unmarked, is_default)) && !is_short_and_cjk(bytes, first) {
        let overridden = Some(UTF_8.name()).filter(|_| !is_default);
        let (text, n_bad) = match valid {
            Some(text) => (Cow::Borrowed(text), 0),
            None => {
                let (text, n_bad) = damaged::mended(unmarked);
                (Cow::Owned(text), n_bad)
            }
        };
        return Decoded { text, overridden, n_bad };
    }
    if let Some(decoded) = declared.iter().find_map(|encoding| strictly(encoding, bytes, first)) {
        return decoded;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(tld.filter(|t| t.is_ascii()).map(str::as_bytes), Utf8Detection::Allow);
    with(guess, bytes, Some(first.unwrap_or(UTF_8)))
}

/// Text in which every encoding agrees; the escapes of ISO-2022-JP are ASCII too.
fn ascii(bytes: &[u8]) -> Option<&str> {
    if bytes.is_ascii() && !bytes.contains(&0x1b) { str::from_utf8(bytes).ok() } else { None }
}

/// Only if every byte stands for something: what was tried is then kept, and not made a second time.
fn strictly<'a>(
    encoding: &'static Encoding,
    bytes: &'a [u8],
    declared: Option<&'static Encoding>,
) -> Option<Decoded<'a>> {
    // A mark says another encoding than the declared one, and is believed.
    let mut decoder = match Encoding::for_bom(bytes) {
        Some(_) => encoding.new_decoder(),
        None => encoding.new_decoder_without_bom_handling(),
    };
    let mut text = String::with_capacity(room_for(decoder.max_utf8_buffer_length_without_replacement(bytes.len())?));
    let (result, _) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    let overridden = declared.filter(|declared| *declared != decoder.encoding()).map(|_| decoder.encoding().name());
    (result == DecoderResult::InputEmpty).then_some(Decoded { text: Cow::Owned(text), overridden, n_bad: 0 })
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8], declared: Option<&'static Encoding>) -> Decoded<'a> {
    let mut decoder = encoding.new_decoder();
    let room = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or_default();
    let mut text = String::with_capacity(room_for(room));
    let (_, _, had_errors) = decoder.decode_to_string(bytes, &mut text, true);
    let n_bad = if had_errors { text.matches('\u{FFFD}').count() } else { 0 };
    let used = decoder.encoding();
    Decoded { text: Cow::Owned(text), overridden: declared.filter(|d| *d != used).map(|_| used.name()), n_bad }
}

/// What HTTP and the document say, the more trustworthy first: servers send `iso-8859-1` without having looked,
/// and a document that declares something else knows better.
fn declared(bytes: &[u8], content_type: Option<&str>) -> Vec<&'static Encoding> {
    let http = content_type.and_then(http_charset);
    let xml = xml_charset(bytes);
    let ordered = if http == Some(WINDOWS_1252) { [xml, http] } else { [http, xml] };
    ordered.into_iter().flatten().filter(|e| *e != UTF_16LE && *e != UTF_16BE).collect()
}

fn http_charset(content_type: &str) -> Option<&'static Encoding> {
    let at = content_type.to_ascii_lowercase().find("charset=")?;
    let label = content_type.get(at + 8..)?.trim_start_matches(['"', '\'', ' ']);
    by_label(label.split([';', '"', '\'', ' ', ',']).next()?)
}

fn xml_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(1024))?;
    let head = String::from_utf8_lossy(head);
    let (declaration, _) = head.split_once("<?xml")?.1.split_once("?>")?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    by_label(value.trim_start_matches(['"', '\'']).split(['"', '\'']).next()?)
}

fn by_label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().replace('_', "-");
    Encoding::for_label(label.as_bytes())
        .or_else(|| Encoding::for_label(label.to_lowercase().strip_prefix("x-")?.as_bytes()))
}

/// The document without a mark of two-byte letters where its letters have one byte: programs put the mark before whatever
/// they send.
fn without_false_mark(bytes: &[u8]) -> &[u8] {
    match bytes {
        [0xFE, 0xFF, rest @ ..] | [0xFF, 0xFE, rest @ ..] if is_narrow(rest) => rest,
        _ => bytes,
    }
}

/// Whether it begins with the markup or the object of a feed in letters of one byte.
fn is_narrow(bytes: &[u8]) -> bool {
    let mut first = bytes.iter().filter(|b| !b.is_ascii_whitespace());
    matches!(first.next(), Some(b'<' | b'{')) && first.take(2).all(|b| b.is_ascii_graphic())
}

/// UTF-16 by its mark or by the two bytes of the first `<`.
fn sixteen_bit(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xFE, 0xFF, ..] | [0, b'<', 0, _, ..] | [0, b'{', 0, _, ..] => Some(UTF_16BE),
        [0xFF, 0xFE, ..] | [b'<', 0, _, 0, ..] | [b'{', 0, _, 0, ..] => Some(UTF_16LE),
        _ => None,
    }
}

/// UTF-32, which `encoding_rs` leaves out, by its mark or by the four bytes of the first `<`.
fn utf32(bytes: &[u8]) -> Option<String> {
    let (body, big) = match bytes {
        [0, 0, 0xFE, 0xFF, rest @ ..] => (rest, true),
        [0xFF, 0xFE, 0, 0, rest @ ..] => (rest, false),
        [0, 0, 0, b'<', 0, ..] => (bytes, true),
        [b'<', 0, 0, 0, _, 0, ..] => (bytes, false),
        _ => return None,
    };
    let unit = |c: &[u8]| -> Option<char> {
        let four: [u8; 4] = c.try_into().ok()?;
        char::from_u32(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    };
    let mut text = String::with_capacity(room_for(body.len()));
    text.extend(body.chunks(4).map(|c| unit(c).unwrap_or('\u{FFFD}')));
    Some(text)
}

/// A title of two Chinese or Korean characters in their own encoding can be valid UTF-8 by chance.
fn is_short_and_cjk(bytes: &[u8], declared: Option<&'static Encoding>) -> bool {
    let is_cjk = |encoding: &&'static Encoding| *encoding != UTF_8 && !encoding.is_single_byte();
    let Some(encoding) = declared.filter(is_cjk) else { return false };
    bytes.iter().filter(|b| **b >= 0x80).count() <= 8
        && encoding.decode_without_bom_handling_and_without_replacement(bytes).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "<?xml version='1.0' encoding='@'?><r>Роскосмос и НАСА продлили соглашение</r>";

    fn check(encoding: &'static Encoding, declared: &str, content_type: Option<&str>, overridden: Option<&str>) {
        let text = TEXT.replace('@', declared);
        let (bytes, _, _) = encoding.encode(&text);
        let decoded = decode(&bytes, content_type, Some("ru"));
        assert_eq!(decoded.text, text, "{declared} {content_type:?}");
        assert_eq!(decoded.overridden, overridden, "{declared} {content_type:?}");
    }

    #[test]
    fn each_rung_holds() {
        let cyrillic = encoding_rs::WINDOWS_1251;
        check(cyrillic, "windows-1251", None, None);
        check(cyrillic, "", Some("text/xml; charset=\"windows-1251\""), None);
        check(cyrillic, "windows-1251", Some("text/xml; charset=ISO-8859-1"), None);
        check(encoding_rs::KOI8_R, "KOI8-R", None, None);
        check(UTF_8, "utf-8", None, None);
    }

    #[test]
    fn what_is_valid_utf8_is_not_believed_to_be_another() {
        check(UTF_8, "windows-1251", None, Some("UTF-8"));
        check(UTF_8, "", Some("text/xml; charset=koi8-r"), Some("UTF-8"));
    }

    #[test]
    fn without_a_word_the_bytes_are_asked() {
        check(encoding_rs::WINDOWS_1251, "", None, Some("windows-1251"));
        check(encoding_rs::WINDOWS_1251, "utf-8", None, Some("windows-1251"));
    }

    #[test]
    fn wide_encodings_are_known_by_mark_or_first_character() {
        let text = TEXT.replace('@', "utf-16");
        let wide = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        for bytes in [wide(u16::to_be_bytes), wide(u16::to_le_bytes)] {
            assert_eq!(decode(&bytes, Some("text/xml; charset=utf-8"), None).text, text);
        }
        let marked: Vec<u8> = [0xFE, 0xFF].into_iter().chain(wide(u16::to_be_bytes)).collect();
        assert_eq!(decode(&marked, None, None).text, text);
        let four: Vec<u8> = text.chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
        assert_eq!(decode(&four, None, None).text, text);
    }

    #[test]
    fn marks_and_null_bytes_that_lie_are_passed_over() {
        for lie in [&b"\xFF\xFE"[..], b"\xFE\xFF", b"\0\0\0", b"\xFF\xFE\n"] {
            let bytes = [lie, TEXT.as_bytes()].concat();
            let decoded = decode(&bytes, None, None);
            assert_eq!(decoded.text.trim_start_matches(['\0', '\n']), TEXT, "{lie:?}");
        }
    }

    #[test]
    fn a_cut_sign_does_not_change_the_encoding() {
        for declared in ["<?xml version='1.0' encoding='utf-8'?>", ""] {
            let bytes = [declared.as_bytes(), b"<r>One more day\xE2\x80</r>"].concat();
            let decoded = decode(&bytes, None, None);
            assert_eq!((decoded.n_bad, decoded.overridden), (1, None));
            assert!(decoded.text.ends_with("<r>One more day\u{FFFD}</r>"), "{}", decoded.text);
        }
    }

    #[test]
    fn one_damaged_byte_is_one_replacement() {
        let mut bytes = TEXT.as_bytes().to_vec();
        bytes[60] = 0xFF;
        let decoded = decode(&bytes, None, None);
        assert_eq!((decoded.n_bad <= 2, decoded.text.contains("соглашение")), (true, true));
    }
}
