//! Entries of aggregators: the real publisher, the title without its tail, the list of headlines as coverage.

use crate::domain::entry::Coverage;
use crate::text::clean;
use crate::text::fold::fold;
use crate::text::html::attr::raw_attr;
use crate::text::html::entity::{decode, decode_into};
use crate::text::html::token::{Token, Tokens};

use super::link;
use super::raw::RawLink;

/// Headlines taken from one entry.
const COVERAGE_MAX: usize = 30;

/// The title without ` - Publisher` at its end.
pub fn without_publisher<'t>(title: &'t str, publisher: &str) -> &'t str {
    if publisher.is_empty() {
        return title;
    }
    [" - ", " – ", " — ", " | "]
        .into_iter()
        .find_map(|dash| title.strip_suffix(publisher)?.strip_suffix(dash))
        .map(str::trim_end)
        .filter(|t| !t.is_empty())
        .unwrap_or(title)
}

/// What a description that is nothing but links with their publishers says.
#[derive(Debug, Default, PartialEq)]
pub struct Headlines {
    /// The headlines, the entry's own first as listed.
    pub list: Vec<Coverage>,
}

/// Reads a description as a list of headlines: each one a link followed by its publisher in `<font>`. `None` when
/// there is any other text in it, which then is a description like any other.
pub fn headlines(html: &str) -> Option<Headlines> {
    if !html.contains("<font") {
        return None;
    }
    let mut found = Headlines::default();
    let (mut in_link, mut in_font) = (false, false);
    for token in Tokens::new(html) {
        match token {
            Token::Start { name: "a", attrs, .. } => {
                in_link = true;
                let href = decode(raw_attr(attrs, "href")?).into_owned();
                let url = link::absolute(&RawLink { href, base: None }, None);
                found.list.push(Coverage { title: String::new(), url, publisher: None });
            }
            Token::End("a") => in_link = false,
            Token::Start { name: "font", .. } => in_font = true,
            Token::End("font") => in_font = false,
            Token::Text(raw) if in_link => {
                decode_into(raw, &mut found.list.last_mut()?.title);
            }
            Token::Text(raw) if in_font => {
                let name = clean::line(&decode(raw), 200);
                found.list.last_mut().filter(|c| c.publisher.is_none())?.publisher = Some(name);
            }
            Token::Text(raw) if decode(raw).trim().is_empty() => {}
            Token::Text(_) | Token::Cdata(_) => return None,
            _ => {}
        }
    }
    // "View full coverage" is a link without a publisher.
    found.list.retain(|c| c.publisher.is_some() && !c.title.trim().is_empty());
    found.list.truncate(COVERAGE_MAX);
    for coverage in &mut found.list {
        coverage.title = clean::line(&coverage.title, 500);
    }
    (!found.list.is_empty()).then_some(found)
}

impl Headlines {
    /// The publisher of the headline that reads like `title`.
    pub fn publisher_of(&self, title: &str) -> Option<&str> {
        let title = fold(title);
        self.list
            .iter()
            .find(|c| {
                c.publisher.as_deref().is_some_and(|p| title.ends_with(&fold(p))) && title.starts_with(&fold(&c.title))
            })
            .and_then(|c| c.publisher.as_deref())
    }

    /// The headlines of others: all but the entry's own.
    pub fn of_others(self, title: &str) -> Vec<Coverage> {
        let title = fold(title);
        self.list.into_iter().filter(|c| fold(&c.title) != title).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "<ol><li><a href=\"https://n.example/1\">Crew lands</a>&nbsp;&nbsp;<font color=\"#6f6f6f\">Daily</font></li>\
        <li><a href=\"https://n.example/2\">Crew &amp; capsule home</a>&nbsp;<font>Gazette</font></li>\
        <li><strong><a href=\"https://n.example/3\">View all</a></strong></li></ol>";

    #[test]
    fn the_tail_goes_only_when_it_names_the_publisher() {
        assert_eq!(without_publisher("Crew lands - Daily", "Daily"), "Crew lands");
        assert_eq!(without_publisher("Crew lands - Daily", "Gazette"), "Crew lands - Daily");
        assert_eq!(without_publisher("Daily", "Daily"), "Daily");
        assert_eq!(without_publisher("Crew lands", ""), "Crew lands");
    }

    #[test]
    fn a_list_of_headlines_is_coverage() {
        let found = headlines(LIST).unwrap();
        assert_eq!(found.publisher_of("Crew lands - Daily"), Some("Daily"));
        let others = found.of_others("Crew lands");
        assert_eq!(others.len(), 1);
        assert_eq!(others[0].title, "Crew & capsule home");
        assert_eq!(others[0].publisher.as_deref(), Some("Gazette"));
        assert_eq!(others[0].url.as_deref(), Some("https://n.example/2"));
    }

    #[test]
    fn a_description_with_words_of_its_own_is_none() {
        assert_eq!(headlines("<p>The crew <a href='https://n.example/'>landed</a> <font>today</font>.</p>"), None);
        assert_eq!(headlines("<ul><li><a href='https://n.example/'>Related</a></li></ul>"), None);
    }
}
