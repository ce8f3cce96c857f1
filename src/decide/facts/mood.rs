//! Mood: whether an act named in a text is done, still to come, or said not to be.
//!
//! "May quit", "to sign", «подпишут» and «Запуск намечен» announce; "will not leave" and «не выйдет» deny. What is
//! announced and what is done are two pieces of news.

use std::rc::Rc;
use std::sync::LazyLock;

use super::acts::Act;
use crate::domain::fact::ActClass;
use crate::text::lexeme::{Lexeme, lexemes};
use crate::text::list::{List, list};
use crate::text::words::{Word, words};

/// What a text says of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It happened, or happens as the text is written.
    Done,
    /// It is to come, or may.
    Ahead,
    /// It did not happen, or will not.
    Not,
    /// Its noun stands there and says none of these: "the evacuation".
    Named,
}

/// Words looked at before an act.
const BEFORE_MAX: usize = 7;
/// Words before an act within which a negation turns it.
const NEGATED_WITHIN: usize = 4;

/// Words before an act that put it into the time to come, folded.
static AHEAD: LazyLock<List> = LazyLock::new(|| {
    list(
        "will may might could would should must can shall plan plans planned planning intend intends prepare prepares prepared preparing set expected expects expecting considers considering mulls weighs weighing threatens threatened wants hopes hoping aims ready nearing upcoming about ahead before until whether if when next \
будет будут может могут должен должна должны намерен намерена намерено намерены планирует планируют планируется собирается собираются готов готова готовы готовится готовятся готовит намечен намечена намечено запланирован запланирована запланировано ожидается предстоит предстоящий предстоящая хочет хотят предлагает предложил предложила рассчитывает обещает пригрозил пригрозила грозит перед накануне чтобы если",
    )
});
/// Words anywhere in a clause that leave a launch, a landing or a docking named in it open.
static OPEN: LazyLock<List> = LazyLock::new(|| {
    list(
        "live sets cleared clears clear approved approves approve certified readiness aborted aborts abort scrubbed scrubs scrub delayed delays delay postponed postpones postpone slips slip moved moves rescheduled canceled cancelled cancels suspended suspends halted date window pad rehearsal schedule scheduled slated countdown preview coverage weather tomorrow upcoming preparations eve planned plans \
перенесен перенесли перенос перенесена отложен отложили отложена отменен отменили отменена намечен назначен запланирован подготовка подготовки подготовке подготовку прервали прерван завтра дата дату разрешил разрешили допущен одобрил одобрили",
    )
});
/// Acts whose object has not happened by them: who continues, discusses or delays a delivery tells of no new one.
const GOVERNING: [&str; 13] = [
    "continue", "discuss", "plan", "offer", "threaten", "warn", "expect", "cancel", "postpone", "resume", "refuse",
    "ban", "suspend",
];
/// Words between such an act and its object at most.
const OBJECT_WITHIN: usize = 3;
/// Words that turn what follows.
static NOT: LazyLock<List> = LazyLock::new(|| {
    list("not no never won't cannot can't isn't aren't didn't doesn't don't hasn't haven't wasn't neither не нет ни")
});
/// Words that may stand between a negation and what it turns.
static BETWEEN: LazyLock<List> = LazyLock::new(|| {
    list(
        "be been being have has to plan plans planning planned intend intends intention intending going any yet longer decision decided ever want wants \
будет будут был была были станет станут стал планирует планируют планировал намерен намерена намерены намерено собирается собираются хочет хотят может могут должен решил решили",
    )
});
/// Words that put a negated act off and do not deny it.
static LATER: LazyLock<List> = LazyLock::new(|| list("yet still until till before tomorrow пока еще раньше ранее"));
/// Words that say of a negated act that it was done before.
static NO_MORE: LazyLock<List> = LazyLock::new(|| list("longer anymore больше"));
/// Words of an announcement of what will be shown.
static SHOWN: LazyLock<List> =
    LazyLock::new(|| list("watch watching weekend tomorrow preview countdown here's know завтра трансляция онлайн"));
/// Words before which an English word of two kinds is the noun: "the launch", "of its exit".
static BEFORE_NOUNS: LazyLock<List> = LazyLock::new(|| {
    list(
        "the a an of on for in about over after at during amid by with from since against despite among its their his her first second third last latest next new another recent rare long air coolant",
    )
});
/// Endings of Russian verbs that tell the time to come of a perfective verb, and the present of one that is not.
const FUTURE: [&str; 9] = ["ет", "ит", "ут", "ют", "ат", "ят", "ется", "ятся", "утся"];
/// Russian verbs whose endings look like the present.
const PERFECTIVE: [&str; 11] = [
    "стартует",
    "стартуют",
    "приземлится",
    "приземлятся",
    "отправится",
    "отправятся",
    "состоится",
    "состоятся",
    "пристыкуется",
    "отстыкуется",
    "возвратится",
];
/// Endings of those that speak of the present.
const PRESENT: [&str; 12] =
    ["ает", "яет", "ует", "ходит", "ходят", "ают", "яют", "уют", "вает", "ится", "дятся", "ается"];

/// Endings of Russian verbs that tell what was, and of the participles that say it was done.
const PAST: [&str; 14] =
    ["л", "ла", "ло", "ли", "лся", "лась", "лось", "лись", "ен", "ена", "ено", "ены", "ана", "ано"];

/// What `text` says of `act`, one of `acts`, all that were found in it.
pub fn of(text: &str, act: &Act<'_>, acts: &[Act<'_>]) -> Mood {
    let spans: Vec<Word<'_>> = words(clause(text, act.start)).collect();
    let read = lexemes(spans.iter().rev().take(BEFORE_MAX).copied());
    let before: Vec<&str> = read.iter().map(|word| &*word.folded).collect();
    let word = text.get(act.start..act.end).unwrap_or_default();
    // Of "lifts sanctions" the verb tells.
    let folded = crate::text::fold::fold(word.split(' ').next().unwrap_or(word));
    let behind = lexemes(words(behind(text, act.end, &[',', ';', ':'])));
    if is_negated(&before) {
        return negated(&before, &behind);
    }
    if is_noun(&folded) && is_missing(&behind) {
        return Mood::Not;
    }
    let announced = before.iter().any(|w| AHEAD.contains(w)) || is_infinitive(&before, &folded) || is_future(&folded);
    let has_particle = word.contains(' ');
    let is_thing =
        is_noun(&folded) || folded.ends_with("ing") || !has_particle && stands_as_noun(&before, &behind, &folded);
    let is_named = is_thing || !is_finite(&folded);
    let open = act.class == ActClass::Phase && (is_open(text, act) || is_for(&before));
    match () {
        () if announced || is_named && (open || is_object(text, act, acts)) => Mood::Ahead,
        () if act.class == ActClass::Phase && is_shown(text) => Mood::Ahead,
        () if is_thing => Mood::Named,
        () => Mood::Done,
    }
}

/// "Not yet" and "not before August" leave an act to come; "no longer" says that its end is known.
fn negated(before: &[&str], behind: &[Rc<Lexeme>]) -> Mood {
    let has = |list: &List| before.iter().any(|w| list.contains(w)) || behind.iter().any(|w| list.contains(&*w.folded));
    match () {
        () if has(&LATER) => Mood::Ahead,
        () if has(&NO_MORE) => Mood::Named,
        () => Mood::Not,
    }
}

/// An English word of two kinds where a noun stands: "the launch", "its exit", "Russia's exit", "signs of thaw".
fn stands_as_noun(before: &[&str], behind: &[Rc<Lexeme>], act: &str) -> bool {
    let possessive = |word: &&str| word.ends_with("'s") || word.ends_with("’s") || word.ends_with("s'");
    let of = behind.first().is_some_and(|word| &*word.folded == "of") && !act.ends_with("ed");
    act.is_ascii() && (of || before.first().is_some_and(|w| BEFORE_NOUNS.contains(w) || possessive(w)))
}

/// "At Baikonur for the Soyuz launch", «для старта»: what somebody comes for is to come.
fn is_for(before: &[&str]) -> bool {
    before.iter().take(3).any(|word| ["for", "для", "перед", "к"].contains(word)) || before.first() == Some(&"на")
}

/// "Soyuz launches on Monday: how to watch": what is announced to be seen has not been.
fn is_shown(text: &str) -> bool {
    lexemes(words(text)).iter().any(|word| SHOWN.contains(&*word.folded))
}

/// The words of the clause before the act.
fn clause(text: &str, start: usize) -> &str {
    let before = text.get(..start).unwrap_or_default();
    before.rsplit([',', ';', ':', '«', '“', '"']).next().unwrap_or(before).rsplit(". ").next().unwrap_or(before)
}

/// The words behind the act up to one of the marks or the end of the sentence.
fn behind<'t>(text: &'t str, end: usize, marks: &[char]) -> &'t str {
    let rest = text.get(end..).unwrap_or_default();
    rest.split(marks).next().unwrap_or(rest).split(". ").next().unwrap_or(rest)
}

/// A negation that nothing but auxiliary words separate from the act: "has no plans to leave", but neither "not only"
/// nor "not in danger after a leak".
fn is_negated(before: &[&str]) -> bool {
    let between = before.iter().take(NEGATED_WITHIN).take_while(|word| BETWEEN.contains(*word)).count();
    before.get(between).is_some_and(|word| NOT.contains(word)) && between < NEGATED_WITHIN
}

/// «Переговоров нет», «переговоры не ведутся».
fn is_missing(behind: &[Rc<Lexeme>]) -> bool {
    behind.iter().any(|word| &*word.folded == "нет")
        || behind.windows(2).any(|run| &*run[0].folded == "не" && run[1].folded.starts_with("вед"))
}

/// "To sign", "to be signed".
fn is_infinitive(before: &[&str], act: &str) -> bool {
    match before {
        ["to", ..] => !act.ends_with('s') && !act.ends_with("ing"),
        ["be", "to", ..] => true,
        _ => ends(act, &["ть", "ти", "ться"]),
    }
}

fn is_future(act: &str) -> bool {
    PERFECTIVE.contains(&act) || ends(act, &FUTURE) && !ends(act, &PRESENT)
}

fn ends(act: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| act.ends_with(ending))
}

/// Whether the form can be no verb. Of Russian words the verbs are told by their endings, of English ones the nouns.
pub(in crate::decide) fn is_noun(act: &str) -> bool {
    const NOUNS: [&str; 11] =
        ["tion", "sion", "ment", "sal", "ure", "ery", "deal", "pact", "visit", "touchdown", "splashdown"];
    const PLURALS: [&str; 7] = ["tions", "sions", "ments", "sals", "eries", "deals", "visits"];
    if act.is_ascii() {
        ends(act, &NOUNS) || ends(act, &PLURALS)
    } else {
        !(ends(act, &PAST) || ends(act, &["ан", "аны", "ть", "ти"]) || ends(act, &FUTURE))
    }
}

/// Whether the act is the object of one before it, or the subject of one behind it: "discuss the extension", "the
/// extension was discussed".
fn is_object(text: &str, act: &Act<'_>, acts: &[Act<'_>]) -> bool {
    acts.iter().any(|other| {
        let between = text.get(other.end..act.start).or_else(|| text.get(act.end..other.start));
        let between = between.filter(|between| !between.contains([',', ';', ':']));
        GOVERNING.contains(&&**other.meaning)
            && between.is_some_and(|words_between| words(words_between).count() <= OBJECT_WITHIN)
    })
}

/// A verb that tells of what happened, where the noun only names it: "launches", "стартовал", not "launch", "запуск".
fn is_finite(act: &str) -> bool {
    act.ends_with('s') && !act.ends_with("ss") && !is_noun(act)
        || ["took", "left", "flew", "met", "splashed"].contains(&act)
        || act.ends_with("ed")
        || ends(act, &PAST)
}

/// Whether the clause around an act names what keeps it from having happened.
fn is_open(text: &str, act: &Act<'_>) -> bool {
    let around = lexemes(words(clause(text, act.start)).chain(words(behind(text, act.end, &[';', ':']))));
    around.iter().any(|word| OPEN.contains(&*word.folded))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::facts::{Lexicon, acts};

    fn check(text: &str, expected: &[(&str, Mood)]) {
        let found = acts::acts(text, Lexicon::general());
        let moods: Vec<_> = found.iter().map(|act| (&text[act.start..act.end], of(text, act, &found))).collect();
        assert_eq!(moods, expected, "{text:?}");
    }

    #[test]
    fn what_may_be_is_ahead_and_what_is_told_is_done() {
        check("Harbour may quit the ferry union", &[("quit", Mood::Ahead)]);
        check("Harbour quits the ferry union", &[("quits", Mood::Done)]);
        check("Harbour to sign a lease", &[("sign", Mood::Ahead)]);
        check("Both sides sign a lease", &[("sign", Mood::Done)]);
        check("The ferry is to be replaced", &[("replaced", Mood::Ahead)]);
        check("Стороны подпишут бумагу", &[("подпишут", Mood::Ahead)]);
        check("Стороны подписали бумагу", &[("подписали", Mood::Done)]);
        check("Порт отрицает это", &[("отрицает", Mood::Done)]);
    }

    #[test]
    fn a_negation_shortly_before_turns_an_act() {
        check("Harbour will not leave the union", &[("leave", Mood::Not)]);
        check("Lease not signed yet", &[("signed", Mood::Ahead)]);
        check("Порт еще не подписал бумагу", &[("подписал", Mood::Ahead)]);
        check("Порт больше не поставит суда", &[("поставит", Mood::Named)]);
        check("Harbour has no plans to leave", &[("plans", Mood::Not), ("leave", Mood::Not)]);
        check("Порт не выйдет из союза", &[("выйдет", Mood::Not)]);
        check("Harbour not only signed", &[("signed", Mood::Done)]);
        check("No ferry today, so the harbour signed", &[("signed", Mood::Done)]);
    }

    #[test]
    fn a_negation_of_another_word_turns_nothing_and_talks_that_are_not_are_not() {
        check("Crew not in danger after leak", &[("leak", Mood::Named)]);
        check("Переговоров с портом нет", &[("Переговоров", Mood::Not)]);
        check("Переговоры с портом идут", &[("Переговоры", Mood::Named)]);
    }

    #[test]
    fn a_noun_before_its_verb_is_what_is_talked_of() {
        check("The extension was discussed", &[("extension", Mood::Ahead), ("discussed", Mood::Done)]);
        check("Reports of an exit spread", &[("exit", Mood::Named)]);
        check(
            "Harbour pulls out of the union amid signs of haste",
            &[("pulls out", Mood::Done), ("signs", Mood::Named)],
        );
        check("What the harbour's exit means", &[("exit", Mood::Named)]);
    }

    #[test]
    fn a_launch_that_is_put_off_is_still_to_come_and_one_after_a_delay_is_done() {
        check("Launch of the ferry postponed", &[("Launch", Mood::Ahead), ("postponed", Mood::Done)]);
        check("Ferry cleared for launch", &[("launch", Mood::Ahead)]);
        check("Ferry launches after a delay", &[("launches", Mood::Done), ("delay", Mood::Named)]);
        check("Harbour continues deliveries", &[("continues", Mood::Done), ("deliveries", Mood::Ahead)]);
        check("Запуск парома перенесен", &[("Запуск", Mood::Ahead), ("перенесен", Mood::Done)]);
    }
}
