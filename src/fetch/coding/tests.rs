//! Bodies that are what they are called, and bodies that are not.

use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use reqwest::header::HeaderValue;

use super::*;

const TEXT: &[u8] = b"<rss><channel><title>a feed</title></channel></rss>";
const BROTLI: [u8; 43] = *b"\x1b2\x00\x80\x8c\xd4bM\x1c\x0f\x8cP\xe9\xcd\xe3\x136\xb7^\xe4@\x19\x07\xee\xab\xd9\xeaD/M*3\x8f\xcd\xf9\xe70a#\x11\x0d\x86\x06";

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text).unwrap();
    gzip.finish().unwrap()
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(text).unwrap();
    zlib.finish().unwrap()
}

fn zstd(text: &[u8]) -> Vec<u8> {
    zstd::encode_all(text, 1).unwrap()
}

fn undone(line: &str, bytes: &[u8]) -> Result<Vec<u8>, Undone> {
    let headers = HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_str(line).unwrap())]);
    undo(&named(&headers), bytes, 1000, false).map(Cow::into_owned)
}

fn check(line: &str, bytes: &[u8]) {
    assert_eq!(undone(line, bytes).as_deref(), Ok(TEXT), "{line}");
}

fn check_fails(line: &str, bytes: &[u8], words: &str) {
    match undone(line, bytes) {
        Err(Undone::Not(said)) => assert!(said.contains(words), "{line}: {said}"),
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn stacked_codings_are_undone_the_last_first() {
    check("gzip, gzip", &gzip(&gzip(TEXT)));
    check("deflate, GZIP", &gzip(&zlib(TEXT)));
    check("gzip,zstd, identity ,deflate", &zlib(&zstd(&gzip(TEXT))));
    let mut headers = HeaderMap::new();
    for line in ["gzip", "deflate, zstd"] {
        headers.append(CONTENT_ENCODING, HeaderValue::from_static(line));
    }
    assert_eq!(named(&headers), ["gzip", "deflate", "zstd"]);
}

#[test]
fn more_than_three_codings_are_not_even_tried() {
    check_fails("gzip, gzip, gzip, gzip", &gzip(&gzip(&gzip(&gzip(TEXT)))), "packed by 4 codings");
}

#[test]
fn every_layer_is_held_to_the_limit() {
    let wide = gzip(&vec![b' '; 1001]);
    assert_eq!(undone("gzip, gzip", &gzip(&wide)), Err(Undone::TooLarge));
    assert_eq!(undone("deflate, gzip", &gzip(&vec![b'<'; 1001])), Err(Undone::TooLarge));
    assert_eq!(undone("", &wide), Err(Undone::TooLarge));
}

#[test]
fn a_plain_body_is_read_whatever_it_is_called() {
    for line in ["none", "utf-8", "binary", "7bit", "aws-chunked", "gzip", "br", "deflate", "zstd", "UTF-8, gzip"] {
        check(line, TEXT);
        assert_eq!(undone(line, b" {\"version\": 1}").as_deref(), Ok(&b" {\"version\": 1}"[..]), "{line}");
        assert_eq!(undone(line, b"").as_deref(), Ok(&b""[..]), "{line}");
    }
    check("UTF-8, gzip", &gzip(TEXT));
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(TEXT.iter().flat_map(|b| [*b, 0])).collect();
    assert_eq!(undone("none", &wide).as_deref(), Ok(&wide[..]));
}

#[test]
fn what_is_not_plain_is_not_read_under_an_unknown_name() {
    check_fails("x-compress", b"\x1f\x9d\x90 packed", "unknown Content-Encoding `x-compress`");
    check_fails("none", b"<\x01\x02 neither", "`none`");
    check_fails("none", b"hello", "`none`");
}

#[test]
fn a_body_is_known_by_its_mark_under_a_wrong_name() {
    check("gzip", &zlib(TEXT));
    check("deflate", &gzip(TEXT));
    check("br", &gzip(TEXT));
    check("gzip", &zstd(TEXT));
    check("none", &gzip(TEXT));
    check("br", &BROTLI);
}

#[test]
fn what_is_packed_without_a_word_is_unpacked_once() {
    check("", &gzip(TEXT));
    check("", &zstd(TEXT));
    check("gzip", &gzip(&gzip(TEXT)));
    check_fails("", &gzip(&gzip(TEXT)), "more often than its headers say");
    check_fails("", &gzip(TEXT)[..20], "damaged `gzip`");
}

#[test]
fn damage_is_told_by_the_name_of_what_is_damaged() {
    check_fails("gzip", &gzip(TEXT)[..20], "damaged `gzip`");
    check_fails("deflate", &zlib(TEXT)[..20], "damaged `deflate`");
    check_fails("br", &[0xff; 40], "damaged `br`");
    check_fails("br", &BROTLI[..20], "damaged `br`");
    check_fails("zstd", &zstd(TEXT)[..20], "damaged `zstd`");
}

#[test]
fn what_follows_the_end_of_a_stream_is_padding() {
    check("br", &[&BROTLI[..], &[0; 9999]].concat());
    check("gzip", &[&gzip(TEXT)[..], &[0; 9999]].concat());
    check("deflate", &[&zlib(TEXT)[..], &[0; 9999]].concat());
}
