//! `check --network`: the feeds and the mail server, asked without recording anything.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use serde::Serialize;

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use super::present;
use crate::config::Config;
use crate::domain::Validators;
use crate::domain::feed::FeedSpec;
use crate::fetch::hosts::HostGate;
use crate::fetch::{FetchRequest, Fetched, Fetcher};
use crate::mail::Mailer;
use crate::pipeline::StepError;
use crate::text::url;

/// What was found at one place.
#[derive(Serialize)]
struct Finding {
    what: String,
    ok: bool,
    words: String,
}

/// Asks every feed and the mail server; fails when any of them cannot be used.
pub async fn run(arguments: &Arguments, config: Config) -> Result<(), Failure> {
    let fetcher = Fetcher::new(&config.http).map_err(StepError::from)?;
    let gate = HostGate::new(&config.http);
    let feeds = config.feeds.iter().filter(|feed| feed.enabled);
    let mut asked: FuturesUnordered<_> = feeds.map(|feed| ask(&config, &fetcher, &gate, feed)).collect();
    let mut n_bad = 0;
    while let Some(finding) = asked.next().await {
        n_bad += usize::from(!finding.ok);
        show(arguments, &finding);
    }
    let finding = mail(&config).await;
    n_bad += usize::from(!finding.ok);
    show(arguments, &finding);
    if n_bad == 0 { Ok(()) } else { Err(Failure::words(format!("{n_bad} of them cannot be used as they are"))) }
}

async fn ask(config: &Config, fetcher: &Fetcher, gate: &HostGate, feed: &FeedSpec) -> Finding {
    let _permit = gate.enter(&feed.url).await;
    let request =
        FetchRequest { url: feed.url.clone(), validators: Validators::default(), headers: feed.headers.clone() };
    let what = url::masked(&feed.url);
    match fetcher.fetch(&request).await {
        Ok(Fetched::Body(answer)) => {
            match crate::read::read(&answer.bytes, answer.content_type.as_deref(), Some(&answer.url), &config.read) {
                Ok(document) => {
                    let moved = answer.permanent_url.map(|to| format!(", moved for good to {}", url::masked(&to)));
                    let n = present::counted(document.entries.len(), "entry", "entries");
                    Finding { what, ok: true, words: format!("{n}, {}{}", document.format, moved.unwrap_or_default()) }
                }
                Err(failure) => Finding { what, ok: false, words: failure.to_string() },
            }
        }
        Ok(Fetched::NotModified { .. }) => Finding { what, ok: true, words: "unchanged".to_owned() },
        Err(failure) => Finding { what, ok: false, words: failure.to_string() },
    }
}

async fn mail(config: &Config) -> Finding {
    let what = "mail".to_owned();
    let probed = match Mailer::open(&config.mail) {
        Ok(mailer) => mailer.probe().await,
        Err(error) => Err(error.to_string()),
    };
    match probed {
        Ok(found) => Finding { what, ok: true, words: found.join("; ") },
        Err(words) => Finding { what, ok: false, words },
    }
}

fn show(arguments: &Arguments, finding: &Finding) {
    if arguments.json {
        print_json(finding);
    } else {
        let mark = if finding.ok { "ok  " } else { "FAIL" };
        print(&format!("{mark} {}: {}\n", finding.what, present::safe(&finding.words)));
    }
}
