//! Digests: what one audience is told.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::fact::Quote;
use super::item::Lang;
use super::outlet::OutletKind;
use super::story::{Confirmation, DevelopmentId, DevelopmentKind, StoryId};

/// What makes a digest go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// Its time of day has come.
    Slot,
    /// Something new happened.
    Development,
    /// Feeds are in trouble and there was no news to go along with.
    Troubles,
    /// Nothing was new for so long that the audience wants to hear just that.
    Heartbeat,
    /// Somebody asked for it.
    Asked,
}

/// One sentence with where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Excerpt {
    /// Verbatim.
    pub text: String,
    /// Outlet name.
    pub outlet: String,
    /// Link.
    pub url: Option<String>,
    /// Language.
    pub lang: Lang,
}

/// A quote with its outlet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DigestQuote {
    /// The quote.
    #[serde(flatten)]
    pub quote: Quote,
    /// Outlet name.
    pub outlet: String,
    /// Link.
    pub url: Option<String>,
    /// Language.
    pub lang: Lang,
}

/// A link under a story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverer {
    /// Outlet name.
    pub outlet: String,
    /// Country code.
    pub country: String,
    /// Kind.
    pub kind: OutletKind,
    /// Title of its report.
    pub title: String,
    /// Link.
    pub url: Option<String>,
    /// Language.
    pub lang: Lang,
    /// When it reported.
    pub at: Timestamp,
    /// Whose text it carries, if not its own.
    pub copy_of: Option<String>,
    /// Whether it comes with a video.
    pub has_video: bool,
}

/// One thing that is new in a story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewLine {
    /// Row of the development.
    pub development: DevelopmentId,
    /// Why it is one.
    pub kind: DevelopmentKind,
    /// What is new, verbatim words of the item.
    pub what: String,
    /// When.
    pub at: Timestamp,
}

/// Outlets of one kind (and country, where the kind belongs to a state) that carry a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BarPart {
    /// Kind.
    pub kind: OutletKind,
    /// Country code; empty where the kind says nothing about a state.
    pub country: String,
    /// Outlets.
    pub n: usize,
}

/// A story as a digest shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DigestStory {
    /// Row id.
    pub id: StoryId,
    /// Headline of its best source.
    pub headline: String,
    /// That source.
    pub lead: Coverer,
    /// What is new, newest first.
    pub news: Vec<NewLine>,
    /// Two or three sentences.
    pub excerpts: Vec<Excerpt>,
    /// Who said what.
    pub quotes: Vec<DigestQuote>,
    /// Other outlets, by time.
    pub also: Vec<Coverer>,
    /// `state RU 3 · gov US 1`.
    pub perspective: String,
    /// The same as numbers, in the same order.
    pub bar: Vec<BarPart>,
    /// What is striking about who reports it, if anything: only one side, or no independent source.
    pub note: Option<String>,
    /// Outlets.
    pub n_outlets: usize,
    /// Independent sources among them.
    pub n_independent: usize,
    /// Step on the ladder.
    pub confirmation: Confirmation,
    /// What outlets contradict each other on, one line each.
    pub differences: Vec<String>,
    /// Names of the audience's topics that it concerns; empty where the audience has only one.
    pub topics: Vec<String>,
    /// Why it matched, one line.
    pub matched: String,
    /// Why it stands where it stands.
    pub rank_reason: String,
    /// First report.
    pub first_at: Timestamp,
}

/// A story that goes on without news.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunningStory {
    /// Row id.
    pub id: StoryId,
    /// Headline.
    pub headline: String,
    /// Outlets so far.
    pub n_outlets: usize,
    /// Outlets that joined since the last digest.
    pub n_joined: usize,
}

/// A story told by its headline only, because the digest is full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MoreStory {
    /// Row id.
    pub id: StoryId,
    /// Headline of its best source.
    pub headline: String,
    /// That source's name.
    pub outlet: String,
    /// Link.
    pub url: Option<String>,
    /// Language of the headline.
    pub lang: Lang,
}

/// A day to come, in the sentence that names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AheadLine {
    /// The day, or the first day of the month that was named.
    pub day: Date,
    /// The same as shown: `Wednesday, 2 December` or `December 2026`.
    pub when: String,
    /// The sentence, verbatim, with its outlet and link.
    pub said: Excerpt,
    /// Its story.
    pub story: StoryId,
    /// Other outlets that name the same day for the same story.
    pub n_others: usize,
}

/// Reports of one civil day on the audience's topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageDay {
    /// The day in the audience's zone.
    pub day: Date,
    /// Reports kept.
    pub n: usize,
}

/// A feed in trouble, or coverage out of the ordinary, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeedTrouble {
    /// Name of the feed, topic or outlet.
    pub feed: String,
    /// What is wrong or that it healed.
    pub words: String,
    /// It tells of the coverage of a topic or of an outlet that fell silent, and no feed is in trouble.
    #[serde(default)]
    pub is_coverage: bool,
}

/// The numbers of the footer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DigestFooter {
    /// Feeds configured.
    pub n_feeds: usize,
    /// Feeds failing now.
    pub n_failing: usize,
    /// Items seen since the last digest.
    pub n_items: usize,
    /// Items kept since the last digest.
    pub n_matched: usize,
}

/// A composed digest, not yet rendered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    /// Audience name.
    pub audience: String,
    /// Names of the topics.
    pub topics: Vec<String>,
    /// Moment of composition.
    pub at: Timestamp,
    /// The same in the audience's zone, as shown: `Monday, 23 November 2026, 07:30 EET`.
    pub at_words: String,
    /// IANA zone.
    pub timezone: String,
    /// Language of the frame.
    pub language: Lang,
    /// Says the news, not the count. In a mail on developments it is that of the first such mail on the same story.
    pub subject: String,
    /// The story whose thread a mail on developments opens or continues: the one that leads it. `None` for all other
    /// mails.
    pub thread: Option<StoryId>,
    /// Stories never told before.
    pub new: Vec<DigestStory>,
    /// Known stories with something new.
    pub developments: Vec<DigestStory>,
    /// Known stories that go on without news.
    pub running: Vec<RunningStory>,
    /// What is to come, by day.
    pub ahead: Vec<AheadLine>,
    /// Reports a day over the last two weeks, today last; empty when nobody counted.
    pub coverage: Vec<CoverageDay>,
    /// Whether the coverage comes as a picture too.
    pub charts: bool,
    /// Stories left out by the limits: the length of `more`.
    pub n_more: usize,
    /// Those stories, best first.
    pub more: Vec<MoreStory>,
    /// Stories that one mail has no room to name: they stay untold and come with the next one.
    #[serde(default)]
    pub n_waiting: usize,
    /// Feeds in trouble.
    pub troubles: Vec<FeedTrouble>,
    /// Footer numbers.
    pub footer: DigestFooter,
    /// The `mailto:` address by which a reader asks for no more, where the mail is to show one.
    #[serde(default)]
    pub unsubscribe: Option<String>,
    /// Every development this digest tells (those under "and N more" included).
    pub told: Vec<DevelopmentId>,
    /// What makes it go out.
    pub occasion: Occasion,
    /// Why it goes out now, in words.
    pub reason: String,
}
