//! Digests of a running service: threads that keep their subject, topics that are added, signs of life, days to come.

use jiff::SignedDuration;
use orbitwire::domain::digest::{Digest, Occasion};
use orbitwire::domain::{Audience, Lang};
use orbitwire::pipeline::{self, Mode, Round};

use crate::harness::{World, entry, happening};

const SIGNED: (&str, &str) = (
    "Roscosmos and NASA set Soyuz MS-31 launch with American astronaut for March 21",
    "Roscosmos and NASA have set the launch of Soyuz MS-31 to the International Space Station for March 21, the agencies said.",
);
const MOVED: (&str, &str) = (
    "Roscosmos and NASA move Soyuz MS-31 launch with American astronaut from March 21 to March 27",
    "Roscosmos and NASA have moved the launch of Soyuz MS-31 to the International Space Station from March 21 to March 27.",
);

fn digests(round: &Round) -> Vec<Digest> {
    round.digests.iter().filter_map(|report| report.digest.clone()).collect()
}

#[tokio::test]
async fn the_second_mail_of_a_story_keeps_the_subject_of_the_first_and_says_the_news_behind_it() {
    let world = World::with(&[("agency", "nasa"), ("wire", "tass")]).await;
    world.feeds.show("agency", &[entry("a", SIGNED.0, SIGNED.1, "2026-03-02T05:30:00Z")]);
    let service = world.service().await;
    let first = digests(&pipeline::round(&service).await.unwrap()).remove(0);
    assert_eq!(first.thread, Some(first.new[0].id));
    world.feeds.show("wire", &[entry("b", MOVED.0, MOVED.1, "2026-03-02T06:20:00Z")]);
    let second = digests(&world.next_round(&service).await).remove(0);
    assert_eq!((second.thread, second.developments.len()), (first.thread, 1));
    assert_eq!(second.subject, first.subject);
    let mails = world.mails();
    let said = |n: usize, words: &str| String::from_utf8_lossy(&mails[n].1).contains(words);
    assert!(mails.len() == 2 && (said(0, "March 27") || said(1, "March 27")));
}

#[tokio::test]
async fn days_to_come_are_told_until_they_are_moved() {
    let world = World::with(&[("agency", "nasa"), ("wire", "tass")]).await;
    world.feeds.show("agency", &[entry("a", SIGNED.0, SIGNED.1, "2026-03-02T05:30:00Z")]);
    let service = world.service().await;
    let days = |digest: &Digest| digest.ahead.iter().map(|line| line.day.to_string()).collect::<Vec<_>>();
    let first = digests(&pipeline::round(&service).await.unwrap()).remove(0);
    assert_eq!(days(&first), ["2026-03-21"]);
    world.feeds.show("wire", &[entry("b", MOVED.0, MOVED.1, "2026-03-02T06:20:00Z")]);
    let second = digests(&world.next_round(&service).await).remove(0);
    assert_eq!(days(&second), ["2026-03-27"]);
}

/// Days to come in the second digest, asked for by hand, with the story of the first muted or not.
async fn n_days_ahead(muted: bool) -> usize {
    let world = World::with(&[("agency", "nasa"), ("wire", "tass")]).await;
    world.feeds.show("agency", &[entry("a", SIGNED.0, SIGNED.1, "2026-03-02T05:30:00Z")]);
    let service = world.service().await;
    let first = digests(&pipeline::round(&service).await.unwrap()).remove(0);
    let (story, since) = (first.new[0].id, muted.then(|| world.now()));
    service.store.with(move |store| store.set_muted(story, since)).await.unwrap();
    let (title, lead) = happening(7);
    world.feeds.show("wire", &[entry("b", &title, &lead, "2026-03-02T06:20:00Z")]);
    world.advance(SignedDuration::from_mins(31));
    let feeds = service.store.with(|store| store.feeds()).await.unwrap();
    pipeline::poll(&service, feeds, |_| ()).await.unwrap();
    let reports = pipeline::digest(&service, None, Mode::Now).await.unwrap();
    reports[0].digest.as_ref().unwrap().ahead.len()
}

#[tokio::test]
async fn days_of_a_muted_story_are_not_told() {
    assert_eq!((n_days_ahead(false).await, n_days_ahead(true).await), (1, 0));
}

#[tokio::test]
async fn an_audience_that_asked_for_it_hears_that_there_is_nothing_new() {
    let world = World::with(&[("agency", "nasa")]).await;
    let config = std::fs::read_to_string(world.write_config()).unwrap();
    let beating = config.replace("[[audience]]", "[[audience]]\nheartbeat = \"2d\"");
    let file = world.write_config();
    std::fs::write(&file, beating).unwrap();
    world.feeds.show("agency", &[]);
    let config = orbitwire::config::load(&file).unwrap();
    let service = pipeline::Service::open(config, world.clock.clone()).await.unwrap();
    assert_eq!(digests(&pipeline::round(&service).await.unwrap()).len(), 0);
    world.advance(SignedDuration::from_hours(48));
    let sent = digests(&pipeline::round(&service).await.unwrap());
    assert_eq!(sent.iter().map(|digest| digest.occasion).collect::<Vec<_>>(), [Occasion::Heartbeat]);
    assert!(sent[0].subject.starts_with("Nothing new for 2 days"), "{}", sent[0].subject);
    assert_eq!((world.mails().len(), digests(&world.next_round(&service).await).len()), (1, 0), "once");
}

#[tokio::test]
async fn a_topic_that_an_audience_gets_later_brings_no_archive() {
    let world = World::with(&[("agency", "nasa")]).await;
    world.feeds.show("agency", &[entry("a", SIGNED.0, SIGNED.1, "2026-03-02T05:30:00Z")]);
    let mut config = world.config();
    let mine = std::mem::replace(&mut config.audiences[0].topics, vec!["another".to_owned()]);
    let service = pipeline::Service::open(config, world.clock.clone()).await.unwrap();
    assert_eq!(digests(&pipeline::round(&service).await.unwrap()).len(), 0);
    drop(service);
    world.advance(SignedDuration::from_hours(1));
    let mut config = world.config();
    config.audiences[0].topics = [vec!["another".to_owned()], mine].concat();
    let service = pipeline::Service::open(config, world.clock.clone()).await.unwrap();
    assert_eq!(digests(&pipeline::round(&service).await.unwrap()).len(), 0, "found before it had the topic");
    world.feeds.show("agency", &[entry("b", MOVED.0, MOVED.1, "2026-03-02T07:20:00Z")]);
    assert_eq!(digests(&world.next_round(&service).await).len(), 1);
}

#[tokio::test]
async fn five_thousand_recipients_of_an_audience_get_one_rendering_and_a_mail_each() {
    let world = World::with(&[("agency", "nasa")]).await;
    world.feeds.show("agency", &[entry("a", SIGNED.0, SIGNED.1, "2026-03-02T05:30:00Z")]);
    let mut config = world.config();
    config.audiences[0].to = (0..5000).map(|n| format!("reader-{n}@example.org")).collect();
    config.audiences.push(Audience {
        name: "few".to_owned(),
        to: vec!["one@example.org".to_owned()],
        ..config.audiences[0].clone()
    });
    let service = pipeline::Service::open(config, world.clock.clone()).await.unwrap();
    let due = service
        .store
        .with({
            let now = world.now();
            move |store| store.feeds_due(now)
        })
        .await
        .unwrap();
    pipeline::poll(&service, due, |_| {}).await.unwrap();
    let before = service.n_rendered();
    let reports = pipeline::digest(&service, None, Mode::Scheduled).await.unwrap();
    assert_eq!(reports.iter().map(|report| report.n_messages).collect::<Vec<_>>(), [5000, 1]);
    assert_eq!(service.n_rendered() - before, 2, "one for each audience");
    let waiting = service.store.with(|store| store.status()).await.unwrap().outbox.n_waiting;
    assert_eq!(waiting, 5001);
}

#[tokio::test]
async fn a_service_does_not_start_with_templates_that_lose_news() {
    let world = World::with(&[("agency", "nasa")]).await;
    let folder = world.folder.path().join("own");
    orbitwire::render::write_templates(&folder).unwrap();
    let text = folder.join("digest.txt.j2");
    std::fs::write(&text, "{{ title }}\n").unwrap();
    let mut config = world.config();
    config.templates = Some(folder);
    let refused = pipeline::Service::open(config.clone(), world.clock.clone()).await.err().unwrap().to_string();
    assert!(refused.contains("digest.txt.j2") && refused.contains("expected every headline"), "{refused}");
    std::fs::remove_file(&text).unwrap();
    let service = pipeline::Service::open(config, world.clock.clone()).await.unwrap();
    world.feeds.show("agency", &[entry("a", SIGNED.0, SIGNED.1, "2026-03-02T05:30:00Z")]);
    assert_eq!(
        digests(&pipeline::round(&service).await.unwrap()).len(),
        1,
        "the program's take the missing one's place"
    );
}

#[tokio::test]
async fn a_story_that_goes_on_is_named_in_the_audiences_language() {
    let world = World::with(&[("agency", "nasa"), ("wire", "tass"), ("ministry", "roscosmos")]).await;
    let mut config = world.config();
    config.audiences[0].language = Lang::Ru;
    let service = pipeline::Service::open(config, world.clock.clone()).await.unwrap();
    let first = "Roscosmos and NASA extend seat-swap agreement on cross-flights through 2027";
    world.feeds.show("agency", &[entry("a", first, "The agreement was signed.", "2026-03-02T05:30:00Z")]);
    assert_eq!(digests(&pipeline::round(&service).await.unwrap()).len(), 1);
    let russian = "Роскосмос и НАСА продлили соглашение о перекрёстных полётах до 2027 года";
    world.feeds.show("ministry", &[entry("b", russian, "Соглашение подписано.", "2026-03-02T06:00:00Z")]);
    world.feeds.show("wire", &[entry("c", SIGNED.0, SIGNED.1, "2026-03-02T06:20:00Z")]);
    let digest = digests(&world.next_round(&service).await).remove(0);
    let running: Vec<&str> = digest.running.iter().map(|story| story.headline.as_str()).collect();
    assert_eq!(running, [russian], "{:?}", digest.developments);
}
