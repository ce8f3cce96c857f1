//! What a document says of the feed as a whole.

use crate::text::html::attr::raw_attr;

use super::capture::Capture;
use super::date;
use super::name::Element;
use super::raw::RawFeed;
use super::record::raw_link;

/// The format and the language, by the root element or the first that could be one.
pub fn root(feed: &mut RawFeed, element: Element, attrs: &str) {
    if let Some(language) = raw_attr(attrs, "xml:lang").filter(|l| !l.is_empty()) {
        feed.language = Some(language.to_owned());
    }
    feed.has_channel |= matches!(element, Element::Channel | Element::Feed);
    if !feed.format.is_empty() {
        return;
    }
    feed.format = match element {
        Element::Feed => "atom",
        Element::Rdf if attrs.contains("simple/0.9") => "rss0",
        Element::Rdf => "rss1",
        Element::Rss if raw_attr(attrs, "version").is_some_and(|v| v.trim().starts_with("0.")) => "rss0",
        Element::Rss => "rss2",
        _ => "rss0",
    };
}

/// A text element outside of entries.
pub fn feed_text(feed: &mut RawFeed, capture: Capture<'_>) {
    let plain = capture.plain();
    match capture.element {
        Element::Title if feed.title.is_none() => feed.title = capture.finish(),
        Element::Summary if feed.description.is_none() => feed.description = capture.finish(),
        Element::Link if !plain.is_empty() => feed.link = Some(raw_link(&capture)),
        Element::Language if !plain.is_empty() => feed.language = Some(plain.to_owned()),
        Element::Updated | Element::Date | Element::Published => {
            feed.updated = feed.updated.max(date::parse(plain));
        }
        Element::Ttl => feed.hints.ttl_minutes = plain.parse().ok(),
        Element::Hour => feed
            .hints
            .skip_hours
            .extend(plain.parse().ok().map(|h: u8| h % 24).filter(|_| feed.hints.skip_hours.len() < 24)),
        Element::Day if feed.hints.skip_days.len() < 7 => feed.hints.skip_days.push(plain.to_ascii_lowercase()),
        Element::UpdatePeriod => feed.hints.update_minutes = period_minutes(plain),
        Element::UpdateFrequency => feed.updates_per_period = plain.parse().ok().filter(|n| *n > 0),
        _ => {}
    }
}

fn period_minutes(period: &str) -> Option<u32> {
    Some(match period.to_ascii_lowercase().as_str() {
        "hourly" => 60,
        "daily" => 24 * 60,
        "weekly" => 7 * 24 * 60,
        "monthly" => 30 * 24 * 60,
        "yearly" => 365 * 24 * 60,
        _ => return None,
    })
}
