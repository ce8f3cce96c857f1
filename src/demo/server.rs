//! The press on loopback: real HTTP, by the demo's clock, with honest validators.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clock::Clock;

use super::press::Press;

/// A server that shows the press as it is at the clock's moment; it stops when dropped.
#[derive(Debug)]
pub struct PressServer {
    addr: SocketAddr,
    counts: Arc<Counts>,
    task: JoinHandle<()>,
}

/// What was asked of the server so far.
#[derive(Debug, Default)]
struct Counts {
    whole: AtomicUsize,
    unchanged: AtomicUsize,
}

#[derive(Clone)]
struct Shared {
    press: Arc<Press>,
    clock: Clock,
    counts: Arc<Counts>,
}

impl PressServer {
    /// Serves `/feeds/<slug>` on a free port of 127.0.0.1; fails when no port can be had.
    pub async fn start(press: Arc<Press>, clock: Clock) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let addr = listener.local_addr()?;
        let counts = Arc::new(Counts::default());
        let shared = Shared { press, clock, counts: counts.clone() };
        Ok(Self { addr, counts, task: tokio::spawn(serve(listener, shared)) })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://127.0.0.1:<port>`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// How many documents were sent whole.
    pub fn n_whole(&self) -> usize {
        self.counts.whole.load(Ordering::Relaxed)
    }

    /// How many requests were answered with 304.
    pub fn n_unchanged(&self) -> usize {
        self.counts.unchanged.load(Ordering::Relaxed)
    }
}

impl Drop for PressServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, shared: Shared) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // A reader that gave up before it was let in is no fault of ours; a lack of files passes.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let shared = shared.clone();
        let answer = service_fn(move |asked: Request<Incoming>| {
            let answer = feed(&shared, &asked);
            async { Ok::<_, Infallible>(answer) }
        });
        let exchange = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
        tokio::spawn(async { exchange.await.ok() });
    }
}

fn feed(shared: &Shared, asked: &Request<Incoming>) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::default());
    let slug = asked.uri().path().strip_prefix("/feeds/");
    let Some(document) = slug.and_then(|slug| shared.press.document(slug, shared.clock.now())) else {
        *answer.status_mut() = StatusCode::NOT_FOUND;
        return answer;
    };
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(document.content_type));
    if let Ok(etag) = HeaderValue::from_str(&document.etag) {
        headers.insert(header::ETAG, etag);
    }
    if let Ok(at) = HeaderValue::from_str(&http_date(document.last_modified)) {
        headers.insert(header::LAST_MODIFIED, at);
    }
    if is_unchanged(asked.headers(), &document.etag, document.last_modified) {
        shared.counts.unchanged.fetch_add(1, Ordering::Relaxed);
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        shared.counts.whole.fetch_add(1, Ordering::Relaxed);
        *answer.body_mut() = Full::from(document.bytes);
    }
    answer
}

/// RFC 9110, 13.2.2: `If-Modified-Since` counts only when there is no `If-None-Match`.
fn is_unchanged(asked: &HeaderMap, etag: &str, last_modified: Timestamp) -> bool {
    let text = |name| asked.get(name).and_then(|value| value.to_str().ok());
    if let Some(tags) = text(header::IF_NONE_MATCH) {
        return tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag);
    }
    let since = text(header::IF_MODIFIED_SINCE).and_then(|date| httpdate::parse_http_date(date).ok());
    since
        .and_then(|since| since.duration_since(UNIX_EPOCH).ok())
        .is_some_and(|since| last_modified_secs(last_modified) <= since.as_secs())
}

fn http_date(at: Timestamp) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(last_modified_secs(at)))
}

fn last_modified_secs(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    async fn get(server: &PressServer, path: &str, header: &str) -> String {
        let mut stream = tokio::net::TcpStream::connect(server.addr()).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn value<'a>(answer: &'a str, name: &str) -> &'a str {
        answer.lines().find_map(|line| line.strip_prefix(name)).map(str::trim).unwrap()
    }

    fn clock() -> Clock {
        Clock::manual("2022-09-19T09:00:00Z".parse().unwrap())
    }

    #[tokio::test]
    async fn a_feed_is_sent_once_and_then_only_when_it_changed() {
        let clock = clock();
        let server = PressServer::start(Arc::new(Press::bundled().unwrap()), clock.clone()).await.unwrap();
        let first = get(&server, "/feeds/nasa-news", "").await;
        assert!(first.starts_with("HTTP/1.1 200"), "{first}");
        assert!(first.contains("Seat Exchange"), "{first}");
        let known = format!("If-None-Match: {}\r\n", value(&first, "etag:"));
        assert!(get(&server, "/feeds/nasa-news", &known).await.starts_with("HTTP/1.1 304"));
        clock.set("2022-09-20T09:00:00Z".parse().unwrap());
        assert!(get(&server, "/feeds/nasa-news", &known).await.starts_with("HTTP/1.1 200"));
        assert_eq!((server.n_whole(), server.n_unchanged()), (2, 1));
    }

    #[tokio::test]
    async fn a_date_alone_is_honoured_too() {
        let server = PressServer::start(Arc::new(Press::bundled().unwrap()), clock()).await.unwrap();
        let first = get(&server, "/feeds/interfax", "").await;
        let known = format!("If-Modified-Since: {}\r\n", value(&first, "last-modified:"));
        assert!(get(&server, "/feeds/interfax", &known).await.starts_with("HTTP/1.1 304"));
        let older = "If-Modified-Since: Mon, 12 Sep 2022 00:00:00 GMT\r\n";
        assert!(get(&server, "/feeds/interfax", older).await.starts_with("HTTP/1.1 200"));
    }

    #[tokio::test]
    async fn what_is_no_feed_is_not_found() {
        let server = PressServer::start(Arc::new(Press::bundled().unwrap()), clock()).await.unwrap();
        assert!(get(&server, "/feeds/nosuch", "").await.starts_with("HTTP/1.1 404"));
    }

    #[tokio::test]
    async fn a_dropped_server_no_longer_listens() {
        let server = PressServer::start(Arc::new(Press::bundled().unwrap()), clock()).await.unwrap();
        let addr = server.addr();
        drop(server);
        for _ in 0..100 {
            if tokio::net::TcpStream::connect(addr).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("still listening");
    }
}
