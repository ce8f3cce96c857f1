//! Clocks that jump, names that cannot be found, and a mail server that is gone for days: what a machine left alone meets.

use jiff::SignedDuration;
use orbitwire::pipeline;

use crate::harness::{World, entry, happening, told};

const DOWN: &str = "transport = \"smtp\"\nhost = \"127.0.0.1\"\nport = 9\ntls = \"none\"\n";

fn show(world: &World, n: usize) {
    let entries: Vec<_> = (0..n)
        .map(|n| {
            let (title, lead) = happening(n);
            entry(&n.to_string(), &title, &lead, "2026-03-02T05:30:00Z")
        })
        .collect();
    world.feeds.show("agency", &entries);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_a_day_forward_and_back_tells_everything_once() {
    let world = World::with(&[("agency", "nasa")]).await;
    let service = world.service().await;
    let mut all = Vec::new();
    show(&world, 1);
    all.extend(told(&world.next_round(&service).await));
    world.advance(SignedDuration::from_hours(24));
    show(&world, 2);
    all.extend(told(&world.next_round(&service).await));
    world.advance(SignedDuration::from_hours(-24));
    // The service sees that the clock was set back and does not wait a day for the next visit.
    let now = world.now();
    service.store.with(move |store| store.forget_future(now)).await.unwrap();
    show(&world, 3);
    let round = world.next_round(&service).await;
    assert_eq!(round.visits.len(), 1, "the feed is visited");
    all.extend(told(&round));
    all.extend(told(&world.next_round(&service).await));
    assert_eq!(all.len(), 3, "{all:?}");
    assert_eq!(world.mails().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_found_after_a_clock_that_ran_ahead_at_the_first_start_is_told() {
    let world = World::with(&[("agency", "nasa")]).await;
    world.advance(SignedDuration::from_hours(24));
    let service = world.service().await;
    show(&world, 1);
    let mut all = told(&world.next_round(&service).await);
    world.advance(SignedDuration::from_hours(-24));
    let now = world.now();
    service.store.with(move |store| store.forget_future(now)).await.unwrap();
    show(&world, 3);
    all.extend(told(&world.next_round(&service).await));
    assert_eq!(all.len(), 3, "{all:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_cannot_be_found_for_an_hour_cost_neither_news_nor_a_storm() {
    let world = World::with(&[("agency", "nasa")]).await;
    // The first service sees the feed under a name that nobody can find, as when the resolver is gone.
    let config = world.write_config();
    let found = std::fs::read_to_string(&config).unwrap();
    let lost = found.replace(&world.feeds.url("agency"), "http://feeds.invalid/agency");
    let open = async |text: &str| {
        std::fs::write(&config, text).unwrap();
        let config = orbitwire::config::load(&config).unwrap();
        pipeline::Service::open(config, world.clock.clone()).await.unwrap()
    };
    let service = open(&lost).await;
    show(&world, 2);
    let mut n_visits = 0;
    for _ in 0..12 {
        world.advance(SignedDuration::from_mins(5));
        let round = pipeline::round(&service).await.unwrap();
        n_visits += round.visits.len();
        assert!(round.visits.iter().all(|visit| visit.reason.starts_with("dns")), "{:?}", round.visits);
        assert_eq!(told(&round), []);
    }
    assert!((1..=4).contains(&n_visits), "{n_visits} visits in an hour");
    drop(service);
    let service = open(&found).await;
    assert_eq!(told(&world.next_round(&service).await).len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_that_is_gone_for_three_days_gets_every_mail_when_it_is_back() {
    use orbitwire::mail::sink::{Script, Sink};
    let world = World::with_mail(&[("agency", "nasa")], DOWN).await;
    let service = world.service().await;
    // A happening every half day for three days, while nobody answers.
    for n in 0..72 * 2 {
        if n % 24 == 0 {
            show(&world, n / 24 + 1);
        }
        world.next_round(&service).await;
    }
    drop(service);
    let sink = Sink::start(Script::good()).unwrap();
    let config = world.write_config();
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("port = 9\n", &format!("port = {}\n", sink.address().port()))).unwrap();
    let config = orbitwire::config::load(&config).unwrap();
    let service = pipeline::Service::open(config, world.clock.clone()).await.unwrap();
    for _ in 0..8 {
        world.next_round(&service).await;
    }
    let status = service.store.with(|store| store.status()).await.unwrap();
    assert_eq!((status.outbox.n_failed, status.outbox.n_waiting), (0, 0), "{status:?}");
    let accepted = sink.accepted();
    let texts: Vec<_> = accepted.iter().map(|mail| String::from_utf8_lossy(&mail.bytes).replace("=\r\n", "")).collect();
    for n in 0..6 {
        let name = format!("Soyuz MS-{} under", 40 + n);
        assert_eq!(texts.iter().filter(|text| text.contains(&name)).count(), 1, "{name}");
    }
}
