//! What commands have in common on the way out: the log, the end, safe printing.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

use super::args::{Arguments, Command};
use super::journal::{self, WithPriority};
use crate::config::{Fault, LogFormat};
use crate::pipeline::StepError;
use crate::store::StoreError;
use crate::text::fold;

/// Exit code of a configuration fault (`EX_CONFIG` of sysexits.h); systemd does not restart on it.
const EXIT_CONFIG: u8 = 78;

/// Exit code of a store that is damaged or gone (`EX_DATAERR`); systemd does not restart on it: a person is needed.
const EXIT_DATA: u8 = 65;

/// Exit code of a comparison that could not be made, as of `diff` and `cmp`.
const EXIT_TROUBLE: u8 = 2;

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

    /// The same of a command whose exit code 1 is an answer: a fault is told and does not look like one.
    #[must_use]
    pub fn trouble(self) -> Self {
        match self {
            Self::Other(error) => {
                complain(&format!("orbitwire: {error:#}\n"));
                Self::SaidWith(EXIT_TROUBLE)
            }
            other => other,
        }
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
                if is_damage(&error) { ExitCode::from(EXIT_DATA) } else { ExitCode::FAILURE }
            }
            Self::Said => ExitCode::FAILURE,
            Self::SaidWith(code) => ExitCode::from(code),
        }
    }
}

fn is_damage(error: &anyhow::Error) -> bool {
    let of_step = || match error.downcast_ref::<StepError>() {
        Some(StepError::Store(fault)) => Some(fault),
        _ => None,
    };
    error.downcast_ref::<StoreError>().or_else(of_step).is_some_and(StoreError::is_damage)
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
    // What the verifier of certificates has to say is in the line of the visit or the delivery, with whose it was.
    // And what `poll` prints of a visit need not stand in its log a second time.
    let visits = if level == "warn" && !is_service { ",orbitwire::pipeline::poll=error" } else { "" };
    let filter = EnvFilter::new(format!("warn,rustls_platform_verifier=off,orbitwire={level}{visits}"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let is_json = configured.is_some_and(|log| log.format == LogFormat::Json);
    let plain = tracing_subscriber::fmt::format().with_target(false);
    match (is_json, is_service && journal::is_journal()) {
        (true, true) => log.json().flatten_event(true).map_event_format(WithPriority).init(),
        (true, false) => log.json().flatten_event(true).init(),
        // journald writes its own time beside each line.
        (false, true) => log.event_format(WithPriority(plain.with_ansi(false).without_time())).init(),
        (false, false) if is_service && !std::io::stderr().is_terminal() => log.without_time().init(),
        (false, false) => log.init(),
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

/// JSON in which whatever turns a terminal or the direction of its text is written as `\u…`: the same values, and safe to
/// look at. In JSON such characters stand inside strings only.
pub fn visible(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n'
            && (c.is_control() || (fold::is_invisible(c) && !is_mark(c)) || matches!(c, '\u{2028}' | '\u{2029}'))
        {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| shown.push_str(&format!("\\u{unit:04x}")));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A mark on the letter before it, which belongs to the text.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{fe00}'..='\u{fe0f}')
}

/// Prints one JSON value on a line of its own.
pub fn print_json<T: serde::Serialize>(value: &T) {
    match serde_json::to_string(value) {
        Ok(text) => print(&format!("{}\n", visible(&text))),
        Err(error) => complain(&format!("orbitwire: cannot write JSON: {error}\n")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_a_terminal_is_spelled_out_and_means_the_same() {
        let value =
            serde_json::json!({ "a": "x\u{9b}2J\u{202e}\u{e0041}й\u{301}\u{2028}", "b": ["Союз", "\u{1b}[31m"] });
        let shown = visible(&value.to_string());
        assert!(!shown.contains(['\u{9b}', '\u{202e}', '\u{e0041}', '\u{2028}']), "{shown}");
        assert!(shown.contains("\\u202e") && shown.contains("Союз") && shown.contains("й\u{301}"), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}
