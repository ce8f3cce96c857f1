//! The configuration that ships: it loads as it is, says every key, and its comments tell the true defaults.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::load::load_with;
use super::secret::Secrets;
use super::*;
use crate::domain::policy::{HttpPolicy, Transport};

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config/orbitwire.toml")
}

fn load_at(file: &Path) -> (Result<Config, Vec<Fault>>, BTreeSet<String>) {
    let secrets = Secrets { base: file.parent().unwrap().to_owned(), credentials: None, are_read: true };
    let (config, known) = load_with(file, &secrets);
    let dotted = |(table, names): (String, BTreeSet<&'static str>)| {
        names.into_iter().map(move |name| format!("{table}.{name}").trim_start_matches('.').to_owned())
    };
    (config, known.into_iter().flat_map(dotted).collect())
}

#[track_caller]
fn loaded(file: &Path) -> Config {
    load_at(file).0.unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// Every key of the sample, in effect or in a comment, as `section.key`.
fn keys_mentioned(text: &str) -> BTreeSet<String> {
    let (mut section, mut keys) = (String::new(), BTreeSet::new());
    for line in text.lines() {
        if line.starts_with('[') {
            section = format!("{}.", line.trim_matches(['[', ']']));
            keys.insert(section.trim_end_matches('.').to_owned());
        } else if let Some((name, _)) = line.trim_start_matches(['#', ' ']).split_once([' ', '=']) {
            keys.insert(format!("{section}{name}"));
        }
        // The keys of a feed are a list in prose, above the first one.
        if section == "log."
            && let Some(rest) = line.strip_prefix("# ")
        {
            keys.extend(rest.split_whitespace().next().map(|name| format!("feed.{name}")));
        }
    }
    keys
}

#[test]
fn it_loads_as_it_is_and_mails_to_files() {
    let config = loaded(&shipped());
    assert_eq!(config.warnings, []);
    assert!(config.feeds.iter().filter(|feed| feed.enabled).count() >= 19, "{}", config.feeds.len());
    assert!(matches!(&config.mail.transport, Transport::File { directory } if directory.ends_with("outbox")));
    assert_eq!(config.audiences.len(), 1);
}

#[test]
fn it_names_the_outlets_that_it_promises() {
    let config = loaded(&shipped());
    for key in ["nasa", "roscosmos", "rt", "tass", "aljazeera", "skynews", "spacenews"] {
        assert!(config.feeds.iter().any(|feed| feed.outlet == key && feed.enabled), "{key}");
    }
    for outlet in config.outlets.iter() {
        assert!(!outlet.domains.is_empty() && outlet.reason.ends_with('.'), "{outlet:?}");
    }
}

#[test]
fn it_says_every_key_that_can_be_said() {
    let (_, known) = load_at(&shipped());
    let mentioned = keys_mentioned(&std::fs::read_to_string(shipped()).unwrap());
    // `headers` of a feed is a table, whose keys are the user's own.
    let missing: Vec<_> = known.iter().filter(|key| !mentioned.contains(*key)).collect();
    assert_eq!(missing, Vec::<&String>::new());
    assert!(known.len() > 70, "only {} keys are known: {known:?}", known.len());
}

#[test]
fn its_commented_defaults_are_the_defaults() {
    let text = std::fs::read_to_string(shipped()).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let beside = shipped().parent().unwrap().display().to_string();
    let uncommented: String = text
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase()) => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect::<String>()
        .replace("\"topics/", &format!("\"{beside}/topics/"))
        .replace("\"outlets.toml\"", &format!("\"{beside}/outlets.toml\""));
    let file = directory.path().join("orbitwire.toml");
    std::fs::write(&file, &uncommented).unwrap();
    let (plain, spelled) = (loaded(&shipped()), loaded(&file));
    assert!(uncommented.contains("\nfloor = \"10m\"\n"));
    assert_eq!(spelled.policy, Policy::default());
    assert_eq!(spelled.http, HttpPolicy::default());
    assert_eq!(spelled.read, ReadLimits::default());
    assert_eq!(spelled.log, plain.log);
    let elsewhere = |config: &Config| StoreSettings {
        path: PathBuf::new(),
        backup_directory: PathBuf::new(),
        ..config.store.clone()
    };
    assert_eq!(elsewhere(&spelled), elsewhere(&plain));
    assert_eq!(spelled.audiences, plain.audiences);
    assert_eq!(spelled.mail.from, plain.mail.from);
}
