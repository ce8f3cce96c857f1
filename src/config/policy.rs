//! `[poll]`, `[identity]`, `[grouping]`, `[retry]`: the numbers that decisions use.

use std::ops::RangeInclusive;

use jiff::SignedDuration;

use super::table::{Source, Table};
use super::values::{DAY, HOUR, MINUTE, MONTH, SECOND, YEAR};
use crate::domain::Policy;
use crate::domain::policy::{GroupingPolicy, IdentityPolicy, PollPolicy, RetryPolicy};
use crate::text::span;

/// What one feed's `every` may be.
pub const EVERY: RangeInclusive<SignedDuration> = SECOND..=SignedDuration::from_hours(30 * 24);

/// Reads the four sections but `[poll]`, which the caller has opened because fetching shares it.
pub fn read(root: &mut Table<'_>, poll: &mut Table<'_>, source: &mut Source) -> Policy {
    Policy {
        poll: read_poll(poll, source),
        identity: read_identity(root.section(source, "identity"), source),
        grouping: read_grouping(root.section(source, "grouping"), source),
        retry: read_retry(root.section(source, "retry"), source),
    }
}

fn read_poll(table: &mut Table<'_>, source: &mut Source) -> PollPolicy {
    let mut poll = PollPolicy::default();
    table.set_span(source, "every", EVERY, &mut poll.every);
    table.set_span(source, "floor", SignedDuration::ZERO..=DAY, &mut poll.floor);
    table.set_span(source, "ceiling", SECOND..=MONTH, &mut poll.ceiling);
    poll.jitter = table.number(source, "jitter", 0.0..=1.0).unwrap_or(poll.jitter);
    table.set_span(source, "hint_max", SignedDuration::ZERO..=MONTH, &mut poll.hint_max);
    table.set_span(source, "full_fetch_every", MINUTE..=MONTH, &mut poll.full_fetch_every);
    table.set_span(source, "broken_after", MINUTE..=MONTH, &mut poll.broken_after);
    table.set_count(source, "broken_tries", 1..=1000, &mut poll.broken_tries);
    table.expect_order(source, ("floor", poll.floor), ("ceiling", poll.ceiling));
    if poll.every < poll.floor {
        let floor = span::show(poll.floor);
        table.doubtful(source, "every", format!("shorter than `floor`: feeds are polled every {floor}"));
    } else if poll.every > poll.ceiling {
        let ceiling = span::show(poll.ceiling);
        table.doubtful(source, "every", format!("longer than `ceiling`: feeds are polled every {ceiling}"));
    }
    poll
}

fn read_identity(mut table: Table<'_>, source: &mut Source) -> IdentityPolicy {
    let mut identity = IdentityPolicy::default();
    table.set_span(source, "title_window", SignedDuration::ZERO..=YEAR, &mut identity.title_window);
    table.set_span(source, "news_max_age", SignedDuration::ZERO..=YEAR, &mut identity.news_max_age);
    table.set_span(source, "future_max", SignedDuration::ZERO..=DAY, &mut identity.future_max);
    table.set_count(source, "flood_min", 1..=100_000, &mut identity.flood_min);
    table.finish(source);
    identity
}

fn read_grouping(mut table: Table<'_>, source: &mut Source) -> GroupingPolicy {
    let mut grouping = GroupingPolicy::default();
    table.set_span(source, "window", HOUR..=YEAR, &mut grouping.window);
    table.set_span(source, "reopen", HOUR..=YEAR, &mut grouping.reopen);
    table.expect_order(source, ("window", grouping.window), ("reopen", grouping.reopen));
    table.finish(source);
    grouping
}

fn read_retry(mut table: Table<'_>, source: &mut Source) -> RetryPolicy {
    /// More waits than these say nothing new: the last one repeats.
    const WAITS_MAX: usize = 50;
    let mut retry = RetryPolicy::default();
    let waits = table.placed_strings(source, "waits");
    let read = waits.iter().map(|(text, at)| {
        let wait = span::parse(text).filter(|wait| (SECOND..=MONTH).contains(wait));
        if wait.is_none() {
            let message = format!("found the string \"{text}\", expected a duration from 1s to 30d, such as \"15m\"");
            source.fault(*at, &table.key("waits"), message);
        }
        wait
    });
    let read: Vec<_> = read.collect();
    if read.len() > WAITS_MAX || (table.has("waits") && waits.is_empty() && !source.is_broken()) {
        table.wrong(source, "waits", format!("found {} waits, expected 1 to {WAITS_MAX}", read.len()));
    } else if !read.is_empty() {
        retry.waits = read.into_iter().flatten().collect();
    }
    table.set_span(source, "give_up_after", MINUTE..=MONTH, &mut retry.give_up_after);
    table.finish(source);
    retry
}
