//! RSS 0.9–2.0, Atom 0.3 and 1.0, CDF: one lenient pass over the tokens of a document.
//!
//! No general feed parser stands here: the one there is refuses whole documents for one fault, invents ids, and
//! leaves out what aggregators put into `source`. In one pass without a notion of well-formedness a truncated,
//! mis-nested or wrongly declared document needs no second attempt: an entry ends at its end tag, at the end of
//! what encloses it, at the next entry or at the end of the document.

use std::rc::Rc;

use memchr::memchr2_iter;
use url::Url;

use crate::text::html::attr::{attributes, raw_attr};
use crate::text::html::entity::decode;
use crate::text::html::token::{Token, Tokens};

use super::capture::{Capture, Kind};
use super::name::Element;
use super::namespace::Namespaces;
use super::newest;
use super::raw::{Base, RawFeed};
use super::record::{self, Place};

/// Entries for which room is made at first.
const ENTRIES_USUAL: usize = 32;

/// Keeps the `entries_max` newest entries; of what is nested deeper than `depth_max` only the texts are read.
pub fn read<'a>(text: &'a str, location: Option<&'a Url>, entries_max: usize, depth_max: usize) -> RawFeed {
    let mut extractor = Extractor {
        tokens: Tokens::new(text),
        namespaces: Namespaces::default(),
        open: Vec::new(),
        location,
        base: None,
        place: Place::with_room(ENTRIES_USUAL),
        capture: None,
        n_aside: 0,
        depth_max,
        n_deep: 0,
    };
    while let Some(token) = extractor.tokens.next() {
        extractor.take(token);
        newest::make_room(&mut extractor.place.feed, entries_max);
    }
    let mut feed = extractor.finish();
    newest::keep(&mut feed, entries_max);
    feed
}

struct Open<'a> {
    name: &'a str,
    element: Element,
    /// The base outside of it, restored when it ends.
    outer_base: Option<Base>,
}

struct Extractor<'a> {
    tokens: Tokens<'a>,
    namespaces: Namespaces<'a>,
    open: Vec<Open<'a>>,
    /// Where the document came from: what a relative `xml:base` is relative to.
    location: Option<&'a Url>,
    /// `xml:base` in force.
    base: Base,
    place: Place,
    capture: Option<Capture<'a>>,
    /// Open elements whose insides say nothing about the feed (`image`, `textInput`).
    n_aside: usize,
    depth_max: usize,
    /// Open elements beyond `depth_max`, which are counted only.
    n_deep: usize,
}

impl<'a> Extractor<'a> {
    fn take(&mut self, token: Token<'a>) {
        if let Some(capture) = &mut self.capture {
            if !ends_capture(capture, token, &self.namespaces, &self.open) {
                if capture.take(token) {
                    self.end_capture();
                }
                return;
            }
            self.place.feed.repairs.note("# {element|elements} left open", 1);
            self.end_capture();
        }
        match token {
            Token::Start { name, attrs, empty } => self.start(name, attrs, empty),
            Token::End(name) => self.end(name),
            Token::Text(raw) => self.place.loose_text(raw),
            Token::Cdata(raw) => self.place.loose_cdata(raw),
        }
    }

    fn start(&mut self, name: &'a str, attrs: &'a str, empty: bool) {
        let depth = self.open.len() + 1;
        let has_xml = says_xml(attrs);
        if has_xml && attrs.contains("xmlns") && depth <= self.depth_max {
            self.namespaces.declare(depth, attributes(attrs));
        }
        let element = self.namespaces.element(name);
        if element == Element::Entry {
            self.leave_to_container();
        }
        // The `body` of a page around a feed is no content of an entry.
        let element = if element == Element::Content && self.place.entry.is_none() { Element::Other } else { element };
        let outer_base = if has_xml && attrs.contains("base") { self.enter_base(attrs) } else { None };
        if is_text(element, attrs) && self.n_aside == 0 {
            let is_atom = self.place.feed.format == "atom";
            self.capture = Some(Capture::new(name, element, attrs, self.base.clone(), is_atom));
            if empty {
                self.end_capture();
            }
            self.leave_base(outer_base);
            self.namespaces.leave(self.open.len());
            return;
        }
        if self.open.len() >= self.depth_max && !empty && element != Element::Entry {
            self.n_deep += 1;
            self.place.feed.repairs.note("# {element|elements} nested too deep passed over", 1);
            self.leave_base(outer_base);
            return;
        }
        if self.n_aside == 0 {
            record::start(&mut self.place, element, attrs, &self.base);
        }
        self.n_aside += usize::from(element == Element::Aside);
        self.open.push(Open { name, element, outer_base });
        if empty {
            self.close_last();
        }
    }

    fn end(&mut self, name: &str) {
        if self.n_deep > 0 {
            // Which of those too deep were left open nobody knows: what holds or is an entry ends them all.
            if !self.open.iter().any(|open| is_frame(open.element) && open.name.eq_ignore_ascii_case(name)) {
                self.n_deep -= 1;
                return;
            }
            self.n_deep = 0;
        }
        let Some(i) = self.open.iter().rposition(|o| o.name.eq_ignore_ascii_case(name)) else {
            self.place.feed.repairs.note("# end {tag|tags} without a beginning", 1);
            return;
        };
        self.place.feed.repairs.note("# {element|elements} left open", self.open.len() - i - 1);
        while self.open.len() > i {
            self.close_last();
        }
    }

    /// Before an entry begins: an entry still open ends, and with it all that is no container of entries.
    fn leave_to_container(&mut self) {
        self.n_deep = 0;
        while let Some(last) = self.open.last() {
            if matches!(last.element, Element::Rss | Element::Rdf | Element::Feed | Element::Channel) {
                break;
            }
            if last.element == Element::Entry {
                self.place.feed.repairs.note("# {element|elements} left open", 1);
            }
            self.close_last();
        }
    }

    fn close_last(&mut self) {
        if let Some(open) = self.open.pop() {
            self.n_aside -= usize::from(open.element == Element::Aside && self.n_aside > 0);
            if self.n_aside == 0 {
                record::end(&mut self.place, open.element);
            }
            self.leave_base(open.outer_base);
            self.namespaces.leave(self.open.len());
        }
    }

    fn end_capture(&mut self) {
        if let Some(capture) = self.capture.take() {
            self.place.feed.repairs.note("# bare {ampersand|ampersands}", capture.n_stray as usize);
            record::text(&mut self.place, capture);
        }
    }

    /// Takes over an `xml:base`; returns the one before when there was a change.
    fn enter_base(&mut self, attrs: &str) -> Option<Base> {
        let href = decode(raw_attr(attrs, "xml:base")?);
        let joined = match self.base.as_deref().or(self.location) {
            Some(base) => base.join(href.trim()),
            None => Url::parse(href.trim()),
        };
        let joined = joined.ok().filter(|u| matches!(u.scheme(), "http" | "https"))?;
        Some(self.base.replace(Rc::new(joined)))
    }

    fn leave_base(&mut self, outer: Option<Base>) {
        if let Some(outer) = outer {
            self.base = outer;
        }
    }

    fn finish(mut self) -> RawFeed {
        let is_half = self.capture.is_some() || self.place.entry.is_some();
        // Behind the end of what holds the entries none is missing, whatever else was left open.
        let has_more = |open: &Open<'_>| matches!(open.element, Element::Rdf | Element::Feed | Element::Channel);
        self.place.feed.is_cut = is_half || self.open.iter().any(has_more);
        self.end_capture();
        self.hold_back();
        while !self.open.is_empty() {
            self.close_last();
        }
        record::end(&mut self.place, Element::Entry);
        let repairs = &mut self.place.feed.repairs;
        repairs.note("# {tag or section|tags or sections} without an end", self.tokens.n_unclosed as usize);
        self.place.feed
    }

    /// An entry that the end of the document cuts off is left for the next visit: half a title, link or date would stay
    /// for good. The only one is kept, since a server that always breaks off there would never show it whole.
    fn hold_back(&mut self) {
        let has_others = self.place.feed.entries.iter().any(|entry| !entry.is_empty);
        let words = match &self.place.entry {
            Some(_) if has_others => {
                self.place.entry = None;
                "the document is cut off inside its last entry, which is held back until it comes whole"
            }
            Some(_) => "the document is cut off inside its only entry",
            None => "the document is cut off outside of its entries",
        };
        self.place.feed.repairs.note(words, usize::from(self.place.feed.is_cut));
    }
}

/// Whether `xmlns` or `xml:base` may stand there, which few tags have and every tag is asked for.
fn says_xml(attrs: &str) -> bool {
    let bytes = attrs.as_bytes();
    memchr2_iter(b'x', b'X', bytes).any(|at| bytes.get(at + 1..at + 3).is_some_and(|ml| ml.eq_ignore_ascii_case(b"ml")))
}

/// Elements whose inside is one text; links that have an `href` are none.
fn is_text(element: Element, attrs: &str) -> bool {
    use Element::*;
    match element {
        Link => raw_attr(attrs, "href").is_none(),
        Rss | Rdf | Feed | Channel | Entry | Author | Source | Media | Thumbnail | Aside | Other => false,
        _ => true,
    }
}

/// Whether it is an entry or holds entries.
fn is_frame(element: Element) -> bool {
    use Element::*;
    matches!(element, Entry | Channel | Feed | Rss | Rdf)
}

/// Whether `token` shows that a text element was left open: the end of what encloses it, or the beginning of
/// something that no text contains. In declared XML everything is text.
fn ends_capture(capture: &Capture<'_>, token: Token<'_>, namespaces: &Namespaces<'_>, open: &[Open<'_>]) -> bool {
    use Element::*;
    match token {
        Token::End(name) => {
            open.iter().rev().any(|o| is_frame(o.element) && o.name.eq_ignore_ascii_case(name))
                && !capture.name.eq_ignore_ascii_case(name)
        }
        Token::Start { name, .. } if capture.kind != Kind::Xml => {
            let element = namespaces.element(name);
            matches!(element, Entry | Id | Published | Updated | Date | Comments)
                || (name.eq_ignore_ascii_case("description")
                    || name.contains(':') && matches!(element, Content | Author))
        }
        _ => false,
    }
}
