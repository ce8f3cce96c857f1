//! Days of work in seconds: memory, files and threads stay as they are, and the log of the store stays short.
//!
//! Forty feeds are polled once a second, so that each second does what forty feeds polled every half hour do in half an
//! hour: 48 seconds are a day. `ORBITWIRE_SOAK=300` takes 300 seconds in place of the usual 25.
//!
//! Two things grow by right, up to a bound: the store's page cache, and the index of the stories inside the window. So
//! the cache is filled before the time begins, and items are dated so that each leaves the window a tenth of the time
//! after it came. What grows beyond that is a fault.

use std::collections::VecDeque;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use orbitwire::clock::Clock;
use orbitwire::mail::sink::{Act, Script, Sink, Step};

use crate::harness::{Entry, World, happening};
use crate::program::recent;
use crate::running::{Running, changed, get, smtp};

const FEEDS: usize = 40;
/// A feed shows the latest of its items.
const SHOWN: usize = 20;
/// The shortest window that can be configured.
const WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// Looks at the process in the whole time.
const LOOKS: usize = 100;
/// A store of this size has been through the whole page cache, which is half as large.
const FILLED_BYTES: u64 = 16 << 20;
/// Longest log of the store.
const LOG_BYTES_MAX: u64 = 64 << 20;

fn seconds() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "a test takes its length from whoever runs it")]
    std::env::var("ORBITWIRE_SOAK").ok().and_then(|n| n.parse().ok()).unwrap_or(25)
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

/// What the feeds have brought so far, and how long an item stays in the window.
struct Press {
    shown: Vec<VecDeque<Entry>>,
    n_brought: Vec<usize>,
    n_news: usize,
    life: SignedDuration,
}

impl Press {
    fn new(life: SignedDuration) -> Self {
        Self { shown: vec![VecDeque::new(); FEEDS], n_brought: vec![0; FEEDS], n_news: 0, life }
    }

    /// Feed `feed` brings something that concerns nobody, or something for the topic.
    fn brings(&mut self, feed: usize, is_news: bool) {
        let nth = self.n_brought[feed];
        self.n_brought[feed] += 1;
        let (title, lead) = if is_news {
            self.n_news += 1;
            happening(self.n_news)
        } else {
            (format!("Report {nth} of district {feed} on roads, schools and weather"), "It rained. ".repeat(350))
        };
        let at = Clock::System.now() - WINDOW + self.life;
        self.shown[feed].push_front(Entry { at, ..recent(&format!("{feed}-{nth}"), &title, &lead, 1) });
        self.shown[feed].truncate(SHOWN);
    }

    fn show(&self, world: &World, feed: usize) {
        world.feeds.show(&format!("feed-{feed}"), &self.shown[feed].iter().cloned().collect::<Vec<_>>());
    }
}

fn mean(looks: &[Look], of: impl Fn(&Look) -> f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a hundred looks")]
    let n = looks.len() as f64;
    looks.iter().map(of).sum::<f64>() / n
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
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
        let window = "[grouping]\nwindow = \"1h\"\nreopen = \"1h\"\n";
        format!("{text}\n{window}[web]\nlisten = \"unix:{}\"\n", socket.display())
    });
    let store = world.folder.path().join("news.db");
    let mut service = Running::ready(&config);
    let whole = Duration::from_secs(seconds());
    let mut press = Press::new(SignedDuration::try_from(whole / 10).unwrap());
    while std::fs::metadata(&store).unwrap().len() < FILLED_BYTES {
        for feed in 0..FEEDS {
            (0..SHOWN).for_each(|_| press.brings(feed, false));
            press.show(&world, feed);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let (mut looks, begun) = (Vec::new(), Instant::now());
    for turn in 0..LOOKS {
        for feed in (turn % 4..FEEDS).step_by(4) {
            press.brings(feed, (turn / 4 + feed).is_multiple_of(8));
            press.show(&world, feed);
        }
        let next = whole * u32::try_from(turn + 1).unwrap() / u32::try_from(LOOKS).unwrap();
        tokio::time::sleep(next.saturating_sub(begun.elapsed())).await;
        looks.push(look(service.pid, &socket, &store));
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
