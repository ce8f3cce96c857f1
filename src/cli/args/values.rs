//! What arguments are made of: actions and choices.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::parse::story_number;
use crate::cli::actions::EvalBy;

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
    /// Every decision on a stream, and what became of the developments labelled in it
    Stream,
}

/// What to measure, and how it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct EvalArguments {
    /// Which decision
    pub what: EvalWhat,
    /// Labelled rows; of `stream`, rows in the order of their dates
    pub file: PathBuf,
    /// Labels for rows of a stream, by id: story and development
    #[arg(long, value_name = "FILE", required_if_eq("what", "stream"))]
    pub labels: Option<PathBuf>,
    /// List what was decided wrongly
    #[arg(long)]
    pub misses: bool,
    /// How the figures of `relevance` are broken down
    #[arg(long, value_enum, default_value_t = EvalBy::Both)]
    pub by: EvalBy,
}

/// What to do with stories.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum StoriesAction {
    /// Put stories together: all items of the others go into the first one
    #[command(
        after_help = "What was told stays told. What was not is told as part of the first story, as far as it is new \
                      there. The other numbers lead to the first one from then on, and reports that come later follow. \
                      `stories split` takes items out again.\n\nExample:\n  orbitwire stories merge S-12 S-15"
    )]
    Merge {
        /// Number of the story that stays
        #[arg(value_parser = story_number)]
        into: i64,
        /// Numbers of those that go into it
        #[arg(required = true, value_parser = story_number)]
        others: Vec<i64>,
    },
    /// Take items out of a story: they become a story of their own
    #[command(
        after_help = "Items are named by their numbers, as in `story`, or by their links. What was told stays told; a story of which \
                      nothing was told is told as new, unless it is older than `[identity] news_max_age`. \
                      `stories merge` puts them together again.\n\nExamples:\n  orbitwire stories split S-12 4711 4712\n  \
                      orbitwire stories split 12 https://www.nasa.gov/some/article/"
    )]
    Split {
        /// Number of the story
        #[arg(value_parser = story_number)]
        story: i64,
        /// Items that are about something else
        #[arg(required = true)]
        items: Vec<String>,
    },
}

/// What can be muted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Muted {
    /// One story
    Story,
}
