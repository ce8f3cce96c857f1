//! Messages: rendered mails waiting in the outbox, and what became of each attempt.

use jiff::Timestamp;
use serde::Serialize;

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
    /// When it was put into the outbox.
    pub enqueued_at: Timestamp,
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
    /// See [`Message::bytes`].
    pub bytes: Vec<u8>,
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
    /// Never, for this recipient.
    Never {
        /// Why.
        reason: String,
    },
    /// The transport itself is unusable (login refused, TLS fault): nothing else will go either.
    TransportDown {
        /// Why.
        reason: String,
    },
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// Waiting for its time.
    Queued,
    /// An attempt was counted and its end is not known (a crash): sent again, byte-identical.
    Sending,
    /// Handed over.
    Sent,
    /// Given up.
    Failed,
}

impl MessageState {
    /// The name used in JSON and the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}
