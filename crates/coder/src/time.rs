//! When: time expressions, resolved against the day of publication to a day, a month or a year.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use polybius_syntax::{Tree, Upos};
use std::fmt;

/// A date as precise as the text: `2013-07-22`, `2013-07` or `2013`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Day(Date),
    Month(i16, i8),
    Year(i16),
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::Day(d) => write!(f, "{:04}-{:02}-{:02}", d.year(), d.month(), d.day()),
            When::Month(y, m) => write!(f, "{y:04}-{m:02}"),
            When::Year(y) => write!(f, "{y:04}"),
        }
    }
}

impl When {
    /// The last day it may mean.
    pub(crate) fn latest(self) -> Option<Date> {
        match self {
            When::Day(d) => Some(d),
            When::Month(y, m) => Date::new(y, m, 1).ok().map(Date::last_of_month),
            When::Year(y) => Date::new(y, 12, 31).ok(),
        }
    }
}

/// A time expression: words `start..end` of a sentence and what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeExpression {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) when: When,
}

fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const FULL: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    if !word.starts_with(char::is_uppercase) {
        return None;
    }
    let bare = word.trim_end_matches('.').to_lowercase();
    let at = FULL.iter().position(|m| m.to_lowercase() == bare).or_else(|| {
        (word.ends_with('.') || bare == "sept")
            .then(|| MONTHS.iter().position(|m| bare.starts_with(m) && bare.len() <= 4))
            .flatten()
    })?;
    i8::try_from(at + 1).ok()
}

fn weekday(word: &str) -> Option<Weekday> {
    match word.trim_end_matches(['s', '.']) {
        "Monday" | "Mon" => Some(Weekday::Monday),
        "Tuesday" | "Tue" => Some(Weekday::Tuesday),
        "Wednesday" | "Wedne" | "Wed" => Some(Weekday::Wednesday),
        "Thursday" | "Thur" | "Thu" => Some(Weekday::Thursday),
        "Friday" | "Fri" => Some(Weekday::Friday),
        "Saturday" | "Sat" => Some(Weekday::Saturday),
        "Sunday" | "Sun" => Some(Weekday::Sunday),
        _ => None,
    }
}

fn number(word: &str) -> Option<i32> {
    const WORDS: [&str; 13] =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let word = word.to_lowercase();
    if word == "a" || word == "an" {
        return Some(1);
    }
    WORDS
        .iter()
        .position(|w| *w == word)
        .and_then(|n| i32::try_from(n).ok())
        .or_else(|| word.parse().ok().filter(|n| *n < 1000))
}

fn day_of_month(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches("st").trim_end_matches("nd").trim_end_matches("rd").trim_end_matches("th");
    digits.parse().ok().filter(|d| (1..=31).contains(d))
}

fn year(word: &str) -> Option<i16> {
    (word.len() == 4).then(|| word.parse().ok()).flatten().filter(|y| (1800..=2100).contains(y))
}

/// The time expressions of a sentence. Without `published`, only absolute ones are found.
pub(crate) fn find(tree: &Tree, published: Option<Date>) -> Vec<TimeExpression> {
    let word = |i: usize| tree.words.get(i).map_or("", |w| w.form.as_str());
    let lower = |i: usize| word(i).to_lowercase();
    let mut found = Vec::new();
    let mut i = 0;
    while i < tree.words.len() {
        let hit =
            absolute(tree, &word, i, published).or_else(|| published.and_then(|p| relative(tree, &word, &lower, i, p)));
        match hit {
            Some((end, when)) => {
                found.push(TimeExpression { start: i, end, when });
                i = end;
            }
            None => i += 1,
        }
    }
    found
}

/// "May 7, 2013", "7 May", "March 2011", "2013", "2013-05-07".
fn absolute<'t>(
    tree: &Tree,
    word: &dyn Fn(usize) -> &'t str,
    i: usize,
    published: Option<Date>,
) -> Option<(usize, When)> {
    let near = |m: i8, d: i8| -> Option<When> {
        // a month and day without a year: the nearest to the day of publication
        let p = published?;
        let date = [p.year() - 1, p.year(), p.year() + 1].into_iter().filter_map(|y| Date::new(y, m, d).ok());
        date.min_by_key(|x| (days_between(*x, p).abs(), days_between(*x, p) > 0)).map(When::Day)
    };
    if let Ok(date) = word(i).parse::<Date>()
        && word(i).len() == 10
    {
        return Some((i + 1, When::Day(date)));
    }
    if let Some(m) = month(word(i)) {
        if let Some(d) = day_of_month(word(i + 1)) {
            let comma = usize::from(word(i + 2) == ",");
            return match year(word(i + 2 + comma)) {
                Some(y) => Date::new(y, m, d).ok().map(|d| (i + 3 + comma, When::Day(d))),
                None => near(m, d).map(|w| (i + 2, w)),
            };
        }
        let comma = usize::from(word(i + 1) == "," || word(i + 1) == "of");
        if let Some(y) = year(word(i + 1 + comma)) {
            return Some((i + 2 + comma, When::Month(y, m)));
        }
        if word(i) == "May"
            && (i == 0
                || !matches!(
                    word(i - 1),
                    "in" | "since" | "last" | "until" | "by" | "from" | "of" | "early" | "late" | "during" | "mid"
                ))
        {
            return None;
        }
        let p = published?;
        let ahead =
            i > 0 && matches!(word(i - 1).to_lowercase().as_str(), "next" | "until" | "by") || future_around(tree, i);
        let y = if m > p.month() && !ahead { p.year() - 1 } else { p.year() };
        return Some((i + 1, When::Month(y, m)));
    }
    if let (Some(d), Some(m)) = (day_of_month(word(i)), month(word(i + 1))) {
        return match year(word(i + 2)) {
            Some(y) => Date::new(y, m, d).ok().map(|d| (i + 3, When::Day(d))),
            None => near(m, d).map(|w| (i + 2, w)),
        };
    }
    let led = i > 0
        && matches!(
            word(i - 1).to_lowercase().as_str(),
            "in" | "since"
                | "by"
                | "until"
                | "from"
                | "of"
                | "during"
                | "the"
                | "before"
                | "after"
                | "early"
                | "late"
                | "mid"
                | "-"
                | "("
                | "and"
                | "between"
                | "for"
        );
    year(word(i)).filter(|_| led).map(|y| (i + 1, When::Year(y)))
}

fn days_between(a: Date, b: Date) -> i32 {
    a.since(b).map_or(0, |s| s.get_days())
}

/// "Monday", "yesterday", "last month", "two days ago", "earlier this week".
fn relative<'t>(
    tree: &Tree,
    word: &dyn Fn(usize) -> &'t str,
    lower: &dyn Fn(usize) -> String,
    i: usize,
    p: Date,
) -> Option<(usize, When)> {
    let shift = |days: i64| p.checked_add(days.days()).ok().map(When::Day);
    if let Some(day) = weekday(word(i)) {
        let before = if i > 0 { lower(i - 1) } else { String::new() };
        let ahead = matches!(before.as_str(), "next" | "coming" | "until" | "by") || future_around(tree, i);
        let back = i64::from((p.weekday().to_monday_zero_offset() - day.to_monday_zero_offset()).rem_euclid(7));
        let days = match (ahead, before.as_str()) {
            (true, _) => (7 - back) % 7 + if back == 0 && before == "next" { 7 } else { 0 },
            (false, "last") if back == 0 => -7,
            _ => -back,
        };
        return shift(days).map(|w| (i + 1, w));
    }
    let back = |unit: &str, n: i32| -> Option<When> {
        let n = i64::from(n);
        Some(match unit.trim_end_matches('s') {
            "day" => When::Day(p.checked_add((-n).days()).ok()?),
            "week" => When::Day(p.checked_add((-n).weeks()).ok()?),
            "month" => p.checked_add((-n).months()).ok().map(|d| When::Month(d.year(), d.month()))?,
            "year" => When::Year(p.year().checked_sub(i16::try_from(n).ok()?)?),
            "decade" => When::Year(p.year().checked_sub(i16::try_from(n).ok()?.checked_mul(10)?)?),
            _ => return None,
        })
    };
    match lower(i).as_str() {
        "today" | "tonight" => shift(0).map(|w| (i + 1, w)),
        "yesterday" => shift(-1).map(|w| (i + 1, w)),
        "tomorrow" => shift(1).map(|w| (i + 1, w)),
        "overnight" => shift(0).map(|w| (i + 1, w)),
        "last" | "previous" | "past" => match lower(i + 1).as_str() {
            "night" => shift(-1).map(|w| (i + 2, w)),
            "month" | "year" => back(&lower(i + 1), 1).map(|w| (i + 2, w)),
            "week" | "weekend" => {
                back("week", 1).and_then(|w| w.latest()).map(|d| (i + 2, When::Month(d.year(), d.month())))
            }
            "summer" | "spring" | "winter" | "autumn" | "fall" => back("year", 0).map(|w| (i + 2, w)),
            m if month(word(i + 1)).is_some() && !m.is_empty() => {
                let m = month(word(i + 1))?;
                Some((i + 2, When::Month(if m >= p.month() { p.year() - 1 } else { p.year() }, m)))
            }
            _ => None,
        },
        "next" | "coming" => match lower(i + 1).as_str() {
            "month" => back("month", -1).map(|w| (i + 2, w)),
            "year" => back("year", -1).map(|w| (i + 2, w)),
            "week" => p.checked_add(1.week()).ok().map(|d| (i + 2, When::Month(d.year(), d.month()))),
            _ => None,
        },
        "this" => match lower(i + 1).as_str() {
            "morning" | "afternoon" | "evening" => shift(0).map(|w| (i + 2, w)),
            "week" | "month" => Some((i + 2, When::Month(p.year(), p.month()))),
            "year" => Some((i + 2, When::Year(p.year()))),
            _ => None,
        },
        _ => {
            // "two days ago", "three years earlier"
            let n = number(word(i))?;
            let unit = lower(i + 1);
            (matches!(lower(i + 2).as_str(), "ago" | "earlier")).then(|| back(&unit, n)).flatten().map(|w| (i + 3, w))
        }
    }
}

/// Does the clause around the word speak of the future ("will meet on Friday")?
fn future_around(tree: &Tree, word: usize) -> bool {
    let mut at = tree.words[word].head;
    for _ in 0..3 {
        let Some(h) = at else { return false };
        if tree.children(h).any(|c| {
            tree.words[c].rel() == "aux"
                && matches!(
                    tree.words[c].form.to_lowercase().as_str(),
                    "will" | "'ll" | "shall" | "could" | "would" | "may" | "might"
                )
        }) {
            return true;
        }
        // "was set to meet", but not "was set free"
        let to_do = || tree.children(h).any(|c| tree.words[c].rel() == "xcomp" && tree.words[c].upos == Upos::Verb);
        let lemma = tree.words[h].lemma.as_str();
        if h != word && (matches!(lemma, "schedule" | "expect" | "plan" | "due") || lemma == "set" && to_do()) {
            return true;
        }
        if matches!(tree.words[h].rel(), "ccomp" | "root" | "advcl") {
            return false;
        }
        at = tree.words[h].head;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use polybius_syntax::Model;
    use std::sync::LazyLock;

    static MODEL: LazyLock<Model> = LazyLock::new(Model::embedded);

    fn when(text: &str, published: &str) -> Vec<String> {
        let tree: Tree = MODEL.parse(&[text.split(' ').collect::<Vec<_>>()]).remove(0);
        find(&tree, published.parse().ok()).iter().map(|t| t.when.to_string()).collect()
    }

    #[test]
    fn expressions_resolve_against_the_day_of_publication() {
        let monday = "2013-07-22";
        for (text, expected) in [
            ("They met on Monday .", "2013-07-22"),
            ("They met Friday .", "2013-07-19"),
            ("They will meet on Friday .", "2013-07-26"),
            ("The talks are set to open on Friday .", "2013-07-26"),
            ("The engineer was set free on Friday .", "2013-07-19"),
            ("They met yesterday .", "2013-07-21"),
            ("They met last month .", "2013-06"),
            ("They met on May 7 .", "2013-05-07"),
            ("It began in March 2011 .", "2011-03"),
            ("It began on March 15 , 2011 .", "2011-03-15"),
            ("It began two years ago .", "2011"),
            ("It began three days ago .", "2013-07-19"),
            ("It began in 1999 .", "1999"),
            ("It began in December .", "2012-12"),
            ("They met on 7 May 2010 .", "2010-05-07"),
        ] {
            assert_eq!(when(text, monday), [expected], "{text}");
        }
    }

    #[test]
    fn without_a_day_of_publication_only_full_dates_count() {
        assert_eq!(when("They met on Monday .", ""), Vec::<String>::new());
        assert_eq!(when("They met on May 7 , 2013 .", ""), ["2013-05-07"]);
    }

    #[test]
    fn odd_numbers_do_not_break_it() {
        for text in ["May 99 , 2013", "999 decades ago", "0 years ago", "31 February 2020", "in 9999"] {
            let _ = when(text, "2013-07-22");
        }
    }
}
