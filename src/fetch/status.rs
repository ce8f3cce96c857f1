//! Answers that are not a feed: what each status says about it.

use reqwest::StatusCode;

use super::headers;
use super::{body, wall};
use crate::domain::feed::{FailureClass, PollFailure};

/// The failure that any status but a redirect, 304 and 200 to 203 is. Reads the error page where a bot wall may
/// have written it.
pub(super) async fn failure(mut answer: reqwest::Response) -> PollFailure {
    let code = answer.status();
    let hints = headers::hints(answer.headers());
    let asks_for_rest = hints.retry_after.is_some();
    let page = match code.as_u16() {
        401 | 403 | 405 | 406 | 429 | 503 => body::page_start(&mut answer).await,
        _ => Vec::new(),
    };
    let (class, detail) = match wall::of_error_page(answer.headers(), code, &page) {
        Some(wall) => (FailureClass::BotWall, format!("{}: {wall}", words(code))),
        None => (class(code, asks_for_rest), line(code)),
    };
    PollFailure { class, detail, status: Some(code.as_u16()), hints }
}

/// The failure that a 200 is when its body is empty or the page of a bot wall.
pub(super) fn not_a_body(answer: &reqwest::Response, bytes: &[u8]) -> Option<PollFailure> {
    let code = answer.status();
    let (class, detail) = match wall::of_page(answer.headers(), bytes) {
        Some(wall) => (FailureClass::BotWall, format!("{}: {wall}", words(code))),
        None if bytes.is_empty() => (FailureClass::Empty, format!("{} with an empty body", words(code))),
        None => return None,
    };
    Some(PollFailure { class, detail, status: Some(code.as_u16()), hints: headers::hints(answer.headers()) })
}

/// "Not modified" or a part of the body, though nobody asked for either.
pub(super) fn unasked(code: StatusCode) -> PollFailure {
    let detail = format!("{} to a request for the whole feed", words(code));
    PollFailure { status: Some(code.as_u16()), ..PollFailure::new(FailureClass::Network, detail) }
}

/// "404 Not Found"; the server's own phrase is not repeated.
pub(super) fn words(code: StatusCode) -> String {
    match code.canonical_reason() {
        Some(reason) => format!("{} {reason}", code.as_u16()),
        None => code.as_u16().to_string(),
    }
}

fn class(code: StatusCode, asks_for_rest: bool) -> FailureClass {
    match code.as_u16() {
        204 | 205 => FailureClass::Empty,
        300..=399 => FailureClass::Redirect,
        401 | 403 | 407 => FailureClass::Refused,
        410 => FailureClass::Gone,
        429 => FailureClass::RateLimited,
        503 if asks_for_rest => FailureClass::RateLimited,
        400..=499 => FailureClass::NotFound,
        500..=599 => FailureClass::ServerError,
        _ => FailureClass::Network,
    }
}

fn line(code: StatusCode) -> String {
    match code.as_u16() {
        204 | 205 => format!("{}: no body", words(code)),
        206 | 226 => unasked(code).detail,
        300..=399 => format!("{} leads nowhere", words(code)),
        401 => format!("{}: a login is wanted", words(code)),
        407 => format!("{}: the proxy wants a login", words(code)),
        _ => words(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: u16, asks_for_rest: bool, expected: FailureClass) {
        let code = StatusCode::from_u16(code).expect("status");
        assert_eq!(class(code, asks_for_rest), expected, "{code}");
    }

    #[test]
    fn every_status_has_its_class() {
        use FailureClass::*;
        for (code, expected) in [
            (204, Empty),
            (206, Network),
            (300, Redirect),
            (305, Redirect),
            (400, NotFound),
            (401, Refused),
            (403, Refused),
            (404, NotFound),
            (407, Refused),
            (410, Gone),
            (418, NotFound),
            (429, RateLimited),
            (451, NotFound),
            (500, ServerError),
            (502, ServerError),
            (503, ServerError),
            (599, ServerError),
            (999, Network),
        ] {
            check(code, false, expected);
        }
    }

    #[test]
    fn a_503_that_asks_for_rest_is_a_limit_and_a_502_is_not() {
        check(503, true, FailureClass::RateLimited);
        check(502, true, FailureClass::ServerError);
    }

    #[test]
    fn a_status_without_a_known_phrase_is_its_number() {
        assert_eq!(words(StatusCode::from_u16(799).expect("status")), "799");
        assert_eq!(words(StatusCode::NOT_FOUND), "404 Not Found");
    }
}
