//! What a feed shows at a moment, written in its format and charset.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use quick_xml::escape::escape;
use serde_json::json;

use super::article::{Article, Charset, PressFeed, PressFormat};
use super::press::{NOTE, Press};

/// A feed document with what a server says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PressDocument {
    /// The body, in the feed's charset.
    pub bytes: Vec<u8>,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// `ETag`, strong, from the bytes alone: it changes exactly when they do.
    pub etag: String,
    /// When what is shown last changed.
    pub last_modified: Timestamp,
}

pub(super) fn render(press: &Press, feed: &PressFeed, now: Timestamp) -> PressDocument {
    let shown = press.shown(feed, now);
    let changed = changed_at(feed, &shown, now);
    let page = Page { press, feed, shown: &shown, changed, now };
    let text = match feed.format {
        PressFormat::Rss2 => page.rss2(),
        PressFormat::Rdf => page.rdf(),
        PressFormat::Atom => page.atom(),
        PressFormat::Json => page.json(),
    };
    let bytes = match feed.charset {
        Charset::Utf8 => text.into_bytes(),
        // What the charset lacks becomes a numeric reference, which XML allows.
        Charset::Windows1251 => encoding_rs::WINDOWS_1251.encode(&text).0.into_owned(),
    };
    let etag = format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..20]);
    PressDocument { content_type: content_type(feed), etag, last_modified: changed, bytes }
}

fn content_type(feed: &PressFeed) -> &'static str {
    match (feed.format, feed.charset) {
        (PressFormat::Rss2, Charset::Utf8) => "application/rss+xml; charset=utf-8",
        (PressFormat::Rdf, _) => "application/rdf+xml",
        (PressFormat::Atom, _) => "application/atom+xml; charset=utf-8",
        (PressFormat::Json, _) => "application/feed+json",
        // Without a charset, so that the reader has to take the word of the XML declaration.
        (PressFormat::Rss2, Charset::Windows1251) => "text/xml",
    }
}

/// The latest moment at which something shown appeared or changed its headline; the epoch for an empty feed.
fn changed_at(feed: &PressFeed, shown: &[&Article], now: Timestamp) -> Timestamp {
    let appeared = shown.iter().filter_map(|article| article.shown.get(&feed.slug).copied());
    let retitled = shown.iter().filter_map(|article| article.retitled.as_ref().map(|(at, _)| *at));
    appeared.chain(retitled).filter(|at| *at <= now).max().unwrap_or(Timestamp::UNIX_EPOCH)
}

struct Page<'p> {
    press: &'p Press,
    feed: &'p PressFeed,
    shown: &'p [&'p Article],
    changed: Timestamp,
    now: Timestamp,
}

impl Page<'_> {
    fn rss2(&self) -> String {
        let charset = match self.feed.charset {
            Charset::Utf8 => "utf-8",
            Charset::Windows1251 => "windows-1251",
        };
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"{charset}\"?>\n\
             <rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n<channel>\n"
        );
        self.element(&mut out, "title", &self.feed.title);
        self.element(&mut out, "link", &self.press.site(self.feed));
        self.element(&mut out, "description", NOTE);
        self.element(&mut out, "language", self.feed.lang.code());
        self.element(&mut out, "lastBuildDate", &self.rfc2822(self.changed));
        for article in self.shown {
            self.rss2_item(&mut out, article);
        }
        out.push_str("</channel>\n</rss>\n");
        out
    }

    fn rss2_item(&self, out: &mut String, article: &Article) {
        let is_permalink = !self.feed.aggregator && self.press.guid(self.feed, article).starts_with("http");
        out.push_str("<item>\n");
        self.element(out, "title", &self.title(article));
        self.element(out, "link", &self.press.link(self.feed, article));
        let guid = self.press.guid(self.feed, article);
        let _ = writeln!(out, "<guid isPermaLink=\"{is_permalink}\">{}</guid>", escape(guid.as_str()));
        self.element(out, "pubDate", &self.rfc2822(article.published));
        self.element(out, "description", &article.lead);
        if let Some(content) = article.content.as_deref().filter(|_| !self.feed.aggregator) {
            self.element(out, "content:encoded", &html(&article.lead, content));
        }
        if self.feed.aggregator {
            let (name, site) = self.press.source(article);
            let _ = writeln!(out, "<source url=\"{}\">{}</source>", escape(site.as_str()), escape(name.as_str()));
        }
        if let Some(video) = &article.video {
            let _ =
                writeln!(out, "<enclosure url=\"{}\" length=\"48234496\" type=\"video/mp4\"/>", escape(video.as_str()));
        }
        out.push_str("</item>\n");
    }

    fn rdf(&self) -> String {
        let site = self.press.site(self.feed);
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
             xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n<channel rdf:about=\"{}\">\n",
            escape(site.as_str())
        );
        self.element(&mut out, "title", &self.feed.title);
        self.element(&mut out, "link", &site);
        self.element(&mut out, "description", NOTE);
        self.element(&mut out, "dc:language", self.feed.lang.code());
        self.element(&mut out, "dc:date", &self.changed.to_string());
        out.push_str("<items><rdf:Seq>\n");
        for article in self.shown {
            let _ = writeln!(out, "<rdf:li rdf:resource=\"{}\"/>", escape(self.press.guid(self.feed, article)));
        }
        out.push_str("</rdf:Seq></items>\n</channel>\n");
        for article in self.shown {
            let _ = writeln!(out, "<item rdf:about=\"{}\">", escape(self.press.guid(self.feed, article)));
            self.element(&mut out, "title", &self.title(article));
            self.element(&mut out, "link", &self.press.link(self.feed, article));
            self.element(&mut out, "description", &article.lead);
            if let Some(content) = &article.content {
                self.element(&mut out, "content:encoded", &html(&article.lead, content));
            }
            self.element(&mut out, "dc:date", &article.published.to_string());
            out.push_str("</item>\n");
        }
        out.push_str("</rdf:RDF>\n");
        out
    }

    fn atom(&self) -> String {
        let site = self.press.site(self.feed);
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n",
            self.feed.lang.code()
        );
        self.element(&mut out, "id", &format!("{site}/feeds/{}", self.feed.slug));
        self.element(&mut out, "title", &self.feed.title);
        self.element(&mut out, "subtitle", NOTE);
        self.element(&mut out, "updated", &self.changed.to_string());
        let _ = writeln!(out, "<link href=\"{}\"/>", escape(site.as_str()));
        let _ = writeln!(out, "<author><name>{}</name></author>", escape(self.feed.title.as_str()));
        for article in self.shown {
            self.atom_entry(&mut out, article);
        }
        out.push_str("</feed>\n");
        out
    }

    fn atom_entry(&self, out: &mut String, article: &Article) {
        out.push_str("<entry>\n");
        self.element(out, "id", &self.press.guid(self.feed, article));
        self.element(out, "title", &self.title(article));
        let _ = writeln!(out, "<link rel=\"alternate\" href=\"{}\"/>", escape(self.press.link(self.feed, article)));
        self.element(out, "published", &article.published.to_string());
        self.element(out, "updated", &article.updated_at(self.now).to_string());
        self.element(out, "summary", &article.lead);
        if let Some(content) = &article.content {
            let _ = writeln!(out, "<content type=\"html\">{}</content>", escape(html(&article.lead, content)));
        }
        if let Some(video) = &article.video {
            let link = escape(video.as_str());
            let _ = writeln!(out, "<link rel=\"enclosure\" type=\"video/mp4\" href=\"{link}\"/>");
        }
        out.push_str("</entry>\n");
    }

    fn json(&self) -> String {
        let items: Vec<_> = self.shown.iter().map(|article| self.json_item(article)).collect();
        let feed = json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed.title,
            "home_page_url": self.press.site(self.feed),
            "description": NOTE,
            "language": self.feed.lang.code(),
            "items": items,
        });
        format!("{feed:#}\n")
    }

    fn json_item(&self, article: &Article) -> serde_json::Value {
        let mut item = json!({
            "id": self.press.guid(self.feed, article),
            "url": self.press.link(self.feed, article),
            "title": self.title(article),
            "summary": article.lead,
            "content_html": html(&article.lead, article.content.as_deref().unwrap_or_default()),
            "date_published": article.published.to_string(),
        });
        if let Some(video) = &article.video {
            item["attachments"] = json!([{ "url": video, "mime_type": "video/mp4" }]);
        }
        item
    }

    /// The headline; an aggregator puts the publisher behind it.
    fn title(&self, article: &Article) -> String {
        let title = article.title_at(self.now);
        if !self.feed.aggregator {
            return title.to_owned();
        }
        format!("{title} - {}", self.press.source(article).0)
    }

    fn element(&self, out: &mut String, name: &str, text: &str) {
        let _ = writeln!(out, "<{name}>{}</{name}>", escape(text));
    }

    fn rfc2822(&self, at: Timestamp) -> String {
        let zone = Offset::from_hours(self.feed.zone_hours).unwrap_or(Offset::UTC);
        jiff::fmt::rfc2822::to_string(&at.to_zoned(TimeZone::fixed(zone))).unwrap_or_default()
    }
}

/// Lead and further text as paragraphs.
fn html(lead: &str, content: &str) -> String {
    let paragraphs = [lead, content].into_iter().filter(|text| !text.is_empty());
    paragraphs.map(|text| format!("<p>{}</p>", html_escape::encode_text(text))).collect()
}
