//! The HTTP edge: one conditional GET that no server can make endless, huge or dangerous.
//!
//! | file | duty |
//! |---|---|
//! | `client` | the `reqwest` clients: limits, TLS, proxy, User-Agent |
//! | `trust` | whom it trusts |
//! | `address`, `resolve` | which addresses may be dialled, checked on literals and on every DNS answer |
//! | `visit`, `hop` | the exchange and its redirects, followed by hand so that every hop is checked |
//! | `body`, `coding`, `unpack`, `gzip` | the decoded body up to its limit |
//! | `headers` | validators and hints |
//! | `status`, `wall`, `fault` | what went wrong, as a class and one line |
//! | `hosts` | how many fetches at once, and how close together on one host |

mod client;
mod trust;
mod visit;

mod address;
mod resolve;

mod body;
mod coding;
mod fault;
mod gzip;
mod headers;
mod hop;
mod status;
mod unpack;
mod wall;

pub mod hosts;

#[cfg(test)]
mod tests;

pub use client::FetchSetupError;

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use reqwest::Url;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::domain::feed::{FailureClass, PollFailure, PollHints, Validators};
use crate::domain::policy::HttpPolicy;
use address::AddressGuard;

/// Bodies over [`body::LARGE_BYTES`] in memory at once, from the network until they were read: thirty-two of ten
/// megabytes would add up.
const LARGE_BODIES: usize = 4;

/// Fetches feeds. Cheap to clone; every clone shares one connection pool.
#[derive(Clone)]
pub struct Fetcher {
    clients: Arc<client::Clients>,
    rules: Arc<Rules>,
}

/// What every fetch is held to.
struct Rules {
    guard: AddressGuard,
    connect_timeout: Duration,
    idle_timeout: Duration,
    total_timeout: Duration,
    body_bytes_max: usize,
    redirects_max: usize,
    large_bodies: Arc<Semaphore>,
    /// Host and port of the proxy that everything goes through.
    proxy: Option<String>,
}

/// The place that a large body takes among the few that may be in memory; given back when dropped.
#[derive(Debug, Default)]
pub struct Room(Option<OwnedSemaphorePermit>);

impl Room {
    /// Whether the body is one of the large ones.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.0.is_some()
    }

    /// Waits for a place, unless there is one already.
    async fn take(&mut self, rules: &Rules) {
        if self.0.is_none() {
            // Never closed, so that it always lets in.
            self.0 = Arc::clone(&rules.large_bodies).acquire_owned().await.ok();
        }
    }
}

/// One visit to a feed.
#[derive(Clone, Debug, Default)]
pub struct FetchRequest {
    /// Where the feed is fetched from; user and password in it are sent as basic authentication.
    pub url: String,
    /// What the last accepted answer gave us to ask "changed since?" with.
    pub validators: Validators,
    /// The feed's own headers; never sent to another host after a redirect.
    pub headers: Vec<(String, String)>,
}

/// What came of a fetch that did not fail.
#[expect(clippy::large_enum_variant, reason = "one value a fetch, moved once")]
#[derive(Debug)]
pub enum Fetched {
    /// Nothing changed: 304, or the very bytes we had.
    NotModified {
        /// What the server says about how often to come.
        hints: PollHints,
        /// See [`Response::permanent_url`].
        permanent_url: Option<String>,
    },
    /// A body to read.
    Body(Response),
}

/// A complete answer.
#[derive(Debug)]
pub struct Response {
    /// The body after decompression, at most `body_bytes_max` bytes, never cut short.
    pub bytes: Vec<u8>,
    /// To be kept as long as the bytes.
    pub room: Room,
    /// `Content-Type` as sent.
    pub content_type: Option<String>,
    /// Where the answer came from in the end, without user and password: the base of relative links.
    pub url: Url,
    /// Where to fetch from in future: the end of the way, when every redirect on it was permanent (301, 308) and the
    /// feed's own credentials went along; `None` otherwise. Holds the user and password of the request, if any.
    pub permanent_url: Option<String>,
    /// To be remembered with the entries of this answer.
    pub validators: Validators,
    /// What the server says about how often to come.
    pub hints: PollHints,
}

impl Fetcher {
    /// A fetcher under `policy`, with its own connection pool.
    ///
    /// # Errors
    /// When the contact, the proxy or the machine's TLS store cannot be used.
    pub fn new(policy: &HttpPolicy) -> Result<Self, FetchSetupError> {
        let guard = AddressGuard::new(policy.allow_networks.clone());
        let clients = Arc::new(client::Clients::new(policy, &guard)?);
        let rules = Rules {
            guard,
            connect_timeout: unsigned(policy.connect_timeout),
            idle_timeout: unsigned(policy.idle_timeout),
            total_timeout: unsigned(policy.total_timeout),
            body_bytes_max: policy.body_bytes_max,
            redirects_max: policy.redirects_max,
            large_bodies: Arc::new(Semaphore::new(LARGE_BODIES)),
            proxy: client::proxy_of(policy),
        };
        Ok(Self { clients, rules: Arc::new(rules) })
    }

    /// Fetches once, within the policy's total time, redirects included.
    ///
    /// # Errors
    /// Everything that is not a whole answer to be read or an honest "not modified", in words.
    pub async fn fetch(&self, request: &FetchRequest) -> Result<Fetched, PollFailure> {
        // Boxed, because ten thousand tasks waiting for their host's turn would otherwise each carry room for it.
        let visit = Box::pin(visit::visit(&self.clients, &self.rules, request));
        match tokio::time::timeout(self.rules.total_timeout, visit).await {
            Ok(fetched) => fetched,
            Err(_) => {
                let spent = self.rules.total_timeout;
                Err(PollFailure::new(FailureClass::Timeout, format!("not finished within {spent:?}")))
            }
        }
    }
}

/// A span of the policy as the timers want it; a negative one is none at all.
fn unsigned(span: SignedDuration) -> Duration {
    Duration::try_from(span).unwrap_or_default()
}
