//! The proof that a user's templates may be used: they render, escape what strangers wrote, and lose no headline.

use std::path::Path;

use super::templates::TemplateFault;
use super::{HTML, HTML_BYTES_MAX, Renderer, TEXT, sample};
use crate::domain::digest::Digest;
use crate::domain::message::Rendered;

/// What is wrong with the templates of `folder`, which `renderer` has; nothing when they may be used.
pub(super) fn faults(renderer: &Renderer, folder: &Path) -> Vec<TemplateFault> {
    let mut faults: Vec<TemplateFault> = Vec::new();
    for (name, digest) in sample::all() {
        let found = match renderer.render(&digest) {
            Ok(rendered) => of_sample(name, &digest, &rendered, folder),
            Err(error) => vec![TemplateFault::of(&error.source, folder, error.template)],
        };
        // One fault shows in many samples.
        let is_new =
            |fault: &TemplateFault| faults.iter().all(|known| (&known.file, known.line) != (&fault.file, fault.line));
        faults.extend(found.into_iter().filter(is_new).collect::<Vec<_>>());
    }
    faults
}

fn of_sample(name: &str, digest: &Digest, rendered: &Rendered, folder: &Path) -> Vec<TemplateFault> {
    let mut faults = Vec::new();
    let mut fault = |file: &str, message: String| faults.push(TemplateFault::whole(&folder.join(file), message));
    if rendered.html.contains(sample::MARK) {
        fault(HTML, "a text from a feed comes unescaped, expected no `safe` on it".to_owned());
    }
    if rendered.html.len() > HTML_BYTES_MAX {
        let limit = HTML_BYTES_MAX >> 10;
        fault(HTML, format!("the {name} sample takes {} KiB, expected at most {limit}", rendered.html.len() >> 10));
    }
    for (file, part) in [(HTML, &rendered.html), (TEXT, &rendered.text)] {
        let part = comparable(part);
        let lost = headlines(digest).find(|headline| !part.contains(&comparable(headline)));
        if let Some(headline) = lost {
            fault(file, format!("the {name} sample's “{headline}” is not told, expected every headline"));
        }
    }
    faults
}

fn headlines(digest: &Digest) -> impl Iterator<Item = &str> {
    let stories = digest.new.iter().chain(&digest.developments).map(|story| story.headline.as_str());
    stories.chain(digest.running.iter().map(|story| story.headline.as_str()))
}

/// Letters and digits only: neither wrapping nor escaping nor capitals make a headline another.
fn comparable(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    let plain = plain.replace("&#x27;", "'").replace("&#x2f;", "/");
    plain.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample::sample;
    use crate::render::templates::write_templates;

    /// What is said of the program's templates after a change to one of them.
    fn check(file: &str, from: &str, to: &str, expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        write_templates(folder.path()).unwrap();
        let path = folder.path().join(file);
        let source = std::fs::read_to_string(&path).unwrap();
        assert!(source.contains(from), "{from}");
        std::fs::write(&path, source.replacen(from, to, 1)).unwrap();
        let found = match Renderer::load(folder.path()) {
            Ok(_) => Vec::new(),
            Err(faults) => faults,
        };
        let shown: Vec<String> = found
            .iter()
            .map(|f| format!("{}:{} {}", f.file.file_name().unwrap().to_string_lossy(), f.line, f.message))
            .collect();
        assert_eq!(shown.len(), expected.len(), "{shown:#?}");
        for (shown, expected) in shown.iter().zip(expected) {
            assert!(shown.contains(expected), "{shown}");
        }
    }

    #[test]
    fn templates_that_do_what_the_programs_do_are_taken() {
        check("digest.html.j2", "ORBITWIRE", "THE DESK", &[]);
        check("digest.txt.j2", "{{ summary }}", "{{ summary | upper }}", &[]);
    }

    #[test]
    fn a_fault_of_the_language_is_told_with_its_line() {
        check("digest.html.j2", "{{ title }}", "{{ title", &["digest.html.j2:"]);
        check("story.txt.j2", "story.headline", "story.heading", &["story.txt.j2:1"]);
    }

    #[test]
    fn a_text_that_is_not_escaped_is_refused() {
        check(
            "story.html.j2",
            "{{ story.headline }}",
            "{{ story.headline | safe }}",
            &["unescaped, expected no `safe`"],
        );
    }

    #[test]
    fn a_template_that_loses_headlines_is_refused() {
        check("digest.txt.j2", "{% if running -%}", "{% if false -%}", &["digest.txt.j2:0 the full sample's “Luna-27"]);
    }

    #[test]
    fn a_file_of_another_name_is_no_template_but_one_of_the_users_own_may_be_included() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("digets.html.j2"), "x").unwrap();
        let faults = Renderer::load(folder.path()).unwrap_err();
        assert!(faults[0].message.contains("no template has this name"), "{faults:?}");
        std::fs::remove_file(folder.path().join("digets.html.j2")).unwrap();
        std::fs::write(folder.path().join("_lines.txt.j2"), "Yours,\nthe desk\n").unwrap();
        let own = include_str!("templates/digest.txt.j2").to_owned() + "{% include \"_lines.txt.j2\" %}";
        std::fs::write(folder.path().join("digest.txt.j2"), own).unwrap();
        let renderer = Renderer::load(folder.path()).unwrap();
        let digest = sample(crate::domain::Lang::En).unwrap();
        assert!(renderer.render(&digest).unwrap().text.ends_with("Yours,\nthe desk\n"));
    }

    #[test]
    fn a_folder_without_templates_is_a_fault() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Renderer::load(folder.path()).unwrap_err()[0].message.contains("holds no template"));
        assert!(Renderer::load(&folder.path().join("absent")).unwrap_err()[0].message.contains("cannot be read"));
    }
}
