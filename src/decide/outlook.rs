//! Outlook: sentences about what comes next, in both languages, only where the words say so.
//!
//! A plan, an expectation, a limit in time to come, other partners. A plan of the past ("was to fly") is none, nor is
//! a question. The sentence is taken as it stands.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use jiff::Timestamp;

use crate::decide::dateline;
use crate::decide::facts::Lexicon;
use crate::decide::facts::acts::announces;
use crate::domain::fact::{Fact, FactKind, Outlook, OutlookKind, Quote};
use crate::domain::item::ItemText;
use crate::domain::topic::Field;
use crate::text::clean::beginning;
use crate::text::lexeme::lexemes;
use crate::text::list::{List, list};
use crate::text::sentence::sentences;
use crate::text::words::words;

/// Sentences kept of one item.
const SENTENCES_MAX: usize = 6;
/// Bytes read of a field.
const FIELD_BYTES_MAX: usize = 4000;
/// Longest sentence, characters: beyond it a list was read.
const SENTENCE_CHARS_MAX: usize = 400;

/// Cues by their first word, with the words behind it, in the order in which they are tried.
type Cues = HashMap<&'static str, Vec<Vec<&'static str>>, FixedState>;

/// Cues of a plan, folded; words joined by `+` stand beside each other.
static PLAN: LazyLock<Cues> = LazyLock::new(|| {
    cues(
        "will plans+to plan+to planning+to intends+to intend+to aims+to aim+to set+to slated+to slated+for scheduled+to scheduled+for preparing+to prepares+to prepare+to wants+to want+to going+to targeting considering scheduled+on \
планирует планируют планируется планируем намерен намерена намерено намерены намеревается намереваются собирается собираются готовится готовятся запланирован запланирована запланировано запланированы назначен+на назначена+на назначено+на предстоит будет будут состоится состоятся отправится отправятся полетит полетят вернется вернутся продолжит продолжат продолжится продлит продлят подпишет подпишут начнет начнут начнется прибудет прибудут доставит доставят запустит запустят проведет проведут встретится встретятся завершит завершится выйдет выйдут покинет покинут прекратит прекратят обсудит обсудят войдет войдут получит получат примет примут должен должна должно должны",
    )
});
/// Cues of an expectation.
static EXPECTATION: LazyLock<Cues> = LazyLock::new(|| {
    cues(
        "expects expect expected+to expecting hopes hope hoping anticipates anticipate anticipated likely+to forecasts \
ожидает ожидают ожидается рассчитывает рассчитывают надеется надеются надеемся прогнозирует прогнозируют",
    )
});
/// Words that show that others are meant to take part.
static PARTNERS: LazyLock<Cues> = LazyLock::new(|| {
    cues(
        "other+partners new+partners another+partner other+countries other+nations third+countries partner+with \
другие+партнеры другими+партнерами новые+партнеры новых+партнеров новыми+партнерами другими+странами другие+страны третьими+странами третьи+страны",
    )
});
/// Words shortly before a cue that put it into the past, take it back or take it for something else.
static PAST: LazyLock<List> = LazyLock::new(|| {
    list(
        "was were had originally previously once against last no not never не нет был была было были ранее первоначально",
    )
});
/// Words of a sentence in which a plan is denied or doubted.
static DOUBTED: LazyLock<List> = LazyLock::new(|| {
    list(
        "denied denies deny rejected rejects refuted doubts doubt doubted doubtful unlikely опроверг опровергла опровергли отрицает отрицают сомневается сомневаются маловероятно",
    )
});
/// Words of a sentence whose limit held once and holds no more.
static HELD: LazyLock<List> = LazyLock::new(|| {
    list("ran before previously expired прежде раньше ранее истек действовал действовала действовало")
});
/// Words right behind a cue that do the same: "должен был", "will of the people".
static PAST_BEHIND: LazyLock<List> = LazyLock::new(|| list("been of power был была было были быть+бы"));

fn cues(text: &'static str) -> Cues {
    let mut cues = Cues::default();
    for cue in text.split_whitespace() {
        let mut words = cue.split('+');
        cues.entry(words.next().unwrap_or_default()).or_default().push(words.collect());
    }
    cues
}

/// What an item says of the time to come, title first.
pub fn extract(
    text: &ItemText<'_>,
    facts: &[Fact],
    quotes: &[Quote],
    at: Timestamp,
    lexicon: &Lexicon,
) -> Vec<Outlook> {
    let mut found: Vec<Outlook> = Vec::new();
    for (field, words) in [(Field::Title, text.title), (Field::Lead, text.lead), (Field::Body, text.body)] {
        for sentence in sentences(dateline::said(field, beginning(words, FIELD_BYTES_MAX))) {
            let Some((kind, cue)) = read(sentence, field, facts, at, lexicon) else { continue };
            if found.len() < SENTENCES_MAX && !found.iter().any(|known| known.text == sentence) {
                found.push(Outlook {
                    kind,
                    text: sentence.to_owned(),
                    cue,
                    speaker: speaker_in(sentence, quotes),
                    field,
                });
            }
        }
    }
    found
}

/// Kind and cue of a sentence that speaks of the time to come.
fn read(
    sentence: &str,
    field: Field,
    facts: &[Fact],
    at: Timestamp,
    lexicon: &Lexicon,
) -> Option<(OutlookKind, String)> {
    if sentence.ends_with('?') || sentence.chars().count() > SENTENCE_CHARS_MAX {
        return None;
    }
    let spans: Vec<_> = words(sentence).collect();
    let read = lexemes(spans.iter().copied());
    let folded: Vec<&str> = read.iter().map(|word| &*word.folded).collect();
    if folded.iter().any(|word| DOUBTED.contains(word)) {
        return None;
    }
    let cue = |cues: &Cues| {
        let (first, last) = find(&folded, cues)?;
        sentence.get(spans.get(first)?.start..spans.get(last)?.end).map(str::to_owned)
    };
    let expected = cue(&EXPECTATION).map(|cue| (OutlookKind::Expectation, cue));
    let planned = || cue(&PLAN).or_else(|| headline(&folded, field, lexicon)).map(|cue| (OutlookKind::Plan, cue));
    let holds = !folded.iter().any(|word| HELD.contains(word));
    let limit = || limit(sentence, field, facts, at).filter(|_| holds).map(|cue| (OutlookKind::Until, cue));
    let found = expected.or_else(planned).or_else(limit)?;
    Some(match cue(&PARTNERS) {
        Some(partners) => (OutlookKind::Partners, partners),
        None => found,
    })
}

/// First and last word of the first cue that is neither past nor something else.
fn find(folded: &[&str], cues: &Cues) -> Option<(usize, usize)> {
    (0..folded.len()).find_map(|at| {
        let behind = folded.get(at + 1..).unwrap_or_default();
        let rest = cues
            .get(folded[at])?
            .iter()
            .find(|rest| behind.len() >= rest.len() && rest.iter().zip(behind).all(|(word, found)| word == found))?;
        let last = at + rest.len();
        let before = folded.get(at.saturating_sub(2)..at).unwrap_or_default();
        let is_past = before.iter().any(|word| PAST.contains(word))
            || folded.get(last + 1).is_some_and(|word| PAST_BEHIND.contains(word));
        (!is_past).then_some((at, last))
    })
}

/// "Harbour to launch a ferry": in a headline the infinitive alone speaks of what is to come.
fn headline(folded: &[&str], field: Field, lexicon: &Lexicon) -> Option<String> {
    let is_ahead = field == Field::Title && announces(folded, lexicon);
    is_ahead.then(|| "to".to_owned())
}

/// A date to come that limits something: "until 2030".
fn limit(sentence: &str, field: Field, facts: &[Fact], at: Timestamp) -> Option<String> {
    let today = at.to_string();
    let is_ahead =
        |value: &str| value.split(' ').any(|date| !date.starts_with('T') && date > &today[..date.len().min(10)]);
    let limits = |fact: &&Fact| ["until", "by", "after"].iter().any(|word| fact.slot.split(' ').any(|s| s == *word));
    let dates = facts.iter().filter(|fact| fact.kind == FactKind::Date && fact.field == field);
    dates
        .filter(limits)
        .find(|fact| is_ahead(&fact.value) && sentence.contains(&fact.text))
        .map(|fact| fact.text.clone())
}

/// Whoever says the sentence, as far as the quotes of the item know.
fn speaker_in(sentence: &str, quotes: &[Quote]) -> String {
    let says = |quote: &&Quote| !quote.speaker.is_empty() && sentence.contains(quote.text.trim_end_matches([',', '.']));
    quotes.iter().find(says).map(|quote| quote.speaker.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{facts, quotes};

    fn check(title: &str, lead: &str, expected: &[(OutlookKind, &str, &str)]) {
        let (text, at) = (ItemText { title, lead, ..ItemText::default() }, "2031-03-03T10:00:00Z".parse().unwrap());
        let general = Lexicon::general();
        let (facts, quotes) = (facts::extract(&text, &[], at, general), quotes::extract(&text, general));
        let found = extract(&text, &facts, &quotes, at, general);
        let found: Vec<_> = found.iter().map(|o| (o.kind, o.text.as_str(), o.cue.as_str())).collect();
        assert_eq!(found, expected, "{title:?} {lead:?}");
    }

    #[test]
    fn plans_and_expectations_are_found_in_both_languages() {
        check(
            "",
            "The board plans to buy a ferry.",
            &[(OutlookKind::Plan, "The board plans to buy a ferry.", "plans to")],
        );
        check(
            "",
            "Совет планирует купить паром.",
            &[(OutlookKind::Plan, "Совет планирует купить паром.", "планирует")],
        );
        check("Harbour to launch a ferry", "", &[(OutlookKind::Plan, "Harbour to launch a ferry", "to")]);
        check(
            "",
            "Паром сломан. Ожидается, что его починят.",
            &[(OutlookKind::Expectation, "Ожидается, что его починят.", "Ожидается")],
        );
    }

    #[test]
    fn a_limit_to_come_is_outlook_and_one_that_is_past_is_not() {
        check("Ferry contract runs until 2035", "", &[(OutlookKind::Until, "Ferry contract runs until 2035", "2035")]);
        check("Паром работает до 2035 года", "", &[(OutlookKind::Until, "Паром работает до 2035 года", "2035 года")]);
        check("Ferry contract ran until 2029", "", &[]);
        check("", "It ran until 2035 before.", &[]);
    }

    #[test]
    fn what_is_denied_or_doubted_is_no_outlook() {
        check("", "The board denied that it plans to sell the ferry.", &[]);
        check("", "The board has no plans to sell the ferry.", &[]);
        check("", "Совет не планирует купить паром.", &[]);
        check("", "A pilot doubts that the ferry will sail.", &[]);
    }

    #[test]
    fn other_partners_are_named_as_such() {
        let lead = "The board will sail with other partners.";
        check("", lead, &[(OutlookKind::Partners, lead, "other partners")]);
    }

    #[test]
    fn the_past_a_question_and_plain_reports_are_none() {
        check("", "The ferry was expected to sail in May.", &[]);
        check("", "Паром должен был отплыть в мае.", &[]);
        check("", "Will the ferry sail?", &[]);
        check("Ferry sails to the island", "It carried forty people.", &[]);
    }

    #[test]
    fn the_speaker_is_named_where_the_sentence_has_one() {
        let text = ItemText { lead: "Mayor Anna Quill said the bridge will open in May.", ..ItemText::default() };
        let at = "2031-03-03T10:00:00Z".parse().unwrap();
        let general = Lexicon::general();
        let found = extract(&text, &[], &quotes::extract(&text, general), at, general);
        assert_eq!(found.first().map(|o| o.speaker.as_str()), Some("Mayor Anna Quill"));
    }
}
