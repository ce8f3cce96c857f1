//! The real process killed at random moments against a real mail conversation, and started again.
//!
//! Fifty times as a rule; `ORBITWIRE_KILLS=1000 cargo test --test it kill -- --nocapture` does it a thousand times.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use orbitwire::clock::Clock;
use orbitwire::mail::sink::{Accepted, Act, Script, Sink, Step};

use crate::harness::{Entry, World, happening};
use crate::running::{changed, smtp};

/// How often it is killed.
fn kills() -> usize {
    #[expect(clippy::disallowed_methods, reason = "a test takes its length from whoever runs it")]
    std::env::var("ORBITWIRE_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(50)
}

/// Everything must have arrived this long after the last kill.
const PATIENCE: Duration = Duration::from_secs(120);
/// The store is read from end to end after so many kills.
const CHECK_EVERY: usize = 10;

fn start(config: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_orbitwire"))
        .args(["run", "--config"])
        .arg(config)
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
fn told(accepted: &[Accepted], n_kills: usize) -> BTreeMap<usize, BTreeSet<&str>> {
    let mut told: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for message in accepted {
        let text = String::from_utf8_lossy(&message.bytes).replace("=\r\n", "");
        for n in 0..n_kills {
            if text.contains(&format!("Soyuz MS-{} under", 40 + n)) {
                told.entry(n).or_default().insert(&message.message_id);
            }
        }
    }
    told
}

fn check(accepted: &[Accepted], n_kills: usize) {
    let told = told(accepted, n_kills);
    assert_eq!(told.len(), n_kills, "every happening is told");
    let twice: Vec<_> = told.iter().filter(|(_, ids)| ids.len() > 1).collect();
    assert!(twice.is_empty(), "told in two different mails: {twice:?}");
    let mut bytes: BTreeMap<&str, &[u8]> = BTreeMap::new();
    for message in accepted {
        let first = bytes.entry(&message.message_id).or_insert(&message.bytes);
        assert_eq!(*first, message.bytes.as_slice(), "{} came with two different texts", message.message_id);
    }
}

fn check_store(world: &World, n_kills: usize) {
    let file = world.folder.path().join("news.db");
    assert_eq!(orbitwire::store::check_file(&file).unwrap(), [""; 0]);
    let store = rusqlite::Connection::open(file).unwrap();
    let count = |table: &str| {
        store.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, usize>(0)).unwrap()
    };
    assert_eq!((count("items"), count("stories"), count("developments")), (n_kills, n_kills, n_kills));
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
async fn killed_at_random_moments_it_tells_everything_and_nothing_in_two_mails() {
    // One answer in five is a refusal for now, so that retries are part of it.
    let sink = Sink::start(Script::good().at_every(5, Step::Body, Act::Reply("451 later".into()))).unwrap();
    let pace = "every = \"1s\"\nfloor = \"1s\"\nceiling = \"1s\"\njitter = 0.0\n[retry]\nwaits = [\"1s\"]\n";
    let world = World::with_pace(&[("agency", "nasa")], &smtp(&sink), pace).await;
    let config = changed(&world, "often.toml", |text| text.replace("max_per_day = 100", "max_per_day = 1000"));
    let (n_kills, file) = (kills(), world.folder.path().join("news.db"));
    for n in 0..n_kills {
        publish(&world, n);
        let mut process = start(&config);
        tokio::time::sleep(Duration::from_millis(fastrand::u64(20..1_200))).await;
        process.kill().unwrap();
        process.wait().unwrap();
        if n % CHECK_EVERY == CHECK_EVERY - 1 && file.exists() {
            assert_eq!(orbitwire::store::check_file(&file).unwrap(), [""; 0], "after {n} kills");
        }
    }
    let process = start(&config);
    let begun = Instant::now();
    while told(&sink.accepted(), n_kills).len() < n_kills && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stop(process);
    let accepted = sink.accepted();
    check(&accepted, n_kills);
    check_store(&world, n_kills);
    let n_ids = accepted.iter().map(|mail| &mail.message_id).collect::<BTreeSet<_>>().len();
    println!("{n_kills} kills: {n_kills} happenings told in {n_ids} mails, {} copies of them", accepted.len() - n_ids);
}
