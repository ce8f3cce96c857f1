//! The words of the field as values: no I/O, no async, no format of any edge.

pub mod audience;
pub mod digest;
pub mod dossier;
pub mod entry;
pub mod fact;
pub mod feed;
pub mod item;
pub mod mail;
pub mod message;
pub mod outlet;
pub mod policy;
pub mod secret;
pub mod signing;
pub mod story;
pub mod topic;
pub mod vitals;

pub use audience::{Audience, AudienceState};
pub use digest::{Digest, DigestStory};
pub use entry::{Entry, FeedDocument, Media, Source};
pub use fact::{Fact, FactKind, Outlook, OutlookKind, Quote, QuoteKind, Stance};
pub use feed::{Feed, FeedId, Validators};
pub use item::{Item, ItemId, ItemText, Lang};
pub use message::{Attempt, Message, MessageId};
pub use outlet::{Outlet, OutletKind, Outlets};
pub use policy::Policy;
pub use story::{Confirmation, Development, DevelopmentId, StoryBrief, StoryId, WhyQuiet};
pub use topic::{EntityHit, EntityKind, Evidence, Field, Relevance, Topic};
