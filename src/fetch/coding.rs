//! What `Content-Encoding` says was done to a body, and what was done to it in truth: servers call a plain body packed,
//! a packed one plain, and the one coding by the name of another.

use std::borrow::Cow;

use reqwest::header::{CONTENT_ENCODING, HeaderMap};

use super::gzip;
use super::hop::short;
use super::unpack::{Packed, unpack_into};
use crate::text::bytes::room_for;

/// A body is packed once, and by mistake a second time.
const LAYERS_MAX: usize = 3;

/// Why a body could not be undone.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Undone {
    /// It comes to more than the limit.
    TooLarge,
    /// Anything else, in words.
    Not(String),
}

/// The codings in the order in which they were applied (RFC 9110, section 8.4), in lower case, without those that
/// say nothing.
pub(super) fn named(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(CONTENT_ENCODING).iter().map(|line| String::from_utf8_lossy(line.as_bytes()));
    let all = lines.flat_map(|line| line.split(',').map(|name| name.trim().to_ascii_lowercase()).collect::<Vec<_>>());
    all.filter(|name| !matches!(name.as_str(), "" | "identity")).collect()
}

/// Undoes `codings`, the last one first, each to at most `bytes_max`. `reserve`: set aside at once as much as it may
/// come to.
pub(super) fn undo<'a>(
    codings: &[String],
    bytes: &'a [u8],
    bytes_max: usize,
    reserve: bool,
) -> Result<Cow<'a, [u8]>, Undone> {
    if codings.len() > LAYERS_MAX {
        return Err(Undone::Not(format!("packed by {} codings, one in another", codings.len())));
    }
    let room = if reserve { room_for(bytes_max + 1) } else { 0 };
    let mut body = Cow::Borrowed(bytes);
    for coding in codings.iter().rev() {
        if let Some(unpacked) = layer(coding, &body, bytes_max, room)? {
            body = Cow::Owned(unpacked);
        }
    }
    // A file that was packed when it was written is served without a word of it.
    if let Some(coding) = marked(&body) {
        body = Cow::Owned(unpack(coding, &body, bytes_max, room).map_err(|packed| words(coding, &packed))?);
    }
    match marked(&body) {
        Some(_) => Err(Undone::Not("body is packed more often than its headers say".to_owned())),
        None => Ok(body),
    }
}

/// What is inside of one coding; nothing where the body is not packed at all.
fn layer(coding: &str, bytes: &[u8], bytes_max: usize, room: usize) -> Result<Option<Vec<u8>>, Undone> {
    let packed = match unpack(coding, bytes, bytes_max, room) {
        Ok(unpacked) => return Ok(Some(unpacked)),
        Err(packed) => packed,
    };
    let real = marked(bytes).or_else(|| is_zlib(bytes).then_some("deflate"));
    match real.filter(|real| *real != coding && packed != Packed::TooLarge) {
        Some(real) => unpack(real, bytes, bytes_max, room).map(Some).map_err(|packed| words(real, &packed)),
        None if packed != Packed::TooLarge && is_plain(bytes) => Ok(None),
        None => Err(words(coding, &packed)),
    }
}

fn unpack(coding: &str, bytes: &[u8], bytes_max: usize, room: usize) -> Result<Vec<u8>, Packed> {
    let mut unpacked = Vec::with_capacity(room);
    unpack_into(&mut unpacked, coding, bytes, bytes_max).map(|()| unpacked)
}

fn words(coding: &str, packed: &Packed) -> Undone {
    match packed {
        Packed::TooLarge => Undone::TooLarge,
        Packed::Damaged => Undone::Not(format!("body cannot be decompressed: damaged `{coding}`")),
        Packed::Unknown => Undone::Not(format!("unknown Content-Encoding `{}`", short(coding))),
    }
}

/// The coding whose mark stands at the beginning; no feed begins with one.
fn marked(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        _ if bytes.starts_with(&gzip::MARK) => Some("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd"),
        _ => None,
    }
}

/// The head of zlib (RFC 1950, section 2.2), too weak a mark to be looked for where nobody speaks of packing.
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [0x78, flags, ..] if (0x7800 + u16::from(*flags)).is_multiple_of(31))
}

/// Nothing, or the beginning of XML, HTML or JSON in any encoding that has ASCII in it.
fn is_plain(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(256)).unwrap_or_default();
    let is_blank = |b: &u8| matches!(b, 0 | b'\t' | b'\n' | b'\r' | 0x0c | b' ');
    let is_mark = |b: &u8| matches!(b, 0xef | 0xbb | 0xbf | 0xfe | 0xff);
    let shown: Vec<u8> = start.iter().copied().filter(|b| !is_blank(b) && !is_mark(b)).take(2).collect();
    let begins = match shown[..] {
        [b'<', next] => matches!(next, b'?' | b'!') || next.is_ascii_alphabetic(),
        [b'{' | b'[', next] => matches!(next, b'"' | b'{' | b'[' | b'}' | b']'),
        _ => bytes.is_empty(),
    };
    begins && start.iter().all(|b| *b >= b' ' || is_blank(b))
}

#[cfg(test)]
mod tests;
