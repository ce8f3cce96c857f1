//! Bot walls: pages that ask for a browser where a feed should be. Diagnosed in words, never evaded.

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, SERVER};

/// Only the beginning of an error page is searched.
const SEARCHED_BYTES: usize = 64 * 1024;

/// Walls that answer 200 are small; a front page with a captcha in its contact form is not.
const WALL_BYTES_MAX: usize = 32 * 1024;

/// Words of pages that want proof of a human, in lower case. Each stands in the page itself of some protection
/// service, not in the talk about one, so that an article on captchas is no wall: they are searched in HTML only.
const MARKS: [&str; 12] = [
    "captcha",
    "cf-chl",
    "challenge-platform",
    "just a moment...",
    "attention required! | cloudflare",
    "checking your browser",
    "verify you are human",
    "are you a robot",
    "enable javascript and cookies",
    "_incapsula_resource",
    "ddos-guard",
    "unusual traffic",
];

/// Services that name themselves in `Server`, with what they are called.
const SERVERS: [(&str, &str); 5] = [
    ("cloudflare", "Cloudflare"),
    ("ddos-guard", "DDoS-Guard"),
    ("qrator", "Qrator"),
    ("akamaighost", "Akamai"),
    ("sucuri", "Sucuri"),
];

/// The wall behind an error status, in words.
pub(super) fn of_error_page(headers: &HeaderMap, code: StatusCode, page: &[u8]) -> Option<String> {
    if let Some(wall) = declared(headers) {
        return Some(wall);
    }
    if !matches!(code.as_u16(), 401 | 403 | 405 | 406 | 429 | 503) {
        return None;
    }
    let text = start(page);
    let marked = MARKS.iter().any(|mark| text.contains(mark));
    let service = service(headers);
    // A firewall rule of Cloudflare answers with a bare number and no challenge.
    let blocked = service == Some("Cloudflare") && (text.contains("cloudflare") || text.contains("error code: 10"));
    (marked || blocked).then(|| wall(service))
}

/// The wall that answered 200 with a page of HTML, in words.
pub(super) fn of_page(headers: &HeaderMap, bytes: &[u8]) -> Option<String> {
    if let Some(wall) = declared(headers) {
        return Some(wall);
    }
    let head = bytes.get(..bytes.len().min(512)).unwrap_or_default().trim_ascii_start().to_ascii_lowercase();
    let is_html = head.starts_with(b"<!doctype html") || head.starts_with(b"<html");
    if !is_html || bytes.len() > WALL_BYTES_MAX {
        return None;
    }
    let text = start(bytes);
    MARKS.iter().any(|mark| text.contains(mark)).then(|| wall(service(headers)))
}

/// What the service says of itself in a header made for it.
fn declared(headers: &HeaderMap) -> Option<String> {
    if headers.contains_key("cf-mitigated") {
        return Some(wall(Some("Cloudflare")));
    }
    headers.contains_key("x-amzn-waf-action").then(|| wall(Some("AWS WAF")))
}

fn service(headers: &HeaderMap) -> Option<&'static str> {
    let server = headers.get(SERVER)?.to_str().ok()?.to_ascii_lowercase();
    SERVERS.iter().find(|(mark, _)| server.contains(mark)).map(|(_, name)| *name)
}

fn wall(service: Option<&str>) -> String {
    match service {
        Some(name) => format!("bot wall of {name}, it lets browsers pass and no feed reader"),
        None => "bot wall, it lets browsers pass and no feed reader".to_owned(),
    }
}

fn start(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..bytes.len().min(SEARCHED_BYTES)).unwrap_or_default()).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v))).collect()
    }

    fn check_error(lines: &[(&'static str, &'static str)], code: u16, page: &str, named: Option<&str>) {
        let code = StatusCode::from_u16(code).expect("status");
        let wall = of_error_page(&headers(lines), code, page.as_bytes());
        assert_eq!(wall.is_some(), named.is_some(), "{lines:?} {code} {page}");
        assert!(wall.unwrap_or_default().contains(named.unwrap_or_default()));
    }

    fn check_page(page: &str, expected: bool) {
        assert_eq!(of_page(&HeaderMap::new(), page.as_bytes()).is_some(), expected, "{page}");
    }

    #[test]
    fn walls_are_named() {
        check_error(&[("cf-mitigated", "challenge")], 403, "", Some("Cloudflare"));
        check_error(&[("server", "cloudflare")], 403, "error code: 1020", Some("Cloudflare"));
        check_error(&[("server", "cloudflare")], 503, "<title>Just a moment...</title>", Some("Cloudflare"));
        check_error(&[("server", "ddos-guard")], 403, "<title>DDOS-GUARD</title>", Some("DDoS-Guard"));
        check_error(&[], 403, "<html>Please solve this CAPTCHA", Some("bot wall"));
        check_error(&[("x-amzn-waf-action", "challenge")], 405, "", Some("AWS"));
    }

    #[test]
    fn plain_refusals_are_no_walls() {
        check_error(&[], 403, "<h1>Forbidden</h1>", None);
        check_error(&[("server", "cloudflare")], 403, "<h1>Subscribers only</h1>", None);
        check_error(&[], 404, "captcha", None);
    }

    #[test]
    fn a_challenge_with_status_200_is_a_wall_but_a_feed_about_captchas_is_not() {
        check_page("\n<!DOCTYPE html><script src=/cdn-cgi/challenge-platform/x></script>", true);
        check_page("<html><body>Are you a robot?</body></html>", true);
        check_page("<?xml version='1.0'?><rss><channel><title>Captcha news</title></channel></rss>", false);
        check_page("<!doctype html><title>News</title>", false);
        check_page(&format!("<!doctype html>captcha{}", "x".repeat(WALL_BYTES_MAX)), false);
    }
}
