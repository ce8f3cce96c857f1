//! How the service is: what it counts, and the verdict on it.

use jiff::Timestamp;
use serde::Serialize;

use super::message::Rest;

/// What can be read from the store in a millisecond.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Vitals {
    /// Configured feeds.
    pub n_feeds: usize,
    /// Failing now.
    pub n_failing: usize,
    /// Last visit to any feed.
    pub last_poll_at: Option<Timestamp>,
    /// The earliest planned visit, overdue ones included.
    pub due_at: Option<Timestamp>,
    /// Mails that wait.
    pub n_waiting: usize,
    /// Since when the oldest of them waits.
    pub oldest_waiting_at: Option<Timestamp>,
    /// Why no mail is handed over, if so.
    pub rest: Option<Rest>,
    /// Mails given up in the last 24 hours.
    pub n_failed_lately: usize,
    /// Last digest for anybody.
    pub last_digest_at: Option<Timestamp>,
    /// The last check of the whole file.
    pub checked_at: Option<Timestamp>,
    /// What it found wrong.
    pub check_fault: Option<String>,
    /// Size of the store, bytes.
    pub store_bytes: u64,
}

/// What happened since the service started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Visits that brought a document.
    pub n_accepted: u64,
    /// Visits to feeds without change.
    pub n_unchanged: u64,
    /// Visits that failed.
    pub n_rejected: u64,
    /// New items.
    pub n_items: u64,
    /// Items that matched a topic.
    pub n_kept: u64,
    /// Developments.
    pub n_developments: u64,
    /// Messages put into the outbox.
    pub n_enqueued: u64,
    /// Messages handed over.
    pub n_sent: u64,
    /// Attempts that are to be repeated.
    pub n_later: u64,
    /// Messages given up.
    pub n_failed: u64,
    /// Times that the store could not be written and the service paused.
    pub n_pauses: u64,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// All is well.
    Ok,
    /// Somebody should look this week.
    Warning,
    /// News may be missed or mails be late: somebody should look now.
    Critical,
}

impl Level {
    /// As monitoring programs write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warning => "WARNING",
            Self::Critical => "CRITICAL",
        }
    }

    /// As monitoring programs count it: 0, 1, 2.
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// The verdict, with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Health {
    /// The worst of the reasons.
    pub level: Level,
    /// What is wrong, the worst first; without trouble what is going on.
    pub reasons: Vec<String>,
}

impl Health {
    /// One line: `WARNING: 3 mails were given up …`.
    pub fn line(&self) -> String {
        format!("{}: {}", self.level.name(), self.reasons.join("; "))
    }
}
