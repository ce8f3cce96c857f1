//! Content codings that the client leaves packed: `x-gzip`, and `deflate` with and without the wrapper of zlib.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// The codings that are unpacked here.
pub(super) const KNOWN_CODINGS: [&str; 2] = ["x-gzip", "deflate"];

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
    match coding {
        "x-gzip" => whole(MultiGzDecoder::new(bytes), bytes_max),
        "deflate" => match whole(ZlibDecoder::new(bytes), bytes_max) {
            Err(Packed::Damaged) => whole(DeflateDecoder::new(bytes), bytes_max),
            unpacked => unpacked,
        },
        _ => Err(Packed::Unknown),
    }
}

fn whole(decoder: impl Read, bytes_max: usize) -> Result<Vec<u8>, Packed> {
    let mut unpacked = Vec::new();
    let n_read = decoder.take(bytes_max as u64 + 1).read_to_end(&mut unpacked).map_err(|_| Packed::Damaged)?;
    if n_read > bytes_max { Err(Packed::TooLarge) } else { Ok(unpacked) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const TEXT: &[u8] = b"<rss><channel><title>a feed</title></channel></rss>";

    fn packed() -> [(&'static str, Vec<u8>); 3] {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        for encoder in [&mut gzip as &mut dyn Write, &mut zlib, &mut bare] {
            encoder.write_all(TEXT).unwrap();
        }
        [("x-gzip", gzip.finish().unwrap()), ("deflate", zlib.finish().unwrap()), ("deflate", bare.finish().unwrap())]
    }

    #[test]
    fn every_known_coding_is_unpacked() {
        for (coding, bytes) in packed() {
            assert_eq!(unpack(coding, &bytes, 1000).as_deref(), Ok(TEXT), "{coding}");
        }
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
