//! Makes messages out of rendered digests and hands them over: to files, a Maildir, a program or a mail server.
//!
//! Composing goes through lettre. Talking SMTP does not: its connection has no deadline for a read and no limit for a
//! line, so a silent or babbling server would hold or fill the process. `smtp` is a small client of our own, on a
//! thread of its own, with both.

mod compose;
mod dkim;
mod file;
mod mailbox;
mod maildir;
mod mask;
mod sendmail;
#[doc(hidden)]
pub mod sink;
mod smtp;
mod unsubscribe;

use std::path::PathBuf;

pub use compose::{Head, Letter, root, unsubscribe_by_mail};
pub use mask::addresses as masked;
pub use unsubscribe::token;

use crate::domain::message::{Attempt, Message};
use crate::domain::policy::{MailSettings, Transport};

/// What is wrong with the settings or a recipient: a person must mend it, trying again does not.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Not `name@host` or `Name <name@host>`, or not one that mail servers everywhere take.
    #[error("`{mailbox}` is no mailbox that can be used: {reason}")]
    Mailbox {
        /// As written.
        mailbox: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The message could not be put together.
    #[error("failed to compose a message")]
    Compose(#[source] lettre::error::Error),
    /// The message could not be signed: its key is not here, or cannot be used.
    #[error("the message cannot be signed: the key of `[mail] dkim_…` is not available to this process")]
    Sign,
    /// A file with certificates cannot be used.
    #[error("failed to read certificates from `{path}`: {reason}")]
    Certificates {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// TLS cannot be set up at all.
    #[error("failed to set up TLS")]
    Tls(#[source] rustls::Error),
    /// The host is neither a name nor an address.
    #[error("`{host}` is no name of a mail server")]
    Host {
        /// As written.
        host: String,
    },
    /// The directory for messages cannot be used.
    #[error("failed to open the directory `{path}` for messages")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is a user and no password: its credential is not here.
    #[error("the password for the mail server is not available to this process; see `[mail] password_…`")]
    Password,
    /// The thread for the mail server cannot be started.
    #[error("failed to start the mail thread")]
    Thread(#[source] std::io::Error),
}

/// The way out for messages.
#[derive(Debug)]
pub struct Mailer {
    way: Way,
}

#[derive(Debug)]
enum Way {
    File(file::Directory),
    Maildir(maildir::Maildir),
    Sendmail(sendmail::Sendmail),
    Smtp(smtp::Smtp),
}

impl Mailer {
    /// Checks the settings and gets ready; connects nowhere yet.
    ///
    /// # Errors
    /// Settings with which no message could ever leave.
    pub fn open(settings: &MailSettings) -> Result<Self, MailError> {
        mailbox::parse(&settings.from)?;
        if let Some(bounce) = &settings.bounce {
            mailbox::parse(bounce)?;
        }
        let way = match &settings.transport {
            Transport::File { directory } => Way::File(file::Directory::open(directory)?),
            Transport::Maildir { directory } => Way::Maildir(maildir::Maildir::open(directory)?),
            Transport::Sendmail { command, timeout } => Way::Sendmail(sendmail::Sendmail::new(command, *timeout)),
            Transport::Smtp(smtp) if smtp.user.is_some() && smtp.password.is_none() => {
                return Err(MailError::Password);
            }
            Transport::Smtp(smtp) => Way::Smtp(smtp::Smtp::open(smtp)?),
        };
        Ok(Self { way })
    }

    /// Tries the way out without sending anything: greets the mail server, encrypts, logs in; or looks at the
    /// directory or program. Answers in words, one finding a line.
    ///
    /// # Errors
    /// In words, why no message could leave now.
    pub async fn probe(&self) -> Result<Vec<String>, String> {
        match &self.way {
            Way::File(directory) => directory.probe().map(|words| vec![words]),
            Way::Maildir(maildir) => maildir.probe().map(|words| vec![words]),
            Way::Sendmail(sendmail) => sendmail.probe().map(|words| vec![words]),
            Way::Smtp(smtp) => smtp.probe().await.map(|found| found.words()),
        }
    }

    /// Hands one message over. Every wait in it has an end; a mail server that keeps silent costs its own thread only.
    pub async fn send(&self, message: &Message) -> Attempt {
        match &self.way {
            Way::File(directory) => directory.deliver(message).await,
            Way::Maildir(maildir) => maildir.deliver(message).await,
            Way::Sendmail(sendmail) => sendmail.deliver(message).await,
            Way::Smtp(smtp) => smtp.deliver(message).await,
        }
    }
}
