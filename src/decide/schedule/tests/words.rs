//! Health in words, and trouble told once.

use super::*;

#[test]
fn health_is_told_in_one_line() {
    let mut limited = feed(FeedHealth { n_failures: 2, failure_weight: 1.0, ..FeedHealth::default() });
    let outcome = failed(FailureClass::RateLimited, Some(503), Some(MIN * 100));
    let (health, reason) = after_poll(&limited, &outcome, &policy(), now(), 0.25);
    limited.health = health;
    let expected = "next poll 14:05 UTC, 3 failures: 503 Service Unavailable, resting until 13:50 as asked";
    assert_eq!(reason, expected);
    assert_eq!(health_words(&limited, now()), expected);
    assert_eq!(health_words(&feed(FeedHealth::default()), now()), "not polled yet");
    let (health, _) = after_poll(&feed(FeedHealth::default()), &unchanged(PollHints::default()), &policy(), now(), 0.0);
    assert_eq!(health_words(&feed(health.clone()), now()), "next poll 12:40 UTC, ok at 12:10");
    assert_eq!(health_words(&feed(health), now() + DAY), "due now, ok at 23 Nov 12:10");
}

#[test]
fn far_times_carry_their_date() {
    let (health, _) = after_poll(&feed(FeedHealth::default()), &gone(), &policy(), now(), 0.0);
    let words = health_words(&feed(health), now());
    assert!(words.starts_with("next poll 30 Nov 12:10 UTC, 1 failure: "), "{words}");
}

#[test]
fn trouble_is_told_after_a_day_and_five_tries() {
    let check = |n_failures, hours: i64, expected: Option<TroubleChange>| {
        let failing_since = Some(now() - HOUR * i32::try_from(hours).expect("few"));
        let feed = feed(FeedHealth { n_failures, failing_since, ..FeedHealth::default() });
        assert_eq!(trouble(&feed, &policy(), now()).map(|(change, _)| change), expected, "{n_failures} in {hours} h");
    };
    check(5, 24, Some(TroubleChange::Broken));
    check(4, 24, None);
    check(100, 23, None);
}

#[test]
fn trouble_and_healing_are_told_once() {
    let told = |health: FeedHealth| trouble(&feed(health), &policy(), now());
    let broken = FeedHealth { n_failures: 9, failing_since: Some(now() - DAY * 2), ..FeedHealth::default() };
    let (change, line) = told(broken.clone()).expect("trouble");
    assert_eq!((change, line.as_str()), (TroubleChange::Broken, "broken since 21 Nov 12:10 UTC, 9 failures"));
    assert_eq!(told(FeedHealth { told_broken: true, ..broken }), None);
    let healed = FeedHealth { told_broken: true, ..FeedHealth::default() };
    assert_eq!(told(healed), Some((TroubleChange::Healed, "works again".into())));
    assert_eq!(told(FeedHealth::default()), None);
}

#[test]
fn a_gone_feed_is_told_at_once() {
    let (health, _) = after_poll(&feed(FeedHealth::default()), &gone(), &policy(), now(), 0.0);
    let (change, line) = trouble(&feed(health), &policy(), now()).expect("trouble");
    assert_eq!(change, TroubleChange::Broken);
    assert!(line.starts_with("gone, probed once a week, since 12:10 UTC, 1 failure: "), "{line}");
}

fn check_notes(feed: &Feed, expected: &[&str]) {
    let notes = health_notes(feed);
    assert_eq!(notes.len(), expected.len(), "{notes:?}");
    notes.iter().zip(expected).for_each(|(note, words)| assert!(note.contains(words), "{note}"));
}

#[test]
fn what_is_peculiar_about_a_feed_is_said_and_nothing_about_an_ordinary_one() {
    check_notes(&feed(FeedHealth::default()), &[]);
    check_notes(&feed(FeedHealth { gone: true, ..FeedHealth::default() }), &["probed once a week"]);
    check_notes(&feed(FeedHealth { guid_untrusted: true, ..FeedHealth::default() }), &["its links identify items"]);
    let to = "https://new.example/?token=abc".to_owned();
    let seen = feed(FeedHealth { redirect: Some((to.clone(), 3, now())), ..FeedHealth::default() });
    check_notes(&seen, &["redirected to https://new.example/?token=***, seen 3 times"]);
    let kept = Feed { effective_url: to, ..seen };
    check_notes(&kept, &["moved for good to https://new.example/?token=***"]);
}
