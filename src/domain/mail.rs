//! How mail leaves, as configured and checked.

use jiff::SignedDuration;

use super::secret::Secret;
use super::signing::SigningKey;

/// How mail leaves.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// `From` mailbox as written.
    pub from: String,
    /// Envelope sender; the address of `from` when not given.
    pub bounce: Option<String>,
    /// How a reader asks not to get them any more.
    pub unsubscribe: Unsubscribe,
    /// How messages are signed, if they are.
    pub dkim: Option<Dkim>,
    /// The way out.
    pub transport: Transport,
}

/// How a reader asks for no more mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unsubscribe {
    /// Mailbox to write to; the envelope sender when not given.
    pub to: Option<String>,
    /// Address that takes a POST by a single click (RFC 8058), `{token}` in it standing for audience and recipient.
    pub url: Option<String>,
}

/// A DKIM signature (RFC 6376).
#[derive(Clone, Debug)]
pub struct Dkim {
    /// The domain that signs.
    pub domain: String,
    /// The name of the key in its DNS.
    pub selector: String,
    /// The key; absent in a process that cannot get at it, which then makes no mail at all.
    pub key: Option<SigningKey>,
}

/// The way out for mail.
#[derive(Clone, Debug)]
pub enum Transport {
    /// One `.eml` file a message in this directory.
    File {
        /// Created when absent.
        directory: std::path::PathBuf,
    },
    /// A Maildir, as mail programs read it.
    Maildir {
        /// Created when absent, with `tmp`, `new` and `cur`.
        directory: std::path::PathBuf,
    },
    /// A program that takes messages as `sendmail` does.
    Sendmail {
        /// Program and first arguments; `-i -f SENDER -- RECIPIENT` follow.
        command: Vec<String>,
        /// Longest it may take for one message.
        timeout: SignedDuration,
    },
    /// A mail server.
    Smtp(SmtpSettings),
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Name or address.
    pub host: String,
    /// Port; 465, 587 or 25 by `tls` when not given.
    pub port: u16,
    /// Encryption.
    pub tls: Tls,
    /// Login, if the server wants one.
    pub user: Option<String>,
    /// Secret of the login, asked for at each login.
    pub password: Option<Secret>,
    /// How to log in; the first of ours that the server offers when not given.
    pub auth: Option<Mechanism>,
    /// PEM file with a certificate authority to trust beside the system's.
    pub ca_file: Option<std::path::PathBuf>,
    /// Longest wait for one answer.
    pub timeout: SignedDuration,
}

/// A way to log in (RFC 4954).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// RFC 4616.
    Plain,
    /// Obsolete and everywhere.
    Login,
    /// With a token instead of a password.
    XOAuth2,
}

impl Mechanism {
    /// The name that servers offer it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::XOAuth2 => "XOAUTH2",
        }
    }
}

/// Encryption of a mail connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte (port 465).
    Implicit,
    /// After `STARTTLS`, which must be offered (port 587).
    StartTls,
    /// None; loopback only unless the configuration insists.
    None,
}
