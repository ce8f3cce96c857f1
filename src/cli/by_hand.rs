//! `stories merge`, `stories split`, `mute`, `unmute`, `release`: what a reader decides by hand.

use serde_json::json;

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use super::{explain, open, poll, present};
use crate::domain::{ItemId, StoryId, WhyQuiet};
use crate::pipeline::{Opening, Released};
use crate::store::Store;

/// Puts stories together.
///
/// # Errors
/// When one of them is not there, or the store cannot be written.
pub async fn merge(arguments: &Arguments, into: i64, others: &[i64]) -> Result<(), Failure> {
    let service = open::service(arguments, Opening::Guest).await?;
    let story = service.merge(StoryId(into), others.iter().copied().map(StoryId).collect()).await?;
    let names: Vec<String> = others.iter().map(|id| format!("S-{id}")).collect();
    say(
        arguments,
        &json!({ "story": story.0, "merged": others }),
        &format!("{} in S-{} now; `orbitwire story {}` shows it\n", now_in(&names), story.0, story.0),
    );
    Ok(())
}

fn now_in(names: &[String]) -> String {
    format!("{} {}", names.join(", "), if names.len() == 1 { "is" } else { "are" })
}

/// Takes items out of a story.
///
/// # Errors
/// When an item is not in the story, or the store cannot be written.
pub async fn split(arguments: &Arguments, story: i64, items: &[String]) -> Result<(), Failure> {
    let service = open::service(arguments, Opening::Guest).await?;
    let store = Store::open_read_only(&service.config.store.path)?;
    let items: Vec<ItemId> = items.iter().map(|item| explain::find(&store, item)).collect::<Result<_, _>>()?;
    let numbers: Vec<i64> = items.iter().map(|item| item.0).collect();
    let new = service.split(StoryId(story), items).await?;
    let n = present::counted(numbers.len(), "item is", "items are");
    say(
        arguments,
        &json!({ "story": new.0, "from": story, "items": numbers }),
        &format!("{n} a story of {} own now: S-{}\n", if numbers.len() == 1 { "its" } else { "their" }, new.0),
    );
    Ok(())
}

/// Mutes a story.
///
/// # Errors
/// When it is not there, or the store cannot be written.
pub async fn mute(arguments: &Arguments, id: i64) -> Result<(), Failure> {
    let service = open::service(arguments, Opening::Guest).await?;
    let now = service.clock.now();
    let (story, changed) = service
        .store
        .with(move |store| {
            let story = store.standing(StoryId(id))?;
            Ok((story, store.set_muted(story, Some(now))?))
        })
        .await?;
    let words = if changed { "is muted: it triggers no mail and stands in none" } else { "was muted already" };
    say(
        arguments,
        &json!({ "story": story.0, "muted": true, "changed": changed }),
        &format!("S-{} {words}; `orbitwire unmute story {}` ends it\n", story.0, story.0),
    );
    Ok(())
}

/// Lets a story be heard again.
///
/// # Errors
/// When it is not there, or the store cannot be written.
pub async fn unmute(arguments: &Arguments, id: i64, from_now: bool) -> Result<(), Failure> {
    let service = open::service(arguments, Opening::Guest).await?;
    let (story, changed) = service
        .store
        .with(move |store| {
            let story = store.standing(StoryId(id))?;
            let since = store.story(story)?.and_then(|story| story.muted_at);
            if let Some(since) = since.filter(|_| from_now) {
                store.quieten_since(story, since, WhyQuiet::Muted)?;
            }
            Ok((story, store.set_muted(story, None)?))
        })
        .await?;
    let words = match (changed, from_now) {
        (false, _) => "was not muted",
        (true, false) => "is heard again; what it brought meanwhile is told in the next digest",
        (true, true) => "is heard again; what it brought meanwhile is not told",
    };
    say(
        arguments,
        &json!({ "story": story.0, "muted": false, "changed": changed }),
        &format!("S-{} {words}\n", story.0),
    );
    Ok(())
}

/// Releases the floods of the feeds meant.
///
/// # Errors
/// When there is no such feed, or the store cannot be written.
pub async fn release(arguments: &Arguments, name: &str) -> Result<(), Failure> {
    let service = open::service(arguments, Opening::Guest).await?;
    let feeds = service.store.with(|store| store.feeds()).await?;
    let mut done = Released::default();
    for feed in poll::named(&feeds, &[name.to_owned()])? {
        let released = service.release(feed.id).await?;
        done.n_items += released.n_items;
        done.n_developments += released.n_developments;
    }
    let words = match (done.n_items, done.n_developments) {
        (0, _) => format!("nothing of `{}` is held back\n", present::safe(name)),
        (n, 0) => format!("{} released, none of it is news\n", present::counted(n, "item is", "items are")),
        (n, news) => format!(
            "{} released; {} to be told\n",
            present::counted(n, "item is", "items are"),
            present::counted(news, "development is", "developments are")
        ),
    };
    say(arguments, &json!({ "n_items": done.n_items, "n_developments": done.n_developments }), &words);
    Ok(())
}

fn say(arguments: &Arguments, value: &serde_json::Value, words: &str) {
    if arguments.json { print_json(value) } else { print(words) }
}
