//! Messages: rendered mails waiting in the outbox, and what became of each attempt.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Row id of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct MessageId(pub i64);

/// One rendered mail for one recipient; its bytes never change once it is in the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Row id.
    pub id: MessageId,
    /// `Message-ID` header without angle brackets.
    pub message_id: String,
    /// Envelope sender, a bare address.
    pub envelope_from: String,
    /// Envelope recipient, a bare address.
    pub envelope_to: String,
    /// The finished message, CRLF line ends.
    pub bytes: Vec<u8>,
    /// Attempts counted so far, this one included when it is handed over.
    pub n_attempts: u32,
    /// Since when it is tried: when it was put into the outbox, or when somebody last asked for it by hand.
    pub tried_since: Timestamp,
    /// Attempts of before then.
    pub n_attempts_before: u32,
}

/// A finished message before it has a row.
#[derive(Clone, Debug, PartialEq)]
pub struct NewMessage {
    /// See [`Message::message_id`].
    pub message_id: String,
    /// See [`Message::envelope_from`].
    pub envelope_from: String,
    /// See [`Message::envelope_to`].
    pub envelope_to: String,
    /// Subject in clear, for lists.
    pub subject: String,
    /// Its headers with the empty line behind them. The body is that of its digest, the same for every recipient.
    pub head: Vec<u8>,
}

/// A digest as it goes into a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Subject in clear.
    pub subject: String,
    /// What inboxes show beside the subject, 40 to 110 characters.
    pub preheader: String,
    /// Plain text, 72 columns, LF line ends.
    pub text: String,
    /// HTML for mail.
    pub html: String,
}

/// A picture inside a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// By which the HTML names it, without angle brackets.
    pub content_id: String,
    /// Its bytes.
    pub png: Vec<u8>,
}

/// What became of one attempt to hand a message over.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Attempt {
    /// The server (or the file system) took responsibility.
    Sent {
        /// Its words.
        answer: String,
    },
    /// Not now; try again.
    Later {
        /// Why.
        reason: String,
    },
    /// It left us whole and no answer came: the server may have it. The same bytes go again.
    Uncertain {
        /// What happened instead of an answer.
        reason: String,
    },
    /// Never, for this recipient.
    Never {
        /// Why.
        reason: String,
    },
    /// The way out cannot be reached now: nothing else would go either, so the others are not even tried.
    Unreachable {
        /// Why.
        reason: String,
    },
    /// The way out itself is unusable until a person mends it (login refused, TLS fault): nothing else will go either.
    TransportDown {
        /// Why.
        reason: String,
    },
}

impl Attempt {
    /// Whether it says something of the way out, not of this message.
    pub fn is_about_transport(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TransportDown { .. })
    }

    /// The rest of the whole outbox that follows from it, if the message is due again at `until`.
    pub fn rest(&self, at: Timestamp, until: Timestamp) -> Option<Rest> {
        let is_shut = matches!(self, Self::TransportDown { .. });
        self.is_about_transport().then(|| Rest { at, until, reason: self.words().to_owned(), is_shut })
    }

    /// What was said: the answer or the reason.
    pub fn words(&self) -> &str {
        match self {
            Self::Sent { answer } => answer,
            Self::Later { reason }
            | Self::Uncertain { reason }
            | Self::Never { reason }
            | Self::Unreachable { reason }
            | Self::TransportDown { reason } => reason,
        }
    }

    /// The name used in JSON and the store.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "sent",
            Self::Later { .. } => "later",
            Self::Uncertain { .. } => "uncertain",
            Self::Never { .. } => "never",
            Self::Unreachable { .. } => "unreachable",
            Self::TransportDown { .. } => "transport_down",
        }
    }
}

/// Why nothing at all is handed over for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// When that was found.
    pub at: Timestamp,
    /// When it is tried again.
    pub until: Timestamp,
    /// What is wrong with the way out.
    pub reason: String,
    /// Whether it stays shut until a person mends it; else it may open by itself.
    pub is_shut: bool,
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// Waiting for its time.
    Pending,
    /// An attempt is counted and under way.
    Sending,
    /// Handed over.
    Sent,
    /// An attempt ended without an answer (a lost connection, a crash): it may have arrived, and the same bytes go again.
    Uncertain,
    /// Refused for good, or dropped by hand.
    Failed,
    /// Given up because nobody took it in time.
    Expired,
}

impl MessageState {
    /// All of them, in the order of a message's life.
    pub const ALL: [Self; 6] = [Self::Pending, Self::Sending, Self::Sent, Self::Uncertain, Self::Failed, Self::Expired];

    /// The name used in JSON and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Uncertain => "uncertain",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }

    /// The state of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether it is to be tried again.
    pub fn waits(self) -> bool {
        matches!(self, Self::Pending | Self::Sending | Self::Uncertain)
    }
}
