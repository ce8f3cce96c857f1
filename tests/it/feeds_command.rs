//! `feeds discover`, `import` and `export` as people and scripts run them.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::harness::{Answer, World, entry, happening, rss};

/// What a command said.
struct Said {
    out: String,
    err: String,
    done: bool,
}

/// Runs `orbitwire feeds …` under the world's configuration.
async fn feeds(world: &World, arguments: &[&str], input: &str) -> Said {
    let config = world.write_config();
    let arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
    let input = input.to_owned();
    let run = move || {
        let mut child = Command::new(env!("CARGO_BIN_EXE_orbitwire"))
            .arg("feeds")
            .args(arguments)
            .arg("--config")
            .arg(config)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { done: output.status.success(), out: text(output.stdout), err: text(output.stderr) }
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn a_feed() -> Answer {
    let (title, lead) = happening(1);
    Answer::xml(rss(&[
        entry("1", &title, &lead, "2026-03-02T05:00:00Z"),
        entry("2", "Another", "", "2026-02-02T05:00:00Z"),
    ]))
}

#[tokio::test]
async fn feeds_that_a_page_declares_are_found_and_ready_to_paste() {
    let world = World::with(&[("known", "nasa")]).await;
    world.feeds.set("found", a_feed());
    let link = |href: &str| format!("<link rel=\"alternate\" type=\"application/rss+xml\" href=\"{href}\">");
    let links = ["found", "/found#again", "/known", "/lost"].map(link).concat();
    world
        .feeds
        .set("page", Answer::html(&format!("<!doctype html><html><head>{links}</head><body>News</body></html>")));

    let said = feeds(&world, &["discover", &world.feeds.url("page"), "--json"], "").await;
    assert!(said.done, "{}", said.err);
    let found: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(found.len(), 2, "each once: {}", said.out);
    assert_eq!(found[0]["url"], world.feeds.url("found"));
    assert_eq!((&found[0]["format"], &found[0]["n_entries"]), (&Value::from("rss2"), &Value::from(2)));
    assert_eq!(found[0]["newest_at"], "2026-03-02T05:00:00Z");
    assert_eq!((&found[0]["configured"], &found[1]["configured"]), (&Value::from(false), &Value::from(true)));
    assert!(said.err.contains("/lost: not_found: 404"), "{}", said.err);

    let said = feeds(&world, &["discover", &world.feeds.url("page")], "").await;
    let table: toml::Table = said.out.parse().unwrap_or_else(|error| panic!("{error}: {}", said.out));
    assert_eq!(table["feed"].as_array().unwrap().len(), 1, "what is configured is not pasted again");
}

#[tokio::test]
async fn the_address_itself_may_be_the_feed() {
    let world = World::with(&[("known", "nasa")]).await;
    world.feeds.set("itself", a_feed());
    let said = feeds(&world, &["discover", &world.feeds.url("itself"), "--json"], "").await;
    let found: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&found["found"], &found["url"]), (&Value::from("itself"), &Value::from(world.feeds.url("itself"))));
    assert_eq!(world.feeds.asked("itself").len(), 1, "one request is enough");
}

#[tokio::test]
async fn usual_places_are_tried_where_the_page_says_nothing() {
    let world = World::with(&[("known", "nasa")]).await;
    world.feeds.set("page.html", Answer::html("<!doctype html><html><body>Nothing here</body></html>"));
    world.feeds.set("rss.xml", a_feed());
    let said = feeds(&world, &["discover", &world.feeds.url("page.html"), "--json"], "").await;
    let found: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}", said.err));
    assert_eq!((&found["found"], &found["url"]), (&Value::from("guess"), &Value::from(world.feeds.url("rss.xml"))));
    assert_eq!(world.feeds.asked("atom.xml").len(), 0, "nothing is asked after a feed was found");
}

#[tokio::test]
async fn a_wall_or_a_forbidden_address_ends_the_search_in_words() {
    let world = World::with(&[("known", "nasa")]).await;
    let wall = Answer { status: 403, ..Answer::html("<html><title>Just a moment...</title></html>") };
    world.feeds.set("wall", wall.with("cf-mitigated", "challenge"));
    let said = feeds(&world, &["discover", &world.feeds.url("wall")], "").await;
    assert!(!said.done && said.out.is_empty());
    assert!(said.err.contains("bot wall of Cloudflare") && said.err.contains("no feed was found"), "{}", said.err);
    assert_eq!(world.feeds.asked("rss").len(), 0, "no way around it is looked for");

    let said = feeds(&world, &["discover", "http://10.0.0.1/"], "").await;
    assert!(!said.done && said.err.contains("blocked_address"), "{}", said.err);
}

#[tokio::test]
async fn an_exported_list_holds_nothing_that_is_not_configured() {
    let world = World::with(&[("agency", "nasa"), ("wire", "tass")]).await;
    let list = feeds(&world, &["export"], "").await;
    assert!(list.done && list.out.contains("<outline text=\"NASA\">"), "{}", list.out);
    let said = feeds(&world, &["import", "-"], &list.out).await;
    assert_eq!(said.out, "");
    assert!(said.err.starts_with("2 feeds listed: 0 new, 2 configured already"), "{}", said.err);
}

#[tokio::test]
async fn an_imported_list_is_printed_and_the_configuration_left_alone() {
    let world = World::with(&[("agency", "nasa")]).await;
    let before = std::fs::read(world.write_config()).unwrap();
    let list = "<opml><body><outline text='R & D'><outline text='Science' xmlUrl='https://science.nasa.gov/feed/?a=1&b=2'/>\
                <outline xmlUrl='ftp://x.example/'/>";
    let said = feeds(&world, &["import", "-"], list).await;
    assert!(said.done);
    let table: toml::Table = said.out.parse().unwrap();
    let feed = &table["feed"].as_array().unwrap()[0];
    assert_eq!(
        (feed["outlet"].as_str(), feed["url"].as_str()),
        (Some("nasa"), Some("https://science.nasa.gov/feed/?a=1&b=2"))
    );
    assert!(said.err.contains("1 new") && said.err.contains("ftp://x.example/: neither http"), "{}", said.err);
    assert_eq!(std::fs::read(world.write_config()).unwrap(), before);

    let said = feeds(&world, &["import", "-"], "<rss/>").await;
    assert!(!said.done && said.err.contains("no OPML list"), "{}", said.err);
}
