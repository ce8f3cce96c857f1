//! The main job on real input, with the clock moved: captured feed documents of some 240 outlets, then nine months of
//! a news stream turned into feeds that grow day by day; polled, judged, grouped, told and mailed to files by the very
//! service.
//!
//! ```text
//! cargo run --release --example newsyear [DATA-FOLDER [OUTPUT-FOLDER]]
//! ```
//!
//! The data folder holds `feeds/` with documents and their `index.tsv` (file, outlet, …, newest day in the sixth column),
//! and `stream-2022.jsonl` (id, title, summary, url, date, publisher). Prints counts and leaves store and mails in the
//! output folder; says so and ends well when the data is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use jiff::{SignedDuration, Timestamp};
use orbitwire::clock::Clock;
use orbitwire::config;
use orbitwire::pipeline::{self, Mode, Outcome, Round, Service};
use serde::Deserialize;

/// How often the service looks while the clock is moved.
const STEP: SignedDuration = SignedDuration::from_hours(3);
/// Items that a feed of the stream shows.
const SHOWN: usize = 20;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let data = arguments.next().unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    if !data.join("stream-2022.jsonl").exists() {
        println!("skipped: {} is not here", data.display());
        return Ok(());
    }
    let out = arguments.next().unwrap_or_else(|| std::env::temp_dir().join("orbitwire-newsyear"));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        documents(&data, &out.join("documents")).await?;
        stream(&data, &out.join("stream")).await
    })
}

/// Every captured document, each polled an hour after its newest item.
async fn documents(data: &Path, out: &Path) -> anyhow::Result<()> {
    let index = std::fs::read_to_string(data.join("feeds/index.tsv"))?;
    let mut feeds: Vec<(Timestamp, String, String)> = Vec::new();
    for line in index.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let newest = columns.get(5).and_then(|day| format!("{day}T23:00:00Z").parse().ok());
        let (file, outlet) = (columns[0].to_owned(), columns[1].to_owned());
        feeds.push((newest.unwrap_or("2026-06-30T12:00:00Z".parse()?), file, outlet));
    }
    feeds.sort();
    let folder = data.join("feeds");
    let app = Router::new().route("/{file}", axum::routing::get(document)).with_state(Arc::new(folder));
    let base = serve(app).await?;
    let names: Vec<(String, String)> =
        feeds.iter().map(|(_, file, outlet)| (format!("{base}/{file}"), outlet.clone())).collect();
    let clock = Clock::manual(feeds[0].0);
    let service = open(out, &names, clock.clone()).await?;
    let mut tally = Tally::default();
    for (at, file, _) in &feeds {
        clock.set(*at + SignedDuration::from_hours(1));
        let url = format!("{base}/{file}");
        let all = service.store.with(|store| store.feeds()).await?;
        let (due, mut visits) = (all.into_iter().filter(|feed| feed.url == url), Vec::new());
        pipeline::poll(&service, due, |visit| visits.push(visit)).await?;
        let digests = pipeline::digest(&service, None, Mode::Now).await?;
        let delivery = pipeline::deliver(&service).await?;
        tally.add(&Round { visits, digests, delivery });
    }
    tally.print("captured documents", &service, out).await
}

async fn document(State(folder): State<Arc<PathBuf>>, UrlPath(file): UrlPath<String>) -> impl IntoResponse {
    match std::fs::read(folder.join(file)) {
        Ok(bytes) => (StatusCode::OK, [(header::CONTENT_TYPE, "application/xml")], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A row of the stream.
#[derive(Clone, Deserialize)]
struct Row {
    id: String,
    title: String,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    url: String,
    date: String,
    #[serde(default)]
    publisher: String,
}

/// What the stream's server knows: publishers with their items, and the clock.
struct Press {
    items: BTreeMap<String, Vec<(Timestamp, Row)>>,
    clock: Clock,
}

/// Nine months of one news stream.
async fn stream(data: &Path, out: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(data.join("stream-2022.jsonl"))?;
    let mut items: BTreeMap<String, Vec<(Timestamp, Row)>> = BTreeMap::new();
    for line in text.lines() {
        let row: Row = serde_json::from_str(line)?;
        let at: Timestamp = format!("{}:00Z", row.date).parse().with_context(|| row.date.clone())?;
        items.entry(slug(&row.publisher)).or_default().push((at, row));
    }
    let begin: Timestamp = "2022-02-15T00:00:00Z".parse()?;
    let end = items.values().flatten().map(|item| item.0).max().unwrap_or(begin) + SignedDuration::from_hours(24);
    let names: Vec<String> = items.keys().cloned().collect();
    let clock = Clock::manual(begin);
    let app = Router::new()
        .route("/{publisher}", axum::routing::get(growing))
        .with_state(Arc::new(Press { items, clock: clock.clone() }));
    let base = serve(app).await?;
    let feeds: Vec<(String, String)> = names.iter().map(|name| (format!("{base}/{name}"), name.clone())).collect();
    let service = open(out, &feeds, clock.clone()).await?;
    let (mut now, mut tally) = (begin, Tally::default());
    while now <= end {
        clock.set(now);
        tally.add(&pipeline::round(&service).await?);
        now += STEP;
    }
    tally.print("stream of 2022", &service, out).await
}

async fn growing(
    State(press): State<Arc<Press>>,
    UrlPath(name): UrlPath<String>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let now = press.clock.now();
    let all = press.items.get(&name).map(Vec::as_slice).unwrap_or_default();
    let shown: Vec<&(Timestamp, Row)> = all.iter().filter(|item| item.0 <= now).rev().take(SHOWN).collect();
    let etag = format!("\"{}-{}\"", shown.len(), shown.first().map(|item| item.1.id.as_str()).unwrap_or_default());
    if headers.get(header::IF_NONE_MATCH).is_some_and(|sent| sent.as_bytes() == etag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response();
    }
    let escape = |text: &str| html_escape::encode_text(text).into_owned();
    let items: String = shown
        .iter()
        .map(|(at, row)| {
            let date = jiff::fmt::rfc2822::to_string(&at.to_zoned(jiff::tz::TimeZone::UTC)).unwrap_or_default();
            format!(
                "<item><guid isPermaLink=\"false\">{}</guid><title>{}</title><link>{}</link><description>{}</description><pubDate>{date}</pubDate></item>",
                row.id, escape(&row.title), escape(&row.url), escape(&row.summary)
            )
        })
        .collect();
    let body =
        format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{name}</title>{items}</channel></rss>");
    ([(header::CONTENT_TYPE, "application/rss+xml"), (header::ETAG, etag.as_str())], body).into_response()
}

/// A fresh service on the shipped topic and outlets, with these feeds beside them.
async fn open(out: &Path, feeds: &[(String, String)], clock: Clock) -> anyhow::Result<Service> {
    let _ = std::fs::remove_dir_all(out);
    std::fs::create_dir_all(out)?;
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let mut outlets = std::fs::read_to_string(shipped.join("outlets.toml"))?;
    let known = outlets.clone();
    let mut text = format!(
        "topics = [{:?}]\noutlets = \"outlets.toml\"\n[store]\npath = \"news.db\"\n[http]\nallow_networks = [\"127.0.0.1/32\"]\n\
         [mail]\ntransport = \"file\"\ndirectory = \"outbox\"\nfrom = \"orbitwire <orbitwire@example.org>\"\n\
         [[audience]]\nname = \"desk\"\nto = [\"desk@example.org\"]\ntopics = [\"us-russia-space\"]\non = \"development\"\n",
        shipped.join("topics/us-russia-space.toml")
    );
    let mut added = BTreeSet::new();
    for (url, name) in feeds {
        let host = name.trim_start_matches("www.");
        let key = slug(host);
        if !known.contains(&format!("[outlet.{key}]")) && added.insert(key.clone()) {
            outlets.push_str(&format!(
                "\n[outlet.{key}]\nname = {host:?}\nkind = \"independent\"\nfamily = \"{key}\"\nreason = \"not looked up\"\n"
            ));
        }
        text.push_str(&format!("[[feed]]\nurl = {url:?}\noutlet = \"{key}\"\n"));
    }
    std::fs::write(out.join("outlets.toml"), outlets)?;
    std::fs::write(out.join("orbitwire.toml"), text)?;
    let config = config::load(&out.join("orbitwire.toml"))
        .map_err(|faults| anyhow::anyhow!(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))?;
    Ok(Service::open(config, clock).await?)
}

fn slug(name: &str) -> String {
    let slug: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    slug.trim_matches('_').to_owned()
}

async fn serve(app: Router) -> anyhow::Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(format!("http://{address}"))
}

/// What happened in all rounds.
#[derive(Default)]
struct Tally {
    n_polls: usize,
    n_unchanged: usize,
    rejected: Vec<String>,
    n_mails: usize,
    subjects: Vec<String>,
}

impl Tally {
    fn add(&mut self, round: &Round) {
        self.n_polls += round.visits.len();
        for visit in &round.visits {
            match visit.outcome {
                Outcome::Accepted => {}
                Outcome::Unchanged => self.n_unchanged += 1,
                Outcome::Rejected => self.rejected.push(format!("{}: {}", visit.feed, visit.reason)),
            }
        }
        self.n_mails += round.delivery.n_sent;
        let told = round.digests.iter().filter(|digest| digest.n_messages > 0);
        self.subjects.extend(told.filter_map(|digest| {
            Some(format!("{}  {}", digest.digest.as_ref()?.at.strftime("%Y-%m-%d %H:%M"), digest.subject.as_ref()?))
        }));
    }

    async fn print(&self, what: &str, service: &Service, out: &Path) -> anyhow::Result<()> {
        let status = service.store.with(|store| store.status()).await?;
        println!("== {what}");
        println!(
            "feeds {}, polls {}, unchanged {}, rejected {}",
            status.n_feeds,
            self.n_polls,
            self.n_unchanged,
            self.rejected.len()
        );
        println!(
            "items {}, matches {}, stories {}, developments {}, mails {}, store {} KiB",
            status.n_items,
            status.n_kept,
            status.n_stories,
            status.n_developments,
            self.n_mails,
            status.store_bytes / 1024
        );
        std::fs::write(out.join("subjects.txt"), self.subjects.join("\n"))?;
        std::fs::write(out.join("rejected.txt"), self.rejected.join("\n"))?;
        println!("mails, store, subjects.txt and rejected.txt are in {}", out.display());
        Ok(())
    }
}
