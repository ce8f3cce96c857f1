//! `story ID`: the dossier of one story, as text, HTML or JSON.

use serde::Serialize;

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use super::{open, present};
use crate::decide::digest;
use crate::domain::dossier::{Dossier, OutletLine, Report, Revision, Source, Voice};
use crate::domain::story::StoryItem;
use crate::domain::{Development, QuoteKind, StoryBrief, StoryId};
use crate::render::Renderer;
use crate::store::{Store, StoreError};

/// The dossier as `story --json` shows it: what the reader reads, and the rows behind it.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    dossier: &'a Dossier,
    items: &'a [StoryItem],
    developments: &'a [Development],
}

/// Shows the dossier of a story; of one that was put into another, that one's.
///
/// # Errors
/// When there is no such story or the store cannot be read.
pub fn run(arguments: &Arguments, id: i64, html: bool) -> Result<(), Failure> {
    let (config, store) = open::store(arguments)?;
    let standing = store.standing(StoryId(id))?;
    let story = store.brief(standing, &config.outlets)?;
    let muted_at = store.story(standing)?.and_then(|row| row.muted_at);
    let dossier = digest::dossier(&story, revisions(&store, &story)?, muted_at);
    if arguments.json {
        print_json(&Whole { dossier: &dossier, items: &story.items, developments: &story.developments });
    } else if html {
        let page = Renderer::new().dossier(&dossier).map_err(|error| Failure::from(anyhow::Error::new(error)))?;
        print(&page);
    } else {
        print(&words(&dossier));
    }
    Ok(())
}

fn revisions(store: &Store, story: &StoryBrief) -> Result<Vec<Revision>, StoreError> {
    let mut all = Vec::new();
    for item in &story.items {
        let mut titles: Vec<_> = store.revisions(item.id)?;
        // A changed lead is a revision as well; only headlines are listed, each once.
        titles.dedup_by(|later, earlier| later.1 == earlier.1);
        titles.retain(|(_, title, _)| *title != item.title);
        let revision = |(until, title, _)| Revision { item: item.id, outlet: item.outlet_name.clone(), until, title };
        all.extend(titles.into_iter().map(revision));
    }
    all.sort_by_key(|revision| revision.until);
    Ok(all)
}

fn words(d: &Dossier) -> String {
    let mut text = format!(
        "S-{}: {}\n{} to {}, {}, {}, {} independent; {}\n{}\n",
        d.id.0,
        present::safe(&d.title),
        present::moment(d.first_at),
        present::moment(d.last_at),
        present::counted(d.n_items, "item", "items"),
        present::counted(d.n_outlets, "outlet", "outlets"),
        d.n_independent,
        d.confirmation.name().replace('_', " "),
        d.perspective,
    );
    let mut line = |words: String| text.push_str(&format!("{words}\n"));
    if let Some(note) = &d.note {
        line(note.clone());
    }
    if let Some(first) = &d.first {
        let lead = first.lead().map(|lead| format!(", {lead}")).unwrap_or_default();
        line(format!("first: {}{}", present::safe(&first.source.outlet), present::safe(&lead)));
    }
    if let Some(primary) = &d.primary {
        line(format!("primary source: {}, {}", present::safe(&primary.outlet), present::moment(primary.at)));
    }
    if let Some(at) = d.muted_at {
        line(format!("muted since {}", present::moment(at)));
    }
    section(
        &mut text,
        "What happened",
        d.happened
            .iter()
            .map(|h| format!("{}  {}{}", present::moment(h.source.at), present::safe(&h.what), link(&h.source))),
    );
    section(&mut text, "Voices for", d.voices_for.iter().map(voice));
    section(&mut text, "Voices against", d.voices_against.iter().map(voice));
    section(&mut text, "Other voices", d.voices_other.iter().map(voice));
    section(&mut text, "Outlook", d.outlook.iter().map(|line| said(&line.text, &line.speaker, &line.source)));
    section(&mut text, "Differences", d.differences.iter().map(|d| present::safe(d)));
    section(
        &mut text,
        "Facts",
        d.facts
            .iter()
            .map(|f| format!("{:<12} {} ({})", f.kind.name(), present::safe(&f.text), present::safe(&f.source.outlet))),
    );
    section(&mut text, "Outlets", d.outlets.iter().map(outlet));
    section(
        &mut text,
        "Headlines that were changed",
        d.revisions.iter().map(|r| {
            format!("until {}  {} — {}", present::moment(r.until), present::safe(&r.title), present::safe(&r.outlet))
        }),
    );
    section(
        &mut text,
        "Video",
        d.reports
            .iter()
            .filter(|r| r.has_video)
            .map(|r| format!("{} ({}){}", present::safe(&r.title), present::safe(&r.source.outlet), link(&r.source))),
    );
    section(&mut text, "Reports", d.reports.iter().map(report));
    text
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        text.push_str(&format!("\n{title}\n"));
        lines.for_each(|line| text.push_str(&format!("  {line}\n")));
    }
}

fn link(source: &Source) -> String {
    source.url.as_deref().map(|url| format!("\n    {}", present::safe(url))).unwrap_or_default()
}

fn voice(voice: &Voice) -> String {
    let marked = match voice.kind {
        QuoteKind::Direct => format!("“{}”", voice.text),
        QuoteKind::Indirect => voice.text.clone(),
    };
    said(&marked, &voice.speaker, &voice.source)
}

fn said(words: &str, speaker: &str, source: &Source) -> String {
    let speaker = if speaker.is_empty() { String::new() } else { format!("{}: ", present::safe(speaker)) };
    format!("{speaker}{} ({})", present::safe(words), present::safe(&source.outlet))
}

fn outlet(line: &OutletLine) -> String {
    let copy = line.copy_of.as_deref().map(|of| format!(", text of {}", present::safe(of))).unwrap_or_default();
    let reports = if line.n_reports > 1 { format!(", {} reports", line.n_reports) } else { String::new() };
    let kind = serde_json::to_value(line.kind).ok().and_then(|kind| kind.as_str().map(|kind| kind.replace('_', " ")));
    format!(
        "{}  {} ({} {}){reports}{copy}",
        present::moment(line.first_at),
        present::safe(&line.outlet),
        kind.unwrap_or_default(),
        line.country,
    )
}

fn report(report: &Report) -> String {
    let copy = report.copy_of.as_deref().map(|of| format!(", text of {}", present::safe(of))).unwrap_or_default();
    let video = if report.has_video { ", with video" } else { "" };
    let source = &report.source;
    format!(
        "{}  {} — {}{copy}{video}\n    item {}, {}\n    matched: {}{}",
        present::moment(source.at),
        present::safe(&report.title),
        present::safe(&source.outlet),
        source.item.0,
        present::safe(&report.joined),
        present::safe(&report.matched),
        link(source),
    )
}
