//! The real process killed at random moments against a real mail conversation, and started again.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use orbitwire::clock::Clock;
use orbitwire::mail::sink::{Accepted, Act, Script, Sink, Step};

use crate::harness::{Entry, World, happening};

const KILLS: usize = 50;
/// Everything must have arrived this long after the last kill.
const PATIENCE: Duration = Duration::from_secs(60);

fn start(world: &World) -> Child {
    Command::new(env!("CARGO_BIN_EXE_orbitwire"))
        .args(["run", "--config"])
        .arg(world.write_config())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// One more happening each time, all of them still in the feed.
fn publish(world: &World, n: usize) {
    let at = Clock::System.now();
    let entries: Vec<Entry> = (0..=n)
        .rev()
        .map(|n| {
            let (title, lead) = happening(n);
            Entry { guid: format!("g{n}"), link: format!("https://outlet.example/{n}"), title, lead, at }
        })
        .collect();
    world.feeds.show("agency", &entries);
}

/// Messages by the happenings they tell of.
fn told(accepted: &[Accepted]) -> BTreeMap<usize, BTreeSet<&str>> {
    let mut told: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for message in accepted {
        let text = String::from_utf8_lossy(&message.bytes).replace("=\r\n", "");
        for n in 0..KILLS {
            if text.contains(&format!("Soyuz MS-{} under", 40 + n)) {
                told.entry(n).or_default().insert(&message.message_id);
            }
        }
    }
    told
}

fn check(accepted: &[Accepted]) {
    let told = told(accepted);
    assert_eq!(told.len(), KILLS, "every happening is told");
    let twice: Vec<_> = told.iter().filter(|(_, ids)| ids.len() > 1).collect();
    assert!(twice.is_empty(), "told in two different mails: {twice:?}");
    let mut bytes: BTreeMap<&str, &[u8]> = BTreeMap::new();
    for message in accepted {
        let first = bytes.entry(&message.message_id).or_insert(&message.bytes);
        assert_eq!(*first, message.bytes.as_slice(), "{} came with two different texts", message.message_id);
    }
}

fn check_store(world: &World) {
    let store = rusqlite::Connection::open(world.folder.path().join("news.db")).unwrap();
    let integrity: String = store.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
    let count = |table: &str| {
        store.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, usize>(0)).unwrap()
    };
    assert_eq!((count("items"), count("stories"), count("developments")), (KILLS, KILLS, KILLS));
}

/// Ends well on SIGTERM.
fn stop(mut process: Child) {
    let pid = process.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let begun = Instant::now();
    while process.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(10), "it does not stop");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(process.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_fifty_random_moments_it_tells_everything_and_nothing_in_two_mails() {
    // The first answers are refusals for now, so that retries are part of it.
    let script = Script::good().at_first(KILLS / 5, Step::Body, Act::Reply("451 later".into()));
    let sink = Sink::start(script).unwrap();
    let mail =
        format!("transport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", sink.address().port());
    let pace = "every = \"1s\"\nfloor = \"1s\"\nceiling = \"1s\"\njitter = 0.0\n[retry]\nwaits = [\"1s\"]\n";
    let world = World::with_pace(&[("agency", "nasa")], &mail, pace).await;
    for n in 0..KILLS {
        publish(&world, n);
        let mut process = start(&world);
        tokio::time::sleep(Duration::from_millis(fastrand::u64(20..500))).await;
        process.kill().unwrap();
        process.wait().unwrap();
    }
    let process = start(&world);
    let begun = Instant::now();
    while told(&sink.accepted()).len() < KILLS && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stop(process);
    check(&sink.accepted());
    check_store(&world);
}
