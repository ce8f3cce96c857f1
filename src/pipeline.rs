//! The whole job, readable from top to bottom; the only place where decisions meet edges.
//!
//! ```text
//! due feeds | fetch (many at once, few per host) | read (bytes -> entries)
//!           | identity (new, modified, known; which item) | relevance (per topic)
//!           | grouping (which story) | novelty (a development, or coverage)
//!           | record                                   ONE transaction: validators, health, items, stories, reasons
//! due audiences | plan | compose | render | enqueue    ONE transaction: messages + "told" marks
//! due messages  | count the attempt | hand over | record the delivery
//! ```
//!
//! The three steps, [`fn@poll`], [`fn@digest`] and [`fn@deliver`], are plain functions that can be drained without sleeping. The
//! daemon runs them beside each other, the commands run the very same ones once. They share nothing but the store. No
//! edge is called while a transaction is open.

mod arrival;
mod by_hand;
pub mod care;
mod coverage;
pub mod deliver;
pub mod desk;
pub mod digest;
mod elsewhere;
pub mod follow;
pub mod ingest;
mod load;
mod mailing;
mod many;
pub mod poll;
mod pulse;
mod record;
pub mod replay;
mod report;
pub mod round;
mod service;
mod stops;
mod trial;
mod turns;
mod unrecorded;
mod verdict;

pub use by_hand::Released;
pub use deliver::{DeliverySummary, deliver};
pub use desk::Desk;
pub use digest::{DigestReport, Mode, digest};
pub use load::{load, renderer};
pub use many::poll;
pub use pulse::{Part, Pulse};
pub use report::{FeedReport, NewItemReport, Outcome};
pub use round::{Round, round};
pub use service::{Opening, Service, StepError};
pub use stops::Stops;
pub use trial::{Trial, try_mail};
pub use unrecorded::Unrecorded;
pub use verdict::Changed;
