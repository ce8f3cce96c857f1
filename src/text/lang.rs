//! Language by script and letters: for English and Russian this beats the general detectors on headlines.

use super::bytes::{beyond_ascii, count};
use super::clean::beginning;
use crate::domain::Lang;

/// Characters that are looked at.
const LOOKED_AT: usize = 600;

/// Letters of Cyrillic alphabets that Russian does not have.
const NOT_RUSSIAN: &str = "іїєґўјљњћџђѓќѕқғңүұһәөІЇЄҐЎЈЉЊЋЏЂЃЌЅҚҒҢҮҰҺӘӨ";

/// The language of a report by its headline and the beginning of its lead, as [`detect`] tells it.
pub fn of_report(title: &str, lead: &str, hint: Option<Lang>) -> Lang {
    let room = LOOKED_AT.saturating_sub(title.len() + 1);
    let heads = [beginning(title, LOOKED_AT), beginning(lead, room)];
    if heads.iter().all(|head| head.is_ascii()) {
        return of_ascii(&heads, hint);
    }
    detect(&[title, beginning(lead, 4 * LOOKED_AT)].join(" "), hint)
}

fn of_ascii(heads: &[&str], hint: Option<Lang>) -> Lang {
    let has_letters = heads.iter().any(|head| head.bytes().any(|b| b.is_ascii_alphabetic()));
    if has_letters { hint.filter(|h| *h != Lang::Ru).unwrap_or(Lang::En) } else { hint.unwrap_or_default() }
}

/// Russian when most letters are Cyrillic and none is foreign to Russian, English when most are Latin.
/// Looks at the first 600 characters. Other Latin languages are told apart by `hint` only.
pub fn detect(text: &str, hint: Option<Lang>) -> Lang {
    let head = beginning(text, LOOKED_AT);
    if head.is_ascii() {
        return of_ascii(&[head], hint);
    }
    let mut chars = text.chars();
    chars.nth(LOOKED_AT - 1);
    let head = text.get(..text.len() - chars.as_str().len()).unwrap_or(text);
    let latin = count(head, |b| (b | 0x20).wrapping_sub(b'a') < 26);
    let (mut cyrillic, mut foreign, mut marked) = (0usize, 0usize, 0usize);
    for c in beyond_ascii(head) {
        match c {
            'а'..='я' | 'А'..='Я' => cyrillic += 1,
            '\u{0400}'..='\u{04FF}' if NOT_RUSSIAN.contains(c) => foreign += 1,
            '\u{0400}'..='\u{04FF}' => cyrillic += 1,
            '\u{00C0}'..='\u{024F}' => marked += 1,
            _ => {}
        }
    }
    if cyrillic + foreign > latin {
        return if foreign * 100 > cyrillic { Lang::Other } else { Lang::Ru };
    }
    if latin + marked == 0 {
        return hint.unwrap_or_default();
    }
    // More than one accented letter in fifty is no English text.
    if marked * 50 > latin { Lang::Other } else { hint.filter(|h| *h != Lang::Ru).unwrap_or(Lang::En) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_decides() {
        assert_eq!(detect("Роскосмос и NASA продлили соглашение", None), Lang::Ru);
        assert_eq!(detect("Roscosmos and NASA extend the deal", None), Lang::En);
        assert_eq!(detect("NASA і Роскосмос подовжили угоду, її підписали", None), Lang::Other);
        assert_eq!(detect("Les États-Unis réaffirment l’été été", None), Lang::Other);
    }

    #[test]
    fn what_stands_behind_the_beginning_does_not_count() {
        let latin = "a".repeat(600);
        assert_eq!(detect(&format!("{latin}{}", "ж".repeat(900)), None), Lang::En);
        assert_eq!(detect(&format!("{}{}", "ж".repeat(301), "a".repeat(299)), None), Lang::Ru);
    }

    #[test]
    fn without_letters_the_hint_stands() {
        assert_eq!(detect("2030?", Some(Lang::Ru)), Lang::Ru);
        assert_eq!(detect("", None), Lang::Other);
    }
}
