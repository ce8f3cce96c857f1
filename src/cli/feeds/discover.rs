//! `feeds discover`: the feeds of a site, found as a visitor would: by what its pages declare, then where feeds usually
//! are. Under the same rules on addresses as the service, politely one after another, and never around a bot wall.

use std::collections::HashSet;

use ::url::Url;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::block::Known;
use crate::cli::args::Arguments;
use crate::cli::output::{Failure, complain, print, print_json};
use crate::cli::{open, present};
use crate::domain::FeedDocument;
use crate::domain::feed::{FailureClass, PollFailure};
use crate::domain::policy::ReadLimits;
use crate::fetch::hosts::HostGate;
use crate::fetch::{FetchRequest, Fetched, Fetcher, Response};
use crate::pipeline::StepError;
use crate::read::{self, page};
use crate::text::url;

/// Between two requests to the site: shorter than the service's pause, as someone waits for the dozen there are.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// A feed that was found and read.
#[derive(Debug, Serialize)]
struct Candidate {
    url: String,
    title: Option<String>,
    format: String,
    n_entries: usize,
    newest_at: Option<Timestamp>,
    outlet: Option<String>,
    /// `itself`, `page` or `guess`.
    found: &'static str,
    configured: bool,
    toml: String,
}

pub async fn run(arguments: &Arguments, place: &str) -> Result<(), Failure> {
    let config = open::config_if_any(arguments)?;
    let mut http = config.as_ref().map(|config| config.http.clone()).unwrap_or_default();
    http.host_spacing = http.host_spacing.min(PAUSE);
    let mut finder = Finder {
        fetcher: Fetcher::new(&http).map_err(StepError::from)?,
        gate: HostGate::new(&http),
        limits: config.as_ref().map(|config| config.read.clone()).unwrap_or_default(),
        known: Known::of(config.as_ref()),
        seen: HashSet::new(),
        failed: Vec::new(),
    };
    let found = finder.find(&address(place)?).await;
    for (link, failure) in &finder.failed {
        complain(&format!("{}: {}\n", url::masked(link), present::safe(&failure.to_string())));
    }
    if found.is_empty() {
        return Err(Failure::words(format!("no feed was found at {}", url::masked(place))));
    }
    for candidate in &found {
        if arguments.json { print_json(candidate) } else { print(&words(candidate)) }
    }
    Ok(())
}

/// The address meant; people leave out the `https://`.
fn address(place: &str) -> Result<Url, Failure> {
    let with_scheme = if place.contains("://") { place.trim().to_owned() } else { format!("https://{}", place.trim()) };
    let url = Url::parse(&with_scheme).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| Failure::words(format!("`{place}` is no http:// or https:// address")))
}

struct Finder {
    fetcher: Fetcher,
    gate: HostGate,
    limits: ReadLimits,
    known: Known,
    /// Where answers came from, so that two ways to one feed give it once.
    seen: HashSet<String>,
    /// What was declared and cannot be used.
    failed: Vec<(String, PollFailure)>,
}

impl Finder {
    async fn find(&mut self, place: &Url) -> Vec<Candidate> {
        let answer = match self.fetch(place).await {
            Ok(answer) => answer,
            Err(failure) => {
                let goes_on = may_be_elsewhere(&failure);
                self.failed.push((place.to_string(), failure));
                return if goes_on { self.guess(place).await } else { Vec::new() };
            }
        };
        let document = match self.read(&answer) {
            Ok(document) => return self.candidate(place, &answer, &document, "itself").into_iter().collect(),
            Err(failure) => failure,
        };
        if document.class == FailureClass::BotWall {
            self.failed.push((place.to_string(), document));
            return Vec::new();
        }
        let mut found = Vec::new();
        for link in page::feed_links(&answer.bytes, answer.content_type.as_deref(), &answer.url) {
            match self.visit(&link, "page").await {
                Ok(candidate) => found.extend(candidate),
                Err(failure) => self.failed.push((link.to_string(), failure)),
            }
        }
        if found.is_empty() { self.guess(&answer.url).await } else { found }
    }

    /// Looks where feeds usually are, until one is found or the host has had enough.
    async fn guess(&mut self, place: &Url) -> Vec<Candidate> {
        for link in page::common_addresses(&url::without_login(place.clone())) {
            match self.visit(&link, "guess").await {
                Ok(Some(candidate)) => return vec![candidate],
                Err(failure) if !may_be_elsewhere(&failure) => {
                    self.failed.push((link.to_string(), failure));
                    break;
                }
                Ok(None) | Err(_) => {}
            }
        }
        Vec::new()
    }

    /// The feed at `link`, unless it was found before.
    async fn visit(&mut self, link: &Url, found: &'static str) -> Result<Option<Candidate>, PollFailure> {
        let answer = self.fetch(link).await?;
        let document = self.read(&answer)?;
        Ok(self.candidate(link, &answer, &document, found))
    }

    async fn fetch(&self, link: &Url) -> Result<Response, PollFailure> {
        let _permit = self.gate.enter(link.as_str()).await;
        tracing::info!(url = %url::masked(link.as_str()), "asking");
        let request = FetchRequest { url: link.to_string(), ..FetchRequest::default() };
        match self.fetcher.fetch(&request).await? {
            Fetched::Body(answer) => Ok(answer),
            Fetched::NotModified { .. } => Err(PollFailure::new(FailureClass::Network, "not modified, though unasked")),
        }
    }

    fn read(&self, answer: &Response) -> Result<FeedDocument, PollFailure> {
        read::read(&answer.bytes, answer.content_type.as_deref(), Some(&answer.url), &self.limits)
    }

    fn candidate(
        &mut self,
        asked: &Url,
        answer: &Response,
        document: &FeedDocument,
        found: &'static str,
    ) -> Option<Candidate> {
        if !self.seen.insert(answer.url.to_string()) {
            return None;
        }
        let link = if answer.permanent_url.is_some() { answer.url.clone() } else { url::without_login(asked.clone()) };
        let link = link.to_string();
        Some(Candidate {
            title: document.title.clone(),
            format: document.format.clone(),
            n_entries: document.entries.len(),
            newest_at: document.entries.iter().filter_map(|entry| entry.published.or(entry.updated)).max(),
            outlet: self.known.outlet(&link).map(str::to_owned),
            found,
            configured: self.known.has(&link),
            toml: self.known.block(&link, document.title.as_deref().unwrap_or_default()),
            url: link,
        })
    }
}

/// Whether the site can still be asked for a feed elsewhere, or it is no use or not wanted.
fn may_be_elsewhere(failure: &PollFailure) -> bool {
    use FailureClass::*;
    !matches!(
        failure.class,
        BadUrl | BlockedAddress | Dns | Network | Tls | Timeout | RateLimited | Refused | BotWall | ServerError
    )
}

fn words(candidate: &Candidate) -> String {
    let title = candidate.title.as_deref().unwrap_or("(no title)");
    let newest = candidate.newest_at.map_or("no dates".to_owned(), |at| format!("newest {}", present::moment(at)));
    let found = match candidate.found {
        "itself" => "this very address",
        "page" => "named by the page",
        _ => "found where feeds usually are",
    };
    let n = present::counted(candidate.n_entries, "entry", "entries");
    let head = format!("# {}\n# {}, {n}, {newest}, {found}\n", present::safe(title), candidate.format);
    if candidate.configured {
        format!("{head}# {} is configured already\n\n", candidate.url)
    } else {
        format!("{head}{}\n", candidate.toml)
    }
}
