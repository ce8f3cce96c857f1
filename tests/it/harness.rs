//! A world for tests: feeds on loopback that say what the test wants, a clock that the test moves, a real store in a
//! folder of its own, mails in files.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use orbitwire::clock::Clock;
use orbitwire::config::{self, Config};
use orbitwire::pipeline::{self, Round, Service, Stops};

/// `[mail]`: into files.
pub const FILES: &str = "transport = \"file\"\ndirectory = \"outbox\"\n";
/// `[poll]`: every second.
pub const PACE: &str = "every = \"1s\"\nfloor = \"1s\"\nceiling = \"1s\"\njitter = 0.0\n";
/// The same, and mails are tried again after a second.
pub const PACE_AND_RETRIES: &str =
    "every = \"1s\"\nfloor = \"1s\"\nceiling = \"1s\"\njitter = 0.0\n[retry]\nwaits = [\"1s\"]\n";

/// What a feed's URL answers.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Vec<u8>,
    /// With an ETag made of the body, so that the same again is a 304.
    pub etag: bool,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// Says "not modified" to whoever asks, whatever has changed.
    pub lies: bool,
}

impl Answer {
    pub fn xml(body: impl Into<Vec<u8>>) -> Self {
        Self { etag: true, ..Self::ok("application/rss+xml", body.into()) }
    }

    pub fn status(status: u16) -> Self {
        Self { status, ..Self::ok("text/plain", b"no".to_vec()) }
    }

    pub fn html(body: &str) -> Self {
        Self::ok("text/html", body.into())
    }

    pub fn with(mut self, header: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((header, value.into()));
        self
    }

    fn ok(content_type: &'static str, body: Vec<u8>) -> Self {
        Self { status: 200, content_type, body, etag: false, headers: Vec::new(), lies: false }
    }
}

/// What the server knows: answers by name, and for each request its name and whether it asked "changed since?".
#[derive(Default)]
struct Served {
    answers: HashMap<String, Answer>,
    asked: Vec<(String, bool)>,
}

type Answers = Arc<Mutex<Served>>;

/// Feeds on loopback.
pub struct Feeds {
    address: SocketAddr,
    answers: Answers,
}

impl Feeds {
    pub async fn start() -> Self {
        let answers = Answers::default();
        let app = Router::new().route("/{name}", axum::routing::get(answer)).with_state(answers.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, answers }
    }

    pub fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    pub fn set(&self, name: &str, answer: Answer) {
        self.answers.lock().unwrap().answers.insert(name.to_owned(), answer);
    }

    /// The requests for `name` since the last time this was asked: for each whether it was conditional.
    pub fn asked(&self, name: &str) -> Vec<bool> {
        let mut served = self.answers.lock().unwrap();
        let asked = served.asked.iter().filter(|(asked, _)| asked == name).map(|(_, conditional)| *conditional);
        let asked = asked.collect();
        served.asked.retain(|(asked, _)| asked != name);
        asked
    }

    pub fn show(&self, name: &str, entries: &[Entry]) {
        self.set(name, Answer::xml(rss(entries)));
    }
}

async fn answer(State(answers): State<Answers>, UrlPath(name): UrlPath<String>, headers: HeaderMap) -> Response {
    let sent = headers.get(header::IF_NONE_MATCH);
    let answer = {
        let mut served = answers.lock().unwrap();
        served.asked.push((name.clone(), sent.is_some()));
        served.answers.get(&name).cloned().unwrap_or_else(|| Answer::status(404))
    };
    let etag = format!("\"{}\"", blake3::hash(&answer.body).to_hex());
    if sent.is_some_and(|sent| answer.lies || (answer.etag && sent.as_bytes() == etag.as_bytes())) {
        return Response::builder().status(StatusCode::NOT_MODIFIED).body(Body::empty()).unwrap();
    }
    let mut response = Response::builder().status(answer.status).header(header::CONTENT_TYPE, answer.content_type);
    if answer.etag {
        response = response.header(header::ETAG, etag);
    }
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body)).unwrap()
}

/// An entry to be published.
#[derive(Clone, Debug)]
pub struct Entry {
    pub guid: String,
    pub link: String,
    pub title: String,
    pub lead: String,
    pub at: Timestamp,
}

/// An entry with id and link made of `key`.
pub fn entry(key: &str, title: &str, lead: &str, at: &str) -> Entry {
    Entry {
        guid: format!("id-{key}"),
        link: format!("https://outlet.example/{key}"),
        title: title.to_owned(),
        lead: lead.to_owned(),
        at: at.parse().unwrap(),
    }
}

/// An RSS 2.0 document.
pub fn rss(entries: &[Entry]) -> String {
    let escape = |text: &str| html_escape::encode_text(text).into_owned();
    let items: String = entries
        .iter()
        .map(|e| {
            let date = jiff::fmt::rfc2822::to_string(&e.at.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
            let (guid, title, link, lead) = (escape(&e.guid), escape(&e.title), escape(&e.link), escape(&e.lead));
            format!("<item><guid isPermaLink=\"false\">{guid}</guid><title>{title}</title><link>{link}</link><description>{lead}</description><pubDate>{date}</pubDate></item>\n")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>Feed</title><link>https://outlet.example/</link>{items}</channel></rss>\n"
    )
}

/// Feeds, folder, clock and configuration; services are opened on it as often as a test likes.
pub struct World {
    pub feeds: Feeds,
    pub clock: Clock,
    pub folder: tempfile::TempDir,
    config: String,
}

/// The moment at which every world begins.
pub const BEGIN: &str = "2026-03-02T06:00:00Z";

impl World {
    /// A world with these feeds (name, outlet) and one audience that is told at once.
    pub async fn with(feeds: &[(&str, &str)]) -> Self {
        Self::with_mail(feeds, FILES).await
    }

    /// The same with a way out for mail of the test's own.
    pub async fn with_mail(names: &[(&str, &str)], mail: &str) -> Self {
        Self::with_pace(names, mail, "every = \"30m\"\nceiling = \"30m\"\njitter = 0.0\n").await
    }

    /// The same with a `[poll]` section (and what follows it) of the test's own.
    pub async fn with_pace(names: &[(&str, &str)], mail: &str, pace: &str) -> Self {
        let feeds = Feeds::start().await;
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        let mut text = format!(
            "topics = [{:?}]\noutlets = {:?}\n[store]\npath = \"news.db\"\n[http]\nallow_networks = [\"127.0.0.1/32\"]\n\
             [poll]\n{pace}\
             [mail]\n{mail}from = \"orbitwire <orbitwire@example.org>\"\n\
             [[audience]]\nname = \"desk\"\nto = [\"desk@example.org\"]\ntopics = [\"us-russia-space\"]\non = \"development\"\n\
             wait = \"0s\"\nmin_gap = \"0s\"\nmax_per_day = 100\n",
            shipped.join("topics/us-russia-space.toml"),
            shipped.join("outlets.toml"),
        );
        for (name, outlet) in names {
            text.push_str(&format!(
                "[[feed]]\nurl = \"{}\"\noutlet = \"{outlet}\"\nname = \"{name}\"\n",
                feeds.url(name)
            ));
            feeds.show(name, &[]);
        }
        Self { feeds, clock: Clock::manual(BEGIN.parse().unwrap()), folder: tempfile::tempdir().unwrap(), config: text }
    }

    pub fn config(&self) -> Config {
        let file = self.write_config();
        config::load(&file).unwrap_or_else(|faults| {
            panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        })
    }

    pub fn write_config(&self) -> PathBuf {
        let file = self.folder.path().join("orbitwire.toml");
        std::fs::write(&file, &self.config).unwrap();
        file
    }

    pub async fn service(&self) -> Service {
        Service::open(self.config(), self.clock.clone()).await.unwrap()
    }

    /// A service that is stopped, as by a crash, at the `n`th step it passes.
    pub async fn service_that_stops(&self, n: u32) -> Service {
        let mut service = self.service().await;
        service.stops = Stops::after(n);
        service
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn advance(&self, span: SignedDuration) {
        self.clock.set(self.clock.now() + span);
    }

    /// Half an hour later, one round.
    pub async fn next_round(&self, service: &Service) -> Round {
        self.advance(SignedDuration::from_mins(31));
        pipeline::round(service).await.unwrap()
    }

    /// The mails that were handed over, by name.
    pub fn mails(&self) -> Vec<(String, Vec<u8>)> {
        let Ok(folder) = std::fs::read_dir(self.folder.path().join("outbox")) else { return Vec::new() };
        let files = folder.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "eml"));
        let mut mails: Vec<_> = files
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
            .collect();
        mails.sort();
        mails
    }
}

/// What a round told: kind of section and what is new, story by story.
pub fn told(round: &Round) -> Vec<(&'static str, String)> {
    let digests =
        round.digests.iter().filter(|report| report.n_messages > 0).filter_map(|report| report.digest.as_ref());
    let mut told = Vec::new();
    for digest in digests {
        for (kind, stories) in [("new", &digest.new), ("development", &digest.developments)] {
            for news in stories.iter().flat_map(|story| &story.news) {
                told.push((kind, news.what.clone()));
            }
        }
    }
    told
}

/// Happenings that share agencies and nothing else: each is a story of its own.
pub fn happening(n: usize) -> (String, String) {
    let mission = 40 + n;
    (
        format!("NASA astronaut to fly on Soyuz MS-{mission} under seat deal with Roscosmos"),
        format!(
            "NASA and Roscosmos have agreed that an American will take a seat on Soyuz MS-{mission}, the agencies said."
        ),
    )
}
