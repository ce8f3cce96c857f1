//! UTF-8 with damaged places: whether it still is what it says, and its text with each place mended by itself.

use encoding_rs::WINDOWS_1252;

/// So many damaged places are an accident, however few letters beyond ASCII speak for UTF-8.
const FEW: usize = 8;

/// Whether most of it is UTF-8. Where nothing else `is_declared`, a few places do not make it another encoding: those
/// that no other encoding writes, such as letters cut in the middle, never, and others where as many letters are whole.
pub fn is_utf8(bytes: &[u8], is_declared: bool) -> bool {
    let (mut n_good, mut n_bad, mut n_odd) = (0, 0, 0);
    walk(bytes, |valid, place| {
        n_good += valid.bytes().filter(|b| *b >= 0xC2).count();
        n_bad += usize::from(place.is_some());
        n_odd += usize::from(place == Some(Place::Odd));
    });
    let is_accident = if n_odd == 0 { n_bad <= n_good.max(FEW) } else { n_bad <= n_good.min(FEW) };
    n_good > 8 * n_bad || is_declared && is_accident
}

/// The text, and how many places of it were damaged.
pub fn mended(bytes: &[u8]) -> (String, usize) {
    let (mut text, mut n_bad) = (String::with_capacity(bytes.len()), 0);
    walk(bytes, |valid, place| {
        text.push_str(valid);
        n_bad += usize::from(place.is_some());
        match place {
            Some(Place::Is(c)) => text.push(c),
            Some(Place::Cut | Place::Odd) => text.push('\u{FFFD}'),
            None => {}
        }
    });
    (text, n_bad)
}

/// What stands where no UTF-8 does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// A sign that was written in another way.
    Is(char),
    /// The beginning of a letter whose end is missing, or half of one.
    Cut,
    /// A byte that could be a letter of another encoding.
    Odd,
}

/// Calls `each` with the valid text before each damaged place and that place, and at last with the text behind them.
fn walk(bytes: &[u8], mut each: impl FnMut(&str, Option<Place>)) {
    let (mut rest, mut before) = (bytes, None);
    loop {
        let fault = match str::from_utf8(rest) {
            Ok(valid) => return each(valid, None),
            Err(fault) => fault,
        };
        let (valid, damaged) = rest.split_at_checked(fault.valid_up_to()).unwrap_or((rest, &[]));
        before = valid.last().copied().or(before);
        let (place, length) = place(before, damaged, fault.error_len());
        each(str::from_utf8(valid).unwrap_or(""), Some(place));
        before = damaged.first().copied();
        rest = damaged.get(length..).unwrap_or(&[]);
    }
}

/// What `damaged` begins with, and how many bytes that takes; `length` is the fault's as the standard library says it.
fn place(before: Option<u8>, damaged: &[u8], length: Option<usize>) -> (Place, usize) {
    let is_apart = |byte: Option<u8>| byte.is_none_or(|b| b.is_ascii());
    match damaged {
        // A letter beyond 16 bits that was taken apart first, as old programs do (CESU-8).
        [0xED, a @ 0xA0..=0xAF, b @ 0x80..=0xBF, 0xED, c @ 0xB0..=0xBF, d @ 0x80..=0xBF, ..] => {
            let unit = |high: u8, low: u8| (u32::from(high) & 0x0F) << 6 | u32::from(low) & 0x3F;
            let code = 0x10000 + (unit(*a, *b) << 10) + unit(c & 0x0F, *d);
            (char::from_u32(code).map_or(Place::Cut, Place::Is), 6)
        }
        [0xED, 0xA0..=0xBF, 0x80..=0xBF, ..] => (Place::Cut, 3),
        // A quote or dash of windows-1252 that was put in by itself; beside another letter it may be a part of that.
        [0x80..=0x9F, after @ ..] if is_apart(before) && is_apart(after.first().copied()) => {
            (Place::Is(windows_1252(damaged)), 1)
        }
        _ => match length.unwrap_or(damaged.len()) {
            0 | 1 => (Place::Odd, 1),
            length => (Place::Cut, length),
        },
    }
}

fn windows_1252(bytes: &[u8]) -> char {
    let first = bytes.get(..1).unwrap_or(&[]);
    WINDOWS_1252.decode_without_bom_handling(first).0.chars().next().unwrap_or('\u{FFFD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str, n_bad: usize) {
        assert!(is_utf8(bytes, true), "{bytes:?}");
        assert_eq!(mended(bytes), (expected.to_owned(), n_bad), "{bytes:?}");
    }

    #[test]
    fn a_damaged_place_costs_itself_only() {
        check(b"more\xE2\x80</a> \xF0\x9F\x9A x", "more\u{FFFD}</a> \u{FFFD} x", 2);
        check(b"it\x92s here \x96 and\x85", "it’s here – and…", 3);
        check(b"\xED\xA0\xBD\xED\xBA\x80 \xED\xA0\xBD", "🚀 \u{FFFD}", 2);
        check("Союз ".as_bytes(), "Союз ", 0);
        check(&[b"\xE9 ", "— x".as_bytes()].concat(), "\u{FFFD} — x", 1);
        check(&"Союз".as_bytes()[..7], "Сою\u{FFFD}", 1);
    }

    #[test]
    fn a_text_of_another_encoding_is_none() {
        let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode("Агентство «СОЮЗ» и ТАСС»");
        let (japanese, _, _) = encoding_rs::SHIFT_JIS.encode("ロケットの打ち上げ");
        for bytes in [&cyrillic, &japanese, &b"a caf\xE9 here"[..], &b"\xABC\xBB d\xE9j\xE0"[..]] {
            assert!(!is_utf8(bytes, true), "{bytes:?}");
        }
        assert!(!is_utf8(b"more\xE2\x80</a>", false));
    }

    #[test]
    fn damage_without_end_takes_linear_time() {
        for piece in [&b"\xE2\x80"[..], b"\x92 ", b"\xED\xA0\xBD", b"\xFF", b"a\xF0"] {
            let bytes = piece.repeat(300_000);
            assert!(mended(&bytes).1 >= 300_000);
            is_utf8(&bytes, true);
        }
    }
}
