//! The words of time: months, numbers, units, seasons, zones.

use super::value::{Part, Season, Unit};

const ORDINALS: [(&str, i8); 6] =
    [("first", 1), ("second", 2), ("third", 3), ("fourth", 4), ("last", -1), ("final", -1)];

/// Offsets from Greenwich in minutes, of the zones that name one place in the news of the world.
pub(super) const ZONES: [(&str, i16); 18] = [
    ("GMT", 0),
    ("UTC", 0),
    ("BST", 60),
    ("CET", 60),
    ("CEST", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("JST", 540),
    ("AEST", 600),
];

/// Cuts "mid-May", "3-7", "1994-96", "May-June" at the hyphen.
pub(super) fn cut(form: &str) -> Vec<&str> {
    for dash in ['-', '–', '—', '/'] {
        let Some((a, b)) = form.split_once(dash) else { continue };
        let digits = |s: &str| !s.is_empty() && s.len() <= 4 && s.bytes().all(|c| c.is_ascii_digit());
        let years = year(a).is_some() && (b.len() == 2 || year(b).is_some()) && digits(b);
        let days = dash != '/' && day_of_month(a).is_some() && day_of_month(b).is_some();
        let prefix = dash == '-' && matches!(a.to_lowercase().as_str(), "mid" | "early" | "late" | "end");
        let lives =
            dash != '/' && a.len() == 3 && b.len() == 3 && early_year(a).zip(early_year(b)).is_some_and(|(a, b)| a < b);
        let months = month(a).is_some() && month(b).is_some();
        let measure = dash == '-' && (number(a).is_some() && unit(&b.to_lowercase()).is_some());
        if years || lives || days || prefix && !b.is_empty() || months || measure {
            let at = a.len();
            return vec![a, &form[at..form.len() - b.len()], b];
        }
    }
    vec![form]
}

pub(super) fn month(word: &str) -> Option<i8> {
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
    if !word.starts_with(char::is_uppercase) {
        return None;
    }
    let lower = word.to_lowercase();
    let bare = lower.trim_end_matches('.');
    // "Mar." and "Jan" are short for months, "Mar" and "Dec" may be names
    let short = |m: &str| {
        (lower.ends_with('.') || matches!(bare, "jan" | "feb" | "aug" | "sept" | "oct" | "nov"))
            && (bare.len() == 3 || bare == "sept")
            && m.starts_with(bare)
    };
    let at = MONTHS.iter().position(|m| *m == bare || short(m))?;
    i8::try_from(at + 1).ok()
}

/// A month beside its day: "Dec 5", "12 Apr"; these may be short without a dot.
pub(super) fn month_beside_day(word: &str) -> Option<i8> {
    const SHORT: [(&str, i8); 6] = [("Mar", 3), ("Apr", 4), ("Jun", 6), ("Jul", 7), ("Sep", 9), ("Dec", 12)];
    month(word).or_else(|| SHORT.iter().find(|m| m.0 == word).map(|m| m.1))
}

pub(super) fn number(word: &str) -> Option<i32> {
    const WORDS: [&str; 21] = [
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
        "twenty",
    ];
    const TENS: [&str; 7] = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let at = |list: &[&str]| list.iter().position(|w| *w == word).and_then(|n| i32::try_from(n).ok());
    at(&WORDS)
        .or_else(|| at(&TENS).map(|n| 10 * (n + 3)))
        .or_else(|| word.parse().ok().filter(|n| (0..10_000).contains(n) && !word.starts_with('+')))
}

pub(super) fn unit(word: &str) -> Option<(Unit, i32)> {
    Some(match word {
        "minute" | "minutes" => (Unit::Minute, 1),
        "hour" | "hours" => (Unit::Hour, 1),
        "day" | "days" => (Unit::Day, 1),
        "week" | "weeks" => (Unit::Week, 1),
        "fortnight" | "fortnights" => (Unit::Week, 2),
        "month" | "months" => (Unit::Month, 1),
        "year" | "years" => (Unit::Year, 1),
        "decade" | "decades" => (Unit::Decade, 1),
        "century" | "centuries" => (Unit::Decade, 10),
        _ => return None,
    })
}

pub(super) fn part(word: &str) -> Option<Part> {
    Some(match word {
        "morning" => Part::Morning,
        "afternoon" => Part::Afternoon,
        "evening" => Part::Evening,
        "night" => Part::Night,
        _ => return None,
    })
}

pub(super) fn season(word: &str) -> Option<Season> {
    Some(match word {
        "spring" => Season::Spring,
        "summer" => Season::Summer,
        "autumn" | "fall" => Season::Autumn,
        "winter" => Season::Winter,
        _ => return None,
    })
}

pub(super) fn ordinal(word: &str) -> Option<i8> {
    ORDINALS.iter().find(|o| o.0 == word).map(|o| o.1)
}

/// "seventh"
pub(super) fn nth(word: &str) -> Option<i16> {
    const WORDS: [&str; 21] = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
        "twenty-first",
    ];
    WORDS.iter().position(|w| *w == word).and_then(|n| i16::try_from(n + 1).ok())
}

/// "7", "7th"
pub(super) fn day_of_month(word: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|s| word.strip_suffix(s)).unwrap_or(word);
    if digits.len() > 2 || !digits.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|d| (1..=31).contains(d))
}

/// A year of the first millennium, "71" or "866". Any number may look like one: only where a word beside it says so.
pub(super) fn early_year(word: &str) -> Option<i16> {
    let word = word.strip_prefix("AD").unwrap_or(word);
    let digits = (2..=3).contains(&word.len()) && word.bytes().all(|c| c.is_ascii_digit()) && !word.starts_with('0');
    digits.then(|| word.parse().ok()).flatten()
}

pub(super) fn year(word: &str) -> Option<i16> {
    let digits = word.len() == 4 && word.bytes().all(|c| c.is_ascii_digit());
    digits.then(|| word.parse().ok()).flatten().filter(|y| (1000..=2100).contains(y))
}
