//! JSON Lines of entries, labelled or not, as `judge` and `eval` read them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;

use crate::domain::{ItemText, Lang};

/// One line; every field but the title may be absent.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Row {
    /// The row's own id, of any kind.
    pub id: Value,
    /// Headline.
    pub title: String,
    /// Lead.
    pub summary: Option<String>,
    /// Further text.
    pub content: Option<String>,
    /// Link.
    pub url: Option<String>,
    /// RFC 3339 or a beginning of it.
    pub date: Option<String>,
    /// Publisher's name.
    pub publisher: Option<String>,
    /// Language tag.
    pub lang: Option<String>,
    /// Label: concerns the topic.
    pub relevant: Option<bool>,
    /// Label: two careful people may differ.
    pub borderline: bool,
    /// How the row came into the set.
    pub group: Option<String>,
    /// Label: the story it belongs to; a number counts as its digits, since `judge` itself numbers stories.
    #[serde(deserialize_with = "label")]
    pub story: Option<String>,
    /// Label: tells something new of its story.
    pub development: Option<bool>,
    /// Label: whether the development label is certain.
    pub sure: Option<bool>,
    /// Label: who said what.
    pub statements: Value,
    /// Label: verbatim facts.
    pub facts: Value,
}

/// A string or a number.
fn label<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(value)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Number(number) => Ok(Some(number.to_string())),
        _ => Err(serde::de::Error::custom("expected a string or a number in `story`")),
    }
}

impl Row {
    /// The texts that decisions look at.
    pub fn text(&self) -> ItemText<'_> {
        ItemText {
            title: &self.title,
            lead: self.summary.as_deref().unwrap_or_default(),
            body: self.content.as_deref().unwrap_or_default(),
            lang: Lang::from_tag(self.lang.as_deref().unwrap_or_default()),
        }
    }
}

impl Row {
    /// Reads one line.
    ///
    /// # Errors
    /// Why it is no such object.
    pub fn parse(line: &str) -> Result<Self, serde_json::Error> {
        // An array would be taken for the fields in their order.
        if line.trim_start().starts_with('[') {
            return Err(serde::de::Error::custom("expected an object, found an array"));
        }
        serde_json::from_str(line)
    }

    /// The row's id as a person would write it.
    pub fn name(&self) -> String {
        self.id.as_str().map_or_else(|| self.id.to_string(), str::to_owned)
    }

    /// The row's moment, see [`moment`].
    pub fn at(&self) -> Option<Timestamp> {
        moment(self.date.as_deref()?)
    }
}

/// A label's date: RFC 3339, or a date with or without a time, taken as UTC; a bare month or year is its first day.
pub fn moment(date: &str) -> Option<Timestamp> {
    let date = date.trim();
    if let Ok(at) = date.parse() {
        return Some(at);
    }
    let padded = match date.len() {
        4 => format!("{date}-01-01"),
        7 => format!("{date}-01"),
        _ => date.replace(' ', "T"),
    };
    let civil = padded.parse::<DateTime>().or_else(|_| padded.parse::<Date>().map(Date::into)).ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// Reads every line; blank ones are passed over.
///
/// # Errors
/// The number (from 1) of the first line that is no such object, and why.
pub fn rows(text: &str) -> Result<Vec<Row>, (usize, serde_json::Error)> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(i, line)| Row::parse(line).map_err(|error| (i + 1, error))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_fields_are_empty() {
        let rows = rows("{\"title\":\"T\",\"lang\":\"ru\",\"extra\":1}\n\n").unwrap();
        assert_eq!((rows.len(), rows[0].text().title, rows[0].text().lang), (1, "T", Lang::Ru));
        assert_eq!(rows[0].text().lead, "");
    }

    #[test]
    fn a_story_may_be_named_or_numbered() {
        let story = |json: &str| rows(json).map(|rows| rows[0].story.clone()).map_err(|(line, _)| line);
        assert_eq!(story("{\"story\":\"s1\"}"), Ok(Some("s1".to_owned())));
        assert_eq!(story("{\"story\":12}"), Ok(Some("12".to_owned())));
        assert_eq!((story("{\"story\":null}"), story("{}")), (Ok(None), Ok(None)));
        assert_eq!(story("{\"story\":[1]}"), Err(1));
    }

    #[test]
    fn a_date_may_lack_its_end() {
        let at = |date: &str| Row { date: Some(date.to_owned()), ..Row::default() }.at().map(|at| at.to_string());
        for (date, expected) in [
            ("2022-03-05T15:24", "2022-03-05T15:24:00Z"),
            ("2022-03-05 15:24:10", "2022-03-05T15:24:10Z"),
            ("2022-03-05", "2022-03-05T00:00:00Z"),
            ("2022-03", "2022-03-01T00:00:00Z"),
            ("2022", "2022-01-01T00:00:00Z"),
            ("2022-03-05T15:24:00+03:00", "2022-03-05T12:24:00Z"),
        ] {
            assert_eq!(at(date).as_deref(), Some(expected));
        }
        assert_eq!(at("soon"), None);
    }

    #[test]
    fn a_broken_line_is_told_by_its_number() {
        assert_eq!(rows("{}\n{").unwrap_err().0, 2);
        assert_eq!(rows("{}\n{}\n [1, \"title\"]").unwrap_err().0, 3);
    }
}
