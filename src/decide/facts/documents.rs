//! Documents: agreements, treaties, contracts, where the words say which.

use std::sync::LazyLock;

use super::span::Span;
use crate::domain::fact::FactKind;
use crate::text::fold::fold;
use crate::text::list::{List, list};
use crate::text::sought::Sought;
use crate::text::stem::stem;

static ENGLISH: LazyLock<Option<Sought>> = LazyLock::new(|| {
    Sought::new(
        r"(?i)(?P<which>\b(?:[\p{L}][\p{L}'’\-]+ ){1,3})(?P<noun>agreements?|pact|treaty|accords?|memorandum|amendment|statement|deal)\b",
        "(?i)agreement|pact|treaty|accord|memorandum|amendment|statement|deal",
        3,
        0,
    )
});

static RUSSIAN: LazyLock<Option<Sought>> = LazyLock::new(|| {
    Sought::new(
        r"(?i)(?P<which>\b(?:перв|втор|трет|четв[её]рт|пят|дополнительн|межправительственн|совместн)\p{L}+ )?(?P<noun>соглашени\p{L}+|договор(?:а|у|ом|е)?\b|меморандум\p{L}*|дополнени\p{L}+ к соглашени\p{L}+|контракт\p{L}*)(?P<about> (?:об?|по|в отношении) \p{L}+(?: \p{L}+)?)?",
        "(?i)соглашени|договор|меморандум|дополнени|контракт",
        1,
        6,
    )
});

/// Words that do not say which document it is; the name of a document begins after the last of them.
static EMPTY: LazyLock<List> = LazyLock::new(|| {
    list(
        "a an the this that its their his her no any new of to in on for and or with as by from under has have had is are was will would said between final such reach reached sign signed signs agree finalized finalize gets get got complete completing extend extends extended into about",
    )
});

/// The documents of a text that are told apart by a word before or behind.
pub(super) fn find(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    for hit in ENGLISH.iter().flat_map(|pattern| pattern.captures(text)) {
        let (Some(which), Some(noun)) = (hit.name("which"), hit.name("noun")) else { continue };
        let from = last_empty(which.as_str());
        let name = which.as_str().get(from..).unwrap_or_default();
        let vague = matches!(fold(noun.as_str()).as_str(), "deal" | "statement") && !name.trim_end().ends_with("joint");
        if name.trim().is_empty() || vague {
            continue;
        }
        let value = format!("{} {}", fold(name.trim_end()), stem(&fold(noun.as_str())));
        found.push(Span::new(FactKind::Agreement, which.start() + from, noun.end(), value));
    }
    for hit in RUSSIAN.iter().flat_map(|pattern| pattern.captures(text)) {
        let (Some(all), Some(noun)) = (hit.get(0), hit.name("noun")) else { continue };
        let which = hit.name("which").map_or("", |m| m.as_str().trim_end());
        let about = hit.name("about").map_or("", |m| m.as_str());
        if which.is_empty() && about.is_empty() {
            continue;
        }
        let value = format!("{} {}", stem(&fold(which)), stem(&fold(noun.as_str())));
        found.push(Span::new(FactKind::Agreement, all.start(), all.end(), value.trim().to_owned()));
    }
    found
}

/// Where the telling words begin.
fn last_empty(which: &str) -> usize {
    let mut from = 0;
    let mut at = 0;
    for word in which.split_inclusive(' ') {
        at += word.len();
        if EMPTY.contains(fold(word).as_str()) || word.ends_with("ing ") {
            from = at;
        }
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = find(text).iter().map(|s| text[s.start..s.end].to_owned()).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_document_that_is_told_apart_is_a_fact() {
        check("They signed the lunar orbit agreement.", &["lunar orbit agreement"]);
        check("подписали второе дополнение к соглашению", &["второе дополнение к соглашению"]);
    }

    #[test]
    fn an_agreement_of_no_name_is_none() {
        check("They signed an agreement and the deal.", &[]);
        check("подписали соглашение.", &[]);
    }

    proptest::proptest! {
        #[test]
        fn the_sign_hides_nothing(text in "(space |joint |agreements?|deal|второе |дополнение к |соглашению|договор| о |полётах |\\PC| ){0,40}") {
            proptest::prop_assert!(ENGLISH.as_ref().unwrap().is_right(&text) && RUSSIAN.as_ref().unwrap().is_right(&text));
        }
    }
}
