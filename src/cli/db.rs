//! `db`: care of the store by hand.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;

use super::args::Arguments;
use super::output::{Failure, print};
use super::{open, present};
use crate::clock::Clock;
use crate::config::Config;
use crate::pipeline::care::retention;
use crate::store::{self, Pruned, Store};

/// Rows that go in one transaction, so that a running service waits for none of them.
const BATCH: usize = 500;

/// What to do with the store.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum DbAction {
    /// Read the whole file and name every fault; the service may run
    Check,
    /// Copy the store, whole and checked; the service may run
    Backup {
        /// The copy, which may replace an earlier one; or a folder, in which it is named by the time
        file: PathBuf,
    },
    /// Put a copy in the place of the store, which is moved aside; the service must be stopped
    Restore {
        /// A copy made by `db backup` or by the service
        file: PathBuf,
    },
    /// Let go what is older than `[store]` says; the service does so by itself
    Prune {
        /// Only count
        #[arg(long)]
        dry_run: bool,
    },
}

pub fn run(arguments: &Arguments, action: &DbAction) -> Result<(), Failure> {
    let config = open::config(arguments)?;
    match action {
        DbAction::Check => check(arguments, &config),
        DbAction::Backup { file } => backup(arguments, &config, file),
        DbAction::Restore { file } => restore(arguments, &config, file),
        DbAction::Prune { dry_run } => prune(arguments, &config, *dry_run),
    }
}

/// Says words, or the same as JSON.
fn say(arguments: &Arguments, words: &str, json: &serde_json::Value) {
    if arguments.json { print(&format!("{json}\n")) } else { print(&format!("{words}\n")) }
}

fn check(arguments: &Arguments, config: &Config) -> Result<(), Failure> {
    let settings = &config.store;
    let path = settings.path.display();
    let faults = store::check_file(&settings.path)?;
    let last = store::backups(&settings.path, &settings.backup_directory).pop();
    if faults.is_empty() {
        let store = Store::open_read_only(&settings.path)?;
        let (bytes, free) = store.bytes()?;
        let words = format!("{path} is whole: {} KiB, {} KiB of them free", bytes / 1024, free / 1024);
        say(
            arguments,
            &words,
            &json!({ "ok": true, "faults": [], "bytes": bytes, "free_bytes": free, "last_backup": last }),
        );
        return Ok(());
    }
    let advice = last.as_ref().map_or_else(
        || "there is no copy of it; `sqlite3 FILE .recover` may save a part".to_owned(),
        |last| format!("stop the service, then `orbitwire db restore {}`", last.display()),
    );
    let words: Vec<String> = faults.iter().map(|fault| present::safe(fault)).collect();
    let words = format!("{path} is DAMAGED:\n  {}\n{advice}", words.join("\n  "));
    say(arguments, &words, &json!({ "ok": false, "faults": faults, "last_backup": last }));
    Err(Failure::Said)
}

fn backup(arguments: &Arguments, config: &Config, file: &Path) -> Result<(), Failure> {
    let settings = &config.store;
    let file: PathBuf =
        if file.is_dir() { store::backup_name(&settings.path, file, Clock::System.now()) } else { file.to_owned() };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    // A folder made by a slip of the pen would take the copies that were meant for another disk.
    if let Some(folder) = folder.filter(|folder| !folder.is_dir() && **folder != *settings.backup_directory) {
        return Err(Failure::words(format!("there is no folder `{}`; create it first", folder.display())));
    }
    let back_up = store::back_up(&settings.path, &file);
    let bytes = back_up.map_err(|error| error.with_way_back(&settings.path, &settings.backup_directory))?;
    let words = format!("{}: {} KiB, whole and checked", file.display(), bytes / 1024);
    say(arguments, &words, &json!({ "file": file, "bytes": bytes }));
    Ok(())
}

fn restore(arguments: &Arguments, config: &Config, file: &Path) -> Result<(), Failure> {
    let path = &config.store.path;
    if !file.is_file() {
        return Err(Failure::words(format!("there is no file `{}`", file.display())));
    }
    let busy = |what: &str| Failure::words(format!("the {what} works on {}; stop it first", path.display()));
    // Both are held to the end, so that nothing starts on a file that is being replaced.
    let _run = store::lock(path, "run")?.ok_or_else(|| busy("service"))?;
    let _deliver = store::lock(path, "deliver")?.ok_or_else(|| busy("delivery"))?;
    let aside = store::restore(path, file, Clock::System.now())?;
    let moved = aside.as_ref().map(|aside| format!("; the old file is {}", aside.display())).unwrap_or_default();
    let words = format!(
        "{} is in place of {}{moved}\nWhat came since the copy was made is read again where feeds still show it, and may be \
         told again.",
        file.display(),
        path.display()
    );
    say(arguments, &words, &json!({ "store": path, "from": file, "aside": aside }));
    Ok(())
}

fn prune(arguments: &Arguments, config: &Config, is_dry: bool) -> Result<(), Failure> {
    let settings = &config.store;
    let retention = retention(settings, Clock::System.now());
    let (pruned, free) = if is_dry {
        let store = Store::open_read_only(&settings.path)?;
        (store.prunable(&retention)?, store.bytes()?.1)
    } else {
        if !settings.path.exists() {
            return Err(store::StoreError::Absent.at(&settings.path).into());
        }
        let mut store = Store::open_with(&settings.path, &settings.backup_directory)?;
        let mut all = Pruned::default();
        loop {
            let some = store.transaction(|store| store.prune(&retention, BATCH))?;
            if some.is_nothing() {
                break;
            }
            all.n_texts += some.n_texts;
            all.n_items += some.n_items;
            all.n_mails += some.n_mails;
            all.n_audits += some.n_audits;
        }
        (all, store.bytes()?.1)
    };
    let verb = if is_dry { "would go" } else { "gone" };
    let words = format!(
        "{verb}: {} texts of items that matched nothing (older than {} days), {} rows of such items ({} days), bytes of {} \
         mails sent ({} days), {} mails on record ({} days)\n{} KiB of the file are free for what comes",
        pruned.n_texts,
        settings.keep_text_days,
        pruned.n_items,
        settings.keep_items_days,
        pruned.n_mails,
        settings.keep_mail_days,
        pruned.n_audits,
        settings.keep_audit_days,
        free / 1024
    );
    say(arguments, &words, &json!({ "dry_run": is_dry, "pruned": pruned, "free_bytes": free }));
    Ok(())
}
