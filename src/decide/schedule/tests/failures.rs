//! Failures: what they weigh and what they leave alone.

use super::*;

/// Failures in a row of one class, each at the time that the last one set.
fn fail(class: FailureClass, n: usize) -> FeedHealth {
    let mut feed = feed(FeedHealth::default());
    let mut at = now();
    for _ in 0..n {
        (feed.health, _) = after_poll(&feed, &failed(class, None, None), &policy(), at, 0.0);
        at = feed.health.next_poll_at.expect("next poll");
    }
    feed.health
}

fn check_backoff(class: FailureClass, n: usize, expected: SignedDuration) {
    let health = fail(class, n);
    let last = health.next_poll_at.expect("next").duration_since(health.polled_at.expect("polled"));
    assert_eq!(last, expected, "{n} × {class:?}");
}

#[test]
fn failures_slow_down_in_a_line_by_what_they_weigh() {
    check_backoff(FailureClass::Dns, 1, SignedDuration::from_secs(2250));
    check_backoff(FailureClass::Timeout, 1, MIN * 45);
    check_backoff(FailureClass::Timeout, 2, MIN * 60);
    check_backoff(FailureClass::Malformed, 1, MIN * 60);
    check_backoff(FailureClass::Malformed, 2, MIN * 90);
    check_backoff(FailureClass::Malformed, 40, SignedDuration::from_secs(69_120));
}

#[test]
fn a_feed_that_fails_for_ever_is_probed_once_a_week_for_ever() {
    check_backoff(FailureClass::NotFound, 300, DAY * 7);
}

#[test]
fn the_weekly_probe_begins_after_thirty_days() {
    for (days, expected) in [(29, MIN * 45), (30, DAY * 7)] {
        let health = FeedHealth { failing_since: Some(now() - DAY * days), ..FeedHealth::default() };
        check_wait(health, failed(FailureClass::Timeout, None, None), expected);
    }
}

#[test]
fn a_success_clears_every_failure() {
    let broken = FeedHealth { told_broken: true, gone: true, ..fail(FailureClass::NotFound, 20) };
    for outcome in [unchanged(PollHints::default()), accepted(1, PollHints::default())] {
        let (health, _) = after_poll(&feed(broken.clone()), &outcome, &policy(), now(), 0.0);
        assert_eq!((health.n_failures, health.failure_weight, health.failing_since), (0, 0.0, None));
        assert_eq!((health.last_error.clone(), health.gone, health.ok_at), (None, false, Some(now())));
        assert!(health.told_broken, "healing is still to be told");
    }
}

#[test]
fn a_failure_leaves_validators_rhythm_and_redirect_alone() {
    let before = FeedHealth { redirect: Some(("https://new.example/".into(), 3, now())), ..lively(HOUR) };
    let (after, _) = after_poll(&feed(before.clone()), &gone(), &policy(), now(), 0.0);
    assert_eq!(after.redirect, before.redirect);
    assert_eq!((after.item_gap_seconds, after.newest_at), (before.item_gap_seconds, before.newest_at));
    assert_eq!((after.ok_at, after.full_fetch_at), (None, None));
}

#[test]
fn a_gone_feed_is_probed_once_a_week() {
    let (health, reason) = after_poll(&feed(FeedHealth::default()), &gone(), &policy(), now(), 0.0);
    assert!(health.gone);
    assert_eq!(health.next_poll_at, Some(now() + DAY * 7));
    assert!(reason.contains("once a week"), "{reason}");
    check_wait(health, failed(FailureClass::NotFound, Some(404), None), DAY * 7);
}
