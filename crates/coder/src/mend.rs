//! Repairs of misparses that recur: a tree that no reader of English would draw is set right before anything is coded from it.

use crate::clause::{prepositions, tree_contains};
use crate::entity::is_calendar;
use polybius_syntax::{Tree, Upos};

/// Repairs `tree` in place; lemmas are already right.
pub(crate) fn tree(tree: &mut Tree) {
    join_acting(tree);
    name_of_country(tree);
    for word in 0..tree.words.len() {
        name_after_title(tree, word);
    }
    for word in 0..tree.words.len() {
        head_by_name(tree, word);
    }
    for verb in 0..tree.words.len() {
        if tree.words[verb].upos == Upos::Verb {
            free_name(tree, verb);
            join_subjects(tree, verb);
            name_objects(tree, verb);
        }
    }
    for verb in 0..tree.words.len() {
        free_conjunct(tree, verb);
    }
    for nominal in 0..tree.words.len() {
        if tree.words[nominal].rel() == "obl" {
            strand_preposition(tree, nominal);
            move_behind_verb(tree, nominal);
        }
    }
}

/// "US have supported": the country, unless all is in capitals.
fn name_of_country(tree: &mut Tree) {
    let shouted = !tree.words.iter().any(|w| w.form.contains(char::is_lowercase));
    for word in tree.words.iter_mut().filter(|w| w.form == "US" && w.upos == Upos::Pron && !shouted) {
        word.upos = Upos::Propn;
        word.lemma = "US".to_owned();
    }
}

/// "said his troops would free the town and warned the rebels": what is told in the past tense goes on with the verb that reports, not with
/// what lies ahead.
fn free_conjunct(tree: &mut Tree, verb: usize) {
    let past = |i: usize| tree.words[i].has("Tense=Past") && tree.words[i].has("VerbForm=Fin");
    let Some(first) = tree.words[verb].head.filter(|_| tree.words[verb].rel() == "conj" && past(verb)) else { return };
    let bare = tree.children(verb).all(|c| !matches!(tree.words[c].rel(), "nsubj" | "aux" | "mark"));
    let ahead = tree.words[first].has("VerbForm=Inf") && matches!(tree.words[first].rel(), "ccomp" | "xcomp" | "advcl");
    let reports = |r: usize| past(r) && tree.words[r].upos == Upos::Verb && r < first;
    if let Some(above) =
        tree.words[first].head.filter(|&r| bare && ahead && tree.words[verb].upos == Upos::Verb && reports(r))
    {
        tree.words[verb].head = Some(above);
    }
}

/// "agreed upon at a meeting": the first preposition belongs to the verb, the second to the meeting.
fn strand_preposition(tree: &mut Tree, nominal: usize) {
    let cases = children(tree, nominal, "case");
    let [first, second] = cases[..] else { return };
    let is = |i: usize, list: &[&str]| list.contains(&tree.words[i].form.to_lowercase().as_str());
    let behind_verb = first.checked_sub(1).filter(|&v| tree.words[v].upos == Upos::Verb);
    if let Some(verb) = behind_verb
        && second == first + 1
        && is(first, &["upon", "on", "to", "for", "over", "with", "about", "of"])
        && is(second, &["at", "during", "in", "by", "after", "before"])
    {
        tree.words[first].head = Some(verb);
        tree.words[first].deprel = "compound:prt".into();
    }
}

/// "'They will come back,' he said during a meeting": a phrase right behind a verb belongs to it, not to a verb further to the left.
fn move_behind_verb(tree: &mut Tree, nominal: usize) {
    let Some(verb) = children(tree, nominal, "case").first().and_then(|c| c.checked_sub(1)) else { return };
    let Some(head) = tree.words[nominal].head else { return };
    if tree.words[verb].upos == Upos::Verb && head < verb && verb < nominal && !tree_contains(tree, nominal, verb) {
        tree.words[nominal].head = Some(verb);
    }
}

fn children(tree: &Tree, head: usize, rel: &str) -> Vec<usize> {
    tree.children(head).filter(|&c| tree.words[c].rel() == rel).collect()
}

fn is_capitalized(tree: &Tree, word: usize) -> bool {
    tree.words[word].form.starts_with(char::is_uppercase)
}

/// "Deputy Prime Minister Qadri Jamil", with the first name as a verb: both names stand in apposition to the title.
fn name_after_title(tree: &mut Tree, word: usize) {
    let (Some(before), next) = (word.checked_sub(1), word + 1) else { return };
    let surname = tree.words.get(next).is_some_and(|w| w.upos == Upos::Propn && w.head == Some(word));
    let lower_verb = tree.words.iter().any(|w| w.upos == Upos::Verb && w.form.starts_with(char::is_lowercase));
    let title_before = matches!(tree.words[before].upos, Upos::Noun | Upos::Propn) && is_capitalized(tree, before);
    let verb = tree.words[word].upos == Upos::Verb && is_capitalized(tree, word);
    if !(surname && lower_verb && title_before && verb) {
        return;
    }
    let mut title = before;
    while let Some(up) = tree.words[title].head.filter(|&h| h < word && is_capitalized(tree, h)) {
        title = up;
    }
    if tree_contains(tree, word, title) {
        return;
    }
    let old = tree.words[word].head;
    for c in tree.children(word).collect::<Vec<_>>() {
        if c != next {
            tree.words[c].head = old.or(Some(title));
        }
    }
    tree.words[next].deprel = "flat".into();
    let w = &mut tree.words[word];
    w.upos = Upos::Propn;
    w.lemma = w.form.clone();
    w.head = Some(title);
    w.deprel = "appos".into();
}

/// "acting Dagestan head Ramazan Abdulatipov": without a comma between them the name is the head and the title its modifier.
fn head_by_name(tree: &mut Tree, title: usize) {
    if !matches!(tree.words[title].upos, Upos::Noun | Upos::Propn) {
        return;
    }
    // the name stands right behind its title and what the title holds ("Minister for Economic Affairs Qadri Jamil")
    let beside = |&c: &usize| {
        c > title
            && tree.words[c].upos == Upos::Propn
            && is_capitalized(tree, c)
            && (title + 1..c).all(|i| tree.words[i].upos != Upos::Punct && tree_contains(tree, title, i))
    };
    let mut names = children(tree, title, "appos");
    // or the parse made two subjects of them
    if tree.words[title].rel() == "nsubj"
        && let Some(verb) = tree.words[title].head
    {
        names.extend(children(tree, verb, "nsubj"));
    }
    let Some(name) = names.into_iter().find(beside) else { return };
    for c in tree.children(title).collect::<Vec<_>>() {
        if !matches!(tree.words[c].rel(), "amod" | "compound" | "nmod" | "nummod" | "advmod" | "flat") || c > name {
            tree.words[c].head = Some(name);
        }
    }
    let (head, deprel) = (tree.words[title].head, tree.words[title].deprel.clone());
    tree.words[name].head = head;
    tree.words[name].deprel = deprel;
    tree.words[title].head = Some(name);
    tree.words[title].deprel = "nmod:desc".into();
}

/// "Russia, an ally of Assad, and the United States said": the second subject is coordinated with the first.
fn join_subjects(tree: &mut Tree, verb: usize) {
    let subjects = children(tree, verb, "nsubj");
    let [first, second] = subjects[..] else { return };
    let and = tree.children(second).any(|c| tree.words[c].rel() == "cc" && tree.words[c].lemma == "and");
    if and && second < verb && tree.words[first].deprel == tree.words[second].deprel {
        tree.words[second].head = Some(first);
        tree.words[second].deprel = "conj".into();
    }
}

/// "The minister maligned Ethiopia": a name behind a verb is its object, no part of its name.
fn free_name(tree: &mut Tree, verb: usize) {
    let next = verb + 1;
    let flat = tree.words.get(next).is_some_and(|w| w.head == Some(verb) && w.upos == Upos::Propn && w.rel() == "flat");
    if flat && children(tree, verb, "obj").is_empty() && !children(tree, verb, "nsubj").is_empty() {
        tree.words[next].deprel = "obj".into();
    }
}

/// A verb's objects: one without a preposition comes first, an indirect one only beside a direct one.
fn name_objects(tree: &mut Tree, verb: usize) {
    const NAMING: &[&str] =
        &["call", "brand", "label", "name", "term", "dub", "deem", "declare", "consider", "appoint", "elect", "make"];
    // "invited the rebels to talks", with "talks" as a second object
    for c in children(tree, verb, "obj") {
        if c > verb
            && !prepositions(tree, c).is_empty()
            && tree.children(c).any(|x| x < c && tree.words[x].upos == Upos::Adp)
        {
            tree.words[c].deprel = "obl".into();
        }
    }
    let objects = children(tree, verb, "obj");
    let indirect = children(tree, verb, "iobj");
    // "gave the ambassador an ultimatum", "called off the meeting", with the last noun as an adverbial
    let bare = children(tree, verb, "obl").into_iter().find(|&c| {
        let w = &tree.words[c];
        c > verb
            && w.upos == Upos::Noun
            && prepositions(tree, c).is_empty()
            && !is_span_of_time(&w.lemma)
            && !is_calendar(&w.form)
            && !tree.children(c).any(|x| matches!(tree.words[x].upos, Upos::Num | Upos::Adp))
    });
    let naming = NAMING.contains(&tree.words[verb].lemma.as_str());
    // "what they considered a war"
    let of_what = tree.words[verb].rel() == "acl"
        && tree.words[verb].head.is_some_and(|h| tree.words[h].lemma.eq_ignore_ascii_case("what"));
    match (&objects[..], &indirect[..], bare) {
        ([only], [], _) if naming && of_what => tree.words[*only].deprel = "xcomp".into(),
        // "called the president a dictator", "branded him a liar"
        ([_, second], [], _) if naming => tree.words[*second].deprel = "xcomp".into(),
        ([], [first], Some(second)) if naming => {
            tree.words[*first].deprel = "obj".into();
            tree.words[second].deprel = "xcomp".into();
        }
        ([], [], Some(c)) if tree.children(verb).any(|x| &*tree.words[x].deprel == "compound:prt") => {
            tree.words[c].deprel = "obj".into();
        }
        ([], [_], Some(c)) => tree.words[c].deprel = "obj".into(),
        ([], [only], None) => tree.words[*only].deprel = "obj".into(),
        _ => {}
    }
}

/// Does the noun measure time ("last week", "a decade")?
pub(crate) fn is_span_of_time(lemma: &str) -> bool {
    matches!(
        lemma,
        "day" | "week" | "month" | "year" | "hour" | "minute" | "night" | "morning" | "weekend" | "time" | "decade"
    )
}

/// "Acting mayor Jane Roe said": where the parse makes "acting" a clause with the name as its object and leaves the verb behind it without
/// a subject, the name is the subject.
fn join_acting(tree: &mut Tree) {
    for i in 0..tree.words.len() {
        let w = &tree.words[i];
        let Some(verb) = w.head.filter(|&v| v > i && w.upos == Upos::Verb && w.form.eq_ignore_ascii_case("acting"))
        else {
            continue;
        };
        let objects: Vec<usize> = tree.children(i).filter(|&c| tree.words[c].rel() == "obj" && c < verb).collect();
        let Some(&name) = objects.last().filter(|_| tree.children(verb).all(|c| tree.words[c].rel() != "nsubj")) else {
            continue;
        };
        for &title in &objects[..objects.len() - 1] {
            tree.words[title].head = Some(name);
            tree.words[title].deprel = "compound".into();
        }
        tree.words[name].head = Some(verb);
        tree.words[name].deprel = "nsubj".into();
        tree.words[i].head = Some(name);
        tree.words[i].deprel = "amod".into();
        tree.words[i].upos = Upos::Adj;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polybius_syntax::Word;

    /// A tree from `form/lemma/UPOS/head/deprel`, heads 1-based with 0 for the root.
    fn drawn(words: &str) -> Tree {
        let words = words.split(' ').map(|w| {
            let f: Vec<&str> = w.split('/').collect();
            Word {
                form: f[0].to_owned(),
                lemma: f[1].to_owned(),
                upos: f[2].parse().unwrap(),
                feats: "_".into(),
                head: f[3].parse::<usize>().unwrap().checked_sub(1),
                deprel: f[4].into(),
            }
        });
        Tree { words: words.collect(), names: Vec::new() }
    }

    fn mended(words: &str) -> Vec<String> {
        let mut t = drawn(words);
        tree(&mut t);
        t.words.iter().map(|w| w.deprel.to_string()).collect()
    }

    #[test]
    fn a_lone_indirect_object_is_direct() {
        let words = "Israel/Israel/PROPN/2/nsubj warned/warn/VERB/0/root Lebanon/Lebanon/PROPN/2/iobj";
        assert_eq!(mended(words), ["nsubj", "root", "obj"]);
        let words = "Iran/Iran/PROPN/2/nsubj gave/give/VERB/0/root Iraq/Iraq/PROPN/2/iobj weapons/weapon/NOUN/2/obj";
        assert_eq!(mended(words)[2..], ["iobj", "obj"]);
    }

    #[test]
    fn a_second_subject_behind_and_is_coordinated() {
        let words = "Egypt/Egypt/PROPN/4/nsubj and/and/CCONJ/3/cc Sudan/Sudan/PROPN/4/nsubj agreed/agree/VERB/0/root";
        assert_eq!(mended(words), ["nsubj", "cc", "conj", "root"]);
    }

    #[test]
    fn what_is_called_something_is_not_called_upon() {
        let words =
            "what/what/PRON/0/root they/they/PRON/3/nsubj considered/consider/VERB/1/acl:relcl war/war/NOUN/3/obj";
        assert_eq!(mended(words)[3], "xcomp");
    }

    #[test]
    fn what_one_is_called_is_no_participant() {
        let words =
            "He/he/PRON/2/nsubj called/call/VERB/0/root Assad/Assad/PROPN/2/obj a/a/DET/5/det liar/liar/NOUN/2/obj";
        assert_eq!(mended(words)[2..], ["obj", "det", "xcomp"]);
    }

    #[test]
    fn a_phrase_behind_a_verb_belongs_to_it() {
        let words =
            "Go/go/VERB/0/root he/he/PRON/3/nsubj said/say/VERB/1/parataxis at/at/ADP/5/case talks/talk/NOUN/1/obl";
        let mut t = drawn(words);
        tree(&mut t);
        assert_eq!(t.words[4].head, Some(2));
    }

    #[test]
    fn adverbials_of_time_stay() {
        let words = "Iran/Iran/PROPN/2/nsubj warned/warn/VERB/0/root Iraq/Iraq/PROPN/2/obj Monday/Monday/PROPN/2/obl";
        assert_eq!(mended(words)[2..], ["obj", "obl"]);
    }
}
