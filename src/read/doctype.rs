//! Abbreviations that a document type defines (`<!ENTITY co "Roscosmos">`), written out: short texts, and nothing else.
//!
//! Entities of files and servers, of markup and of other entities stay as they are written, so that no document can
//! reach out of itself or grow without end.

use std::borrow::Cow;
use std::collections::HashMap;

use memchr::memchr2;

use crate::text::clean::beginning;
use crate::text::html::entity::{decode, escape_into};
use crate::text::html::token::declaration_end;

/// More abbreviations are not looked at.
const ENTITIES_MAX: usize = 100;
/// Longer values are no abbreviations.
const VALUE_BYTES_MAX: usize = 200;
/// No name is longer.
const NAME_BYTES_MAX: usize = 64;
/// By so much a document may grow; what follows stays as it is written.
const GROWTH_BYTES_MAX: usize = 256 * 1024;
/// A document type further down is none of this document.
const HEAD_BYTES: usize = 4096;

/// The document with its abbreviations written out, outside of CDATA sections.
pub fn expanded(text: &str) -> Cow<'_, str> {
    let Some(at) = beginning(text, HEAD_BYTES).find("<!DOCTYPE") else { return Cow::Borrowed(text) };
    let (head, document) = text.split_at_checked(at).unwrap_or((text, ""));
    let Some((subset, body)) = declaration_end(document).and_then(|end| document.split_at_checked(end)) else {
        return Cow::Borrowed(text);
    };
    let entities = entities(subset);
    if entities.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = [head, subset].concat();
    write_out(body, &entities, &mut out);
    Cow::Owned(out)
}

/// Names and values, ready to stand in markup; of two with one name the first counts (XML 1.0 §4.2).
fn entities(subset: &str) -> HashMap<&str, String> {
    let mut found = HashMap::new();
    for (name, value) in subset.split("<!ENTITY").skip(1).filter_map(entity).take(ENTITIES_MAX) {
        found.entry(name).or_insert(value);
    }
    found
}

/// What stands behind `<!ENTITY`, when it is a short text.
fn entity(declaration: &str) -> Option<(&str, String)> {
    let declaration = declaration.strip_prefix(|c: char| c.is_ascii_whitespace())?.trim_start();
    let end = declaration.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))?;
    let (name, rest) = declaration.split_at_checked(end)?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (written, behind) = rest.get(1..)?.split_once(quote)?;
    let value = decode(written);
    let is_text = written.len() <= VALUE_BYTES_MAX && !value.contains(['&', '<', '%']);
    let is_free = !name.is_empty() && !["amp", "lt", "gt", "quot", "apos"].contains(&name);
    let mut escaped = String::new();
    escape_into(&value, &mut escaped);
    (is_text && is_free && behind.trim_start().starts_with('>')).then(|| (name, escaped.replace('\'', "&#39;")))
}

fn write_out(body: &str, entities: &HashMap<&str, String>, out: &mut String) {
    let (mut rest, mut n_grown) = (body, 0);
    while let Some((before, markup)) = memchr2(b'&', b'<', rest.as_bytes()).and_then(|at| rest.split_at_checked(at)) {
        out.push_str(before);
        let value = reference(markup).and_then(|(name, length)| Some((entities.get(name)?, length)));
        let length = match value {
            Some((value, length)) if n_grown < GROWTH_BYTES_MAX => {
                n_grown += value.len();
                out.push_str(value);
                rest = markup.get(length..).unwrap_or("");
                continue;
            }
            _ if markup.starts_with("<![CDATA[") => markup.find("]]>").unwrap_or(markup.len()),
            _ => 1,
        };
        let (piece, after) = markup.split_at_checked(length).unwrap_or((markup, ""));
        out.push_str(piece);
        rest = after;
    }
    out.push_str(rest);
}

/// The name of a reference that `markup` begins with, and the bytes that the reference takes.
fn reference(markup: &str) -> Option<(&str, usize)> {
    let (name, _) = beginning(markup.strip_prefix('&')?, NAME_BYTES_MAX).split_once(';')?;
    Some((name, name.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(subset: &str, body: &str, expected: &str) {
        let head = format!("<?xml version='1.0'?><!DOCTYPE rss [{subset}]>");
        assert_eq!(expanded(&format!("{head}{body}")), format!("{head}{expected}"), "{subset}");
    }

    #[test]
    fn abbreviations_are_written_out() {
        let subset = "<!ENTITY co \"Roscosmos\">\n<!ENTITY dash '&#8212;'> <!ENTITY q \"'x'\"><!ENTITY co 'other'>";
        check(subset, "<a b='&q;'>&co; &dash; &amp; &x;</a>", "<a b='&#39;x&#39;'>Roscosmos — &amp; &x;</a>");
        check(subset, "<![CDATA[&co;]]>&co;", "<![CDATA[&co;]]>Roscosmos");
    }

    #[test]
    fn everything_else_stays_as_it_is_written() {
        let long = format!("<!ENTITY a '{}'>", "x".repeat(201));
        for subset in [
            "<!ENTITY a SYSTEM 'file:///etc/passwd'>",
            "<!ENTITY % a 'x'>",
            "<!ENTITY a '&b;'><!ENTITY b '&a;'>",
            "<!ENTITY a '<b/>'>",
            "<!ENTITY a '&#60;b/&#62;'>",
            "<!ENTITY amp 'x'>",
            "<!ENTITY a 'x' NDATA y>",
            &long,
        ] {
            check(subset, "<t>&a; &amp;</t>", "<t>&a; &amp;</t>");
        }
        assert_eq!(expanded("<rss>&co;</rss>"), "<rss>&co;</rss>");
        assert_eq!(expanded("<!DOCTYPE rss [<!ENTITY a 'x'>"), "<!DOCTYPE rss [<!ENTITY a 'x'>");
    }

    #[test]
    fn growth_has_an_end() {
        let text = format!("<!DOCTYPE r [<!ENTITY a '{}'>]>{}", "x".repeat(200), "&a;".repeat(200_000));
        let grown = expanded(&text).len();
        assert!(grown > text.len() && grown <= text.len() + GROWTH_BYTES_MAX + 200, "{grown}");
    }
}
