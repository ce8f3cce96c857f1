//! `status`: how the service is.

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use super::{open, present};
use crate::store::Status;

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (config, store) = open::store(arguments)?;
    let status = store.status()?;
    if arguments.json {
        print_json(&status);
    } else {
        print(&words(&config.store.path.display().to_string(), &status));
    }
    Ok(())
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
    if let Some(words) = &status.outbox.last_refusal {
        text.push_str(&format!("           last refusal: {}\n", present::safe(words)));
    }
    for audience in &status.audiences {
        let last = match (&audience.last_digest_at, &audience.last_subject) {
            (Some(at), Some(subject)) => format!("last {}: {}", present::moment(*at), present::safe(subject)),
            _ => "none yet".to_owned(),
        };
        let n = present::counted(audience.n_digests, "digest", "digests");
        text.push_str(&format!("audience   {}: {n}, {last}\n", audience.name));
    }
    text
}
