//! What follows a first report: steps done, undone, denied, and all that only repeats them.

use super::*;

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

#[test]
fn what_is_not_done_yet_and_what_is_no_longer_done_is_no_denial() {
    for (first, later) in [
        ("Ports to sign the ferry agreement", "Ferry agreement still not signed, harbour says"),
        ("Порт выйдет из союза", "Порт не выйдет из союза раньше мая"),
        ("Порт прекратил поставки судов", "Порт больше не будет поставлять суда"),
    ] {
        let found = verdict(&[earlier("herald", 0, first, "")], &earlier("gazette", 20, later, ""));
        assert!(found.confirmation != Confirmation::Denied && found.development.is_none(), "{later}: {}", found.reason);
    }
}

#[test]
fn a_headline_that_explains_tells_nothing_done_or_undone() {
    check_follow_up("Запуск парома отменен", ("Почему паром не отправился", ""), false);
    check_follow_up("Ports discuss the ferry line", ("Can the harbour suspend the ferry line?", ""), false);
}

#[test]
fn a_claim_rejected_in_the_lead_is_a_denial_only_of_a_step_of_the_story() {
    let first = earlier("herald", 0, "Union imposes sanctions on the harbour", "");
    let step = |lead: &str| {
        verdict(std::slice::from_ref(&first), &earlier("gazette", 5, "Harbour under sanctions", lead)).confirmation
    };
    assert_ne!(step("The harbour dismissed claims that its ferries are old."), Confirmation::Denied);
    assert_ne!(step("The harbour denied the allegations."), Confirmation::Denied);
    assert_eq!(step("The union rejected reports of sanctions."), Confirmation::Denied);
}

#[test]
fn who_takes_somebodys_place_is_told_and_a_name_alone_is_not() {
    let first = "Pilot Anna Marlow to sail on the ferry";
    check_follow_up(first, ("Pilot John Quill to sail on the ferry in place of Marlow", ""), true);
    check_follow_up(first, ("Ferry to sail with Marlow, says John Quill", ""), false);
}

#[test]
fn a_date_given_up_and_one_since_which_something_lasts_are_not_to_come() {
    let first = "Ferry start put off to May 18";
    check_follow_up(first, ("Ferry start put off", "It was originally scheduled for April 16."), false);
    check_follow_up(first, ("Ferry start put off", "The crew has waited since November."), false);
    check_follow_up(first, ("Ferry start put off", "It is now set for May 25."), true);
}

#[test]
fn who_refused_and_agrees_is_told() {
    check_follow_up("Owners refuse to extend the line", ("Owners agree to extend the line", ""), true);
}
