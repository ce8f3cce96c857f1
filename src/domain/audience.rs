//! Audiences: who is told of what, and when.

use croner::Cron;
use jiff::civil::{Time, Weekday};
use jiff::{SignedDuration, Timestamp};

use super::item::Lang;
use super::story::{Confirmation, DevelopmentKind};

/// Recipients + topics + schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct Audience {
    /// Name, unique.
    pub name: String,
    /// Mailboxes as written: `desk@example.org` or `Desk <desk@example.org>`.
    pub to: Vec<String>,
    /// Keys of topics.
    pub topics: Vec<String>,
    /// Mail soon after a development.
    pub on_development: bool,
    /// Mail at these times.
    pub slots: Slots,
    /// IANA name of the zone in which `slots` and `quiet` are meant.
    pub timezone: String,
    /// No mail from the first to the second time of day; what is due then is held, never dropped.
    pub quiet: Option<(Time, Time)>,
    /// News that waits neither for the end of quiet hours nor for `min_gap`.
    pub urgent: Vec<Urgency>,
    /// Wait this long after a development for other outlets.
    pub wait: SignedDuration,
    /// At least this long between two mails on developments.
    pub min_gap: SignedDuration,
    /// At most this many mails on developments in one civil day.
    pub max_per_day: u32,
    /// After this long without a mail say that there is nothing new.
    pub heartbeat: Option<SignedDuration>,
    /// At most this many stories in a mail.
    pub stories_max: usize,
    /// At most this many stories led by one outlet.
    pub per_outlet_max: usize,
    /// Tell what is to come in so many days; 0 = nothing.
    pub ahead_days: u32,
    /// Send the chart of the last days as a picture too.
    pub charts: bool,
    /// Language of the frame.
    pub language: Lang,
}

/// Times at which digests are due by the clock; empty = never.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slots {
    /// Times of day.
    pub times: Vec<Time>,
    /// The days that have them; empty = every day.
    pub days: Vec<Weekday>,
    /// Further times as a cron expression of five fields.
    pub cron: Option<Cron>,
}

impl Slots {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty() && self.cron.is_none()
    }
}

/// A kind of news that may disturb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// A story that an official body confirms.
    Official,
    /// A story that an official body denies.
    Denied,
    /// A story that several independent outlets confirm.
    Several,
    /// A fact that changed.
    Changed,
}

impl Urgency {
    /// Whether a development of this kind, in a story that stands on this step now, is such news. A new detail of what
    /// is official already is none.
    pub fn covers(self, kind: DevelopmentKind, step: Confirmation) -> bool {
        let is_step = matches!(kind, DevelopmentKind::FirstReport | DevelopmentKind::Confirmation);
        match self {
            Self::Official => is_step && step == Confirmation::Official,
            Self::Denied => is_step && step == Confirmation::Denied,
            Self::Several => is_step && step == Confirmation::Several,
            Self::Changed => kind == DevelopmentKind::ChangedFact,
        }
    }
}

/// What is remembered of an audience between digests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AudienceState {
    /// When orbitwire first knew this audience.
    pub since: Option<Timestamp>,
    /// Last digest, of either mode.
    pub last_digest_at: Option<Timestamp>,
    /// Last digest that answered a slot.
    pub last_slot_at: Option<Timestamp>,
    /// Times of the digests of the last 48 hours that answered no slot.
    pub recent: Vec<Timestamp>,
    /// When the oldest untold development was found; `None` = nothing to tell.
    pub oldest_untold_at: Option<Timestamp>,
    /// When the oldest untold development that is [`Urgency`] for this audience was found.
    pub oldest_urgent_at: Option<Timestamp>,
    /// When the oldest notice about a feed was written that the audience has not been told; `None` = there is none.
    pub oldest_notice_at: Option<Timestamp>,
    /// When the last digest was composed, if it was tried and has reached nobody yet.
    pub undelivered_since: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_the_ladder_is_urgent_and_a_detail_on_that_step_is_not() {
        let covers = |kind| Urgency::Official.covers(kind, Confirmation::Official);
        assert!(covers(DevelopmentKind::Confirmation) && covers(DevelopmentKind::FirstReport));
        assert!(!covers(DevelopmentKind::NewFact));
        assert!(!Urgency::Official.covers(DevelopmentKind::Confirmation, Confirmation::Denied));
    }

    #[test]
    fn a_changed_fact_is_urgent_on_any_step_for_those_who_ask_for_it() {
        assert!(Urgency::Changed.covers(DevelopmentKind::ChangedFact, Confirmation::OneOutlet));
        assert!(!Urgency::Denied.covers(DevelopmentKind::ChangedFact, Confirmation::Denied));
    }
}
