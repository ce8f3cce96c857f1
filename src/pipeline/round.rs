//! One round: the three steps after one another, for whoever drives time by hand.

use super::poll::poll_in_order;
use super::service::{Service, StepError};
use super::{DeliverySummary, DigestReport, FeedReport, Mode, deliver, digest};

/// What one round did.
#[derive(Clone, Debug, Default)]
pub struct Round {
    /// Visits.
    pub visits: Vec<FeedReport>,
    /// What was decided for each audience.
    pub digests: Vec<DigestReport>,
    /// What became of the mail.
    pub delivery: DeliverySummary,
}

/// Polls what is due, tells what is to be told, delivers what is to be delivered.
///
/// # Errors
/// As the steps.
pub async fn round(service: &Service) -> Result<Round, StepError> {
    let now = service.clock.now();
    let mut due = service.store.with(move |store| store.feeds_due(now)).await?;
    due.sort_by_key(|feed| feed.id);
    Ok(Round {
        visits: poll_in_order(service, due).await?,
        digests: digest(service, None, Mode::Scheduled).await?,
        delivery: deliver(service).await?,
    })
}
