//! Keeps the HTML below the size at which mail services cut it.

use super::view::View;
use super::{HTML_BYTES_MAX, RenderError};
use crate::domain::digest::{Digest, DigestStory, MoreStory};

/// Headlines that give way to no story in full: below this many, stories do.
const HEADLINES_MIN: usize = 40;

/// More than a headline takes, so that one step never drops more headlines than needed.
const HEADLINE_BYTES: usize = 1200;

/// The largest view that fits, with its HTML: first all, then fewer headlines, then fewer stories in full, then one
/// story alone, which always fits since every field of it has a limit.
pub(super) fn fit(
    digest: &Digest,
    html_of: impl Fn(&View) -> Result<String, RenderError>,
) -> Result<(View, String), RenderError> {
    let mut digest = digest.clone();
    let mut headlines_max = digest.more.len();
    loop {
        let view = View::of(&digest, headlines_max);
        let html = html_of(&view)?;
        let over = html.len().saturating_sub(HTML_BYTES_MAX);
        let n_full = digest.new.len() + digest.developments.len();
        if over == 0 || (n_full <= 1 && headlines_max == 0) {
            return Ok((view, html));
        }
        if headlines_max > HEADLINES_MIN {
            headlines_max -= (over / HEADLINE_BYTES).clamp(1, headlines_max - HEADLINES_MIN);
        } else if n_full > 1 {
            shorten(&mut digest);
            headlines_max = headlines_max.max(HEADLINES_MIN).min(digest.more.len());
        } else {
            headlines_max = 0;
        }
    }
}

/// Moves the last story in full to the headlines, from the longer section.
fn shorten(digest: &mut Digest) {
    let section =
        if digest.new.len() >= digest.developments.len() { &mut digest.new } else { &mut digest.developments };
    if let Some(DigestStory { id, headline, lead, .. }) = section.pop() {
        digest.more.insert(0, MoreStory { id, headline, outlet: lead.outlet, url: lead.url, lang: lead.lang });
        digest.n_more = digest.more.len();
    }
}
