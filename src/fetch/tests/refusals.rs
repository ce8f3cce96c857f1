//! Answers that are not a feed, and addresses that are not dialled.

use super::exchange::{BROTLI, unhex};
use super::server::{Answer, FEED, Server, answer, head};
use super::*;

async fn check_status(status: &str, headers: &[&str], body: &str, class: FailureClass, words: &str) -> PollFailure {
    let server = Server::bytes(answer(status, headers, body.as_bytes())).await;
    check_failure(&server.url, class, words).await
}

#[tokio::test]
async fn every_status_is_named_with_its_class() {
    use FailureClass::*;
    check_status("401 Unauthorized", &[], "", Refused, "401 Unauthorized").await;
    check_status("403 Nope", &[], "no", Refused, "403 Forbidden").await;
    check_status("404 Not Found", &[], "", NotFound, "404 Not Found").await;
    check_status("410 Gone", &[], "", Gone, "410 Gone").await;
    check_status("500 X", &[], "", ServerError, "500 Internal Server Error").await;
    check_status("503 X", &[], "", ServerError, "503 Service Unavailable").await;
    check_status("429 X", &[], "", RateLimited, "429 Too Many Requests").await;
    check_status("206 Partial Content", &[], "half", Network, "206 Partial Content").await;
    check_status("204 No Content", &[], "", Empty, "204 No Content").await;
    check_status("200 OK", &[], "", Empty, "empty").await;
    check_status("300 Multiple Choices", &[], "", Redirect, "300").await;
}

#[tokio::test]
async fn a_wish_for_rest_comes_with_the_failure() {
    for status in ["429 X", "503 X"] {
        let failure = check_status(status, &["Retry-After: 120"], "", FailureClass::RateLimited, "").await;
        assert_eq!(failure.hints.retry_after, Some(SignedDuration::from_secs(120)));
    }
    let failure = check_status("404 X", &[], "", FailureClass::NotFound, "").await;
    assert_eq!((failure.status, failure.hints.retry_after), (Some(404), None));
}

#[tokio::test]
async fn bot_walls_are_told_from_refusals() {
    let wall = FailureClass::BotWall;
    check_status("403 X", &["cf-mitigated: challenge"], "", wall, "403 Forbidden: bot wall of Cloudflare").await;
    check_status("403 X", &["Server: cloudflare"], "<title>Just a moment...</title>", wall, "Cloudflare").await;
    check_status("200 OK", &[], "<!doctype html><p>Solve the captcha", wall, "200 OK: bot wall").await;
    check_status("403 X", &[], "<p>members only", FailureClass::Refused, "403").await;
}

#[tokio::test]
async fn a_page_that_is_no_feed_is_left_to_the_reader() {
    let server = Server::bytes(answer("200 OK", &["Content-Type: text/html"], b"<html>hello")).await;
    assert_eq!(body(&server.url).await.bytes, b"<html>hello");
}

#[tokio::test]
async fn codings_that_are_unknown_or_broken_are_refused() {
    let gzip = unhex("1f8b0800000000000003b3292a2e56284b2d2acecccfb35537d23350");
    let decompress = FailureClass::Decompress;
    let check = async |headers: &[&str], body: &[u8], words: &str| {
        let server = Server::bytes(answer("200 OK", headers, body)).await;
        check_failure(&server.url, decompress, words).await
    };
    check(&["Content-Encoding: x-compress"], b"\x1f\x9d\x90", "`x-compress`").await;
    check(&["Content-Encoding: gzip, gzip"], &gzip, "damaged `gzip`").await;
    check(&["Content-Encoding: gzip", "Content-Encoding: br, br, br"], &gzip, "packed by 4 codings").await;
    check(&["Content-Encoding: br"], &[0xff; 40], "cannot be decompressed").await;
    check(&["Content-Encoding: br"], &unhex(BROTLI)[..30], "cannot be decompressed").await;
    check(&["Content-Encoding: zstd"], &[0x28, 0xb5, 0x2f, 0xfd, 0, 0xff, 0, 0], "cannot be decompressed").await;
    check(&[], &gzip, "damaged `gzip`").await;
}

#[tokio::test]
async fn a_plain_body_that_is_called_packed_is_read() {
    for coding in ["gzip", "br", "none", "utf-8", "aws-chunked"] {
        let coding = format!("Content-Encoding: {coding}");
        let server = Server::bytes(answer("200 OK", &[&coding], FEED)).await;
        assert_eq!(body(&server.url).await.bytes, FEED, "{coding}");
    }
}

#[tokio::test]
async fn a_body_cut_short_is_never_half_a_feed() {
    let short = [&head("200 OK", &["Content-Length: 500"])[..], FEED].concat();
    check_failure(&Server::bytes(short).await.url, FailureClass::Network, "broke off").await;
    let chunked = [&head("200 OK", &["Transfer-Encoding: chunked"])[..], b"5\r\nabcde\r\n"].concat();
    check_failure(&Server::bytes(chunked).await.url, FailureClass::Network, "broke off").await;
    let garbage = [&head("200 OK", &["Transfer-Encoding: chunked"])[..], b"zz\r\nabcde\r\n"].concat();
    check_failure(&Server::bytes(garbage).await.url, FailureClass::Network, "broke off").await;
    let packed =
        [&head("200 OK", &["Content-Encoding: gzip", "Content-Length: 80"])[..], &unhex("1f8b08000000")].concat();
    check_failure(&Server::bytes(packed).await.url, FailureClass::Network, "broke off").await;
}

#[tokio::test]
async fn private_addresses_are_never_dialled() {
    let trap = Server::bytes(answer("200 OK", &[], FEED)).await;
    let port = trap.url.rsplit(':').next().expect("port").to_owned();
    let strict = fetcher(&HttpPolicy { allow_networks: Vec::new(), ..policy() });
    for host in
        ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::ffff:127.0.0.1]", "localhost", "0.0.0.0"]
    {
        let url = format!("http://{host}:{port}");
        let outcome = fetch_with(&strict, &request(&url)).await;
        check_failure_of(outcome, FailureClass::BlockedAddress, "is not public");
    }
    assert_eq!(trap.seen().len(), 0);
}

#[tokio::test]
async fn an_allowed_network_may_be_reached_by_name() {
    let server = Server::bytes(answer("200 OK", &[], FEED)).await;
    let allow_networks = vec!["127.0.0.0/8".parse().expect("network"), "::1/128".parse().expect("network")];
    let fetcher = fetcher(&HttpPolicy { allow_networks, ..policy() });
    let outcome = fetch_with(&fetcher, &request(&server.url.replace("127.0.0.1", "localhost"))).await;
    assert!(matches!(outcome, Ok(Fetched::Body(_))), "{outcome:?}");
}

#[tokio::test]
async fn redirects_do_not_lead_into_private_networks_or_off_the_web() {
    let check = async |location: &str, class: FailureClass, words: &str| {
        let server = Server::bytes(answer("302 Found", &[&format!("Location: {location}")], b"")).await;
        check_failure(&server.url, class, words).await;
        assert_eq!(server.seen().len(), 1, "{location}");
    };
    check("http://127.0.0.2/", FailureClass::BlockedAddress, "127.0.0.2 (loopback)").await;
    check("http://[::1]/", FailureClass::BlockedAddress, "loopback").await;
    check("http://169.254.169.254/latest", FailureClass::BlockedAddress, "cloud metadata").await;
    check("file:///etc/passwd", FailureClass::Redirect, "file:").await;
    check("javascript:alert(1)", FailureClass::Redirect, "javascript:").await;
    check("http://[", FailureClass::Redirect, "no URL").await;
    check("", FailureClass::Redirect, "without a target").await;
    check(&"a".repeat(60_000), FailureClass::Redirect, "8 KiB").await;
    check("/feed", FailureClass::Redirect, "redirect loop").await;
}

#[tokio::test]
async fn redirects_end_at_the_limit() {
    let server = Server::start(|request| {
        let n: usize = request.split(['/', ' ']).find_map(|word| word.parse().ok()).unwrap_or_default();
        Answer::Bytes(answer("302 Found", &[&format!("Location: /{}", n + 1)], b""))
    })
    .await;
    check_failure(&server.url, FailureClass::Redirect, "more than 5 redirects").await;
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn a_missing_host_is_named() {
    let failure = check_failure("http://name.invalid/feed?key=geheim", FailureClass::Dns, "name.invalid").await;
    assert!(!failure.detail.contains("geheim"));
}

#[tokio::test]
async fn a_refused_connection_is_named() {
    let server = Server::bytes("").await;
    let url = server.url.clone();
    drop(server);
    tokio::time::sleep(Duration::from_millis(20)).await;
    check_failure(&url, FailureClass::Network, "127.0.0.1").await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_a_bad_url() {
    check_failure("ftp://example.org/", FailureClass::BadUrl, "neither http nor https").await;
    check_failure("nonsense", FailureClass::BadUrl, "not a URL").await;
    let headers = vec![("X Y".into(), "geheim".into())];
    let outcome = fetch_with(&fetcher(&policy()), &FetchRequest { headers, ..request("http://127.0.0.1/") }).await;
    let failure = check_failure_of(outcome, FailureClass::BadUrl, "`X Y`");
    assert!(!failure.detail.contains("geheim"));
}
