//! Looks for spikes and silence when a digest is about to be made, and notes them for it.

use jiff::Timestamp;

use crate::config::Config;
use crate::decide::coverage;
use crate::store::{Store, StoreError};

/// Notes what is to be said of topics and outlets.
///
/// # Errors
/// When the store cannot be read or written.
pub(super) fn take(store: &mut Store, config: &Config, now: Timestamp) -> Result<(), StoreError> {
    for topic in config.topics.iter() {
        let found = store.topic_coverage(&topic.key, &topic.name, now)?;
        if let Some(line) = coverage::spike(&found, now) {
            tracing::info!(topic = %topic.key, reason = %line.reason, "spike noted");
            store.add_coverage_notice(&topic.name, Some(&topic.key), &line.words, now)?;
        }
    }
    for outlet in store.outlet_coverage(now)? {
        if let Some(line) = coverage::silence(&outlet, now) {
            tracing::info!(outlet = %outlet.name, reason = %line.reason, "silence noted");
            store.add_coverage_notice(&outlet.name, None, &line.words, now)?;
        }
    }
    Ok(())
}
