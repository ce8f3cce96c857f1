//! A rendered digest as a finished message for one recipient: same input, same bytes.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};

use super::{MailError, mailbox};
use crate::domain::message::{NewMessage, Rendered};
use crate::domain::policy::MailSettings;
use crate::text::clean;

/// References kept, the first and the latest: some clients break a thread on longer headers.
const REFERENCES_MAX: usize = 10;

/// What a message says of itself beside its text.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    /// Name of the audience.
    pub audience: &'a str,
    /// Names of its topics.
    pub topics: &'a [String],
    /// What tells this digest from all others of this installation: letters and digits.
    pub digest_id: &'a str,
    /// What tells this installation from others; never changes.
    pub instance: &'a str,
    /// When the digest was composed: the `Date`, also on every retry.
    pub at: Timestamp,
    /// Message-IDs (without brackets) of the thread so far, oldest first; the last one is replied to.
    pub references: &'a [String],
}

/// Puts a message together.
///
/// Its Message-ID comes from (instance, digest, recipient), its boundary from the Message-ID, its Date from the head,
/// so a message composed twice is the same message: receivers that drop duplicates can.
///
/// # Errors
/// A recipient or sender that is no usable mailbox.
pub fn compose(
    settings: &MailSettings,
    rendered: &Rendered,
    recipient: &str,
    head: &Head<'_>,
) -> Result<NewMessage, MailError> {
    let from = mailbox::parse(&settings.from)?;
    let to = mailbox::parse(recipient)?;
    let bounce = settings.bounce.as_deref().map(mailbox::parse).transpose()?.unwrap_or_else(|| from.clone());
    let subject = clean::line(&rendered.subject, 200);
    let message_id = message_id(head, &to, &from);
    let message = builder(head, &from, &to, &subject, &message_id)
        .multipart(body(rendered, &message_id))
        .map_err(MailError::Compose)?;
    Ok(NewMessage {
        message_id,
        envelope_from: bounce.email.to_string(),
        envelope_to: to.email.to_string(),
        subject,
        bytes: message.formatted(),
    })
}

fn builder(
    head: &Head<'_>,
    from: &Mailbox,
    to: &Mailbox,
    subject: &str,
    message_id: &str,
) -> lettre::message::MessageBuilder {
    let list = list_id(head, from.email.domain());
    let mut builder = Message::builder()
        .from(from.clone())
        .to(to.clone())
        .subject(subject)
        .date(SystemTime::from(head.at))
        .message_id(Some(format!("<{message_id}>")))
        .raw_header(list)
        // Tells holiday responders to keep silent (RFC 3834 section 5); `Precedence` is the older word for it.
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("Precedence", "list".to_owned()))
        .raw_header(header("X-Orbitwire-Digest", head.digest_id.to_owned()));
    let references: Vec<String> = thread(head.references).into_iter().map(|id| format!("<{id}>")).collect();
    if let Some(last) = references.last() {
        builder = builder.in_reply_to(last.clone()).references(references.join(" "));
    }
    builder
}

/// Text first, HTML last: clients show the last part that they can (RFC 2046 section 5.1.4).
fn body(rendered: &Rendered, message_id: &str) -> MultiPart {
    let boundary = format!("orbitwire-{}", hash(&["boundary", message_id]));
    MultiPart::alternative()
        .boundary(boundary)
        .singlepart(SinglePart::plain(crlf(&rendered.text)))
        .singlepart(SinglePart::html(crlf(&rendered.html)))
}

fn crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace(['\r', '\n'], "\r\n")
}

fn message_id(head: &Head<'_>, to: &Mailbox, from: &Mailbox) -> String {
    let key = hash(&[head.instance, head.digest_id, to.email.as_ref()]);
    format!("{}.{key}@{}", head.digest_id, from.email.domain())
}

/// 32 hex digits; parts cannot run into each other.
fn hash(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    hasher.finalize().to_hex().chars().take(32).collect()
}

/// The first reference and the latest ones, without what could leave its header.
fn thread(references: &[String]) -> Vec<&str> {
    let is_plain = |id: &&str| {
        id.contains('@') && id.len() <= 250 && id.chars().all(|c| c.is_ascii_graphic() && !"<>".contains(c))
    };
    let all: Vec<&str> = references.iter().map(String::as_str).filter(is_plain).collect();
    match (all.first(), all.len().checked_sub(REFERENCES_MAX)) {
        (Some(first), Some(n_over)) if n_over > 0 => [first].into_iter().chain(&all[n_over + 1..]).copied().collect(),
        _ => all,
    }
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// `Topic <audience.orbitwire.example.org>` (RFC 2919): stable, so that readers' filters hold.
fn list_id(head: &Head<'_>, domain: &str) -> HeaderValue {
    let id = format!("<{}.orbitwire.{domain}>", label(head.audience));
    let words: String = clean::line(&head.topics.join(", "), 80).chars().filter(|c| !"<>\"\\".contains(*c)).collect();
    header("List-Id", if words.is_empty() { id } else { format!("{words} {id}") })
}

/// An audience's name as a label of a host name; names in other letters become their hash.
fn label(audience: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let label: String = audience.chars().map(plain).take(40).collect();
    let label = label.trim_matches('-');
    if audience.is_ascii() && !label.is_empty() && audience.len() <= 40 {
        label.to_owned()
    } else {
        hash(&["label", audience]).chars().take(12).collect()
    }
}

#[cfg(test)]
#[path = "compose_tests.rs"]
mod tests;
