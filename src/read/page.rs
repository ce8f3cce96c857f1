//! The feeds that a web page names: links made for feed readers, and links that look like feeds.

use url::Url;

use super::charset;
use crate::text::html::attr::raw_attr;
use crate::text::html::entity;
use crate::text::html::token::{Token, Tokens};
use crate::text::url::has_login;

/// Feeds taken from one page, the first ones.
const LINKS_MAX: usize = 12;
/// Media types by which a page declares a feed.
const TYPES: [&str; 6] = [
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/xml",
    "text/xml",
];
/// Paths at which publishing software keeps its feed, the likeliest first. Few, as each is a request.
const PATHS: [&str; 9] = [
    "/feed/",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feeds/posts/default",
    "/feed.json",
    "/?feed=rss2",
];

/// Addresses of feeds that the page at `base` names, each once, absolute: those that it declares (`rel=alternate`),
/// comments last; if it declares none, those to which it links.
pub fn feed_links(bytes: &[u8], content_type: Option<&str>, base: &Url) -> Vec<Url> {
    let decoded = charset::decode(bytes, content_type, None);
    let (mut declared, mut linked, mut base) = (Vec::new(), Vec::new(), base.clone());
    let mut tokens = Tokens::new(&decoded.text);
    while let Some(token) = tokens.next() {
        let Token::Start { name, attrs, empty } = token else { continue };
        match name.to_ascii_lowercase().as_str() {
            "base" => base = address(attrs, &base).unwrap_or(base),
            "link" if declares_feed(attrs) => add(&mut declared, address(attrs, &base)),
            "a" if linked.len() < LINKS_MAX => add(&mut linked, address(attrs, &base).filter(looks_like_feed)),
            raw @ ("script" | "style") if !empty => tokens.skip_raw(raw),
            _ => {}
        }
        if declared.len() >= LINKS_MAX {
            break;
        }
    }
    declared.sort_by_key(|url| url.path().contains("/comments/"));
    if declared.is_empty() { linked } else { declared }
}

/// Addresses of the same site where a feed often is, the likeliest first: below the page, then at the top.
pub fn common_addresses(page: &Url) -> Vec<Url> {
    let mut found = Vec::new();
    let below = page.path().trim_end_matches('/');
    if !below.is_empty() && !below.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        let mut url = page.clone();
        url.set_query(None);
        url.set_fragment(None);
        url.set_path(&format!("{below}/feed/"));
        add(&mut found, Some(url));
    }
    PATHS.iter().for_each(|path| add(&mut found, page.join(path).ok()));
    found
}

fn declares_feed(attrs: &str) -> bool {
    let attr = |name| raw_attr(attrs, name).unwrap_or_default().to_ascii_lowercase();
    let kind = attr("type");
    let kind = kind.split(';').next().unwrap_or_default().trim();
    attr("rel").split_ascii_whitespace().any(|rel| rel == "alternate" || rel == "feed") && TYPES.contains(&kind)
}

/// The `href`, absolute, if a feed could be there.
fn address(attrs: &str, base: &Url) -> Option<Url> {
    let href = raw_attr(attrs, "href")?;
    let mut url = base.join(entity::decode(href).trim()).ok()?;
    url.set_fragment(None);
    // A login in a stranger's page is none of ours.
    let is_plain = !has_login(&url);
    (matches!(url.scheme(), "http" | "https") && url.has_host() && is_plain).then_some(url)
}

fn looks_like_feed(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_named = ["rss", "feed", "feeds", "atom", "rss2", "rdf"].contains(&last);
    let is_file = [".rss", ".atom", ".rdf"].iter().any(|ending| last.ends_with(ending));
    let is_xml = last.ends_with(".xml") && ["rss", "feed", "atom", "index", "news"].iter().any(|w| last.contains(w));
    is_named || is_file || is_xml
}

fn add(found: &mut Vec<Url>, url: Option<Url>) {
    found.extend(url.filter(|url| !found.contains(url)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, expected: &[&str]) {
        let base = Url::parse("https://site.example/news/today.html").unwrap();
        let found = feed_links(page.as_bytes(), Some("text/html"), &base);
        assert_eq!(found.iter().map(Url::as_str).collect::<Vec<_>>(), expected, "{page}");
    }

    #[test]
    fn declared_feeds_are_found_in_every_spelling_and_made_absolute() {
        check(
            r#"<html><head><link rel="alternate" type="application/rss+xml" title="All" href="/rss.xml">
               <LINK href='atom.xml?a=1&amp;b=2' TYPE="application/atom+xml; charset=utf-8" REL="feed alternate"/>
               <link rel=alternate type=application/feed+json href=//cdn.example/feed.json></head>"#,
            &[
                "https://site.example/rss.xml",
                "https://site.example/news/atom.xml?a=1&b=2",
                "https://cdn.example/feed.json",
            ],
        );
    }

    #[test]
    fn other_links_are_no_feeds() {
        check(
            r#"<link rel="stylesheet" type="text/xml" href="/style.xml">
               <link rel="alternate" type="application/json+oembed" href="/oembed">
               <link rel="alternate" hreflang="ru" href="/ru/">
               <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
               <link rel="alternate" type="application/rss+xml" href="https://me:secret@site.example/rss">
               <script>"<link rel='alternate' type='application/rss+xml' href='/script.xml'>"</script>"#,
            &[],
        );
    }

    #[test]
    fn the_base_of_the_page_is_heeded_and_comments_come_last() {
        check(
            r#"<base href="https://other.example/x/"><link rel="alternate" type="application/rss+xml" href="comments/feed/">
               <link rel="alternate" type="application/rss+xml" href="feed/">
               <link rel="alternate" type="application/rss+xml" href="feed/">"#,
            &["https://other.example/x/feed/", "https://other.example/x/comments/feed/"],
        );
    }

    #[test]
    fn links_in_the_text_count_only_where_nothing_is_declared() {
        let text = r#"<a href="/rss">RSS</a> <a href="/a.html">A</a> <a href="/export/news.xml#top">all</a>
                      <a href="/sitemap.xml">map</a> <a href="/tag/feedback">write</a>"#;
        check(text, &["https://site.example/rss", "https://site.example/export/news.xml"]);
        let declared = r#"<link rel="alternate" type="application/rss+xml" href="/declared">"#;
        check(&format!("{declared}{text}"), &["https://site.example/declared"]);
    }

    #[test]
    fn a_page_of_links_is_not_followed_without_end() {
        let links = |link: fn(usize) -> String| (0..5000).map(link).collect::<String>();
        let base = Url::parse("https://site.example/").unwrap();
        let declared = links(|n| format!("<link rel=alternate type=text/xml href=/{n}>"));
        let linked = links(|n| format!("<a href=/{n}/rss>"));
        assert_eq!(feed_links(declared.as_bytes(), None, &base).len(), LINKS_MAX);
        assert_eq!(feed_links(linked.as_bytes(), None, &base).len(), LINKS_MAX);
    }

    #[test]
    fn common_addresses_begin_below_the_page() {
        let of = |page: &str| common_addresses(&Url::parse(page).unwrap());
        let all = of("https://site.example/blog/?x=1");
        assert_eq!(all[0].as_str(), "https://site.example/blog/feed/");
        assert_eq!(all[1].as_str(), "https://site.example/feed/");
        assert_eq!(all.last().unwrap().as_str(), "https://site.example/?feed=rss2");
        assert_eq!(of("https://site.example/").len(), PATHS.len());
        assert_eq!(of("https://site.example/news/today.html").len(), PATHS.len());
    }
}
