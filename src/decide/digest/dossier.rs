//! The dossier: a story put in the order in which a reader asks about it.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{differences, perspective, words as frame};
use crate::decide::copies;
use crate::domain::dossier::{
    Dossier, FactLine, First, Happened, OutletLine, OutlookLine, Report, Revision, Source, Voice,
};
use crate::domain::fact::{OutlookKind, Stance};
use crate::domain::item::Lang;
use crate::domain::outlet::OutletKind;
use crate::domain::story::{StoryBrief, StoryItem};
use crate::text::fold::fold;
use crate::text::stem::stem;
use crate::text::words::words;

/// Lines about what comes next: a reader wants the latest plans, not every plan.
const OUTLOOK_MAX: usize = 12;

/// Puts the dossier together. `revisions` are the earlier headlines of its reports.
pub fn compose(story: &StoryBrief, revisions: Vec<Revision>, muted_at: Option<Timestamp>) -> Dossier {
    let items = &story.items;
    let n_independent = copies::n_independent(items);
    let (outlets, bar) = (outlets(items), perspective::bar(items));
    let frame = frame::words(Lang::En);
    Dossier {
        id: story.id,
        title: story.title.clone(),
        first_at: story.first_at,
        last_at: story.last_at,
        confirmation: story.confirmation,
        muted_at,
        n_items: items.len(),
        n_outlets: outlets.len(),
        n_independent,
        perspective: perspective::in_words(&bar, frame),
        note: perspective::note(&bar, n_independent, frame),
        bar,
        first: first(items),
        primary: items.iter().find(|item| item.kind == OutletKind::Government).map(source),
        happened: happened(story),
        voices_for: voices(items, Stance::Welcoming),
        voices_against: voices(items, Stance::Critical),
        voices_other: voices(items, Stance::Neither),
        outlook: outlook(items),
        differences: differences::differences(items),
        facts: facts(items),
        outlets,
        revisions,
        reports: items.iter().map(report).collect(),
    }
}

fn source(item: &StoryItem) -> Source {
    Source { item: item.id, outlet: item.outlet_name.clone(), url: item.url.clone(), at: item.at }
}

fn report(item: &StoryItem) -> Report {
    Report {
        title: item.title.clone(),
        source: source(item),
        copy_of: item.copy_of.clone(),
        has_video: item.has_video,
        matched: item.matched.clone(),
        joined: item.joined.clone(),
    }
}

/// The first report, and the next by another family that did not copy it.
fn first(items: &[StoryItem]) -> Option<First> {
    let first = items.first()?;
    let next = items.iter().find(|item| item.family != first.family && item.copy_of.is_none());
    Some(First {
        source: source(first),
        ahead_minutes: next.map(|next| next.at.duration_since(first.at).as_mins()),
        next: next.map(|next| next.outlet_name.clone()),
    })
}

fn happened(story: &StoryBrief) -> Vec<Happened> {
    let of = |id| story.items.iter().find(|item| item.id == id);
    let line = |development: &crate::domain::Development| {
        let source = source(of(development.item)?);
        Some(Happened { kind: development.kind, what: development.what.clone(), source })
    };
    story.developments.iter().filter_map(line).collect()
}

/// What was said with this stance, each statement once.
fn voices(items: &[StoryItem], stance: Stance) -> Vec<Voice> {
    let mut seen = HashSet::new();
    let quotes = items.iter().flat_map(|item| item.quotes.iter().map(move |quote| (item, quote)));
    let shown = quotes.filter(|(_, quote)| quote.stance == stance && !quote.speaker.is_empty());
    shown
        .filter(|(_, quote)| seen.insert(fold(&quote.text)))
        .map(|(item, quote)| Voice {
            speaker: quote.speaker.clone(),
            text: quote.text.clone(),
            kind: quote.kind,
            source: source(item),
        })
        .collect()
}

/// What comes next, the latest report first: plans change. Bare limits stand behind plans and expectations. What says the same in much the same words, or names the
/// same limit, stands once.
fn outlook(items: &[StoryItem]) -> Vec<OutlookLine> {
    let mut seen: Vec<HashSet<String>> = Vec::new();
    let mut limits = HashSet::new();
    let lines = items.iter().rev().flat_map(|item| item.outlook.iter().map(move |line| (item, line)));
    let mut lines: Vec<_> = lines.collect();
    lines.sort_by_key(|(_, line)| line.kind == OutlookKind::Until);
    lines
        .into_iter()
        .filter(|(_, line)| {
            let limit: String = line.cue.chars().filter(char::is_ascii_digit).collect();
            line.kind != OutlookKind::Until || limit.is_empty() || limits.insert(limit)
        })
        .filter(|(_, line)| {
            let own: HashSet<String> = words(&line.text)
                .filter(|w| w.text.chars().count() > 3)
                .map(|w| stem(&fold(w.text)).into_owned())
                .collect();
            let is_like = |known: &HashSet<String>| known.intersection(&own).count() * 2 > known.len().min(own.len());
            let is_new = !seen.iter().any(is_like);
            seen.extend(is_new.then_some(own));
            is_new
        })
        .take(OUTLOOK_MAX)
        .map(|(item, line)| OutlookLine {
            kind: line.kind,
            text: line.text.clone(),
            speaker: line.speaker.clone(),
            source: source(item),
        })
        .collect()
}

fn facts(items: &[StoryItem]) -> Vec<FactLine> {
    let mut seen = HashSet::new();
    let all = items.iter().flat_map(|item| item.facts.iter().map(move |fact| (item, fact)));
    all.filter(|(_, fact)| seen.insert((fact.kind, fact.value.clone())))
        .map(|(item, fact)| FactLine { kind: fact.kind, text: fact.text.clone(), source: source(item) })
        .collect()
}

fn outlets(items: &[StoryItem]) -> Vec<OutletLine> {
    let mut lines: Vec<(&str, OutletLine)> = Vec::new();
    for item in items {
        match lines.iter_mut().find(|(key, _)| *key == item.outlet) {
            Some((_, line)) => {
                line.n_reports += 1;
                line.copy_of = line.copy_of.take().filter(|_| item.copy_of.is_some());
            }
            None => lines.push((
                &item.outlet,
                OutletLine {
                    outlet: item.outlet_name.clone(),
                    country: item.country.clone(),
                    kind: item.kind,
                    first_at: item.at,
                    n_reports: 1,
                    copy_of: item.copy_of.clone(),
                },
            )),
        }
    }
    lines.into_iter().map(|(_, line)| line).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{NASA, REUTERS, RT, TASS, Who, item, story};
    use super::*;

    fn dossier(reports: &[(Who, &str, Option<&str>)]) -> Dossier {
        let items = reports.iter().zip(1..).map(|((who, at, copy), id)| StoryItem {
            copy_of: copy.map(str::to_owned),
            ..item(id, *who, at, "Ferry sails", "")
        });
        compose(&story(1, items.collect()), Vec::new(), None)
    }

    const NINE: &str = "2026-11-23T09:00:00Z";
    const TEN: &str = "2026-11-23T10:30:00Z";

    #[test]
    fn who_was_first_is_told_with_the_lead_over_the_next_own_text() {
        let told = dossier(&[(TASS, NINE, None), (RT, NINE, Some("tass")), (REUTERS, TEN, None)]);
        let first = told.first.unwrap();
        assert_eq!((first.source.outlet.as_str(), first.ahead_minutes), ("TASS", Some(90)));
        assert_eq!(first.next.as_deref(), Some("Reuters"));
        assert_eq!(dossier(&[(TASS, NINE, None)]).first.unwrap().next, None);
    }

    #[test]
    fn one_side_alone_is_named_and_an_outlet_is_listed_once() {
        let told = dossier(&[(TASS, NINE, None), (TASS, TEN, None)]);
        assert_eq!(told.note.as_deref(), Some("So far only state agencies of one country: RU"));
        assert_eq!((told.outlets.len(), told.outlets[0].n_reports), (1, 2));
        assert_eq!(told.primary, None);
        assert_eq!(dossier(&[(TASS, NINE, None), (NASA, TEN, None)]).primary.unwrap().outlet, "NASA");
    }
}
