//! What commands have in common on the way out: the log, the end, safe printing.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

use super::args::{Arguments, Command};
use crate::config::{Fault, LogFormat};
use crate::pipeline::StepError;
use crate::store::StoreError;

/// Exit code of a configuration fault (`EX_CONFIG` of sysexits.h); systemd does not restart on it.
const EXIT_CONFIG: u8 = 78;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// The configuration has faults.
    Config(Vec<Fault>),
    /// Anything else.
    Other(anyhow::Error),
    /// The command has said why itself.
    Said,
    /// The same with an exit code of its own.
    SaidWith(u8),
}

impl Failure {
    /// A failure in words.
    pub fn words(words: impl std::fmt::Display) -> Self {
        Self::Other(anyhow::anyhow!("{words}"))
    }

    /// Tells the user and answers the exit code.
    pub fn report(self, json: bool) -> ExitCode {
        match self {
            Self::Config(faults) => {
                let said = super::check::present_faults(&faults, json);
                if json {
                    print(&said)
                } else {
                    complain(&said)
                }
                ExitCode::from(EXIT_CONFIG)
            }
            Self::Other(error) => {
                complain(&format!("orbitwire: {error:#}\n"));
                ExitCode::FAILURE
            }
            Self::Said => ExitCode::FAILURE,
            Self::SaidWith(code) => ExitCode::from(code),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

impl From<StepError> for Failure {
    fn from(error: StepError) -> Self {
        Self::Other(error.into())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

/// Starts the log on standard error: text at a terminal and under journald, JSON for the service when configured so.
/// One-off commands log warnings only, unless asked for more.
pub fn start_log(arguments: &Arguments) {
    let is_service = matches!(arguments.command, Command::Run);
    let configured = is_service.then(|| super::open::log_settings(arguments)).flatten();
    let level = match (arguments.verbose, configured) {
        (0, Some(log)) => log.level.name(),
        (0, None) if is_service => "info",
        (0, None) => "warn",
        (1, _) => "info",
        _ => "debug",
    };
    // Libraries speak at our level only when everything is wanted; none of them may print a secret at debug.
    let filter = EnvFilter::new(format!("warn,orbitwire={level}"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    if configured.is_some_and(|log| log.format == LogFormat::Json) {
        log.json().flatten_event(true).init();
    } else if is_service && !std::io::stderr().is_terminal() {
        // journald writes its own time beside each line.
        log.without_time().init();
    } else {
        log.init();
    }
}

/// Prints to standard output; a reader that went away (`| head`) is no fault.
pub fn print(text: &str) {
    print_bytes(text.as_bytes());
}

/// The same for what need not be text.
pub fn print_bytes(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// Prints to standard error.
pub fn complain(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Prints one JSON value on a line of its own.
pub fn print_json<T: serde::Serialize>(value: &T) {
    match serde_json::to_string(value) {
        Ok(text) => print(&format!("{text}\n")),
        Err(error) => complain(&format!("orbitwire: cannot write JSON: {error}\n")),
    }
}
