//! The best source of a story, and the words taken from it and from others.

use std::collections::BTreeSet;

use crate::domain::digest::{DigestQuote, Excerpt, NewLine};
use crate::domain::item::Lang;
use crate::domain::outlet::OutletKind;
use crate::domain::story::{StoryBrief, StoryItem};
use crate::domain::{Quote, QuoteKind};
use crate::text::clean;
use crate::text::fold::fold;
use crate::text::lang;
use crate::text::sentence::sentences;
use crate::text::words::words;

const EXCERPTS_MAX: usize = 3;
/// From the lead; the third is kept for another voice.
const EXCERPTS_OF_LEAD: usize = 2;
const EXCERPT_CHARS: usize = 320;
/// Shorter "sentences" are bylines and captions.
const EXCERPT_WORDS_MIN: usize = 5;
const QUOTES_MAX: usize = 3;
const QUOTE_CHARS: usize = 320;
const QUOTE_WORDS_MIN: usize = 4;

/// Items that a digest tells from: those since the oldest untold development, best source first.
///
/// An official body that speaks for itself is the best source, then whoever wrote an own text, in the audience's
/// language, earliest first.
pub(super) fn by_merit(brief: &StoryBrief, lang: Lang) -> Vec<&StoryItem> {
    let untold: BTreeSet<_> = brief.untold.iter().collect();
    let news = || brief.developments.iter().filter(|d| untold.contains(&d.id));
    let brings_news: BTreeSet<_> = news().map(|d| d.item).collect();
    let since = news().map(|d| d.at).min();
    let found_since = news().map(|d| d.found_at).min();
    let is_fresh = |item: &&StoryItem| {
        brings_news.contains(&item.id)
            || since.is_none_or(|since| item.at >= since)
            // Published before the report that brought the news to us, but seen with it or later.
            || found_since.is_none_or(|found| item.first_seen_at >= found)
    };
    let mut items: Vec<&StoryItem> = brief.items.iter().filter(is_fresh).collect();
    if items.is_empty() {
        items = brief.items.iter().collect();
    }
    items.sort_by_key(|item| {
        let is_primary = item.kind == OutletKind::Government && item.copy_of.is_none();
        (!is_primary, item.copy_of.is_some(), item.lang != lang, item.at, item.id)
    });
    items
}

/// Two or three sentences as written: from the best source, then one from another. None says again what the lines
/// of news or the quotes say.
pub(super) fn excerpts(items: &[&StoryItem], news: &[NewLine], quotes: &[DigestQuote]) -> Vec<Excerpt> {
    let mut told: Vec<BTreeSet<String>> = quotes.iter().map(|quote| word_set(&quote.quote.text)).collect();
    told.extend(news.iter().map(|line| word_set(&line.what)));
    let mut excerpts = Vec::new();
    let of_line = |line: &NewLine| figures_of(lang::detect(&line.what, None), &line.what);
    let mut figures: BTreeSet<(Lang, String)> = news.iter().flat_map(of_line).collect();
    for (nth, item) in items.iter().take(8).enumerate() {
        told.push(word_set(&item.title));
        figures.extend(figures_of(item.lang, &item.title));
        let room = match nth {
            0 => EXCERPTS_OF_LEAD,
            _ => EXCERPTS_MAX.saturating_sub(excerpts.len()).min(1),
        };
        if room == 0 {
            break;
        }
        let mut n_taken = 0;
        for sentence in sentences(&item.lead) {
            let words = word_set(sentence);
            if n_taken == room
                || words.len() < EXCERPT_WORDS_MIN
                || told.iter().any(|known| says_the_same(known, &words))
                || repeats_figures(&figures, item.lang, sentence)
            {
                continue;
            }
            figures.extend(figures_of(item.lang, sentence));
            told.push(words);
            n_taken += 1;
            excerpts.push(Excerpt {
                text: clean::line(sentence, EXCERPT_CHARS),
                outlet: item.outlet_name.clone(),
                url: item.url.clone(),
                lang: item.lang,
            });
        }
    }
    excerpts
}

/// Who said what in their own words, each speaker once. Indirect speech reads better as the sentence it stands in,
/// which is among the excerpts, and two or three words in marks are hardly a statement.
pub(super) fn quotes(items: &[&StoryItem]) -> Vec<DigestQuote> {
    let is_statement = |quote: &Quote| {
        quote.kind == QuoteKind::Direct && !quote.speaker.is_empty() && words(&quote.text).count() >= QUOTE_WORDS_MIN
    };
    let all = items.iter().flat_map(|item| item.quotes.iter().map(move |quote| (*item, quote)));
    let all = all.filter(|(_, quote)| is_statement(quote));
    let mut speakers = BTreeSet::new();
    let mut said = BTreeSet::new();
    let mut quotes = Vec::new();
    for (item, quote) in all {
        if quotes.len() == QUOTES_MAX {
            break;
        }
        if speakers.insert(fold(&quote.speaker)) && said.insert(fold(&quote.text)) {
            let mut quote = quote.clone();
            // "…,” said X" is how the sentence went on, not how the speaker did.
            quote.text = clean::line(quote.text.trim_end_matches([',', ' ']), QUOTE_CHARS);
            quote.speaker = clean::line(&quote.speaker, 120);
            let (outlet, url) = (item.outlet_name.clone(), item.url.clone());
            quotes.push(DigestQuote { quote, outlet, url, lang: item.lang });
        }
    }
    quotes
}

fn word_set(text: &str) -> BTreeSet<String> {
    let folded = fold(text);
    words(&folded).map(|word| word.text.to_owned()).collect()
}

/// The figures of a text with its language.
fn figures_of(lang: Lang, text: &str) -> impl Iterator<Item = (Lang, String)> + use<> {
    let figures: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.contains(|c: char| c.is_ascii_digit()))
        .map(fold)
        .collect();
    figures.into_iter().map(move |figure| (lang, figure))
}

/// Whether every figure of a sentence was told in another language: it says the same once more, for readers of both.
fn repeats_figures(told: &BTreeSet<(Lang, String)>, lang: Lang, sentence: &str) -> bool {
    let mut figures = figures_of(lang, sentence).map(|(_, figure)| figure).peekable();
    figures.peek().is_some()
        && figures.all(|figure| told.iter().any(|(other, known)| *other != lang && *known == figure))
}

/// Whether most words of the shorter text stand in the other; of a title of two words they would stand anywhere.
fn says_the_same(known: &BTreeSet<String>, words: &BTreeSet<String>) -> bool {
    let n_shared = known.intersection(words).count();
    let n_shorter = known.len().min(words.len());
    n_shorter >= EXCERPT_WORDS_MIN - 1 && n_shared * 4 >= n_shorter * 3
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{NASA, REUTERS, ROSCOSMOS, SPACENEWS, item, quote, story};
    use super::*;

    const NINE: &str = "2026-11-23T09:00:00Z";
    const TEN: &str = "2026-11-23T10:00:00Z";

    fn check_lead(items: Vec<StoryItem>, lang: Lang, expected: &str) {
        assert_eq!(by_merit(&story(1, items), lang)[0].outlet_name, expected);
    }

    #[test]
    fn the_official_source_leads_even_when_it_comes_late() {
        check_lead(vec![item(1, SPACENEWS, NINE, "A", ""), item(2, NASA, TEN, "B", "")], Lang::En, "NASA");
        check_lead(vec![item(1, SPACENEWS, NINE, "A", ""), item(2, REUTERS, TEN, "B", "")], Lang::En, "SpaceNews");
    }

    #[test]
    fn of_two_equals_the_one_in_the_audiences_language_leads() {
        let both = || vec![item(1, NASA, NINE, "Seat swap extended", ""), item(2, ROSCOSMOS, TEN, "Обмен продлён", "")];
        check_lead(both(), Lang::Ru, "Роскосмос");
        check_lead(both(), Lang::En, "NASA");
    }

    #[test]
    fn a_copy_leads_only_when_there_is_nothing_else() {
        let mut copy = item(1, SPACENEWS, NINE, "A", "");
        copy.copy_of = Some("reuters".into());
        check_lead(vec![copy.clone(), item(2, REUTERS, TEN, "A", "")], Lang::En, "Reuters");
        check_lead(vec![copy], Lang::En, "SpaceNews");
    }

    #[test]
    fn a_known_story_is_led_by_a_source_of_its_news() {
        let mut brief = story(1, vec![item(1, NASA, NINE, "Old", ""), item(2, SPACENEWS, TEN, "New", "")]);
        brief.untold.remove(0);
        assert_eq!(by_merit(&brief, Lang::En)[0].title, "New");
    }

    #[test]
    fn excerpts_are_sentences_that_add_something() {
        let lead = "NASA and Roscosmos extend seat swap through 2027. The two agencies signed it in Houston on Monday. \
                    It covers three flights of each side. It also names a backup crew for each.";
        let a = item(1, NASA, NINE, "NASA and Roscosmos extend seat swap through 2027", lead);
        let b = item(2, SPACENEWS, TEN, "Swap goes on", "The deal was to run out next year, officials say.");
        let found = excerpts(&[&a, &b], &[], &[]);
        let texts: Vec<_> = found.iter().map(|e| (e.text.as_str(), e.outlet.as_str())).collect();
        assert_eq!(
            texts,
            [
                ("The two agencies signed it in Houston on Monday.", "NASA"),
                ("It covers three flights of each side.", "NASA"),
                ("The deal was to run out next year, officials say.", "SpaceNews"),
            ]
        );
    }

    #[test]
    fn the_same_figures_in_another_language_add_nothing_and_others_do() {
        let a = item(1, NASA, NINE, "Agreement signed", "The old agreement ran through 2025 only.");
        let lead = "Прежнее соглашение действовало до 2025 года. Новое охватывает 6 полётов каждой из сторон.";
        let b = item(2, ROSCOSMOS, TEN, "Соглашение подписано", lead);
        let found = excerpts(&[&a, &b], &[], &[]);
        let texts: Vec<_> = found.iter().map(|e| e.text.as_str()).collect();
        assert_eq!(texts, ["The old agreement ran through 2025 only.", "Новое охватывает 6 полётов каждой из сторон."]);
    }

    #[test]
    fn a_sentence_that_is_quoted_below_is_not_an_excerpt_too() {
        let mut a =
            item(1, NASA, NINE, "Title", "“We fly together until the very end,” said Nelson. The crew agreed at once.");
        a.quotes = vec![quote("Nelson", "We fly together until the very end")];
        let quotes = quotes(&[&a]);
        let found = excerpts(&[&a], &[], &quotes);
        assert_eq!(found.iter().map(|e| e.text.as_str()).collect::<Vec<_>>(), ["The crew agreed at once."]);
    }

    #[test]
    fn each_speaker_and_each_saying_comes_once() {
        let mut a = item(1, NASA, NINE, "Title", "");
        a.quotes = vec![
            quote("Nelson", "We sign it today"),
            quote("nelson", "We sign it tomorrow"),
            quote("Borisov", "WE SIGN IT TODAY"),
            quote("Kikina", "I am ready to go"),
        ];
        let found: Vec<_> = quotes(&[&a]).into_iter().map(|q| q.quote.text).collect();
        assert_eq!(found, ["We sign it today", "I am ready to go"]);
    }

    #[test]
    fn a_few_words_in_marks_indirect_speech_and_nobodys_words_are_no_quotes() {
        let mut a = item(1, NASA, NINE, "Title", "");
        let mut indirect = quote("Nelson", "the crew will fly in May");
        indirect.kind = QuoteKind::Indirect;
        a.quotes = vec![indirect, quote("Nelson", "openly hostile"), quote("", "We sign it all today")];
        assert!(quotes(&[&a]).is_empty());
    }
}
