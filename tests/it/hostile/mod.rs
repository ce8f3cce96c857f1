//! Servers of ill will and the real service among them: each costs one line a visit, and the healthy feed nothing.

mod documents;
mod mail;
mod servers;
mod wire;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use rusqlite::Connection;
use serde_json::Value;

use crate::harness::{Entry, FILES, PACE, World};
use crate::program::recent;
use crate::running::{PATIENCE, Running, changed};
use wire::{Manner, Server, Trap};

/// Most memory that the service may ever have taken, bytes.
const RESIDENT_MAX: usize = 200_000_000;
/// The healthy feed is polled once a second; this much later would be felt, however busy the machine is.
const FELT: Duration = Duration::from_secs(20);

/// A feed that does so, and what its visits may be called: `accepted`, or a class of failure.
struct Case {
    name: String,
    manner: Manner,
    expected: &'static str,
}

impl Case {
    fn is_expected(&self, visit: &Value) -> bool {
        self.expected.split('|').any(|expected| expected == class(visit))
    }
}

fn case(name: &str, manner: Manner, expected: &'static str) -> Case {
    Case { name: name.to_owned(), manner, expected }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// The service among the feeds of a table, beside one healthy feed.
struct Siege {
    world: World,
    service: Running,
    servers: Vec<(Case, Server)>,
    trap: Trap,
    begun: Instant,
}

/// Every line of a log in JSON; a line that is anything else is a fault by itself.
fn lines(said: &[String]) -> Vec<Value> {
    let value = |line: &String| -> Value {
        let value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("not one event a line: {error}: {line:?}"));
        assert!(!line.chars().any(char::is_control), "a control character is on the way out: {line:?}");
        value
    };
    said.iter().map(value).collect()
}

fn text<'a>(line: &'a Value, key: &str) -> &'a str {
    line[key].as_str().unwrap_or_default()
}

impl Siege {
    async fn lay(cases: impl FnOnce(&Trap) -> Vec<Case>) -> Self {
        let world = World::with_pace(&[("healthy", "nasa")], FILES, PACE).await;
        let trap = Trap::set().await;
        let mut servers = Vec::new();
        for (n, case) in cases(&trap).into_iter().enumerate() {
            let server = Server::start(n, &case.name, case.manner.clone()).await;
            servers.push((case, server));
        }
        let http = "[http]\nconnect_timeout = \"2s\"\nidle_timeout = \"2s\"\ntotal_timeout = \"4s\"\n\
                    allow_networks = [\"127.0.0.1/32\", \"127.1.0.0/16\"]\n";
        let config = changed(&world, "siege.toml", |text| {
            let text = text.replace("[http]\nallow_networks = [\"127.0.0.1/32\"]\n", http);
            let feed = |(case, server): &(Case, Server)| {
                format!("[[feed]]\nurl = \"{}\"\noutlet = \"tass\"\nname = \"{}\"\n", server.url, case.name)
            };
            format!("{text}{}\n[log]\nformat = \"json\"\n", servers.iter().map(feed).collect::<String>())
        });
        let service = Running::ready(&config);
        Self { world, service, servers, trap, begun: Instant::now() }
    }

    /// Lets the service be besieged so long, and until each case went as expected once if only time stood in its way; the
    /// healthy feed has something new every second.
    async fn lasts(&mut self, span: Duration) -> usize {
        let mut shown: Vec<Entry> = Vec::new();
        while self.begun.elapsed() < span || !self.unmet().is_empty() && self.begun.elapsed() < span + 3 * PATIENCE {
            let n = shown.len();
            shown.push(recent(&format!("good-{n}"), &format!("Report {n} of the healthy feed"), "It rained.", 1));
            self.world.feeds.show("healthy", &shown);
            tokio::time::sleep(Duration::from_secs(1)).await;
            self.service.hears();
        }
        shown.len()
    }

    /// Cases without a visit so far, or whose visits all ended for want of time.
    fn unmet(&self) -> Vec<&str> {
        let lines = lines(&self.service.said);
        let is_met = |(case, server): &&(Case, Server)| {
            visits(&lines, server).any(|line| case.is_expected(line) || class(line) != "timeout")
        };
        self.servers.iter().filter(|one| !is_met(one)).map(|(case, _)| case.name.as_str()).collect()
    }

    fn store(&self) -> PathBuf {
        self.world.folder.path().join("news.db")
    }

    /// Ends the siege and says what was wrong, all at once.
    async fn ends(mut self, n_shown: usize) {
        let resident = peak_memory(self.service.pid);
        self.hears_the_healthy_out(n_shown).await;
        self.service.stops("-TERM");
        let store = self.store();
        let lines = lines(&self.service.said);
        let mut faults = self.faults_of_cases(&lines);
        faults.extend(unknown_lines(&lines));
        faults.extend(self.faults_of_the_healthy(&lines, n_shown, &store));
        if resident > RESIDENT_MAX {
            faults.push(format!("memory reached {resident} bytes"));
        }
        if self.trap.n_met() > 0 {
            faults.push(format!("{} connections to what must not be asked", self.trap.n_met()));
        }
        if count(&store, "items WHERE title LIKE '%smuggled%'") > 0 {
            faults.push("what nobody asked for was taken for an answer".to_owned());
        }
        faults.extend(orbitwire::store::check_file(&store).unwrap());
        println!(
            "{} feeds of ill will, {} lines in {:.0?}, {} MB at most",
            self.servers.len(),
            lines.len(),
            self.begun.elapsed(),
            resident / 1_000_000
        );
        assert!(faults.is_empty(), "{faults:#?}");
    }

    /// Waits for what was shown last, as long as a wait is not felt.
    async fn hears_the_healthy_out(&self, n_shown: usize) {
        let begun = Instant::now();
        while self.n_of_the_healthy() < n_shown && begun.elapsed() < FELT {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    fn n_of_the_healthy(&self) -> usize {
        items_by_feed(&self.store()).get(&self.world.feeds.url("healthy")).copied().unwrap_or(0)
    }

    fn faults_of_cases(&self, lines: &[Value]) -> Vec<String> {
        let items = items_by_feed(&self.store());
        let mut faults = Vec::new();
        for (case, server) in &self.servers {
            let visits: Vec<&Value> = visits(lines, server).collect();
            // On a busy machine even a good server may be too slow now and then.
            let unexpected = visits.iter().find(|line| !case.is_expected(line) && class(line) != "timeout");
            if let Some(line) = unexpected.or(visits.first().filter(|_| !visits.iter().any(|it| case.is_expected(it))))
            {
                faults.push(format!("{}: {} expected: {}", case.name, case.expected, text(line, "reason")));
            }
            let n_items = items.get(&server.url).copied().unwrap_or(0);
            let may_bring = case.expected.contains("accepted");
            if n_items > 0 && !may_bring || n_items == 0 && case.expected == "accepted" {
                faults.push(format!("{}: {n_items} items", case.name));
            }
            if visits.is_empty() {
                faults.push(format!("{}: no line", case.name));
            }
        }
        faults
    }

    fn faults_of_the_healthy(&self, lines: &[Value], n_shown: usize, store: &Path) -> Vec<String> {
        let mut faults = Vec::new();
        let polled: Vec<jiff::Timestamp> = lines
            .iter()
            .filter(|line| text(line, "feed").contains("/healthy"))
            .map(|line| line["timestamp"].as_str().unwrap_or_default().parse().unwrap())
            .collect();
        let longest = polled.windows(2).map(|pair| pair[1].duration_since(pair[0]).unsigned_abs()).max();
        if longest.is_none_or(|longest| longest > FELT) {
            faults.push(format!("the healthy feed waited {longest:?}"));
        }
        let n_items = self.n_of_the_healthy();
        if n_items != n_shown {
            faults.push(format!("the healthy feed showed {n_shown} items and {n_items} arrived"));
        }
        let longest_wait: i64 = Connection::open(store)
            .unwrap()
            .query_row("SELECT max(next_poll_at) FROM feeds WHERE url NOT LIKE '%gone'", [], |row| row.get(0))
            .unwrap();
        let now = orbitwire::clock::Clock::System.now().as_millisecond();
        // What is gone is asked once a week.
        if longest_wait > now + 25 * 3_600_000 {
            faults.push(format!("a feed rests for {} hours", (longest_wait - now) / 3_600_000));
        }
        faults
    }
}

fn visits<'a>(lines: &'a [Value], server: &Server) -> impl Iterator<Item = &'a Value> {
    let place = server.place();
    lines.iter().filter(move |line| text(line, "feed").contains(&place))
}

/// What a visit is called: `accepted`, or its class of failure.
fn class(line: &Value) -> &str {
    match text(line, "outcome") {
        "rejected" => text(line, "reason").split(':').next().unwrap_or_default(),
        _ => "accepted",
    }
}

/// What the service says beside its visits must be among what it says in peace.
fn unknown_lines(lines: &[Value]) -> Vec<String> {
    let level = |line: &&Value| matches!(line["level"].as_str(), Some("ERROR"));
    lines.iter().filter(level).map(|line| format!("an error: {line}")).take(5).collect()
}

fn count(store: &Path, what: &str) -> usize {
    let store = Connection::open(store).unwrap();
    store.query_row(&format!("SELECT count(*) FROM {what}"), [], |row| row.get(0)).unwrap()
}

fn items_by_feed(store: &Path) -> BTreeMap<String, usize> {
    let store = Connection::open(store).unwrap();
    let sql = "SELECT url, (SELECT count(*) FROM sightings WHERE feed = feeds.id) FROM feeds";
    let mut rows = store.prepare(sql).unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The most memory that a process has taken so far, bytes.
fn peak_memory(pid: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
    line.split_whitespace().next().unwrap().parse::<usize>().unwrap() * 1024
}
