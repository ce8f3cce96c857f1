//! One stop on the way to a feed: where it is, how we got there, and which credentials may still travel.

use url::Url;

use super::address::AddressGuard;
use crate::domain::feed::{FailureClass, PollFailure};
use crate::text::url::{has_login, masked, without_login};

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
mod tests;
