//! What holds for any input: the kept inputs of the fuzz targets, and random ones.

use std::path::Path;

use proptest::prelude::*;

#[path = "../../fuzz/properties.rs"]
mod properties;

#[test]
fn the_kept_inputs_break_nothing() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, holds) in properties::ALL {
        let mut n = 0;
        for file in std::fs::read_dir(corpus.join(name)).unwrap().map(|file| file.unwrap().path()) {
            println!("{}", file.display());
            holds(&std::fs::read(file).unwrap());
            n += 1;
        }
        assert!(n >= 3, "{name}: only {n} inputs");
    }
}

/// What the languages at hand are made of.
const PIECES: [&str; 30] = [
    "<",
    ">",
    "</",
    "&",
    "&amp;",
    "&#x202e;",
    "\"",
    "'",
    "=",
    "http://",
    "https://e.org/",
    "?utm_source=a",
    "#",
    "%2e",
    "@",
    ":",
    "//",
    "\n",
    "\r\n",
    "\t",
    "\u{1b}[31m",
    "\u{0}",
    "key = ",
    "[entity.x]",
    "forms = [",
    "]",
    "<p>",
    "<script>",
    "<a href=",
    "жя",
];

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![proptest::sample::select(PIECES.to_vec()).prop_map(str::to_owned), ".{0,5}"];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn random_inputs_break_nothing(text in pieces(), bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for (_, holds) in properties::ALL {
            holds(text.as_bytes());
            holds(&bytes);
        }
    }
}
