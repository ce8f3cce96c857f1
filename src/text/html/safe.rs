//! The part of strange HTML that is safe in a page or a mail, written anew rather than cleaned.
//!
//! What comes out is put together here from escaped text and a dozen tags without attributes other than a checked
//! `href`, closed in order and nested at most [`DEPTH_MAX`] deep: nothing of the input can become markup. An HTML5
//! tree builder in this place took two minutes over 256 KiB of nested lists; the tests let one judge the result.

use url::Url;

use super::attr::raw_attr;
use super::entity;
use super::tags::{Gap, gap, is_dropped_whole, is_inline, tag};
use super::token::{Token, Tokens};
use crate::text::url::without_login;

/// Deeper tags lose their markup and keep their words.
const DEPTH_MAX: usize = 16;

/// Paragraphs, lists, emphasis, quotations and links to http, https and mailto, made absolute by `base`; relative
/// links without a base lose their target. No images, styles, classes, ids or scripts. Linear in the length of `html`.
pub fn sanitise(html: &str, base: Option<&Url>) -> String {
    let mut page = Page { out: String::with_capacity(html.len() / 2), open: Vec::new(), paragraph_due: false };
    let mut tokens = Tokens::new(html);
    while let Some(token) = tokens.next() {
        match token {
            Token::Text(raw) => page.text(&entity::decode(raw)),
            Token::Cdata(raw) => page.text(raw),
            Token::Start { name, empty, .. } if is_dropped_whole(name) => {
                if !empty {
                    tokens.skip_raw(name);
                }
            }
            Token::Start { name, attrs, .. } => page.start(tag(name), name, attrs, base),
            Token::End(name) => page.end(tag(name), name),
        }
    }
    page.close_to(0);
    page.out
}

struct Page {
    out: String,
    open: Vec<&'static str>,
    /// A block of another kind began or ended: the next words begin a paragraph.
    paragraph_due: bool,
}

impl Page {
    fn text(&mut self, text: &str) {
        // What nobody sees begins no paragraph: an empty one would part what belongs together.
        if text.contains(|c: char| !c.is_control() && !c.is_whitespace()) {
            self.settle();
        } else if matches!(self.open.last(), None | Some(&"ul" | &"ol")) {
            return;
        }
        for c in text.chars().filter(|c| !c.is_control() || c.is_whitespace()) {
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '&' => self.out.push_str("&amp;"),
                c => self.out.push(c),
            }
        }
    }

    fn start(&mut self, tag: Option<&'static str>, name: &str, attrs: &str, base: Option<&Url>) {
        match tag {
            None if gap(name) >= Gap::Line => self.break_paragraph(),
            None => {}
            Some("br") => {
                self.settle();
                self.out.push_str("<br>");
            }
            Some("p") => self.break_paragraph(),
            Some("li") => self.start_list_item(),
            Some("a") => self.start_link(attrs, base),
            Some(tag) if is_inline(tag) => {
                self.settle();
                if !self.open.contains(&tag) {
                    self.push(tag);
                }
            }
            Some(block) => {
                self.end_paragraph();
                self.push(block);
            }
        }
    }

    fn end(&mut self, tag: Option<&'static str>, name: &str) {
        match tag {
            None if gap(name) >= Gap::Line => self.break_paragraph(),
            None | Some("br") => {}
            Some("p") => self.break_paragraph(),
            Some(tag) => {
                // An inline end tag reaches no further than its own block.
                let from = if is_inline(tag) { self.block_start() } else { 0 };
                if let Some(i) = self.open.iter().skip(from).rposition(|t| *t == tag) {
                    self.close_to(from + i);
                    self.paragraph_due |= !is_inline(tag);
                }
            }
        }
    }

    fn start_list_item(&mut self) {
        match self.open.iter().rposition(|t| matches!(*t, "ul" | "ol")) {
            Some(list) => {
                self.close_to(list + 1);
                self.paragraph_due = false;
                self.push("li");
            }
            None => self.break_paragraph(),
        }
    }

    fn start_link(&mut self, attrs: &str, base: Option<&Url>) {
        if let Some(i) = self.open.iter().rposition(|t| *t == "a") {
            self.close_to(i);
        }
        let target = raw_attr(attrs, "href").and_then(|href| absolute(&entity::decode(href), base));
        let Some(target) = target else { return };
        self.settle();
        if self.open.len() < DEPTH_MAX {
            self.out.push_str("<a href=\"");
            entity::escape_into(&target, &mut self.out);
            self.out.push_str("\" rel=\"noopener noreferrer nofollow\">");
            self.open.push("a");
        }
    }

    fn break_paragraph(&mut self) {
        self.end_paragraph();
        self.paragraph_due = true;
    }

    /// Opens the paragraph that is due; inside a list item or a quotation too, so that its words stay apart.
    fn settle(&mut self) {
        if std::mem::take(&mut self.paragraph_due) && !matches!(self.open.last(), Some(&"pre")) {
            self.push("p");
        }
    }

    /// Closes an open paragraph and the inline tags in it.
    fn end_paragraph(&mut self) {
        let from = self.block_start();
        let from = if from > 0 && self.open.get(from - 1) == Some(&"p") { from - 1 } else { from };
        self.close_to(from);
        self.paragraph_due = false;
    }

    /// Where the inline tags of the innermost block begin.
    fn block_start(&self) -> usize {
        self.open.iter().rposition(|t| !is_inline(t)).map_or(0, |i| i + 1)
    }

    fn push(&mut self, tag: &'static str) {
        if self.open.len() < DEPTH_MAX {
            self.out.push('<');
            self.out.push_str(tag);
            self.out.push('>');
            self.open.push(tag);
        }
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            if let Some(tag) = self.open.pop() {
                self.out.push_str("</");
                self.out.push_str(tag);
                self.out.push('>');
            }
        }
    }
}

fn absolute(href: &str, base: Option<&Url>) -> Option<String> {
    let href = href.trim();
    let url = match Url::parse(href) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => base?.join(href).ok()?,
        Err(_) => return None,
    };
    matches!(url.scheme(), "http" | "https" | "mailto").then(|| without_login(url).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(html: &str, expected: &str) {
        assert_eq!(sanitise(html, None), expected, "{html}");
    }

    /// What an HTML5 sanitiser with the same list makes of it.
    fn judged(html: &str) -> String {
        ammonia::Builder::empty()
            .tags(["p", "a", "b", "i", "em", "strong", "ul", "ol", "li", "blockquote", "br", "code", "pre"].into())
            .tag_attributes([("a", ["href"].into())].into())
            .url_schemes(["http", "https", "mailto"].into())
            .link_rel(Some("noopener noreferrer nofollow"))
            .clean(html)
            .to_string()
    }

    #[test]
    fn only_harmless_markup_passes() {
        check(
            "<p class=x onclick=y>a <b>b</b><img src=x onerror=z><script>s</script><a href='javascript:1'>l</a></p>",
            "<p>a <b>b</b>l</p>",
        );
        check("<svg><p><style><img src=x onerror=y></style></svg>z", "z");
        check("&lt;script&gt;", "&lt;script&gt;");
    }

    #[test]
    fn what_is_left_open_is_closed_and_what_crosses_is_untied() {
        check("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul><p>c</p>");
        check("<p>a<p>b", "<p>a</p><p>b</p>");
        check("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c");
        check("<div>a</div><div>b</div>", "<p>a</p><p>b</p>");
        check("</p></li></b>a", "<p>a</p>");
        check("<ul>a<p>\0<li>b", "<ul>a<li>b</li></ul>");
        check("<ul>a<p><a><li>b", "<ul>a<li>b</li></ul>");
    }

    #[test]
    fn links_become_absolute_or_vanish() {
        let base = Url::parse("https://e.org/a/").unwrap();
        let with = |html: &str| sanitise(html, Some(&base));
        assert!(with("<a href='../b?c=1&amp;d=\"'>l</a>").contains("href=\"https://e.org/b?c=1&amp;d=%22\""));
        assert!(with("<a href=' mailto:a@e.org'>l</a>").contains("mailto:a@e.org"));
        assert_eq!(with("<a href='java\nscript:1'>l</a>"), "l");
        assert_eq!(sanitise("<a href='../b'>l</a>", None), "l");
    }

    #[test]
    fn deep_nesting_costs_no_more_than_its_length() {
        for piece in ["<b>", "<p><b>", "<a href=x><table>", "<ul><li>", "<svg><p>", "</p>", "<!--", "<script>"] {
            let html = piece.repeat(100_000);
            assert!(sanitise(&html, None).len() <= 4 * html.len(), "{piece}");
        }
    }

    proptest! {
        #[test]
        fn a_strict_sanitiser_finds_nothing_to_remove(parts in proptest::collection::vec(
            prop_oneof![
                "[a-z <>&\"'/=]{0,6}", Just("<p>".to_owned()), Just("</p>".to_owned()), Just("<b>".to_owned()),
                Just("</b>".to_owned()), Just("<ul>".to_owned()), Just("<li>".to_owned()), Just("</ul>".to_owned()),
                Just("<a href='http://e.org/'>".to_owned()), Just("</a>".to_owned()), Just("<svg>".to_owned()),
                Just("<blockquote>".to_owned()), Just("</blockquote>".to_owned()), Just("<style>".to_owned()),
                Just("<math><mi>".to_owned()), Just("<!--".to_owned()), Just("-->".to_owned()),
            ], 0..20)) {
            let clean = sanitise(&parts.concat(), None);
            let judged = judged(&clean);
            prop_assert_eq!(super::super::to_text(&judged), super::super::to_text(&clean));
            prop_assert_eq!(judged.matches('<').count(), clean.matches('<').count(), "{} -> {}", clean, judged);
        }
    }
}
