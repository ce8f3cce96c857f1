//! The words of the frame around the news, in every language that the frame speaks.

mod tables;

use serde::Serialize;

use crate::domain::fact::Stance;
use crate::domain::item::Lang;
use crate::domain::outlet::OutletKind;
use crate::domain::story::{Confirmation, DevelopmentKind};

use tables::{EN, RU};

/// One, few, many: Russian has three forms, English uses the last for few.
type Forms = [&'static str; 3];

/// Every word in one language; templates see it as `w`.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "the words say what they are")]
pub(super) struct Words {
    #[serde(skip)]
    lang: Lang,
    pub(super) new: &'static str,
    pub(super) developments: &'static str,
    pub(super) running: &'static str,
    pub(super) ahead: &'static str,
    pub(super) coverage: &'static str,
    pub(super) more: &'static str,
    pub(super) unusual: &'static str,
    pub(super) troubles: &'static str,
    pub(super) tag_new: &'static str,
    pub(super) tag_updated: &'static str,
    pub(super) reported_by: &'static str,
    pub(super) differ: &'static str,
    pub(super) also: &'static str,
    pub(super) matched: &'static str,
    pub(super) ranked: &'static str,
    pub(super) dossier: &'static str,
    pub(super) first_report: &'static str,
    pub(super) via: &'static str,
    pub(super) copy_of: &'static str,
    pub(super) video: &'static str,
    pub(super) sources: &'static str,
    pub(super) verbatim: &'static str,
    pub(super) unsubscribe: &'static str,
    #[serde(skip)]
    because: &'static str,
    #[serde(skip)]
    and_more: &'static str,
    #[serde(skip)]
    waiting: Forms,
    #[serde(skip)]
    kinds: [&'static str; 4],
    #[serde(skip)]
    ladder: [&'static str; 5],
    #[serde(skip)]
    outlet_kinds: [&'static str; 6],
    #[serde(skip)]
    stances: [&'static str; 2],
    #[serde(skip)]
    covered: &'static str,
    #[serde(skip)]
    reports: Forms,
    #[serde(skip)]
    months: [&'static str; 12],
    #[serde(skip)]
    outlets: Forms,
    #[serde(skip)]
    independent: Forms,
    #[serde(skip)]
    new_stories: Forms,
    #[serde(skip)]
    developed: Forms,
    #[serde(skip)]
    still_running: Forms,
    #[serde(skip)]
    feeds: Forms,
    #[serde(skip)]
    failing: Forms,
    #[serde(skip)]
    items: Forms,
    #[serde(skip)]
    kept: Forms,
}

/// The table of a language; English for those that have none.
pub(super) fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Ru => &RU,
        Lang::En | Lang::Other => &EN,
    }
}

impl Words {
    /// Language of the table as a tag.
    pub(super) fn tag(&self) -> &'static str {
        self.lang.code()
    }

    /// `and 3 more`.
    pub(super) fn and_more(&self, n: usize) -> String {
        self.and_more.replace("{n}", &n.to_string())
    }

    /// `3 more stories come with the next mail`.
    pub(super) fn waiting(&self, n: usize) -> String {
        self.count(n, self.waiting)
    }

    /// Why this reader gets this mail.
    pub(super) fn because(&self, audience: &str) -> String {
        self.because.replace("{audience}", audience)
    }

    /// Label of a line of news.
    pub(super) fn kind(&self, kind: DevelopmentKind) -> &'static str {
        let [first, new, changed, status] = self.kinds;
        match kind {
            DevelopmentKind::FirstReport => first,
            DevelopmentKind::NewFact => new,
            DevelopmentKind::ChangedFact => changed,
            DevelopmentKind::Confirmation => status,
        }
    }

    /// A step of the ladder.
    pub(super) fn step(&self, step: Confirmation) -> &'static str {
        let place = Confirmation::ALL.iter().position(|s| *s == step);
        place.and_then(|i| self.ladder.get(i)).copied().unwrap_or_default()
    }

    /// A kind of outlet.
    pub(super) fn outlet_kind(&self, kind: OutletKind) -> &'static str {
        let place = OutletKind::ALL.iter().position(|k| *k == kind);
        place.and_then(|i| self.outlet_kinds.get(i)).copied().unwrap_or_default()
    }

    /// A stance, where there is one.
    pub(super) fn stance(&self, stance: Stance) -> &'static str {
        let [welcoming, critical] = self.stances;
        match stance {
            Stance::Welcoming => welcoming,
            Stance::Critical => critical,
            Stance::Neither => "",
        }
    }

    /// `23 Nov, 14:05`.
    pub(super) fn time(&self, at: &jiff::Zoned) -> String {
        format!("{}, {}", self.date(at.date()), at.strftime("%H:%M"))
    }

    /// `23 Nov`.
    pub(super) fn date(&self, day: jiff::civil::Date) -> String {
        let month = usize::try_from(day.month() - 1).ok().and_then(|i| self.months.get(i)).copied().unwrap_or_default();
        format!("{} {month}", day.day())
    }

    /// `61 reports in 14 days, most on 19 Nov (12), today 7`.
    pub(super) fn coverage(&self, n_all: usize, n_days: usize, most: (&str, usize), n_today: usize) -> String {
        self.covered
            .replace("{reports}", &self.count(n_all, self.reports))
            .replace("{days}", &n_days.to_string())
            .replace("{day}", most.0)
            .replace("{most}", &most.1.to_string())
            .replace("{today}", &n_today.to_string())
    }

    /// `5 outlets, 3 independent sources`.
    pub(super) fn outlets(&self, n_outlets: usize, n_independent: usize) -> String {
        let outlets = self.count(n_outlets, self.outlets);
        if n_outlets < 2 { outlets } else { format!("{outlets}, {}", self.count(n_independent, self.independent)) }
    }

    /// `5 outlets (+2)`.
    pub(super) fn joined(&self, n_outlets: usize, n_joined: usize) -> String {
        let outlets = self.count(n_outlets, self.outlets);
        if n_joined == 0 { outlets } else { format!("{outlets} (+{n_joined})") }
    }

    /// `2 new stories · 1 development`.
    pub(super) fn summary(&self, n_new: usize, n_developed: usize, n_running: usize) -> String {
        let parts = [(n_new, self.new_stories), (n_developed, self.developed), (n_running, self.still_running)];
        let said = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, forms)| self.count(n, forms));
        said.collect::<Vec<_>>().join(" · ")
    }

    /// `41 feeds, 1 failing · 812 items read, 9 kept`.
    pub(super) fn footer(&self, footer: &crate::domain::digest::DigestFooter) -> String {
        let mut feeds = self.count(footer.n_feeds, self.feeds);
        if footer.n_failing > 0 {
            feeds = format!("{feeds}, {}", self.count(footer.n_failing, self.failing));
        }
        format!("{feeds} · {}, {}", self.count(footer.n_items, self.items), self.count(footer.n_matched, self.kept))
    }

    fn count(&self, n: usize, [one, few, many]: Forms) -> String {
        let form = match (self.lang, n % 10, n % 100) {
            (Lang::Ru, 1, hundredth) if hundredth != 11 => one,
            (Lang::Ru, 2..=4, hundredth) if !(12..=14).contains(&hundredth) => few,
            (Lang::Ru, _, _) => many,
            _ if n == 1 => one,
            _ => many,
        };
        format!("{n} {form}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_counts_have_two_forms() {
        assert_eq!(EN.outlets(1, 1), "1 outlet");
        assert_eq!(EN.outlets(14, 2), "14 outlets, 2 independent sources");
        assert_eq!(EN.waiting(1), "1 story comes with the next mail");
        assert_eq!(EN.summary(1, 2, 0), "1 new story · 2 developments");
    }

    #[test]
    fn russian_counts_have_three() {
        assert_eq!(RU.outlets(2, 1), "2 издания, 1 независимый источник");
        assert_eq!(RU.outlets(11, 5), "11 изданий, 5 независимых источников");
        assert_eq!(RU.outlets(21, 3), "21 издание, 3 независимых источника");
        assert_eq!(RU.waiting(3), "3 сюжета придут со следующим письмом");
        assert_eq!(RU.summary(12, 0, 104), "12 новых сюжетов · 104 продолжаются");
    }

    #[test]
    fn the_footer_names_failures_only_when_there_are_some() {
        let footer = crate::domain::digest::DigestFooter { n_feeds: 41, n_failing: 0, n_items: 812, n_matched: 1 };
        assert_eq!(EN.footer(&footer), "41 feeds · 812 items read, 1 kept");
        let failing = crate::domain::digest::DigestFooter { n_failing: 2, ..footer };
        assert_eq!(RU.footer(&failing), "41 лента, 2 не отвечают · 812 записей прочитано, 1 отобрана");
    }
}
