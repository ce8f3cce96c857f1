//! Reading TOML by hand so that every fault of a file is found at once, each with line and key.

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub use super::fault::{Fault, Source};
use super::nested::placed;
use super::suggest;

/// Syntax faults shown of a file: one bracket left out makes hundreds.
const SYNTAX_FAULTS_MAX: usize = 3;
/// Keys that a feed may have; of other tables most may have fewer.
const KEYS_USUAL: usize = 16;

impl Source {
    /// Parses `text`; the first syntax faults are noted, and what could be read is returned.
    pub fn parse<'t>(&mut self, text: &'t str) -> Table<'t> {
        let (root, errors) = DeTable::parse_recoverable(text);
        self.broken = !errors.is_empty();
        let faults = errors.iter().map(|e| (e.span().map_or(0, |span| span.start), e.message()));
        let mut faults: Vec<(usize, &str)> = faults.collect();
        faults.sort_by_key(|(at, _)| *at);
        let n_more = faults.len().saturating_sub(SYNTAX_FAULTS_MAX);
        self.derailed = faults.first().filter(|_| n_more > 0).map(|(at, _)| self.line_of(*at));
        for (n, (at, message)) in faults.iter().take(SYNTAX_FAULTS_MAX).enumerate() {
            let in_list = n_more > 0 && n == 0 && message.contains("array");
            let hint = if in_list { "; is a `]` missing at the end of a line before?" } else { "" };
            self.fault(*at, "", format!("{message}{hint}"));
        }
        if let Some((at, _)) = faults.get(SYNTAX_FAULTS_MAX) {
            let words = format!("and {n_more} more faults from here on, which may all follow from those above");
            self.fault(*at, "", words);
        }
        Table { values: root.into_inner(), path: String::new(), at: 0, asked: Vec::new() }
    }
}

/// A table being read: every key that is asked for counts as known, the rest are faults at [`Table::finish`].
#[derive(Debug)]
pub struct Table<'t> {
    pub(super) values: DeTable<'t>,
    pub(super) path: String,
    pub(super) at: usize,
    pub(super) asked: Vec<&'static str>,
}

/// A string with the byte at which it stands.
pub type Placed = (String, usize);

/// A value as found, with its place.
pub type Found<'t> = Spanned<DeValue<'t>>;

impl<'t> Table<'t> {
    /// Byte at which the table begins.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The dotted key of `name` in this table.
    pub fn key(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { [&self.path, ".", name].concat() }
    }

    /// Whether the file has `name` here; asking makes it known.
    pub fn has(&mut self, name: &'static str) -> bool {
        self.ask(name);
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
        self.with(source, name, &expected, |value| as_number(value).filter(|n| range.contains(n)))
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

    /// Takes a list of strings, each with the byte at which it stands; a single string stands for a list of one.
    pub fn placed_strings(&mut self, source: &mut Source, name: &'static str) -> Vec<Placed> {
        let at = self.place(name);
        self.with(source, name, "a list of strings", |value| match value {
            DeValue::String(one) => Some(vec![(one.to_string(), at)]),
            DeValue::Array(many) => placed(many),
            _ => None,
        })
        .unwrap_or_default()
    }

    /// Notes that a key which must be there is not.
    pub fn missing(&self, source: &mut Source, name: &str, expected: &str) {
        if source.is_broken() {
            return;
        }
        source.fault(self.at, &self.key(name), format!("missing, expected {expected}"));
    }

    /// Notes that the value of `name` will not do.
    pub fn wrong(&self, source: &mut Source, name: &str, message: String) {
        source.fault(self.place(name), &self.key(name), message);
    }

    /// Notes that the value of `name` is allowed but hardly meant.
    pub fn doubtful(&self, source: &mut Source, name: &str, message: String) {
        source.warn(self.place(name), &self.key(name), message);
    }

    /// Ends the reading: whatever was never asked for is a fault, with the nearest known key as a suggestion.
    pub fn finish(self, source: &mut Source) {
        // Asked by the tests alone, which hold the shipped files against it; a thousand feeds would pay for it.
        if cfg!(test) {
            source.knows(&self.path, &self.asked);
        }
        for key in self.values.keys() {
            let name: &str = key.get_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let known: BTreeSet<&str> = self.asked.iter().copied().collect();
            let hint = suggest::hint(name, known);
            source.fault(key.span().start, &self.key(name), format!("unknown key{hint}"));
        }
    }

    /// A list, because a handful is looked through more quickly than a set is kept; who asks twice uses the same word.
    pub(super) fn ask(&mut self, name: &'static str) {
        if !self.asked.iter().any(|asked| std::ptr::eq(*asked, name)) {
            if self.asked.is_empty() {
                self.asked.reserve(KEYS_USUAL);
            }
            self.asked.push(name);
        }
    }

    pub(super) fn with<T>(
        &mut self,
        source: &mut Source,
        name: &'static str,
        expected: &str,
        take: impl FnOnce(&DeValue<'t>) -> Option<T>,
    ) -> Option<T> {
        self.ask(name);
        let value = self.values.get(name)?;
        let taken = take(value.get_ref());
        if taken.is_none() {
            let found = describe(value.get_ref());
            source.fault(value.span().start, &self.key(name), format!("found {found}, expected {expected}"));
        }
        taken
    }
}

/// The number of a value, whole or not.
pub(super) fn as_number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| n as f64),
        DeValue::Float(f) => f.as_str().parse().ok(),
        _ => None,
    }
}

/// A value in the words of a fault.
pub(super) fn describe(value: &DeValue<'_>) -> String {
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
    use std::path::Path;

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
    fn one_bracket_left_out_shows_the_first_faults_and_how_many_follow() {
        let lists: String = (0..40).map(|n| format!("k{n} = [\"a\", \"b\"]\n")).collect();
        let text = format!("first = 1\n{}", lists.replacen(']', "", 1));
        let found = faults(&text, |source, table| {
            table.string(source, "first");
            table.strings(source, "k0");
        });
        assert!(found.len() <= 5 && found[0].contains("first"), "{found:?}");
        assert!(found[1].starts_with("x.toml:3:") && found[1].contains("is a `]` missing"), "{found:?}");
        assert!(found.last().is_some_and(|last| last.contains("more faults from here on")), "{found:?}");
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
