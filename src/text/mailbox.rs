//! Mailboxes as people write them, checked once, in a form that every mail server takes.

use lettre::Address;
use lettre::message::Mailbox;

use super::clean;

/// Longest address (RFC 5321 section 4.5.3.1.3, without the brackets).
const ADDRESS_BYTES_MAX: usize = 254;

/// The mailbox with its domain in ASCII (IDNA) and its name in one clean line.
///
/// # Errors
/// No mailbox, or a local part that only servers with SMTPUTF8 take; in words.
pub fn parse(written: &str) -> Result<Mailbox, String> {
    let wrong = |reason: &str| reason.to_owned();
    if written.chars().any(char::is_control) {
        return Err(wrong("it holds a line break or another control character"));
    }
    let (name, address) = split(written.trim());
    let (local, domain) = address.rsplit_once('@').ok_or_else(|| wrong("there is no `@`"))?;
    if !local.is_ascii() {
        return Err(wrong("the part before `@` has letters that few mail servers take"));
    }
    let host = url::Host::parse(domain).map_err(|_| wrong("the part after `@` is no host name"))?;
    let url::Host::Domain(domain) = host else { return Err(wrong("the part after `@` is a number, not a name")) };
    let address = Address::new(local, domain.trim_end_matches('.'));
    let address = address.map_err(|_| wrong("expected `name@host` or `Name <name@host>`"))?;
    if AsRef::<str>::as_ref(&address).len() > ADDRESS_BYTES_MAX {
        return Err(wrong("it is longer than 254 characters"));
    }
    let name = clean::line(&name, 120);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// Name and address: `"Desk, night" <desk@example.org>` or the address alone.
fn split(written: &str) -> (String, &str) {
    let Some((name, address)) = written.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) else {
        return (String::new(), written);
    };
    let name = name.trim();
    let quoted = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
    (
        quoted.map_or_else(|| name.to_owned(), |quoted| quoted.replace("\\\"", "\"").replace("\\\\", "\\")),
        address.trim(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, name: Option<&str>, address: &str) {
        let found = parse(written).unwrap();
        assert_eq!((found.name.as_deref(), found.email.to_string().as_str()), (name, address), "{written}");
    }

    fn check_refused(written: &str, reason: &str) {
        let found = parse(written).unwrap_err();
        assert!(found.contains(reason), "{written:?}: {found}");
    }

    #[test]
    fn bare_and_named_mailboxes_are_taken() {
        check("desk@example.org", None, "desk@example.org");
        check(" Desk <desk@example.org> ", Some("Desk"), "desk@example.org");
        check("\"Desk, \\\"night\\\"\" <a.b+c@example.org>", Some("Desk, \"night\""), "a.b+c@example.org");
        check("Стол новостей 🚀 <desk@example.org>", Some("Стол новостей 🚀"), "desk@example.org");
    }

    #[test]
    fn a_foreign_domain_is_written_in_ascii() {
        check("desk@пример.рф", None, "desk@xn--e1afmkfd.xn--p1ai");
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        check_refused("desk", "no `@`");
        check_refused("", "no `@`");
        check_refused("стол@example.org", "before `@`");
        check_refused("desk@", "after `@`");
        check_refused("desk@127.0.0.1", "a number");
        check_refused("a b@example.org", "expected");
        check_refused("a@b@example.org", "expected");
        check_refused("desk@example.org>\r\nBcc: all@example.org", "line break");
        check_refused("Desk\n <desk@example.org>", "line break");
        check_refused(&format!("{}@{}example", "a".repeat(60), "b.".repeat(110)), "longer than 254");
    }
}
