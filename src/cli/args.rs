//! What can be said on the command line.

mod help;
mod parse;
mod values;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub use values::{EvalArguments, EvalWhat, Muted, StoriesAction};

pub use super::actions::{
    DigestAction, EvalBy, FeedsAction, FrameLanguage, OutboxAction, StateName, TemplatesAction, YesNo,
};
use super::db::DbAction;
pub(super) use parse::limit;
use parse::story_number;

/// Watches news feeds for a topic and mails a digest only when something new happened.
#[derive(Debug, Parser)]
#[command(
    name = "orbitwire",
    version,
    about,
    after_help = "Begin with `orbitwire demo`: the whole job in a few seconds, offline.\n\
                  Exit codes: 0 done, 1 failed, 2 usage, 78 configuration fault."
)]
pub struct Arguments {
    /// Configuration file [default: orbitwire.toml, then /etc/orbitwire/orbitwire.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Machine-readable output on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// Say more in the log (twice: everything)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the whole job offline: bundled feeds, several simulated days, mails in a folder
    #[command(after_help = "Examples:\n  orbitwire demo\n  orbitwire demo --dir /tmp/orbitwire-demo")]
    Demo {
        /// Where store and mails go; must be new or an earlier demo's [default: a new temporary folder]
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Run the service until it is told to stop
    #[command(after_help = "Example:\n  orbitwire run --config config/orbitwire.toml")]
    Run,
    /// Name every fault of the configuration, with file, line and key
    #[command(after_help = help::CHECK)]
    Check {
        /// Also fetch each feed and greet the mail server
        #[arg(long)]
        network: bool,
    },
    /// Poll once: the feeds that are due, those named, or all
    #[command(after_help = help::POLL)]
    Poll {
        /// Feeds by URL, name or outlet
        feeds: Vec<String>,
        /// Every feed, due or not
        #[arg(long)]
        all: bool,
    },
    /// Compose a digest now
    #[command(after_help = help::DIGEST)]
    Digest {
        /// preview changes nothing; send puts it into the outbox and delivers
        action: DigestAction,
        /// One audience only
        #[arg(long, value_name = "NAME")]
        audience: Option<String>,
        /// Show the HTML part instead of the text
        #[arg(long)]
        html: bool,
        /// With send: one mail to this address, marked as a test; nothing counts as told
        #[arg(long, value_name = "ADDRESS", conflicts_with = "html")]
        test: Option<String>,
    },
    /// Take the templates of the mail in hand, to give it another look
    #[command(after_help = help::TEMPLATES)]
    Templates {
        #[command(subcommand)]
        action: TemplatesAction,
    },
    /// Hand over the mails that are due
    #[command(after_help = "Example:\n  orbitwire deliver --json")]
    Deliver,
    /// Show, retry or drop mails
    #[command(after_help = help::OUTBOX)]
    Outbox {
        /// What to do
        #[command(subcommand)]
        action: OutboxAction,
    },
    /// Take a recipient out of the mails they asked to get no more, or list who is out
    #[command(after_help = help::UNSUBSCRIBE)]
    Unsubscribe {
        /// Token of the address that was clicked, or an address (out of every audience)
        who: Option<String>,
        /// Take it back
        #[arg(long, requires = "who")]
        undo: bool,
    },
    /// Account for a mail: what was told to whom, when, why, and from which configuration
    #[command(after_help = help::AUDIT)]
    Audit {
        /// Number, Message-ID or digest
        message: String,
    },
    /// Show what the reader makes of a feed document
    #[command(after_help = help::READ)]
    Read {
        /// URL, file, or - for standard input
        source: String,
    },
    /// Put JSON Lines of entries through the decisions, over an empty store
    #[command(after_help = help::JUDGE)]
    Judge {
        /// Topic, by key [default: the first configured]
        #[arg(long, value_name = "TOPIC")]
        topic: Option<String>,
        /// Take every entry as relevant
        #[arg(long)]
        assume_relevant: bool,
        /// Take each row's own `story` as given
        #[arg(long)]
        given_stories: bool,
    },
    /// Measure a decision on labelled JSON Lines
    #[command(after_help = help::EVAL)]
    Eval(EvalArguments),
    /// Say why an item was (not) kept, grouped and told
    #[command(after_help = help::EXPLAIN)]
    Explain {
        /// Item number or the article's URL
        item: String,
    },
    /// Say whether an item concerns the topic
    #[command(after_help = help::VERDICT)]
    Verdict {
        /// Item number or the article's URL
        item: String,
        /// Whether it concerns the topic
        verdict: YesNo,
        /// Topic, by key [default: the first configured]
        #[arg(long, value_name = "TOPIC")]
        topic: Option<String>,
    },
    /// Print all verdicts as labelled JSON Lines, for `eval relevance` and `learn`
    Verdicts,
    /// Learn small corrections of a topic's scores from labels, and write them where they help
    #[command(after_help = help::LEARN)]
    Learn {
        /// Labelled rows [default: your verdicts alone]
        file: Option<PathBuf>,
        /// Topic, by key [default: the first configured]
        #[arg(long, value_name = "TOPIC")]
        topic: Option<String>,
        /// Write the weights even when they do no better
        #[arg(long)]
        anyway: bool,
    },
    /// List stories, the latest first; put them together or take them apart
    #[command(
        args_conflicts_with_subcommands = true,
        after_help = "Examples:\n  orbitwire stories\n  orbitwire stories --days 90 --json\n  \
                      orbitwire stories merge S-12 S-15\n  orbitwire stories split S-12 4711"
    )]
    Stories {
        /// What to do [default: list them]
        #[command(subcommand)]
        action: Option<StoriesAction>,
        /// Stories with an item in the last N days
        #[arg(long, default_value_t = 14, value_name = "N")]
        days: u16,
        /// At most so many
        #[arg(long, default_value_t = 50, value_name = "N", value_parser = limit)]
        limit: usize,
    },
    /// Show one story: what happened, who says what, what comes next, who reports it, where outlets differ
    #[command(after_help = help::STORY)]
    Story {
        /// Number, as in `stories` and in the mails (`12` or `S-12`)
        #[arg(value_parser = story_number)]
        id: i64,
        /// A page of its own instead of text
        #[arg(long)]
        html: bool,
    },
    /// Hear no more of a story: it triggers no mail and stands in none
    #[command(after_help = help::MUTE)]
    Mute {
        /// What
        what: Muted,
        /// Its number
        #[arg(value_parser = story_number)]
        id: i64,
    },
    /// Hear of a muted story again
    #[command(after_help = help::UNMUTE)]
    Unmute {
        /// What
        what: Muted,
        /// Its number
        #[arg(value_parser = story_number)]
        id: i64,
        /// Tell nothing of what came while it was muted
        #[arg(long)]
        from_now: bool,
    },
    /// Tell the old entries that a feed brought all at once and that are held back
    #[command(after_help = help::RELEASE)]
    Release {
        /// Feed by URL, name or outlet
        feed: String,
    },
    /// Judge the stored items once more, and say what another configuration would have kept, told and grouped
    #[command(after_help = help::REPLAY)]
    Replay {
        /// From then on: 2026-03-01, 2026-03-01T06:00:00Z, 14d or 36h
        #[arg(long, value_name = "D", value_parser = super::replay::since)]
        since: jiff::Timestamp,
        /// The other configuration file [default: the present one]
        #[arg(long, value_name = "FILE")]
        with: Option<PathBuf>,
    },
    /// Show the feeds and how they are; find, import and export feeds
    #[command(after_help = help::FEEDS)]
    Feeds {
        /// What to do
        #[command(subcommand)]
        action: FeedsAction,
    },
    /// Find items by words in any form, English and Russian
    #[command(after_help = "Examples:\n  orbitwire search soyuz seat agreement\n  orbitwire search --all роскосмос")]
    Search {
        /// Words, all of which must be there
        #[arg(required = true)]
        words: Vec<String>,
        /// Also items that matched no topic
        #[arg(long)]
        all: bool,
        /// At most so many
        #[arg(long, default_value_t = 50, value_name = "N", value_parser = limit)]
        limit: usize,
    },
    /// Show the state of the service
    #[command(after_help = help::STATUS)]
    Status {
        /// One line and an exit code for monitoring: 0 ok, 1 warning, 2 critical, 3 unknown
        #[arg(long)]
        check: bool,
    },
    /// Take care of the store: check it, copy it, restore a copy, let go what is no longer needed
    #[command(after_help = help::DB)]
    Db {
        /// What to do
        #[command(subcommand)]
        action: DbAction,
    },
    /// Print shell completions
    #[command(after_help = "Example:\n  orbitwire completions bash > /etc/bash_completion.d/orbitwire")]
    Completions {
        /// Shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    #[command(after_help = "Example:\n  orbitwire man | man -l -")]
    Man,
}
