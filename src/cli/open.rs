//! Opening what commands work on.

use std::path::PathBuf;

use super::args::Arguments;
use super::output::Failure;
use crate::clock::Clock;
use crate::config::{self, Config, LogSettings};
use crate::pipeline::Service;
use crate::store::Store;

/// The configuration named or found.
pub fn config(arguments: &Arguments) -> Result<Config, Failure> {
    let file = config_file(arguments)?;
    config::load(&file).map_err(Failure::Config)
}

/// The service with its store, brought up to date.
pub async fn service(arguments: &Arguments) -> Result<Service, Failure> {
    Ok(Service::open(config(arguments)?, Clock::System).await?)
}

/// The store for reading, beside a running service.
pub fn store(arguments: &Arguments) -> Result<(Config, Store), Failure> {
    let config = config(arguments)?;
    let store = Store::open_read_only(&config.store.path)?;
    Ok((config, store))
}

/// How the service is to log; a faulty configuration is told later, in text.
pub fn log_settings(arguments: &Arguments) -> Option<LogSettings> {
    config(arguments).ok().map(|config| config.log)
}

fn config_file(arguments: &Arguments) -> Result<PathBuf, Failure> {
    config::find(arguments.config.as_deref()).map_err(Failure::Config)
}
