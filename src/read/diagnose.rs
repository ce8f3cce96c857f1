//! What a document is when it is no feed, in words that help whoever put its address into the configuration.

use crate::domain::feed::{FailureClass, PollFailure};
use crate::text::clean;
use crate::text::clean::beginning;
use crate::text::html::entity::decode;
use crate::text::html::token::{Token, Tokens};

/// Only the beginning of a document is looked at.
const HEAD_BYTES: usize = 64 * 1024;

/// Phrases of the pages that stand between us and a feed, and who puts them there. Diagnosed, never evaded.
const WALLS: [(&str, &str); 16] = [
    ("attention required! | cloudflare", "Cloudflare has blocked us"),
    ("cf-browser-verification", "Cloudflare asks for a browser check"),
    ("/cdn-cgi/challenge-platform", "Cloudflare asks for a browser check"),
    ("cf-chl-", "Cloudflare asks for a browser check"),
    ("<title>just a moment...", "Cloudflare asks for a browser check"),
    ("ddos-guard", "DDoS-Guard asks for a browser check"),
    ("_incapsula_resource", "Imperva Incapsula has blocked us"),
    ("captcha-delivery.com", "DataDome asks for a captcha"),
    ("smartcaptcha", "Yandex SmartCaptcha asks for a captcha"),
    ("g-recaptcha", "the site asks for a captcha (reCAPTCHA)"),
    ("h-captcha", "the site asks for a captcha (hCaptcha)"),
    ("hcaptcha.com", "the site asks for a captcha (hCaptcha)"),
    ("qrator", "Qrator has blocked us"),
    ("servicepipe.ru", "Servicepipe asks for a browser check"),
    ("errors.edgesuite.net", "Akamai has blocked us"),
    ("px-captcha", "PerimeterX asks for a captcha"),
];

/// Files by their first bytes.
const MAGIC: [(&[u8], &str); 10] = [
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1F\x8B", "gzip data that was not declared as such"),
    (b"\x28\xB5\x2F\xFD", "zstd data that was not declared as such"),
    (b"RIFF", "a RIFF file (WebP, WAV)"),
    (b"\x7FELF", "a program"),
    (b"\x00\x00\x01\x00", "an icon"),
];

/// A binary file, by its first bytes.
pub fn binary(bytes: &[u8]) -> Option<PollFailure> {
    let found = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic))?;
    Some(PollFailure::new(FailureClass::NotAFeed, format!("not a feed but {}", found.1)))
}

/// Whether the document is an HTML page, by its first element.
pub fn is_html(text: &str) -> bool {
    let first = Tokens::new(text).find_map(|t| match t {
        Token::Start { name, .. } => Some(name),
        _ => None,
    });
    first.is_some_and(|name| ["html", "head", "body", "title", "meta"].iter().any(|h| name.eq_ignore_ascii_case(h)))
}

/// The failure for a text that is no feed: a wall, a page, or whatever its root element is.
pub fn text(text: &str) -> PollFailure {
    let head = beginning(text, HEAD_BYTES);
    let lower = head.to_lowercase();
    // Ordinary pages carry the same scripts beside their forms; walls are short.
    let wall = WALLS.iter().find(|(sign, _)| text.len() <= HEAD_BYTES && lower.contains(sign));
    if let Some((_, who)) = wall {
        return PollFailure::new(FailureClass::BotWall, format!("{who} instead of showing the feed"));
    }
    let detail = if is_html(head) || lower.contains("<!doctype html") {
        match title(head) {
            Some(title) => format!("not a feed but an HTML page titled `{title}`"),
            None => "not a feed but an HTML page without a title".to_owned(),
        }
    } else if head.trim_start().starts_with(['{', '[']) {
        "not a feed but other JSON".to_owned()
    } else if let Some(root) = root(head) {
        format!("not a feed but an XML document with the root `{root}`")
    } else {
        format!("not a feed but text: `{}`", clean::line(head, 60))
    };
    PollFailure::new(FailureClass::NotAFeed, detail)
}

fn title(html: &str) -> Option<String> {
    let mut tokens =
        Tokens::new(html).skip_while(|t| !matches!(t, Token::Start { name, .. } if name.eq_ignore_ascii_case("title")));
    tokens.next()?;
    match tokens.next()? {
        Token::Text(raw) => Some(clean::line(&decode(raw), 120)).filter(|t| !t.is_empty()),
        _ => None,
    }
}

fn root(text: &str) -> Option<String> {
    Tokens::new(text).find_map(|t| match t {
        Token::Start { name, .. } => Some(clean::line(name, 40)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(document: &str, class: FailureClass, detail: &str) {
        let failure = text(document);
        assert_eq!((failure.class, failure.detail.as_str()), (class, detail), "{document}");
    }

    #[test]
    fn a_page_is_named_by_its_title() {
        let page = "<!DOCTYPE html><html><head><title> News &amp;\n more </title></head><body>x</body></html>";
        check(page, FailureClass::NotAFeed, "not a feed but an HTML page titled `News & more`");
        check("<html><body>x", FailureClass::NotAFeed, "not a feed but an HTML page without a title");
    }

    #[test]
    fn a_wall_is_named_by_its_builder() {
        let page = "<html><title>Just a moment...</title></html>";
        check(page, FailureClass::BotWall, "Cloudflare asks for a browser check instead of showing the feed");
        let long = format!("<html><title>Home</title><div class='g-recaptcha'>{}", "words ".repeat(20_000));
        check(&long, FailureClass::NotAFeed, "not a feed but an HTML page titled `Home`");
    }

    #[test]
    fn anything_else_is_named_by_what_it_begins_with() {
        check("<opml version='2.0'/>", FailureClass::NotAFeed, "not a feed but an XML document with the root `opml`");
        check("{\"a\": 1}", FailureClass::NotAFeed, "not a feed but other JSON");
        check("Not\u{1b}[31m found", FailureClass::NotAFeed, "not a feed but text: `Not[31m found`");
        assert_eq!(binary(b"\x89PNG\r\n").map(|f| f.detail), Some("not a feed but a PNG image".to_owned()));
        assert_eq!(binary(b"<rss/>"), None);
    }
}
