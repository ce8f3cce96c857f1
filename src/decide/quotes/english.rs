//! Indirect speech in English: "X said that …" and "…, X said".

use super::indirect::statement;
use super::{Statement, speaker, verbs};
use crate::decide::facts::Lexicon;
use crate::text::sentence::offset;
use crate::text::words::{Word, words};

/// The statement that the verb of speech at `at` attributes.
pub(super) fn find(
    sentence: &str,
    spans: &[Word<'_>],
    folded: &[&str],
    at: usize,
    lexicon: &Lexicon,
) -> Option<Statement> {
    let verb = spans[at].text;
    let head = sentence.get(..spans[at].start)?;
    let tail = sentence.get(spans[at].end..)?;
    // A noun ("the report says", "media reports") or an infinitive is no act of speech of a speaker.
    if at == 0 && !tail.trim_start().starts_with(char::is_uppercase) || at > 0 && folded[at - 1] == "to" {
        return None;
    }
    if is_inverted(sentence, spans, at) {
        return inverted(head, tail, verb, lexicon);
    }
    let that = folded.get(at + 1).is_some_and(|w| *w == "that") || tail_has_that(tail);
    if verbs::needs_that(folded[at]) && !that {
        return None;
    }
    let who = subject(head, lexicon)?;
    let said = after_that(tail, that);
    statement(said, who, verb)
}

/// "…, X said Friday.": little follows the verb, and a clause stands before its subject.
fn is_inverted(sentence: &str, spans: &[Word<'_>], at: usize) -> bool {
    let n_behind = spans.len() - at - 1;
    let head = sentence.get(..spans[at].start).unwrap_or_default();
    let tail = sentence.get(spans[at].end..).unwrap_or_default();
    let comma = head.rfind([',', '”', '"']).is_some_and(|i| words(head.get(..i).unwrap_or_default()).count() >= 4);
    // "X, welcoming the deal, said the ferry will sail": what follows has a verb of its own.
    let straight = tail.trim_start().starts_with("that ") || words(tail).any(|word| is_finite(word.text));
    comma && !straight && (n_behind <= 5 || tail.trim_start().starts_with(['.', ',']))
}

fn inverted(head: &str, tail: &str, verb: &str, lexicon: &Lexicon) -> Option<Statement> {
    // "…,” said Mayor Quill" has the speaker behind the verb.
    // Behind "told" stands who was told.
    let behind = if verb == "told" { "" } else { tail.split([',', '.', ';']).next().unwrap_or(tail) };
    let cut = head.trim_end().rfind([',', '”', '"'])?;
    let (said, who) = (head.get(..cut)?, head.get(cut..)?.trim_start_matches([',', '”', '"', ' ']));
    let who = if who.trim().is_empty() {
        // "Said of the ferry": what stands there is spoken of.
        let is_about = |text: &str| {
            ["of", "to", "in", "at", "on", "about", "from"].contains(&text.split(' ').next().unwrap_or_default())
        };
        speaker::of(Some(behind).filter(|text| !is_about(text.trim_start()))?, lexicon)?
    } else {
        speaker_with_apposition(head, cut, lexicon).or_else(|| speaker::of(who, lexicon))?
    };
    // A speaker with an office before the name begins before the last comma.
    let before_speaker = head.get(..offset(head, who)).unwrap_or(said);
    let said = if before_speaker.len() < said.len() { before_speaker } else { said };
    statement(said.trim_end_matches([',', '”', '"', ' ']), who, verb)
}

/// "…, the head of the agency, Anna Quill, said": the office before the name belongs to the speaker.
fn speaker_with_apposition<'t>(head: &'t str, cut: usize, lexicon: &Lexicon) -> Option<&'t str> {
    head.trim_end().ends_with(',').then_some(())?;
    let start = head.get(..cut)?.rfind(", ")?;
    speaker::of(head.get(start + 2..)?, lexicon)
}

/// "Anna Quill, welcoming the deal": the clause behind the name is no part of it.
fn without_participle(who: &str) -> &str {
    let clause =
        who.split_once(", ").filter(|(_, clause)| clause.split(' ').next().is_some_and(|w| w.ends_with("ing")));
    clause.map_or(who, |(name, _)| name)
}

/// The subject that ends where the verb begins.
fn subject<'t>(head: &'t str, lexicon: &Lexicon) -> Option<&'t str> {
    let head = head.trim_end();
    let who = match head.strip_suffix(',') {
        // "The director of X, Anna Quill, warned" and "Anna Quill, head of X, said".
        Some(with_apposition) => without_participle(with_apposition),
        None => head.rsplit([';', ':']).next().unwrap_or(head),
    };
    let who = who.rsplit(" — ").next().unwrap_or(who);
    let who = who.rsplit_once(" as ").map_or(who, |(_, after)| after);
    let who = if head.ends_with(',') { who } else { who.rsplit_once(", ").map_or(who, |(_, after)| after) };
    let who = ["has", "have", "had", "also", "just", "now", "later"]
        .iter()
        .fold(who.trim(), |who, aux| who.strip_suffix(aux).filter(|w| w.ends_with(' ')).unwrap_or(who).trim_end());
    // A verb inside shows that more than the subject was taken.
    let has_verb = words(who).any(|w| (is_finite(w.text) || w.text == "and") && who.len() > 60);
    speaker::of(who, lexicon).filter(|_| !has_verb)
}

fn is_finite(word: &str) -> bool {
    ["is", "was", "are", "were", "will", "would"].contains(&word)
}

fn tail_has_that(tail: &str) -> bool {
    words(tail).take(6).any(|w| w.text == "that")
}

fn after_that(tail: &str, that: bool) -> &str {
    if that
        && let Some((between, said)) = tail.split_once("that ")
        && words(between).count() <= 6
    {
        return said;
    }
    let said = speaker::without_time(tail);
    // "told Sputnik in an interview that": without "that" the addressee stays.
    said.strip_prefix("on ").unwrap_or(said)
}
