//! Reading TOML by hand so that every fault of a file is found at once, each with line and key.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

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

/// A file under reading: its text and the faults found so far.
#[derive(Debug)]
pub struct Source {
    file: PathBuf,
    line_starts: Vec<usize>,
    /// Faults found so far, in the order of reading.
    pub faults: Vec<Fault>,
}

impl Source {
    /// Prepares `text`, the contents of `file`.
    pub fn new(file: &Path, text: &str) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { file: file.to_owned(), line_starts, faults: Vec::new() }
    }

    /// Parses `text`; every syntax fault is noted, and what could be read is returned.
    pub fn parse<'t>(&mut self, text: &'t str) -> Table<'t> {
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            self.fault(at, "", error.message().to_owned());
        }
        Table { values: root.into_inner(), path: String::new(), at: 0, asked: BTreeSet::new() }
    }

    /// Notes a fault at byte `at`.
    pub fn fault(&mut self, at: usize, key: &str, message: String) {
        let line = self.line_starts.partition_point(|start| *start <= at);
        self.faults.push(Fault { file: self.file.clone(), line, key: key.to_owned(), message });
    }

    /// The faults in the order of their lines.
    pub fn into_faults(mut self) -> Vec<Fault> {
        self.faults.sort_by_key(|fault| fault.line);
        self.faults
    }
}

/// A table being read: every key that is asked for counts as known, the rest are faults at [`Table::finish`].
#[derive(Debug)]
pub struct Table<'t> {
    values: DeTable<'t>,
    path: String,
    at: usize,
    asked: BTreeSet<&'static str>,
}

/// A value as found, with its place.
pub type Found<'t> = Spanned<DeValue<'t>>;

impl<'t> Table<'t> {
    /// Byte at which the table begins.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The dotted key of `name` in this table.
    pub fn key(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Whether the file has `name` here; asking makes it known.
    pub fn has(&mut self, name: &'static str) -> bool {
        self.asked.insert(name);
        self.values.contains_key(name)
    }

    /// The names present, as written (for tables whose keys are the user's own).
    pub fn names(&self) -> Vec<String> {
        self.values.keys().map(|key| key.get_ref().to_string()).collect()
    }

    /// Byte at which the value of `name` begins, or the table's own.
    pub fn place(&self, name: &str) -> usize {
        self.values.get(name).map_or(self.at, |value| value.span().start)
    }

    /// Takes a string.
    pub fn string(&mut self, source: &mut Source, name: &'static str) -> Option<String> {
        self.with(source, name, "a string", |value| value.as_str().map(str::to_owned))
    }

    /// Takes true or false.
    pub fn boolean(&mut self, source: &mut Source, name: &'static str) -> Option<bool> {
        self.with(source, name, "true or false", |value| value.as_bool())
    }

    /// Takes a whole number within `range`.
    pub fn integer(
        &mut self,
        source: &mut Source,
        name: &'static str,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<i64> {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        self.with(source, name, &expected, |value| {
            let number = value.as_integer()?;
            i64::from_str_radix(number.as_str(), number.radix()).ok().filter(|n| range.contains(n))
        })
    }

    /// Takes a number, whole or not, within `range`.
    pub fn number(
        &mut self,
        source: &mut Source,
        name: &'static str,
        range: std::ops::RangeInclusive<f64>,
    ) -> Option<f64> {
        let expected = format!("a number from {} to {}", range.start(), range.end());
        self.with(source, name, &expected, |value| {
            let number = match value {
                DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| n as f64),
                DeValue::Float(f) => f.as_str().parse().ok(),
                _ => None,
            };
            number.filter(|n| range.contains(n))
        })
    }

    /// Takes a string and makes a value of it; `expected` says what of (`"a duration such as \"30m\""`).
    pub fn parsed<T>(
        &mut self,
        source: &mut Source,
        name: &'static str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.with(source, name, expected, |value| value.as_str().and_then(parse))
    }

    /// Takes a list of strings; a single string stands for a list of one.
    pub fn strings(&mut self, source: &mut Source, name: &'static str) -> Option<Vec<String>> {
        self.with(source, name, "a list of strings", |value| match value {
            DeValue::String(one) => Some(vec![one.to_string()]),
            DeValue::Array(many) => many.iter().map(|v| v.get_ref().as_str().map(str::to_owned)).collect(),
            _ => None,
        })
    }

    /// Takes a list of strings, each with the byte at which it stands.
    pub fn placed_strings(&mut self, source: &mut Source, name: &'static str) -> Vec<(String, usize)> {
        self.with(source, name, "a list of strings", |value| match value {
            DeValue::Array(many) => {
                many.iter().map(|v| v.get_ref().as_str().map(|s| (s.to_owned(), v.span().start))).collect()
            }
            _ => None,
        })
        .unwrap_or_default()
    }

    /// Takes a table; `None` when absent.
    pub fn table(&mut self, source: &mut Source, name: &'static str) -> Option<Table<'t>> {
        let key = self.key(name);
        let at = self.place(name);
        self.asked.insert(name);
        match self.values.remove(name)?.into_inner() {
            DeValue::Table(values) => Some(Table { values, path: key, at, asked: BTreeSet::new() }),
            other => {
                source.fault(at, &key, format!("found {}, expected a table `[{key}]`", describe(&other)));
                None
            }
        }
    }

    /// Takes a list of tables (`[[name]]`); empty when absent.
    pub fn tables(&mut self, source: &mut Source, name: &'static str) -> Vec<Table<'t>> {
        let key = self.key(name);
        let at = self.place(name);
        self.asked.insert(name);
        let Some(value) = self.values.remove(name) else { return Vec::new() };
        let DeValue::Array(many) = value.into_inner() else {
            source.fault(at, &key, format!("expected a list of tables, written `[[{key}]]`"));
            return Vec::new();
        };
        let mut found = Vec::new();
        for (i, one) in many.into_iter().enumerate() {
            let (at, path) = (one.span().start, format!("{key}[{}]", i + 1));
            match one.into_inner() {
                DeValue::Table(values) => found.push(Table { values, path, at, asked: BTreeSet::new() }),
                other => source.fault(at, &path, format!("found {}, expected a table `[[{key}]]`", describe(&other))),
            }
        }
        found
    }

    /// Takes every sub-table of a table whose keys are the user's own (`[outlet.nasa]`), with its name.
    pub fn named_tables(&mut self, source: &mut Source) -> Vec<(String, Table<'t>)> {
        let mut found = Vec::new();
        for name in self.names() {
            let (key, at) = (self.key(&name), self.place(&name));
            match self.values.remove(name.as_str()).map(Spanned::into_inner) {
                Some(DeValue::Table(values)) => {
                    found.push((name, Table { values, path: key, at, asked: BTreeSet::new() }));
                }
                Some(other) => {
                    source.fault(at, &key, format!("found {}, expected a table `[{key}]`", describe(&other)))
                }
                None => {}
            }
        }
        found
    }

    /// Notes that a key which must be there is not.
    pub fn missing(&self, source: &mut Source, name: &str, expected: &str) {
        source.fault(self.at, &self.key(name), format!("missing, expected {expected}"));
    }

    /// Notes that the value of `name` will not do.
    pub fn wrong(&self, source: &mut Source, name: &str, message: String) {
        source.fault(self.place(name), &self.key(name), message);
    }

    /// Ends the reading: whatever was never asked for is a fault, with the nearest known key as a suggestion.
    pub fn finish(self, source: &mut Source) {
        for key in self.values.keys() {
            let name: &str = key.get_ref();
            if self.asked.contains(name) {
                continue;
            }
            let near = self.asked.iter().map(|known| (strsim::damerau_levenshtein(known, name), *known)).min();
            let hint = match near {
                Some((distance, known)) if distance <= 1 + name.chars().count() / 3 => {
                    format!(", did you mean `{known}`?")
                }
                _ => {
                    let known: Vec<_> = self.asked.iter().map(|k| format!("`{k}`")).collect();
                    format!(", expected one of {}", known.join(", "))
                }
            };
            source.fault(key.span().start, &self.key(name), format!("unknown key{hint}"));
        }
    }

    fn with<T>(
        &mut self,
        source: &mut Source,
        name: &'static str,
        expected: &str,
        take: impl FnOnce(&DeValue<'t>) -> Option<T>,
    ) -> Option<T> {
        self.asked.insert(name);
        let value = self.values.get(name)?;
        let taken = take(value.get_ref());
        if taken.is_none() {
            let found = describe(value.get_ref());
            source.fault(value.span().start, &self.key(name), format!("found {found}, expected {expected}"));
        }
        taken
    }
}

fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(s) => format!("the string \"{}\"", crate::text::clean::line(s, 60)),
        DeValue::Integer(n) => format!("the number {}", n.as_str()),
        DeValue::Float(n) => format!("the number {}", n.as_str()),
        DeValue::Boolean(b) => format!("{b}"),
        DeValue::Datetime(d) => format!("the date {d}"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str, read: impl FnOnce(&mut Source, &mut Table<'_>)) -> Vec<String> {
        let mut source = Source::new(Path::new("x.toml"), text);
        let mut table = source.parse(text);
        read(&mut source, &mut table);
        table.finish(&mut source);
        source.into_faults().iter().map(Fault::to_string).collect()
    }

    #[test]
    fn every_fault_is_found_with_line_and_key() {
        let found = faults("port = \"x\"\nevry = 3\n", |source, table| {
            table.integer(source, "port", 1..=65535);
            table.string(source, "every");
        });
        assert_eq!(
            found,
            [
                "x.toml:1: `port`: found the string \"x\", expected a whole number from 1 to 65535",
                "x.toml:2: `evry`: unknown key, did you mean `every`?",
            ]
        );
    }

    #[test]
    fn a_clean_file_has_no_faults() {
        assert!(
            faults("[[feed]]\nurl = \"u\"\n", |source, table| {
                for mut feed in table.tables(source, "feed") {
                    assert_eq!(feed.string(source, "url").as_deref(), Some("u"));
                    feed.finish(source);
                }
            })
            .is_empty()
        );
    }

    #[test]
    fn syntax_faults_carry_their_line() {
        let found = faults("a = 1\nb = = 2\n", |source, table| {
            table.has("a");
            table.has("b");
            let _ = source;
        });
        assert!(found[0].starts_with("x.toml:2:"), "{found:?}");
    }
}
