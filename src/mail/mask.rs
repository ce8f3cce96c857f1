//! Words of a server without the addresses in them: they end up in logs and reasons.

/// Masks what stands before each `@`: `desk@example.org` becomes `d…@example.org`.
pub fn addresses(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut parts = text.split('@').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            masked.push_str(part);
            break;
        }
        let start = local_start(part);
        let (before, local) = part.split_at(start);
        masked.push_str(before);
        masked.extend(local.chars().next());
        masked.push_str("…@");
    }
    masked
}

/// Where the local part begins at the end of `text`. Inside an address of the web it begins behind the last separator,
/// for the rest says where to look.
fn local_start(text: &str) -> usize {
    let behind = |at: usize| at + text[at..].chars().next().map_or(1, char::len_utf8);
    let word = text.rfind(char::is_whitespace).map_or(0, behind);
    let is_in_url = text[word..].contains("://");
    let ends = |c: char| !is_local(c) || (is_in_url && "/?=&".contains(c));
    text.rfind(ends).map_or(0, behind)
}

/// Letters that a local part may have without quotes (RFC 5322 section 3.2.3), Unicode letters included (RFC 6531).
fn is_local(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(addresses(text), expected);
    }

    #[test]
    fn local_parts_are_masked_wherever_they_stand() {
        check("550 5.1.1 <desk.chief+x@example.org>: unknown", "550 5.1.1 <d…@example.org>: unknown");
        check("to a@b.example, пост@c.example", "to a…@b.example, п…@c.example");
        check("@ alone, a@@b", "…@ alone, a…@…@b");
    }

    #[test]
    fn a_link_keeps_all_but_the_address_in_it() {
        check(
            "Blocked; see https://bl.example/lookup?ip=192.0.2.1&rcpt=b.c@example.org for help",
            "Blocked; see https://bl.example/lookup?ip=192.0.2.1&rcpt=b…@example.org for help",
        );
        check("see http://x.example/a/desk@example.org", "see http://x.example/a/d…@example.org");
        check("see https://x.example/ a=b/c@example.org", "see https://x.example/ a…@example.org");
    }

    #[test]
    fn other_words_stay() {
        check("451 4.7.1 greylisted, try again", "451 4.7.1 greylisted, try again");
    }
}
