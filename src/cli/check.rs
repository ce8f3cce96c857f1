//! `check`: what a configuration says, in words, or all that is wrong with it.

mod schedule;

use std::fmt::Write;

use serde_json::{Value, json};

use super::args::Arguments;
use super::open;
use super::output::{Failure, print};
use crate::config::{Config, Fault};
use crate::domain::policy::{Tls, Transport};

/// Runs the command.
///
/// # Errors
/// The faults of the configuration; with `network`, also when a feed or the mail server cannot be used.
pub async fn run(arguments: &Arguments, network: bool) -> Result<(), Failure> {
    let mut config = open::config(arguments)?;
    config.warnings.extend(super::terms::warnings(&config));
    print(&present_ok(&config, arguments.json));
    if network { super::network::run(arguments, config).await } else { Ok(()) }
}

/// The faults for standard output: one a line with file, line, key and what was expected, or one JSON object.
pub fn present_faults(faults: &[Fault], json: bool) -> String {
    if json {
        return format!("{}\n", json!({ "ok": false, "faults": as_json(faults) }));
    }
    let mut shown = String::new();
    for fault in faults {
        let _ = writeln!(shown, "{fault}");
    }
    let _ = writeln!(shown, "{}", plural(faults.len(), "fault"));
    shown
}

/// What is configured, for standard output: feeds, topics, audiences and when each is mailed, store, way out.
pub fn present_ok(config: &Config, json: bool) -> String {
    if json { format!("{}\n", summary(config)) } else { words(config) }
}

fn words(config: &Config) -> String {
    let mut shown = String::new();
    for warning in &config.warnings {
        let _ = writeln!(shown, "{warning} (warning)");
    }
    let topics: Vec<_> = config.topics.iter().map(|topic| format!("{} ({})", topic.key, topic.name)).collect();
    let _ = writeln!(shown, "{} is in order", config.file.display());
    let _ = writeln!(shown, "  feeds      {}", feeds(config));
    let _ = writeln!(shown, "  topics     {}", topics.join(", "));
    for audience in &config.audiences {
        let _ = writeln!(
            shown,
            "  audience   {}: {}; {}",
            audience.name,
            audience.to.join(", "),
            schedule::words(audience)
        );
    }
    if let Some(folder) = &config.templates {
        let _ = writeln!(shown, "  templates  {}", folder.display());
    }
    let _ = writeln!(shown, "  store      {}", config.store.path.display());
    let _ = writeln!(shown, "  mail       {}", way_out(config));
    if let Some((name, record)) = dkim(config) {
        let _ = writeln!(shown, "  signed     the DNS must have at {name} the TXT record\n             \"{record}\"");
    }
    shown
}

fn feeds(config: &Config) -> String {
    let on = config.feeds.iter().filter(|feed| feed.enabled);
    let outlets: std::collections::BTreeSet<_> = on.clone().map(|feed| &feed.outlet).collect();
    let (n_on, n_off) = (on.count(), config.feeds.iter().filter(|feed| !feed.enabled).count());
    let off = if n_off > 0 { format!(", {n_off} switched off") } else { String::new() };
    format!("{} of {}{off}", plural(n_on, "feed"), plural(outlets.len(), "outlet"))
}

/// Where the DNS must have the public key, and what it must say there.
fn dkim(config: &Config) -> Option<(String, String)> {
    let dkim = config.mail.dkim.as_ref()?;
    let name = format!("{}._domainkey.{}", dkim.selector, dkim.domain);
    Some((name, dkim.key.as_ref()?.record()))
}

fn way_out(config: &Config) -> String {
    match &config.mail.transport {
        Transport::File { directory } => format!("files in {}, from {}", directory.display(), config.mail.from),
        Transport::Maildir { directory } => {
            format!("the Maildir {}, from {}", directory.display(), config.mail.from)
        }
        Transport::Sendmail { command, .. } => format!("the program {}, from {}", command.join(" "), config.mail.from),
        Transport::Smtp(server) => {
            let tls = match server.tls {
                Tls::Implicit => "TLS",
                Tls::StartTls => "STARTTLS",
                Tls::None => "no encryption",
            };
            format!("{}:{} with {tls}, from {}", server.host, server.port, config.mail.from)
        }
    }
}

fn summary(config: &Config) -> Value {
    let audiences: Vec<_> = config
        .audiences
        .iter()
        .map(|one| json!({ "name": one.name, "to": one.to, "topics": one.topics, "schedule": schedule::words(one) }))
        .collect();
    json!({
        "ok": true,
        "file": config.file,
        "warnings": as_json(&config.warnings),
        "n_feeds": config.feeds.iter().filter(|feed| feed.enabled).count(),
        "n_feeds_off": config.feeds.iter().filter(|feed| !feed.enabled).count(),
        "topics": config.topics.iter().map(|topic| &topic.key).collect::<Vec<_>>(),
        "audiences": audiences,
        "store": config.store.path,
        "mail": way_out(config),
        "dkim": dkim(config).map(|(name, record)| json!({ "name": name, "record": record })),
    })
}

fn as_json(faults: &[Fault]) -> Vec<Value> {
    let one =
        |fault: &Fault| json!({ "file": fault.file, "line": fault.line, "key": fault.key, "message": fault.message });
    faults.iter().map(one).collect()
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn shipped() -> Config {
        crate::config::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config/orbitwire.toml")).unwrap()
    }

    #[test]
    fn faults_are_one_a_line_and_counted() {
        let fault = Fault { file: "a.toml".into(), line: 3, key: "poll.every".to_owned(), message: "wrong".to_owned() };
        assert_eq!(present_faults(std::slice::from_ref(&fault), false), "a.toml:3: `poll.every`: wrong\n1 fault\n");
        let value: Value = serde_json::from_str(&present_faults(&[fault.clone(), fault], true)).unwrap();
        assert_eq!((&value["ok"], &value["faults"][1]["line"]), (&json!(false), &json!(3)));
    }

    #[test]
    fn a_configuration_is_told_in_words() {
        let shown = present_ok(&shipped(), false);
        for part in
            ["feeds of", "1 switched off", "us-russia-space", "desk@example.org", "after a development", "outbox"]
        {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    }

    #[test]
    fn the_same_as_json_has_the_counts() {
        let value: Value = serde_json::from_str(&present_ok(&shipped(), true)).unwrap();
        assert_eq!(value["ok"], json!(true));
        assert!(value["n_feeds"].as_u64() > Some(18), "{value}");
    }
}
