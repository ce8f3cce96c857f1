//! What keeps two items apart however many words they share.

use super::item::Terms;
use crate::domain::fact::ActClass;

/// Two headlines that number the same series differently speak of different things: MS-28 is not MS-29.
pub(super) fn numbers_differ(a: &Terms, b: &Terms) -> bool {
    a.numbered.iter().any(|(name, numbers)| {
        b.numbered.get(name).is_some_and(|others| !numbers.iter().any(|number| others.contains(number)))
    })
}

/// Whether each headline names a vehicle, mission or place that the other report has nowhere.
pub(super) fn things_differ(a: &Terms, b: &Terms) -> bool {
    let has_own = |own: &Terms, other: &Terms| own.things[0].iter().any(|thing| !other.things[1].contains(thing));
    has_own(a, b) && has_own(b, a)
}

/// What two headlines say happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happening {
    /// An act in common and none against it.
    Same,
    /// Nothing to compare, or as much for as against.
    Unknown,
    /// Other steps: an offer is not the refusal.
    OtherAct,
    /// Other phases of an undertaking: a launch is not the landing.
    OtherPhase,
}

/// Compares the acts that two headlines name: phases with phases, other acts with other acts. "Launch slips" shares
/// the launch with "launched" and differs in the step, which makes it no evidence either way.
pub(super) fn happening(a: &Terms, b: &Terms) -> Happening {
    let phases = compare(a, b, |class| class == ActClass::Phase);
    let steps = compare(a, b, |class| class != ActClass::Phase);
    match (phases, steps) {
        (Some(false), _) => Happening::OtherPhase,
        (Some(true), Some(false)) | (None, None) => Happening::Unknown,
        (None, Some(false)) => Happening::OtherAct,
        (Some(true), _) | (None, Some(true)) => Happening::Same,
    }
}

/// Whether acts of the class are shared; `None` when one side names none.
fn compare(a: &Terms, b: &Terms, of: impl Fn(ActClass) -> bool) -> Option<bool> {
    let (mut of_a, mut of_b) = (families(a, &of).peekable(), families(b, &of).peekable());
    let both = of_a.peek().is_some() && of_b.peek().is_some();
    both.then(|| of_a.any(|act| families(b, &of).any(|other| other == act)))
}

fn families<'t>(terms: &'t Terms, of: &impl Fn(ActClass) -> bool) -> impl Iterator<Item = &'t str> {
    terms.acts.iter().filter(|(_, class)| of(*class)).map(|(meaning, _)| family(meaning))
}

/// Acts that reports of one happening use for one another.
fn family(meaning: &str) -> &str {
    match meaning {
        "sign" | "approve" | "discuss" => "agree",
        "end" | "withdraw" | "cancel" | "suspend" => "stop",
        "recall" => "return",
        other => other,
    }
}
