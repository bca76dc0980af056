//! The coder explains itself: for each sentence its tree, its events, and the frame and example behind each.

use crate::{Basis, Coder, Document, Event, Participant};
use polybius_syntax::WordSpan;
use polybius_text::Article;
use std::fmt::Write;

pub(crate) fn explain(coder: &Coder, article: &Article) -> String {
    let document = Document::new(article, &coder.model, &coder.lexicon);
    let (events, _) = coder.code_document(&document);
    let chains = coder.coreference(&document);
    let words = |m: WordSpan| document.span(m.sentence, m.start, m.end).of(&article.text);
    let mut out = String::new();
    // writing to a String cannot fail: the results below are dropped
    for (s, sentence) in document.sentences.iter().enumerate() {
        let _ = writeln!(
            out,
            "{}. {}",
            s + 1,
            sentence.span.of(&article.text).split_whitespace().collect::<Vec<_>>().join(" ")
        );
        for (i, w) in sentence.tree.words.iter().enumerate() {
            let head = w.head.map_or("-", |h| sentence.tree.words[h].form.as_str());
            let _ =
                writeln!(out, "   {:>3} {:<18} {:<18} {:<6} {:<12} {head}", i + 1, w.form, w.lemma, w.upos, w.deprel);
            let light = &coder.lexicon.light_verbs;
            let arguments = if w.upos == polybius_syntax::Upos::Verb {
                crate::clause::verb_arguments(&sentence.tree, i, light)
            } else {
                continue;
            };
            let shown: Vec<String> =
                arguments.list.iter().map(|a| format!("{}={}", a.role, sentence.tree.words[a.head].form)).collect();
            if !shown.is_empty() {
                let _ = writeln!(out, "       clause: {} [{}]", w.lemma, shown.join(", "));
            }
        }
        for pair in chains.iter().flat_map(|c| c.windows(2)).filter(|p| p[1].sentence == s) {
            let _ = writeln!(out, "   {} = {} (sentence {})", words(pair[1]), words(pair[0]), pair[0].sentence + 1);
        }
        for event in events.iter().filter(|e| e.sentence == s) {
            explain_event(coder, article, event, &mut out);
        }
        out.push('\n');
    }
    out
}

fn explain_event(coder: &Coder, article: &Article, e: &Event, out: &mut String) {
    let side = |list: &[Participant]| {
        let shown: Vec<String> = list.iter().map(|p| describe(article, p)).collect();
        if shown.is_empty() { "-".to_owned() } else { shown.join(" + ") }
    };
    let mode = e.mode.as_ref().map_or(String::new(), |m| format!(" {m}"));
    let _ = writeln!(out, "   => {}{mode}: {} > {}", e.category, side(&e.actor), side(&e.recipient));
    let _ = writeln!(out, "      trigger \"{}\"; {}", e.trigger.of(&article.text), e.quad);
    if !e.context.is_empty() {
        let _ = writeln!(out, "      contexts: {}", e.context.join(", "));
    }
    let aux = e.auxiliary.names();
    if !aux.is_empty() {
        let _ = writeln!(out, "      how real: {}", aux.join(", "));
    }
    for a in &e.attribution {
        let _ = writeln!(out, "      on the word of {} ({})", describe(article, &a.who), a.kind);
    }
    if let Some(date) = &e.date {
        let _ = writeln!(out, "      when: {date}");
    }
    if let Some(place) = &e.place {
        let known = place.country.as_deref().unwrap_or("no country");
        let basis = match place.basis {
            Basis::Text => "",
            Basis::Dateline => ", from the dateline",
            Basis::Focus => ", what the article is about",
        };
        let _ = writeln!(out, "      where: {} ({known}{basis})", place.span.of(&article.text));
    }
    let (id, predicate) = e.rule.split_once(':').unwrap_or((&e.rule, ""));
    if let Some(frame) = coder.lexicon.frames().iter().find(|f| f.id == id) {
        let example = frame.verbs.get(predicate).or_else(|| frame.nouns.get(predicate)).and_then(|x| x.first());
        let example = example.map_or("", |x| x.split("=>").next().unwrap_or(x).trim());
        let _ = writeln!(out, "      rule {id}, predicate \"{predicate}\", as in: {example}");
    }
}

fn describe(article: &Article, p: &Participant) -> String {
    let code = format!("{}.{}", p.country.as_deref().unwrap_or("?"), p.sector.as_deref().unwrap_or("?"));
    match &p.name {
        Some(name) if name != p.span.of(&article.text) => format!("{} ({name}, {code})", p.span.of(&article.text)),
        _ => format!("{} ({code})", p.span.of(&article.text)),
    }
}
