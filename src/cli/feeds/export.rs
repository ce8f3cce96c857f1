//! `feeds export`: the configured feeds as OPML 2.0.

use std::collections::BTreeMap;
use std::fmt::Write;

use quick_xml::escape::escape;

use crate::cli::args::Arguments;
use crate::cli::output::{Failure, print, print_json};
use crate::cli::{open, present};
use crate::domain::Outlets;
use crate::domain::feed::FeedSpec;
use crate::text::{clean, url};

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = open::config(arguments)?;
    if !arguments.json {
        print(&opml(&config.feeds, &config.outlets));
        return Ok(());
    }
    for feed in &config.feeds {
        print_json(&serde_json::json!({
            "url": feed.url, "name": feed.name, "outlet": feed.outlet, "enabled": feed.enabled,
        }));
    }
    Ok(())
}

/// The list, by outlet. The same feeds give the same bytes.
fn opml(feeds: &[FeedSpec], outlets: &Outlets) -> String {
    let mut folders: BTreeMap<String, Vec<&FeedSpec>> = BTreeMap::new();
    for feed in feeds {
        folders.entry(outlets.get_or_unknown(&feed.outlet).name).or_default().push(feed);
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let n_secret = feeds.iter().filter(|feed| !feed.headers.is_empty()).count();
    if n_secret > 0 {
        let feeds = present::counted(n_secret, "feed", "feeds");
        let _ = writeln!(out, "<!-- Headers and logins of {feeds} are not part of this list. -->");
    }
    let n_tokens = feeds.iter().filter(|feed| url::masked(&feed.url).contains("***")).count();
    if n_tokens > 0 {
        let feeds = present::counted(n_tokens, "address", "addresses");
        let _ = writeln!(out, "<!-- Look before you share this list: {feeds} with what looks like a secret. -->");
    }
    out.push_str("<opml version=\"2.0\">\n<head><title>Feeds of orbitwire</title></head>\n<body>\n");
    for (outlet, feeds) in folders {
        let _ = writeln!(out, "<outline text=\"{}\">", attr(&outlet));
        feeds.into_iter().for_each(|feed| out.push_str(&outline(feed)));
        out.push_str("</outline>\n");
    }
    out.push_str("</body>\n</opml>\n");
    out
}

fn outline(feed: &FeedSpec) -> String {
    let name = attr(&feed.name);
    let off = if feed.enabled { "" } else { " isComment=\"true\"" };
    format!("  <outline type=\"rss\" text=\"{name}\" title=\"{name}\" xmlUrl=\"{}\"{off}/>\n", attr(&feed.url))
}

fn attr(text: &str) -> String {
    escape(clean::line(text, usize::MAX)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Outlet;
    use crate::read::opml::{OpmlFeed, opml as read};

    fn feed(url: &str, outlet: &str, name: &str) -> FeedSpec {
        FeedSpec::new(url, outlet, name)
    }

    #[test]
    fn what_is_exported_can_be_read_again() {
        let outlets = Outlets::new([Outlet::unknown("b", "B & \"C\""), Outlet::unknown("a", "Ä")]);
        let off = FeedSpec { enabled: false, ..feed("https://a.example/", "a", "<A>") };
        let list = opml(&[feed("https://b.example/?x=1&y=2", "b", "B's"), off], &outlets);
        let listed = |url: &str, title: &str, folder: &str, is_off| OpmlFeed {
            url: url.to_owned(),
            title: title.to_owned(),
            folder: folder.to_owned(),
            is_off,
        };
        let expected = [
            listed("https://b.example/?x=1&y=2", "B's", "B & \"C\"", false),
            listed("https://a.example/", "<A>", "Ä", true),
        ];
        assert_eq!(read(list.as_bytes()).unwrap(), expected, "{list}");
        let mut strict = quick_xml::Reader::from_str(&list);
        while !matches!(strict.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    }

    #[test]
    fn headers_are_not_exported_and_their_absence_is_said() {
        let secret = ("Authorization".to_owned(), "Basic c2VjcmV0".to_owned());
        let with = FeedSpec { headers: vec![secret], ..feed("https://a.example/", "a", "A") };
        let list = opml(&[with], &Outlets::default());
        assert!(list.contains("logins of 1 feed are not") && !list.contains("c2VjcmV0"), "{list}");
        assert!(!opml(&[feed("https://a.example/?page=2", "a", "A")], &Outlets::default()).contains("<!--"));
        let list = opml(&[feed("https://a.example/?token=5", "a", "A")], &Outlets::default());
        assert!(list.contains("?token=5") && list.contains("share this list: 1 address with"), "{list}");
    }
}
