//! One story as the templates see it.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::super::words::Words;
use super::bar::{Bar, bar, unbroken};
use super::refs::{Link, Links};
use crate::domain::QuoteKind;
use crate::domain::digest::{Coverer, DigestQuote, DigestStory, Excerpt, NewLine};
use crate::domain::story::{Confirmation, DevelopmentKind};
use crate::text::clean;

const NEWS_MAX: usize = 5;
const ALSO_MAX: usize = 6;

/// A story.
#[derive(Debug, Serialize)]
pub(super) struct StoryView {
    /// Its number in the mail.
    n: usize,
    /// `New` or `Update`.
    tag: &'static str,
    is_new: bool,
    /// Step of the ladder in words; empty when one outlet says it all.
    ladder: &'static str,
    is_denied: bool,
    headline: String,
    lang: &'static str,
    link: Option<Link>,
    outlet: String,
    /// `government, US`.
    place: String,
    at: String,
    has_video: bool,
    news: Vec<News>,
    news_more: Option<String>,
    excerpts: Vec<Said>,
    quotes: Vec<Said>,
    bar: Vec<Bar>,
    perspective: String,
    /// `5 outlets, 3 independent sources`.
    counts: String,
    note: Option<String>,
    differences: Vec<String>,
    also: Vec<Also>,
    also_more: Option<String>,
    topics: Vec<String>,
    matched: String,
    rank: String,
    command: String,
    /// The links of this story in the order of their numbers, each once.
    links: Vec<Link>,
}

/// A line of news.
#[derive(Debug, Serialize)]
struct News {
    label: &'static str,
    what: String,
    lang: &'static str,
    at: String,
}

/// A sentence or a quote.
#[derive(Debug, Serialize)]
struct Said {
    text: String,
    /// Empty for an excerpt.
    speaker: String,
    /// Empty for an excerpt.
    verb: String,
    is_direct: bool,
    /// The speaker's stance, where the words say so; else empty.
    stance: &'static str,
    outlet: String,
    lang: &'static str,
    link: Option<Link>,
}

/// Another outlet.
#[derive(Debug, Serialize)]
struct Also {
    outlet: String,
    title: String,
    lang: &'static str,
    at: String,
    /// `state agency, RU`.
    place: String,
    copy_of: Option<String>,
    has_video: bool,
    link: Option<Link>,
}

impl StoryView {
    pub(super) fn of(
        story: &DigestStory,
        n: usize,
        is_new: bool,
        w: &Words,
        zone: &TimeZone,
        links: &mut Links,
    ) -> Self {
        let time = |at: jiff::Timestamp| w.time(&at.to_zoned(zone.clone()));
        let link = links.add(story.lead.url.as_deref());
        let excerpts: Vec<_> = story.excerpts.iter().map(|e| Said::excerpt(e, links)).collect();
        let quotes: Vec<_> = story.quotes.iter().map(|q| Said::quote(q, w, links)).collect();
        let also: Vec<_> = story.also.iter().take(ALSO_MAX).map(|c| Also::of(c, time(c.at), w, links)).collect();
        let said = excerpts.iter().chain(&quotes).filter_map(|said| said.link.as_ref());
        let of_story = link.iter().chain(said).chain(also.iter().filter_map(|also| also.link.as_ref()));
        let of_story = in_order(of_story);
        let news: Vec<_> = story.news.iter().filter(|line| is_told(line, story)).collect();
        Self {
            n,
            tag: if is_new { w.tag_new } else { w.tag_updated },
            is_new,
            ladder: if story.confirmation == Confirmation::OneOutlet { "" } else { w.step(story.confirmation) },
            is_denied: story.confirmation == Confirmation::Denied,
            headline: story.headline.clone(),
            lang: story.lead.lang.code(),
            outlet: story.lead.outlet.clone(),
            place: place(&story.lead, w),
            at: time(story.lead.at),
            has_video: story.lead.has_video,
            news_more: super::rest(news.len(), NEWS_MAX, w),
            news: news.into_iter().take(NEWS_MAX).map(|line| News::of(line, time(line.at), w)).collect(),
            bar: bar(&story.bar, &story.perspective),
            perspective: unbroken(&story.perspective),
            counts: w.outlets(story.n_outlets, story.n_independent),
            note: story.note.clone(),
            differences: story.differences.clone(),
            also_more: super::rest(story.also.len(), ALSO_MAX, w),
            topics: story.topics.clone(),
            matched: story.matched.clone(),
            rank: story.rank_reason.clone(),
            command: super::command(story.id),
            links: of_story,
            link,
            excerpts,
            quotes,
            also,
        }
    }
}

/// A first report says what the headline says.
fn is_told(line: &NewLine, story: &DigestStory) -> bool {
    line.kind != DevelopmentKind::FirstReport && line.what != story.headline
}

fn in_order<'a>(links: impl Iterator<Item = &'a Link>) -> Vec<Link> {
    let mut links: Vec<Link> = links.cloned().collect();
    links.sort_by_key(|link| link.n);
    links.dedup_by_key(|link| link.n);
    links
}

fn place(outlet: &Coverer, w: &Words) -> String {
    let kind = w.outlet_kind(outlet.kind);
    if outlet.country.is_empty() { kind.to_owned() } else { format!("{kind}, {}", clean::line(&outlet.country, 8)) }
}

impl News {
    fn of(line: &NewLine, at: String, w: &Words) -> Self {
        let lang = crate::text::lang::detect(&line.what, None).code();
        Self { label: w.kind(line.kind), what: line.what.clone(), lang, at }
    }
}

impl Said {
    fn excerpt(excerpt: &Excerpt, links: &mut Links) -> Self {
        Self {
            text: excerpt.text.clone(),
            speaker: String::new(),
            verb: String::new(),
            is_direct: false,
            stance: "",
            outlet: clean::line(&excerpt.outlet, 80),
            lang: excerpt.lang.code(),
            link: links.add(excerpt.url.as_deref()),
        }
    }

    fn quote(quote: &DigestQuote, w: &Words, links: &mut Links) -> Self {
        Self {
            text: quote.quote.text.clone(),
            speaker: quote.quote.speaker.clone(),
            verb: clean::line(&quote.quote.verb, 40),
            is_direct: quote.quote.kind == QuoteKind::Direct,
            stance: w.stance(quote.quote.stance),
            outlet: clean::line(&quote.outlet, 80),
            lang: quote.lang.code(),
            link: links.add(quote.url.as_deref()),
        }
    }
}

impl Also {
    fn of(coverer: &Coverer, at: String, w: &Words, links: &mut Links) -> Self {
        Self {
            outlet: coverer.outlet.clone(),
            title: clean::line(&coverer.title, 200),
            lang: coverer.lang.code(),
            at,
            place: place(coverer, w),
            copy_of: coverer.copy_of.as_deref().map(|name| clean::line(name, 60)),
            has_video: coverer.has_video,
            link: links.add(coverer.url.as_deref()),
        }
    }
}
