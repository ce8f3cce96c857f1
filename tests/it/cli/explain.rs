//! `explain`: why an item was (not) kept, grouped and told.

use crate::harness::World;
use crate::program::{DEAL, ROVER, polled};

fn item(world: &World, title: &str) -> String {
    let store = rusqlite::Connection::open(world.folder.path().join("news.db")).unwrap();
    let id: i64 = store.query_row("SELECT id FROM items WHERE title = ?1", [title], |row| row.get(0)).unwrap();
    id.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_item_is_explained_from_sighting_to_telling() {
    let world = polled().await;
    let id = item(&world, DEAL.0);
    let by_id = world.ask(&["explain", &id]).done();
    let parts = [
        "kept       yes",
        "relevance  us-russia-space: ",
        "story      S-",
        "verdict ",
        "new ",
        "not yet",
        "agency since",
    ];
    let by_id = by_id.says(&parts);
    for link in ["https://outlet.example/deal", "http://www.outlet.example/deal/?utm_source=mail#top"] {
        assert_eq!(world.ask(&["explain", link]).done().out, by_id.out, "{link}");
    }
    world.ask(&["digest", "send"]).done();
    world.ask(&["explain", &id]).done().says(&["told       desk at "]);
    let value = world.ask(&["explain", &id, "--json"]).done().json();
    assert_eq!((&value["kept"], &value["title"]), (&true.into(), &DEAL.0.into()));
    assert!(value["story"].is_i64() && value["told"][0].as_str().unwrap().starts_with("desk at "), "{value}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_that_was_not_kept_says_what_was_missing() {
    let world = polled().await;
    let said = world.ask(&["explain", &item(&world, ROVER.0)]).done();
    let said = said.says(&["kept       no", "us-russia-space: ", "matched no topic", "told       no"]);
    let relevance = said.out.lines().find(|line| line.contains("relevance")).unwrap();
    assert!(relevance.contains("missing") || relevance.contains("no "), "{relevance}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_is_told_in_a_line() {
    let world = polled().await;
    for (what, part) in [
        ("4711", "item 4711"),
        ("https://outlet.example/absent", "no item has the link"),
        ("not a link", "neither an item number nor a link"),
        ("9223372036854775808", "neither an item number nor a link"),
        ("", "neither an item number nor a link"),
    ] {
        let said = world.ask(&["explain", what]).failed(1, &[part]);
        assert_eq!((said.out.as_str(), said.err.lines().count()), ("", 1), "{}", said.err);
    }
    world.ask(&["explain", "--", "-5"]).failed(1, &["-5"]);
}
