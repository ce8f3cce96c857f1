//! `verdict` and `verdicts`: what a person says of an item, and all that was said.

use serde_json::json;

use super::args::{Arguments, YesNo};
use super::output::{Failure, print, print_json};
use super::{explain, open};
use crate::config::Config;
use crate::pipeline::{Changed, Opening};
use crate::store::{Store, VerdictRow};

/// Records one verdict and says what it changed.
///
/// # Errors
/// When there is no such item or topic, or the store cannot be written.
pub async fn run(arguments: &Arguments, what: &str, verdict: YesNo, topic: Option<&str>) -> Result<(), Failure> {
    let service = open::service(arguments, Opening::Guest).await?;
    let topic = topic_key(&service.config, topic)?;
    let item = explain::find(&Store::open_read_only(&service.config.store.path)?, what)?;
    let changed = service.verdict(item, &topic, verdict == YesNo::Yes).await?;
    let words = match changed {
        Changed::TakenBack => "taken back: what it brought and nobody was told yet is not told".to_owned(),
        Changed::Followed(0) => "followed from now on; it says nothing new to its story".to_owned(),
        Changed::Followed(_) => "followed from now on; it is news and will be told".to_owned(),
        Changed::Nothing => "the decision had been the same; the verdict is kept as a label".to_owned(),
    };
    if arguments.json {
        print_json(&json!({ "item": item.0, "topic": topic, "relevant": verdict == YesNo::Yes, "changed": words }));
    } else {
        print(&format!("item {}: {words}\n", item.0));
    }
    Ok(())
}

/// Prints every verdict as a labelled row.
///
/// # Errors
/// When the store cannot be read.
pub fn list(arguments: &Arguments) -> Result<(), Failure> {
    let (_, store) = open::store(arguments)?;
    for row in store.verdicts()? {
        print(&format!("{}\n", label(&row)));
    }
    Ok(())
}

/// A verdict as the row that `eval relevance` and `learn` read.
pub(super) fn label(row: &VerdictRow) -> serde_json::Value {
    json!({
        "id": row.item.0,
        "title": row.title,
        "summary": row.lead,
        "date": row.at.to_string(),
        "relevant": row.relevant,
        "group": "verdict",
        "topic": row.topic,
    })
}

/// The topic named, or the first configured.
pub(super) fn topic_key(config: &Config, named: Option<&str>) -> Result<String, Failure> {
    let keys: Vec<&str> = config.topics.iter().map(|topic| topic.key.as_str()).collect();
    let found = match named {
        Some(named) => keys.iter().find(|key| **key == named),
        None => keys.first(),
    };
    let found = found.map(|key| (*key).to_owned());
    found.ok_or_else(|| Failure::words(format!("no such topic is configured, expected one of {}", keys.join(", "))))
}
