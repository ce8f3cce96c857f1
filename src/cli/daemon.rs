//! `run`: the service.

use super::args::Arguments;
use super::open;
use super::output::Failure;

pub async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let service = open::service(arguments).await?;
    for warning in &service.config.warnings {
        tracing::warn!("{warning}");
    }
    let file = service.config.file.clone();
    Ok(crate::daemon::run(service, || crate::config::load(&file)).await?)
}
