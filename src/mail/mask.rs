//! Words of a server without the addresses in them: they end up in logs and reasons.

/// Masks what stands before each `@`: `desk@example.org` becomes `d…@example.org`.
pub(super) fn addresses(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut parts = text.split('@').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            masked.push_str(part);
            break;
        }
        let start =
            part.rfind(|c: char| !is_local(c)).map_or(0, |at| at + part[at..].chars().next().map_or(1, char::len_utf8));
        let (before, local) = part.split_at(start);
        masked.push_str(before);
        masked.extend(local.chars().next());
        masked.push_str("…@");
    }
    masked
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
    fn other_words_stay() {
        check("451 4.7.1 greylisted, try again", "451 4.7.1 greylisted, try again");
    }
}
