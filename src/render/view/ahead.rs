//! Days to come as the templates see them.

use serde::Serialize;

use super::super::words::Words;
use super::refs::{Link, Links};
use crate::domain::digest::AheadLine;

/// A day to come.
#[derive(Debug, Serialize)]
pub(super) struct Ahead {
    /// `Wednesday, 2 December 2026`; empty when it is that of the line above.
    when: String,
    /// The sentence that names it.
    text: String,
    lang: &'static str,
    outlet: String,
    link: Option<Link>,
    /// `and 3 more`: other outlets that name the same day.
    others: Option<String>,
    command: String,
}

/// The lines, each day named once.
pub(super) fn ahead(lines: &[AheadLine], max: usize, w: &Words, links: &mut Links) -> Vec<Ahead> {
    let mut last = "";
    let mut views = Vec::new();
    for line in lines.iter().take(max) {
        views.push(Ahead {
            when: if line.when == last { String::new() } else { line.when.clone() },
            text: line.said.text.clone(),
            lang: line.said.lang.code(),
            outlet: line.said.outlet.clone(),
            link: links.add(line.said.url.as_deref()),
            others: (line.n_others > 0).then(|| w.and_more(line.n_others)),
            command: super::command(line.story),
        });
        last = &line.when;
    }
    views
}
