//! Direct speech: what stands in quotation marks and is neither name nor title.

use super::verbs;
use crate::text::sentence::offset;
use crate::text::words::words;

/// Pairs of marks. The straight double mark opens and closes; the single ones are apostrophes too often and count
/// only around several words.
const PAIRS: [(char, char); 6] = [('“', '”'), ('«', '»'), ('„', '“'), ('"', '"'), ('‘', '’'), ('\'', '\'')];

/// Words from which anything in marks is speech.
const SPEECH_WORDS: usize = 5;

/// Sentences that one speech has at most: beyond them a mark was lost.
const SENTENCES_MAX: usize = 5;

/// A field that is nothing but a quote, also when one of its marks was cut off.
pub(super) fn whole(field: &str) -> Option<&str> {
    let field = field.trim();
    let opens = field.starts_with(['“', '"', '«', '„']);
    let closes = field.ends_with(['”', '"', '»', '“']);
    let inner = field.trim_matches(['“', '”', '"', '«', '»', '„']);
    let marks = inner.contains(['“', '”', '"', '«', '»', '„']);
    // One mark alone tells a cut quote only at the end: names open sentences in marks.
    let is_quote = closes && !marks && (opens || ends_as_sentence(inner));
    (is_quote && words(inner).count() >= SPEECH_WORDS).then_some(inner)
}

fn ends_as_sentence(inner: &str) -> bool {
    inner.ends_with(['.', '!', '?', '…', ','])
}

/// Sentences, those of one direct speech together: "“We opened it. It is long,” she said" is one.
pub(super) fn spoken_together<'a>(field: &'a str, sentences: &[&'a str]) -> Vec<&'a str> {
    let mut joined: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(first) = sentences.get(at) {
        let n = 1 + sentences_to_close(sentences.get(at..).unwrap_or_default()).unwrap_or(0);
        let last = sentences.get(at + n - 1).unwrap_or(first);
        joined.push(field.get(offset(field, first)..offset(field, last) + last.len()).unwrap_or(first));
        at += n;
    }
    joined
}

/// How many sentences on the speech that the first one opens is closed: the end of a cut field closes it too.
fn sentences_to_close(sentences: &[&str]) -> Option<usize> {
    let (first, others) = sentences.split_first()?;
    let mut open = n_open(first);
    if open <= 0 {
        return None;
    }
    for (n, sentence) in (1..).zip(others.iter().take(SENTENCES_MAX)) {
        let change = n_open(sentence);
        // Another speech begins: the mark was no opening one.
        if change > 0 && !sentence.contains('"') {
            return None;
        }
        open = if has_half_pair(sentence) { 0 } else { open + change };
        if open <= 0 {
            return Some(n);
        }
    }
    let is_cut = others.last().is_some_and(|last| !last.ends_with(['.', '!', '?']));
    (is_cut && others.len() <= SENTENCES_MAX).then_some(others.len())
}

/// Marks opened and not closed; straight ones by their parity.
fn n_open(sentence: &str) -> i32 {
    let change = |c| i32::from(matches!(c, '“' | '«')) - i32::from(matches!(c, '”' | '»'));
    i32::from(has_half_pair(sentence)) + sentence.chars().map(change).sum::<i32>()
}

/// A straight mark is left over.
fn has_half_pair(sentence: &str) -> bool {
    sentence.matches('"').count() % 2 == 1
}

/// The direct speech of a sentence; shorter pieces count when somebody speaks in it.
pub(super) fn speech(sentence: &str, has_speaker: bool) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some((start, end, next)) = next_pair(sentence, rest) {
        let inner = sentence.get(start..end).unwrap_or_default().trim().trim_end_matches('…').trim_end();
        // "… is ‘Ridiculous’": what somebody calls a thing is theirs whatever its capitals.
        let before =
            sentence.get(rest..start).unwrap_or_default().trim_end_matches(['“', '«', '„', '"', '‘', '\'']).trim_end();
        let is_predicate = has_speaker
            && ["is", "was", "are", "as", "a", "an", "be"]
                .contains(&before.rsplit(' ').next().unwrap_or_default().to_lowercase().as_str());
        // A name in marks may end a clause before the verb too, but seldom opens the sentence.
        let opens = !sentence.get(..start).unwrap_or_default().chars().any(char::is_alphanumeric);
        let is_said =
            opens && verbs::opens(sentence.get(next..).unwrap_or_default()) && inner.chars().any(char::is_alphabetic);
        if is_said || is_speech(inner, has_speaker) || (is_predicate && words(inner).count() > 0) {
            found.push(inner);
        }
        rest = next;
    }
    found
}

/// Inside of the next pair and where to go on.
fn next_pair(sentence: &str, from: usize) -> Option<(usize, usize, usize)> {
    let rest = sentence.get(from..)?;
    for (at, c) in rest.char_indices() {
        let Some((open, close)) = PAIRS.iter().find(|(open, _)| *open == c) else { continue };
        let before = rest.get(..at).and_then(|t| t.chars().next_back());
        let after = rest.get(at + c.len_utf8()..).and_then(|t| t.chars().next());
        // A straight mark behind a word, or before a blank, closes something that began elsewhere.
        if before.is_some_and(|b| !b.is_whitespace() && !"([—–-:".contains(b)) || after.is_none_or(char::is_whitespace)
        {
            continue;
        }
        let start = at + open.len_utf8();
        let inner = rest.get(start..)?;
        let end = inner.char_indices().find(|(i, c)| {
            let after = inner.get(i + c.len_utf8()..).and_then(|t| t.chars().next());
            let closes = *c == *close || matches!((*open, *c), ('“', '"') | ('"', '”'));
            closes && !after.is_some_and(char::is_alphanumeric)
        });
        match end {
            Some((end, c)) => return Some((from + start, from + start + end, from + start + end + c.len_utf8())),
            // Cut off at the end of a lead; a single mark is an apostrophe.
            None if !matches!(open, '\'' | '‘') && !sentence.ends_with('.') => {
                return Some((from + start, sentence.len(), sentence.len()));
            }
            None => {}
        }
    }
    None
}

fn is_speech(inner: &str, has_speaker: bool) -> bool {
    let n_words = words(inner).count();
    let capitals = words(inner).filter(|w| w.text.starts_with(char::is_uppercase)).count();
    let small_start = inner.chars().next().is_some_and(char::is_lowercase);
    // A title or a name has capitals throughout ("Школа современной пьесы" has one, and no verb's punctuation).
    let is_title = capitals * 2 > n_words && n_words < 9;
    if is_title || n_words == 0 || inner.starts_with([',', '-', '–', '—', '.']) {
        return false;
    }
    let ends = inner.ends_with([',', '.', '!', '?']);
    n_words >= SPEECH_WORDS || (has_speaker && (small_start || ends)) || (ends && n_words >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_quote_is_a_quote() {
        assert_eq!(whole("We felt it was a bad idea to open it.\""), Some("We felt it was a bad idea to open it."));
        assert_eq!(whole("\"Zarya\" opened the bridge to all of us"), None);
    }

    #[test]
    fn short_pieces_need_a_speaker() {
        assert_eq!(speech("He called it “deeply wrong”", true), ["deeply wrong"]);
        assert!(speech("The “deeply wrong” bridge", false).is_empty());
        assert!(speech("Школа «Новая Заря» открыта", true).is_empty());
    }

    #[test]
    fn an_apostrophe_opens_nothing() {
        assert!(speech("The crew's and the pilots' bridge isn't a long one", true).is_empty());
    }
}
