//! What lies so far from today or from the day told last: "yesterday", "last month", "the following day", "that week", "the weekend".

use super::super::calendar::weekday;
use super::super::tense::Direction;
use super::super::value::{Amount, Part, Period, Season, Unit, Value, monday, month_after, year_after};
use super::super::words::{day_of_month, month, number, part, season, unit, year};
use super::{Read, Reader, day_offset, days_between, stretch};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use polybius_syntax::Upos;

impl Reader<'_> {
    /// "yesterday", "last month", "the previous day", "that week", "next Tuesday", "the day after tomorrow"
    pub(super) fn deictic(&self, i: usize) -> Read<Value> {
        let period = |end: usize, p: Option<Period>| p.map(|p| (end, Value::Period(p)));
        match self.lower(i) {
            "today" => return period(i + 1, self.day(0).map(Period::Day)),
            "tonight" => return period(i + 1, self.day(0).map(|d| Period::PartOfDay(d, Part::Night))),
            word @ ("yesterday" | "tomorrow") => {
                let (end, p) = self.with_part(i + 1, self.day(if word == "tomorrow" { 1 } else { -1 })?);
                return period(end, Some(p));
            }
            "overnight" => {
                let night = self.day(if self.ahead(i, i + 1) { 0 } else { -1 });
                return period(i + 1, night.map(|d| Period::PartOfDay(d, Part::Night)));
            }
            _ => {}
        }
        if let Some(read) = self.day_of_diary(i) {
            return Some(read);
        }
        let the = self.skip(i, "the");
        if self.lower(the) == "day" {
            let days = match (self.lower(the + 1), self.lower(the + 2)) {
                ("after", "tomorrow") => 2,
                ("before", "yesterday") => -2,
                _ => return None,
            };
            return period(the + 3, self.day(days).map(Period::Day));
        }
        if self.lower(the) == "night" && self.lower(the + 1) == "before" {
            // "the night before", "the night before he died"
            let clause = self.opens_clause(the + 2);
            let event = if clause { (the + 2..the + 6).find_map(|k| self.told_by(k)) } else { None };
            let base = if clause { event?.day() } else { self.told_day() };
            let night = base?.checked_sub(1.day()).ok();
            return period(the + 2, night.map(|d| Period::PartOfDay(d, Part::Night)));
        }
        if matches!(self.lower(the), "past" | "last") && the > i && self.lower(the + 1) == "century" {
            return self.beside_today(i, the + 1, -1, false, "last");
        }
        let (steps, told) = match self.lower(the) {
            "last" => (-1, false),
            "next" => (1, the > i || matches!(self.lower(the + 1), "day" | "morning" | "evening" | "afternoon")),
            "this" if the == i => (0, false),
            "coming" => (1, false),
            "previous" | "preceding" => (-1, true),
            "following" => (1, true),
            "same" => (0, true),
            "that" if the == i => (0, true),
            _ => return None,
        };
        let mut j = the + 1;
        let mut near = false; // "this coming Wednesday", "this past week", "that same year"
        if self.lower(the) == "this" && matches!(self.lower(j), "coming" | "past" | "very")
            || self.lower(the) == "that" && matches!(self.lower(j), "same" | "very")
        {
            near = true;
            j += 1;
        }
        if told {
            return self.beside_told(j, steps, self.lower(the) == "same");
        }
        self.beside_today(i, j, steps, near, self.lower(the))
    }

    /// "It is day two", "It's our last day here": the day that the text has come to. Its own date is day one.
    fn day_of_diary(&self, i: usize) -> Read<Value> {
        if !self.it_is(i) {
            return None;
        }
        let day = |end: usize, day: Date| Some((end, Value::Period(Period::Day(day))));
        if self.lower(i) == "day" {
            return day(i + 2, self.told.first?.checked_add((number(self.lower(i + 1))?.min(31) - 1).days()).ok()?);
        }
        if self.lower(i) == "the" && self.lower(i + 1) == "next" && matches!(self.lower(i + 2), "day" | "morning") {
            return day(i + 3, self.day(1)?);
        }
        let named =
            matches!(self.lower(i), "my" | "our" | "the") && matches!(self.lower(i + 1), "first" | "last" | "final");
        if named && self.lower(i + 2) == "day" { day(i + 3, self.today?) } else { None }
    }

    /// `steps` before or after what was told last: "that week", "the following January".
    fn beside_told(&self, j: usize, steps: i32, same: bool) -> Read<Value> {
        let period = |end: usize, p: Option<Period>| p.map(|p| (end, Value::Period(p)));
        let what = self.lower(j);
        let shift = |base: Option<Period>, unit: Unit| base.and_then(|b| b.shift(Amount::new(steps, unit)));
        // "that" and "the following" need something told before; "the previous day" may be yesterday
        let free = steps < 0 || same;
        let day = if free { self.told_day() } else { self.told.day };
        let last = if free { self.told_period() } else { self.told.last };
        if let Some(part) = part(what) {
            let day = day.or(self.today.filter(|_| steps == 0))?.checked_add(steps.days()).ok()?;
            return period(j + 1, Some(Period::PartOfDay(day, part)));
        }
        if let Some(w) = weekday(self.form(j)) {
            let base = day?;
            let back = day_offset(base, w);
            let days = match steps {
                0 => -back,
                1 => 7 - back,
                _ if back == 0 => -7,
                _ => -back,
            };
            return period(j + 1, base.checked_add(days.days()).ok().map(Period::Day));
        }
        if let Some(m) = month(self.form(j)) {
            // "three years ago ... that October"
            if let (Some(Period::Year(year)), 0) = (last, steps) {
                return period(j + 1, Some(Period::Month(year, m)));
            }
            // the first such month after what was told, or the last before it
            let (year, told) = last?.month()?;
            let year = match steps {
                1 if m <= told => year_after(year, 1)?,
                -1 if m >= told => year_after(year, -1)?,
                _ => year,
            };
            return period(j + 1, Some(Period::Month(year, m)));
        }
        if let Some(season) = season(what) {
            // "that summer", "the following spring"
            let first = last?.first()?;
            let start = |y: i16| Period::Season(y, season).first();
            let years = || (-2..=2).filter_map(|k| year_after(first.year(), k));
            let year = match steps {
                0 => Some(first.year()),
                1 => years().find(|y| start(*y).is_some_and(|s| s > first)),
                _ => years().filter(|y| start(*y).is_some_and(|s| days_between(first, s) >= 90)).max(),
            };
            return period(j + 1, year.map(|y| Period::Season(y, season)));
        }
        let found = match what {
            "day" => shift(day.map(Period::Day), Unit::Day),
            "week" => shift(day.map(Period::Day).or(last), Unit::Week),
            "weekend" => {
                let saturday = monday(day?)?.checked_add((5 + 7 * steps).days()).ok();
                saturday.map(Period::Weekend)
            }
            "month" => shift(last, Unit::Month),
            "year" => shift(last, Unit::Year),
            "decade" => last?.year().and_then(|y| year_after(y / 10 * 10, 10 * steps)).map(Period::Decade),
            _ => None,
        };
        period(j + 1, found)
    }

    /// `steps` before or after this one: "this week", "last December", "next Tuesday".
    fn beside_today(&self, i: usize, j: usize, steps: i32, near: bool, word: &str) -> Read<Value> {
        let period = |end: usize, p: Option<Period>| p.map(|p| (end, Value::Period(p)));
        let what = self.lower(j);
        let past = near && self.lower(j - 1) == "past";
        let the = self.lower(i) == "the";
        if (near && past || word == "coming" && the)
            && let Some((unit, times)) = unit(what)
        {
            let (from, to) = stretch(self.today?, Amount::new(times, unit), past)?;
            return Some((j + 1, Value::Interval(Some(from), Some(to))));
        }
        let today = self.today?;
        if let Some(part) = part(what) {
            // not "the last night of the journey"
            let the = the || self.before(i) == "the";
            let night_before = steps < 0 && !the && matches!(part, Part::Night | Part::Evening);
            return match steps {
                0 => period(j + 1, Some(Period::PartOfDay(today, part))),
                _ if night_before => period(j + 1, self.day(-1).map(|d| Period::PartOfDay(d, part))),
                _ => None,
            };
        }
        if let Some(w) = weekday(self.form(j)) {
            let back = day_offset(today, w);
            let days = match (steps, near) {
                (_, true) if past => {
                    if back == 0 {
                        -7
                    } else {
                        -back
                    }
                }
                (1, _) if near || word == "coming" => 7 - back,
                (0, true) => {
                    if back == 0 {
                        7
                    } else {
                        7 - back
                    }
                }
                (-1, _) => {
                    if back == 0 {
                        -7
                    } else {
                        -back
                    }
                }
                // next Tuesday is next week's, this Tuesday is this week's
                (n, _) => {
                    i32::from(w.to_monday_zero_offset()) - i32::from(today.weekday().to_monday_zero_offset()) + 7 * n
                }
            };
            let comma = self.skip(j + 1, ",");
            if let Some((end, p)) = self.month_day(comma) {
                return period(end, Some(p));
            }
            let (end, p) = self.with_part(j + 1, self.day(days)?);
            return period(end, Some(p));
        }
        if let Some(m) = month(self.form(j)) {
            if day_of_month(self.lower(j + 1)).is_some() || year(self.form(j + 1)).is_some() {
                return None;
            }
            let y = match steps {
                -1 if m >= today.month() => year_after(today.year(), -1)?,
                1 if m <= today.month() => year_after(today.year(), 1)?,
                _ => today.year(),
            };
            return period(j + 1, Some(Period::Month(y, m)));
        }
        if let Some(season) = season(what) {
            // "the job that we did this summer", told in the winter
            let to_come = |y: i16| Period::Season(y, season).first().is_some_and(|first| first > today);
            let year = self.season_from(season, steps)?;
            let over = steps == 0 && to_come(year) && self.direction(i, j + 1) == Some(Direction::Back);
            return period(j + 1, year_after(year, -i32::from(over)).map(|y| Period::Season(y, season)));
        }
        let this = Period::Day(today);
        let found = match what {
            "day" if word == "this" && !near => Some(this),
            "week" => this.shift(Amount::new(steps, Unit::Week)),
            "weekend" => {
                // "was there this weekend", told on a Monday
                let over = steps == 0
                    && today.weekday().to_monday_zero_offset() < 3
                    && self.direction(i, j + 1) == Some(Direction::Back);
                self.weekend_from(if over { -1 } else { steps })
            }
            "month" => this.shift(Amount::new(steps, Unit::Month)),
            "quarter" => {
                let n = (today.month() - 1) / 3 * 3 + 1;
                month_after(today.year(), n, 3 * steps).map(|(y, m)| Period::Quarter(y, (m - 1) / 3 + 1))
            }
            "year" => this.shift(Amount::new(steps, Unit::Year)),
            // "the theme of this years festival"
            "years" if steps == 0 && matches!(self.upos(j + 1), Some(Upos::Noun | Upos::Adj)) => {
                this.shift(Amount::new(0, Unit::Year))
            }
            "decade" => year_after(today.year() / 10 * 10, 10 * steps).map(Period::Decade),
            "century" => year_after(today.year() / 100 * 100, 100 * steps).map(Period::Century),
            _ => {
                let (end, value) = self.holiday_from(j, Some(steps))?;
                return Some((end, value));
            }
        };
        period(j + 1, found)
    }

    /// The year of the last, this or the next such season.
    pub(super) fn season_from(&self, season: Season, steps: i32) -> Option<i16> {
        let today = self.today?;
        let start = |y: i16| Period::Season(y, season).first();
        let over = |y: i16| start(y).is_some_and(|s| days_between(today, s) >= 90);
        let year = today.year();
        match steps {
            // the last one that is over; in winter "last summer" is half a year ago
            -1 => (0..3).filter_map(|k| year_after(year, -k)).find(|y| over(*y)),
            1 => (-1..2).filter_map(|k| year_after(year, k)).find(|y| start(*y).is_some_and(|s| s > today)),
            _ if season == Season::Winter && today.month() < 3 => year_after(year, -1),
            _ => Some(year),
        }
    }

    /// The Saturday's weekend before, around or after today.
    pub(super) fn weekend_from(&self, steps: i32) -> Option<Period> {
        let today = self.today?;
        let this = monday(today)?.checked_add(5.days()).ok()?;
        let days = match steps {
            -1 => -7,
            1 => 7,
            _ => 0,
        };
        this.checked_add(days.days()).ok().map(Period::Weekend)
    }

    /// "the weekend"
    pub(super) fn weekend(&self, i: usize) -> Read<Period> {
        if self.lower(i) != "the" || self.lower(i + 1) != "weekend" || self.lower(i + 2) == "of" {
            return None;
        }
        let inside = day_offset(self.today?, Weekday::Saturday) < 2;
        let steps = if inside || self.ahead(i, i + 2) { 0 } else { -1 };
        self.weekend_from(steps).map(|p| (i + 2, p))
    }
}
