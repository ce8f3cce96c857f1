//! The command line: one file a command.

mod actions;
mod args;
mod journal;
mod open;
mod output;
mod present;

mod daemon;
mod db;
mod demo;

pub mod check;
mod network;
mod terms;

mod manual;

mod audit;
mod by_hand;
mod deliver;
mod digest;
mod feeds;
mod outbox;
mod poll;
mod search;
mod status;
mod stories;
mod story;
mod templates;
mod unsubscribe;

mod explain;
mod learn;
mod replay;
mod verdict;

pub mod eval;
pub mod jsonl;
pub mod judge;
pub mod read;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command, Muted, StoriesAction};
pub use output::Failure;

/// Runs the program and answers its exit code: 0 done, 1 failed, 2 usage, 78 configuration fault.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    output::start_log(&arguments);
    // One thread for all that waits: reading and the store have threads of their own, and handing each answer over to
    // another one costs more than the answer.
    let ended = tokio::runtime::Builder::new_current_thread()
        .thread_stack_size(2 * 1024 * 1024)
        .enable_all()
        .build()
        .map_err(|error| Failure::from(anyhow::Error::new(error).context("failed to start the runtime")))
        .and_then(|runtime| {
            let ended = runtime.block_on(run(&arguments));
            // A reader that is still at work on a hostile document must not hold up the end.
            runtime.shutdown_timeout(std::time::Duration::from_secs(1));
            ended
        });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(arguments.json),
    }
}

async fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::Demo { dir } => demo::run(arguments, dir.as_deref()).await,
        Command::Run => daemon::run(arguments).await,
        Command::Check { network } => check::run(arguments, *network).await,
        Command::Poll { feeds, all } => poll::run(arguments, feeds, *all).await,
        Command::Templates { action } => templates::run(arguments, action),
        Command::Digest { action, audience, test: Some(to), .. } => {
            digest::test(arguments, *action, audience.as_deref(), to).await
        }
        Command::Digest { action, audience, html, test: None } => {
            digest::run(arguments, *action, audience.as_deref(), *html).await
        }
        Command::Deliver => deliver::run(arguments).await,
        Command::Outbox { action } => outbox::run(arguments, action).await,
        Command::Unsubscribe { who, undo } => unsubscribe::run(arguments, who.as_deref(), *undo).await,
        Command::Audit { message } => audit::run(arguments, message),
        Command::Read { source } => read::run(arguments, source).await,
        Command::Judge { topic, assume_relevant, given_stories } => {
            judge::run(arguments, topic.as_deref(), *assume_relevant, *given_stories)
        }
        Command::Eval(what) => eval::run(arguments, what),
        Command::Learn { file, topic, anyway } => learn::run(arguments, file.as_deref(), topic.as_deref(), *anyway),
        Command::Verdict { item, verdict, topic } => verdict::run(arguments, item, *verdict, topic.as_deref()).await,
        Command::Verdicts => verdict::list(arguments),
        Command::Explain { item } => explain::run(arguments, item),
        Command::Stories { action: None, days, limit } => stories::list(arguments, *days, *limit),
        Command::Stories { action: Some(StoriesAction::Merge { into, others }), .. } => {
            by_hand::merge(arguments, *into, others).await
        }
        Command::Stories { action: Some(StoriesAction::Split { story, items }), .. } => {
            by_hand::split(arguments, *story, items).await
        }
        Command::Mute { what: Muted::Story, id } => by_hand::mute(arguments, *id).await,
        Command::Unmute { what: Muted::Story, id, from_now } => by_hand::unmute(arguments, *id, *from_now).await,
        Command::Replay { since, with } => replay::run(arguments, *since, with.as_deref()),
        Command::Release { feed } => by_hand::release(arguments, feed).await,
        Command::Story { id, html } => story::run(arguments, *id, *html),
        Command::Feeds { action } => feeds::run(arguments, action).await,
        Command::Search { words, all, limit } => search::run(arguments, &words.join(" "), *all, *limit),
        Command::Status { check: false } => status::run(arguments),
        Command::Status { check: true } => status::check(arguments),
        Command::Db { action } => db::run(arguments, action),
        Command::Completions { shell } => {
            manual::completions(*shell);
            Ok(())
        }
        Command::Man => manual::page(),
    }
}
