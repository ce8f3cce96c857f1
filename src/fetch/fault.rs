//! Faults of the transport as a class and one line. The class comes from error types, the line from their texts.

use std::error::Error;
use std::io;

use reqwest::Url;

use super::Rules;
use super::address::Blocked;
use super::hop::short;
use crate::domain::feed::{FailureClass, PollFailure};
use crate::text::tls;

/// A request that got no answer.
pub(super) fn of_request(error: &reqwest::Error, url: &Url, rules: &Rules) -> PollFailure {
    let host = url.host_str().unwrap_or_default();
    if let Some(blocked) = cause::<Blocked>(error) {
        return PollFailure::new(FailureClass::BlockedAddress, format!("{host}: {blocked}"));
    }
    let (class, detail) = if is_out_of_files(error) {
        (FailureClass::Internal, "no file descriptor left here: raise LimitNOFILE or lower poll.concurrency".to_owned())
    } else if let Some(proxy) = rules.proxy.as_deref().filter(|_| error.is_connect()) {
        of_proxy(error, proxy, host)
    } else if error.is_timeout() && error.is_connect() {
        (FailureClass::Timeout, format!("no connection to {host} within {:?}", rules.connect_timeout))
    } else if error.is_dns() {
        (FailureClass::Dns, no_name(&root(error), host))
    } else if is_tls(error, url) {
        (FailureClass::Tls, format!("no TLS with {host}: {}", tls_words(error)))
    } else if error.is_connect() {
        (FailureClass::Network, format!("no connection to {host}: {}", root(error)))
    } else if error.is_builder() {
        (FailureClass::BadUrl, format!("{host} cannot be asked: {}", root(error)))
    } else {
        (FailureClass::Network, format!("no valid answer from {host}: {}", root(error)))
    };
    PollFailure::new(class, detail)
}

/// With a proxy every connection is one to it, and what fails there is no fault of the site.
fn of_proxy(error: &reqwest::Error, proxy: &str, host: &str) -> (FailureClass, String) {
    let said = chain(error).map(ToString::to_string).find(|text| text.starts_with("tunnel error"));
    match said {
        Some(text) if text.contains("authorization") => {
            (FailureClass::Refused, format!("the proxy {proxy} wants a login; it is given in `http.proxy`"))
        }
        Some(_) => (FailureClass::Network, format!("the proxy {proxy} found no way to {host}: {}", root(error))),
        None => (FailureClass::Network, format!("no connection to the proxy {proxy}: {}", root(error))),
    }
}

/// This machine is short of something, which says nothing about the feed.
fn is_out_of_files(error: &reqwest::Error) -> bool {
    // The standard library has no kind for ENFILE and EMFILE, whose numbers all Unix systems share.
    layers(error).any(|e| matches!(e.downcast_ref().and_then(io::Error::raw_os_error), Some(23 | 24)))
}

/// The connection ended before an answer began.
pub(super) fn is_closed(error: &reqwest::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset};
    let broken = |e: &io::Error| matches!(e.kind(), BrokenPipe | ConnectionReset);
    // The client has no type of its own for the first.
    !error.is_connect()
        && !error.is_timeout()
        && layers(error).any(|e| {
            e.to_string() == "connection closed before message completed"
                || e.downcast_ref::<io::Error>().is_some_and(broken)
        })
}

/// The answer's head has more lines or bytes than the client was made to read.
pub(super) fn is_long_head(error: &reqwest::Error) -> bool {
    // The client has no type of its own for it.
    layers(error).any(|e| e.to_string() == "message head is too large")
}

/// A server that took the request and said nothing.
pub(super) fn no_answer(url: &Url, rules: &Rules) -> PollFailure {
    let host = url.host_str().unwrap_or_default();
    PollFailure::new(FailureClass::Timeout, format!("no answer from {host} within {:?}", rules.idle_timeout))
}

/// A body that stopped coming.
pub(super) fn no_more(rules: &Rules) -> PollFailure {
    PollFailure::new(FailureClass::Timeout, format!("body stood still for {:?}", rules.idle_timeout))
}

/// A body that broke off.
pub(super) fn of_body(error: &reqwest::Error) -> PollFailure {
    PollFailure::new(FailureClass::Network, format!("body broke off: {}", root(error)))
}

fn no_name(text: &str, host: &str) -> String {
    // The resolver tells "no such name" and "nobody answered" apart in its text only.
    match text.contains("emporary") {
        true => format!("name server did not answer for {host}"),
        false => format!("host not found: {host}"),
    }
}

/// Rustls says so itself, or a secure connection broke off while it was being made.
fn is_tls(error: &reqwest::Error, url: &Url) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, InvalidData, UnexpectedEof};
    if cause::<rustls::Error>(error).is_some() {
        return true;
    }
    let broken = |e: &io::Error| {
        matches!(e.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | InvalidData | UnexpectedEof)
    };
    error.is_connect()
        && url.scheme() == "https"
        && layers(error).any(|e| e.downcast_ref::<io::Error>().is_some_and(broken))
}

fn tls_words(error: &reqwest::Error) -> String {
    cause::<rustls::Error>(error).map_or_else(|| root(error), |refused| short(&tls::refusal(refused)))
}

fn cause<E: Error + 'static>(error: &reqwest::Error) -> Option<&E> {
    layers(error).find_map(|e| e.downcast_ref::<E>())
}

/// Every error in the chain, also those that an `io::Error` was made of: its `source` skips them.
fn layers(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    chain(error).flat_map(|e| std::iter::successors(Some(e), |&e| inner(e)).take(4))
}

fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    Some(error.downcast_ref::<io::Error>()?.get_ref()?)
}

fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |&e| e.source()).take(16)
}

/// The innermost text: the outer ones only say that something went wrong, and may hold the URL.
fn root(error: &reqwest::Error) -> String {
    chain(error).last().map_or_else(|| "cause unknown".to_owned(), |e| short(&e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_name_server_is_told_from_a_name_that_is_not_there() {
        let check = |text: &str, expected: &str| assert_eq!(no_name(text, "example.org"), expected);
        check("failed to lookup address: Name or service not known", "host not found: example.org");
        check("Temporary failure in name resolution", "name server did not answer for example.org");
    }
}
