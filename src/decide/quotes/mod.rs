//! Quotes: who said what, in the words of the item, only where the text itself names the speaker.
//!
//! Direct speech in every kind of quotation marks, indirect speech by the verbs of two languages. A name in marks
//! («Союз»), a nickname, a title are no speech. Wires that a text credits are no voices.

mod english;
mod indirect;
mod marks;
mod russian;
mod speaker;
mod stance;
mod verbs;

use crate::decide::dateline;
use crate::decide::facts::Lexicon;
use crate::decide::facts::names::persons;
use crate::domain::fact::{Quote, QuoteKind};
use crate::domain::item::ItemText;
use crate::domain::topic::Field;
use crate::text::clean::beginning;
use crate::text::fold::fold;
use crate::text::sentence::sentences;
use crate::text::words::words;

/// Quotes kept of one item.
const QUOTES_MAX: usize = 24;
/// Bytes read of a field.
const FIELD_BYTES_MAX: usize = 4000;
/// Longest quote, characters: beyond it a mark was lost.
const QUOTE_CHARS_MAX: usize = 700;

/// Words behind the marks in which who spoke is looked for.
const SPEAKER_WORDS_MAX: usize = 12;

/// A statement before its stance is read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Statement {
    kind: QuoteKind,
    text: String,
    speaker: String,
    verb: String,
}

/// The quotes of an item, title first, in the order of the text.
pub fn extract(text: &ItemText<'_>, lexicon: &Lexicon) -> Vec<Quote> {
    let mut found = Vec::new();
    let mut speaker = String::new();
    for (field, words) in [(Field::Title, text.title), (Field::Lead, text.lead), (Field::Body, text.body)] {
        let heard = Heard { speaker: &speaker, title: text.title, is_title: field == Field::Title, lexicon };
        let statements = statements(dateline::said(field, beginning(words, FIELD_BYTES_MAX)), &heard);
        if let Some(first) = statements.iter().find(|s| !s.speaker.is_empty()) {
            speaker.clone_from(&first.speaker);
        }
        found.extend(statements.into_iter().filter(|s| is_sane(&s.text)).map(|s| Quote {
            kind: s.kind,
            stance: stance::of(&s.text, &s.verb),
            // "Об этом сообщил X" at the beginning of a lead attributes the headline.
            field: if words.contains(&s.text) { field } else { Field::Title },
            text: s.text,
            speaker: s.speaker,
            verb: s.verb,
        }));
    }
    found.truncate(QUOTES_MAX);
    found
}

/// What stands before a field: who spoke in the headline (a lead that is nothing but a quote is theirs) and the
/// headline itself (a lead may begin with "Об этом сообщил …").
struct Heard<'a> {
    speaker: &'a str,
    title: &'a str,
    is_title: bool,
    lexicon: &'a Lexicon,
}

/// The statements of one field.
fn statements(field: &str, heard: &Heard<'_>) -> Vec<Statement> {
    let lexicon = heard.lexicon;
    if let Some(whole) = marks::whole(field) {
        return vec![Statement {
            kind: QuoteKind::Direct,
            text: whole.to_owned(),
            // A body that spoke in the headline has many mouths.
            speaker: if speaker::is_one(heard.speaker, lexicon) { heard.speaker.to_owned() } else { String::new() },
            verb: String::new(),
        }];
    }
    let mut found: Vec<Statement> = Vec::new();
    let all = marks::spoken_together(field, &sentences(field));
    let mut last_speaker = String::new();
    for (at, sentence) in all.iter().enumerate() {
        let title = Some(heard.title).filter(|title| !heard.is_title && !title.is_empty());
        let before = at.checked_sub(1).map_or(title, |at| all.get(at).copied());
        let indirect = indirect::find(sentence, before, lexicon);
        let (speaker, verb) =
            indirect.as_ref().map_or((String::new(), String::new()), |s| (s.speaker.clone(), s.verb.clone()));
        let holder = indirect::holder(sentence, lexicon)
            .filter(|(_, verb)| speaker.is_empty() && (heard.is_title || verb.starts_with("call")));
        let (speaker, verb) = holder.map_or((speaker, verb), |(who, verb)| (who.to_owned(), verb.to_owned()));
        let full: Vec<&str> = marks::speech(sentence, !speaker.is_empty());
        let named = behind(sentence, &full, lexicon).or_else(|| ahead(sentence, &full, lexicon));
        let (speaker, verb) = named.unwrap_or((speaker, verb));
        if !speaker.is_empty() {
            last_speaker.clone_from(&speaker);
        }
        // "“…”, X said": what stands in marks is not told a second time without them.
        let bare = |text: &str| text.trim_matches(['“', '”', '"', '«', '»', '„', ',', ' ', '—', '–', '-']).len();
        found.extend(indirect.filter(|s| !full.iter().any(|quote| quote.len() * 10 > bare(&s.text) * 8)));
        // Who is named beside the marks, with whatever verb, is another than the one who spoke before.
        let other = speaker.is_empty() && !full.is_empty() && names_somebody(sentence, &full, lexicon);
        found.extend(full.into_iter().map(|quote| Statement {
            kind: QuoteKind::Direct,
            text: quote.to_owned(),
            speaker: match () {
                () if other => String::new(),
                () if speaker.is_empty() => said_before(before, &last_speaker, lexicon),
                () => speaker.clone(),
            },
            verb: verb.clone(),
        }));
    }
    found
}

/// "“…,” said Mayor Quill" and "“…,” Anna Quill, the mayor, told …": the speaker behind the marks.
fn behind(sentence: &str, quotes: &[&str], lexicon: &Lexicon) -> Option<(String, String)> {
    let last = quotes.last()?;
    let end = sentence.find(last)? + last.len();
    let tail = sentence.get(end..)?.trim_start_matches(['”', '"', '»', '“', '’', '\'', ',', ':', ' ', '—', '–', '-']);
    let (first, rest) = tail.split_once(' ')?;
    if verbs::is_one(first) && fold(first) != "told" {
        let clause = rest.find([',', ';']).unwrap_or(rest.len());
        let who = speaker::of(rest.get(..clause)?, lexicon)?;
        return Some((who.to_owned(), first.to_owned()));
    }
    let verb = words(tail).take(SPEAKER_WORDS_MAX).find(|word| verbs::is_one(word.text))?;
    let subject = tail.get(..verb.start)?.trim_end_matches([',', ' ']);
    let name = subject.split_once(", ").map(|(name, _)| name).filter(|name| !persons(name, lexicon).is_empty());
    let is_named = |who: &str| who.starts_with(char::is_uppercase) || !persons(who, lexicon).is_empty();
    let who = speaker::of(name.unwrap_or(subject), lexicon)?;
    let is_clause = is_named(who) && !who.contains(['.', ';', '“', '«', '"']);
    is_clause.then(|| (who.to_owned(), verb.text.to_owned()))
}

/// "Мэр Анна Квилл заявила: «…»" and "Anna Quill: “…”": the speaker before the colon.
fn ahead(sentence: &str, quotes: &[&str], lexicon: &Lexicon) -> Option<(String, String)> {
    let head = sentence.get(..sentence.find(quotes.first()?)?)?;
    let head = head.trim_end_matches(['“', '„', '"', '«', '‘', '\'', ' ']).strip_suffix(':')?.trim_end();
    let last = words(head).last().filter(|word| word.end == head.len() && verbs::is_one(word.text));
    let (subject, verb) = last.map_or((head, ""), |word| (head.get(..word.start).unwrap_or_default(), word.text));
    let who = speaker::of(subject.rsplit(". ").next().unwrap_or(subject), lexicon)?;
    let is_named = !persons(who, lexicon).is_empty() || !verb.is_empty();
    is_named.then(|| (who.to_owned(), verb.to_owned()))
}

/// Who is named in the sentence before a quote that stands alone: title and name when the sentence opens with them.
fn named_in(sentence: &str, lexicon: &Lexicon) -> Option<String> {
    let (start, end) = *persons(sentence, lexicon).first()?;
    let opening = sentence.get(..end)?;
    let opens = words(opening).count() <= 8 && !opening.contains([',', ':', ';']);
    Some(if opens { opening.to_owned() } else { sentence.get(start..end)?.to_owned() })
}

fn names_somebody(sentence: &str, quotes: &[&str], lexicon: &Lexicon) -> bool {
    let outside = quotes.iter().fold(sentence.to_owned(), |rest, quote| rest.replace(quote, " "));
    !persons(&outside, lexicon).is_empty()
}

fn said_before(before: Option<&str>, last_speaker: &str, lexicon: &Lexicon) -> String {
    if last_speaker.is_empty() {
        before.and_then(|sentence| named_in(sentence, lexicon)).unwrap_or_default()
    } else {
        last_speaker.to_owned()
    }
}

fn is_sane(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= QUOTE_CHARS_MAX
}

#[cfg(test)]
mod tests;
