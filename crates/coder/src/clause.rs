//! Syntax made uniform: the arguments of a verb or an event noun by grammatical role, after undoing passive, relative clauses,
//! control, coordination, light verbs and nominalization.
//!
//! Roles are `subj` (who does it), `obj` (direct object, or subject of a passive), `iobj`, `poss`, `mod`, or a preposition.

use polybius_syntax::{Tree, Upos};
use std::collections::HashSet;

/// A participant position: its role and the word that heads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Argument {
    pub(crate) role: String,
    pub(crate) head: usize,
}

/// What hangs on a predicate.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) list: Vec<Argument>,
    /// Heads of its complement clauses.
    pub(crate) complements: Vec<usize>,
}

impl Arguments {
    pub(crate) fn of<'a>(&'a self, role: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.list.iter().filter(move |a| a.role == role).map(|a| a.head)
    }

    pub(crate) fn has(&self, role: &str) -> bool {
        self.of(role).next().is_some()
    }

    fn add(&mut self, role: impl Into<String>, head: usize) {
        let argument = Argument { role: role.into(), head };
        if !self.list.contains(&argument) {
            self.list.push(argument);
        }
    }
}

/// A word and the words coordinated with it.
pub(crate) fn conjuncts(tree: &Tree, head: usize) -> Vec<usize> {
    let mut all = vec![head];
    all.extend(tree.children(head).filter(|&c| tree.words[c].rel() == "conj"));
    all
}

/// Is the predicate at `verb` in the passive?
pub(crate) fn is_passive(tree: &Tree, verb: usize) -> bool {
    let w = &tree.words[verb];
    let marked =
        tree.children(verb).any(|c| matches!(&*tree.words[c].deprel, "nsubj:pass" | "aux:pass" | "csubj:pass"));
    // a bare past participle behind a noun ("soldiers killed in the attack") or at the head of a headline
    let reduced =
        w.rel() == "acl" && &*w.deprel != "acl:relcl" && is_past_participle(tree, verb) && !is_misread_main(tree, verb);
    marked
        || reduced
        || is_passive_conjunct(tree, verb)
        || (w.rel() == "advcl" && is_past_participle(tree, verb) && !has_subject(tree, verb) && !has_object(tree, verb))
}

/// "was convicted and sentenced": a bare participle behind a passive verb shares its auxiliary.
fn is_passive_conjunct(tree: &Tree, verb: usize) -> bool {
    let w = &tree.words[verb];
    let bare = w.rel() == "conj" && is_past_participle(tree, verb) && !has_subject(tree, verb);
    bare && tree.children(verb).all(|c| tree.words[c].rel() != "aux")
        && w.head.is_some_and(|first| first < verb && tree.words[first].upos == Upos::Verb && is_passive(tree, first))
}

/// A full sentence has a finite verb. Where the parse makes its only verb a participle that modifies the root noun ("the premier
/// conversed with ..."), that verb is the finite one, and the root its subject.
fn is_misread_main(tree: &Tree, verb: usize) -> bool {
    let Some(root) = tree.words[verb].head.filter(|&h| tree.words[h].head.is_none()) else { return false };
    let ends = tree.words.last().is_some_and(|w| matches!(w.form.as_str(), "." | "”" | "\""));
    let verbs = tree.words.iter().filter(|w| matches!(w.upos, Upos::Verb | Upos::Aux)).count();
    ends && verbs == 1 && root < verb && matches!(tree.words[root].upos, Upos::Noun | Upos::Propn)
}

fn is_past_participle(tree: &Tree, verb: usize) -> bool {
    let w = &tree.words[verb];
    w.has("VerbForm=Part") && !w.form.to_lowercase().ends_with("ing")
}

fn has_subject(tree: &Tree, verb: usize) -> bool {
    tree.children(verb).any(|c| tree.words[c].rel() == "nsubj")
}

fn has_object(tree: &Tree, verb: usize) -> bool {
    tree.children(verb).any(|c| tree.words[c].rel() == "obj")
}

/// The prepositions of a nominal ("because of" gives "because").
pub(crate) fn prepositions(tree: &Tree, nominal: usize) -> Vec<String> {
    let mut found: Vec<String> = tree
        .children(nominal)
        .filter(|&c| tree.words[c].rel() == "case")
        .map(|c| tree.words[c].form.to_lowercase())
        .filter(|f| f != "'s" && f != "’s" && f != "'" && f != "’")
        .collect();
    found.truncate(2);
    found
}

/// Nouns that carry what somebody says or does ("a lawsuit accusing ...", "a march demanding ...").
const CARRIERS: &[&str] = &[
    "appeal",
    "article",
    "bill",
    "campaign",
    "communique",
    "complaint",
    "cable",
    "declaration",
    "decree",
    "demonstration",
    "document",
    "edict",
    "email",
    "indictment",
    "law",
    "lawsuit",
    "letter",
    "manifesto",
    "march",
    "memo",
    "message",
    "motion",
    "note",
    "notice",
    "order",
    "petition",
    "post",
    "protest",
    "rally",
    "report",
    "resolution",
    "ruling",
    "sit-in",
    "speech",
    "statement",
    "strike",
    "suit",
    "text",
    "tweet",
    "ultimatum",
    "verdict",
    "video",
    "vigil",
    "vote",
    "warning",
];

/// The subject of `verb`, of its own or taken from the clause around it; `depth` guards against odd trees.
pub(crate) fn subjects(tree: &Tree, verb: usize, depth: usize) -> Vec<usize> {
    if depth > 8 {
        return Vec::new();
    }
    let passive = is_passive(tree, verb);
    if passive {
        return agents(tree, verb);
    }
    let own: Vec<usize> = tree
        .children(verb)
        .filter(|&c| &*tree.words[c].deprel != "nsubj:pass" && tree.words[c].rel() == "nsubj")
        .filter(|&c| !is_expletive(tree, c))
        .flat_map(|c| match antecedent(tree, verb, c) {
            noun if noun == c => vec![c],
            noun => described(tree, verb, noun),
        })
        .collect();
    if !own.is_empty() {
        return own;
    }
    let w = &tree.words[verb];
    let Some(governor) = w.head else { return Vec::new() };
    match w.rel() {
        "conj" | "parataxis" if tree.words[governor].upos != Upos::Noun => {
            if is_passive(tree, governor) {
                let mut all = patients(tree, governor, depth + 1);
                if all.is_empty() {
                    all = agents(tree, governor);
                }
                all
            } else {
                subjects(tree, governor, depth + 1)
            }
        }
        // "urged Israel to withdraw": the object; "promised Israel to withdraw": the subject
        "xcomp" | "ccomp" | "advcl" => {
            let subject_control =
                matches!(tree.words[governor].lemma.as_str(), "promise" | "threaten" | "vow" | "pledge" | "use");
            let objects: Vec<usize> =
                tree.children(governor).filter(|&c| matches!(tree.words[c].rel(), "obj" | "iobj")).collect();
            // "accused Russia of shelling the town", "kept the ship from leaving": the object as well
            let gerund = w.rel() == "advcl"
                && tree.children(verb).any(|m| {
                    matches!(tree.words[m].rel(), "mark" | "case")
                        && matches!(tree.words[m].lemma.as_str(), "of" | "for" | "from" | "against" | "into")
                });
            if (w.rel() == "xcomp" || gerund) && !objects.is_empty() && !subject_control {
                return objects;
            }
            if is_passive(tree, governor) {
                return patients(tree, governor, depth + 1);
            }
            if tree.words[governor].upos == Upos::Noun && w.rel() != "advcl" {
                return Vec::new();
            }
            subjects(tree, governor, depth + 1)
        }
        "acl" if &*w.deprel == "acl:relcl" => {
            if has_relative(tree, verb, "nsubj") || !tree.children(verb).any(|c| tree.words[c].rel() == "nsubj") {
                described(tree, verb, governor)
            } else {
                Vec::new()
            }
        }
        // "militants fighting in Syria", "the decision to withdraw" (whose subject is the noun's owner)
        "acl"
            if w.form.to_lowercase().ends_with("ing")
                && !tree.children(verb).any(|c| tree.words[c].rel() == "mark") =>
        {
            // "is among those calling for a truce": whoever is
            if tree.words[governor].lemma == "that" && tree.children(governor).any(|c| tree.words[c].rel() == "cop") {
                let of_copula: Vec<usize> =
                    tree.children(governor).filter(|&c| tree.words[c].rel() == "nsubj").collect();
                if !of_copula.is_empty() {
                    return of_copula;
                }
            }
            // "a report accusing the army": whoever reported
            let owners = if CARRIERS.contains(&tree.words[governor].lemma.as_str()) {
                noun_owner(tree, governor, depth + 1)
            } else {
                Vec::new()
            };
            if owners.is_empty() { vec![governor] } else { owners }
        }
        "acl" if is_misread_main(tree, verb) => vec![governor],
        "acl" => noun_owner(tree, governor, depth + 1),
        _ => Vec::new(),
    }
}

/// Who owns or does the noun: its possessor, or the subject of the verb whose object it is ("Iran's threat to ...", "made a threat to ...").
pub(crate) fn noun_owner(tree: &Tree, noun: usize, depth: usize) -> Vec<usize> {
    let owners: Vec<usize> = tree.children(noun).filter(|&c| &*tree.words[c].deprel == "nmod:poss").collect();
    if !owners.is_empty() {
        return owners;
    }
    let by = |c: &usize| {
        tree.words[*c].rel() == "nmod"
            && prepositions(tree, *c).first().is_some_and(|p| matches!(p.as_str(), "by" | "from"))
    };
    let makers: Vec<usize> = tree.children(noun).filter(by).collect();
    if !makers.is_empty() {
        return makers;
    }
    // "coalition efforts to support", "the Iranian attempt to close"
    let named = |c: &usize| {
        let w = &tree.words[*c];
        matches!(w.rel(), "compound" | "amod") && w.form.starts_with(char::is_uppercase)
    };
    let names: Vec<usize> = tree.children(noun).filter(named).collect();
    if !names.is_empty() {
        return names;
    }
    match tree.words[noun].head {
        Some(verb) if matches!(tree.words[noun].rel(), "obj" | "xcomp" | "obl") => subjects(tree, verb, depth + 1),
        _ => Vec::new(),
    }
}

fn is_expletive(tree: &Tree, word: usize) -> bool {
    tree.words[word].rel() == "expl" || tree.words[word].lemma == "there"
}

/// Whom a relative clause describes: its auxiliary or present tense says whether one of those who are coordinated or all ("the president
/// and the premier, who have met").
fn described(tree: &Tree, verb: usize, noun: usize) -> Vec<usize> {
    let number = |i: usize| {
        let w = &tree.words[i];
        // "had" and "met" do not say
        let told = w.has("VerbForm=Fin") && (w.has("Tense=Pres") || matches!(w.form.as_str(), "was" | "were"));
        told.then_some(if w.has("Number=Plur") { Some(true) } else { w.has("Number=Sing").then_some(false) }).flatten()
    };
    let several =
        number(verb).or_else(|| tree.children(verb).find_map(|c| (tree.words[c].rel() == "aux").then(|| number(c))?));
    let last = || tree.children(noun).filter(|&c| tree.words[c].rel() == "conj" && c < verb).last();
    match (several, tree.words[noun].head) {
        (Some(true), Some(first)) if tree.words[noun].rel() == "conj" && !tree.words[noun].has("Number=Plur") => {
            vec![first]
        }
        (Some(false), _) => vec![last().unwrap_or(noun)],
        _ => vec![noun],
    }
}

/// For a relative pronoun the noun it stands for, else the word itself.
fn antecedent(tree: &Tree, verb: usize, word: usize) -> usize {
    let relative = matches!(tree.words[word].form.to_lowercase().as_str(), "who" | "which" | "that" | "whom");
    if !relative {
        return word;
    }
    let mut at = verb;
    for _ in 0..4 {
        match (tree.words[at].head, &*tree.words[at].deprel) {
            (Some(h), "acl:relcl") => return h,
            (Some(h), "conj" | "xcomp" | "ccomp") => at = h,
            _ => break,
        }
    }
    word
}

fn has_relative(tree: &Tree, verb: usize, rel: &str) -> bool {
    tree.children(verb)
        .any(|c| tree.words[c].rel() == rel && tree.words[c].upos == Upos::Pron && antecedent(tree, verb, c) != c)
}

fn agents(tree: &Tree, verb: usize) -> Vec<usize> {
    let by = |c: &usize| {
        &*tree.words[*c].deprel == "obl:agent"
            || (tree.words[*c].rel() == "obl" && prepositions(tree, *c).first().is_some_and(|p| p == "by"))
    };
    let own: Vec<usize> = tree.children(verb).filter(by).collect();
    if !own.is_empty() {
        return own;
    }
    // "were stopped and searched by police"
    let next = tree.children(verb).find(|&c| c == verb + 2 && is_passive_conjunct(tree, c));
    next.map_or_else(Vec::new, |c| tree.children(c).filter(by).collect())
}

/// Whom a passive verb is done to.
fn patients(tree: &Tree, verb: usize, depth: usize) -> Vec<usize> {
    if depth > 8 {
        return Vec::new();
    }
    let own: Vec<usize> = tree
        .children(verb)
        .filter(|&c| matches!(tree.words[c].rel(), "nsubj" | "csubj") && !is_expletive(tree, c))
        .map(|c| antecedent(tree, verb, c))
        .collect();
    if !own.is_empty() {
        return own;
    }
    let w = &tree.words[verb];
    match (w.head, w.rel()) {
        (Some(governor), "acl") => vec![governor],
        (Some(governor), "conj" | "advcl" | "xcomp") if is_passive(tree, governor) => {
            patients(tree, governor, depth + 1)
        }
        (Some(governor), "conj" | "advcl" | "xcomp") => subjects(tree, governor, depth + 1),
        _ => Vec::new(),
    }
}

/// The subjects of the clauses with "if" or "unless" that hang on a verb.
pub(crate) fn subjects_of_conditions(tree: &Tree, verb: usize) -> Vec<usize> {
    let conditional =
        |c: usize| tree.children(c).any(|m| matches!(tree.words[m].lemma.as_str(), "if" | "unless" | "until"));
    let clauses = tree.children(verb).filter(|&c| tree.words[c].rel() == "advcl" && conditional(c));
    clauses.flat_map(|c| subjects(tree, c, 0)).collect()
}

/// The arguments of a verb (or of an adjective or noun with a copula).
pub(crate) fn verb_arguments(tree: &Tree, verb: usize, light_verbs: &HashSet<String>) -> Arguments {
    let mut out = Arguments::default();
    for s in subjects(tree, verb, 0) {
        out.add("subj", s);
    }
    let passive = is_passive(tree, verb);
    if passive {
        for p in patients(tree, verb, 0) {
            out.add("obj", p);
        }
    }
    for c in tree.children(verb) {
        let w = &tree.words[c];
        match w.rel() {
            "obj" => out.add("obj", antecedent(tree, verb, c)),
            "iobj" => out.add("iobj", c),
            // "said yes to a proposal"
            "ccomp" if w.upos == Upos::Intj => out.add("obj", c),
            // "said A and that B": both clauses
            "ccomp" | "xcomp" | "csubj" => out.complements.extend(conjuncts(tree, c)),
            "obl" | "nmod" => {
                let prepositions = prepositions(tree, c);
                // "killed at least 11 people" is no phrase with "at"
                let counted = matches!(
                    prepositions.first().map(String::as_str),
                    Some("at" | "about" | "around" | "over" | "up" | "than")
                ) && tree.children(c).any(|n| {
                    tree.words[n].rel() == "nummod" || matches!(tree.words[n].form.as_str(), "least" | "most")
                });
                if counted && !passive && !has_object(tree, verb) {
                    out.add("obj", c);
                    continue;
                }
                let agent = passive && prepositions.first().is_some_and(|p| p == "by");
                if !agent {
                    for p in prepositions {
                        out.add(p, c);
                    }
                }
            }
            "advcl" => {
                // "for shelling the town", "to discuss", "hinted at leaving": clauses that some frames ask for
                if let Some(mark) = tree.children(c).find(|&m| matches!(tree.words[m].rel(), "mark" | "case")) {
                    let mark = tree.words[mark].form.to_lowercase();
                    if matches!(mark.as_str(), "of" | "for" | "to" | "at" | "about") {
                        out.complements.push(c);
                    }
                }
            }
            _ => {}
        }
    }
    // a relative clause whose object is the noun before it ("the sanctions that Russia imposed")
    if tree.words[verb].deprel.as_ref() == "acl:relcl"
        && !out.has("obj")
        && !passive
        && let Some(noun) = tree.words[verb].head
        && !out.of("subj").any(|s| s == noun)
    {
        out.add("obj", noun);
    }
    // "Japan eased visa restrictions", misread as a noun with a participle before it
    if tree.words[verb].rel() == "amod"
        && !out.has("obj")
        && let Some(noun) = tree.words[verb].head
    {
        out.add("obj", noun);
    }
    // coordinated verbs share what follows the last of them ("attacked and burned the village")
    if !out.has("obj") && !passive {
        for c in tree.children(verb).filter(|&c| tree.words[c].rel() == "conj" && tree.words[c].upos == Upos::Verb) {
            let bare = !tree.children(c).any(|g| tree.words[g].rel() == "nsubj");
            if let Some(object) =
                tree.children(c).find(|&g| tree.words[g].rel() == "obj").filter(|_| bare && c == verb + 2)
            {
                out.add("obj", object);
            }
        }
    }
    // what hangs on an object or a prepositional phrase may as well hang on the verb ("impose sanctions on Iran", "arrive at an
    // agreement with Syria")
    let settings = ["subj", "iobj", "after", "before", "following", "since", "despite", "amid", "until"];
    let nominals: Vec<usize> =
        out.list.iter().filter(|a| !settings.contains(&a.role.as_str())).map(|a| a.head).collect();
    for nominal in nominals {
        if !tree_contains(tree, verb, nominal) && tree.words[verb].rel() != "amod" {
            continue;
        }
        for c in tree.children(nominal).filter(|&c| matches!(tree.words[c].rel(), "nmod" | "obl")) {
            for p in prepositions(tree, c) {
                out.add(p, c);
            }
            // one step further: "mobilized reservists for a war against Iraq"
            for g in tree.children(c).filter(|&g| tree.words[g].rel() == "nmod" && tree.words[c].upos == Upos::Noun) {
                for p in prepositions(tree, g)
                    .into_iter()
                    .filter(|p| matches!(p.as_str(), "with" | "against" | "to" | "from"))
                {
                    out.add(p, g);
                }
            }
        }
        if light_verbs.contains(&tree.words[verb].lemma) || out.complements.is_empty() {
            let clauses = tree.children(nominal).filter(|&c| {
                &*tree.words[c].deprel == "acl" && tree.children(c).any(|m| tree.words[m].rel() == "mark")
            });
            out.complements.extend(clauses);
        }
    }
    out
}

/// The noun that only counts or delimits the event noun ("a wave of attacks", "the start of talks").
fn container(tree: &Tree, noun: usize) -> Option<usize> {
    let up = tree.words[noun].head.filter(|_| tree.words[noun].rel() == "nmod")?;
    let counted = CONTAINERS.contains(&tree.words[up].lemma.as_str())
        && prepositions(tree, noun).first().is_some_and(|p| p == "of");
    counted.then_some(up)
}

/// Nouns that count or delimit the events named after their "of".
const CONTAINERS: &[&str] = &[
    "act",
    "barrage",
    "beginning",
    "campaign",
    "conclusion",
    "couple",
    "course",
    "day",
    "dozen",
    "end",
    "flurry",
    "form",
    "host",
    "hour",
    "hundred",
    "kind",
    "month",
    "number",
    "opening",
    "pair",
    "period",
    "phase",
    "raft",
    "range",
    "resumption",
    "round",
    "sequence",
    "series",
    "session",
    "set",
    "slew",
    "sort",
    "spate",
    "start",
    "stage",
    "string",
    "succession",
    "thousand",
    "type",
    "variety",
    "volley",
    "wave",
    "week",
    "year",
];

/// The verb whose object (or passive subject) the noun is, if that verb is light: "held talks", "an attack was launched".
pub(crate) fn light_verb(tree: &Tree, noun: usize, light_verbs: &HashSet<String>) -> Option<usize> {
    let mut at = container(tree, noun).unwrap_or(noun);
    if tree.words[at].rel() == "conj" {
        at = tree.words[at].head?;
    }
    let verb = tree.words[at].head?;
    let rel = &*tree.words[at].deprel;
    let object = rel == "obj"
        || rel == "nsubj:pass"
        || (rel == "nsubj" && is_passive(tree, verb))
        || (rel == "obl"
            && matches!(
                tree.words[verb].lemma.as_str(),
                "engage" | "participate" | "go" | "carry" | "come" | "take" | "embark" | "enter"
            )
            && !prepositions(tree, at)
                .iter()
                .any(|p| matches!(p.as_str(), "with" | "from" | "after" | "before" | "despite")));
    (object && light_verbs.contains(&tree.words[verb].lemma)).then_some(verb)
}

/// The arguments of an event noun: its own, and those of the light verb it hangs on.
pub(crate) fn noun_arguments(tree: &Tree, noun: usize, light_verbs: &HashSet<String>) -> Arguments {
    let mut out = Arguments::default();
    for c in tree.children(noun) {
        let w = &tree.words[c];
        match &*w.deprel {
            "nmod:poss" => out.add("poss", c),
            "amod" | "compound" | "nmod:desc" | "nmod:unmarked" => {
                out.add("mod", c);
                // "US-led invasion": the noun inside the modifier
                for g in tree
                    .children(c)
                    .filter(|&g| matches!(tree.words[g].rel(), "compound" | "obl" | "nsubj" | "amod" | "nmod"))
                {
                    out.add("mod", g);
                }
            }
            _ if matches!(w.rel(), "nmod" | "obl") => {
                for p in prepositions(tree, c) {
                    out.add(p, c);
                }
            }
            "acl" => {
                // "an attack carried out by rebels", "talks aimed at ..."
                for agent in agents(tree, c) {
                    out.add("by", agent);
                }
                // "the demand to withdraw", "the demand that Israel withdraw"
                if tree.children(c).any(|m| tree.words[m].rel() == "mark") {
                    out.complements.push(c);
                }
            }
            _ if w.rel() == "ccomp" => out.complements.push(c),
            "acl:relcl" => {}
            _ => {}
        }
    }
    // "a protest by Korea against Japan", where Japan hangs on Korea
    for a in out.list.clone() {
        if matches!(a.role.as_str(), "by" | "of" | "from" | "with") {
            for c in tree.children(a.head).filter(|&c| tree.words[c].rel() == "nmod" && c > a.head) {
                for p in
                    prepositions(tree, c).into_iter().filter(|p| matches!(p.as_str(), "against" | "to" | "on" | "with"))
                {
                    out.add(p, c);
                }
            }
        }
    }
    if let Some(around) = container(tree, noun) {
        for a in noun_arguments(tree, around, &HashSet::new()).list {
            if a.head != noun && a.role != "of" {
                out.add(a.role, a.head);
            }
        }
    }
    if let Some(verb) = light_verb(tree, noun, light_verbs) {
        let outer = verb_arguments(tree, verb, light_verbs);
        for a in outer.list {
            // what follows "of" belongs to another noun
            let own = !matches!(a.role.as_str(), "obj" | "of") && a.head != noun && !tree_contains(tree, noun, a.head);
            if own {
                out.add(a.role, a.head);
            }
        }
        out.complements.extend(outer.complements.into_iter().filter(|&c| c != noun));
    }
    out
}

/// Is `word` below `top` in the tree (or `top` itself)?
pub(crate) fn tree_contains(tree: &Tree, top: usize, word: usize) -> bool {
    let mut at = Some(word);
    let mut steps = 0;
    while let Some(w) = at {
        if w == top {
            return true;
        }
        at = tree.words[w].head;
        steps += 1;
        if steps > tree.words.len() {
            break;
        }
    }
    false
}

/// The words of a nominal without its clauses, appositions and coordinated partners: a contiguous range, end exclusive.
pub(crate) fn core(tree: &Tree, head: usize) -> (usize, usize) {
    let (mut start, mut end) = (head, head + 1);
    let mut stack = vec![head];
    while let Some(at) = stack.pop() {
        for c in tree.children(at) {
            let w = &tree.words[c];
            let left_out = matches!(
                w.rel(),
                "conj"
                    | "cc"
                    | "appos"
                    | "parataxis"
                    | "advcl"
                    | "punct"
                    | "ccomp"
                    | "cop"
                    | "mark"
                    | "aux"
                    | "nsubj"
                    | "csubj"
                    | "dep"
                    | "discourse"
                    | "advmod"
                    | "obl"
                    | "expl"
                    | "obj"
                    | "xcomp"
            ) && !(matches!(w.rel(), "punct" | "advmod" | "obl") && c < head && at != head)
                && !(w.rel() == "advmod" && c < head && tree.words[at].upos == Upos::Noun);
            if left_out || w.rel() == "acl" || (at == head && w.rel() == "case") {
                continue;
            }
            // a prepositional phrase behind the head counts if it is close ("the president of Syria")
            if w.rel() == "nmod"
                && c > head
                && !prepositions(tree, c)
                    .iter()
                    .any(|p| matches!(p.as_str(), "of" | "for" | "in" | "from" | "at" | "to"))
                && w.rel() == &*w.deprel
            {
                continue;
            }
            start = start.min(c);
            end = end.max(c + 1);
            stack.push(c);
        }
    }
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polybius_syntax::{Model, Tree};
    use std::sync::LazyLock;

    static MODEL: LazyLock<Model> = LazyLock::new(Model::embedded);

    fn parse(text: &str) -> Tree {
        MODEL.parse(&[text.split(' ').collect::<Vec<_>>()]).remove(0)
    }

    fn roles(text: &str, verb: &str) -> String {
        let tree = parse(text);
        let at = tree.words.iter().position(|w| w.form == verb).unwrap();
        let light = HashSet::from(["hold".to_owned(), "launch".to_owned()]);
        let arguments = if tree.words[at].upos == Upos::Noun {
            noun_arguments(&tree, at, &light)
        } else {
            verb_arguments(&tree, at, &light)
        };
        let mut all: Vec<String> =
            arguments.list.iter().map(|a| format!("{}={}", a.role, tree.words[a.head].form)).collect();
        all.sort();
        all.join(" ")
    }

    #[test]
    fn active_passive_and_reduced_relatives_agree() {
        assert_eq!(roles("Rebels attacked the village .", "attacked"), "obj=village subj=Rebels");
        assert_eq!(roles("The village was attacked by rebels .", "attacked"), "obj=village subj=rebels");
        assert_eq!(
            roles("Police arrested protesters who attacked the soldiers .", "attacked"),
            "obj=soldiers subj=protesters"
        );
    }

    #[test]
    fn coordinated_participles_share_the_passive() {
        assert_eq!(roles("The rebel was convicted and sentenced .", "sentenced"), "obj=rebel");
        assert_eq!(roles("Two men were stopped and searched by police .", "stopped"), "obj=men subj=police");
        assert_eq!(roles("He was arrested and left the town .", "left"), "obj=town subj=He");
    }

    #[test]
    fn a_plural_relative_clause_describes_all() {
        assert_eq!(roles("Egypt and Sudan , which have attacked Chad , agreed .", "attacked"), "obj=Chad subj=Egypt");
        assert_eq!(roles("Egypt and Sudan , which has attacked Chad , agreed .", "attacked"), "obj=Chad subj=Sudan");
    }

    #[test]
    fn control_and_coordination_pass_the_subject_on() {
        assert_eq!(roles("Turkey urged Israel to attack Iran .", "attack"), "obj=Iran subj=Israel");
        assert_eq!(roles("Turkey accused Israel of attacking Iran .", "attacking"), "obj=Iran subj=Israel");
        assert_eq!(roles("Soldiers entered the town and arrested two men .", "arrested"), "obj=men subj=Soldiers");
    }

    #[test]
    fn light_verbs_and_nominalizations() {
        assert_eq!(roles("France held talks with Iran .", "talks"), "subj=France with=Iran");
        assert_eq!(roles("The world condemned Russia 's invasion of Georgia .", "invasion"), "of=Georgia poss=Russia");
    }
}
