//! The demo press: outlets, their feeds and the articles that appear in them, hour by hour.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::text::url::canonical;

use super::article::{Article, Day, Ids, PressFeed};
use super::document::{self, PressDocument};
use super::load::{self, PressError};

/// How many entries a feed shows; real ones show ten to fifty.
pub const SHOWN_MAX: usize = 12;

/// Said wherever the texts are shown, so that nobody takes them for the outlets' own.
pub const NOTE: &str = "The texts were written for this demonstration; none was published by the outlet it is filed under. \
                        The matters are of public record, condensed into six days.";

/// The whole press.
#[derive(Clone, Debug, PartialEq)]
pub struct Press {
    pub(super) sites: BTreeMap<String, (String, String)>,
    pub(super) feeds: Vec<PressFeed>,
    pub(super) articles: Vec<Article>,
    pub(super) days: Vec<Day>,
}

impl Press {
    /// Reads the press that is built into the program; fails only if its files are broken, which a test rules out.
    pub fn bundled() -> Result<Self, PressError> {
        load::bundled()
    }

    /// The feeds, in the order of their file.
    pub fn feeds(&self) -> &[PressFeed] {
        &self.feeds
    }

    /// Every article, in the order of publication.
    pub fn articles(&self) -> &[Article] {
        &self.articles
    }

    /// The simulated days, first to last.
    pub fn days(&self) -> &[Day] {
        &self.days
    }

    /// Number, from 1, of the simulated day (UTC) in which `at` lies.
    pub fn day_of(&self, at: Timestamp) -> Option<usize> {
        let date = at.to_zoned(TimeZone::UTC).date();
        self.days.iter().position(|day| day.date == date).map(|i| i + 1)
    }

    /// The moments of the tour, `every` so long from 05:00 UTC of the first day (before its first article) to the end of the
    /// last; empty unless `every` is a positive span.
    pub fn moments(&self, every: SignedDuration) -> Vec<Timestamp> {
        let at = |date: Date, hour| date.at(hour, 0, 0, 0).to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).ok();
        let ends = self.days.first().zip(self.days.last());
        let Some((first, last)) = ends.and_then(|(f, l)| at(f.date, 5).zip(at(l.date, 23))) else { return Vec::new() };
        let next = |now: &Timestamp| now.checked_add(every).ok();
        std::iter::successors(Some(first).filter(|_| every > SignedDuration::ZERO), next)
            .take_while(|at| *at <= last)
            .collect()
    }

    /// What the feed of that slug shows at `now`; `None` when there is no such feed.
    pub fn document(&self, slug: &str, now: Timestamp) -> Option<PressDocument> {
        let feed = self.feeds.iter().find(|feed| feed.slug == slug)?;
        Some(document::render(self, feed, now))
    }

    /// The articles that a feed shows at `now`, newest in the feed first, at most [`SHOWN_MAX`].
    pub fn shown(&self, feed: &PressFeed, now: Timestamp) -> Vec<&Article> {
        let mut shown: Vec<(Timestamp, &Article)> = self
            .articles
            .iter()
            .filter_map(|article| Some((*article.shown.get(&feed.slug)?, article)))
            .filter(|(since, _)| *since <= now)
            .collect();
        shown.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.path.cmp(&b.1.path)));
        shown.into_iter().take(SHOWN_MAX).map(|(_, article)| article).collect()
    }

    /// The article behind a link, in whichever feed's form.
    pub fn article(&self, link: &str) -> Option<&Article> {
        let wanted = canonical(link)?;
        self.articles.iter().find(|article| {
            self.feeds
                .iter()
                .filter(|feed| article.shown.contains_key(&feed.slug))
                .any(|feed| canonical(&self.link(feed, article)).as_deref() == Some(wanted.as_str()))
        })
    }

    /// The link under which `feed` shows `article`.
    pub fn link(&self, feed: &PressFeed, article: &Article) -> String {
        if feed.aggregator {
            return format!("{}/read/{}?oc=5", self.site(feed), number(feed, article));
        }
        let link = self.permalink(feed, article);
        if feed.tracking.is_empty() { link } else { format!("{link}?{}", feed.tracking) }
    }

    /// The id under which `feed` shows `article`.
    pub fn guid(&self, feed: &PressFeed, article: &Article) -> String {
        match feed.ids {
            Ids::Permalink => self.permalink(feed, article),
            Ids::Number => number(feed, article),
            Ids::Tag => {
                let domain = self.sites.get(&feed.outlet).map_or("", |(_, domain)| domain.as_str());
                format!("tag:{domain},2022:{}", article.path)
            }
        }
    }

    /// The root of the site of `feed`'s outlet, in the form in which the feed links to it.
    pub fn site(&self, feed: &PressFeed) -> String {
        let domain = self.sites.get(&feed.outlet).map_or("", |(_, domain)| domain.as_str());
        format!("{}://{}{domain}", feed.scheme, feed.host)
    }

    /// Name and site of an article's outlet, as an aggregator shows them.
    pub fn source(&self, article: &Article) -> (String, String) {
        let (name, domain) = self.sites.get(&article.outlet).cloned().unwrap_or_default();
        (name, format!("https://www.{domain}"))
    }

    fn permalink(&self, feed: &PressFeed, article: &Article) -> String {
        format!("{}{}", self.site(feed), article.path)
    }
}

/// A number as a publisher's system would count: stable for an article, different in each feed.
fn number(feed: &PressFeed, article: &Article) -> String {
    let hash = blake3::hash(format!("{}\n{}\n{}", feed.slug, article.outlet, article.path).as_bytes());
    let digits = hash.as_bytes().iter().take(4).fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
    format!("{}", 1_000_000 + digits % 9_000_000)
}
