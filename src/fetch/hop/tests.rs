//! Redirects, without a server: where they may lead and what travels along.

use super::*;

fn guard() -> AddressGuard {
    AddressGuard::new(Vec::new())
}

fn first(url: &str, has_headers: bool) -> Result<Hop, FailureClass> {
    Hop::first(url, has_headers, &guard()).map_err(|failure| failure.class)
}

/// Follows permanent redirects from `url`; what comes of the last one.
fn follow(url: &str, has_headers: bool, locations: &[&str]) -> Result<Hop, FailureClass> {
    let mut hop = first(url, has_headers)?;
    for location in locations {
        hop.follow(location, true, &guard()).map_err(|failure| failure.class)?;
    }
    Ok(hop)
}

fn check_target(url: &str, location: &str, expected: Result<&str, FailureClass>) {
    let target = follow(url, false, &[location]).map(|hop| hop.url.to_string());
    assert_eq!(target, expected.map(str::to_owned), "{location}");
}

#[test]
fn only_web_urls_are_fetched() {
    assert!(first("https://example.org/feed", false).is_ok());
    for url in ["file:///etc/passwd", "ftp://example.org/", "example.org", "", "http://", "unix:/run/x", "data:,x"] {
        assert_eq!(first(url, false).err(), Some(FailureClass::BadUrl), "{url}");
    }
    assert_eq!(first("http://[::1]/", false).err(), Some(FailureClass::BlockedAddress));
}

#[test]
fn a_bad_url_is_named_without_its_secrets() {
    let failure = Hop::first("ftp://user:geheim@example.org/?token=geheim", false, &guard()).err().expect("failure");
    assert!(!failure.detail.contains("geheim"), "{}", failure.detail);
    assert!(failure.detail.contains("example.org"), "{}", failure.detail);
}

#[test]
fn redirects_stay_on_the_web_and_off_private_addresses() {
    let from = "http://example.org/a/feed";
    check_target(from, "b", Ok("http://example.org/a/b"));
    check_target(from, "//example.com/#top", Ok("http://example.com/"));
    check_target(from, "https://example.com/é", Ok("https://example.com/%C3%A9"));
    for location in ["file:///etc/passwd", "javascript:alert(1)", "data:,x", "gopher://example.org/", "http://["] {
        check_target(from, location, Err(FailureClass::Redirect));
    }
    for location in ["http://127.2/", "//2130706434/", "http://[::ffff:127.0.0.2]/", "http://0x7f000002:80/x"] {
        check_target(from, location, Err(FailureClass::BlockedAddress));
    }
    check_target(from, &"x".repeat(60_000), Err(FailureClass::Redirect));
}

#[test]
fn loops_are_noticed_at_once() {
    let pair = follow("http://example.org/a", false, &["/b", "/a"]).err();
    assert_eq!(pair, Some(FailureClass::Redirect));
    assert_eq!(follow("http://example.org/a", false, &["/a#x"]).err(), Some(FailureClass::Redirect));
    assert_eq!(follow("http://example.org/a", false, &["/b", "/c"]).map(|hop| hop.n_redirects()), Ok(2));
}

#[test]
fn the_login_stays_with_its_server() {
    let kept = follow("https://u:p@example.org/a", false, &["/b"]).expect("hop");
    assert_eq!((kept.url.as_str(), kept.trusted), ("https://u:p@example.org/b", true));
    assert_eq!(kept.public_url().as_str(), "https://example.org/b");
    for way in [["https://evil.example/", "https://example.org/b"], ["https://evil.example/", "/2"]] {
        let gone = follow("https://u:p@example.org/a", false, &way).expect("hop");
        assert!(!gone.trusted && !has_login(&gone.url), "{}", gone.url);
    }
}

#[test]
fn a_redirect_cannot_bring_a_login_of_its_own() {
    check_target("https://example.org/a", "https://x:y@example.org/b", Ok("https://example.org/b"));
    check_target("https://example.org/a", "https://x:y@example.com/b", Ok("https://example.com/b"));
}

#[test]
fn another_port_is_another_server_but_https_is_an_upgrade() {
    assert_eq!(follow("http://example.org:8080/", true, &["http://example.org:9090/"]).map(|h| h.trusted), Ok(false));
    assert_eq!(follow("http://example.org/", true, &["https://example.org/"]).map(|h| h.trusted), Ok(true));
}

#[test]
fn credentials_never_go_from_https_to_http() {
    assert_eq!(follow("https://u:p@example.org/", false, &["http://example.org/"]).err(), Some(FailureClass::Redirect));
    assert_eq!(follow("https://example.org/", true, &["http://example.org/"]).err(), Some(FailureClass::Redirect));
    assert!(follow("https://example.org/", false, &["http://example.org/"]).is_ok());
    assert_eq!(follow("https://u:p@example.org/", false, &["http://example.com/"]).map(|h| h.trusted), Ok(false));
}

#[test]
fn a_way_is_permanent_only_as_a_whole() {
    let mut hop = first("http://example.org/a", false).expect("hop");
    assert_eq!(hop.permanent_url(), None);
    hop.follow("/b", true, &guard()).expect("hop");
    assert_eq!(hop.permanent_url().as_deref(), Some("http://example.org/b"));
    hop.follow("/c", false, &guard()).expect("hop");
    assert_eq!(hop.permanent_url(), None);
    hop.follow("/d", true, &guard()).expect("hop");
    assert_eq!(hop.permanent_url(), None);
}

#[test]
fn a_way_that_lost_the_credentials_is_not_kept() {
    let hop = follow("http://example.org/a", true, &["http://example.com/"]).expect("hop");
    assert_eq!(hop.permanent_url(), None);
    let hop = follow("http://u:p@example.org/a", false, &["/b"]).expect("hop");
    assert_eq!(hop.permanent_url().as_deref(), Some("http://u:p@example.org/b"));
}
