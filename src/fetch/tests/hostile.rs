//! Servers that never end, never begin, or send more than fits: bounded time, bounded bytes, one line each.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::exchange::unhex;
use super::server::{Answer, FEED, Server, answer, head};
use super::*;
use crate::fetch::LARGE_BODIES;

/// Sent and not yet read lies in socket buffers; a server that got rid of more than this was read from.
const BUFFERED_MAX: usize = 16 * 1024 * 1024;

/// Bits as deflate packs them, lowest first.
struct Bits(Vec<u8>, usize);

impl Bits {
    fn push(&mut self, bits: &str) {
        for bit in bits.bytes() {
            if self.1.is_multiple_of(8) {
                self.0.push(0);
            }
            if let (b'1', Some(last)) = (bit, self.0.last_mut()) {
                *last |= 1 << (self.1 % 8);
            }
            self.1 += 1;
        }
    }
}

/// The beginning of a gzip stream of one letter, and 13 bytes that may follow for ever, 2,064 letters each.
fn gzip_bomb() -> (Vec<u8>, Vec<u8>) {
    let mut bits = Bits(Vec::new(), 0);
    bits.push("01010010001");
    for _ in 0..16 {
        bits.push("1100010100000");
    }
    let start = [&unhex("1f8b0800000000000003")[..], &bits.0[..2]].concat();
    (start, bits.0[2..15].repeat(500))
}

async fn check_bomb(coding: &str, first: &[u8], again: Vec<u8>) {
    let coding = format!("Content-Encoding: {coding}");
    let first = [&head("200 OK", &[&coding]), first].concat();
    let server = Server::always(Answer::Endless(first, again)).await;
    check_failure(&server.url, FailureClass::TooLarge, "body over 1 MiB").await;
    assert!(server.n_bytes.load(Ordering::SeqCst) < BUFFERED_MAX, "{coding}");
}

#[tokio::test]
async fn an_endless_body_is_read_to_the_limit_and_no_further() {
    let server = Server::always(Answer::Endless(head("200 OK", &[]), vec![b'x'; 65_536])).await;
    check_failure(&server.url, FailureClass::TooLarge, "body over 1 MiB").await;
    let sent = server.n_bytes.load(Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(sent < BUFFERED_MAX, "{sent}");
    assert!(server.n_bytes.load(Ordering::SeqCst) < BUFFERED_MAX, "still sending");
}

#[tokio::test]
async fn endless_chunks_are_read_to_the_limit_and_no_further() {
    let chunk = [b"1000\r\n".as_slice(), &[b'x'; 4096], b"\r\n"].concat();
    let server = Server::always(Answer::Endless(head("200 OK", &["Transfer-Encoding: chunked"]), chunk)).await;
    check_failure(&server.url, FailureClass::TooLarge, "body over 1 MiB").await;
    assert!(server.n_bytes.load(Ordering::SeqCst) < BUFFERED_MAX);
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_not_read_at_all() {
    let first = head("200 OK", &["Content-Length: 1073741824"]);
    let server = Server::always(Answer::Silence(first)).await;
    check_failure(&server.url, FailureClass::TooLarge, "body over 1 MiB").await;
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not() {
    let full = vec![b'x'; 1024 * 1024];
    assert_eq!(body(&Server::bytes(answer("200 OK", &[], &full)).await.url).await.bytes.len(), full.len());
    let over = [&head("200 OK", &[])[..], &full, b"x"].concat();
    check_failure(&Server::bytes(over).await.url, FailureClass::TooLarge, "1 MiB").await;
}

#[tokio::test]
async fn decompression_bombs_stop_at_the_limit() {
    let (start, again) = gzip_bomb();
    check_bomb("gzip", &start, again).await;
    // A frame of 128 KiB blocks, four bytes each.
    check_bomb("zstd", &unhex("28b52ffd0058"), unhex("02001061").repeat(500)).await;
    // 64 MiB of one letter.
    let brotli = "cbffff3ff825c2e2b14020f7fe8fffff7ff04b00c4611180eefd1fffffffe0970088c30200ddfb3ffeffffc12f0110870500baf7\
                  7ffcffff835f02200e0b0074effff8ffff07bf04401c1600e8defff1ffff0f7e0980382c00d0bdffcbffff3ffc1200715800a07b\
                  ff07";
    let server = Server::bytes(answer("200 OK", &["Content-Encoding: br"], &unhex(brotli))).await;
    check_failure(&server.url, FailureClass::TooLarge, "body over 1 MiB").await;
}

#[tokio::test]
async fn many_large_bodies_at_once_all_come_through() {
    let full = vec![b'x'; 2 * 1024 * 1024];
    let server = Server::bytes(answer("200 OK", &[], &full)).await;
    let fetcher = fetcher(&HttpPolicy { body_bytes_max: full.len(), ..policy() });
    let (fetcher, ask) = (&fetcher, &request(&server.url));
    // Each gives its place back when it was read.
    let all = (0..16).map(|_| async move { drop(fetch_with(fetcher, ask).await.expect("answer")) });
    assert_eq!(futures_util::future::join_all(all).await.len(), 16);
}

#[tokio::test]
async fn a_large_body_keeps_its_place_until_it_was_read() {
    let server = Server::bytes(answer("200 OK", &[], &vec![b'x'; 2 * 1024 * 1024])).await;
    let fetcher = fetcher(&HttpPolicy { body_bytes_max: 3 * 1024 * 1024, ..policy() });
    let mut held = Vec::new();
    for _ in 0..LARGE_BODIES {
        held.push(fetch_with(&fetcher, &request(&server.url)).await.expect("answer"));
    }
    assert_eq!(fetcher.rules.large_bodies.available_permits(), 0);
    drop(held);
    assert_eq!(fetcher.rules.large_bodies.available_permits(), LARGE_BODIES);
}

#[tokio::test]
async fn waiting_for_a_place_is_no_silence_of_the_server() {
    let server = Server::bytes(answer("200 OK", &[], &vec![b'x'; 2 * 1024 * 1024])).await;
    let quiet = impatient(|policy| {
        policy.body_bytes_max = 3 * 1024 * 1024;
        &mut policy.idle_timeout
    });
    let places = Arc::clone(&quiet.rules.large_bodies).acquire_many_owned(LARGE_BODIES as u32).await.expect("places");
    let busy = async {
        tokio::time::sleep(Duration::from_millis(900)).await;
        drop(places);
    };
    let ask = request(&server.url);
    let (outcome, ()) = tokio::join!(fetch_with(&quiet, &ask), busy);
    assert!(matches!(outcome, Ok(Fetched::Body(_))), "{outcome:?}");
}

#[tokio::test]
async fn silence_ends_with_a_timeout() {
    let quiet = impatient(|policy| &mut policy.idle_timeout);
    for (said, words) in [(Vec::new(), "no answer"), (head("200 OK", &["Content-Length: 9"]), "stood still")] {
        let server = Server::always(Answer::Silence(said)).await;
        let outcome = fetch_with(&quiet, &request(&server.url)).await;
        check_failure_of(outcome, FailureClass::Timeout, words);
    }
}

#[tokio::test]
async fn a_head_that_drips_ends_with_a_timeout() {
    let drip = Answer::Drip(answer("200 OK", &[], FEED), Duration::from_millis(100));
    let server = Server::always(drip).await;
    let outcome = fetch_with(&impatient(|policy| &mut policy.idle_timeout), &request(&server.url)).await;
    check_failure_of(outcome, FailureClass::Timeout, "no answer");
}

#[tokio::test]
async fn a_body_that_drips_ends_with_the_total_time() {
    let server = Server::start(|_| {
        let mut endless = head("200 OK", &[]);
        endless.extend_from_slice(&[b'x'; 10_000]);
        Answer::Drip(endless, Duration::from_millis(1))
    })
    .await;
    let outcome = fetch_with(&impatient(|policy| &mut policy.total_timeout), &request(&server.url)).await;
    check_failure_of(outcome, FailureClass::Timeout, "not finished within 300ms");
}

#[tokio::test]
async fn slow_but_steady_is_fine() {
    let server = Server::always(Answer::Drip(answer("200 OK", &[], FEED), Duration::from_millis(2))).await;
    assert_eq!(body(&server.url).await.bytes, FEED);
}

#[tokio::test]
async fn endless_and_crowded_heads_are_refused() {
    let line = b"X-Header: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(100);
    let server = Server::always(Answer::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), line)).await;
    check_failure(&server.url, FailureClass::Network, "no valid answer").await;
    assert!(server.n_bytes.load(Ordering::SeqCst) < BUFFERED_MAX);
    let server = Server::always(Answer::Endless(b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; 4096])).await;
    check_failure(&server.url, FailureClass::Network, "no valid answer").await;
    assert!(server.n_bytes.load(Ordering::SeqCst) < BUFFERED_MAX);
}

#[tokio::test]
async fn a_flood_of_interim_answers_ends() {
    let interim = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".to_vec();
    let server = Server::always(Answer::Endless(interim.clone(), interim.repeat(100))).await;
    let outcome = fetch_with(&impatient(|policy| &mut policy.idle_timeout), &request(&server.url)).await;
    assert!(matches!(outcome.expect_err("must fail").class, FailureClass::Timeout | FailureClass::Network));
}

#[tokio::test]
async fn what_is_not_http_is_refused() {
    for said in ["SSH-2.0-OpenSSH_9.9\r\n", "<rss/>", "", "HTTP/1.1 abc\r\n\r\n", "\0\0\0\0"] {
        let server = Server::bytes(said).await;
        check_failure(&server.url, FailureClass::Network, "no valid answer").await;
    }
    let twice = [&head("200 OK", &["Content-Length: 5", "Content-Length: 6"])[..], b"abcdef"].concat();
    check_failure(&Server::bytes(twice).await.url, FailureClass::Network, "no valid answer").await;
    let negative = head("200 OK", &["Content-Length: -1"]);
    check_failure(&Server::bytes(negative).await.url, FailureClass::Network, "no valid answer").await;
}

#[tokio::test]
async fn an_endless_error_page_is_cut_off() {
    let server = Server::always(Answer::Endless(head("403 Forbidden", &[]), vec![b'x'; 65_536])).await;
    check_failure(&server.url, FailureClass::Refused, "403 Forbidden").await;
    assert!(server.n_bytes.load(Ordering::SeqCst) < BUFFERED_MAX);
}

/// "Handshake failure", as a server says it that has nothing in common with us.
const ALERT: &[u8] = &[0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28];

/// An https address where this is said to everyone at once.
async fn secure(said: &'static [u8]) -> (String, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
    let url = format!("https://{}/", listener.local_addr().expect("address"));
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // The client hangs up as soon as it sees that this is no TLS.
            let _ = stream.write_all(said).await;
        }
    });
    (url, task)
}

#[tokio::test]
async fn what_is_not_tls_is_refused_and_named() {
    for said in [b"HTTP/1.1 400 Bad Request\r\n\r\n".as_slice(), b"\x16\x03\x01\x00\x05hello", ALERT, b""] {
        let (url, task) = secure(said).await;
        check_failure(&url, FailureClass::Tls, "no TLS with 127.0.0.1").await;
        task.abort();
    }
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_a_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
    let url = format!("https://{}/", listener.local_addr().expect("address"));
    let outcome = fetch_with(&impatient(|policy| &mut policy.connect_timeout), &request(&url)).await;
    check_failure_of(outcome, FailureClass::Timeout, "no connection to 127.0.0.1 within 300ms");
    drop(listener);
}
