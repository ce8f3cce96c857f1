//! What can go wrong in a conversation, and what it means for the message.

use std::io;

use super::reply::Reply;
use crate::domain::message::Attempt;

/// Codes that speak of us, not of a recipient: log in first, mechanism too weak, refused, TLS needed (RFC 4954).
const OUR_FAULT: [u16; 4] = [530, 534, 535, 538];

/// Codes that say that a command is unknown or not expected now, which it was: the two sides have lost step.
const OUT_OF_STEP: [u16; 3] = [500, 502, 503];

/// What servers say to those who may not send to others through them, in small letters.
const NO_RIGHT: [&str; 5] =
    ["relay", "authentication required", "authentication is required", "not authenticated", "must authenticate"];

/// A failed step.
#[derive(Debug)]
pub(super) struct Fault {
    kind: Kind,
    reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The connection is gone or not to be believed any more; try again.
    Lost,
    /// The same after the message left us whole: the server may have it.
    Uncertain,
    /// The server asks to come again.
    Later,
    /// The server will not take this message for this recipient.
    Never,
    /// Nothing at all will go until a person mends it.
    Down,
}

impl Fault {
    /// The connection failed or timed out during `step`.
    pub(super) fn io(step: &str, error: &io::Error) -> Self {
        let reason = match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => format!("no answer in time ({step})"),
            io::ErrorKind::UnexpectedEof => format!("the server closed the connection ({step})"),
            _ => format!("connection failed ({step}): {error}"),
        };
        Self { kind: Kind::Lost, reason }
    }

    /// The server does not speak SMTP.
    pub(super) fn protocol(reason: impl Into<String>) -> Self {
        Self { kind: Kind::Lost, reason: reason.into() }
    }

    /// Nothing will go until a person mends it.
    pub(super) fn down(reason: impl Into<String>) -> Self {
        Self { kind: Kind::Down, reason: reason.into() }
    }

    /// This message will not go.
    pub(super) fn never(reason: impl Into<String>) -> Self {
        Self { kind: Kind::Never, reason: reason.into() }
    }

    /// A refusal of a connection or a login: 4xx passes, 5xx needs a person, and anything else is no answer at all.
    pub(super) fn of_session(step: &str, reply: &Reply) -> Self {
        match reply.code {
            400..500 => Self { kind: Kind::Lost, reason: said(step, reply) },
            500..600 => Self::down(said(step, reply)),
            _ => Self::protocol(format!("not an SMTP dialogue, {}", said(step, reply))),
        }
    }

    /// A refusal of a message: 4xx passes, 5xx is for good, unless it speaks of the login or of the dialogue.
    pub(super) fn of_message(step: &str, reply: &Reply) -> Self {
        let kind = match reply.code {
            421 => Kind::Lost,
            400..500 => Kind::Later,
            code if OUR_FAULT.contains(&code) => Kind::Down,
            code if OUT_OF_STEP.contains(&code) => Kind::Lost,
            500..600 => Kind::Never,
            _ => Kind::Lost,
        };
        Self { kind, reason: said(step, reply) }
    }

    /// A refusal of MAIL: it speaks of our sender, so every message would meet it, unless it speaks of the size.
    pub(super) fn of_sender(reply: &Reply) -> Self {
        let fault = Self::of_message("MAIL", reply);
        let is_ours = fault.kind == Kind::Never && reply.code != 552;
        fault.ours_if(is_ours)
    }

    /// A refusal of RCPT: one that says that we may not send through this server speaks of us, and every message would
    /// meet it.
    pub(super) fn of_recipient(reply: &Reply) -> Self {
        let is_ours = (500..600).contains(&reply.code) && speaks_of_our_right(&reply.lines.join(" "));
        Self::of_message("RCPT", reply).ours_if(is_ours)
    }

    /// The same fault as one that every message would meet, if it is.
    fn ours_if(self, is_ours: bool) -> Self {
        Self { kind: if is_ours { Kind::Down } else { self.kind }, ..self }
    }

    /// The same fault after the message left us and before an answer came.
    pub(super) fn after_handing_over(mut self) -> Self {
        if self.kind == Kind::Lost {
            self.kind = Kind::Uncertain;
            self.reason = format!("uncertain, the same bytes go again: {}", self.reason);
        }
        self
    }

    /// Whether the connection cannot be used for another message.
    pub(super) fn ends_session(&self) -> bool {
        matches!(self.kind, Kind::Lost | Kind::Uncertain | Kind::Down)
    }

    /// What became of a message for which no connection could be opened.
    pub(super) fn into_unopened(self) -> Attempt {
        match self.kind {
            Kind::Lost | Kind::Later => Attempt::Unreachable { reason: self.reason },
            _ => self.into_attempt(),
        }
    }

    /// What became of the message.
    pub(super) fn into_attempt(self) -> Attempt {
        let reason = self.reason;
        match self.kind {
            Kind::Lost | Kind::Later => Attempt::Later { reason },
            Kind::Uncertain => Attempt::Uncertain { reason },
            Kind::Never => Attempt::Never { reason },
            Kind::Down => Attempt::TransportDown { reason },
        }
    }
}

/// Whether a refusal says that one must log in, or may not send through this server. Codes do not tell: 5.7.1 and 5.7.0
/// stand for any policy, against a single recipient too.
fn speaks_of_our_right(words: &str) -> bool {
    let words = words.to_lowercase();
    NO_RIGHT.iter().any(|said| words.contains(said))
}

fn said(step: &str, reply: &Reply) -> String {
    format!("{step}: {reply}")
}
