//! A small matcher of entities for measuring before a topic file is at hand. Tests only.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::item::ItemText;
use crate::domain::topic::EntityKind::{Country, Document, Mission, Organisation, Person, Place, Term, Vehicle};
use crate::domain::topic::{EntityHit, EntityKind, Field};

#[rustfmt::skip]
const ENTITIES: [(&str, EntityKind, &str); 58] = [
    ("roscosmos", Organisation, r"Ros[ck]osmos|Roscomos|Роскосмос\p{L}*|Russian space agency|Russia['’]s space agency|Russian federal space agency"),
    ("nasa", Organisation, r"NASA|Nasa|НАСА|National Aeronautics and Space Administration|Национальн\p{L}+ управлени\p{L}+ по аэронавтике и исследованию космического пространства"),
    ("iss", Place, r"ISS|International Space Station|space station|МКС|Международн\p{L}+ космическ\p{L}+ станци\p{L}+"),
    ("russia", Country, r"Russia|Russian|Russians|Россия|России|Россию|Россией|российск\p{L}+|РФ|Moscow|Москв\p{L}+"),
    ("usa", Country, r"U\.S\.?|US|USA|United States|American|Americans|США|американск\p{L}+|Соединенн\p{L}+ Штат\p{L}+"),
    ("soyuz", Vehicle, r"Soyuz|Союз\p{L}*"),
    ("progress", Vehicle, r"Progress|Прогресс\p{L}*"),
    ("crew-dragon", Vehicle, r"Crew Dragon|Dragon"),
    ("starliner", Vehicle, r"Starliner"),
    ("rd-180", Vehicle, r"RD-180|РД-180"),
    ("rd-181", Vehicle, r"RD-181|РД-181"),
    ("atlas5", Vehicle, r"Atlas 5|Atlas V"),
    ("antares", Vehicle, r"Antares"),
    ("falcon9", Vehicle, r"Falcon 9"),
    ("soyuz5", Vehicle, r"Soyuz-5|Союз-5"),
    ("orion", Vehicle, r"Orion"),
    ("sls", Vehicle, r"SLS|Space Launch System"),
    ("starlink", Vehicle, r"Starlink"),
    ("spacex", Organisation, r"SpaceX"),
    ("boeing", Organisation, r"Boeing"),
    ("ula", Organisation, r"ULA|United Launch Alliance"),
    ("esa", Organisation, r"European Space Agency|ESA|Европейск\p{L}+ космическ\p{L}+ агентств\p{L}+|ЕКА"),
    ("jaxa", Organisation, r"JAXA"),
    ("pentagon", Organisation, r"Pentagon|Пентагон\p{L}*"),
    ("kremlin", Organisation, r"Kremlin|Кремл\p{L}+"),
    ("baikonur", Place, r"Baikonur|Байконур\p{L}*"),
    ("kazakhstan", Country, r"Kazakhstan|Kazakh|Казахстан\p{L}*"),
    ("ukraine", Country, r"Ukraine|Ukrainian|Украин\p{L}+"),
    ("crew", Term, r"crew|экипаж\p{L}*"),
    ("astronaut", Term, r"astronauts?|cosmonauts?|космонавт\p{L}*|астронавт\p{L}*"),
    ("sanctions", Term, r"sanctions?|санкци\p{L}+"),
    ("cross-flights", Term, r"seat swaps?|seat barters?|crew swaps?|cross[- ]flights?|перекр[её]стн\p{L}+ пол[её]т\p{L}*|integrated crews|интегрированн\p{L}+ экипаж\p{L}*"),
    ("spacecraft", Term, r"spacecraft|capsule|корабл\p{L}+"),
    ("rocket", Term, r"rockets?|ракет\p{L}*"),
    ("engine", Term, r"engines?|двигател\p{L}+"),
    ("rogozin", Person, r"(?:Dmitry |Dimitry |Дмитри\p{L}+ )?(?:Rogozin|Рогозин\p{L}*)"),
    ("nelson", Person, r"(?:Bill |Билл\p{L}* )?(?:Nelson|Нельсон\p{L}*)"),
    ("bridenstine", Person, r"(?:Jim )?Bridenstine"),
    ("borisov", Person, r"(?:Yuri |Юри\p{L}+ )?(?:Borisov|Борисов\p{L}*)"),
    ("bakanov", Person, r"(?:Dmitry |Дмитри\p{L}+ )?(?:Bakanov|Баканов\p{L}*)"),
    ("krikalev", Person, r"(?:Sergei |Сергей |Сергея )?(?:Krikalev|Крикал[её]в\p{L}*)"),
    ("isaacman", Person, r"(?:Jared |Джаред\p{L}* )?(?:Isaacman|Айзекман\p{L}*)"),
    ("musk", Person, r"(?:Elon |Илон\p{L}* )?(?:Musk|Маск\p{L}*)"),
    ("putin", Person, r"(?:Vladimir |Владимир\p{L}* )?(?:Putin|Путин\p{L}*)"),
    ("biden", Person, r"(?:Joe |Джо )?(?:Biden|Байден\p{L}*)"),
    ("patrushev", Person, r"(?:Nikolai |Николай )?(?:Patrushev|Патрушев\p{L}*)"),
    ("kikina", Person, r"(?:Anna |Анна )?(?:Kikina|Кикин\p{L}*)"),
    ("rubio", Person, r"(?:Frank )?Rubio"),
    ("soyuz-ms", Mission, r"Soyuz[- ]MS-?\d+|Союз[а-я]*[- ]МС-?\d+|MS-\d+|МС-\d+"),
    ("soyuz-tma", Mission, r"Soyuz TMA-\d+M?|Союз ТМА-\d+М?"),
    ("progress-ms", Mission, r"Progress MS-?\d+|Прогресс\p{L}* МС-?\d+"),
    ("crew-n", Mission, r"Crew-\d+"),
    ("expedition", Mission, r"Expedition \d+|МКС-\d+(?:/\d+)?"),
    ("luna", Mission, r"Luna[- ]\d+|Луна-\d+"),
    ("artemis", Mission, r"Artemis(?: [IVX\d]+)?"),
    ("gateway", Mission, r"Gateway"),
    ("apollo-soyuz", Mission, r"Soyuz-Apollo|Apollo-Soyuz|Союз-Аполлон"),
    ("agreement", Document, r"agreement|соглашени\p{L}+"),
];

static COMPILED: LazyLock<Vec<(&str, EntityKind, Regex)>> = LazyLock::new(|| {
    let compile = |p: &str| Regex::new(&format!(r"\b(?:{p})\b")).expect("a pattern of the tests");
    ENTITIES.iter().map(|(id, kind, p)| (*id, *kind, compile(p))).collect()
});

/// The entities of a text, longest match first, in the order of the text.
pub(crate) fn entities(text: &ItemText<'_>) -> Vec<EntityHit> {
    let mut hits = Vec::new();
    for (field, words) in [(Field::Title, text.title), (Field::Lead, text.lead)] {
        let mut found: Vec<EntityHit> = Vec::new();
        for (id, kind, pattern) in COMPILED.iter() {
            for m in pattern.find_iter(words) {
                let digits: String = m.as_str().chars().filter(char::is_ascii_digit).collect();
                let entity =
                    if *kind == Mission && !digits.is_empty() { format!("{id}-{digits}") } else { (*id).into() };
                let hit =
                    EntityHit { entity, kind: *kind, field, text: m.as_str().into(), start: m.start(), end: m.end() };
                found.push(hit);
            }
        }
        found.sort_by_key(|h| (h.start, std::cmp::Reverse(h.end)));
        let mut end = 0;
        found.retain(|h| {
            let keep = h.start >= end;
            if keep {
                end = h.end;
            }
            keep
        });
        hits.extend(found);
    }
    hits
}
