//! A rendered digest as finished messages, one for each recipient: same input, same bytes.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};

use super::unsubscribe::{self, Way};
use super::{MailError, dkim, mailbox};
use crate::domain::message::{NewMessage, Picture, Rendered};
use crate::domain::policy::MailSettings;
use crate::text::clean;

/// Characters of a subject.
const SUBJECT_MAX: usize = 200;

/// What the messages of a digest say of themselves beside their text.
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
    /// Message-ID (without brackets) that every mail of the thread refers to.
    pub root: Option<&'a str>,
}

/// A digest as mail: a body for all, made once, and a head for each recipient.
#[derive(Debug)]
pub struct Letter<'a> {
    settings: &'a MailSettings,
    head: &'a Head<'a>,
    from: Mailbox,
    bounce: Mailbox,
    subject: String,
    /// The header `Content-Type` with its line end.
    content_type: String,
    body: Vec<u8>,
    body_hash: String,
}

impl<'a> Letter<'a> {
    /// Writes the body.
    ///
    /// # Errors
    /// A sender that is no usable mailbox.
    pub fn new(settings: &'a MailSettings, rendered: &Rendered, head: &'a Head<'a>) -> Result<Self, MailError> {
        Self::with_picture(settings, rendered, None, head)
    }

    /// The same with a picture that the HTML shows.
    ///
    /// # Errors
    /// A sender that is no usable mailbox.
    pub fn with_picture(
        settings: &'a MailSettings,
        rendered: &Rendered,
        picture: Option<&Picture>,
        head: &'a Head<'a>,
    ) -> Result<Self, MailError> {
        let from = mailbox::parse(&settings.from)?;
        let bounce = settings.bounce.as_deref().map(mailbox::parse).transpose()?.unwrap_or_else(|| from.clone());
        let (content_type, body) = parts(rendered, picture, head);
        let body_hash = settings.dkim.as_ref().map(|_| dkim::body_hash(&body)).unwrap_or_default();
        let subject = clean::line(&rendered.subject, SUBJECT_MAX);
        Ok(Self { settings, head, from, bounce, subject, content_type, body, body_hash })
    }

    /// What stands below every head.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The message for one recipient. Its Message-ID comes from (instance, digest, recipient) and its Date from the
    /// head, so a message composed twice is the same message: receivers that drop duplicates can.
    ///
    /// # Errors
    /// A recipient that is no usable mailbox, a key that cannot sign.
    pub fn to(&self, recipient: &str) -> Result<NewMessage, MailError> {
        let to = mailbox::parse(recipient)?;
        let message_id = self.message_id(&to);
        // The part stands in for the body: only the headers are of interest.
        let message = self.builder(&to, &message_id).singlepart(SinglePart::plain(String::new()));
        let mut head = message.map_err(MailError::Compose)?.headers().to_string();
        head.push_str(&self.content_type);
        if let Some(key) = &self.settings.dkim {
            let signature = dkim::signature(key, &head, &self.body_hash, self.head.at).ok_or(MailError::Sign)?;
            head.insert_str(0, &signature);
        }
        head.push_str("\r\n");
        Ok(NewMessage {
            message_id,
            envelope_from: self.bounce.email.to_string(),
            envelope_to: to.email.to_string(),
            subject: self.subject.clone(),
            head: head.into_bytes(),
        })
    }

    fn builder(&self, to: &Mailbox, message_id: &str) -> lettre::message::MessageBuilder {
        let head = self.head;
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(to.clone())
            .subject(self.subject.clone())
            .date(SystemTime::from(head.at))
            .message_id(Some(format!("<{message_id}>")));
        // A thread is held together by one root that never changes, the mail that began it included.
        if let Some(root) = head.root.filter(|root| is_message_id(root)) {
            builder = builder.in_reply_to(format!("<{root}>")).references(format!("<{root}>"));
        }
        builder = builder.raw_header(list_id(head, self.from.email.domain()));
        let Way { header: ways, by_click } = unsubscribe::way(&self.settings.unsubscribe, head, to, &self.bounce);
        builder = builder.raw_header(header("List-Unsubscribe", ways));
        if by_click {
            // RFC 8058: only beside an https address.
            builder = builder.raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        builder
            // Tells holiday responders to keep silent (RFC 3834 section 5), in three dialects.
            .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
            .raw_header(header("Precedence", "list".to_owned()))
            .raw_header(header("X-Auto-Response-Suppress", "All".to_owned()))
            .raw_header(header("X-Orbitwire-Digest", head.digest_id.to_owned()))
    }

    fn message_id(&self, to: &Mailbox) -> String {
        let key = hash(&[self.head.instance, self.head.digest_id, to.email.as_ref()]);
        format!("{}.{key}@{}", self.head.digest_id, self.from.email.domain())
    }
}

/// Where a reader of an audience writes to get no more: shown in the mail, beside its headers.
///
/// # Errors
/// A sender that is no usable mailbox.
pub fn unsubscribe_by_mail(settings: &MailSettings, audience: &str) -> Result<String, MailError> {
    let bounce = mailbox::parse(settings.bounce.as_deref().unwrap_or(&settings.from))?;
    Ok(unsubscribe::by_mail(&settings.unsubscribe, audience, &bounce))
}

/// A Message-ID for a thread's root: that of a message which need not exist.
pub fn root(settings: &MailSettings, instance: &str, audience: &str, thread: &str) -> Result<String, MailError> {
    let from = mailbox::parse(&settings.from)?;
    Ok(format!("thread.{}@{}", hash(&["thread", instance, audience, thread]), from.email.domain()))
}

/// The header `Content-Type` and the body. Text comes first, HTML last: clients show the last part that they can (RFC
/// 2046 section 5.1.4).
fn parts(rendered: &Rendered, picture: Option<&Picture>, head: &Head<'_>) -> (String, Vec<u8>) {
    let boundary = |of: &str| format!("orbitwire-{}", hash(&[of, head.instance, head.digest_id]));
    let text = SinglePart::plain(crlf(&rendered.text));
    let html = SinglePart::html(crlf(&rendered.html));
    let parts = MultiPart::alternative().boundary(boundary("boundary")).singlepart(text);
    let parts = match picture {
        None => parts.singlepart(html),
        // A picture belongs to the HTML alone, so that clients without HTML show no attachment (RFC 2387).
        Some(Picture { content_id, png }) => {
            let kind = ContentType::parse("image/png").unwrap_or(ContentType::TEXT_PLAIN);
            let image = Attachment::new_inline(content_id.clone()).body(png.clone(), kind);
            let related = MultiPart::related().boundary(boundary("related"));
            parts.multipart(related.singlepart(html).singlepart(image))
        }
    };
    let formatted = parts.formatted();
    let end = formatted.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(0);
    let (content_type, body) = formatted.split_at((end + 2).min(formatted.len()));
    (String::from_utf8_lossy(content_type).into_owned(), body.get(2..).unwrap_or_default().to_vec())
}

fn is_message_id(id: &str) -> bool {
    id.contains('@') && id.len() <= 250 && id.chars().all(|c| c.is_ascii_graphic() && !"<>".contains(c))
}

fn crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace(['\r', '\n'], "\r\n")
}

/// 32 hex digits; parts cannot run into each other.
pub(super) fn hash(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    hasher.finalize().to_hex().chars().take(32).collect()
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
