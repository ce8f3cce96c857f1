//! Words that tell happenings apart badly, in every stream: the seed of the rarity table.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use crate::text::list::{List, list};
use crate::text::stem::stem;

/// Words that carry no subject; they are dropped.
const STOP: &str = "a about above after again against ago all also am an and any are as at be because been before being below between both but by can could did do does doing down during each even few for from further get gets got had has have having he her here him himself his how i if in into is it it's its itself just like may me might more most much must my near new no nor not now of off on once only or other our out over own s said same say says she should so some still such than that the their them then there these they this those through to too under until up upon us very via vs was we were what when where which while who whom why will with within without would yet you your t re amid among across toward towards \
а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для до его ее если есть еще же за здесь и из или им их к как ко когда кто ли либо между меня мне может мы на над надо наш не него нее нет ни них но ну о об однако он она они оно от очень по под после потом при про с со свой своей своих своего себя сейчас так также там те тем то того тоже той только том тот ту ты у уже хотя чего чем через что чтобы чье эта эти это этого этой этом этот я об этом будет";

/// Share of items from which a word counts as one of the commonest.
const COMMONEST: f32 = 0.06;

/// Words of the trade of news with the share of items that have them, in per mille: seeds only.
const COMMON: [(u16, &str); 3] = [
    (
        60,
        "year first report week day monday tuesday wednesday thursday friday saturday sunday time official people news state president government country сказал заявил сообщил сообщить рассказал заявить год президент глава страна",
    ),
    (
        30,
        "today tomorrow month make take come go show call plan world national one two three four back last next back help need want work could case tell told ask announce statement according top live update watch video exclusive photo breaking развитие новый первый два три день время human million billion percent",
    ),
    (
        12,
        "house white senate party leader campaign vote law court company group team deal talk meeting lead head start end set hold face find keep give see know think look long high big early late made way part home city минувший работа план процесс компания группа",
    ),
];

static SHARES: LazyLock<HashMap<String, f32, FixedState>> = LazyLock::new(|| {
    let mut shares = HashMap::default();
    for (per_mille, words) in COMMON {
        for word in words.split_whitespace() {
            shares.entry(stem(word).into_owned()).or_insert(f32::from(per_mille) / 1000.0);
        }
    }
    shares
});

static STOPPED: LazyLock<List> = LazyLock::new(|| list(STOP));

/// Whether the folded word is dropped.
pub(super) fn is_stop(folded: &str) -> bool {
    STOPPED.contains(folded)
}

/// Whether the folded word is one of the commonest of English or Russian: a term made of it tells no items apart.
pub fn is_common_word(folded: &str) -> bool {
    is_stop(folded) || seeded_share(&stem(folded)) >= COMMONEST
}

/// Share of items that a stem is seeded with.
pub(super) fn seeded_share(stem: &str) -> f32 {
    SHARES.get(stem).copied().unwrap_or(0.0)
}
