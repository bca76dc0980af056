//! The Rust network gives the scores that PyTorch gives for the same weights.

use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize)]
struct Fixture {
    forms: Vec<String>,
    heads: Vec<usize>,
    scores: HashMap<String, Vec<Vec<f32>>>,
}

#[test]
fn every_score_is_within_a_thousandth_of_pytorch() {
    let fixtures: Vec<Fixture> = serde_json::from_str(include_str!("../../../model/syntax.fixtures.json")).unwrap();
    assert!(fixtures.len() >= 4);
    let model = polybius_syntax::Model::embedded();
    for fixture in fixtures {
        let forms: Vec<&str> = fixture.forms.iter().map(String::as_str).collect();
        let ours = model.raw_scores(&forms, &fixture.heads);
        assert_eq!(fixture.scores.len(), 6);
        for (name, theirs) in &fixture.scores {
            let mine = &ours[name.as_str()];
            assert_eq!(mine.len(), theirs.len(), "{name}");
            for (a, b) in mine.iter().flatten().zip(theirs.iter().flatten()) {
                assert!((a - b).abs() < 1e-3, "{name}: {a} here, {b} in PyTorch, in {:?}", fixture.forms);
            }
        }
    }
}

#[test]
fn any_words_give_one_tree() {
    let model = polybius_syntax::Model::embedded();
    let long = vec!["word"; 600];
    for sentence in [vec![], vec!["."], vec!["\u{0}", "İ", "🙂", ""], long] {
        let tree = &model.parse(std::slice::from_ref(&sentence))[0];
        assert_eq!(tree.words.len(), sentence.len());
        assert_eq!(tree.words.iter().filter(|w| w.head.is_none()).count(), usize::from(!sentence.is_empty()));
    }
}
