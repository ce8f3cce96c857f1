//! News days of a harbour: what is told, and what is coverage.

mod follow_ups;

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
        body: String::new(),
        print: OnceCell::new(),
    }
}

fn candidate<'a>(view: CandidateItem<'a>, item: &'a EarlierItem) -> Candidate<'a> {
    let copy_of = item.copy_of.as_deref();
    Candidate { item: view, facts: &item.facts, quotes: &item.quotes, copy_of, lexicon: Lexicon::general() }
}

fn verdict(so_far: &[EarlierItem], item: &EarlierItem) -> Verdict {
    let outlet = item.outlet.as_str();
    let text =
        ItemText { title: &item.title, lead: &item.lead, lang: detect(&item.title, None), ..ItemText::default() };
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
    let outlet = item.outlet.as_str();
    let text =
        ItemText { title: &item.title, lead: &item.lead, lang: detect(&item.title, None), ..ItemText::default() };
    let view = CandidateItem { outlet, outlet_name: outlet, family: outlet, kind: item.kind, text, at: item.at };
    let candidate = Candidate { copy_of: None, ..candidate(view, item) };
    ladder::with(&candidate, story, denial::is_one(&candidate, story, &Known::new(story), None))
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
