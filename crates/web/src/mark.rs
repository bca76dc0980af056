//! An article's text with what was found in it marked in place. Spans may overlap, so that the text is cut wherever one begins or ends.

use crate::format::{category, quad};
use maud::{Markup, html};
use polybius_store::EventRow;

/// What words are to the events of their article, in the order of importance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Trigger,
    Actor,
    Recipient,
    Source,
    Place,
    Date,
    Cue,
}

impl Kind {
    pub(crate) const ALL: [(Kind, &str, &str); 7] = [
        (Kind::Trigger, "trigger", "what happened"),
        (Kind::Actor, "actor", "who did it"),
        (Kind::Recipient, "recipient", "to whom"),
        (Kind::Source, "source", "on whose word"),
        (Kind::Place, "place", "where"),
        (Kind::Date, "date", "when"),
        (Kind::Cue, "cue", "says so"),
    ];

    fn class(self) -> &'static str {
        Kind::ALL[self as usize].1
    }
}

/// Words that are something; offsets in code points.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind,
    /// The event, counted from 0 in its article.
    pub(crate) event: Option<usize>,
}

/// The marks of an article's events.
pub(crate) fn of_events(events: &[EventRow]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (index, e) in events.iter().enumerate() {
        let mut push = |start: i64, end: i64, kind| {
            if let (Ok(start), Ok(end)) = (usize::try_from(start), usize::try_from(end)) {
                marks.push(Mark { start, end, kind, event: Some(index) });
            }
        };
        push(e.start, e.end, Kind::Trigger);
        for (side, kind) in [(&e.actor, Kind::Actor), (&e.recipient, Kind::Recipient), (&e.attribution, Kind::Source)] {
            side.iter().for_each(|p| push(p.start, p.end, kind));
        }
        if let Some(place) = &e.place {
            push(place.start, place.end, Kind::Place);
        }
    }
    marks
}

/// Finds the bytes of code points.
pub(crate) struct Text<'t> {
    text: &'t str,
    /// The byte where each code point begins, and the end.
    bytes: Vec<usize>,
}

impl<'t> Text<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Text { text, bytes: text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect() }
    }

    /// The words between two code points; what lies beyond the text is cut off.
    pub(crate) fn slice(&self, start: usize, end: usize) -> &'t str {
        let last = self.bytes.len() - 1;
        let (start, end) = (start.min(last), end.min(last));
        if start < end { &self.text[self.bytes[start]..self.bytes[end]] } else { "" }
    }
}

/// The words from `start` to `end` with the marks among them. The first words of a trigger lead to its card and can be led to.
pub(crate) fn marked(text: &Text, start: usize, end: usize, marks: &[Mark], events: &[EventRow]) -> Markup {
    let here: Vec<&Mark> = marks.iter().filter(|m| m.start < end && start < m.end && m.start < m.end).collect();
    let mut cuts: Vec<usize> =
        here.iter().flat_map(|m| [m.start.max(start), m.end.min(end)]).chain([start, end]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    html! {
        @for cut in cuts.windows(2) {
            @let covering: Vec<&Mark> = here.iter().filter(|m| m.start <= cut[0] && cut[1] <= m.end).copied().collect();
            (piece(text.slice(cut[0], cut[1]), cut[0], &covering, events))
        }
    }
}

fn piece(words: &str, at: usize, marks: &[&Mark], events: &[EventRow]) -> Markup {
    if marks.is_empty() {
        return html! { (words) };
    }
    let mut kinds: Vec<Kind> = marks.iter().map(|m| m.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut classes: Vec<&str> = kinds.iter().map(|k| k.class()).collect();
    let mut numbers: Vec<usize> = marks.iter().filter_map(|m| m.event).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let lights: Vec<String> = numbers.iter().map(|n| (n + 1).to_string()).collect();
    let triggers: Vec<&Mark> = marks.iter().filter(|m| m.kind == Kind::Trigger).copied().collect();
    let first = triggers.first().and_then(|m| Some((m.event?, events.get(m.event?)?)));
    let Some((index, event)) = first else {
        return html! { span class=(classes.join(" ")) data-e=(lights.join(" ")) { (words) } };
    };
    classes.push(quad(&event.quad));
    let begins = |m: &&&Mark| m.start == at;
    let ids: Vec<usize> = triggers.iter().filter(begins).filter_map(|m| m.event).collect();
    html! {
        // words may be the trigger of several events
        @for id in ids.iter().skip(1) { span id={ "t" (id + 1) } {} }
        a id=[ids.first().map(|id| format!("t{}", id + 1))] class=(classes.join(" ")) data-e=(lights.join(" "))
            href={ "#e" (index + 1) } title=(category(&event.event)) { (words) }
    }
}

/// A sentence with its trigger marked, cut to about `limit` code points around it.
pub(crate) fn snippet(event: &EventRow, limit: usize) -> Markup {
    let text = Text::new(&event.sentence);
    let length = event.sentence.chars().count();
    let offset = |at: i64| usize::try_from(at - event.sentence_start).unwrap_or_default().min(length);
    let (start, end) = (offset(event.start), offset(event.end));
    let from = if length <= limit { 0 } else { start.saturating_sub(limit / 2).min(length - limit) };
    let to = (from + limit).max(end).min(length);
    html! {
        @if from > 0 { "…" }
        (text.slice(from, start))
        mark.(quad(&event.quad)) { (text.slice(start, end)) }
        (text.slice(end, to))
        @if to < length { "…" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(start: usize, end: usize, kind: Kind) -> Mark {
        Mark { start, end, kind, event: Some(0) }
    }

    #[test]
    fn overlapping_marks_are_cut_and_offsets_count_code_points() {
        let text = Text::new("Çavuşoğlu <met> Lavrov");
        let marks = [mark(0, 9, Kind::Actor), mark(10, 22, Kind::Recipient), mark(16, 22, Kind::Source)];
        let shown = marked(&text, 0, 22, &marks, &[]).into_string();
        assert_eq!(
            shown,
            "<span class=\"actor\" data-e=\"1\">Çavuşoğlu</span> <span class=\"recipient\" data-e=\"1\">&lt;met&gt; </span>\
             <span class=\"recipient source\" data-e=\"1\">Lavrov</span>"
        );
    }

    #[test]
    fn no_offset_is_out_of_bounds() {
        let text = Text::new("é");
        for (start, end) in [(0, 9), (5, 9), (1, 0), (usize::MAX, usize::MAX)] {
            text.slice(start, end);
            let _ = marked(&text, 0, 1, &[mark(start, end, Kind::Place)], &[]);
        }
        assert_eq!(text.slice(0, 9), "é");
    }
}
