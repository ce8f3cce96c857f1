//! URLs: hosts, logins, what may be shown of one, and one key for an article however it was linked.

mod canonical;

use std::net::Ipv4Addr;

use url::Url;

use super::secret;
pub use canonical::{canonical, is_everyday};

/// Whether a name in lower case stands for the machine itself wherever it is resolved (RFC 6761, section 6.3).
pub fn is_this_machine(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether a host is a name in ASCII as a parser would leave it.
fn is_name(host: &str) -> bool {
    let is_of_names = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    let bytes = host.as_bytes();
    let last = bytes.iter().rposition(|b| *b == b'.').map_or(0, |dot| dot + 1);
    // What ends in a number would be an address, and an encoded name, `xn--…`, is checked by the parser.
    bytes.get(last).is_some_and(u8::is_ascii_lowercase)
        && host.bytes().all(is_of_names)
        && !host.starts_with('.')
        && !bytes.windows(2).any(|two| two == b".." || two == b"--")
}

/// Host of a link that writes it as a parser would leave it, which most do: a name in ASCII or four decimal numbers,
/// with or without a port, without a login.
pub fn plain_host(link: &str) -> Option<&str> {
    authority(link).map(|(host, ..)| host)
}

/// Such a host, the port behind it, and all from the host on.
fn authority(link: &str) -> Option<(&str, &str, &str)> {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"))?;
    let end = memchr::memchr(b'/', rest.as_bytes())?;
    let host_end = memchr::memchr(b':', rest.get(..end)?.as_bytes()).unwrap_or(end);
    let (host, port) = (rest.get(..host_end)?, rest.get(host_end + 1..end).unwrap_or("80"));
    let is_plain = port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok();
    (is_plain && (is_name(host) || host.parse::<Ipv4Addr>().is_ok())).then_some((host, port, rest))
}

/// Host and path of a link without query or fragment that a parser would leave as it is, and all from the host on.
pub fn plain_parts(link: &str) -> Option<(&str, &str, &str)> {
    let (host, port, rest) = authority(link)?;
    let behind = rest.get(host.len()..)?;
    // The usual port would be left out, and so would a nought before any.
    let path = match behind.strip_prefix(':') {
        Some(_) if matches!(port, "80" | "443") || port.starts_with('0') => return None,
        Some(behind) => behind.get(port.len()..)?,
        None => behind,
    };
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'.' | b'~');
    // What begins with a dot might be a step up.
    (path.bytes().all(is_plain) && !path.contains("/.")).then_some((host, path, rest))
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
    fn a_link_that_is_taken_apart_at_sight_has_the_parts_that_a_parser_finds() {
        for link in ["https://www.e-x.org/", "http://e.org:8080/a/b~c_d.xml", "http://127.0.0.1:8700//f/1-2.xml"] {
            let parsed = Url::parse(link).unwrap();
            let rest = &parsed[url::Position::BeforeHost..];
            assert_eq!(plain_parts(link), Some((parsed.host_str().unwrap(), parsed.path(), rest)), "{link}");
        }
        let others =
            ["http://e.org:80/", "https://e.org:0443/", "http://e.org/a/../b", "http://e.org/a?b", "http://e.org/a b"];
        for link in
            others.into_iter().chain(["http://e.org/#a", "http://e.org/%41", "http://e.org/a\\b", "http://e.org/ж"])
        {
            assert_eq!(plain_parts(link), None, "{link}");
        }
    }

    #[test]
    fn secrets_are_masked() {
        assert_eq!(masked("https://u:p@e.org/f?api_key=5&x=1"), "https://***@e.org/f?api_key=***&x=1");
        assert_eq!(masked("https://e.org/f?x=1"), "https://e.org/f?x=1");
    }
}
