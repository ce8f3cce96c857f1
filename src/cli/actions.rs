//! What can be said on the command line behind `digest`, `eval`, `outbox`, `feeds`, `templates` and `verdict`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::args::limit;

/// What to do with mails.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum OutboxAction {
    /// List mails, the latest first
    List {
        /// Only those in this state (may be given more than once)
        #[arg(long, value_enum, value_name = "STATE")]
        state: Vec<StateName>,
        /// At most so many
        #[arg(long, default_value_t = 50, value_name = "N", value_parser = limit)]
        limit: usize,
    },
    /// Show one mail: state, attempts, headers
    Show {
        /// Number, Message-ID or digest
        message: String,
        /// The bytes as they go out, and nothing else
        #[arg(long)]
        raw: bool,
    },
    /// Try mails again at once: those that wait, and those given up as if they were new
    Retry {
        /// Numbers, Message-IDs or digests
        #[arg(required_unless_present_any = ["waiting", "given_up"])]
        messages: Vec<String>,
        /// All that wait for their time
        #[arg(long)]
        waiting: bool,
        /// All that failed or expired
        #[arg(long)]
        given_up: bool,
    },
    /// Give mails up that wait; what they tell stays told
    Drop {
        /// Numbers, Message-IDs or digests
        #[arg(required = true)]
        messages: Vec<String>,
    },
}

/// A state of mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StateName {
    /// Waits for its time
    Pending,
    /// Under way
    Sending,
    /// Handed over
    Sent,
    /// Handed over without an answer
    Uncertain,
    /// Refused for good, or dropped
    Failed,
    /// Not taken in time
    Expired,
}

/// What to do with feeds.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum FeedsAction {
    /// List them with their health
    List,
    /// Find the feeds of a site and print them ready for the configuration
    Discover {
        /// A page of the site, or the feed itself
        url: String,
    },
    /// Print the feeds of an OPML list that are not configured yet, ready for the configuration
    Import {
        /// OPML file, or - for standard input
        file: String,
    },
    /// Print the configured feeds as OPML 2.0, a folder for each outlet
    Export,
}

/// What to do with templates.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum TemplatesAction {
    /// Write the program's templates into a folder, to be changed there
    Write {
        /// The folder, made if it is not there; files in it are not overwritten
        folder: PathBuf,
    },
    /// Show a made-up digest that has everything, by the templates of the configuration
    Sample {
        /// Show the HTML part instead of the text
        #[arg(long)]
        html: bool,
        /// Language of the frame
        #[arg(long, value_enum, default_value_t = FrameLanguage::En)]
        language: FrameLanguage,
    },
}

/// A language of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FrameLanguage {
    /// English
    En,
    /// Russian
    Ru,
}

/// What to do with a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DigestAction {
    /// Compose and show; change nothing
    Preview,
    /// Compose, put into the outbox and deliver
    Send,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    /// It concerns the topic
    Yes,
    /// It does not
    No,
}

/// How figures are broken down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EvalBy {
    /// By language
    Lang,
    /// By group
    Group,
    /// By language and by group
    Both,
}
