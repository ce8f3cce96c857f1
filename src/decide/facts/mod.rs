//! Facts: verbatim spans that say something checkable, with a value that two languages share.
//!
//! What kind of thing a name is comes from the topic's entities; numbers, dates, sums, persons, numbered names,
//! documents and acts are read by rules of the two languages. Nothing is generated: `Fact::text` stands in the item.

pub mod acts;
mod dates;
mod documents;
mod lexicon;
mod money;
pub mod mood;
pub(in crate::decide) mod names;
pub(in crate::decide) mod numbered;
mod numbers;
mod span;

use jiff::Timestamp;

pub use self::lexicon::Lexicon;
use self::span::Span;
use crate::decide::dateline;
use crate::domain::fact::{Fact, FactKind};
use crate::domain::item::ItemText;
use crate::domain::topic::{EntityHit, EntityKind, Field};
use crate::text::clean::beginning;
use crate::text::fold::fold;
use crate::text::words::{Word, words};

/// Facts kept of one item; a hostile text has thousands.
const FACTS_MAX: usize = 80;
/// Bytes read of a field: news stands at the beginning.
const FIELD_BYTES_MAX: usize = 4000;

/// The facts of an item in the order of its text, title first. `entities` are the topic's hits in the same text,
/// `at` is the item's date, against which "Tuesday" and "Feb. 26" are resolved.
pub fn extract(text: &ItemText<'_>, entities: &[EntityHit], at: Timestamp, lexicon: &Lexicon) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    for (field, words) in [(Field::Title, text.title), (Field::Lead, text.lead), (Field::Body, text.body)] {
        let words = beginning(words, FIELD_BYTES_MAX);
        let hits: Vec<&EntityHit> = entities.iter().filter(|h| h.field == field && h.end <= words.len()).collect();
        let from = if field == Field::Title { 0 } else { dateline::length(words) };
        for span in spans(words, &hits, at, lexicon)
            .into_iter()
            .filter(|span| span.start >= from || span.kind == FactKind::Date)
        {
            let fact = span.into_fact(words, field);
            if facts.len() < FACTS_MAX && !is_repeated(&facts, &fact) {
                facts.push(fact);
            }
        }
    }
    facts
}

/// A count that lead and headline both give is one fact; a name is kept in every spelling.
fn is_repeated(facts: &[Fact], fact: &Fact) -> bool {
    let by_value = matches!(
        fact.kind,
        FactKind::Number | FactKind::Vehicle | FactKind::Mission | FactKind::Money | FactKind::Organisation
    );
    facts.iter().any(|f| f.kind == fact.kind && f.value == fact.value && (by_value || f.text == fact.text))
}

fn spans(text: &str, hits: &[&EntityHit], at: Timestamp, lexicon: &Lexicon) -> Vec<Span> {
    let sums = money::find(text);
    let counts = without(numbers::find(text, &lexicon.counted), &sums);
    let dates = without(without(dates::find(text, at), &sums), &counts);
    let from_topic: Vec<Span> = hits.iter().filter_map(|hit| of_hit(text, hit)).collect();
    let series = without(without(without(numbered_names(text), &dates), &sums), &counts);
    let named: Vec<Span> = longest(from_topic, series);
    let mut taken: Vec<(usize, usize)> =
        hits.iter().filter(|h| h.kind != EntityKind::Person).map(|h| (h.start, h.end)).collect();
    taken.extend(dates.iter().chain(&named).filter(|s| s.kind != FactKind::Person).map(|s| (s.start, s.end)));
    let persons = without(names::find(text, &taken, lexicon), &named);
    let documents = without(documents::find(text), &named);
    let mut all: Vec<Span> = [sums, counts, dates, named, persons, documents].concat();
    let acts = acts::acts(text, lexicon);
    all.extend(acts.iter().map(|act| Span::new(FactKind::Act, act.start, act.end, format!("act:{}", act.meaning))));
    all.iter_mut().for_each(|span| span.close_marks(text));
    all.sort_by_key(|span| (span.start, span.end));
    fill_slots(text, &mut all);
    all
}

/// Spans of the first list that touch none of the second.
fn without(spans: Vec<Span>, others: &[Span]) -> Vec<Span> {
    spans.into_iter().filter(|s| !others.iter().any(|o| o.overlaps(s.start, s.end))).collect()
}

fn of_hit(text: &str, hit: &EntityHit) -> Option<Span> {
    let kind = match hit.kind {
        EntityKind::Person => FactKind::Person,
        EntityKind::Organisation => FactKind::Organisation,
        EntityKind::Vehicle => FactKind::Vehicle,
        EntityKind::Mission => FactKind::Mission,
        EntityKind::Document => FactKind::Agreement,
        EntityKind::Place | EntityKind::Country | EntityKind::Term => return None,
    };
    if kind == FactKind::Vehicle && !is_named(text.get(hit.start..hit.end)?, &hit.entity) {
        return None;
    }
    // A topic that names the family only ("Soyuz MS") leaves the number to the text.
    let number = text.get(hit.end..).and_then(|rest| rest.strip_prefix(['-', ' ', '\u{2011}'])).map(leading_number);
    let (end, value) = match number
        .filter(|n| !n.is_empty() && n.len() < 4 && matches!(kind, FactKind::Mission | FactKind::Vehicle))
    {
        Some(number) => (
            hit.end + (text.get(hit.end..).and_then(|r| r.chars().next()).map_or(0, char::len_utf8)) + number.len(),
            format!("{}-{number}", hit.entity),
        ),
        None => (hit.end, hit.entity.clone()),
    };
    Some(Span::new(kind, hit.start, end, value))
}

/// "Harbour ferry boats" is a kind of boat, "Zarya" is a boat: the name ends the words, or the entity is called so.
fn is_named(words_of_hit: &str, entity: &str) -> bool {
    let proper = |w: &Word<'_>| w.text.starts_with(char::is_uppercase) || w.text.contains(|c: char| c.is_ascii_digit());
    let ends_in_name = words(words_of_hit).last().is_some_and(|w| proper(&w));
    ends_in_name || words(words_of_hit).any(|w| proper(&w) && entity.contains(&fold(w.text)))
}

fn leading_number(text: &str) -> String {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let ends = !text.get(digits.len()..).unwrap_or_default().starts_with(|c: char| c.is_alphanumeric());
    if ends { digits } else { String::new() }
}

/// Numbered names beyond the topic's: below a hundred a mission of a series, from there on a craft or an engine.
fn numbered_names(text: &str) -> Vec<Span> {
    let all: Vec<Word<'_>> = words(text).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let Some(hit) = numbered::at(&all, at) else {
            at += 1;
            continue;
        };
        let kind = if hit.number < 100 { FactKind::Mission } else { FactKind::Vehicle };
        let end = all.get(at + hit.n_words - 1).map_or(all[at].end, |w| w.end);
        found.push(Span::new(kind, all[at].start, end, format!("{}-{}", hit.name, hit.number)));
        at += hit.n_words;
    }
    found
}

/// The longer of two that overlap; of equals the topic's.
fn longest(topic: Vec<Span>, series: Vec<Span>) -> Vec<Span> {
    let length = |span: &Span| span.end - span.start;
    let mut kept: Vec<Span> = Vec::new();
    for mut span in series {
        match topic.iter().find(|t| t.overlaps(span.start, span.end)) {
            // "Soyuz" + "MS-22", when the topic knows the vehicle only.
            Some(known) if known.start < span.start => {
                span.start = known.start;
                kept.push(span);
            }
            Some(known) if length(&span) > length(known) => kept.push(Span { kind: known.kind, ..span }),
            Some(_) => {}
            None => kept.push(span),
        }
    }
    let rest = topic.into_iter().filter(|t| !kept.iter().any(|k| k.overlaps(t.start, t.end))).collect::<Vec<_>>();
    [kept, rest].concat()
}

/// A date, sum or count is the value of the act nearest before it in its sentence, unless a word says more.
fn fill_slots(text: &str, spans: &mut [Span]) {
    let mut act = (0, String::new());
    for span in spans.iter_mut() {
        match span.kind {
            FactKind::Act => act = (span.end, span.value.trim_start_matches("act:").to_owned()),
            FactKind::Date | FactKind::Money | FactKind::Number => {
                let same_sentence =
                    text.get(act.0..span.start).is_some_and(|gap| !gap.contains(". ") && gap.len() < 160);
                let of = if same_sentence { act.1.as_str() } else { "" };
                let unit = match span.kind {
                    FactKind::Number => span.value.split_once(' ').map_or("", |(_, unit)| unit),
                    FactKind::Money => "sum",
                    _ => "date",
                };
                span.slot =
                    [of, span.slot.as_str(), unit].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Timestamp {
        "2031-03-03T10:00:00Z".parse().unwrap()
    }

    fn hit(text: &str, form: &str, entity: &str, kind: EntityKind) -> EntityHit {
        let start = text.find(form).unwrap();
        EntityHit {
            entity: entity.into(),
            kind,
            field: Field::Title,
            text: form.into(),
            start,
            end: start + form.len(),
        }
    }

    fn check(title: &str, hits: &[EntityHit], expected: &[(FactKind, &str, &str)]) {
        let facts = extract(&ItemText { title, ..ItemText::default() }, hits, at(), Lexicon::general());
        let found: Vec<_> = facts.iter().map(|f| (f.kind, f.text.as_str(), f.value.as_str())).collect();
        assert_eq!(found, expected, "{title:?}");
    }

    #[test]
    fn facts_come_in_the_order_of_the_text_with_values_that_need_no_language() {
        check(
            "Anna Quill extends the deal until 2033 for $5 million",
            &[],
            &[
                (FactKind::Person, "Anna Quill", "quil"),
                (FactKind::Act, "extends", "act:extend"),
                (FactKind::Act, "deal", "act:agree"),
                (FactKind::Date, "2033", "2033"),
                (FactKind::Money, "$5 million", "5e6 USD"),
            ],
        );
    }

    #[test]
    fn a_date_fills_the_slot_of_the_act_before_it() {
        let facts = extract(
            &ItemText { title: "They extend it until 2033", ..ItemText::default() },
            &[],
            at(),
            Lexicon::general(),
        );
        assert_eq!(facts.last().map(|f| f.slot.as_str()), Some("extend until date"));
    }

    #[test]
    fn the_topic_says_what_a_name_is_and_the_text_its_number() {
        let title = "Sea Lark-7 and the harbour boats";
        let hits = [
            hit(title, "Sea Lark", "lark", EntityKind::Vehicle),
            hit(title, "harbour boats", "boats", EntityKind::Vehicle),
        ];
        check(title, &hits, &[(FactKind::Mission, "Sea Lark-7", "lark-7")]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_fault(text in "([0-9]{1,4}|[$€%:.,/-]|million |мая |May |Crew-|two |days |\\PC){0,60}") {
            for fact in extract(&ItemText { title: &text, lead: &text, ..ItemText::default() }, &[], at(), Lexicon::general()) {
                proptest::prop_assert!(text.contains(&fact.text), "{:?}", fact);
            }
        }
    }
}
