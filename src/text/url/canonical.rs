//! One key for an article however it was linked.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};
use url::Url;

use super::is_name;

/// Parameters that say where a reader came from, not what they read. Prefixes end in `*`. A name that some
/// publisher uses to tell articles apart (`cid`, `id`, `p`, `format`) is not for this list: two articles
/// taken for one would be lost news.
const TRACKING: [&str; 47] = [
    "utm_*",
    "at_*",
    "mc_*",
    "pk_*",
    "piwik_*",
    "mtm_*",
    "matomo_*",
    "hsa_*",
    "__hs*",
    "_hs*",
    "oly_*",
    "vero_*",
    "wt_*",
    "wt.*",
    "ns_*",
    "guce_*",
    "yclid",
    "ysclid",
    "ymclid",
    "gclid",
    "gclsrc",
    "dclid",
    "fbclid",
    "msclkid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "mkt_tok",
    "_openstat",
    "ref",
    "ref_src",
    "ref_url",
    "referrer",
    "source",
    "cmp",
    "cmpid",
    "ito",
    "icid",
    "ocid",
    "smid",
    "xtor",
    "spm",
    "guccounter",
    "sref",
    "traffic_source",
    "cvid",
];

/// The canonical form of an http(s) link, or `None` when it is none: `https`, host in lower case without `www.`,
/// `m.`, `mobile.` or `amp.`; no port, user, fragment or tracking parameters; the rest of the query sorted; no AMP
/// part, trailing slash or index page. For comparing only: it need not lead anywhere.
pub fn canonical(link: &str) -> Option<String> {
    let link = link.trim();
    if let Some((host, path, query)) = everyday(link) {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        return Some(key(host, path, if query.is_empty() { Vec::new() } else { pairs.collect() }));
    }
    let url = Url::parse(link).ok().filter(|u| matches!(u.scheme(), "http" | "https"))?;
    let host = url.host_str()?.trim_end_matches('.');
    if host.is_empty() {
        return None;
    }
    Some(key(host, url.path(), url.query_pairs().collect()))
}

/// Whether a link is written as a parser would leave it, so that none needs to look.
pub fn is_everyday(link: &str) -> bool {
    everyday(link).is_some()
}

/// Host, path and query of a link that is written as a parser would leave it, which most are: no port, user, fragment,
/// escape, dot segment or capital in the host, and a host that is a name in ASCII.
fn everyday(link: &str) -> Option<(&str, &str, &str)> {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"))?;
    if !rest.bytes().all(|b| PLAIN[b as usize]) {
        return None;
    }
    let (place, query) = rest.split_at_checked(memchr(b'?', rest.as_bytes()).unwrap_or(rest.len()))?;
    let (host, path) = place.split_at_checked(memchr(b'/', place.as_bytes()).unwrap_or(place.len()))?;
    let is_everyday = is_name(host) && !has_behind_slash(path, b'.');
    is_everyday.then_some((host, if path.is_empty() { "/" } else { path }, query.get(1..).unwrap_or("")))
}

/// What may stand in an everyday link; a table, since every byte of every link is asked.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        plain[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/' | b'?' | b'=' | b'&');
        byte += 1;
    }
    plain
};

fn has_behind_slash(path: &str, byte: u8) -> bool {
    memchr_iter(b'/', path.as_bytes()).any(|at| path.as_bytes().get(at + 1) == Some(&byte))
}

fn key<T: AsRef<str> + Ord>(host: &str, path: &str, mut query: Vec<(T, T)>) -> String {
    let host = ["www.", "m.", "mobile.", "amp."]
        .iter()
        .find_map(|prefix| host.strip_prefix(prefix).filter(|rest| rest.contains('.')))
        .unwrap_or(host);
    query.retain(|(name, _)| !is_tracking(name.as_ref()));
    query.sort();
    let path = canonical_path(path);
    let mut key = String::with_capacity("https://".len() + host.len() + path.len());
    ["https://", host, &path].iter().for_each(|part| key.push_str(part));
    for (i, (name, value)) in query.iter().enumerate() {
        key.push(if i == 0 { '?' } else { '&' });
        key.push_str(name.as_ref());
        key.push('=');
        key.push_str(value.as_ref());
    }
    key
}

fn is_tracking(name: &str) -> bool {
    let name = if name.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'-')) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.to_lowercase())
    };
    TRACKING.iter().any(|t| match t.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => *name == **t,
    })
}

fn canonical_path(path: &str) -> Cow<'_, str> {
    // Asked first: looking is quicker than making ready to replace.
    if has_behind_slash(path, b'/') {
        return Cow::Owned(without_tail(&path.replace("//", "/")).into_owned());
    }
    without_tail(path)
}

fn without_tail(path: &str) -> Cow<'_, str> {
    // "/amp/x" is "/x".
    let path = path.get(4..).filter(|_| path.starts_with("/amp/")).unwrap_or(path);
    let mut path = path.trim_end_matches('/');
    for tail in ["/amp", ".amp", "/index.html", "/index.htm", "/index.php"] {
        path = path.strip_suffix(tail).unwrap_or(path);
    }
    let path = path.trim_end_matches('/');
    let is_amp = memchr(b'.', path.as_bytes()).is_some() && path.contains(".amp.html");
    if is_amp { Cow::Owned(path.replace(".amp.html", ".html")) } else { Cow::Borrowed(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) {
        assert_eq!(canonical(a), canonical(b));
        assert!(canonical(a).is_some());
    }

    #[test]
    fn the_same_article_has_one_key() {
        same("http://www.example.org/a/?utm_source=rss&id=7#top", "https://example.org/a?id=7");
        same("https://m.example.org/a/amp/", "https://example.org/a");
        same("https://example.org/a?b=1&a=2", "https://EXAMPLE.org:443/a?a=2&b=1");
    }

    #[test]
    fn different_articles_have_different_keys() {
        assert_ne!(canonical("https://example.org/a?id=7"), canonical("https://example.org/a?id=8"));
        assert_ne!(canonical("https://example.org/a"), canonical("https://example.org/A"));
        assert_ne!(canonical("https://news.example.org/a"), canonical("https://example.org/a"));
    }

    #[test]
    fn the_short_way_leads_where_the_parser_does() {
        for link in [
            "https://www.example.org",
            "http://example.org/amp/a//b/?utm_source=x&b=1&&a&c=",
            "https://e.org/a_b~c.html?b=2&a=1&a=0?x",
            "https://m.e-x.example.org/a/index.html?UTM_source=1&Ref=2&id=3",
            "https://e.org/amp/",
            "https://localhost/a",
        ] {
            assert!(everyday(link).is_some(), "{link}");
            // A fragment takes the long way and has no part in the key.
            assert_eq!(canonical(link), canonical(&format!("{link}#x")), "{link}");
        }
        for link in [
            "https://e.org/./a",
            "https://E.org/",
            "https://1.2.3.4/",
            "https://e.org:80/",
            "https://e.org./",
            "https://xn--x.org/",
            "https://e.org/a%20b",
            "https://e.org/a+b?a+b",
            "https:///a",
            "https://u@e.org/",
        ] {
            assert!(everyday(link).is_none(), "{link}");
        }
    }

    #[test]
    fn what_is_no_web_link_has_none() {
        for link in ["javascript:alert(1)", "mailto:a@b", "urn:uuid:1", "http:.//a", "/a", ""] {
            assert_eq!(canonical(link), None, "{link}");
        }
    }
}
