//! The subject: the news, not the count.

use super::words::Words;
use crate::domain::digest::{DigestStory, FeedTrouble};
use crate::domain::item::Lang;
use crate::text::clean;

/// Phones show about this many characters of a subject.
const SUBJECT_CHARS: usize = 70;

/// `ISS partnership extended to 2030 — and 3 more`: the first story's news, and how many more there are.
pub(super) fn of_news(first: &DigestStory, n_more: usize, lang: Lang, words: &Words) -> String {
    let plain: String = headline_in(lang, first).chars().filter(|c| !is_emoji(*c)).collect();
    with_rest(&plain, n_more, words)
}

/// `Feed TASS: broken since 2 Mar 06:00 UTC, 9 failures: 404… — and 1 more`, where there is no news.
pub(super) fn of_troubles(troubles: &[FeedTrouble], words: &Words) -> Option<String> {
    let first = troubles.first()?;
    let of = if first.is_coverage { String::new() } else { format!("{} ", words.feed) };
    Some(with_rest(&format!("{of}{}: {}", first.feed, first.words), troubles.len() - 1, words))
}

/// A subject that fits, with how many more things the mail tells.
fn with_rest(first: &str, n_more: usize, words: &Words) -> String {
    let rest = match n_more {
        0 => String::new(),
        n => format!(" — {}", words.and_more(n)),
    };
    let room = SUBJECT_CHARS.saturating_sub(rest.chars().count());
    format!("{}{rest}", at_a_word(&clean::line(first, usize::MAX), room))
}

/// The best source's headline, or one that the audience can read when that source wrote in another language.
fn headline_in(lang: Lang, story: &DigestStory) -> &str {
    if story.lead.lang == lang {
        return &story.headline;
    }
    let since = story.news.last().map(|oldest| oldest.at);
    let is_fresh = |at| since.is_none_or(|since| at >= since);
    let other = story.also.iter().find(|c| c.lang == lang && c.copy_of.is_none() && is_fresh(c.at));
    other.map_or(&story.headline, |coverer| &coverer.title)
}

/// Cuts between words where one ends in the last third, so that no half word stands in an inbox.
fn at_a_word(text: &str, max: usize) -> String {
    let short = clean::shorten(text, max);
    let Some(cut) = short.strip_suffix('…').filter(|_| short != text) else { return short };
    let goes_on = text.get(cut.len()..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    match cut.rfind(' ').filter(|at| goes_on && *at * 3 > cut.len() * 2) {
        Some(at) => format!("{}…", cut.get(..at).unwrap_or(cut).trim_end_matches([',', ';', ':', ' ', '—', '–'])),
        None => short,
    }
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27BF}' | '\u{2B50}'..='\u{2B55}' | '\u{1F000}'..='\u{1FAFF}' | '\u{E000}'..='\u{F8FF}')
}
