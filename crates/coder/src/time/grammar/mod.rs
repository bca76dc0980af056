//! Which words are a time expression and what they mean. Every rule looks at the words from one place on, at most a dozen of them.

mod amounts;
mod clock;
mod days;
mod intervals;
mod periods;
mod relative;

use super::calendar::Holiday;
use super::tense::{Direction, direction};
use super::value::{Amount, Modifier, Period, Unit, Value, monday};
use super::words::{cut, ordinal};
use super::{TimeExpression, Told};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use polybius_syntax::{Tree, Upos};

/// A token, or a part of one that is written together: "mid-May" and "3-7" are cut at the hyphen.
struct Piece {
    form: String,
    lower: String,
    token: usize,
    opens: bool,
}

/// Reads the time expressions of one sentence.
pub(super) struct Reader<'a> {
    tree: &'a Tree,
    pieces: Vec<Piece>,
    /// The first piece of each token.
    first: Vec<usize>,
    holidays: &'a [Holiday],
    pub(super) today: Option<Date>,
    pub(super) told: &'a mut Told,
}

/// What was read and the piece after it.
type Read<T> = Option<(usize, T)>;

impl<'a> Reader<'a> {
    pub(super) fn new(tree: &'a Tree, today: Option<Date>, holidays: &'a [Holiday], told: &'a mut Told) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut first = Vec::new();
        for (token, word) in tree.words.iter().enumerate() {
            first.push(pieces.len());
            for (k, form) in cut(&word.form).into_iter().enumerate() {
                pieces.push(Piece { form: form.to_owned(), lower: form.to_lowercase(), token, opens: k == 0 });
            }
        }
        Reader { tree, pieces, first, holidays, today, told }
    }

    /// The expression that starts with a token, if one does.
    pub(super) fn expression(&self, token: usize) -> Option<TimeExpression> {
        let i = self.first[token];
        let plain = |(end, (value, modifier)): (usize, (Value, Option<Modifier>))| (end, Some(value), modifier, None);
        let value = |(end, value): (usize, Value)| (end, Some(value), None, None);
        let (end, value, modifier, offset) = self
            .repeated(i)
            .map(value)
            .or_else(|| self.counted(i))
            .or_else(|| self.interval(i).map(plain))
            .or_else(|| self.clock_and_day(i).map(value))
            .or_else(|| self.part_of_day(i).map(value))
            .or_else(|| self.dated(i).map(plain))?;
        let end = match self.pieces.get(end) {
            None => self.tree.words.len(),
            Some(piece) if piece.opens => piece.token,
            Some(_) => return None,
        };
        Some(TimeExpression { start: token, end, value, modifier, offset })
    }

    fn form(&self, i: usize) -> &str {
        self.pieces.get(i).map_or("", |p| p.form.as_str())
    }

    fn lower(&self, i: usize) -> &str {
        self.pieces.get(i).map_or("", |p| p.lower.as_str())
    }

    /// The word before; empty at the start.
    fn before(&self, i: usize) -> &str {
        i.checked_sub(1).map_or("", |b| self.lower(b))
    }

    fn upos(&self, i: usize) -> Option<Upos> {
        self.pieces.get(i).map(|p| self.tree.words[p.token].upos)
    }

    fn skip(&self, i: usize, word: &str) -> usize {
        i + usize::from(self.lower(i) == word)
    }

    fn direction(&self, start: usize, end: usize) -> Option<Direction> {
        let token = |i: usize| self.pieces.get(i).map(|p| p.token);
        direction(self.tree, token(start)?, token(end.checked_sub(1)?)? + 1)
    }

    fn ahead(&self, start: usize, end: usize) -> bool {
        matches!(self.direction(start, end), Some(Direction::Ahead | Direction::PerhapsAhead))
    }

    /// Does the expression say which day it is ("It is Monday, May 3", "Today is Friday"), as a diary does where it goes on?
    pub(super) fn is_day_of_telling(&self, t: &TimeExpression) -> bool {
        self.it_is(self.first[t.start])
    }

    /// Do "it is", "today is" stand before, perhaps with an adverb or a time of day between?
    fn it_is(&self, i: usize) -> bool {
        let between = |k: usize| {
            let word = self.lower(k);
            matches!(
                word,
                "currently"
                    | "now"
                    | "already"
                    | "finally"
                    | "officially"
                    | "still"
                    | "a.m."
                    | "p.m."
                    | "am"
                    | "pm"
                    | "o'clock"
                    | "on"
            ) || word.starts_with(|c: char| c.is_ascii_digit())
        };
        let mut at = i;
        while at > 0 && i - at < 5 && between(at - 1) {
            at -= 1;
        }
        at > 1
            && matches!(self.lower(at - 1), "is" | "'s" | "’s")
            && matches!(self.lower(at - 2), "it" | "today" | "tonight")
    }

    /// Today plus so many days.
    fn day(&self, days: i32) -> Option<Date> {
        self.today?.checked_add(days.days()).ok()
    }

    /// The day that "the same day" means.
    fn told_day(&self) -> Option<Date> {
        self.told.day.or(self.today)
    }

    fn told_period(&self) -> Option<Period> {
        self.told.last.or(self.today.map(Period::Day))
    }

    /// A period with what says which part of it: "early May", "late on Sunday", "the end of the year", "Tuesday at 0300 GMT".
    fn dated(&self, i: usize) -> Read<(Value, Option<Modifier>)> {
        let (end, value, modifier) = self.modified(i)?;
        if let Some(day) = value.period().and_then(Period::day) {
            let comma = self.skip(end, ",");
            let at = comma + usize::from(matches!(self.lower(comma), "at" | "around" | "about"));
            if let Some((end, clock)) = self.clock(at) {
                return Some((end, (Value::Moment(Some(day), clock), modifier)));
            }
        }
        Some((end, (value, modifier)))
    }

    fn modified(&self, i: usize) -> Option<(usize, Value, Option<Modifier>)> {
        let the = self.skip(i, "the");
        let with = |read: Read<Value>, m: Modifier| read.map(|(end, value)| (end, value, Some(m)));
        match self.lower(the) {
            word @ ("early" | "mid" | "late" | "middle") => {
                let modifier = match word {
                    "early" => Modifier::Start,
                    "late" => Modifier::End,
                    _ => Modifier::Mid,
                };
                let mut j = self.skip(the + 1, "-");
                j += usize::from(matches!(self.lower(j), "on" | "in"));
                let inside = self
                    .plain(j)
                    .or_else(|| self.month(j, true))
                    .or_else(|| self.year_alone(j).map(|(e, p)| (e, Value::Period(p))));
                return with(inside.or_else(|| self.in_the(j)), modifier);
            }
            word @ ("earlier" | "later") if the == i => {
                let modifier = if word == "earlier" { Modifier::Start } else { Modifier::End };
                return match self.lower(i + 1) {
                    "this" | "that" | "last" | "next" | "today" | "the" => with(self.plain(i + 1), modifier),
                    "on" => with(self.plain(i + 2), modifier),
                    "in" => with(self.in_the(i + 2).or_else(|| self.plain(i + 2)), modifier),
                    _ => None,
                };
            }
            // "the later 1800s"
            word @ ("earlier" | "later") => {
                let modifier = if word == "earlier" { Modifier::Start } else { Modifier::End };
                return with(self.decade(the + 1).map(|(e, p)| (e, Value::Period(p))), modifier);
            }
            _ => {}
        }
        if self.lower(the) == "year" {
            let end = self.skip(the + 1, "-");
            let year = || Some(Value::Period(Period::Year(self.today?.year())));
            return if self.lower(end) == "end" { Some((end + 1, year()?, Some(Modifier::End))) } else { None };
        }
        let edge = match self.lower(the) {
            "end" | "close" => Some(Modifier::End),
            "beginning" | "start" | "outset" => Some(Modifier::Start),
            "middle" => Some(Modifier::Mid),
            _ => None,
        };
        if let Some(modifier) = edge {
            let j = match self.lower(the + 1) {
                "of" => the + 2,
                "-" => the + 2,
                _ => return None,
            };
            let year = || self.year_alone(j).map(|(e, p)| (e, Value::Period(p)));
            return with(
                self.in_the(j).or_else(|| self.plain(j)).or_else(|| self.month(j, true)).or_else(year),
                modifier,
            );
        }
        // "the first half of June", "the first half of the 1990s"
        if let Some(half @ (1 | 2 | -1)) = ordinal(self.lower(the))
            && self.lower(the + 1) == "half"
            && self.lower(the + 2) == "of"
        {
            let j = the + 3;
            let (end, value) = self
                .in_the(j)
                .or_else(|| self.year_alone(j).map(|(e, p)| (e, Value::Period(p))))
                .or_else(|| self.plain(j))
                .or_else(|| self.month(j, true))?;
            let modifier = if half == 1 { Modifier::Start } else { Modifier::End };
            return Some(match value {
                Value::Period(Period::Year(y)) => {
                    (end, Value::Period(Period::Half(y, if half == 1 { 1 } else { 2 })), None)
                }
                other => (end, other, Some(modifier)),
            });
        }
        self.plain(i).map(|(end, value)| (end, value, None))
    }

    /// "the year", "the month" after "the end of", "later in": this year, this month.
    fn in_the(&self, i: usize) -> Read<Value> {
        if self.lower(i) != "the" || self.lower(i + 2) == "of" {
            return None;
        }
        let today = self.today;
        if let (Some(year), "year") = (self.told.background, self.lower(i + 1)) {
            return Some((i + 2, Value::Period(Period::Year(year))));
        }
        let period = match self.lower(i + 1) {
            "day" => Period::Day(self.told_day()?),
            "week" => Period::Week(monday(today?)?),
            "month" => Period::Month(today?.year(), today?.month()),
            "year" => Period::Year(today?.year()),
            "decade" => Period::Decade(today?.year() / 10 * 10),
            "century" => Period::Century(today?.year() / 100 * 100),
            _ => return None,
        };
        Some((i + 2, Value::Period(period)))
    }

    fn plain(&self, i: usize) -> Read<Value> {
        let period = |(end, p): (usize, Period)| (end, Value::Period(p));
        self.numeric(i)
            .map(period)
            .or_else(|| self.holiday(i))
            .or_else(|| self.month_day(i).map(period))
            .or_else(|| self.day_alone(i).map(period))
            .or_else(|| self.weekday(i).map(period))
            .or_else(|| self.deictic(i))
            .or_else(|| self.weekend(i).map(period))
            .or_else(|| self.fraction(i))
            .or_else(|| self.decade(i).map(period))
            .or_else(|| self.month(i, false))
            .or_else(|| self.year(i).map(period))
    }
}

/// The piece after it, the value, which part of it, and what a clause counts from it (as in [`TimeExpression`]).
type Counted = Option<(usize, Option<Value>, Option<Modifier>, Option<Amount>)>;

/// The first and the last period of an interval, or twice the one.
fn ends(value: Value) -> Option<(Period, Period)> {
    match value {
        Value::Interval(Some(a), Some(b)) => Some((a, b)),
        other => other.period().map(|p| (p, p)),
    }
}

/// So long up to (or from) a day, as precise as the unit: days for days and weeks, months for months, years for years.
fn stretch(base: Date, amount: Amount, back: bool) -> Option<(Period, Period)> {
    let day = Period::Day(base);
    let signed = if back { amount.back() } else { amount };
    let (near, far) = match signed {
        Amount { count: Some(n), unit: Unit::Week } => (day, Period::Day(base.checked_add(n.weeks()).ok()?)),
        Amount { unit: Unit::Month, .. } => (Period::Month(base.year(), base.month()), day.shift(signed)?),
        Amount { unit: Unit::Year | Unit::Decade, .. } => (Period::Year(base.year()), day.shift(signed)?),
        _ => (day, day.shift(signed)?),
    };
    Some(if back { (far, near) } else { (near, far) })
}

fn days_between(a: Date, b: Date) -> i32 {
    a.since(b).map_or(0, |s| s.get_days())
}

/// How many days ago a weekday was, 0 to 6.
fn day_offset(from: Date, day: Weekday) -> i32 {
    i32::from((from.weekday().to_monday_zero_offset() - day.to_monday_zero_offset()).rem_euclid(7))
}
