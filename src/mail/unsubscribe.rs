//! How a reader asks for no more mail: a mailbox to write to, and where there is one an address for a single click.

use lettre::message::Mailbox;

use super::compose::{Head, hash};
use crate::domain::policy::Unsubscribe;

/// What the headers say.
pub(super) struct Way {
    /// `List-Unsubscribe` (RFC 2369): the best way first.
    pub(super) header: String,
    /// Whether a single click does it (RFC 8058).
    pub(super) by_click: bool,
}

/// The ways for one recipient.
pub(super) fn way(settings: &Unsubscribe, head: &Head<'_>, to: &Mailbox, bounce: &Mailbox) -> Way {
    let by_mail = format!("<{}>", by_mail(settings, head.audience, bounce));
    let url = settings.url.as_ref().map(|url| url.replace("{token}", &token(head.instance, head.audience, to)));
    match url {
        Some(url) => Way { header: format!("<{url}>, {by_mail}"), by_click: true },
        None => Way { header: by_mail, by_click: false },
    }
}

/// The address that opens a mail which asks for no more: the same for every reader of the audience.
pub(super) fn by_mail(settings: &Unsubscribe, audience: &str, bounce: &Mailbox) -> String {
    let mailbox = settings.to.clone().unwrap_or_else(|| bounce.email.to_string());
    format!("mailto:{}?subject={}", encoded(&mailbox), encoded(&format!("unsubscribe {audience}")))
}

/// What stands for audience and recipient in the address: nobody can guess another one, and no address is in it.
pub fn token(instance: &str, audience: &str, to: &Mailbox) -> String {
    hash(&["unsubscribe", instance, audience, &to.email.to_string().to_ascii_lowercase()])
}

/// Text as part of a URL; an address stays readable.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"@.-_~+".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::mailbox;

    fn check(url: Option<&str>, to: Option<&str>, audience: &str) -> Way {
        let settings = Unsubscribe { to: to.map(str::to_owned), url: url.map(str::to_owned) };
        let head =
            Head { audience, topics: &[], digest_id: "1", instance: "i", at: jiff::Timestamp::UNIX_EPOCH, root: None };
        let mailbox = |text| mailbox::parse(text).unwrap();
        way(&settings, &head, &mailbox("Desk <desk@example.org>"), &mailbox("bounces@example.org"))
    }

    #[test]
    fn without_settings_one_writes_to_the_sender_and_nothing_is_promised_of_clicks() {
        let way = check(None, None, "Ночь, \"1\"");
        assert!(way.header.starts_with("<mailto:bounces@example.org?subject=unsubscribe%20%D0%9D"), "{}", way.header);
        assert!(way.header.is_ascii() && !way.header.contains([' ', '"']) && !way.by_click);
        assert!(check(None, Some("out@example.org"), "desk").header.starts_with("<mailto:out@example.org?"));
    }

    #[test]
    fn an_address_for_a_click_comes_first_and_hides_who_it_is() {
        let way = check(Some("https://news.example.org/out?t={token}"), None, "desk");
        let (click, mail) = way.header.split_once(", ").unwrap();
        let token = click.strip_prefix("<https://news.example.org/out?t=").unwrap().trim_end_matches('>');
        assert!(token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit()), "{token}");
        assert!(way.by_click && mail == "<mailto:bounces@example.org?subject=unsubscribe%20desk>");
        assert_ne!(way.header, check(Some("https://news.example.org/out?t={token}"), None, "night").header);
    }
}
