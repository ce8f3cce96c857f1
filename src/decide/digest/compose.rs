//! What a digest says: stories in sections, best first, within the limits, under a subject that tells the news.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::civil;
use super::rank::Rank;
use super::story::story;
use super::words::{Words, words};
use crate::domain::digest::{Audience, Digest, DigestFooter, DigestStory, FeedTrouble, MoreStory, RunningStory};
use crate::domain::item::Lang;
use crate::domain::story::{DevelopmentId, StoryBrief, StoryId};
use crate::text::clean;

/// Phones show about this many characters of a subject.
const SUBJECT_CHARS: usize = 70;

/// Composes from what the audience has not been told, feeds in trouble included; `None` when that is nothing.
///
/// Every untold development of `briefs` is in `told`, also where a limit left only a headline of its story.
#[expect(clippy::too_many_arguments, reason = "each is one part of the mail, named in the order in which it is shown")]
pub fn compose(
    audience: &Audience,
    briefs: &[StoryBrief],
    running: Vec<RunningStory>,
    troubles: &[FeedTrouble],
    footer: DigestFooter,
    topic_names: &[String],
    reason: &str,
    now: Timestamp,
) -> Option<Digest> {
    let words = words(audience.language);
    let ranked = ranked(audience, briefs, words);
    let subject = subject(&ranked, audience.language, words).or_else(|| subject_of_troubles(troubles, words))?;
    let told: Vec<DevelopmentId> = ranked.iter().flat_map(|(_, s)| s.news.iter().map(|n| n.development)).collect();
    let (kept, more) = within_limits(ranked, audience);
    let known: BTreeSet<StoryId> = briefs.iter().filter(|b| b.told_before).map(|b| b.id).collect();
    let (developments, new) = kept.into_iter().partition(|story| known.contains(&story.id));
    Some(Digest {
        audience: audience.name.clone(),
        topics: topic_names.to_vec(),
        at: now,
        at_words: words.moment(now, &civil::zone(&audience.timezone)),
        timezone: audience.timezone.clone(),
        language: audience.language,
        subject,
        new,
        developments,
        running,
        n_more: more.len(),
        more,
        troubles: troubles.to_vec(),
        footer,
        told,
        reason: reason.to_owned(),
    })
}

/// Best first; of equals the one with the latest news.
fn ranked(audience: &Audience, briefs: &[StoryBrief], words: &Words) -> Vec<(Rank, DigestStory)> {
    let mut ranked: Vec<_> = briefs.iter().filter_map(|brief| story(brief, audience.language, words)).collect();
    ranked.sort_by_key(|(rank, story)| (Reverse(rank.score), Reverse(story.news.first().map(|n| n.at)), story.id));
    ranked
}

/// The stories that fit, and those that are told by their headline only, both best first.
fn within_limits(ranked: Vec<(Rank, DigestStory)>, audience: &Audience) -> (Vec<DigestStory>, Vec<MoreStory>) {
    let mut n_by_outlet: BTreeMap<String, usize> = BTreeMap::new();
    let (mut kept, mut more) = (Vec::new(), Vec::new());
    for (_, story) in ranked {
        let n_led = n_by_outlet.entry(story.lead.outlet.clone()).or_default();
        if kept.len() < audience.stories_max && *n_led < audience.per_outlet_max {
            *n_led += 1;
            kept.push(story);
        } else {
            more.push(headline_only(story));
        }
    }
    (kept, more)
}

fn headline_only(story: DigestStory) -> MoreStory {
    let DigestStory { id, headline, lead, .. } = story;
    MoreStory { id, headline, outlet: lead.outlet, url: lead.url, lang: lead.lang }
}

/// `ISS partnership extended to 2030 — and 3 more`.
fn subject(ranked: &[(Rank, DigestStory)], lang: Lang, words: &Words) -> Option<String> {
    let (_, first) = ranked.first()?;
    let plain: String = headline_in(lang, first).chars().filter(|c| !is_emoji(*c)).collect();
    Some(with_rest(&plain, ranked.len() - 1, words))
}

/// `Feed TASS: broken since 2 Mar 06:00 UTC, 9 failures: 404… — and 1 more`, where there is no news.
fn subject_of_troubles(troubles: &[FeedTrouble], words: &Words) -> Option<String> {
    let first = troubles.first()?;
    Some(with_rest(&format!("{} {}: {}", words.feed, first.feed, first.words), troubles.len() - 1, words))
}

/// A subject that fits, with how many more things the mail tells.
fn with_rest(first: &str, n_more: usize, words: &Words) -> String {
    let rest = match n_more {
        0 => String::new(),
        n => format!(" — {}", words.and_more(n)),
    };
    let room = SUBJECT_CHARS.saturating_sub(rest.chars().count());
    format!("{}{rest}", at_a_word(&clean::line(first, usize::MAX), room))
}

/// The best source's headline, or one that the audience can read when that source wrote in another language.
fn headline_in(lang: Lang, story: &DigestStory) -> &str {
    if story.lead.lang == lang {
        return &story.headline;
    }
    let since = story.news.last().map(|oldest| oldest.at);
    let is_fresh = |at| since.is_none_or(|since| at >= since);
    let other = story.also.iter().find(|c| c.lang == lang && c.copy_of.is_none() && is_fresh(c.at));
    other.map_or(&story.headline, |coverer| &coverer.title)
}

/// Cuts between words where one ends in the last third, so that no half word stands in an inbox.
fn at_a_word(text: &str, max: usize) -> String {
    let short = clean::shorten(text, max);
    let Some(cut) = short.strip_suffix('…').filter(|_| short != text) else { return short };
    let goes_on = text.get(cut.len()..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    match cut.rfind(' ').filter(|at| goes_on && *at * 3 > cut.len() * 2) {
        Some(at) => format!("{}…", cut.get(..at).unwrap_or(cut).trim_end_matches([',', ';', ':', ' ', '—', '–'])),
        None => short,
    }
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27BF}' | '\u{2B50}'..='\u{2B55}' | '\u{1F000}'..='\u{1FAFF}' | '\u{E000}'..='\u{F8FF}')
}

#[cfg(test)]
#[path = "compose_tests.rs"]
mod tests;
