//! The confirmation ladder: unnamed source, one outlet, several independent, official, denied.

use super::{Candidate, StorySoFar};
use crate::decide::copies;
use crate::domain::fact::FactKind;
use crate::domain::outlet::OutletKind;
use crate::domain::story::Confirmation;
use crate::text::fold::fold;

/// Words of reports that name no source, folded.
const UNNAMED: [&str; 14] = [
    "reportedly",
    "sources say",
    "source said",
    "sources said",
    "people familiar",
    "unnamed",
    "unofficial",
    "rumour",
    "rumor",
    "anonymous",
    "источник",
    "по неофициальным",
    "по слухам",
    "якобы",
];

/// The story's step with the candidate in it. Falls only when it was denied and nothing lower can.
pub(super) fn with(candidate: &Candidate<'_>, so_far: &StorySoFar, denies: bool) -> Confirmation {
    let own = if denies { Confirmation::Denied } else { own_step(candidate) };
    let sources = so_far.items.iter().map(|e| (e.family.as_str(), e.outlet.as_str(), e.copy_of.as_deref())).chain([(
        candidate.item.family,
        candidate.item.outlet,
        candidate.copy_of,
    )]);
    let several = own >= Confirmation::OneOutlet && copies::count_independent(sources) > 1;
    let step = if several { own.max(Confirmation::Several) } else { own };
    so_far.confirmation.map_or(step, |before| before.max(step))
}

/// The step risen from, when the rise itself is news: out of rumour, or into a denial. That a second outlet
/// reports what one has reported is coverage.
pub(super) fn risen(before: Option<Confirmation>, now: Confirmation) -> Option<Confirmation> {
    let before = before?;
    let from_rumour = before == Confirmation::Unnamed && now >= Confirmation::Several;
    let denied = now == Confirmation::Denied && before < now;
    (from_rumour || denied).then_some(before)
}

fn own_step(candidate: &Candidate<'_>) -> Confirmation {
    let speaks = candidate.item.kind == OutletKind::Government
        || candidate.quotes.iter().any(|quote| {
            candidate.facts.iter().any(|f| f.kind == FactKind::Organisation && quote.speaker.contains(&f.text))
        });
    if speaks {
        return Confirmation::Official;
    }
    let text = fold(&format!("{} {}", candidate.item.text.title, candidate.item.text.lead));
    let unnamed = UNNAMED.iter().any(|word| text.contains(word));
    if unnamed { Confirmation::Unnamed } else { Confirmation::OneOutlet }
}
