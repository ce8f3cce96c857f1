//! Numbered names: `Crew-9`, `МС-28`, `Luna 25`. The number tells one of a series from the next.

use std::sync::LazyLock;

use crate::text::fold::fold;
use crate::text::list::{List, list};
use crate::text::translit::name_key;
use crate::text::words::Word;

/// A name with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::decide) struct Numbered {
    /// Name of the series as a rough Latin key.
    pub(in crate::decide) name: String,
    /// Number in it, below 10,000.
    pub(in crate::decide) number: u32,
    /// Words it takes.
    pub(in crate::decide) n_words: usize,
}

/// Capitalised words before a number that name no series (keys as `key_of` writes them).
static NO_NAMES: LazyLock<List> = LazyLock::new(|| {
    list(
        "ianuari februari march markh mar april apr mai iune iun iuli iul august aug september sept sep oktober okt november nov desember dekember dek des ian feb \
in at on the of to for from by and or with after about nearli over under more than up is are was v na k s do po site khapter chapter glava part dai top phase fase level type page number no section artikle article group age round grade week month iear hour all these just onli first next last kovid ianvar marta aprelia maia iunia iulia avgusta sentiabria oktiabria noiabria dekabria fevralia",
    )
});

/// The numbered name that begins with the word at `at`. A day of a month, a year, a chapter are none.
pub(in crate::decide) fn at(words: &[Word<'_>], at: usize) -> Option<Numbered> {
    let word = words.get(at)?;
    if let Some((name, number)) = word.text.rsplit_once(['-', '\u{2010}', '\u{2011}'])
        && let Some(number) = number_of(number)
        && let Some(name) = name_of(name)
    {
        return Some(Numbered { name, number, n_words: 1 });
    }
    let next = words.get(at + 1).filter(|next| next.start == word.end + 1)?;
    // Most words have no number behind them, and the name is what takes time.
    let number = number_of(next.text)?;
    Some(Numbered { name: name_of(word.text)?, number, n_words: 2 })
}

fn name_of(word: &str) -> Option<String> {
    let last = word.rsplit('-').next().unwrap_or(word);
    if !last.starts_with(char::is_uppercase) || !last.chars().all(char::is_alphabetic) {
        return None;
    }
    // One series is spelt Cosmos here and Kosmos there.
    let key = name_key(&fold(last)).replace('c', "k");
    (!key.is_empty() && !NO_NAMES.contains(key.as_str())).then_some(key)
}

fn number_of(word: &str) -> Option<u32> {
    // "53-54" and "13М" begin with the number; "2nd" and "5th" are no names.
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    let rest = word.get(digits.len()..).unwrap_or_default();
    let number = if digits.is_empty() {
        roman(word)?
    } else if rest.is_empty() || rest.starts_with('-') || ["M", "М", "a", "b", "P"].contains(&rest) {
        digits.parse().ok()?
    } else {
        return None;
    };
    (number < 1900 || (2100..10_000).contains(&number)).then_some(number)
}

fn roman(word: &str) -> Option<u32> {
    // Not "I": a pronoun, and not "X" and "V" alone, which are letters of names more often.
    const NUMERALS: [&str; 7] = ["II", "III", "IV", "VI", "VII", "VIII", "IX"];
    const VALUES: [u32; 7] = [2, 3, 4, 6, 7, 8, 9];
    NUMERALS.iter().zip(VALUES).find(|(numeral, _)| **numeral == word).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words::words;

    fn check(text: &str, expected: &[(&str, u32)]) {
        let spans: Vec<_> = words(text).collect();
        let found: Vec<_> = (0..spans.len()).filter_map(|i| at(&spans, i)).collect();
        let found: Vec<_> = found.iter().map(|n| (n.name.as_str(), n.number)).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn names_with_numbers_meet_across_scripts_and_spellings() {
        check("Soyuz MS-28 and Союз МС-29", &[("ms", 28), ("ms", 29)]);
        check("Cosmos 99, Kosmos-99", &[("kosmos", 99), ("kosmos", 99)]);
        check("МКС-40/41, Expedition 53-54", &[("mks", 40), ("ekspedition", 53)]);
    }

    #[test]
    fn days_years_and_chapters_are_no_names() {
        check("On March 5 in June 2024, Chapter 11 of May 2", &[]);
    }
}
