//! What an inbox shows after the subject.

use super::super::words::Words;
use crate::domain::digest::{Digest, DigestStory};
use crate::domain::story::DevelopmentKind;
use crate::text::clean;

const CHARS: usize = 110;
const CHARS_MIN: usize = 40;

/// What the subject does not say. Of a thread, whose subject stays: what is new and how many more stories there are. Of
/// a digest: its other headlines, or the first words of its only story.
pub(super) fn preheader(digest: &Digest, w: &Words) -> String {
    let all: Vec<&DigestStory> = digest.new.iter().chain(&digest.developments).collect();
    let best = best(digest, &all);
    let others = || all.iter().filter(|story| best.is_none_or(|best| best.id != story.id));
    let mut parts: Vec<String> = Vec::new();
    if let Some(story) = best.filter(|_| digest.thread.is_some()) {
        let line = story.news.iter().find(|line| line.kind != DevelopmentKind::FirstReport);
        parts.extend(line.map(|line| format!("{}: {}", w.kind(line.kind), line.what)));
        parts.extend((all.len() > 1).then(|| w.and_more(all.len() - 1)));
    }
    parts.extend(others().map(|story| story.headline.clone()));
    parts.extend(best.and_then(|story| story.excerpts.first()).map(|excerpt| excerpt.text.clone()));
    parts.push(w.summary(digest.new.len(), digest.developments.len(), digest.running.len()));
    parts.push(digest.at_words.clone());
    parts.push(w.footer(&digest.footer));
    let mut text = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if text.chars().count() >= CHARS_MIN {
            break;
        }
        if !text.is_empty() {
            text.push_str(" · ");
        }
        text.push_str(part);
    }
    clean::line(&text, CHARS)
}

/// The story that the subject tells: of a thread its own, else the one whose headline the subject begins with.
fn best<'a>(digest: &Digest, all: &[&'a DigestStory]) -> Option<&'a DigestStory> {
    let is_subject = |story: &&&DigestStory| {
        let mut titles = story.also.iter().map(|c| c.title.as_str()).chain([story.headline.as_str()]);
        titles.any(|title| digest.subject.starts_with(head(title)))
    };
    let of_thread = digest.thread.and_then(|id| all.iter().find(|story| story.id == id));
    of_thread.or_else(|| all.iter().find(is_subject)).or(all.first()).copied()
}

/// Enough of a headline to know it again in a shortened subject.
fn head(headline: &str) -> &str {
    headline.char_indices().nth(24).map_or(headline, |(at, _)| &headline[..at])
}
