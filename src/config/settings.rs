//! `[store]` and `[log]`: where the state lies, and how the service speaks of itself.

use std::path::{Path, PathBuf};

use super::table::{Source, Table};

/// The store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreSettings {
    /// The SQLite file.
    pub path: PathBuf,
    /// Days for which the text of items that match nothing is kept for `replay`; 0 = their keys only.
    pub keep_text_days: u32,
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
    let mut store = StoreSettings { path: path.unwrap_or_else(|| base.join("orbitwire.db")), keep_text_days: 30 };
    table.set_count(source, "keep_text_days", 0..=36_500, &mut store.keep_text_days);
    table.finish(source);
    store
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
