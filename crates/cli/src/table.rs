//! Events as a table for people.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table};
use polybius_coder::{Event, Participant};
use polybius_text::Article;

/// The width of a table that does not go to a terminal.
const PLAIN_WIDTH: u16 = 110;

/// One article's heading and its events, fitted to the terminal.
pub fn of(article: &Article, events: &[Event], colored: bool) -> String {
    let mut heading = article.title.clone().unwrap_or_else(|| article.id.clone());
    let about: Vec<String> =
        [article.publisher.clone(), article.date.map(|d| d.to_string())].into_iter().flatten().collect();
    if !about.is_empty() {
        heading.push_str(&format!(" ({})", about.join(", ")));
    }
    let heading = if colored { format!("\u{1b}[1m{heading}\u{1b}[0m") } else { heading };
    if events.is_empty() {
        return format!("{heading}\n  no events\n");
    }
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    if colored {
        table.enforce_styling();
    } else {
        table.set_width(PLAIN_WIDTH).force_no_tty();
    }
    table.set_header(["event", "who", "to whom", "words", "when", "how real", "whose word"]);
    for e in events {
        let name = match &e.mode {
            Some(mode) => format!("{} {mode}", e.category),
            None => e.category.clone(),
        };
        let mut category = Cell::new(name);
        if colored {
            category = category.fg(color(&e.quad)).add_attribute(Attribute::Bold);
        }
        let words: Vec<String> = e.attribution.iter().map(|a| who(article, &a.who)).collect();
        table.add_row(vec![
            category,
            Cell::new(side(article, &e.actor)),
            Cell::new(side(article, &e.recipient)),
            Cell::new(flat(e.trigger.of(&article.text))),
            Cell::new(e.date.as_deref().unwrap_or("")),
            Cell::new(e.auxiliary.names().join(", ")),
            Cell::new(words.join(" < ")),
        ]);
    }
    format!("{heading}\n{table}\n")
}

fn color(quad: &str) -> Color {
    match quad {
        "verbal cooperation" => Color::Cyan,
        "material cooperation" => Color::Green,
        "verbal conflict" => Color::Yellow,
        _ => Color::Red,
    }
}

fn side(article: &Article, list: &[Participant]) -> String {
    let shown: Vec<String> = list
        .iter()
        .map(|p| {
            let code: Vec<&str> = [p.country.as_deref(), p.sector.as_deref()].into_iter().flatten().collect();
            if code.is_empty() { who(article, p) } else { format!("{} [{}]", who(article, p), code.join(" ")) }
        })
        .collect();
    shown.join(", ")
}

/// The name of a participant, or its words.
fn who(article: &Article, p: &Participant) -> String {
    p.name.clone().unwrap_or_else(|| flat(p.span.of(&article.text)))
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
