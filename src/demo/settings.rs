//! The configuration with which the demo runs: the same file format as everybody's.

use super::article::PressFeed;
use super::load::OUTLETS;
use super::press::Press;

impl Press {
    /// Name of the audience that is told as things happen; the verdict is about its mails.
    pub const INSTANT: &str = "desk";

    /// Name of the audience that gets one mail in the evening, and none when nothing happened.
    pub const DAILY: &str = "evening";

    /// The outlets file, to be written as `outlets.toml` beside the configuration.
    pub fn outlets_toml() -> &'static str {
        OUTLETS
    }

    /// The configuration, to be written as `orbitwire.toml`: feeds under `base_url` (no slash at its end); topic, outlets,
    /// store (`orbitwire.db`) and mails (`mails/`) beside it, so that the directory can be moved as a whole.
    pub fn config_toml(&self, base_url: &str) -> String {
        let feeds: String = self.feeds().iter().map(|feed| self.feed_toml(feed, base_url)).collect();
        format!("{HEAD}\n{feeds}{AUDIENCES}")
    }

    fn feed_toml(&self, feed: &PressFeed, base_url: &str) -> String {
        let name = toml::Value::String(feed.title.clone());
        let aggregator = if feed.aggregator { "aggregator = true\n" } else { "" };
        let (slug, outlet) = (&feed.slug, &feed.outlet);
        format!("[[feed]]\nurl = \"{base_url}/feeds/{slug}\"\noutlet = \"{outlet}\"\nname = {name}\n{aggregator}\n")
    }
}

/// Polls come on the beat of the tour's clock: no rhythm learned, nothing left to chance.
const HEAD: &str = r#"# Written by `orbitwire demo`: the feeds are on loopback and live as long as the tour.
topics = ["topics/us-russia-space.toml"]
outlets = "outlets.toml"

[store]
path = "orbitwire.db"

[http]
allow_networks = ["127.0.0.1/32"]
contact = "mailto:demo@example.org"

[poll]
every = "30m"
ceiling = "30m"
jitter = 0.0

[mail]
transport = "file"
directory = "mails"
from = "orbitwire demo <demo@example.org>"
"#;

/// The evening mail has its slot after the last article of a day, so that it tells of that day alone.
const AUDIENCES: &str = r#"# Told as things happen: a quarter of an hour for other outlets, four hours between two mails.
[[audience]]
name = "desk"
to = ["desk@example.org"]
topics = ["us-russia-space"]
on = "development"
timezone = "UTC"

# One mail an evening, and none when nothing happened.
[[audience]]
name = "evening"
to = ["Readers <readers@example.org>"]
topics = ["us-russia-space"]
at = "21:30"
timezone = "UTC"
"#;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn config() -> toml::Table {
        Press::bundled().unwrap().config_toml("http://127.0.0.1:4711").parse().unwrap()
    }

    #[test]
    fn every_feed_is_configured_under_a_known_outlet() {
        let outlets: toml::Table = Press::outlets_toml().parse().unwrap();
        let config = config();
        let feeds = config["feed"].as_array().unwrap();
        assert_eq!(feeds.len(), Press::bundled().unwrap().feeds().len());
        for feed in feeds {
            let key = feed["outlet"].as_str().unwrap();
            assert!(outlets["outlet"].get(key).is_some(), "{feed}");
            assert!(feed["url"].as_str().unwrap().starts_with("http://127.0.0.1:4711/feeds/"), "{feed}");
        }
    }

    #[test]
    fn there_is_one_audience_for_each_way_of_being_told() {
        let config = config();
        let audiences = config["audience"].as_array().unwrap();
        let names: BTreeSet<_> = audiences.iter().filter_map(|audience| audience["name"].as_str()).collect();
        assert_eq!(names, BTreeSet::from([Press::INSTANT, Press::DAILY]));
    }
}
