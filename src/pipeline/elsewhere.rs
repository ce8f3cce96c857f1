//! An item that is near to two stories: what it brings to one, the readers of the other may know.

use super::desk::Desk;
use super::follow::{EARLIER_MAX, Findings, judge, so_far};
use crate::decide::novelty::StorySoFar;
use crate::domain::{Item, ItemId, Relevance, StoryId};
use crate::store::{Store, StoreError};

/// Why what an item brings to its story is no news: the reports of another story that it would have joined say it too.
/// `None` when it is news beside all of them.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn why_known(
    store: &Store,
    desk: &Desk,
    item: &Item,
    findings: &Findings,
    mut known: StorySoFar,
    others: &[StoryId],
    topics: &[Relevance],
) -> Result<Option<String>, StoreError> {
    for story in others {
        known.items.extend(told_in(store, desk, item.id, *story, topics)?.items);
        known.items.sort_by_key(|item| item.at);
        let verdict = judge(desk, item, findings, &known);
        if verdict.development.is_none() {
            return Ok(Some(format!("known from S-{}; {}", story.0, verdict.reason)));
        }
    }
    Ok(None)
}

/// What the readers of the topics know from a story: nothing of one that is not told, nor of items kept for another
/// topic only.
fn told_in(
    store: &Store,
    desk: &Desk,
    item: ItemId,
    story: StoryId,
    topics: &[Relevance],
) -> Result<StorySoFar, StoreError> {
    let mut shared = Vec::new();
    if store.is_tellable(story)? {
        for (other, place) in store.first_and_latest_of(story, EARLIER_MAX)? {
            let matches = store.matches(other.id)?;
            if matches.iter().any(|one| topics.iter().any(|topic| topic.topic == one.topic)) {
                shared.push((other, place));
            }
        }
    }
    so_far(store, desk, item, shared, None)
}
