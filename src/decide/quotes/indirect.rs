//! Indirect speech: the patterns in which news attribute a statement.

use super::speaker;
use super::verbs;
use super::{QuoteKind, Statement};
use crate::decide::facts::names::persons;
use crate::text::fold::fold;
use crate::text::words::{Word, words};

/// Fewest words of a statement.
const WORDS_MIN: usize = 3;

/// The statement of a sentence; `before` is the sentence before it, which "Об этом сообщил X" attributes.
pub(super) fn find(sentence: &str, before: Option<&str>) -> Option<Statement> {
    let spans: Vec<Word<'_>> = words(sentence).collect();
    let folded: Vec<String> = spans.iter().map(|w| fold(w.text)).collect();
    about_that(sentence, &spans, &folded, before)
        .or_else(|| by_verb(sentence, &spans, &folded))
        .or_else(|| by_source(sentence))
        .or_else(|| by_colon(sentence))
}

fn statement(text: &str, speaker: &str, verb: &str) -> Option<Statement> {
    let text = text.trim().trim_end_matches(['.', '…', ',', ' ']).trim_start_matches([',', ' ', ':']);
    let text = balanced(text);
    // What is left when the words stand in marks before the verb: "said in an interview".
    let adverbial = ["in a ", "in an ", "at a ", "on Twitter", "during "].iter().any(|a| text.starts_with(a));
    let enough = words(text).count() >= WORDS_MIN && !adverbial && !text.starts_with(['\'', '’']);
    enough.then(|| Statement {
        kind: QuoteKind::Indirect,
        text: text.to_owned(),
        speaker: speaker.to_owned(),
        verb: verb.to_owned(),
    })
}

/// Without a mark that encloses the whole.
fn balanced(text: &str) -> &str {
    let inner = text.strip_prefix(['“', '«']).and_then(|t| t.strip_suffix(['”', '»']));
    inner.filter(|t| !t.contains(['“', '«'])).unwrap_or(text)
}

/// Whom a headline's words in marks belong to: "Anna hails ‘real results’".
pub(super) fn holder(sentence: &str) -> Option<(&str, &str)> {
    const ATTITUDES: &str = "hails calls call called slam slams warn warns thanks alleges blames rips accuses defends praises says vows thinks have has had feels asked commits назвал назвала";
    let quote = sentence.find(['“', '‘', '«', '"', '\''])?;
    let head = sentence.get(..quote)?;
    let all: Vec<Word<'_>> = words(head).collect();
    if let Some(verb) = all.iter().skip(1).find(|w| ATTITUDES.split(' ').any(|a| a == fold(w.text))) {
        return Some((speaker::of(sentence.get(..verb.start)?)?, verb.text));
    }
    // "The mayor “cannot see” a bridge": the marks hold the predicate, so the subject speaks.
    let inner = sentence.get(quote..)?.trim_start_matches(['“', '‘', '«', '"', '\'']);
    let first = fold(inner.split([' ', '”', '’', '"', '\'']).next()?);
    let is_predicate = first.ends_with("ing")
        || ["cannot", "can't", "will", "won't", "would", "not", "must"].contains(&first.as_str());
    let who = head.trim().trim_end_matches(" still");
    (is_predicate && !all.is_empty() && all.len() <= 5).then(|| speaker::of(who)).flatten().map(|who| (who, ""))
}

/// "Об этом сообщил глава X": the statement is the sentence before, or the clause before "об этом".
fn about_that(sentence: &str, spans: &[Word<'_>], folded: &[String], before: Option<&str>) -> Option<Statement> {
    let at = folded.windows(2).position(|w| w[0] == "об" && w[1] == "этом")?;
    let verb_at = (at + 2..folded.len().min(at + 9)).find(|i| verbs::is_russian(&folded[*i]))?;
    let tail = sentence.get(spans[verb_at].end..)?;
    const AFTER: &str = "со ссылкой на ";
    if let Some(cited) = tail.find(AFTER).and_then(|found| tail.get(found + AFTER.len()..)) {
        let who = speaker::of(cited.split([',', ';']).next().unwrap_or(cited))?;
        return statement(if at == 0 { before? } else { sentence.get(..spans[at].start)? }, who, AFTER.trim());
    }
    let who = tail.split([',', ';']).next().unwrap_or(tail);
    let who = who.split(" в эфире ").next().unwrap_or(who).trim_start_matches(" в ");
    let who = speaker::of(who)?;
    let said = if at == 0 { before? } else { sentence.get(..spans[at].start)? };
    statement(said, who, spans[verb_at].text)
}

fn by_verb(sentence: &str, spans: &[Word<'_>], folded: &[String]) -> Option<Statement> {
    for at in 0..spans.len() {
        // "the United States" is no verb, "SAYS" in a headline of capitals is.
        let is_name = at > 0 && spans[at].text.starts_with(char::is_uppercase) && folded[at] == "states";
        let found = if verbs::is_english(&folded[at]) && !is_name {
            english(sentence, spans, folded, at)
        } else if verbs::is_russian(&folded[at]) {
            russian(sentence, spans, folded, at)
        } else {
            None
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn english(sentence: &str, spans: &[Word<'_>], folded: &[String], at: usize) -> Option<Statement> {
    let verb = spans[at].text;
    let head = sentence.get(..spans[at].start)?;
    let tail = sentence.get(spans[at].end..)?;
    // A noun ("the report says", "media reports") or an infinitive is no act of speech of a speaker.
    if at == 0 && !tail.trim_start().starts_with(char::is_uppercase) || at > 0 && folded[at - 1] == "to" {
        return None;
    }
    if is_inverted(sentence, spans, at) {
        return inverted(head, tail, verb);
    }
    let that = folded.get(at + 1).is_some_and(|w| w == "that") || tail_has_that(tail);
    if verbs::needs_that(&folded[at]) && !that {
        return None;
    }
    let who = subject(head)?;
    let said = after_that(tail, that);
    statement(said, who, verb)
}

/// "…, X said Friday.": little follows the verb, and a clause stands before its subject.
fn is_inverted(sentence: &str, spans: &[Word<'_>], at: usize) -> bool {
    let n_behind = spans.len() - at - 1;
    let head = sentence.get(..spans[at].start).unwrap_or_default();
    let tail = sentence.get(spans[at].end..).unwrap_or_default();
    let comma = head.rfind([',', '”', '"']).is_some_and(|i| words(head.get(..i).unwrap_or_default()).count() >= 4);
    let straight = tail.trim_start().starts_with("that ");
    comma && !straight && (n_behind <= 5 || tail.trim_start().starts_with(['.', ',']))
}

fn inverted(head: &str, tail: &str, verb: &str) -> Option<Statement> {
    // "…,” said Mayor Quill" has the speaker behind the verb.
    // Behind "told" stands who was told.
    let behind = if verb == "told" { "" } else { tail.split([',', '.', ';']).next().unwrap_or(tail) };
    let cut = head.trim_end().rfind([',', '”', '"'])?;
    let (said, who) = (head.get(..cut)?, head.get(cut..)?.trim_start_matches([',', '”', '"', ' ']));
    let who = if who.trim().is_empty() {
        speaker::of(behind)?
    } else {
        speaker_with_apposition(head, cut).or_else(|| speaker::of(who))?
    };
    let said = said.trim_end_matches([',', '”', '"']);
    let said = if head.contains(who) && !said.contains(who) { said } else { head.split(who).next().unwrap_or(said) };
    statement(said, who, verb)
}

/// "…, the head of the agency, Anna Quill, said": the office before the name belongs to the speaker.
fn speaker_with_apposition(head: &str, cut: usize) -> Option<&str> {
    head.trim_end().ends_with(',').then_some(())?;
    let start = head.get(..cut)?.rfind(", ")?;
    speaker::of(head.get(start + 2..)?)
}

/// The subject that ends where the verb begins.
fn subject(head: &str) -> Option<&str> {
    let head = head.trim_end();
    let who = match head.strip_suffix(',') {
        // "The director of X, Anna Quill, warned" and "Anna Quill, head of X, said".
        Some(with_apposition) => with_apposition,
        None => head.rsplit([';', ':']).next().unwrap_or(head),
    };
    let who = who.rsplit(" — ").next().unwrap_or(who);
    let who = who.rsplit_once(" as ").map_or(who, |(_, after)| after);
    let who = if head.ends_with(',') { who } else { who.rsplit_once(", ").map_or(who, |(_, after)| after) };
    let who = ["has", "have", "had", "also", "just", "now", "later"]
        .iter()
        .fold(who.trim(), |who, aux| who.strip_suffix(aux).filter(|w| w.ends_with(' ')).unwrap_or(who).trim_end());
    // A verb inside shows that more than the subject was taken.
    let has_verb =
        words(who).any(|w| ["is", "was", "are", "were", "will", "would", "and"].contains(&w.text) && who.len() > 60);
    speaker::of(who).filter(|_| !has_verb)
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

fn russian(sentence: &str, spans: &[Word<'_>], folded: &[String], at: usize) -> Option<Statement> {
    let verb = spans[at].text;
    let head = sentence.get(..spans[at].start)?.trim_end();
    let tail = sentence.get(spans[at].end..)?;
    if let Some(said) = object_clause(tail) {
        let who = head.rsplit([';']).next().unwrap_or(head);
        let who = who.strip_suffix(',').unwrap_or(who);
        if let Some(who) = russian_subject(who) {
            return statement(said, who, verb);
        }
    }
    // "…, сообщил глава X": verb first, then the speaker to the end of the clause.
    if head.ends_with(',') || head.ends_with(['»', '"', '–', '—', '-']) {
        let behind = tail.split(['.', ';']).next().unwrap_or(tail);
        let behind = speaker::without_time(behind).trim_start_matches("в ");
        let who = behind.split(", ").next().unwrap_or(behind);
        if let Some(who) = speaker::of(who) {
            return statement(head, who, verb);
        }
        // "Мэр Анна Квилл уедет, заявила она": the pronoun stands for who the statement opens with.
        let is_pronoun = words(who).next().is_some_and(|w| ["он", "она"].contains(&w.text));
        return is_pronoun.then(|| opening_name(head)).flatten().and_then(|who| statement(head, who, verb));
    }
    // "Рогозин заявил о готовности …"
    let next = folded.get(at + 1)?;
    let prepositional = ["о", "об", "за", "про"].contains(&next.as_str());
    let with_object = ["опроверг", "опровергла", "опровергли", "подтвердил", "подтвердила", "объявил", "объявила"]
        .contains(&folded[at].as_str());
    if (prepositional || with_object || is_question(next)) && at > 0 && !verb_is_impersonal(&folded[at]) {
        return statement(tail, russian_subject(head)?, verb);
    }
    // "Рогозин сообщил подробности о …"
    None
}

/// Title and name that a sentence opens with.
fn opening_name(sentence: &str) -> Option<&str> {
    let (_, end) = *persons(sentence).first()?;
    let opening = sentence.get(..end)?;
    (!opening.contains([',', ';'])).then(|| speaker::of(opening)).flatten()
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

fn russian_subject(head: &str) -> Option<&str> {
    let head = head.trim().trim_start_matches("Как ");
    let who = head.rsplit_once(", который").map_or(head, |(before, _)| before);
    let n_words = words(who).count();
    if n_words > 14 || n_words == 0 {
        return None;
    }
    // "Али, менеджер чемпиона, заявил": the name comes before its apposition.
    speaker::of(who)
}

/// "… according to X", "По словам X, …", "… со ссылкой на X".
fn by_source(sentence: &str) -> Option<Statement> {
    if let Some(at) = sentence.find("according to ").filter(|at| *at > 0) {
        let who = sentence.get(at + 13..)?.split([',', '.', ';', '(']).next()?;
        return statement(sentence.get(..at)?, speaker::of(who)?, "according to");
    }
    for opening in ["According to ", "По словам ", "По данным ", "По мнению ", "По информации "]
    {
        if let Some((who, said)) = sentence.strip_prefix(opening).and_then(|rest| rest.split_once(", ")) {
            return statement(said, speaker::of(who)?, opening.trim());
        }
    }
    None
}

/// "Biden: Sanctions will …": a headline that names its speaker first.
fn by_colon(sentence: &str) -> Option<Statement> {
    let (who, said) = sentence.split_once(": ")?;
    let n_words = words(who).count();
    let is_name = n_words <= 3
        && (n_words > 1 || !who.chars().all(char::is_uppercase) || who.len() < 5)
        && words(who).all(|w| w.text.starts_with(char::is_uppercase))
        && !who.contains(|c: char| c.is_ascii_digit());
    let no_label = [
        "LIVE",
        "Live",
        "Watch",
        "WATCH",
        "Video",
        "VIDEO",
        "Update",
        "Exclusive",
        "Opinion",
        "Analysis",
        "Photos",
        "Breaking",
        "BREAKING",
    ];
    let starts = said.starts_with(char::is_alphabetic);
    if !is_name
        || !starts
        || no_label.contains(&who)
        || words(said).count() < 4
        || said.ends_with('?')
        || !has_finite_verb(said)
    {
        return None;
    }
    statement(said, speaker::of(who)?, "")
}

/// Something is said of something: titles of pieces ("Apollo: dinner in orbit") say nothing.
fn has_finite_verb(said: &str) -> bool {
    words(said).any(|w| {
        ["will", "is", "are", "was", "were", "has", "have", "must", "can", "could", "should", "would", "not", "не"]
            .contains(&fold(w.text).as_str())
    })
}
