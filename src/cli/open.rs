//! Opening what commands work on.

use std::io::Read;
use std::path::PathBuf;

use super::args::Arguments;
use super::output::{Failure, complain};
use crate::clock::Clock;
use crate::config::{self, Config, Fault, LogSettings};
use crate::pipeline::{self, Opening, Service};
use crate::store::{Store, StoreError};

/// The configuration named or found.
pub fn config(arguments: &Arguments) -> Result<Config, Failure> {
    let file = config_file(arguments)?;
    pipeline::load(&file).map_err(Failure::Config)
}

/// The configuration, for commands that do without where there is none.
pub fn config_if_any(arguments: &Arguments) -> Result<Option<Config>, Failure> {
    match (&arguments.config, config::find(None)) {
        (None, Err(_)) => Ok(None),
        _ => config(arguments).map(Some),
    }
}

/// The bytes of a file, or of standard input for `-`.
pub fn bytes(source: &str, bytes_max: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let done = if source == "-" {
        std::io::stdin().lock().take(bytes_max + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(source).and_then(|file| file.take(bytes_max + 1).read_to_end(&mut bytes))
    };
    done.map_err(|error| Failure::words(format!("failed to read `{source}`: {error}")))?;
    if bytes.len() as u64 > bytes_max {
        return Err(Failure::words(format!("`{source}` is larger than {} MiB", bytes_max >> 20)));
    }
    Ok(bytes)
}

/// The service's parts for one command, beside the service if it runs.
pub async fn service(arguments: &Arguments, opening: Opening) -> Result<Service, Failure> {
    Ok(Service::open_as(config(arguments)?, Clock::System, opening).await?)
}

/// The store for reading, beside a running service.
pub fn store(arguments: &Arguments) -> Result<(Config, Store), Failure> {
    let (config, faults) = look(arguments)?;
    if faults.is_empty() { store_of(config) } else { Err(Failure::Config(faults)) }
}

/// What the configuration says to one who only looks, and its faults.
pub fn look(arguments: &Arguments) -> Result<(Config, Vec<Fault>), Failure> {
    config::look(&config_file(arguments)?).map_err(Failure::Config)
}

/// The store that a configuration names, for reading.
pub fn store_of(config: Config) -> Result<(Config, Store), Failure> {
    let way_back = |error: StoreError| error.with_way_back(&config.store.path, &config.store.backup_directory);
    let store = Store::open_read_only(&config.store.path).map_err(way_back)?;
    if store.is_frozen() {
        complain(
            "orbitwire: the store lies on a disk that can only be read: it is shown as the file stands, and what came last \
             may be missing\n",
        );
    }
    Ok((config, store))
}

/// How the service is to log; a faulty configuration is told later, in text.
pub fn log_settings(arguments: &Arguments) -> Option<LogSettings> {
    look(arguments).ok().filter(|(_, faults)| faults.is_empty()).map(|(config, _)| config.log)
}

fn config_file(arguments: &Arguments) -> Result<PathBuf, Failure> {
    config::find(arguments.config.as_deref()).map_err(Failure::Config)
}
