//! DKIM, as configured: a selector, a key, and for which domain.

use super::secret::Secrets;
use super::table::{Source, Table};
use crate::domain::policy::Dkim;
use crate::domain::signing::SigningKey;
use crate::text::mailbox;

const KEYS: [&str; 2] = ["dkim_key_file", "dkim_key_credential"];

/// Reads the keys `dkim_…` of `[mail]`; a key that cannot sign is a fault, since no mail shall leave without what was
/// asked for.
pub(super) fn read(table: &mut Table<'_>, source: &mut Source, secrets: &Secrets, from: Option<&str>) -> Option<Dkim> {
    let expected = "the name of the key in the DNS, such as \"orbitwire\" for orbitwire._domainkey.example.org";
    let selector = table.parsed(source, "dkim_selector", expected, |text| is_name(text).then(|| text.to_owned()));
    let expected = "a domain such as \"example.org\"";
    let domain = table.parsed(source, "dkim_domain", expected, ascii_domain);
    let has_key = KEYS.iter().filter(|key| table.has(key)).count() > 0;
    let contents = secrets.contents(table, source, &KEYS);
    if !table.has("dkim_selector") {
        if has_key {
            table.missing(source, "dkim_selector", expected_beside_key());
        }
        return None;
    }
    if !has_key {
        table.missing(source, "dkim_key_file", "a PEM file with the private key, or `dkim_key_credential`");
    }
    let of_sender = from.and_then(|from| mailbox::parse(from).ok()).map(|from| from.email.domain().to_owned());
    if let (Some(domain), Some(sender)) = (&domain, &of_sender)
        && sender != domain
        && !sender.ends_with(&format!(".{domain}"))
    {
        let message = format!("signs for `{domain}`, and mails come from `{sender}`: receivers will not count it");
        table.doubtful(source, "dkim_domain", message);
    }
    let key = match contents.map(|(key, bytes)| (key, SigningKey::from_pem(&bytes))) {
        Some((_, Ok(key))) => Some(key),
        Some((key, Err(message))) => {
            table.wrong(source, key, message);
            None
        }
        None => None,
    };
    Some(Dkim { domain: domain.or(of_sender)?, selector: selector?, key })
}

fn expected_beside_key() -> &'static str {
    "the name of the key in the DNS, such as \"orbitwire\", beside its key"
}

/// Labels of letters, digits and hyphens.
fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.len() <= 63 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    text.len() <= 190 && text.split('.').all(is_label)
}

fn ascii_domain(text: &str) -> Option<String> {
    match url::Host::parse(text) {
        Ok(url::Host::Domain(domain)) if is_name(&domain) => Some(domain),
        _ => None,
    }
}
