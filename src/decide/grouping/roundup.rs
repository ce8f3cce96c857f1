//! Round-ups: headlines over several happenings.

use crate::text::fold::fold;

/// Names of the form before a colon, a bar or a dash, or at the end of the headline, folded.
const FORMS: &str = "report|round-up|roundup|round up|digest|briefs|brief|briefing|news in brief|in brief|this week|the week|week in review|weekly|newsletter|recap|highlights|headlines|top stories|live updates|live blog|updates|what to know today|links|daily|\
дайджест|итоги|итоги дня|итоги недели|обзор|главное|главное за день|главное за неделю|коротко|кратко|хроника|новости дня|новости к этому часу|подборка|онлайн|сводка";
/// Clauses from which a headline is a list.
const CLAUSES_MIN: usize = 3;
/// Longest label, words: beyond it a sentence stands before the colon.
const LABEL_WORDS_MAX: usize = 4;

/// Whether a headline announces several happenings: by the name of the form that stands apart in it ("Port report: …",
/// "… | Digest"), or because it is a list of clauses.
pub(super) fn is_roundup(title: &str) -> bool {
    let marks = [": ", " | ", " — ", " – ", " - "];
    let before = marks.iter().filter_map(|mark| title.split_once(mark)).map(|(label, _)| label).min_by_key(|l| l.len());
    let behind =
        marks.iter().filter_map(|mark| title.rsplit_once(mark)).map(|(_, label)| label).min_by_key(|l| l.len());
    title.split(';').filter(|clause| !clause.trim().is_empty()).count() >= CLAUSES_MIN
        || [before, behind].into_iter().flatten().any(is_form)
}

/// "Port report", "Live updates": a form with a word or two before it.
fn is_form(label: &str) -> bool {
    let label = fold(label);
    let ends = |form: &str| label == form || label.strip_suffix(form).is_some_and(|rest| rest.ends_with(' '));
    label.split_whitespace().count() <= LABEL_WORDS_MAX && FORMS.split('|').any(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_that_stands_apart_is_a_roundup_and_a_list_is_one() {
        for title in [
            "Port Report: ferry sails, pier closes and a gull lands",
            "Ferry sails, pier closes | Weekly digest",
            "Live updates: ferry runs aground",
            "Ferry sails; pier closes; museum opens",
            "Главное за день: паром отплыл, пирс закрыт",
            "Дайджест: паром отплыл",
        ] {
            assert!(is_roundup(title), "{title}");
        }
    }

    #[test]
    fn a_headline_on_one_happening_is_none() {
        for title in [
            "Ferry report blames the captain",
            "Harbour chief: report on ferry was wrong",
            "Ferry sails to the island this week",
            "Ferry sails; pier closes",
            "Паром отплыл: капитан доволен",
            "",
        ] {
            assert!(!is_roundup(title), "{title}");
        }
    }
}
