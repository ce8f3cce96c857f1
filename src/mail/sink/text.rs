//! Reading what a client says.

/// What stands in angle brackets.
pub(super) fn bracketed(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

/// The value of a header, unfolded.
pub(super) fn header(bytes: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(bytes);
    let head = text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
    let found = head.lines().find_map(|line| line.split_once(':').filter(|(n, _)| n.eq_ignore_ascii_case(name)));
    found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

/// RFC 4648, whatever is no digit left out.
pub(super) fn unbase64(text: &str) -> Vec<u8> {
    let digit = |b: u8| match b {
        b'A'..=b'Z' => Some(b - b'A'),
        b'a'..=b'z' => Some(b - b'a' + 26),
        b'0'..=b'9' => Some(b - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bytes, mut group, mut n_bits) = (Vec::new(), 0u32, 0);
    for value in text.bytes().filter_map(digit) {
        group = (group << 6 | u32::from(value)) & 0x3fff;
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((group >> n_bits & 0xff) as u8);
        }
    }
    bytes
}
