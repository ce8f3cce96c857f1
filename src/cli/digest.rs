//! `digest preview|send`: compose now.

use super::args::{Arguments, DigestAction};
use super::output::{Failure, print, print_json};
use super::{deliver, open};
use crate::pipeline::{self, DigestReport, Mode, Opening, Service};

pub async fn run(
    arguments: &Arguments,
    action: DigestAction,
    audience: Option<&str>,
    html: bool,
) -> Result<(), Failure> {
    let opening = if action == DigestAction::Preview { Opening::Looker } else { Opening::Guest };
    let service = open::service(arguments, opening).await?;
    check_name(&service, audience)?;
    let mode = if action == DigestAction::Preview { Mode::Preview } else { Mode::Now };
    let reports = pipeline::digest(&service, audience, mode).await?;
    if arguments.json {
        reports.iter().for_each(print_json);
    } else {
        reports.iter().for_each(|report| print(&words(report, mode, html)));
    }
    if reports.is_empty() && !arguments.json {
        print("there is no `[[audience]]` in the configuration: nobody is told\n");
    }
    if mode == Mode::Now && reports.iter().any(|report| report.n_messages > 0) {
        deliver::deliver(&service, arguments).await?;
    }
    Ok(())
}

/// One mail to `to` by the real way out, which nobody else gets and which counts for nothing.
pub async fn test(
    arguments: &Arguments,
    action: DigestAction,
    audience: Option<&str>,
    to: &str,
) -> Result<(), Failure> {
    if action == DigestAction::Preview {
        return Err(Failure::words("a preview goes to nobody; `digest send --test ADDRESS` sends a test"));
    }
    let service = open::service(arguments, Opening::Looker).await?;
    check_name(&service, audience)?;
    let named = service.config.audiences.iter().find(|a| audience.is_none_or(|name| a.name == name));
    let audience = named.ok_or_else(|| Failure::words("there is no `[[audience]]` in the configuration"))?;
    let trial = pipeline::try_mail(&service, audience, to).await?;
    let (outcome, words) = (trial.attempt.name(), trial.attempt.words());
    if arguments.json {
        print_json(&serde_json::json!({
            "to": to, "subject": trial.subject, "outcome": outcome, "answer": words,
        }));
    } else {
        print(&format!("\"{}\" to {to}: {outcome}, {}\n", trial.subject, super::present::safe(words)));
    }
    if outcome == "sent" { Ok(()) } else { Err(Failure::Said) }
}

fn check_name(service: &Service, audience: Option<&str>) -> Result<(), Failure> {
    let Some(name) = audience.filter(|name| service.config.audiences.iter().all(|a| a.name != *name)) else {
        return Ok(());
    };
    let known: Vec<&str> = service.config.audiences.iter().map(|a| a.name.as_str()).collect();
    Err(Failure::words(format!("no audience is named `{name}`; there are: {}", known.join(", "))))
}

fn words(report: &DigestReport, mode: Mode, html: bool) -> String {
    let Some(subject) = report.subject.as_ref().filter(|_| report.composed) else {
        return format!("{}: no digest; {}\n", report.audience, report.reason);
    };
    if mode == Mode::Now {
        return format!("{}: \"{subject}\" is in the outbox, {} to send\n", report.audience, report.n_messages);
    }
    match (&report.html, &report.text) {
        (Some(part), _) if html => part.clone(),
        (_, Some(text)) => format!("To: {}\nSubject: {subject}\n\n{text}\n", report.audience),
        _ => String::new(),
    }
}
