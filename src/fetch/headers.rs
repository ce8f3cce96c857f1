//! What the headers of an answer say: validators to remember, and how often to come.

use std::time::SystemTime;

use jiff::SignedDuration;
use reqwest::header::{
    AGE, CACHE_CONTROL, CONTENT_TYPE, DATE, ETAG, EXPIRES, HeaderMap, HeaderName, LAST_MODIFIED, RETRY_AFTER,
};

use crate::clock::Clock;
use crate::domain::feed::{PollHints, Validators};

/// Longer ETags are dropped: they would be sent back with every request.
const ETAG_BYTES_MAX: usize = 1024;
/// A date needs 29 bytes; other habits a few more.
const LAST_MODIFIED_BYTES_MAX: usize = 128;
/// A longer `Content-Type` is no media type.
const CONTENT_TYPE_BYTES_MAX: usize = 256;
/// No server's word holds us off longer than this.
const RETRY_AFTER_MAX: SignedDuration = SignedDuration::from_hours(24);
/// Ten years of freshness mean "for ever"; the schedule cuts it down further.
const FRESH_MAX: SignedDuration = SignedDuration::from_hours(366 * 24);

/// `ETag`, `Last-Modified` and the hash of the body, as far as they can be remembered and sent back.
pub(super) fn validators(headers: &HeaderMap, body_hash: String) -> Validators {
    Validators {
        etag: text(headers, ETAG, ETAG_BYTES_MAX),
        last_modified: text(headers, LAST_MODIFIED, LAST_MODIFIED_BYTES_MAX),
        body_hash: Some(body_hash),
    }
}

/// `Content-Type` as sent.
pub(super) fn content_type(headers: &HeaderMap) -> Option<String> {
    text(headers, CONTENT_TYPE, CONTENT_TYPE_BYTES_MAX)
}

/// Freshness (RFC 9111, section 4.2) and `Retry-After` (RFC 9110, section 10.2.3).
pub(super) fn hints(headers: &HeaderMap) -> PollHints {
    PollHints { fresh_for: fresh_for(headers), retry_after: retry_after(headers), ..PollHints::default() }
}

/// `max-age`, or `Expires` where there is none, less the time the answer has spent in caches.
fn fresh_for(headers: &HeaderMap) -> Option<SignedDuration> {
    let directives = directives(headers);
    let is = |name: &str| directives.iter().any(|d| d == name);
    if is("no-cache") || is("no-store") {
        return None;
    }
    let age = headers.get(AGE).and_then(|value| seconds(value.to_str().ok()?)).unwrap_or_default();
    let fresh = match directives.iter().find_map(|d| d.strip_prefix("max-age=")) {
        Some(max_age) => seconds(max_age.trim_matches('"'))?,
        None => date(headers, EXPIRES).map(|at| since(at, sent_at(headers)))?,
    };
    Some((fresh.min(FRESH_MAX)).saturating_sub(age)).filter(SignedDuration::is_positive)
}

fn directives(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).take(32).map(|d| d.trim().to_ascii_lowercase()).collect()
}

/// Seconds or a date, between none and a day; a past date or a negative number is none.
fn retry_after(headers: &HeaderMap) -> Option<SignedDuration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match value.strip_prefix('-') {
        Some(number) => seconds(number).map(|_| SignedDuration::ZERO),
        None => seconds(value),
    };
    let wait = match wait {
        Some(wait) => wait,
        None => date(headers, RETRY_AFTER).map(|at| since(at, sent_at(headers)))?,
    };
    Some(wait.clamp(SignedDuration::ZERO, RETRY_AFTER_MAX))
}

/// A number of seconds; one too large for any clock is a year.
fn seconds(text: &str) -> Option<SignedDuration> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().map_or(FRESH_MAX, SignedDuration::from_secs).min(FRESH_MAX))
}

/// By the server's own clock where it shows one, so that a wrong clock on either side does no harm.
fn sent_at(headers: &HeaderMap) -> SystemTime {
    date(headers, DATE).unwrap_or_else(|| SystemTime::from(Clock::System.now()))
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?.trim()).ok()
}

fn since(at: SystemTime, start: SystemTime) -> SignedDuration {
    at.duration_since(start).ok().and_then(|span| SignedDuration::try_from(span).ok()).unwrap_or_default()
}

fn text(headers: &HeaderMap, name: HeaderName, bytes_max: usize) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    (!value.is_empty() && value.len() <= bytes_max).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let parse = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).expect("value"))
        };
        lines.iter().map(parse).collect()
    }

    fn check_fresh(lines: &[(&'static str, &str)], seconds: Option<i64>) {
        assert_eq!(hints(&headers(lines)).fresh_for.map(|d| d.as_secs()), seconds, "{lines:?}");
    }

    fn check_retry(lines: &[(&'static str, &str)], seconds: Option<i64>) {
        assert_eq!(hints(&headers(lines)).retry_after.map(|d| d.as_secs()), seconds, "{lines:?}");
    }

    const NOON: (&str, &str) = ("date", "Mon, 23 Nov 2026 12:00:00 GMT");

    #[test]
    fn freshness_comes_from_max_age_before_expires() {
        check_fresh(&[("cache-control", "public, Max-Age=600")], Some(600));
        check_fresh(&[("cache-control", "max-age=600"), ("age", "200")], Some(400));
        check_fresh(&[NOON, ("expires", "Mon, 23 Nov 2026 13:00:00 GMT")], Some(3600));
        check_fresh(&[NOON, ("cache-control", "max-age=60"), ("expires", "Mon, 23 Nov 2026 13:00:00 GMT")], Some(60));
    }

    #[test]
    fn freshness_that_is_none_or_nonsense_is_not_believed() {
        check_fresh(&[], None);
        check_fresh(&[("cache-control", "no-cache, max-age=600")], None);
        check_fresh(&[("cache-control", "max-age=-5")], None);
        check_fresh(&[("cache-control", "max-age=0")], None);
        check_fresh(&[("cache-control", "max-age=60"), ("age", "90")], None);
        check_fresh(&[NOON, ("expires", "0")], None);
        check_fresh(&[NOON, ("expires", "Mon, 23 Nov 2026 11:00:00 GMT")], None);
        check_fresh(&[("cache-control", "max-age=99999999999999999999")], Some(FRESH_MAX.as_secs()));
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        check_retry(&[("retry-after", "120")], Some(120));
        check_retry(&[NOON, ("retry-after", "Mon, 23 Nov 2026 12:30:00 GMT")], Some(1800));
        check_retry(&[("retry-after", "Mon, 23 Nov 2099 12:30:00 GMT")], Some(86_400));
    }

    #[test]
    fn retry_after_stays_between_none_and_a_day() {
        check_retry(&[("retry-after", "999999999999999999999999")], Some(86_400));
        check_retry(&[("retry-after", "-30")], Some(0));
        check_retry(&[NOON, ("retry-after", "Mon, 23 Nov 2026 11:30:00 GMT")], Some(0));
        check_retry(&[("retry-after", "soon")], None);
        check_retry(&[("retry-after", "1.5")], None);
    }

    #[test]
    fn validators_are_kept_as_sent_unless_absurd() {
        let sent = validators(&headers(&[("etag", "W/\"a b\""), ("last-modified", "yesterday")]), "h".into());
        let kept = (sent.etag.as_deref(), sent.last_modified.as_deref(), sent.body_hash.as_deref());
        assert_eq!(kept, (Some("W/\"a b\""), Some("yesterday"), Some("h")));
        let (long, just) = ("x".repeat(1025), "x".repeat(1024));
        assert_eq!(validators(&headers(&[("etag", &long)]), String::new()).etag, None);
        assert_eq!(validators(&headers(&[("etag", &just)]), String::new()).etag, Some(just));
        assert_eq!(validators(&headers(&[("last-modified", &"x".repeat(129))]), String::new()).last_modified, None);
        assert_eq!(validators(&headers(&[("etag", "")]), String::new()).etag, None);
    }
}
