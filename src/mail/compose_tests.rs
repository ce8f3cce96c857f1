//! The bytes of a message, and what a receiver reads in them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::*;
use crate::domain::policy::{Dkim, Transport, Unsubscribe};
use crate::domain::signing::SigningKey;

fn settings(from: &str) -> MailSettings {
    MailSettings {
        from: from.to_owned(),
        bounce: None,
        unsubscribe: Unsubscribe::default(),
        dkim: None,
        transport: Transport::File { directory: "outbox".into() },
    }
}

fn rendered(subject: &str, text: &str) -> Rendered {
    Rendered {
        subject: subject.to_owned(),
        preheader: String::new(),
        text: text.to_owned(),
        html: format!("<!DOCTYPE html>\n<p>{text}</p>\n"),
    }
}

/// A message with its bytes.
#[derive(Debug, PartialEq)]
struct Whole {
    message: NewMessage,
    bytes: Vec<u8>,
}

fn whole(settings: &MailSettings, rendered: &Rendered, recipient: &str, head: &Head<'_>) -> Result<Whole, MailError> {
    let letter = Letter::new(settings, rendered, head)?;
    let message = letter.to(recipient)?;
    let bytes = [message.head.as_slice(), letter.body()].concat();
    Ok(Whole { message, bytes })
}

fn head<'a>(topics: &'a [String], root: Option<&'a str>) -> Head<'a> {
    Head {
        audience: "Morning desk",
        topics,
        digest_id: "42",
        instance: "a1b2",
        at: "2026-11-23T06:30:00Z".parse().unwrap(),
        root,
    }
}

fn composed_with(subject: &str, text: &str, recipient: &str, root: Option<&str>) -> Whole {
    let topics = ["US–Russia space".to_owned()];
    let settings = settings("orbitwire <orbitwire@news.example.org>");
    whole(&settings, &rendered(subject, text), recipient, &head(&topics, root)).unwrap()
}

fn composed(subject: &str) -> Whole {
    composed_with(subject, "Text\n", "Desk <desk@example.org>", None)
}

/// Header lines, unfolded.
fn headers(message: &Whole) -> Vec<String> {
    let text = String::from_utf8(message.bytes.clone()).unwrap();
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    head.replace("\r\n ", " ").split("\r\n").map(str::to_owned).collect()
}

fn header_of<'a>(headers: &'a [String], name: &str) -> &'a str {
    let mut found = headers.iter().filter_map(|line| line.strip_prefix(&format!("{name}: ")));
    let value = found.next().unwrap_or_else(|| panic!("no {name} in {headers:#?}"));
    assert!(found.next().is_none(), "{name} twice");
    value
}

#[test]
fn the_headers_are_these_each_once() {
    let headers = headers(&composed("ISS partnership extended — and 3 more"));
    let names: Vec<_> = headers.iter().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(
        names,
        [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "List-Id",
            "List-Unsubscribe",
            "Auto-Submitted",
            "Precedence",
            "X-Auto-Response-Suppress",
            "X-Orbitwire-Digest",
            "MIME-Version",
            "Content-Type",
        ]
    );
    assert_eq!(header_of(&headers, "Date"), "Mon, 23 Nov 2026 06:30:00 +0000");
    assert_eq!(header_of(&headers, "From"), "orbitwire <orbitwire@news.example.org>");
    assert_eq!(header_of(&headers, "To"), "Desk <desk@example.org>");
    assert_eq!(header_of(&headers, "Auto-Submitted"), "auto-generated");
    assert_eq!(header_of(&headers, "Precedence"), "list");
    assert_eq!(header_of(&headers, "MIME-Version"), "1.0");
    assert!(header_of(&headers, "List-Id").ends_with(" <morning-desk.orbitwire.news.example.org>"));
}

#[test]
fn a_message_composed_twice_is_the_same_message() {
    assert_eq!(composed("Subject"), composed("Subject"));
    let other = composed_with("Subject", "Text\n", "night@example.org", None);
    assert_ne!(other.message.message_id, composed("Subject").message.message_id);
}

#[test]
fn the_message_id_has_the_senders_domain_and_no_address() {
    let id = composed("Subject").message.message_id;
    assert!(id.starts_with("42.") && id.ends_with("@news.example.org") && !id.contains("desk"), "{id}");
}

#[test]
fn text_comes_first_and_html_last() {
    let text = String::from_utf8(composed("Subject").bytes).unwrap();
    let places: Vec<_> = ["multipart/alternative", "text/plain; charset=utf-8", "text/html; charset=utf-8"]
        .map(|part| text.find(part).unwrap_or_else(|| panic!("{part}\n{text}")))
        .into();
    assert!(places.is_sorted());
    assert_eq!(text.matches("--orbitwire-").count(), 3);
}

fn check_wire_format(message: &Whole) {
    assert!(message.bytes.is_ascii());
    let text = String::from_utf8(message.bytes.clone()).unwrap();
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "bare CR or LF");
    let longest = text.split("\r\n").map(str::len).max().unwrap();
    assert!(longest <= 998, "{longest}");
}

#[test]
fn every_line_is_ascii_ends_in_crlf_and_is_short() {
    check_wire_format(&composed("Subject"));
    check_wire_format(&composed(&"Роскосмос ".repeat(60)));
    let long = format!("{}\nа\r\nб\rв\n.\nFrom me\n", "x".repeat(5000));
    check_wire_format(&composed_with("S", &long, &format!("{} <desk@example.org>", "имя ".repeat(30)), None));
    check_wire_format(&composed_with("S", &"ж".repeat(5000), "desk@example.org", None));
}

#[test]
fn a_russian_subject_is_encoded_in_whole_characters() {
    let subject = "Роскосмос и НАСА продлили соглашение о перекрёстных полётах — и ещё 3";
    let headers = headers(&composed(subject));
    let encoded = header_of(&headers, "Subject");
    // Blanks between two encoded words do not count, others do (RFC 2047 section 6.2).
    let mut decoded = String::new();
    let mut was_encoded = true;
    for word in encoded.split(' ') {
        assert!(word.len() <= 75, "{word}");
        let inside = word.strip_prefix("=?utf-8?b?").and_then(|w| w.strip_suffix("?="));
        if !(was_encoded && inside.is_some()) {
            decoded.push(' ');
        }
        was_encoded = inside.is_some();
        let whole =
            inside.map(|inside| String::from_utf8(BASE64.decode(inside).unwrap()).expect("a character is split"));
        decoded.push_str(&whole.unwrap_or_else(|| word.to_owned()));
    }
    assert_eq!(decoded, subject);
}

#[test]
fn nothing_in_a_field_becomes_a_header() {
    let evil = "News\r\nBcc: all@example.org\r\n\r\nbody \u{202e}";
    let message = composed(evil);
    assert_eq!(message.message.subject, "News Bcc: all@example.org body");
    let plain = headers(&composed("News")).len();
    assert_eq!(headers(&message).len(), plain);
    let topics = [evil.to_owned()];
    let head = Head {
        audience: evil,
        topics: &topics,
        digest_id: "1",
        instance: evil,
        at: Timestamp::UNIX_EPOCH,
        root: Some(evil),
    };
    let message = whole(&settings("o@example.org"), &rendered("News", "x"), "d@example.org", &head).unwrap();
    assert_eq!(headers(&message).len(), plain);
    assert!(!headers(&message).iter().any(|line| line.starts_with("Bcc")));
}

#[test]
fn all_mails_of_a_thread_refer_to_its_root() {
    let headers = headers(&composed_with("S", "T", "desk@example.org", Some("thread.1@example.org")));
    assert_eq!(header_of(&headers, "In-Reply-To"), "<thread.1@example.org>");
    assert_eq!(header_of(&headers, "References"), "<thread.1@example.org>");
    let settings = settings("o@example.org");
    let thread = root(&settings, "a1b2", "desk", "story-7").unwrap();
    assert_eq!(thread, root(&settings, "a1b2", "desk", "story-7").unwrap());
    assert_ne!(thread, root(&settings, "a1b2", "desk", "story-8").unwrap());
    assert!(thread.ends_with("@example.org"), "{thread}");
}

#[test]
fn one_click_is_offered_where_there_is_an_address_for_it() {
    let click = MailSettings {
        unsubscribe: Unsubscribe { to: None, url: Some("https://news.example.org/out?t={token}".into()) },
        ..settings("o@example.org")
    };
    let headers = headers(&whole(&click, &rendered("S", "T"), "d@example.org", &head(&[], None)).unwrap());
    assert_eq!(header_of(&headers, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let ways = header_of(&headers, "List-Unsubscribe");
    assert!(
        ways.starts_with("<https://news.example.org/out?t=") && ways.contains(">, <mailto:o@example.org?"),
        "{ways}"
    );
}

#[test]
fn a_signature_stands_on_top_and_without_its_key_nothing_is_made() {
    let key = include_bytes!("testdata/dkim.key.pem");
    let dkim = |key| Dkim { domain: "example.org".into(), selector: "s1".into(), key };
    let signed = MailSettings { dkim: Some(dkim(SigningKey::from_pem(key).ok())), ..settings("o@example.org") };
    let message = whole(&signed, &rendered("Тема", "T"), "d@example.org", &head(&[], None)).unwrap();
    assert!(message.bytes.starts_with(b"DKIM-Signature: v=1; a=rsa-sha256;"));
    check_wire_format(&message);
    let unsigned = MailSettings { dkim: Some(dkim(None)), ..settings("o@example.org") };
    let refused = whole(&unsigned, &rendered("S", "T"), "d@example.org", &head(&[], None)).unwrap_err();
    assert!(matches!(refused, MailError::Sign), "{refused}");
}

#[test]
fn recipients_share_a_body_and_nothing_else() {
    let (settings, rendered, head) = (settings("o@example.org"), rendered("S", "T"), head(&[], None));
    let letter = Letter::new(&settings, &rendered, &head).unwrap();
    let [a, b] = ["a@example.org", "b@example.org"].map(|to| String::from_utf8(letter.to(to).unwrap().head).unwrap());
    assert!(a.contains("To: a@example.org") && !a.contains("b@example.org"), "{a}");
    assert!(b.contains("To: b@example.org") && !b.contains("a@example.org"), "{b}");
    assert!(a.ends_with("\r\n\r\n") && letter.body().starts_with(b"--orbitwire-"));
}

#[test]
fn the_bounce_address_is_the_envelope_sender_only() {
    let head = Head { audience: "Ночь", ..head(&[], None) };
    let settings = MailSettings { bounce: Some("bounces@example.org".into()), ..settings("o@пример.рф") };
    let message = whole(&settings, &rendered("S", "T"), "d@example.org", &head).unwrap();
    assert_eq!(message.message.envelope_from, "bounces@example.org");
    assert_eq!(message.message.envelope_to, "d@example.org");
    let headers = headers(&message);
    assert_eq!(header_of(&headers, "From"), "o@xn--e1afmkfd.xn--p1ai");
    assert!(header_of(&headers, "List-Id").ends_with(".orbitwire.xn--e1afmkfd.xn--p1ai>"));
}

#[test]
fn a_bad_recipient_is_said_clearly() {
    let refused = whole(&settings("o@example.org"), &rendered("S", "T"), "desk@", &head(&[], None)).unwrap_err();
    assert_eq!(refused.to_string(), "`desk@` is no mailbox that can be used: the part after `@` is no host name");
}

#[test]
fn a_picture_stands_beside_the_html_that_shows_it() {
    let topics = ["Space".to_owned()];
    let picture = Picture { content_id: "coverage@orbitwire".into(), png: b"\x89PNG".to_vec() };
    let bytes = |picture: Option<Picture>| {
        let (settings, head) = (settings("o@example.org"), head(&topics, None));
        let letter = Letter::with_picture(&settings, &rendered("News", "x"), picture.as_ref(), &head).unwrap();
        String::from_utf8([letter.to("d@example.org").unwrap().head.as_slice(), letter.body()].concat()).unwrap()
    };
    let mail = bytes(Some(picture.clone()));
    let order = ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"];
    let places: Vec<_> = order.iter().map(|part| mail.find(part).unwrap_or_else(|| panic!("{part}: {mail}"))).collect();
    assert!(places.is_sorted() && mail.contains("Content-ID: <coverage@orbitwire>") && mail.contains("inline"));
    assert_eq!(bytes(Some(picture)), mail, "the same bytes again");
    assert!(!bytes(None).contains("related"));
}
