//! Turns: an act that the story knew as announced is done, one that was expected is called off, one denied is on again.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::Timestamp;

use super::known::{Known, act_of, day_of, meaning_of};
use super::step;
use super::{Candidate, EarlierItem, StorySoFar};
use crate::decide::facts::Lexicon;
use crate::decide::facts::acts::{Act, acts};
use crate::decide::facts::mood::{self, Mood};
use crate::domain::fact::{ActClass, Fact, FactKind};
use crate::domain::topic::Field;
use crate::text::fold::fold;
use crate::text::list::{List, list};
use crate::text::sentence::sentences;
use crate::text::words::words;

/// Words that open a headline which explains.
static EXPLAINING: LazyLock<List> = LazyLock::new(|| {
    list(
        "why how what who when where can could explainer explained opinion analysis почему зачем как что чем кто когда где",
    )
});

/// What one sentence says of an act.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) mood: Mood,
    pub(super) class: ActClass,
    /// Where its words stand.
    pub(super) place: Range<usize>,
}

/// An act of the candidate's headline whose mood is another than the story's.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    pub(super) told: Told,
    /// The story told it as done.
    pub(super) was_done: bool,
}

/// The first turn of the headline.
pub(super) fn of(candidate: &Candidate<'_>, so_far: &StorySoFar, known: &Known<'_>) -> Option<Turn> {
    let mut in_title =
        candidate.facts.iter().filter(|f| f.kind == FactKind::Act && f.field == Field::Title).map(act_of);
    let all = acts(candidate.item.text.title, candidate.lexicon);
    in_title.find_map(|meaning| {
        let title = candidate.item.text.title;
        let told = told(title, &all, meaning, candidate.facts, candidate.item.at)?;
        // Of talk only a meeting is announced and held.
        if told.class == ActClass::Talk && meaning != "discuss" {
            return None;
        }
        // Most reports repeat what the first one said, which settles it.
        let mut before = moods_before(so_far, meaning, candidate.lexicon).peekable();
        before.peek()?;
        // A voyage is talked of long before it begins: its nouns tell nothing as done.
        let is_done = |mood: &Mood| *mood == Mood::Done || *mood == Mood::Named && !step::is_of_voyage(meaning);
        match told.mood {
            Mood::Done | Mood::Not if explains(title) => None,
            Mood::Not if is_known(known, &told, meaning) => None,
            Mood::Done => (!before.any(|mood| is_done(&mood))).then_some(Turn { told, was_done: false }),
            Mood::Ahead => before.all(|mood| mood == Mood::Not).then_some(Turn { told, was_done: false }),
            Mood::Not => {
                let before: Vec<Mood> = before.collect();
                let was_done = before.iter().any(is_done);
                (!before.contains(&Mood::Not)).then_some(Turn { told, was_done })
            }
            Mood::Named => None,
        }
    })
}

/// A headline that asks or explains tells of what is known.
pub(super) fn explains(title: &str) -> bool {
    let first = words(title).next().map(|word| fold(word.text)).unwrap_or_default();
    title.trim_end().ends_with('?') || EXPLAINING.contains(first.as_str())
}

/// Who says that a launch put off did not take place, or that who stays is not leaving, says it once more.
fn is_known(known: &Known<'_>, told: &Told, meaning: &str) -> bool {
    let settling: &[&str] = match (told.class, meaning) {
        (ActClass::Phase, _) => &["postpone", "cancel", "suspend", "dismiss", "replace", "fail"],
        (_, "withdraw") => &["extend", "continue", "reverse"],
        _ => return false,
    };
    settling.iter().any(|act| known.acts.contains(act))
}

/// What the candidate's headline says of the act of that meaning.
pub(super) fn headline(candidate: &Candidate<'_>, meaning: &str) -> Option<Told> {
    sentence(candidate.item.text.title, meaning, candidate.facts, candidate.item.at, candidate.lexicon)
}

/// What headlines and leads of the story said of it, the first headline first.
fn moods_before<'a>(so_far: &'a StorySoFar, meaning: &'a str, lexicon: &'a Lexicon) -> impl Iterator<Item = Mood> + 'a {
    let names = move |item: &&EarlierItem| item.facts.iter().any(|f| f.kind == FactKind::Act && act_of(f) == meaning);
    so_far.recent().filter(names).flat_map(move |item| {
        let lead = std::iter::once(&*item.lead).flat_map(sentences);
        let texts = std::iter::once(&*item.title).chain(lead);
        texts.filter_map(move |text| sentence(text, meaning, &item.facts, item.at, lexicon)).map(|told| told.mood)
    })
}

/// A sentence that announces an act does not tell it as done too: in "to sign the agreement" both words are of one
/// meaning.
fn sentence(text: &str, meaning: &str, facts: &[Fact], at: Timestamp, lexicon: &Lexicon) -> Option<Told> {
    told(text, &acts(text, lexicon), meaning, facts, at)
}

/// The same where all acts of the text are at hand.
fn told(text: &str, all: &[Act<'_>], meaning: &str, facts: &[Fact], at: Timestamp) -> Option<Told> {
    let told = |act: &Act<'_>| {
        let mood = match mood::of(text, act, all) {
            Mood::Done | Mood::Named if is_to_come(facts, act.class, at) => Mood::Ahead,
            mood => mood,
        };
        Told { mood, class: act.class, place: act.start..act.end }
    };
    let named: Vec<Told> = all.iter().filter(|act| meaning_of(act.meaning) == meaning).map(told).collect();
    let strongest = [Mood::Not, Mood::Ahead, Mood::Done, Mood::Named];
    strongest.into_iter().find_map(|mood| named.iter().find(|told| told.mood == mood)).cloned()
}

/// Whether a report's headline gives a launch or a landing a day that is still to come: "launches on May 7".
fn is_to_come(facts: &[Fact], class: ActClass, at: Timestamp) -> bool {
    let today = day_of(at);
    let is_later = |value: &str| value.len() == 10 && value > today.as_str();
    class == ActClass::Phase
        && facts.iter().any(|f| f.kind == FactKind::Date && f.field == Field::Title && f.value.split(' ').any(is_later))
}
