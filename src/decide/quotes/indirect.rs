//! Indirect speech: the patterns in which news attribute a statement.

use std::sync::LazyLock;

use super::speaker;
use super::verbs;
use super::{QuoteKind, Statement, english, russian};
use crate::decide::facts::Lexicon;
use crate::decide::facts::names::persons;
use crate::text::fold::fold;
use crate::text::lexeme::{lexeme, lexemes};
use crate::text::list::{List, list};
use crate::text::words::{Word, words};

/// Fewest words of a statement.
const WORDS_MIN: usize = 3;

/// Longest title and name before a colon, words.
const NAME_WORDS_MAX: usize = 8;

/// The statement of a sentence; `before` is the sentence before it, which "Об этом сообщил X" attributes.
pub(super) fn find(sentence: &str, before: Option<&str>, lexicon: &Lexicon) -> Option<Statement> {
    let spans: Vec<Word<'_>> = words(sentence).collect();
    let read = lexemes(spans.iter().copied());
    let folded: Vec<&str> = read.iter().map(|word| &*word.folded).collect();
    russian::about_that(sentence, &spans, &folded, before, lexicon)
        .or_else(|| by_verb(sentence, &spans, &folded, lexicon))
        .or_else(|| by_source(sentence, lexicon))
        .or_else(|| by_colon(sentence, lexicon))
}

pub(super) fn statement(text: &str, speaker: &str, verb: &str) -> Option<Statement> {
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
pub(super) fn holder<'t>(sentence: &'t str, lexicon: &Lexicon) -> Option<(&'t str, &'t str)> {
    static ATTITUDES: LazyLock<List> = LazyLock::new(|| {
        list(
            "hails calls call called slam slams warn warns thanks alleges blames rips accuses defends praises says vows thinks have has had feels asked commits назвал назвала",
        )
    });
    let quote = sentence.find(['“', '‘', '«', '"', '\''])?;
    let head = sentence.get(..quote)?;
    let all: Vec<Word<'_>> = words(head).collect();
    if let Some(verb) = all.iter().skip(1).find(|w| ATTITUDES.contains(&*lexeme(w.text).folded)) {
        return Some((speaker::of(sentence.get(..verb.start)?, lexicon)?, verb.text));
    }
    if let Some(who) = speaker_on(head, lexicon) {
        return Some((who, ""));
    }
    // "The mayor “cannot see” a bridge": the marks hold the predicate, so the subject speaks.
    let inner = sentence.get(quote..)?.trim_start_matches(['“', '‘', '«', '"', '\'']);
    let first = fold(inner.split([' ', '”', '’', '"', '\'']).next()?);
    let is_predicate = first.ends_with("ing")
        || ["cannot", "can't", "will", "won't", "would", "not", "must"].contains(&first.as_str());
    let who = head.trim().trim_end_matches(" still");
    (is_predicate && !all.is_empty() && all.len() <= 5)
        .then(|| speaker::of(who, lexicon))
        .flatten()
        .map(|who| (who, ""))
}

/// "Quill on bridges: “…”".
fn speaker_on<'t>(head: &'t str, lexicon: &Lexicon) -> Option<&'t str> {
    let head = head.trim_end().strip_suffix(':')?;
    let who = [" on ", " about ", " о ", " об "]
        .iter()
        .filter_map(|on| head.split_once(on))
        .map(|(who, _)| who)
        .min_by_key(|who| who.len())?;
    may_be_name(who).then(|| speaker::of(who, lexicon)).flatten()
}

fn may_be_name(who: &str) -> bool {
    words(who).count() <= NAME_WORDS_MAX && who.starts_with(char::is_uppercase)
}

fn by_verb(sentence: &str, spans: &[Word<'_>], folded: &[&str], lexicon: &Lexicon) -> Option<Statement> {
    for at in 0..spans.len() {
        // "the United States" is no verb, "SAYS" in a headline of capitals is.
        let is_name = at > 0 && spans[at].text.starts_with(char::is_uppercase) && folded[at] == "states";
        let found = if verbs::is_english(folded[at]) && !is_name {
            english::find(sentence, spans, folded, at, lexicon)
        } else if verbs::is_russian(folded[at]) {
            russian::find(sentence, spans, folded, at, lexicon)
        } else {
            None
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// "… according to X", "По словам X, …", "… со ссылкой на X".
fn by_source(sentence: &str, lexicon: &Lexicon) -> Option<Statement> {
    if let Some(at) = sentence.find("according to ").filter(|at| *at > 0) {
        let who = sentence.get(at + 13..)?.split([',', '.', ';', '(']).next()?;
        return statement(sentence.get(..at)?, speaker::of(who, lexicon)?, "according to");
    }
    for opening in ["According to ", "По словам ", "По данным ", "По мнению ", "По информации "]
    {
        if let Some((who, said)) = sentence.strip_prefix(opening).and_then(|rest| rest.split_once(", ")) {
            return statement(said, speaker::of(who, lexicon)?, opening.trim());
        }
    }
    None
}

/// "Biden: Sanctions will …": a headline that names its speaker first.
fn by_colon(sentence: &str, lexicon: &Lexicon) -> Option<Statement> {
    let (who, said) = sentence.split_once(": ")?;
    let n_words = words(who).count();
    let is_name = n_words <= 3
        && (n_words > 1 || !who.chars().all(char::is_uppercase) || who.len() < 5)
        && words(who).all(|w| w.text.starts_with(char::is_uppercase))
        && !who.contains(|c: char| c.is_ascii_digit());
    let is_name = is_name || is_titled_name(who, lexicon);
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
    statement(said, speaker::of(who, lexicon)?, "")
}

/// "Harbour master Anna Quill".
fn is_titled_name(who: &str, lexicon: &Lexicon) -> bool {
    may_be_name(who) && !who.contains([',', ';', '"', '«', '“']) && persons(who, lexicon).len() == 1
}

/// Something is said of something: titles of pieces ("Apollo: dinner in orbit") say nothing.
fn has_finite_verb(said: &str) -> bool {
    words(said).any(|w| {
        ["will", "is", "are", "was", "were", "has", "have", "must", "can", "could", "should", "would", "not", "не"]
            .contains(&&*lexeme(w.text).folded)
    })
}
