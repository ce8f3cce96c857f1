//! Canonical URLs: one key for an article however it was linked.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use url::Url;

use super::secret;

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
        return Some(key(host, path, pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect()));
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
    let is_plain =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b'/' | b'?' | b'=' | b'&');
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = place.split_at_checked(place.find('/').unwrap_or(place.len()))?;
    let is_everyday = is_name(host) && rest.bytes().all(is_plain) && !path.contains("/.");
    is_everyday.then_some((host, if path.is_empty() { "/" } else { path }, query))
}

/// Whether a name in lower case stands for the machine itself wherever it is resolved (RFC 6761, section 6.3).
pub fn is_this_machine(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether a host is a name in ASCII as a parser would leave it.
fn is_name(host: &str) -> bool {
    let is_of_names = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    // What ends in a number would be an address, and an encoded name is checked by the parser.
    host.bytes().all(is_of_names)
        && host.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_lowercase()))
        && !host.split('.').any(|label| label.is_empty() || label.starts_with("xn--"))
}

/// Host of a link that writes it as a parser would leave it, which most do: a name in ASCII or four decimal numbers,
/// with or without a port, without a login.
pub fn plain_host(link: &str) -> Option<&str> {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"))?;
    let authority = rest.split_once('/')?.0;
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let is_plain = port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok();
    (is_plain && (is_name(host) || host.parse::<Ipv4Addr>().is_ok())).then_some(host)
}

fn key<T: AsRef<str> + Ord>(host: &str, path: &str, mut query: Vec<(T, T)>) -> String {
    let host = ["www.", "m.", "mobile.", "amp."]
        .iter()
        .find_map(|prefix| host.strip_prefix(prefix).filter(|rest| rest.contains('.')))
        .unwrap_or(host);
    query.retain(|(name, _)| !is_tracking(name.as_ref()));
    query.sort();
    let mut key = format!("https://{host}{}", canonical_path(path));
    for (i, (name, value)) in query.iter().enumerate() {
        key.push(if i == 0 { '?' } else { '&' });
        key.push_str(name.as_ref());
        key.push('=');
        key.push_str(value.as_ref());
    }
    key
}

/// Host of an http(s) link without `www.`, in lower case.
pub fn host(link: &str) -> Option<String> {
    let without_www = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    if let Some(host) = plain_host(link) {
        return Some(without_www(host));
    }
    let url = Url::parse(link.trim()).ok()?;
    Some(without_www(&url.host_str()?.to_lowercase()))
}

/// The link without user and password, and without the values of parameters that look like secrets.
pub fn masked(link: &str) -> String {
    if plain_host(link).is_some() && link.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'#')) {
        return link.to_owned();
    }
    let Ok(mut url) = Url::parse(link) else { return secret::hidden(link).into_owned() };
    if has_login(&url) {
        let _ = url.set_password(None);
        let _ = url.set_username("***");
    }
    if url.query_pairs().any(|(name, _)| secret::is_named(&name)) {
        let pairs: Vec<(String, String)> = url
            .query_pairs()
            .map(|(k, v)| (k.to_string(), if secret::is_named(&k) { "***".to_owned() } else { v.to_string() }))
            .collect();
        url.query_pairs_mut().clear().extend_pairs(pairs);
    }
    url.into()
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

fn canonical_path(path: &str) -> String {
    let path = if path.contains("//") { Cow::Owned(path.replace("//", "/")) } else { Cow::Borrowed(path) };
    // "/amp/x" is "/x".
    let path = path.get(4..).filter(|_| path.starts_with("/amp/")).unwrap_or(&path);
    let mut path = path.trim_end_matches('/');
    for tail in ["/amp", ".amp", "/index.html", "/index.htm", "/index.php"] {
        path = path.strip_suffix(tail).unwrap_or(path);
    }
    let path = path.trim_end_matches('/');
    // Asked first: looking is quicker than making ready to replace.
    if path.contains(".amp.html") { path.replace(".amp.html", ".html") } else { path.to_owned() }
}

/// Whether an address has a user or a password.
pub fn has_login(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// The address without user and password.
pub fn without_login(mut url: Url) -> Url {
    // Both fail only for addresses that cannot have a login.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
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
    fn a_host_that_is_read_at_sight_is_the_one_that_a_parser_finds() {
        for link in ["https://example.org/a", "http://www.e-x.org:8080/f?x#y", "http://127.0.0.1:8700/f/1.xml"] {
            let parsed = Url::parse(link).unwrap();
            assert_eq!(plain_host(link), parsed.host_str(), "{link}");
        }
        for link in [
            "https://EXAMPLE.org/",
            "https://u:p@example.org/",
            "https://example.org",
            "https://example.org?a=/",
            "https://example.org\\@evil.org/",
            "https://example.org:99999/",
            "https://example.org:/",
            "https://127.1/",
            "https://0127.0.0.1/",
            "https://[::1]/",
            "https://новости.рф/",
            "ftp://example.org/",
            " https://example.org/",
        ] {
            assert_eq!(plain_host(link), None, "{link}");
        }
    }

    #[test]
    fn what_is_no_web_link_has_none() {
        for link in ["javascript:alert(1)", "mailto:a@b", "urn:uuid:1", "http:.//a", "/a", ""] {
            assert_eq!(canonical(link), None, "{link}");
        }
    }

    #[test]
    fn secrets_are_masked() {
        assert_eq!(masked("https://u:p@e.org/f?api_key=5&x=1"), "https://***@e.org/f?api_key=***&x=1");
        assert_eq!(masked("https://e.org/f?x=1"), "https://e.org/f?x=1");
    }
}
