//! What is remembered: full fetches and redirects.

use super::*;

#[test]
fn validators_are_sent_until_a_full_fetch_is_due() {
    let check = |full_fetch_at: Option<Timestamp>, sent: bool| {
        let feed = feed(FeedHealth { full_fetch_at, ..FeedHealth::default() });
        assert_eq!(validators_to_send(&feed, &policy(), now()).etag.is_some(), sent, "{full_fetch_at:?}");
    };
    check(Some(now() - HOUR * 23), true);
    check(Some(now() - DAY), false);
    check(None, false);
    check(Some(now() + HOUR), false);
}

#[test]
fn only_an_accepted_full_fetch_counts_as_one() {
    let after = |outcome: &PollOutcome| after_poll(&feed(FeedHealth::default()), outcome, &policy(), now(), 0.0).0;
    let mut full = accepted(0, PollHints::default());
    assert_eq!(after(&full).full_fetch_at, None);
    if let PollOutcome::Accepted { full_fetch, .. } = &mut full {
        *full_fetch = true;
    }
    assert_eq!(after(&full).full_fetch_at, Some(now()));
    assert_eq!(after(&unchanged(PollHints::default())).full_fetch_at, None);
}

/// The URL to change to after `n` sightings, one every `apart`, the last one as `last` says.
fn after_sightings(n: u32, apart: SignedDuration, same_feed: bool) -> Option<String> {
    let mut feed = feed(FeedHealth::default());
    let mut at = now();
    for i in 0..n {
        at = now() + apart * i32::try_from(i).expect("few");
        let mut outcome = accepted(0, PollHints::default());
        if let PollOutcome::Accepted { permanent_url, same_feed: same, .. } = &mut outcome {
            *permanent_url = Some("https://new.example/feed".into());
            *same = same_feed || i + 1 < n;
        }
        (feed.health, _) = after_poll(&feed, &outcome, &policy(), at, 0.0);
    }
    effective_url(&feed, &feed.health, at).map(|(url, _)| url)
}

#[test]
fn a_permanent_redirect_is_kept_after_ten_sightings_over_three_days() {
    let new = Some("https://new.example/feed".to_owned());
    assert_eq!(after_sightings(10, HOUR * 8, true), new);
    assert_eq!(after_sightings(9, DAY, true), None);
    assert_eq!(after_sightings(100, MIN * 30, true), None);
    assert_eq!(after_sightings(200, MIN * 30, true), new);
}

#[test]
fn a_redirect_to_another_feed_is_never_kept() {
    assert_eq!(after_sightings(20, DAY, false), None);
}

#[test]
fn a_poll_without_the_redirect_or_with_another_begins_anew() {
    let observed = FeedHealth { redirect: Some(("https://a.example/".into(), 9, now() - DAY * 9)), ..lively(HOUR) };
    let after = |permanent_url: Option<&str>| {
        let permanent_url = permanent_url.map(str::to_owned);
        let outcome = PollOutcome::Unchanged { hints: PollHints::default(), permanent_url };
        after_poll(&feed(observed.clone()), &outcome, &policy(), now(), 0.0).0.redirect
    };
    assert_eq!(after(None), None);
    assert_eq!(after(Some("https://b.example/")), Some(("https://b.example/".into(), 1, now())));
    assert_eq!(after(Some("https://a.example/")), Some(("https://a.example/".into(), 10, now() - DAY * 9)));
}

#[test]
fn a_kept_url_that_fails_gives_way_to_the_configured_one() {
    let mut moved = feed(FeedHealth { n_failures: 4, ..FeedHealth::default() });
    moved.effective_url = "https://new.example/feed".into();
    assert_eq!(effective_url(&moved, &moved.health, now()), None);
    moved.health.n_failures = 5;
    assert_eq!(effective_url(&moved, &moved.health, now()).map(|(url, _)| url), Some(moved.url.clone()));
    moved.effective_url = moved.url.clone();
    assert_eq!(effective_url(&moved, &moved.health, now()), None);
}

#[test]
fn the_baseline_is_done_with_the_first_document_that_has_entries() {
    let after = |outcome: &PollOutcome| after_poll(&feed(FeedHealth::default()), outcome, &policy(), now(), 0.0).0;
    assert!(after(&accepted(0, PollHints::default())).baseline_done);
    let mut empty = accepted(0, PollHints::default());
    if let PollOutcome::Accepted { n_entries, .. } = &mut empty {
        *n_entries = 0;
    }
    assert!(!after(&empty).baseline_done);
    assert!(!after(&gone()).baseline_done);
}
