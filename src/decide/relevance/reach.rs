//! What an item can still come to, told before all of it was looked at.

use super::CompiledTopic;
use super::mention::Mention;
use super::verdict::{SLACK, Weigher, most_of_facets};
use crate::domain::{Field, ItemText};

/// Whether every facet may be touched in an item with these mentions in title and lead, whatever its further text
/// says: a facet is touched by a mention that feeds it, or by a rule whose parts are all mentioned.
pub(super) fn may_be_whole(
    topic: &CompiledTopic,
    text: &ItemText<'_>,
    mentions: &[Mention],
    speaker: Option<usize>,
) -> bool {
    let places = &topic.topic.places;
    let mentioned = || mentions.iter().map(|mention| mention.entity).chain(speaker);
    let fed = mentioned().fold(0, |fed, entity| fed | topic.touches[entity]);
    let is_fed = |facet: usize| fed & bit(facet) != 0;
    let by_body = |facet: usize| {
        !text.body.is_empty() && topic.heaviest[facet] * places.body + SLACK >= topic.topic.facets[facet].needs
    };
    if mentions.is_empty() && speaker.is_none() {
        return (0..topic.topic.facets.len()).all(by_body);
    }
    let unfed: Vec<usize> = (0..topic.topic.facets.len()).filter(|facet| !is_fed(*facet) && !by_body(*facet)).collect();
    if unfed.is_empty() {
        return true;
    }
    let filling = topic.rules.may_hold(mentioned());
    let filled: Vec<&String> = filling.flat_map(|rule| &topic.topic.rules[rule].fills).collect();
    unfed.into_iter().all(|facet| filled.contains(&&topic.topic.facets[facet].key))
}

/// A facet among others; those beyond the sixty-fourth share a bit, and count as touched a little too often here.
pub(super) fn bit(facet: usize) -> u64 {
    1 << (facet % 64)
}

/// Whether an item with these mentions in title and lead can reach the threshold, whatever its further text says: rules
/// do not look there, and of each facet it can add no more than the heaviest entity does in that place.
pub(super) fn may_reach(
    topic: &CompiledTopic,
    text: &ItemText<'_>,
    mentions: &[Mention],
    speaker: Option<usize>,
) -> bool {
    let place = Weigher::of_item(topic, text);
    let body = |facet: usize| if text.body.is_empty() { 0.0 } else { topic.heaviest[facet] * place.of(Field::Body) };
    let found = most_of_facets(topic, mentions, speaker, &place).into_iter().enumerate();
    let most: f64 = found.map(|(facet, found)| found.map_or(0.0, |(weight, _)| weight).max(body(facet))).sum();
    let rules = topic.rules.holding(mentions, speaker);
    let rules: f64 = rules.into_iter().map(|(rule, field)| place.rule(topic.topic.rules[rule].weight, field)).sum();
    most + rules + SLACK >= topic.topic.threshold
}

#[cfg(test)]
mod tests {
    use crate::decide::relevance::verdict::tests::colours;
    use crate::domain::{ItemText, Lang};

    #[test]
    fn the_short_way_keeps_what_the_long_one_keeps() {
        let topic = colours();
        let texts = ["", "red", "blue", "x", "purple", "red scarlet", "red blue", "blue meeting", "red. blue parade"];
        for title in texts {
            for lead in texts {
                for body in texts {
                    for speaks_for in [None, Some("blue")] {
                        let text = ItemText { title, lead, body, lang: Lang::En };
                        let judged = Some(topic.judge(&text, speaks_for)).filter(|relevance| relevance.relevant);
                        assert_eq!(topic.keeps(&text, speaks_for), judged, "{title} / {lead} / {body}");
                    }
                }
            }
        }
    }
}
