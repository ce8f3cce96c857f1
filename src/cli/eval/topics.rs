//! The shipped topic files at work: what they keep, what they refuse, and that no country is in the code.

use std::path::Path;

use crate::decide::relevance::CompiledTopic;
use crate::domain::{Field, ItemText, Lang};

fn shipped(name: &str) -> CompiledTopic {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/topics").join(name);
    let text = std::fs::read_to_string(&file).unwrap();
    let (topic, faults) = crate::config::topic::parse(&file, &text);
    assert!(faults.is_empty(), "{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>());
    CompiledTopic::compile(&topic)
}

fn space() -> CompiledTopic {
    shipped("us-russia-space.toml")
}

fn item<'a>(title: &'a str, lead: &'a str) -> ItemText<'a> {
    ItemText { title, lead, body: "", lang: Lang::Other }
}

fn check(topic: &CompiledTopic, relevant: bool, rows: &[(&str, &str)]) {
    for (title, lead) in rows {
        let verdict = topic.judge(&item(title, lead), None);
        assert_eq!(verdict.relevant, relevant, "{title} || {lead}\n{}", verdict.line());
    }
}

#[test]
fn what_both_sides_do_in_space_is_kept() {
    check(
        &space(),
        true,
        &[
            ("NASA and Roscosmos sign a new seat swap", ""),
            ("Russia formally stays on the space station until 2028", "The partners were told on Tuesday."),
            ("Russia will stop selling rocket engines to the US, space chief says", ""),
            ("Soyuz MS-28 lifts off with NASA's Chris Williams and two cosmonauts", ""),
            ("Crew-9 splashes down off Florida", "Two of the four had waited nine months."),
            (
                "Crew launch slips",
                "Cosmonaut Andrey Fedyaev and two Americans will fly with NASA to the International Space Station.",
            ),
            ("US accuses Russia of a weapon in space", ""),
            ("Роскосмос и НАСА договорились о продлении перекрёстных полётов", ""),
            ("Американский астронавт Рубио вернулся на Землю на «Союзе»", ""),
            ("Баканов провёл переговоры с главой NASA", ""),
        ],
    );
}

#[test]
fn one_side_alone_is_refused() {
    check(
        &space(),
        false,
        &[
            ("Soyuz-2.1b puts a navigation satellite into orbit", "The rocket left Plesetsk at dawn."),
            ("Starliner returns without a crew", "NASA and Boeing will look at the thrusters."),
            ("Cosmonauts finish a spacewalk outside Nauka", "Roscosmos showed it live."),
            ("Progress MS-31 cargo ship reaches the space station", "It brought fuel and water, Roscosmos said."),
            ("India's crew trains in Russia", "The four will fly on India's own spaceship."),
            ("Космонавты Рыжиков и Зубрицкий вышли в открытый космос", ""),
        ],
    );
}

#[test]
fn other_meanings_of_the_words_are_refused() {
    check(
        &space(),
        false,
        &[
            ("Russian airspace closed to American airlines", ""),
            ("US and Russia hold talks on cyberspace", ""),
            ("American firm gives up its office space in Moscow", ""),
            ("Russian rockets hit Kharkiv as US weighs aid for Ukraine", ""),
            ("Спутник жизни актрисы рассказал о поездке в Америку и Россию", ""),
            ("Ukraine worries about Starlink terminals on the Russian side", ""),
        ],
    );
}

#[test]
fn a_crew_whose_nations_are_told_is_taken_at_its_word() {
    let title = "Four astronauts reach the space station";
    check(&space(), true, &[(title, ""), (title, "Two Americans, a Dane and a Russian opened the hatch on Friday.")]);
    check(&space(), false, &[(title, "Three Americans and an Italian opened the hatch on Friday.")]);
}

#[test]
fn names_that_are_common_words_count_beside_space_only() {
    check(&space(), true, &[("НАСА назвало утечку в «Звезде» опасной для экипажа МКС", "")]);
    check(
        &space(),
        false,
        &[("Звезда сериала переехала в США", ""), ("Заря над Вашингтоном: Трамп выступил с речью", "")],
    );
    check(&space(), true, &[("Two more seats on Dragon go to cosmonauts, NASA says", "")]);
    check(&space(), false, &[("Dragon boats race in Moscow", "Crews from America took part.")]);
}

#[test]
fn a_numbered_soyuz_carries_both_nations_unless_it_is_known_not_to() {
    check(&space(), true, &[("Soyuz MS-30 lifts off", ""), ("«Союз МС-30» приземлился", "")]);
    check(&space(), false, &[("Soyuz MS-21 lifts off", ""), ("Soyuz MS-30 model for sale", "")]);
}

#[test]
fn words_about_a_language_are_no_side_and_words_of_a_place_are() {
    check(&space(), false, &[("NASA website on Mars now available in Russian", "")]);
    check(&space(), true, &[("NASA: crack grows in Russian module of space station", "")]);
}

#[test]
fn the_war_counts_where_both_fly_and_not_where_they_fight() {
    check(&space(), true, &[("What the Ukraine war means for the International Space Station", "")]);
    check(&space(), false, &[("Satellites show the invasion of Ukraine from space", "")]);
}

#[test]
fn a_threat_to_satellites_is_the_topic_and_their_use_in_war_is_not() {
    check(&space(), true, &[("Russia calls Starlink satellites a legitimate target", "")]);
    check(&space(), false, &[("Russian drones found with Starlink terminals, Ukraine says", "")]);
}

#[test]
fn what_they_flew_together_is_history_until_somebody_acts() {
    check(&space(), false, &[("The Apollo-Soyuz docking in pictures of 1975", ""), ("Ужин на «Союзе-Аполлоне»", "")]);
    check(
        &space(),
        true,
        &[("Apollo-Soyuz veterans reunite in Houston", ""), ("США отметят юбилей «Союз-Аполлон»", "")],
    );
}

#[test]
fn europes_parting_from_russia_is_europes_affair() {
    let lead = "France or the United States may step in.";
    check(&space(), false, &[("European Space Agency refuses to cooperate with Roscosmos", lead)]);
    check(&space(), true, &[("NASA and ESA ask Roscosmos about the leak on the space station", lead)]);
}

#[test]
fn three_of_a_crew_may_be_of_both_nations_in_russian_and_three_russians_are_not() {
    check(&space(), true, &[("Капсула «Союза» с тремя космонавтами приземлилась в Казахстане", "")]);
    check(&space(), false, &[("Капсула «Союза» с тремя российскими космонавтами приземлилась", "")]);
}

#[test]
fn space_goods_smuggled_to_russia_are_a_matter_between_the_two_and_other_goods_are_not() {
    check(&space(), true, &[("Engineer admits smuggling satellite parts to Russia", "")]);
    check(&space(), false, &[("Engineer admits smuggling car parts to Russia", "")]);
}

#[test]
fn a_ministry_is_the_russian_one_unless_its_country_is_told() {
    check(&space(), true, &[("МИД вызвал посла США из-за оружия в космосе", "")]);
    check(&space(), false, &[("МИД Китая ответил США на обвинения в милитаризации космоса", "")]);
}

#[test]
fn debris_of_one_side_reaches_the_others_crew() {
    check(&space(), true, &[("Space station dodges debris of a Russian satellite", "")]);
    check(&space(), false, &[("Space station dodges debris of a Chinese satellite", "")]);
}

#[test]
fn a_round_up_that_mentions_in_passing_is_refused() {
    check(&space(), false, &[("This week in space: Falcon 9 flies, Russian Soyuz waits", "")]);
}

#[test]
fn the_line_can_be_checked_with_a_pencil() {
    let kept = space()
        .judge(&item("Roscosmos chief speaks of the future", "He met NASA at the space station's control room."), None);
    assert!(kept.line().starts_with("Roscosmos (title) + NASA (lead) + "), "{}", kept.line());
    assert!(kept.line().ends_with(" ≥ 6"), "{}", kept.line());
    let refused = space().judge(&item("Roscosmos shows a rocket", ""), None);
    assert!(refused.line().ends_with(", missing: a US side"), "{}", refused.line());
    let sum: f64 = kept.evidence.iter().map(|e| e.weight).sum();
    assert!((sum - kept.score).abs() < 1e-9);
}

#[test]
fn an_outlet_that_speaks_for_a_side_touches_it() {
    let topic = space();
    let text = item("NASA astronaut joins the crew for the next expedition to the ISS", "");
    let anywhere = topic.judge(&text, None);
    let own = topic.judge(&text, Some("roscosmos"));
    assert!(!anywhere.relevant && own.relevant, "{}\n{}", anywhere.line(), own.line());
    assert!(own.evidence.iter().any(|e| e.field == Field::Outlet));
}

#[test]
fn missions_of_different_numbers_are_different_entities() {
    let topic = space();
    let ids = |title| topic.entities(&item(title, "")).into_iter().map(|hit| hit.entity).collect::<Vec<_>>();
    assert_eq!(ids("Soyuz MS-29"), ids("«Союз МС-29»"));
    assert_eq!(ids("Soyuz MS-29"), ["soyuz-ms-29"]);
    assert_ne!(ids("Soyuz MS-28"), ids("Soyuz MS-29"));
    assert_eq!(ids("Crew-12 and Expedition 74"), ["crew-12", "expedition-74"]);
    assert_eq!(ids("МКС-74"), ["expedition-74"]);
}

#[test]
fn mentions_are_verbatim_spans_in_both_languages() {
    let text = item("Встреча Рогозина и Айзекмана", "«Роскосмосу» ответил NASA’s chief.");
    let hits = space().entities(&text);
    let ids: Vec<_> = hits.iter().map(|hit| hit.entity.as_str()).collect();
    assert_eq!(ids, ["talks", "dmitry-rogozin", "jared-isaacman", "roscosmos", "nasa"]);
    for hit in hits {
        let field = if hit.field == Field::Title { text.title } else { text.lead };
        assert_eq!(&field[hit.start..hit.end], hit.text);
    }
}

#[test]
fn hostile_spellings_are_seen_through() {
    let topic = space();
    for title in ["R\u{43e}s\u{441}osmos", "Ros\u{200b}cos\u{ad}mos", "\u{202e}Roscosmos\u{202c}", "ＲＯＳＣＯＳＭＯＳ"]
    {
        let hits = topic.entities(&item(title, ""));
        assert_eq!(hits.iter().map(|h| h.entity.as_str()).collect::<Vec<_>>(), ["roscosmos"], "{title:?}");
    }
}

#[test]
fn no_text_is_refused_and_says_so() {
    let verdict = space().judge(&ItemText::default(), None);
    assert_eq!(verdict.line(), "nothing of the topic = 0 < 6, missing: a US side, a Russian side, space");
}

#[test]
fn a_megabyte_is_judged_by_its_beginning() {
    let topic = space();
    for unit in ["NASA Roscosmos ", "Союз-", "a.", "’", "МКС\u{200b}", "x"] {
        let long = unit.repeat(1_000_000 / unit.len());
        let began = std::time::Instant::now();
        let verdict = topic.judge(&ItemText { title: &long, lead: &long, body: &long, lang: Lang::Other }, None);
        assert!(verdict.entities.len() <= 600);
        // Debug builds on busy machines included: quadratic work would take minutes.
        assert!(began.elapsed().as_secs() < 5, "{unit:?} took {:?}", began.elapsed());
    }
}

#[test]
fn another_topic_needs_another_file_and_no_code() {
    let trade = shipped("eu-india-trade.toml");
    check(
        &trade,
        true,
        &[
            ("EU and India close in on free trade agreement", ""),
            ("Евросоюз и Индия подписали соглашение о свободной торговле", ""),
            ("Brussels cuts tariffs on steel from India", ""),
        ],
    );
    check(
        &trade,
        false,
        &[
            ("NASA and Roscosmos sign a new seat swap", ""),
            ("EU and Japan open trade talks", ""),
            ("Trade unions in India protest", "EU diplomats watched."),
            ("Modi visits Brussels", ""),
        ],
    );
    check(&space(), false, &[("EU and India close in on free trade agreement", "")]);
}

#[test]
fn the_examples_beside_the_topic_file_are_told_apart() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/topics/us-russia-space.examples.jsonl");
    let rows = crate::cli::jsonl::rows(&std::fs::read_to_string(file).unwrap()).unwrap();
    let topic = space();
    let wrong: Vec<_> = rows.iter().filter(|r| r.relevant != Some(topic.judge(&r.text(), None).relevant)).collect();
    assert!(wrong.len() * 20 <= rows.len(), "{wrong:#?}");
    for lang in ["en", "ru"] {
        assert!(rows.iter().filter(|row| row.lang.as_deref() == Some(lang)).count() > 50);
    }
}

#[test]
fn the_code_names_no_country() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/decide/relevance");
    for file in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        let text = std::fs::read_to_string(&file).unwrap();
        // Tests and comments at the foot and margin may give examples; the code may not.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for word in ["russia", "nasa", "roscosmos", "india", "\"us\""] {
            assert!(!code.to_lowercase().contains(word), "{} names {word}", file.display());
        }
    }
}
