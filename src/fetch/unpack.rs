//! Each content coding by itself: `gzip`, `deflate` with and without the wrapper of zlib, `br` and `zstd`.

use std::io::{self, Read};

use brotli_decompressor::{BrotliDecoderParameter, Decompressor};
use flate2::read::{DeflateDecoder, ZlibDecoder};

use super::gzip;

/// Largest window of `zstd`, as a power of two. RFC 9659 wants 23; 24 is what a frame of ten megabytes declares that
/// knows its size.
const ZSTD_WINDOW_MAX: u32 = 24;

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

/// Unpacks `bytes` to at most `bytes_max` into an empty `unpacked`. RFC 9110, section 8.4.1: `x-gzip` is `gzip`, and
/// `deflate` is the format of zlib, which some servers take for the bare stream inside of it.
pub(super) fn unpack_into(unpacked: &mut Vec<u8>, coding: &str, bytes: &[u8], bytes_max: usize) -> Result<(), Packed> {
    match coding {
        "gzip" | "x-gzip" => gzip::members(unpacked, bytes, bytes_max),
        "deflate" => match whole(unpacked, ZlibDecoder::new(bytes), bytes_max) {
            Err(Packed::Damaged) => {
                unpacked.clear();
                whole(unpacked, DeflateDecoder::new(bytes), bytes_max)
            }
            result => result,
        },
        "br" => whole(unpacked, brotli(bytes), bytes_max),
        "zstd" => whole(unpacked, zstd(bytes).map_err(|_| Packed::Damaged)?, bytes_max),
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
        "gzip" | "x-gzip" => gzip::start(bytes).map(|mut member| start(&mut member)).unwrap_or_default(),
        "deflate" => start(&mut ZlibDecoder::new(bytes)),
        "br" => start(&mut brotli(bytes)),
        "zstd" => zstd(bytes).map(|mut frames| start(&mut frames)).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Without the windows of a gigabyte that `br` on the web does not have (RFC 7932).
fn brotli(bytes: &[u8]) -> impl Read {
    let mut decoder = Decompressor::new(bytes, 4096);
    decoder.set_parameter(BrotliDecoderParameter::BROTLI_DECODER_PARAM_LARGE_WINDOW, 0);
    decoder
}

fn zstd(bytes: &[u8]) -> io::Result<impl Read> {
    let mut decoder = zstd::Decoder::with_buffer(bytes)?;
    decoder.window_log_max(ZSTD_WINDOW_MAX)?;
    Ok(decoder)
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

    fn unpack(coding: &str, bytes: &[u8], bytes_max: usize) -> Result<Vec<u8>, Packed> {
        let mut unpacked = Vec::new();
        unpack_into(&mut unpacked, coding, bytes, bytes_max).map(|()| unpacked)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(text).unwrap();
        gzip.finish().unwrap()
    }

    fn packed() -> [(&'static str, Vec<u8>); 4] {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        for encoder in [&mut zlib as &mut dyn Write, &mut bare] {
            encoder.write_all(TEXT).unwrap();
        }
        let zstd = zstd::encode_all(TEXT, 1).unwrap();
        [("gzip", gzip(TEXT)), ("deflate", zlib.finish().unwrap()), ("deflate", bare.finish().unwrap()), ("zstd", zstd)]
    }

    #[test]
    fn every_known_coding_is_unpacked() {
        for (coding, bytes) in packed() {
            assert_eq!(unpack(coding, &bytes, 1000).as_deref(), Ok(TEXT), "{coding}");
        }
    }

    #[test]
    fn a_window_that_no_server_needs_is_refused() {
        // The head of a frame with a window of a gigabyte, and an empty last block.
        let frame = |window: u8| [0x28, 0xb5, 0x2f, 0xfd, 0, window << 3, 1, 0, 0];
        assert_eq!(unpack("zstd", &frame(30 - 10), 1000), Err(Packed::Damaged));
        assert_eq!(unpack("zstd", &frame(23 - 10), 1000), Ok(Vec::new()));
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
