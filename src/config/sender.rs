//! How a reader asks for no more mail, as configured.

use super::mail::mailbox;
use super::table::{Source, Table};
use crate::domain::policy::Unsubscribe;

/// Reads the keys `unsubscribe_to` and `unsubscribe_url` of `[mail]`.
pub(super) fn unsubscribe(table: &mut Table<'_>, source: &mut Source) -> Unsubscribe {
    let to = mailbox(table, source, "unsubscribe_to");
    let expected = "an https address with {token} in it, such as \"https://news.example.org/unsubscribe?t={token}\"";
    let url = table.parsed(source, "unsubscribe_url", expected, |text| is_url(text).then(|| text.to_owned()));
    // An address alone: a name would not fit into a `mailto:`.
    let to = to.and_then(|text| crate::text::mailbox::parse(&text).ok()).map(|mailbox| mailbox.email.to_string());
    Unsubscribe { to, url }
}

/// RFC 8058 section 3.1: https, and enough in it to know who asks.
fn is_url(text: &str) -> bool {
    let filled = text.replace("{token}", "0123456789abcdef");
    let is_plain =
        filled.len() <= 900 && filled.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>,{}".contains(&byte));
    let parsed = url::Url::parse(&filled).ok().filter(|url| url.scheme() == "https" && url.has_host());
    text.contains("{token}") && is_plain && parsed.is_some_and(|url| url.password().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_for_a_click_is_https_and_has_its_token() {
        assert!(is_url("https://news.example.org/out/{token}"));
        for bad in [
            "http://news.example.org/{token}",
            "https://news.example.org/out",
            "https://news.example.org/{token}>, <mailto:x@example.org",
            "https://news.example.org/{token}\r\nBcc: x@example.org",
            "mailto:x@example.org?subject={token}",
            "",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
    }
}
