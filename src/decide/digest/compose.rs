//! What a digest says: stories in sections, best first, within the limits, under a subject that tells the news.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::rank::Rank;
use super::story::story;
use super::words::{Words, words};
use super::{ahead, civil, coverage, subject};
use crate::domain::audience::Audience;
use crate::domain::digest::{Digest, DigestFooter, DigestStory, FeedTrouble, MoreStory, Occasion, RunningStory};
use crate::domain::story::{DevelopmentId, StoryBrief, StoryId};

/// Stories of one digest, in full or by their headlines: as many as a mail is sure to have room for. What is beyond that
/// stays untold and comes with the next one.
const STORIES_TOLD_MAX: usize = 40;

/// What a digest is made of.
#[derive(Clone, Debug)]
pub struct Material<'a> {
    /// Stories with something untold.
    pub briefs: &'a [StoryBrief],
    /// Known stories that go on.
    pub running: Vec<RunningStory>,
    /// Stories whose reports name days to come.
    pub ahead: &'a [StoryBrief],
    /// When the reports of the last days were published.
    pub reports: &'a [Timestamp],
    /// Feeds in trouble.
    pub troubles: &'a [FeedTrouble],
    /// The footer's numbers.
    pub footer: DigestFooter,
    /// Keys and names of the audience's topics.
    pub topics: &'a [(String, String)],
    /// Subjects of the first mails on developments by the story that led them.
    pub threads: &'a BTreeMap<StoryId, String>,
    /// When the audience had its last mail, or has existed since.
    pub since: Timestamp,
}

/// Composes from what the audience has not been told, feeds in trouble included; `None` when that is nothing and no
/// heartbeat is due.
///
/// Every untold development of the best stories is in `told`, also where a limit left only a headline of one. A mail on
/// developments belongs to the thread of the story that leads it and keeps that thread's subject, since some clients
/// know a thread by nothing else; it tells of days to come only for its own stories.
pub fn compose(
    audience: &Audience,
    material: &Material<'_>,
    (occasion, reason): (Occasion, &str),
    now: Timestamp,
) -> Option<Digest> {
    let words = words(audience.language);
    let zone = civil::zone(&audience.timezone);
    let mut ranked = ranked(audience, material, words);
    let n_waiting = ranked.split_off(ranked.len().min(STORIES_TOLD_MAX.max(audience.stories_max))).len();
    let thread = ranked.first().map(|(_, story)| story.id).filter(|_| occasion == Occasion::Development);
    let subject = subject(audience, &ranked, (thread, occasion), material, now)?;
    let told: Vec<DevelopmentId> = ranked.iter().flat_map(|(_, s)| s.news.iter().map(|n| n.development)).collect();
    let days = (zone.to_datetime(now).date(), audience.ahead_days);
    let mut ahead = ahead::ahead(material.ahead, days, &zone, audience.language, words);
    if thread.is_some() {
        ahead.retain(|line| ranked.iter().any(|(_, story)| story.id == line.story));
    }
    let (kept, more) = within_limits(ranked, audience);
    let known: BTreeSet<StoryId> = material.briefs.iter().filter(|b| b.told_before).map(|b| b.id).collect();
    let (developments, new) = kept.into_iter().partition(|story| known.contains(&story.id));
    Some(Digest {
        audience: audience.name.clone(),
        topics: material.topics.iter().map(|(_, name)| name.clone()).collect(),
        at: now,
        at_words: words.moment(now, &zone),
        timezone: audience.timezone.clone(),
        language: audience.language,
        subject,
        thread,
        new,
        developments,
        running: material.running.clone(),
        ahead,
        coverage: coverage::by_day(material.reports, &zone, now),
        charts: audience.charts,
        n_more: more.len(),
        more,
        n_waiting,
        troubles: material.troubles.to_vec(),
        footer: material.footer,
        unsubscribe: None,
        told,
        occasion,
        reason: reason.to_owned(),
    })
}

/// The subject of what there is to tell: that of the thread, the best story's, a feed's trouble, or that all is quiet.
fn subject(
    audience: &Audience,
    ranked: &[(Rank, DigestStory)],
    (thread, occasion): (Option<StoryId>, Occasion),
    material: &Material<'_>,
    now: Timestamp,
) -> Option<String> {
    let words = words(audience.language);
    let Some((_, first)) = ranked.first() else {
        let quiet = (occasion == Occasion::Heartbeat).then(|| quiet(material, words, now));
        return subject::of_troubles(material.troubles, words).or(quiet);
    };
    let n_more = if thread.is_some() { 0 } else { ranked.len() - 1 };
    let known = thread.and_then(|story| material.threads.get(&story)).cloned();
    Some(known.unwrap_or_else(|| subject::of_news(first, n_more, audience.language, words)))
}

fn quiet(material: &Material<'_>, words: &Words, now: Timestamp) -> String {
    let hours = now.duration_since(material.since).as_hours();
    let DigestFooter { n_feeds, n_failing, .. } = material.footer;
    // Half a day more or less is the same for a reader.
    words.quiet(((hours + 12) / 24).max(1), n_feeds.saturating_sub(n_failing), n_feeds)
}

/// Best first; of equals the one with the latest news.
fn ranked(audience: &Audience, material: &Material<'_>, words: &Words) -> Vec<(Rank, DigestStory)> {
    let of_brief = |brief| story(brief, material.topics, audience.language, words);
    let mut ranked: Vec<_> = material.briefs.iter().filter_map(of_brief).collect();
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

#[cfg(test)]
#[path = "compose_tests.rs"]
mod tests;
