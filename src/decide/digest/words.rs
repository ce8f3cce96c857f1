//! The words that composing adds around the outlets' own, in every language of the frame.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::domain::item::Lang;
use crate::domain::outlet::OutletKind;
use crate::domain::story::{Confirmation, DevelopmentKind};

/// Every phrase in one language.
pub(super) struct Words {
    lang: Lang,
    kinds: [&'static str; 6],
    pub(super) only_government: &'static str,
    pub(super) only_agencies: &'static str,
    pub(super) only_state: &'static str,
    pub(super) one_source: &'static str,
    pub(super) official: &'static str,
    pub(super) denied: &'static str,
    pub(super) primary: &'static str,
    pub(super) changed: &'static str,
    pub(super) confirmed: &'static str,
    pub(super) independent: &'static str,
    pub(super) latest: &'static str,
    /// Before the name of a feed in the subject of a mail that tells no news.
    pub(super) feed: &'static str,
    and_more: &'static str,
    quiet: &'static str,
    quiet_day: &'static str,
    quiet_week: &'static str,
    quiet_days: &'static str,
}

const EN: Words = Words {
    lang: Lang::En,
    kinds: ["gov", "state", "public", "wire", "independent", "trade"],
    only_government: "So far only official bodies of one country",
    only_agencies: "So far only state agencies of one country",
    only_state: "So far only state voices of one country",
    one_source: "All of these reports rest on one source",
    official: "official",
    denied: "denied officially",
    primary: "primary source",
    changed: "a fact changed",
    confirmed: "better confirmed than before",
    independent: "independent sources",
    latest: "latest first",
    feed: "Feed",
    and_more: "and {n} more",
    quiet: "Nothing new {since} — {feeds} feeds healthy",
    quiet_day: "today",
    quiet_week: "this week",
    quiet_days: "for {n} days",
};

const RU: Words = Words {
    lang: Lang::Ru,
    kinds: ["ведомства", "гос. СМИ", "обществ. СМИ", "агентства", "независимые", "отраслевые"],
    only_government: "Пока только официальные органы одной страны",
    only_agencies: "Пока только государственные СМИ одной страны",
    only_state: "Пока только государственные источники одной страны",
    one_source: "Все сообщения восходят к одному источнику",
    official: "официально",
    denied: "официально опровергнуто",
    primary: "первоисточник",
    changed: "изменился факт",
    confirmed: "подтверждено лучше прежнего",
    independent: "независимых источников",
    latest: "сначала новые",
    feed: "Лента",
    and_more: "и ещё {n}",
    quiet: "Ничего нового {since}; исправных лент: {feeds}",
    quiet_day: "за день",
    quiet_week: "за неделю",
    quiet_days: "за последние дни ({n})",
};

/// The table of a language; English for those that have none.
pub(super) fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Ru => &RU,
        Lang::En | Lang::Other => &EN,
    }
}

impl Words {
    /// Short name of a kind of outlet.
    pub(super) fn kind(&self, kind: OutletKind) -> &'static str {
        let place = OutletKind::ALL.iter().position(|k| *k == kind);
        place.and_then(|i| self.kinds.get(i)).copied().unwrap_or_default()
    }

    /// `and 3 more`.
    pub(super) fn and_more(&self, n: usize) -> String {
        self.and_more.replace("{n}", &n.to_string())
    }

    /// What a step of the ladder adds to a rank, in words.
    pub(super) fn step(&self, step: Confirmation) -> Option<&'static str> {
        match step {
            Confirmation::Official => Some(self.official),
            Confirmation::Denied => Some(self.denied),
            Confirmation::Unnamed | Confirmation::OneOutlet | Confirmation::Several => None,
        }
    }

    /// What a kind of development adds to a rank, in words.
    pub(super) fn development(&self, kind: DevelopmentKind) -> Option<&'static str> {
        match kind {
            DevelopmentKind::ChangedFact => Some(self.changed),
            DevelopmentKind::Confirmation => Some(self.confirmed),
            DevelopmentKind::FirstReport | DevelopmentKind::NewFact => None,
        }
    }

    /// `Monday, 23 November 2026, 07:30 EET`.
    pub(super) fn moment(&self, at: Timestamp, zone: &TimeZone) -> String {
        let at = at.to_zoned(zone.clone());
        match self.lang {
            Lang::Ru => moment_ru(&at),
            Lang::En | Lang::Other => at.strftime("%A, %-d %B %Y, %H:%M %Z").to_string(),
        }
    }
}

impl Words {
    /// `Wednesday, 2 December 2026`.
    pub(super) fn day(&self, day: Date) -> String {
        match self.lang {
            Lang::Ru => day_ru(day),
            Lang::En | Lang::Other => day.strftime("%A, %-d %B %Y").to_string(),
        }
    }

    /// `December 2026`.
    pub(super) fn month(&self, day: Date) -> String {
        match self.lang {
            Lang::Ru => format!("{} {}", nth(&MONTHS_RU_ALONE, day.month() - 1), day.year()),
            Lang::En | Lang::Other => day.strftime("%B %Y").to_string(),
        }
    }

    /// Subject of a mail that says that there is nothing else to say.
    pub(super) fn quiet(&self, days: i64, n_healthy: usize, n_feeds: usize) -> String {
        let feeds = if n_healthy == n_feeds { n_feeds.to_string() } else { format!("{n_healthy}/{n_feeds}") };
        let since = match days {
            1 => self.quiet_day.to_owned(),
            7 => self.quiet_week.to_owned(),
            days => self.quiet_days.replace("{n}", &days.to_string()),
        };
        self.quiet.replace("{since}", &since).replace("{feeds}", &feeds)
    }
}

const DAYS_RU: [&str; 7] = ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"];

#[rustfmt::skip]
const MONTHS_RU: [&str; 12] = [
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
];

#[rustfmt::skip]
const MONTHS_RU_ALONE: [&str; 12] = [
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
];

fn nth<const N: usize>(names: &[&'static str; N], n: i8) -> &'static str {
    usize::try_from(n).ok().and_then(|n| names.get(n)).copied().unwrap_or_default()
}

fn day_ru(day: Date) -> String {
    let weekday = nth(&DAYS_RU, day.weekday().to_monday_zero_offset());
    format!("{weekday}, {} {} {}", day.day(), nth(&MONTHS_RU, day.month() - 1), day.year())
}

fn moment_ru(at: &Zoned) -> String {
    format!("{}, {}", day_ru(at.date()), at.strftime("%H:%M %Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_the_zone_and_language_of_the_audience() {
        let at: Timestamp = "2026-11-23T05:30:00Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Helsinki").unwrap();
        assert_eq!(words(Lang::En).moment(at, &zone), "Monday, 23 November 2026, 07:30 EET");
        assert_eq!(words(Lang::Ru).moment(at, &zone), "понедельник, 23 ноября 2026, 07:30 EET");
    }

    #[test]
    fn every_kind_has_its_own_word() {
        for table in [&EN, &RU] {
            let mut kinds = table.kinds.to_vec();
            kinds.sort_unstable();
            kinds.dedup();
            assert_eq!(kinds.len(), OutletKind::ALL.len());
        }
    }
}
