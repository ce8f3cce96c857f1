//! One stop on the way to a feed: where it is, how we got there, and which credentials may still travel.

use url::Url;

use super::address::AddressGuard;
use crate::domain::feed::{FailureClass, PollFailure};
use crate::text::url::masked;

/// Longer URLs are refused: no feed has one, and each hop keeps its own.
const URL_BYTES_MAX: usize = 8 * 1024;

/// The present stop and the way that led to it.
pub(super) struct Hop {
    /// Without fragment; with user and password while they may travel.
    pub(super) url: Url,
    /// Whether the feed's own headers and login still go to this server.
    pub(super) trusted: bool,
    has_credentials: bool,
    permanent: bool,
    /// Where we have been before, oldest first; as long as the redirect limit at most.
    passed: Vec<Url>,
}

impl Hop {
    /// The configured URL, checked.
    pub(super) fn first(url: &str, has_headers: bool, guard: &AddressGuard) -> Result<Self, PollFailure> {
        let failure = |what: &str| PollFailure::new(FailureClass::BadUrl, format!("{what}: `{}`", short(&masked(url))));
        if url.len() > URL_BYTES_MAX {
            return Err(PollFailure::new(FailureClass::BadUrl, format!("URL over {} KiB", URL_BYTES_MAX / 1024)));
        }
        let mut url = Url::parse(url.trim()).map_err(|e| failure(&format!("not a URL ({e})")))?;
        if !is_web(&url) {
            return Err(failure("neither http nor https"));
        }
        url.set_fragment(None);
        check_address(guard, &url)?;
        let has_credentials = has_headers || has_login(&url);
        Ok(Self { url, trusted: true, has_credentials, permanent: true, passed: Vec::new() })
    }

    /// Redirects followed so far.
    pub(super) fn n_redirects(&self) -> usize {
        self.passed.len()
    }

    /// Goes where `location` points, if that may be gone to. `permanent`: the redirect was a 301 or 308.
    pub(super) fn follow(&mut self, location: &str, permanent: bool, guard: &AddressGuard) -> Result<(), PollFailure> {
        let next = self.target(location)?;
        check_address(guard, &next)?;
        let trusted = self.trusted && is_same_server(&self.url, &next);
        if trusted && self.has_credentials && self.url.scheme() == "https" && next.scheme() == "http" {
            return Err(refused("redirect from https to http would show the credentials"));
        }
        let next = if trusted { with_login_of(&self.url, next) } else { next };
        if next == self.url || self.passed.contains(&next) {
            return Err(refused(format!("redirect loop at {}", short(&masked(next.as_str())))));
        }
        // Kept for good, a redirect to a stranger would hand the stranger what belongs to the feed.
        self.permanent &= permanent && (trusted || !self.has_credentials);
        self.trusted = trusted;
        self.passed.push(std::mem::replace(&mut self.url, next));
        Ok(())
    }

    /// The URL to keep, when the whole way here was permanent.
    pub(super) fn permanent_url(&self) -> Option<String> {
        (self.permanent && self.n_redirects() > 0).then(|| self.url.to_string())
    }

    /// The URL for people and as the base of links.
    pub(super) fn public_url(&self) -> Url {
        without_login(self.url.clone())
    }

    fn target(&self, location: &str) -> Result<Url, PollFailure> {
        if location.len() > URL_BYTES_MAX {
            return Err(refused(format!("redirect to a URL over {} KiB", URL_BYTES_MAX / 1024)));
        }
        let not_a_url =
            |e: url::ParseError| refused(format!("redirect to `{}`, which is no URL ({e})", short(location)));
        let mut next = self.url.join(location).map_err(not_a_url)?;
        if !is_web(&next) {
            return Err(refused(format!("redirect to {}:, which is neither http nor https", short(next.scheme()))));
        }
        next.set_fragment(None);
        // A relative target inherits the login, an absolute one may bring its own: neither is the server's to choose.
        Ok(without_login(next))
    }
}

fn check_address(guard: &AddressGuard, url: &Url) -> Result<(), PollFailure> {
    guard.check_literal(url).map_err(|blocked| PollFailure::new(FailureClass::BlockedAddress, blocked.to_string()))
}

fn refused(what: impl Into<String>) -> PollFailure {
    PollFailure::new(FailureClass::Redirect, what)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty())
}

/// Same host and port; the step from the http to the https port counts as the same server.
fn is_same_server(from: &Url, to: &Url) -> bool {
    let default_ports = [from, to].iter().all(|url| url.port().is_none());
    from.host_str() == to.host_str() && (default_ports || from.port_or_known_default() == to.port_or_known_default())
}

fn has_login(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

fn without_login(mut url: Url) -> Url {
    // Both fail only for URLs without a host, which `is_web` has sorted out.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

fn with_login_of(from: &Url, mut to: Url) -> Url {
    let _ = to.set_username(from.username());
    let _ = to.set_password(from.password());
    to
}

/// Enough of a hostile text to recognise it by, on one line.
pub(super) fn short(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    if line.len() < text.len() { format!("{line}…") } else { line }
}

#[cfg(test)]
mod tests {
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
        for url in ["file:///etc/passwd", "ftp://example.org/", "example.org", "", "http://", "unix:/run/x", "data:,x"]
        {
            assert_eq!(first(url, false).err(), Some(FailureClass::BadUrl), "{url}");
        }
        assert_eq!(first("http://[::1]/", false).err(), Some(FailureClass::BlockedAddress));
    }

    #[test]
    fn a_bad_url_is_named_without_its_secrets() {
        let failure =
            Hop::first("ftp://user:geheim@example.org/?token=geheim", false, &guard()).err().expect("failure");
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
        let gone = follow("https://u:p@example.org/a", false, &["https://evil.example/", "https://example.org/b"]);
        let gone = gone.expect("hop");
        assert_eq!((gone.url.as_str(), gone.trusted), ("https://example.org/b", false));
        assert_eq!(
            follow("https://example.org/a", false, &["https://x:y@example.org/b"]).map(|h| h.url.to_string()),
            Ok("https://example.org/b".to_owned())
        );
    }

    #[test]
    fn another_port_is_another_server_but_https_is_an_upgrade() {
        assert_eq!(
            follow("http://example.org:8080/", true, &["http://example.org:9090/"]).map(|h| h.trusted),
            Ok(false)
        );
        assert_eq!(follow("http://example.org/", true, &["https://example.org/"]).map(|h| h.trusted), Ok(true));
    }

    #[test]
    fn credentials_never_go_from_https_to_http() {
        assert_eq!(
            follow("https://u:p@example.org/", false, &["http://example.org/"]).err(),
            Some(FailureClass::Redirect)
        );
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
}
