//! `templates`: the mail's templates, written out to be changed, and a made-up digest to see the change.

use std::path::Path;

use super::args::{Arguments, FrameLanguage, TemplatesAction};
use super::open;
use super::output::{Failure, print};
use crate::domain::Lang;
use crate::pipeline::{self, StepError};
use crate::render::{self, Renderer};

pub fn run(arguments: &Arguments, action: &TemplatesAction) -> Result<(), Failure> {
    match action {
        TemplatesAction::Write { folder } => write(folder),
        TemplatesAction::Sample { html, language } => sample(arguments, *html, *language),
    }
}

fn write(folder: &Path) -> Result<(), Failure> {
    render::write_templates(folder)
        .map_err(|error| Failure::words(format!("failed to write templates into `{}`: {error}", folder.display())))?;
    let names: Vec<&str> = render::TEMPLATES.iter().map(|(name, _)| *name).collect();
    print(&format!(
        "{} are in {}\nname that folder in the configuration: templates = \"…\"\n",
        names.join(", "),
        folder.display()
    ));
    Ok(())
}

/// By the templates of the configuration, or by the program's where there is none.
fn sample(arguments: &Arguments, html: bool, language: FrameLanguage) -> Result<(), Failure> {
    let renderer = match open::config_if_any(arguments)? {
        Some(config) => pipeline::renderer(&config).unwrap_or_default(),
        None => Renderer::new(),
    };
    let lang = if language == FrameLanguage::Ru { Lang::Ru } else { Lang::En };
    let digest = render::sample(lang).ok_or_else(|| Failure::words("the sample is broken".to_owned()))?;
    let rendered = renderer.render(&digest).map_err(StepError::from)?;
    if html {
        print(&rendered.html);
    } else {
        print(&format!("Subject: {}\n\n{}", rendered.subject, rendered.text));
    }
    Ok(())
}
