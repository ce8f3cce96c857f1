//! The running service while its surroundings change: names that cannot be found, and civil time that jumps.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use orbitwire::clock::Clock;
use orbitwire::mail::sink::{Script, Sink};
use rusqlite::Connection;

use crate::harness::{Answer, Entry, FILES, PACE, PACE_AND_RETRIES, World, happening, rss};
use crate::program::{program, recent, with_config};
use crate::running::{Running, changed, smtp, until};

/// Names of the test's own, for the processes that it starts with them.
struct Names {
    hosts: PathBuf,
    resolver: PathBuf,
}

impl Names {
    fn new(folder: &Path) -> Self {
        let names = Self { hosts: folder.join("hosts"), resolver: folder.join("resolv.conf") };
        // Nobody listens there, as when the resolver is gone.
        std::fs::write(&names.resolver, "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n").unwrap();
        names.are("");
        names
    }

    /// The file stays the same one: it is mounted.
    fn are(&self, hosts: &str) {
        std::fs::write(&self.hosts, format!("127.0.0.1 localhost\n{hosts}")).unwrap();
    }

    /// The program among these names; `None` where nothing can be mounted.
    fn program(&self) -> Option<Command> {
        let mount = format!(
            "mount --bind {} /etc/hosts && mount --bind {} /etc/resolv.conf",
            self.hosts.display(),
            self.resolver.display()
        );
        let among = |then: &str| {
            let mut command = Command::new("unshare");
            command.args(["-m", "sh", "-c", &format!("{mount} && {then}"), "sh"]);
            command
        };
        let tried = among("true").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !tried.is_ok_and(|status| status.success()) {
            return None;
        }
        let mut command = among("exec \"$@\"");
        command.arg(program().get_program()).env("TZ", "UTC").env_remove("RUST_BACKTRACE");
        Some(command)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_cannot_be_found_stop_the_running_service_from_nothing_else() {
    let sink = Sink::start(Script::good()).unwrap();
    let world = World::with_pace(&[("agency", "nasa"), ("wire", "tass")], &smtp(&sink), PACE_AND_RETRIES).await;
    let names = Names::new(world.folder.path());
    let Some(mut command) = names.program() else {
        println!("skipped: names cannot be mounted here");
        return;
    };
    let by_name = world.feeds.url("agency").replace("127.0.0.1", "feeds.test");
    let config = changed(&world, "names.toml", |text| {
        let text = text.replace(&world.feeds.url("agency"), &by_name);
        text.replace("host = \"127.0.0.1\"", "host = \"mail.test\"\nallow_plain = true")
    });
    let show = |name: &str, n: usize| {
        let (title, lead) = happening(n);
        world.feeds.show(name, &[recent(&n.to_string(), &title, &lead, 1)]);
    };
    show("agency", 1);
    command.args(["run", "--config"]).arg(&config);
    // It starts without any names, as before the network is up.
    let mut service = Running::of(command, &config, None);
    service.is_told("READY=1", 1);
    service.says(&["polled", "feeds.test", "dns: name server did not answer for feeds.test"]);
    service.says(&["polled", "/wire"]);
    names.are("127.0.0.1 feeds.test mail.test\n");
    until("the first mail", || sink.accepted().len() == 1).await;
    // They are lost again while it runs, for many times the interval, which for a real one would be hours.
    names.are("");
    show("agency", 2);
    show("wire", 3);
    service.said.clear();
    let lost_at = Instant::now();
    service.says(&["polled", "feeds.test", "dns: "]);
    service.says(&["polled", "/wire", "n_developments=1"]);
    tokio::time::sleep(Duration::from_secs(6)).await;
    service.hears();
    let n_asked = service.said.iter().filter(|line| line.contains("polled") && line.contains("feeds.test")).count();
    assert!((2..=10).contains(&n_asked), "{n_asked} visits in {:?}", lost_at.elapsed());
    with_config(&config, &["status"], "").done().says(&["2, 1 failing"]);
    names.are("127.0.0.1 feeds.test mail.test\n");
    let missing = |n: usize| {
        let name = format!("Soyuz MS-{} under", 40 + n);
        let is_in = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("=\r\n", "").contains(&name);
        sink.accepted().iter().filter(|mail| is_in(&mail.bytes)).count() != 1
    };
    until("what was missed", || !(1..=3).any(missing)).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(!(1..=3).any(missing), "told twice");
    service.stops("-TERM");
}

/// Limits how many files a running process may have open; whether that could be done.
fn limit_files(pid: u32, n: u32) -> bool {
    let limit = format!("--nofile={n}:4096");
    Command::new("prlimit").args(["--pid", &pid.to_string(), &limit]).status().is_ok_and(|status| status.success())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_machine_without_file_descriptors_is_no_fault_of_the_feeds() {
    let world = World::with_pace(&[("agency", "nasa")], FILES, PACE).await;
    let show = |n: usize| {
        let document = rss(&[recent(&n.to_string(), &format!("Pier {n} is painted"), "In green.", 1)]);
        // Each visit needs a connection of its own.
        world.feeds.set("agency", Answer::xml(document).with("connection", "close"));
    };
    show(1);
    let mut service = Running::ready(&world.write_config());
    service.says(&["polled", "/agency", "n_new=1"]);
    if !limit_files(service.pid, 3) {
        println!("skipped: limits cannot be set here");
        return;
    }
    show(2);
    service.says(&["polled", "/agency", "internal: no file descriptor left here: raise LimitNOFILE"]);
    assert!(limit_files(service.pid, 1024));
    service.says(&["polled", "/agency", "n_new=1"]);
    service.stops("-TERM");
}

/// A clock of the machine that the test moves under a running process.
struct Moved {
    library: PathBuf,
    offset: PathBuf,
}

/// Adds the number in a file to the time of day, and leaves the steady clock alone.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *at) {
  static int (*real)(clockid_t, struct timespec *);
  static volatile int64_t *seconds;
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  if (!seconds) {
    int file = open(getenv("MOVED_CLOCK"), O_RDONLY);
    seconds = mmap(0, 8, PROT_READ, MAP_SHARED, file, 0);
  }
  int done = real(id, at);
  if (id == CLOCK_REALTIME) at->tv_sec += *seconds;
  return done;
}
"#;

impl Moved {
    /// `None` where there is no C compiler.
    fn new(folder: &Path) -> Option<Self> {
        let (source, library) = (folder.join("clock.c"), folder.join("clock.so"));
        std::fs::write(&source, SHIM).unwrap();
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl").stderr(Stdio::null());
        cc.status().is_ok_and(|status| status.success()).then_some(())?;
        let offset = folder.join("clock.offset");
        std::fs::write(&offset, 0_i64.to_ne_bytes()).unwrap();
        Some(Self { library, offset })
    }

    /// From now on it is `at`.
    fn to(&self, at: Timestamp) {
        let offset = at.as_second() - Clock::System.now().as_second();
        let file = std::fs::OpenOptions::new().write(true).open(&self.offset).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&file, &offset.to_ne_bytes(), 0).unwrap();
    }
}

const BERLIN: &str = "Europe/Berlin";

/// Where a civil time comes twice, the first or the second of both.
fn berlin(time: &str, is_second: bool) -> Timestamp {
    let civil: DateTime = time.parse().unwrap();
    let zone = TimeZone::get(BERLIN).unwrap().into_ambiguous_zoned(civil);
    if is_second { zone.later() } else { zone.earlier() }.unwrap().timestamp()
}

/// When each digest was made, in civil time, by audience.
fn digests(store: &Path) -> BTreeMap<String, Vec<String>> {
    let store = Connection::open(store).unwrap();
    let mut rows = store.prepare("SELECT audience, at FROM digests ORDER BY at").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))).unwrap();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        let (audience, at) = row.unwrap();
        let at = Timestamp::from_millisecond(at).unwrap().in_tz(BERLIN).unwrap();
        found.entry(audience).or_default().push(at.strftime("%d %H:%M %Z").to_string());
    }
    found
}

/// Lives through these moments (day, time, and whether it is the second of its name), with news before each.
async fn live(moments: &[(&str, bool)]) -> Option<BTreeMap<String, Vec<String>>> {
    let world = World::with_pace(&[("agency", "nasa")], FILES, PACE).await;
    let clock = Moved::new(world.folder.path())?;
    let config = changed(&world, "civil.toml", |text| {
        let (before, _) = text.split_once("[[audience]]").unwrap();
        let (_, feeds) = text.split_once("[[feed]]").unwrap();
        let audience = |name: &str, when: &str| {
            format!(
                "[[audience]]\nname = \"{name}\"\nto = [\"{name}@example.org\"]\ntopics = [\"us-russia-space\"]\n\
                 timezone = \"{BERLIN}\"\nwait = \"0s\"\nmin_gap = \"0s\"\nmax_per_day = 100\n{when}\n"
            )
        };
        let fixed = audience("fixed", "at = [\"02:30\", \"08:00\"]");
        let quiet = audience("quiet", "on = \"development\"\nquiet = \"22:00-02:30\"");
        format!("{before}{fixed}{quiet}[[feed]]{feeds}")
    });
    clock.to(berlin(moments[0].0, moments[0].1) - SignedDuration::from_hours(1));
    let mut command = program();
    command.env("LD_PRELOAD", &clock.library).env("MOVED_CLOCK", &clock.offset);
    command.args(["run", "--config"]).arg(&config);
    let mut service = Running::of(command, &config, Some(Duration::from_millis(800)));
    service.is_told("READY=1", 1);
    // What the first poll finds is no news.
    service.says(&["polled"]);
    let mut shown: Vec<Entry> = Vec::new();
    for (n, (time, is_second)) in moments.iter().enumerate() {
        let at = berlin(time, *is_second);
        let (title, lead) = happening(n);
        shown.insert(0, Entry { at, ..recent(&n.to_string(), &title, &lead, 1) });
        clock.to(at);
        world.feeds.show("agency", &shown);
        service.said.clear();
        service.says(&["polled", "n_new=1"]);
        // What is due is done within two naps.
        tokio::time::sleep(Duration::from_millis(1500)).await;
    }
    service.stops("-TERM");
    let mails = world.mails();
    for n in 0..moments.len() - 1 {
        let name = format!("Soyuz MS-{} under", 40 + n);
        for audience in ["fixed", "quiet"] {
            let is_in = |bytes: &[u8]| {
                let text = String::from_utf8_lossy(bytes).replace("=\r\n", "");
                text.contains(&name) && text.contains(&format!("{audience}@example.org"))
            };
            let n_told = mails.iter().filter(|(_, bytes)| is_in(bytes)).count();
            assert_eq!(n_told, 1, "{name} for {audience}: {:?}", digests(&world.folder.path().join("news.db")));
        }
    }
    Some(digests(&world.folder.path().join("news.db")))
}

#[track_caller]
fn check(found: Option<BTreeMap<String, Vec<String>>>, fixed: &[&str], quiet: &[&str]) {
    let Some(found) = found else {
        println!("skipped: there is no C compiler to move a clock with");
        return;
    };
    assert_eq!(found["fixed"], fixed, "{found:?}");
    // A report may come before or after the digest of its own minute, and then has one of its own.
    let mut minutes = found["quiet"].clone();
    minutes.dedup();
    assert_eq!(minutes, quiet, "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_an_hour_comes_twice_each_digest_comes_once() {
    let autumn = [
        ("2026-10-24T12:00", false),
        ("2026-10-24T21:59", false),
        ("2026-10-25T01:59", false),
        ("2026-10-25T02:29", false),
        ("2026-10-25T02:31", false),
        ("2026-10-25T02:59", false),
        ("2026-10-25T02:01", true),
        ("2026-10-25T02:31", true),
        ("2026-10-25T03:01", false),
        ("2026-10-25T07:59", false),
        ("2026-10-25T08:01", false),
        ("2026-10-26T02:29", false),
        ("2026-10-26T02:31", false),
        ("2026-10-26T07:59", false),
        ("2026-10-26T08:01", false),
    ];
    // In the second of both hours it is quiet once more, and the digest of half past two has been.
    let fixed = ["25 02:31 CEST", "25 08:01 CET", "26 02:31 CET", "26 08:01 CET"];
    let quiet = [
        "24 12:00 CEST",
        "24 21:59 CEST",
        "25 02:31 CEST",
        "25 02:59 CEST",
        "25 02:31 CET",
        "25 03:01 CET",
        "25 07:59 CET",
        "25 08:01 CET",
        "26 02:31 CET",
        "26 07:59 CET",
        "26 08:01 CET",
    ];
    check(live(&autumn).await, &fixed, &quiet);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_an_hour_is_left_out_its_digest_comes_all_the_same_and_once() {
    let spring = [
        ("2026-03-28T12:00", false),
        ("2026-03-28T21:59", false),
        ("2026-03-29T01:29", false),
        ("2026-03-29T01:59", false),
        ("2026-03-29T03:01", false),
        ("2026-03-29T03:29", false),
        ("2026-03-29T03:31", false),
        ("2026-03-29T07:59", false),
        ("2026-03-29T08:01", false),
        ("2026-03-30T02:29", false),
        ("2026-03-30T02:31", false),
        ("2026-03-30T07:59", false),
        ("2026-03-30T08:01", false),
    ];
    // Half past two is three o'clock on that day, for the digest and for the end of the quiet hours.
    let fixed = ["29 03:01 CEST", "29 08:01 CEST", "30 02:31 CEST", "30 08:01 CEST"];
    let quiet = [
        "28 12:00 CET",
        "28 21:59 CET",
        "29 03:01 CEST",
        "29 03:29 CEST",
        "29 03:31 CEST",
        "29 07:59 CEST",
        "29 08:01 CEST",
        "30 02:31 CEST",
        "30 07:59 CEST",
        "30 08:01 CEST",
    ];
    check(live(&spring).await, &fixed, &quiet);
}
