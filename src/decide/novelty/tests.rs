//! News days of a harbour: what is told, and what is coverage.

use super::*;
use crate::decide::{copies, facts, quotes};
use crate::text::lang::detect;

fn at(hours: i64) -> Timestamp {
    "2031-03-03T10:00:00Z".parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_hours(hours)
}

fn earlier(outlet: &str, hours: i64, title: &str, lead: &str) -> EarlierItem {
    let text = ItemText { title, lead, body: "", lang: detect(title, None) };
    EarlierItem {
        outlet: outlet.into(),
        outlet_name: outlet.into(),
        family: outlet.into(),
        kind: OutletKind::Independent,
        at: at(hours),
        title: title.into(),
        lead: lead.into(),
        facts: facts::extract(&text, &[], at(hours), Lexicon::general()),
        quotes: quotes::extract(&text, Lexicon::general()),
        copy_of: copies::origin(&text, outlet),
    }
}

fn candidate<'a>(view: CandidateItem<'a>, item: &'a EarlierItem) -> Candidate<'a> {
    let copy_of = item.copy_of.as_deref();
    Candidate { item: view, facts: &item.facts, quotes: &item.quotes, copy_of, lexicon: Lexicon::general() }
}

fn verdict(so_far: &[EarlierItem], item: &EarlierItem) -> Verdict {
    let (outlet, text) = (item.outlet.as_str(), item.text());
    let view = CandidateItem { outlet, outlet_name: outlet, family: outlet, kind: item.kind, text, at: item.at };
    let candidate = candidate(view, item);
    let mut story = StorySoFar::default();
    for item in so_far {
        story.confirmation = Some(verdict_step(item, &story));
        story.items.push(item.clone());
    }
    judge(&candidate, &story)
}

fn verdict_step(item: &EarlierItem, story: &StorySoFar) -> Confirmation {
    let (outlet, text) = (item.outlet.as_str(), item.text());
    let view = CandidateItem { outlet, outlet_name: outlet, family: outlet, kind: item.kind, text, at: item.at };
    let candidate = Candidate { copy_of: None, ..candidate(view, item) };
    ladder::with(&candidate, story, denial::is_one(&candidate, story, None))
}

fn first() -> EarlierItem {
    earlier(
        "herald",
        0,
        "Harbour extends the ferry contract until 2033",
        "The ferry contract was extended on Monday, the harbour said.",
    )
}

fn check_told(lead: &str, kind: DevelopmentKind, part: &str) {
    let found = verdict(&[first()], &earlier("gazette", 5, "Ferry contract extended by harbour", lead));
    let told = found.development.unwrap_or_else(|| panic!("{}", found.reason));
    assert_eq!(told.kind, kind, "{}", found.reason);
    assert!(told.what.contains(part), "{}", told.what);
}

fn check_quiet(title: &str, lead: &str) {
    let found = verdict(&[first()], &earlier("gazette", 5, title, lead));
    assert_eq!(found.development, None, "{}", found.reason);
}

#[test]
fn the_first_report_is_told_in_its_headline() {
    let found = verdict(&[], &first());
    let what = "Harbour extends the ferry contract until 2033 — herald".to_owned();
    assert_eq!(found.development, Some(NewDevelopment { kind: DevelopmentKind::FirstReport, what }));
}

#[test]
fn a_rewording_and_a_copy_are_coverage() {
    check_quiet("Ferry contract extended by harbour", "The harbour extended it to 2033.");
    check_quiet("Harbour extends the ferry contract until 2033", "");
}

#[test]
fn a_changed_date_is_told_with_the_one_it_replaces() {
    check_told("The contract was extended until 2036.", DevelopmentKind::ChangedFact, "(was 2033) — gazette");
}

#[test]
fn an_outlets_own_text_with_another_year_is_told_and_without_is_not() {
    let text = "The harbour has told the ferry company that it will keep the northern line running until";
    let (title, lead) = ("Harbour keeps the northern line until", format!("{text} 2033, the mayor said."));
    let before = earlier("herald", 0, &format!("{title} 2033"), &lead);
    let again = earlier("herald", 20, &format!("{title} 2033"), &lead);
    assert_eq!(verdict(std::slice::from_ref(&before), &again).development, None);
    let later = earlier("herald", 20, &format!("{title} 2036"), &lead.replace("2033", "2036"));
    let found = verdict(&[before], &later);
    assert_eq!(found.development.map(|d| d.kind), Some(DevelopmentKind::ChangedFact), "{}", found.reason);
}

#[test]
fn a_copy_is_told_for_a_sum_and_not_for_a_name() {
    let lead = "The herald's long report says again that the ferry contract was extended on Monday after weeks of talks \
                between the harbour, the owners and the crews of both ferries, the harbour said";
    let report = earlier("herald", 1, "Harbour extends the ferry contract until 2033", &format!("{lead}."));
    let copy = |more: &str| {
        let copy = earlier("gazette", 5, &report.title, &format!("{lead}{more}."));
        verdict(std::slice::from_ref(&report), &copy)
    };
    assert!(copy(" of $40 million").development.is_some(), "{}", copy(" of $40 million").reason);
    assert!(copy(" by Anna Marlow").development.is_none(), "{}", copy(" by Anna Marlow").reason);
}

#[test]
fn an_act_in_a_critics_mouth_is_no_step_by_itself() {
    check_quiet("Critics doubt it", "“The contract is a show while all else was cancelled,” said Ann Lee, a critic.");
}

#[test]
fn a_sum_and_an_act_are_told() {
    check_told("It costs $40 million a year.", DevelopmentKind::NewFact, "$40 million");
    check_told("The mayor fired the pilot and cancelled the tour.", DevelopmentKind::NewFact, "cancelled");
}

#[test]
fn a_denial_is_told_as_a_step_on_the_ladder() {
    check_told("The harbour denied that.", DevelopmentKind::Confirmation, "denied");
}

#[test]
fn out_of_rumour_is_a_step_and_a_second_voice_is_not() {
    let rumour = earlier("herald", 0, "Harbour reportedly sells a ferry", "");
    let found = verdict(&[rumour], &earlier("gazette", 5, "Harbour sells a ferry", ""));
    assert_eq!(found.development.map(|d| d.kind), Some(DevelopmentKind::Confirmation));
    check_quiet("Ferry contract extended", "");
}

#[test]
fn a_changed_date_is_told_with_the_only_one_before_it_whatever_the_words() {
    let was = |first: &str, title: &str| {
        let found = verdict(&[earlier("herald", 0, first, "")], &earlier("gazette", 20, title, ""));
        found.development.map_or_else(|| panic!("{}", found.reason), |told| told.what)
    };
    let stays = was("Harbour extends the ferry contract until 2033", "Ferry contract stays in force until 2036");
    assert!(stays.contains("(was 2033)"), "{stays}");
    let moved = was("Ferry launches on May 7", "Ferry start postponed to May 19");
    assert!(moved.contains("(was May 7)"), "{moved}");
    let other = was("Ferry launches on May 7", "Ferry crew to be chosen by June 19");
    assert!(!other.contains("(was"), "{other}");
}

/// A first report and what follows a day later, with whether it is told.
fn check_follow_up(first: &str, (title, lead): (&str, &str), told: bool) {
    let found = verdict(&[earlier("herald", 0, first, "")], &earlier("gazette", 20, title, lead));
    assert_eq!(found.development.is_some(), told, "{first} / {title}: {}", found.reason);
}

#[test]
fn what_was_announced_and_happened_is_told() {
    check_follow_up("Harbour to launch a ferry", ("Harbour launches a ferry", ""), true);
    check_follow_up("Harbour may quit the union", ("Harbour quits the union", ""), true);
    check_follow_up("Both ports to sign the ferry agreement", ("Both ports sign the ferry agreement", ""), true);
    check_follow_up("Порты подпишут соглашение о паромах", ("Порты подписали соглашение о паромах", ""), true);
    check_follow_up("Запуск парома намечен на май", ("Паром запустили", ""), true);
}

#[test]
fn what_is_announced_twice_and_what_happened_and_is_told_again_are_coverage() {
    check_follow_up("Harbour to launch a ferry", ("Harbour plans to launch the ferry", ""), false);
    check_follow_up("Harbour launches a ferry", ("Ferry of the harbour launched", ""), false);
    check_follow_up("Порты подписали соглашение", ("Соглашение подписали оба порта", ""), false);
}

#[test]
fn a_launch_put_off_in_between_is_told_when_it_happens() {
    let days =
        [earlier("herald", 0, "Harbour to launch a ferry", ""), earlier("herald", 20, "Ferry launch postponed", "")];
    assert!(verdict(&days[..1], &days[1]).development.is_some());
    let found = verdict(&days, &earlier("gazette", 40, "Harbour launches the ferry", ""));
    assert!(found.development.is_some(), "{}", found.reason);
}

#[test]
fn one_decisive_step_of_a_headline_is_enough_and_an_announcement_of_it_is_not() {
    check_follow_up("Ports discuss the ferry line", ("Harbour suspends the ferry line", ""), true);
    check_follow_up("Порты обсудили линию парома", ("Порт приостановил линию парома", ""), true);
    check_follow_up("Ports discuss the ferry line", ("Harbour discusses a suspension of the ferry line", ""), false);
}

#[test]
fn who_says_that_an_announced_step_will_not_come_denies_it() {
    for (first, denial) in [
        ("Harbour to leave the union", "Harbour will not leave the union"),
        ("Harbour to leave the union", "Harbour rejects reports that it will leave the union"),
        ("Порт выйдет из союза", "Порт не выйдет из союза"),
        ("Порт выйдет из союза", "В порту назвали недостоверными сообщения о выходе из союза"),
    ] {
        let found = verdict(&[earlier("herald", 0, first, "")], &earlier("gazette", 20, denial, ""));
        assert_eq!(found.confirmation, Confirmation::Denied, "{denial}: {}", found.reason);
        assert!(found.development.is_some(), "{denial}: {}", found.reason);
    }
}

#[test]
fn what_was_done_and_is_then_refused_is_told_and_is_no_denial() {
    let first = earlier("herald", 0, "Harbour extends the ferry contract", "");
    let found = verdict(&[first], &earlier("gazette", 20, "Owners will not extend the ferry contract", ""));
    assert!(found.development.is_some() && found.confirmation != Confirmation::Denied, "{}", found.reason);
}

#[test]
fn each_phase_of_a_voyage_is_told_once_and_its_noun_is_not() {
    check_follow_up("Ferry launches with the mayor", ("Ferry arrives with the mayor", ""), true);
    check_follow_up("Паром стартовал с мэром", ("Паром прибыл с мэром", ""), true);
    check_follow_up("Ferry launches with the mayor", ("Mayor of the ferry on its arrival", ""), false);
}

#[test]
fn a_meeting_announced_and_held_and_one_called_off_are_told() {
    check_follow_up("Mayors to meet on March 9", ("Mayors meet in the harbour", ""), true);
    check_follow_up("Мэры встретятся в порту", ("Мэры встретились в порту", ""), true);
    check_follow_up("Мэры встретятся в порту", ("Встреча мэров отменена", ""), true);
    check_follow_up("Mayors to meet on March 9", ("Mayors will meet in the harbour", ""), false);
}

#[test]
fn what_undoes_a_step_is_told() {
    check_follow_up("Union imposes sanctions on the harbour", ("Union lifts sanctions on the harbour", ""), true);
    check_follow_up("Leak found on the ferry", ("Leak on the ferry repaired", ""), true);
    check_follow_up("Порту отказали в визе", ("Порту выдали визу", ""), true);
}

#[test]
fn a_rounded_sum_and_a_converted_one_are_the_same_sum() {
    let first = "Harbour pays $90.3 million for a ferry";
    check_follow_up(first, ("Harbour pays about $90 million (£70 million) for a ferry", ""), false);
    check_follow_up(first, ("Harbour pays $96 million for a ferry", ""), true);
}

#[test]
fn a_denial_of_something_else_or_of_earlier_days_denies_nothing() {
    let first = earlier("herald", 0, "Harbour signs the ferry contract", "");
    for lead in [
        "The contract was signed. The union denied a visa to a pilot.",
        "The contract was signed. The mayor had earlier denied it.",
        "The contract was signed. The town denies jamming radios.",
    ] {
        let found = verdict(std::slice::from_ref(&first), &earlier("gazette", 5, "Ferry contract signed", lead));
        assert_ne!(found.confirmation, Confirmation::Denied, "{lead}: {}", found.reason);
    }
}

#[test]
fn a_denial_is_told_once_and_no_comment_never() {
    let first = earlier("herald", 0, "Harbour to leave the union", "");
    let denied = earlier("gazette", 9, "Harbour rejects reports that it will leave the union", "");
    let again =
        verdict(&[first.clone(), denied], &earlier("post", 20, "Harbour: reports of a union exit are false", ""));
    assert_eq!(again.development, None, "{}", again.reason);
    let silent = verdict(&[first], &earlier("post", 20, "Harbour declines to comment on reports of an exit", ""));
    assert_eq!(silent.development, None, "{}", silent.reason);
}

#[test]
fn names_beside_a_date_long_past_are_background_and_a_sum_there_is_not() {
    let title = "Ferry contract extended by harbour";
    let first = "Harbour extends the ferry contract";
    let past = "In May 2029 Anna Marlow, John Quill and Peter Lane sailed on the Zarya-5 and the Zarya-6";
    check_follow_up(first, (title, &format!("{past}.")), false);
    check_follow_up(first, (title, &format!("{past} for $40 million.")), true);
}

#[test]
fn a_year_that_nothing_ties_to_the_step_is_not_told_and_one_it_runs_until_is() {
    let title = "Ferry contract extended by harbour";
    check_follow_up("Harbour extends the ferry contract", (title, "The old bridge is to be renewed in 2040."), false);
    check_follow_up("Harbour extends the ferry contract", (title, "It was extended until 2040."), true);
}
