//! DKIM signatures (RFC 6376): relaxed/relaxed, RSA or Ed25519 (RFC 8463).
//!
//! Our own hundred lines on `ring`, which TLS brings anyway: the crate made for it verifies more than it signs and
//! wants a DNS resolver and a second set of cryptography.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;

use crate::domain::policy::Dkim;

/// What is signed where it is there: everything that a reader or a mail program goes by.
const SIGNED: [&str; 15] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "auto-submitted",
    "reply-to",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];
/// Signed once more than they are there, so that nobody can add a second one.
const SEALED: [&str; 4] = ["from", "to", "subject", "date"];
/// Columns of a folded header.
const COLUMNS: usize = 76;

/// The hash of a body, for all messages that have it (RFC 6376 section 3.4.4).
pub(super) fn body_hash(body: &[u8]) -> String {
    BASE64.encode(ring::digest::digest(&ring::digest::SHA256, &relaxed_body(body)))
}

/// The header `DKIM-Signature` for `head` (header lines with CRLF); `None` when it cannot be signed.
pub(super) fn signature(dkim: &Dkim, head: &str, body_hash: &str, at: Timestamp) -> Option<String> {
    let key = dkim.key.as_ref()?;
    let fields = fields(head);
    let names = names_signed(&fields);
    let mut header = format!(
        "DKIM-Signature: v=1; a={}; c=relaxed/relaxed;\r\n d={}; s={}; t={};\r\n bh={body_hash};\r\n{};\r\n b=",
        key.algorithm(),
        dkim.domain,
        dkim.selector,
        at.as_second().max(0),
        folded(" h=", &names),
    );
    let b = key.sign(to_sign(&fields, &names, &header).as_bytes())?;
    let mut chunks = b.as_bytes().chunks(COLUMNS - 3).map(String::from_utf8_lossy);
    header.extend(chunks.next());
    for chunk in chunks {
        header.push_str("\r\n ");
        header.push_str(&chunk);
    }
    header.push_str("\r\n");
    Some(header)
}

/// The header fields, as written but without their last line end.
fn fields(head: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut start = 0;
    for (end, _) in head.match_indices("\r\n") {
        let goes_on = head.get(end + 2..).is_some_and(|rest| rest.starts_with([' ', '\t']));
        if !goes_on {
            fields.extend(head.get(start..end).filter(|field| !field.is_empty()));
            start = end + 2;
        }
    }
    fields
}

fn names_signed(fields: &[&str]) -> Vec<&'static str> {
    let n = |name: &str| fields.iter().filter(|field| name_of(field).eq_ignore_ascii_case(name)).count();
    let present = SIGNED.iter().flat_map(|name| std::iter::repeat_n(*name, n(name)));
    present.chain(SEALED).collect()
}

fn name_of(field: &str) -> &str {
    field.split(':').next().unwrap_or_default().trim_end()
}

fn folded(begin: &str, names: &[&str]) -> String {
    let mut lines = String::new();
    let mut line = begin.to_owned();
    for (nth, name) in names.iter().enumerate() {
        let colon = if nth == 0 { "" } else { ":" };
        if line.len() + colon.len() + name.len() > COLUMNS {
            lines.push_str(&format!("{line}{colon}\r\n"));
            line = format!(" {name}");
        } else {
            line.push_str(&format!("{colon}{name}"));
        }
    }
    lines + &line
}

/// The text that is signed: each named field, the last of its name first (section 5.4.2), then the unfinished header.
fn to_sign(fields: &[&str], names: &[&str], header: &str) -> String {
    let mut left: Vec<&str> = fields.to_vec();
    let mut text = String::new();
    for name in names {
        if let Some(at) = left.iter().rposition(|field| name_of(field).eq_ignore_ascii_case(name)) {
            text.push_str(&relaxed_field(left.remove(at)));
            text.push_str("\r\n");
        }
    }
    text + &relaxed_field(header)
}

/// Section 3.4.2: name in small letters, lines unfolded, white space as one blank, none at the ends.
fn relaxed_field(field: &str) -> String {
    let (name, value) = field.split_once(':').unwrap_or((field, ""));
    let value = value.replace("\r\n", "");
    let words: Vec<&str> = value.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
    format!("{}:{}", name.trim_end().to_ascii_lowercase(), words.join(" "))
}

/// Section 3.4.4: white space as one blank, none at line ends, no empty lines at the end.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut relaxed = Vec::with_capacity(body.len());
    let mut n_kept = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let end = line.iter().rposition(|byte| !b" \t".contains(byte)).map_or(0, |at| at + 1);
        let line = line.get(..end).unwrap_or_default();
        let mut was_blank = false;
        for byte in line {
            let is_blank = matches!(byte, b' ' | b'\t');
            if !(is_blank && was_blank) {
                relaxed.push(if is_blank { b' ' } else { *byte });
            }
            was_blank = is_blank;
        }
        relaxed.extend_from_slice(b"\r\n");
        if !line.is_empty() {
            n_kept = relaxed.len();
        }
    }
    relaxed.truncate(n_kept);
    relaxed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::signing::SigningKey;

    // The example of RFC 8463 appendix A, whose signature another implementation made.
    const HEAD: &str = "From: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\n\
                        Subject: Is dinner ready?\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n\
                        Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n";
    const BODY: &[u8] = b"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n\r\n";
    const KEY: &str = "-----BEGIN PRIVATE KEY-----\n\
                       MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
                       -----END PRIVATE KEY-----\n";

    #[test]
    fn the_example_of_the_standard_comes_out_as_there() {
        assert_eq!(body_hash(BODY), "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
        let key = SigningKey::from_pem(KEY.as_bytes()).unwrap();
        assert_eq!(key.record(), "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        let names = ["from", "to", "subject", "date", "message-id", "from", "subject", "date"];
        let header = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com; \
                      i=@football.example.com;\r\n q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n subject : date \
                      : message-id : from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=";
        let signed = key.sign(to_sign(&fields(HEAD), &names, header).as_bytes());
        let expected = "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==";
        assert_eq!(signed.as_deref(), Some(expected));
    }

    #[test]
    fn the_header_names_what_it_signs_and_its_lines_are_short() {
        let dkim = Dkim {
            domain: "football.example.com".to_owned(),
            selector: "brisbane".to_owned(),
            key: SigningKey::from_pem(KEY.as_bytes()).ok(),
        };
        let header = signature(&dkim, HEAD, &body_hash(BODY), Timestamp::from_second(1_528_637_909).unwrap()).unwrap();
        assert!(header.starts_with("DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d="), "{header}");
        assert!(header.split("\r\n").all(|line| line.len() <= 78), "{header}");
        let plain = header.replace("\r\n ", "");
        assert!(plain.contains("h=from:to:subject:date:message-id:from:to:subject:date;"), "{plain}");
        assert!(plain.contains("t=1528637909;"), "{plain}");
    }

    #[test]
    fn fields_and_bodies_are_relaxed_as_the_standard_says() {
        assert_eq!(relaxed_field("SubJect \t:  a\t b\r\n  c \t"), "subject:a b c");
        assert_eq!(fields("A: 1\r\n 2\r\nB: 3\r\n\r\n"), ["A: 1\r\n 2", "B: 3"]);
        let check = |body: &str, expected: &str| {
            assert_eq!(String::from_utf8(relaxed_body(body.as_bytes())).unwrap(), expected, "{body:?}");
        };
        check(" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n");
        check("", "");
        check("\r\n\r\n", "");
        check("no end", "no end\r\n");
    }
}
