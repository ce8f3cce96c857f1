//! A digest as a desk that follows one topic would get it, written for the tests.

use jiff::Timestamp;

use crate::domain::digest::{
    AheadLine, BarPart, CoverageDay, Coverer, Digest, DigestFooter, DigestQuote, DigestStory, Excerpt, FeedTrouble,
    NewLine, Occasion, RunningStory,
};
use crate::domain::fact::{Quote, QuoteKind, Stance};
use crate::domain::item::Lang;
use crate::domain::outlet::OutletKind;
use crate::domain::story::{Confirmation, DevelopmentId, DevelopmentKind, StoryId};
use crate::domain::topic::Field;

type Who = (&'static str, &'static str, OutletKind, &'static str);

const NASA: Who = ("NASA", "US", OutletKind::Government, "www.nasa.gov");
const ROSCOSMOS: Who = ("Роскосмос", "RU", OutletKind::Government, "www.roscosmos.ru");
const TASS: Who = ("TASS", "RU", OutletKind::StateAgency, "tass.com");
const RT: Who = ("RT", "RU", OutletKind::StateAgency, "www.rt.com");
const RIA: Who = ("РИА Новости", "RU", OutletKind::StateAgency, "ria.ru");
const SPACENEWS: Who = ("SpaceNews", "US", OutletKind::Trade, "spacenews.com");
const ARS: Who = ("Ars Technica", "US", OutletKind::Trade, "arstechnica.com");
const REUTERS: Who = ("Reuters", "GB", OutletKind::Wire, "www.reuters.com");
const JAZEERA: Who = ("Al Jazeera", "QA", OutletKind::Independent, "www.aljazeera.com");

fn ts(hour_minute: &str) -> Timestamp {
    format!("2026-11-23T{hour_minute}:00Z").parse().unwrap()
}

fn by(who: Who, at: &str, path: &str, title: &str) -> Coverer {
    Coverer {
        outlet: who.0.into(),
        country: who.1.into(),
        kind: who.2,
        title: title.into(),
        url: Some(format!("https://{}/{path}", who.3)),
        lang: crate::text::lang::detect(title, None),
        at: ts(at),
        copy_of: None,
        has_video: false,
    }
}

fn says(source: &Coverer, text: &str) -> Excerpt {
    Excerpt { text: text.into(), outlet: source.outlet.clone(), url: source.url.clone(), lang: source.lang }
}

fn quoted(source: &Coverer, speaker: &str, verb: &str, text: &str) -> DigestQuote {
    let quote = Quote {
        kind: QuoteKind::Direct,
        text: text.into(),
        speaker: speaker.into(),
        verb: verb.into(),
        stance: Stance::Neither,
        field: Field::Lead,
    };
    DigestQuote { quote, outlet: source.outlet.clone(), url: source.url.clone(), lang: source.lang }
}

fn news(id: i64, kind: DevelopmentKind, at: &str, what: &str) -> NewLine {
    NewLine { development: DevelopmentId(id), kind, what: what.into(), at: ts(at) }
}

fn part(kind: OutletKind, country: &str, n: usize) -> BarPart {
    BarPart { kind, country: country.into(), n }
}

fn extension() -> DigestStory {
    let lead =
        by(NASA, "15:20", "news-release/station-partners-2030", "Station Partners Commit to Operations Through 2030");
    let roscosmos = by(ROSCOSMOS, "15:05", "41207/", "Роскосмос и НАСА подтвердили работу на МКС до 2030 года");
    let wire = by(REUTERS, "15:41", "science/iss-2030", "Russia, US agree to keep space station flying until 2030");
    let mut rt = by(RT, "16:10", "news/iss-until-2030/", "Moscow and Washington extend space station deal — agency");
    rt.copy_of = Some("Reuters".into());
    let mut jazeera =
        by(JAZEERA, "17:02", "news/2026/11/23/iss", "Is the space station the last bridge between Russia and the US?");
    jazeera.has_video = true;
    DigestStory {
        id: StoryId(114),
        headline: lead.title.clone(),
        news: vec![news(
            1,
            DevelopmentKind::FirstReport,
            "15:05",
            "Роскосмос и НАСА подтвердили работу на МКС до 2030 года",
        )],
        excerpts: vec![
            says(
                &lead,
                "The five partner agencies agreed to support the International Space Station through 2030, with Roscosmos extending its earlier commitment of 2028.",
            ),
            says(&roscosmos, "Российская сторона продолжит поставки топлива и коррекцию орбиты станции."),
        ],
        quotes: vec![
            quoted(
                &wire,
                "Sergei Krikalev, head of crewed programmes",
                "said",
                "Two more years give us the time to hand over without a gap",
            ),
            quoted(
                &jazeera,
                "an analyst at a think tank in Vienna",
                "said",
                "This is engineering, not friendship, and both sides know it",
            ),
        ],
        also: vec![roscosmos, wire, rt, jazeera],
        perspective: "gov RU 1 · gov US 1 · state RU 1 · wire 1 · independent 1".into(),
        bar: vec![
            part(OutletKind::Government, "RU", 1),
            part(OutletKind::Government, "US", 1),
            part(OutletKind::StateAgency, "RU", 1),
            part(OutletKind::Wire, "", 1),
            part(OutletKind::Independent, "", 1),
        ],
        note: None,
        n_outlets: 5,
        n_independent: 4,
        confirmation: Confirmation::Official,
        differences: vec![],
        matched: "Roscosmos (lead, +5), NASA (title, +3), International Space Station (lead, +3)".into(),
        rank_reason: "official, primary source, 4 independent sources".into(),
        first_at: ts("15:05"),
        lead,
    }
}

fn leak() -> DigestStory {
    let lead =
        by(TASS, "12:30", "science/2051177", "Роскосмос: давление в переходной камере модуля «Звезда» снова снижается");
    let ria = by(RIA, "12:52", "20261123/mks.html", "Утечка воздуха на МКС: экипаж закрыл люк");
    DigestStory {
        id: StoryId(117),
        headline: lead.title.clone(),
        news: vec![news(
            2,
            DevelopmentKind::FirstReport,
            "12:30",
            "Роскосмос: давление в переходной камере снова снижается",
        )],
        excerpts: vec![says(&lead, "Люк в переходную камеру закрыт, угрозы экипажу нет, сообщили в госкорпорации.")],
        quotes: vec![],
        also: vec![ria],
        perspective: "state RU 2".into(),
        bar: vec![part(OutletKind::StateAgency, "RU", 2)],
        note: Some("So far only state agencies of one country: RU".into()),
        n_outlets: 2,
        n_independent: 2,
        confirmation: Confirmation::Unnamed,
        differences: vec![],
        matched: "Роскосмос (title, +5), МКС (lead, +3), NASA (body, +1)".into(),
        rank_reason: "2 independent sources".into(),
        first_at: ts("12:30"),
        lead,
    }
}

fn seats() -> DigestStory {
    let lead = by(
        SPACENEWS,
        "18:15",
        "seat-swaps-2028?page=1&lang=en",
        "NASA and Roscosmos add three flights to crew swap agreement",
    );
    let ars =
        by(ARS, "18:40", "space/2026/11/crew-swaps/", "Americans will keep riding Soyuz for at least two more years");
    let tass = by(TASS, "19:05", "science/2051240", "Russia, US sign addendum on integrated crew flights");
    DigestStory {
        id: StoryId(98),
        headline: lead.title.clone(),
        news: vec![
            news(
                4,
                DevelopmentKind::ChangedFact,
                "18:15",
                "seat swap runs “through 2028” (was “through 2027”) — SpaceNews",
            ),
            news(3, DevelopmentKind::Confirmation, "19:05", "confirmed by several outlets (was one outlet)"),
        ],
        excerpts: vec![
            says(
                &lead,
                "The addendum covers flights from Soyuz MS-31 and Crew-14 onward, one seat a flight for each side and no exchange of funds.",
            ),
            says(
                &ars,
                "The point of the swaps is that neither side can be stranded without someone who knows its half of the station.",
            ),
        ],
        quotes: vec![quoted(
            &tass,
            "Deputy Prime Minister Denis Manturov",
            "told reporters",
            "The programme will go on for as long as the station flies",
        )],
        also: vec![ars, tass],
        perspective: "state RU 1 · trade 2".into(),
        bar: vec![part(OutletKind::StateAgency, "RU", 1), part(OutletKind::Trade, "", 2)],
        note: None,
        n_outlets: 3,
        n_independent: 3,
        confirmation: Confirmation::Several,
        differences: vec!["“three flights” (SpaceNews) · “four flights” (TASS)".into()],
        matched: "crew swap agreement (title, settles it), Roscosmos (title, +5)".into(),
        rank_reason: "a fact changed, better confirmed than before, 3 independent sources".into(),
        first_at: "2026-11-19T09:00:00Z".parse().unwrap(),
        lead,
    }
}

/// Two new stories, one development, two that run on, one feed in trouble.
pub(super) fn digest() -> Digest {
    Digest {
        audience: "desk".into(),
        topics: vec!["US–Russia space cooperation".into()],
        at: ts("19:30"),
        at_words: "Monday, 23 November 2026, 20:30 CET".into(),
        timezone: "Europe/Vienna".into(),
        language: Lang::En,
        subject: "Station Partners Commit to Operations Through 2030 — and 2 more".into(),
        thread: None,
        new: vec![extension(), leak()],
        developments: vec![seats()],
        running: vec![
            RunningStory {
                id: StoryId(91),
                headline: "Luna-27 to carry no ESA drill, agency confirms".into(),
                n_outlets: 4,
                n_joined: 1,
            },
            RunningStory {
                id: StoryId(87),
                headline: "Сенат США одобрил поправку о закупке РД-180".into(),
                n_outlets: 3,
                n_joined: 0,
            },
        ],
        ahead: vec![
            AheadLine {
                day: "2026-12-02".parse().unwrap(),
                when: "Wednesday, 2 December 2026".into(),
                said: Excerpt {
                    text: "Soyuz MS-31 is to lift off from Baikonur on Dec. 2 with one American aboard.".into(),
                    outlet: "NASA".into(),
                    url: Some("https://www.nasa.gov/missions/soyuz-ms-31".into()),
                    lang: Lang::En,
                },
                story: StoryId(98),
                n_others: 2,
            },
            AheadLine {
                day: "2026-12-02".parse().unwrap(),
                when: "Wednesday, 2 December 2026".into(),
                said: Excerpt {
                    text: "Госкомиссия соберётся 2 декабря на Байконуре.".into(),
                    outlet: "Роскосмос".into(),
                    url: Some("https://www.roscosmos.ru/41211/".into()),
                    lang: Lang::Ru,
                },
                story: StoryId(91),
                n_others: 0,
            },
        ],
        coverage: [3, 1, 0, 4, 6, 2, 0, 0, 5, 9, 4, 3, 2, 7]
            .into_iter()
            .zip(10..)
            .map(|(n, day)| CoverageDay { day: jiff::civil::date(2026, 11, day), n })
            .collect(),
        charts: false,
        n_more: 0,
        more: vec![],
        troubles: vec![FeedTrouble {
            feed: "Sky News Science".into(),
            words: "not reachable since 22 Nov, 31 tries: HTTP 503".into(),
        }],
        footer: DigestFooter { n_feeds: 41, n_failing: 1, n_items: 812, n_matched: 19 },
        told: (1..=4).map(DevelopmentId).collect(),
        occasion: Occasion::Slot,
        reason: "keeping the gap to the last mail".into(),
    }
}
