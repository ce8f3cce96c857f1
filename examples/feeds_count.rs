//! Counts what the reader finds in a directory of feed documents, to be compared with another reader's counts:
//! `cargo run --example feeds_count -- DIRECTORY` prints file, entries, with link, with date, separated by tabs;
//! with `--json` one object a file, with every entry's id, url, title and dates.

use std::path::Path;

use orbitwire::domain::entry::{Entry, FeedDocument};
use orbitwire::domain::policy::ReadLimits;
use serde_json::json;

fn main() -> std::io::Result<()> {
    let (options, directories): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let Some(directory) = directories.first() else {
        eprintln!("usage: feeds_count [--json] DIRECTORY");
        std::process::exit(2);
    };
    let mut files: Vec<_> = std::fs::read_dir(directory)?.flatten().map(|f| f.path()).filter(|p| p.is_file()).collect();
    files.sort();
    for path in files {
        let bytes = std::fs::read(&path)?;
        let document = orbitwire::read::read(&bytes, None, None, &ReadLimits::default());
        let name = path.file_name().unwrap_or(Path::new("").as_os_str()).to_string_lossy().into_owned();
        match document {
            Ok(document) if options.is_empty() => println!("{}", counts(&name, &document.entries)),
            Ok(document) => println!("{}", in_full(&name, &document)),
            Err(failure) => eprintln!("{name}: {failure}"),
        }
    }
    Ok(())
}

fn counts(name: &str, entries: &[Entry]) -> String {
    let n_linked = entries.iter().filter(|e| e.url.is_some()).count();
    let n_dated = entries.iter().filter(|e| e.published.or(e.updated).is_some()).count();
    format!("{name}\t{}\t{n_linked}\t{n_dated}", entries.len())
}

fn in_full(name: &str, document: &FeedDocument) -> serde_json::Value {
    let entry = |e: &Entry| {
        json!({"id": e.guid, "url": e.url, "title": e.title, "published": e.published, "updated": e.updated,
               "summary": e.summary, "content": e.content_text, "source": e.source, "coverage": e.coverage.len()})
    };
    json!({"file": name, "format": document.format, "repairs": document.repairs,
           "entries": document.entries.iter().map(entry).collect::<Vec<_>>()})
}
