//! Simulated news days: what is told, and what is not told again.

use jiff::SignedDuration;
use orbitwire::pipeline;

use crate::harness::{Answer, Entry, World, entry, rss, told};

const FIRST: (&str, &str) = (
    "Roscosmos and NASA extend seat-swap agreement through 2027",
    "Roscosmos and NASA have extended the agreement on cross-flights to the International Space Station through 2027, the agencies said on Monday.",
);

fn first(key: &str) -> Entry {
    entry(key, FIRST.0, FIRST.1, "2026-03-02T05:30:00Z")
}

#[tokio::test]
async fn a_happening_is_told_once_and_its_repetition_is_silent() {
    let world = World::with(&[("agency", "nasa"), ("wire", "tass")]).await;
    world.feeds.show("agency", &[first("a")]);
    let service = world.service().await;
    assert_eq!(told(&pipeline::round(&service).await.unwrap()).len(), 1);
    let copy = Entry { link: "https://tass.example/1".into(), ..first("b") };
    world.feeds.show("wire", &[copy]);
    let next = world.next_round(&service).await;
    assert_eq!(next.visits.iter().map(|visit| visit.n_new).sum::<usize>(), 1);
    assert_eq!(told(&next), [], "the same words from another outlet are coverage");
    assert_eq!(world.mails().len(), 1);
}

#[tokio::test]
async fn a_changed_date_is_told_as_a_development() {
    let world = World::with(&[("agency", "nasa"), ("wire", "tass")]).await;
    world.feeds.show("agency", &[first("a")]);
    let service = world.service().await;
    pipeline::round(&service).await.unwrap();
    let changed = entry(
        "c",
        "Roscosmos and NASA extend seat-swap agreement through 2030",
        "The seat-swap agreement of Roscosmos and NASA on cross-flights to the International Space Station will run through 2030, Roscosmos said on Tuesday.",
        "2026-03-02T06:20:00Z",
    );
    world.feeds.show("wire", &[changed]);
    let told = told(&world.next_round(&service).await);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "development");
    assert!(told[0].1.contains("2030"), "{told:?}");
}

#[tokio::test]
async fn an_edited_headline_without_a_new_fact_is_not_told() {
    let world = World::with(&[("agency", "nasa")]).await;
    world.feeds.show("agency", &[first("a")]);
    let service = world.service().await;
    pipeline::round(&service).await.unwrap();
    let edited = Entry { title: "NASA and Roscosmos extend agreement on seat swaps through 2027".into(), ..first("a") };
    world.feeds.show("agency", &[edited]);
    let next = world.next_round(&service).await;
    assert_eq!((next.visits[0].n_new, told(&next)), (0, Vec::new()));
}

#[tokio::test]
async fn two_feeds_of_an_outlet_that_word_an_article_differently_tell_it_no_more_than_once_each() {
    let world = World::with(&[("news", "nasa"), ("blog", "nasa")]).await;
    let service = world.service().await;
    let other_words =
        Entry { lead: format!("{} The agreement adds three seats, worth 90 million dollars.", FIRST.1), ..first("a") };
    let mut n_told = 0;
    for round in 0..60 {
        // Something else is new in both, so that both are read.
        let besides = |feed: &str| {
            entry(&format!("{feed}-{round}"), &format!("Garden show opens, day {round}"), "", "2026-03-02T05:30:00Z")
        };
        world.feeds.show("news", &[first("a"), besides("news")]);
        world.feeds.show("blog", &[other_words.clone(), besides("blog")]);
        n_told += told(&world.next_round(&service).await).len();
    }
    assert!((1..=2).contains(&n_told), "told {n_told} times");
}

#[tokio::test]
async fn ids_that_change_at_every_poll_bring_nothing_new() {
    let world = World::with(&[("agency", "nasa")]).await;
    let service = world.service().await;
    for round in 0..4 {
        let rotated: Vec<Entry> = (0..5)
            .map(|n| Entry {
                guid: format!("{round}-{n}"),
                ..entry(&n.to_string(), &format!("{} part {n}", FIRST.0), FIRST.1, "2026-03-02T05:30:00Z")
            })
            .collect();
        world.feeds.show("agency", &rotated);
        let done = world.next_round(&service).await;
        assert_eq!(done.visits[0].n_new, if round == 0 { 5 } else { 0 }, "round {round}");
    }
}

#[tokio::test]
async fn the_archive_of_a_new_feed_is_not_told() {
    let world = World::with(&[("agency", "nasa")]).await;
    world.feeds.show("agency", &[Entry { at: "2026-02-20T05:30:00Z".parse().unwrap(), ..first("old") }]);
    let service = world.service().await;
    let round = pipeline::round(&service).await.unwrap();
    assert_eq!((round.visits[0].n_kept, told(&round)), (1, Vec::new()));
}

#[tokio::test]
async fn a_move_of_the_site_with_old_dates_is_held_back() {
    let world = World::with(&[("agency", "nasa")]).await;
    world.feeds.show("agency", &[first("a")]);
    let service = world.service().await;
    pipeline::round(&service).await.unwrap();
    let flood: Vec<Entry> = (0..60)
        .map(|n| {
            let (title, lead) = crate::harness::happening(n);
            entry(&format!("moved-{n}"), &title, &lead, "2025-11-02T05:30:00Z")
        })
        .collect();
    world.feeds.show("agency", &flood);
    let next = world.next_round(&service).await;
    assert_eq!(told(&next), []);
    assert!(next.visits[0].reason.contains("60 old entries"), "{}", next.visits[0].reason);
}

#[tokio::test]
async fn a_feed_without_dates_tells_what_came_in_an_outage_and_a_flood_within_the_hour_is_held() {
    let undated = |n: std::ops::Range<usize>| {
        let entries: Vec<_> = n
            .map(|n| {
                let (title, lead) = crate::harness::happening(n);
                entry(&n.to_string(), &title, &lead, "2026-03-02T05:30:00Z")
            })
            .collect();
        let dates = regex::Regex::new("<pubDate>.*?</pubDate>").unwrap();
        Answer::xml(dates.replace_all(&rss(&entries), "").into_owned())
    };
    for (hours, is_held) in [(0, true), (12, false)] {
        let world = World::with(&[("agency", "nasa")]).await;
        world.feeds.set("agency", undated(0..1));
        let service = world.service().await;
        pipeline::round(&service).await.unwrap();
        world.feeds.set("agency", undated(1..26));
        world.advance(SignedDuration::from_hours(hours));
        let round = world.next_round(&service).await;
        let reason = &round.visits[0].reason;
        assert_eq!(
            (told(&round).is_empty(), reason.contains("25 old entries")),
            (is_held, is_held),
            "{hours} h: {reason}"
        );
    }
}

#[tokio::test]
async fn an_item_that_flips_between_two_wordings_is_told_once_each() {
    let world = World::with(&[("agency", "nasa")]).await;
    let service = world.service().await;
    let mut n_told = 0;
    for round in 0..6 {
        let year = if round % 2 == 0 { "2027" } else { "2030" };
        let entry = Entry { title: FIRST.0.replace("2027", year), lead: FIRST.1.replace("2027", year), ..first("a") };
        world.feeds.show("agency", &[entry]);
        n_told += told(&world.next_round(&service).await).len();
    }
    assert_eq!(n_told, 2, "the first report and the one change");
}

#[tokio::test]
async fn the_first_report_after_a_silent_baseline_is_told() {
    let world = World::with(&[("wire", "tass"), ("agency", "nasa")]).await;
    world.feeds.show("wire", &[Entry { at: "2026-02-26T05:30:00Z".parse().unwrap(), ..first("old") }]);
    let service = world.service().await;
    assert_eq!(told(&pipeline::round(&service).await.unwrap()), []);
    world.feeds.show("agency", &[Entry { link: "https://nasa.example/1".into(), ..first("new") }]);
    let next = told(&world.next_round(&service).await);
    assert_eq!(next.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), ["new"]);
}

#[tokio::test]
async fn an_archive_without_dates_is_not_told_and_what_it_adds_later_is() {
    let world = World::with(&[("agency", "nasa")]).await;
    let item = |n: usize| {
        let (title, lead) = crate::harness::happening(n);
        format!(
            "<item><guid>g{n}</guid><title>{title}</title><link>https://e.example/{n}</link><description>{lead}</description></item>"
        )
    };
    let feed = |range: std::ops::Range<usize>| {
        let items: String = range.map(item).collect();
        Answer::xml(format!("<rss version=\"2.0\"><channel><title>x</title>{items}</channel></rss>"))
    };
    world.feeds.set("agency", feed(0..10));
    let service = world.service().await;
    let round = pipeline::round(&service).await.unwrap();
    assert_eq!((round.visits[0].n_kept, told(&round)), (10, Vec::new()));
    world.feeds.set("agency", feed(0..11));
    assert_eq!(told(&world.next_round(&service).await).len(), 1);
}

#[tokio::test]
async fn an_id_that_moved_to_another_article_hides_neither() {
    let world = World::with(&[("agency", "nasa")]).await;
    world.feeds.show("agency", &[first("a")]);
    let service = world.service().await;
    pipeline::round(&service).await.unwrap();
    let title = "Ammonia leak found at Russian module of the space station";
    let lead = "Cosmonauts and NASA astronauts saw flakes leave the module on Monday, flight controllers said.";
    let moved = Entry { guid: first("a").guid, ..entry("other", title, lead, "2026-03-02T06:10:00Z") };
    world.feeds.show("agency", &[moved]);
    let next = world.next_round(&service).await;
    assert_eq!((next.visits[0].n_new, told(&next).len()), (1, 1));
}

#[tokio::test]
async fn agencies_and_station_alone_join_no_reports_of_two_languages() {
    let world = World::with(&[("agency", "nasa"), ("russian", "roscosmos")]).await;
    world.feeds.show(
        "agency",
        &[entry(
            "leak",
            "NASA and Roscosmos discuss air leak at space station",
            "NASA and Roscosmos discussed the air leak at the International Space Station on Monday.",
            "2026-03-02T05:30:00Z",
        )],
    );
    let service = world.service().await;
    assert_eq!(told(&pipeline::round(&service).await.unwrap()).len(), 1);
    world.feeds.show(
        "russian",
        &[entry(
            "extension",
            "Роскосмос и НАСА договорились о продлении работы МКС до 2030 года",
            "Роскосмос и НАСА договорились продлить работу Международной космической станции до 2030 года.",
            "2026-03-02T06:10:00Z",
        )],
    );
    let next = told(&world.next_round(&service).await);
    assert_eq!(next.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), ["new"], "{next:?}");
}
