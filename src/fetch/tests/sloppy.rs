//! Servers that bend the rules in ways every other reader puts up with.

use super::server::{FEED, Server};
use super::*;

/// An answer with this status line and these lines among its headers.
fn with_lines(lines: &[u8]) -> Vec<u8> {
    let length = format!("\r\nContent-Length: {}\r\nETag: \"v1\"\r\n\r\n", FEED.len());
    [b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nServer: x\r\n", lines, length.as_bytes(), FEED].concat()
}

#[tokio::test]
async fn a_line_that_is_no_header_costs_itself_and_not_the_feed() {
    let lines: [&[u8]; 14] = [
        b"X-Folded: a\r\n  b",
        b"X-Folded: a\r\n\tb",
        b"X-Spaced : a",
        b" X-Leading: a",
        b": nameless",
        b"no colon at all",
        b"X Blank: a",
        "X-Имя: a".as_bytes(),
        b"X-Control: a\x01\x1b[31mb",
        b"X-Bell: a\x07",
        b"X[Bracket]: a",
        b"X(Round): a",
        b"\"X-Quoted\": a",
        b"X-Del: a\x7fb",
    ];
    for line in lines {
        let response = body(&Server::bytes(with_lines(line)).await.url).await;
        assert_eq!(response.bytes, FEED, "{}", line.escape_ascii());
        assert_eq!(response.validators.etag.as_deref(), Some("\"v1\""), "{}", line.escape_ascii());
        assert_eq!(response.content_type.as_deref(), Some("text/xml"), "{}", line.escape_ascii());
    }
}

#[tokio::test]
async fn a_folded_header_is_read_as_one_line() {
    let server = Server::bytes(with_lines(b"Cache-Control: public,\r\n max-age=60")).await;
    assert_eq!(body(&server.url).await.hints.fresh_for, Some(SignedDuration::from_secs(60)));
}

#[tokio::test]
async fn five_hundred_headers_are_taken_and_thousands_are_not() {
    let lines = |n: usize| (0..n).map(|i| format!("X-{i}: v")).collect::<Vec<_>>().join("\r\n").into_bytes();
    assert_eq!(body(&Server::bytes(with_lines(&lines(490))).await.url).await.bytes, FEED);
    let server = Server::bytes(with_lines(&lines(2000))).await;
    check_failure(&server.url, FailureClass::Network, "message head is too large").await;
}
