//! The evidence that an item is news: each new or changed fact with its weight.

use std::fmt;

use super::Candidate;
use super::background;
use super::known::{Known, act_of, date_of, day_of, keys, sentence_of};
use super::step;
use super::turn::Turn;
use crate::decide::facts::names;
use crate::domain::fact::{Fact, FactKind, QuoteKind};
use crate::domain::topic::Field;
use crate::text::fold::fold;
use crate::text::words::words;

/// One piece.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Evidence {
    pub(super) what: String,
    pub(super) field: Field,
    pub(super) weight: f64,
    /// The earlier value, when it replaces one.
    pub(super) was: Option<String>,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "new {} {:+.2}", self.what, self.weight)?;
        match &self.was {
            Some(was) => write!(f, " (was {was})"),
            None => Ok(()),
        }
    }
}

/// Counts differ between reports of one happening more often than they are news: together they weigh this at most.
const COUNTS_MAX: f64 = 0.3;

/// Weight of a year to come that nothing ties to the step reported.
const LOOSE_YEAR: f64 = 0.6;

/// Everything new in the candidate.
pub(super) fn of(candidate: &Candidate<'_>, known: &Known<'_>, turn: Option<&Turn>) -> Vec<Evidence> {
    let mut found: Vec<Evidence> = Vec::new();
    let mut seen: Vec<(FactKind, &str)> = Vec::new();
    let mut counts = 0.0;
    // Names and counts beside a month or year long past are background; sums, steps and dates are weighed there too.
    let (background, dated) = (background::told(candidate), background::dated(candidate));
    let stands_in = |fact: &Fact, told: &[&str]| told.iter().any(|sentence| sentence.contains(&fact.text));
    let is_told = |fact: &Fact| {
        let by_itself = matches!(fact.kind, FactKind::Money | FactKind::Act | FactKind::Agreement | FactKind::Date);
        fact.field != Field::Lead || !stands_in(fact, &background) && (by_itself || !stands_in(fact, &dated))
    };
    for fact in candidate.facts.iter().filter(|fact| !known.has(fact) && is_told(fact)) {
        // One act in headline and lead is one piece of evidence.
        let value = if fact.kind == FactKind::Act { act_of(fact) } else { fact.value.as_str() };
        let Some(piece) = weigh(candidate, fact, known).filter(|_| !seen.contains(&(fact.kind, value))) else {
            continue;
        };
        seen.push((fact.kind, value));
        if fact.kind == FactKind::Number {
            counts += piece.weight;
        }
        if fact.kind != FactKind::Number || counts <= COUNTS_MAX + 0.01 {
            found.push(piece);
        }
    }
    found.extend(turn.and_then(|turn| turned(candidate, turn)));
    found.extend(voice(candidate, known));
    found.extend(own_words(candidate, known));
    found.extend(unread(candidate, known));
    found
}

/// What was announced has happened, or is called off.
fn turned(candidate: &Candidate<'_>, turn: &Turn) -> Option<Evidence> {
    let what = candidate.item.text.title.get(turn.told.place.clone())?.to_owned();
    Some(Evidence { what, field: Field::Title, weight: 1.0, was: None })
}

/// Somebody speaks who was not heard before.
fn voice(candidate: &Candidate<'_>, known: &Known<'_>) -> Option<Evidence> {
    let unheard = |speaker: &str| {
        words(speaker).filter(|w| w.text.starts_with(char::is_uppercase)).all(|w| {
            let (stemmed, name) = keys(w.text);
            !known.speakers.contains(&name) && !known.speakers.contains(&stemmed)
        })
    };
    let quote = candidate
        .quotes
        .iter()
        .find(|q| !q.speaker.is_empty() && is_body(candidate, &q.speaker) && unheard(&q.speaker));
    let quote =
        quote.filter(|_| candidate.item.text.lang == crate::domain::item::Lang::En || !known.speakers.is_empty())?;
    Some(Evidence { what: quote.text.clone(), field: quote.field, weight: 0.5, was: None })
}

/// Words in marks that nobody had quoted.
fn own_words(candidate: &Candidate<'_>, known: &Known<'_>) -> Option<Evidence> {
    let is_fresh =
        |text: &str| words(text).filter(|w| w.text.chars().count() > 3).any(|w| !known.words.contains(&keys(w.text).0));
    let quote = candidate.quotes.iter().find(|q| q.kind == QuoteKind::Direct && is_fresh(&q.text))?;
    Some(Evidence { what: quote.text.clone(), field: quote.field, weight: 0.15, was: None })
}

/// An organisation speaks in its own name; people of it are weighed as persons.
fn is_body(candidate: &Candidate<'_>, speaker: &str) -> bool {
    candidate.facts.iter().any(|f| f.kind == FactKind::Organisation && f.text == speaker)
}

fn weigh(candidate: &Candidate<'_>, fact: &Fact, known: &Known<'_>) -> Option<Evidence> {
    let before = known.before(fact);
    let weight = match fact.kind {
        FactKind::Money if is_converted(candidate, fact) => 0.0,
        FactKind::Money => 1.0,
        FactKind::Date => date_weight(candidate, fact, known),
        FactKind::Number => 0.3,
        FactKind::Person => person_weight(candidate, fact, known),
        FactKind::Mission | FactKind::Organisation | FactKind::Vehicle if is_read(fact, known) => 0.0,
        FactKind::Mission => 0.4,
        FactKind::Organisation if fact.field == Field::Title => 0.4,
        FactKind::Organisation | FactKind::Vehicle => 0.2,
        FactKind::Agreement if known.has_document(fact) => 0.0,
        FactKind::Agreement => 0.3,
        // An act in marks is how somebody sees what happened, not a report of it.
        FactKind::Act if is_quoted(candidate, fact) => 0.5 * step::weight(candidate, fact, known),
        FactKind::Act => step::weight(candidate, fact, known),
    };
    let was = before.filter(|_| weight >= 0.3 && fact.kind != FactKind::Number).map(|f| f.text.clone());
    (weight > 0.0).then(|| Evidence { what: fact.text.clone(), field: fact.field, weight, was })
}

/// "$850 million (£668m)": the same sum in another currency.
fn is_converted(candidate: &Candidate<'_>, fact: &Fact) -> bool {
    let text = candidate.text_of(fact.field);
    let before = text.find(&fact.text).and_then(|at| text.get(..at)).unwrap_or_default();
    before.ends_with('(') && candidate.facts.iter().any(|f| f.kind == FactKind::Money && before.contains(&f.text))
}

/// Whether the words stand inside somebody's direct speech.
fn is_quoted(candidate: &Candidate<'_>, fact: &Fact) -> bool {
    let spoken = candidate.quotes.iter().filter(|quote| quote.kind == QuoteKind::Direct && quote.field == fact.field);
    spoken.into_iter().any(|quote| quote.text.contains(&fact.text))
}

/// Every word of a name was read before, though perhaps as part of another name.
fn is_read(fact: &Fact, known: &Known<'_>) -> bool {
    words(&fact.text).all(|word| known.words.contains(&keys(word.text).1))
}

/// A date to come, or a limit, is news; the day of the report itself is not, and what is past is background.
fn date_weight(candidate: &Candidate<'_>, fact: &Fact, known: &Known<'_>) -> f64 {
    let at = candidate.item.at;
    let Some(value) = date_of(fact) else { return 0.2 };
    let known_coarser = known
        .facts
        .iter()
        .any(|f| f.kind == FactKind::Date && (f.value.starts_with(value) || value.starts_with(f.value.as_str())));
    if known_coarser {
        return 0.0;
    }
    if looks_back(fact, candidate) {
        return 0.0;
    }
    let today = day_of(at);
    let is_ahead = value > &today[..value.len().min(today.len())];
    let near = known.dates.iter().chain([&at]).any(|date| {
        let days = days_apart(value, &day_of(*date));
        days.is_some_and(|days| days <= 3)
    });
    // A new day close to the old one is the news of what was put off.
    let is_put_off = is_ahead && value.len() == 10 && ["postpone", "cancel"].iter().any(|act| known.acts.contains(act));
    if near && !is_put_off {
        0.0
    } else if is_ahead && is_loose_year(fact) {
        LOOSE_YEAR
    } else if is_ahead {
        1.0
    } else {
        0.15
    }
}

/// "Originally scheduled for July 16", "not on July 16 as planned", "since November", «с ноября».
fn looks_back(fact: &Fact, candidate: &Candidate<'_>) -> bool {
    let text = candidate.text_of(fact.field);
    let Some(at) = text.find(&fact.text) else { return false };
    let before = fold(text.get(..at).unwrap_or_default());
    let clause = before.rsplit([',', ';', '.']).next().unwrap_or_default();
    let behind = fold(text.get(at + fact.text.len()..).unwrap_or_default());
    let behind = behind.trim_start();
    let ends = |words: &[&str]| words.iter().any(|word| clause.trim_end().ends_with(&format!(" {word}")));
    // "From July 1" is to come; "since November" and "from July 16 to July 18" are not.
    let since = ends(&["since", "instead of", "вместо"])
        || ends(&["с"]) && fact.value.len() < 10
        || ends(&["from"]) && behind.starts_with("to ");
    let was = [
        "originally",
        "previously",
        "was to",
        "were to",
        "was due",
        "was scheduled",
        "first planned",
        "первоначально",
        "ранее",
        "должен был",
    ];
    since || was.iter().any(|words| clause.contains(words)) || behind.starts_with("as planned")
}

/// A year in a lead that limits nothing and that no act leads up to: "the bridge is to be renewed in 2040".
fn is_loose_year(fact: &Fact) -> bool {
    fact.field != Field::Title && fact.slot.split(' ').eq(["date"]) && fact.value.len() == 4
}

fn days_apart(a: &str, b: &str) -> Option<i64> {
    let parse = |text: &str| text.parse::<jiff::civil::Date>().ok();
    Some((parse(a)?.duration_since(parse(b)?).as_hours() / 24).abs())
}

/// Who takes part is news, who speaks for a body already in the story is not.
fn person_weight(candidate: &Candidate<'_>, fact: &Fact, known: &Known<'_>) -> f64 {
    let surname = words(&fact.text).last().map(|w| names::surname_key(w.text)).unwrap_or_default();
    if known.words.contains(surname.as_str()) {
        return 0.0;
    }
    let text = candidate.text_of(fact.field);
    let before = text.find(&fact.text).and_then(|at| text.get(..at)).unwrap_or_default();
    if replaces(text, fact) {
        return 1.0;
    }
    let takes_part = words(before).any(|w| names::is_trade(w.text, candidate.lexicon));
    if takes_part { 0.5 } else { 0.25 }
}

/// Who comes in somebody's place changes what holds: "replaced by Anna Quill", «вместо Лейна отправят Квилл».
fn replaces(text: &str, fact: &Fact) -> bool {
    const CUES: [&str; 9] = [
        "in place of",
        "instead of",
        "replaced by",
        "replaces",
        "to replace",
        "replacing",
        "вместо",
        "заменит",
        "сменит",
    ];
    sentence_of(text, fact).map(fold).is_some_and(|sentence| CUES.iter().any(|cue| sentence.contains(cue)))
}

/// Words of headline and lead that nobody wrote before: a rewording has few of them.
fn unread(candidate: &Candidate<'_>, known: &Known<'_>) -> Option<Evidence> {
    if !known.langs.contains(&candidate.item.text.lang) {
        return None;
    }
    let mut fresh = Vec::new();
    let mut n_words = 0.0;
    for (field, text) in [(Field::Title, candidate.item.text.title), (Field::Lead, candidate.item.text.lead)] {
        for word in words(text).filter(|w| w.text.chars().count() > 3) {
            let (stemmed, name) = keys(word.text);
            n_words += 1.0;
            if !known.words.contains(&stemmed) && !known.words.contains(&name) {
                fresh.push((field, word.text));
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "words of one item")]
    let share = fresh.len() as f64 / f64::max(n_words, 1.0);
    let (field, _) = *fresh.first()?;
    let shown: Vec<&str> = fresh.iter().take(4).map(|(_, word)| *word).collect();
    Some(Evidence { what: format!("words ({})", shown.join(" ")), field, weight: (share - 0.5).max(0.0), was: None })
}
