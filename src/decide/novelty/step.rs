//! What an act that the story has not had yet weighs: a step told as done is news, one in sight is half of it.

use super::Candidate;
use super::known::{Known, act_of, sentence_of};
use super::turn;
use crate::decide::facts::acts;
use crate::decide::facts::mood::{self, Mood};
use crate::domain::fact::{ActClass, Fact};
use crate::domain::topic::Field;

/// Steps that are news by themselves when a headline tells them as done.
const DECISIVE: [&str; 11] =
    ["suspend", "cancel", "withdraw", "extend", "sign", "postpone", "resume", "ban", "seize", "dismiss", "appoint"];
/// The same, and worth little when only announced.
const DONE_ONLY: [&str; 12] = [
    "reverse",
    "lift",
    "repair",
    "accept",
    "grant",
    "die",
    "fail",
    "approve",
    "refuse",
    "investigate",
    "veto",
    "replace",
];
/// Phases of a voyage, of which each is its own happening.
const VOYAGE: [&str; 5] = ["launch", "arrive", "depart", "return", "crash"];

/// Whether the act is a phase of a voyage.
pub(super) fn is_of_voyage(meaning: &str) -> bool {
    VOYAGE.contains(&meaning)
}

/// The weight of an act of the candidate, 0 to 1.
pub(super) fn weight(candidate: &Candidate<'_>, fact: &Fact, known: &Known<'_>) -> f64 {
    let meaning = act_of(fact);
    if known.acts.contains(meaning) {
        return 0.0;
    }
    let acts = acts::acts(&fact.text, candidate.lexicon);
    let Some(act) = acts.first() else { return 0.0 };
    let is_of = |list: &[&str]| list.contains(&&**act.meaning);
    let plain = match act.class {
        ActClass::Step => 0.7,
        ActClass::Phase => 0.3,
        ActClass::Talk => 0.4,
    };
    if &**act.meaning == "comment" {
        return 0.0;
    }
    if fact.field != Field::Title {
        return if is_negated(candidate, fact) { 0.0 } else { 0.7 * plain };
    }
    match turn::headline(candidate, meaning).map(|told| told.mood) {
        Some(Mood::Done) if turn::explains(candidate.item.text.title) => plain,
        Some(Mood::Done) if is_of(&DECISIVE) || is_of(&DONE_ONLY) || is_of(&VOYAGE) => 1.0,
        // Who refused and now agrees, who denied and now confirms.
        Some(Mood::Done) if known.acts.contains(opposite(act.meaning)) => 1.0,
        Some(Mood::Ahead) if is_of(&DONE_ONLY) => 0.5 * plain,
        Some(Mood::Named) if act.class == ActClass::Step => 0.5 * plain,
        // "Will not stop", "no threat": what is not so and was never told is no news.
        Some(Mood::Not) if !is_of(&DECISIVE) => 0.0,
        _ => plain,
    }
}

/// The act that this one takes back.
fn opposite(meaning: &str) -> &'static str {
    match meaning {
        "agree" => "refuse",
        "confirm" => "deny",
        "continue" => "end",
        _ => "",
    }
}

/// Whether the lead says that it is not so: "there was no threat".
fn is_negated(candidate: &Candidate<'_>, fact: &Fact) -> bool {
    sentence_of(candidate.item.text.lead, fact).is_some_and(|sentence| {
        let all = acts::acts(sentence, candidate.lexicon);
        let act = all.iter().find(|act| sentence.get(act.start..act.end) == Some(fact.text.as_str()));
        act.is_some_and(|act| mood::of(sentence, act, &all) == Mood::Not)
    })
}
