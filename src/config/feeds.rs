//! `[[feed]]`: what is polled.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use foldhash::fast::RandomState;
use jiff::SignedDuration;
use secrecy::ExposeSecret;
use url::{Position, Url};

use super::policy::EVERY;
use super::secret::{self, Secrets};
use super::suggest;
use super::table::{Source, Table};
use crate::domain::Outlets;
use crate::domain::feed::FeedSpec;
use crate::text::span;
use crate::text::url::{has_login, plain_parts};

/// Longest URL, bytes; servers refuse longer ones.
const URL_MAX: usize = 2048;
/// Headers that fetching sets itself, or that would change what a request means.
const OWN_HEADERS: [&str; 11] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "te",
    "upgrade",
    "accept-encoding",
    "if-none-match",
    "if-modified-since",
    "range",
    "user-agent",
];

/// Addresses without their scheme, each with the key where it was first seen.
type Seen = HashMap<String, String, RandomState>;

/// What the feeds are checked against.
#[derive(Debug)]
pub struct Context<'a> {
    /// Known outlets; `None` when their file could not be read, which is fault enough.
    pub outlets: Option<&'a Outlets>,
    /// Feeds are never polled more often.
    pub floor: SignedDuration,
    /// Where passwords are looked for.
    pub secrets: &'a Secrets,
}

/// Reads every `[[feed]]`; at least one is expected.
pub fn read(root: &mut Table<'_>, source: &mut Source, context: &Context<'_>) -> Vec<FeedSpec> {
    let tables = root.tables(source, "feed");
    if tables.is_empty() {
        root.missing(source, "feed", "at least one `[[feed]]` with its `url`");
    }
    let mut seen = Seen::default();
    let mut feeds = Vec::with_capacity(tables.len());
    for mut table in tables {
        feeds.extend(feed(&mut table, source, context, &mut seen));
        table.finish(source);
    }
    if !feeds.is_empty() && !feeds.iter().any(|feed| feed.enabled) {
        source.warn(root.place("feed"), "feed", "every feed is switched off: nothing will be polled".to_owned());
    }
    feeds
}

fn feed(table: &mut Table<'_>, source: &mut Source, context: &Context<'_>, seen: &mut Seen) -> Option<FeedSpec> {
    let url = url(table, source, seen);
    let outlet = outlet(table, source, context.outlets, url.as_ref());
    let name = table.parsed(source, "name", "a name of one line, at most 120 characters", |text| {
        let fits = !text.trim().is_empty() && text.chars().count() <= 120 && !text.contains(char::is_control);
        fits.then(|| text.trim().to_owned())
    });
    let every = every(table, source, context.floor);
    let mut headers = headers(table, source);
    headers.extend(basic_auth(table, source, context.secrets));
    headers.extend(token(table, source, context.secrets));
    let aggregator = table.boolean(source, "aggregator").unwrap_or(false);
    let enabled = table.boolean(source, "enabled").unwrap_or(true);
    let url = url?;
    let name = name.unwrap_or_else(|| default_name(&url));
    // The URL as written, not as normalised: it is what people look for and what the store knows the feed by.
    let url = table.string(source, "url")?.trim().to_owned();
    Some(FeedSpec { url, outlet: outlet?, name, every, headers, aggregator, enabled })
}

/// An address taken apart.
struct Address {
    host: String,
    path: String,
    /// What follows the scheme, without fragment and login.
    same: String,
    has_login: bool,
}

impl Address {
    /// An http(s) address with a host.
    fn parse(text: &str) -> Option<Self> {
        if let Some((host, path, rest)) = plain_parts(text) {
            let (host, path, same) = (host.to_owned(), path.to_owned(), rest.to_owned());
            return Some(Self { host, path, same, has_login: false });
        }
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        Some(Self {
            host: url.host_str()?.to_owned(),
            path: url.path().to_owned(),
            same: url[Position::BeforeHost..Position::AfterQuery].to_owned(),
            has_login: has_login(&url),
        })
    }
}

fn url(table: &mut Table<'_>, source: &mut Source, seen: &mut Seen) -> Option<Address> {
    if !table.has("url") {
        table.missing(source, "url", "the address of the feed");
    }
    let url = table.parsed(source, "url", "an http:// or https:// address", |text| {
        Address::parse(text.trim()).filter(|_| text.len() <= URL_MAX)
    })?;
    if url.has_login {
        let message = "a login in the address would be logged, expected `user` and `password_file` beside it";
        table.wrong(source, "url", message.to_owned());
        return None;
    }
    if let Some(first) = seen.get(&url.same) {
        table.wrong(source, "url", format!("the same address as `{first}`, expected each feed once"));
        return None;
    }
    seen.insert(url.same.clone(), table.key("url"));
    Some(url)
}

fn outlet(
    table: &mut Table<'_>,
    source: &mut Source,
    outlets: Option<&Outlets>,
    url: Option<&Address>,
) -> Option<String> {
    let given = table.string(source, "outlet");
    let Some(outlets) = outlets else { return given.or_else(|| Some(String::new())) };
    let Some(key) = given else {
        let owner = url.and_then(|url| outlets.by_host(&url.host));
        if owner.is_none() && url.is_some() && !table.has("outlet") {
            table.missing(source, "outlet", "a key of the outlet file, which names no owner of this address");
        }
        return owner.map(|outlet| outlet.key.clone());
    };
    if outlets.get(&key).is_none() {
        let hint = suggest::hint(&key, outlets.iter().map(|outlet| outlet.key.as_str()));
        table.wrong(source, "outlet", format!("found \"{key}\", which the outlet file does not have{hint}"));
    }
    Some(key)
}

fn every(table: &mut Table<'_>, source: &mut Source, floor: SignedDuration) -> Option<SignedDuration> {
    let every = table.span(source, "every", EVERY)?;
    if every < floor {
        let floor = span::show(floor);
        table.doubtful(source, "every", format!("shorter than `poll.floor`: polled every {floor}"));
    }
    Some(every)
}

fn headers(table: &mut Table<'_>, source: &mut Source) -> Vec<(String, String)> {
    let Some(own) = table.table(source, "headers") else { return Vec::new() };
    let place = table.key("headers");
    let mut headers = Vec::new();
    for (name, value, at) in own.named_texts(source) {
        let key = format!("{place}.{name}");
        if !is_header_name(&name) {
            source.fault(at, &key, "expected the name of an HTTP header, such as `Accept-Language`".to_owned());
        } else if is_our_header(&name) {
            source.fault(at, &key, "orbitwire sets this header itself, expected another".to_owned());
        } else if !value.bytes().all(|b| (b' '..=b'~').contains(&b)) {
            source.fault(at, &key, "expected printable ASCII characters".to_owned());
        } else {
            headers.push((name, value));
        }
    }
    headers
}

fn basic_auth(table: &mut Table<'_>, source: &mut Source, secrets: &Secrets) -> Option<(String, String)> {
    let user =
        table.parsed(source, "user", "a name without `:`", |text| (!text.contains(':')).then(|| text.to_owned()));
    let given = secret::given(table);
    if given.is_empty() && !table.has("user") {
        return None;
    }
    match (given.first(), table.has("user")) {
        (Some(key), false) => {
            table.wrong(source, key, "a password without `user`, expected both or neither".to_owned())
        }
        (None, true) => {
            table.wrong(source, "user", "a user without a password, expected `password_file` beside it".to_owned());
        }
        _ => {}
    }
    let password = secrets.resolve(table, source)?;
    let login = format!("{}:{}", user?, password.expose_secret());
    Some(("Authorization".to_owned(), format!("Basic {}", BASE64.encode(login))))
}

/// A token in a header of its own, or after `Bearer` in `Authorization` (RFC 6750, section 2.1).
fn token(table: &mut Table<'_>, source: &mut Source, secrets: &Secrets) -> Option<(String, String)> {
    let expected = "the name of an HTTP header, such as \"X-Api-Key\"";
    let header = table.parsed(source, "token_header", expected, |name| {
        (is_header_name(name) && !is_our_header(name)).then(|| name.to_owned())
    });
    let given = secret::tokens_given(table);
    if given.is_empty() && !table.has("token_header") {
        return None;
    }
    if given.is_empty() {
        table.wrong(source, "token_header", "a header without a token, expected `token_file` beside it".to_owned());
    }
    if let (Some(key), None, true) = (given.first(), &header, table.has("user")) {
        table.wrong(source, key, "a token beside `user`, expected one of them: both are `Authorization`".to_owned());
    }
    let token = secrets.token(table, source)?;
    let token = token.expose_secret();
    Some(match header {
        Some(header) => (header, token.to_owned()),
        None => ("Authorization".to_owned(), format!("Bearer {token}")),
    })
}

fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

fn is_our_header(name: &str) -> bool {
    OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str())
}

fn default_name(url: &Address) -> String {
    [url.host.strip_prefix("www.").unwrap_or(&url.host), url.path.trim_end_matches('/')].concat()
}
