//! A server that says exactly what a test tells it to, byte for byte, and counts what it got rid of.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does once it has read a request.
#[derive(Clone)]
pub(super) enum Answer {
    /// These bytes, then the connection is closed.
    Bytes(Vec<u8>),
    /// These bytes, then the connection is kept for the next request.
    Kept(Vec<u8>),
    /// The first bytes, then the second again and again.
    Endless(Vec<u8>, Vec<u8>),
    /// These bytes, one every so often.
    Drip(Vec<u8>, Duration),
    /// These bytes, then silence.
    Silence(Vec<u8>),
}

/// A listening server; it stops when dropped.
pub(super) struct Server {
    pub(super) url: String,
    pub(super) requests: Arc<Mutex<Vec<String>>>,
    pub(super) n_bytes: Arc<AtomicUsize>,
    pub(super) n_connections: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Serves `answer(request)` on a port of its own.
    pub(super) async fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let url = format!("http://{}/feed", listener.local_addr().expect("address"));
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let [n_bytes, n_connections]: [Arc<AtomicUsize>; 2] = Default::default();
        let seen = (Arc::clone(&requests), Arc::clone(&n_bytes), Arc::clone(&n_connections));
        let answer = Arc::new(answer);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                seen.2.fetch_add(1, Ordering::SeqCst);
                let (requests, n_bytes, answer) = (Arc::clone(&seen.0), Arc::clone(&seen.1), Arc::clone(&answer));
                tokio::spawn(async move {
                    // The client hanging up is what many tests want.
                    let _ = serve(stream, &requests, &n_bytes, &*answer).await;
                });
            }
        });
        Self { url, requests, n_bytes, n_connections, task }
    }

    /// Serves the same answer to everyone.
    pub(super) async fn always(answer: Answer) -> Self {
        Self::start(move |_| answer.clone()).await
    }

    /// Serves these bytes to everyone.
    pub(super) async fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::always(Answer::Bytes(bytes.into())).await
    }

    /// The requests seen so far, in lower case.
    pub(super) fn seen(&self) -> Vec<String> {
        self.requests.lock().expect("requests").clone()
    }

    /// The address of another path on this server.
    pub(super) fn at(&self, path: &str) -> String {
        self.url.replace("/feed", path)
    }
}

async fn serve(
    mut stream: TcpStream,
    requests: &Mutex<Vec<String>>,
    n_bytes: &AtomicUsize,
    answer: &(dyn Fn(&str) -> Answer + Send + Sync),
) -> std::io::Result<()> {
    while let Some(request) = read_head(&mut stream).await? {
        requests.lock().expect("requests").push(request.to_lowercase());
        let mut send = async |bytes: &[u8]| {
            stream.write_all(bytes).await?;
            n_bytes.fetch_add(bytes.len(), Ordering::SeqCst);
            std::io::Result::Ok(())
        };
        match answer(&request) {
            Answer::Kept(bytes) => {
                send(&bytes).await?;
                continue;
            }
            Answer::Bytes(bytes) => send(&bytes).await?,
            Answer::Endless(first, again) => {
                send(&first).await?;
                loop {
                    send(&again).await?;
                }
            }
            Answer::Drip(bytes, pause) => {
                for byte in bytes {
                    send(&[byte]).await?;
                    tokio::time::sleep(pause).await;
                }
            }
            Answer::Silence(bytes) => {
                send(&bytes).await?;
                std::future::pending::<()>().await;
            }
        }
        return stream.shutdown().await;
    }
    Ok(())
}

async fn read_head(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(String::from_utf8_lossy(&head).into_owned()))
}

/// An answer with this status line, these header lines and this body, its length declared.
pub(super) fn answer(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut bytes = head(status, headers);
    bytes.truncate(bytes.len() - 2);
    write!(bytes, "Content-Length: {}\r\n\r\n", body.len()).expect("write");
    bytes.extend_from_slice(body);
    bytes
}

/// Status line and headers alone.
pub(super) fn head(status: &str, headers: &[&str]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for header in headers {
        write!(bytes, "{header}\r\n").expect("write");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// The smallest feed there is.
pub(super) const FEED: &[u8] = b"<rss version='2.0'><channel><title>t</title></channel></rss>";
