//! The fetcher against real servers on loopback, honest and hostile.

mod exchange;
mod hostile;
mod known;
mod refusals;
mod server;
mod sloppy;

use std::time::Duration;

use jiff::SignedDuration;

use super::{FetchRequest, Fetched, Fetcher, Response};
use crate::domain::feed::{FailureClass, PollFailure, Validators};
use crate::domain::policy::HttpPolicy;

/// Loopback allowed, and waits that a test can sit out.
fn policy() -> HttpPolicy {
    HttpPolicy {
        allow_networks: vec!["127.0.0.1/32".parse().expect("network")],
        contact: Some("mailto:desk@example.org".into()),
        connect_timeout: SignedDuration::from_secs(20),
        idle_timeout: SignedDuration::from_secs(20),
        total_timeout: SignedDuration::from_secs(40),
        body_bytes_max: 1024 * 1024,
        ..HttpPolicy::default()
    }
}

/// The policy with one of the three waits cut down to a third of a second.
fn impatient(shorten: fn(&mut HttpPolicy) -> &mut SignedDuration) -> Fetcher {
    let mut policy = policy();
    *shorten(&mut policy) = SignedDuration::from_millis(300);
    fetcher(&policy)
}

fn fetcher(policy: &HttpPolicy) -> Fetcher {
    Fetcher::new(policy).expect("fetcher")
}

fn request(url: &str) -> FetchRequest {
    FetchRequest { url: url.to_owned(), ..FetchRequest::default() }
}

async fn fetch(url: &str) -> Result<Fetched, PollFailure> {
    fetch_with(&fetcher(&policy()), &request(url)).await
}

/// Fetches; a fetch that outlives every limit is a failed test, not a hanging one.
async fn fetch_with(fetcher: &Fetcher, request: &FetchRequest) -> Result<Fetched, PollFailure> {
    tokio::time::timeout(Duration::from_secs(60), fetcher.fetch(request)).await.expect("fetch ends by itself")
}

/// The body that `url` must give.
async fn body(url: &str) -> Response {
    match fetch(url).await.expect("answer") {
        Fetched::Body(response) => response,
        Fetched::NotModified { .. } => panic!("{url} is not modified"),
    }
}

/// `url` must fail, as this class and with these words.
async fn check_failure(url: &str, class: FailureClass, words: &str) -> PollFailure {
    check_failure_of(fetch(url).await, class, words)
}

fn check_failure_of(outcome: Result<Fetched, PollFailure>, class: FailureClass, words: &str) -> PollFailure {
    let failure = outcome.expect_err("must fail");
    assert_eq!(failure.class, class, "{}", failure.detail);
    assert!(failure.detail.contains(words), "`{}` lacks `{words}`", failure.detail);
    assert!(!failure.detail.contains('\n') && failure.detail.len() < 400, "{}", failure.detail);
    failure
}
