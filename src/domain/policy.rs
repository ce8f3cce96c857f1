//! The numbers that decisions use; every one has a default and a place in the configuration.

use ipnet::IpNet;
use jiff::SignedDuration;

pub use super::mail::{Dkim, MailSettings, Mechanism, SmtpSettings, Tls, Transport, Unsubscribe};

/// All policies together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// When to poll.
    pub poll: PollPolicy,
    /// What is the same item, what is news at all.
    pub identity: IdentityPolicy,
    /// What is the same happening.
    pub grouping: GroupingPolicy,
    /// When a message is tried again.
    pub retry: RetryPolicy,
}

/// Where the service answers questions of monitoring; nobody beyond this machine can ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// A port on a loopback address.
    Tcp(std::net::SocketAddr),
    /// A socket in the file system.
    Unix(std::path::PathBuf),
}

impl std::fmt::Display for Listen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// When a feed is visited next.
#[derive(Clone, Debug, PartialEq)]
pub struct PollPolicy {
    /// Base interval.
    pub every: SignedDuration,
    /// Never sooner than this.
    pub floor: SignedDuration,
    /// Never later than this, hints and backoff included.
    pub ceiling: SignedDuration,
    /// Random share added to the interval so that feeds spread, 0.25 = up to a quarter.
    pub jitter: f64,
    /// Cache-Control and ttl may push the next poll this far at most.
    pub hint_max: SignedDuration,
    /// An unconditional fetch at least this often, against servers that lie.
    pub full_fetch_every: SignedDuration,
    /// Told as broken after this long …
    pub broken_after: SignedDuration,
    /// … and this many tries.
    pub broken_tries: u32,
}

impl Default for PollPolicy {
    fn default() -> Self {
        Self {
            every: SignedDuration::from_mins(30),
            floor: SignedDuration::from_mins(10),
            ceiling: SignedDuration::from_hours(24),
            jitter: 0.25,
            hint_max: SignedDuration::from_hours(6),
            full_fetch_every: SignedDuration::from_hours(24),
            broken_after: SignedDuration::from_hours(24),
            broken_tries: 5,
        }
    }
}

/// What is the same item, and what is too old to be news.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityPolicy {
    /// The same folded title in one outlet within this span is the same item.
    pub title_window: SignedDuration,
    /// On the first poll of a feed, entries older than this are stored but never told.
    pub news_max_age: SignedDuration,
    /// A dated entry is believed at most this far in the future.
    pub future_max: SignedDuration,
    /// A poll with more new old entries than this is held as a flood.
    pub flood_min: usize,
}

impl Default for IdentityPolicy {
    fn default() -> Self {
        Self {
            title_window: SignedDuration::from_hours(7 * 24),
            news_max_age: SignedDuration::from_hours(48),
            future_max: SignedDuration::from_mins(10),
            flood_min: 20,
        }
    }
}

/// What is the same happening.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupingPolicy {
    /// A story takes items for this long after its latest one.
    pub window: SignedDuration,
    /// It is reopened by a near-certain match until then.
    pub reopen: SignedDuration,
}

impl Default for GroupingPolicy {
    fn default() -> Self {
        Self { window: SignedDuration::from_hours(120), reopen: SignedDuration::from_hours(14 * 24) }
    }
}

/// When a message that could not be handed over is tried again.
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    /// Waits after the first, second, … failed attempt; the last one repeats.
    pub waits: Vec<SignedDuration>,
    /// Given up this long after it was put into the outbox.
    pub give_up_after: SignedDuration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            waits: [1, 5, 15, 60, 180].into_iter().map(SignedDuration::from_mins).collect(),
            give_up_after: SignedDuration::from_hours(120),
        }
    }
}

/// How feeds are fetched: limits on every size and time, and who we say we are.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpPolicy {
    /// Private networks that feeds may live in; everything else private is refused at dial time.
    pub allow_networks: Vec<IpNet>,
    /// Goes into the User-Agent, e.g. `mailto:desk@example.org`.
    pub contact: Option<String>,
    /// `http://`, `https://` or `socks5://` proxy for every feed.
    pub proxy: Option<String>,
    /// Time to connect, TLS included.
    pub connect_timeout: SignedDuration,
    /// Longest silence between two reads.
    pub idle_timeout: SignedDuration,
    /// Longest a whole fetch may take, redirects included.
    pub total_timeout: SignedDuration,
    /// Largest body after decompression, bytes.
    pub body_bytes_max: usize,
    /// Redirects followed.
    pub redirects_max: usize,
    /// Fetches at once.
    pub concurrency: usize,
    /// Fetches at once to one host.
    pub per_host: usize,
    /// Between two fetches from one public host; hosts inside `allow_networks` are the user's own and not spared.
    pub host_spacing: SignedDuration,
}

impl Default for HttpPolicy {
    fn default() -> Self {
        Self {
            allow_networks: Vec::new(),
            contact: None,
            proxy: None,
            connect_timeout: SignedDuration::from_secs(10),
            idle_timeout: SignedDuration::from_secs(15),
            total_timeout: SignedDuration::from_secs(45),
            body_bytes_max: 10 * 1024 * 1024,
            redirects_max: 5,
            concurrency: 32,
            per_host: 2,
            host_spacing: SignedDuration::from_secs(5),
        }
    }
}

/// What one document may contain.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadLimits {
    /// Entries taken from one document, the first ones.
    pub entries_max: usize,
    /// Nesting depth of XML.
    pub depth_max: usize,
    /// Characters of a title.
    pub title_max: usize,
    /// Characters of a lead.
    pub summary_max: usize,
    /// Characters of the content.
    pub content_max: usize,
    /// Whether texts are wanted as sanitised HTML too; no decision looks at it.
    pub html: bool,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self { entries_max: 2000, depth_max: 64, title_max: 500, summary_max: 4000, content_max: 50_000, html: true }
    }
}
