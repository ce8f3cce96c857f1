//! A thousand feeds in one `poll --all`: cold into an empty store, and warm.

use std::time::Instant;

use crate::harness::{FILES, World};
use crate::program::recent;

const FEEDS: usize = 1_000;
const OUTLETS: [&str; 5] = ["nasa", "tass", "rt", "bbc", "spacenews"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_feeds_are_polled_cold_and_warm_without_an_error() {
    let names: Vec<String> = (0..FEEDS).map(|n| format!("feed-{n}")).collect();
    let feeds: Vec<(&str, &str)> =
        names.iter().enumerate().map(|(n, name)| (name.as_str(), OUTLETS[n % OUTLETS.len()])).collect();
    let world = World::with_pace(&feeds, FILES, "concurrency = 64\nper_host = 64\n").await;
    for (n, name) in names.iter().enumerate() {
        let title = format!("Report {n} on the weather of district {}", n * 7919);
        world.feeds.show(name, &[recent(name, &title, "It rained for most of the day.", 1)]);
    }
    let sums = [
        "1000 accepted, 0 unchanged, 0 rejected; 1000 items new",
        "0 accepted, 1000 unchanged, 0 rejected; 0 items new",
    ];
    for sum in sums {
        let begun = Instant::now();
        world.ask(&["poll", "--all"]).done().says(&["1000 feeds: ", sum]);
        println!("{FEEDS} feeds polled in {:.1?}: {sum}", begun.elapsed());
    }
    world.ask(&["status"]).done().says(&["feeds      1000, 0 failing, 0 never polled", "items      1000 seen"]);
}
