//! From keys that hit to the item they mean.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::domain::policy::IdentityPolicy;
use crate::domain::{Entry, ItemId};
use crate::text::{fold, stem, url, words};

/// An item that answered to a key.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The item.
    pub item: ItemId,
    /// When the key was given to it.
    pub seen_at: Timestamp,
    /// Its title; empty when the text is no longer kept. Looked at only where the publisher's id led to it.
    pub title: String,
    /// Its lead. Looked at only where nothing but the title led to it.
    pub lead: String,
    /// Its link. Looked at only where the publisher's id or nothing but the title led to it.
    pub url: Option<String>,
}

/// Hits by kind of key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hits {
    /// By the publisher's id.
    pub guid: Option<Hit>,
    /// By the canonical URL.
    pub url: Option<Hit>,
    /// By outlet and title.
    pub title: Option<Hit>,
}

/// Which item an entry is, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognition {
    /// `None` = a new one.
    pub item: Option<ItemId>,
    /// In words.
    pub reason: String,
}

/// Decides which item an entry is.
///
/// A publisher's id that now stands on another article (other link, another headline) is not believed, and a title
/// counts for `policy.title_window` only, unless link and lead say that it is a column's and this another report; with
/// the same long lead it counts for ever, since the same text under a new link, id and date is an article dated anew.
pub fn recognise(entry: &Entry, hits: &Hits, policy: &IdentityPolicy, now: Timestamp) -> Recognition {
    let is_recent = |hit: &&Hit| now.duration_since(hit.seen_at) <= policy.title_window;
    let of_column = hits.title.as_ref().is_some_and(|hit| is_another_report(entry, hit));
    let by_title = hits.title.as_ref().filter(is_recent).filter(|_| !of_column);
    let by_text = hits.title.as_ref().filter(|hit| is_same_lead(entry, &hit.lead));
    let guid_moved = hits.guid.as_ref().is_some_and(|hit| is_another_article(entry, hit));
    let by_guid = hits.guid.as_ref().filter(|_| !guid_moved);
    let (hit, reason) = match (by_guid, hits.url.as_ref(), by_title) {
        (Some(guid), Some(link), _) if guid.item != link.item => {
            (Some(link), "same link, though the id is another item's")
        }
        (Some(hit), ..) => (Some(hit), "same id in this feed"),
        (None, Some(hit), _) => (Some(hit), "same link"),
        (None, None, Some(hit)) => (Some(hit), "same title in this outlet within a week"),
        (None, None, None) if by_text.is_some() => (by_text, "same title and lead in this outlet"),
        (None, None, None) if guid_moved => (None, "new: its id was another article's before"),
        (None, None, None) if of_column => (None, "new: a title had before, with another link and lead"),
        (None, None, None) => (None, "new"),
    };
    Recognition { item: hit.map(|hit| hit.item), reason: reason.to_owned() }
}

/// Leads shorter than this, in words, are formulas of a column ("The week's launches at a glance").
const LEAD_WORDS_MIN: usize = 12;

/// Whether an entry has the lead of a known item, word for word.
fn is_same_lead(entry: &Entry, known: &str) -> bool {
    let lead = entry.summary.as_deref().unwrap_or_default();
    says_something(known) && fold::fold(lead) == fold::fold(known)
}

fn says_something(lead: &str) -> bool {
    words::words(lead).nth(LEAD_WORDS_MIN - 1).is_some()
}

/// Whether an entry is another report under a title that its outlet had before ("Station status report"): another link,
/// and two leads, long enough to say something, that have little in common.
fn is_another_report(entry: &Entry, known: &Hit) -> bool {
    let lead = entry.summary.as_deref().unwrap_or_default();
    has_another_link(entry, known)
        && says_something(lead)
        && says_something(&known.lead)
        && !is_nearly_the_same(lead, &known.lead)
}

/// Whether an id stands on an article that is not the one we know: another link, and no headline that is nearly the
/// same. Without a stored headline nothing speaks for the old article.
fn is_another_article(entry: &Entry, known: &Hit) -> bool {
    has_another_link(entry, known) && !is_nearly_the_same(&entry.title, &known.title)
}

fn has_another_link(entry: &Entry, known: &Hit) -> bool {
    let links = (entry.url.as_deref().and_then(url::canonical), known.url.as_deref().and_then(url::canonical));
    matches!(links, (Some(here), Some(there)) if here != there)
}

/// Most words of the shorter text stand in the other.
fn is_nearly_the_same(a: &str, b: &str) -> bool {
    let stems = |text: &str| -> HashSet<String> {
        let folded = fold::fold(text);
        words::words(&folded).map(|w| stem::stem(w.text).into_owned()).collect()
    };
    let (a, b) = (stems(a), stems(b));
    let n_shorter = a.len().min(b.len());
    n_shorter > 0 && 3 * a.intersection(&b).count() >= 2 * n_shorter
}

/// What changed in a known item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Title.
    pub title: bool,
    /// Lead.
    pub lead: bool,
}

impl Change {
    /// Whether anything did.
    pub fn any(self) -> bool {
        self.title || self.lead
    }
}

/// What an entry changes in the item it is. Case, blanks and quotes do not count; an empty text replaces nothing, and
/// a text that is no longer kept cannot be compared.
pub fn change_of(entry: &Entry, title: &str, lead: &str) -> Change {
    if title.is_empty() {
        return Change::default();
    }
    let differs = |new: &str, old: &str| !new.is_empty() && new != old && fold::fold(new) != fold::fold(old);
    Change { title: differs(&entry.title, title), lead: differs(entry.summary.as_deref().unwrap_or_default(), lead) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            url: Some("https://e.org/new".into()),
            title: "Roscosmos extends seat deal".into(),
            summary: Some("It runs to 2027.".into()),
            ..Entry::default()
        }
    }

    fn hit(item: i64, title: &str, link: &str, days_ago: i64) -> Option<Hit> {
        let seen_at = now() - jiff::SignedDuration::from_hours(24 * days_ago);
        Some(Hit { item: ItemId(item), seen_at, title: title.into(), lead: String::new(), url: Some(link.into()) })
    }

    fn now() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn check(hits: Hits, expected: Option<i64>) {
        let found = recognise(&entry(), &hits, &IdentityPolicy::default(), now());
        assert_eq!(found.item, expected.map(ItemId), "{}", found.reason);
    }

    #[test]
    fn no_hit_is_a_new_item() {
        check(Hits::default(), None);
    }

    #[test]
    fn any_hit_is_the_same_item() {
        check(
            Hits { guid: hit(1, "Roscosmos extends seat deal again", "https://e.org/old", 400), ..Hits::default() },
            Some(1),
        );
        check(Hits { guid: hit(1, "Quite another headline", "https://e.org/new", 400), ..Hits::default() }, Some(1));
        check(Hits { url: hit(2, "x", "https://e.org/new", 400), ..Hits::default() }, Some(2));
        check(Hits { title: hit(3, "Roscosmos extends seat deal", "https://e.org/3", 6), ..Hits::default() }, Some(3));
    }

    #[test]
    fn an_old_title_is_not_the_same_item() {
        check(Hits { title: hit(3, "Roscosmos extends seat deal", "https://e.org/3", 8), ..Hits::default() }, None);
    }

    #[test]
    fn an_old_title_with_its_long_lead_is_the_same_item_and_with_a_formula_is_not() {
        let long = "The two agencies have agreed to fly each other's crews for three more years, they said.";
        let found = |lead: &str| {
            let title =
                hit(3, "Roscosmos extends seat deal", "https://e.org/3", 40).map(|h| Hit { lead: lead.into(), ..h });
            let entry = Entry { summary: Some(lead.into()), ..entry() };
            recognise(&entry, &Hits { title, ..Hits::default() }, &IdentityPolicy::default(), now()).item
        };
        assert_eq!((found(long), found("It runs to 2027.")), (Some(ItemId(3)), None));
    }

    #[test]
    fn a_columns_title_over_another_report_is_a_new_item_and_a_revised_lead_is_not() {
        let known =
            "The crew of the station spent the day on a spacewalk and replaced a pump outside the Zvezda module.";
        let found = |lead: &str, link: &str| {
            let title = hit(3, "Roscosmos extends seat deal", link, 1).map(|h| Hit { lead: known.into(), ..h });
            let entry = Entry { summary: Some(lead.into()), ..entry() };
            recognise(&entry, &Hits { title, ..Hits::default() }, &IdentityPolicy::default(), now()).item
        };
        let other =
            "A cargo ship with food, fuel and letters from home docked this morning after two days in free flight.";
        let revised = "The crew of the station has spent a day on a spacewalk and replaced a pump outside of Zvezda.";
        assert_eq!(found(other, "https://e.org/3"), None);
        assert_eq!(found(other, "https://e.org/new"), Some(ItemId(3)), "the same link");
        assert_eq!(found(revised, "https://e.org/3"), Some(ItemId(3)));
        assert_eq!(found("It runs to 2027.", "https://e.org/3"), Some(ItemId(3)), "a formula says nothing");
    }

    #[test]
    fn an_id_reused_for_another_article_is_not_believed() {
        check(Hits { guid: hit(1, "Weather in Florida", "https://e.org/old", 1), ..Hits::default() }, None);
        check(Hits { guid: hit(1, "Roscosmos finds leak", "https://e.org/old", 1), ..Hits::default() }, None);
        check(Hits { guid: hit(1, "", "https://e.org/old", 1), ..Hits::default() }, None);
        let hits = Hits {
            guid: hit(1, "Roscosmos on seats", "https://e.org/old", 1),
            url: hit(2, "x", "https://e.org/new", 1),
            title: None,
        };
        check(hits, Some(2));
    }

    #[test]
    fn a_changed_word_is_a_change_and_changed_quotes_are_not() {
        let change = |title: &str, lead: &str| change_of(&entry(), title, lead);
        assert!(change("Roscosmos extends deal", "It runs to 2027.").title);
        assert!(change("Roscosmos extends seat deal", "It runs to 2026.").lead);
        assert!(!change("ROSCOSMOS extends  seat deal", "It runs to 2027.").any());
        assert!(!change("", "").any(), "a text that is not kept cannot have changed");
    }
}
