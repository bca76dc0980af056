//! Longer periods and feasts: "the third quarter", "the summer of 1920", "the 1990s", "the 19th century", "Ramadan".

use super::super::calendar::{Holiday, weekday};
use super::super::value::{Period, Season, Unit, Value, year_after};
use super::super::words::{day_of_month, nth, ordinal, season, year};
use super::{Read, Reader};
use crate::lexicon::key;
use jiff::ToSpan;
use jiff::civil::Date;
use polybius_syntax::Upos;

impl Reader<'_> {
    /// "the third quarter of 2009", "Q3 2009", "the summer of 1920", "the second week of January", "the first three months of 2010"
    pub(super) fn fraction(&self, i: usize) -> Read<Value> {
        let the = self.skip(i, "the");
        let year_at = |j: usize| -> Read<i16> {
            let of = j + usize::from(matches!(self.lower(j), "of" | "in"));
            let of = self.skip(of, ",");
            if let Some(y) = year(self.form(of)) {
                return Some((of + 1, y));
            }
            if let Some(read) = self.short_year(of).filter(|_| of > j) {
                return Some(read);
            }
            match self.in_the(of).or_else(|| self.deictic(of)) {
                Some((end, Value::Period(Period::Year(y)))) if of > j => Some((end, y)),
                _ => None,
            }
        };
        let numbered = |word: &str, letter: char, most: i8| {
            word.strip_prefix(letter).and_then(|n| n.parse::<i8>().ok()).filter(|n| (1..=most).contains(n))
        };
        if let Some(q) = numbered(self.form(i), 'Q', 4) {
            let (end, y) = year_at(i + 1).or_else(|| Some((i + 1, self.quarter_year(q, self.ahead(i, i + 1))?)))?;
            return Some((end, Value::Period(Period::Quarter(y, q))));
        }
        if let Some(h) = numbered(self.form(i), 'H', 2) {
            let (end, y) = year_at(i + 1)?;
            return Some((end, Value::Period(Period::Half(y, h))));
        }
        if let Some(n) = ordinal(self.lower(the)) {
            let j = self.skip(the + 1, "-");
            if let Some(day) = weekday(self.form(j)).filter(|_| matches!(self.lower(j + 1), "of" | "in")) {
                let (end, value) =
                    self.month(j + 2, true).or_else(|| self.deictic(j + 2)).or_else(|| self.in_the(j + 2))?;
                let Value::Period(Period::Month(y, m)) = value else { return None };
                let date = Date::new(y, m, 1).ok()?.nth_weekday_of_month(n, day).ok()?;
                return Some((end, Value::Period(Period::Day(date))));
            }
            match self.lower(j) {
                "quarter" => {
                    let q = if n < 0 { 4 } else { n };
                    if let Some((end, y)) = year_at(j + 1) {
                        return Some((end, Value::Period(Period::Quarter(y, q))));
                    }
                    let bare = n > 0
                        && the > i
                        && self.lower(j + 1) != "of"
                        && matches!(self.before(i), "in" | "for" | "during" | "of" | "by" | "from");
                    let y = if bare { self.quarter_year(q, self.ahead(i, j + 1))? } else { return None };
                    return Some((j + 1, Value::Period(Period::Quarter(y, q))));
                }
                "week" if self.lower(j + 1) == "of" => {
                    let (end, value) =
                        self.month(j + 2, true).or_else(|| self.deictic(j + 2)).or_else(|| self.in_the(j + 2))?;
                    let Value::Period(Period::Month(y, m)) = value else { return None };
                    let first = Date::new(y, m, 1).ok()?;
                    let from = if n < 0 {
                        first.last_of_month().checked_sub(6.days()).ok()?
                    } else {
                        first.checked_add((7 * (i32::from(n) - 1)).days()).ok()?
                    };
                    let to = from.checked_add(6.days()).ok()?;
                    return Some((end, Value::Interval(Some(Period::Day(from)), Some(Period::Day(to)))));
                }
                "day" if self.lower(j + 1) == "of" => {
                    let (end, value) = self
                        .month(j + 2, true)
                        .or_else(|| self.year_alone(j + 2).map(|(e, p)| (e, Value::Period(p))))
                        .or_else(|| self.in_the(j + 2))?;
                    let first = value.period()?.first()?;
                    let day = match (n, value.period()?) {
                        (-1, Period::Month(..)) => first.last_of_month(),
                        (-1, Period::Year(y)) => Date::new(y, 12, 31).ok()?,
                        (n, _) if n > 0 => first.checked_add((i32::from(n) - 1).days()).ok()?,
                        _ => return None,
                    };
                    return Some((end, Value::Period(Period::Day(day))));
                }
                _ => {}
            }
            // "the first three months of 2010"
            let (k, amount) = self.quantity(j)?;
            let count = amount.count.filter(|_| self.lower(k) == "of" && matches!(n, 1 | -1))?;
            let (end, value) = year_at(k).map(|(e, y)| (e, Period::Year(y))).or_else(|| {
                let (e, v) = self.month(k + 1, true)?;
                Some((e, v.period()?))
            })?;
            let pair = match (amount.unit, value) {
                (Unit::Month, Period::Year(y)) if (1..12).contains(&count) => {
                    let c = i8::try_from(count).ok()?;
                    if n == 1 {
                        (Period::Month(y, 1), Period::Month(y, c))
                    } else {
                        (Period::Month(y, 13 - c), Period::Month(y, 12))
                    }
                }
                (Unit::Day, Period::Month(y, m)) if (1..28).contains(&count) => {
                    let first = Date::new(y, m, 1).ok()?;
                    let last = first.last_of_month();
                    if n == 1 {
                        (Period::Day(first), Period::Day(first.checked_add((count - 1).days()).ok()?))
                    } else {
                        (Period::Day(last.checked_sub((count - 1).days()).ok()?), Period::Day(last))
                    }
                }
                _ => return None,
            };
            return Some((end, Value::Interval(Some(pair.0), Some(pair.1))));
        }
        let season = season(self.lower(the))?;
        if let Some((end, y)) =
            year_at(the + 1).filter(|_| self.lower(the) != "fall" || the > i || self.lower(the + 1) != "of")
        {
            // "the winter of 1941-42"
            let end = if matches!(self.lower(end), "-" | "–" | "/") && self.form(end + 1).len() == 2 {
                end + 2
            } else {
                end
            };
            return Some((end, Value::Period(Period::Season(y, season))));
        }
        let led =
            matches!(self.before(i), "in" | "by" | "until" | "since" | "during" | "early" | "late" | "mid" | "of")
                && self.lower(the) != "fall";
        // "we hope that the summer ends well", written in August
        let current = (the > i || matches!(self.before(i), "a" | "quiet" | "long" | "hot" | "cold"))
            && self.lower(the) != "fall"
            && self.today.is_some_and(|t| Season::of(t) == season);
        if !led && !current || matches!(self.upos(the + 1), Some(Upos::Noun)) {
            return None;
        }
        let ahead = self.ahead(i, the + 1);
        let y = if current {
            self.season_from(season, 0)?
        } else if ahead {
            self.season_from(season, 1)?
        } else {
            let start = |y: i16| Period::Season(y, season).first();
            let today = self.today?;
            (0..3).filter_map(|k| year_after(today.year(), -k)).find(|y| start(*y).is_some_and(|s| s <= today))?
        };
        Some((the + 1, Value::Period(Period::Season(y, season))))
    }

    /// The year of a quarter of which none is told: the last that is over, or the next that is not.
    pub(super) fn quarter_year(&self, quarter: i8, ahead: bool) -> Option<i16> {
        let today = self.today?;
        let this = (today.month() - 1) / 3 + 1;
        match (ahead, quarter.cmp(&this)) {
            (true, std::cmp::Ordering::Less) => year_after(today.year(), 1),
            (false, std::cmp::Ordering::Greater | std::cmp::Ordering::Equal) => year_after(today.year(), -1),
            _ => Some(today.year()),
        }
    }

    /// "the 1990s", "the '90s", "the nineties", "the 19th century"
    pub(super) fn decade(&self, i: usize) -> Read<Period> {
        let j = self.skip(i, "the");
        let word = self.lower(j);
        let four =
            word.strip_suffix('s').map(|w| w.trim_end_matches(['\'', '’'])).filter(|w| w.len() == 4).and_then(year);
        if let Some(y) = four.filter(|y| y % 10 == 0) {
            // "the 1800s" are a century
            return Some((j + 1, if y % 100 == 0 && y < 2000 { Period::Century(y) } else { Period::Decade(y) }));
        }
        if let Some(y) = year(word).filter(|y| y % 10 == 0 && matches!(self.lower(j + 1), "'s" | "’s"))
            && (j > i || matches!(self.before(i), "early" | "mid" | "late" | "-"))
            && !matches!(self.upos(j + 2), Some(Upos::Noun | Upos::Adj))
        {
            return Some((j + 2, if y % 100 == 0 && y < 2000 { Period::Century(y) } else { Period::Decade(y) }));
        }
        // "the '90s", as one token or as two
        let short = word
            .strip_prefix(['\'', '’', '‘'])
            .filter(|w| !w.is_empty())
            .map(|w| (w, j + 1))
            .or_else(|| matches!(word, "'" | "’" | "‘").then(|| (self.lower(j + 1), j + 2)));
        if let Some((short, end)) = short
            && let Some(tens) = short
                .strip_suffix('s')
                .filter(|w| w.len() == 2)
                .and_then(|w| w.parse::<i16>().ok())
                .filter(|t| t % 10 == 0)
        {
            return Some((end, Period::Decade(if tens <= 20 { 2000 } else { 1900 } + tens)));
        }
        // "the 90s"; not "in his 90s"
        if let Some(tens) = word.strip_suffix('s').filter(|w| w.len() == 2).and_then(|w| w.parse::<i16>().ok())
            && (j > i || tens >= 50 && self.is_decade_without_article(j))
            && (20..=90).contains(&tens)
            && tens % 10 == 0
        {
            return Some((j + 1, Period::Decade(if tens == 20 { 2020 } else { 1900 + tens })));
        }
        // "the '60's"
        let apart = matches!(self.lower(j), "'" | "’" | "‘") && matches!(self.lower(j + 2), "'s" | "’s");
        let (tens, end) = match word.strip_prefix(['\'', '’', '‘']) {
            _ if apart => (self.lower(j + 1), j + 3),
            Some(tens) if matches!(self.lower(j + 1), "'s" | "’s") => (tens, j + 2),
            _ => ("", j),
        };
        if end > j + 1
            && let Some(tens) = Some(tens).filter(|t| t.len() == 2).and_then(|t| t.parse::<i16>().ok())
            && tens % 10 == 0
        {
            return Some((end, Period::Decade(if tens <= 20 { 2000 } else { 1900 } + tens)));
        }
        const NAMES: [(&str, i16); 7] = [
            ("thirties", 1930),
            ("forties", 1940),
            ("fifties", 1950),
            ("sixties", 1960),
            ("seventies", 1970),
            ("eighties", 1980),
            ("nineties", 1990),
        ];
        if let Some((_, y)) = NAMES.iter().find(|n| n.0 == word) {
            // not "in his sixties"
            return (j > i
                || matches!(self.before(i), "mid" | "early" | "late")
                    && !matches!(self.before(i - 1), "his" | "her" | "their"))
            .then_some((j + 1, Period::Decade(*y)));
        }
        let count = |word: &str| {
            nth(word).or_else(|| {
                word.ends_with(|c: char| c.is_alphabetic()).then(|| day_of_month(word)).flatten().map(i16::from)
            })
        };
        let century = |n: i16| Period::Century((n - 1) * 100);
        let k = self.skip(j + 1, "-");
        if matches!(self.lower(k + 1), "bc" | "bce" | "b.c." | "b.c.e.") {
            return None;
        }
        if matches!(self.lower(k), "century" | "centuries") {
            return count(word).filter(|n| *n <= 21).map(|n| (k + 1, century(n)));
        }
        // "the 15th to the 19th century", "the late 19th and early 20th centuries"
        if !matches!(self.lower(k), "to" | "and" | "or" | "through" | "-" | "–") {
            return None;
        }
        let next = self.skip(k + 1, "the");
        let next = next + usize::from(matches!(self.lower(next), "early" | "mid" | "late"));
        let next = self.skip(next, "-");
        let after = self.skip(next + 1, "-");
        let shared = matches!(self.lower(after), "century" | "centuries") && count(self.lower(next)).is_some();
        count(word).filter(|n| shared && *n <= 21).map(|n| (j + 1, century(n)))
    }

    /// "the late 80s", "90s nostalgia"; not "his late 80s", "in his 90s", "the low 90s"
    fn is_decade_without_article(&self, i: usize) -> bool {
        let whose = |k: usize| matches!(self.lower(k), "his" | "her" | "its" | "my" | "their" | "our" | "your");
        match self.before(i) {
            "early" | "late" => i > 1 && !whose(i - 2),
            "low" | "mid" | "high" | "upper" | "-" => false,
            // "the awful 90s"
            _ if i > 1 && self.lower(i - 2) == "the" && self.upos(i - 1) == Some(Upos::Adj) => true,
            _ => self.upos(i + 1) == Some(Upos::Noun) && !(i > 0 && whose(i - 1)),
        }
    }

    /// "Christmas Eve", "New Year's Eve 1999", "Ramadan"
    pub(super) fn holiday(&self, i: usize) -> Read<Value> {
        self.holiday_from(i, None)
    }

    pub(super) fn holiday_from(&self, i: usize, steps: Option<i32>) -> Read<Value> {
        let matches = |h: &&Holiday| (0..h.words.len()).all(|k| h.words[k] == key(self.form(i + k)));
        let opens = self.pieces.get(i)?.form.chars().next()?;
        if !opens.is_uppercase() && self.lower(i) != "the" {
            return None;
        }
        let holiday = self.holidays.iter().filter(matches).max_by_key(|h| h.words.len())?;
        let j = i + holiday.words.len();
        // "Easter Island", "the Good Friday Agreement" and "Mr. Easter" are no days
        let named = |k: usize| {
            self.form(k).starts_with(char::is_uppercase)
                && weekday(self.form(k)).is_none()
                && self.upos(k) == Some(Upos::Propn)
        };
        if named(j) || matches!(self.before(i), "mr." | "mrs." | "ms.") {
            return None;
        }
        let value = |(first, last): (Date, Date)| Value::Period(Period::Day(first)).wider(last);
        let of = j + usize::from(matches!(self.lower(j), "of" | "in" | ","));
        if let Some(y) = year(self.form(of)) {
            return holiday.rule.days(y).first().map(|d| (of + 1, value(*d)));
        }
        let today = self.today?;
        let days = (-2..=2).filter_map(|k| year_after(today.year(), k)).flat_map(|y| holiday.rule.days(y));
        let ahead = match steps {
            Some(1) => true,
            Some(0) => return holiday.rule.days(today.year()).first().map(|d| (j, value(*d))),
            Some(_) => false,
            None => self.ahead(i, j),
        };
        let found = if ahead {
            days.filter(|d| d.1 >= today).min_by_key(|d| d.0)
        } else {
            days.filter(|d| d.0 <= today).max_by_key(|d| d.0)
        };
        found.map(|d| (j, value(d)))
    }
}
