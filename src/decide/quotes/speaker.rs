//! Who speaks: title and name as written.

use std::sync::LazyLock;

use crate::decide::facts::Lexicon;
use crate::decide::facts::names::{is_trade, persons};
use crate::text::fold::fold;
use crate::text::lexeme::lexemes;
use crate::text::list::{List, list};
use crate::text::words::words;

/// Longest speaker, words.
const WORDS_MAX: usize = 18;

/// Pronouns name nobody.
static PRONOUNS: LazyLock<List> = LazyLock::new(|| {
    list(
        "he she they it we i you who which that this these those he's one some many few он она они мы я оно который которая которые кто это",
    )
});

/// Wires and words for an outlet: credits, no voices.
static CREDITS: LazyLock<List> = LazyLock::new(|| {
    list(
        "тасс риа интерфакс рбк tass ria interfax reuters ap afp агентство издание газета портал сайт сми источник телеканал media reports report story article study",
    )
});

/// Words of time that stand between speaker and verb or behind the verb.
static TIMES: LazyLock<List> = LazyLock::new(|| {
    list(
        "monday tuesday wednesday thursday friday saturday sunday today yesterday on late early this week afternoon morning night evening earlier later now also recently jan feb march april may june july aug sept oct nov dec в среду четверг пятницу субботу воскресенье понедельник вторник сегодня вчера ранее журналистам",
    )
});

/// The speaker in `text`, or `None` when it names nobody who speaks.
pub(super) fn of<'t>(text: &'t str, lexicon: &Lexicon) -> Option<&'t str> {
    let text = trim(without_setting(text));
    let read = lexemes(words(text));
    let folded: Vec<&str> = read.iter().map(|word| &*word.folded).collect();
    let first = *folded.first()?;
    let is_pronoun = folded.len() == 1 && PRONOUNS.contains(first);
    let starts_with_pronoun = PRONOUNS.contains(first);
    let credit = folded.iter().any(|w| CREDITS.contains(w));
    let has_name = text.chars().any(char::is_uppercase) || folded.iter().any(|w| is_human(w) || is_trade(w, lexicon));
    (!is_pronoun && !starts_with_pronoun && !credit && has_name && folded.len() <= WORDS_MAX).then_some(text)
}

/// Whether one person speaks: named, or by an office that one holds.
pub(super) fn is_one(speaker: &str, lexicon: &Lexicon) -> bool {
    let office = words(speaker).last().map(|word| fold(word.text)).unwrap_or_default();
    !persons(speaker, lexicon).is_empty()
        || ["chief", "minister", "president", "leader", "глава", "министр", "президент"].contains(&office.as_str())
}

/// People without a name.
fn is_human(word: &str) -> bool {
    [
        "official",
        "expert",
        "scientist",
        "leader",
        "lawmaker",
        "spokes",
        "general",
        "minister",
        "chief",
        "глава",
        "министр",
        "эксперт",
        "учен",
        "президент",
        "пресс",
    ]
    .iter()
    .any(|stem| word.starts_with(stem))
}

/// "Speaking at the harbour, Quill": the clause before the name tells where.
fn without_setting(text: &str) -> &str {
    let opens = text.trim_start().split(' ').next().is_some_and(|word| word.len() > 5 && word.ends_with("ing"));
    text.rsplit_once(", ").filter(|_| opens).map_or(text, |(_, name)| name)
}

fn trim(text: &str) -> &str {
    let mut text = text.trim().trim_matches([',', ';', ':', '-', '—', '–', '.', ' ']);
    for _ in 0..6 {
        let before = text;
        if let Some((head, last)) = text.rsplit_once(' ')
            && TIMES.contains(fold(last).trim_end_matches([',', '.']))
        {
            text = head.trim_end_matches([',', ' ']);
        }
        if let Some((first, tail)) = text.split_once(' ')
            && (["and", "but", "as", "while", "also", "а", "и", "но", "как"].contains(&first.to_lowercase().as_str())
                || TIMES.contains(fold(first).trim_end_matches([',', '.'])))
        {
            text = tail.trim_start();
        }
        if text == before {
            break;
        }
    }
    text
}

/// Cuts the words of time off the beginning of what was said: "Thursday the United States …".
pub(super) fn without_time(text: &str) -> &str {
    let mut text = text.trim_start_matches([' ', ',', ':']);
    for _ in 0..6 {
        let Some((first, tail)) = text.split_once(' ') else { break };
        let word = fold(first);
        let word = word.trim_end_matches([',', '.']);
        let is_time = TIMES.contains(word) && !["may", "now", "this", "also"].contains(&word);
        let is_day = word.chars().all(|c| c.is_ascii_digit()) && !word.is_empty() && word.len() <= 2;
        if !(is_time || is_day) {
            break;
        }
        text = tail.trim_start();
    }
    text
}
