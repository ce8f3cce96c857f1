//! The service as a process of its own: what it says, what it tells systemd, and how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use orbitwire::mail::sink::Sink;

use crate::harness::World;
use crate::program::program;

/// Nothing awaited here takes longer unless something is broken.
pub const PATIENCE: Duration = Duration::from_secs(40);
/// Promised to whoever stops the service.
pub const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// A running service, what it says on standard error, and what it tells systemd.
pub struct Running {
    child: Child,
    /// Whom signals go to.
    pub pid: u32,
    log: Receiver<String>,
    pub said: Vec<String>,
    systemd: UnixDatagram,
    pub told: Vec<String>,
}

impl Running {
    /// Starts it.
    pub fn start(config: &Path, watchdog: Option<Duration>) -> Self {
        let mut command = program();
        command.args(["run", "--config"]).arg(config);
        Self::of(command, config, watchdog)
    }

    /// Runs this command as the service of that configuration.
    pub fn of(mut command: Command, config: &Path, watchdog: Option<Duration>) -> Self {
        let socket = config.with_extension("socket");
        let _ = std::fs::remove_file(&socket);
        let systemd = UnixDatagram::bind(&socket).unwrap();
        systemd.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        command.env("NOTIFY_SOCKET", &socket);
        if let Some(span) = watchdog {
            command.env("WATCHDOG_USEC", span.as_micros().to_string()).env_remove("WATCHDOG_PID");
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, log) = channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let pid = child.id();
        Self { child, pid, log, said: Vec::new(), systemd, told: Vec::new() }
    }

    /// Starts it and waits until it says that it is ready.
    pub fn ready(config: &Path) -> Self {
        let mut service = Self::start(config, None);
        service.is_told("READY=1", 1);
        service
    }

    /// Waits until systemd was told this so often.
    #[track_caller]
    pub fn is_told(&mut self, state: &str, n: usize) {
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

    /// How often systemd was told this until now.
    pub fn n_told(&mut self, state: &str) -> usize {
        let mut buffer = [0; 4096];
        while let Ok(length) = self.systemd.recv(&mut buffer) {
            self.told.push(String::from_utf8_lossy(&buffer[..length]).into_owned());
        }
        self.told.iter().filter(|told| told.lines().any(|line| line == state)).count()
    }

    /// Takes in what it has said until now.
    pub fn hears(&mut self) {
        self.said.extend(self.log.try_iter());
    }

    /// Waits for a log line with all of these parts.
    #[track_caller]
    pub fn says(&mut self, parts: &[&str]) -> String {
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

    pub fn signal(&self, name: &str) {
        let kill = Command::new("kill").args([name, &self.pid.to_string()]).status().unwrap();
        assert!(kill.success());
    }

    /// Waits for its end and returns how long that took, with the whole log.
    #[track_caller]
    pub fn ends(&mut self) -> (ExitStatus, Duration) {
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
    pub fn stops(&mut self, signal: &str) {
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
pub fn changed(world: &World, name: &str, change: impl Fn(String) -> String) -> PathBuf {
    let text = std::fs::read_to_string(world.write_config()).unwrap();
    let file = world.folder.path().join(name);
    std::fs::write(&file, change(text)).unwrap();
    file
}

pub fn smtp(sink: &Sink) -> String {
    format!("transport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", sink.address().port())
}

pub fn with_feed(text: &str, url: &str, name: &str) -> String {
    format!("{text}[[feed]]\nurl = \"{url}\"\noutlet = \"tass\"\nname = \"{name}\"\n")
}

/// What the service answers at its socket.
pub fn get(socket: &Path, path: &str) -> String {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    said
}

/// Waits until it is so.
pub async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what} does not come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
