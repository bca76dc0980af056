//! The figures.

use crate::pair::{as_one, codes, country, pair, same_sides, sector};
use crate::record::{Articles, Entity, Event};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Precision and recall of one figure.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Rates {
    /// Coded events that agree with a gold event.
    pub hits: usize,
    /// Coded events.
    pub predicted: usize,
    /// Gold events.
    pub gold: usize,
}

impl Rates {
    /// Share of the coded events that agree.
    pub fn precision(&self) -> f64 {
        if self.predicted == 0 { 0.0 } else { self.hits as f64 / self.predicted as f64 }
    }

    /// Share of the gold events that are found.
    pub fn recall(&self) -> f64 {
        if self.gold == 0 { 0.0 } else { self.hits as f64 / self.gold as f64 }
    }

    /// Harmonic mean of the two.
    pub fn f1(&self) -> f64 {
        if self.hits == 0 { 0.0 } else { 2.0 * self.hits as f64 / (self.predicted + self.gold) as f64 }
    }
}

/// How often an attribute of an event is right, over the events paired on category.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Accuracy {
    /// How often it is right.
    pub right: usize,
    /// Of how many.
    pub of: usize,
}

impl Accuracy {
    /// The share; `None` of nothing.
    pub fn share(&self) -> Option<f64> {
        (self.of > 0).then(|| self.right as f64 / self.of as f64)
    }

    fn count(&mut self, right: bool) {
        self.right += usize::from(right);
        self.of += 1;
    }
}

/// All figures of one comparison. An article without a prediction counts as coded with no event.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Score {
    /// Gold articles.
    pub articles: usize,
    /// Figures over all events: `category`, `quad`, `category+actor`, `dyad`, `dyad+sector`, `category+mode`.
    pub figures: Vec<(&'static str, Rates)>,
    /// Attributes of the events paired on category.
    pub attributes: Vec<(&'static str, Accuracy)>,
    /// The figure `category` for each category.
    pub categories: BTreeMap<String, Rates>,
}

type Agree = fn(&Event, &Event) -> bool;

fn same_category(g: &Event, p: &Event) -> bool {
    g.event == p.event
}

/// When do two events agree, figure by figure?
const AGREE_ON: &[(&str, Agree)] = &[
    ("category", same_category),
    ("quad", |g, p| quad(&g.event) == quad(&p.event)),
    ("category+actor", |g, p| {
        same_category(g, p)
            && (codes(&g.actor, &[country]) == codes(&p.actor, &[country]) || same_sides(g, p, &[country]))
    }),
    ("dyad", |g, p| same_category(g, p) && same_sides(g, p, &[country])),
    ("dyad+sector", |g, p| same_category(g, p) && same_sides(g, p, &[country, sector])),
    ("category+mode", |g, p| {
        let mode = |e: &Event| e.mode.clone().flatten().filter(|m| !m.is_empty());
        same_category(g, p) && (g.mode.is_none() || mode(g) == mode(p))
    }),
];

/// PLOVER's quad class of a category; a category of another ontology stands for itself.
fn quad(category: &str) -> &str {
    match category {
        "AGREE" | "CONSULT" | "SUPPORT" | "CONCEDE" => "verbal cooperation",
        "COOPERATE" | "AID" | "RETREAT" => "material cooperation",
        "REQUEST" | "ACCUSE" | "REJECT" | "THREATEN" => "verbal conflict",
        "PROTEST" | "SANCTION" | "MOBILIZE" | "COERCE" | "ASSAULT" => "material conflict",
        other => other,
    }
}

impl Score {
    /// Scores `coded` against `gold`; articles that are not in the gold are left out.
    pub fn of(gold: &Articles, coded: &Articles) -> Self {
        let joined: Vec<(Vec<&Event>, Vec<&Event>)> =
            gold.by_id.iter().map(|(id, a)| (a.events.iter().collect(), coded.events(id).iter().collect())).collect();
        let n_gold = joined.iter().map(|x| x.0.len()).sum();
        let n_coded = joined.iter().map(|x| x.1.len()).sum();
        let figures = AGREE_ON
            .iter()
            .map(|(name, agree)| {
                let hits = joined.iter().map(|(g, p)| pair(g, p, agree).len()).sum();
                (*name, Rates { hits, predicted: n_coded, gold: n_gold })
            })
            .collect();
        let mut categories: BTreeMap<String, Rates> = BTreeMap::new();
        let mut attributes = Attributes::default();
        for (g, p) in &joined {
            for e in g {
                categories.entry(e.event.clone()).or_default().gold += 1;
            }
            for e in p {
                categories.entry(e.event.clone()).or_default().predicted += 1;
            }
            for (i, j) in pair(g, p, &same_category) {
                categories.entry(g[i].event.clone()).or_default().hits += 1;
                attributes.count(g[i], p[j]);
            }
        }
        Score { articles: gold.by_id.len(), figures, attributes: attributes.named(), categories }
    }

    /// The figure of that name.
    pub fn figure(&self, name: &str) -> Option<Rates> {
        self.figures.iter().find(|f| f.0 == name).map(|f| f.1)
    }

    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<Accuracy> {
        self.attributes.iter().find(|a| a.0 == name).map(|a| a.1)
    }
}

#[derive(Default)]
struct Attributes {
    auxiliary: Accuracy,
    any_attribution: Accuracy,
    outermost: Accuracy,
    actor_country: Accuracy,
    actor_sector: Accuracy,
    recipient_country: Accuracy,
    date: Accuracy,
    place: Accuracy,
}

impl Attributes {
    fn count(&mut self, g: &Event, p: &Event) {
        let set = |e: &Event| e.auxiliary.iter().cloned().collect::<BTreeSet<_>>();
        self.auxiliary.count(set(g) == set(p));
        self.any_attribution.count(g.attribution.is_empty() == p.attribution.is_empty());
        if !g.attribution.is_empty() {
            self.outermost.count(share_a_word(g.attribution.first(), p.attribution.first()));
        }
        let side = |count: &mut Accuracy, of: fn(&Event) -> &[Entity], field| {
            let wanted = codes(of(g), &[field]);
            if wanted.is_empty() {
                return;
            }
            let found = if as_one(g, p) {
                codes(&p.actor, &[field]).union(&codes(&p.recipient, &[field])).cloned().collect()
            } else {
                codes(of(p), &[field])
            };
            count.count(wanted == found);
        };
        side(&mut self.actor_country, |e| &e.actor, country);
        side(&mut self.actor_sector, |e| &e.actor, sector);
        side(&mut self.recipient_country, |e| &e.recipient, country);
        if let Some(date) = g.date.as_ref().filter(|d| !d.is_empty()) {
            // to the precision of the gold date
            self.date.count(p.date.as_ref().is_some_and(|d| d.starts_with(date.as_str())));
        }
        if let Some(wanted) = g.place.as_ref().and_then(|x| x.country.as_ref()) {
            self.place.count(p.place.as_ref().and_then(|x| x.country.as_ref()) == Some(wanted));
        }
    }

    fn named(self) -> Vec<(&'static str, Accuracy)> {
        vec![
            ("auxiliary", self.auxiliary),
            ("attribution any/none", self.any_attribution),
            ("outermost attribution", self.outermost),
            ("actor country", self.actor_country),
            ("actor sector", self.actor_sector),
            ("recipient country", self.recipient_country),
            ("date", self.date),
            ("place country", self.place),
        ]
    }
}

/// Do the words or names of two sources share a word?
pub(crate) fn share_a_word(a: Option<&Entity>, b: Option<&Entity>) -> bool {
    let words = |e: Option<&Entity>| -> BTreeSet<String> {
        let text = e.map_or(String::new(), |e| {
            format!("{} {}", e.name.as_deref().unwrap_or(""), e.text.as_deref().unwrap_or("")).to_lowercase()
        });
        text.split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|w| !w.is_empty() && !matches!(*w, "the" | "a" | "an" | "of" | "to" | "and" | "in"))
            .map(str::to_owned)
            .collect()
    };
    !words(a).is_disjoint(&words(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn articles(text: &str) -> Articles {
        Articles::parse("test", text).unwrap()
    }

    fn f1(score: &Score, name: &str) -> f64 {
        (score.figure(name).unwrap().f1() * 1000.0).round() / 1000.0
    }

    #[test]
    fn hand_made_case() {
        let gold = articles(
            r#"{"id": "a", "events": [
                {"event": "ASSAULT", "mode": "kill", "trigger": {"start": 10, "end": 16}, "actor": [{"country": "RUS", "sector": "MIL"}],
                 "recipient": [{"country": "UKR"}], "date": "2022-03", "auxiliary": ["future"], "attribution": [{"text": "the army"}]},
                {"event": "CONSULT", "trigger": {"start": 200, "end": 203}, "actor": [{"country": "FRA"}, {"country": "DEU"}]}]}"#
                .replace('\n', "")
                .as_str(),
        );
        let coded = articles(
            r#"{"id": "a", "events": [
                {"event": "ASSAULT", "mode": null, "trigger": {"start": 75, "end": 80}, "actor": [{"country": "RUS", "sector": "GOV"}],
                 "recipient": [{"country": "UKR"}], "date": "2022-03-04", "auxiliary": [], "attribution": [{"name": "Army staff"}]},
                {"event": "CONSULT", "trigger": {"start": 205, "end": 210}, "actor": [{"country": "FRA"}], "recipient": [{"country": "DEU"}]},
                {"event": "AID", "trigger": {"start": 12, "end": 14}}]}"#
                .replace('\n', "")
                .as_str(),
        );
        let score = Score::of(&gold, &coded);
        // 16 to 75 is within the window of 60; two of three coded, two of two gold events agree
        assert_eq!(f1(&score, "category"), 0.8);
        assert_eq!(f1(&score, "dyad"), 0.8);
        assert_eq!(f1(&score, "dyad+sector"), 0.4);
        assert_eq!(f1(&score, "category+mode"), 0.4);
        let share = |name: &str| score.attribute(name).unwrap().share();
        assert_eq!(share("date"), Some(1.0));
        assert_eq!(share("auxiliary"), Some(0.5));
        assert_eq!(share("outermost attribution"), Some(1.0));
        assert_eq!(share("actor sector"), Some(0.0));
        assert_eq!(share("place country"), None);
        assert_eq!(score.categories["AID"].predicted, 1);
    }

    #[test]
    fn triggers_far_apart_are_two_events() {
        let gold = articles(r#"{"id": "a", "events": [{"event": "AID", "trigger": {"start": 0, "end": 5}}]}"#);
        let coded = articles(r#"{"id": "a", "events": [{"event": "AID", "trigger": {"start": 66, "end": 70}}]}"#);
        assert_eq!(f1(&Score::of(&gold, &coded), "category"), 0.0);
        assert_eq!(f1(&Score::of(&gold, &Articles::default()), "category"), 0.0);
    }

    #[test]
    fn errors_name_the_line() {
        let error = Articles::parse("gold.jsonl", "{\"id\": \"a\"}\n\n{\"events\": 3}").unwrap_err().to_string();
        assert!(error.starts_with("gold.jsonl, line 3: "), "{error}");
        let error = Articles::parse("gold.jsonl", "{\"id\": \"a\"}\n{\"id\": \"a\"}").unwrap_err().to_string();
        assert!(error.contains("stands twice"), "{error}");
    }
}
