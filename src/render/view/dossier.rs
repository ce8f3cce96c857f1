//! A dossier as its template sees it.

use serde::Serialize;

use super::bar::{Bar, bar};
use crate::domain::dossier::{Dossier, Report};

/// The dossier with what the page computes from it.
#[derive(Debug, Serialize)]
pub(in crate::render) struct DossierView<'a> {
    #[serde(flatten)]
    dossier: &'a Dossier,
    widths: Vec<Bar>,
    videos: Vec<&'a Report>,
    lead: Option<String>,
    ladder: String,
}

impl<'a> DossierView<'a> {
    /// The view of a dossier.
    pub(in crate::render) fn new(dossier: &'a Dossier) -> Self {
        Self {
            dossier,
            widths: bar(&dossier.bar, &dossier.perspective),
            videos: dossier.reports.iter().filter(|report| report.has_video).collect(),
            lead: dossier.first.as_ref().and_then(crate::domain::dossier::First::lead),
            ladder: dossier.confirmation.name().replace('_', " "),
        }
    }
}
