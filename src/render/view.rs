//! What the templates see of a digest: every text final, every list within its limit, every link safe and numbered.
//!
//! This is the documented context of a template; `Words` come along as `w`.

mod ahead;
mod bar;
mod chart;
mod dossier;
mod preheader;
mod refs;
mod story;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::picture;
use super::words::{Words, words};
use crate::domain::digest::{Digest, DigestStory, MoreStory, Occasion, RunningStory};
use crate::domain::story::StoryId;
use crate::text::clean;
pub(super) use dossier::DossierView;
use refs::{Link, Links};
use story::StoryView;

const RUNNING_MAX: usize = 12;
const AHEAD_MAX: usize = 12;
const TROUBLES_MAX: usize = 10;

/// The whole mail.
#[derive(Debug, Serialize)]
pub(super) struct View {
    /// Language of the frame as a tag.
    pub(super) lang: &'static str,
    pub(super) w: &'static Words,
    pub(super) subject: String,
    pub(super) preheader: String,
    /// Names of the topics, joined.
    title: String,
    /// Moment of composition in the audience's zone.
    at: String,
    /// `2 new stories · 1 development`.
    summary: String,
    sections: Vec<Section>,
    running: Vec<Line>,
    running_more: Option<String>,
    ahead: Vec<ahead::Ahead>,
    ahead_more: Option<String>,
    chart: Option<chart::Chart>,
    /// The Content-ID of the chart where it comes as a picture.
    pub(super) picture: Option<&'static str>,
    /// `Nothing new this week…` where there is nothing else.
    quiet: Option<String>,
    more: Vec<Line>,
    more_more: Option<String>,
    /// `5 more stories come with the next mail`.
    waiting: Option<String>,
    /// Spikes of coverage and outlets that fell silent.
    unusual: Vec<(String, String)>,
    unusual_more: Option<String>,
    troubles: Vec<(String, String)>,
    troubles_more: Option<String>,
    because: String,
    unsubscribe: Option<String>,
    footer: String,
}

/// Stories under one heading; never empty.
#[derive(Debug, Serialize)]
struct Section {
    title: &'static str,
    n: usize,
    stories: Vec<StoryView>,
}

/// A story in one line.
#[derive(Debug, Serialize)]
struct Line {
    headline: String,
    lang: &'static str,
    outlet: String,
    counts: String,
    link: Option<Link>,
    command: String,
}

impl View {
    /// The view of a digest with at most `headlines_max` of its headlines.
    pub(super) fn of(digest: &Digest, headlines_max: usize) -> Self {
        let w = words(digest.language);
        let zone = TimeZone::get(&digest.timezone).unwrap_or(TimeZone::UTC);
        let mut links = Links::default();
        let mut number = 0;
        let mut section = |title, stories: &[DigestStory], is_new| Section {
            title,
            n: stories.len(),
            stories: stories
                .iter()
                .map(|story| {
                    number += 1;
                    StoryView::of(story, number, is_new, w, &zone, &mut links)
                })
                .collect(),
        };
        let mut sections =
            vec![section(w.new, &digest.new, true), section(w.developments, &digest.developments, false)];
        sections.retain(|section| section.n > 0);
        let more = digest.more.iter().take(headlines_max).map(|story| Line::more(story, &mut links)).collect();
        let ahead = ahead::ahead(&digest.ahead, AHEAD_MAX, w, &mut links);
        // A mail on developments is short; how the weeks went is for digests.
        let ((unusual, unusual_more), (troubles, troubles_more)) =
            (troubles(digest, true, w), troubles(digest, false, w));
        let chart = chart::chart(&digest.coverage, w).filter(|_| digest.occasion != Occasion::Development);
        Self {
            lang: w.tag(),
            w,
            subject: digest.subject.clone(),
            preheader: preheader::preheader(digest, w),
            title: digest.topics.join(" · "),
            at: digest.at_words.clone(),
            summary: w.summary(digest.new.len(), digest.developments.len(), digest.running.len()),
            sections,
            running: digest.running.iter().take(RUNNING_MAX).map(|story| Line::running(story, w)).collect(),
            running_more: rest(digest.running.len(), RUNNING_MAX, w),
            ahead,
            ahead_more: rest(digest.ahead.len(), AHEAD_MAX, w),
            picture: picture::is_shown(digest).then_some(picture::CONTENT_ID),
            chart,
            quiet: (digest.occasion == Occasion::Heartbeat).then(|| digest.subject.clone()),
            more,
            more_more: rest(digest.more.len(), headlines_max, w),
            waiting: (digest.n_waiting > 0).then(|| w.waiting(digest.n_waiting)),
            unusual,
            unusual_more,
            troubles,
            troubles_more,
            unsubscribe: digest.unsubscribe.clone().filter(|address| address.starts_with("mailto:")),
            because: w.because(&clean::line(&digest.audience, 80)),
            footer: w.footer(&digest.footer),
        }
    }
}

impl Line {
    fn running(story: &RunningStory, w: &Words) -> Self {
        Self {
            headline: clean::line(&story.headline, 160),
            lang: crate::text::lang::detect(&story.headline, None).code(),
            outlet: String::new(),
            counts: w.joined(story.n_outlets, story.n_joined),
            link: None,
            command: command(story.id),
        }
    }

    fn more(story: &MoreStory, links: &mut Links) -> Self {
        Self {
            headline: clean::line(&story.headline, 160),
            lang: story.lang.code(),
            outlet: clean::line(&story.outlet, 80),
            counts: String::new(),
            link: links.add(story.url.as_deref()),
            command: command(story.id),
        }
    }
}

/// `and 3 more` for what a limit left out, if it left out anything.
fn rest(n: usize, max: usize, w: &Words) -> Option<String> {
    n.checked_sub(max).filter(|n| *n > 0).map(|n| w.and_more(n))
}

/// The lines on coverage, or those on feeds, and how many more there are.
fn troubles(digest: &Digest, of_coverage: bool, w: &Words) -> (Vec<(String, String)>, Option<String>) {
    let all: Vec<_> = digest.troubles.iter().filter(|t| t.is_coverage == of_coverage).collect();
    let lines = all.iter().take(TROUBLES_MAX).map(|t| (clean::line(&t.feed, 120), clean::line(&t.words, 200)));
    (lines.collect(), rest(all.len(), TROUBLES_MAX, w))
}

/// What shows the whole story.
fn command(story: StoryId) -> String {
    format!("orbitwire story {}", story.0)
}
