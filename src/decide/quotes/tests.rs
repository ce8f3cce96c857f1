//! Who said what, in sentences of a harbour.

use super::*;
use crate::domain::fact::Stance;

fn check(lead: &str, expected: &[(QuoteKind, &str, &str, &str)]) {
    let found = extract(&ItemText { lead, ..ItemText::default() }, Lexicon::general());
    let found: Vec<_> = found.iter().map(|q| (q.kind, q.text.as_str(), q.speaker.as_str(), q.verb.as_str())).collect();
    assert_eq!(found, expected, "{lead:?}");
}

#[test]
fn a_statement_has_speaker_and_verb() {
    check(
        "Mayor Anna Quill said the bridge will open in May.",
        &[(QuoteKind::Indirect, "the bridge will open in May", "Mayor Anna Quill", "said")],
    );
    check(
        "Мэр Анна Квилл заявила, что мост откроют в мае.",
        &[(QuoteKind::Indirect, "мост откроют в мае", "Мэр Анна Квилл", "заявила")],
    );
    check(
        "The bridge will open in May, Mayor Anna Quill said on Friday.",
        &[(QuoteKind::Indirect, "The bridge will open in May", "Mayor Anna Quill", "said")],
    );
    check(
        "Мост откроют в мае, сообщила мэр Анна Квилл.",
        &[(QuoteKind::Indirect, "Мост откроют в мае", "мэр Анна Квилл", "сообщила")],
    );
}

#[test]
fn a_statement_about_its_speaker_is_kept_whole() {
    let said = "The bridge stays with Anna Quill until 2040";
    check(&format!("{said}, Anna Quill said."), &[(QuoteKind::Indirect, said, "Anna Quill", "said")]);
}

#[test]
fn short_russian_speech_before_its_verb_is_direct_and_a_name_in_marks_is_none() {
    let speech = [(QuoteKind::Direct, "Мы готовы", "мэр Анна Квилл", "сказала")];
    check("«Мы готовы», — сказала мэр Анна Квилл.", &speech);
    check("Глава «Зари» рассказал о мосте.", &[]);
}

#[test]
fn the_speaker_before_a_colon_has_the_quote_behind_it() {
    let quote = |speaker, verb| [(QuoteKind::Direct, "Мы откроем мост в мае следующего года", speaker, verb)];
    check("Мэр Анна Квилл заявила: «Мы откроем мост в мае следующего года».", &quote("Мэр Анна Квилл", "заявила"));
    check("Анна Квилл: «Мы откроем мост в мае следующего года».", &quote("Анна Квилл", ""));
}

#[test]
fn a_clause_behind_the_name_is_no_part_of_it() {
    let expected = [(QuoteKind::Indirect, "the bridge will open soon", "Mayor Anna Quill", "said")];
    check("Mayor Anna Quill, welcoming the vote, said the bridge will open soon.", &expected);
}

#[test]
fn marks_of_every_kind_hold_direct_speech() {
    for (open, close) in [("“", "”"), ("„", "“"), ("«", "»"), ("\"", "\"")] {
        let lead = format!("{open}We shall open the bridge in May,{close} said Mayor Anna Quill.");
        let found = extract(&ItemText { lead: &lead, ..ItemText::default() }, Lexicon::general());
        assert_eq!(found.len(), 1, "{lead}");
        assert_eq!(found[0].text, "We shall open the bridge in May,");
        assert_eq!(found[0].speaker, "Mayor Anna Quill");
    }
}

#[test]
fn a_speech_of_several_sentences_is_one_and_belongs_to_who_is_named_behind_it() {
    let speech = "We shall open it in May. It is long, and we are proud";
    for (open, close) in [("“", "”"), ("\"", "\""), ("\"", "”"), ("«", "»")] {
        check(
            &format!("{open}{speech},{close} Quill said in an interview."),
            &[(QuoteKind::Direct, &format!("{speech},"), "Quill", "said")],
        );
    }
    check(
        "“We shall open it in May,” said Vice Adm. Anna Quill, the mayor. “It is a long bridge to build,” she added.",
        &[
            (QuoteKind::Direct, "We shall open it in May,", "Vice Adm. Anna Quill", "said"),
            (QuoteKind::Direct, "It is a long bridge to build,", "Vice Adm. Anna Quill", ""),
        ],
    );
}

#[test]
fn a_speech_cut_off_with_its_text_is_kept_and_a_lost_mark_joins_nothing() {
    check(
        "Анна Квилл, мэр, заявила, что мост откроют в мае. «Мост мы откроем в мае. Он длинный, и мы им горд",
        &[
            (QuoteKind::Indirect, "мост откроют в мае", "Анна Квилл, мэр", "заявила"),
            (QuoteKind::Direct, "Мост мы откроем в мае. Он длинный, и мы им горд", "Анна Квилл, мэр", ""),
        ],
    );
    check("The 12\" pipe leaks. The bridge is closed. It opens in May.", &[]);
}

#[test]
fn a_headline_names_who_speaks_before_its_colon() {
    let speaker = |title: &str| {
        extract(&ItemText { title, ..ItemText::default() }, Lexicon::general()).first().map(|q| q.speaker.clone())
    };
    assert_eq!(speaker("Квилл о мосте: «Мы откроем его в мае этого года»").as_deref(), Some("Квилл"));
    assert_eq!(
        speaker("Mayor of Upper Wick Anna Quill: The bridge will open in May").as_deref(),
        Some("Mayor of Upper Wick Anna Quill")
    );
    assert_eq!(speaker("Bridges of the old harbour: The bridge will open in May"), None);
}

#[test]
fn names_and_wires_are_no_voices() {
    check("Корабль «Заря-5» прибыл, передает ТАСС.", &[]);
    check("The “Old Lady” bridge opened.", &[]);
}

#[test]
fn a_stance_is_shown_where_the_words_say_so() {
    let stance =
        |lead: &str| extract(&ItemText { lead, ..ItemText::default() }, Lexicon::general()).first().map(|q| q.stance);
    assert_eq!(stance("Mayor Quill warned that the sanctions threaten the bridge."), Some(Stance::Critical));
    assert_eq!(stance("Mayor Quill said both towns agreed to continue the cooperation."), Some(Stance::Welcoming));
    assert_eq!(stance("Mayor Quill said the bridge is long."), Some(Stance::Neither));
    assert_eq!(stance("Мэр Анна Квилл заявила, что город готов продолжить работу."), Some(Stance::Welcoming));
    assert_eq!(stance("Мэр Анна Квилл заявила, что город готов закрыть мост."), Some(Stance::Neither));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_a_fault(text in "([“”«»\"'‘’,.:; ]|said|заявил|, что |Об этом |Anna |according to |\\PC){0,60}") {
        for quote in extract(&ItemText { title: &text, lead: &text, ..ItemText::default() }, Lexicon::general()) {
            proptest::prop_assert!(text.contains(&quote.text), "{:?}", quote);
        }
    }
}

#[test]
fn who_answers_is_another_than_who_spoke_before() {
    let (first, second) = ("We want to sail until June,", "We can promise May,");
    check(
        &format!("\"{first}\" Mayor Anna Quill said. \"{second}\" replied harbour master John Marlow."),
        &[
            (QuoteKind::Direct, first, "Mayor Anna Quill", "said"),
            (QuoteKind::Direct, second, "harbour master John Marlow", "replied"),
        ],
    );
}

#[test]
fn a_title_in_marks_before_a_verb_is_no_speech_and_a_setting_is_no_speaker() {
    let said = "В порту показали фильм «Вызов»";
    check(&format!("{said}, сообщила мэр Анна Квилл."), &[(QuoteKind::Indirect, said, "мэр Анна Квилл", "сообщила")]);
    let speech = [(QuoteKind::Direct, "a very serious leak indeed", "Anna Quill", "called")];
    check("Speaking at the harbour, Anna Quill called it \"a very serious leak indeed\".", &speech);
}
