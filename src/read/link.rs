//! Links: absolute, http or https, or none at all.

use url::Url;

use super::raw::RawLink;
use crate::text::clean::without_controls;
use crate::text::url::{has_login, is_everyday, without_login};

/// Longer links are dropped: no browser's address bar and no article needs them.
const LINK_BYTES_MAX: usize = 4096;

/// The absolute form of a link, by its own base or by `fallback`. One that is absolute and clean stays as written,
/// so that it compares equal to what others read. Other schemes than http and https, and hosts that are none,
/// make it `None`.
pub fn absolute(link: &RawLink, fallback: Option<&Url>) -> Option<String> {
    let written = without_controls(link.href.trim());
    if written.is_empty() || written.len() > LINK_BYTES_MAX {
        return None;
    }
    if is_everyday(&written) {
        return Some(written);
    }
    let url = match Url::parse(&written) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => relative(&written, link.base.as_deref().or(fallback))?,
        Err(_) => return None,
    };
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(|h| h.is_empty() || h.contains("..")) {
        return None;
    }
    // `http2.html?from=https://…` begins like an absolute link and holds one, and is none.
    let scheme = written.get(..url.scheme().len()).filter(|s| s.eq_ignore_ascii_case(url.scheme()));
    let rest = scheme.and_then(|scheme| written.get(scheme.len()..)).unwrap_or("");
    // A parser takes the path for the host of a link that has none.
    if [":///", ":\\\\\\"].iter().any(|hostless| rest.starts_with(hostless)) {
        return None;
    }
    if has_login(&url) {
        // The name before the `@` is there to be taken for the host.
        return Some(without_login(url).into());
    }
    let is_absolute = rest.starts_with("://");
    if is_absolute && written.chars().all(is_clean) { Some(written) } else { Some(url.into()) }
}

fn relative(written: &str, base: Option<&Url>) -> Option<Url> {
    if let Some(host) = written.strip_prefix("//").filter(|_| base.is_none()) {
        return Url::parse(&format!("https://{host}")).ok();
    }
    if written.starts_with("www.") {
        return Url::parse(&format!("http://{written}")).ok();
    }
    base?.join(written).ok()
}

fn is_clean(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '\\' | '`' | '^' | '{' | '}')
    } else {
        c.is_alphanumeric()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(href: &str, base: Option<&str>, expected: Option<&str>) {
        let link = RawLink { href: href.to_owned(), base: None };
        let base = base.map(|b| Url::parse(b).unwrap());
        assert_eq!(absolute(&link, base.as_ref()).as_deref(), expected, "{href}");
    }

    #[test]
    fn a_clean_link_stays_as_written() {
        check(" http://example.org ", None, Some("http://example.org"));
        check("https://example.org/новости?a=1&b=2#c", None, Some("https://example.org/новости?a=1&b=2#c"));
    }

    #[test]
    fn what_is_not_clean_is_encoded() {
        check("http://example.org/a b\n/c", None, Some("http://example.org/a%20b/c"));
        check("https://example.org/\u{202e}x", None, Some("https://example.org/%E2%80%AEx"));
    }

    #[test]
    fn relative_links_need_a_base() {
        check("/a", Some("https://example.org/feed/x.xml"), Some("https://example.org/a"));
        check("a", Some("https://example.org/feed/x.xml"), Some("https://example.org/feed/a"));
        check("//example.org/a", None, Some("https://example.org/a"));
        check("www.example.org/a", Some("https://feeds.example.net/"), Some("http://www.example.org/a"));
        check("/a", None, None);
        check("http2.html?u=https://a.b", Some("https://e.org/"), Some("https://e.org/http2.html?u=https://a.b"));
        check("HTTPカ://e.org", Some("https://e.org/"), Some("https://e.org/HTTP%E3%82%AB://e.org"));
    }

    #[test]
    fn a_login_is_left_out() {
        check("https://nasa.gov:pw@evil.example/a", None, Some("https://evil.example/a"));
        check("https://nasa.gov@evil.example/", None, Some("https://evil.example/"));
        check("https://example.org/@user?a=b@c", None, Some("https://example.org/@user?a=b@c"));
    }

    #[test]
    fn only_the_web_is_linked_to() {
        for href in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "mailto:a@e.org",
            "http://",
            "http:///path",
            "https:////path",
            "urn:x:1",
            "",
        ] {
            check(href, Some("https://example.org/"), None);
        }
    }
}
