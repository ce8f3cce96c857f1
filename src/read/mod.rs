//! Reading: the bytes of a feed document to [`FeedDocument`], whatever its publisher's software did to it.
//!
//! bytes → text (`charset`) → tokens (`text::html::token`) → what is said (`xml` or `json`, into `raw`) → what we
//! keep (`finish`). What is no feed is told apart by `diagnose`. Nothing here fails over one bad entry, nothing
//! invents an id, and all work is linear in the size of the document.

mod aggregator;
mod capture;
mod charset;
mod damaged;
mod date;
mod diagnose;
mod doctype;
mod everyday;
mod feed_level;
mod finish;
mod guess;
mod json;
mod json_mend;
mod link;
mod month;
mod name;
mod namespace;
mod newest;
mod raw;
mod record;
mod time;
mod xml;
mod year_first;

pub mod opml;
pub mod page;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use url::Url;

use crate::domain::entry::FeedDocument;
use crate::domain::feed::{FailureClass, PollFailure};
use crate::domain::policy::ReadLimits;
use crate::text::bytes::count;

use charset::Decoded;
use raw::RawFeed;

/// Reads a document. `content_type` is the HTTP header, `base` the address it came from, by which relative links
/// are resolved. Bytes that are given away are let go as soon as they are text of their own.
///
/// # Errors
///
/// `Empty`, `NotAFeed` (and what it is instead), `BotWall` (and whose), `Malformed` (broken JSON, a root
/// with nothing in it, a document cut off before its first entry), `Internal` (a fault of ours, caught).
pub fn read<'b>(
    bytes: impl Into<Cow<'b, [u8]>>,
    content_type: Option<&str>,
    base: Option<&Url>,
    limits: &ReadLimits,
) -> Result<FeedDocument, PollFailure> {
    let bytes = bytes.into();
    catch_unwind(AssertUnwindSafe(|| read_document(bytes, content_type, base, limits)))
        .unwrap_or_else(|_| Err(PollFailure::new(FailureClass::Internal, "the reader failed on this document")))
}

fn read_document(
    bytes: Cow<'_, [u8]>,
    content_type: Option<&str>,
    base: Option<&Url>,
    limits: &ReadLimits,
) -> Result<FeedDocument, PollFailure> {
    if let Some(failure) = diagnose::binary(&bytes) {
        return Err(failure);
    }
    let tld = base.and_then(Url::host_str).and_then(|h| h.rsplit('.').next());
    let Decoded { text, overridden, n_bad } = charset::decode(&bytes, content_type, tld);
    let mut document = match text {
        Cow::Borrowed(text) => document_of(text, n_bad, base, limits),
        Cow::Owned(text) => {
            // Ten megabytes of a narrow encoding are up to thirty as text, and both at once would be forty.
            drop(bytes);
            document_of(&text, n_bad, base, limits)
        }
    }?;
    document.repairs.extend(overridden.map(|name| format!("the encoding is {name} and not what is declared")));
    Ok(document)
}

fn document_of(text: &str, n_bad: usize, base: Option<&Url>, limits: &ReadLimits) -> Result<FeedDocument, PollFailure> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    if text.is_empty() {
        return Err(PollFailure::new(FailureClass::Empty, "the document is empty"));
    }
    let mut raw = feed(text, base, limits)?;
    raw.repairs.note("# {place|places} that {is|are} no text in the document's encoding", n_bad);
    raw.repairs.note("# control {character|characters}", n_controls(text));
    Ok(finish::document(raw, base, limits))
}

/// Control characters that are no blanks.
fn n_controls(text: &str) -> usize {
    count(text, |b| (b < 0x20) & (b != b'\t') & (b != b'\n') & (b != 0x0C) & (b != b'\r'))
}

fn feed(text: &str, base: Option<&Url>, limits: &ReadLimits) -> Result<RawFeed, PollFailure> {
    if text.starts_with(['{', '[']) {
        return json_feed(text, limits);
    }
    xml_feed(text, base, limits).or_else(|failure| {
        // The scripts of a page hold JSON that is none of ours.
        let json = json::behind_words(text).filter(|_| !diagnose::is_html(text));
        let mut feed = json.and_then(|json| json_feed(json, limits).ok()).ok_or(failure)?;
        feed.repairs.note("text before the document", 1);
        Ok(feed)
    })
}

fn json_feed(text: &str, limits: &ReadLimits) -> Result<RawFeed, PollFailure> {
    match json::read(text, limits.entries_max) {
        Ok(Some(feed)) => Ok(feed),
        Ok(None) => Err(diagnose::text(text)),
        Err(fault) => Err(PollFailure::new(FailureClass::Malformed, format!("the JSON is broken: {fault}"))),
    }
}

fn xml_feed(text: &str, base: Option<&Url>, limits: &ReadLimits) -> Result<RawFeed, PollFailure> {
    // Some feeds come wrapped in a page; a page proper holds none of their roots.
    let is_page = diagnose::is_html(text);
    if is_page && !["<rss", "<feed", "<rdf:RDF"].iter().any(|root| text.contains(root)) {
        return Err(diagnose::text(text));
    }
    let mut feed = xml::read(&doctype::expanded(text), base, limits.entries_max, limits.depth_max);
    if feed.entries.is_empty() && (is_page || feed.format.is_empty()) {
        return Err(diagnose::text(text));
    }
    if feed.format.is_empty() {
        feed.format = "rss2";
        feed.repairs.note("the document has no root element of a feed", 1);
    }
    if feed.entries.is_empty() && feed.is_cut {
        return Err(PollFailure::new(FailureClass::Malformed, "the document is cut off before its first entry"));
    }
    if feed.entries.is_empty() && !feed.has_channel {
        return Err(PollFailure::new(FailureClass::Malformed, "the root of a feed with neither a channel nor entries"));
    }
    let lead = text.find('<').unwrap_or(0);
    feed.repairs.note("text before the document", usize::from(lead > 0));
    Ok(feed)
}

#[cfg(test)]
mod cut_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
