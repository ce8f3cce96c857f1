//! The inside of a text element while it is being read: plain, escaped HTML or inline markup, whatever was declared.

use std::borrow::Cow;

use crate::text::clean::beginning;
use crate::text::html::attr::raw_attr;
use crate::text::html::entity::{decode, decode_into, escape_into};
use crate::text::html::token::Token;
use crate::text::lower::Lower;

use super::guess::{from_base64, looks_like_html, without_double_encoding};
use super::name::Element;
use super::raw::{Base, RawText};

/// More text of one element is left out: the longest articles are a tenth of it.
const CAPTURE_BYTES_MAX: usize = 1024 * 1024;

/// How the text is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Plain text.
    Plain,
    /// Plain text by the letter, HTML in half of the feeds: decided by its looks.
    Guess,
    /// Escaped HTML.
    Html,
    /// Inline XHTML.
    Xml,
}

/// A text element that has begun.
#[derive(Debug)]
pub struct Capture<'a> {
    /// Its name as written.
    pub name: &'a str,
    /// What it means.
    pub element: Element,
    /// Its attributes as written.
    pub attrs: &'a str,
    /// `xml:base` in force.
    pub base: Base,
    /// How the text is declared.
    pub kind: Kind,
    /// `&` that were no reference.
    pub n_stray: u32,
    text: String,
    is_markup: bool,
    is_base64: bool,
    /// Elements of the same name that are open inside.
    n_same: usize,
}

impl<'a> Capture<'a> {
    /// Begins at the start tag.
    pub fn new(name: &'a str, element: Element, attrs: &'a str, base: Base, is_atom: bool) -> Self {
        let (kind, is_base64) = kind(name, element, attrs, is_atom);
        let is_markup = kind == Kind::Xml;
        Self { name, element, attrs, base, kind, n_stray: 0, text: String::new(), is_markup, is_base64, n_same: 0 }
    }

    /// Takes one token of the inside; true when it was the end tag.
    pub fn take(&mut self, token: Token<'a>) -> bool {
        match token {
            Token::End(name) if name.eq_ignore_ascii_case(self.name) => {
                if self.n_same == 0 {
                    return true;
                }
                self.n_same -= 1;
                self.tag("</", name, "", false);
            }
            Token::End(name) => self.tag("</", name, "", false),
            Token::Start { name, attrs, empty } => {
                self.n_same += usize::from(!empty && name.eq_ignore_ascii_case(self.name));
                self.tag("<", name, attrs, empty);
            }
            Token::Text(raw) if self.is_markup => self.text.push_str(self.fitting(raw)),
            Token::Text(raw) => self.n_stray += decode_into(self.fitting(raw), &mut self.text),
            Token::Cdata(raw) if self.is_markup && self.kind != Kind::Html => {
                escape_into(self.fitting(raw), &mut self.text);
            }
            Token::Cdata(raw) => self.text.push_str(self.fitting(raw)),
        }
        false
    }

    /// As much of `raw` as there is room for.
    fn fitting<'t>(&self, raw: &'t str) -> &'t str {
        beginning(raw, CAPTURE_BYTES_MAX.saturating_sub(self.text.len()))
    }

    /// An attribute, decoded.
    pub fn attr(&self, name: &str) -> Option<String> {
        raw_attr(self.attrs, name).map(|v| decode(v).trim().to_owned())
    }

    /// The text as read, trimmed: for elements whose content is no prose.
    pub fn plain(&self) -> &str {
        self.text.trim()
    }

    /// The text with what it turned out to be, `None` when there is none.
    pub fn finish(self) -> Option<RawText> {
        let text = if self.is_base64 { from_base64(&self.text).map_or(self.text, |t| t) } else { self.text };
        // Before the blanks at its ends go: the last byte of a letter encoded twice may be one of them.
        let value = match without_double_encoding(&text) {
            Cow::Owned(value) => trimmed(value),
            Cow::Borrowed(_) => match without_double_encoding(text.trim()) {
                Cow::Owned(value) => value,
                Cow::Borrowed(_) => trimmed(text),
            },
        };
        let is_html = self.is_markup || self.kind == Kind::Html || self.kind == Kind::Guess && looks_like_html(&value);
        (!value.is_empty()).then_some(RawText { value, is_html, base: self.base })
    }

    fn tag(&mut self, open: &str, name: &str, attrs: &str, empty: bool) {
        let is_prose =
            matches!(self.element, Element::Title | Element::MediaTitle | Element::Summary | Element::Content);
        if !is_prose || self.text.len() > CAPTURE_BYTES_MAX {
            return;
        }
        if !self.is_markup {
            self.is_markup = true;
            if self.kind != Kind::Html {
                let plain = std::mem::take(&mut self.text);
                escape_into(&plain, &mut self.text);
            }
        }
        self.text.push_str(open);
        self.text.push_str(name.rsplit(':').next().unwrap_or(name));
        self.text.push_str(attrs);
        self.text.push_str(if empty { "/>" } else { ">" });
    }
}

fn trimmed(text: String) -> String {
    match text.trim() {
        trimmed if trimmed.len() < text.len() => trimmed.to_owned(),
        _ => text,
    }
}

/// How the text of an element is declared, and whether it is wrapped in Base64 (Atom 0.3 and other types).
fn kind(name: &str, element: Element, attrs: &str, is_atom: bool) -> (Kind, bool) {
    let local = name.rsplit(':').next().unwrap_or(name);
    let plain =
        if is_atom && element != Element::Content && element != Element::Summary { Kind::Plain } else { Kind::Guess };
    if attrs.is_empty() {
        return (by_element(local, element, plain), false);
    }
    let is_base64 = raw_attr(attrs, "mode").is_some_and(|m| m.eq_ignore_ascii_case("base64"));
    let declared = raw_attr(attrs, "type").unwrap_or("").trim().to_ascii_lowercase();
    match declared.as_str() {
        "html" | "text/html" => (Kind::Html, is_base64),
        "xhtml" => (Kind::Xml, is_base64),
        t if t.ends_with("+xml") || t.ends_with("/xml") => (Kind::Xml, is_base64),
        "text" | "plain" | "text/plain" if is_atom => (Kind::Plain, is_base64),
        "" | "text" | "plain" => (by_element(local, element, plain), is_base64),
        t if t.starts_with("text/") => (plain, is_base64),
        t => (plain, is_base64 || t.contains('/')),
    }
}

fn by_element(local: &str, element: Element, plain: Kind) -> Kind {
    match (element, Lower::of(local).as_str()) {
        (Element::Summary, "description") | (Element::Content, "encoded" | "fullitem") => Kind::Html,
        (Element::Content, "body") => Kind::Xml,
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::html::token::Tokens;

    fn check(document: &str, value: &str, is_html: bool) {
        let mut tokens = Tokens::new(document);
        let Some(Token::Start { name, attrs, .. }) = tokens.next() else { panic!("no start tag") };
        let element = if name == "title" { Element::Title } else { Element::Summary };
        let mut capture = Capture::new(name, element, attrs, None, false);
        for token in tokens {
            if capture.take(token) {
                break;
            }
        }
        let text = capture.finish().unwrap_or_default();
        assert_eq!((text.value.as_str(), text.is_html), (value, is_html), "{document}");
    }

    #[test]
    fn escaped_cdata_and_inline_markup_are_the_same_html() {
        check("<description>&lt;b&gt;x&lt;/b&gt; &amp;amp;</description>", "<b>x</b> &amp;", true);
        check("<description><![CDATA[<b>x</b> &amp;]]></description>", "<b>x</b> &amp;", true);
        check("<description><b>x</b> &amp;</description>", "<b>x</b> &amp;", true);
        check("<title type='xhtml'><x:div>a &lt; b</x:div></title>", "<div>a &lt; b</div>", true);
    }

    #[test]
    fn a_title_is_html_only_when_it_looks_so() {
        check("<title>a &lt;b&gt;c&lt;/b&gt;</title>", "a <b>c</b>", true);
        check("<title>AT&amp;amp;T</title>", "AT&amp;T", true);
        check("<title>the &lt;blink&gt; tag &amp;amp; &lt;/blink&gt;</title>", "the <blink> tag &amp; </blink>", false);
        check("<title>1 &lt; 2 & 3</title>", "1 < 2 & 3", false);
    }

    #[test]
    fn a_text_encoded_twice_is_read_whichever_letter_it_ends_in() {
        let twice = |text: &str| text.bytes().map(char::from).collect::<String>();
        for text in ["успех", "на борту МКС и СПбГУР", "voilà", "Союз"] {
            check(&format!("<title>\n{} </title>", twice(text)), text, false);
        }
        check(&format!("<title>{}\u{a0}</title>", twice("Союз")), "Союз", false);
        check("<title>\u{a0}São Tomé\u{a0}</title>", "São Tomé", false);
    }

    #[test]
    fn an_element_of_the_same_name_inside_is_no_end() {
        check("<title>a<title>b</title>c</title>d", "a<title>b</title>c", true);
    }
}
