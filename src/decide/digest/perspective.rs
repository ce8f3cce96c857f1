//! Who reports a story: how many outlets of which kind and country, and how many sources behind them.

use std::collections::{BTreeMap, BTreeSet};

use super::words::Words;
use crate::domain::digest::BarPart;
use crate::domain::outlet::OutletKind;
use crate::domain::story::StoryItem;

/// Outlets by kind, in the order of [`OutletKind::ALL`], those of a state by country too.
pub(super) fn bar(items: &[StoryItem]) -> Vec<BarPart> {
    let mut outlets = BTreeMap::new();
    for item in items {
        outlets.entry(item.outlet.as_str()).or_insert_with(|| (place(item.kind), owner(item)));
    }
    let mut counts: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for key in outlets.into_values() {
        *counts.entry(key).or_default() += 1;
    }
    let part = |((place, country), n): ((usize, &str), usize)| {
        OutletKind::ALL.get(place).map(|kind| BarPart { kind: *kind, country: country.to_owned(), n })
    };
    counts.into_iter().filter_map(part).collect()
}

/// `gov US 1 · state RU 3 · trade 2`.
pub(super) fn in_words(bar: &[BarPart], words: &Words) -> String {
    let part = |part: &BarPart| match part.country.as_str() {
        "" => format!("{} {}", words.kind(part.kind), part.n),
        country => format!("{} {country} {}", words.kind(part.kind), part.n),
    };
    bar.iter().map(part).collect::<Vec<_>>().join(" · ")
}

/// What a reader should know about who does not report it yet.
pub(super) fn note(bar: &[BarPart], n_independent: usize, words: &Words) -> Option<String> {
    let countries: BTreeSet<&str> = bar.iter().map(|part| part.country.as_str()).collect();
    if let (1, Some(country)) = (countries.len(), countries.first().filter(|country| !country.is_empty())) {
        let has = |kind| bar.iter().any(|part| part.kind == kind);
        let phrase = match (has(OutletKind::Government), has(OutletKind::StateAgency)) {
            (true, false) => words.only_government,
            (false, true) => words.only_agencies,
            _ => words.only_state,
        };
        return Some(format!("{phrase}: {country}"));
    }
    let n_outlets: usize = bar.iter().map(|part| part.n).sum();
    (n_outlets > 1 && n_independent == 1).then(|| words.one_source.to_owned())
}

fn place(kind: OutletKind) -> usize {
    OutletKind::ALL.iter().position(|k| *k == kind).unwrap_or_default()
}

/// The country matters where the outlet speaks for a state; elsewhere it would only split the bar.
fn owner(item: &StoryItem) -> &str {
    match item.kind {
        OutletKind::Government | OutletKind::StateAgency => &item.country,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{NASA, REUTERS, ROSCOSMOS, RT, SPACENEWS, TASS, Who, item};
    use super::super::words::words;
    use super::*;
    use crate::decide::copies::n_independent;
    use crate::domain::item::Lang;

    fn items(outlets: &[Who]) -> Vec<StoryItem> {
        outlets.iter().zip(1..).map(|(who, id)| item(id, *who, "2026-11-23T10:00:00Z", "Title", "")).collect()
    }

    fn check(outlets: &[Who], expected: &str, expected_note: Option<&str>) {
        let items = items(outlets);
        let bar = bar(&items);
        let words = words(Lang::En);
        assert_eq!(in_words(&bar, words), expected);
        assert_eq!(note(&bar, n_independent(&items), words).as_deref(), expected_note);
    }

    #[test]
    fn the_bar_counts_outlets_by_kind_and_those_of_a_state_by_country() {
        check(&[TASS, NASA, RT, SPACENEWS, TASS, REUTERS], "gov US 1 · state RU 2 · wire 1 · trade 1", None);
    }

    #[test]
    fn one_sided_reports_are_named_as_such() {
        check(&[TASS, RT], "state RU 2", Some("So far only state agencies of one country: RU"));
        check(&[TASS, ROSCOSMOS], "gov RU 1 · state RU 1", Some("So far only state voices of one country: RU"));
        check(&[NASA], "gov US 1", Some("So far only official bodies of one country: US"));
    }

    #[test]
    fn two_countries_or_a_free_newsroom_are_not_one_sided() {
        check(&[NASA, ROSCOSMOS], "gov RU 1 · gov US 1", None);
        check(&[TASS, SPACENEWS], "state RU 1 · trade 1", None);
    }

    #[test]
    fn reprints_of_one_text_are_one_source() {
        let mut reports = items(&[REUTERS, SPACENEWS, RT]);
        reports[1].copy_of = Some("reuters".into());
        reports[2].copy_of = Some("Reuters".into());
        assert_eq!(n_independent(&reports), 1);
        let note = note(&bar(&reports), 1, words(Lang::En));
        assert_eq!(note.as_deref(), Some("All of these reports rest on one source"));
        reports[2].copy_of = None;
        assert_eq!(n_independent(&reports), 2);
    }

    #[test]
    fn a_family_is_one_source_and_an_unknown_origin_another() {
        let mut reports = items(&[RT, RT, NASA]);
        reports[1].outlet = "rt-russian".into();
        assert_eq!(n_independent(&reports), 2);
        reports[2].copy_of = Some("Interfax".into());
        assert_eq!(n_independent(&reports), 2);
    }
}
