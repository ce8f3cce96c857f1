//! Denials: reports that say that what was told is not so, whatever verb they use.

use std::sync::LazyLock;

use regex::Regex;

use super::Candidate;
use super::turn::Turn;
use crate::decide::facts::mood::Mood;
use crate::domain::fact::{ActClass, FactKind};
use crate::text::lexeme::lexemes;
use crate::text::list::{List, list};
use crate::text::sentence::sentences;
use crate::text::words::words;

/// Who does this to a report denies it.
static REJECTING: LazyLock<List> = LazyLock::new(|| {
    list(
        "reject rejects rejected rejecting dismiss dismisses dismissed dismissing rebuff rebuffs rebuffed refute refutes refuted debunk debunks debunked отверг отвергла отвергли",
    )
});
/// What a report is called by who denies it.
static UNTRUE: LazyLock<List> =
    LazyLock::new(|| list("untrue false fake baseless unfounded groundless ложными ложные ложной беспочвенными"));
/// What is rejected, where something else might be.
static REPORTS: LazyLock<List> = LazyLock::new(|| {
    list(
        "report reports claim claims rumor rumors rumour rumours allegation allegations speculation сообщение сообщения слухи информацию информация публикации публикацию",
    )
});
/// Words between the two at most.
const NEAR: usize = 6;
/// Russian words that say it alone, by their beginning.
const SAID_ALONE: [&str; 4] = ["недостовер", "неправд", "фейк", "вброс"];
/// Phrases that say it, of folded words.
const PHRASES: [&[&str]; 4] = [
    &["not", "true"],
    &["no", "truth"],
    &["не", "соответствует", "действительности"],
    &["не", "соответствуют", "действительности"],
];

/// The beginnings of all of those words: most texts have none, which one look at the letters tells.
static SIGN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let beginnings = "reject|dismiss|rebuff|refute|debunk|untrue|false|fake|baseless|unfounded|groundless|not true|no truth|\
                      отверг|ложн|беспочвенн|недостовер|неправд|фейк|вброс|соответству";
    Regex::new(&format!("(?i){beginnings}")).ok()
});

/// Whether the candidate denies what the story told.
pub(super) fn is_one(candidate: &Candidate<'_>, turn: Option<&Turn>) -> bool {
    // What was told as done and is then refused is another step, and a launch called off is no denial.
    let turned = turn.is_some_and(|t| t.told.mood == Mood::Not && t.told.class == ActClass::Step && !t.was_done);
    let says_so = candidate.facts.iter().any(|f| f.kind == FactKind::Act && f.value == "act:deny");
    let text = &candidate.item.text;
    let may_reject = |field: &str| SIGN.as_ref().is_some_and(|sign| sign.is_match(field));
    turned
        || says_so
        || may_reject(text.title) && rejects(text.title)
        || may_reject(text.lead) && sentences(text.lead).into_iter().any(rejects)
}

fn rejects(sentence: &str) -> bool {
    let read = lexemes(words(sentence));
    let folded: Vec<&str> = read.iter().map(|word| &*word.folded).collect();
    let places = |list: &List| -> Vec<usize> { (0..folded.len()).filter(|at| list.contains(folded[*at])).collect() };
    let reports = places(&REPORTS);
    let follows = |verb: &usize| reports.iter().any(|report| report > verb && report - verb <= NEAR);
    let is_near = |word: &usize| reports.iter().any(|report| report.abs_diff(*word) <= NEAR);
    places(&REJECTING).iter().any(follows)
        || places(&UNTRUE).iter().any(is_near)
        || folded.iter().any(|word| SAID_ALONE.iter().any(|beginning| word.starts_with(beginning)))
        || PHRASES.iter().any(|phrase| folded.windows(phrase.len()).any(|run| run == *phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_rejects_a_report_denies_it_in_both_languages() {
        for denial in [
            "Harbour rejects reports of a sale",
            "The mayor dismissed the rumours",
            "Reports of a sale are untrue, harbour says",
            "The reports are not true",
            "В порту назвали недостоверными сообщения о продаже",
            "Информация не соответствует действительности",
            "Порт отверг сообщения о продаже",
        ] {
            assert!(rejects(denial), "{denial}");
        }
    }

    #[test]
    fn who_rejects_an_offer_or_claims_that_another_did_denies_nothing() {
        for report in ["Harbour rejects the offer", "Mayor claims the harbour rejected it", "A false alarm in the port"]
        {
            assert!(!rejects(report), "{report}");
        }
    }
}
