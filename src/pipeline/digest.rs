//! The digest step: decide who is told what now, and put it into the outbox.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::coverage;
use super::mailing::{self, Mail};
use super::service::{Service, StepError};
use crate::decide::digest::{self as decide, Material, Plan};
use crate::domain::audience::AudienceState;
use crate::domain::digest::{Digest, DigestFooter, FeedTrouble, Occasion, RunningStory};
use crate::domain::{Audience, StoryBrief, StoryId};
use crate::mail;
use crate::store::{NewDigest, Store};

/// Days to come are taken from reports of so many days.
const REPORTS_DAYS: i64 = 120;

/// How far the step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As the schedule says.
    Scheduled,
    /// Now, whatever the schedule says.
    Now,
    /// Compose now and change nothing.
    Preview,
}

/// What was decided for one audience.
#[derive(Clone, Debug, Serialize)]
pub struct DigestReport {
    /// Audience name.
    pub audience: String,
    /// Whether there is something to tell, and (but for a preview) it is in the outbox now.
    pub composed: bool,
    /// Why, in words.
    pub reason: String,
    /// When to look again, if the schedule says so.
    pub look_again_at: Option<Timestamp>,
    /// Messages put into the outbox.
    pub n_messages: usize,
    /// Subject.
    pub subject: Option<String>,
    /// The composed digest.
    pub digest: Option<Digest>,
    /// The text part.
    #[serde(skip)]
    pub text: Option<String>,
    /// The HTML part.
    #[serde(skip)]
    pub html: Option<String>,
}

/// Runs the step for every audience, or for the one named. A digest that cannot be rendered or made into mail is said
/// in its report and hinders no other audience.
///
/// # Errors
/// When the store fails.
pub async fn digest(service: &Service, only: Option<&str>, mode: Mode) -> Result<Vec<DigestReport>, StepError> {
    let mut reports = Vec::new();
    for audience in service.config.audiences.iter().filter(|a| only.is_none_or(|name| a.name == name)) {
        reports.push(match one(service, audience, mode).await {
            Ok(report) => report,
            Err(error @ (StepError::Mail(_) | StepError::Render(_))) => {
                let reason = format!("the digest cannot be made, nothing is marked as told: {error}");
                tracing::error!(audience = %audience.name, reason = %reason, "digest failed");
                silent(audience, reason, None)
            }
            Err(error) => return Err(error),
        });
    }
    Ok(reports)
}

/// What the store knows for one audience at one moment.
struct Known {
    briefs: Vec<StoryBrief>,
    running: Vec<RunningStory>,
    ahead: Vec<StoryBrief>,
    reports: Vec<Timestamp>,
    threads: BTreeMap<StoryId, String>,
    since: Timestamp,
    troubles: Vec<FeedTrouble>,
    notice: i64,
    footer: DigestFooter,
    instance: String,
}

impl Known {
    fn material<'a>(&'a self, topics: &'a [(String, String)]) -> Material<'a> {
        Material {
            briefs: &self.briefs,
            running: self.running.clone(),
            ahead: &self.ahead,
            reports: &self.reports,
            troubles: &self.troubles,
            footer: self.footer,
            topics,
            threads: &self.threads,
            since: self.since,
        }
    }
}

async fn one(service: &Service, audience: &Audience, mode: Mode) -> Result<DigestReport, StepError> {
    let now = service.clock.now();
    let state = state(service, audience, now).await?;
    let (occasion, reason, slot_at) = match (mode, decide::plan(audience, &state, now)) {
        (Mode::Scheduled, Plan::Wait { until, reason }) => return Ok(silent(audience, reason, until)),
        (Mode::Scheduled, Plan::Send { occasion, reason, slot }) => (occasion, reason, slot),
        (Mode::Now | Mode::Preview, _) => (Occasion::Asked, "asked for by hand".to_owned(), None),
    };
    let known = known(service, audience, state, mode, now).await?;
    service.stops.pass("plan")?;
    // Not before what it tells was found, or the next digest would take that for something that joined since.
    let now = service.clock.now().max(now);
    let names = topic_names(service, audience);
    let composed = decide::compose(audience, &known.material(&names), (occasion, &reason), now);
    let Some(mut composed) = composed else { return Ok(silent(audience, "nothing new to tell".to_owned(), None)) };
    composed.unsubscribe = Some(mail::unsubscribe_by_mail(&service.config.mail, &audience.name)?);
    // Once for all recipients.
    let rendered = service.renderer.render(&composed)?;
    service.stops.pass("render")?;
    let mail = match mode {
        Mode::Preview => None,
        _ => Some(mailing::write(service, audience, &composed, slot_at, &rendered, &known.instance).await?),
    };
    let mut report = DigestReport {
        audience: audience.name.clone(),
        composed: true,
        reason,
        look_again_at: None,
        n_messages: 0,
        subject: Some(rendered.subject.clone()),
        digest: Some(composed.clone()),
        text: Some(rendered.text),
        html: Some(rendered.html),
    };
    if let Some(mail) = mail {
        report.n_messages = enqueue(service, composed, slot_at, known.notice, mail).await?;
        report.composed = report.n_messages > 0;
        service.stops.pass("enqueue")?;
        tracing::info!(audience = %report.audience, n_messages = report.n_messages, reason = %report.reason, "digest enqueued");
    }
    Ok(report)
}

fn silent(audience: &Audience, reason: String, look_again_at: Option<Timestamp>) -> DigestReport {
    DigestReport {
        audience: audience.name.clone(),
        composed: false,
        reason,
        look_again_at,
        n_messages: 0,
        subject: None,
        digest: None,
        text: None,
        html: None,
    }
}

async fn state(service: &Service, audience: &Audience, now: Timestamp) -> Result<AudienceState, StepError> {
    let audience = audience.clone();
    let state = move |store: &mut Store| store.audience_state(&audience.name, &audience.topics, &audience.urgent, now);
    Ok(service.store.with(state).await?)
}

async fn known(
    service: &Service,
    audience: &Audience,
    state: AudienceState,
    mode: Mode,
    now: Timestamp,
) -> Result<Known, StepError> {
    let (config, audience) = (service.config.clone(), audience.clone());
    let done = service.store.with(move |store| {
        let (name, topics) = (&audience.name, &audience.topics);
        let since = state.last_digest_at.or(state.since).unwrap_or(now);
        if mode != Mode::Preview {
            coverage::take(store, &config, now)?;
        }
        let briefs = store.briefs_untold(name, topics, &config.outlets)?;
        // Spikes and silence go with news or with a feed's trouble; alone they are no reason for a mail.
        let has_reason = !briefs.is_empty() || state.oldest_notice_at.is_some();
        let (troubles, notice) = if has_reason { store.notices_untold(name)? } else { (Vec::new(), 0) };
        let stories: Vec<StoryId> = briefs.iter().map(|brief| brief.id).collect();
        let back = |days: i64| now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
        Ok(Known {
            running: store.running(name, topics, since, audience.language)?,
            ahead: store.briefs_ahead(
                topics,
                back(REPORTS_DAYS),
                decide::days_ahead(&audience, now),
                &config.outlets,
            )?,
            // A day more than shown, for the zone.
            reports: store.report_times(topics, back(decide::COVERAGE_DAYS + 1))?,
            threads: store.threads(name, &stories)?,
            footer: store.footer(since)?,
            instance: store.instance()?,
            briefs,
            troubles,
            notice,
            since,
        })
    });
    Ok(done.await?)
}

pub(super) fn topic_names(service: &Service, audience: &Audience) -> Vec<(String, String)> {
    let wanted = service.config.topics.iter().filter(|topic| audience.topics.contains(&topic.key));
    wanted.map(|topic| (topic.key.clone(), topic.name.clone())).collect()
}

/// Puts the messages into the outbox, unless another process has told any of it meanwhile.
async fn enqueue(
    service: &Service,
    digest: Digest,
    slot_at: Option<Timestamp>,
    notice: i64,
    mail: Mail,
) -> Result<usize, StepError> {
    let json = serde_json::to_string(&digest).unwrap_or_default();
    let new = NewDigest {
        audience: digest.audience,
        at: digest.at,
        slot_at,
        thread: digest.thread,
        reason: digest.reason,
        subject: digest.subject,
        json,
        told: digest.told,
        notice,
        configuration: mail.configuration,
        body: mail.body,
    };
    Ok(service.store.with(move |store| store.enqueue(&new, &mail.messages)).await?)
}
