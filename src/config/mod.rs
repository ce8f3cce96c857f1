//! The configuration: one file, an outlet file and topic files, read at once and with every fault told at once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

mod audiences;
mod command;
pub mod fault;
mod feeds;
mod http;
mod load;
mod mail;
mod nested;
mod outlets;
mod policy;
pub mod secret;
mod sender;
mod settings;
mod signing;
mod suggest;
pub mod table;
pub mod topic;
mod values;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod shipped;

pub use fault::Fault;
pub use load::{load, look};
pub use settings::{LogFormat, LogLevel, LogSettings, StoreSettings};

use crate::domain::feed::FeedSpec;
use crate::domain::policy::{HttpPolicy, Listen, MailSettings, ReadLimits};
use crate::domain::{Audience, Outlets, Policy, Topic};

/// Where the configuration lies when nobody says so, in the order of looking.
pub const DEFAULT_FILES: [&str; 2] = ["orbitwire.toml", "/etc/orbitwire/orbitwire.toml"];

/// All that can be configured, checked and complete. Printing it shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it was read from.
    pub file: PathBuf,
    /// What readers want to hear about.
    pub topics: Arc<[Topic]>,
    /// Their files, in the same order.
    pub topic_files: Vec<PathBuf>,
    /// Every file that was read, with a hash of its text: what tells this configuration from others.
    pub files: Vec<(PathBuf, String)>,
    /// Who publishes.
    pub outlets: Outlets,
    /// Where the state lies.
    pub store: StoreSettings,
    /// How feeds are fetched.
    pub http: HttpPolicy,
    /// What one document may contain.
    pub read: ReadLimits,
    /// The numbers that decisions use.
    pub policy: Policy,
    /// Folder of templates that take the place of the program's, if one.
    pub templates: Option<PathBuf>,
    /// How digests leave.
    pub mail: MailSettings,
    /// What is polled, feeds that are switched off included.
    pub feeds: Vec<FeedSpec>,
    /// Who is told.
    pub audiences: Vec<Audience>,
    /// How the service speaks of itself.
    pub log: LogSettings,
    /// Where monitoring may ask, if anywhere.
    pub web: Option<Listen>,
    /// What can be lived with but is hardly meant.
    pub warnings: Vec<Fault>,
}

/// The file to read: `explicit`, or the first of [`DEFAULT_FILES`] that exists.
///
/// # Errors
/// One fault that says where it was looked for and what to do.
pub fn find(explicit: Option<&Path>) -> Result<PathBuf, Vec<Fault>> {
    find_among(explicit, &DEFAULT_FILES.map(Path::new))
}

fn find_among(explicit: Option<&Path>, defaults: &[&Path]) -> Result<PathBuf, Vec<Fault>> {
    const ADVICE: &str = "to see orbitwire at work without one, run `orbitwire demo`; to begin your own, copy the \
                          directory `config` of the source and name its orbitwire.toml with `--config`";
    if let Some(path) = explicit {
        return match path.is_file() {
            true => Ok(path.to_owned()),
            false => Err(vec![Fault::whole(path, format!("there is no such file; {ADVICE}"))]),
        };
    }
    let found = defaults.iter().find(|path| path.is_file());
    found.map(|path| path.to_path_buf()).ok_or_else(|| {
        let places: Vec<_> = defaults.iter().map(|path| format!("`{}`", path.display())).collect();
        let first = defaults.first().copied().unwrap_or(Path::new(""));
        vec![Fault::whole(first, format!("no configuration found, looked for {}; {ADVICE}", places.join(" and ")))]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_default_that_exists_is_taken() {
        let directory = tempfile::tempdir().unwrap();
        let (first, second) = (directory.path().join("a.toml"), directory.path().join("b.toml"));
        std::fs::write(&second, "").unwrap();
        assert_eq!(find_among(None, &[&first, &second]).unwrap(), second);
        std::fs::write(&first, "").unwrap();
        assert_eq!(find_among(None, &[&first, &second]).unwrap(), first);
        assert_eq!(find_among(Some(&second), &[&first]).unwrap(), second);
    }

    #[test]
    fn without_a_file_it_says_where_it_looked_and_what_to_do() {
        let faults = find_among(None, &[Path::new("/nowhere/a.toml"), Path::new("/nowhere/b.toml")]).unwrap_err();
        for part in ["`/nowhere/a.toml` and `/nowhere/b.toml`", "orbitwire demo", "copy"] {
            assert!(faults[0].message.contains(part), "{faults:?}");
        }
        let faults = find_among(Some(Path::new("/nowhere/c.toml")), &[]).unwrap_err();
        assert!(faults[0].to_string().starts_with("/nowhere/c.toml: there is no such file"), "{faults:?}");
    }
}
