//! Digests made up for looking at templates: everything that a mail can hold, and as little as it can hold.

use serde_json::Value;

use crate::domain::digest::{Digest, Occasion};
use crate::domain::item::Lang;
use crate::domain::story::Confirmation;

/// Keys of texts that strangers write, or that are made of such.
const STRANGERS: [&str; 16] = [
    "headline",
    "text",
    "what",
    "outlet",
    "title",
    "speaker",
    "verb",
    "matched",
    "words",
    "feed",
    "note",
    "differences",
    "copy_of",
    "topics",
    "audience",
    "subject",
];

/// What no text may become in HTML.
pub(super) const MARK: &str = "<x-orbitwire>";

/// A digest with two new stories, one development, two that run on, days ahead, a chart and a feed in trouble.
pub fn sample(language: Lang) -> Option<Digest> {
    let digest: Digest = serde_json::from_str(include_str!("sample.json")).ok()?;
    Some(Digest { language, ..digest })
}

/// The samples by which templates are proved, each with its name.
pub(super) fn all() -> Vec<(&'static str, Digest)> {
    let Some(full) = sample(Lang::En) else { return Vec::new() };
    let russian = Digest { language: Lang::Ru, ..full.clone() };
    let picture = Digest { charts: true, ..full.clone() };
    let mut samples = vec![
        ("plain", plain(full.clone())),
        ("quiet", quiet(full.clone())),
        ("picture", picture),
        ("Russian", russian),
    ];
    samples.extend(hostile().map(|digest| ("hostile", digest)));
    samples.insert(0, ("full", full));
    samples
}

/// One story with nothing but its headline.
pub(super) fn plain(mut digest: Digest) -> Digest {
    digest.new.truncate(1);
    for story in &mut digest.new {
        story.news.clear();
        story.excerpts.clear();
        story.quotes.clear();
        story.also.clear();
        story.differences.clear();
        story.bar.clear();
        story.note = None;
        story.lead.url = None;
        story.confirmation = Confirmation::OneOutlet;
    }
    digest.occasion = Occasion::Development;
    digest.developments.clear();
    without_rest(digest)
}

fn quiet(mut digest: Digest) -> Digest {
    "Nothing new this week — 41 feeds healthy".clone_into(&mut digest.subject);
    digest.occasion = Occasion::Heartbeat;
    digest.new.clear();
    digest.developments.clear();
    without_rest(digest)
}

fn without_rest(digest: Digest) -> Digest {
    Digest { running: vec![], ahead: vec![], more: vec![], n_more: 0, troubles: vec![], coverage: vec![], ..digest }
}

/// The full one with a tag in every text of a stranger.
fn hostile() -> Option<Digest> {
    let mut value: Value = serde_json::from_str(include_str!("sample.json")).ok()?;
    taint(&mut value, false);
    serde_json::from_value(value).ok()
}

fn taint(value: &mut Value, is_strangers: bool) {
    match value {
        Value::String(text) if is_strangers => text.push_str(MARK),
        Value::Array(values) => values.iter_mut().for_each(|value| taint(value, is_strangers)),
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(key, value)| taint(value, STRANGERS.contains(&key.as_str())));
        }
        _ => {}
    }
}
