//! Documents that break off.

use super::tests::{document, failure, rss};
use super::*;

#[test]
fn an_entry_that_the_document_cuts_off_waits_until_it_comes_whole() {
    let held = "the document is cut off inside its last entry, which is held back until it comes whole";
    let whole = rss("<item><title>a</title></item><item><title>b</title><link>https://example.org/b</link></item>");
    let end_of_b = whole.rfind("</item>").unwrap_or_default();
    for cut in whole.find("<title>b").unwrap_or_default()..end_of_b {
        let document = document(&whole[..cut]);
        assert!(document.is_cut && document.entries.len() == 1, "{}", &whole[..cut]);
        assert!(document.repairs.iter().any(|repair| repair == held), "{:?}", document.repairs);
    }
    let behind = document(&whole[..end_of_b + "</item>".len()]);
    assert_eq!((behind.is_cut, behind.entries.len()), (true, 2));
    assert_eq!(behind.repairs[0], "the document is cut off outside of its entries");
    let sloppy = document(&whole.replace("</rss>", "").replace("</item></channel>", "</channel>"));
    assert_eq!((sloppy.is_cut, sloppy.entries.len()), (false, 2));
}

#[test]
fn the_only_entry_is_kept_although_it_is_cut_off() {
    let document = document("<rss><channel><item/><item><title>The only rep");
    assert_eq!((document.is_cut, document.entries.len()), (true, 1));
}

#[test]
fn a_document_cut_off_before_its_first_entry_is_a_failure() {
    for cut in ["<rss><channel><title>Ne", "<rss><channel><title>News</title>", "<feed><title>News</title><"] {
        let failure = failure(cut.as_bytes());
        let words = "the document is cut off before its first entry";
        assert_eq!((failure.class, failure.detail.as_str()), (FailureClass::Malformed, words), "{cut}");
    }
}
