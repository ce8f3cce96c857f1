//! Grouping: which story an item belongs to. Pure, online and deterministic.
//!
//! An item is compared with the items already placed, inside a window of time: the cosine of its weighted words
//! (headline 0.6, headline and lead 0.4) fades by e^(−Δt/3 days); words weigh by how rare they are in the stream itself.
//! Between languages only what needs no language is compared: entities of the topic, names across scripts, numbers
//! and acts. Precision goes first: two stories kept apart are a smaller fault than a false "confirmed by five".
//!
//! The order of the items matters, so the caller sorts each poll by (date, title) before placing.

mod guard;
mod index;
mod item;
mod lexicon;
mod rarity;
mod roundup;
mod score;
mod term;

pub use index::{Placement, StoryIndex};
pub use item::GroupingItem;
pub use lexicon::is_common_word;

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::decide::facts::Lexicon;
    use crate::domain::item::{ItemId, ItemText};
    use crate::domain::policy::GroupingPolicy;
    use crate::domain::story::StoryId;
    use crate::domain::topic::{EntityHit, EntityKind, Field};
    use crate::text::lang::detect;

    fn item(hours: i64, title: &str, lead: &str) -> GroupingItem {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        let text = ItemText { title, lead, body: "", lang: detect(title, None) };
        GroupingItem::new(ItemId(hours), at, &format!("outlet{hours}"), &text, &hits(title), Lexicon::general())
    }

    /// Two entities of a topic, in both languages.
    fn hits(title: &str) -> Vec<EntityHit> {
        let forms = [
            ("port", "Harbour Board"),
            ("port", "Портовый совет"),
            ("ferry", "Sea Lark"),
            ("ferry", "Морской жаворонок"),
        ];
        let hit = |(entity, form): (&str, &str)| {
            let start = title.find(form)?;
            let (entity, text, end) = (entity.to_owned(), form.to_owned(), start + form.len());
            Some(EntityHit { entity, kind: EntityKind::Organisation, field: Field::Title, text, start, end })
        };
        forms.into_iter().filter_map(hit).collect()
    }

    fn index(items: &[GroupingItem]) -> StoryIndex {
        let mut index = StoryIndex::new(&GroupingPolicy::default());
        items.iter().zip(1..).for_each(|(item, story)| index.insert(StoryId(story), item));
        index
    }

    const FIRST: (&str, &str) =
        ("Harbour Board extends the Sea Lark ferry contract", "The ferry contract runs until 2030, the board said.");

    #[test]
    fn two_reports_of_one_happening_join_and_say_why() {
        let index = index(&[item(0, FIRST.0, FIRST.1)]);
        let placement =
            index.place(&item(6, "Sea Lark ferry contract extended by Harbour Board", "It runs until 2030."));
        assert_eq!(placement.story, Some(StoryId(1)));
        assert!(
            placement.reason.starts_with("S-1 by shared ") && placement.reason.ends_with("6 h apart"),
            "{}",
            placement.reason
        );
        assert!(!placement.shared.is_empty());
    }

    #[test]
    fn other_happenings_open_their_own_stories() {
        let index = index(&[item(0, FIRST.0, FIRST.1)]);
        for title in ["Museum opens a wing for old clocks", "Harbour Board sells its old office in the city"] {
            let placement = index.place(&item(6, title, ""));
            assert_eq!(placement.story, None, "{}", placement.reason);
        }
    }

    #[test]
    fn one_name_in_two_headlines_joins_them_and_one_plain_word_does_not() {
        let index = index(&[item(0, "Quillbrook misses its targets for tin", "")]);
        assert_eq!(index.place(&item(3, "Weak orders weigh on Quillbrook", "")).story, Some(StoryId(1)));
        assert_eq!(index.place(&item(3, "Archers hit painted targets", "")).story, None);
    }

    #[test]
    fn what_shares_a_subject_of_the_topic_must_share_more_than_what_shares_none() {
        let hours_joined = |subject: &str| {
            let index = index(&[item(0, &format!("{subject} hires three pilots before the winter storms arrive"), "")]);
            let later = format!("Storms delay the first crossing of {subject} by a week");
            (1..300).find(|hours| index.place(&item(*hours, &later, "")).story.is_none())
        };
        assert!(hours_joined("Harbour Board") < hours_joined("Wolmar Lines"));
    }

    #[test]
    fn two_headlines_that_name_two_ships_are_less_than_half_as_near() {
        let ship = |hours, title: &str, lead: &str| {
            let text = ItemText { title, lead, body: "", lang: detect(title, None) };
            let found = ["Gull", "Tern"].iter().filter_map(|name| Some((*name, title.find(name)?)));
            let hits: Vec<EntityHit> = found
                .map(|(name, start)| EntityHit {
                    entity: name.to_lowercase(),
                    kind: EntityKind::Vehicle,
                    field: Field::Title,
                    text: name.into(),
                    start,
                    end: start + name.len(),
                })
                .collect();
            let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
            GroupingItem::new(ItemId(hours), at, &format!("outlet{hours}"), &text, &hits, Lexicon::general())
        };
        let index = index(&[ship(0, "Leak found on the Gull in harbour", "Water came in below the deck.")]);
        let score = |title: &str| index.place(&ship(9, title, "The crew looks for it.")).score;
        let (same, other) =
            (score("Harbour crew fights a leak on the Gull"), score("Harbour crew fights a leak on the Tern"));
        assert!(other < 0.5 * same, "{other} {same}");
    }

    #[test]
    fn what_is_announced_is_another_step_than_what_was_done_only_for_a_subject_of_the_topic() {
        let score = |subject: &str, did: &str| {
            let index = index(&[item(0, &format!("{subject} {did} its ferry terminal"), "")]);
            index.place(&item(1, &format!("{subject} repainted the ferry terminal"), "")).score
        };
        let share = |subject: &str| score(subject, "will repaint") / score(subject, "has repainted");
        let shares = (share("Harbour Board"), share("Wolmar Lines"));
        assert!(shares.0 < 0.8 && shares.1 > 0.9, "{shares:?}");
    }

    #[test]
    fn two_languages_join_by_what_needs_none() {
        let index = index(&[item(0, FIRST.0, FIRST.1)]);
        let same = item(5, "Портовый совет продлил контракт на паром «Морской жаворонок» до 2030 года", "");
        assert_eq!(index.place(&same).story, Some(StoryId(1)), "{}", index.place(&same).reason);
        let other = item(5, "Портовый совет приобрел музей старых часов", "");
        assert_eq!(index.place(&other).story, None, "{}", index.place(&other).reason);
    }

    #[test]
    fn one_of_a_series_is_not_the_next() {
        let index = index(&[item(0, "Ferry Lark-28 docks at the pier with three sailors aboard", "")]);
        assert_eq!(index.place(&item(5, "Ferry Lark-29 docks at the pier with three sailors aboard", "")).story, None);
        assert_eq!(
            index.place(&item(5, "Ferry Lark-28 docks at pier, three sailors aboard", "")).story,
            Some(StoryId(1))
        );
    }

    #[test]
    fn a_story_takes_nothing_after_its_last_day() {
        let index = index(&[item(0, FIRST.0, FIRST.1)]);
        assert_eq!(index.place(&item(15 * 24, FIRST.0, FIRST.1)).story, None);
    }

    #[test]
    fn what_is_forgotten_takes_nothing() {
        let mut index = index(&[item(0, FIRST.0, FIRST.1), item(20, "Museum opens a wing for old clocks", "")]);
        index.forget_before(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(10));
        assert_eq!(index.place(&item(21, FIRST.0, FIRST.1)).story, None);
        assert_eq!(index.place(&item(21, "Museum opens wing for old clocks", "")).story, Some(StoryId(2)));
    }

    #[test]
    fn the_same_items_in_the_same_order_give_the_same_placements() {
        let titles = ["Board opens a pier", "Pier opened by board", "Museum sells clocks", "Clocks sold by museum"];
        let run = || {
            let mut index = index(&[item(0, FIRST.0, FIRST.1)]);
            let mut placements = Vec::new();
            for (title, hours) in titles.iter().zip(1..) {
                let item = item(hours, title, "");
                placements.push(index.place(&item));
                index.insert(placements.last().and_then(|p| p.story).unwrap_or(StoryId(100 + hours)), &item);
            }
            placements
        };
        assert_eq!(run(), run());
        assert_eq!(run()[1].story, Some(StoryId(101)));
    }

    #[test]
    fn hostile_texts_are_bounded() {
        let long = "ferry-1 ".repeat(200_000);
        let index = index(&[item(0, &long, &long)]);
        assert!(index.place(&item(1, &long, "")).score <= 1.5);
    }
}
