//! Makes a composed digest into the two texts of a mail: plain and HTML, the same stories with the same links.

mod fit;
mod formatter;
mod link;
mod picture;
mod proof;
mod sample;
mod templates;
mod view;
mod words;
mod wrap;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use minijinja::Environment;
use minijinja::value::Serde;

pub use crate::domain::message::Rendered;
pub use picture::picture;
pub use sample::sample;
pub use templates::{TEMPLATES, TemplateFault, write_templates};

use crate::domain::digest::Digest;
use crate::domain::dossier::Dossier;

/// Gmail cuts a mail near 102 KB; the HTML part stays below this, bytes.
pub const HTML_BYTES_MAX: usize = 90 * 1024;

const HTML: &str = "digest.html.j2";
const TEXT: &str = "digest.txt.j2";
const DOSSIER: &str = "dossier.html.j2";

/// A template that does not render.
#[derive(Debug, thiserror::Error)]
#[error("failed to render template `{template}`")]
pub struct RenderError {
    template: &'static str,
    source: minijinja::Error,
}

/// The templates.
#[derive(Debug)]
pub struct Renderer {
    templates: Environment<'static>,
    n_rendered: AtomicUsize,
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new()
    }
}

impl Renderer {
    /// The templates that the program carries. In HTML every field is escaped unless a filter says otherwise.
    pub fn new() -> Self {
        Self { templates: templates::engine(), n_rendered: AtomicUsize::default() }
    }

    /// The same with a user's templates in `folder` in place of those of the same name, once they have shown on samples
    /// that they render, escape what strangers wrote and lose no headline. `docs/templates.md` says what they get.
    ///
    /// # Errors
    /// All that is wrong with them, with file and line where there is one.
    pub fn load(folder: &Path) -> Result<Self, Vec<TemplateFault>> {
        let renderer = Self { templates: templates::of_folder(folder)?, ..Self::new() };
        let faults = proof::faults(&renderer, folder);
        if faults.is_empty() { Ok(renderer) } else { Err(faults) }
    }

    /// Renders both parts. The same digest gives the same bytes.
    ///
    /// When the HTML would grow over [`HTML_BYTES_MAX`], stories from the end are told by their headlines in both
    /// parts, then headlines are counted only.
    pub fn render(&self, digest: &Digest) -> Result<Rendered, RenderError> {
        let (view, html) = fit::fit(digest, |view| self.fill(HTML, view))?;
        let text = self.fill(TEXT, &view)?;
        self.n_rendered.fetch_add(1, Ordering::Relaxed);
        Ok(Rendered {
            subject: view.subject.clone(),
            preheader: view.preheader.clone(),
            text: tidy_blanks(&text),
            html,
        })
    }

    /// Digests rendered so far.
    pub fn n_rendered(&self) -> usize {
        self.n_rendered.load(Ordering::Relaxed)
    }

    /// A dossier as a page of its own.
    ///
    /// # Errors
    /// When the template does not render.
    pub fn dossier(&self, dossier: &Dossier) -> Result<String, RenderError> {
        self.fill(DOSSIER, &view::DossierView::new(dossier))
    }

    fn fill(&self, template: &'static str, view: &impl serde::Serialize) -> Result<String, RenderError> {
        let wrong = |source| RenderError { template, source };
        let found = self.templates.get_template(template).map_err(wrong)?;
        found.render(Serde(view)).map_err(wrong)
    }
}

/// No blank at the end of a line, at most one empty line in a row, one line break at the end.
fn tidy_blanks(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for line in text.trim().lines().map(str::trim_end) {
        if !(line.is_empty() && tidy.ends_with("\n\n")) {
            tidy.push_str(line);
            tidy.push('\n');
        }
    }
    tidy
}

#[cfg(test)]
#[path = "tests/mod.rs"]
mod tests;
