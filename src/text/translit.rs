//! Names across scripts: a Russian name and its usual English spelling meet in one key.

/// A folded word as a rough Latin key: Cyrillic by the usual English practice, then the spellings that differ
/// between systems made one (`y`/`i`/`j`, `kh`/`h`, `ks`/`x`, `yo`/`e`, doubled letters), so that
/// `Борисов` = `Borisov`, `Крикалёв` = `Krikalev`, `Кикина` = `Kikina`. Words with digits keep them.
pub fn name_key(folded: &str) -> String {
    let mut latin = String::with_capacity(folded.len());
    for c in folded.chars() {
        match latin_letters(c) {
            Some(letters) => latin.push_str(letters),
            None => latin.push(c),
        }
    }
    let one_spelling = [("kh", "h"), ("shch", "sch"), ("x", "ks"), ("ya", "ia"), ("yu", "iu"), ("y", "i"), ("j", "i")];
    squeeze(&one_spelling.iter().fold(latin, |word, (from, to)| word.replace(from, to)))
}

#[rustfmt::skip]
fn latin_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'а' => "a", 'б' => "b", 'в' => "v", 'г' => "g", 'д' => "d", 'е' | 'ё' | 'э' => "e", 'ж' => "zh",
        'з' => "z", 'и' | 'й' | 'ы' => "i", 'к' => "k", 'л' => "l", 'м' => "m", 'н' => "n", 'о' => "o",
        'п' => "p", 'р' => "r", 'с' => "s", 'т' => "t", 'у' => "u", 'ф' => "f", 'х' => "h", 'ц' => "ts",
        'ч' => "ch", 'ш' => "sh", 'щ' => "sch", 'ъ' | 'ь' | '\'' | '’' => "", 'ю' => "iu", 'я' => "ia",
        _ => return None,
    })
}

fn squeeze(word: &str) -> String {
    let mut squeezed = String::with_capacity(word.len());
    for c in word.chars() {
        if !(c.is_alphabetic() && squeezed.ends_with(c)) {
            squeezed.push(c);
        }
    }
    squeezed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_meets_its_usual_spelling() {
        for (ru, en) in [
            ("борисов", "borisov"),
            ("крикалев", "krikalev"),
            ("хрустальныи", "khrustalny"),
            ("петелин", "petelin"),
            ("байконур", "baikonur"),
            ("мс-29", "ms-29"),
            ("юлия", "yulia"),
        ] {
            assert_eq!(name_key(ru), name_key(en), "{ru}");
        }
    }

    #[test]
    fn other_names_do_not_meet() {
        assert_ne!(name_key("борисов"), name_key("borisova"));
    }
}
