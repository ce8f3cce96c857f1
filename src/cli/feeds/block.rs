//! `[[feed]]` tables ready to be pasted, and whether a feed is configured already.

use std::collections::HashSet;

use ::url::Url;

use crate::config::Config;
use crate::domain::Outlets;
use crate::text::url::has_login;
use crate::text::{clean, url};

/// Longest address that a configuration takes, bytes.
const URL_MAX: usize = 2048;
/// Longest name that a configuration takes, characters.
const NAME_MAX: usize = 120;

/// What is configured, as far as it tells what a new feed needs.
#[derive(Default)]
pub struct Known {
    outlets: Outlets,
    feeds: HashSet<String>,
}

impl Known {
    /// What `config` says; without one nothing is known.
    pub fn of(config: Option<&Config>) -> Self {
        let Some(config) = config else { return Self::default() };
        let feeds = config.feeds.iter().filter_map(|feed| url::canonical(&feed.url)).collect();
        Self { outlets: config.outlets.clone(), feeds }
    }

    /// Whether the feed is configured already, however its address is spelt.
    pub fn has(&self, link: &str) -> bool {
        url::canonical(link).is_some_and(|key| self.feeds.contains(&key))
    }

    /// The outlet that owns the address.
    pub fn outlet(&self, link: &str) -> Option<&str> {
        let host = url::host(link)?;
        self.outlets.by_host(&host).map(|outlet| outlet.key.as_str())
    }

    /// The table to paste. An owner that the outlet file does not know is left to be named, in a comment.
    pub fn block(&self, link: &str, title: &str) -> String {
        let text = |text: &str| toml::Value::from(text).to_string();
        let mut block = format!("[[feed]]\nurl = {}\n", text(link));
        match (self.outlet(link), url::host(link)) {
            (Some(outlet), _) => block.push_str(&format!("outlet = {}\n", text(outlet))),
            (None, host) => block.push_str(&format!(
                "# outlet = \"\"  # the outlet file names no owner of {}: add it there, and its key here\n",
                host.unwrap_or_default()
            )),
        }
        let title = clean::line(title, NAME_MAX);
        if !title.is_empty() {
            block.push_str(&format!("name = {}\n", text(&title)));
        }
        block
    }
}

/// Why a configuration would not take this address, if it would not.
pub fn unusable(link: &str) -> Option<&'static str> {
    let Some(url) = Url::parse(link).ok().filter(|_| !link.contains(char::is_control)) else {
        return Some("no address");
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Some("neither http:// nor https://");
    }
    if has_login(&url) {
        return Some("a login in the address; configure the address without it, with `user` and `password_file`");
    }
    (link.len() > URL_MAX).then_some("an address of more than 2048 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Outlet;

    fn known() -> Known {
        let nasa = Outlet { domains: vec!["nasa.gov".to_owned()], ..Outlet::unknown("nasa", "NASA") };
        let feeds = ["https://www.nasa.gov/feed/"].iter().filter_map(|link| url::canonical(link)).collect();
        Known { outlets: Outlets::new([nasa]), feeds }
    }

    #[test]
    fn a_block_is_toml_whatever_the_title_says() {
        let block = known().block("https://blogs.nasa.gov/feed/", "A \"b\"\n[[feed]] \\ c");
        let table: toml::Table = block.parse().unwrap();
        let feed = &table["feed"].as_array().unwrap()[0];
        assert_eq!(feed["url"].as_str(), Some("https://blogs.nasa.gov/feed/"));
        assert_eq!(feed["outlet"].as_str(), Some("nasa"));
        assert_eq!(feed["name"].as_str(), Some("A \"b\" [[feed]] \\ c"));
    }

    #[test]
    fn an_owner_that_is_not_known_is_left_to_be_named() {
        let block = known().block("https://stranger.example/feed", "");
        assert!(block.contains("\n# outlet = \"\"") && block.contains("stranger.example"), "{block}");
        assert!(block.parse::<toml::Table>().is_ok());
    }

    #[test]
    fn a_configured_feed_is_known_in_every_spelling_and_no_other_is() {
        for same in ["https://www.nasa.gov/feed/", "http://nasa.gov/feed", "https://www.nasa.gov/feed/#top"] {
            assert!(known().has(same), "{same}");
        }
        for other in ["https://www.nasa.gov/feed/?cat=2", "https://www.nasa.gov/news/feed/", "mailto:x@nasa.gov"] {
            assert!(!known().has(other), "{other}");
        }
    }

    #[test]
    fn addresses_that_no_configuration_takes_are_told_why() {
        for bad in [
            "",
            "feed",
            "https://a.example/\nb",
            "ftp://a.example/",
            "feed://a.example/",
            "https://me:secret@a.example/",
        ] {
            assert!(unusable(bad).is_some(), "{bad}");
        }
        assert!(unusable(&format!("https://a.example/{}", "x".repeat(2048))).is_some());
        assert_eq!(unusable("https://a.example/feed"), None);
    }
}
