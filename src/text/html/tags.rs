//! What the tags of HTML mean to text.

use crate::text::lower::Lower;

/// What a tag puts between the words around it.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    #[default]
    None,
    Blank,
    Line,
    Paragraph,
}

pub fn gap(name: &str) -> Gap {
    match Lower::of(name).as_str() {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "ul" | "ol" | "dl" | "table" | "pre" | "hr"
        | "article" | "section" | "figure" => Gap::Paragraph,
        "br" | "div" | "li" | "tr" | "dt" | "dd" | "figcaption" | "header" | "footer" | "aside" | "nav" | "center"
        | "form" | "fieldset" | "option" => Gap::Line,
        "td" | "th" | "img" => Gap::Blank,
        _ => Gap::None,
    }
}

pub fn is_raw(name: &str) -> bool {
    ["script", "style", "iframe", "noembed", "noframes", "template", "textarea", "xmp"]
        .iter()
        .any(|raw| raw.eq_ignore_ascii_case(name))
}

/// The allowed tag that `name` stands for.
pub fn tag(name: &str) -> Option<&'static str> {
    const TAGS: [(&str, &str); 17] = [
        ("p", "p"),
        ("a", "a"),
        ("b", "b"),
        ("i", "i"),
        ("em", "em"),
        ("strong", "strong"),
        ("ul", "ul"),
        ("ol", "ol"),
        ("li", "li"),
        ("blockquote", "blockquote"),
        ("br", "br"),
        ("code", "code"),
        ("pre", "pre"),
        ("h1", "p"),
        ("h2", "p"),
        ("h3", "p"),
        ("h4", "p"),
    ];
    TAGS.iter().find(|(from, _)| from.eq_ignore_ascii_case(name)).map(|(_, to)| *to)
}

pub fn is_dropped_whole(name: &str) -> bool {
    is_raw(name) || ["svg", "math", "object", "title", "head"].iter().any(|t| t.eq_ignore_ascii_case(name))
}

pub fn is_inline(tag: &str) -> bool {
    matches!(tag, "a" | "b" | "i" | "em" | "strong" | "code")
}
