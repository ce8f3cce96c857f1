//! The reader as a whole, on documents written for it.

use std::fmt::Write;

use super::*;
use crate::domain::entry::Entry;
use crate::domain::item::Lang;

pub(super) fn document(text: &str) -> FeedDocument {
    let base = Url::parse("https://example.org/feeds/all.xml").ok();
    read(text.as_bytes(), None, base.as_ref(), &ReadLimits::default()).unwrap_or_else(|f| panic!("{f}: {text}"))
}

pub(super) fn failure(bytes: &[u8]) -> PollFailure {
    read(bytes, None, None, &ReadLimits::default()).unwrap_err()
}

pub(super) fn rss(items: &str) -> String {
    format!("<rss version='2.0'><channel><title>News</title><link>https://example.org/</link>{items}</channel></rss>")
}

pub(super) fn entry(item: &str) -> Entry {
    let mut entries = document(&rss(&format!("<item>{item}</item>"))).entries;
    assert_eq!(entries.len(), 1, "{item}");
    entries.remove(0)
}

pub(super) fn titles(text: &str) -> Vec<String> {
    document(text).entries.into_iter().map(|e| e.title).collect()
}

#[test]
fn the_five_formats_say_the_same() {
    for (file, format) in [
        (include_str!("../../tests/fixtures/read/rss2.xml"), "rss2"),
        (include_str!("../../tests/fixtures/read/rss1.xml"), "rss1"),
        (include_str!("../../tests/fixtures/read/rss090.xml"), "rss0"),
        (include_str!("../../tests/fixtures/read/atom10.xml"), "atom"),
        (include_str!("../../tests/fixtures/read/atom03.xml"), "atom"),
        (include_str!("../../tests/fixtures/read/feed.json"), "json"),
    ] {
        let document = document(file);
        assert_eq!(document.format, format);
        assert_eq!(document.title.as_deref(), Some("Orbit & Ground"), "{format}");
        assert_eq!(document.url.as_deref(), Some("https://example.org/"), "{format}");
        let found: Vec<_> = document.entries.iter().map(|e| (e.title.as_str(), e.url.as_deref())).collect();
        let expected = [
            ("Crew of \"Soyuz\" lands", Some("https://example.org/a?x=1&y=2")),
            ("Экипаж вернулся", Some("https://example.org/b")),
        ];
        assert_eq!(found, expected, "{format}");
        assert_eq!(document.entries.iter().map(|e| e.language).collect::<Vec<_>>(), [Some(Lang::En), Some(Lang::Ru)]);
        if format != "rss0" {
            let first = &document.entries[0];
            assert_eq!(first.published.map(|t| t.to_string()).as_deref(), Some("2024-02-01T15:04:05Z"), "{format}");
            assert_eq!(first.summary.as_deref(), Some("They landed at dawn."), "{format}");
            assert!(first.guid.is_some(), "{format}");
        }
        assert_eq!(document.repairs, Vec::<String>::new(), "{format}");
    }
}

#[test]
fn what_publishers_break_is_mended_and_told() {
    let document = document(include_str!("../../tests/fixtures/read/broken.xml"));
    let titles: Vec<_> = document.entries.iter().map(|e| e.title.as_str()).collect();
    assert_eq!(titles, ["AT&T & Co", "«Unclosed» title", "Second — first"]);
    assert_eq!(document.entries[1].url.as_deref(), Some("https://example.org/2"));
    assert!(document.repairs.iter().any(|r| r == "1 bare ampersand"), "{:?}", document.repairs);
    assert!(document.repairs.iter().any(|r| r.contains("left open")), "{:?}", document.repairs);
    assert!(document.repairs.iter().any(|r| r.contains("cut off")), "{:?}", document.repairs);
}

#[test]
fn one_bad_entry_costs_no_other() {
    let bad = [
        "<item><title>x",
        "<item><title><![CDATA[x</title></item>",
        "<item <title>x</item>",
        "<item><a><b></item>",
        "<item/>",
    ];
    for bad in bad {
        let found = titles(&rss(&format!("<item><title>a</title></item>{bad}<item><title>b</title></item>")));
        assert!(found.contains(&"a".to_owned()) && found.contains(&"b".to_owned()), "{bad}: {found:?}");
    }
}

#[test]
fn abbreviations_of_the_document_type_are_written_out() {
    let head = "<!DOCTYPE rss [<!ENTITY co 'Roscosmos'><!ENTITY file SYSTEM 'file:///etc/passwd'>]>";
    assert_eq!(titles(&format!("{head}{}", rss("<item><title>&co; &file;</title></item>"))), ["Roscosmos &file;"]);
}

#[test]
fn a_wrong_root_or_namespace_hides_no_entry() {
    for root in
        ["<rss>", "<rss version='2.00'>", "<rss xmlns='http://backend.userland.com/rss2'>", "<rss xmlns='urn:unknown'>"]
    {
        let text = format!("{root}<channel><title>n</title><item><title>a</title></item></channel></rss>");
        assert_eq!(titles(&text), ["a"], "{root}");
    }
    assert_eq!(
        titles("Notice: x in y.php\n<?xml version='1.0'?><rss><channel><item><title>a</title></item></channel></rss>"),
        ["a"]
    );
    assert_eq!(titles("<html><body><rss><channel><item><title>a</title></item></channel></rss></body></html>"), ["a"]);
}

#[test]
fn ids_are_the_publishers_or_none() {
    assert_eq!(entry("<title>a</title>").guid, None);
    assert_eq!(entry("<guid isPermaLink='false'> x-1 </guid>").guid.as_deref(), Some("x-1"));
    let long = entry(&format!("<guid>{}</guid>", "я".repeat(100_000))).guid.unwrap_or_default();
    assert!(long.len() <= 512 && long.contains('#'));
}

#[test]
fn a_guid_is_a_link_when_it_says_so() {
    let url = |item: &str| entry(item).url;
    assert_eq!(url("<guid>https://example.org/1</guid>").as_deref(), Some("https://example.org/1"));
    assert_eq!(url("<guid isPermaLink='true'>/1</guid>").as_deref(), Some("https://example.org/1"));
    assert_eq!(url("<guid isPermaLink='false'>https://example.org/1</guid>"), None);
    assert_eq!(url("<guid>12345</guid>"), None);
    assert_eq!(url("<link>/2</link><guid>https://example.org/1</guid>").as_deref(), Some("https://example.org/2"));
    assert_eq!(url("<link>javascript:alert(1)</link>"), None);
}

#[test]
fn titles_are_one_plain_line() {
    let title = |item: &str| entry(item).title;
    assert_eq!(title("<title>a &lt;b&gt;c&lt;/b&gt;\n d &amp;amp; e</title>"), "a c d & e");
    assert_eq!(title("<title><![CDATA[Q&A: what?]]></title>"), "Q&A: what?");
    assert_eq!(title("<description>No title &lt;b&gt;here&lt;/b&gt;</description>"), "No title here");
    assert_eq!(
        title("<title>first</title><media:title xmlns:media='http://search.yahoo.com/mrss/'>m</media:title>"),
        "first"
    );
}

#[test]
fn the_fields_beside_the_text_are_kept() {
    let entry = entry(
        "<title>a</title><source url='https://daily.example/'>Daily</source><author>m@example.org (M. Petrova)</author>\
         <dc:creator>I. Smith</dc:creator><category>ISS</category><category>ISS</category><comments>/c</comments>\
         <enclosure url='https://example.org/v.mp4' type='video/mp4'/>\
         <media:group><media:content url='https://example.org/p.jpg'/><media:thumbnail url='/t.png'/></media:group>",
    );
    assert_eq!(entry.source.map(|s| (s.name, s.url)), Some(("Daily".into(), Some("https://daily.example/".into()))));
    assert_eq!(entry.authors, ["m@example.org (M. Petrova)", "I. Smith"]);
    assert_eq!(entry.categories, ["ISS"]);
    assert_eq!(entry.comments.as_deref(), Some("https://example.org/c"));
    let media: Vec<_> = entry.media.iter().map(|m| m.medium.as_str()).collect();
    assert_eq!(media, ["video", "image", "image"]);
}

#[test]
fn hints_are_read_in_any_order() {
    let document = document(&rss(
        "<ttl>90</ttl><sy:updateFrequency>2</sy:updateFrequency><sy:updatePeriod>daily</sy:updatePeriod>\
         <skipHours><hour>3</hour><hour>24</hour><hour>x</hour></skipHours><skipDays><day>Sunday</day></skipDays>",
    ));
    assert_eq!(document.hints.ttl_minutes, Some(90));
    assert_eq!(document.hints.update_minutes, Some(720));
    assert_eq!(document.hints.skip_hours, [3, 0]);
    assert_eq!(document.hints.skip_days, ["sunday"]);
}

#[test]
fn an_aggregators_list_is_coverage_and_its_publisher_the_source() {
    let list = "&lt;ol&gt;&lt;li&gt;&lt;a href=\"https://n.example/1\"&gt;Crew lands&lt;/a&gt;&amp;nbsp;&lt;font&gt;Daily&lt;/font&gt;&lt;/li&gt;\
                &lt;li&gt;&lt;a href=\"https://n.example/2\"&gt;Capsule home&lt;/a&gt; &lt;font&gt;Gazette&lt;/font&gt;&lt;/li&gt;&lt;/ol&gt;";
    for source in ["<source url='https://daily.example'>Daily</source>", ""] {
        let entry = entry(&format!("<title>Crew lands - Daily</title>{source}<description>{list}</description>"));
        assert_eq!(entry.title, "Crew lands");
        assert_eq!(entry.source.map(|s| s.name).as_deref(), Some("Daily"));
        assert_eq!(entry.coverage.iter().map(|c| c.title.as_str()).collect::<Vec<_>>(), ["Capsule home"]);
        assert_eq!(entry.summary, None);
    }
}

#[test]
fn summary_and_content_are_told_apart() {
    let both =
        entry("<description>lead</description><content:encoded><![CDATA[<p>lead</p><p>more</p>]]></content:encoded>");
    assert_eq!((both.summary.as_deref(), both.content_text.as_deref()), (Some("lead"), Some("lead\n\nmore")));
    let same = entry("<description>lead</description><content:encoded><![CDATA[<p>lead</p>]]></content:encoded>");
    assert_eq!((same.summary.as_deref(), same.content_text), (Some("lead"), None));
    assert_eq!(same.content_html.as_deref(), Some("<p>lead</p>"));
}

#[test]
fn a_bad_json_item_costs_no_other() {
    let text = r#"{"title":"n","items":[{"id":7,"content_text":"a"},null,{"id":"x","url":5,"title":["no"],"content_html":"<b>b</b>"}]}"#;
    let document = document(text);
    let found: Vec<_> = document.entries.iter().map(|e| (e.guid.as_deref(), e.title.as_str())).collect();
    assert_eq!(found, [(Some("7"), "a"), (Some("x"), "b")]);
    assert_eq!(document.repairs, ["1 item that is no object dropped"]);
}

#[test]
fn what_is_no_feed_is_refused_by_kind() {
    for blank in [" \n\0", "\u{feff}", "\u{feff}\u{feff}\n", "\u{a0} \u{a0}"] {
        assert_eq!(failure(blank.as_bytes()).class, FailureClass::Empty, "{blank:?}");
    }
    assert_eq!(failure(b"<!DOCTYPE html><html><title>Home</title>").class, FailureClass::NotAFeed);
    assert_eq!(failure(b"\x89PNG\r\n\x1a\n").class, FailureClass::NotAFeed);
    assert_eq!(failure(b"<html><script src='/cdn-cgi/challenge-platform/x'>").class, FailureClass::BotWall);
    assert_eq!(failure(b"{\"items\": [").class, FailureClass::Malformed);
    assert_eq!(failure(b"<rss version='2.0'/>").class, FailureClass::Malformed);
}

#[test]
fn what_is_nested_too_deep_costs_no_entry() {
    let item = "<item><title>a</title><link>https://example.org/a</link></item>";
    let nested = |name: &str, n: usize| format!("{}{}", format!("<{name}>").repeat(n), format!("</{name}>").repeat(n));
    for deep in ["<meta>".repeat(70), nested("x", 100), nested("channel", 100), "<rss>".repeat(100_000)] {
        assert_eq!(titles(&rss(&format!("{deep}{item}{deep}{item}"))), ["a", "a"]);
    }
    let inside = entry(&format!("{}<title>a</title><x></item>", "<x>".repeat(100)));
    assert_eq!(inside.title, "a");
    assert_eq!(document(&rss(&"<a>".repeat(100_000))).entries, Vec::new());
}

#[test]
fn hostile_sizes_take_bounded_time() {
    let mut attributes = String::new();
    (0..50_000).for_each(|i| write!(attributes, " a{i}='x'").unwrap_or_default());
    let mut namespaces = String::new();
    (0..60).for_each(|i| write!(namespaces, "<n{i} xmlns:p{i}='urn:{i}'>").unwrap_or_default());
    let long = "x".repeat(8 << 20);
    for text in [
        rss(&format!("<item{attributes}><title{attributes}>a</title></item>")),
        rss(&format!("<item><title t='{long}'>a</title></item>")),
        rss(&format!("<!-- {long} --><item><title>a</title></item>")),
        rss(&format!("<item><{long}/><title>a</title></item>")),
        rss(&format!("{namespaces}<item><title>a</title></item>")),
        rss(&"<item><title>a</title></item>".repeat(100_000)),
        rss(&format!("<item><title>a</title><description>{}</description></item>", "<ul><li>".repeat(100_000))),
        rss(&format!("<item><title>a{}</title></item>", "</b>".repeat(200_000))),
        rss(&format!("<item><title>a</title>{}</item>", "<category>c</category>".repeat(100_000))),
    ] {
        let document = document(&text);
        assert_eq!(document.entries[0].title, "a");
        assert!(document.entries.len() <= ReadLimits::default().entries_max);
    }
}

#[test]
fn a_feed_without_entries_is_still_a_feed() {
    assert_eq!(document("<rss version='2.0'><channel><ttl>5</ttl></channel></rss>").entries, Vec::new());
    assert_eq!(document("<feed xmlns='http://www.w3.org/2005/Atom'/>").format, "atom");
    assert_eq!(document(&rss("<item/><item> </item>")).repairs, ["2 empty entries dropped"]);
}

#[test]
fn an_entry_that_says_nothing_useful_is_kept_and_marked() {
    let mute = entry("<pubDate>Thu, 01 Feb 2024 15:04:05 GMT</pubDate>");
    assert!(mute.is_mute() && mute.published.is_some());
    assert!(!entry("<link>https://example.org/</link>").is_mute());
}
