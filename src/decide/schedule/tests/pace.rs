//! Rhythm and hints: when a healthy feed is polled next.

use super::*;

#[test]
fn a_feed_of_unknown_rhythm_is_polled_at_the_base_interval() {
    check_wait(FeedHealth::default(), unchanged(PollHints::default()), MIN * 30);
}

#[test]
fn a_feed_is_polled_at_half_its_gap_between_floor_and_four_base_intervals() {
    for (gap, expected) in [(MIN, MIN * 10), (MIN * 40, MIN * 20), (HOUR * 2, HOUR), (DAY, HOUR * 2)] {
        check_wait(lively(gap), unchanged(PollHints::default()), expected);
    }
}

#[test]
fn a_silent_feed_is_polled_less_and_less_but_daily_at_last() {
    for (silence, expected) in [
        (HOUR * 8, MIN * 30),
        (DAY * 6, HOUR * 2),
        (DAY * 7, HOUR * 6),
        (DAY * 14, HOUR * 12),
        (DAY * 400, SignedDuration::from_secs(69_120)),
    ] {
        let health = FeedHealth { newest_at: Some(now() - silence), ..lively(MIN * 20) };
        check_wait(health, unchanged(PollHints::default()), expected);
    }
}

#[test]
fn an_interval_of_its_own_is_kept_but_not_below_the_floor() {
    for (every, expected) in [(HOUR * 5, HOUR * 5), (MIN, MIN * 10)] {
        let feed = Feed { every: Some(every), ..feed(lively(MIN)) };
        assert_eq!(wait(&feed, &unchanged(PollHints::default()), 0.0), expected);
    }
}

#[test]
fn the_random_share_only_adds_and_stays_below_the_ceiling() {
    let usual = feed(FeedHealth::default());
    assert_eq!(wait(&usual, &unchanged(PollHints::default()), 1.0), SignedDuration::from_secs(2250));
    let silent = feed(FeedHealth { newest_at: Some(now() - DAY * 40), ..FeedHealth::default() });
    assert_eq!(wait(&silent, &unchanged(PollHints::default()), 1.0), DAY);
    assert!(wait(&silent, &unchanged(PollHints::default()), f64::NAN) >= SignedDuration::ZERO);
}

#[test]
fn the_gap_is_learnt_from_new_items_and_from_nothing_else() {
    let learn = |health: FeedHealth, n_new| {
        let (health, _) = after_poll(&feed(health), &accepted(n_new, PollHints::default()), &policy(), now(), 0.0);
        health.item_gap_seconds
    };
    let earlier = FeedHealth { newest_at: Some(now() - HOUR * 2), item_gap_seconds: None, ..lively(HOUR) };
    assert_eq!(learn(earlier.clone(), 2), Some(3600.0));
    assert_eq!(learn(earlier.clone(), 0), None);
    assert_eq!(learn(FeedHealth { baseline_done: false, ..earlier.clone() }, 50), None);
    assert_eq!(learn(FeedHealth { item_gap_seconds: Some(13_600.0), ..earlier.clone() }, 2), Some(10_600.0));
    assert_eq!(learn(FeedHealth { item_gap_seconds: Some(f64::NAN), ..earlier }, 2), Some(3600.0));
}

#[test]
fn a_date_in_the_future_is_not_believed() {
    let mut outcome = accepted(1, PollHints::default());
    if let PollOutcome::Accepted { newest_at, .. } = &mut outcome {
        *newest_at = Some(now() + DAY * 1000);
    }
    let (health, _) = after_poll(&feed(FeedHealth::default()), &outcome, &policy(), now(), 0.0);
    assert_eq!(health.newest_at, Some(now()));
}

#[test]
fn hints_push_later_within_the_limit_and_never_sooner() {
    let fresh = |span| PollHints { fresh_for: Some(span), ..PollHints::default() };
    for (hints, expected) in [
        (fresh(HOUR), HOUR),
        (fresh(MIN), MIN * 30),
        (fresh(DAY * 3650), HOUR * 6),
        (PollHints { ttl_minutes: Some(90), ..PollHints::default() }, MIN * 90),
        (PollHints { update_minutes: Some(u32::MAX), ..PollHints::default() }, HOUR * 6),
        (PollHints { ttl_minutes: Some(90), ..fresh(HOUR * 2) }, HOUR * 2),
    ] {
        check_wait(FeedHealth::default(), accepted(0, hints), expected);
    }
}

#[test]
fn what_the_document_asked_is_remembered_through_a_304() {
    let hints = PollHints { ttl_minutes: Some(120), fresh_for: Some(HOUR * 5), ..PollHints::default() };
    let (health, _) = after_poll(&feed(FeedHealth::default()), &accepted(0, hints), &policy(), now(), 0.0);
    check_wait(health.clone(), unchanged(PollHints::default()), HOUR * 2);
    check_wait(health, accepted(0, PollHints::default()), MIN * 30);
}

#[test]
fn skipped_hours_and_days_are_left_out() {
    let skip = |hours: &[u8], days: &[&str]| {
        let skip_days = days.iter().map(|day| (*day).to_owned()).collect();
        accepted(0, PollHints { skip_hours: hours.to_vec(), skip_days, ..PollHints::default() })
    };
    // The next poll would be at 12:40 on a Monday.
    check_wait(FeedHealth::default(), skip(&[12, 13], &[]), MIN * 110);
    check_wait(FeedHealth::default(), skip(&[11, 14], &[]), MIN * 30);
    check_wait(FeedHealth::default(), skip(&[], &["tuesday"]), MIN * 30);
    check_wait(FeedHealth::default(), skip(&[], &["monday"]), HOUR * 6);
    check_wait(FeedHealth::default(), skip(&(0..24).collect::<Vec<_>>(), &[]), MIN * 30);
    check_wait(FeedHealth::default(), skip(&[200], &["someday"]), MIN * 30);
}

#[test]
fn the_24th_hour_is_midnight() {
    let late: Timestamp = "2026-11-23T23:45:00Z".parse().expect("time");
    let hints = PollHints { skip_hours: vec![24], ..PollHints::default() };
    let (health, _) = after_poll(&feed(FeedHealth::default()), &accepted(0, hints), &policy(), late, 0.0);
    assert_eq!(health.next_poll_at, Some("2026-11-24T01:00:00Z".parse().expect("time")));
}
