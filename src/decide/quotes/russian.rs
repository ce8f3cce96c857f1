//! Indirect speech in Russian: "X заявил, что …", "…, сообщил X", "Об этом рассказал X".

use super::indirect::statement;
use super::{Statement, speaker, verbs};
use crate::decide::facts::Lexicon;
use crate::decide::facts::names::persons;
use crate::text::words::{Word, words};

/// Longest subject, words, beyond which only a name before its apposition is taken.
const SUBJECT_WORDS_MAX: usize = 14;

/// "Об этом сообщил глава X": the statement is the sentence before, or the clause before "об этом".
pub(super) fn about_that(
    sentence: &str,
    spans: &[Word<'_>],
    folded: &[&str],
    before: Option<&str>,
    lexicon: &Lexicon,
) -> Option<Statement> {
    let at = folded.windows(2).position(|w| w[0] == "об" && w[1] == "этом")?;
    let verb_at = (at + 2..folded.len().min(at + 9)).find(|i| verbs::is_russian(folded[*i]))?;
    let tail = sentence.get(spans[verb_at].end..)?;
    const AFTER: &str = "со ссылкой на ";
    if let Some(cited) = tail.find(AFTER).and_then(|found| tail.get(found + AFTER.len()..)) {
        let who = speaker::of(cited.split([',', ';']).next().unwrap_or(cited), lexicon)?;
        return statement(if at == 0 { before? } else { sentence.get(..spans[at].start)? }, who, AFTER.trim());
    }
    let who = tail.split([',', ';']).next().unwrap_or(tail);
    let who = who.split(" в эфире ").next().unwrap_or(who).trim_start_matches(" в ");
    let who = speaker::of(who, lexicon)?;
    let said = if at == 0 { before? } else { sentence.get(..spans[at].start)? };
    statement(said, who, spans[verb_at].text)
}

/// The statement that the verb of speech at `at` attributes.
pub(super) fn find(
    sentence: &str,
    spans: &[Word<'_>],
    folded: &[&str],
    at: usize,
    lexicon: &Lexicon,
) -> Option<Statement> {
    let verb = spans[at].text;
    let head = sentence.get(..spans[at].start)?.trim_end();
    let tail = sentence.get(spans[at].end..)?;
    if let Some(said) = object_clause(tail) {
        let who = head.rsplit([';']).next().unwrap_or(head);
        let who = who.strip_suffix(',').unwrap_or(who);
        if let Some(who) = russian_subject(who, lexicon) {
            return statement(said, who, verb);
        }
    }
    // "…, сообщил глава X": verb first, then the speaker to the end of the clause.
    if head.ends_with(',') || head.ends_with(['»', '"', '–', '—', '-']) {
        let behind = tail.split(['.', ';']).next().unwrap_or(tail);
        let behind = speaker::without_time(behind).trim_start_matches("в ");
        let who = behind.split(", ").next().unwrap_or(behind);
        if let Some(who) = speaker::of(who, lexicon) {
            return statement(head, who, verb);
        }
        // "Мэр Анна Квилл уедет, заявила она": the pronoun stands for who the statement opens with.
        let is_pronoun = words(who).next().is_some_and(|w| ["он", "она"].contains(&w.text));
        return is_pronoun.then(|| opening_name(head, lexicon)).flatten().and_then(|who| statement(head, who, verb));
    }
    // "Рогозин заявил о готовности …"
    let next = *folded.get(at + 1)?;
    let prepositional = ["о", "об", "за", "про"].contains(&next);
    let with_object = ["опроверг", "опровергла", "опровергли", "подтвердил", "подтвердила", "объявил", "объявила"]
        .contains(&folded[at]);
    if (prepositional || with_object || is_question(next)) && at > 0 && !verb_is_impersonal(folded[at]) {
        return statement(tail, russian_subject(head, lexicon)?, verb);
    }
    // "Рогозин сообщил подробности о …"
    None
}

/// Title and name that a sentence opens with.
fn opening_name<'t>(sentence: &'t str, lexicon: &Lexicon) -> Option<&'t str> {
    let (_, end) = *persons(sentence, lexicon).first()?;
    let opening = sentence.get(..end)?;
    (!opening.contains([',', ';'])).then(|| speaker::of(opening, lexicon)).flatten()
}

fn verb_is_impersonal(verb: &str) -> bool {
    ["пишет", "сообщает"].contains(&verb)
}

fn is_question(word: &str) -> bool {
    ["когда", "почему", "как", "где", "зачем", "сколько", "кто"].contains(&word)
}

fn object_clause(tail: &str) -> Option<&str> {
    let (between, said) = tail.split_once(", что ").or_else(|| tail.split_once(", когда ").map(|_| (tail, "")))?;
    (words(between).count() <= 6 && !said.is_empty()).then_some(said)
}

/// A few words with capitals.
fn is_name(text: &str) -> bool {
    words(text).count() <= 4 && words(text).all(|word| word.text.starts_with(char::is_uppercase))
}

fn russian_subject<'t>(head: &'t str, lexicon: &Lexicon) -> Option<&'t str> {
    let head = head.trim().trim_start_matches("Как ");
    let who = head.rsplit_once(", который").map_or(head, |(before, _)| before);
    // "Али, менеджер чемпиона, заявил": the name comes before its apposition.
    let name = who.split_once(", ").map(|(name, _)| name).filter(|name| is_name(name));
    let who = name.filter(|_| words(who).count() > SUBJECT_WORDS_MAX).unwrap_or(who);
    let n_words = words(who).count();
    if n_words > SUBJECT_WORDS_MAX || n_words == 0 {
        return None;
    }
    speaker::of(who, lexicon)
}
