//! From mentions to a verdict: the best mention of each facet, then the rules, then the sum.

use super::CompiledTopic;
use super::line::tenths;
use super::mention::{self, Mention};
use crate::domain::topic::Places;
use crate::domain::{Evidence, Field, ItemText, Relevance};

/// Sums are compared with this slack, so that 0.1 + 0.2 reaches 0.3.
pub(super) const SLACK: f64 = 1e-9;

/// Judges the mentions of one item; the entities of the verdict are the caller's to add.
pub(super) fn verdict(
    topic: &CompiledTopic,
    text: &ItemText<'_>,
    mentions: &[Mention],
    speaks_for: Option<&str>,
) -> (Relevance, bool) {
    let speaker = speaker(topic, speaks_for);
    let place = Weigher::of_item(topic, text);
    let mut evidence = best_of_facets(topic, text, mentions, speaker, &place);
    let mut touched = touched(topic, &evidence);
    for (rule, field) in topic.rules.holding(mentions, speaker) {
        let rule = &topic.topic.rules[rule];
        fill(topic, &rule.fills, &mut touched);
        let weight = place.rule(rule.weight, field);
        evidence.push(Evidence { what: rule.name.clone(), facet: "rule".to_owned(), field, weight });
    }
    conclude(topic, evidence, &touched)
}

pub(super) struct Weigher {
    places: Places,
    alone: bool,
}

impl Weigher {
    pub fn of_item(topic: &CompiledTopic, text: &ItemText<'_>) -> Self {
        Self { places: topic.topic.places, alone: text.lead.is_empty() && text.body.is_empty() }
    }

    pub fn rule(&self, weight: f64, field: Field) -> f64 {
        weight * if weight < 0.0 { 1.0 } else { self.of(field) }
    }

    pub fn of(&self, field: Field) -> f64 {
        match field {
            Field::Title if self.alone => self.places.title_alone,
            Field::Title => self.places.title,
            Field::Lead => self.places.lead,
            Field::Body => self.places.body,
            Field::Outlet => self.places.outlet,
        }
    }
}

/// For each facet the mention that adds most: ten mentions of one side say no more than one.
fn best_of_facets(
    topic: &CompiledTopic,
    text: &ItemText<'_>,
    mentions: &[Mention],
    speaker: Option<usize>,
    place: &Weigher,
) -> Vec<Evidence> {
    let best = most_of_facets(topic, mentions, speaker, place);
    let evidence = best.into_iter().zip(&topic.topic.facets).filter_map(|(best, facet)| {
        let (weight, found) = best?;
        let name = &topic.topic.entities[found.entity].name;
        let what = match found.mention {
            Some(mention) => mention::numbered(name, text, mention),
            None => name.clone(),
        };
        Some(Evidence { what, facet: facet.key.clone(), field: found.field, weight })
    });
    evidence.collect()
}

pub(super) fn most_of_facets<'m>(
    topic: &CompiledTopic,
    mentions: &'m [Mention],
    speaker: Option<usize>,
    place: &Weigher,
) -> Vec<Option<(f64, Found<'m>)>> {
    let mut best = vec![None; topic.topic.facets.len()];
    let own = speaker.map(|entity| Found { entity, field: Field::Outlet, mention: None });
    let found = mentions.iter().map(|m| Found { entity: m.entity, field: m.field, mention: Some(m) });
    for found in found.chain(own) {
        for (facet, weight) in topic.feeds.get(found.entity).into_iter().flatten() {
            let weight = weight * place.of(found.field);
            if best[*facet].is_none_or(|(most, _)| weight > most) {
                best[*facet] = Some((weight, found));
            }
        }
    }
    best
}

pub(super) fn speaker(topic: &CompiledTopic, speaks_for: Option<&str>) -> Option<usize> {
    speaks_for.and_then(|id| topic.topic.entities.iter().position(|entity| entity.id == id))
}

#[derive(Clone, Copy)]
pub(super) struct Found<'m> {
    entity: usize,
    field: Field,
    mention: Option<&'m Mention>,
}

fn touched(topic: &CompiledTopic, evidence: &[Evidence]) -> Vec<bool> {
    let enough = |key: &str, needs: f64| evidence.iter().any(|e| e.facet == key && e.weight + SLACK >= needs);
    topic.topic.facets.iter().map(|facet| enough(&facet.key, facet.needs)).collect()
}

fn fill(topic: &CompiledTopic, fills: &[String], touched: &mut [bool]) {
    for (facet, touched) in topic.topic.facets.iter().zip(touched) {
        *touched |= fills.contains(&facet.key);
    }
}

fn conclude(topic: &CompiledTopic, mut evidence: Vec<Evidence>, touched: &[bool]) -> (Relevance, bool) {
    evidence.retain(|e| e.weight != 0.0);
    evidence.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    // The sum of nothing is -0.0, which nobody wants to read.
    let score: f64 = evidence.iter().map(|e| e.weight).sum::<f64>() + 0.0;
    let untouched = topic.topic.facets.iter().zip(touched).filter(|(_, touched)| !**touched);
    let missing: Vec<String> = untouched.map(|(facet, _)| facet.name.clone()).collect();
    let is_whole = missing.is_empty();
    let mut relevance = Relevance {
        topic: topic.topic.key.clone(),
        score,
        threshold: topic.topic.threshold,
        relevant: false,
        evidence,
        missing,
        entities: Vec::new(),
    };
    settle(&mut relevance, is_whole);
    (relevance, is_whole)
}

/// Says yes or no by the score, and what is missing; `is_whole` when every facet is touched.
pub(super) fn settle(relevance: &mut Relevance, is_whole: bool) {
    let enough = relevance.score + SLACK >= relevance.threshold;
    relevance.relevant = enough && is_whole;
    if is_whole {
        relevance.missing = if enough { Vec::new() } else { vec![shortfall(relevance)] };
    }
}

/// How much is missing where every facet is touched, and the strongest reason why.
fn shortfall(relevance: &Relevance) -> String {
    // Of the score as it is shown, so that the line adds up; less than a tenth would read as nothing.
    let shown = (relevance.score * 10.0).round() / 10.0;
    let short = tenths((relevance.threshold - shown).max(0.1));
    let against = relevance.evidence.iter().filter(|e| e.weight < 0.0).min_by(|a, b| a.weight.total_cmp(&b.weight));
    match against {
        Some(against) => format!("{short} more, for “{}” speaks against it", against.what),
        None => format!("{short} more, for it is touched in passing"),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::topic::{Facet, Rule, Topic, TopicEntity, Within};
    use crate::domain::{EntityKind, Lang};

    /// Two sides, "red" and "blue", that a meeting brings together and a parade does not.
    pub(in super::super) fn colours() -> CompiledTopic {
        let entity = |id: &str, facet: &str, weight: f64| TopicEntity {
            id: id.to_owned(),
            kind: EntityKind::Term,
            name: id.to_owned(),
            groups: [].into(),
            feeds: [(facet.to_owned(), weight)].into(),
            forms: vec![id.to_owned()],
        };
        let facet = |key: &str| Facet { key: key.to_owned(), name: format!("a {key} side"), needs: 1.0 };
        let rule = |name: &str, all: &[&str], none: &[&str], within, weight, fills: &[&str]| Rule {
            name: name.to_owned(),
            all: all.iter().map(|id| vec![(*id).to_owned()]).collect(),
            none: none.iter().map(|id| (*id).to_owned()).collect(),
            within,
            weight,
            fills: fills.iter().map(|facet| (*facet).to_owned()).collect(),
        };
        CompiledTopic::compile(&Topic {
            key: "colours".to_owned(),
            name: "Colours".to_owned(),
            threshold: 4.0,
            facets: vec![facet("red"), facet("blue")],
            entities: vec![
                entity("red", "red", 2.0),
                entity("scarlet", "red", 3.0),
                entity("blue", "blue", 2.0),
                entity("purple", "none", 0.0),
                entity("meeting", "none", 0.0),
                entity("parade", "none", 0.0),
            ],
            rules: vec![
                rule("both in purple", &["purple"], &[], Within::Item, 4.0, &["red", "blue"]),
                rule("they meet", &["red", "blue", "meeting"], &[], Within::Sentence, 1.0, &[]),
                rule("only a parade", &["parade"], &["meeting"], Within::Title, -2.0, &[]),
            ],
            ..Topic::default()
        })
    }

    fn check(title: &str, lead: &str, expected: &str) {
        let verdict = colours().judge(&ItemText { title, lead, body: "", lang: Lang::En }, None);
        assert_eq!(verdict.line(), expected);
    }

    #[test]
    fn the_best_mention_of_a_side_counts_and_only_that() {
        check("red scarlet red and blue", "", "scarlet (title) + blue (title) = 5 ≥ 4");
        check("red red red", "", "red (title) = 2 < 4, missing: a blue side");
    }

    #[test]
    fn a_lead_counts_less_than_a_headline() {
        check("red", "blue", "red (title) + blue (lead) = 3.5 < 4, missing: 0.5 more, for it is touched in passing");
    }

    #[test]
    fn what_means_both_sides_needs_neither() {
        check("purple", "", "both in purple (title) = 4 ≥ 4");
    }

    #[test]
    fn nearness_is_one_sentence() {
        check(
            "x",
            "A blue meeting with red.",
            "red (lead) + blue (lead) + they meet (lead) = 3.8 < 4, missing: 0.2 more, for it is touched in passing",
        );
        check(
            "red",
            "The meeting. Blue is sad.",
            "red (title) + blue (lead) = 3.5 < 4, missing: 0.5 more, for it is touched in passing",
        );
    }

    #[test]
    fn what_speaks_against_is_shown_and_can_be_outweighed() {
        check(
            "red blue parade",
            "",
            "red (title) + blue (title) − only a parade (title) = 2 < 4, missing: 2 more, for “only a parade” speaks against it",
        );
        check("red blue parade meeting", "", "red (title) + blue (title) + they meet (title) = 5 ≥ 4");
    }

    #[test]
    fn the_outlet_is_a_mention_of_its_own() {
        let verdict = colours().judge(&ItemText { title: "scarlet", ..ItemText::default() }, Some("blue"));
        assert_eq!(verdict.line(), "scarlet (title) + blue (outlet) = 4 ≥ 4");
        let verdict = colours().judge(&ItemText { title: "scarlet", ..ItemText::default() }, Some("nobody"));
        assert!(!verdict.relevant);
    }
}
