//! `feeds`: what is polled, what could be, and lists to and from other readers.

mod block;
mod discover;
mod export;
mod import;
mod list;

use super::args::{Arguments, FeedsAction};
use super::output::Failure;

pub async fn run(arguments: &Arguments, action: &FeedsAction) -> Result<(), Failure> {
    match action {
        FeedsAction::List => list::run(arguments),
        FeedsAction::Discover { url } => discover::run(arguments, url).await,
        FeedsAction::Import { file } => import::run(arguments, file),
        FeedsAction::Export => export::run(arguments),
    }
}
