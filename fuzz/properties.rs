//! What holds for any input whatsoever. The fuzz targets look for inputs that break it; the tests replay the kept ones
//! and try random ones.

use std::path::Path;

use orbitwire::config::topic;
use orbitwire::domain::mail::{MailSettings, Transport};
use orbitwire::domain::message::Rendered;
use orbitwire::domain::policy::ReadLimits;
use orbitwire::mail::{Head, Letter};
use orbitwire::read;
use orbitwire::text::{self, clean, html};

/// A property, by the name of its corpus.
pub type Property = (&'static str, fn(&[u8]));

/// Every one of them.
pub const ALL: [Property; 5] =
    [("read", read), ("url", canonical), ("html", to_text), ("topic", topic), ("mail", compose)];

/// A feed document of any bytes is read or refused with a reason; what it gives is printable and within its limits.
pub fn read(bytes: &[u8]) {
    let limits = ReadLimits::default();
    let base = url::Url::parse("https://feed.example/").ok();
    let Ok(document) = read::read(bytes, None, base.as_ref(), &limits) else { return };
    assert!(document.entries.len() <= limits.entries_max);
    for entry in &document.entries {
        is_line(&entry.title);
        assert!(entry.title.chars().count() <= limits.title_max);
        for text in [&entry.summary, &entry.content_text].into_iter().flatten() {
            is_printable(text);
        }
        let link = entry.url.as_deref().unwrap_or("https://x/");
        let scheme = link.split("://").next().unwrap_or_default().to_lowercase();
        assert!(scheme == "https" || scheme == "http", "{link}");
        is_line(link);
    }
}

/// A canonical address is one of the web with a host, and neither it nor a masked one can act on a terminal.
pub fn canonical(bytes: &[u8]) {
    let link = String::from_utf8_lossy(bytes);
    let _ = text::url::host(&link);
    is_line(&clean::line(&text::url::masked(&link), 2_000));
    if let Some(key) = text::url::canonical(&link) {
        let host = key.strip_prefix("https://").and_then(|rest| rest.split(['/', '?']).next());
        assert!(host.is_some_and(|host| !host.is_empty()), "{key:?} of {link:?}");
    }
}

/// HTML becomes text without markup characters of its own making, and safe HTML stays as it is when it is made safe again.
pub fn to_text(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    is_printable(&clean::block(&html::to_text(&source), 100_000));
    let safe = html::sanitise(&source, None);
    // A paragraph that has nothing left in it may go the second time.
    assert_eq!(html::to_text(&html::sanitise(&safe, None)), html::to_text(&safe), "{source:?}");
    let lower = safe.to_lowercase();
    for bad in ["<script", "<style", "<iframe", "<img", "<form"] {
        assert!(!lower.contains(&format!("{bad} ")) && !lower.contains(&format!("{bad}>")), "{bad} in {safe:?}");
    }
    // As words it may stand there; what counts is where a link leads.
    for target in lower.split("<a href=\"").skip(1) {
        assert!(["http://", "https://", "mailto:"].iter().any(|good| target.starts_with(good)), "{target} in {safe:?}");
    }
}

/// A topic file of any text is a topic or a list of faults, each with its place.
pub fn topic(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    let (topic, faults) = topic::parse(Path::new("topic.toml"), &source);
    assert!(!faults.is_empty() || !topic.key.is_empty());
    let n_lines = source.lines().count() + 1;
    assert!(faults.iter().all(|fault| fault.line <= n_lines), "{faults:?}");
}

/// Whatever stands in a digest, the mail has one of each header, ASCII lines of a bearable length, and CRLF line ends.
pub fn compose(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    let (subject, rest) = source.split_once('\n').unwrap_or((&source, ""));
    let rendered = Rendered {
        subject: subject.to_owned(),
        preheader: rest.chars().take(80).collect(),
        text: rest.to_owned(),
        html: format!("<html><body>{rest}</body></html>"),
    };
    let settings = MailSettings {
        from: "orbitwire <orbitwire@example.org>".to_owned(),
        bounce: None,
        unsubscribe: Default::default(),
        dkim: None,
        transport: Transport::File { directory: "outbox".into() },
    };
    // Names come from the configuration, so that they are short; what they are made of is anybody's.
    let audience = clean::line(subject, 40);
    let topics = [subject.to_owned()];
    let at = jiff::Timestamp::UNIX_EPOCH;
    let head = Head { audience: &audience, topics: &topics, digest_id: "d1", instance: "i1", at, root: None };
    let letter = Letter::new(&settings, &rendered, &head).expect("a letter");
    let mail = letter.to("Ann <ann@example.org>").expect("a mail");
    let bytes = [mail.head.as_slice(), letter.body()].concat();
    let text = std::str::from_utf8(&bytes).expect("a mail is ASCII");
    assert!(text.is_ascii(), "{subject:?}");
    let (headers, _) = text.split_once("\r\n\r\n").expect("an end of the headers");
    for name in ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"] {
        let n = headers
            .lines()
            .filter(|line| line.to_lowercase().starts_with(&format!("{}:", name.to_lowercase())))
            .count();
        assert_eq!(n, 1, "{name}: {headers}");
    }
    assert!(!headers.to_lowercase().contains("\nbcc:"), "{headers}");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "a bare line end for {subject:?}");
    assert!(text.split("\r\n").all(|line| line.len() <= 998));
}

fn is_line(text: &str) {
    assert!(!text.contains('\n'), "{text:?}");
    is_printable(text);
}

/// Neither controls nor what turns the direction of text or hides.
fn is_printable(text: &str) {
    let is_bad = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    assert!(!text.contains(is_bad), "{text:?}");
}
