//! What an element means: the spellings of all formats, folded to the few names the reader acts on.

use super::namespace::Vocabulary;

/// An element that the reader acts on; several spellings of several formats mean the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// `rss`.
    Rss,
    /// `rdf:RDF`.
    Rdf,
    /// `feed`.
    Feed,
    /// `channel`.
    Channel,
    /// `item`, `entry`.
    Entry,
    /// `title`, `dc:title`.
    Title,
    /// `media:title`: only where there is no other.
    MediaTitle,
    /// `link`.
    Link,
    /// `guid`, `id`.
    Id,
    /// `description`, `summary`, `abstract`, `subtitle`, `tagline` and their kin.
    Summary,
    /// `content`, `content:encoded`, `xhtml:body`, `fullitem`.
    Content,
    /// `pubDate`, `published`, `issued`.
    Published,
    /// `updated`, `modified`, `lastBuildDate`.
    Updated,
    /// `dc:date`: what feeds without `pubDate` use for it.
    Date,
    /// `created`.
    Created,
    /// `author`, `dc:creator`, `itunes:author`.
    Author,
    /// `name` inside an author.
    Name,
    /// `email` inside an author.
    Email,
    /// `category`, `dc:subject`, `keywords`.
    Category,
    /// `comments`.
    Comments,
    /// `enclosure`, `media:content`.
    Media,
    /// `media:thumbnail`.
    Thumbnail,
    /// `source`.
    Source,
    /// `language`, `dc:language`.
    Language,
    /// `ttl`.
    Ttl,
    /// `hour` inside `skipHours`.
    Hour,
    /// `day` inside `skipDays`.
    Day,
    /// `sy:updatePeriod`.
    UpdatePeriod,
    /// `sy:updateFrequency`.
    UpdateFrequency,
    /// `image`, `textInput`: their titles and links are not the feed's.
    Aside,
    /// Anything else.
    Other,
}

/// What the element `local`, in lower case, of a vocabulary means.
pub fn meaning(vocabulary: Vocabulary, local: &str) -> Element {
    match vocabulary {
        Vocabulary::Core => core(local),
        Vocabulary::Dublin => match local {
            "title" => Element::Title,
            "description" => Element::Summary,
            "date" => Element::Date,
            "issued" => Element::Published,
            "modified" => Element::Updated,
            "created" => Element::Created,
            "creator" | "author" => Element::Author,
            "subject" => Element::Category,
            "language" => Element::Language,
            _ => Element::Other,
        },
        Vocabulary::Content if local == "encoded" => Element::Content,
        Vocabulary::Media => match local {
            "title" => Element::MediaTitle,
            "description" => Element::Summary,
            "content" | "player" => Element::Media,
            "thumbnail" => Element::Thumbnail,
            "category" => Element::Category,
            _ => Element::Other,
        },
        Vocabulary::Itunes => match local {
            "author" => Element::Author,
            "summary" => Element::Summary,
            _ => Element::Other,
        },
        Vocabulary::Syndication => match local {
            "updateperiod" => Element::UpdatePeriod,
            "updatefrequency" => Element::UpdateFrequency,
            _ => Element::Other,
        },
        Vocabulary::Rdf if local == "rdf" => Element::Rdf,
        Vocabulary::Xhtml if local == "body" => Element::Content,
        _ => Element::Other,
    }
}

fn core(local: &str) -> Element {
    match local {
        "rss" => Element::Rss,
        "rdf" => Element::Rdf,
        "feed" => Element::Feed,
        "channel" => Element::Channel,
        "item" | "entry" => Element::Entry,
        "title" => Element::Title,
        "link" => Element::Link,
        "guid" | "id" => Element::Id,
        "description" | "summary" | "abstract" | "subtitle" | "tagline" => Element::Summary,
        "content" | "body" | "fullitem" => Element::Content,
        "pubdate" | "published" | "issued" => Element::Published,
        "updated" | "modified" | "lastbuilddate" => Element::Updated,
        "created" => Element::Created,
        "author" => Element::Author,
        "name" => Element::Name,
        "email" => Element::Email,
        "category" | "keywords" => Element::Category,
        "comments" => Element::Comments,
        "enclosure" => Element::Media,
        "source" => Element::Source,
        "language" => Element::Language,
        "ttl" => Element::Ttl,
        "hour" => Element::Hour,
        "day" => Element::Day,
        "image" | "textinput" => Element::Aside,
        _ => Element::Other,
    }
}
