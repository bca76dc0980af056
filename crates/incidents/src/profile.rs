//! What is known of an event from one mention or from many, and how well two such profiles agree.

use crate::mention::{Mention, Place};
use jiff::civil::Date;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64;

/// A word, a name or a place, as the hash of its letters.
pub(crate) type Key = u64;

/// Counts of things; sums are in order of the keys, so that they do not depend on the order of the input.
pub(crate) type Bag = BTreeMap<Key, f64>;

/// Days are numbered from 1970.
pub(crate) type Day = i32;

/// What is known of an event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile {
    /// Days on which it happened, by how much mentions say so.
    pub(crate) days: BTreeMap<Day, u32>,
    /// Does a mention name the day? Otherwise it is that of publication, which news is dated to that names none.
    firm: bool,
    /// The month or the year, where that is told.
    window: Option<(Day, Day)>,
    /// From when to when it may have happened, to judge by the days of publication.
    published: Option<(Day, Day)>,
    /// Categories and modes.
    categories: Bag,
    modes: Bag,
    /// Towns and the like, in the words of the event.
    pub(crate) spots: Vec<Spot>,
    /// Towns and the like that the article speaks of most.
    about: Vec<Spot>,
    /// Countries of the place, in the words of the event.
    lands: Bag,
    /// Countries of the actors and of the recipients; in both where a side has both.
    actors: Bag,
    recipients: Bag,
    /// Sectors of the actors and of the recipients.
    actor_sectors: Bag,
    recipient_sectors: Bag,
    /// Names of participants.
    pub(crate) names: Bag,
    /// Words of the sentences and titles with their weights, sorted.
    words: Vec<(Key, f64)>,
    /// The sum of the squares of their weights.
    length: f64,
    /// Numbers killed and so on.
    figures: Vec<(Key, u64, u64)>,
    /// Groups of near-copies that it stands in.
    pub(crate) groups: Vec<i64>,
    /// How many mentions it is of.
    pub(crate) mentions: u32,
}

/// A place that is smaller than a country.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    pub(crate) name: Key,
    at: Option<(f64, f64)>,
    /// Is it a region rather than a town?
    wide: bool,
}

pub(crate) fn key(text: &str) -> Key {
    xxh3_64(text.as_bytes())
}

/// The number of a day.
pub(crate) fn number(day: Date) -> Day {
    day.since(jiff::civil::date(1970, 1, 1)).map_or(0, |s| s.get_days())
}

/// The day or the days that a date of the contract (`YYYY-MM-DD`, `YYYY-MM`, `YYYY`) means.
pub(crate) fn days_of(date: &str) -> Option<(Day, Day)> {
    if let Ok(day) = date.parse::<Date>() {
        return Some((number(day), number(day)));
    }
    let mut parts = date.split('-');
    let year: i16 = parts.next()?.parse().ok()?;
    let (first, last) = match parts.next() {
        Some(month) => {
            let first = Date::new(year, month.parse().ok()?, 1).ok()?;
            (first, first.last_of_month())
        }
        None => (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?),
    };
    Some((number(first), number(last)))
}

/// How many days before its publication an event may have happened that is told without a date.
pub(crate) const BEFORE: Day = 6;
/// How many days after it one may happen that lies ahead.
const AFTER: Day = 14;
/// Days that a month has at most, and one.
const MONTH: Day = 32;

/// Does the sentence name the weekday of this day?
fn names_weekday(sentence: &str, day: Day) -> bool {
    // 1970 began on a Thursday
    const NAMES: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
    NAMES.get(day.rem_euclid(7) as usize).is_some_and(|name| sentence.contains(name))
}

/// Agreements and concessions are mostly of something to come.
fn lies_ahead(m: &Mention) -> bool {
    m.auxiliary.future || m.auxiliary.hypothetical || matches!(&*m.category, "AGREE" | "CONCEDE")
}

/// What two windows have in common; the first, if nothing.
fn narrower(a: Option<(Day, Day)>, b: Option<(Day, Day)>) -> Option<(Day, Day)> {
    match (a, b) {
        (Some(x), Some(y)) if x.0.max(y.0) <= x.1.min(y.1) => Some((x.0.max(y.0), x.1.min(y.1))),
        (a, b) => a.or(b),
    }
}

impl Profile {
    /// Of one mention.
    pub(crate) fn of(m: &Mention) -> Self {
        let mut p = Profile { mentions: 1, ..Profile::default() };
        p.categories.insert(key(&m.category), 1.0);
        p.modes.extend(m.mode.iter().map(|mode| (key(mode), 1.0)));
        // an old story that does not say how old may be of any time
        if let Some(day) = m.published.map(number).filter(|_| !m.auxiliary.historical) {
            p.published = Some((day - BEFORE, if lies_ahead(m) { day + AFTER } else { day }));
        }
        match m.date.as_deref().and_then(days_of) {
            Some((day, last)) if day == last => {
                p.firm = m.published.map(number) != Some(day) || names_weekday(&m.sentence, day);
                p.days.insert(day, if p.firm { 3 } else { 1 });
            }
            window => p.window = window,
        }
        if let Some(place) = &m.place {
            p.add_place(place);
        }
        for (list, side) in [(&m.actors, &mut p.actors), (&m.recipients, &mut p.recipients)] {
            for participant in list {
                if let Some(country) = &participant.country {
                    side.insert(key(country), if participant.guessed { 0.5 } else { 1.0 });
                }
                if let Some(name) = &participant.name {
                    p.names.insert(key(&name.to_lowercase()), 1.0);
                }
            }
        }
        for (list, sectors) in [(&m.actors, &mut p.actor_sectors), (&m.recipients, &mut p.recipient_sectors)] {
            sectors.extend(list.iter().filter_map(|x| Some((key(x.sector.as_deref()?), 1.0))));
        }
        p.add_words(&m.sentence);
        let bounds = |low: Option<u64>, high: Option<u64>| Some((low.or(high)?, high.or(low)?));
        p.figures = m.figures.iter().filter_map(|f| bounds(f.low, f.high).map(|(l, h)| (key(&f.kind), l, h))).collect();
        p
    }

    /// Takes up the words of a sentence or title.
    pub(crate) fn add_words(&mut self, text: &str) {
        let mut list: Vec<(Key, f64)> = words(text).map(|word| (word, 1.0)).collect();
        list.sort_by_key(|w| w.0);
        self.add_weights(&list);
    }

    /// Takes up words with their weights, which are sorted.
    fn add_weights(&mut self, others: &[(Key, f64)]) {
        let mut all = Vec::with_capacity(self.words.len() + others.len());
        all.extend_from_slice(&self.words);
        all.extend_from_slice(others);
        all.sort_by_key(|w| w.0);
        all.dedup_by(|b, a| {
            let same = a.0 == b.0;
            a.1 += if same { b.1 } else { 0.0 };
            same
        });
        if all.len() > 2 * MOST_WORDS {
            all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            all.truncate(MOST_WORDS);
            all.sort_by_key(|w| w.0);
        }
        self.words = all;
        self.length = self.words.iter().map(|w| w.1.powi(2)).sum();
    }

    /// Its words, each once.
    pub(crate) fn words(&self) -> impl Iterator<Item = Key> + '_ {
        self.words.iter().map(|w| w.0)
    }

    /// Its words by weight, the heaviest first.
    pub(crate) fn heaviest(&self, is_wanted: impl Fn(Key) -> bool) -> Vec<(Key, f64)> {
        let mut list: Vec<(Key, f64)> = self.words.iter().copied().filter(|w| is_wanted(w.0)).collect();
        list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        list
    }

    /// Weighs each word by how much it says.
    pub(crate) fn weigh(&mut self, rarity: impl Fn(Key) -> f64) {
        for (word, weight) in &mut self.words {
            *weight *= rarity(*word);
        }
        self.length = self.words.iter().map(|w| w.1.powi(2)).sum();
    }

    fn add_place(&mut self, place: &Place) {
        if let Some(country) = place.country.as_ref().filter(|_| !place.guessed) {
            self.lands.insert(key(country), 1.0);
        }
        if matches!(place.kind.as_deref(), Some("country" | "continent")) {
            return;
        }
        let spot = Spot {
            name: key(&place.name.to_lowercase()),
            at: place.lat.zip(place.lon),
            wide: matches!(place.kind.as_deref(), Some("admin1" | "admin2" | "region" | "land" | "water")),
        };
        if place.guessed { self.about.push(spot) } else { self.spots.push(spot) }
    }

    /// Takes up what another profile of the same event knows.
    pub(crate) fn add(&mut self, other: &Profile) {
        for (day, count) in &other.days {
            *self.days.entry(*day).or_default() += count;
        }
        self.firm |= other.firm;
        self.window = narrower(self.window, other.window);
        self.published = narrower(self.published, other.published);
        let bags = [
            (&mut self.categories, &other.categories),
            (&mut self.modes, &other.modes),
            (&mut self.lands, &other.lands),
            (&mut self.actors, &other.actors),
            (&mut self.recipients, &other.recipients),
            (&mut self.actor_sectors, &other.actor_sectors),
            (&mut self.recipient_sectors, &other.recipient_sectors),
            (&mut self.names, &other.names),
        ];
        for (mine, theirs) in bags {
            for (k, n) in theirs {
                *mine.entry(*k).or_default() += n;
            }
        }
        self.add_weights(&other.words);
        for (mine, theirs) in [(&mut self.spots, &other.spots), (&mut self.about, &other.about)] {
            for spot in theirs {
                if mine.len() < MOST && mine.iter().all(|s| s.name != spot.name) {
                    mine.push(spot.clone());
                }
            }
        }
        for f in &other.figures {
            if self.figures.len() < MOST && !self.figures.contains(f) {
                self.figures.push(*f);
            }
        }
        for g in &other.groups {
            if !self.groups.contains(g) {
                self.groups.push(*g);
            }
        }
        self.mentions += other.mentions;
    }

    /// The day that most mentions say.
    pub(crate) fn day(&self) -> Option<Day> {
        self.days.iter().max_by_key(|(day, count)| (**count, -**day)).map(|(day, _)| *day)
    }

    /// From when to when it may have happened.
    pub(crate) fn span(&self) -> Option<(Day, Day)> {
        self.day().map(|d| (d, d)).or(self.window.filter(|w| w.1 - w.0 < MONTH)).or(self.published)
    }

    /// The day in whose period it is merged: its own, or that of publication, or the one next to it in the month that is told.
    pub(crate) fn home(&self) -> Option<Day> {
        let published = self.published.map(|p| p.0 + BEFORE);
        let month = self.window.filter(|w| w.1 - w.0 < MONTH);
        self.day().or_else(|| match (month, published) {
            (Some((first, last)), Some(day)) => Some(day.clamp(first, last)),
            (month, day) => month.map(|m| m.1).or(day),
        })
    }

    /// Countries of participants and place.
    pub(crate) fn countries(&self) -> impl Iterator<Item = Key> + '_ {
        self.actors.keys().chain(self.recipients.keys()).chain(self.lands.keys()).copied()
    }
}

/// Places and figures kept of an event that much is told of.
const MOST: usize = 12;
/// Words kept of it: the heaviest.
const MOST_WORDS: usize = 128;

/// What speaks for and against two profiles being of the same event, each from about -1 to 1.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) values: [f64; Evidence::NAMES.len()],
}

impl Evidence {
    pub(crate) const NAMES: [&'static str; 17] = [
        "same day",
        "day after",
        "other day, not firm",
        "day unknown",
        "same town",
        "other town",
        "other country",
        "names shared",
        "other names",
        "actor's country",
        "other actor",
        "recipient's country",
        "sectors",
        "category",
        "mode",
        "words",
        "figures",
    ];
}

/// Compares two profiles; `None` if they can't be of one event. Within one article a mention without a date may be of any event.
pub(crate) fn compare(a: &Profile, b: &Profile, within: bool) -> Option<Evidence> {
    let mut e = Evidence::default();
    let [
        same_day,
        day_after,
        other_day,
        day_unknown,
        same_town,
        other_town,
        other_country,
        names_shared,
        other_names,
        actor,
        other_actor,
        recipient,
        sectors,
        category,
        mode,
        text,
        figures,
    ] = &mut e.values;
    match (a.day(), b.day()) {
        (Some(x), Some(y)) => match (x - y).abs() {
            0 => *same_day = 1.0,
            1 => *day_after = 1.0,
            days if days <= BEFORE && (x > y && !a.firm || y > x && !b.firm) => *other_day = 1.0,
            _ => return None,
        },
        _ => {
            let known = |p: &Profile| p.day().map(|d| (d, d)).or(p.window);
            let spans = if within {
                known(a).zip(known(b))
            } else {
                Some((known(a).or(a.published)?, known(b).or(b.published)?))
            };
            if spans.is_some_and(|(x, y)| x.0.max(y.0) > x.1.min(y.1) + 1) {
                return None;
            }
            *day_unknown = 1.0;
        }
    }
    match nearness(&a.spots, &b.spots) {
        Some(true) => *same_town = 1.0,
        Some(false) => *other_town = 1.0,
        None => {
            let said = [(&a.spots, &b.about), (&a.about, &b.spots), (&a.about, &b.about)];
            if said.iter().any(|(x, y)| nearness(x, y) == Some(true)) {
                *same_town = 0.5;
            }
        }
    }
    *other_country = -agreement(&a.lands, &b.lands).min(0.0);
    *names_shared = overlap(&a.names, &b.names);
    *other_names = f64::from(*names_shared == 0.0 && !a.names.is_empty() && !b.names.is_empty());
    // an agreement has no recipient: who is on which side may differ
    let sides = |x: &Bag, y: &Bag| (agreement(&a.actors, x), agreement(&a.recipients, y));
    let (straight, crossed) = (sides(&b.actors, &b.recipients), sides(&b.recipients, &b.actors));
    (*actor, *recipient) =
        if crossed.0 + crossed.1 > straight.0 + straight.1 { (0.5 * crossed.0, 0.5 * crossed.1) } else { straight };
    *other_actor = -actor.min(0.0);
    *sectors = 0.5 * agreement(&a.actor_sectors, &b.actor_sectors)
        + 0.5 * agreement(&a.recipient_sectors, &b.recipient_sectors);
    *category = agreement(&a.categories, &b.categories);
    *mode = agreement(&a.modes, &b.modes);
    *text = cosine(a, b);
    *figures = counts_agree(&a.figures, &b.figures);
    Some(e)
}

/// Are two lists of places of one town, or of different ones? `None` if that cannot be told.
fn nearness(a: &[Spot], b: &[Spot]) -> Option<bool> {
    let mut told = None;
    for x in a {
        for y in b {
            if x.name == y.name {
                return Some(true);
            }
            let Some(kilometres) = x.at.zip(y.at).map(|(p, q)| distance(p, q)) else { continue };
            let wide = x.wide || y.wide;
            if kilometres < NEAR {
                return Some(true);
            }
            // a town lies in a region that is about as wide as this
            if kilometres > if wide { WIDE } else { FAR } {
                told = Some(false);
            }
        }
    }
    told
}

/// Two places nearer than this are one: a town and its suburb. Kilometres.
const NEAR: f64 = 12.0;
/// Two towns farther apart than this are two. Kilometres.
const FAR: f64 = 25.0;
/// A town farther from the middle of a region than this is elsewhere. Kilometres.
const WIDE: f64 = 250.0;

/// Kilometres between two points of latitude and longitude.
fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (north, east) = ((b.0 - a.0).to_radians(), (b.1 - a.1).to_radians());
    let h = (north / 2.0).sin().powi(2) + a.0.to_radians().cos() * b.0.to_radians().cos() * (east / 2.0).sin().powi(2);
    2.0 * 6371.0 * h.clamp(0.0, 1.0).sqrt().asin()
}

/// 1 where two bags share what they mostly hold, -1 where they share nothing, 0 where one is empty.
fn agreement(a: &Bag, b: &Bag) -> f64 {
    let (total_a, total_b): (f64, f64) = (a.values().sum(), b.values().sum());
    if total_a == 0.0 || total_b == 0.0 {
        return 0.0;
    }
    let shared: f64 = a.iter().filter_map(|(k, n)| Some((n / total_a).min(b.get(k)? / total_b))).sum();
    if shared > 0.0 {
        shared.sqrt()
    } else {
        // a guess weighs half
        -(total_a.min(1.0) * total_b.min(1.0))
    }
}

/// The share of the smaller bag's things that the other has.
fn overlap(a: &Bag, b: &Bag) -> f64 {
    let shared = a.keys().filter(|k| b.contains_key(k)).count();
    shared as f64 / a.len().min(b.len()).max(1) as f64
}

/// The cosine of the angle between the words of two profiles.
fn cosine(a: &Profile, b: &Profile) -> f64 {
    let (few, many) = if a.words.len() < b.words.len() { (a, b) } else { (b, a) };
    let weight = |k: Key| many.words.binary_search_by_key(&k, |w| w.0).ok().map(|at| many.words[at].1);
    let dot: f64 = few.words.iter().filter_map(|(k, w)| Some(w * weight(*k)?)).sum();
    dot / (a.length * b.length).sqrt().max(f64::MIN_POSITIVE)
}

/// 1 where a number of one kind is the same, down to -1 where it is ten times as high.
fn counts_agree(a: &[(Key, u64, u64)], b: &[(Key, u64, u64)]) -> f64 {
    let mut best: Option<f64> = None;
    for (kind, low, high) in a {
        for (_, l, h) in b.iter().filter(|f| f.0 == *kind) {
            let agree = if low.max(l) <= high.min(h) {
                1.0
            } else {
                let (small, large) = (high.min(h) + 1, low.max(l) + 1);
                1.0 - 2.0 * (large as f64 / small as f64).abs().log10().clamp(0.0, 1.0)
            };
            best = Some(best.map_or(agree, |x| x.max(agree)));
        }
    }
    best.unwrap_or(0.0)
}

/// The content words of a text, without endings.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Key> + '_ {
    text.split(|c: char| !c.is_alphabetic()).filter(|w| w.chars().count() > 2).filter_map(|w| {
        let lower = w.to_lowercase();
        if STOP.binary_search(&lower.as_str()).is_ok() {
            return None;
        }
        let stem =
            ["ings", "ing", "ed", "es", "s"].iter().find_map(|end| lower.strip_suffix(end).filter(|s| s.len() > 3));
        Some(key(stem.unwrap_or(&lower)))
    })
}

/// Words that say nothing of what an event is: function words, and the words that news is told with. Sorted.
const STOP: &[&str] = &[
    "about",
    "after",
    "again",
    "against",
    "ago",
    "all",
    "also",
    "although",
    "among",
    "and",
    "another",
    "any",
    "april",
    "are",
    "around",
    "august",
    "because",
    "been",
    "before",
    "being",
    "between",
    "both",
    "but",
    "can",
    "could",
    "day",
    "days",
    "december",
    "did",
    "does",
    "down",
    "during",
    "each",
    "early",
    "eight",
    "eleven",
    "even",
    "evening",
    "february",
    "first",
    "five",
    "for",
    "four",
    "friday",
    "from",
    "further",
    "had",
    "has",
    "have",
    "her",
    "here",
    "him",
    "his",
    "hour",
    "hours",
    "how",
    "however",
    "hundred",
    "hundreds",
    "into",
    "its",
    "january",
    "july",
    "june",
    "last",
    "late",
    "later",
    "least",
    "less",
    "many",
    "march",
    "may",
    "might",
    "monday",
    "month",
    "months",
    "more",
    "morning",
    "most",
    "much",
    "near",
    "news",
    "next",
    "night",
    "nine",
    "not",
    "november",
    "now",
    "october",
    "off",
    "official",
    "officials",
    "one",
    "only",
    "other",
    "others",
    "our",
    "out",
    "over",
    "people",
    "report",
    "reported",
    "reporters",
    "said",
    "same",
    "saturday",
    "say",
    "says",
    "second",
    "september",
    "seven",
    "she",
    "should",
    "since",
    "six",
    "some",
    "spokesman",
    "spokeswoman",
    "such",
    "sunday",
    "ten",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "third",
    "this",
    "those",
    "thousand",
    "thousands",
    "three",
    "through",
    "thursday",
    "told",
    "too",
    "tuesday",
    "twelve",
    "two",
    "under",
    "until",
    "very",
    "was",
    "wednesday",
    "week",
    "weeks",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "whom",
    "whose",
    "will",
    "with",
    "without",
    "would",
    "year",
    "years",
    "yesterday",
    "you",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stop_words_are_sorted() {
        assert!(STOP.is_sorted());
    }

    #[test]
    fn dates_are_days_months_and_years() {
        assert_eq!(days_of("1970-01-02"), Some((1, 1)));
        assert_eq!(days_of("1970-02"), Some((31, 58)));
        assert_eq!(days_of("1971"), Some((365, 729)));
        assert_eq!(days_of("soon"), None);
        assert_eq!(days_of("2013-W30"), None);
    }

    #[test]
    fn words_are_compared_without_endings() {
        let bag: Vec<Key> = words("The bombings, said officials, killed 12").collect();
        assert_eq!(bag, [key("bomb"), key("kill")]);
    }
}
