//! The guided tour: the whole job over the simulated days, told day by day, with a verdict at the end.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::expect::{Expectation, Summary, Told, ToldKind, happening};
use super::press::{self, Press};
use super::server::PressServer;
use crate::clock::Clock;
use crate::config;
use crate::domain::{Digest, DigestStory};
use crate::pipeline::{self, DigestReport, Mode, Round, Service};

/// How far the clock moves between two rounds.
const TICK: SignedDuration = SignedDuration::from_mins(30);
/// Marks a folder as a demo's, so that nothing else is ever overwritten.
const MARK: &str = "orbitwire-demo.txt";
/// The topic with which the demo runs: the one that is shipped.
const TOPIC: &str = include_str!("../../config/topics/us-russia-space.toml");

/// What the tour left behind.
#[derive(Clone, Debug)]
pub struct Tour {
    /// What was told, or what of it was wrong.
    pub verdict: Result<Summary, Vec<String>>,
    /// Mails, in the order of their names.
    pub mails: Vec<PathBuf>,
    /// The last digest's HTML.
    pub html: PathBuf,
    /// The store.
    pub store: PathBuf,
    /// The configuration, usable with every other command.
    pub config: PathBuf,
    /// The first story of the last digest.
    pub story: Option<i64>,
}

/// Takes the tour in `dir` and says what happens, line by line.
///
/// # Errors
/// When the folder is somebody else's or cannot be written, or a step of the pipeline fails.
pub async fn take(dir: &Path, say: &mut dyn FnMut(&str)) -> anyhow::Result<Tour> {
    let press = Arc::new(Press::bundled()?);
    let moments = press.moments(TICK);
    let clock = Clock::manual(moments.first().copied().unwrap_or(Timestamp::UNIX_EPOCH));
    let server = PressServer::start(Arc::clone(&press), clock.clone()).await?;
    let config = furnish(dir, &press, &server)?;
    let service = Service::open(load(&config)?, clock.clone()).await?;
    say(&format!("{}\n\n", press::NOTE));
    let mut told: Vec<Told> = Vec::new();
    let mut last: Option<DigestReport> = None;
    for (number, day) in (1..).zip(press.days()) {
        let mut of_day = Day::default();
        for now in moments.iter().filter(|now| press.day_of(**now) == Some(number)) {
            clock.set(*now);
            of_day.add(pipeline::round(&service).await?);
        }
        of_day.report(number, &day.date.strftime("%A, %-d %B %Y").to_string(), say);
        for report in of_day.mailed {
            if report.audience == Press::INSTANT {
                told.extend(tellings(&press, &service, report.digest.as_ref(), number).await?);
                last = Some(report);
            }
        }
    }
    once_more(&service, &clock, &moments, say).await?;
    let html = dir.join("digest.html");
    let mut story = None;
    if let Some(report) = last {
        let digest = report.digest.as_ref();
        story = digest.and_then(|d| d.new.iter().chain(&d.developments).next()).map(|story| story.id.0);
        say(&format!("\nThe last digest to {}:\n\n{}\n", report.audience, report.text.unwrap_or_default()));
        std::fs::write(&html, report.html.unwrap_or_default())?;
    }
    let verdict = Expectation::of(&press).check(&told);
    Ok(Tour {
        verdict,
        mails: mails(&dir.join("mails"))?,
        html,
        store: service.config.store.path.clone(),
        config,
        story,
    })
}

/// Writes the configuration with its outlets and topic; an earlier demo's state goes.
fn furnish(dir: &Path, press: &Press, server: &PressServer) -> anyhow::Result<PathBuf> {
    let is_empty = !dir.exists() || std::fs::read_dir(dir)?.next().is_none();
    let mark = dir.join(MARK);
    anyhow::ensure!(
        is_empty || mark.exists(),
        "`{}` holds something that is no earlier demo; name an empty or a new folder",
        dir.display()
    );
    for state in ["orbitwire.db", "orbitwire.db-wal", "orbitwire.db-shm"] {
        let _ = std::fs::remove_file(dir.join(state));
    }
    let _ = std::fs::remove_dir_all(dir.join("mails"));
    std::fs::create_dir_all(dir.join("topics"))?;
    std::fs::write(mark, "Written by `orbitwire demo`; may be deleted at any time.\n")?;
    std::fs::write(dir.join("topics/us-russia-space.toml"), TOPIC)?;
    std::fs::write(dir.join("outlets.toml"), Press::outlets_toml())?;
    let config = dir.join("orbitwire.toml");
    std::fs::write(&config, press.config_toml(&server.base_url()))?;
    Ok(config)
}

fn load(file: &Path) -> anyhow::Result<config::Config> {
    config::load(file).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the demo's own configuration has faults:\n{}", faults.join("\n"))
    })
}

/// What a day brought.
#[derive(Default)]
struct Day {
    n_visits: usize,
    n_unchanged: usize,
    n_new: usize,
    n_kept: usize,
    mailed: Vec<DigestReport>,
}

impl Day {
    fn add(&mut self, round: Round) {
        self.n_visits += round.visits.len();
        self.n_unchanged += round.visits.iter().filter(|v| v.outcome == pipeline::Outcome::Unchanged).count();
        self.n_new += round.visits.iter().map(|v| v.n_new).sum::<usize>();
        self.n_kept += round.visits.iter().map(|v| v.n_kept).sum::<usize>();
        self.mailed.extend(round.digests.into_iter().filter(|report| report.n_messages > 0));
    }

    fn report(&self, number: usize, date: &str, say: &mut dyn FnMut(&str)) {
        say(&format!(
            "day {number}, {date}: {} polls ({} unchanged), {} new items, {} of them on the topic\n",
            self.n_visits, self.n_unchanged, self.n_new, self.n_kept
        ));
        for report in &self.mailed {
            let Some(digest) = &report.digest else { continue };
            let time = digest.at.strftime("%H:%M");
            say(&format!("  {time} mail to {}: {}\n", report.audience, digest.subject));
            digest.new.iter().for_each(|story| say(&line("new", story)));
            digest.developments.iter().for_each(|story| say(&line("development", story)));
        }
        if self.mailed.is_empty() {
            let why = if self.n_kept > 0 { "coverage only repeats what was told" } else { "nothing on the topic" };
            say(&format!("  NO mail: {why}\n"));
        }
    }
}

fn line(kind: &str, story: &DigestStory) -> String {
    let what = story.news.first().map_or(story.headline.as_str(), |news| news.what.as_str());
    let s = if story.n_outlets == 1 { "" } else { "s" };
    format!(
        "        {kind:<12} {what} [S-{}, {} outlet{s}, {} independent]\n",
        story.id.0, story.n_outlets, story.n_independent
    )
}

/// What a digest told, by the labels of the press.
async fn tellings(press: &Press, service: &Service, digest: Option<&Digest>, day: usize) -> anyhow::Result<Vec<Told>> {
    let Some(digest) = digest else { return Ok(Vec::new()) };
    let new = digest.new.iter().map(|story| (story, ToldKind::New));
    let developed = digest.developments.iter().map(|story| (story, ToldKind::Development));
    let mut told = Vec::new();
    for (story, kind) in new.chain(developed) {
        let id = story.id;
        let items = service.store.with(move |store| store.items_of(id)).await?;
        let links: BTreeSet<String> = items.into_iter().filter_map(|(item, _)| item.url).collect();
        told.push((day, happening(press, links.iter().map(String::as_str)), kind));
    }
    Ok(told)
}

/// Everything again a day later, unconditionally: nothing may change, nothing may be told.
async fn once_more(
    service: &Service,
    clock: &Clock,
    moments: &[Timestamp],
    say: &mut dyn FnMut(&str),
) -> anyhow::Result<()> {
    let before = service.store.with(|store| store.status()).await?;
    clock.set(moments.last().copied().unwrap_or(Timestamp::UNIX_EPOCH) + SignedDuration::from_hours(30));
    let feeds = service.store.with(|store| store.feeds()).await?;
    let (n_feeds, mut n_new) = (feeds.len(), 0);
    pipeline::poll(service, feeds, |visit| n_new += visit.n_new).await?;
    let digests = pipeline::digest(service, None, Mode::Scheduled).await?;
    let after = service.store.with(|store| store.status()).await?;
    let n_messages: usize = digests.iter().map(|report| report.n_messages).sum();
    let same = (before.n_items, before.n_stories, before.n_developments)
        == (after.n_items, after.n_stories, after.n_developments);
    anyhow::ensure!(
        n_new == 0 && n_messages == 0 && same,
        "polling everything again found {n_new} new items and made {n_messages} mails"
    );
    say(&format!("\neverything polled once more: {n_feeds} feeds, no new item, NO mail\n"));
    Ok(())
}

fn mails(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut mails = Vec::new();
    for file in std::fs::read_dir(folder)? {
        mails.push(file?.path());
    }
    mails.retain(|file| file.extension().is_some_and(|ending| ending == "eml"));
    mails.sort();
    Ok(mails)
}
