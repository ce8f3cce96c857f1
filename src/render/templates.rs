//! The templates: those that the program carries, and files of a user that take their place.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use minijinja::Environment;

use super::{formatter, link, wrap};

/// Every template that a user may replace, with the text that the program carries.
pub const TEMPLATES: [(&str, &str); 5] = [
    ("digest.html.j2", include_str!("templates/digest.html.j2")),
    ("story.html.j2", include_str!("templates/story.html.j2")),
    ("style.html.j2", include_str!("templates/style.html.j2")),
    ("digest.txt.j2", include_str!("templates/digest.txt.j2")),
    ("story.txt.j2", include_str!("templates/story.txt.j2")),
];

/// A larger file is no template.
const FILE_BYTES_MAX: u64 = 256 << 10;

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFault {
    /// The file, or the folder.
    pub file: PathBuf,
    /// Line in it, from 1; 0 = the whole file.
    pub line: usize,
    /// What is wrong and what was expected.
    pub message: String,
}

impl TemplateFault {
    pub(super) fn whole(file: &Path, message: String) -> Self {
        Self { file: file.to_owned(), line: 0, message }
    }

    /// What the engine says, at the place in the user's folder.
    pub(super) fn of(error: &minijinja::Error, folder: &Path, template: &str) -> Self {
        // The innermost cause knows the line best: an error in an included file is told by each file around it.
        let mut cause = error;
        while let Some(inner) = std::error::Error::source(cause).and_then(|e| e.downcast_ref::<minijinja::Error>()) {
            cause = inner;
        }
        let detail = cause.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
        Self {
            file: folder.join(cause.name().unwrap_or(template)),
            line: cause.line().unwrap_or_default(),
            message: format!("{}{detail}", cause.kind()),
        }
    }
}

/// An engine in which the files of `folder` take the place of the program's of the same name. Files whose names begin
/// with `_` are the user's own, to be included.
pub(super) fn of_folder(folder: &Path) -> Result<Environment<'static>, Vec<TemplateFault>> {
    let files = files(folder).map_err(|fault| vec![fault])?;
    let mut templates = engine();
    let mut faults = Vec::new();
    for (name, path) in files {
        let is_known = name.starts_with('_') || TEMPLATES.iter().any(|(known, _)| *known == name);
        if !is_known {
            let known: Vec<&str> = TEMPLATES.iter().map(|(known, _)| *known).collect();
            let message =
                format!("no template has this name, expected {} or a name that begins with `_`", known.join(", "));
            faults.push(TemplateFault::whole(&path, message));
            continue;
        }
        match read(&path) {
            Err(message) => faults.push(TemplateFault::whole(&path, message)),
            Ok(source) => {
                if let Err(error) = templates.add_template_owned(name.clone(), source) {
                    faults.push(TemplateFault::of(&error, folder, &name));
                }
            }
        }
    }
    if faults.is_empty() { Ok(templates) } else { Err(faults) }
}

/// Writes the program's templates into a folder, to be changed there.
///
/// # Errors
/// When a file of that name is there already or cannot be written; what was written before stays.
pub fn write_templates(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    for (name, source) in TEMPLATES {
        let mut file = fs::File::create_new(folder.join(name))?;
        std::io::Write::write_all(&mut file, source.as_bytes())?;
    }
    Ok(())
}

/// An engine that knows the program's templates and nothing else. Each is compiled when it is first rendered: most
/// commands and most hours of the service render nothing.
pub(super) fn engine() -> Environment<'static> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    engine.set_formatter(formatter::format);
    engine.add_filter("wrap", wrap::wrap);
    engine.add_filter("unbroken", wrap::unbroken);
    engine.add_filter("href", link::attribute);
    engine.add_filter("web", link::web);
    // The dossier is a page of its own, no part of a mail.
    let dossier = ("dossier.html.j2", include_str!("templates/dossier.html.j2"));
    engine.set_loader(move |name| {
        let source = TEMPLATES.iter().chain([&dossier]).find(|(known, _)| *known == name);
        Ok(source.map(|(_, source)| (*source).to_owned()))
    });
    engine
}

/// The templates of a folder by name.
fn files(folder: &Path) -> Result<BTreeMap<String, PathBuf>, TemplateFault> {
    let unreadable = |error: std::io::Error| TemplateFault::whole(folder, format!("cannot be read: {error}"));
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_file() && name.ends_with(".j2") {
            files.insert(name, path);
        }
    }
    if files.is_empty() {
        return Err(TemplateFault::whole(
            folder,
            "holds no template, expected files such as `digest.html.j2`".to_owned(),
        ));
    }
    Ok(files)
}

fn read(path: &Path) -> Result<String, String> {
    let cannot = |error: std::io::Error| format!("cannot be read: {error}");
    let length = fs::metadata(path).map_err(cannot)?.len();
    if length > FILE_BYTES_MAX {
        return Err(format!("larger than {} KiB, expected a template", FILE_BYTES_MAX >> 10));
    }
    fs::read_to_string(path).map_err(cannot)
}
