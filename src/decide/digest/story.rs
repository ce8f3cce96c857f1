//! One story as a digest shows it.

use std::collections::BTreeSet;

use super::differences::differences;
use super::rank::{Rank, rank};
use super::words::Words;
use super::{lead, perspective};
use crate::decide::copies;
use crate::domain::digest::{Coverer, DigestStory, NewLine};
use crate::domain::item::Lang;
use crate::domain::story::{StoryBrief, StoryItem};
use crate::text::clean;

const HEADLINE_CHARS: usize = 300;
const LINE_CHARS: usize = 400;
const EVIDENCE_MAX: usize = 4;

/// The story with its weight in the order; `None` when the brief has no items or nothing untold.
pub(super) fn story(
    brief: &StoryBrief,
    topics: &[(String, String)],
    lang: Lang,
    words: &Words,
) -> Option<(Rank, DigestStory)> {
    let items = lead::by_merit(brief, lang);
    let best = *items.first()?;
    let news = news(brief);
    if news.is_empty() {
        return None;
    }
    let bar = perspective::bar(&brief.items);
    let n_independent = copies::n_independent(&brief.items);
    let rank = rank(brief, n_independent, words);
    let quotes = lead::quotes(&items);
    let story = DigestStory {
        id: brief.id,
        headline: clean::line(&best.title, HEADLINE_CHARS),
        lead: coverer(best),
        excerpts: lead::excerpts(&items, &news, &quotes),
        news,
        quotes,
        also: also(brief, &items),
        perspective: perspective::in_words(&bar, words),
        note: perspective::note(&bar, n_independent, words),
        n_outlets: bar.iter().map(|part| part.n).sum(),
        bar,
        n_independent,
        confirmation: brief.confirmation,
        differences: differences(&brief.items),
        topics: concerned(brief, topics),
        matched: clean::line(&matched(&best.matched, topics), LINE_CHARS),
        rank_reason: rank.reason.clone(),
        first_at: brief.first_at,
    };
    Some((rank, story))
}

/// Names of the audience's topics that a story concerns, where the audience has several.
fn concerned(brief: &StoryBrief, topics: &[(String, String)]) -> Vec<String> {
    let of_story: BTreeSet<&String> = brief.developments.iter().flat_map(|development| &development.topics).collect();
    let named = topics.iter().filter(|(key, _)| topics.len() > 1 && of_story.contains(key));
    named.map(|(_, name)| name.clone()).collect()
}

/// Why it was kept, of an item that concerns several topics only for those of the audience: `red: A = 7 ≥ 6; blue: …`.
fn matched(evidence: &str, topics: &[(String, String)]) -> String {
    let is_others = |part: &&str| {
        part.split_once(": ").is_some_and(|(key, _)| !key.contains(' ') && topics.iter().all(|(own, _)| own != key))
    };
    let parts: Vec<&str> = evidence.split("; ").collect();
    let own: Vec<String> =
        parts.iter().filter(|part| parts.len() < 2 || !is_others(part)).map(|part| shortened(part)).collect();
    own.join("; ")
}

/// The strongest evidence and the sum; `orbitwire explain` shows the rest.
fn shortened(evidence: &str) -> String {
    let Some((pieces, sum)) = evidence.split_once(" = ") else { return evidence.to_owned() };
    let pieces: Vec<&str> = pieces.split(" + ").collect();
    let n_more = pieces.len().saturating_sub(EVIDENCE_MAX);
    let shown = pieces[..pieces.len() - n_more].join(" + ");
    if n_more == 0 { evidence.to_owned() } else { format!("{shown} + {n_more} more = {sum}") }
}

/// Untold developments, newest first.
fn news(brief: &StoryBrief) -> Vec<NewLine> {
    let untold: BTreeSet<_> = brief.untold.iter().collect();
    let mut news: Vec<NewLine> = brief
        .developments
        .iter()
        .filter(|d| untold.contains(&d.id))
        .map(|d| NewLine { development: d.id, kind: d.kind, what: clean::line(&d.what, LINE_CHARS), at: d.at })
        .collect();
    news.sort_by_key(|line| (std::cmp::Reverse(line.at), line.development));
    news
}

/// The other outlets, each once: those that report the news by the time of that report, then those that only reported
/// before, the latest first.
fn also(brief: &StoryBrief, fresh: &[&StoryItem]) -> Vec<Coverer> {
    let Some(best) = fresh.first() else { return Vec::new() };
    let mut outlets = BTreeSet::from([best.outlet.as_str()]);
    let mut news = fresh.to_vec();
    news.sort_by_key(|item| (item.at, item.id));
    let mut before: Vec<&StoryItem> = brief.items.iter().collect();
    before.sort_by_key(|item| std::cmp::Reverse((item.at, item.id)));
    news.into_iter().chain(before).filter(|item| outlets.insert(&item.outlet)).map(coverer).collect()
}

fn coverer(item: &StoryItem) -> Coverer {
    Coverer {
        outlet: clean::line(&item.outlet_name, 80),
        country: item.country.clone(),
        kind: item.kind,
        title: clean::line(&item.title, HEADLINE_CHARS),
        url: item.url.clone(),
        lang: item.lang,
        at: item.at,
        copy_of: item.copy_of.clone(),
        has_video: item.has_video,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{NASA, RT, SPACENEWS, TASS, item, story as brief};
    use super::super::words::words;
    use super::*;

    fn told(brief: &StoryBrief) -> DigestStory {
        story(brief, &[], Lang::En, words(Lang::En)).unwrap().1
    }

    #[test]
    fn other_outlets_are_listed_once_by_time_without_the_lead() {
        let items = vec![
            item(1, TASS, "2026-11-23T09:00:00Z", "A", ""),
            item(2, TASS, "2026-11-23T09:30:00Z", "B", ""),
            item(3, NASA, "2026-11-23T10:00:00Z", "C", ""),
            item(4, RT, "2026-11-23T08:00:00Z", "D", ""),
        ];
        let story = told(&brief(1, items));
        assert_eq!(story.headline, "C");
        assert_eq!(story.also.iter().map(|c| c.title.as_str()).collect::<Vec<_>>(), ["D", "A"]);
        assert_eq!((story.n_outlets, story.n_independent), (3, 3));
    }

    #[test]
    fn outlets_that_report_the_news_come_before_those_that_reported_earlier() {
        let items = vec![
            item(1, TASS, "2026-11-20T09:00:00Z", "A", ""),
            item(2, RT, "2026-11-20T10:00:00Z", "B", ""),
            item(3, NASA, "2026-11-23T10:00:00Z", "C", ""),
            item(4, TASS, "2026-11-23T11:00:00Z", "D", ""),
            item(5, SPACENEWS, "2026-11-21T10:00:00Z", "E", ""),
        ];
        let mut brief = brief(1, items);
        brief.untold = vec![brief.developments[2].id];
        let story = told(&brief);
        assert_eq!(story.headline, "C");
        assert_eq!(story.also.iter().map(|c| c.title.as_str()).collect::<Vec<_>>(), ["D", "E", "B"]);
    }

    #[test]
    fn only_untold_news_is_told_newest_first() {
        let items = (1..=3).map(|n| item(n, SPACENEWS, &format!("2026-11-23T0{n}:00:00Z"), &format!("T{n}"), ""));
        let mut brief = brief(1, items.collect());
        brief.untold.remove(0);
        let what: Vec<_> = told(&brief).news.into_iter().map(|line| line.what).collect();
        assert_eq!(what, ["T3", "T2"]);
    }

    #[test]
    fn long_evidence_is_shortened_and_short_evidence_is_not() {
        assert_eq!(shortened("A (title) + B (lead) = 7 ≥ 6"), "A (title) + B (lead) = 7 ≥ 6");
        assert_eq!(shortened("A + B + C + D + E + F = 12 ≥ 6"), "A + B + C + D + 2 more = 12 ≥ 6");
    }

    fn topics(keys: &[&str]) -> Vec<(String, String)> {
        keys.iter().map(|key| ((*key).to_owned(), key.to_uppercase())).collect()
    }

    #[test]
    fn of_several_topics_those_of_the_audience_are_named() {
        let mut both = brief(1, vec![item(1, TASS, "2026-11-23T09:00:00Z", "A", "")]);
        both.developments[0].topics = vec!["red".into(), "blue".into()];
        assert_eq!(concerned(&both, &topics(&["red", "green"])), ["RED"]);
        assert!(concerned(&both, &topics(&["red"])).is_empty(), "nothing else could it be");
        let evidence = "red: A + B = 7 ≥ 6; blue: C = 9 ≥ 6";
        assert_eq!(matched(evidence, &topics(&["blue", "green"])), "blue: C = 9 ≥ 6");
        assert_eq!(matched("A: B + C = 7 ≥ 6", &topics(&["red"])), "A: B + C = 7 ≥ 6");
    }

    #[test]
    fn a_story_without_news_or_items_is_not_told() {
        let mut silent = brief(1, vec![item(1, TASS, "2026-11-23T09:00:00Z", "A", "")]);
        silent.untold.clear();
        assert!(story(&silent, &[], Lang::En, words(Lang::En)).is_none());
        silent.items.clear();
        assert!(story(&silent, &[], Lang::En, words(Lang::En)).is_none());
    }
}
