//! Feeds over days and weeks: trouble told once, rest as asked, addresses and ids that change.

use jiff::SignedDuration;
use jiff::civil::time;
use orbitwire::config::Config;
use orbitwire::domain::FeedId;
use orbitwire::pipeline::{self, Outcome, Round, Service};

use crate::harness::{Answer, Entry, FILES, World, entry, happening};

/// A world whose feeds are due every two hours, failing ones six hours later at the latest.
async fn calm_world(feeds: &[(&str, &str)]) -> World {
    World::with_pace(feeds, FILES, "every = \"2h\"\nceiling = \"6h\"\njitter = 0.0\n").await
}

/// Rounds every `hours`, `n` of them; what the mails said about feeds, mail by mail, and nothing about news.
async fn troubles(world: &World, service: &Service, hours: i64, n: usize) -> Vec<Vec<(String, String)>> {
    let mut mails = Vec::new();
    for _ in 0..n {
        world.advance(SignedDuration::from_hours(hours));
        mails.extend(troubles_of(&pipeline::round(service).await.unwrap()));
    }
    mails
}

fn troubles_of(round: &Round) -> Vec<Vec<(String, String)>> {
    let sent = round.digests.iter().filter(|report| report.n_messages > 0);
    let digests = sent.filter_map(|report| report.digest.as_ref());
    digests.map(|digest| digest.troubles.iter().map(|t| (t.feed.clone(), t.words.clone())).collect()).collect()
}

fn outcome_of(round: &Round, name: &str) -> Option<Outcome> {
    round.visits.iter().find(|visit| visit.name == name).map(|visit| visit.outcome)
}

#[tokio::test]
async fn trouble_and_healing_are_each_told_once_though_there_is_no_news() {
    let world = calm_world(&[("wire", "tass")]).await;
    world.feeds.set("wire", Answer::status(500));
    let service = world.service().await;

    let before_told = troubles(&world, &service, 2, 24).await;
    assert!(before_told.is_empty(), "told after a day of failures, and waiting another for news: {before_told:?}");
    let told = troubles(&world, &service, 2, 60).await;
    assert_eq!(told.len(), 1, "once in five days: {told:?}");
    let (feed, words) = &told[0][0];
    assert_eq!(feed, "wire");
    assert!(
        words.starts_with("broken since 2 Mar 08:00 UTC, ") && words.ends_with("500 Internal Server Error"),
        "{words}"
    );

    world.feeds.show("wire", &[]);
    let healed = troubles(&world, &service, 2, 40).await;
    assert_eq!(healed, [[("wire".to_owned(), "works again".to_owned())]]);
    assert_eq!(world.mails().len(), 2);
    let subject = "Subject: Feed wire: broken since 2 Mar 08:00 UTC, ";
    assert!(world.mails().iter().any(|(_, mail)| String::from_utf8_lossy(mail).contains(subject)));
}

#[tokio::test]
async fn a_short_trouble_is_not_told() {
    let world = calm_world(&[("wire", "tass")]).await;
    world.feeds.set("wire", Answer::status(500));
    let service = world.service().await;
    assert!(troubles(&world, &service, 2, 11).await.is_empty());
    world.feeds.show("wire", &[]);
    assert!(troubles(&world, &service, 2, 40).await.is_empty());
}

#[tokio::test]
async fn trouble_goes_along_with_the_news() {
    let world = calm_world(&[("agency", "nasa"), ("wire", "tass")]).await;
    world.feeds.set("wire", Answer::status(500));
    let service = world.service().await;
    assert!(troubles(&world, &service, 2, 20).await.is_empty());

    let (title, lead) = happening(1);
    world.feeds.show("agency", &[entry("1", &title, &lead, &world.now().to_string())]);
    let told = troubles(&world, &service, 2, 60).await;
    assert_eq!(told.len(), 1, "one mail with both, and none after it: {told:?}");
    assert_eq!(told[0][0].0, "wire");
    assert!(String::from_utf8_lossy(&world.mails()[0].1).contains("MS-41"));
}

#[tokio::test]
async fn an_audience_with_a_daily_slot_hears_of_trouble_in_it() {
    let world = calm_world(&[("wire", "tass")]).await;
    world.feeds.set("wire", Answer::status(500));
    let mut config: Config = world.config();
    config.audiences[0].on_development = false;
    config.audiences[0].slots.times = vec![time(7, 30, 0, 0)];
    config.audiences[0].timezone = "UTC".to_owned();
    let service = Service::open(config, world.clock.clone()).await.unwrap();
    // It counts as broken from the 3rd at seven on, half an hour before the slot.
    assert!(troubles(&world, &service, 1, 25).await.is_empty());
    assert_eq!(troubles(&world, &service, 1, 1).await.len(), 1, "at {}", world.now());
    assert!(troubles(&world, &service, 1, 96).await.is_empty(), "once");
}

#[tokio::test]
async fn a_feed_that_is_gone_is_probed_once_a_week_and_told_of_when_it_comes_back() {
    let world = calm_world(&[("wire", "tass")]).await;
    world.feeds.set("wire", Answer::status(410));
    let service = world.service().await;
    pipeline::round(&service).await.unwrap();
    let told = troubles(&world, &service, 12, 13).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0][0].1.starts_with("gone, probed once a week, since 06:00 UTC, 1 failure: 410"), "{told:?}");
    assert_eq!(world.feeds.asked("wire").len(), 1, "left alone for a week");

    world.feeds.show("wire", &[]);
    let healed = troubles(&world, &service, 12, 6).await;
    assert_eq!(healed, [[("wire".to_owned(), "works again".to_owned())]]);
}

#[tokio::test]
async fn a_permanent_redirect_is_kept_after_ten_sightings_over_three_days() {
    let world = calm_world(&[("old", "nasa")]).await;
    let moved = || Answer::status(301).with("location", world.feeds.url("new"));
    let (title, lead) = happening(1);
    world.feeds.show("new", &[entry("1", &title, &lead, "2026-03-02T05:00:00Z")]);
    let service = world.service().await;
    // The first visit shows which feed it is.
    world.feeds.show("old", &[entry("1", &title, &lead, "2026-03-02T05:00:00Z")]);
    pipeline::round(&service).await.unwrap();
    world.feeds.set("old", moved());
    world.feeds.asked("old");

    for sighting in 1..=10 {
        world.advance(SignedDuration::from_hours(8));
        pipeline::round(&service).await.unwrap();
        let address = service.store.with(|store| store.feed(FeedId(1))).await.unwrap().effective_url;
        let expected = if sighting < 10 { "old" } else { "new" };
        assert_eq!(address, world.feeds.url(expected), "after {sighting} sightings");
    }
    assert_eq!(world.feeds.asked("old").len(), 10);
    world.advance(SignedDuration::from_hours(8));
    let round = pipeline::round(&service).await.unwrap();
    assert_eq!((round.visits[0].outcome, world.feeds.asked("old").len()), (Outcome::Accepted, 0));

    // Configured as before, the feed goes back to its own address when the new one fails for long.
    world.feeds.set("new", Answer::status(404));
    for _ in 0..5 {
        world.advance(SignedDuration::from_hours(8));
        pipeline::round(&service).await.unwrap();
    }
    let address = service.store.with(|store| store.feed(FeedId(1))).await.unwrap().effective_url;
    assert_eq!(address, world.feeds.url("old"));
}

#[tokio::test]
async fn a_redirect_to_another_feed_is_never_kept() {
    let world = calm_world(&[("old", "nasa")]).await;
    let (title, lead) = happening(1);
    world.feeds.show("old", &[entry("1", &title, &lead, "2026-03-02T05:00:00Z")]);
    let service = world.service().await;
    pipeline::round(&service).await.unwrap();
    world.feeds.set("old", Answer::status(301).with("location", world.feeds.url("advert")));
    for n in 0..15 {
        let (title, lead) = happening(20 + n);
        world.feeds.show("advert", &[entry(&format!("advert-{n}"), &title, &lead, &world.now().to_string())]);
        world.advance(SignedDuration::from_hours(8));
        assert_eq!(outcome_of(&pipeline::round(&service).await.unwrap(), "old"), Some(Outcome::Accepted));
    }
    let address = service.store.with(|store| store.feed(FeedId(1))).await.unwrap().effective_url;
    assert_eq!(address, world.feeds.url("old"));
}

#[tokio::test]
async fn a_server_that_always_says_not_modified_is_asked_for_everything_once_a_day() {
    let world = calm_world(&[("liar", "nasa")]).await;
    let lying = |entries: &[Entry]| Answer { lies: true, ..Answer::xml(crate::harness::rss(entries)) };
    world.feeds.set("liar", lying(&[]));
    let service = world.service().await;
    pipeline::round(&service).await.unwrap();
    let (title, lead) = happening(1);
    world.feeds.set("liar", lying(&[entry("1", &title, &lead, "2026-03-02T07:00:00Z")]));
    let mut n_new = Vec::new();
    for _ in 0..12 {
        world.advance(SignedDuration::from_hours(2));
        n_new.extend(pipeline::round(&service).await.unwrap().visits.iter().map(|visit| visit.n_new));
    }
    let conditional: Vec<bool> = world.feeds.asked("liar");
    assert_eq!(conditional.len(), 13, "{conditional:?}");
    assert_eq!(conditional.iter().position(|c| !c), Some(0));
    assert_eq!(conditional.iter().rposition(|c| !c), Some(12), "after a day: {conditional:?}");
    assert_eq!(conditional.iter().filter(|c| !**c).count(), 2);
    assert_eq!((n_new.iter().sum::<usize>(), n_new.last()), (1, Some(&1)));
}

#[tokio::test]
async fn a_host_that_asks_for_rest_gets_it_for_all_its_feeds() {
    let world = calm_world(&[("busy", "nasa"), ("other", "tass")]).await;
    let service = world.service().await;
    pipeline::round(&service).await.unwrap();
    world.feeds.set("busy", Answer::status(429).with("retry-after", "10800"));
    world.advance(SignedDuration::from_hours(2));
    pipeline::poll(&service, vec![service.store.with(|store| store.feed(FeedId(1))).await.unwrap()], |_| ())
        .await
        .unwrap();
    world.feeds.asked("other");
    drop(service);

    // Another process begins: what was asked is in the store, not in the memory of the one that heard it.
    let service = world.service().await;
    world.advance(SignedDuration::from_mins(179));
    assert!(pipeline::round(&service).await.unwrap().visits.is_empty());
    let (other, why) = service.store.with(|s| Ok((s.feed(FeedId(2))?, s.schedule_reason(FeedId(2))?))).await.unwrap();
    assert_eq!(other.health.n_failures, 0, "its neighbour's refusal is no failure of its own");
    assert!(why.starts_with("its host asked for rest: ") && why.contains("429"), "{why}");
    world.advance(SignedDuration::from_mins(1));
    assert_eq!(outcome_of(&pipeline::round(&service).await.unwrap(), "other"), Some(Outcome::Unchanged));
    assert_eq!(world.feeds.asked("other").len(), 1);
}

#[tokio::test]
async fn a_crowd_at_a_host_is_stopped_by_the_first_refusal() {
    let names: Vec<String> = (0..40).map(|n| format!("feed-{n}")).collect();
    let feeds: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "nasa")).collect();
    let world = calm_world(&feeds).await;
    names.iter().for_each(|name| world.feeds.set(name, Answer::status(429).with("retry-after", "3600")));
    let round = pipeline::round(&world.service().await).await.unwrap();
    assert!(round.visits.iter().all(|visit| visit.outcome == Outcome::Rejected && visit.next_poll_at.is_some()));
    let n_asked: usize = names.iter().map(|name| world.feeds.asked(name).len()).sum();
    assert!((1..=2).contains(&n_asked), "as many as may ask at once, and no more: {n_asked}");
}

#[tokio::test]
async fn a_feed_whose_ids_change_from_poll_to_poll_brings_nothing_twice() {
    let world = calm_world(&[("agency", "nasa")]).await;
    let show = |poll: usize, n: usize| {
        let entries: Vec<Entry> = (0..n)
            .map(|i| {
                let (title, lead) = happening(i);
                let known = entry(&i.to_string(), &title, &lead, "2026-03-02T05:00:00Z");
                Entry { guid: format!("{poll}-{i}"), ..known }
            })
            .collect();
        world.feeds.show("agency", &entries);
    };
    let service = world.service().await;
    show(0, 8);
    assert_eq!(pipeline::round(&service).await.unwrap().visits[0].n_new, 8);
    let mut reasons = Vec::new();
    for poll in 1..4 {
        world.advance(SignedDuration::from_hours(2));
        show(poll, 8 + poll);
        let visit = pipeline::round(&service).await.unwrap().visits.remove(0);
        assert_eq!(visit.n_new, 1, "poll {poll}: the one that was added, {}", visit.reason);
        reasons.push(visit.reason.contains("ids change"));
    }
    assert_eq!(reasons, [true, false, false], "said once");
    let feed = service.store.with(|store| store.feed(FeedId(1))).await.unwrap();
    assert!(feed.health.guid_untrusted);
}

#[tokio::test]
async fn a_feed_with_steady_ids_is_trusted() {
    let world = calm_world(&[("agency", "nasa")]).await;
    let service = world.service().await;
    for poll in 0..3 {
        let entries: Vec<Entry> = (0..8 + poll)
            .map(|i| entry(&i.to_string(), &happening(i).0, &happening(i).1, "2026-03-02T05:00:00Z"))
            .collect();
        world.feeds.show("agency", &entries);
        pipeline::round(&service).await.unwrap();
        world.advance(SignedDuration::from_hours(2));
    }
    assert!(!service.store.with(|store| store.feed(FeedId(1))).await.unwrap().health.guid_untrusted);
}
