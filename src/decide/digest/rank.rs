//! Which story stands above which, and why.

use std::collections::BTreeSet;

use super::words::Words;
use crate::domain::outlet::OutletKind;
use crate::domain::story::{Confirmation, DevelopmentKind, StoryBrief};

/// More independent sources than this say nothing more.
const INDEPENDENT_MAX: usize = 5;

/// A place in the order, with its reason.
pub(super) struct Rank {
    /// Higher is better.
    pub(super) score: usize,
    /// In words.
    pub(super) reason: String,
}

/// Weighs a story by who confirms it, how many sources stand behind it and what kind of news it has.
pub(super) fn rank(brief: &StoryBrief, n_independent: usize, words: &Words) -> Rank {
    let mut score = 0;
    let mut reasons = Vec::new();
    let mut add = |points: usize, reason: Option<String>| {
        if let Some(reason) = reason {
            score += points;
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    };
    add(step_points(brief.confirmation), words.step(brief.confirmation).map(str::to_owned));
    for kind in kinds_of_news(brief) {
        add(3, words.development(kind).map(str::to_owned));
    }
    let has_primary = brief.items.iter().any(|item| item.kind == OutletKind::Government);
    add(2, has_primary.then(|| words.primary.to_owned()));
    let sources = (n_independent > 1).then(|| format!("{n_independent} {}", words.independent));
    add(2 * n_independent.min(INDEPENDENT_MAX), sources);
    if reasons.is_empty() {
        reasons.push(words.latest.to_owned());
    }
    Rank { score, reason: reasons.join(", ") }
}

fn step_points(step: Confirmation) -> usize {
    match step {
        Confirmation::Denied | Confirmation::Official => 4,
        Confirmation::Several | Confirmation::OneOutlet | Confirmation::Unnamed => 0,
    }
}

/// Each kind once: ten changed figures are not ten times the news.
fn kinds_of_news(brief: &StoryBrief) -> Vec<DevelopmentKind> {
    let untold: BTreeSet<_> = brief.untold.iter().collect();
    let mut kinds = Vec::new();
    for development in brief.developments.iter().filter(|d| untold.contains(&d.id)) {
        if !kinds.contains(&development.kind) {
            kinds.push(development.kind);
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{NASA, SPACENEWS, TASS, item, story};
    use super::super::words::words;
    use super::*;
    use crate::domain::item::Lang;

    fn brief() -> StoryBrief {
        story(1, vec![item(1, TASS, "2026-11-23T10:00:00Z", "Title", "")])
    }

    fn check(brief: &StoryBrief, n_independent: usize, expected: &str) -> usize {
        let rank = rank(brief, n_independent, words(Lang::En));
        assert_eq!(rank.reason, expected);
        rank.score
    }

    #[test]
    fn each_merit_raises_a_story_and_is_named() {
        let plain = check(&brief(), 1, "latest first");
        let several = check(&brief(), 3, "3 independent sources");
        let official = StoryBrief { confirmation: Confirmation::Official, ..brief() };
        let official = check(&official, 1, "official");
        let primary = story(1, vec![item(1, NASA, "2026-11-23T10:00:00Z", "Title", "")]);
        let primary = check(&primary, 1, "primary source");
        assert!(several > plain && official > plain && primary > plain);
    }

    #[test]
    fn only_untold_news_counts_and_each_kind_once() {
        let items = (1..=3).map(|id| item(id, SPACENEWS, "2026-11-23T10:00:00Z", "Title", "")).collect();
        let mut brief = story(1, items);
        for development in &mut brief.developments {
            development.kind = DevelopmentKind::ChangedFact;
        }
        let three = check(&brief, 1, "a fact changed");
        brief.untold.truncate(1);
        assert_eq!(check(&brief, 1, "a fact changed"), three);
        brief.untold.clear();
        assert_eq!(check(&brief, 1, "latest first"), 0);
    }

    #[test]
    fn many_sources_do_not_outweigh_without_end() {
        assert_eq!(check(&brief(), 5, "5 independent sources"), check(&brief(), 50, "50 independent sources"));
    }
}
