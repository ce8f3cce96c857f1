//! Care of the store: what is no longer needed goes, copies are made, and the whole file is checked now and then.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use super::service::{Service, StepError};
use crate::config::StoreSettings;
use crate::store::{self, LastCheck, Pruned, Retention, StoreError};

/// Rows that go in one transaction, so that no poll waits for it.
const BATCH: usize = 500;
/// A store without a copy, or never checked, gets this long to fill first.
const FIRST_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// Until when things are kept at `now`.
pub fn retention(settings: &StoreSettings, now: Timestamp) -> Retention {
    let before = |days: u32| {
        let span = SignedDuration::from_hours(24 * i64::from(days));
        now.saturating_sub(span).unwrap_or(Timestamp::MIN)
    };
    Retention {
        texts_before: before(settings.keep_text_days),
        items_before: before(settings.keep_items_days),
        mail_before: before(settings.keep_mail_days),
        audit_before: before(settings.keep_audit_days),
    }
}

/// Lets some of what is no longer needed go, and answers whether there may be more.
///
/// # Errors
/// When the store cannot be written.
pub async fn prune_some(service: &Service) -> Result<(Pruned, bool), StepError> {
    let retention = retention(&service.config.store, service.clock.now());
    let pruned = service.store.with(move |store| store.prune(&retention, BATCH)).await?;
    let is_more = [pruned.n_texts, pruned.n_items, pruned.n_mails, pruned.n_audits].contains(&BATCH);
    Ok((pruned, is_more))
}

/// Checks the whole file when that is due, and notes what was found; `None` when it is not.
///
/// # Errors
/// When the store cannot be read or the result not be noted.
pub async fn check(service: &Service, since: Timestamp) -> Result<Option<LastCheck>, StepError> {
    let now = service.clock.now();
    let last = service.store.with(|store| store.last_check()).await?;
    if !is_due(last.as_ref().map(|check| check.at), service.config.store.check_every, since, now) {
        return Ok(None);
    }
    let path = service.config.store.path.clone();
    let faults = blocking(move || store::check_file(&path)).await?;
    let check = LastCheck { at: now, fault: faults.into_iter().next() };
    let note = check.clone();
    let was_whole = last.is_none_or(|last| last.fault.is_none());
    let done = service.store.with(move |store| {
        store.note_check(&note)?;
        // Told once, however often it is found again.
        match note.fault.filter(|_| was_whole) {
            Some(fault) => store.add_own_notice(&format!("the store is damaged and must be restored: {fault}"), now),
            None => Ok(()),
        }
    });
    done.await?;
    Ok(Some(check))
}

/// Copies the store when that is due, and answers where the copy lies; `None` when it is not.
///
/// # Errors
/// When the copy cannot be made; the store is as it was.
pub async fn back_up(service: &Service, since: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    let (settings, now) = (service.config.store.clone(), service.clock.now());
    let last = store::last_backup_at(&settings.path, &settings.backup_directory, now);
    if !is_due(last, settings.backup_every, since, now) {
        return Ok(None);
    }
    let done = blocking(move || {
        let to = store::backup_name(&settings.path, &settings.backup_directory, now);
        store::back_up(&settings.path, &to)?;
        store::thin_out(&settings.path, &settings.backup_directory, settings.backups_kept, now)?;
        Ok(to)
    });
    done.await.map(Some)
}

/// Whether something that happens `every` so often is due; a last time that lies ahead says that the clock was wrong.
fn is_due(last: Option<Timestamp>, every: SignedDuration, since: Timestamp, now: Timestamp) -> bool {
    if every.is_zero() {
        return false;
    }
    last.map_or(now.duration_since(since) >= FIRST_AFTER, |last| last > now || now.duration_since(last) >= every)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Panicked)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(last: Option<i64>, every: i64, now: i64, expected: bool) {
        let at = |minute| Timestamp::from_second(1_800_000_000 + minute * 60).unwrap();
        assert_eq!(is_due(last.map(at), SignedDuration::from_mins(every), at(0), at(now)), expected);
    }

    #[test]
    fn what_was_never_done_waits_a_little_and_the_rest_for_its_span() {
        check(None, 60, 9, false);
        check(None, 60, 10, true);
        check(Some(0), 60, 59, false);
        check(Some(0), 60, 60, true);
    }

    #[test]
    fn nothing_is_due_when_it_is_switched_off_and_everything_when_the_clock_was_wrong() {
        check(None, 0, 1_000, false);
        check(Some(0), 0, 1_000, false);
        check(Some(100_000), 60, 10, true);
    }
}
