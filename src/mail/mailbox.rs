//! Mailboxes of the settings, with the fault named.

use lettre::message::Mailbox;

use super::MailError;
use crate::text::{clean, mailbox};

/// The mailbox as mail servers take it.
///
/// # Errors
/// Which mailbox, and what is wrong with it.
pub(super) fn parse(written: &str) -> Result<Mailbox, MailError> {
    mailbox::parse(written).map_err(|reason| MailError::Mailbox { mailbox: clean::line(written, 120), reason })
}
