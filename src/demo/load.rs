//! The bundled files of the press, made into one checked whole.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;

use super::article::{Article, Day, PressFeed};
use super::press::Press;
use super::written::{ArticleLine, DayFile, FeedLine, FeedsFile, OutletsFile};

/// The outlets of the press, in the format of `outlets.toml`.
pub(super) const OUTLETS: &str = include_str!("press/outlets.toml");

const FEEDS: &str = include_str!("press/feeds.toml");

const DAYS: [(&str, &str); 7] = [
    ("00-before.toml", include_str!("press/00-before.toml")),
    ("01-monday.toml", include_str!("press/01-monday.toml")),
    ("02-tuesday.toml", include_str!("press/02-tuesday.toml")),
    ("03-wednesday.toml", include_str!("press/03-wednesday.toml")),
    ("04-thursday.toml", include_str!("press/04-thursday.toml")),
    ("05-friday.toml", include_str!("press/05-friday.toml")),
    ("06-saturday.toml", include_str!("press/06-saturday.toml")),
];

/// A bundled file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("bundled file `{file}` is broken: {message}")]
pub struct PressError {
    file: String,
    message: String,
}

pub(super) fn bundled() -> Result<Press, PressError> {
    let outlets: OutletsFile = parse("outlets.toml", OUTLETS)?;
    let feeds: FeedsFile = parse("feeds.toml", FEEDS)?;
    let sites = outlets
        .outlet
        .into_iter()
        .map(|(key, line)| (key, (line.name, line.domains.into_iter().next().unwrap_or_default())))
        .collect();
    let feeds = feeds.feed.into_iter().map(feed).collect();
    let mut press = Press { sites, feeds, articles: Vec::new(), days: Vec::new() };
    for (file, text) in DAYS {
        let day: DayFile = parse(file, text)?;
        add_day(&mut press, day).map_err(|message| PressError { file: file.to_owned(), message })?;
    }
    press.articles.sort_by(|a, b| a.published.cmp(&b.published).then_with(|| a.path.cmp(&b.path)));
    Ok(press)
}

fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, PressError> {
    toml::from_str(text).map_err(|error| PressError { file: file.to_owned(), message: error.to_string() })
}

fn feed(line: FeedLine) -> PressFeed {
    PressFeed {
        slug: line.slug,
        outlet: line.outlet,
        format: line.format,
        charset: line.charset,
        title: line.title,
        lang: line.lang,
        ids: line.ids,
        scheme: line.scheme.unwrap_or_else(|| "https".to_owned()),
        host: line.host.unwrap_or_else(|| "www.".to_owned()),
        tracking: line.tracking,
        zone_hours: line.zone_hours,
        aggregator: line.aggregator,
    }
}

fn add_day(press: &mut Press, file: DayFile) -> Result<(), String> {
    let number = file.date.map_or(0, |_| press.days.len() + 1);
    press.days.extend(file.date.map(|date| Day { date, title: file.title }));
    for line in file.article {
        let article = article(press, number, file.date, line)?;
        press.articles.push(article);
    }
    for line in file.again {
        known_feed(press, &line.feed)?;
        let at = moment(file.date, &line.at)?;
        let article = press.articles.iter_mut().find(|a| a.outlet == line.outlet && a.path == line.path);
        article.ok_or_else(|| format!("no article `{}` to show again", line.path))?.shown.insert(line.feed, at);
    }
    Ok(())
}

fn article(press: &Press, day: usize, date: Option<Date>, line: ArticleLine) -> Result<Article, String> {
    let published = moment(date, &line.at)?;
    let main = press.feeds.iter().find(|feed| feed.outlet == line.outlet);
    let main = main.ok_or_else(|| format!("outlet `{}` has no feed", line.outlet))?;
    let mut slugs = line.feeds;
    if slugs.is_empty() {
        slugs.push(main.slug.clone());
    }
    let mut shown = BTreeMap::new();
    for slug in slugs {
        known_feed(press, &slug)?;
        shown.insert(slug, published);
    }
    for also in line.also {
        known_feed(press, &also.feed)?;
        shown.insert(also.feed, moment(date, &also.at)?);
    }
    let retitled = line.retitled.map(|r| moment(date, &r.at).map(|at| (at, r.title))).transpose()?;
    Ok(Article {
        day,
        lang: main.lang,
        outlet: line.outlet,
        published,
        title: line.title,
        retitled,
        lead: line.lead,
        content: line.content,
        path: line.path,
        video: line.video,
        happening: line.happening,
        told: line.told,
        shown,
    })
}

fn known_feed(press: &Press, slug: &str) -> Result<(), String> {
    let known = press.feeds.iter().any(|feed| feed.slug == slug);
    known.then_some(()).ok_or_else(|| format!("no feed `{slug}`"))
}

/// A time of day on the file's date, or a whole timestamp.
fn moment(date: Option<Date>, at: &str) -> Result<Timestamp, String> {
    if let Ok(at) = at.parse::<Timestamp>() {
        return Ok(at);
    }
    let time: Time = at.parse().map_err(|error| format!("`{at}` is no time: {error}"))?;
    let date = date.ok_or_else(|| format!("`{at}` needs a date"))?;
    let moment = date.to_datetime(time).to_zoned(TimeZone::UTC).map_err(|error| error.to_string())?;
    Ok(moment.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_press_loads() {
        let press = bundled().unwrap();
        assert_eq!(press.days().len(), 6);
        assert_eq!(press.feeds().len(), 14);
    }

    #[test]
    fn every_article_lies_on_its_day_and_has_its_own_address() {
        let press = bundled().unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for article in press.articles() {
            assert!(seen.insert((&article.outlet, &article.path)), "{} twice", article.path);
            assert_eq!(press.day_of(article.published).unwrap_or(0), article.day, "{}", article.path);
            assert!(article.shown.values().all(|since| *since >= article.published), "{}", article.path);
            assert!(article.happening.is_some() || !article.told, "{}", article.path);
        }
    }

    #[test]
    fn what_is_wrong_in_a_file_is_named() {
        let press = bundled().unwrap();
        assert_eq!(known_feed(&press, "nosuch"), Err("no feed `nosuch`".to_owned()));
        assert!(moment(None, "08:00").unwrap_err().contains("needs a date"));
        assert!(parse::<FeedsFile>("feeds.toml", "[[feed]]\nslug = 1\n").is_err());
    }

    #[test]
    fn every_outlet_of_the_file_can_be_named_by_a_reader() {
        let press = bundled().unwrap();
        for feed in press.feeds() {
            assert!(press.sites.contains_key(&feed.outlet), "{}", feed.outlet);
        }
        assert!(press.sites.len() >= 7);
    }
}
