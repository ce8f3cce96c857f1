//! Verbs of speech in English and Russian.

use std::sync::LazyLock;

use crate::text::fold::fold;
use crate::text::list::{List, list};
use crate::text::words::words;

/// English verbs after which a statement follows, in the forms that news use.
static ENGLISH: LazyLock<List> = LazyLock::new(|| {
    list(
        "said says say told tells announced announces warned warns confirmed confirms claimed claims stated states added adds noted notes reports reported insisted insists revealed reveals suggested suggests acknowledged explained explains tweeted wrote vowed believes expects replied replies answered answers countered counters stressed stresses responded responds argued argues concluded",
    )
});

/// Verbs that carry a statement without an object clause only as object: taken with "that" alone.
static ENGLISH_THAT: LazyLock<List> = LazyLock::new(|| {
    list(
        "reported reports suggested suggests revealed noted added expects believes explained wrote announced confirmed claimed replied replies answered answers countered counters stressed stresses responded responds argued argues concluded",
    )
});

/// Russian verbs of speech, every form listed: endings tell a speaker's sex and number, not another verb.
static RUSSIAN: LazyLock<List> = LazyLock::new(|| {
    list(
        "заявил заявила заявили заявило сообщил сообщила сообщили сообщило сообщает сообщают рассказал рассказала рассказали сказал сказала сказали отметил отметила отметили подчеркнул подчеркнула добавил добавила заверил заверила предупредил предупредила предупредили объявил объявила объявили пояснил пояснила объяснил объяснила объяснили уточнил уточнила признал признала признался признались напомнил напомнила опроверг опровергла опровергли подтвердил подтвердила пообещал ответил ответила ответили возразил возразила возразили написал написала написали пишет заявляет заявляют утверждает считает",
    )
});

/// Whether a folded word is an English verb of speech.
pub(super) fn is_english(word: &str) -> bool {
    ENGLISH.contains(word)
}

/// Whether an English verb of speech needs "that" behind it.
pub(super) fn needs_that(word: &str) -> bool {
    ENGLISH_THAT.contains(word)
}

/// Whether a folded word is a Russian verb of speech.
pub(super) fn is_russian(word: &str) -> bool {
    RUSSIAN.contains(word)
}

/// Whether a word as written is a verb of speech of either language.
pub(super) fn is_one(word: &str) -> bool {
    let folded = fold(word);
    is_english(&folded) || is_russian(&folded)
}

/// Whether the words behind a closing mark begin with one: "», — сказал". Without comma or dash the marks hold a name.
pub(super) fn opens(behind: &str) -> bool {
    let rest = behind.trim_start_matches([',', ' ', '—', '–', '-']);
    let is_apart = behind.trim_start().len() > rest.len();
    is_apart && words(rest).next().is_some_and(|word| word.start == 0 && is_one(word.text))
}
