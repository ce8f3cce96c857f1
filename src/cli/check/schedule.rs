//! When an audience is mailed, in words.

use crate::domain::Audience;
use crate::text::span;

/// `15m after a development, 4h apart, at most 6 a day; on weekdays at 07:30 Europe/Berlin; never from 22:00 to 07:00`.
pub(super) fn words(audience: &Audience) -> String {
    let mut parts = Vec::new();
    if audience.on_development {
        let (wait, gap) = (span::show(audience.wait), span::show(audience.min_gap));
        let most = audience.max_per_day;
        parts.push(format!("{wait} after a development, {gap} apart, at most {most} a day"));
    }
    if !audience.slots.times.is_empty() {
        let times: Vec<_> = audience.slots.times.iter().map(|at| at.strftime("%H:%M").to_string()).collect();
        parts.push(format!("{} at {} {}", days(audience), times.join(", "), audience.timezone));
    }
    if let Some(cron) = &audience.slots.cron {
        parts.push(format!("by cron \"{cron}\" {}", audience.timezone));
    }
    if let Some((from, to)) = audience.quiet {
        let zone = if audience.slots.is_empty() { format!(" {}", audience.timezone) } else { String::new() };
        let but = if audience.urgent.is_empty() { "" } else { " but for urgent news" };
        parts.push(format!("never from {} to {}{zone}{but}", from.strftime("%H:%M"), to.strftime("%H:%M")));
    }
    if let Some(every) = audience.heartbeat {
        parts.push(format!("after {} without a mail a sign of life", span::show(every)));
    }
    parts.join("; ")
}

fn days(audience: &Audience) -> String {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let offsets: Vec<_> = audience.slots.days.iter().map(|day| day.to_monday_zero_offset()).collect();
    match offsets[..] {
        [] | [0, 1, 2, 3, 4, 5, 6] => "daily".to_owned(),
        [0, 1, 2, 3, 4] => "on weekdays".to_owned(),
        _ => {
            let names = offsets.iter().filter_map(|at| NAMES.get(usize::from(at.unsigned_abs())).copied());
            format!("on {}", names.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jiff::civil::Weekday;

    use super::*;

    #[test]
    fn a_schedule_says_when_a_mail_comes() {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/orbitwire.toml");
        let mut audience = crate::config::load(&shipped).unwrap().audiences.remove(0);
        assert_eq!(words(&audience), "15m after a development, 4h apart, at most 6 a day");
        audience.on_development = false;
        audience.slots.times = vec!["07:30".parse().unwrap(), "18:00".parse().unwrap()];
        assert_eq!(words(&audience), "daily at 07:30, 18:00 UTC");
        audience.slots.days = vec![Weekday::Monday, Weekday::Friday];
        audience.heartbeat = Some(jiff::SignedDuration::from_hours(168));
        assert_eq!(words(&audience), "on Mon, Fri at 07:30, 18:00 UTC; after 7d without a mail a sign of life");
    }
}
