//! Tables inside tables: `[name]`, `[[name]]`, and those whose keys are the user's own.

use toml::de::{DeArray, DeTable, DeValue};

use super::table::{Placed, Source, Table, as_number, describe};

impl<'t> Table<'t> {
    /// Takes a table; `None` when absent.
    pub fn table(&mut self, source: &mut Source, name: &'static str) -> Option<Table<'t>> {
        // Most feeds have none, and the key would be put together for each.
        if !self.has(name) {
            return None;
        }
        let (key, at) = (self.key(name), self.place(name));
        match self.values.remove(name)?.into_inner() {
            DeValue::Table(values) => Some(Table { values, path: key, at, asked: Vec::new() }),
            other => {
                source.fault(at, &key, format!("found {}, expected a table `[{key}]`", describe(&other)));
                None
            }
        }
    }

    /// Takes a table; an empty one stands in when it is absent, so that every key of it is asked for all the same.
    pub fn section(&mut self, source: &mut Source, name: &'static str) -> Table<'t> {
        let (key, at) = (self.key(name), self.place(name));
        self.table(source, name).unwrap_or_else(|| Table { values: DeTable::new(), path: key, at, asked: Vec::new() })
    }

    /// Takes a list of tables (`[[name]]`); empty when absent.
    pub fn tables(&mut self, source: &mut Source, name: &'static str) -> Vec<Table<'t>> {
        let key = self.key(name);
        let at = self.place(name);
        self.ask(name);
        let Some(value) = self.values.remove(name) else { return Vec::new() };
        let DeValue::Array(many) = value.into_inner() else {
            source.fault(at, &key, format!("expected a list of tables, written `[[{key}]]`"));
            return Vec::new();
        };
        let mut found = Vec::new();
        for (i, one) in many.into_iter().enumerate() {
            let (at, path) = (one.span().start, [&key, "[", &(i + 1).to_string(), "]"].concat());
            match one.into_inner() {
                DeValue::Table(values) => found.push(Table { values, path, at, asked: Vec::new() }),
                other => source.fault(at, &path, format!("found {}, expected a table `[[{key}]]`", describe(&other))),
            }
        }
        found
    }

    /// Takes every sub-table of a table whose keys are the user's own (`[outlet.nasa]`), with its name.
    pub fn named_tables(&mut self, source: &mut Source) -> Vec<(String, Table<'t>)> {
        let mut found = Vec::new();
        // All at once: taking one after the other out of a table that keeps its order moves all behind it.
        for (name, value) in std::mem::take(&mut self.values) {
            let (name, at) = (name.into_inner().into_owned(), value.span().start);
            let key = self.key(&name);
            match value.into_inner() {
                DeValue::Table(values) => found.push((name, Table { values, path: key, at, asked: Vec::new() })),
                other => source.fault(at, &key, format!("found {}, expected a table `[{key}]`", describe(&other))),
            }
        }
        found
    }

    /// Takes every string of a table whose keys are the user's own (`headers = { Accept = "…" }`), with its place.
    pub fn named_texts(self, source: &mut Source) -> Vec<(String, String, usize)> {
        let mut found = Vec::new();
        for (name, value) in &self.values {
            let (name, at) = (name.get_ref().to_string(), value.span().start);
            match value.get_ref().as_str() {
                Some(text) => found.push((name, text.to_owned(), at)),
                None => {
                    let message = format!("found {}, expected a string", describe(value.get_ref()));
                    source.fault(at, &self.key(&name), message);
                }
            }
        }
        found
    }
    /// Takes every list of strings of a table whose keys are the user's own: key, its byte, strings with theirs.
    pub fn named_strings(&mut self, source: &mut Source) -> Vec<(String, usize, Vec<Placed>)> {
        let mut found = Vec::with_capacity(self.values.len());
        for (name, value) in std::mem::take(&mut self.values) {
            let at = name.span().start;
            let name = name.into_inner().into_owned();
            let strings = value.get_ref().as_array().and_then(placed);
            match strings {
                Some(strings) => found.push((name, at, strings)),
                None => {
                    let message = format!("found {}, expected a list of strings", describe(value.get_ref()));
                    source.fault(value.span().start, &self.key(&name), message);
                }
            }
        }
        found
    }

    /// Takes every number of a table whose keys are the user's own, with the byte of its key.
    pub fn named_numbers(
        &mut self,
        source: &mut Source,
        range: std::ops::RangeInclusive<f64>,
    ) -> Vec<(String, usize, f64)> {
        let mut found = Vec::new();
        for (name, value) in std::mem::take(&mut self.values) {
            let (name, at) = (name.get_ref().to_string(), name.span().start);
            match as_number(value.get_ref()).filter(|n| range.contains(n)) {
                Some(number) => found.push((name, at, number)),
                None => {
                    let (least, most) = (range.start(), range.end());
                    let found = describe(value.get_ref());
                    let message = format!("found {found}, expected a number from {least} to {most}");
                    source.fault(value.span().start, &self.key(&name), message);
                }
            }
        }
        found
    }
}

/// The strings of a list, each with the byte at which it stands; `None` when one is none.
pub(super) fn placed(many: &DeArray<'_>) -> Option<Vec<Placed>> {
    let mut found = Vec::with_capacity(many.len());
    for one in many.iter() {
        found.push((one.get_ref().as_str()?.to_owned(), one.span().start));
    }
    Some(found)
}
