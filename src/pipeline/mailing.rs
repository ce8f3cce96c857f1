//! From a rendered digest to its mails: one for each recipient, in their thread, with the configuration behind them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::service::{Service, StepError};
use crate::domain::message::{NewMessage, Rendered};
use crate::domain::{Audience, Digest};
use crate::mail::{self, Head, Letter};
use crate::render;

/// A digest as it goes into the outbox.
pub(super) struct Mail {
    /// The body of all its messages.
    pub(super) body: Vec<u8>,
    /// One for each recipient.
    pub(super) messages: Vec<NewMessage>,
    /// What it was made from, as JSON.
    pub(super) configuration: String,
}

/// Writes the mails of a digest, one for each recipient who still wants them.
pub(super) async fn write(
    service: &Service,
    audience: &Audience,
    digest: &Digest,
    slot_at: Option<Timestamp>,
    rendered: &Rendered,
    instance: &str,
) -> Result<Mail, StepError> {
    let settings = &service.config.mail;
    let of_story = || digest.thread.map(|story| format!("story-{}", story.0));
    let thread = slot_at.map(|slot| week(slot, &audience.timezone)).or_else(of_story);
    let root = thread.map(|thread| mail::root(settings, instance, &audience.name, &thread)).transpose()?;
    let head = Head {
        audience: &audience.name,
        topics: &digest.topics,
        digest_id: &digest_id(digest, instance),
        instance,
        at: digest.at,
        root: root.as_deref(),
    };
    let picture = render::picture(digest);
    let letter = Letter::with_picture(settings, rendered, picture.as_ref(), &head)?;
    let out = service.store.with(|store| store.unsubscribed()).await?;
    let is_out = |address: &str| out.iter().any(|one| one.audience == audience.name && one.address == address);
    let mut messages = Vec::new();
    for to in &audience.to {
        let message = letter.to(to)?;
        if !is_out(&message.envelope_to.to_lowercase()) {
            messages.push(message);
        }
    }
    Ok(Mail { body: letter.body().to_vec(), messages, configuration: configuration(service, audience) })
}

/// The week of a slot in its own zone: its digests are one thread. Mails on developments thread by the story that leads
/// them.
fn week(slot: Timestamp, timezone: &str) -> String {
    let zone = TimeZone::get(timezone).unwrap_or(TimeZone::UTC);
    let date = slot.to_zoned(zone).date().iso_week_date();
    format!("week-{}-W{:02}", date.year(), date.week())
}

/// The digest's own number, made of what it tells to whom: the same news composed twice is the same mail.
fn digest_id(digest: &Digest, instance: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(instance.as_bytes()).update(b"\0").update(digest.audience.as_bytes()).update(b"\0");
    for development in &digest.told {
        hasher.update(&development.0.to_le_bytes());
    }
    if digest.told.is_empty() {
        hasher.update(&digest.at.as_millisecond().to_le_bytes());
    }
    hasher.finalize().to_hex().chars().take(16).collect()
}

/// What somebody who asks later needs to find the configuration again: its files with their hashes, and the program.
fn configuration(service: &Service, audience: &Audience) -> String {
    let files = service.config.files.iter().map(|(path, hash)| (path.display().to_string(), json!(hash)));
    let value = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "files": files.collect::<serde_json::Map<_, _>>(),
        "topics": audience.topics,
        "from": service.config.mail.from,
    });
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_that_of_the_readers_zone() {
        let check = |at: &str, zone: &str, expected: &str| {
            assert_eq!(week(at.parse().unwrap(), zone), expected, "{at} {zone}");
        };
        check("2026-11-22T23:30:00Z", "UTC", "week-2026-W47");
        check("2026-11-22T23:30:00Z", "Europe/Berlin", "week-2026-W48");
        check("2027-01-03T12:00:00Z", "UTC", "week-2026-W53");
    }
}
