//! Denials: reports that say that what was told is not so, whatever verb they use.

use std::sync::LazyLock;

use regex::Regex;

use super::background;
use super::known::{Known, meaning_of};
use super::turn::Turn;
use super::{Candidate, StorySoFar};
use crate::decide::facts::acts::{self, Act};
use crate::decide::facts::mood::{self, Mood};
use crate::domain::fact::{ActClass, FactKind};
use crate::domain::topic::Field;
use crate::text::fold::fold;
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

/// What is refused rather than called untrue.
static REFUSED: LazyLock<List> =
    LazyLock::new(|| list("visa visas entry access permission permit request bail визу визы визе доступ"));
/// Words behind "denied" that point at what was told.
static POINTING: LazyLock<List> = LazyLock::new(|| {
    list(
        "that this it them these those plans report reports это этого эту эти этот такие такую планы наличие сообщения информацию",
    )
});
/// Acts that deny by themselves.
const DENYING: [&str; 3] = ["deny", "refuse", "dismiss"];
/// The beginnings of all of those words: most texts have none, which one look at the letters tells.
static SIGN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let beginnings = "reject|dismiss|rebuff|refute|debunk|untrue|false|fake|baseless|unfounded|groundless|not true|no truth|\
                      отверг|ложн|беспочвенн|недостовер|неправд|фейк|вброс|соответству";
    Regex::new(&format!("(?i){beginnings}")).ok()
});

/// Whether the candidate denies what the story told.
pub(super) fn is_one(candidate: &Candidate<'_>, so_far: &StorySoFar, known: &Known<'_>, turn: Option<&Turn>) -> bool {
    // What was told as done and is then refused is another step, and a launch called off is no denial.
    let turned = turn.is_some_and(|t| {
        let thing = candidate.item.text.title.get(t.told.place.clone()).unwrap_or_default();
        // "No talks" denies them; who will not meet calls a meeting off.
        let no_talks = t.told.class == ActClass::Talk && mood::is_noun(&fold(thing));
        t.told.mood == Mood::Not && (no_talks || t.told.class == ActClass::Step && !t.was_done)
    });
    let denies = |field: Field| {
        candidate.facts.iter().any(|f| f.kind == FactKind::Act && f.value == "act:deny" && f.field == field)
    };
    let text = &candidate.item.text;
    let may_reject = |field: &str| SIGN.as_ref().is_some_and(|sign| sign.is_match(field));
    let says_so = |field, text: &str| {
        let said = if denies(field) || may_reject(text) { sentences(text) } else { Vec::new() };
        said.into_iter().filter(|said| !background::says_so(said)).any(|said| {
            let all = acts::acts(said, candidate.lexicon);
            let names_known = names_known(&all, known);
            // What else a lead rejects is no denial of the story.
            rejects(said) && (field == Field::Title || names_known)
                || points(said, &all).is_some_and(|points| points || names_known || so_far.items.is_empty())
        })
    };
    turned || says_so(Field::Title, text.title) || says_so(Field::Lead, text.lead)
}

/// Whether a sentence that denies something points at what was told: denies "that" and nothing of its own. `None` when
/// it denies nothing; who is denied a visa is refused one. What opens a story denies whatever it denies.
fn points(sentence: &str, acts: &[Act<'_>]) -> Option<bool> {
    let deny = acts.iter().find(|act| &**act.meaning == "deny")?;
    let read = lexemes(words(sentence.get(deny.end..).unwrap_or_default()));
    let next: Vec<&str> = read.iter().take(3).map(|word| &*word.folded).collect();
    let has = |list: &List| next.iter().any(|word| list.contains(word));
    (!has(&REFUSED)).then(|| next.is_empty() || has(&POINTING))
}

/// Whether one of these is a step, beside the denial, that the story had.
fn names_known(acts: &[Act<'_>], known: &Known<'_>) -> bool {
    let mut steps = acts.iter().filter(|act| act.class != ActClass::Talk && !DENYING.contains(&&**act.meaning));
    steps.any(|act| known.acts.contains(meaning_of(act.meaning)))
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
        || (0..folded.len()).any(|at| {
            let is_untrue = SAID_ALONE.iter().any(|beginning| folded[at].starts_with(beginning));
            is_untrue && at.checked_sub(1).is_none_or(|before| folded[before] != "не")
        })
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
