//! When: time expressions, resolved against the day of publication (or the dateline's) and against the date that the article told last.
//!
//! `grammar` finds the expressions and what they mean, `tense` tells whether the clause looks back or ahead, `calendar` knows the holidays,
//! `words` are the vocabulary, `value` is what comes out. What needs another event ("three weeks after the election") is resolved where the article has dated that
//! event, and else is left without a value.

mod calendar;
mod grammar;
mod tense;
mod value;
mod words;

pub(crate) use calendar::{Holiday, Rule};
pub(crate) use value::{Amount, When};

use crate::document::{Document, ParsedSentence};
use crate::lexicon::Lexicon;
use grammar::Reader;
use jiff::civil::Date;
use polybius_syntax::{Tree, Upos, Word};
use polybius_text::Span;
use std::collections::HashMap;
use tense::{Direction, direction};
use value::{Modifier, Period, Value};

/// A time expression: words `start..end` of a sentence and what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeExpression {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// `None` where it hangs on an event that the article does not date.
    pub(crate) value: Option<Value>,
    pub(crate) modifier: Option<Modifier>,
    /// "two days after" before a clause: how much later (earlier, if negative) the clause above happens than this one.
    pub(crate) offset: Option<Amount>,
}

impl TimeExpression {
    /// As the date of an event that it is told of. What has gone on since a day or a month began then, but what has happened again and again
    /// since some year has no date more precise than the time up to `today`.
    pub(crate) fn date(&self, today: Option<Date>) -> Option<When> {
        match self.value? {
            Value::Interval(Some(from), None) if from.month().is_none() => {
                Value::Interval(Some(from), Some(Period::Day(today?))).date()
            }
            value => value.date(),
        }
    }

    /// Is it still to come, all of it or its end ("by the end of the year")?
    pub(crate) fn is_ahead(&self, today: Date) -> bool {
        let (Some(Value::Period(period)), modifier) = (self.value, self.modifier) else { return false };
        period.first().is_some_and(|first| first > today)
            || modifier == Some(Modifier::End) && period.date().and_then(When::latest).is_some_and(|last| last > today)
    }
}

/// An article's time expressions.
#[derive(Debug)]
pub(crate) struct Times {
    /// By sentence, in order.
    pub(crate) sentences: Vec<Vec<TimeExpression>>,
    /// The dateline's date and where it stands.
    dateline: Option<(Span, Value)>,
    /// The day that "today" means: the dateline's, or else the day of publication.
    pub(crate) today: Option<Date>,
}

/// A time expression as it is written out. Spans are bytes of the article's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateMention {
    /// The words.
    pub span: Span,
    /// `date`, `time`, `duration` or `set`, after TIMEX3.
    pub kind: &'static str,
    /// The value as TIMEX3 writes it, intervals as `from/to` with `..` for an open end; `None` where the text does not tell.
    pub value: Option<String>,
    /// `START`, `MID` or `END` of it.
    pub modifier: Option<&'static str>,
}

/// What the article has told so far.
#[derive(Debug, Default)]
struct Told {
    /// The last day.
    day: Option<Date>,
    /// The last day of the week before publication.
    news: Option<Date>,
    /// The last period of any length.
    last: Option<Period>,
    /// The last period of any length, whatever it dates.
    named: Option<Period>,
    /// The year, before last year or after this one, that a clause of this paragraph has told of: months and days without a year are of it.
    background: Option<i16>,
    /// The day that a diary has come to ("It is Monday, May 3"): what "today" means from there on.
    now: Option<Date>,
    /// The day of a diary's beginning, that of its publication.
    first: Option<Date>,
    /// The dates of events, by the lemma of the noun that names them, or of the verb that tells of them.
    events: HashMap<String, Period>,
}

/// Verbs that tell of what happens once, and the noun for it: a clause with the one dates the other ("died on 31 May ... a week before his death").
const LIFE: [(&str, &str); 7] = [
    ("die", "death"),
    ("bear", "birth"),
    ("marry", "marriage"),
    ("resign", "resignation"),
    ("retire", "retirement"),
    ("invade", "invasion"),
    ("assassinate", "assassination"),
];

impl Told {
    /// The date of what a noun names or a verb tells.
    fn event(&self, lemma: &str) -> Option<Period> {
        let verb = LIFE.iter().find(|(_, noun)| *noun == lemma).map(|(verb, _)| *verb);
        self.events.get(lemma).or_else(|| self.events.get(verb?)).copied()
    }
}

/// How many days before publication an article may have been written by its dateline.
const DATELINE: i32 = 7;

/// The time expressions of an article. Without a day of publication, only those are resolved that need none.
pub(crate) fn find(document: &Document, lexicon: &Lexicon) -> Times {
    let article = document.article;
    let dateline = document.datelines.first().and_then(|&span| in_dateline(&article.text, span, article.date, lexicon));
    let written = match dateline {
        Some((_, Value::Period(Period::Day(day)))) => Some(day),
        _ => None,
    };
    let today = match (written, article.date) {
        (Some(day), Some(published)) if !published.since(day).is_ok_and(|s| (0..=DATELINE).contains(&s.get_days())) => {
            Some(published)
        }
        (written, published) => written.or(published),
    };
    let mut told = Told { first: today, ..Told::default() };
    let mut paragraph = 0;
    let mut in_document = |s: &ParsedSentence| {
        if s.paragraph != paragraph {
            paragraph = s.paragraph;
            // a paragraph of the news is back in the present; a text without a day of these weeks (a biography) stays in its year
            if told.news.is_some() {
                told.background = None;
            }
            // what was told of older times ends with its paragraph: back to the news
            if told.news.is_some() && told.day != told.news {
                (told.day, told.last) = (told.news, told.news.map(Period::Day));
            }
        }
        in_sentence(&s.tree, today, lexicon, &mut told)
    };
    let sentences = document.sentences.iter().map(&mut in_document).collect();
    Times { sentences, dateline, today }
}

impl Times {
    /// The expressions as they are written out, in order of the text.
    pub(crate) fn mentions(&self, document: &Document) -> Vec<DateMention> {
        let dateline = self.dateline.map(|(span, value)| (span, Some(value), None));
        let expressions =
            self.sentences.iter().enumerate().flat_map(|(s, times)| {
                times.iter().map(move |t| (document.span(s, t.start, t.end), t.value, t.modifier))
            });
        dateline
            .into_iter()
            .chain(expressions)
            .map(|(span, value, modifier)| DateMention {
                span,
                kind: value.map_or("date", Value::kind),
                value: value.map(|v| v.to_string()),
                modifier: modifier.map(Modifier::as_str),
            })
            .collect()
    }
}

/// The date in a dateline ("MOSCOW, July 22").
fn in_dateline(text: &str, span: Span, published: Option<Date>, lexicon: &Lexicon) -> Option<(Span, Value)> {
    let tokens = polybius_text::tokens(text, span);
    let word = |t: &polybius_text::Token| Word {
        form: t.span.of(text).to_owned(),
        lemma: String::new(),
        upos: Upos::X,
        feats: "_".into(),
        head: None,
        deprel: "dep".into(),
    };
    let tree = Tree { words: tokens.iter().map(word).collect(), names: Vec::new() };
    let found = in_sentence(&tree, published, lexicon, &mut Told::default());
    let first = found.iter().find_map(|t| t.value.map(|v| (t, v)))?;
    Some((tokens[first.0.start].span.join(tokens[first.0.end - 1].span), first.1))
}

fn in_sentence(tree: &Tree, today: Option<Date>, lexicon: &Lexicon, told: &mut Told) -> Vec<TimeExpression> {
    let mut found: Vec<TimeExpression> = Vec::new();
    let now = told.now.or(today);
    let mut reader = Reader::new(tree, now, &lexicon.holidays, told);
    let mut i = 0;
    while i < tree.words.len() {
        let Some(t) = reader.expression(i) else {
            i += 1;
            continue;
        };
        if let Some(period) = t.value.and_then(Value::told) {
            if let Some(day) = period.day().filter(|d| reader.is_day_of_telling(&t) && is_in_diary(*d, today)) {
                reader.told.now = Some(day);
                reader.today = Some(day);
            }
            tell(tree, &t, period, today, reader.told);
        }
        i = t.end;
        found.push(t);
    }
    found
}

/// May a diary that was published on `today` have come to this day? It is put down over weeks and published at its beginning or its end.
fn is_in_diary(day: Date, today: Option<Date>) -> bool {
    today.is_some_and(|t| day.since(t).is_ok_and(|s| (-60..=14).contains(&s.get_days())))
}

/// Does a dash stand before the expression and a bracket after it, as before and after the day of death in a biography's first sentence?
fn is_life(tree: &Tree, t: &TimeExpression) -> bool {
    let dash = t.start.checked_sub(1).is_some_and(|b| matches!(tree.words[b].form.as_str(), "-" | "–" | "—"));
    dash && tree.words.get(t.end).is_some_and(|w| w.form == ")")
}

/// Remembers the date for the nouns that the expression dates ("Sunday's vote", "elections on Sunday", "elections were held on Sunday"), and the
/// year that an adverbial sets for what follows ("In 1998 ...").
fn tell(tree: &Tree, t: &TimeExpression, period: Period, today: Option<Date>, told: &mut Told) {
    let hangs_on_noun = |i: usize| tree.words[i].head.is_some_and(|h| tree.words[h].upos == Upos::Noun);
    let Some(top) = (t.start..t.end).find(|&i| tree.words[i].head.is_none_or(|h| !(t.start..t.end).contains(&h)))
    else {
        return;
    };
    // "the coup of 1 February" dates the coup, not the story
    if told.last.is_none() || !hangs_on_noun(top) {
        told.last = Some(period);
        told.day = period.day().or(told.day);
        let recent =
            |day: &Date| today.is_some_and(|t| t.since(*day).is_ok_and(|s| (0..=DATELINE).contains(&s.get_days())));
        told.news = period.day().filter(recent).or(told.news);
    }
    // "Name (8 February 1700 – 17 March 1782)"
    let before = told.named.replace(period);
    if let (true, Some(born), Some(died)) = (is_life(tree, t), before.and_then(Period::day), period.day()) {
        told.events.insert("bear".to_owned(), Period::Day(born));
        told.events.insert("die".to_owned(), Period::Day(died));
    }
    let Some(head) = tree.words[top].head else { return };
    let word = &tree.words[head];
    // "started the 2013 season in Triple-A" tells of that year
    let season = matches!(word.lemma.as_str(), "season" | "year" | "term" | "campaign")
        && word.head.is_some_and(|h| tree.words[h].upos == Upos::Verb);
    if word.upos == Upos::Noun && !season {
        told.events.insert(word.lemma.to_lowercase(), period);
    } else if word.upos == Upos::Verb || season {
        // a text may be younger than its date: "In 2014 he was called up", of 2011
        let past = |year: &i16| {
            today.is_some_and(|t| *year < t.year() - 1 || *year > t.year())
                && (today.is_some_and(|t| *year < t.year()) || direction(tree, t.start, t.end) == Some(Direction::Back))
        };
        told.background = period.year().filter(past).or(told.background.filter(|_| period.year().is_none()));
        if LIFE.iter().any(|(verb, _)| *verb == word.lemma) {
            told.events.insert(word.lemma.clone(), period);
        }
        for c in tree.children(head).filter(|&c| matches!(tree.words[c].rel(), "nsubj" | "obj")) {
            if tree.words[c].upos == Upos::Noun {
                told.events.insert(tree.words[c].lemma.to_lowercase(), period);
            }
        }
    }
}
