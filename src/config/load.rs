//! Reading all files of a configuration and checking them against each other.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::fault::Known;
use super::secret::Secrets;
use super::table::{Fault, Source, Table};
use super::{Config, audiences, feeds, http, mail, outlets, policy, settings, topic};
use crate::domain::{Outlets, Topic};

/// A larger file is not a configuration.
const FILE_BYTES_MAX: u64 = 8 << 20;
const TOPICS: &str = "topics/us-russia-space.toml";
const OUTLETS: &str = "outlets.toml";

/// Reads the configuration `path` and the files that it names.
///
/// # Errors
/// Every fault of every file, in the order of files and lines.
pub fn load(path: &Path) -> Result<Config, Vec<Fault>> {
    let base = path.parent().unwrap_or(Path::new(""));
    load_with(path, &Secrets::of_process(base)).0
}

/// What a file says to one who only looks at the store: as much as could be understood, and the faults. No secret is
/// read, and no command run that gives one.
///
/// # Errors
/// When the file cannot be read or is no configuration at all.
pub fn look(path: &Path) -> Result<(Config, Vec<Fault>), Vec<Fault>> {
    let secrets =
        Secrets { base: path.parent().unwrap_or(Path::new("")).to_owned(), credentials: None, are_read: false };
    read_all(path, &secrets).map(|(config, faults, _)| (config, faults))
}

/// The same, with what stands in for the process's surroundings; in unit tests also the keys that the file may have.
pub(super) fn load_with(path: &Path, secrets: &Secrets) -> (Result<Config, Vec<Fault>>, Known) {
    match read_all(path, secrets) {
        Ok((config, faults, known)) => (if faults.is_empty() { Ok(config) } else { Err(faults) }, known),
        Err(faults) => (Err(faults), Default::default()),
    }
}

fn read_all(path: &Path, secrets: &Secrets) -> Result<(Config, Vec<Fault>, Known), Vec<Fault>> {
    let whole = |message| vec![Fault::whole(path, message)];
    let text = read_text(path).map_err(whole)?;
    let mut source = Source::new(path, &text);
    let mut root = source.parse(&text);
    if let Some(message) = of_another_kind(&root) {
        return Err(whole(message));
    }
    let (config, mut elsewhere) = read(path, &mut root, &mut source, secrets);
    root.finish(&mut source);
    let known = std::mem::take(&mut source.known);
    let mut warnings = std::mem::take(&mut source.warnings);
    warnings.sort_by_key(|warning| warning.line);
    let mut faults = source.into_faults();
    faults.append(&mut elsewhere);
    Ok((Config { warnings, ..config }, faults, known))
}

/// A topic or a list of outlets where the whole configuration is meant, which would be a fault for each of its keys.
fn of_another_kind(root: &Table<'_>) -> Option<String> {
    let names = root.names();
    let has = |keys: &[&str]| keys.iter().any(|key| names.iter().any(|name| name == key));
    let kind = match () {
        () if has(&["feed", "mail", "poll", "audience", "topics"]) => return None,
        () if has(&["facet", "threshold", "group", "rule"]) => ("a topic", "topics = [\"…\"]"),
        () if has(&["outlet"]) => ("a list of outlets", "outlets = \"…\""),
        () => return None,
    };
    Some(format!("this is {}, not a configuration: name it as `{}` in one", kind.0, kind.1))
}

/// What the file says, and the faults of the files that it names.
fn read(path: &Path, root: &mut Table<'_>, source: &mut Source, secrets: &Secrets) -> (Config, Vec<Fault>) {
    let mut elsewhere = Vec::new();
    let mut topic_files = Vec::new();
    let topics = read_topics(root, source, &secrets.base, &mut topic_files, &mut elsewhere);
    let mut files = vec![path.to_owned()];
    let outlets = read_outlets(root, source, &secrets.base, &mut files, &mut elsewhere);
    files.extend(topic_files.iter().flat_map(|file| [file.clone(), topic::weights::beside(file)]));
    let mut poll = root.section(source, "poll");
    let http = http::read(root, &mut poll, source);
    let policy = policy::read(root, &mut poll, source);
    poll.finish(source);
    let context = feeds::Context { outlets: outlets.as_ref(), floor: policy.poll.floor, secrets };
    let feeds = feeds::read(root, source, &context);
    let keys: Option<Vec<_>> = topics.as_ref().map(|all| all.iter().map(|topic| topic.key.clone()).collect());
    let config = Config {
        file: path.to_owned(),
        store: settings::read_store(root, source, &secrets.base),
        templates: read_templates(root, source, &secrets.base),
        read: http::read_limits(root, source),
        mail: mail::read(root, source, secrets),
        audiences: audiences::read(root, source, keys.as_deref()),
        log: settings::read_log(root, source),
        web: settings::read_web(root, source, &secrets.base),
        topics: topics.unwrap_or_default().into(),
        topic_files,
        files: files.into_iter().filter_map(hashed).collect(),
        outlets: outlets.unwrap_or_default(),
        http,
        policy,
        feeds,
        warnings: Vec::new(),
    };
    (config, elsewhere)
}

/// The topics, or `None` when a file cannot be read or has no key that audiences could name.
fn read_topics(
    root: &mut Table<'_>,
    source: &mut Source,
    base: &Path,
    files: &mut Vec<PathBuf>,
    elsewhere: &mut Vec<Fault>,
) -> Option<Vec<Topic>> {
    let mut named = root.placed_strings(source, "topics");
    if named.is_empty() && root.has("topics") {
        if !source.faults.iter().any(|fault| fault.key == "topics") {
            root.wrong(source, "topics", "found an empty list, expected at least one topic file".to_owned());
        }
        return None;
    }
    if named.is_empty() {
        named.push((TOPICS.to_owned(), root.at()));
    }
    let mut topics: Vec<Topic> = Vec::new();
    let mut is_complete = true;
    for (name, at) in named {
        let file = base.join(name);
        match read_text(&file) {
            Ok(text) => {
                let (mut topic, mut faults) = topic::parse(&file, &text);
                elsewhere.append(&mut faults);
                topic.learned = read_weights(&file, elsewhere);
                is_complete &= !topic.key.is_empty();
                if topics.iter().any(|other| other.key == topic.key && !topic.key.is_empty()) {
                    let message = format!("`{}` is a second topic \"{}\"", file.display(), topic.key);
                    source.fault(at, "topics", format!("{message}, expected another key"));
                }
                topics.push(topic);
                files.push(file);
            }
            Err(message) => {
                source.fault(at, "topics", format!("`{}`: {message}", file.display()));
                is_complete = false;
            }
        }
    }
    is_complete.then_some(topics)
}

/// What was learned of a topic stands beside its file, where anything was.
fn read_weights(topic: &Path, elsewhere: &mut Vec<Fault>) -> Vec<(String, f64)> {
    let file = topic::weights::beside(topic);
    if !file.exists() {
        return Vec::new();
    }
    match read_text(&file) {
        Ok(text) => {
            let (weights, mut faults) = topic::weights::parse(&file, &text);
            elsewhere.append(&mut faults);
            weights
        }
        Err(message) => {
            elsewhere.push(Fault::whole(&file, message));
            Vec::new()
        }
    }
}

fn read_outlets(
    root: &mut Table<'_>,
    source: &mut Source,
    base: &Path,
    files: &mut Vec<PathBuf>,
    elsewhere: &mut Vec<Fault>,
) -> Option<Outlets> {
    let name = root.string(source, "outlets");
    if name.is_none() && root.has("outlets") {
        return None;
    }
    let file = base.join(name.as_deref().unwrap_or(OUTLETS));
    files.push(file.clone());
    match read_text(&file) {
        Ok(text) => {
            let (outlets, mut faults) = outlets::parse(&file, &text);
            elsewhere.append(&mut faults);
            Some(outlets)
        }
        Err(message) => {
            root.wrong(source, "outlets", format!("`{}`: {message}", file.display()));
            None
        }
    }
}

/// A file with the hash of its bytes; one that is not there has none.
fn hashed(path: PathBuf) -> Option<(PathBuf, String)> {
    let bytes = std::fs::read(&path).ok()?;
    Some((path, blake3::hash(&bytes).to_hex().chars().take(16).collect()))
}

/// The folder of templates; what is in it is proved by whoever renders.
fn read_templates(root: &mut Table<'_>, source: &mut Source, base: &Path) -> Option<PathBuf> {
    let folder = base.join(root.string(source, "templates")?);
    if !folder.is_dir() {
        root.wrong(source, "templates", format!("`{}` is no folder, expected one of templates", folder.display()));
    }
    Some(folder)
}

fn read_text(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("larger than {} MiB, expected a configuration", FILE_BYTES_MAX >> 20));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = 1 + error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count();
        format!("not UTF-8 text from line {line} on, expected UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
