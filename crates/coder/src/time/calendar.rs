//! Days that the calendar fixes by rule: holidays and feasts (`lexicon/time/holidays.tsv`).

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// A holiday: how a text names it and on which days it falls.
#[derive(Clone, Debug)]
pub(crate) struct Holiday {
    /// The words of its name, as the segmenter cuts them.
    pub(crate) words: Vec<String>,
    pub(crate) rule: Rule,
}

/// When a holiday falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Month and day.
    Fixed(i8, i8),
    /// Days after the Easter of the Western churches.
    Easter(i32),
    /// Days after the Easter of the Eastern churches.
    Orthodox(i32),
    /// The n-th such weekday of a month, -1 for the last.
    Weekday(i8, Weekday, i8),
    /// A month of the tabular Islamic calendar, or one day of it.
    Islamic(i32, Option<i32>),
}

impl Rule {
    /// Reads a rule as `holidays.tsv` writes it.
    pub(crate) fn parse(text: &str) -> Option<Rule> {
        let near = |days: &i32| (-366..=366).contains(days);
        if let Some(days) = text.strip_prefix("easter") {
            return days.parse().ok().filter(near).map(Rule::Easter);
        }
        if let Some(days) = text.strip_prefix("orthodox") {
            return days.parse().ok().filter(near).map(Rule::Orthodox);
        }
        if let Some(rest) = text.strip_prefix("islamic ") {
            let (month, day) = rest.split_once('-').map_or((rest, None), |(m, d)| (m, Some(d)));
            let month = month.parse().ok().filter(|m| (1..=12).contains(m))?;
            let day = day.map(|d| d.parse().ok().filter(|d| (1..=30).contains(d)).ok_or(())).transpose().ok()?;
            return Some(Rule::Islamic(month, day));
        }
        if let Some((month, day)) = text.split_once('-') {
            let (month, day) = (month.parse().ok()?, day.parse().ok()?);
            return Date::new(2000, month, day).ok().map(|_| Rule::Fixed(month, day));
        }
        let [month, day, nth] = text.split(' ').collect::<Vec<_>>()[..] else { return None };
        let nth = if nth == "last" { -1 } else { nth.parse().ok().filter(|n| (1..=5).contains(n))? };
        let month = month.parse().ok().filter(|m| (1..=12).contains(m))?;
        Some(Rule::Weekday(month, weekday(day)?, nth))
    }

    /// The first and the last day of each time it falls into a year.
    pub(crate) fn days(self, year: i16) -> Vec<(Date, Date)> {
        let one = |day: Option<Date>| day.map(|d| (d, d)).into_iter().collect();
        match self {
            Rule::Fixed(month, day) => one(Date::new(year, month, day).ok()),
            Rule::Easter(days) => one(easter(year).and_then(|d| d.checked_add(days.days()).ok())),
            Rule::Orthodox(days) => one(orthodox_easter(year).and_then(|d| d.checked_add(days.days()).ok())),
            Rule::Weekday(month, weekday, nth) => {
                one(Date::new(year, month, 1).ok().and_then(|d| d.nth_weekday_of_month(nth, weekday).ok()))
            }
            Rule::Islamic(month, day) => {
                // an Islamic year is eleven days shorter than ours: a feast may fall into one of ours twice
                let guess = (i32::from(year) - 622) * 33 / 32;
                let span = |y: i32| {
                    let first = islamic(y, month, day.unwrap_or(1))?;
                    let last = match day {
                        Some(_) => first,
                        None if month == 12 => islamic(y + 1, 1, 0)?,
                        None => islamic(y, month + 1, 0)?,
                    };
                    Some((first, last))
                };
                (guess - 1..=guess + 2).filter_map(span).filter(|(first, _)| first.year() == year).collect()
            }
        }
    }
}

/// A weekday by its full name.
pub(crate) fn weekday(word: &str) -> Option<Weekday> {
    match word {
        "Monday" => Some(Weekday::Monday),
        "Tuesday" => Some(Weekday::Tuesday),
        "Wednesday" => Some(Weekday::Wednesday),
        "Thursday" => Some(Weekday::Thursday),
        "Friday" => Some(Weekday::Friday),
        "Saturday" => Some(Weekday::Saturday),
        "Sunday" => Some(Weekday::Sunday),
        _ => None,
    }
}

/// Western Easter (the anonymous Gregorian computus, Meeus, Astronomical Algorithms, ch. 8).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}

/// Eastern Easter: the Julian computus, in days of our calendar (13 days on in the 20th and 21st century).
fn orthodox_easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let d = (19 * (y % 19) + 15) % 30;
    let e = (2 * (y % 4) + 4 * (y % 7) - d + 34) % 7;
    let n = d + e + 114;
    let julian = Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()?;
    let behind = y / 100 - y / 400 - 2;
    julian.checked_add(behind.days()).ok()
}

/// A day of the tabular Islamic calendar (Reingold and Dershowitz, Calendrical Calculations); day 0 is the last of the month before.
fn islamic(year: i32, month: i32, day: i32) -> Option<Date> {
    const UNIX_EPOCH: i32 = 2_440_588; // Julian day number
    let julian = (11 * year + 3) / 30 + 354 * year + 30 * month - (month - 1) / 2 + day + 1_948_440 - 385;
    Date::new(1970, 1, 1).ok()?.checked_add((julian - UNIX_EPOCH).days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feasts_fall_on_the_days_of_the_almanac() {
        let first = |rule: &str, year| Rule::parse(rule).unwrap().days(year)[0].0.to_string();
        assert_eq!(first("easter+0", 2024), "2024-03-31");
        assert_eq!(first("easter-2", 2011), "2011-04-22");
        assert_eq!(first("orthodox+0", 2024), "2024-05-05");
        assert_eq!(first("11 Thursday 4", 2023), "2023-11-23");
        assert_eq!(first("5 Monday last", 2021), "2021-05-31");
        assert_eq!(first("islamic 9", 2010), "2010-08-11");
        assert_eq!(first("islamic 10-1", 2019), "2019-06-05");
        assert_eq!(Rule::parse("islamic 9").unwrap().days(2030).len(), 2);
    }

    #[test]
    fn wrong_rules_are_refused() {
        for rule in ["", "13-1", "easter", "11 Someday 4", "islamic 13", "islamic 9-x", "2-30", "5 Monday 9"] {
            assert_eq!(Rule::parse(rule), None, "{rule}");
        }
    }
}
