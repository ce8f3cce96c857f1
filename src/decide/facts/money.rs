//! Sums of money.

use std::sync::LazyLock;

use regex::Regex;

use super::numbers::plain_number;
use super::span::Span;
use crate::domain::fact::FactKind;
use crate::text::fold::fold;
use crate::text::sought::Sought;

/// What every sum has besides its number: a currency.
static CURRENCY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)[$€£₽]|dollar|euro|rubl|roubl|pound|долл|евро|руб").ok());

static SUM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let number = r"\d+(?:[., \u{a0}]\d+)*";
    let scale = r"(?:million|billion|trillion|thousand|bn|mn|m|b|k|млн|млрд|трлн|тыс|миллион\p{L}*|миллиард\p{L}*|триллион\p{L}*|тысяч\p{L}*)\b";
    let after = r"(?:US |U\.S\. )?(?:dollars?|euros?|rubles?|roubles?|pounds?|долл\p{L}*|евро|руб\p{L}*)";
    Regex::new(&format!(
        r"(?i)(?:(?P<sign>(?:US|U\.S\.)?[$€£₽])\s?(?P<a>{number})(?:[ \u{{a0}}-]?(?P<s>{scale}))?|\b(?P<b>{number})(?:[ \u{{a0}}-](?P<t>{scale})\.?)?[ \u{{a0}}](?P<unit>{after}))"
    ))
    .ok()
});

/// That nothing is paid is a sum too.
static NONE: LazyLock<Option<Sought>> = LazyLock::new(|| {
    let none = r"(?i)\bno (?:funds|money|payments?)\b|без (?:взаимных )?(?:расчетов|оплаты|платежей)";
    Sought::new(none, "(?i)funds|money|payment|расчетов|оплаты|платежей", 2, 0)
});

/// The sums of a text.
pub(super) fn find(text: &str) -> Vec<Span> {
    let pays = CURRENCY.as_ref().is_some_and(|currency| currency.is_match(text));
    let sums = SUM.iter().filter(|_| pays).flat_map(|pattern| pattern.captures_iter(text));
    let hits = sums.filter_map(|hit| {
        let all = hit.get(0)?;
        let number = hit.name("a").or_else(|| hit.name("b"))?;
        let scale = hit.name("s").or_else(|| hit.name("t")).map_or("", |m| m.as_str());
        let currency = currency(hit.name("sign").or_else(|| hit.name("unit")).map_or("", |m| m.as_str()));
        let value = format!("{}{} {currency}", plain_number(number.as_str()), power(scale));
        Some(Span::new(FactKind::Money, all.start(), all.end(), value))
    });
    let none = NONE.iter().flat_map(|pattern| pattern.captures(text));
    let none =
        none.filter_map(|hit| hit.get(0)).map(|hit| Span::new(FactKind::Money, hit.start(), hit.end(), "0".to_owned()));
    hits.chain(none).collect()
}

fn power(scale: &str) -> &'static str {
    match fold(scale).trim_end_matches('.') {
        s if s.starts_with("тр") || s.starts_with("tr") => "e12",
        s if s.starts_with("млрд") || s.starts_with("миллиард") || s.starts_with('b') => "e9",
        s if s.starts_with('м') || s.starts_with('m') => "e6",
        s if s.starts_with('т') || s.starts_with("th") || s == "k" => "e3",
        _ => "",
    }
}

fn currency(sign: &str) -> &'static str {
    let sign = fold(sign);
    if sign.contains('€') || sign.starts_with("euro") || sign.starts_with("евро") {
        "EUR"
    } else if sign.contains('£') || sign.starts_with("pound") {
        "GBP"
    } else if sign.contains('₽') || sign.starts_with('r') || sign.starts_with('р') {
        "RUB"
    } else {
        "USD"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let found = find(text);
        let found: Vec<_> = found.iter().map(|s| (&text[s.start..s.end], s.value.as_str())).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_sum_has_one_value_in_both_languages() {
        check("cost $3.9 billion.", &[("$3.9 billion", "3.9e9 USD")]);
        check("стоил 3,9 млрд долларов", &[("3,9 млрд долларов", "3.9e9 USD")]);
        check("за 90 млн руб. в год", &[("90 млн руб", "90e6 RUB")]);
    }

    #[test]
    fn a_count_is_no_sum() {
        check("3.9 billion people and 5 dolls", &[]);
    }
}
