//! A tokenizer for angle brackets that never fails: HTML fragments and feed documents as they are, not as they should be.
//!
//! quick-xml and its kind give up at the first fault, and most faults of real feeds (a bare `<`, a tag cut off by the
//! next one, an unclosed CDATA section) have one sensible reading. Work is linear: a terminator that was once not
//! found is never looked for again.

use memchr::{memchr, memchr_iter, memchr2_iter};

/// One piece of markup, borrowed from the document; names and attributes are as written, entities not resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// Character data with its entity references.
    Text(&'a str),
    /// The inside of a CDATA section.
    Cdata(&'a str),
    /// A start tag; `empty` when it ends in `/>`.
    Start {
        /// Name as written, with its prefix.
        name: &'a str,
        /// What stands between the name and the end of the tag.
        attrs: &'a str,
        /// Whether the tag closes itself.
        empty: bool,
    },
    /// An end tag.
    End(&'a str),
}

/// The tokens of a document; comments, processing instructions and the document type are left out.
#[derive(Debug)]
pub struct Tokens<'a> {
    source: &'a str,
    at: usize,
    /// Terminators known to be absent from here on.
    absent: Vec<&'static str>,
    /// Tags, sections and comments that had no end.
    pub n_unclosed: u32,
}

impl<'a> Tokens<'a> {
    /// Starts at the beginning of `source`.
    pub fn new(source: &'a str) -> Self {
        Self { source, at: 0, absent: Vec::new(), n_unclosed: 0 }
    }

    /// Byte position of the next token.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The inside of an element that holds no markup (`script`), up to its end tag or the end of the document.
    pub fn skip_raw(&mut self, name: &str) {
        let rest = self.rest();
        let mut from = 0;
        while let Some(i) = rest.get(from..).and_then(|r| r.find("</")) {
            let inside = rest.get(from + i + 2..).unwrap_or("");
            if inside.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name)) {
                self.at += from + i;
                return;
            }
            from += i + 2;
        }
        self.at = self.source.len();
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or("")
    }

    /// Distance to `terminator`, remembering when there is none.
    fn find(&mut self, from: usize, terminator: &'static str) -> Option<usize> {
        if self.absent.contains(&terminator) {
            return None;
        }
        let found = self.rest().get(from..).and_then(|r| find(r, terminator)).map(|i| i + from);
        if found.is_none() {
            self.absent.push(terminator);
        }
        found
    }

    fn text(&mut self) -> Token<'a> {
        let rest = self.rest();
        let mut end = rest.len();
        let mut from = 0;
        while let Some(i) = rest.as_bytes().get(from..).and_then(|r| memchr(b'<', r)) {
            if opens_markup(rest.get(from + i..).unwrap_or("")) {
                end = from + i;
                break;
            }
            from += i + 1;
        }
        self.at += end;
        Token::Text(rest.get(..end).unwrap_or(""))
    }

    /// `<![CDATA[`; one without an end reaches to the end of its entry, so that it costs no other. It has none when another
    /// begins behind the end of the entry and before the next `]]>`.
    fn cdata(&mut self) -> Token<'a> {
        let rest = self.rest();
        let start = "<![CDATA[".len();
        let mut entry_end = None;
        for at in memchr2_iter(b'<', b']', rest.as_bytes()).skip_while(|at| *at < start) {
            let here = rest.get(at..).unwrap_or("");
            if here.starts_with("]]>") {
                self.at += at + 3;
                return Token::Cdata(rest.get(start..at).unwrap_or(""));
            }
            if entry_end.is_some() && here.starts_with("<![CDATA[") {
                break;
            }
            if entry_end.is_none() && (here.starts_with("</item") || here.starts_with("</entry")) {
                entry_end = Some(at);
            }
        }
        self.n_unclosed += 1;
        let end = entry_end.unwrap_or(rest.len());
        self.at += end;
        Token::Cdata(rest.get(start..end).unwrap_or(""))
    }

    /// Comments, instructions, declarations: passed over.
    fn pass_over(&mut self) {
        let rest = self.rest();
        let end = if rest.starts_with("<!--") {
            self.find(4, "-->").map(|i| i + 3)
        } else if rest.starts_with("<?") {
            self.find(2, "?>").map(|i| i + 2)
        } else {
            declaration_end(rest)
        };
        let end = end.or_else(|| {
            self.n_unclosed += 1;
            self.find(2, ">").map(|i| i + 1)
        });
        self.at = end.map_or(self.source.len(), |end| self.at + end);
    }

    fn tag(&mut self) -> Token<'a> {
        let rest = self.rest();
        let (inside, next) = self.tag_span(rest);
        self.at += next;
        if let Some(name) = inside.strip_prefix('/') {
            let name = name.trim_start();
            return Token::End(name.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or(""));
        }
        let (inside, empty) = match inside.strip_suffix('/') {
            Some(inside) => (inside, true),
            None => (inside, false),
        };
        let end = inside.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(inside.len());
        let (name, attrs) = inside.split_at_checked(end).unwrap_or((inside, ""));
        Token::Start { name, attrs, empty }
    }

    /// What stands between `<` and `>`, and where the next token begins; a tag cut off by `<` ends there.
    fn tag_span(&mut self, rest: &'a str) -> (&'a str, usize) {
        let bytes = rest.as_bytes();
        let (mut i, mut after_equals) = (1, false);
        while let Some(&byte) = bytes.get(i) {
            match byte {
                b'>' => return (rest.get(1..i).unwrap_or(""), i + 1),
                b'<' => {
                    self.n_unclosed += 1;
                    return (rest.get(1..i).unwrap_or(""), i);
                }
                b'"' | b'\'' if after_equals => {
                    let quote = if byte == b'"' { "\"" } else { "'" };
                    i = self.find(i + 1, quote).unwrap_or(i);
                    after_equals = false;
                }
                b'=' => after_equals = true,
                b if b.is_ascii_whitespace() => {}
                _ => after_equals = false,
            }
            i += 1;
        }
        self.n_unclosed += 1;
        (rest.get(1..).unwrap_or(""), rest.len())
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return None;
            }
            if !opens_markup(rest) {
                return Some(self.text());
            }
            if rest.starts_with("<![CDATA[") {
                return Some(self.cdata());
            }
            if rest.starts_with("<!") || rest.starts_with("<?") {
                self.pass_over();
                continue;
            }
            return Some(self.tag());
        }
    }
}

/// Where `terminator` begins; its first byte is rare enough that no general search is faster.
fn find(text: &str, terminator: &str) -> Option<usize> {
    let first = terminator.as_bytes().first()?;
    memchr_iter(*first, text.as_bytes()).find(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(terminator)))
}

fn opens_markup(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next() == Some(b'<')
        && bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?' | b'_' | 0x80..))
}

/// End of `<!DOCTYPE …>` with its internal subset.
pub fn declaration_end(rest: &str) -> Option<usize> {
    let head =
        rest.get(..rest.len().min(DECLARATION_MAX)).or_else(|| rest.get(..rest.len().min(DECLARATION_MAX - 3)))?;
    let mut depth = 0usize;
    for (i, byte) in head.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b'>' if depth == 0 => return Some(i + 1),
            _ => {}
        }
    }
    None
}

/// A longer document type ends at its first `>`; keeps many unclosed ones linear.
const DECLARATION_MAX: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &str) {
        let found: Vec<String> = Tokens::new(source)
            .map(|t| match t {
                Token::Text(t) => format!("'{t}'"),
                Token::Cdata(t) => format!("[{t}]"),
                Token::Start { name, attrs, empty } => {
                    format!("{name}({}){}", attrs.trim(), if empty { "/" } else { "" })
                }
                Token::End(name) => format!("/{name}"),
            })
            .collect();
        assert_eq!(found.join(" "), expected, "{source}");
    }

    #[test]
    fn what_is_well_formed_is_read_as_written() {
        check("<a b='1'>x<br/></a>", "a(b='1') 'x' br()/ /a");
        check("<?xml version='1.0'?><!-- <a> --><a><![CDATA[<b>]]></a>", "a() [<b>] /a");
        check("<!DOCTYPE r [<!ENTITY e 'v'>]><r/>", "r()/");
        check("<a t=\"x > y\">", "a(t=\"x > y\")");
    }

    #[test]
    fn a_lone_bracket_is_text() {
        check("1 < 2 <b>3</b>", "'1 < 2 ' b() '3' /b");
        check("a <", "'a <'");
    }

    #[test]
    fn what_is_cut_off_ends_where_the_next_begins() {
        check("<a <b>x</b", "a() b() 'x' /b");
        check("<![CDATA[x</item><item>y", "[x] /item item() 'y'");
        check("<![CDATA[x</item><item><![CDATA[y]]>", "[x] /item item() [y]");
        check("<![CDATA[a </item> b]]>", "[a </item> b]");
        check("<![CDATA[a //<![CDATA[ </item> b]]>", "[a //<![CDATA[ </item> b]");
        check("<!-- x <a>y</a>", "'y' /a");
        check("<a href=\"x>y", "a(href=\"x) 'y'");
    }

    #[test]
    fn many_unclosed_things_take_linear_time() {
        for piece in ["<![CDATA[", "<![CDATA[</item>", "<!--", "<a b=\"", "<a b='", "<?", "<!D[", "<", "</"] {
            let source = piece.repeat(200_000);
            assert!(Tokens::new(&source).count() <= 400_001, "{piece}");
        }
    }
}
