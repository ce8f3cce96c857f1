//! Persons by name, where the words around show that a person is meant: a given name, an office before, a list.

use std::collections::HashSet;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::lexicon::Lexicon;
use super::span::Span;
use crate::domain::fact::FactKind;
use crate::text::fold::fold;
use crate::text::lexeme::lexeme;
use crate::text::list::{List, list};
use crate::text::stem::stem;
use crate::text::words::{Word, words};

/// Common given names; Russian ones are found in every case by their stems.
const GIVEN: &str = "Adam Alan Albert Alex Alexander Alexandra Alexei Alexey Alice Amy Anatoly Andrea Andreas Andrei Andrew Andrey Angela Anil Ann Anna Anne Anthony Antonio Anton Artem Barack Barry Ben Bernie Bill Bob Boris Brian Bruce Carl Carlos Chad Charles Chris Christina Christine Christopher Chuck Daniel Dave David Dean Denis Dennis Dick Dimitry Dmitri Dmitry Don Donald Donna Doug Douglas Ed Edward Elena Elizabeth Elon Emmanuel Eric Eugene Evgeny Frank Fyodor Gary Gennady Geoffrey George Georgy Gerald Grant Greg Gregory Gwynne Harry Heather Helen Henry Hillary Igor Ilya Irina Ivan Jack Jacob Jake James Jan Jane Janet Jared Jason Jasmin Jean Jeanette Jeff Jeffrey Jen Jennifer Jessica Jim Joe Joel John Johnny Jon Jonathan Jonny Jose Joseph Josef Josh Joshua Juan Judy Julia Julie Karen Kate Katherine Kathryn Kathy Kayla Keith Ken Kenneth Kevin Kim Kimiya Kirill Kjell Koichi Konstantin Larry Laura Lauren Leonid Leroy Linda Lisa Loral Luca Lyndon Marco Margaret Maria Mark Marsha Martin Mary Matt Matthew Matthias Maxim Megan Michael Michelle Mick Mike Mikhail Mitch Mitt Nancy Nathan Nick Nicole Nikolai Nikolay Oleg Olga Pam Patrick Paul Paolo Pavel Peggy Pete Peter Phil Philip Philippe Pyotr Rand Randy Raja Ralph Ray Rebecca Richard Rick Rob Robert Robin Roger Ron Ronald Roman Ron Rupert Ruslan Ryan Sam Samantha Sandra Sarah Satoshi Scott Sean Serena Sergei Sergey Shane Shannon Sharon Soichi Stephanie Stephen Stephane Steve Steven Sunita Suni Susan Svetlana Takeshi Takuya Tatiana Ted Terry Thomas Tim Timothy Todd Tom Tony Tracy Tyler Valentin Valentina Valery Vasily Vera Victor Victoria Viktor Vitaly Vladimir Vyacheslav Walter Warren Wendy William Yelena Yulia Yuri Yury Zena \
Александр Александра Алексей Анатолий Андрей Андреас Анна Антон Антонио Артем Артур Барак Билл Борис Брайан Вадим Валентин Валентина Валерий Василий Вера Виктор Виталий Владимир Владислав Вячеслав Геннадий Георгий Герман Грегори Григорий Даниил Денис Джаред Джеймс Джефф Джим Джо Джозеф Джон Джордж Джессика Дмитрий Дональд Евгений Екатерина Елена Иван Игорь Илон Илья Ирина Кирилл Константин Кристина Кристофер Крис Лариса Леонид Максим Майк Майкл Марат Мария Марк Мэтью Михаил Наталья Никита Николай Николь Олег Ольга Павел Петр Пол Ричард Роберт Роман Роджер Руслан Светлана Сергей Скотт Станислав Степан Стив Сунита Татьяна Тимур Томас Трейси Уильям Федор Франк Фрэнк Шейн Эрик Юлия Юрий Яна Ярослав";

/// Offices before a name: who holds one speaks for others.
static OFFICES: LazyLock<List> = LazyLock::new(|| {
    list(
        "president administrator chief director minister secretary senator sen rep gen general col capt spokesman spokeswoman spokesperson ceo founder chairman head governor глава главы главой гендиректор гендиректора гендиректором директор директора директором президент президента президентом министр министра секретарь секретаря генерал россиянин россияне американец американцы американка",
    )
});

/// Trades before a name in any field: who has one takes part.
const TRADES: &str = "commander engineer engineers specialist pilot captain командир командира";

/// Words inside names that are written small.
const PARTICLES: [&str; 8] = ["de", "van", "von", "der", "bin", "al", "da", "di"];

static GIVEN_STEMS: LazyLock<HashSet<String, FixedState>> =
    LazyLock::new(|| GIVEN.split_whitespace().map(|name| stem(&fold(name)).into_owned()).collect());

/// Whether a word as written is a common given name.
pub(in crate::decide) fn is_given(word: &str) -> bool {
    is_capitalised(word) && GIVEN_STEMS.contains(&*lexeme(word).stem)
}

/// Whether a word is an office or a trade that stands before names.
pub(in crate::decide) fn is_role(word: &str, lexicon: &Lexicon) -> bool {
    is_trade(word, lexicon) || OFFICES.contains(&*lexeme(word).folded)
}

/// Whether a word is the trade of people who take part in what is told.
pub(in crate::decide) fn is_trade(word: &str, lexicon: &Lexicon) -> bool {
    lexicon.trades.contains(&*lexeme(word).folded)
}

/// All trades, folded.
pub(super) fn trades<'a>(of_topics: impl Iterator<Item = &'a String>) -> HashSet<String, FixedState> {
    TRADES.split(' ').map(str::to_owned).chain(of_topics.map(|trade| fold(trade))).collect()
}

/// Language-free key of a surname.
pub(in crate::decide) fn surname_key(word: &str) -> String {
    lexeme(word.trim_end_matches("'s").trim_end_matches("’s")).name.to_string()
}

/// Places of the persons in a text of which nothing else is known.
pub(in crate::decide) fn persons(text: &str, lexicon: &Lexicon) -> Vec<(usize, usize)> {
    find(text, &[], lexicon).iter().map(|span| (span.start, span.end)).collect()
}

/// The persons of a text. `taken` holds spans that are something else.
pub(super) fn find(text: &str, taken: &[(usize, usize)], lexicon: &Lexicon) -> Vec<Span> {
    let spans: Vec<Word<'_>> = words(text).collect();
    let title_case = spans.iter().filter(|w| is_capitalised(w.text)).count() * 3 > spans.len() * 2;
    let free = |w: &Word<'_>| !taken.iter().any(|(start, end)| *start < w.end && w.start < *end);
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < spans.len() {
        let name = name_from(text, &spans, at, title_case, lexicon).filter(|last| spans[at..=*last].iter().all(free));
        let begins = name.is_some_and(|last| {
            // Where every word has a capital, office and list show nothing: "Astronauts Splash Down".
            let shown = || {
                !title_case && (follows_role(&spans, at, taken, lexicon) || continues_list(text, &spans, at, &found))
            };
            last > at && (is_given(spans[at].text) || shown())
        });
        match name.filter(|_| begins) {
            Some(last) => {
                found.push((at, last));
                at = last + 1;
            }
            None => at += 1,
        }
    }
    with_bare_surnames(&spans, found, &free)
        .into_iter()
        .map(|(first, last)| {
            let end = spans[last].end
                - if spans[last].text.ends_with("'s") {
                    2
                } else if spans[last].text.ends_with("’s") {
                    4
                } else {
                    0
                };
            Span::new(FactKind::Person, spans[first].start, end, surname_key(spans[last].text))
        })
        .collect()
}

/// Last word of a name that begins at `at`: capitalised words beside each other, with particles and initials.
fn name_from(text: &str, spans: &[Word<'_>], at: usize, title_case: bool, lexicon: &Lexicon) -> Option<usize> {
    let first = spans.get(at).filter(|w| is_capitalised(w.text))?;
    if first.text.ends_with("'s") || first.text.ends_with("’s") {
        return None;
    }
    let mut last = at;
    let mut next = at + 1;
    while let Some(word) = spans.get(next).filter(|_| next - at <= 4) {
        let gap = text.get(spans[next - 1].end..word.start).unwrap_or_default();
        let initial = spans[next - 1].text.chars().count() == 1 && gap == ". ";
        if gap != " " && !initial {
            break;
        }
        if is_capitalised(word.text) && !is_role(word.text, lexicon) {
            last = next;
            // A possessive ends the name.
            if word.text.ends_with("'s") || word.text.ends_with("’s") || last - at >= 3 {
                break;
            }
        } else if !PARTICLES.contains(&word.text) {
            break;
        }
        next += 1;
    }
    // In a headline of capitals a name is given name and surname only.
    Some(if title_case { last.min(at + 1) } else { last })
}

fn follows_role(spans: &[Word<'_>], at: usize, taken: &[(usize, usize)], lexicon: &Lexicon) -> bool {
    let mut before = at;
    // "астронавт НАСА Имя": what stands between office and name is known to be something else.
    while before > 0 {
        before -= 1;
        let word = spans[before];
        if is_role(word.text, lexicon) {
            return true;
        }
        if !taken.iter().any(|(start, end)| *start <= word.start && word.end <= *end) {
            return false;
        }
    }
    false
}

/// "A B, C D and E F": once a person stands in a list, the next of the list is one.
fn continues_list(text: &str, spans: &[Word<'_>], at: usize, found: &[(usize, usize)]) -> bool {
    let Some((_, last)) = found.last() else { return false };
    let joint = text.get(spans[*last].end..spans[at].start).unwrap_or_default();
    matches!(joint, ", " | " and " | ", and " | " и " | " & ")
}

/// A surname alone, when the same text has the full name.
fn with_bare_surnames(
    spans: &[Word<'_>],
    mut found: Vec<(usize, usize)>,
    free: &dyn Fn(&Word<'_>) -> bool,
) -> Vec<(usize, usize)> {
    if found.is_empty() {
        return found;
    }
    let known: HashSet<String> = found.iter().map(|(_, last)| surname_key(spans[*last].text)).collect();
    for (at, word) in spans.iter().enumerate() {
        let inside = found.iter().any(|(first, last)| *first <= at && at <= *last);
        if !inside && free(word) && is_capitalised(word.text) && known.contains(&surname_key(word.text)) {
            found.push((at, at));
        }
    }
    found.sort_unstable();
    found
}

/// Begins with a capital and goes on small: an acronym is no name of a person.
fn is_capitalised(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase)
        && (word.chars().count() == 1 || chars.any(char::is_lowercase))
        && !word.chars().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::topic::TopicWords;

    fn check(text: &str, expected: &[&str]) {
        let words = TopicWords { trades: vec!["skipper".to_owned()], ..TopicWords::default() };
        let lexicon = Lexicon::new([&words]);
        let found: Vec<_> = find(text, &[], &lexicon).iter().map(|s| text[s.start..s.end].to_owned()).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_given_name_an_office_or_a_list_shows_a_person() {
        check("then Anna Ivanova left", &["Anna Ivanova"]);
        check("the pilot Zarf Quilt and Blim Oster left", &["Zarf Quilt", "Blim Oster"]);
        check("с Анной Ивановой и Олегом Петровым", &["Анной Ивановой", "Олегом Петровым"]);
    }

    #[test]
    fn a_trade_of_the_topic_shows_a_person_too() {
        check("the skipper Zarf Quilt left", &["Zarf Quilt"]);
        check("the fiddler Zarf Quilt left", &[]);
    }

    #[test]
    fn places_and_bodies_are_no_persons() {
        check("the Cape Canaveral Station and New York", &[]);
        check("Space Agency chief NASA", &[]);
    }

    #[test]
    fn a_surname_alone_counts_where_the_full_name_stands() {
        check("Ivanova said no. Anna Ivanova left", &["Ivanova", "Anna Ivanova"]);
    }

    #[test]
    fn one_key_in_both_languages_and_all_cases() {
        assert_eq!(surname_key("Петровым"), surname_key("Petrov"));
    }
}
