//! `[[audience]]`: who is told, of what, and when.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;

use super::suggest;
use super::table::{Source, Table};
use super::values::{DAY, time_of_day, time_range};
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
        at: table.parsed(source, "at", "a time of day such as \"07:30\"", time_of_day),
        days: days(table, source),
        timezone: timezone(table, source),
        quiet: table.parsed(source, "quiet", "two times of day such as \"22:00-07:00\"", time_range),
        wait: SignedDuration::from_mins(15),
        min_gap: SignedDuration::from_hours(4),
        max_per_day: 6,
        stories_max: 25,
        per_outlet_max: 3,
        language: language(table, source),
    };
    table.set_span(source, "wait", SignedDuration::ZERO..=DAY, &mut audience.wait);
    table.set_span(source, "min_gap", SignedDuration::ZERO..=SignedDuration::from_hours(7 * 24), &mut audience.min_gap);
    table.set_count(source, "max_per_day", 1..=1000, &mut audience.max_per_day);
    table.set_count(source, "stories_max", 1..=500, &mut audience.stories_max);
    table.set_count(source, "per_outlet_max", 1..=500, &mut audience.per_outlet_max);
    check_schedule(table, source, &audience);
    audience
}

fn check_schedule(table: &mut Table<'_>, source: &mut Source, audience: &Audience) {
    if !table.has("on") && !table.has("at") {
        table.missing(
            source,
            "on",
            "`on = \"development\"`, `at = \"07:30\"` or both: this audience would never be told",
        );
    }
    if table.has("days") && !table.has("at") {
        table.wrong(source, "days", "days without `at` say nothing, expected both or neither".to_owned());
    }
    if let (Some(at), Some(quiet)) = (audience.at, audience.quiet)
        && is_within(at, quiet)
    {
        let message = format!("inside the quiet hours: mailed when they end, at {}", quiet.1.strftime("%H:%M"));
        table.doubtful(source, "at", message);
    }
}

/// Whether `at` lies in the range, which may go over midnight.
fn is_within(at: Time, (from, to): (Time, Time)) -> bool {
    if from < to { (from..to).contains(&at) } else { at >= from || at < to }
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

fn days(table: &mut Table<'_>, source: &mut Source) -> Vec<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let mut days = Vec::new();
    for (text, at) in table.placed_strings(source, "days") {
        let word = text.to_lowercase();
        let named = NAMES.iter().enumerate().filter(|(i, (name, _))| match word.as_str() {
            "weekdays" => *i < 5,
            "weekends" => *i >= 5,
            word => *name == word || name.get(..3) == Some(word),
        });
        let before = days.len();
        days.extend(named.map(|(_, (_, day))| *day));
        if days.len() == before {
            let message = format!("found \"{text}\", expected \"mon\" … \"sun\", \"weekdays\" or \"weekends\"");
            source.fault(at, &table.key("days"), message);
        }
    }
    days.sort_by_key(|day| day.to_monday_zero_offset());
    days.dedup();
    days
}

fn timezone(table: &mut Table<'_>, source: &mut Source) -> String {
    let Some(name) = table.string(source, "timezone") else { return "UTC".to_owned() };
    match TimeZone::get(&name).ok().and_then(|zone| zone.iana_name().map(str::to_owned)) {
        Some(canonical) => canonical,
        None => {
            let zones: Vec<_> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
            let hint = match suggest::nearest(&name, zones.iter().map(String::as_str)) {
                Some(zone) => format!(", did you mean \"{zone}\"?"),
                None => ", expected a name of the IANA database such as \"Europe/Berlin\"".to_owned(),
            };
            table.wrong(source, "timezone", format!("no time zone is called \"{name}\"{hint}"));
            "UTC".to_owned()
        }
    }
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
        assert_eq!((audience.days.len(), audience.timezone.as_str()), (3, "Europe/Berlin"));
        assert_eq!((audience.on_development, audience.max_per_day, audience.stories_max), (false, 6, 25));
    }

    #[test]
    fn a_slot_in_the_quiet_hours_is_told_but_lived_with() {
        let quiet = |at: &str| {
            let text = format!("{FEED}{AUDIENCE}at = \"{at}\"\nquiet = \"22:00-07:00\"\n");
            load_text(&text).unwrap().warnings.len()
        };
        assert_eq!([quiet("06:59"), quiet("22:00"), quiet("07:00"), quiet("21:59")], [1, 1, 0, 0]);
    }
}
