//! HTML of strangers to plain text, and to the little HTML that is safe to show.

pub mod attr;
pub mod entity;
mod safe;
mod tags;
pub mod token;

use super::clean::{self, plain_words};
pub use safe::sanitise;
use tags::{Gap, gap, is_raw};
use token::{Token, Tokens};

/// Plain text of an HTML fragment: entities resolved, blocks on lines of their own, blank runs folded, scripts and
/// styles gone; no decoration, no list of links. Never fails; work is linear in the length of `html`.
pub fn to_text(html: &str) -> String {
    flow(html).text
}

/// The same as a clean block, see [`clean::block`]; most texts are clean by the way in which they are put together.
pub fn to_block(html: &str, max: usize) -> String {
    let flow = flow(html);
    if flow.is_odd { clean::block(&flow.text, max) } else { clean::cut(flow.text, max) }
}

fn flow(html: &str) -> Flow {
    // The text is nearly all of most fragments, and growing with it costs more than what stays empty.
    let mut text = Flow { text: String::with_capacity(html.len()), ..Flow::default() };
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
    // Of a page that is nearly all markup the room would be held for as long as the text.
    if text.text.len() < text.text.capacity() / 2 {
        text.text.shrink_to_fit();
    }
    text
}

/// Text with its blanks folded as a browser would.
#[derive(Default)]
struct Flow {
    text: String,
    gap: Gap,
    /// More than plain words stands in it.
    is_odd: bool,
}

impl Flow {
    fn push(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let (words, others) = plain_words(rest);
            if !words.is_empty() {
                self.settle();
                self.text.push_str(words);
                rest = others;
                continue;
            }
            let blank = first_blank(rest);
            let end = blank.map_or(rest.len(), |(at, _)| at);
            let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            if !word.is_empty() {
                self.settle();
                self.text.push_str(word);
                self.is_odd = true;
            }
            if let Some((_, length)) = blank {
                self.end(Gap::Blank);
                rest = after.get(length..).unwrap_or("");
            } else {
                rest = "";
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
}

/// Place and length of the first character that is white space; only four bytes begin such a character beyond ASCII.
fn first_blank(text: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    loop {
        let near = text.as_bytes().get(at..)?;
        at += near.iter().position(|b| matches!(b, b'\t'..=b'\r' | b' ' | 0xC2 | 0xE1..=0xE3))?;
        let c = text.get(at..)?.chars().next()?;
        if c.is_whitespace() {
            return Some((at, c.len_utf8()));
        }
        at += c.len_utf8();
    }
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
    fn every_white_space_is_a_blank_and_nothing_else_is() {
        for c in '\0'..='\u{FFFF}' {
            let found = first_blank(&format!("é{c}x")).map(|(_, length)| length);
            assert_eq!(found, c.is_whitespace().then(|| c.len_utf8()), "{c:?}");
        }
        check("a\u{3000}\u{a0}b\u{2003} c ", "a b c");
    }

    #[test]
    fn the_short_way_to_a_block_cleans_as_the_long_one() {
        for html in [
            "",
            "<p>One <b>two</b>,&nbsp;three</p>\n\n <p>\tЧетыре é</p><p> </p>",
            "a<br/><br/><br/> b<ul><li>c</li></ul>",
            "e&#769; x<b>&#769;</b> 東京 — &amp;shy; &shy;a&#8238;b&#1; q",
            "<p>caf<b>é</b></p>&#10;&#10;&#10;end ",
        ] {
            for max in [3, 1000] {
                assert_eq!(to_block(html, max), clean::block(&to_text(html), max), "{html}");
            }
        }
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
