//! Canonical URLs: one key for an article however it was linked.

use url::Url;

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
    let url = Url::parse(link.trim()).ok().filter(|u| matches!(u.scheme(), "http" | "https"))?;
    let host = url.host_str()?.trim_end_matches('.');
    let host = ["www.", "m.", "mobile.", "amp."]
        .iter()
        .find_map(|prefix| host.strip_prefix(prefix).filter(|rest| rest.contains('.')))
        .unwrap_or(host);
    let mut query: Vec<(String, String)> =
        url.query_pairs().filter(|(k, _)| !is_tracking(k)).map(|(k, v)| (k.into(), v.into())).collect();
    query.sort();
    let mut key = format!("https://{host}{}", canonical_path(url.path()));
    for (i, (name, value)) in query.iter().enumerate() {
        key.push(if i == 0 { '?' } else { '&' });
        key.push_str(name);
        key.push('=');
        key.push_str(value);
    }
    Some(key)
}

/// Host of an http(s) link without `www.`, in lower case.
pub fn host(link: &str) -> Option<String> {
    let url = Url::parse(link.trim()).ok()?;
    let host = url.host_str()?.to_lowercase();
    Some(host.strip_prefix("www.").unwrap_or(&host).to_owned())
}

/// The link without user and password, and without the values of parameters that look like secrets.
pub fn masked(link: &str) -> String {
    let Ok(mut url) = Url::parse(link) else { return link.to_owned() };
    if url.password().is_some() || !url.username().is_empty() {
        let _ = url.set_password(None);
        let _ = url.set_username("***");
    }
    let is_secret = |name: &str| {
        let name = name.to_lowercase();
        ["token", "key", "secret", "auth", "pass", "sig"].iter().any(|word| name.contains(word))
    };
    if url.query_pairs().any(|(name, _)| is_secret(&name)) {
        let pairs: Vec<(String, String)> = url
            .query_pairs()
            .map(|(k, v)| (k.to_string(), if is_secret(&k) { "***".to_owned() } else { v.to_string() }))
            .collect();
        url.query_pairs_mut().clear().extend_pairs(pairs);
    }
    url.into()
}

fn is_tracking(name: &str) -> bool {
    let name = name.to_lowercase();
    TRACKING.iter().any(|t| match t.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == *t,
    })
}

fn canonical_path(path: &str) -> String {
    let path = path.replace("//", "/");
    let path = path.strip_prefix("/amp/").map_or(path.clone(), |rest| format!("/{rest}"));
    let mut path = path.trim_end_matches('/');
    for tail in ["/amp", ".amp", "/index.html", "/index.htm", "/index.php"] {
        path = path.strip_suffix(tail).unwrap_or(path);
    }
    path.trim_end_matches('/').replace(".amp.html", ".html")
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
    fn what_is_no_web_link_has_none() {
        for link in ["javascript:alert(1)", "mailto:a@b", "urn:uuid:1", "/a", ""] {
            assert_eq!(canonical(link), None, "{link}");
        }
    }

    #[test]
    fn secrets_are_masked() {
        assert_eq!(masked("https://u:p@e.org/f?api_key=5&x=1"), "https://***@e.org/f?api_key=***&x=1");
        assert_eq!(masked("https://e.org/f?x=1"), "https://e.org/f?x=1");
    }
}
