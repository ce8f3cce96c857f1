//! The speaker's stance, by words that say so in both languages; silence where they do not.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use crate::domain::fact::Stance;
use crate::text::fold::fold;
use crate::text::lexeme::lexemes;
use crate::text::list::{List, list};
use crate::text::words::words;

/// Beginnings of words that one is enough of.
static WELCOMING_ALONE: LazyLock<Beginnings> = LazyLock::new(|| {
    beginnings(
        "congratul praise applaud optimis glad proud lucky willing ready readiness eager приветству поздрав готовност договорились сотруднич благодар рад рада хочет",
    )
});
/// The same against.
static CRITICAL_ALONE: LazyLock<Beginnings> = LazyLock::new(|| {
    beginnings(
        "hostil accus blam condemn degrad reckless unaccept irrespons despair slam sabotag oppose враждеб обвин неприемл недопустим раскритик критик осуд прекратит покинет",
    )
});

/// Beginnings of words, or whole words after `=`, that need company: each is said of other things too.
static WELCOMING: LazyLock<Beginnings> = LazyLock::new(|| {
    beginnings(
        "welcom support agreed agree cooperat partnership success great thank hope pleased excite continu extend extension joint together =готов =готова =готовы поддерж успешн договор продолж продл надеж совместн дружб тесно",
    )
});
/// The same against.
static CRITICAL: LazyLock<Beginnings> = LazyLock::new(|| {
    beginnings(
        "warn threat attack destroy danger withdraw quit pull leave abandon refus reject oppos violat hack doubt fail crisis concern worr terrible jeopard unsafe block invasion bring предупре угро нападен опасн выход отказ против наруш сомнева провал проблем останов войн нельзя",
    )
});

/// Words that turn what follows.
const NOT: [&str; 9] = ["not", "no", "never", "without", "won't", "не", "без", "нет", "снят"];

/// Words before "против" that make it a stand of their own, where "sanctions against" is none.
const STANDING_AGAINST: [&str; 12] = [
    "он",
    "она",
    "они",
    "мы",
    "я",
    "выступает",
    "выступил",
    "выступила",
    "выступают",
    "выступили",
    "категорически",
    "решительно",
];

/// Verbs that carry a stance by themselves.
static CRITICAL_VERBS: LazyLock<List> =
    LazyLock::new(|| list("warned warns accused blamed slammed предупредил предупредила предупредили раскритиковал"));

/// Weight from which a side is shown.
const SHOWN_FROM: i32 = 2;

/// The stance of a statement: shown when the words for one side outweigh the other's.
pub(super) fn of(text: &str, verb: &str) -> Stance {
    // Who denies a report takes no side on the step by it.
    if verb.starts_with("опроверг") || verb.starts_with("den") {
        return Stance::Neither;
    }
    let read = lexemes(words(text));
    let folded: Vec<&str> = read.iter().map(|word| &*word.folded).collect();
    let (mut for_it, mut against) = (0, 0);
    for (at, word) in folded.iter().enumerate() {
        let is_stand = *word == "против" && at.checked_sub(1).is_some_and(|b| STANDING_AGAINST.contains(&folded[b]));
        against += if is_stand { SHOWN_FROM } else { 0 };
        let turned = folded.get(at.saturating_sub(2)..at).unwrap_or_default().iter().any(|w| NOT.contains(w));
        let (welcoming, critical) =
            (weight(word, &WELCOMING_ALONE, &WELCOMING), weight(word, &CRITICAL_ALONE, &CRITICAL));
        match turned {
            false => (for_it, against) = (for_it + welcoming, against + critical),
            // "Not against" is for it; "no threat" takes no side.
            true if *word == "против" => for_it += SHOWN_FROM,
            true => against += welcoming,
        }
    }
    if CRITICAL_VERBS.contains(fold(verb).as_str()) {
        against += SHOWN_FROM;
    }
    match (for_it, against) {
        (SHOWN_FROM.., 0) => Stance::Welcoming,
        (0, SHOWN_FROM..) => Stance::Critical,
        (a, b) if b >= a + SHOWN_FROM => Stance::Critical,
        _ => Stance::Neither,
    }
}

fn weight(word: &str, alone: &Beginnings, with_others: &Beginnings) -> i32 {
    if begins(word, alone) { SHOWN_FROM } else { i32::from(begins(word, with_others)) }
}

/// Beginnings of words by their first letter.
type Beginnings = HashMap<char, Vec<&'static str>, FixedState>;

fn beginnings(text: &'static str) -> Beginnings {
    let mut all = Beginnings::default();
    for beginning in text.split_whitespace() {
        let first = beginning.trim_start_matches('=').chars().next();
        first.into_iter().for_each(|first| all.entry(first).or_default().push(beginning));
    }
    all
}

fn begins(word: &str, beginnings: &Beginnings) -> bool {
    let near = word.chars().next().and_then(|first| beginnings.get(&first));
    near.into_iter().flatten().any(|beginning| match beginning.strip_prefix('=') {
        Some(whole) => word == whole,
        None => word.starts_with(beginning) && (word.len() == beginning.len() || beginning.chars().count() > 3),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_opposes_is_critical_in_both_languages_and_measures_against_a_country_take_no_side() {
        assert_eq!(of("he opposes the deal", "said"), Stance::Critical);
        assert_eq!(of("она против этой сделки", "заявила"), Stance::Critical);
        assert_eq!(of("он не против этой сделки", "заявил"), Stance::Welcoming);
        assert_eq!(of("меры против порта введены в мае", "заявил"), Stance::Neither);
    }
}
