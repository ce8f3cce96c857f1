//! `run`: the service.

use super::args::Arguments;
use super::open;
use super::output::Failure;
use crate::clock::Clock;

pub async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = open::config(arguments)?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let file = config.file.clone();
    Ok(crate::daemon::run(config, Clock::System, move || crate::pipeline::load(&file)).await?)
}
