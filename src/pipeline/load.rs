//! The configuration with what it names: templates are proved before anything is told with them.

use std::path::Path;

use super::service::StepError;
use crate::config::{self, Config, Fault};
use crate::render::{Renderer, TemplateFault};

/// Reads the configuration `path`, the files that it names, and the templates.
///
/// # Errors
/// Every fault of every file; those of templates when there is no other.
pub fn load(path: &Path) -> Result<Config, Vec<Fault>> {
    let config = config::load(path)?;
    match renderer(&config) {
        Ok(_) => Ok(config),
        Err(faults) => Err(faults.into_iter().map(fault).collect()),
    }
}

/// The program's templates, or those of the configured folder.
///
/// # Errors
/// All that is wrong with the latter.
pub fn renderer(config: &Config) -> Result<Renderer, Vec<TemplateFault>> {
    config.templates.as_deref().map_or_else(|| Ok(Renderer::new()), Renderer::load)
}

/// The same for a step, which says the first fault.
pub(super) fn renderer_or_first_fault(config: &Config) -> Result<Renderer, StepError> {
    renderer(config).map_err(|faults| {
        let n_more = faults.len().saturating_sub(1);
        let more = if n_more > 0 { format!(" (and {n_more} more faults)") } else { String::new() };
        let first = faults.into_iter().next().map(fault).map(|fault| fault.to_string()).unwrap_or_default();
        StepError::Templates(format!("{first}{more}"))
    })
}

fn fault(fault: TemplateFault) -> Fault {
    Fault { file: fault.file, line: fault.line, key: String::new(), message: fault.message }
}
