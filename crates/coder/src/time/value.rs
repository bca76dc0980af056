//! What a time expression means: a stretch of the calendar, an interval, a time of day, a duration, a repetition. Printed as TIMEX3 does
//! (ISO 8601 with its weeks, quarters, seasons and parts of the day), an open end as `..`.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use std::fmt;

/// An event's date as precise as the text: `2013-07-22`, `2013-07` or `2013`.
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

    /// The date that lies `amount` after it (before it, if negative), no more precise than either.
    pub(crate) fn shift(self, amount: Amount) -> Option<When> {
        let period = match self {
            When::Day(d) => Period::Day(d),
            When::Month(y, m) => Period::Month(y, m),
            When::Year(y) => Period::Year(y),
        };
        period.shift(amount)?.date()
    }
}

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Morning,
    Afternoon,
    Evening,
    Night,
}

/// A season of the north; a winter counts to the year in which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
}

impl Season {
    /// The one that a day lies in.
    pub(crate) fn of(day: Date) -> Season {
        match day.month() {
            3..=5 => Season::Spring,
            6..=8 => Season::Summer,
            9..=11 => Season::Autumn,
            _ => Season::Winter,
        }
    }
}

/// A stretch of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Period {
    Day(Date),
    PartOfDay(Date, Part),
    /// By its Monday.
    Week(Date),
    /// By its Saturday.
    Weekend(Date),
    Month(i16, i8),
    Quarter(i16, i8),
    Half(i16, i8),
    Season(i16, Season),
    Year(i16),
    /// By its first year.
    Decade(i16),
    /// By its first year as people count: 1900 for the 20th.
    Century(i16),
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
    Decade,
}

/// So many units; `None` where the text does not say how many ("several weeks").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) count: Option<i32>,
    pub(crate) unit: Unit,
}

impl Amount {
    pub(crate) fn new(count: i32, unit: Unit) -> Self {
        Amount { count: Some(count), unit }
    }

    /// The same back in time.
    pub(crate) fn back(self) -> Self {
        Amount { count: self.count.map(|n| -n), ..self }
    }
}

/// The Monday of a day's week.
pub(crate) fn monday(day: Date) -> Option<Date> {
    let into = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(into.days()).ok()
}

/// A month so many months after another.
pub(crate) fn month_after(year: i16, month: i8, count: i32) -> Option<(i16, i8)> {
    let months = i32::from(year) * 12 + i32::from(month) - 1 + count;
    let year = i16::try_from(months.div_euclid(12)).ok().filter(|y| (1..=9999).contains(y))?;
    Some((year, i8::try_from(months.rem_euclid(12) + 1).ok()?))
}

/// A year so many years after another.
pub(crate) fn year_after(year: i16, count: i32) -> Option<i16> {
    i16::try_from(i32::from(year).checked_add(count)?).ok().filter(|y| (1..=9999).contains(y))
}

impl Period {
    /// Its first day.
    pub(crate) fn first(self) -> Option<Date> {
        match self {
            Period::Day(d) | Period::PartOfDay(d, _) | Period::Week(d) | Period::Weekend(d) => Some(d),
            Period::Month(y, m) => Date::new(y, m, 1).ok(),
            Period::Quarter(y, q) => Date::new(y, q * 3 - 2, 1).ok(),
            Period::Half(y, h) => Date::new(y, h * 6 - 5, 1).ok(),
            Period::Season(y, Season::Spring) => Date::new(y, 3, 1).ok(),
            Period::Season(y, Season::Summer) => Date::new(y, 6, 1).ok(),
            Period::Season(y, Season::Autumn) => Date::new(y, 9, 1).ok(),
            Period::Season(y, Season::Winter) => Date::new(y, 12, 1).ok(),
            Period::Year(y) | Period::Decade(y) | Period::Century(y) => Date::new(y, 1, 1).ok(),
        }
    }

    /// Its day, if it is one or a part of one.
    pub(crate) fn day(self) -> Option<Date> {
        match self {
            Period::Day(d) | Period::PartOfDay(d, _) => Some(d),
            _ => None,
        }
    }

    /// Its year, if it lies in one.
    pub(crate) fn year(self) -> Option<i16> {
        match self {
            Period::Decade(_) | Period::Century(_) => None,
            other => other.first().map(Date::year),
        }
    }

    /// The month it lies in; most of a week lies where its Thursday does.
    pub(crate) fn month(self) -> Option<(i16, i8)> {
        let of = |d: Date| (d.year(), d.month());
        match self {
            Period::Day(d) | Period::PartOfDay(d, _) | Period::Weekend(d) => Some(of(d)),
            Period::Week(d) => d.checked_add(3.days()).ok().map(of),
            Period::Month(y, m) => Some((y, m)),
            _ => None,
        }
    }

    /// As an event's date.
    pub(crate) fn date(self) -> Option<When> {
        match self {
            Period::Day(d) | Period::PartOfDay(d, _) | Period::Weekend(d) => Some(When::Day(d)),
            Period::Week(_) | Period::Month(..) => self.month().map(|(y, m)| When::Month(y, m)),
            other => other.year().map(When::Year),
        }
    }

    /// The period of the amount's unit that lies `amount` after this one: a day two days later, a month three months later. `None` where
    /// this one is coarser than the unit or the amount is not told; hours of no told number stay on the day.
    pub(crate) fn shift(self, amount: Amount) -> Option<Period> {
        let n = match (amount.count, amount.unit) {
            (Some(n), _) => n,
            (None, Unit::Hour | Unit::Minute) => 0,
            (None, _) => return None,
        };
        match amount.unit {
            Unit::Minute => self.day().map(Period::Day),
            Unit::Hour => self.day()?.checked_add((n / 24).days()).ok().map(Period::Day),
            Unit::Day => self.day()?.checked_add(n.days()).ok().map(Period::Day),
            Unit::Week => {
                let (Period::Day(d) | Period::PartOfDay(d, _) | Period::Week(d) | Period::Weekend(d)) = self else {
                    return None;
                };
                monday(d)?.checked_add(n.weeks()).ok().map(Period::Week)
            }
            Unit::Month => {
                let (y, m) = self.month()?;
                month_after(y, m, n).map(|(y, m)| Period::Month(y, m))
            }
            Unit::Year => year_after(self.year()?, n).map(Period::Year),
            Unit::Decade => year_after(self.year()?, n.checked_mul(10)?).map(Period::Year),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let week = |f: &mut fmt::Formatter<'_>, d: Date| {
            let w = d.iso_week_date();
            write!(f, "{:04}-W{:02}", w.year(), w.week())
        };
        match *self {
            Period::Day(d) => write!(f, "{}", When::Day(d)),
            Period::PartOfDay(d, part) => {
                let part = match part {
                    Part::Morning => "MO",
                    Part::Afternoon => "AF",
                    Part::Evening => "EV",
                    Part::Night => "NI",
                };
                write!(f, "{}T{part}", When::Day(d))
            }
            Period::Week(d) => week(f, d),
            Period::Weekend(d) => {
                week(f, d)?;
                f.write_str("-WE")
            }
            Period::Month(y, m) => write!(f, "{y:04}-{m:02}"),
            Period::Quarter(y, q) => write!(f, "{y:04}-Q{q}"),
            Period::Half(y, h) => write!(f, "{y:04}-H{h}"),
            Period::Season(y, season) => {
                let season = match season {
                    Season::Spring => "SP",
                    Season::Summer => "SU",
                    Season::Autumn => "FA",
                    Season::Winter => "WI",
                };
                write!(f, "{y:04}-{season}")
            }
            Period::Year(y) => write!(f, "{y:04}"),
            Period::Decade(y) => write!(f, "{:03}X", y / 10),
            Period::Century(y) => write!(f, "{:02}XX", y / 100),
        }
    }
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    /// 0 to 24.
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    /// Minutes east of Greenwich, where the text names the zone.
    pub(crate) zone: Option<i16>,
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T{:02}:{:02}", self.hour, self.minute)?;
        match self.zone {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(z) => {
                let sign = if z < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", z.abs() / 60, z.abs() % 60)
            }
        }
    }
}

/// What recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repetition {
    /// Each such weekday.
    Weekday(Weekday),
    /// Each weekend.
    Weekend,
    /// Each such month.
    Month(i8),
    /// Each part of the day.
    PartOfDay(Part),
    /// Once in this time.
    Each(Amount),
}

/// What a time expression means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Period(Period),
    /// A time of day, on a day where the text says which.
    Moment(Option<Date>, Clock),
    /// From one period to another; one of the ends may be open.
    Interval(Option<Period>, Option<Period>),
    Duration(Amount),
    Set(Repetition),
    /// "in recent weeks"
    Past,
    /// "in the coming days"
    Future,
}

impl Value {
    /// TIMEX3's type: `date`, `time`, `duration` or `set`.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Value::Period(Period::PartOfDay(..)) | Value::Moment(..) => "time",
            Value::Period(_) | Value::Interval(..) | Value::Past | Value::Future => "date",
            Value::Duration(_) => "duration",
            Value::Set(_) => "set",
        }
    }

    /// The date of an event that happened then, as far as it can be written as a day, a month or a year.
    pub(crate) fn date(self) -> Option<When> {
        match self {
            Value::Period(p) => p.date(),
            Value::Moment(day, _) => day.map(When::Day),
            Value::Interval(Some(from), Some(to)) => {
                if let (Some(a), Some(b)) = (from.day(), to.day())
                    && b.since(a).is_ok_and(|s| s.get_days() <= 1)
                {
                    return Some(When::Day(a)); // one night
                }
                match (from.month(), to.month()) {
                    (Some(a), Some(b)) if a == b => Some(When::Month(a.0, a.1)),
                    _ => from.year().filter(|y| to.year() == Some(*y)).map(When::Year),
                }
            }
            Value::Interval(Some(end), None) | Value::Interval(None, Some(end)) => end.date(),
            _ => None,
        }
    }

    /// The same up to a later day.
    pub(crate) fn wider(self, last: Date) -> Self {
        match self {
            Value::Period(first) if first != Period::Day(last) => Value::Interval(Some(first), Some(Period::Day(last))),
            other => other,
        }
    }

    /// The period it is, for what follows to refer to ("two days later").
    pub(crate) fn period(self) -> Option<Period> {
        match self {
            Value::Period(p) => Some(p),
            Value::Moment(day, _) => day.map(Period::Day),
            _ => None,
        }
    }
}

impl Value {
    /// The period that what follows refers to: of an interval, its end.
    pub(crate) fn told(self) -> Option<Period> {
        match self {
            Value::Interval(Some(_), Some(to)) => Some(to),
            other => other.period(),
        }
    }
}

fn duration(f: &mut fmt::Formatter<'_>, amount: Amount) -> fmt::Result {
    let (unit, times) = match amount.unit {
        Unit::Minute => ("M", 1),
        Unit::Hour => ("H", 1),
        Unit::Day => ("D", 1),
        Unit::Week => ("W", 1),
        Unit::Month => ("M", 1),
        Unit::Year => ("Y", 1),
        Unit::Decade => ("Y", 10),
    };
    let time = if matches!(amount.unit, Unit::Minute | Unit::Hour) { "T" } else { "" };
    match amount.count {
        Some(n) => write!(f, "P{time}{}{unit}", i64::from(n) * times),
        None if amount.unit == Unit::Decade => f.write_str("PXE"),
        None => write!(f, "P{time}X{unit}"),
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Value::Period(p) => p.fmt(f),
            Value::Moment(day, clock) => {
                if let Some(day) = day {
                    When::Day(day).fmt(f)?;
                }
                clock.fmt(f)
            }
            Value::Interval(from, to) => {
                let end = |f: &mut fmt::Formatter<'_>, p: Option<Period>| match p {
                    Some(p) => p.fmt(f),
                    None => f.write_str(".."),
                };
                end(f, from)?;
                f.write_str("/")?;
                end(f, to)
            }
            Value::Duration(amount) => duration(f, amount),
            Value::Set(Repetition::Weekday(day)) => write!(f, "XXXX-WXX-{}", day.to_monday_one_offset()),
            Value::Set(Repetition::Weekend) => f.write_str("XXXX-WXX-WE"),
            Value::Set(Repetition::Month(m)) => write!(f, "XXXX-{m:02}"),
            Value::Set(Repetition::PartOfDay(part)) => f.write_str(match part {
                Part::Morning => "XXXX-XX-XXTMO",
                Part::Afternoon => "XXXX-XX-XXTAF",
                Part::Evening => "XXXX-XX-XXTEV",
                Part::Night => "XXXX-XX-XXTNI",
            }),
            Value::Set(Repetition::Each(amount)) => duration(f, amount),
            Value::Past => f.write_str("PAST_REF"),
            Value::Future => f.write_str("FUTURE_REF"),
        }
    }
}

/// Which part of a period is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Modifier {
    Start,
    Mid,
    End,
}

impl Modifier {
    /// As TIMEX3 writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Modifier::Start => "START",
            Modifier::Mid => "MID",
            Modifier::End => "END",
        }
    }
}
