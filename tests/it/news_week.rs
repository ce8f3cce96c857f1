//! A simulated news week for each rule: what is told, and what is not told again.

use jiff::SignedDuration;
use orbitwire::pipeline::{self, Round};

use crate::harness::{Entry, World, entry, happening, told};

const TITLE: &str = "Roscosmos and NASA extend seat-swap agreement through 2027";
const LEAD: &str = "Roscosmos and NASA have extended the agreement on cross-flights to the International Space Station through 2027, the agencies said on Monday.";

fn deal(key: &str) -> Entry {
    entry(key, TITLE, LEAD, "2026-03-02T05:30:00Z")
}

fn n_new(round: &Round) -> usize {
    round.visits.iter().map(|visit| visit.n_new).sum()
}

#[tokio::test]
async fn a_changed_date_says_what_it_was() {
    let world = World::with(&[("agency", "nasa"), ("wire", "tass")]).await;
    world.feeds.show("agency", &[deal("a")]);
    let service = world.service().await;
    pipeline::round(&service).await.unwrap();
    let changed = Entry { title: TITLE.replace("2027", "2030"), lead: LEAD.replace("2027", "2030"), ..deal("b") };
    world.feeds.show("wire", &[changed]);
    let told = told(&world.next_round(&service).await);
    assert!(told.len() == 1 && told[0].1.contains("2030") && told[0].1.contains("(was 2027)"), "{told:?}");
}

#[tokio::test]
async fn a_denial_is_told() {
    let world = World::with(&[("wire", "reuters"), ("agency", "tass")]).await;
    let rumour = entry(
        "rumour",
        "Roscosmos to leave seat-swap agreement with NASA, sources say",
        "Roscosmos will leave the seat-swap agreement with NASA on flights to the International Space Station, sources said.",
        "2026-03-02T05:30:00Z",
    );
    world.feeds.show("wire", &[rumour]);
    let service = world.service().await;
    assert_eq!(told(&pipeline::round(&service).await.unwrap()).len(), 1);
    let denial = entry(
        "denial",
        "Roscosmos denies it will leave seat-swap agreement with NASA",
        "Roscosmos denied that it will leave the seat-swap agreement with NASA on flights to the International Space Station.",
        "2026-03-02T06:20:00Z",
    );
    world.feeds.show("agency", &[denial]);
    let told = told(&world.next_round(&service).await);
    assert!(told.len() == 1 && told[0].0 == "development" && told[0].1.contains("denie"), "{told:?}");
}

#[tokio::test]
async fn what_two_stories_told_is_not_told_again_by_a_report_of_both() {
    let world = World::with(&[("agency", "nasa"), ("wire", "tass"), ("trade", "spacenews")]).await;
    let chief = "Kremlin dismisses Pavel Orlov, the man who quarrelled with NASA over the space station";
    let successor = "The president appoints a successor. Pavel Orlov had led Roscosmos since 2019.";
    world.feeds.show("agency", &[deal("a")]);
    world.feeds.show("wire", &[entry("b", chief, successor, "2026-03-02T05:40:00Z")]);
    let service = world.service().await;
    assert_eq!(told(&pipeline::round(&service).await.unwrap()).len(), 2);
    let both = "Roscosmos and NASA extend seat-swap agreement as Kremlin dismisses Pavel Orlov";
    let lead = "The president appoints a successor of Pavel Orlov; the agencies go on with cross-flights to the International Space Station.";
    world.feeds.show("trade", &[entry("c", both, lead, "2026-03-02T06:20:00Z")]);
    assert_eq!(told(&world.next_round(&service).await), vec![]);
    let more = "Pavel Orlov, dismissed head of Roscosmos, sues NASA for $40 million over space station";
    world.feeds.show("trade", &[entry("d", more, "His lawyers filed the claim.", "2026-03-02T07:20:00Z")]);
    let told = told(&world.next_round(&service).await);
    assert!(told.len() == 1 && told[0].1.contains("$40 million"), "{told:?}");
}

#[tokio::test]
async fn links_that_turn_from_http_to_https_bring_nothing_new() {
    let world = World::with(&[("agency", "nasa")]).await;
    let at = |scheme: &str| Entry {
        guid: format!("{scheme}://outlet.example/deal"),
        link: format!("{scheme}://www.outlet.example/deal/?utm_source=rss"),
        ..deal("a")
    };
    world.feeds.show("agency", &[at("http")]);
    let service = world.service().await;
    pipeline::round(&service).await.unwrap();
    world.advance(SignedDuration::from_hours(24 * 9));
    world.feeds.show("agency", &[at("https")]);
    let next = world.next_round(&service).await;
    assert_eq!((n_new(&next), told(&next)), (0, vec![]));
}

#[tokio::test]
async fn a_new_site_with_six_hundred_redated_articles_brings_nothing_new() {
    let world = World::with(&[("agency", "nasa")]).await;
    let all = |site: &str, at: &str| -> Vec<Entry> {
        let one = |n: usize| {
            let (title, lead) = happening(n);
            let key = format!("{site}-{n}");
            Entry { link: format!("https://{site}.example/{n}"), ..entry(&key, &title, &lead, at) }
        };
        (0..600).map(one).collect()
    };
    world.feeds.show("agency", &all("old", "2026-02-20T05:30:00Z"));
    let service = world.service().await;
    assert_eq!(n_new(&pipeline::round(&service).await.unwrap()), 600);
    world.advance(SignedDuration::from_hours(24 * 20));
    let now = world.now().to_string();
    let mut moved = all("new", &now);
    let fresh = deal("fresh");
    moved.push(Entry { at: world.now(), ..fresh });
    world.feeds.show("agency", &moved);
    let next = world.next_round(&service).await;
    assert_eq!((n_new(&next), told(&next).len()), (1, 1), "only what is new is new");
}

#[tokio::test]
async fn a_feed_that_stamps_the_time_into_every_entry_is_told_once() {
    let world = World::with(&[("agency", "nasa")]).await;
    let service = world.service().await;
    let mut n_told = 0;
    for round in 0..6 {
        let stamped = Entry {
            title: format!("{TITLE} [updated {:02}:{:02}]", 6 + round, 7 * round),
            lead: format!("{LEAD} Last updated: {:02}:{:02} GMT.", 6 + round, 7 * round),
            ..deal("a")
        };
        world.feeds.show("agency", &[stamped]);
        n_told += told(&world.next_round(&service).await).len();
    }
    assert_eq!(n_told, 1);
}

#[tokio::test]
async fn five_copies_of_a_wire_are_one_source_told_once() {
    let outlets = ["rt", "sputnik", "meduza", "spacenews", "arstechnica"];
    let names: Vec<(&str, &str)> = outlets.iter().map(|outlet| (*outlet, *outlet)).collect();
    let world = World::with(&names).await;
    for outlet in outlets {
        let copy = Entry {
            link: format!("https://{outlet}.example/deal"),
            lead: format!("MOSCOW, March 2. /TASS/. {LEAD}"),
            ..deal(outlet)
        };
        world.feeds.show(outlet, &[copy]);
    }
    let service = world.service().await;
    let round = pipeline::round(&service).await.unwrap();
    assert_eq!((n_new(&round), told(&round).len()), (5, 1));
    let digest = round.digests[0].digest.as_ref().unwrap();
    assert_eq!((digest.new[0].n_outlets, digest.new[0].n_independent), (5, 1));
}

#[tokio::test]
async fn what_was_purged_and_comes_back_is_not_new() {
    let world = World::with(&[("agency", "nasa")]).await;
    let other = entry("rover", "Mars rover finds clay in an old river bed", "It will drill.", "2026-03-02T05:30:00Z");
    world.feeds.show("agency", &[deal("a"), other.clone()]);
    let service = world.service().await;
    assert_eq!(told(&pipeline::round(&service).await.unwrap()).len(), 1);
    world.feeds.show("agency", &[]);
    world.advance(SignedDuration::from_hours(24 * 60));
    let now = world.now();
    service.store.with(move |store| store.drop_old_texts(now, 1_000)).await.unwrap();
    world.next_round(&service).await;
    world.feeds.show("agency", &[Entry { at: world.now(), ..deal("a") }, Entry { at: world.now(), ..other }]);
    let next = world.next_round(&service).await;
    assert_eq!((n_new(&next), told(&next)), (0, vec![]));
}

#[tokio::test]
async fn entries_in_another_order_make_the_same_stories() {
    let mut entries: Vec<Entry> = (0..6)
        .map(|n| {
            let (title, lead) = happening(n / 2);
            let title = if n % 2 == 0 { title } else { title.replace("to fly", "will fly") };
            entry(&format!("e{n}"), &title, &lead, "2026-03-02T05:30:00Z")
        })
        .collect();
    let mut seen = Vec::new();
    for turn in 0..3 {
        entries.rotate_left(2 * turn + 1);
        let world = World::with(&[("agency", "nasa")]).await;
        world.feeds.show("agency", &entries);
        let service = world.service().await;
        pipeline::round(&service).await.unwrap();
        let window = service.store.with(|store| store.window(jiff::Timestamp::UNIX_EPOCH)).await.unwrap();
        let mut stories: Vec<_> = window.into_iter().map(|known| (known.item.title, known.story)).collect();
        stories.sort();
        seen.push(stories);
    }
    assert_eq!(seen[0].iter().map(|(_, story)| story).collect::<std::collections::BTreeSet<_>>().len(), 3);
    assert_eq!((&seen[0], &seen[1]), (&seen[1], &seen[2]));
}
