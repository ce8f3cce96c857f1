//! The real process killed at random moments against a real mail conversation, and started again.
//!
//! Fifty times as a rule; `ORBITWIRE_KILLS=1000 cargo test --test it kill -- --nocapture` does it a thousand times.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use orbitwire::clock::Clock;
use orbitwire::mail::sink::{Accepted, Act, Script, Sink, Step};

use crate::harness::{Entry, PACE_AND_RETRIES, World, happening};
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

/// No happening is in two mails, and a mail that came twice is the same mail.
fn check(accepted: &[Accepted], n_kills: usize) {
    let twice: Vec<_> = told(accepted, n_kills).into_iter().filter(|(_, ids)| ids.len() > 1).collect();
    assert!(twice.is_empty(), "told in two different mails: {twice:?}");
    let mut bytes: BTreeMap<&str, &[u8]> = BTreeMap::new();
    for message in accepted {
        let first = bytes.entry(&message.message_id).or_insert(&message.bytes);
        assert_eq!(*first, message.bytes.as_slice(), "{} came with two different texts", message.message_id);
    }
}

/// Every item once, every development in one mail that was handed over.
fn check_store(world: &World, accepted: &[Accepted], n_kills: usize) {
    let file = world.folder.path().join("news.db");
    assert_eq!(orbitwire::store::check_file(&file).unwrap(), [""; 0]);
    let store = rusqlite::Connection::open(file).unwrap();
    let count = |table: &str| {
        store.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, usize>(0)).unwrap()
    };
    assert_eq!((count("items"), count("stories"), count("developments")), (n_kills, n_kills, n_kills));
    let came: BTreeSet<&str> = accepted.iter().map(|mail| mail.message_id.as_str()).collect();
    let mut told = store
        .prepare(
            "SELECT d.id, m.message_id FROM developments d JOIN digest_developments t ON t.development = d.id
             JOIN messages m ON m.digest = t.digest",
        )
        .unwrap();
    let told = told.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).unwrap();
    let mut mails: BTreeMap<i64, usize> = BTreeMap::new();
    for (development, mail) in told.map(Result::unwrap) {
        assert!(came.contains(mail.as_str()), "{mail} never came");
        *mails.entry(development).or_default() += 1;
    }
    assert_eq!(mails.len(), n_kills, "every development is told");
    assert!(mails.values().all(|n| *n == 1), "{mails:?}");
}

/// Whether everything is told and handed over.
fn is_done(file: &Path, n_kills: usize) -> bool {
    let Ok(store) = rusqlite::Connection::open(file) else { return false };
    let sql =
        "SELECT (SELECT count(*) FROM digest_developments), (SELECT count(*) FROM messages WHERE state <> 'sent')";
    store.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).is_ok_and(|counts| counts == (n_kills, 0))
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
    let world = World::with_pace(&[("agency", "nasa")], &smtp(&sink), PACE_AND_RETRIES).await;
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
    while !is_done(&file, n_kills) && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // What has not yet begun to listen for signals is ended by one like any other program.
    while orbitwire::daemon::state(&file).is_none_or(|state| state.pid != process.id()) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop(process);
    let accepted = sink.accepted();
    check(&accepted, n_kills);
    check_store(&world, &accepted, n_kills);
    let n_named = told(&accepted, n_kills).len();
    let n_ids = accepted.iter().map(|mail| &mail.message_id).collect::<BTreeSet<_>>().len();
    println!(
        "{n_kills} kills: {n_kills} happenings told in {n_ids} mails, {n_named} by name and the others by number; {} mails \
         came a second time",
        accepted.len() - n_ids
    );
}
