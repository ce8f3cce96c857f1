//! The speaker's stance, by words that say so in both languages; silence where they do not.

use crate::domain::fact::Stance;
use crate::text::fold::fold;
use crate::text::words::words;

/// Beginnings of words that praise, support or carry on.
const WELCOMING: &str = "welcom praise support congratul optimis agreed agree cooperat partnership success successful great thank hope glad pleased excite proud continu extend extension joint together readiness приветств поддерж поздрав успешн сотруднич готов договор продолж продл благодар рад рада надеж совместн дружб";

/// Beginnings of words that oppose, threaten or accuse.
const CRITICAL: &str = "warn threat hostil accus blam condemn attack destroy degrad danger reckless withdraw quit pull leave abandon refus reject oppos unacceptable violat hack weapon doubt fail failure slam critic irrespons despair hunger concern worr terrible jeopard unsafe block stop war invasion предупре угро санкци враждеб обвин осуд нападен опасн выход покин отказ отверг против неприемл наруш сомнева провал проблем критик прекрат останов война оружи недопустим нельзя";

/// Words that turn what follows.
const NOT: [&str; 9] = ["not", "no", "never", "without", "won't", "не", "без", "нет", "снят"];

/// Verbs that carry a stance by themselves.
const CRITICAL_VERBS: &str = "warned warns accused blamed slammed предупредил предупредила предупредили раскритиковал";

/// The stance of a statement: shown when the words for one side clearly outweigh the other's.
pub(super) fn of(text: &str, verb: &str) -> Stance {
    // Who denies a report takes no side on the step by it.
    if verb.starts_with("опроверг") || verb.starts_with("den") {
        return Stance::Neither;
    }
    let folded: Vec<String> = words(text).map(|w| fold(w.text)).collect();
    let (mut for_it, mut against) = (0, 0);
    for (at, word) in folded.iter().enumerate() {
        let turned = folded.get(at.saturating_sub(2)..at).unwrap_or_default().iter().any(|w| NOT.contains(&w.as_str()));
        let welcoming = begins(word, WELCOMING);
        let critical = begins(word, CRITICAL);
        match (welcoming, critical, turned) {
            (true, false, false) => for_it += 1,
            (true, false, true) => against += 1,
            (false, true, false) => against += 1,
            (false, true, true) if word == "против" => for_it += 1,
            _ => {}
        }
    }
    if CRITICAL_VERBS.split(' ').any(|v| v == fold(verb)) {
        against += 2;
    }
    match (for_it, against) {
        (2.., 0) => Stance::Welcoming,
        (0, 2..) => Stance::Critical,
        (a, b) if b >= a + 2 => Stance::Critical,
        _ => Stance::Neither,
    }
}

fn begins(word: &str, beginnings: &str) -> bool {
    beginnings
        .split(' ')
        .any(|beginning| word.starts_with(beginning) && (beginning.chars().count() > 3 || word == beginning))
}
