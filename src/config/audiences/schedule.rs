//! When an audience is told: `at`, `days`, `cron`, `urgent` and the zone that they are meant in.

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;

use super::super::suggest;
use super::super::table::{Source, Table};
use super::super::values::time_of_day;
use crate::domain::audience::{Audience, Slots, Urgency};

/// The times at which digests are due by the clock.
pub(super) fn slots(table: &mut Table<'_>, source: &mut Source) -> Slots {
    let expected = "five fields such as \"30 7 * * mon-fri\": minute, hour, day of month, month, day of week";
    Slots { times: times(table, source), days: days(table, source), cron: table.parsed(source, "cron", expected, cron) }
}

fn times(table: &mut Table<'_>, source: &mut Source) -> Vec<Time> {
    let mut times = Vec::new();
    for (text, at) in table.placed_strings(source, "at") {
        match time_of_day(&text) {
            Some(time) => times.push(time),
            None => {
                let message = format!("found \"{text}\", expected a time of day such as \"07:30\"");
                source.fault(at, &table.key("at"), message);
            }
        }
    }
    times.sort_unstable();
    times.dedup();
    times
}

fn cron(text: &str) -> Option<Cron> {
    CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build().parse(text).ok()
}

/// What may disturb in quiet hours.
pub(super) fn urgent(table: &mut Table<'_>, source: &mut Source) -> Vec<Urgency> {
    const NAMES: [(&str, Urgency); 4] = [
        ("official", Urgency::Official),
        ("denied", Urgency::Denied),
        ("several", Urgency::Several),
        ("changed", Urgency::Changed),
    ];
    let mut urgent = Vec::new();
    for (text, at) in table.placed_strings(source, "urgent") {
        match NAMES.iter().find(|(name, _)| *name == text) {
            Some((_, urgency)) => urgent.push(*urgency),
            None => {
                let message =
                    format!("found \"{text}\", expected \"official\", \"denied\", \"several\" or \"changed\"");
                source.fault(at, &table.key("urgent"), message);
            }
        }
    }
    urgent
}

/// Faults and doubts about how these keys go together.
pub(super) fn check(table: &mut Table<'_>, source: &mut Source, audience: &Audience) {
    if !table.has("on") && !table.has("at") && !table.has("cron") {
        let expected = "`on = \"development\"`, `at = \"07:30\"`, `cron` or several: this audience would never be told";
        table.missing(source, "on", expected);
    }
    if table.has("days") && !table.has("at") {
        table.wrong(source, "days", "days without `at` say nothing, expected both or neither".to_owned());
    }
    if !audience.urgent.is_empty() && !audience.on_development {
        let message = "urgent news without `on = \"development\"`, expected both or neither";
        table.wrong(source, "urgent", message.to_owned());
    }
    let Some(quiet) = audience.quiet else { return };
    if audience.slots.times.iter().any(|at| is_within(*at, quiet)) {
        let message = format!("inside the quiet hours: mailed when they end, at {}", quiet.1.strftime("%H:%M"));
        table.doubtful(source, "at", message);
    }
}

/// Whether `at` lies in the range, which may go over midnight.
fn is_within(at: Time, (from, to): (Time, Time)) -> bool {
    if from < to { (from..to).contains(&at) } else { at >= from || at < to }
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

/// The zone, by its canonical name.
pub(super) fn timezone(table: &mut Table<'_>, source: &mut Source) -> String {
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

#[cfg(test)]
mod tests {
    use super::super::super::cases::{AUDIENCE, FEED, faulty, load_text};

    fn slots(lines: &str) -> crate::domain::audience::Slots {
        load_text(&format!("{FEED}{AUDIENCE}{lines}\n")).unwrap().audiences.remove(0).slots
    }

    #[test]
    fn several_times_of_day_and_a_cron_expression_go_together() {
        let found = slots("at = [\"18:00\", \"7:30\", \"07:30\"]\ncron = \"0 12 1 * *\"");
        assert_eq!(found.times.iter().map(|time| time.to_string()).collect::<Vec<_>>(), ["07:30:00", "18:00:00"]);
        assert!(found.cron.is_some() && slots("").is_empty());
    }

    #[test]
    fn what_is_no_time_or_no_expression_is_told_with_its_place() {
        let audience = |lines: &str| format!("{AUDIENCE}{lines}\n");
        faulty(&audience("at = [\"07:30\", \"25:00\"]"), &["6 audience[1].at: found \"25:00\""]);
        for wrong in ["30 7 * *", "30 7 * * * *", "99 7 * * *", "every day"] {
            faulty(&audience(&format!("cron = \"{wrong}\"")), &["6 audience[1].cron: expected five fields"]);
        }
        faulty(&audience("urgent = [\"loud\"]"), &["6 audience[1].urgent: found \"loud\""]);
        faulty(&audience("heartbeat = \"1h\""), &["6 audience[1].heartbeat: expected a duration from 1d"]);
        let daily = audience("at = \"07:30\"\nurgent = [\"denied\"]").replace("on = \"development\"\n", "");
        faulty(&daily, &["6 audience[1].urgent: urgent news without `on"]);
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
