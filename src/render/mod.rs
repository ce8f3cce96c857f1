//! Makes a composed digest into the two texts of a mail: plain and HTML, the same stories with the same links.

mod fit;
mod link;
mod view;
mod words;
mod wrap;

use minijinja::Environment;
use minijinja::value::Serde;

pub use crate::domain::message::Rendered;

use crate::domain::digest::Digest;

/// Gmail cuts a mail near 102 KB; the HTML part stays below this, bytes.
pub const HTML_BYTES_MAX: usize = 90 * 1024;

/// Content-ID of the picture of the coverage.
const PICTURE: &str = "coverage@orbitwire";

const HTML: &str = "digest.html.j2";
const TEXT: &str = "digest.txt.j2";

/// A template that does not render.
#[derive(Debug, thiserror::Error)]
#[error("failed to render template `{template}`")]
pub struct RenderError {
    template: &'static str,
    source: minijinja::Error,
}

/// The templates, compiled.
#[derive(Debug)]
pub struct Renderer {
    templates: Environment<'static>,
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new()
    }
}

impl Renderer {
    /// The templates that the program carries. In HTML every field is escaped unless a filter says otherwise.
    pub fn new() -> Self {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        templates.add_filter("wrap", wrap::wrap);
        templates.add_filter("href", link::attribute);
        for (name, source) in [
            (HTML, include_str!("templates/digest.html.j2")),
            ("story.html.j2", include_str!("templates/story.html.j2")),
            ("style.html.j2", include_str!("templates/style.html.j2")),
            (TEXT, include_str!("templates/digest.txt.j2")),
            ("story.txt.j2", include_str!("templates/story.txt.j2")),
        ] {
            // A template that does not compile is missing, and the first rendering says so.
            let _ = templates.add_template(name, source);
        }
        Self { templates }
    }

    /// Renders both parts. The same digest gives the same bytes.
    ///
    /// When the HTML would grow over [`HTML_BYTES_MAX`], stories from the end are told by their headlines in both
    /// parts, then headlines are counted only.
    pub fn render(&self, digest: &Digest) -> Result<Rendered, RenderError> {
        let (view, html) = fit::fit(digest, |view| self.fill(HTML, view))?;
        let text = self.fill(TEXT, &view)?;
        Ok(Rendered {
            subject: view.subject.clone(),
            preheader: view.preheader.clone(),
            text: tidy_blanks(&text),
            html,
        })
    }

    fn fill(&self, template: &'static str, view: &view::View) -> Result<String, RenderError> {
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
