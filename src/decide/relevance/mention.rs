//! Mentions of a topic's entities in the texts of an item.

use super::CompiledTopic;
use super::token::fold_word;
use crate::domain::{EntityHit, Field, ItemText};
use crate::text::clean::beginning;
use crate::text::sentence::{offset, sentences};

/// No more of a text is looked at: what a report is about is said long before.
pub(super) const TEXT_BYTES_MAX: usize = 16 * 1024;
/// Mentions for which room is made at first.
const MENTIONS_USUAL: usize = 16;
/// No more mentions are kept of one text.
const MENTIONS_MAX: usize = 200;

/// An entity at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    pub entity: usize,
    pub field: Field,
    pub start: usize,
    pub end: usize,
    /// Byte range of the word that stands for the `#` of a numbered entity.
    pub number: Option<(usize, usize)>,
    /// Which sentence of the lead; 0 elsewhere.
    pub sentence: usize,
}

/// All mentions in the order title, lead, body.
pub(super) fn mentions(topic: &CompiledTopic, text: &ItemText<'_>) -> Vec<Mention> {
    let mut found = in_head(topic, text);
    number_sentences(text, &mut found);
    in_body(topic, text, &mut found);
    found
}

/// The mentions in title and lead, without the numbers of their sentences.
pub(super) fn in_head(topic: &CompiledTopic, text: &ItemText<'_>) -> Vec<Mention> {
    let mut found = Vec::with_capacity(MENTIONS_USUAL);
    in_text(topic, Field::Title, beginning(text.title, TEXT_BYTES_MAX), &mut found);
    in_text(topic, Field::Lead, beginning(text.lead, TEXT_BYTES_MAX), &mut found);
    found
}

/// Adds those in the further text.
pub(super) fn in_body(topic: &CompiledTopic, text: &ItemText<'_>, found: &mut Vec<Mention>) {
    in_text(topic, Field::Body, beginning(text.body, TEXT_BYTES_MAX), found);
}

/// The mention with its words, as grouping and facts take it.
pub(super) fn hit(topic: &CompiledTopic, text: &ItemText<'_>, mention: &Mention) -> EntityHit {
    let entity = &topic.topic.entities[mention.entity];
    EntityHit {
        entity: numbered(&entity.id, text, mention),
        kind: entity.kind,
        field: mention.field,
        text: written(text, mention.field, (mention.start, mention.end)).to_owned(),
        start: mention.start,
        end: mention.end,
    }
}

/// The id or name of a numbered entity with the number that stands in the text.
pub(super) fn numbered(name: &str, text: &ItemText<'_>, mention: &Mention) -> String {
    let Some(number) = mention.number else { return name.to_owned() };
    let mut folded = String::new();
    fold_word(written(text, mention.field, number), &mut folded);
    name.replace('#', &folded)
}

fn written<'t>(text: &ItemText<'t>, field: Field, (start, end): (usize, usize)) -> &'t str {
    let within = match field {
        Field::Title => text.title,
        Field::Lead => text.lead,
        Field::Body | Field::Outlet => text.body,
    };
    within.get(start..end).unwrap_or_default()
}

fn in_text(topic: &CompiledTopic, field: Field, text: &str, found: &mut Vec<Mention>) {
    let most = found.len() + MENTIONS_MAX;
    topic.vocabulary.tokens(text, |tokens| {
        let mut at = 0;
        while at < tokens.len() && found.len() < most {
            let Some(hit) = topic.trie.longest(tokens, at) else {
                at += 1;
                continue;
            };
            let number = hit.number.map(|i| tokens[i].place());
            let (start, _) = tokens[at].place();
            let (_, end) = tokens[at + hit.n_words - 1].place();
            found.push(Mention { entity: hit.entity, field, start, end, number, sentence: 0 });
            at += hit.n_words;
        }
    });
}

/// Numbers the sentences of the lead; a single mention there stands in the same sentence as all others of its kind.
pub(super) fn number_sentences(text: &ItemText<'_>, mentions: &mut [Mention]) {
    let mut in_lead: Vec<&mut Mention> = mentions.iter_mut().filter(|mention| mention.field == Field::Lead).collect();
    if in_lead.len() < 2 {
        return;
    }
    // Where the sentences behind the last mention end is asked by nobody.
    let lead = beginning(text.lead, in_lead.iter().map(|mention| mention.end).max().unwrap_or(0));
    let ends: Vec<usize> = sentences(lead).into_iter().map(|s| offset(lead, s) + s.len()).collect();
    for mention in &mut in_lead {
        mention.sentence = ends.partition_point(|end| *end <= mention.start);
    }
}
