//! Days of work in minutes: memory, files and threads stay as they are, and the log of the store stays short.
//!
//! `ORBITWIRE_SOAK=300 cargo test --test it soak -- --ignored --nocapture` takes 300 seconds. Forty feeds are polled once
//! a second, so that each second does what forty feeds polled every half hour do in half an hour: 48 seconds are a day.

use std::path::Path;
use std::time::{Duration, Instant};

use orbitwire::mail::sink::{Act, Script, Sink, Step};

use crate::harness::{Entry, World, happening};
use crate::program::recent;
use crate::running::{Running, changed, get, smtp};

const FEEDS: usize = 40;
/// A feed shows the latest of its items.
const SHOWN: usize = 20;
/// Looks at the process in the whole time.
const LOOKS: usize = 100;
/// Longest log of the store.
const LOG_BYTES_MAX: u64 = 64 << 20;

fn seconds() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "a test takes its length from whoever runs it")]
    std::env::var("ORBITWIRE_SOAK").ok().and_then(|n| n.parse().ok()).unwrap_or(120)
}

/// One look at the process.
#[derive(Clone, Copy, Debug)]
struct Look {
    resident: f64,
    files: f64,
    threads: f64,
    log_bytes: u64,
    polls: f64,
}

/// Memory of its own, bytes: not what it shows of files, its program and the store's among them.
fn own_memory(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("RssAnon");
    line.split_whitespace().next().unwrap().parse::<f64>().unwrap() * 1024.0
}

fn look(pid: u32, socket: &Path, store: &Path) -> Look {
    let page = get(socket, "/metrics");
    let value = |name: &str| -> f64 {
        let line = page.lines().find_map(|line| line.strip_prefix(&format!("orbitwire_{name} ")));
        line.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{name}: {page}"))
    };
    let outcomes = ["accepted", "unchanged", "rejected"];
    let log = std::fs::metadata(store.with_extension("db-wal")).map(|log| log.len()).unwrap_or(0);
    Look {
        resident: own_memory(pid),
        files: value("process_open_fds"),
        threads: value("process_threads"),
        log_bytes: log,
        polls: outcomes.map(|outcome| value(&format!("polls_total{{outcome=\"{outcome}\"}}"))).iter().sum(),
    }
}

/// What feed `feed` shows in its `turn`th state: now and then something for the topic.
fn shown(feed: usize, turn: usize) -> Vec<Entry> {
    let item = |n: usize| {
        let key = format!("{feed}-{n}");
        let (title, lead) = if (n + feed).is_multiple_of(8) {
            happening(feed * 50 + n / 8)
        } else {
            (format!("Report {n} of district {feed} on roads, schools and weather"), "It rained. ".repeat(40))
        };
        recent(&key, &title, &lead, 1)
    };
    (turn.saturating_sub(SHOWN)..=turn).rev().map(item).collect()
}

fn mean(looks: &[Look], of: impl Fn(&Look) -> f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a hundred looks")]
    let n = looks.len() as f64;
    looks.iter().map(of).sum::<f64>() / n
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes"]
async fn days_of_work_leave_memory_files_and_threads_as_they_are() {
    let sink = Sink::start(Script::good().at_every(5, Step::Body, Act::Reply("451 later".into()))).unwrap();
    let names: Vec<String> = (0..FEEDS).map(|n| format!("feed-{n}")).collect();
    let outlets = ["nasa", "tass", "rt", "bbc", "spacenews"];
    let feeds: Vec<(&str, &str)> =
        names.iter().enumerate().map(|(n, name)| (name.as_str(), outlets[n % outlets.len()])).collect();
    let pace = "every = \"1s\"\nfloor = \"1s\"\nceiling = \"1s\"\njitter = 0.0\nconcurrency = 8\nper_host = 8\nhost_spacing = \"0s\"\n[retry]\nwaits = [\"1s\"]\n";
    let world = World::with_pace(&feeds, &smtp(&sink), pace).await;
    let socket = world.folder.path().join("web.sock");
    let config = changed(&world, "soak.toml", |text| {
        let text =
            text.replace("max_per_day = 100", "max_per_day = 1000").replace("min_gap = \"0s\"", "min_gap = \"5s\"");
        format!("{text}\n[web]\nlisten = \"unix:{}\"\n", socket.display())
    });
    let store = world.folder.path().join("news.db");
    names.iter().enumerate().for_each(|(feed, name)| world.feeds.show(name, &shown(feed, 0)));
    let mut service = Running::ready(&config);
    let (begun, whole) = (Instant::now(), Duration::from_secs(seconds()));
    let (mut looks, mut turn) = (Vec::new(), 0);
    while begun.elapsed() < whole {
        tokio::time::sleep(whole / u32::try_from(LOOKS).unwrap()).await;
        looks.push(look(service.pid, &socket, &store));
        // Each feed in its own turn brings something new about twice a simulated hour.
        turn += 1;
        let feed = turn % FEEDS;
        (feed..FEEDS).step_by(4).for_each(|feed| world.feeds.show(&names[feed], &shown(feed, turn)));
    }
    service.stops("-TERM");
    let tenth = looks.len() / 10;
    let (second, last) = (&looks[tenth..2 * tenth], &looks[looks.len() - tenth..]);
    let mib = |looks: &[Look]| mean(looks, |look| look.resident) / f64::from(1 << 20);
    let log = looks.iter().map(|look| look.log_bytes).max().unwrap_or(0);
    let polls = looks.last().map_or(0.0, |look| look.polls);
    println!(
        "{:.0} polls ({:.1} days of {FEEDS} feeds), {} mails: {:.1} MiB, then {:.1} MiB; {:.1} files, then {:.1}; {:.1} \
         threads, then {:.1}; log of the store at most {} KiB",
        polls,
        polls / 48.0 / f64::from(u32::try_from(FEEDS).unwrap()),
        sink.accepted().len(),
        mib(second),
        mib(last),
        mean(second, |look| look.files),
        mean(last, |look| look.files),
        mean(second, |look| look.threads),
        mean(last, |look| look.threads),
        log / 1024
    );
    assert!(mib(last) <= mib(second) * 1.05, "memory grows");
    assert!(mean(last, |look| look.files) <= mean(second, |look| look.files) + 3.0, "files are left open");
    assert!(mean(last, |look| look.threads) <= mean(second, |look| look.threads) + 2.0, "threads are left");
    assert!(log <= LOG_BYTES_MAX, "the log of the store grows");
    assert_eq!(orbitwire::store::check_file(&store).unwrap(), [""; 0]);
}
