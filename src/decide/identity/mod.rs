//! Which item an entry is: new, known, or known under other words.
//!
//! An entry has up to three keys, and any hit is the same item: the publisher's id in its feed, the canonical URL, and
//! the folded title within its outlet for a week. When unsure, two entries stay two items: a repeat is a smaller fault
//! than lost news.

mod date;
mod keys;
mod news;
mod recognise;

pub use date::{AS_PUBLISHED, Dated, date_of};
pub use keys::{EntryKeys, Shape, keys_of};
pub use news::{Quiet, guid_rotates, quiet, site_moved};
pub use recognise::{Change, Hit, Hits, Recognition, change_of, recognise};
