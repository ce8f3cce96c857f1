//! What differs between what was decided and what would be.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::{ItemId, StoryId};

/// An item as it was decided then and now.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) item: ItemId,
    pub(super) title: String,
    pub(super) outlet: String,
    pub(super) at: Timestamp,
    pub(super) kept: (bool, bool),
    pub(super) story: (Option<StoryId>, Option<StoryId>),
    pub(super) told: (Vec<String>, Vec<String>),
    pub(super) is_by_hand: bool,
    pub(super) line: String,
}

/// An item that is decided otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Row of the item.
    pub item: ItemId,
    /// Headline.
    pub title: String,
    /// Outlet name.
    pub outlet: String,
    /// Date.
    pub at: Timestamp,
    /// What was decided, in words; empty where it was not (kept, told).
    pub was: String,
    /// What would be.
    pub now: String,
}

/// Stories that share items and are not the same then and now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Regrouped {
    /// Stories then, each with its items.
    pub was: BTreeMap<i64, Vec<ItemId>>,
    /// The same items as they would be grouped.
    pub now: Vec<Vec<ItemId>>,
    /// Headlines of the items.
    pub titles: BTreeMap<i64, String>,
}

/// The difference.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Replay {
    /// Items judged once more.
    pub n_items: usize,
    /// Items whose text is no longer kept.
    pub n_without_text: usize,
    /// Kept then or now, not both.
    pub kept: Vec<Change>,
    /// Told then or now, or in other words.
    pub told: Vec<Change>,
    /// Stories that are others.
    pub grouped: Vec<Regrouped>,
}

impl Replay {
    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.kept.is_empty() && self.told.is_empty() && self.grouped.is_empty()
    }
}

pub(super) fn compare(seen: &[Seen], n_without_text: usize) -> Replay {
    let kept = seen.iter().filter(|seen| seen.kept.0 != seen.kept.1).map(|seen| {
        let words = |is_kept| if is_kept { "kept".to_owned() } else { "not kept".to_owned() };
        Change { was: words(seen.kept.0), now: format!("{}: {}", words(seen.kept.1), seen.line), ..change(seen) }
    });
    // Of what was put somewhere by hand it cannot be said what the rules had told.
    let told = seen.iter().filter(|seen| seen.told.0 != seen.told.1 && !seen.is_by_hand);
    Replay {
        n_items: seen.len(),
        n_without_text,
        kept: kept.collect(),
        told: told
            .map(|seen| Change { was: seen.told.0.join("; "), now: seen.told.1.join("; "), ..change(seen) })
            .collect(),
        grouped: regrouped(seen),
    }
}

fn change(seen: &Seen) -> Change {
    Change {
        item: seen.item,
        title: seen.title.clone(),
        outlet: seen.outlet.clone(),
        at: seen.at,
        was: String::new(),
        now: String::new(),
    }
}

/// Items kept both times, in pieces that neither a story then nor a story now leads out of; those pieces that are one
/// story both times are left out.
fn regrouped(seen: &[Seen]) -> Vec<Regrouped> {
    let mut pieces: Vec<(Vec<StoryId>, Vec<StoryId>, Vec<&Seen>)> = Vec::new();
    for item in seen {
        let (Some(was), Some(now)) = item.story else { continue };
        let (mut own, others): (Vec<_>, Vec<_>) =
            pieces.into_iter().partition(|(then, later, _)| then.contains(&was) || later.contains(&now));
        let mut piece = (vec![was], vec![now], vec![item]);
        for (then, later, items) in own.drain(..) {
            piece.0.extend(then);
            piece.1.extend(later);
            piece.2.extend(items);
        }
        pieces = others;
        pieces.push(piece);
    }
    let mut found: Vec<Regrouped> = pieces.into_iter().filter_map(|(_, _, items)| differs(items)).collect();
    found.sort_by_key(|piece| piece.was.keys().next().copied());
    found
}

fn differs(mut items: Vec<&Seen>) -> Option<Regrouped> {
    items.sort_by_key(|seen| seen.item);
    let (mut was, mut now) = (BTreeMap::<i64, Vec<ItemId>>::new(), BTreeMap::<i64, Vec<ItemId>>::new());
    for seen in &items {
        let (Some(then), Some(later)) = seen.story else { continue };
        was.entry(then.0).or_default().push(seen.item);
        now.entry(later.0).or_default().push(seen.item);
    }
    let titles = items.iter().map(|seen| (seen.item.0, seen.title.clone())).collect();
    (was.len() > 1 || now.len() > 1).then(|| Regrouped { was, now: now.into_values().collect(), titles })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(item: i64, was: i64, now: i64) -> Seen {
        Seen {
            item: ItemId(item),
            title: format!("title {item}"),
            outlet: "O".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            kept: (true, true),
            story: (Some(StoryId(was)), Some(StoryId(now))),
            told: (vec!["x".to_owned()], vec!["x".to_owned()]),
            is_by_hand: false,
            line: String::new(),
        }
    }

    #[test]
    fn the_same_under_other_numbers_is_the_same() {
        assert!(compare(&[seen(1, 7, 1), seen(2, 7, 1), seen(3, 8, 2)], 0).is_same());
    }

    #[test]
    fn a_story_that_falls_apart_and_two_that_meet_are_named() {
        let apart = compare(&[seen(1, 7, 1), seen(2, 7, 2)], 0).grouped;
        assert_eq!((apart.len(), apart[0].was.len(), apart[0].now.len()), (1, 1, 2));
        let met = compare(&[seen(1, 7, 1), seen(2, 8, 1), seen(3, 9, 3)], 0).grouped;
        assert_eq!((met.len(), met[0].was.len(), met[0].now.len()), (1, 2, 1));
    }

    #[test]
    fn what_is_kept_or_told_otherwise_is_named_and_what_was_decided_by_hand_is_not() {
        let lost = Seen {
            kept: (true, false),
            story: (Some(StoryId(7)), None),
            told: (vec!["x".to_owned()], vec![]),
            ..seen(1, 7, 1)
        };
        let found = compare(std::slice::from_ref(&lost), 2);
        assert_eq!((found.kept.len(), found.told.len(), found.n_without_text), (1, 1, 2));
        assert_eq!(compare(&[Seen { is_by_hand: true, ..lost }], 0).told, []);
    }
}
