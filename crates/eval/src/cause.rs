//! Why a gold event was missed, and what an extra event is: errors by cause, for people who mend them.

use crate::pair::{codes, country, pair, same_sides};
use crate::record::{Articles, Event};
use std::fmt;

/// What kind of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Nothing was coded near the words of a gold event.
    NotFound,
    /// An event stands there, of another category.
    OtherCategory,
    /// The category is right; no actor was found.
    ActorMissing,
    /// The category is right; the actor's country is wrong.
    ActorWrong,
    /// Category and actor are right; no recipient was found.
    RecipientMissing,
    /// Category and actor are right; a recipient stands where gold has none.
    RecipientExtra,
    /// Category and actor are right; the recipient's country is wrong.
    RecipientWrong,
    /// An event where gold has none.
    Extra,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Cause::NotFound => "nothing coded at the words",
            Cause::OtherCategory => "another category",
            Cause::ActorMissing => "actor not found",
            Cause::ActorWrong => "actor of another country",
            Cause::RecipientMissing => "recipient not found",
            Cause::RecipientExtra => "recipient where there is none",
            Cause::RecipientWrong => "recipient of another country",
            Cause::Extra => "event where there is none",
        })
    }
}

/// One error.
#[derive(Clone, Debug)]
pub struct Miss<'a> {
    /// The article's id.
    pub article: &'a str,
    /// What kind of error it is.
    pub cause: Cause,
    /// The gold event, if there is one.
    pub gold: Option<&'a Event>,
    /// The coded event, if there is one.
    pub coded: Option<&'a Event>,
}

/// All events on which gold and coded do not agree on category and countries, each with its cause, in the order of the articles.
pub fn causes<'a>(gold: &'a Articles, coded: &'a Articles) -> Vec<Miss<'a>> {
    let mut misses = Vec::new();
    for (article, g) in &gold.by_id {
        let mut g: Vec<&Event> = g.events.iter().collect();
        let mut p: Vec<&Event> = coded.events(article).iter().collect();
        let mut miss = |cause, gold, coded| misses.push(Miss { article: article.as_str(), cause, gold, coded });
        take(&mut g, &mut p, &|a, b| a.event == b.event && same_sides(a, b, &[country]));
        for (gold, coded) in take(&mut g, &mut p, &|a, b| a.event == b.event) {
            miss(of_sides(gold, coded), Some(gold), Some(coded));
        }
        for (gold, coded) in take(&mut g, &mut p, &overlap) {
            miss(Cause::OtherCategory, Some(gold), Some(coded));
        }
        g.into_iter().for_each(|e| miss(Cause::NotFound, Some(e), None));
        p.into_iter().for_each(|e| miss(Cause::Extra, None, Some(e)));
    }
    misses
}

/// Takes the events that agree out of both lists.
fn take<'a>(
    gold: &mut Vec<&'a Event>,
    coded: &mut Vec<&'a Event>,
    agree: &dyn Fn(&Event, &Event) -> bool,
) -> Vec<(&'a Event, &'a Event)> {
    let pairs = pair(gold, coded, agree);
    let found = pairs.iter().map(|&(i, j)| (gold[i], coded[j])).collect();
    let without = |list: &mut Vec<&'a Event>, gone: &dyn Fn(usize) -> bool| {
        *list = list.iter().enumerate().filter(|(i, _)| !gone(*i)).map(|(_, e)| *e).collect();
    };
    without(gold, &|i| pairs.iter().any(|x| x.0 == i));
    without(coded, &|j| pairs.iter().any(|x| x.1 == j));
    found
}

/// Do the triggers share a word? Where offsets are missing, nobody knows.
fn overlap(gold: &Event, coded: &Event) -> bool {
    let range = |e: &Event| e.trigger.as_ref().and_then(|t| Some((t.start?, t.end?)));
    matches!((range(gold), range(coded)), (Some((a, b)), Some((c, d))) if a < d && c < b)
}

fn of_sides(gold: &Event, coded: &Event) -> Cause {
    let (actor, recipient) = (codes(&gold.actor, &[country]), codes(&gold.recipient, &[country]));
    let (coded_actor, coded_recipient) = (codes(&coded.actor, &[country]), codes(&coded.recipient, &[country]));
    match (actor == coded_actor, recipient.is_empty(), coded_recipient.is_empty()) {
        (false, ..) if coded_actor.is_empty() => Cause::ActorMissing,
        (false, ..) => Cause::ActorWrong,
        (true, true, _) => Cause::RecipientExtra,
        (true, _, true) => Cause::RecipientMissing,
        _ => Cause::RecipientWrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_its_cause() {
        let article =
            |events: &str| Articles::parse("test", &format!(r#"{{"id": "a", "events": [{events}]}}"#)).unwrap();
        let aid = |start: usize, actor: &str, recipient: &str| {
            let side = |c: &str| if c.is_empty() { String::new() } else { format!(r#"{{"country": "{c}"}}"#) };
            format!(
                r#"{{"event": "AID", "trigger": {{"start": {start}, "end": {}}}, "actor": [{}], "recipient": [{}]}}"#,
                start + 4,
                side(actor),
                side(recipient)
            )
        };
        let gold = article(
            &[
                aid(0, "NOR", "MWI"),
                aid(200, "NOR", ""),
                aid(400, "NOR", "MWI"),
                aid(600, "NOR", "MWI"),
                aid(800, "NOR", "MWI"),
                aid(1000, "NOR", "MWI"),
            ]
            .join(","),
        );
        let coded = article(
            &[
                aid(0, "", "MWI"),
                aid(200, "NOR", "MWI"),
                aid(400, "NOR", ""),
                aid(600, "NOR", "MLI"),
                aid(800, "SWE", "MWI").replace("AID", "SANCTION"),
                aid(1400, "NOR", "MWI"),
            ]
            .join(","),
        );
        let found: Vec<Cause> = causes(&gold, &coded).iter().map(|m| m.cause).collect();
        use Cause::*;
        assert_eq!(
            found,
            [ActorMissing, RecipientExtra, RecipientMissing, RecipientWrong, OtherCategory, NotFound, Extra]
        );
    }
}
