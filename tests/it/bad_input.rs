//! Bad feeds: each costs one clear line and nothing else.

use orbitwire::pipeline::{self, FeedReport, Outcome};

use crate::harness::{Answer, World, entry, happening, rss};

/// Polls one feed that answers so, beside a good one, and returns the report on the bad one.
async fn poll_beside_a_good_feed(answer: Answer) -> FeedReport {
    let world = World::with(&[("bad", "tass"), ("good", "nasa")]).await;
    let (title, lead) = happening(9);
    world.feeds.show("good", &[entry("good", &title, &lead, "2026-03-02T05:00:00Z")]);
    world.feeds.set("bad", answer);
    let service = world.service().await;
    let round = pipeline::round(&service).await.unwrap();
    let report = |name: &str| round.visits.iter().find(|visit| visit.name == name).unwrap().clone();
    assert_eq!((report("good").outcome, report("good").n_new), (Outcome::Accepted, 1), "the good feed does not suffer");
    assert_eq!(world.mails().len(), 1);
    report("bad")
}

async fn check(answer: Answer, expected: &str) {
    let report = poll_beside_a_good_feed(answer).await;
    assert_eq!(report.outcome, Outcome::Rejected);
    assert!(report.reason.contains(expected), "{}", report.reason);
    assert!(!report.reason.contains('\n'), "one line: {}", report.reason);
    assert!(report.next_poll_at.is_some(), "it is tried again");
}

#[tokio::test]
async fn refusals_of_the_server_are_told_by_their_status() {
    check(Answer::status(404), "404").await;
    check(Answer::status(500), "500").await;
    check(Answer::status(410), "410").await;
    check(Answer::status(403), "403").await;
}

#[tokio::test]
async fn what_is_no_feed_is_told_as_what_it_is() {
    check(Answer::html("<!doctype html><html><head><title>Welcome</title></head><body>Hi</body></html>"), "HTML").await;
    check(Answer { body: Vec::new(), ..Answer::xml("") }, "empty").await;
    check(Answer::xml("just words"), "not_a_feed").await;
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    check(Answer { body: vec![b' '; 100 * 1024 * 1024], ..Answer::xml("") }, "too_large").await;
}

#[tokio::test]
async fn a_truncated_feed_gives_the_items_before_the_break() {
    let entries: Vec<_> = (0..5).map(|n| entry(&n.to_string(), &happening(n).0, "", "2026-03-02T05:00:00Z")).collect();
    let whole = rss(&entries);
    let cut = whole.len() - 150;
    let report = poll_beside_a_good_feed(Answer::xml(&whole.as_bytes()[..cut])).await;
    assert_eq!(report.outcome, Outcome::Accepted, "{}", report.reason);
    assert!(report.n_new >= 4, "{}", report.n_new);
}

#[tokio::test]
async fn an_entry_that_is_cut_off_is_told_once_it_comes_whole() {
    let entries: Vec<_> = (0..2).map(|n| entry(&n.to_string(), &happening(n).0, "", "2026-03-02T05:00:00Z")).collect();
    let whole = rss(&entries);
    for cut in [whole.rfind("<pubDate>").unwrap(), whole.rfind("</title>").unwrap() - 10] {
        let world = World::with(&[("cut", "tass")]).await;
        world.feeds.set("cut", Answer::xml(&whole.as_bytes()[..cut]));
        let service = world.service().await;
        let first = pipeline::round(&service).await.unwrap().visits.remove(0);
        assert!(first.n_new == 1 && first.reason.contains("held back"), "{} {}", first.n_new, first.reason);
        world.feeds.set("cut", Answer::xml(whole.as_str()));
        let second = world.next_round(&service).await.visits.remove(0);
        assert_eq!((second.n_new, second.items[0].title.as_str()), (1, happening(1).0.as_str()));
    }
}

#[tokio::test]
async fn a_wrong_charset_is_seen_through() {
    let (title, _) = happening(3);
    let russian = "Роскосмос и НАСА продлили соглашение о перекрёстных полётах к МКС";
    let text = rss(&[entry("1", russian, "", "2026-03-02T05:00:00Z"), entry("2", &title, "", "2026-03-02T05:00:00Z")]);
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(&text);
    let report = poll_beside_a_good_feed(Answer::xml(bytes.into_owned())).await;
    assert!(report.items.iter().any(|item| item.title == russian), "{:?}", report.items);
}

#[tokio::test]
async fn entries_without_id_link_and_date_are_found_once() {
    let world = World::with(&[("bare", "tass")]).await;
    let item = |n: usize| format!("<item><title>{}</title></item>", happening(n).0);
    world.feeds.set(
        "bare",
        Answer::xml(format!("<rss version=\"2.0\"><channel><title>x</title>{}{}</channel></rss>", item(1), item(2))),
    );
    let service = world.service().await;
    let first = pipeline::round(&service).await.unwrap();
    assert_eq!(first.visits[0].n_new, 2, "{}", first.visits[0].reason);
    world.feeds.set(
        "bare",
        Answer::xml(format!(
            "<rss version=\"2.0\"><channel><title>y</title>{}{}{}</channel></rss>",
            item(3),
            item(1),
            item(2)
        )),
    );
    assert_eq!(world.next_round(&service).await.visits[0].n_new, 1);
}

#[tokio::test]
async fn an_unreachable_host_is_told_and_polled_again_later() {
    let world = World::with(&[("agency", "nasa")]).await;
    let mut config = world.config();
    config.feeds[0].url = "http://127.0.0.1:9/feed".to_owned();
    let service = pipeline::Service::open(config, world.clock.clone()).await.unwrap();
    let round = pipeline::round(&service).await.unwrap();
    assert_eq!(round.visits[0].outcome, Outcome::Rejected);
    assert!(round.visits[0].reason.starts_with("network: "), "{}", round.visits[0].reason);
    assert!(round.visits[0].next_poll_at.unwrap() > world.now());
}
