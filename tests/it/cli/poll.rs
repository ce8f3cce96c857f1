//! `poll`: what is visited, what is reported, and that a feed's failure is data.

use serde_json::Value;

use crate::harness::{Answer, World};
use crate::program::{DEAL, keys, polled, recent};

fn of<'v>(reports: &'v [Value], name: &str) -> &'v Value {
    reports.iter().find(|report| report["feed"].as_str().unwrap().ends_with(name)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_object_a_feed_says_how_it_went() {
    let world = World::with(&[("agency", "nasa"), ("wire", "tass"), ("broken", "rt")]).await;
    world.feeds.show("agency", &[recent("deal", DEAL.0, "Both sides <b>agreed</b> & signed.", 3)]);
    world.feeds.set("broken", Answer::status(500));
    let reports = world.ask(&["poll", "--all", "--json"]).done().json_lines();
    assert_eq!(reports.len(), 3);
    for report in &reports {
        let keys = keys(report);
        for key in ["feed", "outcome", "reason", "n_entries", "n_new", "items"] {
            assert!(keys.contains(&key), "{key} is not in {keys:?}");
        }
    }
    let good = of(&reports, "/agency");
    assert_eq!((&good["outcome"], &good["n_entries"], &good["n_new"]), (&"accepted".into(), &1.into(), &1.into()));
    let item = &good["items"][0];
    assert_eq!(keys(item), ["html", "id", "text", "title", "url"]);
    assert_eq!((&item["title"], &item["url"]), (&DEAL.0.into(), &"https://outlet.example/deal".into()));
    assert!(item["text"].as_str().unwrap().contains("agreed & signed"), "{item}");
    assert!(item["id"].is_i64(), "{item}");
    let bad = of(&reports, "/broken");
    assert_eq!((&bad["outcome"], &bad["n_new"], &bad["items"]), (&"rejected".into(), &0.into(), &Value::Array(vec![])));
    assert!(bad["reason"].as_str().unwrap().contains("500"), "{bad}");
    let again = world.ask(&["poll", "--all", "--json"]).done().json_lines();
    assert_eq!(of(&again, "/agency")["outcome"], "unchanged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_words_there_is_a_line_a_feed_and_a_sum() {
    let world = polled().await;
    let said = world.ask(&["poll", "--all"]).done();
    assert_eq!(said.out.lines().count(), 4, "{}", said.out);
    said.says(&["agency: unchanged", "broken: rejected", "404", "3 feeds: 0 accepted, 2 unchanged, 1 rejected"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn feeds_are_chosen_by_name_outlet_and_address() {
    let world = polled().await;
    let url = world.feeds.url("wire");
    for (chosen, n) in [(&["agency"][..], 1), (&["tass"], 1), (&[url.as_str()], 1), (&["agency", "nasa", "wire"], 2)] {
        let arguments = [&["poll", "--json"], chosen].concat();
        assert_eq!(world.ask(&arguments).done().json_lines().len(), n, "{chosen:?}");
    }
    world.ask(&["poll", "nobody"]).failed(1, &["`nobody`", "orbitwire feeds list"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_choice_only_due_feeds_are_visited() {
    let world = polled().await;
    world.ask(&["poll"]).done().says(&["0 feeds"]);
    assert_eq!(world.ask(&["poll", "--json"]).done().out, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn control_characters_of_a_feed_never_reach_the_terminal() {
    let world = World::with(&[("agency", "nasa")]).await;
    let hostile = "NASA and Roscosmos \u{1b}]0;owned\u{7}extend \u{9b}31mseat\u{202e} deal\u{0}\r on the space station";
    let entry = recent("esc\u{1b}[2J", hostile, "\u{1b}[31mNASA and Roscosmos agree.\u{1b}[0m", 2);
    let document = crate::harness::rss(&[entry]).replace("<title>Feed", "<title>\u{1b}[1mFeed");
    world.feeds.set("agency", Answer::xml(document));
    let url = world.feeds.url("agency");
    // Every answer of the program is searched for controls by the helper that runs it.
    let item = world.ask(&["poll", "--all", "--json"]).done().json_lines()[0]["items"][0]["id"].to_string();
    for command in [
        &["poll", "--all"][..],
        &["read", &url],
        &["read", &url, "--json"],
        &["stories"],
        &["stories", "--json"],
        &["story", "1"],
        &["story", "1", "--json"],
        &["explain", &item],
        &["explain", &item, "--json"],
        &["search", "seat"],
        &["search", "seat", "--json"],
        &["feeds", "list"],
        &["digest", "preview"],
        &["digest", "preview", "--html"],
        &["digest", "preview", "--json"],
        &["status"],
    ] {
        let said = world.ask(command).done();
        assert!(!said.out.contains('\u{202e}'), "{command:?}: {:?}", said.out);
    }
}
