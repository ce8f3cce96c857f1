//! `status`: how the service is.

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use super::{open, present};
use crate::clock::Clock;
use crate::config::{Config, Fault};
use crate::daemon::{self, State};
use crate::decide::health::{self, Surroundings};
use crate::domain::vitals::{Health, Level};
use crate::store::{Status, Store, StoreError, last_backup_at};

/// For monitoring programs: nothing can be said.
const UNKNOWN: u8 = 3;

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (config, faults) = open::look(arguments)?;
    let (config, store) = match open::store_of(config) {
        Err(_) if !faults.is_empty() => return Err(Failure::Config(faults)),
        opened => opened?,
    };
    let (status, service) = (store.status()?, daemon::state(&config.store.path));
    let health = health_of(&store, service.as_ref())?;
    let backup_at = last_backup_at(&config.store.path, &config.store.backup_directory, Clock::System.now());
    if arguments.json {
        let mut all = serde_json::to_value(&status).map_err(anyhow::Error::new)?;
        all["service"] = serde_json::to_value(&service).map_err(anyhow::Error::new)?;
        all["health"] = serde_json::to_value(&health).map_err(anyhow::Error::new)?;
        all["last_backup_at"] = serde_json::to_value(backup_at).map_err(anyhow::Error::new)?;
        print_json(&all);
    } else {
        print(&service_words(service.as_ref(), &health));
        print(&words(&config.store.path.display().to_string(), &status));
        print(&care_words(&config, &store, backup_at)?);
    }
    // A service that runs goes on with the configuration it has; the next start would fail.
    if faults.is_empty() { Ok(()) } else { Err(Failure::Config(faults)) }
}

/// One line and an exit code: 0 ok, 1 warning, 2 critical, 3 when nothing can be said.
pub fn check(arguments: &Arguments) -> Result<(), Failure> {
    let found = || -> Result<Health, Failure> {
        let (config, faults) = open::look(arguments)?;
        let (config, store) = open::store_of(config)?;
        let health = health_of(&store, daemon::state(&config.store.path).as_ref())?;
        Ok(match faults.first() {
            Some(first) => with_faults(health, first, faults.len()),
            None => health,
        })
    };
    match found() {
        Ok(health) => {
            if arguments.json {
                print_json(&health);
            } else {
                print(&format!("{}\n", present::safe(&health.line())));
            }
            if health.level.code() == 0 { Ok(()) } else { Err(Failure::SaidWith(health.level.code())) }
        }
        Err(Failure::Other(error)) => {
            let is_damaged = error.downcast_ref::<StoreError>().is_some_and(StoreError::is_damage);
            let (name, code) =
                if is_damaged { (Level::Critical.name(), Level::Critical.code()) } else { ("UNKNOWN", UNKNOWN) };
            print(&format!("{name}: {}\n", present::safe(&format!("{error:#}"))));
            Err(Failure::SaidWith(code))
        }
        Err(Failure::Config(faults)) => {
            let first = faults.first().map(ToString::to_string).unwrap_or_default();
            print(&format!("UNKNOWN: {}\n", present::safe(&first)));
            Err(Failure::SaidWith(UNKNOWN))
        }
        Err(failure) => Err(failure),
    }
}

/// The health of a service whose configuration would not let it start again.
fn with_faults(health: Health, first: &Fault, n: usize) -> Health {
    let words = format!("the configuration has {}, the first: {first}", present::counted(n, "fault", "faults"));
    let going_on = health.reasons.into_iter().filter(|_| health.level > Level::Ok);
    Health { level: health.level.max(Level::Warning), reasons: going_on.chain([words]).collect() }
}

fn health_of(store: &Store, service: Option<&State>) -> Result<Health, Failure> {
    let now = Clock::System.now();
    let around = service.map_or_else(Surroundings::default, State::surroundings);
    Ok(health::health(Some(&store.vitals(now)?), &around, now))
}

fn service_words(service: Option<&State>, health: &Health) -> String {
    let Some(service) = service else { return "service    does not run\n".to_owned() };
    let since = present::moment(service.started_at);
    let mut text = format!("service    runs since {since}, process {}, version {}\n", service.pid, service.version);
    if health.level.code() > 0 {
        text.push_str(&format!("           {}\n", present::safe(&health.line())));
    }
    text
}

fn care_words(config: &Config, store: &Store, backup_at: Option<jiff::Timestamp>) -> Result<String, Failure> {
    let checked = match store.last_check()? {
        None => "never checked".to_owned(),
        Some(check) => {
            let found = check.fault.map_or_else(|| "whole".to_owned(), |fault| format!("DAMAGED: {fault}"));
            format!("checked {}, {}", present::moment(check.at), present::safe(&found))
        }
    };
    let folder = config.store.backup_directory.display();
    let copied = backup_at
        .map_or_else(|| format!("no copy in {folder}"), |at| format!("copied {} into {folder}", present::moment(at)));
    Ok(format!("care       {checked}; {copied}\n"))
}

fn words(path: &str, status: &Status) -> String {
    let mut text = format!(
        "feeds      {}, {} failing, {} never polled\n\
         polls      last {}, next {}\n\
         items      {} seen, {} kept\n\
         stories    {}, {}\n\
         outbox     {} waiting, {} sent, {} failed; next delivery {}\n\
         store      {path}, {} KiB, schema {}\n",
        status.n_feeds,
        status.n_failing,
        status.n_unpolled,
        present::maybe_moment(status.last_poll_at),
        present::maybe_moment(status.next_poll_at),
        status.n_items,
        status.n_kept,
        status.n_stories,
        present::counted(status.n_developments, "development", "developments"),
        status.outbox.n_waiting,
        status.outbox.n_sent,
        status.outbox.n_failed,
        present::maybe_moment(status.next_delivery_at),
        status.store_bytes / 1024,
        status.schema,
    );
    if let Some(rest) = &status.outbox.rest {
        let what = if rest.is_shut { "the way out is shut" } else { "the way out cannot be reached" };
        let (until, why) = (present::moment(rest.until), present::safe(&rest.reason));
        text.push_str(&format!("           {what}, the outbox rests until {until}: {why}\n"));
    } else if let Some(words) = &status.outbox.last_refusal {
        text.push_str(&format!("           last refusal: {}\n", present::safe(words)));
    }
    for audience in &status.audiences {
        let last = match (&audience.last_digest_at, &audience.last_subject) {
            (Some(at), Some(subject)) => format!("last {}: {}", present::moment(*at), present::safe(subject)),
            _ => "none yet".to_owned(),
        };
        let n = present::counted(audience.n_digests, "digest", "digests");
        text.push_str(&format!("audience   {}: {n}, {last}\n", audience.name));
        if audience.undelivered_since.is_some() {
            text.push_str("           it still waits to be delivered; what is new comes together after it\n");
        }
    }
    text
}
