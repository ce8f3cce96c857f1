//! What the house rules say of the source itself: floors, sizes, purity, left-overs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Longest source file, lines, its tests included.
const LINES_MAX: usize = 300;
/// Files that were longer when the rule came: they may shrink, and no file may join them.
const LONG_FILES: [(&str, usize); 0] = [];

/// Modules by floor, from the ground up; a file names modules of lower floors only.
const FLOORS: [&[&str]; 6] = [
    &["domain", "text", "clock"],
    &["decide"],
    &["fetch", "read", "store", "render", "mail", "config", "web"],
    &["pipeline"],
    &["daemon", "demo"],
    &["cli"],
];

/// A source file: its path from the root with `/`, its text, and the part that is shipped.
struct SourceFile {
    path: String,
    text: String,
    shipped: String,
}

impl SourceFile {
    /// The module of the top level that it belongs to: `decide` of `src/decide/retry.rs`.
    fn module(&self) -> &str {
        let inside = self.path.trim_start_matches("src/");
        inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `directory`, in order.
fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> =
        fs::read_dir(directory).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries.into_iter().flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/")
}

/// The text without comments, and without what follows `#[cfg(test)]` at the foot of the file.
fn shipped_part(text: &str) -> String {
    let text = text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or(text);
    text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

/// Files that a module declares for its tests only: `#[cfg(test)] mod cases;`.
fn test_only(sources: &[(String, String)]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, text) in sources {
        let directory = path.trim_end_matches("mod.rs").trim_end_matches(".rs").trim_end_matches('/');
        for part in text.split("#[cfg(test)]\nmod ").skip(1) {
            if let Some((name, _)) = part.split_once(';').filter(|(name, _)| !name.contains(['{', ' '])) {
                found.insert(format!("{directory}/{name}.rs"));
                found.insert(format!("{directory}/{name}/mod.rs"));
            }
        }
    }
    found
}

/// The sources of the crate.
fn sources() -> Vec<SourceFile> {
    let mut paths = files_below(&root().join("src"));
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "rs"));
    let read: Vec<_> = paths.iter().map(|path| (shown(path), fs::read_to_string(path).unwrap())).collect();
    let test_only = test_only(&read);
    let source = |(path, text): (String, String)| {
        let is_test = path.contains("/tests/") || path.ends_with("tests.rs") || test_only.contains(&path);
        let shipped = if is_test { String::new() } else { shipped_part(&text) };
        SourceFile { path, text, shipped }
    };
    let sources: Vec<_> = read.into_iter().map(source).collect();
    assert!(sources.len() > 30, "only {} source files were found", sources.len());
    sources
}

/// The modules of the top level that `text` names as `crate::x` or `crate::{x, y::z}`.
fn modules_named(text: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        let Some(group) = rest.strip_prefix('{') else {
            named.insert(word(rest));
            continue;
        };
        let (mut depth, mut start) = (1, 0);
        for (at, c) in group.char_indices() {
            if depth == 1 && (c == ',' || c == '}') {
                named.insert(word(group[start..at].trim()));
                start = at + 1;
            }
            depth += i32::from(c == '{') - i32::from(c == '}');
            if depth == 0 {
                break;
            }
        }
    }
    named.remove("");
    named
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// Fails with all of `faults` at once.
#[track_caller]
fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_module_stands_on_a_floor_and_names_lower_floors_only() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| !["src/lib.rs", "src/main.rs"].contains(&source.path.as_str())) {
        let own = source.module();
        let Some(own_floor) = floor(own) else {
            faults.push(format!("{}: `{own}` stands on no floor", source.path));
            continue;
        };
        for other in modules_named(&source.shipped).iter().filter(|other| *other != own) {
            let is_allowed = floor(other).is_some_and(|floor| floor < own_floor || (floor, own_floor) == (0, 0));
            if !is_allowed {
                faults.push(format!("{}: `{own}` may not name `{other}`", source.path));
            }
        }
    }
    none(faults);
}

#[test]
fn names_in_groups_and_alone_are_seen() {
    let text =
        "use crate::{domain::{Item, Lang}, text,\n store::Store};\nfn f() -> crate::mail::Way {}\nuse std::fmt;\n";
    assert_eq!(modules_named(text).into_iter().collect::<Vec<_>>(), ["domain", "mail", "store", "text"]);
}

#[test]
fn decisions_do_no_input_or_output_and_read_no_clock() {
    const BANNED: [&str; 9] =
        ["async ", ".await", "std::fs", "std::env", "std::net", "tokio", "::now()", "std::process", "fastrand"];
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.module() == "decide") {
        let found = BANNED.iter().filter(|word| source.shipped.contains(**word));
        faults.extend(found.map(|word| format!("{}: `{}` in a decision", source.path, word.trim())));
    }
    none(faults);
}

#[test]
fn only_the_store_speaks_sql() {
    let speaks = |source: &&SourceFile| source.module() != "store" && source.shipped.contains("rusqlite");
    none(sources().iter().filter(speaks).map(|source| format!("{}: names rusqlite", source.path)).collect());
}

#[test]
fn files_are_short() {
    let mut faults = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        let allowed = LONG_FILES.iter().find(|(path, _)| *path == source.path).map(|(_, lines)| *lines);
        match allowed {
            Some(allowed) if lines > allowed => {
                faults.push(format!("{}: {lines} lines, {allowed} before", source.path))
            }
            Some(_) if lines <= LINES_MAX => faults.push(format!("{}: short now, take it off the list", source.path)),
            None if lines > LINES_MAX => faults.push(format!("{}: {lines} lines, {LINES_MAX} allowed", source.path)),
            _ => {}
        }
    }
    none(faults);
}

#[test]
fn shipped_code_neither_gives_up_nor_prints() {
    /// What ends the process, and who may print: the command line and the guided tour speak to people.
    const GIVES_UP: [&str; 5] = [".unwrap()", ".unwrap_err()", "todo!(", "unimplemented!(", "dbg!("];
    const PRINTS: [&str; 4] = ["println!(", "eprintln!(", " print!(", " eprint!("];
    let mut faults = Vec::new();
    for source in sources() {
        let may_print = ["cli", "demo", "main"].contains(&source.module());
        let prints = PRINTS.iter().filter(|_| !may_print);
        let found = GIVES_UP.iter().chain(prints).filter(|word| source.shipped.contains(**word));
        faults.extend(found.map(|word| format!("{}: `{}` in shipped code", source.path, word.trim())));
    }
    none(faults);
}

#[test]
fn every_file_says_its_duty_in_its_first_line() {
    // The program's own file is held to it by the `missing_docs` lint.
    let is_silent = |source: &&SourceFile| !source.text.starts_with("//! ") && source.path != "src/main.rs";
    none(sources().iter().filter(is_silent).map(|source| format!("{}: no `//!` line", source.path)).collect());
}

#[test]
fn nothing_is_left_over() {
    // Put together here, so that this file does not find itself.
    let words = [["TO", "DO"], ["FIX", "ME"], ["XX", "X:"], ["/wo", "rk/"], ["/ro", "ot/"], ["/ho", "me/"]]
        .map(|halves| halves.concat());
    let mut faults = Vec::new();
    let places = ["src", "tests", "config", "migrations", "systemd", "benches", ".ci", "packaging", "fuzz/targets"];
    let deep = places.iter().flat_map(|place| files_below(&root().join(place)));
    let top = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "Cargo.toml", "clippy.toml", "deny.toml", "LICENSE"];
    for path in deep.chain(top.iter().map(|name| root().join(name))) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (i, line) in text.lines().enumerate() {
            let found = words.iter().filter(|word| line.contains(word.as_str()));
            faults.extend(found.map(|word| format!("{}:{}: `{word}`", shown(&path), i + 1)));
        }
    }
    none(faults);
}

#[test]
fn every_dependency_is_used() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    // Named for its features alone, which it turns on for the others.
    let used_by_build = ["flate2"];
    let mut faults = Vec::new();
    for (section, places) in
        [("dependencies", &["src"][..]), ("dev-dependencies", &["src", "tests", "benches", "examples"])]
    {
        let text: String = places
            .iter()
            .flat_map(|place| files_below(&root().join(place)))
            .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
            .map(|path| fs::read_to_string(path).unwrap())
            .collect();
        let part = manifest.split(&format!("\n[{section}]\n")).nth(1).unwrap().split("\n[").next().unwrap();
        let names = part.lines().filter_map(|line| line.split_once(" = ").map(|(name, _)| name));
        for name in names.filter(|name| !name.starts_with('#') && !used_by_build.contains(name)) {
            let module = name.replace('-', "_");
            if ![format!("{module}::"), format!("use {module};"), format!("{module}!")]
                .iter()
                .any(|use_| text.contains(use_))
            {
                faults.push(format!("Cargo.toml: `{name}` in [{section}] is not used"));
            }
        }
    }
    none(faults);
}

#[test]
fn migrations_are_numbered_without_gaps_and_each_is_embedded() {
    let embedded: String =
        sources().into_iter().filter(|source| source.module() == "store").map(|s| s.shipped).collect();
    let mut faults = Vec::new();
    for (i, path) in files_below(&root().join("migrations")).iter().enumerate() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with(&format!("{:04}_", i + 1)) || !name.ends_with(".sql") {
            faults.push(format!("migrations/{name}: expected a name like `{:04}_what.sql`", i + 1));
        }
        if !embedded.contains(&format!("migrations/{name}\"")) {
            faults.push(format!("migrations/{name}: not embedded by the store"));
        }
    }
    none(faults);
}
