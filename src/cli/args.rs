//! What can be said on the command line.

mod parse;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

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
    #[command(
        after_help = "Examples:\n  orbitwire check\n  orbitwire check --network    also fetch each feed and greet the mail server"
    )]
    Check {
        /// Also fetch each feed and greet the mail server
        #[arg(long)]
        network: bool,
    },
    /// Poll once: the feeds that are due, those named, or all
    #[command(
        after_help = "Examples:\n  orbitwire poll\n  orbitwire poll --all --json\n  orbitwire poll nasa https://example.org/feed"
    )]
    Poll {
        /// Feeds by URL, name or outlet
        feeds: Vec<String>,
        /// Every feed, due or not
        #[arg(long)]
        all: bool,
    },
    /// Compose a digest now
    #[command(
        after_help = "Examples:\n  orbitwire digest preview\n  orbitwire digest preview --audience desk --html > digest.html\n  orbitwire digest send --audience desk\n  orbitwire digest send --test you@example.org"
    )]
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
    #[command(
        after_help = "docs/templates.md of the source says what a template gets.\n\nExamples:\n  orbitwire templates write mail-templates\n  orbitwire templates sample --html > sample.html\n  orbitwire templates sample --language ru"
    )]
    Templates {
        #[command(subcommand)]
        action: TemplatesAction,
    },
    /// Hand over the mails that are due
    #[command(after_help = "Example:\n  orbitwire deliver --json")]
    Deliver,
    /// Show, retry or drop mails
    #[command(
        after_help = "States: pending (waits), sending, sent, uncertain (handed over without an answer: the same bytes go \
                      again), failed (refused for good, or dropped), expired (nobody took it in time).\n\nExamples:\n  \
                      orbitwire outbox list\n  orbitwire outbox list --state failed --state expired\n  \
                      orbitwire outbox show 17\n  orbitwire outbox show 17 --raw > mail.eml\n  \
                      orbitwire outbox retry 17\n  orbitwire outbox retry --given-up\n  orbitwire outbox drop 17"
    )]
    Outbox {
        /// What to do
        #[command(subcommand)]
        action: OutboxAction,
    },
    /// Take a recipient out of the mails they asked to get no more, or list who is out
    #[command(
        after_help = "For the program behind `[mail] unsubscribe_url`, and for those who write a mail instead. Mails that \
                      wait are given up.\n\nExamples:\n  orbitwire unsubscribe 6f1c0d5be2a94c7788d3e0b1f2a4c6d8\n  \
                      orbitwire unsubscribe desk@example.org\n  orbitwire unsubscribe --undo desk@example.org"
    )]
    Unsubscribe {
        /// Token of the address that was clicked, or an address (out of every audience)
        who: Option<String>,
        /// Take it back
        #[arg(long, requires = "who")]
        undo: bool,
    },
    /// Account for a mail: what was told to whom, when, why, and from which configuration
    #[command(
        after_help = "MESSAGE is its number in `outbox list`, its Message-ID, or the X-Orbitwire-Digest that all mails of \
                      a digest carry. Mails are accounted for as long as `[store] keep_audit_days` says.\n\nExamples:\n  \
                      orbitwire audit 17\n  orbitwire audit '<4f0c….1b2a…@example.org>' --json"
    )]
    Audit {
        /// Number, Message-ID or digest
        message: String,
    },
    /// Show what the reader makes of a feed document
    #[command(
        after_help = "Examples:\n  orbitwire read https://www.nasa.gov/feed/\n  orbitwire read feed.xml --json\n  curl -s https://example.org/feed | orbitwire read -"
    )]
    Read {
        /// URL, file, or - for standard input
        source: String,
    },
    /// Put JSON Lines of entries through the decisions, over an empty store
    #[command(
        after_help = "Each line of standard input: {\"id\", \"title\", \"summary\"?, \"content\"?, \"url\"?, \"date\"?, \"publisher\"?, \"lang\"?}\n\nExample:\n  orbitwire judge < entries.jsonl > verdicts.jsonl"
    )]
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
    #[command(after_help = "Example:\n  orbitwire eval relevance labels.jsonl --misses")]
    Eval {
        /// Which decision
        what: EvalWhat,
        /// Labelled rows
        file: PathBuf,
        /// List what was decided wrongly
        #[arg(long)]
        misses: bool,
        /// How the figures of `relevance` are broken down
        #[arg(long, value_enum, default_value_t = EvalBy::Both)]
        by: EvalBy,
    },
    /// Say why an item was (not) kept, grouped and told
    #[command(
        after_help = "Examples:\n  orbitwire explain 4711\n  orbitwire explain https://www.nasa.gov/some/article/"
    )]
    Explain {
        /// Item number or the article's URL
        item: String,
    },
    /// Say whether an item concerns the topic
    #[command(
        after_help = "`no` takes the item back: what it brought and nobody was told yet is not told. `yes` follows it: \
                      it joins a story and is told like any other. Either is final for the item and becomes a label for \
                      `orbitwire learn`.\n\nExamples:\n  orbitwire verdict 4711 no\n  \
                      orbitwire verdict https://www.nasa.gov/some/article/ yes"
    )]
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
    #[command(
        after_help = "Labels are the rows of FILE ({\"title\", \"summary\"?, \"date\"?, \"relevant\"}) and your own \
                      verdicts. The corrections are tried on months that they were not learned from, and are written to \
                      TOPIC.weights.toml beside the topic file only when they do better there than the rules alone; \
                      from then on they are used.\n\nExample:\n  orbitwire learn labels.jsonl"
    )]
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
    /// List stories, the latest first
    #[command(after_help = "Examples:\n  orbitwire stories\n  orbitwire stories --days 90 --json")]
    Stories {
        /// Stories with an item in the last N days
        #[arg(long, default_value_t = 14, value_name = "N")]
        days: u16,
        /// At most so many
        #[arg(long, default_value_t = 50, value_name = "N", value_parser = limit)]
        limit: usize,
    },
    /// Show one story: timeline, facts, quotes, outlets, differences
    #[command(after_help = "Examples:\n  orbitwire story S-12\n  orbitwire story 12 --json")]
    Story {
        /// Number, as in `stories` and in the mails (`12` or `S-12`)
        #[arg(value_parser = story_number)]
        id: i64,
    },
    /// Show the feeds and how they are; find, import and export feeds
    #[command(
        after_help = "Examples:\n  orbitwire feeds list\n  orbitwire feeds discover https://www.nasa.gov/\n  orbitwire feeds import subscriptions.opml >> orbitwire.toml\n  orbitwire feeds export > feeds.opml"
    )]
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
    #[command(
        after_help = "Examples:\n  orbitwire status --json\n  orbitwire status --check    for monitoring programs"
    )]
    Status {
        /// One line and an exit code for monitoring: 0 ok, 1 warning, 2 critical, 3 unknown
        #[arg(long)]
        check: bool,
    },
    /// Take care of the store: check it, copy it, restore a copy, let go what is no longer needed
    #[command(
        after_help = "Examples:\n  orbitwire db check\n  orbitwire db backup /var/backups/orbitwire.db\n  orbitwire db prune --dry-run\n  orbitwire db restore /var/backups/orbitwire.db    the service must be stopped"
    )]
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

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EvalWhat {
    /// Kept or not: precision, recall, F1
    Relevance,
    /// Grouping: B-cubed precision, recall, F1
    Stories,
    /// Developments and facts, stories given
    Novelty,
    /// Statements: who said what
    Quotes,
}
