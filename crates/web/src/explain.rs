//! A pasted text, coded and explained. Nothing of it is kept.

use crate::Site;
use crate::fault::Fault;
use crate::format::category;
use crate::guard::BODY;
use crate::page::{Page, page};
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use polybius_coder::Document;
use polybius_reader::{Defaults, parse_date, read_stream};
use polybius_syntax::Tree;
use polybius_text::Article;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The longest text, in characters.
const LONGEST: usize = 20_000;

/// Texts coded at once: each takes a processor.
static CODING: Semaphore = Semaphore::const_new(2);

#[derive(Default)]
struct Given {
    text: String,
    date: String,
    why_not: String,
}

pub(crate) async fn form(State(site): State<Arc<Site>>) -> Markup {
    show_form(&site, &Given::default(), None, html! {})
}

pub(crate) async fn show(State(site): State<Arc<Site>>, body: Body) -> Result<Response, Fault> {
    let Ok(body) = to_bytes(body, BODY).await else {
        return Err(Fault::Bad(format!(
            "The text is too long; at most {LONGEST} characters can be explained at once."
        )));
    };
    let mut given = Given::default();
    for (name, value) in form_urlencoded::parse(&body) {
        match &*name {
            "text" => given.text = value.into_owned(),
            "date" => given.date = value.trim().to_owned(),
            "why_not" => given.why_not = value.trim().to_owned(),
            _ => {}
        }
    }
    let length = given.text.chars().count();
    let wrong = if given.text.trim().is_empty() {
        Some("Paste a text first.".to_owned())
    } else if length > LONGEST {
        Some(format!(
            "The text has {length} characters; at most {LONGEST} can be explained at once. Take a part of it."
        ))
    } else if !given.date.is_empty() && parse_date(&given.date).is_none() {
        Some(format!("“{}” is no day; write YYYY-MM-DD, or leave it out.", given.date))
    } else {
        None
    };
    if let Some(wrong) = wrong {
        let body = show_form(&site, &given, Some(&wrong), html! {});
        return Ok((StatusCode::BAD_REQUEST, body).into_response());
    }
    let permit = CODING.acquire().await.map_err(|_| Fault::Busy)?;
    let shared = site.clone();
    let task = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let told = explanation(&shared, &given);
        (given, told)
    });
    let (given, told) = task.await.map_err(|_| Fault::Broken)?;
    Ok(match told {
        Ok(told) => show_form(&site, &given, None, told).into_response(),
        Err(wrong) => (StatusCode::BAD_REQUEST, show_form(&site, &given, Some(&wrong), html! {})).into_response(),
    })
}

fn show_form(site: &Site, given: &Given, wrong: Option<&str>, told: Markup) -> Markup {
    let categories = site.coder.lexicon().terms();
    let body = html! {
        p.lead { "Paste a text to see which events are coded in it, and why. It stays on this machine and is not stored." }
        form.explain method="post" action="/explain" {
            div.field {
                label for="text" { "Text" }
                textarea #text name="text" rows="7" required maxlength=(LONGEST) aria-invalid=[wrong.map(|_| "true")]
                    aria-describedby=[wrong.map(|_| "error")] { "\n" (given.text) }
            }
            div.row {
                div.field {
                    label for="date" { "Day of publication" }
                    input #date name="date" value=(given.date) placeholder="YYYY-MM-DD" size="12";
                }
                div.field {
                    label for="why_not" { "What to tell" }
                    select #why_not name="why_not" {
                        option value="" { "why its events were coded" }
                        @for (_, c) in categories.iter().filter(|(kind, _)| *kind == "event") {
                            option value=(c) selected[given.why_not == **c] { "why a sentence has no " (category(c)) }
                        }
                    }
                }
                button type="submit" { "Explain" }
            }
        }
        @if let Some(wrong) = wrong { div.problem role="alert" { p #error { (wrong) } } }
        (told)
    };
    page(Page { title: "Explain", here: "/explain", ..Page::default() }, body)
}

fn explanation(site: &Site, given: &Given) -> Result<Markup, String> {
    let defaults = Defaults { date: parse_date(&given.date), ..Defaults::default() };
    // as `polybius explain` reads it, with titles and captions told from the story; but never as JSON Lines
    let mut read: Option<Article> = None;
    if !given.text.trim_start().starts_with('{') {
        read_stream(given.text.as_bytes(), "text", &defaults, &mut |article| read = read.take().or(article.ok()));
    }
    let mut article = read.unwrap_or_else(|| Article::from_lines("text", given.text.clone()));
    article.date = article.date.or(defaults.date);
    let why_not = (!given.why_not.is_empty()).then_some(given.why_not.as_str());
    let told = site.coder.explain(&article, false, why_not).map_err(|e| e.to_string())?;
    let document = Document::new(&article, site.coder.model(), site.coder.lexicon());
    let sentences = sentences(&told);
    let events: usize = sentences.iter().map(|s| s.parts.iter().filter(|p| !p.lines.is_empty()).count()).sum();
    Ok(html! {
        section aria-labelledby="told" {
            h2 #told {
                (crate::format::counted(sentences.len() as u64, "sentence", "sentences"))
                @if why_not.is_none() { ", " (crate::format::counted(events as u64, "event", "events")) }
            }
            @if sentences.is_empty() { p { "No sentence of a story was found in this text: a title, a caption or a byline is not coded." } }
            ol.sentences {
                @for (i, sentence) in sentences.iter().enumerate() {
                    li {
                        p.sentence { (sentence.text) }
                        @for part in &sentence.parts {
                            @if part.lines.is_empty() { p.faint { (part.head) } }
                            @else {
                                div.told {
                                    h3 { (part.head) }
                                    dl { @for (name, value) in &part.lines { div { dt { (name) } dd { (value) } } } }
                                }
                            }
                        }
                        @if let Some(parsed) = document.sentences.get(i) {
                            details.tree {
                                summary { "Parse tree" }
                                div.scroll tabindex="0" role="region" aria-label={ "Parse tree of sentence " (i + 1) } { (tree(&parsed.tree)) }
                            }
                        }
                    }
                }
            }
        }
    })
}

/// A sentence of an explanation: its text, and what is told of it.
#[derive(Debug, Default, PartialEq)]
struct Told<'t> {
    text: &'t str,
    parts: Vec<Part<'t>>,
}

/// An event, or a remark, with its lines "Actor: ...".
#[derive(Debug, PartialEq)]
struct Part<'t> {
    head: &'t str,
    lines: Vec<(&'t str, &'t str)>,
}

/// Takes apart what [`Coder::explain`](polybius_coder::Coder::explain) writes: a numbered sentence, events set in by three, their lines by five.
fn sentences(told: &str) -> Vec<Told<'_>> {
    let mut all: Vec<Told> = Vec::new();
    for line in told.lines().filter(|l| !l.trim().is_empty()) {
        if let Some(line) = line.strip_prefix("     ") {
            let (name, value) = line.split_once(": ").unwrap_or(("", line));
            if let Some(part) = all.last_mut().and_then(|s| s.parts.last_mut()) {
                part.lines.push((name, value));
            }
        } else if let Some(head) = line.strip_prefix("   ") {
            if let Some(sentence) = all.last_mut() {
                sentence.parts.push(Part { head, lines: Vec::new() });
            }
        } else {
            let text = line.split_once(". ").map_or(line, |(_, text)| text);
            all.push(Told { text, parts: Vec::new() });
        }
    }
    all
}

/// A tree as arcs over the words: each from the head to the word, with the relation on it.
fn tree(tree: &Tree) -> Markup {
    const LEVEL: f64 = 26.0;
    let n = tree.words.len();
    let arcs: Vec<(usize, usize, usize)> =
        tree.words.iter().enumerate().filter_map(|(i, w)| Some((i.min(w.head?), i.max(w.head?), i))).collect();
    // an arc goes over those inside it
    let mut by_length = arcs.clone();
    by_length.sort_by_key(|(a, b, _)| b - a);
    let mut levels: Vec<(usize, usize, usize, usize)> = Vec::new();
    for (a, b, word) in by_length {
        let below = levels.iter().filter(|(c, d, ..)| a <= *c && *d <= b).map(|l| l.3).max();
        levels.push((a, b, word, below.map_or(1, |l| l + 1)));
    }
    let most = levels.iter().map(|l| l.3).max().unwrap_or(1);
    let mut x = 8.0;
    let mut centres = Vec::with_capacity(n);
    for word in &tree.words {
        let width = (word.form.chars().count().max(5) as f64) * 8.6 + 18.0;
        centres.push(x + width / 2.0);
        x += width;
    }
    let base = most as f64 * LEVEL + 26.0;
    let at = |v: f64| format!("{v:.1}");
    html! {
        svg.parse viewBox={ "0 0 " (at(x + 8.0)) " " (at(base + 46.0)) } width=(at(x + 8.0)) height=(at(base + 46.0)) role="img"
            aria-label={ "Words and their heads: " @for w in &tree.words { (w.form) " " (w.deprel) " of " (w.head.map_or("the sentence", |h| &tree.words[h].form)) "; " } } {
            @for (i, word) in tree.words.iter().enumerate() {
                text.word.root[word.head.is_none()] x=(at(centres[i])) y=(at(base + 16.0)) text-anchor="middle" { (word.form) }
                text.pos x=(at(centres[i])) y=(at(base + 34.0)) text-anchor="middle" { (word.upos) }
            }
            @for (a, b, word, level) in &levels {
                @let head_left = *a != *word;
                // several arcs of a word stand side by side
                @let (left, right) = (centres[*a] + 5.0, centres[*b] - 5.0);
                @let top = base - *level as f64 * LEVEL;
                path.arc d={ "M" (at(left)) " " (at(base)) "V" (at(top + 8.0)) "Q" (at(left)) " " (at(top)) " " (at(left + 8.0)) " " (at(top))
                    "H" (at(right - 8.0)) "Q" (at(right)) " " (at(top)) " " (at(right)) " " (at(top + 8.0)) "V" (at(base)) } {}
                @let tip = if head_left { right } else { left };
                path.tip d={ "M" (at(tip - 4.0)) " " (at(base - 7.0)) "L" (at(tip)) " " (at(base)) "L" (at(tip + 4.0)) " " (at(base - 7.0)) "Z" } {}
                text.rel x=(at((left + right) / 2.0)) y=(at(top - 4.0)) text-anchor="middle" { (tree.words[*word].deprel) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explanations_are_taken_apart() {
        let told = "1. France met Turkey.\n   CONSULT: France [FRA] \"met\"\n     Why: \"met\" is: so.\n     When: no.\n\n2. A. B.\n   No event.\n\n";
        let all = sentences(told);
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].parts[0].lines, [("Why", "\"met\" is: so."), ("When", "no.")]);
        assert_eq!((all[1].text, all[1].parts[0].head), ("A. B.", "No event."));
    }
}
