//! HTML of strangers to plain text, and to the little HTML that is safe to show.

pub mod attr;
pub mod entity;
mod safe;
mod tags;
pub mod token;

pub use safe::sanitise;
use tags::{Gap, gap, is_raw};
use token::{Token, Tokens};

/// Plain text of an HTML fragment: entities resolved, blocks on lines of their own, blank runs folded, scripts and
/// styles gone; no decoration, no list of links. Never fails; work is linear in the length of `html`.
pub fn to_text(html: &str) -> String {
    let mut text = Flow::default();
    let mut tokens = Tokens::new(html);
    while let Some(token) = tokens.next() {
        match token {
            Token::Text(raw) => text.push(&entity::decode(raw)),
            Token::Cdata(raw) => text.push(raw),
            Token::Start { name, empty, .. } => {
                text.end(gap(name));
                if !empty && is_raw(name) {
                    tokens.skip_raw(name);
                }
            }
            Token::End(name) => text.end(gap(name)),
        }
    }
    text.finish()
}

/// At most the first `bytes_max` bytes of `text`, cut at a character.
pub fn beginning(text: &str, bytes_max: usize) -> &str {
    let end = (0..=bytes_max.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    text.get(..end).unwrap_or("")
}

/// Text with its blanks folded as a browser would.
#[derive(Default)]
struct Flow {
    text: String,
    gap: Gap,
}

impl Flow {
    fn push(&mut self, text: &str) {
        if text.starts_with(is_blank) {
            self.end(Gap::Blank);
        }
        let mut words = text.split(is_blank).filter(|w| !w.is_empty()).peekable();
        while let Some(word) = words.next() {
            self.settle();
            self.text.push_str(word);
            if words.peek().is_some() || text.ends_with(is_blank) {
                self.end(Gap::Blank);
            }
        }
    }

    fn end(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn settle(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if !self.text.is_empty() {
            self.text.push_str(match gap {
                Gap::None => "",
                Gap::Blank => " ",
                Gap::Line => "\n",
                Gap::Paragraph => "\n\n",
            });
        }
    }

    fn finish(self) -> String {
        self.text
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        assert_eq!(to_text(html), expected);
    }

    #[test]
    fn words_stay_and_tags_go() {
        check("<p>One <b>two</b>,&nbsp;three</p>\n<p>Four</p>", "One two, three\n\nFour");
        check("a<br/>b<div>c</div>d", "a\nb\nc\nd");
        check("<ul><li>x</li><li>y</li></ul>", "x\ny");
        check("in<b>di</b>visible", "indivisible");
        check("<a href='https://e.org/'>link</a> text", "link text");
    }

    #[test]
    fn code_is_no_text() {
        check("a<script>if (1 < 2) { x('</b>') }</script>b<style>p{}</style>c", "abc");
        check("a<!-- x -->b", "ab");
    }

    #[test]
    fn what_looks_like_markup_but_is_none_stays() {
        check("1 < 2 && 3 > 2", "1 < 2 && 3 > 2");
        check("&lt;b&gt;", "<b>");
    }
}
