//! `deliver`: the delivery step, once.

use super::args::Arguments;
use super::open;
use super::output::{Failure, print, print_json};
use crate::pipeline::{self, DeliverySummary, Opening, Service};

pub async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let service = open::service(arguments, Opening::Guest).await?;
    deliver(&service, arguments).await?;
    Ok(())
}

/// Hands over what is due and says how it went.
pub async fn deliver(service: &Service, arguments: &Arguments) -> Result<(), Failure> {
    let summary = pipeline::deliver(service).await?;
    if arguments.json {
        print_json(&summary)
    } else {
        print(&words(&summary))
    }
    Ok(())
}

fn words(summary: &DeliverySummary) -> String {
    let mut words =
        format!("{} sent, {} to be tried again, {} given up\n", summary.n_sent, summary.n_later, summary.n_failed);
    for reason in &summary.reasons {
        words.push_str(&format!("  {reason}\n"));
    }
    words
}
