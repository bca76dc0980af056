//! Numbers, days and names as people read them.

use maud::{Markup, html};
use polybius_store::{EventRow, ParticipantRow};

/// "12,345"
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 event", "2,000 events"
pub(crate) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// "22 July 2013" of "2013-07-22", "July 2013" of "2013-07", "2013"; anything else as it is.
pub(crate) fn day(date: &str) -> String {
    let mut parts = date.split('-');
    let year = parts.next().unwrap_or_default();
    let month = parts.next().and_then(|m| MONTHS.get(m.parse::<usize>().ok()?.checked_sub(1)?));
    match (month, parts.next()) {
        (Some(month), Some(day)) => format!("{} {month} {year}", day.trim_start_matches('0')),
        (Some(month), None) => format!("{month} {year}"),
        _ => date.to_owned(),
    }
}

/// A day in a page.
pub(crate) fn time(date: Option<&str>) -> Markup {
    html! {
        @match date.filter(|d| !d.is_empty()) {
            Some(date) => { time datetime=(date) { (day(date)) } }
            None => { span.faint { "no date" } }
        }
    }
}

/// A code of the ontology in words: "Consult", "third-party".
pub(crate) fn category(code: &str) -> String {
    let mut chars = code.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect())
}

/// The quad classes, with the class of their colour: cooperation is blue, conflict orange, what is said light, what is done dark.
pub(crate) const QUADS: [(&str, &str); 4] = [
    ("verbal cooperation", "vc"),
    ("material cooperation", "mc"),
    ("verbal conflict", "vx"),
    ("material conflict", "mx"),
];

/// The colour of a quad class; none for one of another ontology.
pub(crate) fn quad(name: &str) -> &'static str {
    QUADS.iter().find(|(quad, _)| *quad == name).map_or("qq", |(_, class)| class)
}

/// A participant's name, or its words.
pub(crate) fn named(who: &ParticipantRow) -> String {
    let name = who.name.as_deref().unwrap_or(&who.text);
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A participant with its codes, leading to its page.
pub(crate) fn participant(who: &ParticipantRow) -> Markup {
    let name = named(who);
    html! {
        @match &who.id {
            Some(id) => { a href=(actor_address(id)) { (name) } }
            None => { (name) }
        }
        @if who.country.is_some() || who.sector.is_some() {
            " "
            span.codes {
                @if let Some(country) = &who.country {
                    a href=(actor_address(country)) title=[who.guessed.then_some("the country is a guess")] {
                        (country) @if who.guessed { "?" }
                    }
                }
                @if let Some(sector) = who.sector.as_ref().filter(|s| who.country.as_ref() != Some(*s)) { " " (sector) }
            }
        }
    }
}

/// All of a side.
pub(crate) fn side(all: &[ParticipantRow]) -> Markup {
    html! {
        @for (i, who) in all.iter().enumerate() {
            @if i > 0 { ", " }
            (participant(who))
        }
        @if all.is_empty() { span.faint { "nobody named" } }
    }
}

/// Whether it happened, in words.
pub(crate) fn how_real(event: &EventRow) -> Option<String> {
    let word = |a: &String| match a.as_str() {
        "future" => "lies ahead",
        "hypothetical" => "may never be",
        "historical" => "background from the past",
        "negation" => "did not happen",
        _ => "is not reported as a fact",
    };
    (!event.auxiliary.is_empty()).then(|| event.auxiliary.iter().map(word).collect::<Vec<_>>().join(", "))
}

/// A part of an address.
pub(crate) fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// The address of an actor's page.
pub(crate) fn actor_address(id: &str) -> String {
    format!("/actor/{}", encode(id))
}

/// The badge of a category.
pub(crate) fn badge(event: &str, mode: Option<&str>, quad_class: &str) -> Markup {
    html! {
        span.badge.(quad(quad_class)) title=(quad_class) {
            (category(event)) @if let Some(mode) = mode { span.mode { " " (mode) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_are_formatted() {
        assert_eq!([number(0), number(999), number(1000), number(1234567)], ["0", "999", "1,000", "1,234,567"]);
        let days = ["2013-07-02", "2013-07", "2013", "", "2013-13", "2013-00"].map(day);
        assert_eq!(days, ["2 July 2013", "July 2013", "2013", "", "2013-13", "2013-00"]);
        assert_eq!(encode("a/b c?<\"é"), "a%2Fb%20c%3F%3C%22%C3%A9");
    }
}
