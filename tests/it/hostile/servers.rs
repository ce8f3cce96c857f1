//! What servers do wrong, from the first byte to the last, and what a visit to each is called.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::wire::{Manner, Trap, answer, chunk, head};
use super::{Case, Siege, case, gzip};
use Manner::{Blurts, By, Drips, Endless, Holds, Keeps, Mute, Resets, Says};

const XML: &str = "Content-Type: application/rss+xml";

fn feed() -> Vec<u8> {
    b"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>t</title><item><guid>1</guid>\
      <title>The only report of this feed</title><link>https://outlet.example/1</link></item></channel></rss>"
        .to_vec()
}

/// A feed too long to fit into one packet.
fn long_feed() -> Vec<u8> {
    let item = |n: usize| format!("<item><guid>{n}</guid><title>Report {n}</title></item>");
    let items: String = (0..500).map(item).collect();
    format!("<rss version='2.0'><channel><title>t</title>{items}</channel></rss>").into_bytes()
}

/// A good answer with these header lines more.
fn good(headers: &[&str]) -> Vec<u8> {
    answer("200 OK", &[&[XML], headers].concat(), feed())
}

fn packed(coding: &str, bytes: &[u8]) -> Manner {
    Says(answer("200 OK", &[XML, &format!("Content-Encoding: {coding}")], bytes))
}

fn raw(bytes: &[u8]) -> Manner {
    Says(bytes.to_vec())
}

/// A good feed whose head has these lines; `body` replaces the usual length and body.
fn headed(headers: &[&str], body: &[u8]) -> Manner {
    Says([head("200 OK", &[&[XML], headers].concat()), body.to_vec()].concat())
}

fn chunked(body: &[u8]) -> Manner {
    headed(&["Transfer-Encoding: chunked"], body)
}

fn good_headed(line: &str) -> Manner {
    Says(good(&[line]))
}

fn redirect(status: &str, location: &str) -> Manner {
    Says(answer(status, &[&format!("Location: {location}")], b"moved"))
}

fn page(status: &str, kind: &str, body: &str) -> Manner {
    Says(answer(status, &[&format!("Content-Type: {kind}")], body))
}

/// Who does not speak HTTP, or not to the end of the head.
fn openings() -> Vec<Case> {
    let many = |n: usize, bytes: usize| -> Vec<u8> {
        let lines: Vec<String> = (0..n).map(|n| format!("X-{n}: {}", "x".repeat(bytes))).collect();
        good(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    };
    vec![
        case("reads nothing", Mute, "timeout"),
        case("hangs up at once", Blurts(Vec::new()), "network"),
        case("hangs up after the request", raw(b""), "network"),
        case("breaks off after the request", Resets(Vec::new()), "network"),
        case("answers before it is asked", Blurts(good(&[])), "network|accepted"),
        case("says nothing", Holds(Vec::new()), "timeout"),
        case("answers as in 1991", Says(feed()), "network"),
        case("is an SSH server", Blurts(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()), "network"),
        case("is a mail server", Blurts(b"220 mail ESMTP\r\n".to_vec()), "network"),
        case("is a file server", Blurts(b"220-ftp\r\n220 ready\r\n".to_vec()), "network"),
        case("is a radio", raw(b"ICY 200 OK\r\nicy-name: x\r\n\r\n"), "network"),
        case("wants TLS", Blurts(b"\x15\x03\x01\x00\x02\x02\x46".to_vec()), "network"),
        case("speaks HTTP 2 unasked", raw(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\0\0\xff\xff"), "network"),
        case("claims HTTP 2", raw(b"HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n"), "network"),
        case("claims HTTP 9.9", raw(b"HTTP/9.9 200 OK\r\n\r\n"), "network"),
        case("has no status", raw(b"HTTP/1.1\r\n\r\n"), "network"),
        case("has a status of letters", raw(b"HTTP/1.1 abc OK\r\n\r\n"), "network"),
        case("has a status of two digits", raw(b"HTTP/1.1 99 x\r\n\r\n"), "network"),
        case("has a status of four digits", raw(b"HTTP/1.1 2000 x\r\n\r\n"), "network"),
        case("has a negative status", raw(b"HTTP/1.1 -200 x\r\n\r\n"), "network"),
        case("breaks off in the status", raw(b"HTTP/1.1 20"), "network"),
        case("holds on in the status", Holds(b"HTTP/1.1 20".to_vec()), "timeout"),
        case("breaks off in the head", raw(b"HTTP/1.1 200 OK\r\nContent-Le"), "network"),
        case("drips its head", Drips(good(&[]), Duration::from_millis(200)), "timeout"),
        case("never ends its head", Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X: y\r\n".repeat(99)), "network"),
        case("never ends a header", Endless(b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; 4096]), "network"),
        case("never ends its reason", Endless(b"HTTP/1.1 200 ".to_vec(), vec![b'x'; 4096]), "network"),
        case("has a hundred headers", Says(many(100, 20)), "accepted"),
        case("has two hundred headers", Says(many(200, 20)), "accepted"),
        case("has a header of a megabyte", Says(many(1, 1 << 20)), "network"),
        case("has null bytes in a header", good_headed("X-Null: a\0b"), "network"),
        case("has a header without a colon", good_headed("nothing"), "accepted"),
        case("has a header without a name", good_headed(": nothing"), "accepted"),
        case("has a name with a space", good_headed("X Y: z"), "accepted"),
        case("folds a header", good_headed("X-Folded: a\r\n  b"), "accepted"),
        case("has a bare carriage return", good_headed("X-Bare: a\rb"), "network"),
        case(
            "has bytes that are no text",
            Says([b"HTTP/1.1 200 \xff\xfe\r\nX: \xff\r\n".to_vec(), good(&[])[17..].to_vec()].concat()),
            "accepted|network",
        ),
        case("ends its lines the old way", Says([&b"HTTP/1.0 200 OK\n\n"[..], &feed()].concat()), "accepted"),
        case("hides escapes in its reason", raw(b"HTTP/1.1 404 \x1b[2J\x1b]0;owned\x07\r\n\r\n"), "network|not_found"),
        case("hides escapes in a header", good_headed("X: \x1b[31mred"), "network|accepted"),
    ]
}

/// Interim answers, statuses, lengths and chunks.
fn lies_about_the_body() -> Vec<Case> {
    let interim = |line: &str, n: usize| format!("HTTP/1.1 {line}\r\n\r\n").repeat(n).into_bytes();
    let then_good = |before: Vec<u8>| Says([before, good(&[])].concat());
    let length = |value: &str| headed(&[&format!("Content-Length: {value}")], &feed());
    let status = |status: &str| Says(answer(status, &[XML], feed()));
    let half = feed()[..100].to_vec();
    vec![
        case("says continue first", then_good(interim("100 Continue", 1)), "accepted"),
        case("sends three early hints", then_good(interim("103 Early Hints\r\nLink: </x>", 3)), "accepted"),
        case("sends hints for ever", Endless(Vec::new(), interim("103 Early Hints", 50)), "network|timeout"),
        case(
            "switches protocols",
            Holds(head("101 Switching Protocols", &["Upgrade: websocket", "Connection: Upgrade"])),
            "network|timeout",
        ),
        case("has no content and sends some", status("204 No Content"), "empty"),
        case("resets content", status("205 Reset Content"), "empty"),
        case(
            "sends a part",
            Says(answer("206 Partial Content", &["Content-Range: bytes 0-99/9999"], &half)),
            "network",
        ),
        case("sends a difference", status("226 IM Used"), "network"),
        case("offers a choice", status("300 Multiple Choices"), "redirect"),
        case("says not modified unasked", Says(head("304 Not Modified", &["ETag: \"x\""])), "network"),
        case("says not modified with a body", status("304 Not Modified"), "network"),
        case("wants a proxy", status("305 Use Proxy"), "redirect"),
        case("wants a login", Says(answer("401 Unauthorized", &["WWW-Authenticate: Negotiate"], b"")), "refused"),
        case("wants money", status("402 Payment Required"), "not_found"),
        case("has no such range", status("416 Range Not Satisfiable"), "not_found"),
        case("is a teapot", status("418 I'm a teapot"), "not_found"),
        case("may not for law", status("451 Unavailable For Legal Reasons"), "not_found"),
        case("is a captive network", status("511 Network Authentication Required"), "server_error"),
        case("has a status of its own", status("999 Request denied"), "network|bot_wall"),
        case("is gone", status("410 Gone"), "gone"),
        case("announces more than it sends", length("99999"), "network"),
        case(
            "announces more and holds on",
            Holds([head("200 OK", &["Content-Length: 99999"]), feed()].concat()),
            "timeout",
        ),
        case("announces what no number holds", length("99999999999999999999999"), "network"),
        case("announces a gigabyte", Holds(head("200 OK", &["Content-Length: 1073741824"])), "too_large"),
        case("announces less than nothing", length("-1"), "network"),
        case("announces a sum", length("+120"), "network"),
        case("announces in hexadecimal", length("0xff"), "network"),
        case("announces nothing at all", length(""), "network"),
        case("announces two lengths", headed(&["Content-Length: 10", "Content-Length: 20"], &feed()), "network"),
        case("announces a list of lengths", length("10, 20"), "network"),
        case("breaks off in the body", headed(&["Content-Length: 5000"], &half), "network"),
        case(
            "resets in the body",
            Resets([head("200 OK", &["Content-Length: 5000"]), half.clone()].concat()),
            "network",
        ),
        case("resets a body without length", Resets([head("200 OK", &[]), half.clone()].concat()), "network"),
        case("drips its body", Drips([head("200 OK", &[]), long_feed()].concat(), Duration::from_millis(5)), "timeout"),
        case("holds on in the body", Holds([head("200 OK", &[]), half.clone()].concat()), "timeout"),
        case("never ends its body", Endless(head("200 OK", &[XML]), vec![b' '; 65_536]), "too_large"),
        case(
            "never ends its feed",
            Endless([head("200 OK", &[XML]), half.clone()].concat(), b"<item><title>x</title></item>".repeat(2000)),
            "too_large",
        ),
        case(
            "never ends its chunks",
            Endless(head("200 OK", &["Transfer-Encoding: chunked"]), chunk([b'x'; 65_536])),
            "too_large",
        ),
        case("chunks well", chunked(&[chunk(&half), chunk(&feed()[100..]), chunk("")].concat()), "accepted"),
        case(
            "chunks one byte at a time",
            chunked(&[feed().iter().flat_map(|byte| chunk([*byte])).collect(), chunk("")].concat()),
            "accepted",
        ),
        case("ends in mid-chunk", chunked(&chunk(feed())[..80]), "network"),
        case("leaves out the last chunk", chunked(&chunk(feed())), "network"),
        case("has a chunk of letters", chunked(b"zz\r\nabc\r\n"), "network"),
        case("has a chunk of less than nothing", chunked(b"-1\r\nabc\r\n"), "network"),
        case("has a chunk of what no number holds", chunked(b"fffffffffffffffff\r\nabc\r\n"), "network"),
        case("has a chunk of all memory", chunked(b"7fffffffffffffff\r\nabc\r\n"), "network"),
        case("has a chunk shorter than it says", chunked(b"5\r\nabcdefgh\r\n0\r\n\r\n"), "network"),
        case(
            "never ends a chunk's size",
            Endless(head("200 OK", &["Transfer-Encoding: chunked"]), b"0".repeat(4096)),
            "network|timeout",
        ),
        case(
            "never ends a chunk's extension",
            Endless([head("200 OK", &["Transfer-Encoding: chunked"]), b"5;x=".to_vec()].concat(), b"y".repeat(4096)),
            "network|timeout",
        ),
        case(
            "never ends its trailers",
            Endless(
                [head("200 OK", &["Transfer-Encoding: chunked"]), chunk(feed()), b"0\r\n".to_vec()].concat(),
                b"X: y\r\n".repeat(500),
            ),
            "network|timeout",
        ),
        case(
            "has a length and chunks",
            headed(&["Content-Length: 7", "Transfer-Encoding: chunked"], &[chunk(feed()), chunk("")].concat()),
            "accepted|network",
        ),
        case("has an unknown transfer coding", headed(&["Transfer-Encoding: xchunked"], &feed()), "network|accepted"),
        case(
            "chunks twice",
            headed(&["Transfer-Encoding: chunked, chunked"], &[chunk(feed()), chunk("")].concat()),
            "network|accepted|not_a_feed",
        ),
    ]
}

/// Codings, types, and pages in place of a feed.
fn lies_about_the_content() -> Vec<Case> {
    let (small, bomb) = (gzip(&feed()), gzip(&vec![b' '; 64 << 20]));
    let zlib = || {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
        packer.write_all(&feed()).unwrap();
        packer.finish().unwrap()
    };
    let mut wrong_sum = small.clone();
    let end = wrong_sum.len();
    wrong_sum[end - 8..end - 4].copy_from_slice(&[0; 4]);
    let kind = |kind: &str| Says(answer("200 OK", &[&format!("Content-Type: {kind}")], feed()));
    let html = "<!doctype html><html><head><title>Welcome</title></head><body>Please log in.</body></html>";
    vec![
        case("packs well", packed("gzip", &small), "accepted"),
        case("packs in zlib", packed("deflate", &zlib()), "accepted"),
        case("packs in two members", packed("gzip", &[gzip(&feed()[..50]), gzip(&feed()[50..])].concat()), "accepted"),
        case("says packed and is not", packed("gzip", &feed()), "accepted"),
        case("is packed and does not say so", Says(answer("200 OK", &[XML], &small)), "accepted"),
        case("packs twice and says once", packed("gzip", &gzip(&small)), "accepted"),
        case("packs twice and says so", packed("gzip, gzip", &gzip(&small)), "accepted"),
        case("packs ten times", packed("gzip", &(0..9).fold(small.clone(), |inner, _| gzip(&inner))), "decompress"),
        case("is packed in something new", packed("zpaq", &small), "accepted"),
        case("says ten thousand codings", packed(&"gzip,".repeat(2000), &small), "decompress|network"),
        case("is packed into nothing", packed("gzip", b""), "empty|decompress"),
        case("breaks off in the pack", packed("gzip", &small[..small.len() / 2]), "decompress"),
        case("has a wrong sum", packed("gzip", &wrong_sum), "decompress"),
        case("adds to the pack", packed("gzip", &[&small[..], b"and so on"].concat()), "decompress|accepted"),
        case("packs a bomb", packed("gzip", &bomb), "too_large"),
        case("packs a bomb in a bomb", packed("gzip", &gzip(&bomb)), "too_large"),
        case("has the type of a page", kind("text/html; charset=utf-8"), "accepted"),
        case("has the type of a picture", kind("image/png"), "accepted"),
        case("has the type of JSON", kind("application/feed+json"), "accepted"),
        case("has an endless type", kind(&"x".repeat(60_000)), "accepted"),
        case("has an unknown charset", kind("text/xml; charset=\"no-such-thing\""), "accepted"),
        case("has a wide charset that is not", kind("text/xml; charset=utf-16"), "accepted"),
        case("has a shifting charset", kind("text/xml; charset=utf-7"), "accepted"),
        case("has a charset of another file", kind("text/xml; charset=../../etc/passwd"), "accepted"),
        case("sends nothing", Says(answer("200 OK", &[XML], b"")), "empty"),
        case("sends blanks", Says(answer("200 OK", &[XML], [b' '; 5000])), "empty|not_a_feed"),
        case("sends zeros", Says(answer("200 OK", &[XML], [0; 5000])), "not_a_feed|malformed|empty"),
        case(
            "sends a picture",
            Says(answer("200 OK", &[XML], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")),
            "not_a_feed|malformed",
        ),
        case("sends a page", page("200 OK", "text/html", html), "not_a_feed"),
        case("sends a page as a feed", page("200 OK", "application/rss+xml", html), "not_a_feed"),
        case(
            "sends a page that refreshes",
            page("200 OK", "text/html", "<html><meta http-equiv=refresh content='0;url=/x'></html>"),
            "not_a_feed",
        ),
        case("sends a fault in JSON", page("200 OK", "application/json", "{\"error\": \"no\"}"), "not_a_feed"),
        case(
            "sends a list of addresses",
            page(
                "200 OK",
                "text/xml",
                "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>x</loc></url></urlset>",
            ),
            "not_a_feed",
        ),
        case(
            "sends its subscriptions",
            page("200 OK", "text/xml", "<opml version='2.0'><body><outline text='x'/></body></opml>"),
            "not_a_feed",
        ),
        case(
            "is behind a wall",
            page("403 Forbidden", "text/html", "<title>Just a moment...</title>cf-chl-bypass"),
            "bot_wall|refused",
        ),
        case(
            "never ends its page",
            Endless(head("503 Service Unavailable", &["Content-Type: text/html"]), vec![b'x'; 65_536]),
            "server_error",
        ),
        case(
            "drips its page",
            Drips([head("403 Forbidden", &[]), vec![b'x'; 9999]].concat(), Duration::from_millis(20)),
            "refused|timeout",
        ),
    ]
}

/// Redirects: off the web, into private networks, in circles and without end.
fn redirects(trap: &Trap) -> Vec<Case> {
    let port = trap.port;
    let to = |location: &str| redirect("302 Found", location);
    let growing = |_: usize, head: &str| {
        let path = head.split(' ').nth(1).unwrap_or("/").to_owned();
        let query = if path.contains('?') { format!("{path}&again") } else { format!("{path}?again") };
        redirect("302 Found", &query)
    };
    let once = |location: &'static str, status: &'static str| {
        By(Arc::new(
            move |_, head: &str| if head.contains("/moved") { Says(good(&[])) } else { redirect(status, location) },
        ))
    };
    let mut cases = vec![
        case("leads to itself", to("leads-to-itself"), "redirect"),
        case("leads to itself with more each time", By(Arc::new(growing)), "redirect"),
        case("leads to its part", to("#part"), "redirect"),
        case("leads nowhere", Says(answer("302 Found", &[], b"")), "redirect"),
        case("leads to nothing", to(""), "redirect"),
        case("leads to no address", to("http://["), "redirect"),
        case("leads to a host without name", to("http:///x"), "redirect|dns|network|bad_url|blocked_address"),
        case("leads to an endless address", to(&format!("/{}", "a".repeat(60_000))), "redirect"),
        case("leads to port zero", to("http://127.1.0.1:0/"), "network"),
        case("leads to a port beyond all", to("http://127.1.0.1:99999/"), "redirect"),
        case(
            "leads into a wall of TLS",
            By(Arc::new(|_, head: &str| {
                let host = head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default().to_owned();
                redirect("301 Moved Permanently", &format!("https://{host}/"))
            })),
            "tls|timeout",
        ),
        case("leads on well", once("/moved", "302 Found"), "accepted"),
        case("leads on well for good", once("/moved", "308 Permanent Redirect"), "accepted"),
        case("leads two ways", Says(answer("302 Found", &["Location: /a", "Location: /b"], b"")), "redirect"),
        case("leads into the next line", to("/a%0d%0aX: y"), "redirect"),
        case("leads to a name that is nowhere", to("http://feeds.invalid/"), "dns"),
    ];
    for scheme in [
        "file:///etc/passwd",
        "data:text/xml,<rss/>",
        "ftp://127.0.0.2/",
        "gopher://127.0.0.2/",
        "javascript:alert(1)",
        "unix:/run/x",
        "about:blank",
        "ws://127.0.0.2/",
    ] {
        cases.push(case(&format!("leads to {}", scheme.split(':').next().unwrap()), to(scheme), "redirect"));
    }
    for (n, host) in [
        "127.0.0.2",
        "127.2",
        "2130706434",
        "0x7f000002",
        "0177.0.0.2",
        "[::ffff:127.0.0.2]",
        "１２７.0.0.2",
        "user:pass@127.0.0.2",
        "[::1]",
        "0.0.0.0",
        "169.254.169.254",
        "10.0.0.1",
        "[fe80::1]",
        "[64:ff9b::7f00:2]",
    ]
    .iter()
    .enumerate()
    {
        cases.push(case(&format!("leads inside {n}"), to(&format!("http://{host}:{port}/")), "blocked_address"));
    }
    cases
}

/// Hints that no clock can follow, and what is said over a connection that is kept.
fn wishes() -> Vec<Case> {
    let asks =
        |status: &'static str, value: &'static str| Says(answer(status, &[&format!("Retry-After: {value}")], b""));
    let cookies: Vec<String> = (0..100).map(|n| format!("Set-Cookie: c{n}={}", "x".repeat(500))).collect();
    let cookies = good(&cookies.iter().map(String::as_str).collect::<Vec<_>>());
    let baked = |_: usize, head: &str| match head.to_lowercase().contains("\r\ncookie:") {
        true => Says(answer("500 Cookie", &[], b"")),
        false => Says(good(&["Set-Cookie: a=b; Max-Age=99999999999999999999"])),
    };
    vec![
        case("asks for rest without end", asks("429 Too Many", "99999999999999999999"), "rate_limited"),
        case("asks for rest until the year 9999", asks("503 Busy", "Fri, 31 Dec 9999 23:59:59 GMT"), "rate_limited"),
        case("asks for rest of less than nothing", asks("429 Too Many", "-5"), "rate_limited"),
        case("asks for rest in the past", asks("503 Busy", "Thu, 01 Jan 1970 00:00:00 GMT"), "rate_limited"),
        case("asks for rest in words", asks("429 Too Many", "soon, \x01perhaps"), "rate_limited|network"),
        case("asks for rest with a yes", good_headed("Retry-After: 99999999999"), "accepted"),
        case("is fresh for ever", good_headed("Cache-Control: max-age=99999999999999999999999"), "accepted"),
        case(
            "is fresh for less than nothing",
            good_headed("Cache-Control: max-age=-1, s-maxage=abc, =, ,,"),
            "accepted",
        ),
        case("was never fresh", Says(good(&["Expires: 0", "Age: 99999999999999999999"])), "accepted"),
        case(
            "is of the year 9999",
            Says(good(&[
                "Date: Fri, 31 Dec 9999 23:59:59 GMT",
                "Last-Modified: Fri, 31 Dec 9999 23:59:59 GMT",
                "Expires: Thu, 01 Jan 1970 00:00:00 GMT",
            ])),
            "accepted",
        ),
        case(
            "is of no day",
            Says(good(&["Date: Foo, 99 Bar 0000 99:99:99", "Last-Modified: 30 Feb", "ETag: "])),
            "accepted",
        ),
        case("has an endless tag", good_headed(&format!("ETag: \"{}\"", "x".repeat(8192))), "accepted"),
        case("has a broken tag", good_headed("ETag: W/\"a\"b\"\\"), "accepted"),
        case("bakes a hundred cookies", Says(cookies), "accepted"),
        case("bakes a cookie for ever", By(Arc::new(baked)), "accepted"),
        case(
            "offers another road",
            Says(good(&[
                "Alt-Svc: h3=\":1\"; ma=99999999",
                "Upgrade: h2c",
                "Connection: Upgrade",
                "Refresh: 0; url=/x",
            ])),
            "accepted",
        ),
        case("keeps and hangs up", good_headed("Connection: keep-alive"), "accepted"),
        case(
            "keeps and goes on speaking",
            Keeps(
                [
                    good(&[]),
                    answer("200 OK", &[], b"<rss><channel><item><title>smuggled</title></item></channel></rss>"),
                ]
                .concat(),
            ),
            "accepted",
        ),
        case("says close and stays", Holds(good(&["Connection: close"])), "accepted"),
        case("adds to its body", Keeps([good(&[]), b"and so on".to_vec()].concat()), "accepted"),
        case(
            "refuses every second visit",
            By(Arc::new(|n, _| if n % 2 == 0 { Keeps(good(&[])) } else { Resets(Vec::new()) })),
            "accepted|network",
        ),
        case("is slow and right", Drips(good(&[]), Duration::from_millis(3)), "accepted|network"),
    ]
}

async fn check(cases: impl FnOnce(&Trap) -> Vec<Case>, span: u64) {
    let mut siege = Siege::lay(cases).await;
    let n_shown = siege.lasts(Duration::from_secs(span)).await;
    siege.ends(n_shown).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_lie_stall_or_flood_cost_a_line_each_and_the_healthy_feed_nothing() {
    let all = |trap: &Trap| {
        let tables = [openings(), lies_about_the_body(), lies_about_the_content(), redirects(trap), wishes()];
        tables.into_iter().flatten().collect()
    };
    check(all, 12).await;
}
