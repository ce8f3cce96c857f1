//! What must hold of the press as a whole, at every hour of its days.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::article::{Charset, PressFeed, PressFormat};
use super::press::{Press, SHOWN_MAX};

fn press() -> Press {
    Press::bundled().unwrap()
}

fn hours() -> impl Iterator<Item = Timestamp> {
    let first: Timestamp = "2022-09-19T00:00:00Z".parse().unwrap();
    (0..=6 * 24).map(move |hour| first + SignedDuration::from_hours(hour))
}

fn last() -> Timestamp {
    hours().last().unwrap()
}

fn of_slug<'p>(press: &'p Press, slug: &str) -> &'p PressFeed {
    press.feeds().iter().find(|feed| feed.slug == slug).unwrap()
}

/// The document as text, by the feed's charset.
fn text(press: &Press, feed: &PressFeed, now: Timestamp) -> String {
    let document = press.document(&feed.slug, now).unwrap();
    match feed.charset {
        Charset::Utf8 => String::from_utf8(document.bytes).unwrap(),
        Charset::Windows1251 => encoding_rs::WINDOWS_1251.decode(&document.bytes).0.into_owned(),
    }
}

#[test]
fn every_document_parses_at_every_hour_and_shows_what_it_should() {
    let press = press();
    let mut seen = BTreeSet::new();
    for feed in press.feeds() {
        for now in hours() {
            let document = press.document(&feed.slug, now).unwrap();
            if !seen.insert(document.etag) {
                continue;
            }
            let shown = press.shown(feed, now);
            let parsed = feed_rs::parser::parse(&document.bytes[..]).unwrap_or_else(|e| panic!("{}: {e}", feed.slug));
            assert_eq!(parsed.entries.len(), shown.len(), "{} at {now}", feed.slug);
            for (entry, article) in parsed.entries.iter().zip(shown) {
                let title = entry.title.as_ref().map(|title| title.content.as_str()).unwrap();
                assert!(title.starts_with(article.title_at(now)), "{} at {now}: {title}", feed.slug);
                assert_eq!(entry.links[0].href, press.link(feed, article));
                assert_eq!(entry.published.unwrap().timestamp(), article.published.as_second());
            }
        }
    }
}

#[test]
fn xml_documents_are_well_formed_and_escaped() {
    let press = press();
    for feed in press.feeds().iter().filter(|feed| feed.format != PressFormat::Json) {
        let text = text(&press, feed, last());
        let mut reader = quick_xml::Reader::from_str(&text);
        loop {
            match reader.read_event() {
                Ok(quick_xml::events::Event::Eof) => break,
                Ok(_) => {}
                Err(error) => panic!("{}: {error}", feed.slug),
            }
        }
    }
    assert!(text(&press, of_slug(&press, "nasa-station"), last()).contains("utm_source=station&amp;utm_medium=feed"));
}

#[test]
fn the_tag_changes_exactly_when_the_document_does() {
    let press = press();
    for feed in press.feeds() {
        let mut bytes_of: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut tag_of: BTreeMap<Vec<u8>, String> = BTreeMap::new();
        let mut n_changes = 0;
        let mut before = None;
        for now in hours() {
            let document = press.document(&feed.slug, now).unwrap();
            let key = (
                press.shown(feed, now).iter().map(|a| (a.path.clone(), a.title_at(now).to_owned())).collect::<Vec<_>>(),
                document.etag.clone(),
            );
            if let Some((shown, tag)) = &before {
                assert_eq!(*shown == key.0, *tag == key.1, "{} at {now}", feed.slug);
                n_changes += usize::from(*tag != key.1);
            }
            before = Some(key);
            assert_eq!(bytes_of.entry(document.etag.clone()).or_insert(document.bytes.clone()), &document.bytes);
            assert_eq!(tag_of.entry(document.bytes).or_insert(document.etag.clone()), &document.etag);
        }
        assert!(n_changes >= 4, "{} changes only {n_changes} times", feed.slug);
    }
}

#[test]
fn the_windows_1251_feed_really_is() {
    let press = press();
    let document = press.document("interfax", last()).unwrap();
    assert!(std::str::from_utf8(&document.bytes).is_err());
    assert!(document.bytes.starts_with(b"<?xml version=\"1.0\" encoding=\"windows-1251\"?>"));
    // «Роскосмос» as that charset writes it.
    let word = [0xD0, 0xEE, 0xF1, 0xEA, 0xEE, 0xF1, 0xEC, 0xEE, 0xF1];
    assert!(document.bytes.windows(word.len()).any(|window| window == word));
    assert!(!document.content_type.contains("charset"));
}

#[test]
fn every_format_and_at_least_seven_outlets_are_there() {
    let press = press();
    for format in [PressFormat::Rss2, PressFormat::Rdf, PressFormat::Atom, PressFormat::Json] {
        assert!(press.feeds().iter().any(|feed| feed.format == format), "{format:?}");
    }
    let outlets: BTreeSet<_> = press.articles().iter().map(|article| article.outlet.as_str()).collect();
    for key in ["nasa", "roscosmos", "tass", "rt", "aljazeera", "skynews", "spacenews"] {
        assert!(outlets.contains(key), "{key}");
    }
}

#[test]
fn there_is_plenty_on_and_off_the_topic_and_nothing_late_in_the_day() {
    let press = press();
    let days: Vec<_> = press.articles().iter().filter(|article| article.day > 0).collect();
    let n_on = days.iter().filter(|article| article.happening.is_some()).count();
    let n_off = days.len() - n_on;
    assert!((70..=110).contains(&days.len()), "{}", days.len());
    assert!(n_on >= 40 && n_off >= 40, "{n_on} on, {n_off} off");
    for article in days {
        let hour = article.published.to_zoned(jiff::tz::TimeZone::UTC).hour();
        assert!((6..17).contains(&hour), "{} at {hour}", article.path);
    }
}

#[test]
fn what_lies_before_the_first_day_is_too_old_to_be_told() {
    let limit = hours().next().unwrap() - crate::domain::policy::IdentityPolicy::default().news_max_age;
    for article in press().articles().iter().filter(|article| article.day == 0) {
        assert!(article.published < limit && !article.told, "{}", article.path);
    }
}

#[test]
fn a_feed_shows_its_newest_and_no_more_than_it_may() {
    let press = press();
    assert!(press.feeds().iter().all(|feed| press.shown(feed, last()).len() <= SHOWN_MAX));
    let busy = of_slug(&press, "tass-all");
    let n_in_all = press.articles().iter().filter(|article| article.shown.contains_key("tass-all")).count();
    assert!(n_in_all > SHOWN_MAX);
    assert_eq!(press.shown(busy, last()).len(), SHOWN_MAX);
}

#[test]
fn the_same_article_looks_different_in_two_feeds_and_is_known_by_either_link() {
    let press = press();
    let mut n_syndicated = 0;
    for article in press.articles() {
        let feeds: Vec<_> = press.feeds().iter().filter(|feed| article.shown.contains_key(&feed.slug)).collect();
        for feed in &feeds {
            assert_eq!(press.article(&press.link(feed, article)), Some(article));
        }
        if let [one, other] = feeds[..] {
            assert_ne!(press.link(one, article), press.link(other, article));
            assert_ne!(press.guid(one, article), press.guid(other, article));
            n_syndicated += 1;
        }
    }
    assert!(n_syndicated >= 20, "{n_syndicated}");
}

#[test]
fn the_first_told_report_is_in_both_languages_within_hours() {
    let press = press();
    let both = press.articles().iter().filter(|a| a.happening.as_deref() == Some("seat-swap") && a.day == 1);
    let langs: BTreeSet<_> = both.clone().map(|article| article.lang).collect();
    let outlets: BTreeSet<_> = both.map(|article| article.outlet.as_str()).collect();
    assert!(langs.len() == 2 && outlets.len() >= 3, "{langs:?} {outlets:?}");
}

#[test]
fn one_text_is_reprinted_by_two_outlets() {
    let press = press();
    let mut outlets_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for article in press.articles().iter().filter(|article| article.happening.is_some()) {
        outlets_of.entry(&article.lead).or_default().insert(&article.outlet);
    }
    assert!(outlets_of.values().any(|outlets| outlets.len() >= 3));
}

#[test]
fn a_told_article_is_the_first_of_its_happening_that_day() {
    let press = press();
    for told in press.articles().iter().filter(|article| article.told) {
        let first = press.articles().iter().find(|a| a.happening == told.happening && a.day == told.day);
        assert_eq!(first, Some(told));
    }
}

#[test]
fn some_reports_come_with_a_video() {
    let press = press();
    assert!(press.articles().iter().filter(|article| article.video.is_some()).count() >= 2);
    assert!(text(&press, of_slug(&press, "rt-news"), last()).contains("type=\"video/mp4\""));
}

#[test]
fn links_lead_nowhere_and_the_texts_say_what_they_are() {
    let press = press();
    for feed in press.feeds() {
        assert!(press.site(feed).ends_with(".example"), "{}", feed.slug);
        assert!(text(&press, feed, last()).contains("written for this demonstration"), "{}", feed.slug);
    }
}

#[test]
fn the_tour_begins_before_the_first_article_and_ends_after_the_last() {
    let press = press();
    let moments = press.moments(SignedDuration::from_mins(30));
    let published =
        |day| press.articles().iter().filter(move |article| article.day > day).map(|article| article.published);
    assert!(moments[0] < published(0).min().unwrap());
    assert!(*moments.last().unwrap() > published(0).max().unwrap());
    assert_eq!(moments.len(), 5 * 48 + 18 * 2 + 1);
    assert!(press.moments(SignedDuration::ZERO).is_empty());
}
