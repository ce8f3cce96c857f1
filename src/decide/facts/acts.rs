//! Acts: the verbs of news in English and Russian, each with a meaning that no language owns.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use foldhash::fast::FixedState;

use super::lexicon::Lexicon;
use crate::domain::fact::ActClass;
use crate::domain::topic::TopicAct;
use crate::text::fold::fold;
use crate::text::lexeme::lexemes;
use crate::text::list::{List, list};
use crate::text::stem::stem;
use crate::text::words::{Word, words};

/// A verb of news found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Act<'l> {
    /// Its meaning, e.g. `extend`.
    pub meaning: &'l Arc<str>,
    /// What it does to a story.
    pub class: ActClass,
    /// First byte in the text.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

use ActClass::{Phase, Step, Talk};

/// Meaning, class, English words, Russian words; `+` joins a verb and its particle. Forms that stem alike are
/// listed once. General news language: what a topic needs beyond it belongs into the topic's file.
#[rustfmt::skip]
const ACTS: [(&str, ActClass, &str, &str); 55] = [
    ("launch", Phase, "launch", "запуск запустить запустили запустила запустил стартовать стартовал стартовала стартует старт отправился отправились запустит запустят полетит полетят полетел полетела полетели стартовали стартуют"),
    ("arrive", Phase, "arrive arrival reach reached", "прибыть прибыл прибыла прибыли прибытие долетел прилетели прилетел"),
    ("depart", Phase, "depart departure", ""),
    ("return", Phase, "return landed landing", "вернуться вернулся вернулись вернулась возвращение возвратились посадка приземлиться приземлился приземлились приземление приземлится приземлятся вернется вернутся"),
    ("crash", Phase, "crash crashed plunge", "разбиться разбился разбилась крушение рухнул"),
    ("fail", Phase, "fail failure malfunction anomaly glitch emergency unsuccessful falls+short", "авария сбой неудача нештатная неисправность"),
    ("leak", Phase, "leak leaking leaky", "утечка протечка"),
    ("damage", Phase, "damage damaged hit struck strike impact", "повреждение повредить поврежден удар"),
    ("send", Step, "send sent", "отправить отправит отправят направит"),
    ("bankrupt", Step, "bankruptcy bankrupt insolvency", "банкротство банкрот"),
    ("sign", Step, "sign signed ink inked finalize finalise", "подписать подписали подписал подписание подписано подписан подпишет подпишут подпишем подписала подписывают подписало поставили+подписи поставили+подпись поставил+подпись"),
    ("agree", Step, "agree agreed agreement deal pact commit committed", "договориться договорились договорился договоренность согласие согласовали согласовал соглашение договорилась согласился согласилась согласились"),
    ("extend", Step, "extend extension prolong", "продлить продлили продлил продлят продление продлила продлен продлена продлено продлило"),
    ("suspend", Step, "suspend suspension halt pause freeze froze stop stopped cease", "приостановить приостановил приостановила остановить остановил прекратить прекратил прекратит прекращение заморозил приостановили приостановлен приостановлена приостановлено приостановит приостановят приостанавливает остановила остановили прекратила прекратили заморозила заморозили приостановило прекратило"),
    ("cancel", Step, "cancel canceled cancelled cancellation rescind revoke call+off called+off calls+off scrap scrapped scrub terminate termination abort aborted", "отменить отменил отменила отменили отмена отозвать отозвал отозвали аннулировал отменит отменят отменен отменена отменено расторгнуть расторг расторгла разорвать разорвал разорвала разорвали разрыв прервали прервал прерван отменило сорвались сорвалась сорвалось сорвался"),
    ("postpone", Step, "postpone delay slip push+back pushed+back defer put+off puts+off", "отложить отложил отложили отложен перенести перенесли перенос перенесен задержка отложили отложила перенес перенесла сдвинули сдвинут"),
    ("withdraw", Step, "withdraw withdrew pull+out pulls+out pulled+out has+left have+left quit exit abandon leave leaving walk+out walked+out", "выйти вышел выход покинуть покинет покидает уходит вывести выйдет выйдут вышла вышли вышло выходит выходят выходить покинул покинула покинули уйдет уйдут покинуло вышло"),
    ("end", Step, "end ended expire", "завершить завершил истекает завершила завершили"),
    ("deny", Step, "deny denied denies denial refute debunk", "опровергнуть опроверг опровергла опровергли опровержение отрицать отрицает отверг опровергло отрицало отрицали отрицал отвергла отвергли"),
    ("confirm", Step, "confirm confirmed confirmation", "подтвердить подтвердил подтвердила подтвердили подтверждение подтвердило"),
    ("approve", Step, "approve approval authorize authorise endorse pass+bill passes+bill passed+bill pass+law passed+law ratify ratified", "одобрить одобрил одобрило одобрила утвердить утвердил распорядилось распорядился одобрили одобрит утвердили ратифицировал ратифицировала ратифицировали"),
    ("refuse", Step, "refuse refusal reject decline", "отказать отказался отказалась отказались отказ отказалось отклонил отклонила отклонили отклонило"),
    ("sanction", Step, "sanction", "санкции санкций"),
    ("dismiss", Step, "dismissed fired removed ousted sacked resign resignation stepping+down steps+down step+down stepped+down", "уволить уволен уволил отставка отстранен освобожден освободил освободили сняли+с+должности снят+с+должности принял+отставку приняла+отставку"),
    ("appoint", Step, "appoint appointed nominate", "назначить назначил назначен назначение назначило назначила назначили возглавит возглавил"),
    ("order", Step, "order ordered", "приказать приказал поручил поручение"),
    ("ban", Step, "ban banned block blocked blocking restrict prohibit", "запретить запретил запрет заблокировать заблокировал ограничил запретило запретила запретили"),
    ("seize", Step, "seize seized seizure arrest arrested confiscate", "арестовать арестовал арест изъять конфисковал"),
    ("buy", Step, "buy bought purchase acquire", "купить купил закупать закупит приобрел"),
    ("resume", Step, "resume restart reinstate restore", "возобновить возобновил возобновление восстановил"),
    ("accelerate", Step, "accelerate bring+forward", "ускорить ускорил"),
    ("recall", Step, "recall recalling evacuate evacuation", "эвакуация эвакуировать отзывает"),
    ("reclassify", Step, "reclassify classify", "классифицировать переклассифицировать"),
    ("replace", Step, "replace replacement rescue", "заменить заменит замена спасение спасательный"),
    ("supply", Step, "supplying supplied provide sell deliver delivery", "поставлять поставит поставки поставка"),
    ("identify", Step, "identify reveal revealed", "раскрыл раскрыла"),
    ("lift", Step, "lift+sanctions lifted+sanctions ease+sanctions eased+sanctions lift+ban lifted+ban", "сняли+санкции снял+санкции сняла+санкции снять+санкции снимает+санкции сняли+запрет"),
    ("repair", Step, "fix fixed repair repaired patch patched seal sealed", "устранена устранили устранен устранил устранено заделали заделал починили починил отремонтировали залатали залатал"),
    ("accept", Step, "accept accepted", "принял+приглашение приняла+приглашение приняло+приглашение приняло+помощь принял+помощь"),
    ("grant", Step, "grant granted issue+visa issued+visa receive+visa received+visa receive+us+visa received+us+visa", "выдал+визу выдали+визу выдала+визу получил+визу получила+визу"),
    ("investigate", Step, "launch+probe launch+investigation launch+inquiry open+probe opened+probe open+investigation opened+investigation open+criminal+probe criminal+probe criminal+case", "начал+расследование начали+расследование начала+расследование возбудил+дело возбудили+дело возбуждено+дело уголовное+дело"),
    ("reverse", Step, "reverse+course reversed+course change+mind changed+mind change+its+mind changed+its+mind backtrack backtracked walk+back walked+back reverse+decision reversed+decision", "передумал передумала передумали передумало изменил+решение изменила+решение"),
    ("die", Step, "die died", "умер умерла скончался скончалась погиб погибла погибли"),
    ("continue", Talk, "continue continues proceed remain", "продолжить продолжит продолжат продолжает сохранит"),
    ("discuss", Talk, "discuss talks negotiate negotiation meet meeting met", "обсудить обсудил обсудили обсуждение переговоры встретиться встретился встреча обсуждает обсуждают обсудят обсудит встретятся встретится встретилась встречаются состоялась состоялся состоялось состоялись переговоров встречи"),
    ("attend", Step, "attend visit", "приехать посетить посетит визит"),
    ("plan", Talk, "plan planning intend prepare preparing", "планировать планирует планируют намерен намерена готовится готовит собирается"),
    ("offer", Talk, "offer propose proposal invite invitation", "предложить предложил предложение пригласил приглашение предложило предложила предложили пригласила пригласили"),
    ("warn", Talk, "warn warned caution", "предупредить предупредил предупредила предостерег"),
    ("threaten", Talk, "threaten threat", "пригрозить пригрозил угрожать угроза"),
    ("criticise", Talk, "criticize criticise slam slammed slams blast accuse blame condemn rips", "раскритиковать раскритиковал обвинить обвинил осудил"),
    ("praise", Talk, "praise hail hails congratulate thank", "похвалил приветствовал поздравил поблагодарил"),
    ("veto", Step, "veto vetoed vote+down voted+down", "наложил+вето наложила+вето"),
    ("comment", Talk, "decline+to+comment declined+to+comment refuse+to+comment refused+to+comment extend+thanks extend+condolences extend+greetings extend+olive+branch sign+autographs slip+out slipped+out defer+to deferred+to emergency+drill", "отказался+комментировать отказалась+комментировать отказались+комментировать отказалось+комментировать вышел+на+связь вышли+на+связь вышла+на+связь вышел+на+орбиту вышла+на+орбиту вышли+на+орбиту вышел+на+расчетную вышли+на+расчетную покинул+спускаемый покинули+спускаемый"),
    ("expect", Talk, "expect forecast predict", "ожидать ожидает ожидается рассчитывает"),
];

/// Words that stem like an act and are none.
const NO_ACTS: &str = "critical critically critic critics denis final finally finals department departments ordinary orderly leaves commission supply назначенный назначенного назначенное";

/// Words before an act that take it back: what almost happened did not.
const UNDONE: [&str; 5] = ["almost", "nearly", "чуть", "едва", "почти"];

/// Acts by the stem of their first word, with the stems behind it; the longest phrase comes first.
pub(super) type Phrases = HashMap<String, Vec<(Vec<String>, Arc<str>, ActClass)>, FixedState>;

/// All acts. Where a topic and the code know one phrase, the topic says what it means.
pub(super) fn phrases<'a>(of_topics: impl Iterator<Item = &'a TopicAct>) -> Phrases {
    let mut all = Phrases::default();
    for act in of_topics {
        let meaning: Arc<str> = act.meaning.as_str().into();
        let forms = act.forms.iter().map(|form| fold(form));
        forms.for_each(|form| add(&mut all, form.split(' '), &meaning, act.class));
    }
    for (meaning, class, english, russian) in ACTS {
        let meaning: Arc<str> = meaning.into();
        let forms = english.split_whitespace().chain(russian.split_whitespace());
        forms.for_each(|form| add(&mut all, form.split('+'), &meaning, class));
    }
    all.values_mut().for_each(|phrases| phrases.sort_by_key(|(rest, ..)| std::cmp::Reverse(rest.len())));
    all
}

fn add<'a>(all: &mut Phrases, form: impl Iterator<Item = &'a str>, meaning: &Arc<str>, class: ActClass) {
    let mut stems = form.map(|word| stem(word).into_owned());
    let entry = all.entry(stems.next().unwrap_or_default()).or_default();
    let rest: Vec<String> = stems.collect();
    if !entry.iter().any(|(known, ..)| *known == rest) {
        entry.push((rest, Arc::clone(meaning), class));
    }
}

/// The acts named in `text`, in its order. Linear in the text.
pub fn acts<'l>(text: &str, lexicon: &'l Lexicon) -> Vec<Act<'l>> {
    let spans: Vec<Word<'_>> = words(text).collect();
    let read = lexemes(spans.iter().copied());
    of_stems(&spans, &read.iter().map(|word| &*word.stem).collect::<Vec<_>>(), lexicon)
}

/// The same for a text already cut into words and stems of one length.
pub(in crate::decide) fn of_stems<'l>(spans: &[Word<'_>], stems: &[&str], lexicon: &'l Lexicon) -> Vec<Act<'l>> {
    let mut found = Vec::new();
    for (at, (word, first)) in spans.iter().zip(stems).enumerate() {
        let Some(phrases) = lexicon.acts.get(*first) else { continue };
        let undone = at.checked_sub(1).and_then(|b| stems.get(b)).is_some_and(|w| UNDONE.contains(w));
        if undone || NO_ACTS.split(' ').any(|no| no.eq_ignore_ascii_case(word.text)) {
            continue;
        }
        let following = stems.get(at + 1..).unwrap_or_default();
        if let Some((rest, meaning, class)) = phrases.iter().find(|(rest, ..)| begins(following, rest)) {
            let end = spans.get(at + rest.len()).map_or(word.end, |w| w.end);
            found.push(Act { meaning, class: *class, start: word.start, end });
        }
    }
    found
}

fn begins(stems: &[&str], phrase: &[String]) -> bool {
    stems.len() >= phrase.len() && phrase.iter().zip(stems).all(|(wanted, found)| wanted == found)
}

/// Whether a headline speaks of what is to come.
pub fn is_ahead(title: &str, lexicon: &Lexicon) -> bool {
    static AHEAD: LazyLock<List> = LazyLock::new(|| {
        list(
            "will planning coverage set prepares prepare preparing prepped plans planned nearing upcoming ahead countdown preview about готовится готовят подготовке подготовка подготовку планирует планируют намерен предстоящий предстоящем скоро",
        )
    });
    let read = lexemes(words(title));
    let folded: Vec<&str> = read.iter().map(|word| &*word.folded).collect();
    folded.iter().any(|word| AHEAD.contains(word)) || announces(&folded, lexicon)
}

/// Whether a headline of these folded words announces an act by its infinitive: "to launch", not "to space" and not
/// "return to".
pub(in crate::decide) fn announces(folded: &[&str], lexicon: &Lexicon) -> bool {
    let is_act =
        |verb: &str| lexicon.acts.get(stem(verb).as_ref()).is_some_and(|p| p.iter().any(|(rest, ..)| rest.is_empty()));
    folded.windows(2).any(|pair| matches!(pair, [to, verb] if *to == "to" && is_act(verb) && !verb.ends_with('s')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::topic::TopicWords;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let act = |meaning: &str, class, forms: &[&str]| TopicAct {
            meaning: meaning.to_owned(),
            class,
            forms: forms.iter().map(|form| (*form).to_owned()).collect(),
        };
        let acts_of_topic = vec![act("moor", Phase, &["moor", "tie up"]), act("agree", Talk, &["shake hands", "deal"])];
        let lexicon = Lexicon::new([&TopicWords { acts: acts_of_topic, ..TopicWords::default() }]);
        let found: Vec<_> = acts(text, &lexicon).iter().map(|a| (&**a.meaning, &text[a.start..a.end])).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn two_languages_share_a_meaning() {
        check("Both sides extended the deal", &[("extend", "extended"), ("agree", "deal")]);
        check("Стороны продлили договорённость", &[("extend", "продлили"), ("agree", "договорённость")]);
    }

    #[test]
    fn a_topic_adds_meanings_and_words_for_those_that_are_known() {
        check("They tied up and moored", &[("moor", "tied up"), ("moor", "moored")]);
        check("To tie up, they shake hands", &[("moor", "tie up"), ("agree", "shake hands")]);
    }

    #[test]
    fn what_almost_happened_did_not_and_a_critic_criticises_nobody() {
        check("They almost cancelled the critical tour of Denis", &[]);
    }

    #[test]
    fn an_announcement_speaks_of_what_is_to_come() {
        let general = Lexicon::general();
        assert!(
            is_ahead("Harbour to launch a ferry", general) && is_ahead("Ferry prepares for its first trip", general)
        );
        assert!(!is_ahead("Harbour launches a ferry to the island", general));
    }

    #[test]
    fn a_particle_belongs_to_its_verb() {
        check("They called off the tour", &[("cancel", "called off")]);
        check("They called the office", &[]);
    }
}
