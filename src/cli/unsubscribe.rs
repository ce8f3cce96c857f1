//! `unsubscribe`: who wants no more mail, by the token of a click or by address.

use serde_json::json;

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use super::{open, present};
use crate::config::Config;
use crate::mail;
use crate::pipeline::Opening;
use crate::text::mailbox;

/// Takes a recipient out, or (`undo`) in again; without one lists who is out.
pub async fn run(arguments: &Arguments, who: Option<&str>, undo: bool) -> Result<(), Failure> {
    let Some(who) = who else { return list(arguments) };
    let service = open::service(arguments, Opening::Looker).await?;
    let instance = service.store.with(|store| store.instance()).await?;
    let found = matching(&service.config, &instance, who);
    if found.is_empty() {
        return Err(Failure::words("nobody in an audience has this token or address"));
    }
    let now = service.clock.now();
    for (audience, address) in found {
        let (name, to) = (audience.clone(), address.clone());
        let n = service
            .store
            .with(move |store| match undo {
                true => store.subscribe_again(&name, &to).map(|_| 0),
                false => store.unsubscribe(&name, &to, now),
            })
            .await?;
        if arguments.json {
            print_json(&json!({ "audience": audience, "address": address, "subscribed": undo, "n_given_up": n }));
        } else if undo {
            print(&format!("{address} gets the mails for {} again\n", present::safe(&audience)));
        } else {
            print(&format!("{address} gets no more mails for {}, {n} waiting given up\n", present::safe(&audience)));
        }
    }
    Ok(())
}

fn list(arguments: &Arguments) -> Result<(), Failure> {
    let (_, store) = open::store(arguments)?;
    let all = store.unsubscribed()?;
    if all.is_empty() && !arguments.json {
        print("everybody gets their mails\n");
    }
    for one in &all {
        if arguments.json {
            print_json(one);
        } else {
            print(&format!("{}  {}  since {}\n", present::safe(&one.audience), one.address, present::moment(one.at)));
        }
    }
    Ok(())
}

/// Audiences and addresses that a token or an address means.
fn matching(config: &Config, instance: &str, who: &str) -> Vec<(String, String)> {
    let address = mailbox::parse(who).map(|mailbox| mailbox.email.to_string().to_lowercase()).ok();
    let mut found = Vec::new();
    for audience in &config.audiences {
        for to in audience.to.iter().filter_map(|to| mailbox::parse(to).ok()) {
            let bare = to.email.to_string().to_lowercase();
            if address.as_ref() == Some(&bare) || mail::token(instance, &audience.name, &to) == who {
                found.push((audience.name.clone(), bare));
            }
        }
    }
    found
}
