//! The service itself: what it tells systemd, how it stops, reloads, refuses a second one, and what it logs.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use orbitwire::mail::sink::{Act, Script, Sink, Step};

use crate::harness::{Answer, World, happening};
use crate::program::{program, recent, with_config};

/// Nothing awaited here takes longer unless something is broken.
const PATIENCE: Duration = Duration::from_secs(20);
/// Promised to whoever stops the service.
const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// A running service, what it says on standard error, and what it tells systemd.
struct Running {
    child: Child,
    log: Receiver<String>,
    said: Vec<String>,
    systemd: UnixDatagram,
    told: Vec<String>,
}

impl Running {
    /// Starts it; `name` is for its socket.
    fn start(config: &Path, watchdog: Option<Duration>) -> Self {
        let socket = config.with_extension("socket");
        let _ = std::fs::remove_file(&socket);
        let systemd = UnixDatagram::bind(&socket).unwrap();
        systemd.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let mut command = program();
        command.args(["run", "--config"]).arg(config).env("NOTIFY_SOCKET", &socket);
        if let Some(span) = watchdog {
            command.env("WATCHDOG_USEC", span.as_micros().to_string()).env_remove("WATCHDOG_PID");
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, log) = channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, log, said: Vec::new(), systemd, told: Vec::new() }
    }

    /// Starts it and waits until it says that it is ready.
    fn ready(config: &Path) -> Self {
        let mut service = Self::start(config, None);
        service.is_told("READY=1", 1);
        service
    }

    /// Waits until systemd was told this so often.
    #[track_caller]
    fn is_told(&mut self, state: &str, n: usize) {
        let begun = Instant::now();
        while self.told.iter().filter(|told| told.lines().any(|line| line == state)).count() < n {
            let mut buffer = [0; 4096];
            if let Ok(length) = self.systemd.recv(&mut buffer) {
                self.told.push(String::from_utf8_lossy(&buffer[..length]).into_owned());
            }
            assert!(begun.elapsed() < PATIENCE, "{state} is not told: {:?}; log: {:?}", self.told, self.said);
            self.said.extend(self.log.try_iter());
        }
    }

    /// Waits for a log line with all of these parts.
    #[track_caller]
    fn says(&mut self, parts: &[&str]) -> String {
        let begun = Instant::now();
        loop {
            let is_it = |line: &&String| parts.iter().all(|part| line.contains(part));
            if let Some(line) = self.said.iter().find(is_it) {
                return line.clone();
            }
            match self.log.recv_timeout(PATIENCE.saturating_sub(begun.elapsed())) {
                Ok(line) => self.said.push(line),
                Err(_) => panic!("{parts:?} is not said: {:#?}", self.said),
            }
        }
    }

    fn signal(&self, name: &str) {
        let kill = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
    }

    /// Waits for its end and returns how long that took, with the whole log.
    #[track_caller]
    fn ends(&mut self) -> (ExitStatus, Duration) {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.said.extend(self.log.iter());
                return (status, begun.elapsed());
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end: {:#?}", self.said);
            // The end of its log comes with the end of the process.
            if let Ok(line) = self.log.recv_timeout(Duration::from_millis(50)) {
                self.said.push(line);
            }
        }
    }

    /// Told to stop, it does so in time and well.
    #[track_caller]
    fn stops(&mut self, signal: &str) {
        self.signal(signal);
        let (status, took) = self.ends();
        assert!(status.success(), "{status}: {:#?}", self.said);
        assert!(took < STOPS_WITHIN, "it took {took:?}: {:#?}", self.said);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The world's configuration under another name, changed.
fn changed(world: &World, name: &str, change: impl Fn(String) -> String) -> PathBuf {
    let text = std::fs::read_to_string(world.write_config()).unwrap();
    let file = world.folder.path().join(name);
    std::fs::write(&file, change(text)).unwrap();
    file
}

fn smtp(sink: &Sink) -> String {
    format!("transport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", sink.address().port())
}

fn with_feed(text: &str, url: &str, name: &str) -> String {
    format!("{text}[[feed]]\nurl = \"{url}\"\noutlet = \"tass\"\nname = \"{name}\"\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_says_when_it_is_ready_and_stops_on_either_signal() {
    let world = World::with(&[("agency", "nasa")]).await;
    for signal in ["-TERM", "-INT"] {
        let mut service = Running::ready(&world.write_config());
        service.says(&["ready", "n_feeds=1"]);
        service.stops(signal);
        service.is_told("STOPPING=1", 1);
        service.says(&["stopping", &format!("SIG{}", &signal[1..])]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stops_while_a_feed_hangs() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/feed", silent.local_addr().unwrap());
    let world = World::with(&[]).await;
    let mut service = Running::ready(&changed(&world, "hangs.toml", |text| with_feed(&text, &url, "silent")));
    let _asked = silent.accept().unwrap();
    service.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stops_while_a_mail_server_hangs_and_the_mail_waits() {
    let sink = Sink::start(Script::good().at(Step::Mail, Act::Silence)).unwrap();
    let world = World::with_mail(&[("agency", "nasa")], &smtp(&sink)).await;
    let (title, lead) = happening(1);
    world.feeds.show("agency", &[recent("a", &title, &lead, 1)]);
    let mut service = Running::ready(&world.write_config());
    let begun = Instant::now();
    while sink.n_connections() == 0 {
        assert!(begun.elapsed() < PATIENCE, "no mail leaves");
        service.said.extend(service.log.recv_timeout(Duration::from_millis(20)));
    }
    service.stops("-INT");
    world.ask(&["status"]).done().says(&["1 waiting, 0 sent"]);
    sink.set_script(Script::good());
    world.ask(&["deliver"]).done().says(&["1 sent"]);
    assert_eq!(sink.accepted().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_one_is_refused_and_does_not_disturb_the_first() {
    let world = World::with(&[("agency", "nasa")]).await;
    let mut service = Running::ready(&world.write_config());
    service.says(&["polled"]);
    let before = world.rows();
    // The same store under a configuration with other feeds.
    let other = changed(&world, "other.toml", |text| text.replace("/agency\"", "/elsewhere\""));
    for config in [&world.write_config(), &other] {
        let said =
            with_config(config, &["run"], "").failed(1, &["another orbitwire runs on this store", "news.db.run.lock"]);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
    world.is_unchanged(&before);
    // Looking and lending a hand are no second service.
    world.ask(&["status"]).done();
    world.ask(&["poll"]).done();
    service.stops("-TERM");
    let mut again = Running::ready(&world.write_config());
    again.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_faulty_configuration_is_refused_and_a_sound_one_takes_over() {
    let world = World::with(&[("agency", "nasa")]).await;
    world.feeds.show("wire", &[recent("w", "Weather of the week", "", 1)]);
    let config = changed(&world, "live.toml", |text| text);
    let mut service = Running::ready(&config);
    service.says(&["polled", "/agency"]);
    let sound = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, sound.replace("min_gap", "min_gpa")).unwrap();
    service.signal("-HUP");
    service.says(&["live.toml", "min_gpa", "`min_gap`"]);
    service.says(&["the old one stays"]);
    service.is_told("RELOADING=1", 1);
    service.is_told("READY=1", 2);
    std::fs::write(&config, with_feed(&sound, &world.feeds.url("wire"), "wire")).unwrap();
    service.signal("-HUP");
    service.says(&["polled", "/wire", "accepted"]);
    service.is_told("READY=1", 3);
    service.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configuration_that_cannot_be_put_to_work_is_refused_too() {
    let world = World::with(&[("agency", "nasa")]).await;
    let config = changed(&world, "live.toml", |text| text);
    let mut service = Running::ready(&config);
    let sound = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, sound.replace("\"news.db\"", "\"live.toml/news.db\"")).unwrap();
    service.signal("-HUP");
    service.says(&["live.toml/news.db`", "the old one comes back"]);
    service.is_told("READY=1", 2);
    service.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_to_stop_is_heard_while_it_takes_over_a_configuration() {
    let world = World::with(&[("agency", "nasa")]).await;
    for _ in 0..5 {
        let mut service = Running::ready(&world.write_config());
        service.signal("-HUP");
        service.stops("-TERM");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_proves_to_the_watchdog_that_it_moves() {
    let world = World::with(&[("agency", "nasa")]).await;
    let mut service = Running::start(&world.write_config(), Some(Duration::from_millis(500)));
    let begun = Instant::now();
    service.is_told("WATCHDOG=1", 4);
    assert!(begun.elapsed() < Duration::from_secs(10));
    service.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_poll_is_one_line_and_no_secret_is_in_the_log() {
    let sink = Sink::start(Script::good().with_login("bot", "pass-word-7").at_command(
        Step::Rcpt,
        "desk@",
        Act::Reply("550 5.1.1 <desk@example.org> unknown".into()),
    ))
    .unwrap();
    let login = format!("{}user = \"bot\"\npassword_command = \"echo pass-word-7\"\n", smtp(&sink));
    let world =
        World::with_mail(&[("agency", "nasa"), ("broken", "rt"), ("keyed?api_key=k3y-s3cret", "tass")], &login).await;
    let (title, lead) = happening(1);
    world.feeds.show("agency", &[recent("a", &title, &lead, 1)]);
    world.feeds.show("keyed", &[recent("k", "Weather of the week", "", 1)]);
    world.feeds.set("broken", Answer::status(500));
    let mut service = Running::ready(&world.write_config());
    service.says(&["polled", "/agency", "accepted", "n_new=1"]);
    service.says(&["polled", "/broken", "rejected", "500"]);
    service.says(&["polled", "/keyed", "accepted"]);
    service.says(&["delivery", "550"]);
    service.stops("-TERM");
    let log = service.said.join("\n");
    assert_eq!(service.said.iter().filter(|line| line.contains("polled")).count(), 3, "{log}");
    assert!(!log.contains('\u{1b}'), "{log}");
    for secret in ["pass-word-7", "k3y-s3cret", "desk@example.org", "orbitwire@example.org"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}
