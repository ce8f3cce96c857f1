//! `[http]` and `[read]`: how feeds are fetched, and what one document may contain.

use ipnet::IpNet;
use jiff::SignedDuration;
use url::Url;

use super::table::{Source, Table};
use super::values::{HOUR, SECOND};
use crate::domain::policy::{HttpPolicy, ReadLimits};

/// Reads `[http]`, and from `[poll]` how many fetches go on at once and how hosts are spared.
pub fn read(root: &mut Table<'_>, poll: &mut Table<'_>, source: &mut Source) -> HttpPolicy {
    let mut table = root.section(source, "http");
    let mut http = HttpPolicy { allow_networks: networks(&mut table, source), ..HttpPolicy::default() };
    http.contact = contact(&mut table, source);
    http.proxy = proxy(&mut table, source);
    table.set_span(source, "connect_timeout", SECOND..=HOUR, &mut http.connect_timeout);
    table.set_span(source, "idle_timeout", SECOND..=HOUR, &mut http.idle_timeout);
    table.set_span(source, "total_timeout", SECOND..=HOUR, &mut http.total_timeout);
    table.set_bytes(source, "body_bytes_max", 1024..=1 << 30, &mut http.body_bytes_max);
    table.set_count(source, "redirects_max", 0..=20, &mut http.redirects_max);
    let total = ("total_timeout", http.total_timeout);
    table.expect_order(source, ("connect_timeout", http.connect_timeout), total);
    table.expect_order(source, ("idle_timeout", http.idle_timeout), total);
    table.finish(source);
    read_courtesy(poll, source, &mut http);
    http
}

fn read_courtesy(poll: &mut Table<'_>, source: &mut Source, http: &mut HttpPolicy) {
    poll.set_count(source, "concurrency", 1..=1000, &mut http.concurrency);
    poll.set_count(source, "per_host", 1..=100, &mut http.per_host);
    poll.set_span(source, "host_spacing", SignedDuration::ZERO..=HOUR, &mut http.host_spacing);
    if http.per_host > http.concurrency && poll.has("per_host") {
        let message = format!("found {}, expected no more than `concurrency` ({})", http.per_host, http.concurrency);
        poll.wrong(source, "per_host", message);
    }
}

fn networks(table: &mut Table<'_>, source: &mut Source) -> Vec<IpNet> {
    let mut networks = Vec::new();
    for (text, at) in table.placed_strings(source, "allow_networks") {
        let one = text.parse::<IpNet>().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from));
        match one {
            Some(network) => networks.push(network),
            None => {
                let message =
                    format!("found \"{text}\", expected a network such as \"10.0.0.0/8\" or \"127.0.0.1/32\"");
                source.fault(at, &table.key("allow_networks"), message);
            }
        }
    }
    networks
}

/// An address that a webmaster can write to or look up; it becomes part of a header.
fn contact(table: &mut Table<'_>, source: &mut Source) -> Option<String> {
    let expected = "a mailto: or https: address, such as \"mailto:desk@example.org\"";
    table.parsed(source, "contact", expected, |text| {
        let url = Url::parse(text).ok()?;
        let fits = matches!(url.scheme(), "mailto" | "https" | "http");
        (fits && text.bytes().all(|b| b.is_ascii_graphic()) && text.len() <= 200).then(|| text.to_owned())
    })
}

fn proxy(table: &mut Table<'_>, source: &mut Source) -> Option<String> {
    let expected = "an http://, https:// or socks5:// address, such as \"socks5://127.0.0.1:9050\"";
    table.parsed(source, "proxy", expected, |text| {
        let url = Url::parse(text).ok()?;
        let fits = matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h");
        (fits && url.has_host() && url.password().is_none()).then(|| text.to_owned())
    })
}

/// Reads `[read]`.
pub fn read_limits(root: &mut Table<'_>, source: &mut Source) -> ReadLimits {
    let mut limits = ReadLimits::default();
    let mut table = root.section(source, "read");
    table.set_count(source, "entries_max", 1..=100_000, &mut limits.entries_max);
    table.set_count(source, "depth_max", 8..=1000, &mut limits.depth_max);
    table.set_count(source, "title_max", 50..=10_000, &mut limits.title_max);
    table.set_count(source, "summary_max", 100..=100_000, &mut limits.summary_max);
    table.set_count(source, "content_max", 0..=10_000_000, &mut limits.content_max);
    table.finish(source);
    limits
}
