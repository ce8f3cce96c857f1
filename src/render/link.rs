//! Links that are safe to put into a mail, and what a reader is shown of where they lead.

use minijinja::Value;
use url::Url;

use crate::text::url::has_login;

/// Longer links are tracking or worse, and would not survive as one line.
const LINK_BYTES_MAX: usize = 900;

/// The link in its ASCII form with the host beside it; `None` unless it is http(s) without user and password.
pub(super) fn safe(link: &str) -> Option<(String, String)> {
    let url = Url::parse(link.trim()).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https");
    let is_plain = !has_login(&url);
    let host = url.host_str()?;
    let shown = host.strip_prefix("www.").unwrap_or(host).to_owned();
    (is_web && is_plain && url.as_str().len() <= LINK_BYTES_MAX).then(|| (url.as_str().to_owned(), shown))
}

/// A filter for links of feeds: the link when it is safe to follow, else nothing.
pub(super) fn web(link: Option<String>) -> Option<String> {
    safe(&link?).map(|(url, _)| url)
}

/// A filter for links inside an HTML attribute: escaped, but with the slashes left readable.
pub(super) fn attribute(link: &str) -> Value {
    let escaped = link.replace('&', "&amp;").replace('"', "%22").replace('\'', "%27");
    Value::from_safe_string(escaped.replace('<', "%3C").replace('>', "%3E"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(link: &str, expected: Option<(&str, &str)>) {
        assert_eq!(safe(link), expected.map(|(l, h)| (l.to_owned(), h.to_owned())), "{link}");
    }

    #[test]
    fn web_links_are_kept_with_their_host() {
        check("https://www.nasa.gov/a?b=c", Some(("https://www.nasa.gov/a?b=c", "nasa.gov")));
        check("https://роскосмос.рф/1", Some(("https://xn--j1aeebbhicc.xn--p1ai/1", "xn--j1aeebbhicc.xn--p1ai")));
    }

    #[test]
    fn everything_else_is_no_link() {
        for link in ["javascript:alert(1)", "data:text/html,x", "ftp://a/b", "https://nasa.gov@evil.example/", "/a", ""]
        {
            check(link, None);
        }
        check(&format!("https://a.example/{}", "x".repeat(1000)), None);
    }

    #[test]
    fn an_attribute_cannot_be_left() {
        assert_eq!(attribute("https://a/?b=\"><script>&'").to_string(), "https://a/?b=%22%3E%3Cscript%3E&amp;%27");
    }
}
