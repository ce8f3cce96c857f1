//! Audiences, items and stories for the tests of this module.

use jiff::{SignedDuration, Timestamp};

use crate::domain::audience::{Audience, Slots};
use crate::domain::digest::DigestFooter;
use crate::domain::fact::{Fact, FactKind, Quote, QuoteKind, Stance};
use crate::domain::item::{ItemId, Lang};
use crate::domain::outlet::OutletKind;
use crate::domain::story::{Confirmation, Development, DevelopmentId, DevelopmentKind, StoryBrief, StoryId, StoryItem};
use crate::domain::topic::Field;

pub(super) fn ts(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) const FOOTER: DigestFooter = DigestFooter { n_feeds: 41, n_failing: 1, n_items: 812, n_matched: 9 };

pub(super) fn audience() -> Audience {
    Audience {
        name: "desk".to_owned(),
        to: vec!["desk@example.org".to_owned()],
        topics: vec!["us-russia-space".to_owned()],
        on_development: true,
        slots: Slots::default(),
        timezone: "Europe/Berlin".to_owned(),
        quiet: None,
        urgent: vec![],
        wait: SignedDuration::from_mins(15),
        min_gap: SignedDuration::from_hours(4),
        max_per_day: 6,
        heartbeat: None,
        stories_max: 25,
        per_outlet_max: 3,
        ahead_days: 60,
        charts: false,
        language: Lang::En,
    }
}

/// An outlet as `(key, country, kind, family)`.
pub(super) type Who = (&'static str, &'static str, OutletKind, &'static str);

pub(super) const NASA: Who = ("NASA", "US", OutletKind::Government, "nasa");
pub(super) const ROSCOSMOS: Who = ("Роскосмос", "RU", OutletKind::Government, "roscosmos");
pub(super) const TASS: Who = ("TASS", "RU", OutletKind::StateAgency, "tass");
pub(super) const RT: Who = ("RT", "RU", OutletKind::StateAgency, "rt");
pub(super) const SPACENEWS: Who = ("SpaceNews", "US", OutletKind::Trade, "spacenews");
pub(super) const REUTERS: Who = ("Reuters", "GB", OutletKind::Wire, "reuters");

pub(super) fn item(id: i64, who: Who, at: &str, title: &str, lead: &str) -> StoryItem {
    StoryItem {
        id: ItemId(id),
        outlet: who.0.to_lowercase(),
        outlet_name: who.0.to_owned(),
        country: who.1.to_owned(),
        kind: who.2,
        family: who.3.to_owned(),
        title: title.to_owned(),
        lead: lead.to_owned(),
        url: Some(format!("https://{}.example/{id}", who.3)),
        lang: crate::text::lang::detect(title, None),
        at: ts(at),
        first_seen_at: ts(at),
        copy_of: None,
        has_video: false,
        matched: "Roscosmos (title), NASA (title)".to_owned(),
        joined: "opens the story".to_owned(),
        facts: vec![],
        quotes: vec![],
        outlook: vec![],
    }
}

pub(super) fn fact(slot: &str, value: &str, text: &str) -> Fact {
    Fact { kind: FactKind::Date, text: text.into(), value: value.into(), slot: slot.into(), field: Field::Lead }
}

pub(super) fn quote(speaker: &str, text: &str) -> Quote {
    Quote {
        kind: QuoteKind::Direct,
        text: text.into(),
        speaker: speaker.into(),
        verb: "said".into(),
        stance: Stance::Neither,
        field: Field::Lead,
    }
}

/// A story of these items whose every item is an untold development.
pub(super) fn story(id: i64, items: Vec<StoryItem>) -> StoryBrief {
    let developments: Vec<Development> = items.iter().map(|item| development(id, item)).collect();
    StoryBrief {
        id: StoryId(id),
        title: items[0].title.clone(),
        first_at: items[0].at,
        last_at: items[items.len() - 1].at,
        confirmation: Confirmation::OneOutlet,
        untold: developments.iter().map(|d| d.id).collect(),
        developments,
        items,
        told_before: false,
    }
}

fn development(story: i64, item: &StoryItem) -> Development {
    Development {
        id: DevelopmentId(story * 100 + item.id.0),
        story: StoryId(story),
        item: item.id,
        at: item.at,
        found_at: item.at,
        kind: DevelopmentKind::FirstReport,
        what: item.title.clone(),
        topics: vec!["us-russia-space".to_owned()],
    }
}
