//! `digest preview|send`: compose now.

use super::args::{Arguments, DigestAction};
use super::output::{Failure, print, print_json};
use super::{deliver, open};
use crate::pipeline::{self, DigestReport, Mode, Opening};

pub async fn run(
    arguments: &Arguments,
    action: DigestAction,
    audience: Option<&str>,
    html: bool,
) -> Result<(), Failure> {
    let opening = if action == DigestAction::Preview { Opening::Looker } else { Opening::Guest };
    let service = open::service(arguments, opening).await?;
    if let Some(name) = audience.filter(|name| service.config.audiences.iter().all(|a| a.name != *name)) {
        let known: Vec<&str> = service.config.audiences.iter().map(|a| a.name.as_str()).collect();
        return Err(Failure::words(format!("no audience is named `{name}`; there are: {}", known.join(", "))));
    }
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
