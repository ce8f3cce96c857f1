//! Faults injected into the running service: each is told once, survived by the same process, and costs no item and no
//! second mail.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use orbitwire::mail::sink::{Act, Script, Sink, Step};
use rusqlite::Connection;

use crate::bad_store::{Disk, config_with};
use crate::harness::{FILES, PACE_AND_RETRIES, World, happening};
use crate::program::{DEAL, recent, with_config};
use crate::running::{Running, STOPS_WITHIN, changed, get, smtp, until};

const WAITS: &str = "the store cannot be written; the service waits";
const GOES_ON: &str = "the store can be written again; the service goes on";

/// Takes all the room that is left on the disk, but for what is open already.
fn fill(disk: &Disk) -> PathBuf {
    let filler = disk.0.join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    for size in [1 << 16, 1 << 12, 1] {
        while std::io::Write::write_all(&mut file, &vec![1; size]).is_ok() {}
    }
    filler
}

/// A store on a small disk of its own.
async fn on_small_disk(size: &str, mail: &str) -> Option<(World, Disk, PathBuf)> {
    let world = World::with_pace(&[("agency", "nasa"), ("wire", "tass")], mail, PACE_AND_RETRIES).await;
    let disk = Disk::mounted(&world.folder.path().join("disk"), size)?;
    let config = config_with(&world, &disk.0.join("news.db"));
    let text = std::fs::read_to_string(&config).unwrap();
    let socket = world.folder.path().join("web.sock");
    std::fs::write(&config, format!("{text}\n[web]\nlisten = \"unix:{}\"\n", socket.display())).unwrap();
    Some((world, disk, config))
}

fn count(store: &Path, what: &str) -> usize {
    let store = Connection::open(store).unwrap();
    store.query_row(&format!("SELECT count(*) FROM {what}"), [], |row| row.get(0)).unwrap()
}

fn is_whole(store: &Path) {
    assert_eq!(orbitwire::store::check_file(store).unwrap(), [""; 0]);
}

/// Said once, whatever happened in between.
#[track_caller]
fn said_once(service: &Running, words: &str) {
    let n = service.said.iter().filter(|line| line.contains(words)).count();
    assert_eq!(n, 1, "{words}: {:#?}", service.said);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fills_up_during_a_poll_pauses_the_service_and_costs_no_item() {
    let Some((world, disk, config)) = on_small_disk("1m", FILES).await else {
        println!("skipped: no file system can be mounted here");
        return;
    };
    let store = disk.0.join("news.db");
    world.feeds.show("agency", &[recent("deal", DEAL.0, DEAL.1, 1)]);
    let mut service = Running::ready(&config);
    service.says(&["polled", "/agency", "n_new=1"]);
    let long = "Nothing of note happened in the district today. ".repeat(80);
    let many: Vec<_> =
        (0..300).map(|n| recent(&n.to_string(), &format!("Report {n}"), &format!("{n} {long}"), 1)).collect();
    world.feeds.show("wire", &many);
    service.says(&[WAITS, "the disk is full"]);
    let socket = world.folder.path().join("web.sock");
    let health = get(&socket, "/healthz");
    assert!(health.starts_with("HTTP/1.1 503 ") && health.contains("the disk is full"), "{health}");
    let check = with_config(&config, &["status", "--check"], "");
    assert!(check.out.starts_with("CRITICAL: the service waits: ") && check.code == Some(2), "{check:?}");
    assert!(get(&socket, "/metrics").contains("\norbitwire_store_pauses_total 1\n"));
    // Tried again meanwhile, and not told again.
    tokio::time::sleep(Duration::from_secs(7)).await;
    disk.grown("size=64m");
    service.says(&[GOES_ON]);
    until("what was missed", || count(&store, "items") == 301).await;
    with_config(&config, &["status", "--check"], "").done();
    service.stops("-TERM");
    for words in [WAITS, GOES_ON] {
        said_once(&service, words);
    }
    service.n_told("STOPPING=1");
    assert!(service.told.iter().any(|told| told.contains("STATUS=CRITICAL: the service waits")), "{:?}", service.told);
    is_whole(&store);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fills_up_while_a_digest_leaves_makes_no_second_mail() {
    // The server takes its time before it says yes, and the disk is full by then.
    let slow = Act::Wait(Duration::from_secs(3));
    let sink = Sink::start(Script::good().at_first(1, Step::Ack, slow)).unwrap();
    let Some((world, disk, config)) = on_small_disk("2m", &smtp(&sink)).await else {
        println!("skipped: no file system can be mounted here");
        return;
    };
    let store = disk.0.join("news.db");
    let (title, lead) = happening(1);
    world.feeds.show("agency", &[recent("a", &title, &lead, 1)]);
    let mut service = Running::ready(&config);
    until("a mail", || sink.accepted().len() == 1).await;
    let filler = fill(&disk);
    // New items need room that is not there.
    let (title, lead) = happening(2);
    let long = lead.repeat(300);
    world.feeds.show("wire", &[recent("b", &title, &long, 1)]);
    service.says(&[WAITS, "the disk is full"]);
    tokio::time::sleep(Duration::from_secs(4)).await;
    std::fs::remove_file(filler).unwrap();
    service.says(&[GOES_ON]);
    until("the second mail", || sink.accepted().len() == 2).await;
    service.stops("-TERM");
    let accepted = sink.accepted();
    assert_ne!(accepted[0].message_id, accepted[1].message_id, "the first one came twice");
    assert_eq!(count(&store, "messages WHERE state = 'sent'"), 2);
    is_whole(&store);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_another_program_holds_pauses_the_service_until_it_lets_go() {
    let world = World::with_pace(&[("agency", "nasa")], FILES, PACE_AND_RETRIES).await;
    let mut service = Running::ready(&world.write_config());
    service.says(&["polled", "/agency"]);
    let store = world.folder.path().join("news.db");
    let other = Connection::open(&store).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let (title, lead) = happening(1);
    world.feeds.show("agency", &[recent("a", &title, &lead, 1)]);
    service.says(&[WAITS, "is locked by another program"]);
    other.execute_batch("ROLLBACK").unwrap();
    service.says(&[GOES_ON]);
    until("the item", || count(&store, "items") == 1).await;
    until("its mail", || world.mails().len() == 1).await;
    service.stops("-TERM");
    said_once(&service, WAITS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_another_program_holds_at_the_start_is_waited_for() {
    let world = World::with_pace(&[("agency", "nasa")], FILES, PACE_AND_RETRIES).await;
    world.ask(&["poll", "--all"]).done();
    let other = Connection::open(world.folder.path().join("news.db")).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let mut service = Running::ready(&world.write_config());
    service.says(&[WAITS, "is locked by another program"]);
    other.execute_batch("ROLLBACK").unwrap();
    service.says(&["polled", "/agency"]);
    service.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stops_in_time_while_another_program_holds_the_store() {
    let world = World::with_pace(&[("agency", "nasa")], FILES, PACE_AND_RETRIES).await;
    let mut service = Running::ready(&world.write_config());
    service.says(&["polled", "/agency"]);
    let other = Connection::open(world.folder.path().join("news.db")).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    service.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_systemd_that_does_not_listen_holds_nothing_up() {
    let world = World::with_pace(&[("agency", "nasa")], FILES, PACE_AND_RETRIES).await;
    let mut service = Running::start(&world.write_config(), Some(Duration::from_millis(800)));
    service.says(&["polled"]);
    // Far more signs of life than a socket takes that nobody reads.
    tokio::time::sleep(Duration::from_secs(6)).await;
    world.feeds.show("agency", &[recent("a", "Weather of the week", "", 1)]);
    service.says(&["polled", "n_new=1"]);
    service.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_signal_ends_it_at_once() {
    let sink = Sink::start(Script::good().at(Step::Mail, Act::Silence)).unwrap();
    let world = World::with_mail(&[("agency", "nasa")], &smtp(&sink)).await;
    let (title, lead) = happening(1);
    world.feeds.show("agency", &[recent("a", &title, &lead, 1)]);
    let mut service = Running::ready(&world.write_config());
    until("a connection", || sink.n_connections() > 0).await;
    let begun = Instant::now();
    service.signal("-TERM");
    service.says(&["stopping"]);
    service.stops("-TERM");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?} of {STOPS_WITHIN:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loop_that_hangs_gets_no_sign_of_life_out_and_one_that_waits_for_a_server_does() {
    let sink = Sink::start(Script::good().at(Step::Mail, Act::Silence)).unwrap();
    let world = World::with_pace(&[("agency", "nasa")], &smtp(&sink), PACE_AND_RETRIES).await;
    let (title, lead) = happening(1);
    world.feeds.show("agency", &[recent("a", &title, &lead, 1)]);
    let mut service = Running::start(&world.write_config(), Some(Duration::from_secs(2)));
    until("a connection", || sink.n_connections() > 0).await;
    // A mail server that says nothing holds up the delivery loop alone, and that is no hang.
    service.is_told("WATCHDOG=1", 12);
    // A store that does not answer holds up every loop.
    let other = Connection::open(world.folder.path().join("news.db")).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    service.says(&["a loop does not move", "part="]);
    let before = service.n_told("WATCHDOG=1");
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(service.n_told("WATCHDOG=1"), before, "systemd would not start it again");
    other.execute_batch("ROLLBACK").unwrap();
    service.is_told("WATCHDOG=1", before + 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_reload_is_told_until_a_sound_one_comes() {
    let world = World::with(&[("agency", "nasa")]).await;
    let config = changed(&world, "live.toml", |text| text);
    let mut service = Running::ready(&config);
    service.says(&["polled", "/agency"]);
    with_config(&config, &["status", "--check"], "").done().says(&["OK: 1 feeds"]);
    let sound = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, sound.replace("min_gap", "min_gpa")).unwrap();
    service.signal("-HUP");
    service.says(&["the new configuration is refused", "min_gpa"]);
    service.is_told("READY=1", 2);
    let told = service.told.iter().rfind(|told| told.contains("READY=1")).unwrap();
    assert!(told.contains("STATUS=WARNING: the last reload was refused: the old one stays; faults: 1"), "{told}");
    let told = service.told.iter().find(|told| told.contains("RELOADING=1")).unwrap();
    assert!(told.lines().any(|line| line.strip_prefix("MONOTONIC_USEC=").is_some_and(|n| n.parse::<u64>().is_ok())));
    std::fs::write(&config, &sound).unwrap();
    let said = with_config(&config, &["status", "--check"], "").failed(1, &[]);
    said.says(&["WARNING: the last reload was refused", "min_gpa"]);
    service.signal("-HUP");
    service.is_told("READY=1", 3);
    with_config(&config, &["status", "--check"], "").done();
    service.stops("-TERM");
    with_config(&config, &["status", "--check"], "").failed(2, &[]).says(&["CRITICAL: the service does not run"]);
}

/// Makes these system calls of the service fail, until it is taken away.
struct Faulty(std::process::Child);

impl Faulty {
    fn calls(service: &Running, inject: &str) -> Option<Self> {
        let mut strace = Command::new("strace");
        strace.args([
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            &format!("inject={inject}"),
            "-p",
            &service.pid.to_string(),
        ]);
        let mut strace = strace.stderr(std::process::Stdio::null()).spawn().ok()?;
        // Where attaching is not allowed, it ends at once.
        std::thread::sleep(Duration::from_millis(300));
        strace.try_wait().ok()?.is_none().then_some(Self(strace))
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        // Asked to, it lets the service go; killed, it would take it along.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fails_or_becomes_read_only_for_a_while_is_outlived() {
    let world = World::with_pace(&[("agency", "nasa")], FILES, PACE_AND_RETRIES).await;
    let store = world.folder.path().join("news.db");
    let mut service = Running::ready(&world.write_config());
    service.says(&["polled", "/agency"]);
    let mut shown = Vec::new();
    for (inject, words) in [
        ("fdatasync,fsync:error=EIO", "the disk failed"),
        ("pwrite64,pwritev:error=EROFS", "the store cannot be written"),
        ("pwrite64,pwritev:error=ENOSPC", "the disk is full"),
    ] {
        let Some(faulty) = Faulty::calls(&service, inject) else {
            println!("skipped: strace is not here or may not attach");
            return;
        };
        service.said.clear();
        let n = shown.len();
        let (title, lead) = happening(n);
        shown.push(recent(&n.to_string(), &title, &lead, 1));
        world.feeds.show("agency", &shown);
        service.says(&[WAITS, words]);
        drop(faulty);
        service.says(&[GOES_ON]);
        until("the item", || count(&store, "items") == n + 1).await;
        until("its mail", || told(&world, n + 1)).await;
        said_once(&service, WAITS);
    }
    service.stops("-TERM");
    is_whole(&store);
}

/// Whether each of the happenings was told in exactly one mail.
fn told(world: &World, n: usize) -> bool {
    let mails = world.mails();
    (0..n).all(|n| {
        let name = format!("Soyuz MS-{} under", 40 + n);
        let is_in = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("=\r\n", "").contains(&name);
        mails.iter().filter(|(_, bytes)| is_in(bytes)).count() == 1
    })
}
