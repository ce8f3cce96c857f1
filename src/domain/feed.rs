//! Feeds: a URL of an outlet, polled on a schedule, and what is remembered of it between polls.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Row id of a feed; permanent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FeedId(pub i64);

/// What the server gave us to ask "changed since?" with, and what we saw last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag` as sent, at most 1 KiB (longer ones are dropped).
    pub etag: Option<String>,
    /// `Last-Modified` as sent, at most 128 bytes.
    pub last_modified: Option<String>,
    /// BLAKE3 of the body as it came, still packed, without the head of gzip; hex.
    pub body_hash: Option<String>,
}

/// A feed as configured: what the configuration file says, nothing learned.
/// Printing it shows no value of a header, since headers may carry a login.
#[derive(Clone, PartialEq)]
pub struct FeedSpec {
    /// http or https URL as written.
    pub url: String,
    /// Key of its outlet.
    pub outlet: String,
    /// Shown instead of the URL; the URL's host and path when not given.
    pub name: String,
    /// Own base interval instead of the policy's.
    pub every: Option<SignedDuration>,
    /// Own headers, sent with every request to this feed.
    pub headers: Vec<(String, String)>,
    /// An aggregator: the outlet of an item is that of its `<source>` or link.
    pub aggregator: bool,
    /// Whether it is polled at all.
    pub enabled: bool,
}

impl FeedSpec {
    /// A feed of which nothing else is configured.
    pub fn new(url: &str, outlet: &str, name: &str) -> Self {
        Self {
            url: url.to_owned(),
            outlet: outlet.to_owned(),
            name: name.to_owned(),
            every: None,
            headers: Vec::new(),
            aggregator: false,
            enabled: true,
        }
    }
}

impl std::fmt::Debug for FeedSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("FeedSpec")
            .field("url", &self.url)
            .field("outlet", &self.outlet)
            .field("name", &self.name)
            .field("every", &self.every)
            .field("headers", &headers)
            .field("aggregator", &self.aggregator)
            .field("enabled", &self.enabled)
            .finish()
    }
}

/// A feed with what is remembered of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// Row id.
    pub id: FeedId,
    /// URL as configured; never overwritten by redirects.
    pub url: String,
    /// Where it is fetched from: the configured URL or a redirect that has proved permanent.
    pub effective_url: String,
    /// Outlet key.
    pub outlet: String,
    /// Name shown to people.
    pub name: String,
    /// See [`FeedSpec::aggregator`].
    pub aggregator: bool,
    /// See [`FeedSpec::every`].
    pub every: Option<SignedDuration>,
    /// What to send with the next request.
    pub validators: Validators,
    /// Health and rhythm.
    pub health: FeedHealth,
}

/// Where a feed is fetched from: all that is known of one whose turn has not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// Row id.
    pub id: FeedId,
    /// See [`Feed::effective_url`].
    pub url: String,
}

impl From<Feed> for Destination {
    fn from(feed: Feed) -> Self {
        Self { id: feed.id, url: feed.effective_url }
    }
}

/// How a feed has been doing; every time of the next poll is computed from this.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedHealth {
    /// When it is due next; `None` = never polled, due now.
    pub next_poll_at: Option<Timestamp>,
    /// Last visit, successful or not.
    pub polled_at: Option<Timestamp>,
    /// Last poll that was accepted or unchanged.
    pub ok_at: Option<Timestamp>,
    /// Last unconditional fetch that was accepted.
    pub full_fetch_at: Option<Timestamp>,
    /// Failures in a row.
    pub n_failures: u32,
    /// The same, weighted by how much each says about the feed.
    pub failure_weight: f64,
    /// First failure of the present row of failures.
    pub failing_since: Option<Timestamp>,
    /// Reason of the last failure, in words.
    pub last_error: Option<String>,
    /// Whether people have been told that it is broken.
    pub told_broken: bool,
    /// Gone (410): polled once a week only.
    pub gone: bool,
    /// A permanent redirect under observation: target, sightings, first seen.
    pub redirect: Option<(String, u32, Timestamp)>,
    /// Whether guids identify items here (false once they were seen to rotate).
    pub guid_untrusted: bool,
    /// Smoothed gap between new items, seconds.
    pub item_gap_seconds: Option<f64>,
    /// Newest item's date seen so far.
    pub newest_at: Option<Timestamp>,
    /// Whether a first successful poll (the baseline) lies behind.
    pub baseline_done: bool,
    /// What the last document asked for (ttl, sy:*, skipHours, skipDays): a 304 does not say it again.
    pub asked: PollHints,
}

/// What a feed or its server says about how often to come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PollHints {
    /// `Cache-Control: max-age` or `Expires`, from the moment of the answer.
    #[serde(skip)]
    pub fresh_for: Option<SignedDuration>,
    /// `Retry-After`, from the moment of the answer.
    #[serde(skip)]
    pub retry_after: Option<SignedDuration>,
    /// RSS `<ttl>` in minutes.
    pub ttl_minutes: Option<u32>,
    /// `sy:updatePeriod` ÷ `sy:updateFrequency`, in minutes.
    pub update_minutes: Option<u32>,
    /// Hours of the day (UTC) in which the feed asks not to be polled.
    pub skip_hours: Vec<u8>,
    /// Days on which the feed asks not to be polled, English names in lower case.
    pub skip_days: Vec<String>,
}

/// Why a poll failed, by what it says about the feed; decisions branch on this, never on the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureClass {
    /// The URL is not http(s), has no host, or cannot be parsed.
    BadUrl,
    /// The address is private and not allowed by `allow_networks`.
    BlockedAddress,
    /// Name resolution failed.
    Dns,
    /// Could not connect, connection lost, malformed HTTP.
    Network,
    /// TLS handshake or certificate.
    Tls,
    /// A deadline passed.
    Timeout,
    /// Redirect limit, loop or a target that is not allowed.
    Redirect,
    /// The decoded body is over the limit.
    TooLarge,
    /// The content coding is unknown or broken.
    Decompress,
    /// 429, or 503 with Retry-After: the host asks for rest.
    RateLimited,
    /// 401, 403, 407.
    Refused,
    /// 404 and other 4xx.
    NotFound,
    /// 410.
    Gone,
    /// 5xx.
    ServerError,
    /// A page that a bot wall shows instead of the feed.
    BotWall,
    /// 200 with an empty body.
    Empty,
    /// 200 with something that is not a feed (HTML, an image).
    NotAFeed,
    /// A feed that cannot be read.
    Malformed,
    /// A fault of ours (a panic caught, no file descriptor left).
    Internal,
}

impl FailureClass {
    /// The name used in JSON and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadUrl => "bad_url",
            Self::BlockedAddress => "blocked_address",
            Self::Dns => "dns",
            Self::Network => "network",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Redirect => "redirect",
            Self::TooLarge => "too_large",
            Self::Decompress => "decompress",
            Self::RateLimited => "rate_limited",
            Self::Refused => "refused",
            Self::NotFound => "not_found",
            Self::Gone => "gone",
            Self::ServerError => "server_error",
            Self::BotWall => "bot_wall",
            Self::Empty => "empty",
            Self::NotAFeed => "not_a_feed",
            Self::Malformed => "malformed",
            Self::Internal => "internal",
        }
    }
}

/// A poll that brought nothing because something was wrong: data, never a reason to stop.
#[derive(Clone, Debug, PartialEq)]
pub struct PollFailure {
    /// What kind of failure.
    pub class: FailureClass,
    /// One line for people: what happened, without secrets.
    pub detail: String,
    /// HTTP status, if there was one.
    pub status: Option<u16>,
    /// What the server asked for.
    pub hints: PollHints,
}

impl PollFailure {
    /// A failure without status or hints.
    pub fn new(class: FailureClass, detail: impl Into<String>) -> Self {
        Self { class, detail: detail.into(), status: None, hints: PollHints::default() }
    }
}

impl std::fmt::Display for PollFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.class.name(), self.detail)
    }
}
