//! Mentions: the nominals of a tree, with what their words tell of number, of sex and of what kind of thing they name.

use crate::entity::Match;
use crate::lexicon::{Lexicon, Named, Naming, NounClass, RoleKind};
use polybius_syntax::{Name, NameKind, Tree, Upos};

/// How a mention refers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Name,
    Description,
    Pronoun,
    /// Several, coordinated ("the president and his minister").
    Coordination,
}

/// What a mention can be, as a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Class(pub(crate) u8);

impl Class {
    pub(crate) const MAN: Class = Class(1);
    pub(crate) const WOMAN: Class = Class(2);
    /// Bodies that act: governments, companies, armed groups.
    pub(crate) const BODY: Class = Class(4);
    pub(crate) const PLACE: Class = Class(8);
    pub(crate) const THING: Class = Class(16);
    pub(crate) const PERSON: Class = Class(1 | 2);
    pub(crate) const ANY: Class = Class(31);

    pub(crate) fn and(self, other: Class) -> Class {
        Class(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Class) -> Class {
        Class(self.0 | other.0)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn within(self, other: Class) -> bool {
        self.0 & !other.0 == 0
    }
}

/// What a determiner says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Determiner {
    None,
    The,
    Demonstrative,
    Possessive,
    Indefinite,
    /// "another", "other": somebody or something else.
    Other,
    /// "each", "no", "any", "every": nobody in particular.
    Quantified,
}

fn determiner(lemma: &str) -> Determiner {
    match lemma {
        "the" | "both" => Determiner::The,
        "this" | "that" | "these" | "those" | "such" => Determiner::Demonstrative,
        "a" | "an" | "some" => Determiner::Indefinite,
        "another" | "other" => Determiner::Other,
        "each" | "every" | "no" | "any" | "either" | "neither" | "what" | "which" => Determiner::Quantified,
        _ => Determiner::None,
    }
}

/// A nominal: words `start` to `end` (exclusive) of a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    pub(crate) sentence: usize,
    pub(crate) head: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) form: Form,
    /// Lemma of the head in lower case; of a pronoun, its form.
    pub(crate) lemma: String,
    /// The words of a name; the modifiers and the head of a description; in lower case.
    pub(crate) words: Vec<String>,
    /// Adjectives, nouns and numbers before the head, and titles.
    pub(crate) modifiers: Vec<String>,
    /// What the lexicon takes a name for: two spellings of the same name have the same.
    pub(crate) identity: Option<String>,
    pub(crate) determiner: Determiner,
    /// The head word of its possessor.
    pub(crate) possessor: Option<usize>,
    /// `None` if the words do not tell.
    pub(crate) plural: Option<bool>,
    pub(crate) class: Class,
    pub(crate) quoted: bool,
    /// Of a coordination, the mentions that it coordinates.
    pub(crate) parts: Vec<usize>,
}

/// A pronoun: its person, what it can stand for, and how many.
pub(crate) struct Pronoun {
    pub(crate) person: u8,
    pub(crate) class: Class,
    pub(crate) plural: Option<bool>,
    pub(crate) reflexive: bool,
}

/// A personal pronoun by its form in lower case.
pub(crate) fn pronoun(form: &str) -> Option<Pronoun> {
    let (person, class, plural) = match form {
        "i" | "me" | "my" | "mine" | "myself" => (1, Class::PERSON, Some(false)),
        "we" | "us" | "our" | "ours" | "ourselves" => (1, Class::PERSON.or(Class::BODY), Some(true)),
        "you" | "your" | "yours" | "yourself" | "yourselves" => (2, Class::PERSON.or(Class::BODY), None),
        "he" | "him" | "his" | "himself" => (3, Class::MAN, Some(false)),
        "she" | "her" | "hers" | "herself" => (3, Class::WOMAN, Some(false)),
        "it" | "its" | "itself" => (3, Class::BODY.or(Class::PLACE).or(Class::THING), Some(false)),
        "they" | "them" | "their" | "theirs" | "themselves" | "themself" => (3, Class::ANY, Some(true)),
        _ => return None,
    };
    let reflexive = form.ends_with("self") || form.ends_with("selves");
    Some(Pronoun { person, class, plural, reflexive })
}

fn is_demonstrative(form: &str) -> bool {
    matches!(form, "this" | "that" | "these" | "those")
}

/// A tree with what hangs on each word and the range of words below it.
pub(crate) struct Shape<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) children: Vec<Vec<usize>>,
    range: Vec<(usize, usize)>,
}

impl<'t> Shape<'t> {
    pub(crate) fn new(tree: &'t Tree) -> Self {
        let n = tree.words.len();
        let mut children = vec![Vec::new(); n];
        let mut range: Vec<(usize, usize)> = (0..n).map(|i| (i, i + 1)).collect();
        for (i, w) in tree.words.iter().enumerate() {
            let mut up = w.head;
            if let Some(h) = up {
                children[h].push(i);
            }
            // a tree is no deeper than it has words
            for _ in 0..n {
                let Some(h) = up else { break };
                range[h] = (range[h].0.min(i), range[h].1.max(i + 1));
                up = tree.words[h].head;
            }
        }
        Shape { tree, children, range }
    }

    pub(crate) fn rel(&self, i: usize) -> &str {
        self.tree.words[i].rel()
    }

    pub(crate) fn child(&self, head: usize, rel: &str) -> Option<usize> {
        self.children[head].iter().copied().find(|&c| self.rel(c) == rel)
    }

    /// A word and the words coordinated with it.
    pub(crate) fn conjuncts(&self, head: usize) -> Vec<usize> {
        std::iter::once(head).chain(self.children[head].iter().copied().filter(|&c| self.rel(c) == "conj")).collect()
    }

    /// The nearest verb or predicate above a word, or the root.
    pub(crate) fn clause(&self, word: usize) -> usize {
        let mut at = word;
        for _ in 0..self.tree.words.len() {
            let Some(up) = self.tree.words[at].head else { break };
            at = up;
            if self.tree.words[at].upos == Upos::Verb || self.child(at, "cop").is_some() {
                break;
            }
        }
        at
    }

    /// The word a nominal hangs on; of one in a controlled clause ("refuses to meet it"), the verb that controls it.
    pub(crate) fn governor(&self, word: usize) -> Option<usize> {
        let mut at = self.tree.words[word].head?;
        for _ in 0..self.tree.words.len() {
            match self.tree.words[at].head {
                Some(up) if self.rel(at) == "xcomp" => at = up,
                _ => break,
            }
        }
        Some(at)
    }

    /// The words of the nominal headed by `head`, relative clauses and prepositional phrases included; its own preposition and what stands
    /// before that, coordinated words and appositions are not.
    fn extent(&self, head: usize) -> (usize, usize) {
        let words = &self.tree.words;
        let predicate = self.child(head, "cop").is_some();
        let preposition = self.children[head].iter().copied().rfind(|&c| c < head && self.rel(c) == "case");
        let (mut start, mut end) = (head, head + 1);
        for &c in self.children[head].iter().filter(|&&c| preposition.is_none_or(|p| c > p)) {
            let inside = match self.rel(c) {
                "case" => is_possessive(&words[c].form),
                "cc" | "conj" | "appos" | "parataxis" | "discourse" | "vocative" | "reparandum" | "dislocated"
                | "list" | "orphan" | "punct" | "cop" | "nsubj" | "csubj" | "aux" | "mark" | "expl" => false,
                "advmod" if is_focus(&words[c].lemma) => false,
                "advmod" | "obl" | "advcl" | "ccomp" | "obj" | "xcomp" => !predicate,
                _ => true,
            };
            if inside {
                start = start.min(self.range[c].0);
                end = end.max(self.range[c].1);
            }
        }
        let punct = |i: usize| words[i].upos == Upos::Punct;
        while start < head && punct(start) {
            start += 1;
        }
        while end > head + 1 && punct(end - 1) {
            end -= 1;
        }
        (start, end)
    }

    /// Is the word the head of a nominal that refers?
    pub(crate) fn is_mention(&self, i: usize) -> bool {
        let w = &self.tree.words[i];
        let lower = || w.form.to_lowercase();
        if &*w.deprel == "nmod:poss" {
            return w.upos != Upos::Pron && w.upos != Upos::Det || pronoun(&lower()).is_some();
        }
        let argument = matches!(
            w.rel(),
            "nsubj"
                | "obj"
                | "iobj"
                | "obl"
                | "nmod"
                | "root"
                | "conj"
                | "appos"
                | "vocative"
                | "dislocated"
                | "parataxis"
                | "xcomp"
                | "ccomp"
                | "advcl"
                | "acl"
                | "list"
                | "dep"
                | "csubj"
                | "reparandum"
        ) && &*w.deprel != "nmod:desc";
        match w.upos {
            Upos::Noun | Upos::Propn => argument || w.rel() == "compound",
            Upos::Pron | Upos::Det => {
                let lower = lower();
                argument && (pronoun(&lower).is_some() || is_demonstrative(&lower) && !w.has("PronType=Rel"))
            }
            Upos::Num => argument,
            _ => false,
        }
    }
}

/// Adverbs that say how a nominal matters and are no part of it.
fn is_focus(lemma: &str) -> bool {
    const FOCUS: [&str; 16] = [
        "only",
        "just",
        "even",
        "also",
        "too",
        "not",
        "especially",
        "particularly",
        "notably",
        "mainly",
        "mostly",
        "alone",
        "instead",
        "rather",
        "perhaps",
        "maybe",
    ];
    FOCUS.contains(&lemma)
}

fn is_possessive(form: &str) -> bool {
    matches!(form, "'s" | "’s" | "'" | "’")
}

/// Reads the mention headed by a word; `known` is the lexicon's name around that word.
pub(crate) fn read(
    shape: &Shape,
    (sentence, head): (usize, usize),
    quoted: bool,
    known: Option<&Match>,
    lexicon: &Lexicon,
) -> Mention {
    let tree = shape.tree;
    let w = &tree.words[head];
    let (start, end) = shape.extent(head);
    let lower = w.form.to_lowercase();
    let mut m = Mention {
        sentence,
        head,
        start,
        end,
        form: Form::Description,
        lemma: w.lemma.to_lowercase(),
        words: Vec::new(),
        modifiers: Vec::new(),
        identity: None,
        determiner: Determiner::None,
        possessor: None,
        plural: None,
        class: Class::ANY,
        quoted,
        parts: Vec::new(),
    };
    if matches!(w.upos, Upos::Pron | Upos::Det) {
        m.form = Form::Pronoun;
        match pronoun(&lower) {
            Some(p) => (m.class, m.plural) = (p.class, p.plural),
            None => {
                m.determiner = Determiner::Demonstrative;
                m.plural = Some(lower.ends_with("se"));
            }
        }
        m.lemma = lower;
        return m;
    }
    m.plural = match () {
        () if w.has("Number=Plur") || w.has("Number=Ptan") => Some(true),
        () if w.has("Number=Sing") => Some(false),
        () => None,
    };
    for &c in &shape.children[head] {
        let word = &tree.words[c];
        match word.rel() {
            "det" => m.determiner = determiner(&word.lemma.to_lowercase()),
            "nmod" if &*word.deprel == "nmod:poss" => {
                m.determiner = Determiner::Possessive;
                m.possessor = Some(c);
            }
            "amod" | "compound" | "nummod" | "nmod" if c < head => m.modifiers.push(word.lemma.to_lowercase()),
            _ => {}
        }
    }
    let name = tree.names.iter().find(|n| n.start <= head && head < n.end);
    if w.upos == Upos::Propn || known.is_some_and(|k| k.end - k.start > 1) {
        m.form = Form::Name;
        read_name(shape, &mut m, name, known, lexicon);
    } else {
        m.words.clone_from(&m.modifiers);
        m.words.push(m.lemma.clone());
        m.class = noun_class(&m.lemma, tree, head, lexicon);
    }
    m
}

/// The words of a name, what the lexicon takes it for, and its class.
fn read_name(shape: &Shape, m: &mut Mention, name: Option<&Name>, known: Option<&Match>, lexicon: &Lexicon) {
    let tree = shape.tree;
    let head = m.head;
    let inside = |i: usize| {
        let hangs = matches!(shape.rel(i), "flat" | "compound") && tree.words[i].head == Some(head);
        i == head || hangs || name.is_some_and(|n| n.start <= i && i < n.end)
    };
    let all: Vec<usize> = (m.start..m.end).filter(|&i| inside(i)).collect();
    m.words = all
        .iter()
        .filter(|&&i| tree.words[i].upos == Upos::Propn)
        .map(|&i| tree.words[i].form.to_lowercase())
        .collect();
    if m.words.is_empty() {
        m.words.push(tree.words[head].form.to_lowercase());
    }
    m.class = match name.map(|n| n.kind) {
        Some(NameKind::Person) => Class::PERSON,
        Some(NameKind::Organization) => Class::BODY,
        Some(NameKind::Place) => Class::PLACE.or(Class::BODY),
        Some(NameKind::Other) => Class::THING.or(Class::BODY),
        None => Class::ANY,
    };
    if let Some(meaning) = known.and_then(|k| k.meanings.first()) {
        let (identity, class) = match meaning {
            Named::Country { code, naming: Naming::Demonym, .. } => {
                (format!("{code}{PEOPLE}"), Class::PERSON.or(Class::BODY))
            }
            Named::Country { code, naming: Naming::Name, .. } => ((*code).to_owned(), Class::PLACE.or(Class::BODY)),
            Named::Country { .. } => (m.words.join(" "), Class::PLACE.or(Class::BODY)),
            Named::Person { name, .. } => ((*name).to_owned(), Class::PERSON),
            Named::Group { name, .. } => ((*name).to_owned(), Class::BODY),
        };
        m.identity = Some(identity);
        m.class = class;
    }
    if !m.class.and(Class::PERSON).is_empty() {
        let titles = shape.children[head].iter().copied().filter(|&c| c < head);
        let sex = titles.chain(all).find_map(|i| lexicon.sex_of(&tree.words[i].form));
        m.class = match sex {
            Some(NounClass::Man) => Class::MAN,
            Some(NounClass::Woman) => Class::WOMAN,
            _ => m.class,
        };
    }
    if crate::entity::is_calendar(&tree.words[head].form) {
        m.class = Class::THING;
    }
    // "the United States", "Human Rights Watch": the form of a name says little of how many it names
    let people = m.identity.as_ref().is_some_and(|i| i.ends_with(PEOPLE));
    m.plural = match () {
        () if m.class.within(Class::PERSON) => Some(m.plural.unwrap_or(false)),
        () if !people && m.class.and(Class::PERSON).is_empty() => None,
        () => m.plural,
    };
}

/// What the identity of a demonym ends with.
const PEOPLE: &str = " people";

/// Does the lexicon know a noun for one that names people, whatever else is known of them?
pub(crate) fn is_person_noun(lemma: &str, lexicon: &Lexicon) -> bool {
    let listed = lexicon.noun_classes.get(lemma);
    listed.is_some_and(|c| matches!(c, NounClass::Man | NounClass::Woman | NounClass::Person))
}

/// What a common noun names.
pub(crate) fn noun_class(lemma: &str, tree: &Tree, head: usize, lexicon: &Lexicon) -> Class {
    if let Some(class) = lexicon.noun_classes.get(lemma) {
        return match class {
            NounClass::Man => Class::MAN,
            NounClass::Woman => Class::WOMAN,
            NounClass::Person => Class::PERSON,
            NounClass::Body => Class::BODY,
            NounClass::Place => Class::PLACE.or(Class::THING),
            NounClass::Thing => Class::THING,
        };
    }
    let role =
        |term: &str| lexicon.actors.roles(term).into_iter().map(|r| r.kind).find(|kind| *kind != RoleKind::Modifier);
    let two_words = || role(&format!("{} {lemma}", tree.words[head.checked_sub(1)?].form.to_lowercase()));
    match role(lemma).or_else(two_words) {
        Some(RoleKind::Person) => return Class::PERSON,
        Some(RoleKind::Group) => return Class::PERSON.or(Class::BODY),
        Some(RoleKind::Body) => return Class::BODY,
        _ => {}
    }
    let ends = |list: &[&str]| list.iter().any(|e| lemma.ends_with(e));
    if ends(&["man", "ist", "ian", "eer"]) {
        Class::PERSON
    } else if ends(&["er", "or", "ant", "ee"]) {
        Class::PERSON.or(Class::THING)
    } else {
        Class::THING
    }
}
