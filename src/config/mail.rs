//! `[mail]`: how digests leave.

use std::net::IpAddr;

use jiff::SignedDuration;

use super::secret::{self, Secrets};
use super::table::{Source, Table};
use super::values::{MINUTE, SECOND, is_mailbox};
use super::{sender, signing};
use crate::domain::policy::{MailSettings, Mechanism, SmtpSettings, Tls, Transport};
use crate::domain::secret::Secret;
use crate::text::url::is_this_machine;

/// The sender as long as mails go to files; a mail server needs a real one.
const FROM: &str = "orbitwire <orbitwire@localhost>";
/// Keys that only a mail server has.
const SMTP_KEYS: [&str; 7] = ["host", "port", "tls", "allow_plain", "user", "auth", "ca_file"];
/// Where Debian and most others have it.
const SENDMAIL: &str = "/usr/sbin/sendmail";

/// Which way out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    File,
    Maildir,
    Sendmail,
    Smtp,
}

/// Reads `[mail]`; the password is resolved only when a server is to see it.
pub fn read(root: &mut Table<'_>, source: &mut Source, secrets: &Secrets) -> MailSettings {
    let mut table = root.section(source, "mail");
    let ways = [("file", Way::File), ("smtp", Way::Smtp), ("sendmail", Way::Sendmail), ("maildir", Way::Maildir)];
    let way = table.choice(source, "transport", &ways).unwrap_or(Way::File);
    let from = mailbox(&mut table, source, "from");
    if matches!(way, Way::Smtp | Way::Sendmail) && !table.has("from") {
        table.missing(source, "from", "the sender, such as \"orbitwire <orbitwire@example.org>\"");
    }
    let bounce = mailbox(&mut table, source, "bounce");
    let unsubscribe = sender::unsubscribe(&mut table, source);
    let dkim = signing::read(&mut table, source, secrets, from.as_deref());
    let directory = secrets.base.join(table.string(source, "directory").unwrap_or_else(|| "outbox".to_owned()));
    let mut timeout = MINUTE;
    table.set_span(source, "timeout", SECOND..=SignedDuration::from_mins(10), &mut timeout);
    let command = table.strings(source, "command");
    let transport = match way {
        Way::Smtp => Transport::Smtp(smtp(&mut table, source, secrets, timeout)),
        _ => {
            note_idle_keys(&mut table, source);
            match way {
                Way::Sendmail => Transport::Sendmail { command: sendmail(&mut table, source, command), timeout },
                Way::Maildir => Transport::Maildir { directory },
                _ => Transport::File { directory },
            }
        }
    };
    table.finish(source);
    MailSettings { from: from.unwrap_or_else(|| FROM.to_owned()), bounce, unsubscribe, dkim, transport }
}

fn sendmail(table: &mut Table<'_>, source: &mut Source, command: Option<Vec<String>>) -> Vec<String> {
    let command = command.unwrap_or_else(|| vec![SENDMAIL.to_owned()]);
    let program = command.first().map(std::path::Path::new);
    match program {
        Some(program) if program.is_absolute() && !program.is_file() => {
            let message = format!("`{}` is not a file, expected a program like sendmail", program.display());
            let place = if table.has("command") { "command" } else { "transport" };
            table.wrong(source, place, message);
        }
        None => table.wrong(source, "command", "an empty list, expected a program and its arguments".to_owned()),
        _ => {}
    }
    command
}

pub(super) fn mailbox(table: &mut Table<'_>, source: &mut Source, name: &'static str) -> Option<String> {
    let expected = "a mailbox such as \"desk@example.org\" or \"Desk <desk@example.org>\"";
    table.parsed(source, name, expected, |text| is_mailbox(text).then(|| text.to_owned()))
}

/// Someone who switches back to files for a day should not have to delete the server's lines.
fn note_idle_keys(table: &mut Table<'_>, source: &mut Source) {
    let mut idle = SMTP_KEYS.to_vec();
    idle.retain(|key| table.has(key));
    idle.extend(secret::given(table));
    if let Some(first) = idle.first() {
        table.doubtful(source, first, "does nothing as long as `transport` is not \"smtp\"".to_owned());
    }
}

fn smtp(table: &mut Table<'_>, source: &mut Source, secrets: &Secrets, timeout: SignedDuration) -> SmtpSettings {
    let host = host(table, source);
    let kinds = [("implicit", Tls::Implicit), ("starttls", Tls::StartTls), ("none", Tls::None)];
    let tls = table.choice(source, "tls", &kinds).unwrap_or(Tls::Implicit);
    let mut port = match tls {
        Tls::Implicit => 465,
        Tls::StartTls => 587,
        Tls::None => 25,
    };
    table.set_count(source, "port", 1..=65_535, &mut port);
    let ca_file = table.string(source, "ca_file").map(|path| secrets.base.join(path));
    if let Some(path) = ca_file.as_ref().filter(|path| !path.is_file()) {
        table.wrong(source, "ca_file", format!("`{}` is not a file, expected a PEM file", path.display()));
    }
    let is_plain_allowed = table.boolean(source, "allow_plain").unwrap_or(false);
    if tls == Tls::None && !is_plain_allowed && !is_loopback(&host) {
        let message = "mail to another machine would be readable on the way, expected \"implicit\" or \"starttls\" \
                       (or `allow_plain = true` beside it)";
        table.wrong(source, "tls", message.to_owned());
    }
    let (user, password) = login(table, source, secrets);
    let ways = [("plain", Mechanism::Plain), ("login", Mechanism::Login), ("xoauth2", Mechanism::XOAuth2)];
    let auth = table.choice(source, "auth", &ways);
    if auth.is_some() && user.is_none() {
        table.wrong(source, "auth", "a way to log in without `user`, expected both or neither".to_owned());
    }
    SmtpSettings { host, port, tls, user, password, auth, ca_file, timeout }
}

fn host(table: &mut Table<'_>, source: &mut Source) -> String {
    if !table.has("host") {
        table.missing(source, "host", "the name of the mail server, as `transport` is \"smtp\"");
    }
    let expected = "a host name without scheme or port, such as \"mail.example.org\"";
    let host = table.parsed(source, "host", expected, |text| {
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        let fits = bare.parse::<IpAddr>().is_ok() || url::Host::parse(bare).is_ok();
        (fits && !bare.is_empty()).then(|| bare.to_owned())
    });
    host.unwrap_or_default()
}

/// Whether `host` is this machine, by name or address; an empty one has its own fault already.
fn is_loopback(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    host.is_empty()
        || is_this_machine(&name)
        || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

fn login(table: &mut Table<'_>, source: &mut Source, secrets: &Secrets) -> (Option<String>, Option<Secret>) {
    let user = table.string(source, "user");
    let given = secret::given(table);
    match (&user, given.first()) {
        (None, Some(key)) if !table.has("user") => {
            table.wrong(source, key, "a password without `user`, expected both or neither".to_owned());
        }
        (Some(_), None) => {
            let message = "a user without a password, expected `password_file`, `password_command` or \
                           `password_credential` beside it";
            table.wrong(source, "user", message.to_owned());
        }
        _ => {}
    }
    let password = secrets.renewed(table, source);
    (user, password)
}
