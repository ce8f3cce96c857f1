//! What stands in documents of ill will, from their first byte to their last item, and what a visit to each is called.

use std::time::{Duration, Instant};

use orbitwire::clock::Clock;

use super::wire::{Manner, Trap, answer};
use super::{Case, Siege, case, gzip};
use crate::harness::happening;
use crate::running::PATIENCE;

fn serving(bytes: impl AsRef<[u8]>) -> Manner {
    Manner::Says(answer("200 OK", &["Content-Type: application/xml"], bytes))
}

fn document(name: &str, bytes: impl AsRef<[u8]>, expected: &'static str) -> Case {
    case(name, serving(bytes), expected)
}

/// A channel around this.
fn rss(inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>t</title>{inner}</channel></rss>"
    )
}

/// An item around this.
fn one(inner: &str) -> String {
    rss(&format!("<item><guid>1</guid><link>https://outlet.example/1</link>{inner}</item>"))
}

fn titled(title: &str) -> String {
    one(&format!("<title>{title}</title>"))
}

/// Broken or misleading before any item is reached.
fn bytes_of_ill_will() -> Vec<Case> {
    let good = titled("The only report of this feed");
    let wide = |bytes: fn(u16) -> [u8; 2]| good.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let cut = |at: &str, extra: usize| good[..good.find(at).unwrap() + extra].to_owned();
    let repeated = |piece: &str, n: usize| piece.repeat(n);
    vec![
        document("nothing but a declaration", "<?xml version='1.0'?>", "not_a_feed|empty|malformed"),
        document("nothing but a root", "<rss/>", "malformed|not_a_feed"),
        document("nothing but a channel", "<rss><channel/></rss>", "accepted|malformed|empty"),
        document("one angle", "<", "not_a_feed"),
        document("a million opening angles", repeated("<", 1_000_000), "not_a_feed|malformed"),
        document("a million closing angles", repeated(">", 1_000_000), "not_a_feed"),
        document("a million ampersands", one(&format!("<title>{}</title>", repeated("&", 1_000_000))), "accepted"),
        document(
            "a million ends of sections",
            one(&format!("<title>x{}</title>", repeated("]]>", 300_000))),
            "accepted",
        ),
        document(
            "a million quotes",
            rss(&format!("<item a={}", repeated("\"'", 500_000))),
            "accepted|malformed|not_a_feed",
        ),
        document("a cut in a tag", cut("</title></item>", 4), "accepted"),
        document(
            "a cut in an attribute",
            rss("<item><title>The only report</title><link href=\"http").replace("</channel></rss>", ""),
            "accepted",
        ),
        document("a cut in a section", "<rss><channel><item><title><![CDATA[The only report", "accepted"),
        document("a cut in a comment", "<rss><channel><item><title>The only report</title></item><!-- and", "accepted"),
        document(
            "a cut in an instruction",
            "<rss><channel><item><title>The only report</title></item><?php echo",
            "accepted",
        ),
        document(
            "a cut in a character",
            [b"<rss><channel><item><title>The only report \xd0".to_vec()].concat(),
            "accepted",
        ),
        document("two documents in one", [good.as_str(), good.as_str()].concat(), "accepted"),
        document("words before the document", format!("Warning: mysql_connect() on line 3\n{good}"), "accepted"),
        document("words behind the document", format!("{good}<script>alert(1)</script>"), "accepted"),
        document("ten marks of byte order", format!("{}{good}", "\u{feff}".repeat(10)), "accepted"),
        document(
            "null bytes all over",
            good.chars().flat_map(|c| [c, '\0']).collect::<String>(),
            "accepted|not_a_feed|malformed|empty",
        ),
        document("control bytes all over", good.replace(' ', " \u{1}\u{8}\u{1b}"), "accepted"),
        document("two bytes a letter", wide(u16::to_le_bytes), "accepted"),
        document("two bytes a letter the other way", wide(u16::to_be_bytes), "accepted"),
        document("two bytes a letter with a mark", [b"\xff\xfe".to_vec(), wide(u16::to_le_bytes)].concat(), "accepted"),
        document(
            "four bytes a letter",
            good.chars().flat_map(|c| (c as u32).to_le_bytes()).collect::<Vec<u8>>(),
            "accepted|not_a_feed|malformed|empty",
        ),
        document("a wrong declaration", good.replace("utf-8", "utf-16"), "accepted"),
        document("a declaration of nothing", good.replace("utf-8", ""), "accepted"),
        document("a declaration of a megabyte", good.replace("utf-8", &repeated("x", 1 << 20)), "accepted"),
        document("a declaration of another age", good.replace("utf-8", "EBCDIC-CP-US"), "accepted"),
        document(
            "overlong letters",
            [
                titled("A report").into_bytes(),
                b"<rss><item><title>\xc0\xbcscript\xc0\xbe</title></item></rss>".to_vec(),
            ]
            .concat(),
            "accepted",
        ),
        document(
            "halves of letters",
            [b"<rss><channel><item><title>The \xed\xa0\x80 report</title></item></channel></rss>".to_vec()].concat(),
            "accepted",
        ),
        document(
            "bytes of no meaning",
            (0u32..200_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<u8>>(),
            "not_a_feed|malformed|empty",
        ),
        document(
            "an old version",
            good.replace("version=\"2.0\"", "version=\"0.91\" xmlns=\"http://backend.userland.com/rss2\""),
            "accepted",
        ),
        document("an absurd version", good.replace("version=\"2.0\"", "version=\"99999999999999999999\""), "accepted"),
        document(
            "prefixes that nobody declared",
            one("<title>The only report</title><x:y><z:w a:b='c'/></x:y>"),
            "accepted",
        ),
    ]
}

/// What grows without end, and what reaches out of the document.
fn bombs(trap: &Trap) -> Vec<Case> {
    let port = trap.port;
    let laughs: String =
        (1..10).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
    let with_type = |inner: &str, title: &str| {
        format!(
            "<?xml version='1.0'?><!DOCTYPE rss [{inner}]><rss version='2.0'><channel><item><guid>1</guid><title>The report {title}</title></item></channel></rss>"
        )
    };
    let nested = |open: &str, n: usize| rss(&format!("<item><title>The report</title>{}", open.repeat(n)));
    let bound: String = (0..66_000).map(|n| format!("<a xmlns:n{n}='u{n}'>")).collect();
    let attributes: String = (0..50_000).map(|n| format!(" a{n}='{n}'")).collect();
    let big = |n: usize| "x".repeat(n);
    let items = |n: usize| {
        rss(&(0..n).map(|n| format!("<item><guid>{n}</guid><title>Report {n}</title></item>")).collect::<String>())
    };
    vec![
        document("a billion laughs", with_type(&format!("<!ENTITY l0 'ha'>{laughs}"), "&l9;"), "accepted|malformed"),
        document(
            "a quadratic laugh",
            with_type(&format!("<!ENTITY a '{}'>", big(50_000)), &"&a;".repeat(50_000)),
            "accepted|malformed",
        ),
        document("an entity of itself", with_type("<!ENTITY a '&b;'><!ENTITY b '&a;'>", "&a;"), "accepted|malformed"),
        document("an entity of a file", with_type("<!ENTITY a SYSTEM 'file:///etc/passwd'>", "&a;"), "accepted"),
        document(
            "an entity of a server",
            with_type(&format!("<!ENTITY a SYSTEM 'http://127.0.0.2:{port}/'>"), "&a;"),
            "accepted",
        ),
        document(
            "an entity of parameters",
            with_type(&format!("<!ENTITY % a SYSTEM 'http://127.0.0.2:{port}/'> %a;"), "x"),
            "accepted",
        ),
        document(
            "a type elsewhere",
            format!("<!DOCTYPE rss SYSTEM 'http://127.0.0.2:{port}/rss.dtd'>{}", titled("The only report")),
            "accepted",
        ),
        document(
            "a style elsewhere",
            format!(
                "<?xml-stylesheet href='http://127.0.0.2:{port}/x.xsl' type='text/xsl'?>{}",
                titled("The only report")
            ),
            "accepted",
        ),
        document(
            "an inclusion",
            one(&format!(
                "<title>The only report</title><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='http://127.0.0.2:{port}/'/>"
            )),
            "accepted",
        ),
        document(
            "entities of no letter",
            titled("The &#0;&#xD800;&#x110000;&#99999999999999;&#-1;&#x; report"),
            "accepted",
        ),
        document("entities of controls", titled("The &#27;[2J&#8;&#x202E;&#7; report"), "accepted"),
        document("entities that nobody knows", titled("The &nbsp;&laquo;&zzz;&; & report"), "accepted"),
        document("nested a hundred thousand times", nested("<a>", 100_000), "malformed|accepted"),
        document("nested in names", rss(&bound), "malformed|accepted"),
        document("nested items", nested("<item>", 10_000), "malformed|accepted"),
        document("nested sections", titled(&format!("The report {}", "<![CDATA[".repeat(50_000))), "accepted"),
        document(
            "nested in its markup",
            one(&format!(
                "<title>The report</title><description><![CDATA[{}]]></description>",
                "<div>".repeat(200_000)
            )),
            "accepted",
        ),
        document(
            "nested in lists of its markup",
            one(&format!(
                "<title>The report</title><description><![CDATA[{}]]></description>",
                "<ul><li><a href=x>".repeat(60_000)
            )),
            "accepted",
        ),
        document(
            "fifty thousand attributes",
            rss(&format!("<item{attributes}><title>The report</title></item>")),
            "accepted",
        ),
        document(
            "an attribute of eight megabytes",
            rss(&format!("<item a='{}'><title>The report</title></item>", big(8 << 20))),
            "accepted",
        ),
        document(
            "a comment of eight megabytes",
            format!("<!--{}-->{}", big(8 << 20), titled("The only report")),
            "accepted",
        ),
        document(
            "a name of a megabyte",
            rss(&format!("<{0}>x</{0}><item><title>The report</title></item>", big(1 << 20))),
            "accepted",
        ),
        document("a title of nine megabytes", titled(&big(9 << 20)), "accepted"),
        document("a title of a million words", titled(&"ab ".repeat(1_000_000)), "accepted"),
        document(
            "a text of nine megabytes",
            one(&format!("<title>The report</title><description>{}</description>", "word ".repeat(1_800_000))),
            "accepted",
        ),
        document(
            "an id of a megabyte",
            rss(&format!("<item><guid>{}</guid><title>The report</title></item>", big(1 << 20))),
            "accepted",
        ),
        document(
            "a link of a megabyte",
            rss(&format!("<item><link>https://x.example/{}</link><title>The report</title></item>", big(1 << 20))),
            "accepted",
        ),
        document("a hundred thousand items", items(100_000), "accepted"),
        document(
            "a hundred thousand categories",
            one(&format!("<title>The report</title>{}", "<category>a</category>".repeat(100_000))),
            "accepted",
        ),
        document(
            "a hundred thousand links",
            one(&format!("<title>The report</title>{}", "<atom:link href='https://x.example/'/>".repeat(100_000))),
            "accepted",
        ),
        document(
            "a hundred thousand authors",
            one(&format!("<title>The report</title>{}", "<author>a@example.org</author>".repeat(100_000))),
            "accepted",
        ),
        document(
            "numbers in JSON of any depth",
            format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":{}", "[".repeat(100_000)),
            "malformed|not_a_feed",
        ),
        document(
            "a JSON feed of oddities",
            "\u{feff}{\"version\":\"https://jsonfeed.org/version/9\",\"title\":null,\"items\":[{\"id\":1e400,\"title\":\"x\"},{\"id\":[1],\"title\":{}},null,7,{\"id\":2,\"title\":\"The \\ud800 report\",\"url\":\"javascript:alert(1)\"}]}",
            "accepted|malformed",
        ),
        document(
            "a JSON feed whose items are none",
            "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":{\"0\":{\"id\":\"1\"}}}",
            "accepted|malformed|not_a_feed",
        ),
        document(
            "a JSON feed cut short",
            "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":\"1\",\"title\":\"The re",
            "malformed",
        ),
        document(
            "a JSON feed twice",
            "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":\"1\",\"title\":\"The report\"}]}{}",
            "accepted|malformed",
        ),
    ]
}

/// Packed small and large when unpacked, all at once; whoever waits too long for a place comes again. What is narrow or
/// wide on the way is something else as text.
fn crowd() -> Vec<Case> {
    let item = "<item><guid>1</guid><title>The only report</title></item>";
    let blank = rss(&format!("{}{item}", " ".repeat(9_900_000))).into_bytes();
    let narrow = format!("<?xml version='1.0' encoding='windows-1251'?><rss><channel>{item}<item><title>");
    let narrow = [narrow.as_bytes(), &b"\xd0\xee\xf1".repeat(3_300_000)].concat();
    let items: String =
        (0..50_000).map(|n| format!("<item><guid>{n}</guid><title>The report {n}</title></item>")).collect();
    let wide =
        rss(&items).chars().take(5_000_000).collect::<String>().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let kinds = [("blank", blank), ("narrow", narrow), ("wide", wide)].map(|(name, body): (_, Vec<u8>)| {
        (name, answer("200 OK", &["Content-Type: application/xml", "Content-Encoding: gzip"], gzip(&body)))
    });
    let each = |n: usize| {
        let (kind, answer) = &kinds[n % kinds.len()];
        case(&format!("one of a crowd {n} {kind}"), Manner::Says(answer.clone()), "accepted|timeout")
    };
    (0..36).map(each).collect()
}

/// What an item says in its fields; each is a happening of its own for the topic, so that it goes all the way into a
/// mail.
fn items_of_ill_will() -> Vec<Case> {
    let titles = [
        "<script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
        "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "<![CDATA[<svg/onload=alert(1)>]]>",
        "&#13;&#10;Bcc: victim@example.org&#13;&#10;&#13;&#10;injected",
        "&#27;[2J&#27;]0;owned&#7;",
        "\u{202e}gnp.exe\u{202c}\u{2066}\u{200f}",
        "\u{200b}\u{feff}\u{2060}\u{e0041}\u{e007f}",
        "e\u{301}\u{301}\u{301}\u{301}\u{301}",
        "{{ 7*7 }}{% for x in y %}{{ config }}",
        "'; DROP TABLE items; --",
        "%s%n%d {} ${jndi:ldap://127.0.0.2/x}",
        "=HYPERLINK(\"http://x\")",
        "\u{2028}line\u{2029}paragraph\u{85}next",
        "NАSА и Rоsсоsmоs",
        "&#x1F468;&#x200D;&#x1F469;&#x200D;&#x1F467;",
        "\\\"'`--&gt;]]&gt;",
    ];
    let mut texts: Vec<String> = titles.iter().map(|title| format!("<title>{{}} {title}</title>")).collect();
    texts.push(format!("<title>{{}} {}</title>", "\u{300}".repeat(50_000)));
    texts.push(format!("<title>{{}} {}</title>", "W".repeat(100_000)));
    for markup in [
        "<img src=x onerror=alert(1)>",
        "<a href='java\tscript:alert(1)'>x</a>",
        "<a href=\"data:text/html,x\">x</a>",
        "<iframe src=//x.example></iframe>",
        "<style>*{display:none}</style>",
        "<form action=//x.example><input></form>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<!--><script>alert(1)</script>-->",
        "<base href=//x.example><meta http-equiv=refresh content=0>",
    ] {
        texts.push(format!("<title>{{}}</title><description><![CDATA[NASA and Roscosmos. {markup}]]></description>"));
    }
    for link in [
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//x.example/1",
        "https://user:pass@x.example/",
        "https://x.example/\"&gt;&lt;script&gt;",
        "https://x.example/a&#13;&#10;Bcc:b",
        "http://",
        "https://[::1",
        "https://x.example:99999/",
        "intent://x#Intent;end",
        "https://хn--.example/\u{202e}",
    ] {
        texts.push(format!("<title>{{}}</title><link>{link}</link>"));
    }
    for date in [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Sat, 01 Jan 10000 00:00:00 GMT",
        "30 Feb 2026",
        "Mon, 99 Foo 2026 99:99:99 +9999",
        "-1",
        "1e99",
        "99999999999999999999",
        "2026-13-45T25:61:61Z",
        "2026-11-26T10:00:00+99:99",
        "вчера",
        "\u{661}\u{662}",
    ] {
        texts.push(format!("<title>{{}}</title><pubDate>{date}</pubDate>"));
    }
    for extra in [
        "<itunes:duration>99999999999999999999999</itunes:duration>",
        "<itunes:duration>١٢:٠٥:٣٥</itunes:duration>",
        "<media:thumbnail url='x' width='99999999999' time='\u{661}'/>",
        "<enclosure url='javascript:x' length='-1' type='a\nb'/>",
        "<dc:creator>x\r\nBcc: victim@example.org</dc:creator>",
        "<category>&lt;script&gt;\u{1b}[2J</category>",
        "<source url='file:///etc/passwd'>\u{202e}x</source>",
        "<guid isPermaLink='true'>javascript:alert(1)</guid>",
    ] {
        texts.push(format!("<title>{{}}</title>{extra}"));
    }
    let now = jiff::fmt::rfc2822::to_string(&Clock::System.now().to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
    let of = |(n, text): (usize, String)| {
        let (title, lead) = happening(n);
        let lead =
            if text.contains("<description>") { String::new() } else { format!("<description>{lead}</description>") };
        let date = if text.contains("<pubDate>") { String::new() } else { format!("<pubDate>{now}</pubDate>") };
        let item = format!("<item><guid>ill-{n}</guid>{}{lead}{date}</item>", text.replacen("{}", &title, 1));
        document(&format!("field {n}"), rss(&item), "accepted")
    };
    let mut cases: Vec<Case> = texts.into_iter().enumerate().map(of).collect();
    let hints = "<ttl>99999999999999999999</ttl><skipHours><hour>25</hour><hour>-1</hour></skipHours><skipDays><day>Noday</day></skipDays><sy:updatePeriod>never</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency><lastBuildDate>x</lastBuildDate><cloud domain='127.0.0.2'/>";
    cases.push(document(
        "wishes of the channel",
        rss(&format!("{hints}<item><guid>1</guid><title>The report</title></item>")),
        "accepted",
    ));
    cases.push(document(
        "one id for forty items",
        rss(&(0..40).map(|n| format!("<item><guid>same</guid><title>Report {n}</title></item>")).collect::<String>()),
        "accepted",
    ));
    cases.push(document("a channel of ill will", rss("<item><guid>1</guid><title>The report</title></item>").replace("<title>t</title>", "<title>x&#13;&#10;Bcc: a@example.org &#27;[2J\u{202e}<script>alert(1)</script></title><link>javascript:alert(1)</link>"), "accepted"));
    cases
}

/// What no mail may hold, whatever was in the feeds.
fn faults_of_mails(siege: &Siege) -> Vec<String> {
    let mut faults = Vec::new();
    let mails = siege.world.mails();
    for (name, bytes) in &mails {
        let text = String::from_utf8_lossy(bytes).replace("=\r\n", "").replace("=3D", "=").to_lowercase();
        let (headers, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        if !bytes.is_ascii() || text.contains("\nbcc:") || headers.matches("\nsubject:").count() != 1 {
            faults.push(format!("{name}: {headers}"));
        }
        // As text all of it may stand there.
        let html = body.rsplit("content-type: text/html").next().unwrap_or_default();
        for bad in [
            "<script",
            "<iframe",
            "<svg",
            "<form",
            "<base",
            "<img src=x",
            "href=\"javascript:",
            "href=\"data:",
            "href=\"file:",
            "\u{1b}",
            "=1b",
            "=e2=80=ae",
            "=e2=80=8f",
        ] {
            if html.contains(bad) {
                let at = html.find(bad).unwrap_or(0);
                let near: String = html[at.saturating_sub(60)..].chars().take(160).collect();
                faults.push(format!("{name}: {bad} near {near:?}"));
            }
        }
    }
    if mails.is_empty() {
        faults.push("no mail was made".to_owned());
    }
    faults
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_that_lie_burst_or_reach_out_cost_a_line_each_and_the_healthy_feed_nothing() {
    let all = |trap: &Trap| [bytes_of_ill_will(), bombs(trap), items_of_ill_will()].into_iter().flatten().collect();
    let mut siege = Siege::lay(all).await;
    let n_shown = siege.lasts(Duration::from_secs(10)).await;
    // On a busy machine the mails come later.
    let begun = Instant::now();
    while siege.world.mails().is_empty() && begun.elapsed() < 3 * PATIENCE {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let faults = faults_of_mails(&siege);
    assert!(faults.is_empty(), "{faults:#?}");
    siege.ends(n_shown).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_of_documents_as_large_as_may_be_stays_within_the_memory() {
    let mut siege = Siege::lay(|_| crowd()).await;
    let n_shown = siege.lasts(Duration::from_secs(3)).await;
    siege.ends(n_shown).await;
}
