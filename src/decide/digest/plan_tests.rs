//! Both sides of every rule of the schedule.

use jiff::civil::{Time, Weekday, time};

use super::super::fixtures::{audience, ts};
use super::*;
use crate::domain::audience::{Slots, Urgency};

fn state(oldest: &str) -> AudienceState {
    AudienceState { since: Some(ts("2026-01-01T00:00:00Z")), oldest_untold_at: Some(ts(oldest)), ..Default::default() }
}

fn daily() -> Audience {
    Audience { on_development: false, slots: slots(&[time(7, 30, 0, 0)], &[]), ..audience() }
}

fn slots(times: &[Time], days: &[Weekday]) -> Slots {
    Slots { times: times.to_vec(), days: days.to_vec(), cron: None }
}

fn check_wait(audience: &Audience, state: &AudienceState, now: &str, until: &str) {
    match plan(audience, state, ts(now)) {
        Plan::Wait { until: Some(found), reason } => assert_eq!(found, ts(until), "{now}: {reason}"),
        other => panic!("{now}: {other:?}"),
    }
}

fn check_send(audience: &Audience, state: &AudienceState, now: &str, slot: Option<&str>) {
    match plan(audience, state, ts(now)) {
        Plan::Send { slot: found, reason, .. } => assert_eq!(found, slot.map(ts), "{now}: {reason}"),
        other => panic!("{now}: {other:?}"),
    }
}

#[test]
fn nothing_untold_means_no_mail() {
    let idle = AudienceState::default();
    assert!(matches!(plan(&audience(), &idle, ts("2026-11-23T12:00:00Z")), Plan::Wait { until: None, .. }));
    assert!(matches!(plan(&daily(), &idle, ts("2026-11-23T06:30:00Z")), Plan::Wait { until: None, .. }));
}

#[test]
fn a_development_waits_a_quarter_of_an_hour_for_other_outlets() {
    let state = state("2026-11-23T10:00:00Z");
    check_wait(&audience(), &state, "2026-11-23T10:14:59Z", "2026-11-23T10:15:00Z");
    check_send(&audience(), &state, "2026-11-23T10:15:00Z", None);
}

#[test]
fn the_gap_to_the_last_mail_is_kept() {
    let state = AudienceState { recent: vec![ts("2026-11-23T09:00:00Z")], ..state("2026-11-23T10:00:00Z") };
    check_wait(&audience(), &state, "2026-11-23T12:59:59Z", "2026-11-23T13:00:00Z");
    check_send(&audience(), &state, "2026-11-23T13:00:00Z", None);
}

#[test]
fn while_a_mail_reaches_nobody_no_other_is_made_for_a_day_at_most() {
    let since = |since: &str| AudienceState { undelivered_since: Some(ts(since)), ..state("2026-11-23T08:00:00Z") };
    let stuck = since("2026-11-23T07:00:00Z");
    check_send(&audience(), &stuck, "2026-11-23T10:59:59Z", None);
    check_wait(&audience(), &stuck, "2026-11-23T11:00:00Z", "2026-11-24T07:00:00Z");
    check_wait(&audience(), &stuck, "2026-11-24T06:59:59Z", "2026-11-24T07:00:00Z");
    check_send(&audience(), &stuck, "2026-11-24T07:00:00Z", None);
    check_send(&audience(), &state("2026-11-23T08:00:00Z"), "2026-11-23T11:00:00Z", None);
    check_send(&audience(), &since("2026-11-24T07:00:00Z"), "2026-11-23T11:00:00Z", None);
    let slot = AudienceState { undelivered_since: Some(ts("2026-11-22T18:00:00Z")), ..state("2026-11-23T05:00:00Z") };
    check_wait(&daily(), &slot, "2026-11-23T06:30:00Z", "2026-11-23T18:00:00Z");
    check_send(&daily(), &slot, "2026-11-23T18:00:00Z", Some("2026-11-23T06:30:00Z"));
}

#[test]
fn a_gap_longer_than_the_remembered_mails_is_kept_too() {
    let weekly = Audience { min_gap: SignedDuration::from_hours(7 * 24), ..audience() };
    let state = AudienceState { last_digest_at: Some(ts("2026-11-20T09:00:00Z")), ..state("2026-11-23T10:00:00Z") };
    check_wait(&weekly, &state, "2026-11-23T12:00:00Z", "2026-11-27T09:00:00Z");
    check_send(&audience(), &state, "2026-11-23T12:00:00Z", None);
}

#[test]
fn a_full_day_waits_for_the_next_civil_day() {
    let busy = Audience { min_gap: SignedDuration::ZERO, max_per_day: 2, ..audience() };
    // 23:00 UTC is midnight in Berlin.
    let two = vec![ts("2026-11-23T06:00:00Z"), ts("2026-11-23T08:00:00Z")];
    let full = AudienceState { recent: two, ..state("2026-11-23T10:00:00Z") };
    check_wait(&busy, &full, "2026-11-23T12:00:00Z", "2026-11-23T23:00:00Z");
    check_send(&busy, &full, "2026-11-23T23:00:00Z", None);
    let yesterday = AudienceState {
        recent: vec![ts("2026-11-22T22:30:00Z"), ts("2026-11-23T08:00:00Z")],
        ..state("2026-11-23T10:00:00Z")
    };
    check_send(&busy, &yesterday, "2026-11-23T12:00:00Z", None);
}

#[test]
fn quiet_hours_hold_and_never_drop() {
    let quiet = Audience { quiet: Some((time(22, 0, 0, 0), time(7, 0, 0, 0))), ..audience() };
    let state = state("2026-11-23T21:30:00Z");
    check_wait(&quiet, &state, "2026-11-23T21:50:00Z", "2026-11-24T06:00:00Z");
    check_send(&quiet, &state, "2026-11-24T06:00:00Z", None);
    check_send(&audience(), &state, "2026-11-23T21:50:00Z", None);
}

#[test]
fn a_slot_inside_quiet_hours_is_held_to_their_end_and_stays_that_slot() {
    let quiet = Audience { quiet: Some((time(22, 0, 0, 0), time(9, 0, 0, 0))), ..daily() };
    let state = state("2026-11-23T04:00:00Z");
    check_wait(&quiet, &state, "2026-11-23T06:31:00Z", "2026-11-23T08:00:00Z");
    check_send(&quiet, &state, "2026-11-23T08:00:00Z", Some("2026-11-23T06:30:00Z"));
}

#[test]
fn a_slot_is_answered_once() {
    let fresh = state("2026-11-23T04:00:00Z");
    check_wait(&daily(), &fresh, "2026-11-23T06:29:59Z", "2026-11-23T06:30:00Z");
    check_send(&daily(), &fresh, "2026-11-23T06:30:00Z", Some("2026-11-23T06:30:00Z"));
    let answered = AudienceState { last_slot_at: Some(ts("2026-11-23T06:30:00Z")), ..fresh };
    check_wait(&daily(), &answered, "2026-11-23T06:30:10Z", "2026-11-24T06:30:00Z");
}

#[test]
fn what_was_found_after_a_slot_waits_for_the_next() {
    check_wait(&daily(), &state("2026-11-23T06:40:00Z"), "2026-11-23T07:00:00Z", "2026-11-24T06:30:00Z");
}

#[test]
fn missed_slots_are_answered_late_and_once() {
    let missed = AudienceState { last_slot_at: Some(ts("2026-11-19T06:30:00Z")), ..state("2026-11-19T20:00:00Z") };
    check_send(&daily(), &missed, "2026-11-23T11:00:00Z", Some("2026-11-23T06:30:00Z"));
}

#[test]
fn a_new_audience_has_not_missed_the_slots_before_it() {
    let young = AudienceState { since: Some(ts("2026-11-23T10:00:00Z")), ..state("2026-11-22T10:00:00Z") };
    check_wait(&daily(), &young, "2026-11-23T10:00:00Z", "2026-11-24T06:30:00Z");
}

#[test]
fn only_the_days_named_have_slots() {
    let mondays = Audience { slots: slots(&[time(7, 30, 0, 0)], &[Weekday::Monday]), ..daily() };
    check_wait(&mondays, &state("2026-11-24T10:00:00Z"), "2026-11-25T10:00:00Z", "2026-11-30T06:30:00Z");
    let missed = AudienceState { last_slot_at: Some(ts("2026-11-16T06:30:00Z")), ..state("2026-11-20T10:00:00Z") };
    check_send(&mondays, &missed, "2026-11-25T10:00:00Z", Some("2026-11-23T06:30:00Z"));
}

#[test]
fn with_both_modes_the_earlier_comes_first() {
    let both = Audience { on_development: true, ..daily() };
    check_wait(&both, &state("2026-11-23T06:25:00Z"), "2026-11-23T06:26:00Z", "2026-11-23T06:30:00Z");
    check_wait(&both, &state("2026-11-23T06:00:00Z"), "2026-11-23T06:01:00Z", "2026-11-23T06:15:00Z");
}

#[test]
fn a_clock_set_back_holds_nothing_for_ever() {
    let state = AudienceState { recent: vec![ts("2036-01-01T00:00:00Z")], ..state("2036-01-01T00:00:00Z") };
    check_send(&audience(), &state, "2026-11-23T12:00:00Z", None);
    check_send(&daily(), &state, "2026-11-23T12:00:00Z", Some("2026-11-23T06:30:00Z"));
}

/// Lives minute by minute through three days around a change of the clock, with news all the time.
fn slots_lived(zone: &str, at: Time, from: &str) -> Vec<String> {
    let audience = Audience { timezone: zone.to_owned(), slots: slots(&[at], &[]), ..daily() };
    let mut state = AudienceState { since: Some(ts(from)), oldest_untold_at: Some(ts(from)), ..Default::default() };
    let mut sent = Vec::new();
    for minute in 0..3 * 24 * 60 {
        let now = ts(from) + SignedDuration::from_mins(minute);
        if let Plan::Send { slot, .. } = plan(&audience, &state, now) {
            state.last_slot_at = slot;
            state.oldest_untold_at = Some(now);
            sent.push(now.to_string());
        }
    }
    sent
}

#[test]
fn each_day_of_a_clock_change_has_one_mail() {
    let spring = slots_lived("Europe/Berlin", time(2, 30, 0, 0), "2026-03-28T00:00:00Z");
    assert_eq!(spring, ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]);
    let autumn = slots_lived("Europe/Berlin", time(2, 30, 0, 0), "2026-10-24T00:00:00Z");
    assert_eq!(autumn, ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
    let new_york = slots_lived("America/New_York", time(1, 30, 0, 0), "2026-10-31T00:00:00Z");
    assert_eq!(new_york, ["2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]);
}

fn troubled(notice: &str) -> AudienceState {
    AudienceState { oldest_untold_at: None, oldest_notice_at: Some(ts(notice)), ..state(notice) }
}

#[test]
fn feeds_in_trouble_wait_a_day_for_news_and_then_go_alone() {
    let state = troubled("2026-11-23T10:00:00Z");
    check_wait(&audience(), &state, "2026-11-24T09:59:59Z", "2026-11-24T10:00:00Z");
    check_send(&audience(), &state, "2026-11-24T10:00:00Z", None);
}

#[test]
fn feeds_in_trouble_come_alone_at_most_once_a_day() {
    let mailed = AudienceState { last_digest_at: Some(ts("2026-11-24T09:00:00Z")), ..troubled("2026-11-23T10:00:00Z") };
    check_wait(&audience(), &mailed, "2026-11-24T12:00:00Z", "2026-11-25T09:00:00Z");
    check_send(&audience(), &mailed, "2026-11-25T09:00:00Z", None);
}

#[test]
fn feeds_in_trouble_wait_for_the_slot_where_there_is_one() {
    // 07:30 in Berlin.
    let state = troubled("2026-11-23T10:00:00Z");
    check_wait(&daily(), &state, "2026-11-23T12:00:00Z", "2026-11-24T06:30:00Z");
    check_send(&daily(), &state, "2026-11-24T06:31:00Z", Some("2026-11-24T06:30:00Z"));
    let both = Audience { on_development: true, ..daily() };
    check_wait(&both, &state, "2026-11-23T12:00:00Z", "2026-11-24T06:30:00Z");
}

#[test]
fn feeds_in_trouble_do_not_hasten_the_news() {
    let state = AudienceState { oldest_notice_at: Some(ts("2026-11-20T10:00:00Z")), ..state("2026-11-23T10:00:00Z") };
    check_wait(&audience(), &state, "2026-11-23T10:05:00Z", "2026-11-23T10:15:00Z");
}

#[test]
fn feeds_in_trouble_keep_quiet_hours() {
    let quiet = Audience { quiet: Some((time(22, 0, 0, 0), time(7, 0, 0, 0))), ..audience() };
    let state = troubled("2026-11-22T22:00:00Z");
    check_wait(&quiet, &state, "2026-11-23T22:30:00Z", "2026-11-24T06:00:00Z");
}

#[test]
fn urgent_news_waits_neither_for_the_gap_nor_for_the_end_of_quiet_hours() {
    let night = Some((time(22, 0, 0, 0), time(7, 0, 0, 0)));
    let quiet = Audience { quiet: night, urgent: vec![Urgency::Denied], ..audience() };
    let plain = AudienceState { recent: vec![ts("2026-11-23T21:00:00Z")], ..state("2026-11-23T22:30:00Z") };
    check_wait(&quiet, &plain, "2026-11-23T22:50:00Z", "2026-11-24T06:00:00Z");
    let urgent = AudienceState { oldest_urgent_at: plain.oldest_untold_at, ..plain };
    check_wait(&quiet, &urgent, "2026-11-23T22:40:00Z", "2026-11-23T22:45:00Z");
    check_send(&quiet, &urgent, "2026-11-23T22:45:00Z", None);
    check_wait(&Audience { urgent: vec![], ..quiet }, &urgent, "2026-11-23T22:50:00Z", "2026-11-24T06:00:00Z");
}

#[test]
fn urgent_news_keeps_the_cap_of_the_day() {
    let capped = Audience { urgent: vec![Urgency::Denied], max_per_day: 1, ..audience() };
    let at = ts("2026-11-23T10:00:00Z");
    let state = AudienceState {
        recent: vec![ts("2026-11-23T09:00:00Z")],
        oldest_urgent_at: Some(at),
        ..state("2026-11-23T10:00:00Z")
    };
    check_wait(&capped, &state, "2026-11-23T12:00:00Z", "2026-11-23T23:00:00Z");
}

fn silent_since(last: &str) -> AudienceState {
    AudienceState { since: Some(ts("2026-01-01T00:00:00Z")), last_digest_at: Some(ts(last)), ..Default::default() }
}

#[test]
fn a_heartbeat_comes_in_the_slot_nearest_to_its_time_and_stays_on_its_day() {
    let weekly = Audience { heartbeat: Some(SignedDuration::from_hours(168)), ..daily() };
    let state = silent_since("2026-11-16T06:30:05Z");
    check_wait(&weekly, &state, "2026-11-20T10:00:00Z", "2026-11-23T06:30:00Z");
    check_send(&weekly, &state, "2026-11-23T06:30:00Z", Some("2026-11-23T06:30:00Z"));
    check_send(&weekly, &state, "2026-11-24T20:00:00Z", Some("2026-11-24T06:30:00Z"));
    assert!(matches!(
        plan(&weekly, &state, ts("2026-11-23T06:30:00Z")),
        Plan::Send { occasion: Occasion::Heartbeat, .. }
    ));
}

#[test]
fn a_heartbeat_without_slots_comes_when_its_time_is_over_and_keeps_quiet_hours() {
    let night = Some((time(22, 0, 0, 0), time(7, 0, 0, 0)));
    let beating = Audience { heartbeat: Some(SignedDuration::from_hours(24)), quiet: night, ..audience() };
    check_wait(&beating, &silent_since("2026-11-22T12:00:00Z"), "2026-11-23T10:00:00Z", "2026-11-23T12:00:00Z");
    check_wait(&beating, &silent_since("2026-11-22T22:00:00Z"), "2026-11-23T22:30:00Z", "2026-11-24T06:00:00Z");
}

#[test]
fn who_did_not_ask_for_a_heartbeat_gets_none_and_news_takes_its_place() {
    assert!(matches!(
        plan(&daily(), &silent_since("2026-01-02T00:00:00Z"), ts("2026-11-23T06:30:00Z")),
        Plan::Wait { until: None, .. }
    ));
    let beating = Audience { heartbeat: Some(SignedDuration::from_hours(24)), ..daily() };
    let news = AudienceState { last_digest_at: Some(ts("2026-11-01T06:30:00Z")), ..state("2026-11-23T06:00:00Z") };
    assert!(matches!(plan(&beating, &news, ts("2026-11-23T06:30:00Z")), Plan::Send { occasion: Occasion::Slot, .. }));
}

#[test]
fn each_time_of_day_is_a_slot_of_its_own_and_cron_is_one_more() {
    let cron = Some("0 12 * * mon".parse().unwrap());
    let twice = Audience { slots: Slots { cron, ..slots(&[time(7, 30, 0, 0), time(18, 0, 0, 0)], &[]) }, ..daily() };
    let next = |last: &str| match plan(&twice, &AudienceState { last_slot_at: Some(ts(last)), ..state(last) }, ts(last))
    {
        Plan::Wait { until, .. } => until.unwrap().to_string(),
        Plan::Send { .. } => panic!("{last}"),
    };
    assert_eq!(next("2026-11-23T06:30:00Z"), "2026-11-23T11:00:00Z");
    assert_eq!(next("2026-11-23T11:00:00Z"), "2026-11-23T17:00:00Z");
    assert_eq!(next("2026-11-23T17:00:00Z"), "2026-11-24T06:30:00Z");
    assert_eq!(next("2026-11-24T06:30:00Z"), "2026-11-24T17:00:00Z");
}
