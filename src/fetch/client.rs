//! The HTTP clients, built once: the usual one, and one for servers that say much.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue};
use reqwest::{Client, ClientBuilder, Proxy, Url};

use super::address::AddressGuard;
use super::resolve::GuardedResolver;
use super::{trust, unsigned};
use crate::domain::policy::HttpPolicy;

/// Feed types first; some servers answer 406 to a list without `*/*`.
const ACCEPTED: &str = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, \
                        application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5";

/// The client leaves them all to `coding`.
const CODINGS: &str = "gzip, br, zstd, deflate";

/// Header lines of an answer. A real one has about thirty, and up to a hundred the client reads without taking room for
/// them; one that has grown a cookie or a policy for each part of a site has hundreds, and other readers take it.
const HEADERS_MAX: usize = 500;

/// Hosts remembered for their many headers; of others each answer is asked for twice.
const HOSTS_KEPT: usize = 256;

/// Size of the header list of an HTTP/2 answer, bytes.
const HEADER_LIST_BYTES_MAX: u32 = 64 * 1024;

/// How long an idle connection is kept. Many servers close theirs after five seconds, and a request that crosses with
/// that is lost; and ten thousand hosts must not hold as many sockets.
const IDLE_KEPT: Duration = Duration::from_secs(4);

/// The fetcher could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum FetchSetupError {
    /// The contact has characters that no header may carry.
    #[error("contact `{0}` cannot be sent in a User-Agent header")]
    Contact(String),
    /// The proxy is no URL that can be used. It is not shown: it may hold a password.
    #[error("proxy is not a usable http, https or socks5 URL")]
    Proxy(#[source] reqwest::Error),
    /// TLS.
    #[error("failed to set up TLS")]
    Tls(#[source] rustls::Error),
    /// The client itself.
    #[error("failed to set up the HTTP client")]
    Client(#[source] reqwest::Error),
}

/// The clients that every fetch shares. Redirects are followed by hand (each hop is checked), proxies of the environment
/// are ignored, cookies are not kept.
pub(super) struct Clients {
    usual: Client,
    roomy: Client,
    /// Hosts whose answers only the roomy one can read.
    with_many_headers: Mutex<BTreeSet<String>>,
}

impl Clients {
    /// Both, under `policy`.
    pub(super) fn new(policy: &HttpPolicy, guard: &AddressGuard) -> Result<Self, FetchSetupError> {
        let tls = trust::config().map_err(FetchSetupError::Tls)?;
        let builder = || builder(policy, guard, tls.clone());
        let built = |builder: ClientBuilder| builder.build().map_err(FetchSetupError::Client);
        Ok(Self {
            usual: built(builder()?)?,
            roomy: built(builder()?.http1_max_headers(HEADERS_MAX))?,
            with_many_headers: Mutex::default(),
        })
    }

    /// The one for `host`.
    pub(super) fn of(&self, host: &str) -> &Client {
        let hosts = self.with_many_headers.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.contains(host) { &self.roomy } else { &self.usual }
    }

    /// The one for a host whose answer had more headers than the usual one reads.
    pub(super) fn roomy(&self, host: &str) -> &Client {
        let mut hosts = self.with_many_headers.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() < HOSTS_KEPT {
            hosts.insert(host.to_owned());
        }
        &self.roomy
    }
}

fn builder(
    policy: &HttpPolicy,
    guard: &AddressGuard,
    tls: rustls::ClientConfig,
) -> Result<ClientBuilder, FetchSetupError> {
    let mut builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(user_agent(policy.contact.as_deref())?)
        .default_headers(HeaderMap::from_iter([
            (ACCEPT, HeaderValue::from_static(ACCEPTED)),
            (ACCEPT_ENCODING, HeaderValue::from_static(CODINGS)),
        ]))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .dns_resolver(GuardedResolver { guard: guard.clone(), trusted: proxy_host(policy) })
        .connect_timeout(unsigned(policy.connect_timeout))
        // A line that is no header costs itself, as in browsers, and not the feed.
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .http2_max_header_list_size(HEADER_LIST_BYTES_MAX)
        .tcp_nodelay(true)
        .pool_max_idle_per_host(policy.per_host.max(2))
        .pool_idle_timeout(IDLE_KEPT);
    if let Some(proxy) = &policy.proxy {
        builder = builder.proxy(Proxy::all(proxy).map_err(FetchSetupError::Proxy)?);
    }
    Ok(builder)
}

fn user_agent(contact: Option<&str>) -> Result<HeaderValue, FetchSetupError> {
    let version = env!("CARGO_PKG_VERSION");
    let text = match contact {
        Some(contact) => format!("orbitwire/{version} (+{contact})"),
        None => format!("orbitwire/{version}"),
    };
    HeaderValue::from_str(&text).map_err(|_| FetchSetupError::Contact(contact.unwrap_or_default().to_owned()))
}

/// The proxy as faults name it, without its login.
pub(super) fn proxy_of(policy: &HttpPolicy) -> Option<String> {
    let url = Url::parse(policy.proxy.as_deref()?).ok()?;
    let port = url.port_or_known_default().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}{port}", url.host_str()?))
}

fn proxy_host(policy: &HttpPolicy) -> Option<String> {
    let url = Url::parse(policy.proxy.as_deref()?).ok()?;
    url.host_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(policy: HttpPolicy) -> Result<Clients, FetchSetupError> {
        Clients::new(&policy, &AddressGuard::new(Vec::new()))
    }

    #[test]
    fn a_contact_or_proxy_that_cannot_be_used_is_named_at_start() {
        let contact = HttpPolicy { contact: Some("a\nb".into()), ..HttpPolicy::default() };
        assert!(matches!(check(contact), Err(FetchSetupError::Contact(_))));
        let proxy = HttpPolicy { proxy: Some("http://user:geheim@[".into()), ..HttpPolicy::default() };
        let error = check(proxy).err().expect("no proxy");
        assert!(matches!(error, FetchSetupError::Proxy(_)));
        assert!(!error.to_string().contains("geheim"));
    }

    #[test]
    fn the_default_policy_and_a_socks_proxy_can_be_used() {
        check(HttpPolicy::default()).expect("client");
        let proxy = HttpPolicy { proxy: Some("socks5://127.0.0.1:9050".into()), ..HttpPolicy::default() };
        check(proxy).expect("client");
    }
}
