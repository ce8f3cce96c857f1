//! Wire copies: whose text an item is, whether two texts are one, how many sources are independent.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::sorted::common;
use crate::domain::item::ItemText;
use crate::domain::story::StoryItem;
use crate::text::clean::beginning;
use crate::text::fold::fold;
use crate::text::lexeme::lexeme;
use crate::text::words::{Word, words};

/// Wires by key, with the names that credits use, folded.
#[rustfmt::skip]
const WIRES: [(&str, &str); 14] = [
    ("tass", "tass|тасс"), ("ria", "ria novosti|ria|риа новости|риа \"новости\"|риа"), ("interfax", "interfax|интерфакс|interfax.ru|интерфакс-авн"),
    ("reuters", "reuters|рейтер|reuters.com"), ("ap", "ap|associated press"), ("afp", "afp|agence france-presse|франс пресс"),
    ("upi", "upi"), ("dpa", "dpa"), ("xinhua", "xinhua|синьхуа"), ("bloomberg", "bloomberg|блумберг"),
    ("sputnik", "sputnik|спутник"), ("kyodo", "kyodo"), ("pti", "pti"), ("ani", "ani"),
];

/// Bytes of a lead in which a credit stands.
const CREDIT_BYTES: usize = 400;
/// Words of one shingle.
const SHINGLE: usize = 4;
/// Share of common shingles from which two texts are one.
const SAME_FROM: f64 = 0.6;
/// Shingles that a comparison needs: two short headlines are alike by chance.
const SHINGLES_MIN: usize = 5;
/// Words compared.
const WORDS_MAX: usize = 400;

/// The name of a wire that ends a word: few beginnings of a text have one.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"(?:{})(?:$|[^\p{{L}}])", names())).ok());

static CREDITS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let names = names();
    [
        // Datelines: "WASHINGTON (AP) -", "MOSCOW, May 5. /TASS/.", "МОСКВА, 13 дек - РИА Новости.", "Москва. 5 мая. ИНТЕРФАКС -"
        format!(r#"[(/]\s*({names})\s*[)/]"#),
        format!(r#"^[^.!?]{{0,40}}[-.,]\s*({names})\s*[.-]"#),
        format!(r#"^({names})\s*[-.:]"#),
        format!(r#"^[\p{{L}} /]{{2,40}}[.,]\s*\d{{1,2}} \p{{L}}+[.,]?\s*-?\s*/?({names})/?\s*[.-]"#),
        // Credits: "по данным РИА Новости", "сообщает ТАСС", "according to Reuters", "Interfax reports"
        format!(r#"(?:по данным|со ссылкой на|(?:сообщает|передает|пишет|сообщил[аио]?|передают|сообщают)(?: агентство)?|об этом пишет)\s+"?({names})\b"#),
        format!(r#"(?:according to|citing|told|as reported by|via)\s+(?:the )?({names})\b"#),
        format!(r#"\b({names}) (?:news agency )?(?:reports|reported|says|said)\b"#),
    ]
    .iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// The wire whose text the item is, by the credit at its beginning; `None` when the outlet is that wire itself.
/// `own_outlet` is the outlet's key or name.
pub fn origin(text: &ItemText<'_>, own_outlet: &str) -> Option<String> {
    let own = fold(own_outlet);
    [text.lead, text.body]
        .into_iter()
        .filter(|field| !field.is_empty())
        .find_map(|field| credited(&fold(beginning(field, CREDIT_BYTES))))
        .filter(|wire| !is_own_folded(wire, &own))
        .map(str::to_owned)
}

/// Whether two items carry one text: most shingles of the shorter stand in the longer.
pub fn same_text(a: &ItemText<'_>, b: &ItemText<'_>) -> bool {
    Print::new(a).is_like(&Print::new(b))
}

/// What two texts are compared by; made once for an item that is compared with many.
#[derive(Clone, Debug)]
pub struct Print {
    /// Words of the headline and their hash.
    title: (usize, u64),
    /// Sorted, each once.
    shingles: Vec<u64>,
}

impl Print {
    /// Reads the first words of an item's texts.
    pub fn new(text: &ItemText<'_>) -> Self {
        let of_title: Vec<u64> = words(text.title).map(|word| hash_of(&word)).collect();
        let title = (of_title.len(), of_title.iter().fold(0, |hash, word| mix(hash, *word)));
        let others = words(text.lead).chain(words(text.body)).map(|word| hash_of(&word));
        let hashed: Vec<u64> = of_title.into_iter().chain(others).take(WORDS_MAX).collect();
        let windows = hashed.windows(SHINGLE).map(|shingle| shingle.iter().fold(0, |hash, word| mix(hash, *word)));
        let mut shingles: Vec<u64> = windows.collect();
        shingles.sort_unstable();
        shingles.dedup();
        Self { title, shingles }
    }

    /// Whether both come from one text.
    pub fn is_like(&self, other: &Self) -> bool {
        self.title == other.title && self.title.0 >= SHINGLES_MIN || self.shares_text(other)
    }

    /// The same, where one headline is not enough.
    pub fn shares_text(&self, other: &Self) -> bool {
        let (shorter, longer) = if self.shingles.len() < other.shingles.len() { (self, other) } else { (other, self) };
        let n_shared = common(&shorter.shingles, &longer.shingles).count();
        #[expect(clippy::cast_precision_loss, reason = "at most WORDS_MAX")]
        let share = n_shared as f64 / shorter.shingles.len().max(1) as f64;
        shorter.shingles.len() >= SHINGLES_MIN && share >= SAME_FROM
    }
}

/// Independent sources of a story: families, without those that only pass on the text of another.
pub fn n_independent(items: &[StoryItem]) -> usize {
    let key_of = |origin: &str| {
        let named = items.iter().find(|item| item.outlet_name.to_lowercase() == origin.to_lowercase());
        named.map_or_else(|| origin.to_lowercase(), |item| item.outlet.clone())
    };
    let origins: Vec<Option<String>> = items.iter().map(|item| item.copy_of.as_deref().map(key_of)).collect();
    let sources = items.iter().zip(&origins);
    count_independent(sources.map(|(item, origin)| (item.family.as_str(), item.outlet.as_str(), origin.as_deref())))
}

/// The same over (family, outlet, copy of).
pub(crate) fn count_independent<'a>(items: impl Iterator<Item = (&'a str, &'a str, Option<&'a str>)> + Clone) -> usize {
    // A copy speaks for its origin: five copies of a wire are one source, the wire, also when the wire's own feed
    // is not among the items.
    let family_of = |origin: &str| {
        items
            .clone()
            .find(|(family, outlet, _)| *outlet == origin || *family == origin)
            .map(|(family, ..)| family.to_owned())
    };
    let sources: BTreeSet<String> = items
        .clone()
        .map(|(family, _, copy_of)| match copy_of {
            Some(origin) => family_of(origin).unwrap_or_else(|| origin.to_owned()),
            None => family.to_owned(),
        })
        .collect();
    sources.len()
}

/// All names of wires, as a choice of a pattern.
fn names() -> String {
    WIRES.iter().map(|(_, names)| names.replace('.', r"\.")).collect::<Vec<_>>().join("|")
}

fn credited(folded: &str) -> Option<&'static str> {
    NAMED.as_ref().filter(|named| named.is_match(folded))?;
    let name = CREDITS.iter().find_map(|credit| credit.captures(folded)).and_then(|hit| hit.get(1))?;
    WIRES.iter().find(|(_, names)| names.split('|').any(|n| n == name.as_str())).map(|(key, _)| *key)
}

/// Whether an outlet is a wire, by its key or name.
pub fn is_wire(outlet: &str) -> bool {
    let own = fold(outlet);
    WIRES.iter().any(|(wire, _)| is_own_folded(wire, &own))
}

/// Whether a wire or outlet (`origin`) is the outlet itself, by its key or name: another feed of its own, or its text
/// come back from one who reprinted it.
pub fn is_own(origin: &str, outlet: &str) -> bool {
    is_own_folded(&fold(origin), &fold(outlet))
}

fn is_own_folded(wire: &str, own: &str) -> bool {
    let names = WIRES.iter().find(|(key, _)| *key == wire).map_or("", |(_, names)| *names);
    own == wire
        || names.split('|').any(|name| name.len() > 2 && own.contains(name))
        || own.split(['.', '-', ' ']).any(|part| part == wire)
}

/// A hash of the folded word; of plain words, which most are, without looking them up.
fn hash_of(word: &Word<'_>) -> u64 {
    // The letters of ASCII with this bit are the small ones, and digits have it.
    if word.is_plain { hash(word.text.as_bytes(), 0x20) } else { hash(lexeme(word.text).folded.as_bytes(), 0) }
}

/// A hash of bytes with `bits` set in each, eight at a time.
fn hash(bytes: &[u8], bits: u8) -> u64 {
    let start = mix(0, bytes.len() as u64);
    bytes.chunks(8).fold(start, |hash, some| {
        let mut eight = [0; 8];
        eight.iter_mut().zip(some).for_each(|(to, byte)| *to = byte | bits);
        mix(hash, u64::from_le_bytes(eight))
    })
}

fn mix(hash: u64, more: u64) -> u64 {
    (hash ^ more).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item<'a>(title: &'a str, lead: &'a str) -> ItemText<'a> {
        ItemText { title, lead, ..ItemText::default() }
    }

    fn check(lead: &str, outlet: &str, expected: Option<&str>) {
        assert_eq!(origin(&item("", lead), outlet).as_deref(), expected, "{lead:?}");
    }

    #[test]
    fn a_wire_is_known_under_its_names_and_is_no_copy_of_itself() {
        assert!(is_wire("tass-en") && is_wire("Интерфакс") && !is_wire("spacenews"));
        assert!(is_own("tass", "tass-ru") && !is_own("tass", "interfax"));
    }

    #[test]
    fn one_headline_over_two_texts_is_a_copy_and_shares_no_text() {
        let text = |lead| ItemText { title: "Harbour extends the ferry contract", lead, ..ItemText::default() };
        let (a, b) = (
            text("It runs until 2033, the mayor said after a long night."),
            text("Owners and crews had asked for a year."),
        );
        assert!(Print::new(&a).is_like(&Print::new(&b)) && !Print::new(&a).shares_text(&Print::new(&b)));
    }

    #[test]
    fn a_dateline_or_a_credit_names_the_wire() {
        check("OSLO (AP) — The tower fell.", "herald", Some("ap"));
        check("OSLO, May 5. /TASS/. The tower fell.", "herald", Some("tass"));
        check("ОСЛО, 5 мая - РИА Новости. Башня упала.", "gazeta", Some("ria"));
        check("Осло. 5 мая. ИНТЕРФАКС - Башня упала.", "gazeta", Some("interfax"));
        check("Башня упала, сообщает ТАСС.", "gazeta", Some("tass"));
        check("(Reuters) - The tower fell", "herald", Some("reuters"));
    }

    #[test]
    fn the_wire_itself_and_a_mention_are_no_copies() {
        check("OSLO, May 5. /TASS/. The tower fell.", "tass", None);
        check("OSLO, May 5. /TASS/. The tower fell.", "tass.com", None);
        check("The tower of TASS fell.", "herald", None);
        check("Maps of the mountain are apt.", "herald", None);
    }

    #[test]
    fn one_text_with_small_changes_is_the_same() {
        let lead =
            "The old tower in the harbour fell on Friday after a night of storm, the port said, and nobody was hurt.";
        let other = "The old tower in the harbour fell on Friday after a night of storm, the port authority said.";
        assert!(same_text(&item("Tower falls", lead), &item("Harbour tower falls", other)));
        assert!(!same_text(
            &item("Tower falls", lead),
            &item("Tower falls", "A second tower in the town was hit on Monday, and two were hurt.")
        ));
        assert!(!same_text(&item("Tower falls", ""), &item("Tower falls", "")));
    }

    #[test]
    fn a_long_headline_is_the_same_whatever_its_marks_and_capitals() {
        let written = "Port Says “Old Tower” Fell: Nobody Hurt";
        assert!(same_text(&item(written, ""), &item("Port says old tower fell, nobody hurt", "Another lead.")));
        assert!(!same_text(&item(written, ""), &item("Port says new tower fell, nobody hurt", "Another lead.")));
        assert!(!same_text(&item("Old tower fell", ""), &item("Old tower fell", "Another lead.")), "short ones are");
    }

    #[test]
    fn copies_and_families_are_one_source() {
        let all = [
            ("a", "a1", None),
            ("a", "a2", None),
            ("b", "b", Some("tass")),
            ("c", "c", Some("tass")),
            ("d", "d", None),
        ];
        assert_eq!(count_independent(all.into_iter()), 3);
    }
}
