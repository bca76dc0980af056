//! What a page's address asks for: the fields of the search form, put together to one question in the language of `polybius query`.

use crate::fault::Fault;
use crate::format::encode;
use crate::world::World;
use polybius_store::{Position, Query, QueryError};
use std::ops::Range;

/// The fields of the form that are terms of a question, by their names there.
pub(crate) const FIELDS: [&str; 14] = [
    "actor",
    "recipient",
    "party",
    "event",
    "quad",
    "place",
    "since",
    "until",
    "status",
    "context",
    "publisher",
    "source",
    "confidence",
    "mode",
];

/// Those whose value may be the name of a country.
const COUNTRIES: [&str; 4] = ["actor", "recipient", "party", "place"];

/// The parameters of an address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ask {
    parameters: Vec<(String, String)>,
}

/// A question, and where in its text each field of the form stands.
#[derive(Debug)]
pub(crate) struct Composed {
    pub(crate) text: String,
    fields: Vec<(&'static str, Range<usize>)>,
}

impl Ask {
    pub(crate) fn new(address: Option<&str>) -> Ask {
        let parameters = form_urlencoded::parse(address.unwrap_or_default().as_bytes());
        Ask {
            parameters: parameters
                .map(|(name, value)| (name.into_owned(), value.trim().to_owned()))
                .filter(|(_, value)| !value.is_empty())
                .collect(),
        }
    }

    /// The first value of a parameter; empty if it is not given.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.parameters.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// All values of a parameter.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.parameters.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|v| v == value)
    }

    /// Is anything asked for at all?
    pub(crate) fn is_empty(&self) -> bool {
        self.get("q").is_empty() && FIELDS.iter().all(|f| self.get(f).is_empty())
    }

    /// The parameters that are filters, each once for each value.
    pub(crate) fn filters(&self) -> impl Iterator<Item = (&str, &str)> {
        let is_filter = |name: &str| name == "q" || FIELDS.contains(&name);
        self.parameters.iter().map(|(n, v)| (n.as_str(), v.as_str())).filter(move |(n, _)| is_filter(n))
    }

    /// The question in the language of `polybius query`.
    pub(crate) fn compose(&self, world: &World) -> Composed {
        let mut text = self.get("q").to_owned();
        let mut fields = vec![("q", 0..text.len())];
        for field in FIELDS {
            let values: Vec<String> = self
                .all(field)
                .map(|value| {
                    let code = COUNTRIES.contains(&field).then(|| world.code(value)).flatten();
                    // a quotation mark cannot be part of a value
                    let value = code.unwrap_or(value).replace('"', " ");
                    let plain = value.chars().all(|c| c.is_alphanumeric() || "-./_".contains(c));
                    if plain { value } else { format!("\"{value}\"") }
                })
                .collect();
            if values.is_empty() {
                continue;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            let start = text.len();
            text += &format!("{field}:{}", values.join(","));
            fields.push((field, start..text.len()));
        }
        Composed { text, fields }
    }

    /// Where the page begins: behind the event of `after=DAY_NUMBER`.
    pub(crate) fn after(&self) -> Result<Option<Position>, Fault> {
        let after = self.get("after");
        if after.is_empty() {
            return Ok(None);
        }
        let position = after
            .split_once('_')
            .and_then(|(day, number)| Some(Position { day: day.to_owned(), number: number.parse().ok()? }));
        position.map(Some).ok_or_else(|| {
            Fault::Bad(
                "`after` is not where a page of this site ends; leave it out to begin at the first page.".to_owned(),
            )
        })
    }

    /// Is the oldest event asked for first?
    pub(crate) fn oldest(&self) -> bool {
        self.get("order") == "oldest"
    }

    /// The filters as the end of an address, without those that `drop` says, with more.
    pub(crate) fn address(&self, drop: impl Fn(&str, &str) -> bool, more: &[(&str, &str)]) -> String {
        let order = if self.oldest() { vec![("order", "oldest")] } else { Vec::new() };
        let pairs = self.filters().filter(|(n, v)| !drop(n, v)).chain(order).chain(more.iter().copied());
        let pairs: Vec<String> = pairs.map(|(n, v)| format!("{n}={}", encode(v))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }
}

impl Composed {
    /// The field of the form in which the error stands.
    pub(crate) fn field_of(&self, error: &QueryError) -> Option<&'static str> {
        self.fields.iter().find(|(_, range)| range.contains(&error.start)).map(|(field, _)| *field)
    }

    pub(crate) fn parse(&self) -> Result<Query, QueryError> {
        Query::parse(&self.text)
    }
}

/// An event's place in the order, as `after` has it.
pub(crate) fn cursor(position: &Position) -> String {
    format!("{}_{}", position.day, position.number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polybius_actors::{File, Tables};

    fn world() -> World {
        let (tables, _) =
            Tables::read(&[File::new("actors/countries.tsv", "RUS\tRU\tRussia\t\tRussian\tMoscow\n")], &[]);
        World::new(&tables)
    }

    #[test]
    fn the_form_becomes_one_question() {
        let ask = Ask::new(Some(
            "q=gas+-status%3Afuture&actor=russia&event=ACCUSE&event=REJECT&publisher=The+%22Times%22&x=1",
        ));
        let composed = ask.compose(&world());
        assert_eq!(composed.text, "gas -status:future actor:RUS event:ACCUSE,REJECT publisher:\"The  Times \"");
        assert!(composed.parse().is_ok());
        assert_eq!(
            ask.address(|n, v| n == "event" && v == "REJECT", &[("after", "2013-01-01_7")]),
            "?q=gas%20-status%3Afuture&actor=russia&event=ACCUSE&publisher=The%20%22Times%22&after=2013-01-01_7"
        );
    }

    #[test]
    fn an_error_is_told_to_its_field() {
        let composed = Ask::new(Some("q=gas&since=2013-13")).compose(&world());
        let error = composed.parse().expect_err("no such month");
        assert_eq!(composed.field_of(&error), Some("since"));
    }

    #[test]
    fn no_value_breaks_out_of_its_term() {
        for attack in ["x\" event:ASSAULT \"", "\"", "a,b", "-x:y", "\u{0}"] {
            let composed = Ask::new(Some(&format!("publisher={}", encode(attack)))).compose(&world());
            let Ok(query) = composed.parse() else { continue };
            assert!(!query.is_empty(), "{attack}");
            assert!(composed.text.matches('"').count() <= 2, "{}", composed.text);
        }
    }
}
