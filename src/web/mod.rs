//! What monitoring may ask: `/healthz` and `/metrics`, on loopback or a socket, answered from what is known already.
//!
//! It never asks the store, so that no number of questions slows a poll. Only these two pages and only GET and HEAD, in a
//! request of a few kilobytes; each connection serves one answer and is closed.

mod metrics;
mod process;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;

use crate::domain::policy::Listen;
use crate::domain::vitals::{Health, Level, Tally, Vitals};

/// Answers under way at once; who comes beyond them waits.
const AT_ONCE: usize = 8;
/// Whoever is slower than this is left.
const PATIENCE: Duration = Duration::from_secs(5);
/// A longer request is none of monitoring.
const REQUEST_BYTES_MAX: usize = 8 << 10;
/// After an accept that failed, as when files run out, the next one waits.
const PAUSE: Duration = Duration::from_millis(500);

/// What is known at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The verdict.
    pub health: Health,
    /// The last look into the store, if there was one.
    pub vitals: Option<Vitals>,
    /// Since the start.
    pub tally: Tally,
    /// Start of the service, seconds since 1970.
    pub started_at: i64,
}

/// An open door.
#[derive(Debug)]
pub struct Door {
    listener: Listener,
}

#[derive(Debug)]
enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener, PathBuf),
}

/// A socket that nobody listens on any more would look like a door that is shut.
impl Drop for Listener {
    fn drop(&mut self) {
        if let Self::Unix(_, path) = self {
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Door {
    /// Opens it; a socket that a killed process left behind is replaced.
    ///
    /// # Errors
    /// When the address is taken or the folder of the socket cannot be written.
    pub async fn open(listen: &Listen) -> std::io::Result<Self> {
        let listener = match listen {
            Listen::Tcp(address) => Listener::Tcp(TcpListener::bind(address).await?),
            Listen::Unix(path) => {
                let is_left_over = std::os::unix::net::UnixStream::connect(path)
                    .is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused);
                if is_left_over {
                    std::fs::remove_file(path)?;
                }
                Listener::Unix(UnixListener::bind(path)?, path.clone())
            }
        };
        Ok(Self { listener })
    }

    /// Answers whoever asks, for ever.
    pub async fn serve(self, now: impl Fn() -> Snapshot + Clone + Send + Sync + 'static) {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        loop {
            let place = places.clone().acquire_owned().await;
            let snapshot = now.clone();
            let accepted = match &self.listener {
                Listener::Tcp(listener) => listener.accept().await.map(|(stream, _)| {
                    tokio::spawn(async move { (answer(stream, snapshot).await, place).0 });
                }),
                Listener::Unix(listener, _) => listener.accept().await.map(|(stream, _)| {
                    tokio::spawn(async move { (answer(stream, snapshot).await, place).0 });
                }),
            };
            if accepted.is_err() {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// One request and its answer; who goes away or is slow is no fault of ours.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, now: impl Fn() -> Snapshot) {
    let exchange = async {
        let head = head_of(&mut stream).await?;
        let reply = reply(head.as_deref().unwrap_or_default(), &now());
        stream.write_all(reply.as_bytes()).await?;
        stream.shutdown().await
    };
    let _ = tokio::time::timeout(PATIENCE, exchange).await;
}

/// The request up to its empty line; `None` when it is too long.
async fn head_of(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Option<String>> {
    let (mut head, mut part) = (Vec::new(), [0; 1024]);
    loop {
        let n = stream.read(&mut part).await?;
        head.extend_from_slice(&part[..n]);
        if head.len() > REQUEST_BYTES_MAX {
            return Ok(None);
        }
        if n == 0 || head.windows(4).any(|end| end == b"\r\n\r\n") || head.windows(2).any(|end| end == b"\n\n") {
            return Ok(Some(String::from_utf8_lossy(&head).into_owned()));
        }
    }
}

fn reply(head: &str, known: &Snapshot) -> String {
    const TEXT: &str = "text/plain; charset=utf-8";
    let mut words = head.split_whitespace();
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (status, kind, body) = match (method, path.split('?').next().unwrap_or_default()) {
        ("GET" | "HEAD", "/healthz") => {
            let status = if known.health.level == Level::Critical { "503 Service Unavailable" } else { "200 OK" };
            (status, TEXT, format!("{}\n", known.health.line()))
        }
        ("GET" | "HEAD", "/metrics") => {
            ("200 OK", "text/plain; version=0.0.4; charset=utf-8", metrics::text(known, &process::now()))
        }
        ("GET" | "HEAD", _) => ("404 Not Found", TEXT, "there are /healthz and /metrics\n".to_owned()),
        _ => ("400 Bad Request", TEXT, "GET /healthz or /metrics\n".to_owned()),
    };
    let length = body.len();
    let body = if method == "HEAD" { "" } else { &body };
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nCache-Control: no-store\r\n\
         Connection: close\r\n\r\n{body}"
    )
}

#[cfg(test)]
mod tests;
