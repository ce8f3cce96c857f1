//! `demo`: the whole job offline.

use std::path::{Path, PathBuf};

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use crate::demo::{self, Tour};

pub async fn run(arguments: &Arguments, dir: Option<&Path>) -> Result<(), Failure> {
    let dir = dir.map_or_else(new_folder, |dir| Ok(dir.to_owned()))?;
    let dir = std::path::absolute(&dir).map_err(anyhow::Error::from)?;
    let mut say = |words: &str| {
        if !arguments.json {
            print(words);
        }
    };
    let tour = demo::take(&dir, &mut say).await?;
    if arguments.json {
        print_json(&as_json(&tour));
    } else {
        print(&words(&tour));
    }
    if tour.verdict.is_ok() { Ok(()) } else { Err(Failure::Said) }
}

/// A folder of the demo's own below the system's temporary one.
fn new_folder() -> Result<PathBuf, Failure> {
    let root = std::env::temp_dir();
    for n in 1..1_000 {
        let folder = root.join(format!("orbitwire-demo-{n}"));
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Failure::words(format!("failed to create `{}`: {error}", folder.display()))),
        }
    }
    Err(Failure::words(format!("too many demo folders in `{}`; name one with --dir", root.display())))
}

fn words(tour: &Tour) -> String {
    let verdict = match &tour.verdict {
        Ok(summary) => format!("As it should be: {summary}.\n"),
        Err(faults) => format!("NOT as it should be:\n  {}\n", faults.join("\n  ")),
    };
    let mails = tour.mails.first().and_then(|mail| mail.parent()).map(|folder| folder.display().to_string());
    format!(
        "{verdict}\n{} mails   {}/*.eml\nthe last    {}\nthe store   {}\n\nLook around:\n  orbitwire --config {} stories --days 9999\n  orbitwire --config {} story {}\n",
        tour.mails.len(),
        mails.unwrap_or_default(),
        tour.html.display(),
        tour.store.display(),
        tour.config.display(),
        tour.config.display(),
        tour.story.unwrap_or(1),
    )
}

fn as_json(tour: &Tour) -> serde_json::Value {
    serde_json::json!({
        "ok": tour.verdict.is_ok(),
        "summary": tour.verdict.as_ref().ok(),
        "faults": tour.verdict.as_ref().err(),
        "mails": tour.mails,
        "html": tour.html,
        "store": tour.store,
        "config": tour.config,
    })
}
