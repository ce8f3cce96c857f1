//! The outlet file: who publishes, where they sit and who owns them.

use std::collections::BTreeMap;
use std::path::Path;

use super::table::{Fault, Source, Table};
use crate::domain::{Outlet, OutletKind, Outlets};

/// Reads an outlet file; an outlet with a fault is kept under its key, so that feeds which name it are not blamed.
pub fn parse(file: &Path, text: &str) -> (Outlets, Vec<Fault>) {
    let mut source = Source::new(file, text);
    let mut root = source.parse(text);
    let mut owners = BTreeMap::new();
    let mut outlets = Vec::new();
    if let Some(mut all) = root.table(&mut source, "outlet") {
        for (key, table) in all.named_tables(&mut source) {
            outlets.push(outlet(key, table, &mut source, &mut owners));
        }
    }
    root.finish(&mut source);
    (Outlets::new(outlets), source.into_faults())
}

fn outlet(key: String, mut table: Table<'_>, source: &mut Source, owners: &mut BTreeMap<String, String>) -> Outlet {
    if !key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_')) {
        let message = "expected a key of lower-case letters, digits, `-` and `_`".to_owned();
        source.fault(table.at(), &table.key(""), message);
    }
    let kinds = OutletKind::ALL.map(|kind| (kind.name(), kind));
    if !table.has("kind") {
        let words: Vec<_> = kinds.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        table.missing(source, "kind", &words.join(" or "));
    }
    let country = table.parsed(source, "country", "two letters, such as \"US\"", |text| {
        (text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())).then(|| text.to_owned())
    });
    let outlet = Outlet {
        name: name(&mut table, source).unwrap_or_else(|| key.clone()),
        country: country.unwrap_or_default(),
        kind: table.choice(source, "kind", &kinds).unwrap_or(OutletKind::Independent),
        family: table.string(source, "family").unwrap_or_else(|| key.clone()),
        domains: domains(&key, &mut table, source, owners),
        speaks_for: table.string(source, "speaks_for"),
        reason: table.string(source, "reason").unwrap_or_else(|| "no reason given in the outlet file".to_owned()),
        key,
    };
    table.finish(source);
    outlet
}

fn name(table: &mut Table<'_>, source: &mut Source) -> Option<String> {
    table.parsed(source, "name", "a name of one line, at most 80 characters", |text| {
        let fits = !text.trim().is_empty() && text.chars().count() <= 80 && !text.contains(char::is_control);
        fits.then(|| text.trim().to_owned())
    })
}

fn domains(
    key: &str,
    table: &mut Table<'_>,
    source: &mut Source,
    owners: &mut BTreeMap<String, String>,
) -> Vec<String> {
    let mut domains = Vec::new();
    for (text, at) in table.placed_strings(source, "domains") {
        let place = table.key("domains");
        if !is_domain(&text) {
            let message =
                format!("found \"{text}\", expected a host name in lower case without `www.`, such as \"nasa.gov\"");
            source.fault(at, &place, message);
        } else if let Some(owner) = owners.get(&text) {
            source.fault(at, &place, format!("\"{text}\" belongs to `{owner}` already, expected it once"));
        } else {
            owners.insert(text.clone(), key.to_owned());
            domains.push(text);
        }
    }
    domains
}

fn is_domain(text: &str) -> bool {
    text.contains('.')
        && !text.starts_with("www.")
        && text == text.to_lowercase()
        && matches!(url::Host::parse(text), Ok(url::Host::Domain(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let (_, faults) = parse(Path::new("o.toml"), text);
        let found: Vec<_> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_outlet_needs_no_more_than_its_kind() {
        let (outlets, faults) = parse(Path::new("o.toml"), "[outlet.nasa]\nkind = \"government\"\n");
        assert_eq!(faults, []);
        let nasa = outlets.get("nasa").unwrap();
        assert_eq!((nasa.name.as_str(), nasa.family.as_str(), nasa.kind), ("nasa", "nasa", OutletKind::Government));
    }

    #[test]
    fn an_outlet_without_kind_is_a_fault_and_kept() {
        let (outlets, faults) = parse(Path::new("o.toml"), "[outlet.nasa]\nname = \"NASA\"\n");
        assert!(outlets.get("nasa").is_some());
        assert_eq!(faults.len(), 1);
        assert!(faults[0].message.starts_with("missing, expected \"government\" or"), "{faults:?}");
    }

    #[test]
    fn a_domain_belongs_to_one_outlet() {
        check(
            "[outlet.a]\nkind = \"wire\"\ndomains = [\"a.org\"]\n[outlet.b]\nkind = \"wire\"\ndomains = [\"a.org\"]\n",
            &["o.toml:6: `outlet.b.domains`: \"a.org\" belongs to `a` already, expected it once"],
        );
    }

    #[test]
    fn a_domain_is_a_bare_host_name() {
        for wrong in ["https://a.org", "www.a.org", "A.org", "a", "a.org/x", "a.org:80"] {
            let text = format!("[outlet.a]\nkind = \"wire\"\ndomains = [\"{wrong}\"]\n");
            assert_eq!(parse(Path::new("o.toml"), &text).1.len(), 1, "{wrong}");
        }
        check("[outlet.a]\nkind = \"wire\"\ndomains = [\"a.org\", \"новости.рф\"]\n", &[]);
    }

    #[test]
    fn unknown_keys_and_kinds_are_faults() {
        check(
            "[outlet.a]\nkind = \"state\"\ncontry = \"RU\"\n[outlets.b]\n",
            &[
                "o.toml:2: `outlet.a.kind`: found the string \"state\", expected \"government\" or \"state_agency\" or \
                 \"public_broadcaster\" or \"wire\" or \"independent\" or \"trade\"",
                "o.toml:3: `outlet.a.contry`: unknown key, did you mean `country`?",
                "o.toml:4: `outlets`: unknown key, did you mean `outlet`?",
            ],
        );
    }
}
