//! `audit`: a mail accounted for.

use std::fmt::Write;

use super::args::Arguments;
use super::output::{Failure, print, print_json};
use super::{open, outbox, present};
use crate::store::{Audit, AuditTold};

pub fn run(arguments: &Arguments, key: &str) -> Result<(), Failure> {
    let (_, store) = open::store(arguments)?;
    for id in outbox::named(&store, std::slice::from_ref(&key.to_owned()))? {
        let Some(audit) = store.audit(id)? else { continue };
        if arguments.json {
            print_json(&audit);
        } else {
            print(&words(&audit));
        }
    }
    Ok(())
}

fn words(audit: &Audit) -> String {
    let mut shown = String::new();
    let mail = &audit.message;
    let safe = present::safe;
    let _ = writeln!(shown, "M-{}  {}  <{}>", mail.id, mail.state, mail.message_id);
    let _ = writeln!(shown, "  to         {} (audience {})", safe(&mail.to), safe(&mail.audience));
    let _ = writeln!(shown, "  from       {}, {} bytes", safe(&audit.envelope_from), audit.n_bytes);
    let _ = writeln!(shown, "  subject    {}", safe(&mail.subject));
    let _ = writeln!(shown, "  composed   {}: {}", present::moment(audit.digest.at), safe(&audit.digest.reason));
    if let Some(slot) = audit.digest.slot_at {
        let _ = writeln!(shown, "  slot       {}", present::moment(slot));
    }
    configuration(&mut shown, &audit.digest.configuration);
    let n = present::counted(audit.attempts.len(), "attempt", "attempts");
    let _ = writeln!(shown, "  delivery   {n}; {}", safe(&mail.reason));
    for attempt in &audit.attempts {
        shown.push_str(&present::attempt(attempt));
    }
    let n = present::counted(audit.told.len(), "development", "developments");
    let _ = writeln!(shown, "  told       {n}");
    audit.told.iter().for_each(|told| development(&mut shown, told));
    shown
}

fn configuration(shown: &mut String, value: &serde_json::Value) {
    let Some(files) = value["files"].as_object() else {
        let _ = writeln!(shown, "  made from  a configuration that is not on record");
        return;
    };
    let version = value["version"].as_str().unwrap_or_default();
    let _ = writeln!(shown, "  made by    orbitwire {version}, from these files (with hashes of their contents)");
    for (file, hash) in files {
        let _ = writeln!(shown, "    {}  {}", hash.as_str().unwrap_or_default(), present::safe(file));
    }
}

fn development(shown: &mut String, told: &AuditTold) {
    let safe = present::safe;
    let _ = writeln!(shown, "    S-{} {}: {}", told.story, safe(&told.kind), safe(&told.what));
    let _ = writeln!(shown, "      new because {}", safe(&told.reason));
    let _ = writeln!(shown, "      item {} of {}: {}", told.item, safe(&told.outlet), safe(&told.title));
    if let Some(url) = &told.url {
        let _ = writeln!(shown, "      {}", safe(url));
    }
    let _ = writeln!(shown, "      kept because {}", safe(&told.matched));
}
