//! Datelines: the place, day and wire that a report opens with. They are no part of what it says.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::topic::Field;
use crate::text::clean::beginning;

/// Bytes in which a dateline ends.
const DATELINE_BYTES: usize = 90;

static DATELINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let wire = r#"(?:TASS|ТАСС|РИА(?: Новости)?|РИА "Новости"|RIA(?: Novosti)?|(?i:интерфакс|interfax)(?:\.RU|-[А-ЯA-Z]{2,4})?|Reuters|AP|AFP|UPI|dpa|Xinhua|Sputnik|Bloomberg)"#;
    let place = r"\p{Lu}[\p{L}.' -]{1,30}(?:, \p{Lu}[\p{L}.' -]{1,20})?";
    let day = r"(?:\d{1,2}\.? \p{L}{3,9}|\p{Lu}\p{L}{2,8}\.? \d{1,2})";
    let dash = r"\s*(?:[-—–]+|:)\s+";
    Regex::new(
        &[
            // "Москва. 5 мая. ИНТЕРФАКС - ", "МОСКВА, 13 дек - РИА Новости. ", "MOSCOW, July 5. /TASS/. "
            format!(r"^{place}[.,]\s+{day}[.,]*\s*(?:[-—–]\s*)?/?{wire}[^.—–\n]{{0,40}}?/?(?:{dash}|\s*\.\s*/?\s*|$)"),
            // "WASHINGTON (AP) — ", "WASHINGTON, May 5 (Reuters) - "
            format!(r"^{place}(?:,\s+{day})?\s*\({wire}\){dash}"),
            // "(AP) — ", "INTERFAX.RU - ", "ТАСС, 5 мая. "
            format!(r"^[(/]{wire}[)/]{dash}"),
            format!(r"^(?:INTERFAX\.RU|ИНТЕРФАКС|{wire}, {day})(?:{dash}|\.\s+)"),
            // "WASHINGTON — ", where a body's capitals are fewer letters.
            r"^\p{Lu}{5,}(?:[ ,]+\p{Lu}[\p{Lu}.]+)*\s+[—–]\s+".to_owned(),
        ]
        .join("|"),
    )
    .ok()
});

/// What one of them at least has: most leads have neither, which is found out faster than that they have no dateline.
static SIGN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^\p{Lu}{5}|TASS|ТАСС|РИА|RIA|(?i:интерфакс|interfax)|Reuters|AP\b|AFP|UPI|dpa|Xinhua|Sputnik|Bloomberg",
    )
    .ok()
});

/// Bytes of the dateline that a lead opens with; 0 where there is none.
pub fn length(lead: &str) -> usize {
    let opening = beginning(lead, DATELINE_BYTES);
    if !SIGN.as_ref().is_some_and(|sign| sign.is_match(opening)) {
        return 0;
    }
    DATELINE.as_ref().and_then(|dateline| dateline.find(opening)).map_or(0, |found| found.end())
}

/// The lead behind its dateline.
pub fn behind(lead: &str) -> &str {
    lead.get(length(lead)..).unwrap_or(lead)
}

/// What a field says: a headline as it stands, any other text behind its dateline.
pub fn said(field: Field, text: &str) -> &str {
    if field == Field::Title { text } else { behind(text) }
}

#[cfg(test)]
mod tests {
    use super::behind;

    #[test]
    fn place_day_and_wire_are_left_out() {
        for dateline in [
            "WASHINGTON (AP) — ",
            "WASHINGTON — ",
            "CAPE CANAVERAL, Fla. (AP) — ",
            "MOSCOW, July 5. /TASS/. ",
            "MOSCOW, May 5 (Reuters) - ",
            "МОСКВА, 13 дек - РИА Новости. ",
            "МОСКВА, 10 мар – РИА Новости. ",
            "Москва. 15 июля. INTERFAX.RU - ",
            "INTERFAX.RU - ",
            "ТАСС, 5 мая. ",
        ] {
            assert_eq!(behind(&format!("{dateline}The ferry sank.")), "The ferry sank.", "{dateline}");
        }
    }

    #[test]
    fn what_only_looks_like_one_stays() {
        for lead in [
            "NASA — the US agency — said so.",
            "Anna Quill, May 5. She said so.",
            "Москва. Паром утонул.",
            "The ferry - a big one - sank.",
            "ТАСС сообщил об этом.",
        ] {
            assert_eq!(behind(lead), lead);
        }
    }
}
