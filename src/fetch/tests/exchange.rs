//! What goes over the wire, and what comes back from an honest server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::server::{Answer, FEED, Server, answer, head};
use super::*;

const ETAG: &str = "ETag: \"v1\"";
pub(super) const GZIP: &str = "1f8b0800000000000003b3292a2e56284b2d2acecccfb35537d23350b7b349ce48cccb4bcdb1b329c92cc949b52bb1d187306cf4e132\
                    fa45c5c5760046fbe2843c000000";
pub(super) const BROTLI: &str =
    "1b3b00201c07b939f21634c5e167a2e6f199a39b2f327279e202030e39707e5b9ce401053b60e3b4c3326f9f7eb54cb8680f41a2a900";
const DEFLATE: &str = "789cb3292a2e56284b2d2acecccfb35537d23350b7b349ce48cccb4bcdb1b329c92cc949b52bb1d187306cf4e132fa45c5c5760075e2\
                       14c5";
const ZSTD: &str = "28b52ffd0458bd0100d4023c7273732076657273696f6e3d27322e30273e3c6368616e6e656c3e3c7469746c653e743c2f3c2f2f727373\
                    3e02003d0b3687f204c65b091d";

pub(super) fn unhex(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("hex"), 16).expect("hex");
    digits.chunks(2).map(pair).collect()
}

/// A 304 to those who know the ETag, the feed to all others.
fn conditional(request: &str) -> Answer {
    match request.to_lowercase().contains("if-none-match: \"v1\"") {
        true => Answer::Kept(head("304 Not Modified", &[ETAG, "Cache-Control: max-age=900"])),
        false => Answer::Kept(answer("200 OK", &[ETAG, "Last-Modified: Mon, 23 Nov 2026 12:00:00 GMT"], FEED)),
    }
}

#[tokio::test]
async fn a_feed_comes_with_its_bytes_type_validators_and_hints() {
    let lines = [ETAG, "Content-Type: text/xml; charset=x", "Cache-Control: max-age=60", "Last-Modified: then"];
    let server = Server::bytes(answer("200 OK", &lines, FEED)).await;
    let response = body(&server.url).await;
    assert_eq!(response.bytes, FEED);
    assert_eq!(response.content_type.as_deref(), Some("text/xml; charset=x"));
    assert_eq!((response.url.as_str(), response.permanent_url), (server.url.as_str(), None));
    assert_eq!(response.validators.etag.as_deref(), Some("\"v1\""));
    assert_eq!(response.validators.last_modified.as_deref(), Some("then"));
    assert_eq!(response.validators.body_hash, Some(blake3::hash(FEED).to_hex().to_string()));
    assert_eq!(response.hints.fresh_for, Some(SignedDuration::from_secs(60)));
}

#[tokio::test]
async fn the_request_says_who_asks_and_what_is_understood() {
    let server = Server::bytes(answer("200 OK", &[], FEED)).await;
    let mut ask = request(&server.url.replace("http://", "http://desk:s%20t@"));
    ask.headers = vec![("X-Token".into(), "abc".into())];
    let Ok(Fetched::Body(response)) = fetch_with(&fetcher(&policy()), &ask).await else { panic!("no body") };
    assert_eq!(response.url.as_str(), server.url, "the login is no part of links");
    let seen = server.seen().remove(0);
    for line in [
        concat!("user-agent: orbitwire/", env!("CARGO_PKG_VERSION"), " (+mailto:desk@example.org)"),
        "accept: application/rss+xml",
        "x-token: abc",
        "authorization: basic zgvzazpzihq=",
    ] {
        assert!(seen.contains(line), "{seen} lacks {line}");
    }
    for coding in ["gzip", "br", "zstd", "deflate"] {
        assert!(seen.lines().any(|l| l.starts_with("accept-encoding:") && l.contains(coding)), "{seen}");
    }
    for absent in ["if-none-match", "if-modified-since", "cookie", "referer"] {
        assert!(!seen.contains(absent), "{seen} has {absent}");
    }
}

#[tokio::test]
async fn validators_are_sent_and_a_304_is_believed() {
    let server = Server::start(conditional).await;
    let fetcher = fetcher(&policy());
    let Ok(Fetched::Body(first)) = fetch_with(&fetcher, &request(&server.url)).await else { panic!("no body") };
    let again = FetchRequest { validators: first.validators, ..request(&server.url) };
    let second = fetch_with(&fetcher, &again).await.expect("answer");
    let Fetched::NotModified { hints, permanent_url: None } = second else { panic!("{second:?}") };
    assert_eq!(hints.fresh_for, Some(SignedDuration::from_mins(15)));
    assert!(server.seen()[1].contains("if-modified-since: mon, 23 nov 2026 12:00:00 gmt"));
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_a_failure() {
    let server = Server::bytes(head("304 Not Modified", &[])).await;
    let failure =
        check_failure(&server.url, FailureClass::Network, "304 Not Modified to a request for the whole").await;
    assert_eq!(failure.status, Some(304));
}

/// A server that answers every conditional request with 412, and all others with `status`.
async fn check_412(validators: Validators, status: &'static str) -> (Result<Fetched, PollFailure>, usize) {
    let server = Server::start(move |request| match request.to_lowercase().contains("\nif-") {
        true => Answer::Bytes(answer("412 Precondition Failed", &[], b"")),
        false => Answer::Bytes(answer(status, &[], FEED)),
    })
    .await;
    let fetched = fetch_with(&fetcher(&policy()), &FetchRequest { validators, ..request(&server.url) }).await;
    (fetched, server.seen().len())
}

#[tokio::test]
async fn a_412_to_a_condition_is_asked_again_without_it_and_only_once() {
    let known = Validators { etag: Some("\"v1\"".into()), ..Validators::default() };
    let (fetched, n_asked) = check_412(known.clone(), "200 OK").await;
    assert!(matches!(fetched, Ok(Fetched::Body(_))), "{fetched:?}");
    assert_eq!(n_asked, 2);
    let (failed, n_asked) = check_412(known, "412 Precondition Failed").await;
    check_failure_of(failed, FailureClass::NotFound, "412");
    assert_eq!(n_asked, 2);
}

#[tokio::test]
async fn a_412_to_a_request_without_conditions_is_a_failure() {
    let (failed, n_asked) = check_412(Validators::default(), "412 Precondition Failed").await;
    check_failure_of(failed, FailureClass::NotFound, "412");
    assert_eq!(n_asked, 1);
}

#[tokio::test]
async fn every_content_coding_is_undone() {
    // Some servers leave out the wrapper of zlib: two bytes in front and four behind.
    let zlib: String = DEFLATE.split_whitespace().collect();
    let bare = &zlib[4..zlib.len() - 8];
    let known =
        [("gzip", GZIP), ("x-gzip", GZIP), ("br", BROTLI), ("deflate", DEFLATE), ("deflate", bare), ("zstd", ZSTD)];
    for (coding, packed) in known {
        let server = Server::bytes(answer("200 OK", &[&format!("Content-Encoding: {coding}")], &unhex(packed))).await;
        assert_eq!(body(&server.url).await.bytes, FEED, "{coding}");
    }
    let server = Server::bytes(answer("200 OK", &["Content-Encoding: identity"], FEED)).await;
    assert_eq!(body(&server.url).await.bytes, FEED);
}

#[tokio::test]
async fn a_chunked_body_and_one_that_ends_with_the_connection_are_whole() {
    let chunked = [&head("200 OK", &["Transfer-Encoding: chunked"])[..], b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"].concat();
    assert_eq!(body(&Server::bytes(chunked).await.url).await.bytes, b"abcde");
    let closed = [&head("200 OK", &["Connection: close"])[..], FEED].concat();
    assert_eq!(body(&Server::bytes(closed).await.url).await.bytes, FEED);
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_meanwhile_costs_nothing() {
    // It says good-bye to nobody: the second request meets a closed door.
    let server = Server::start(|request| match request.contains("/moved") {
        true => Answer::Bytes(answer("200 OK", &[], FEED)),
        false => Answer::Bytes(answer("302 Found", &["Location: /moved"], b"")),
    })
    .await;
    for _ in 0..20 {
        assert_eq!(body(&server.url).await.bytes, FEED);
    }
}

#[tokio::test]
async fn connections_are_used_again() {
    let server = Server::start(conditional).await;
    let fetcher = fetcher(&policy());
    for _ in 0..5 {
        fetch_with(&fetcher, &request(&server.url)).await.expect("answer");
    }
    assert_eq!(server.n_connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_host_that_says_much_in_its_headers_is_asked_twice_only_the_first_time() {
    for (n_lines, n_asked) in [(90, 2), (300, 3)] {
        let server = Server::always(Answer::Bytes(answer("200 OK", &["X-Policy: a"].repeat(n_lines), FEED))).await;
        let fetcher = fetcher(&policy());
        for _ in 0..2 {
            assert!(matches!(fetch_with(&fetcher, &request(&server.url)).await, Ok(Fetched::Body(_))));
        }
        assert_eq!(server.seen().len(), n_asked, "{n_lines} lines");
    }
}

/// Serves the feed at /end and redirects from everywhere else, one status after the other.
async fn redirecting(statuses: &'static [&'static str]) -> Server {
    let n = Arc::new(AtomicUsize::new(0));
    Server::start(move |request| {
        if request.starts_with("GET /end ") {
            return Answer::Bytes(answer("200 OK", &[], FEED));
        }
        let i = n.fetch_add(1, Ordering::SeqCst);
        let to = if i + 1 == statuses.len() { "/end".to_owned() } else { format!("/{i}") };
        Answer::Bytes(answer(statuses[i], &[&format!("Location: {to}")], b"moved"))
    })
    .await
}

#[tokio::test]
async fn redirects_are_followed_and_permanent_ones_remembered() {
    let all_permanent = redirecting(&["301 Moved Permanently", "308 Permanent Redirect"]).await;
    let response = body(&all_permanent.url).await;
    assert_eq!(response.url.as_str(), all_permanent.at("/end"));
    assert_eq!(response.permanent_url, Some(all_permanent.at("/end")));
    for one_temporary in [&["301 X", "302 Found"], &["307 X", "301 X"], &["303 See Other", "308 X"]] {
        let server = redirecting(one_temporary).await;
        let response = body(&server.url).await;
        assert_eq!((response.url.as_str(), response.permanent_url), (&*server.at("/end"), None), "{one_temporary:?}");
    }
}

#[tokio::test]
async fn a_304_behind_a_permanent_redirect_counts_as_a_sighting() {
    let server = Server::start(|request| match request.starts_with("GET /new ") {
        true => conditional(request),
        false => Answer::Bytes(answer("301 Moved Permanently", &["Location: /new"], b"")),
    })
    .await;
    let validators = Validators { etag: Some("\"v1\"".into()), ..Validators::default() };
    let fetched = fetch_with(&fetcher(&policy()), &FetchRequest { validators, ..request(&server.url) }).await;
    let Ok(Fetched::NotModified { permanent_url, .. }) = fetched else { panic!("{fetched:?}") };
    assert_eq!(permanent_url, Some(server.at("/new")));
}

#[tokio::test]
async fn credentials_stay_behind_when_a_redirect_leaves_the_server() {
    let stranger = Server::bytes(answer("200 OK", &[], FEED)).await;
    let to = format!("Location: {}", stranger.url);
    let server = Server::bytes(answer("301 Moved Permanently", &[&to], b"")).await;
    let mut ask = request(&server.url.replace("http://", "http://desk:secret@"));
    ask.headers = vec![("X-Token".into(), "abc".into())];
    let Ok(Fetched::Body(response)) = fetch_with(&fetcher(&policy()), &ask).await else { panic!("no body") };
    assert_eq!(response.permanent_url, None);
    assert!(server.seen()[0].contains("x-token") && server.seen()[0].contains("authorization"));
    assert!(!stranger.seen()[0].contains("x-token") && !stranger.seen()[0].contains("authorization"));
    assert!(stranger.seen()[0].contains("user-agent: orbitwire/"));
}

#[tokio::test]
async fn credentials_travel_along_on_the_same_server() {
    let server = redirecting(&["302 Found"]).await;
    let mut ask = request(&server.url.replace("http://", "http://desk:secret@"));
    ask.headers = vec![("X-Token".into(), "abc".into())];
    fetch_with(&fetcher(&policy()), &ask).await.expect("answer");
    assert!(server.seen()[1].contains("x-token") && server.seen()[1].contains("authorization"));
}

#[tokio::test]
async fn a_proxy_is_used_when_configured_but_leads_to_no_private_address() {
    let proxy = Server::bytes(answer("200 OK", &[], FEED)).await;
    for host in ["127.0.0.1", "localhost"] {
        let configured = proxy.at("").replace("127.0.0.1", host);
        let fetcher = fetcher(&HttpPolicy { proxy: Some(configured), allow_networks: Vec::new(), ..policy() });
        let fetched = fetch_with(&fetcher, &request("http://name.invalid/feed")).await;
        assert!(matches!(fetched, Ok(Fetched::Body(_))), "{fetched:?}");
        let refused = fetch_with(&fetcher, &request("http://10.0.0.1/feed")).await;
        check_failure_of(refused, FailureClass::BlockedAddress, "10.0.0.1 (private)");
        let refused = fetch_with(&fetcher, &request("http://localhost/feed")).await;
        check_failure_of(refused, FailureClass::BlockedAddress, "127.0.0.1 (loopback)");
    }
    assert!(proxy.seen().iter().all(|seen| seen.starts_with("get http://name.invalid/feed ")));
    assert_eq!(proxy.seen().len(), 2);
}

#[tokio::test]
async fn what_fails_at_the_proxy_is_told_of_the_proxy() {
    let behind = |proxy: String| fetcher(&HttpPolicy { proxy: Some(proxy), ..policy() });
    let gone = behind("http://desk:secret@127.0.0.1:9".into());
    let refused = fetch_with(&gone, &request("http://name.invalid/feed")).await;
    check_failure_of(refused, FailureClass::Network, "no connection to the proxy 127.0.0.1:9: ");
    let locked = Server::bytes(answer("407 Proxy Authentication Required", &[], b"")).await;
    let refused = fetch_with(&behind(locked.at("")), &request("https://name.invalid/feed")).await;
    check_failure_of(refused, FailureClass::Refused, "wants a login");
    let lost = Server::bytes(answer("502 Bad Gateway", &[], b"")).await;
    let refused = fetch_with(&behind(lost.at("")), &request("https://name.invalid/feed")).await;
    check_failure_of(refused, FailureClass::Network, "found no way to name.invalid");
}

#[test]
fn a_fetch_that_has_not_begun_weighs_little() {
    let (fetcher, request) = (fetcher(&policy()), request("http://127.0.0.1/"));
    assert!(size_of_val(&fetcher.fetch(&request)) <= 512);
    let gate = crate::fetch::hosts::HostGate::new(&policy());
    assert!(size_of_val(&gate.enter("http://127.0.0.1/")) <= 512);
}
