//! Faults: what is wrong in a file, where, and what was expected instead.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use crate::text::secret::hidden;

/// One thing wrong in a file, said so that it can be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: PathBuf,
    /// Line, from 1; 0 when the fault is the file's as a whole.
    pub line: usize,
    /// Dotted key, e.g. `mail.port` or `feed[3].url`; empty for a syntax fault.
    pub key: String,
    /// What was found and what was expected, one sentence in lower case.
    pub message: String,
}

impl Fault {
    /// A fault of `file` as a whole.
    pub fn whole(file: &Path, message: String) -> Self {
        Self { file: file.to_owned(), line: 0, key: String::new(), message }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.key.is_empty() {
            write!(f, ": `{}`", self.key)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Keys by the table that they stand in.
pub(super) type Known = BTreeMap<String, BTreeSet<&'static str>>;

/// A file under reading: its text and the faults found so far.
#[derive(Debug)]
pub struct Source {
    file: PathBuf,
    line_starts: Vec<usize>,
    pub(super) broken: bool,
    /// Line from which on nothing was understood as it was meant, after many syntax faults.
    pub(super) derailed: Option<usize>,
    /// Faults found so far, in the order of reading.
    pub faults: Vec<Fault>,
    /// What can be lived with but is hardly meant.
    pub warnings: Vec<Fault>,
    /// Every key that was asked for, by its table, dotted and without numbers (`feed`: `url`): what the file may say.
    /// Gathered in unit tests only.
    pub known: Known,
}

impl Source {
    /// Prepares `text`, the contents of `file`.
    pub fn new(file: &Path, text: &str) -> Self {
        let line_ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let line_starts = std::iter::once(0).chain(line_ends.map(|at| at + 1)).collect();
        Self {
            file: file.to_owned(),
            line_starts,
            broken: false,
            derailed: None,
            faults: Vec::new(),
            warnings: Vec::new(),
            known: Known::new(),
        }
    }

    /// Notes which keys a table may have.
    pub(super) fn knows(&mut self, table: &str, names: &[&'static str]) {
        self.known.entry(without_numbers(table)).or_default().extend(names);
    }

    /// Notes a fault at byte `at`.
    pub fn fault(&mut self, at: usize, key: &str, message: String) {
        let fault = self.placed(at, key, message);
        self.faults.push(fault);
    }

    /// Notes at byte `at` what can be lived with.
    pub fn warn(&mut self, at: usize, key: &str, message: String) {
        let warning = self.placed(at, key, message);
        self.warnings.push(warning);
    }

    /// Whether the file has a syntax fault: what is missing may then merely not have been understood.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// Faults go to the log and to whoever asks for the state, so that no secret may stand in one.
    fn placed(&self, at: usize, key: &str, message: String) -> Fault {
        let message = hidden(&message).into_owned();
        let line = self.line_of(at);
        Fault { file: self.file.clone(), line, key: key.to_owned(), message }
    }

    /// The line, from 1, in which byte `at` stands.
    pub(super) fn line_of(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at)
    }

    /// The faults in the order of their lines; where the syntax went off the rails, what the keys behind it seem to say
    /// is left out.
    pub fn into_faults(mut self) -> Vec<Fault> {
        if let Some(from) = self.derailed {
            self.faults.retain(|fault| fault.key.is_empty() || fault.line + 1 < from);
        }
        self.faults.sort_by_key(|fault| fault.line);
        self.faults
    }
}

/// `feed[3].url` as `feed.url`.
fn without_numbers(key: &str) -> String {
    let names = key.split('.').map(|part| part.split('[').next().unwrap_or(part));
    names.collect::<Vec<_>>().join(".")
}
