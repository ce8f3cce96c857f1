//! What a server of ill will does with a connection, byte for byte.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What it does once it has read a request.
#[derive(Clone)]
pub enum Manner {
    /// Says this and hangs up.
    Says(Vec<u8>),
    /// Says this and waits for the next request.
    Keeps(Vec<u8>),
    /// Says this and nothing more.
    Holds(Vec<u8>),
    /// Says the first, then the second a thousand times a second, which is what a fast line carries: what comes over
    /// loopback as fast as two cores can make it says nothing about servers elsewhere.
    Endless(Vec<u8>, Vec<u8>),
    /// Says this a byte at a time.
    Drips(Vec<u8>, Duration),
    /// Says this and breaks the connection off.
    Resets(Vec<u8>),
    /// Says this before it was asked, and hangs up.
    Blurts(Vec<u8>),
    /// Reads nothing, says nothing.
    Mute,
    /// Another manner for each request, by its number and its head.
    By(Choose),
}

type Choose = Arc<dyn Fn(usize, &str) -> Manner + Send + Sync>;

/// A listening server with an address of its own, so that no two are one host.
pub struct Server {
    pub url: String,
    address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub async fn start(n: usize, name: &str, manner: Manner) -> Self {
        let host = format!("127.1.{}.{}:0", n / 250, n % 250 + 1);
        let listener = TcpListener::bind(&host).await.unwrap();
        let address = listener.local_addr().unwrap();
        let n_asked = Arc::new(AtomicUsize::new(0));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (manner, n_asked) = (manner.clone(), n_asked.clone());
                tokio::spawn(async move { serve(stream, &manner, &n_asked).await });
            }
        });
        Self { url: format!("http://{address}/{}", name.replace(' ', "-")), address, task }
    }

    /// How a log names it.
    pub fn place(&self) -> String {
        format!("//{}/", self.address)
    }
}

async fn serve(mut stream: TcpStream, manner: &Manner, n_asked: &AtomicUsize) -> std::io::Result<()> {
    loop {
        let mut next = manner.clone();
        if !matches!(next, Manner::Mute | Manner::Blurts(_)) {
            let Some(head) = read_head(&mut stream).await? else { return Ok(()) };
            let n = n_asked.fetch_add(1, Ordering::SeqCst);
            while let Manner::By(choose) = &next {
                next = choose(n, &head);
            }
        }
        match next {
            Manner::Keeps(bytes) => {
                stream.write_all(&bytes).await?;
                continue;
            }
            Manner::Says(bytes) | Manner::Blurts(bytes) => stream.write_all(&bytes).await?,
            Manner::Holds(bytes) => {
                stream.write_all(&bytes).await?;
                std::future::pending::<()>().await;
            }
            Manner::Mute => std::future::pending::<()>().await,
            Manner::Endless(first, again) => {
                stream.write_all(&first).await?;
                loop {
                    stream.write_all(&again).await?;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
            Manner::Drips(bytes, pause) => {
                for byte in bytes {
                    stream.write_all(&[byte]).await?;
                    tokio::time::sleep(pause).await;
                }
            }
            Manner::Resets(bytes) => {
                stream.write_all(&bytes).await?;
                // What was said is to arrive before the connection breaks.
                tokio::time::sleep(Duration::from_millis(50)).await;
                stream.set_zero_linger()?;
                return Ok(());
            }
            Manner::By(_) => unreachable!("chosen above"),
        }
        return stream.shutdown().await;
    }
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

/// A server in a network that is not allowed: whoever comes there was led.
pub struct Trap {
    pub port: u16,
    n_met: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Trap {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Trap {
    pub async fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let n_met = Arc::new(AtomicUsize::new(0));
        let met = n_met.clone();
        let task = tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                met.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { port, n_met, task }
    }

    pub fn n_met(&self) -> usize {
        self.n_met.load(Ordering::SeqCst)
    }
}

/// An answer with this status line, these header lines and this body, its length declared.
pub fn answer(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let length = format!("Content-Length: {}", body.as_ref().len());
    let headers: Vec<&str> = headers.iter().copied().chain([length.as_str()]).collect();
    [head(status, &headers), body.as_ref().to_vec()].concat()
}

/// Status line and headers alone.
pub fn head(status: &str, headers: &[&str]) -> Vec<u8> {
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    format!("HTTP/1.1 {status}\r\n{lines}\r\n").into_bytes()
}

/// A chunk of a chunked body.
pub fn chunk(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let bytes = bytes.as_ref();
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}
