//! Content codings that the client leaves packed: `gzip`, of which it would take the first member for the whole, and
//! `deflate` with and without the wrapper of zlib.

use std::io::Read;

use flate2::bufread::GzDecoder;
use flate2::read::{DeflateDecoder, ZlibDecoder};

/// The codings that are unpacked here.
pub(super) const KNOWN_CODINGS: [&str; 3] = ["gzip", "x-gzip", "deflate"];
/// How a member of a gzip file begins.
pub(super) const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Why a body stayed packed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Packed {
    /// Nobody knows this coding.
    Unknown,
    /// It unpacks to more than the limit.
    TooLarge,
    /// It is damaged or cut off.
    Damaged,
}

/// Unpacks `bytes` to at most `bytes_max`. RFC 9110, section 8.4.1: `x-gzip` is `gzip`, and `deflate` is the format of
/// zlib, which some servers take for the bare stream inside of it.
pub(super) fn unpack(coding: &str, bytes: &[u8], bytes_max: usize) -> Result<Vec<u8>, Packed> {
    let mut unpacked = Vec::new();
    unpack_into(&mut unpacked, coding, bytes, bytes_max).map(|()| unpacked)
}

/// The same into an empty `unpacked`, for which the caller has set memory aside.
pub(super) fn unpack_into(unpacked: &mut Vec<u8>, coding: &str, bytes: &[u8], bytes_max: usize) -> Result<(), Packed> {
    match coding {
        "gzip" | "x-gzip" => members(unpacked, bytes, bytes_max),
        "deflate" => match whole(unpacked, ZlibDecoder::new(bytes), bytes_max) {
            Err(Packed::Damaged) => {
                unpacked.clear();
                whole(unpacked, DeflateDecoder::new(bytes), bytes_max)
            }
            result => result,
        },
        _ => Err(Packed::Unknown),
    }
}

/// The beginning of what was packed, as far as it came.
pub(super) fn unpack_start(coding: &str, bytes: &[u8], bytes_max: usize) -> Vec<u8> {
    let start = |decoder: &mut dyn Read| {
        let mut unpacked = Vec::new();
        // What was cut off ends with an error, behind what came before it.
        let _ = decoder.take(bytes_max as u64).read_to_end(&mut unpacked);
        unpacked
    };
    match coding {
        "gzip" | "x-gzip" => start(&mut GzDecoder::new(bytes)),
        "deflate" => start(&mut ZlibDecoder::new(bytes)),
        _ => Vec::new(),
    }
}

/// Every member of a gzip file, one behind the other (RFC 1952, section 2.2); what follows them and is none is padding.
fn members(unpacked: &mut Vec<u8>, mut bytes: &[u8], bytes_max: usize) -> Result<(), Packed> {
    loop {
        let mut member = GzDecoder::new(bytes);
        let room = (bytes_max + 1).saturating_sub(unpacked.len());
        member.by_ref().take(room as u64).read_to_end(unpacked).map_err(|_| Packed::Damaged)?;
        if unpacked.len() > bytes_max {
            return Err(Packed::TooLarge);
        }
        bytes = member.into_inner();
        if !bytes.starts_with(&GZIP) {
            return Ok(());
        }
    }
}

fn whole(unpacked: &mut Vec<u8>, decoder: impl Read, bytes_max: usize) -> Result<(), Packed> {
    let n_read = decoder.take(bytes_max as u64 + 1).read_to_end(unpacked).map_err(|_| Packed::Damaged)?;
    if n_read > bytes_max { Err(Packed::TooLarge) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const TEXT: &[u8] = b"<rss><channel><title>a feed</title></channel></rss>";

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(text).unwrap();
        gzip.finish().unwrap()
    }

    fn packed() -> [(&'static str, Vec<u8>); 3] {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        for encoder in [&mut zlib as &mut dyn Write, &mut bare] {
            encoder.write_all(TEXT).unwrap();
        }
        [("gzip", gzip(TEXT)), ("deflate", zlib.finish().unwrap()), ("deflate", bare.finish().unwrap())]
    }

    #[test]
    fn every_known_coding_is_unpacked() {
        for (coding, bytes) in packed() {
            assert_eq!(unpack(coding, &bytes, 1000).as_deref(), Ok(TEXT), "{coding}");
        }
    }

    #[test]
    fn a_file_of_several_members_is_all_of_them() {
        let members = [gzip(&TEXT[..20]), gzip(b""), gzip(&TEXT[20..])].concat();
        assert_eq!(unpack("gzip", &members, 1000).as_deref(), Ok(TEXT));
        assert_eq!(unpack("gzip", &members, TEXT.len() - 1), Err(Packed::TooLarge));
        assert_eq!(unpack("gzip", &[&members[..], &[0; 512]].concat(), 1000).as_deref(), Ok(TEXT), "padded");
        assert_eq!(unpack("gzip", &members[..members.len() - 1], 1000), Err(Packed::Damaged), "cut in the last one");
    }

    #[test]
    fn the_beginning_of_a_page_is_unpacked_as_far_as_it_came() {
        let page = "Solve the captcha. ".repeat(500);
        let packed = gzip(page.as_bytes());
        let start = unpack_start("gzip", &packed[..packed.len() - 12], 1000);
        assert!(!start.is_empty() && page.as_bytes().starts_with(&start), "{}", start.len());
        assert_eq!(unpack_start("gzip", &packed, 100).len(), 100);
    }

    #[test]
    fn what_is_too_large_damaged_or_unknown_is_told_apart() {
        for (coding, bytes) in packed() {
            assert_eq!(unpack(coding, &bytes, TEXT.len() - 1), Err(Packed::TooLarge), "{coding}");
            assert_eq!(unpack(coding, &bytes[..bytes.len() / 2], 1000), Err(Packed::Damaged), "{coding}");
        }
        assert_eq!(unpack("compress", b"x", 1000), Err(Packed::Unknown));
    }
}
