//! A trial: one mail to one address by the real way out, of which the store learns nothing.

use super::digest::{Mode, digest, topic_names};
use super::service::{Service, StepError};
use crate::domain::message::Rendered;
use crate::domain::{Attempt, Audience, Message, MessageId};
use crate::mail::{Head, Letter};

/// What was sent, and what became of it.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Subject.
    pub subject: String,
    /// The attempt.
    pub attempt: Attempt,
}

/// Sends the digest of this moment to `to`, marked as a trial; without news a few words in its place. Nothing counts as
/// told, and the outbox never holds it.
///
/// # Errors
/// When the store fails, `to` is no mailbox, or the way out cannot be opened.
pub async fn try_mail(service: &Service, audience: &Audience, to: &str) -> Result<Trial, StepError> {
    let report = digest(service, Some(&audience.name), Mode::Preview).await?.into_iter().next();
    let composed = report.and_then(|report| Some((report.subject?, report.text?, report.html?)));
    let (subject, text, html) = composed.unwrap_or_else(|| without_news(audience));
    let rendered = Rendered { subject: format!("[test] {subject}"), preheader: String::new(), text, html };
    let now = service.clock.now();
    let topics: Vec<String> = topic_names(service, audience).into_iter().map(|(_, name)| name).collect();
    let instance = service.store.with(|store| store.instance()).await?;
    let head = Head {
        audience: &audience.name,
        topics: &topics,
        digest_id: &format!("test-{}", now.as_millisecond()),
        instance: &instance,
        at: now,
        root: None,
    };
    let letter = Letter::new(&service.config.mail, &rendered, &head)?;
    let new = letter.to(to)?;
    let message = Message {
        id: MessageId(0),
        message_id: new.message_id,
        envelope_from: new.envelope_from,
        envelope_to: new.envelope_to,
        bytes: [new.head.as_slice(), letter.body()].concat(),
        n_attempts: 1,
        tried_since: now,
        n_attempts_before: 0,
    };
    Ok(Trial { subject: rendered.subject, attempt: service.mailer().await?.send(&message).await })
}

fn without_news(audience: &Audience) -> (String, String, String) {
    let words =
        "This is a test mail of orbitwire. There is nothing new to tell at this moment; a digest would stand here.";
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>test</title></head><body><p>{words}</p></body></html>\n"
    );
    (format!("orbitwire, {}", audience.name), format!("{words}\n"), html)
}
