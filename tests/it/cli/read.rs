//! `read`: what the reader makes of a document, wherever it comes from.

use crate::harness::{World, rss};
use crate::program::{DEAL, keys, recent, with_config};

const ENTRY_KEYS: [&str; 12] = [
    "authors",
    "categories",
    "content_text",
    "id",
    "language",
    "media",
    "published",
    "source",
    "summary",
    "title",
    "updated",
    "url",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_standard_input_and_an_address_are_read_alike() {
    let world = World::with(&[("agency", "nasa")]).await;
    let document = rss(&[recent("deal", DEAL.0, DEAL.1, 3)]);
    let file = world.folder.path().join("feed.xml");
    std::fs::write(&file, &document).unwrap();
    world.feeds.set("agency", crate::harness::Answer::xml(document.clone()));
    let (file, url) = (file.to_string_lossy().into_owned(), world.feeds.url("agency"));
    let from_file = world.ask(&["read", &file, "--json"]).done().json();
    assert_eq!(world.ask_with(&["read", "-", "--json"], &document).done().json(), from_file);
    assert_eq!(world.ask(&["read", &url, "--json"]).done().json()["entries"], from_file["entries"]);
    assert_eq!(keys(&from_file), ["entries", "feed", "repairs"]);
    let entry = &from_file["entries"][0];
    for key in ENTRY_KEYS {
        assert!(entry.get(key).is_some(), "`{key}` is not in {entry}");
    }
    assert_eq!((&entry["id"], &entry["title"]), (&"id-deal".into(), &DEAL.0.into()));
    assert!(entry["published"].as_str().unwrap().ends_with('Z'), "{entry}");
    world.ask(&["read", &file]).done().says(&["Feed (rss", "1 entries", DEAL.0, "https://outlet.example/deal"]);
}

#[test]
fn no_configuration_is_needed_to_look_at_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut asked = crate::program::program();
    asked.args(["read", "-"]).current_dir(folder.path());
    let document = rss(&[recent("deal", DEAL.0, DEAL.1, 3)]);
    crate::program::run(asked, document.as_bytes()).done().says(&[DEAL.0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_one_clear_line() {
    let world = World::with(&[("agency", "nasa")]).await;
    let absent = world.folder.path().join("absent.xml").to_string_lossy().into_owned();
    let page = "<!doctype html><html><head><title>Hi</title></head><body>Hi</body></html>";
    world.feeds.set("agency", crate::harness::Answer::status(404));
    let url = world.feeds.url("agency");
    for (source, input, part) in [
        (absent.as_str(), "", "absent.xml"),
        ("-", "", "empty"),
        ("-", "just words", "-: "),
        ("-", page, "HTML"),
        (&url, "", "404"),
        ("http://127.0.0.1:9/feed", "", "network"),
    ] {
        let said = world.ask_with(&["read", source], input).failed(1, &["orbitwire: ", part]);
        assert_eq!((said.out.as_str(), said.err.lines().count()), ("", 1), "{}", said.err);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_addresses_are_refused_unless_they_are_allowed() {
    let world = World::with(&[("agency", "nasa")]).await;
    let text = std::fs::read_to_string(world.write_config()).unwrap();
    let strict = world.folder.path().join("strict.toml");
    std::fs::write(&strict, text.replace("allow_networks = [\"127.0.0.1/32\"]\n", "")).unwrap();
    with_config(&strict, &["read", &world.feeds.url("agency")], "").failed(1, &["loopback", "http.allow_networks"]);
}
