//! OPML: lists of feeds as other readers export them, however broken.
//!
//! Read with the tolerant tokenizer rather than an XML parser: a bare `&` in an address, the commonest fault of such
//! files, must not cost the list.

use super::charset;
use crate::domain::feed::{FailureClass, PollFailure};
use crate::text::clean;
use crate::text::html::attr::raw_attr;
use crate::text::html::entity;
use crate::text::html::token::{Token, Tokens};

/// Feeds taken from one list, the first ones.
pub const FEEDS_MAX: usize = 20_000;
/// Folders within folders that are told apart; deeper ones count as the last of these.
const DEPTH_MAX: usize = 32;
/// Characters of a title.
const TITLE_MAX: usize = 120;

/// A feed as listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpmlFeed {
    /// Address as written, blanks and entities aside; not checked.
    pub url: String,
    /// Title; empty when there is none.
    pub title: String,
    /// Title of the innermost folder; empty outside of folders.
    pub folder: String,
    /// Whether the list says that it is switched off (`isComment`, OPML 2.0).
    pub is_off: bool,
}

/// The feeds of an OPML list, in its order.
///
/// # Errors
/// `NotAFeed` when the document has neither `<opml>` nor an outline.
pub fn opml(bytes: &[u8]) -> Result<Vec<OpmlFeed>, PollFailure> {
    let decoded = charset::decode(bytes, None, None);
    let (mut feeds, mut folders, mut is_opml) = (Vec::new(), Vec::<Folder>::new(), false);
    for token in Tokens::new(&decoded.text) {
        match token {
            Token::Start { name, attrs, empty } if is(name, "outline") => {
                is_opml = true;
                let (feed, folder) = outline(attrs, folders.last());
                if !feed.url.is_empty() && feeds.len() < FEEDS_MAX {
                    feeds.push(feed);
                }
                if !empty {
                    folders.push(folder);
                }
            }
            Token::End(name) if is(name, "outline") => drop(folders.pop()),
            Token::Start { name, .. } if is(name, "opml") => is_opml = true,
            _ => {}
        }
        // A chain of unclosed outlines must not grow without end.
        folders.truncate(DEPTH_MAX);
    }
    if is_opml { Ok(feeds) } else { Err(PollFailure::new(FailureClass::NotAFeed, "the document is no OPML list")) }
}

/// An open outline.
#[derive(Clone, Default)]
struct Folder {
    title: String,
    is_off: bool,
}

/// The outline as a feed (with an address, if it is one), and as a folder of those inside.
fn outline(attrs: &str, around: Option<&Folder>) -> (OpmlFeed, Folder) {
    let attr = |name| raw_attr(attrs, name).map(|value| entity::decode(value).trim().to_owned()).unwrap_or_default();
    let title = Some(attr("title")).filter(|title| !title.is_empty()).unwrap_or_else(|| attr("text"));
    // Old lists have `url` instead, which is a page or another list when the outline is no feed.
    let is_feed = ["rss", "atom", "feed"].iter().any(|kind| is(&attr("type"), kind));
    let url = Some(attr("xmlUrl")).filter(|url| !url.is_empty() || !is_feed).unwrap_or_else(|| attr("url"));
    let mut feed = OpmlFeed {
        url: without_feed_scheme(url),
        title: clean::line(&title, TITLE_MAX),
        folder: String::new(),
        is_off: is(&attr("isComment"), "true"),
    };
    let around = around.cloned().unwrap_or_default();
    feed.is_off |= around.is_off;
    feed.folder = around.title.clone();
    // A feed whose tag was never closed is no folder of those that follow it.
    let title = if feed.url.is_empty() { feed.title.clone() } else { around.title };
    let folder = Folder { title, is_off: feed.is_off };
    (feed, folder)
}

/// `feed:https://…` and `feed://…`, by which some readers mark feeds, mean the address behind it.
fn without_feed_scheme(url: String) -> String {
    match url.split_at_checked(5) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("feed:") => match rest.strip_prefix("//") {
            Some(host) => format!("http://{host}"),
            None => rest.to_owned(),
        },
        _ => url,
    }
}

fn is(name: &str, expected: &str) -> bool {
    name.eq_ignore_ascii_case(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(document: &str, expected: &[(&str, &str, &str)]) {
        let feeds = opml(document.as_bytes()).unwrap();
        let found: Vec<_> = feeds.iter().map(|f| (f.url.as_str(), f.title.as_str(), f.folder.as_str())).collect();
        assert_eq!(found, expected, "{document}");
    }

    #[test]
    fn feeds_are_found_in_folders_and_outside() {
        check(
            r#"<?xml version="1.0"?><opml version="2.0"><head><title>My feeds</title></head><body>
               <outline text="Space"><outline text="Agencies"><outline type="rss" xmlUrl="https://a.example/" text="A"/>
               </outline><outline title="B" text="b" xmlUrl="https://b.example/"></outline></outline>
               <outline xmlUrl="https://c.example/"/></body></opml>"#,
            &[
                ("https://a.example/", "A", "Agencies"),
                ("https://b.example/", "B", "Space"),
                ("https://c.example/", "", ""),
            ],
        );
    }

    #[test]
    fn the_mark_of_a_feed_before_an_address_is_left_out() {
        let list = |url: &str| format!("<opml><outline xmlUrl=\"{url}\"/></opml>");
        check(&list("feed:https://a.example/rss"), &[("https://a.example/rss", "", "")]);
        check(&list("feed://a.example/rss"), &[("http://a.example/rss", "", "")]);
    }

    #[test]
    fn attributes_come_in_any_order_case_and_quotes() {
        check(
            "<opml><OUTLINE XMLURL='https://a.example/?x=1&amp;y=2' Title=\"A &gt; B\" type=rss /></opml>",
            &[("https://a.example/?x=1&y=2", "A > B", "")],
        );
        check(r#"<opml><outline type="rss" url="https://a.example/"/></opml>"#, &[("https://a.example/", "", "")]);
        check(r#"<opml><outline type="link" url="https://a.example/"/></opml>"#, &[]);
    }

    #[test]
    fn a_broken_list_gives_what_is_there() {
        check(
            r#"<opml><body><outline text="R & D" xmlUrl="https://a.example/?x=1&y=2"><outline xmlUrl="https://b.example/" text="B""#,
            &[("https://a.example/?x=1&y=2", "R & D", ""), ("https://b.example/", "B", "")],
        );
        check(r#"</outline></outline><outline xmlUrl="https://a.example/"/>"#, &[("https://a.example/", "", "")]);
    }

    #[test]
    fn a_list_in_another_encoding_is_read() {
        let text = r#"<?xml version="1.0" encoding="windows-1251"?><opml><outline text="Новости" xmlUrl="https://a.example/"/></opml>"#;
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(text);
        assert_eq!(opml(&bytes).unwrap()[0].title, "Новости");
    }

    #[test]
    fn what_is_switched_off_is_told_apart() {
        let text = r#"<opml><outline text="x" isComment="true"><outline xmlUrl="https://a.example/"/></outline>
                      <outline xmlUrl="https://b.example/" isComment="false"/></opml>"#;
        assert_eq!(opml(text.as_bytes()).unwrap().iter().map(|f| f.is_off).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn what_is_no_list_is_refused_and_an_empty_list_is_one() {
        assert!(opml(b"<rss><channel/></rss>").is_err());
        assert!(opml(b"").is_err());
        assert_eq!(opml(b"<opml version='2.0'><body/></opml>").unwrap(), []);
    }

    #[test]
    fn a_hostile_list_costs_little() {
        let deep = "<outline text='x'>".repeat(200_000);
        assert_eq!(opml(deep.as_bytes()).unwrap(), []);
        let many = "<outline xmlUrl='https://a.example/'/>".repeat(FEEDS_MAX + 5);
        assert_eq!(opml(many.as_bytes()).unwrap().len(), FEEDS_MAX);
    }
}
