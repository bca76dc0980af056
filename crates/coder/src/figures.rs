//! Figures: how many were killed, wounded, detained, are missing, displaced or take part, with the words that say so.
//!
//! A quantity is read off the words ("at least 12", "dozens of", "between 10 and 15", "a policeman"); what it counts, off the tree: the
//! predicate that its noun is the patient of ("killed 12 people", "30 were wounded"), a noun that it hangs on ("the deaths of three
//! women", "the death toll rose to 27"), or a word beside it ("left 12 dead"). A figure belongs to the nearest event of its sentence that
//! it can tell of, or else to the last one before.

use crate::clause::{is_passive, prepositions};
use crate::document::Document;
use crate::event::{Event, Grounds};
use crate::lexicon::Lexicon;
use crate::mention::{Class, noun_class};
use polybius_syntax::{Tree, Upos};
use polybius_text::Span;
use serde::Serialize;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FigureKind {
    /// Dead.
    Killed,
    /// Wounded, injured, hurt.
    Wounded,
    /// Arrested, detained, taken prisoner.
    Detained,
    /// Missing.
    Missing,
    /// Driven from their homes.
    Displaced,
    /// Those who protest, and the troops that are sent.
    Participants,
}

/// How many people an event is said to have killed and so on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What is counted.
    pub kind: FigureKind,
    /// At least so many.
    pub low: Option<u64>,
    /// At most so many; the same as `low` where a number is named without "at least" or "up to".
    pub high: Option<u64>,
    /// The words.
    pub span: Span,
}

use FigureKind::{Detained, Displaced, Killed, Missing, Participants, Wounded};

impl FigureKind {
    /// Categories that it can tell of, the likeliest first.
    fn categories(self) -> &'static [&'static str] {
        match self {
            Killed | Wounded | Missing => &["ASSAULT", "COERCE", "PROTEST", "MOBILIZE"],
            Detained => &["COERCE", "PROTEST", "ASSAULT"],
            Displaced => &["ASSAULT", "COERCE", "MOBILIZE"],
            Participants => &["PROTEST", "MOBILIZE", "RETREAT", "COERCE", "ASSAULT"],
        }
    }
}

/// What a verb does to its object, or to its subject in the passive.
fn of_patient(verb: &str) -> Option<FigureKind> {
    Some(match verb {
        "kill" | "massacre" | "slay" | "murder" | "execute" | "assassinate" | "behead" | "slaughter" | "lynch" => {
            Killed
        }
        "wound" | "injure" | "hurt" | "maim" | "burn" => Wounded,
        "arrest" | "detain" | "jail" | "imprison" | "apprehend" | "capture" | "round" | "seize" | "hold" => Detained,
        "displace" | "uproot" | "evacuate" | "expel" => Displaced,
        _ => return None,
    })
}

/// What happens to the subject of a verb.
fn of_subject(verb: &str) -> Option<FigureKind> {
    Some(match verb {
        "die" | "perish" => Killed,
        "vanish" | "disappear" => Missing,
        "flee" => Displaced,
        "protest" | "march" | "rally" | "demonstrate" | "gather" | "assemble" | "strike" => Participants,
        _ => return None,
    })
}

/// Nouns and adjectives that are counted themselves ("12 deaths", "30 wounded", "40 arrests").
fn of_noun(lemma: &str) -> Option<FigureKind> {
    Some(match lemma {
        "death" | "dead" | "fatality" | "corpse" | "body" | "killing" | "murder" | "execution" | "life" => Killed,
        "wounded" | "injured" | "injury" | "hurt" => Wounded,
        "arrest" | "detention" | "detainee" => Detained,
        "missing" | "disappearance" => Missing,
        "displaced" | "homeless" => Displaced,
        "protester" | "protestor" | "demonstrator" | "marcher" | "participant" | "striker" => Participants,
        _ => return None,
    })
}

/// Nouns whose "of" tells who it befell ("the killing of three women", "a crowd of 5,000").
fn of_event(lemma: &str) -> Option<FigureKind> {
    Some(match lemma {
        "death" | "killing" | "murder" | "execution" | "massacre" | "assassination" | "slaying" | "beheading" => Killed,
        "wounding" => Wounded,
        "arrest" | "detention" | "capture" => Detained,
        "disappearance" => Missing,
        "displacement" | "evacuation" => Displaced,
        "crowd" | "rally" | "demonstration" | "protest" | "march" | "deployment" => Participants,
        _ => return None,
    })
}

/// Participles and adjectives beside a number ("12 people killed", "left 12 dead").
fn of_state(lemma: &str, form: &str) -> Option<FigureKind> {
    match form {
        "dead" => Some(Killed),
        "missing" => Some(Missing),
        "homeless" => Some(Displaced),
        _ if form.ends_with("ing") => None,
        _ => of_patient(lemma).filter(|_| lemma != "hold"),
    }
}

/// Verbs that bring troops somewhere.
const DEPLOY: &[&str] =
    &["deploy", "send", "dispatch", "mobilize", "mobilise", "move", "mass", "station", "rush", "post", "withdraw"];
/// Whom they bring.
const FORCES: &[&str] = &[
    "troop",
    "troops",
    "soldier",
    "policeman",
    "police",
    "marine",
    "fighter",
    "officer",
    "reservist",
    "guard",
    "peacekeeper",
];
/// Verbs whose subject takes part, by their object or a word behind them.
const TAKE_PART: &[(&str, &[&str])] = &[
    ("take", &["part", "street"]),
    ("join", &["protest", "rally", "march", "demonstration", "strike"]),
    ("attend", &["protest", "rally", "march", "demonstration"]),
    ("turn", &["out"]),
    ("come", &["rally", "protest", "march", "demonstration"]),
    ("fill", &["street", "square", "road"]),
];

/// A number as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Quantity {
    /// Words `start..end`, qualifiers included.
    start: usize,
    end: usize,
    low: Option<u64>,
    high: Option<u64>,
}

/// A figure before it is given to an event.
struct Found {
    figure: Figure,
    sentence: usize,
    /// The word that tells the kind.
    at: usize,
}

/// Gives each event its figures.
pub(crate) fn give(document: &Document, lexicon: &Lexicon, events: &mut [Event], grounds: &[Grounds]) {
    let found: Vec<Found> = (0..document.sentences.len()).flat_map(|s| in_sentence(document, lexicon, s)).collect();
    for f in found {
        let categories = f.figure.kind.categories();
        let suits = |e: &Event| categories.iter().position(|c| *c == e.category);
        let tree = &document.sentences[f.sentence].tree;
        let here = (0..events.len()).filter(|&i| events[i].sentence == f.sentence);
        let nearest =
            here.filter_map(|i| Some((path(tree, grounds[i].candidate.head, f.at), suits(&events[i])?, i))).min();
        let before = || {
            let recent = (0..events.len()).rev().filter(|&i| {
                (1..=BACK).contains(&f.sentence.wrapping_sub(events[i].sentence)) && !events[i].auxiliary.historical
            });
            recent.filter(|&i| suits(&events[i]).is_some_and(|rank| rank < 2)).max_by_key(|&i| events[i].sentence)
        };
        let Some(i) = nearest.map(|n| n.2).or_else(before) else { continue };
        if !events[i].figures.contains(&f.figure) {
            events[i].figures.push(f.figure);
        }
    }
}

/// Sentences that a figure looks back over for its event.
const BACK: usize = 2;

/// How many steps lead through the tree from one word to another.
fn path(tree: &Tree, a: usize, b: usize) -> usize {
    let above = |mut at: usize| {
        let mut list = vec![at];
        while let Some(up) = tree.words[at].head {
            if list.len() > tree.words.len() {
                break;
            }
            list.push(up);
            at = up;
        }
        list
    };
    let (from, to) = (above(a), above(b));
    let meeting = from.iter().enumerate().find_map(|(i, x)| Some(i + to.iter().position(|y| y == x)?));
    meeting.unwrap_or(usize::MAX)
}

fn in_sentence(document: &Document, lexicon: &Lexicon, s: usize) -> Vec<Found> {
    let tree = &document.sentences[s].tree;
    let mut found = Vec::new();
    let mut at = 0;
    while at < tree.words.len() {
        let Some(q) = quantity(tree, at) else {
            at += 1;
            continue;
        };
        at = q.end;
        let (head, noun) = counted(tree, &q);
        let is_person = noun.is_some_and(|n| is_people(tree, n, lexicon));
        // "a" alone says nothing of what is no person
        let is_article = tree.words[q.end - 1].upos == Upos::Det;
        if is_article && !is_person {
            continue;
        }
        if let Some((kind, at)) = kind(tree, &q, head, noun, is_person, is_article) {
            let last = noun.unwrap_or(head).max(q.end - 1);
            let span = document.span(s, q.start, last + 1);
            found.push(Found { figure: Figure { kind, low: q.low, high: q.high, span }, sentence: s, at });
        }
    }
    found
}

/// The nominal that a quantity is or belongs to, and the noun that says what is counted, if there is one.
fn counted(tree: &Tree, q: &Quantity) -> (usize, Option<usize>) {
    let inside = |i: usize| (q.start..q.end).contains(&i);
    let mut head = q.end - 1;
    while let Some(up) = tree.words[head].head {
        let part =
            matches!(tree.words[head].rel(), "nummod" | "det" | "compound" | "fixed" | "flat" | "advmod" | "amod");
        let nominal = matches!(tree.words[up].upos, Upos::Noun | Upos::Propn | Upos::Num | Upos::Adj);
        // "tens of thousands", "10 or 15"; but not "12 killed", whose participle is no noun
        if !inside(up) && (!part || !nominal || up < q.start || up > q.end + 6) {
            break;
        }
        head = up;
    }
    if head >= q.end {
        return (head, Some(head));
    }
    let of = |&c: &usize| tree.words[c].rel() == "nmod" && prepositions(tree, c).first().is_some_and(|p| p == "of");
    (head, (q.start..q.end).flat_map(|i| tree.children(i)).find(|c| *c >= q.end && of(c)))
}

fn is_people(tree: &Tree, noun: usize, lexicon: &Lexicon) -> bool {
    let w = &tree.words[noun];
    let lemma = w.lemma.to_lowercase();
    matches!(&*lemma, "people" | "other" | "more" | "them" | "those" | "troop" | "police" | "family")
        || of_noun(&lemma).is_some()
        || w.upos == Upos::Noun && !noun_class(&lemma, tree, noun, lexicon).and(Class::PERSON).is_empty()
}

/// What the quantity counts, and the word that says so.
fn kind(
    tree: &Tree,
    q: &Quantity,
    head: usize,
    noun: Option<usize>,
    is_person: bool,
    is_article: bool,
) -> Option<(FigureKind, usize)> {
    let word = |i: usize| &tree.words[i];
    let lemma = |i: usize| word(i).lemma.to_lowercase();
    // a number alone stands for people; a number of things does not, unless they are deaths or arrests
    let people = noun.is_none() || is_person;
    let own = noun.and_then(|n| of_noun(&lemma(n)).or_else(|| of_noun(&word(n).form.to_lowercase())));
    if let (Some(kind), Some(n)) = (own.filter(|k| *k != Participants), noun)
        && !is_article
        && !is_life_of_others(tree, n)
    {
        return Some((kind, n));
    }
    if people {
        // "50 wounded people", "12 people killed in the blast"
        for c in noun.into_iter().chain([head]).flat_map(|n| tree.children(n)) {
            let beside = match word(c).rel() {
                "amod" => true,
                "acl" => is_passive(tree, c),
                _ => false,
            };
            if let Some(kind) = of_state(&lemma(c), &word(c).form.to_lowercase()).filter(|_| beside) {
                return Some((kind, c));
            }
        }
        let mut at = head;
        for _ in 0..3 {
            let Some(up) = word(at).head else { break };
            if let Some(kind) = governed(tree, at, up) {
                return (!is_negated(tree, up) || q.high == Some(0)).then_some((kind, up));
            }
            if word(at).rel() != "conj" {
                break;
            }
            at = up;
        }
        // "left 12 dead", "and 30 wounded", "some 50 others were hurt"
        let last = noun.unwrap_or(head).max(q.end - 1);
        let mut next = last + 1;
        while next < tree.words.len() && next <= last + 3 && matches!(word(next).upos, Upos::Aux | Upos::Adv) {
            next += 1;
        }
        if let Some(w) =
            tree.words.get(next).filter(|w| !is_article && matches!(w.upos, Upos::Adj | Upos::Verb | Upos::Noun))
        {
            let bare = tree.children(next).all(|c| !matches!(word(c).rel(), "obj" | "case" | "det"));
            if let Some(kind) = of_state(&w.lemma.to_lowercase(), &w.form.to_lowercase()).filter(|_| bare) {
                return Some((kind, next));
            }
        }
    }
    if !is_article && let Some(found) = toll(tree, head, people) {
        return Some(found);
    }
    own.filter(|_| !is_article).map(|kind| (kind, noun.unwrap_or(head)))
}

/// "bodies" that are no corpses, "lives" that are not lost: without a word that says so they tell no deaths.
fn is_life_of_others(tree: &Tree, noun: usize) -> bool {
    let w = &tree.words[noun];
    let up = w.head.map_or("", |h| &*tree.words[h].lemma);
    match &*w.lemma.to_lowercase() {
        "life" => !matches!(up, "claim" | "lose" | "cost" | "take"),
        "body" => !matches!(up, "find" | "recover" | "count" | "bring" | "pull" | "see" | "retrieve"),
        _ => false,
    }
}

/// What the word above says of the nominal `at`.
fn governed(tree: &Tree, at: usize, up: usize) -> Option<FigureKind> {
    let (w, v) = (&tree.words[at], &tree.words[up]);
    let lemma = v.lemma.to_lowercase();
    let is_noun = matches!(v.upos, Upos::Noun | Upos::Propn);
    let below = |forms: &[&str]| {
        tree.children(up)
            .any(|c| forms.contains(&&*tree.words[c].lemma.to_lowercase()) || forms.contains(&&*tree.words[c].form))
    };
    let left = || {
        let state = |c: usize| of_state(&tree.words[c].lemma.to_lowercase(), &tree.words[c].form.to_lowercase());
        tree.children(up).find_map(state)
    };
    match w.rel() {
        // "were arrested", "were shot dead"
        "nsubj" if &*w.deprel == "nsubj:pass" || is_passive(tree, up) => patient(tree, at, up).or_else(left),
        "nsubj" if v.upos == Upos::Verb => {
            let part = || TAKE_PART.iter().find(|(verb, with)| *verb == lemma && below(with)).map(|_| Participants);
            let lost = || (lemma == "lose" && below(&["life", "lives"])).then_some(Killed);
            let gone = || (lemma == "go" && below(&["missing"])).then_some(Missing);
            of_subject(&lemma).or_else(part).or_else(lost).or_else(gone)
        }
        // "twelve are dead", but not "ten were among the dead"
        "nsubj" if tree.children(up).all(|c| tree.words[c].rel() != "case") => of_state(&lemma, &v.form.to_lowercase()),
        "obj" if v.upos == Upos::Verb => {
            let forced =
                || (matches!(&*lemma, "force" | "drive") && below(&["home", "house", "flee"])).then_some(Displaced);
            let drew = || (matches!(&*lemma, "draw" | "attract") && is_protest(tree, up)).then_some(Participants);
            patient(tree, at, up).or_else(left).or_else(forced).or_else(drew)
        }
        // "detained between 10 and 15 journalists"
        "obl"
            if prepositions(tree, at).first().is_some_and(|p| matches!(&**p, "between" | "up" | "over" | "around")) =>
        {
            patient(tree, at, up)
        }
        "nmod" if is_noun => match prepositions(tree, at).first().map(String::as_str) {
            Some("of" | "by") => of_event(&lemma),
            _ => None,
        },
        _ => None,
    }
}

fn is_protest(tree: &Tree, verb: usize) -> bool {
    let is = |c: usize| matches!(&*tree.words[c].lemma, "protest" | "rally" | "march" | "demonstration" | "strike");
    tree.children(verb).any(|c| tree.words[c].rel() == "nsubj" && is(c))
}

/// What a verb does to the nominal `at`.
fn patient(tree: &Tree, at: usize, verb: usize) -> Option<FigureKind> {
    let lemma = tree.words[verb].lemma.to_lowercase();
    let noun = tree.children(at).find(|&c| tree.words[c].rel() == "nmod").unwrap_or(at);
    let of_forces = |i: usize| FORCES.contains(&&*tree.words[i].lemma.to_lowercase());
    let taken = || {
        let into = tree.children(verb).any(|c| matches!(&*tree.words[c].lemma, "custody" | "prisoner" | "captive"));
        (lemma == "take" && into).then_some(Detained)
    };
    let sent = || (DEPLOY.contains(&&*lemma) && (of_forces(at) || of_forces(noun))).then_some(Participants);
    // "hold 12 people" is more often an arrest than not only where police or a court does
    let kind = of_patient(&lemma).filter(|_| lemma != "hold" || is_passive(tree, verb));
    kind.or_else(taken).or_else(sent)
}

fn is_negated(tree: &Tree, verb: usize) -> bool {
    tree.children(verb)
        .any(|c| tree.words[c].rel() == "advmod" && matches!(&*tree.words[c].lemma, "not" | "never" | "n't"))
}

/// "The death toll rose to 27", "the number of people killed has risen to 27", "put the number of dead at 1,800", "a death toll of 12".
fn toll(tree: &Tree, head: usize, people: bool) -> Option<(FigureKind, usize)> {
    let up = tree.words[head].head?;
    let relation = tree.words[head].rel();
    if !people || !matches!(relation, "obl" | "nmod" | "obj") {
        return None;
    }
    let is_toll =
        |i: &usize| matches!(&*tree.words[*i].lemma.to_lowercase(), "toll" | "number" | "count" | "tally" | "figure");
    let told = if is_toll(&up) { Some(up) } else { tree.children(up).find(is_toll) }?;
    if relation == "obl" && !prepositions(tree, head).iter().any(|p| matches!(&**p, "to" | "at")) {
        return None;
    }
    let inside = |i: &usize| {
        let mut at = *i;
        for _ in 0..8 {
            match tree.words[at].head {
                Some(h) if h == told => return true,
                Some(h) => at = h,
                None => return false,
            }
        }
        false
    };
    let mut below = (0..tree.words.len()).filter(|i| *i != head && inside(i));
    let kind = below.find_map(|i| {
        let (lemma, form) = (tree.words[i].lemma.to_lowercase(), tree.words[i].form.to_lowercase());
        of_noun(&lemma).or_else(|| of_noun(&form)).or_else(|| of_state(&lemma, &form))
    });
    kind.or_else(|| (tree.words[told].lemma == "toll").then_some(Killed)).map(|k| (k, told))
}

/// The quantity that begins at a word.
fn quantity(tree: &Tree, at: usize) -> Option<Quantity> {
    let form = |i: usize| tree.words.get(i).map(|w| w.form.to_lowercase()).unwrap_or_default();
    let phrase = |i: usize, words: &[&str]| words.iter().enumerate().all(|(k, w)| form(i + k) == *w);
    let whole = |start: usize, end: usize, low, high| Some(Quantity { start, end, low, high });
    // "nobody was hurt", "no one"
    if form(at) == "nobody" {
        return whole(at, at + 1, Some(0), Some(0));
    }
    if phrase(at, &["no", "one"]) {
        return whole(at, at + 2, Some(0), Some(0));
    }
    if phrase(at, &["between"]) {
        let (middle, a) = number(tree, at + 1)?;
        let (end, b) = number(tree, middle + 1).filter(|_| form(middle) == "and")?;
        return whole(at, end, a.low, b.high);
    }
    for (words, bound) in QUALIFIERS {
        if !phrase(at, words) {
            continue;
        }
        let Some((end, n)) = number(tree, at + words.len()) else { continue };
        return match bound {
            Bound::Low => whole(at, end, n.low, None),
            Bound::High => whole(at, end, None, n.high.or(n.low)),
            Bound::About => {
                let (end, n) = range(tree, end, n);
                whole(at, end, n.low, n.high)
            }
        };
    }
    if let Some((end, n)) = number(tree, at) {
        let (end, n) = range(tree, end, n);
        return whole(at, end, n.low, n.high);
    }
    // "a policeman", "another soldier"
    let w = &tree.words[at];
    let singular = matches!(&*form(at), "a" | "an" | "another") && w.rel() == "det";
    if singular && w.head.is_some_and(|h| h > at && !tree.words[h].has("Number=Plur")) {
        return whole(at, at + 1, Some(1), Some(1));
    }
    None
}

/// "10 to 15", "two or three", "10-15": a number that another one follows.
fn range(tree: &Tree, end: usize, n: Number) -> (usize, Number) {
    let joins = tree.words.get(end).is_some_and(|w| matches!(&*w.form, "to" | "or" | "-" | "–"));
    match number(tree, end + 1).filter(|(_, m)| joins && m.high > n.high && n.high.is_some()) {
        Some((end, m)) => (end, Number { low: n.low, high: m.high }),
        None => (end, n),
    }
}

/// What stands before a number.
#[derive(Clone, Copy)]
enum Bound {
    Low,
    High,
    About,
}

/// Longer ones first. "Almost 200" is taken at its word, as is "some 200".
const QUALIFIERS: &[(&[&str], Bound)] = &[
    (&["no", "fewer", "than"], Bound::Low),
    (&["no", "less", "than"], Bound::Low),
    (&["not", "less", "than"], Bound::Low),
    (&["no", "more", "than"], Bound::High),
    (&["not", "more", "than"], Bound::High),
    (&["as", "many", "as"], Bound::High),
    (&["at", "least"], Bound::Low),
    (&["more", "than"], Bound::Low),
    (&["upwards", "of"], Bound::Low),
    (&["well", "over"], Bound::Low),
    (&["over"], Bound::Low),
    (&["at", "most"], Bound::High),
    (&["up", "to"], Bound::High),
    (&["fewer", "than"], Bound::High),
    (&["less", "than"], Bound::High),
    (&["under"], Bound::High),
    (&["an", "estimated"], Bound::About),
    (&["close", "to"], Bound::About),
    (&["about"], Bound::About),
    (&["around"], Bound::About),
    (&["approximately"], Bound::About),
    (&["roughly"], Bound::About),
    (&["some"], Bound::About),
    (&["nearly"], Bound::About),
    (&["almost"], Bound::About),
    (&["another"], Bound::About),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Number {
    low: Option<u64>,
    high: Option<u64>,
}

/// A number that begins at a word, and where it ends.
fn number(tree: &Tree, at: usize) -> Option<(usize, Number)> {
    let form = |i: usize| tree.words.get(i).map(|w| w.form.to_lowercase()).unwrap_or_default();
    let exact = |end: usize, n: u64| Some((end, Number { low: Some(n), high: Some(n) }));
    let many = |end: usize, n: u64| Some((end, Number { low: Some(n), high: None }));
    let first = form(at);
    // words that only tell the order of size: at least twice as many as the unit
    if let Some(tens) = ["tens", "hundreds", "dozens"].iter().position(|w| first == *w)
        && form(at + 1) == "of"
        && let Some(unit) = plural_unit(&form(at + 2))
    {
        return many(at + 3, [20, 200, 24][tens] * unit);
    }
    if let Some(unit) = plural_unit(&first) {
        return many(at + 1, 2 * unit);
    }
    match &*first {
        "dozens" => return many(at + 1, 24),
        "scores" => return many(at + 1, 40),
        "several" => return many(at + 1, 3),
        "half" if form(at + 1) == "a" && form(at + 2) == "million" => return exact(at + 3, 500_000),
        "a" | "an" => {
            return match &*form(at + 1) {
                "dozen" => exact(at + 2, 12),
                "couple" => exact(at + 2, 2),
                "few" | "handful" => many(at + 2, 3),
                "quarter" if form(at + 2) == "of" && form(at + 4) == "million" => exact(at + 5, 250_000),
                word => exact(at + 2, unit(word)?),
            };
        }
        _ => {}
    }
    // "one of the", "one man's": a pronoun
    if first == "one" && matches!(&*form(at + 1), "of" | "another" | "day" | "side") {
        return None;
    }
    let w = tree.words.get(at)?;
    // "the 1994 war", "on 12 March", "in 2015"
    let is_date = w.head.is_some_and(|h| is_month(&tree.words[h].form)) || is_month(&form(at + 1));
    if is_date {
        return None;
    }
    let mut total: u64 = 0;
    let mut part: u64 = simple(&first)?;
    let mut end = at + 1;
    let mut hundredths = decimal(&first);
    loop {
        let next = form(end);
        if let Some(n) = unit(&next) {
            part = match hundredths.take() {
                Some(h) => h * n / 100,
                None => part.checked_mul(n)?,
            };
            if n >= 1_000 {
                total = total.checked_add(part)?;
                part = 0;
            }
            end += 1;
        } else if next == "dozen" {
            part = part.checked_mul(12)?;
            end += 1;
        } else if next == "-"
            && part.is_multiple_of(10)
            && (20..100).contains(&part)
            && simple(&form(end + 1)).is_some_and(|n| n < 10)
        {
            part += simple(&form(end + 1)).unwrap_or(0);
            end += 2;
        } else if next == "and"
            && part >= 100
            && part.is_multiple_of(100)
            && words_below_hundred(&form(end + 1)).is_some()
        {
            part += words_below_hundred(&form(end + 1)).unwrap_or(0);
            end += 2;
        } else if total > 0 && part == 0 && words_below_hundred(&next).is_some() {
            part = words_below_hundred(&next).unwrap_or(0);
            end += 1;
        } else {
            break;
        }
    }
    // 1.3 of nothing
    if hundredths.is_some_and(|h| !h.is_multiple_of(100)) {
        return None;
    }
    exact(end, total.checked_add(part)?)
}

fn plural_unit(word: &str) -> Option<u64> {
    Some(match word {
        "hundreds" => 100,
        "thousands" => 1_000,
        "millions" => 1_000_000,
        _ => return None,
    })
}

fn unit(word: &str) -> Option<u64> {
    Some(match word {
        "hundred" => 100,
        "thousand" => 1_000,
        "million" => 1_000_000,
        _ => return None,
    })
}

/// "1.3" in hundredths.
fn decimal(word: &str) -> Option<u64> {
    let (whole, fraction) = word.split_once('.')?;
    let fraction = format!("{fraction:0<2}");
    whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(fraction.get(..2)?.parse().ok()?)
}

/// One word that is a number: "12", "1,800", "twelve", "forty-two".
fn simple(word: &str) -> Option<u64> {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        let digits: String = word.chars().filter(|c| *c != ',').collect();
        // "1,800" but not "1,2"
        let grouped = word.split(',').skip(1).all(|g| g.len() == 3);
        return match decimal(&digits) {
            Some(hundredths) => Some(hundredths / 100),
            None => digits.parse().ok().filter(|_| grouped),
        };
    }
    words_below_hundred(word)
}

fn words_below_hundred(word: &str) -> Option<u64> {
    const ONES: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let place = |list: &[&str], w: &str| list.iter().position(|x| *x == w).map(|i| i as u64);
    if let Some(n) = place(&ONES[1..], word) {
        return Some(n + 1);
    }
    let tens = |w: &str| place(&TENS, w).map(|n| 10 * (n + 2));
    match word.split_once('-') {
        Some((a, b)) => Some(tens(a)? + place(&ONES[1..10], b)? + 1),
        None => tens(word),
    }
}

fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    // "may" and "march" are words too, but not behind or before a number
    MONTHS.contains(&&*word.to_lowercase())
}
