//! `[[audience]]`: who is told, of what, and when.

mod schedule;

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::suggest;
use super::table::{Source, Table};
use super::values::{DAY, time_range};
use crate::domain::{Audience, Lang};
use crate::text::mailbox;

/// Reads every `[[audience]]`. `topics` are the keys that exist; `None` when a topic file could not be read.
pub fn read(root: &mut Table<'_>, source: &mut Source, topics: Option<&[String]>) -> Vec<Audience> {
    let tables = root.tables(source, "audience");
    if tables.is_empty() && !source.is_broken() {
        let message = "there is no `[[audience]]`: news is found and kept, but nobody is told";
        source.warn(root.at(), "audience", message.to_owned());
    }
    let mut names = BTreeSet::new();
    let mut audiences = Vec::new();
    for mut table in tables {
        let audience = audience(&mut table, source, topics);
        if !names.insert(audience.name.clone()) && !audience.name.is_empty() {
            table.wrong(source, "name", format!("a second audience \"{}\", expected another name", audience.name));
        }
        check_twice(&table, source, &audience, &audiences);
        table.finish(source);
        audiences.push(audience);
    }
    audiences
}

/// The audience of `table`; after a fault with stand-ins, since nobody will use it.
fn audience(table: &mut Table<'_>, source: &mut Source, topics: Option<&[String]>) -> Audience {
    let mut audience = Audience {
        name: name(table, source),
        to: recipients(table, source),
        topics: topic_keys(table, source, topics),
        on_development: table.choice(source, "on", &[("development", true)]).unwrap_or(false),
        slots: schedule::slots(table, source),
        timezone: schedule::timezone(table, source),
        quiet: table.parsed(source, "quiet", "two times of day such as \"22:00-07:00\"", time_range),
        urgent: schedule::urgent(table, source),
        wait: SignedDuration::from_mins(15),
        min_gap: SignedDuration::from_hours(4),
        max_per_day: 6,
        heartbeat: table.span(source, "heartbeat", DAY..=DAY * 366),
        stories_max: 25,
        per_outlet_max: 3,
        ahead_days: ahead_days(table, source),
        charts: table.boolean(source, "charts").unwrap_or(false),
        language: language(table, source),
    };
    table.set_span(source, "wait", SignedDuration::ZERO..=DAY, &mut audience.wait);
    table.set_span(source, "min_gap", SignedDuration::ZERO..=DAY * 7, &mut audience.min_gap);
    table.set_count(source, "max_per_day", 1..=1000, &mut audience.max_per_day);
    table.set_count(source, "stories_max", 1..=500, &mut audience.stories_max);
    table.set_count(source, "per_outlet_max", 1..=500, &mut audience.per_outlet_max);
    schedule::check(table, source, &audience);
    audience
}

/// Whole days; two months without the line.
fn ahead_days(table: &mut Table<'_>, source: &mut Source) -> u32 {
    let span = table.span(source, "ahead", SignedDuration::ZERO..=DAY * 730).unwrap_or(DAY * 60);
    u32::try_from(span.as_hours() / 24).unwrap_or_default()
}

/// Warns of an address that is told the same topic soon after a development by two audiences: one mail a person is
/// what a reader wants.
fn check_twice(table: &Table<'_>, source: &mut Source, audience: &Audience, earlier: &[Audience]) {
    let address = |text: &String| mailbox::parse(text).ok().map(|found| found.email.to_string().to_lowercase());
    let addresses: BTreeSet<String> = audience.to.iter().filter_map(address).collect();
    for other in earlier.iter().filter(|other| other.on_development && audience.on_development) {
        let topic = audience.topics.iter().find(|topic| other.topics.contains(topic));
        let twice = other.to.iter().filter_map(address).find(|address| addresses.contains(address));
        if let (Some(topic), Some(address)) = (topic, twice) {
            let message = format!("{address} is told of \"{topic}\" by the audience \"{}\" too: twice", other.name);
            table.doubtful(source, "to", message);
        }
    }
}

fn name(table: &mut Table<'_>, source: &mut Source) -> String {
    if !table.has("name") {
        table.missing(source, "name", "a name such as \"desk\"");
    }
    // It becomes part of a List-Id and of commands.
    let expected = "letters, digits, `-` and `_`, at most 64 characters";
    let name = table.parsed(source, "name", expected, |text| {
        let fits = !text.is_empty()
            && text.len() <= 64
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        fits.then(|| text.to_owned())
    });
    name.unwrap_or_default()
}

fn recipients(table: &mut Table<'_>, source: &mut Source) -> Vec<String> {
    let place = table.key("to");
    let all = table.placed_strings(source, "to");
    if !table.has("to") {
        table.missing(source, "to", "a list of mailboxes such as [\"desk@example.org\"]");
    } else if all.is_empty() && !source.faults.iter().any(|fault| fault.key == place) {
        table.wrong(source, "to", "found an empty list, expected at least one mailbox".to_owned());
    }
    let mut recipients: Vec<String> = Vec::new();
    let mut addresses = BTreeSet::new();
    for (text, at) in all {
        match mailbox::parse(&text) {
            Err(reason) => {
                let message = format!("found \"{text}\", expected a mailbox such as \"desk@example.org\": {reason}");
                source.fault(at, &place, message);
            }
            // One address under two names would be one mail twice.
            Ok(found) if !addresses.insert(found.email.to_string().to_lowercase()) => {
                source.fault(at, &place, format!("\"{text}\" stands here twice, expected it once"));
            }
            Ok(_) => recipients.push(text),
        }
    }
    recipients
}

/// The topics named, all topics when none is.
fn topic_keys(table: &mut Table<'_>, source: &mut Source, topics: Option<&[String]>) -> Vec<String> {
    let named = table.placed_strings(source, "topics");
    if !table.has("topics") {
        return topics.unwrap_or_default().to_vec();
    }
    let place = table.key("topics");
    if named.is_empty() && !source.faults.iter().any(|fault| fault.key == place) {
        table.wrong(
            source,
            "topics",
            "found an empty list, expected keys of topics, or no such line for all".to_owned(),
        );
    }
    for (key, at) in &named {
        if topics.is_some_and(|topics| !topics.contains(key)) {
            let hint = suggest::hint(key, topics.unwrap_or_default().iter().map(String::as_str));
            source.fault(*at, &place, format!("found \"{key}\", which no topic file has{hint}"));
        }
    }
    named.into_iter().map(|(key, _)| key).collect()
}

fn language(table: &mut Table<'_>, source: &mut Source) -> Lang {
    table.choice(source, "language", &[("en", Lang::En), ("ru", Lang::Ru)]).unwrap_or(Lang::En)
}

#[cfg(test)]
mod tests {
    use super::super::cases::{AUDIENCE, FEED, faulty, load_text};

    #[test]
    fn an_audience_needs_a_name_a_recipient_and_a_time() {
        faulty(
            "[[audience]]\n",
            &["2 audience[1].name: missing", "2 audience[1].to: missing", "2 audience[1].on: missing"][..],
        );
        let audience = |lines: &str| format!("[[audience]]\nname = \"d\"\nto = [\"a@b.org\"]\n{lines}");
        faulty(&audience("days = [\"mon\"]\non = \"development\"\n"), &["5 audience[1].days: days without `at`"]);
        faulty(&audience("at = \"07:30\"\ndays = [\"fun\"]\n"), &["6 audience[1].days: found \"fun\""]);
        faulty(&audience("at = \"07:30\"\nquiet = \"22-7\"\n"), &["6 audience[1].quiet: expected two times of day"]);
        faulty(
            &audience("at = \"07:30\"\ntopics = [\"us-russia-spce\"]\n"),
            &["6 audience[1].topics: did you mean `us-russia-space`?"],
        );
        faulty(
            &audience("at = \"07:30\"\ntimezone = \"Europe/Berln\"\n"),
            &["6 audience[1].timezone: did you mean \"Europe/Berlin\"?"],
        );
        faulty(&format!("{AUDIENCE}{AUDIENCE}"), &["7 audience[2].name: a second audience \"desk\""]);
        faulty(
            &audience("on = \"development\"\nto = []\n").replace("to = [\"a@b.org\"]\n", ""),
            &["5 audience[1].to: found an empty list"],
        );
    }

    #[test]
    fn an_audience_has_sane_defaults() {
        let config = load_text(&format!(
            "{FEED}[[audience]]\nname = \"d\"\nto = \"a@b.org\"\nat = \"7:30\"\ndays = [\"weekends\", \"fri\"]\ntimezone = \"europe/berlin\"\n"
        ));
        let audience = config.unwrap().audiences.remove(0);
        assert_eq!(audience.topics, ["us-russia-space"]);
        assert_eq!((audience.slots.days.len(), audience.timezone.as_str()), (3, "Europe/Berlin"));
        assert_eq!((audience.heartbeat, audience.ahead_days, audience.charts), (None, 60, false));
        assert_eq!((audience.on_development, audience.max_per_day, audience.stories_max), (false, 6, 25));
    }

    #[test]
    fn an_address_told_the_same_twice_is_a_doubt_and_told_otherwise_is_none() {
        let twice = |lines: &str| {
            let second = format!("[[audience]]\nname = \"b\"\nto = [\"Desk <DESK@example.org>\"]\n{lines}\n");
            load_text(&format!("{FEED}{AUDIENCE}{second}")).unwrap().warnings.len()
        };
        assert_eq!([twice("on = \"development\""), twice("at = \"07:30\"")], [1, 0]);
    }
}
