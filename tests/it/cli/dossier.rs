//! `story` in its three forms, and `replay`.

use super::by_hand::story_of;
use crate::harness::World;
use crate::program::{DEAL, LEAK, ROVER, polled, recent};

fn replayed(world: &World, with: Option<&str>) -> crate::program::Said {
    let mut arguments = vec!["replay", "--since", "30d"];
    arguments.extend(with.map(|file| ["--with", file]).into_iter().flatten());
    world.ask(&arguments)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dossier_says_who_was_first_what_comes_next_and_what_was_changed() {
    let world = polled().await;
    let lead = "Roscosmos plans to fly more crews with NASA under the agreement on cross-flights through 2027.";
    world
        .feeds
        .show("wire", &[recent("leak", LEAK.0, LEAK.1, 2), recent("own", &format!("{}: official", DEAL.0), lead, 1)]);
    let edited = format!("{}, agencies say", DEAL.0);
    world.feeds.show("agency", &[recent("deal", &edited, DEAL.1, 3), recent("rover", ROVER.0, ROVER.1, 4)]);
    world.ask(&["poll", "--all"]).done();
    let (deal, leak) = (story_of(&world, DEAL.0).to_string(), story_of(&world, LEAK.0).to_string());
    let said = world.ask(&["story", &deal]).done();
    said.says(&[
        "first: NASA, 2 h 0 min before TASS",
        "primary source: NASA",
        "gov US 1 · state RU 1",
        "Voices for",
        "Outlook",
        "Roscosmos plans to fly more crews",
        "Headlines that were changed",
        DEAL.0,
        "Outlets",
        "TASS (state agency RU)",
    ]);
    let value = world.ask(&["story", &deal, "--json"]).done().json();
    assert_eq!(value["first"]["ahead_minutes"], 120, "{value}");
    assert!(value["outlook"].as_array().unwrap().iter().any(|line| line["kind"] == "plan"), "{value}");
    assert_eq!(value["items"].as_array().unwrap().len(), 2);
    world.ask(&["story", &leak]).done().says(&["So far only state agencies of one country: RU"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dossier_as_a_page_holds_nothing_that_runs_or_loads() {
    let world = polled().await;
    let mut hostile = recent("deal", &format!("{} <script>alert(1)</script>", DEAL.0), DEAL.1, 3);
    hostile.link = "javascript:alert(1)".to_owned();
    hostile.guid = "other".to_owned();
    world.feeds.show("wire", &[hostile]);
    world.ask(&["poll", "--all"]).done();
    let page = world.ask(&["story", &story_of(&world, DEAL.0).to_string(), "--html"]).done();
    let page = page.says(&["<!doctype html>", "What happened", "Outlets", "https://outlet.example/deal", "gov US 1"]);
    page.without(&["<script", "javascript:", "<img", "src="]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_configuration_decides_the_same() {
    let world = polled().await;
    world.feeds.show(
        "wire",
        &[recent("leak", LEAK.0, LEAK.1, 2), recent("again", &DEAL.0.replace("2027", "2031"), DEAL.1, 1)],
    );
    world.feeds.show("agency", &[recent("deal", &format!("{} (updated)", DEAL.0), DEAL.1, 3)]);
    world.ask(&["poll", "--all"]).done();
    let before = world.rows();
    replayed(&world, None).done().says(&["4 items since", "nothing would have been kept, told or grouped otherwise"]);
    world.ask(&["stories", "merge", "1", "2"]).done();
    let merged = world.rows();
    replayed(&world, None).done().says(&["nothing would have been"]);
    world.is_unchanged(&merged);
    assert_ne!(before, merged);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_configuration_is_shown_as_a_difference_with_exit_code_one() {
    let world = polled().await;
    let config = std::fs::read_to_string(world.write_config()).unwrap();
    let topic = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config/topics/us-russia-space.toml");
    let strict = std::fs::read_to_string(&topic).unwrap().replacen("threshold = 6", "threshold = 60", 1);
    std::fs::write(world.folder.path().join("strict.toml"), strict).unwrap();
    let other = config.replace(&format!("{topic:?}"), "\"strict.toml\"");
    assert_ne!(other, config);
    let file = world.folder.path().join("other.toml");
    std::fs::write(&file, other).unwrap();
    let said = replayed(&world, file.to_str()).failed(1, &[]);
    said.says(&[
        "kept otherwise: 2",
        "told otherwise: 2",
        DEAL.0,
        "then  kept",
        "now   not kept: us-russia-space:",
        "< 60",
    ]);
    let value = world.ask(&["replay", "--since", "30d", "--with", file.to_str().unwrap(), "--json"]).json();
    assert_eq!((value["kept"].as_array().unwrap().len(), &value["n_items"]), (2, &3.into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_compared_is_no_difference() {
    let world = polled().await;
    world.ask(&["replay", "--since", "yesterday"]).failed(2, &["`yesterday` is no time such as 2026-03-01"]);
    replayed(&world, Some("nowhere.toml")).failed(78, &["nowhere.toml"]);
    let empty = World::with(&[("agency", "nasa")]).await;
    empty.ask(&["replay", "--since", "14d"]).failed(2, &["news.db"]);
}
