//! The reader on documents nobody wrote on purpose: real ones and random ones.

use proptest::prelude::*;

use super::*;

/// Counts of entries in real documents, kept beside the fixtures; the documents themselves are not ours to ship.
#[test]
fn real_documents_give_the_expected_numbers() {
    let directory = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/feeds"));
    if !directory.is_dir() {
        println!("skipped: ../shared/data is not here");
        return;
    }
    let mut wrong = Vec::new();
    for line in include_str!("../../tests/fixtures/read/feeds_expected.tsv").lines().filter(|l| !l.starts_with('#')) {
        let (file, n) = line.split_once('\t').expect("file and count");
        let Ok(bytes) = std::fs::read(directory.join(file)) else { continue };
        let found = read(&bytes, None, None, &ReadLimits::default()).map_or(0, |d| d.entries.len());
        if found.to_string() != n {
            wrong.push(format!("{file}: {found} instead of {n}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

const PIECES: [&str; 24] = [
    "<rss>",
    "<channel>",
    "<item>",
    "</item>",
    "<title>",
    "</title>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&amp;",
    "&#x",
    "&nbsp;",
    "<description>",
    "</description>",
    "<a href=\"",
    "\">",
    "xmlns:a='b'",
    "<entry xml:base='http://e.org/'>",
    "<link href='x'/>",
    "<pubDate>1 фев 24",
    "</",
    "<?xml encoding='koi8-r'?>",
    "{\"items\":[{}]}",
];

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let result = read(&bytes, None, None, &ReadLimits::default());
        prop_assert!(!matches!(result, Err(f) if f.class == FailureClass::Internal));
    }

    #[test]
    fn shuffled_markup_never_panics(parts in proptest::collection::vec(prop_oneof![
        proptest::sample::select(PIECES.to_vec()).prop_map(str::to_owned), ".{0,4}",
    ], 0..60)) {
        let result = read(parts.concat().as_bytes(), None, None, &ReadLimits::default());
        prop_assert!(!matches!(result, Err(f) if f.class == FailureClass::Internal));
    }

    #[test]
    fn damaged_feeds_never_panic(at in 0usize..2000, byte: u8, cut in 0usize..3000) {
        let mut bytes = include_bytes!("../../tests/fixtures/read/rss2.xml").to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        bytes.truncate(bytes.len().min(cut + 1));
        let result = read(&bytes, None, None, &ReadLimits::default());
        prop_assert!(!matches!(result, Err(f) if f.class == FailureClass::Internal));
    }

    #[test]
    fn any_text_as_a_date_never_panics(text in "[0-9a-zA-Zа-я:+., /-]{0,40}") {
        let _ = date::parse(&text);
    }
}
