//! Counts and measures: a number, in digits or words, with what it counts.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use foldhash::fast::FixedState;
use regex::{Captures, Regex, RegexBuilder};

use super::span::Span;
use crate::domain::fact::FactKind;
use crate::text::fold::fold;
use crate::text::sought::Sought;
use crate::text::stem::stem;
use crate::text::translit::name_key;

/// Number words of both languages with their values, folded.
#[rustfmt::skip]
const NUMERALS: [(&str, &str); 47] = [
    ("two", "2"), ("three", "3"), ("four", "4"), ("five", "5"), ("six", "6"), ("seven", "7"), ("eight", "8"),
    ("nine", "9"), ("ten", "10"), ("eleven", "11"), ("twelve", "12"), ("half", "0.5"), ("one", "1"), ("a", "1"),
    ("dozen", "12"), ("dozens", "dozens"), ("hundreds", "hundreds"), ("thousands", "thousands"),
    ("два", "2"), ("две", "2"), ("двух", "2"), ("двое", "2"), ("двумя", "2"), ("три", "3"), ("трех", "3"),
    ("трое", "3"), ("тремя", "3"), ("четыре", "4"), ("четырех", "4"), ("четверо", "4"), ("пять", "5"), ("пяти", "5"),
    ("шесть", "6"), ("шести", "6"), ("семь", "7"), ("семи", "7"), ("восемь", "8"), ("восьми", "8"), ("девять", "9"),
    ("девяти", "9"), ("десять", "10"), ("десяти", "10"), ("десятки", "dozens"), ("двенадцать", "12"), ("сотни", "hundreds"),
    ("полтора", "1.5"), ("тысячи", "thousands"),
];

/// Units that languages name differently: value, English, Russian stems of what is counted.
#[rustfmt::skip]
const UNITS: [(&str, &str); 20] = [
    ("second", "second seconds секунд секунда секунды"), ("minute", "minute minutes минут минута минуты"),
    ("hour", "hour hours час часа часов"), ("day", "day days день дня дней сутки суток"),
    ("week", "week weeks неделя недели недель"), ("month", "month months месяц месяца месяцев"),
    ("year", "year years год года лет"), ("km", "km kilometer kilometers kilometre kilometres км километр километра километров"),
    ("mile", "mile miles миля мили миль"), ("metre", "metre metres meter meters м метр метра метров"),
    ("tonne", "ton tons tonne tonnes тонна тонны тонн"), ("kg", "kg kilogram kilograms кг килограмм килограммов"),
    ("percent", "percent % процент процента процентов"), ("degree", "degree degrees celsius fahrenheit градус градуса градусов"),
    ("person", "people person persons member members man men crew человек человека людей"),
    ("mission", "mission missions миссия миссии миссий"), ("flight", "flight flights полет полета полетов"),
    ("seat", "seat seats место места мест"), ("launch", "launch launches запуск запуска запусков пуск пусков"),
    ("engine", "engine engines двигатель двигателя двигателей"),
];

const NUMBER: &str = r"(?:\d{1,3}(?:[, \u{a0}]\d{3})+|\d+(?:[.,]\d+)?)";
const WORD: &str = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|dozens|hundreds|thousands|два|две|двух|двое|трое|три|тр[её]х|четыре|четыр[её]х|четверо|пять|пяти|шесть|шести|семь|семи|восемь|восьми|девять|девяти|десять|десяти|десятки|двенадцать|полтора|сотни|тысячи";
const UNIT: &str = r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|km|kilomet(?:er|re)s?|miles?|met(?:er|re)s|tons?|tonnes?|kg|kilograms?|percent|degrees(?: (?:Celsius|Fahrenheit))?|people|persons?|man|men|members|crew|engineers|technicians|missions?|flights|seats?|launches|engines?|секунд\p{L}?|минут\p{L}?|час(?:а|ов)?|дн(?:я|ей)|день|суток|недел\p{L}+|месяц\p{L}*|год(?:а|у)?|лет|км|километр\p{L}*|метр\p{L}*|тонн\p{L}?|кг|килограмм\p{L}*|процент\p{L}*|градус\p{L}*|человек\p{L}?|мисси\p{L}+|пол[её]т\p{L}*|мест\p{L}?|запуск\p{L}*|пуск(?:а|ов)|двигател\p{L}+|экипаж\p{L}*";

/// Up to two words may stand between the number and what is counted: "two Danish sailors".
fn count(begins: &str, word_begins: &str, counted: &str) -> String {
    format!(
        r"(?i){begins}(?:{word_begins}(?P<word>{WORD})|(?P<digits>{NUMBER}))(?:(?P<between>(?:[- \u{{a0}}]\p{{L}}[\p{{L}}'’.]*){{0,2}}?)[- \u{{a0}}](?P<unit>{counted}{UNIT})\b|(?P<sign>%))"
    )
}

/// Where a count may begin: looking for one from everywhere takes far longer.
static BEGINNING: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"\d|(?i:{WORD})")).ok());

static CREW_OF: LazyLock<Option<Sought>> = LazyLock::new(|| {
    Sought::new(
        &format!(r"(?i)\b(?P<unit>crew|team|экипаж\p{{L}}*) (?:of|из) (?P<n>{WORD}|\d+)\b"),
        "(?i)crew|team|экипаж",
        0,
        2,
    )
});

/// Beginnings looked at in one text; with more it is a table.
const BEGINNINGS_MAX: usize = 400;

/// Memory of the pattern: hundreds of topics with all the forms that they may have.
const PATTERN_BYTES_MAX: usize = 256 << 20;

/// Words that end a count instead of standing inside it.
const BREAKS: &str = "and or of to in on for the a an at by from with than that and и в на с к от до по или";

/// The counts and measures of a text.
pub(super) fn find(text: &str, counted: &Counted) -> Vec<Span> {
    let mut found = Vec::new();
    for hit in CREW_OF.iter().flat_map(|pattern| pattern.captures(text)) {
        let (Some(all), Some(n)) = (hit.get(0), hit.name("n")) else { continue };
        found.push(Span::new(FactKind::Number, all.start(), all.end(), format!("{} person", value(n.as_str()))));
    }
    for (start, hit) in counts(text, counted) {
        let (Some(all), Some(unit)) = (hit.get(0), hit.name("unit").or_else(|| hit.name("sign"))) else { continue };
        let Some(number) = hit.name("word").or_else(|| hit.name("digits")) else { continue };
        let between = hit.name("between").map_or("", |m| m.as_str());
        let breaks = between.split([' ', '-', '\u{a0}']).any(|w| BREAKS.split(' ').any(|b| w.eq_ignore_ascii_case(b)));
        if breaks || is_part_of_a_name(text, start) || is_year(number.as_str(), unit.as_str()) {
            continue;
        }
        let value = format!("{} {}", value(number.as_str()), counted.unit_of(unit.as_str()));
        found.push(Span::new(FactKind::Number, start, start + all.end(), value));
    }
    found
}

/// Every number with what it counts, and where it begins.
fn counts<'t>(text: &'t str, counted: &Counted) -> Vec<(usize, Captures<'t>)> {
    let mut found = Vec::new();
    let mut from = 0;
    for begins in BEGINNING.iter().flat_map(|pattern| pattern.find_iter(text)).take(BEGINNINGS_MAX) {
        let (before, rest) = text.split_at(begins.start());
        let is_digit = begins.as_str().starts_with(char::is_numeric);
        let inside_word = !is_digit && before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if begins.start() < from || inside_word {
            continue;
        }
        if let Some(hit) = counted.pattern().and_then(|pattern| pattern.captures(rest)) {
            from = begins.start() + hit.get(0).map_or(0, |all| all.end());
            found.push((begins.start(), hit));
        }
    }
    found
}

/// "MS-22 crew", "RD-180 engines", "2.1a": the digits belong to a name.
fn is_part_of_a_name(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let last = before.chars().next_back();
    if last.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | ',' | '/' | ':' | '$' | '€' | '£')) {
        return true;
    }
    let digits = text.get(start..).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()));
    let word = before.trim_end().rsplit([' ', '\u{a0}', '«', '"']).next().unwrap_or_default();
    digits
        && last == Some(' ')
        && word.chars().filter(|c| c.is_uppercase()).count() > 0
        && !before.trim_end().ends_with(['.', ':', ',', ';', '|'])
        && word.chars().all(|c| c.is_alphabetic() || c == '-')
        && word.chars().count() > 1
        && before.split_whitespace().count() > 1
}

fn is_year(number: &str, unit: &str) -> bool {
    let unit = fold(unit);
    number.len() == 4
        && number.parse::<u32>().is_ok_and(|n| (1900..2100).contains(&n))
        && (unit.starts_with("год") || !unit.starts_with(|c: char| c.is_ascii_digit()))
}

fn value(number: &str) -> String {
    let folded = fold(number);
    let word = NUMERALS.iter().find(|(word, _)| *word == folded).map(|(_, value)| (*value).to_owned());
    word.unwrap_or_else(|| plain_number(&folded))
}

/// Digits with a decimal point and nothing else.
pub(super) fn plain_number(digits: &str) -> String {
    let compact: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
    match compact.rsplit_once(',') {
        // A comma before three digits groups thousands, before fewer it is the Russian decimal comma.
        Some((whole, rest)) if rest.len() != 3 => format!("{whole}.{rest}"),
        _ => compact.replace(',', ""),
    }
}

/// What the topics count beside the units of all news.
#[derive(Debug)]
pub(super) struct Counted {
    /// Names by their folded forms.
    names: HashMap<String, String, FixedState>,
    /// The forms as alternatives of the pattern, the longest first.
    forms: String,
    /// A count from its beginning; made when the first text is read.
    count: OnceLock<Option<Regex>>,
}

impl Counted {
    pub(super) fn new<'a>(of_topics: impl Iterator<Item = &'a (String, Vec<String>)>) -> Self {
        let all = of_topics.flat_map(|(name, forms)| forms.iter().map(move |form| (name, form)));
        let mut forms = Vec::new();
        let mut names = HashMap::default();
        for (name, form) in all {
            forms.push(regex::escape(form).replace(['е', 'ё'], "[её]") + "|");
            names.entry(fold(form)).or_insert_with(|| name.clone());
        }
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Self { names, forms: forms.concat(), count: OnceLock::new() }
    }

    fn pattern(&self) -> Option<&Regex> {
        let pattern = || RegexBuilder::new(&count("^", "", &self.forms)).size_limit(PATTERN_BYTES_MAX).build().ok();
        self.count.get_or_init(pattern).as_ref()
    }

    fn unit_of(&self, unit: &str) -> String {
        let folded = fold(unit);
        let last = folded.rsplit(' ').next().unwrap_or_default();
        let general =
            || UNITS.iter().find(|(_, forms)| forms.split(' ').any(|form| form == last)).map(|(unit, _)| *unit);
        let known = self.names.get(&folded).map(String::as_str).or_else(general);
        known.map_or_else(|| name_key(&stem(last)), str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexicon::Lexicon;
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let words = ("sailor".to_owned(), vec!["sailors".to_owned(), "матроса".to_owned(), "пилёра".to_owned()]);
        let found = find(text, &Counted::new([words].iter()));
        let found: Vec<_> = found.iter().map(|s| (&text[s.start..s.end], s.value.as_str())).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_count_has_what_it_counts() {
        check(
            "after 157 days with two Russian sailors",
            &[("157 days", "157 day"), ("two Russian sailors", "2 sailor")],
        );
        check("ещё на две миссии через 11 лет", &[("две миссии", "2 mission"), ("11 лет", "11 year")]);
        check("a crew of four left", &[("crew of four", "4 person")]);
        check("a three-man crew on a 148-day trip", &[("three-man", "3 person"), ("148-day", "148 day")]);
    }

    #[test]
    fn the_topic_says_what_is_counted_and_a_name_that_languages_share() {
        check("два матроса и три пилера", &[("два матроса", "2 sailor"), ("три пилера", "3 sailor")]);
        check("two fiddlers", &[]);
    }

    #[test]
    fn no_topic_has_too_many_forms_for_the_pattern() {
        let form = |n: usize| format!("{n:040}").chars().map(|c| char::from(b'a' + c as u8 - b'0')).collect();
        let many = ("thing".to_owned(), (0..1000).map(form).collect::<Vec<String>>());
        assert!(Counted::new([many].iter()).pattern().is_some());
    }

    static EVERYWHERE: LazyLock<Regex> = LazyLock::new(|| Regex::new(&count("", r"\b", "")).unwrap());

    proptest::proptest! {
        #[test]
        fn counts_are_those_that_the_pattern_finds_from_everywhere(text in "([0-9]{1,4}|two|ten|Half| |,|-|%|days?|men |миссии |три|\\p{L}|_){0,40}") {
            let found = counts(&text, &Lexicon::general().counted).into_iter().map(|(start, hit)| (start, hit[0].to_owned())).collect::<Vec<_>>();
            let expected = EVERYWHERE.find_iter(&text).map(|hit| (hit.start(), hit.as_str().to_owned())).collect::<Vec<_>>();
            proptest::prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_number_in_a_name_counts_nothing() {
        check("the Soyuz MS-22 crew and RD-180 engines", &[]);
        check("in 2022 years passed", &[]);
    }
}
