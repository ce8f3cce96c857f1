//! `[store]` and `[log]`: where the state lies, and how the service speaks of itself.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use super::table::{Source, Table};
use super::values::{DAY, MONTH, YEAR};
use crate::domain::policy::Listen;

/// The store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreSettings {
    /// The SQLite file.
    pub path: PathBuf,
    /// Days for which the text of items that match nothing is kept for `replay`; 0 = their keys only.
    pub keep_text_days: u32,
    /// Days for which the rows of items that match nothing are kept; their keys stay for ever.
    pub keep_items_days: u32,
    /// Days for which the bytes of mails that were handed over are kept.
    pub keep_mail_days: u32,
    /// Days for which it is kept what was told to whom, when, why and from which configuration.
    pub keep_audit_days: u32,
    /// Between two copies that the service makes of the store; zero = none.
    pub backup_every: SignedDuration,
    /// So many of them are kept.
    pub backups_kept: usize,
    /// The folder in which they lie.
    pub backup_directory: PathBuf,
    /// Between two checks of the whole file; zero = none.
    pub check_every: SignedDuration,
}

impl StoreSettings {
    /// The defaults for a store at `path`.
    pub fn at(path: PathBuf) -> Self {
        Self {
            backup_directory: path.with_file_name("backups"),
            path,
            keep_text_days: 30,
            keep_items_days: 730,
            keep_mail_days: 180,
            keep_audit_days: 400,
            backup_every: DAY,
            backups_kept: 3,
            check_every: DAY.saturating_mul(7),
        }
    }
}

/// The log, on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// Shape of a line.
    pub format: LogFormat,
    /// Least important level that is written.
    pub level: LogLevel,
}

/// Shape of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// A sentence with fields, for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// How important a log line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// Something failed and somebody should look.
    Error,
    /// Something is odd.
    Warn,
    /// One line a poll, digest and delivery.
    Info,
    /// Every decision.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// The name used in the file and by log filters.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// Reads `[store]`; a relative path counts from `base`.
pub fn read_store(root: &mut Table<'_>, source: &mut Source, base: &Path) -> StoreSettings {
    let mut table = root.section(source, "store");
    let path = table.parsed(source, "path", "the path of a file", |text| (!text.is_empty()).then(|| base.join(text)));
    let mut store = StoreSettings::at(path.unwrap_or_else(|| base.join("orbitwire.db")));
    table.set_count(source, "keep_text_days", 0..=36_500, &mut store.keep_text_days);
    table.set_count(source, "keep_items_days", 1..=36_500, &mut store.keep_items_days);
    table.set_count(source, "keep_mail_days", 1..=36_500, &mut store.keep_mail_days);
    table.set_count(source, "keep_audit_days", 1..=36_500, &mut store.keep_audit_days);
    table.set_span(source, "backup_every", SignedDuration::ZERO..=MONTH, &mut store.backup_every);
    table.set_count(source, "backups_kept", 1..=1_000, &mut store.backups_kept);
    table.set_span(source, "check_every", SignedDuration::ZERO..=YEAR, &mut store.check_every);
    let folder =
        table.parsed(source, "backup_directory", "a folder", |text| (!text.is_empty()).then(|| base.join(text)));
    store.backup_directory = folder.unwrap_or(store.backup_directory);
    table.finish(source);
    store
}

/// Reads `[web]`: where monitoring may ask, if anywhere.
pub fn read_web(root: &mut Table<'_>, source: &mut Source, base: &Path) -> Option<Listen> {
    let mut table = root.section(source, "web");
    let expected = "a loopback address with a port, such as \"127.0.0.1:9617\", or \"unix:/run/orbitwire/web.sock\"";
    let listen = table.parsed(source, "listen", expected, |text| match text.strip_prefix("unix:") {
        Some(path) => (!path.is_empty()).then(|| Listen::Unix(base.join(path))),
        None => text.parse().ok().filter(|address: &SocketAddr| address.ip().is_loopback()).map(Listen::Tcp),
    });
    table.finish(source);
    listen
}

/// Reads `[log]`.
pub fn read_log(root: &mut Table<'_>, source: &mut Source) -> LogSettings {
    let mut table = root.section(source, "log");
    let formats = [("text", LogFormat::Text), ("json", LogFormat::Json)];
    let levels = [LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug, LogLevel::Trace];
    let format = table.choice(source, "format", &formats).unwrap_or(LogFormat::Text);
    let level = table.choice(source, "level", &levels.map(|level| (level.name(), level))).unwrap_or(LogLevel::Info);
    table.finish(source);
    LogSettings { format, level }
}
