//! From one time to another: "since March 2011", "from 3 to 7 May", "1994-96".

use super::super::value::{Modifier, Period, Value, year_after};
use super::super::words::{day_of_month, early_year, month, unit, year};
use super::{Read, Reader, ends};
use jiff::ToSpan;
use jiff::civil::Date;
use polybius_syntax::Upos;

impl Reader<'_> {
    /// "since March 2011", "until Friday", "from 3 to 7 May", "between 2003 and 2006", "May 3-7", "1994-96"
    pub(super) fn interval(&self, i: usize) -> Read<(Value, Option<Modifier>)> {
        let open = |at: usize, since: bool| -> Read<(Value, Option<Modifier>)> {
            let (end, value, modifier) = match self.dated(at) {
                Some((end, (value, modifier))) => (end, value, modifier),
                None => match self.counted(at)? {
                    (end, Some(value @ Value::Period(_)), modifier, None) => (end, value, modifier),
                    _ => return None,
                },
            };
            let (first, last) = ends(value)?;
            let value = if since { Value::Interval(Some(first), None) } else { Value::Interval(None, Some(last)) };
            Some((end, (value, modifier)))
        };
        match self.lower(i) {
            "since" => return open(i + 1, true),
            "until" | "till" => return open(i + 1, false),
            "prior" if self.lower(i + 1) == "to" => return open(i + 2, false),
            word @ ("before" | "after") => {
                // "after Sunday's vote" is that Sunday, "after 1990" all the time since
                let read = open(i + 1, word == "after")?;
                let of_a_noun =
                    matches!(self.lower(read.0), "'s" | "’s" | "'") || self.upos(read.0) == Some(Upos::Noun);
                return (!of_a_noun).then_some(read);
            }
            _ => {}
        }
        // "2013 – present"
        if let Some(y) = year(self.form(i))
            && matches!(self.lower(i + 1), "-" | "–" | "—" | "to")
        {
            let j = self.skip(i + 2, "the");
            if self.lower(j) == "present" {
                return Some((j + 1, (Value::Interval(Some(Period::Year(y)), None), None)));
            }
        }
        // "the decades that followed"
        if self.lower(i) == "the"
            && self.lower(i + 1).ends_with('s')
            && unit(self.lower(i + 1)).is_some()
            && self.lower(i + 2) == "that"
            && self.lower(i + 3) == "followed"
        {
            return Some((i + 4, (Value::Interval(Some(self.told.last?), None), None)));
        }
        let read = match self.lower(i) {
            "from" => self.two_ends(i + 1, &["to", "until", "till", "through", "-", "–", "into"])?,
            "between" => self.two_ends(i + 1, &["and"])?,
            _ => self.joined(i)?,
        };
        Some((read.0, (Value::Interval(Some(read.1.0), Some(read.1.1)), None)))
    }

    pub(super) fn two_ends(&self, i: usize, links: &[&str]) -> Read<(Period, Period)> {
        // "from 3 to 7 May"
        let the = self.skip(i, "the");
        if let Some(from) = day_of_month(self.lower(the))
            && links.contains(&self.lower(the + 1))
            && let Some((end, (Value::Period(Period::Day(to)), _))) = self.dated(the + 2)
        {
            let from = Date::new(to.year(), to.month(), from).ok().filter(|f| *f <= to)?;
            return Some((end, (Period::Day(from), Period::Day(to))));
        }
        let (j, (from, _)) =
            self.year_alone(i).map(|(e, y)| (e, (Value::Period(y), None))).or_else(|| self.dated(i))?;
        let j = self.skip(j, ",");
        if !links.contains(&self.lower(j)) {
            return None;
        }
        let (_, mut from) = ends(from)?;
        // "from May 3 to 7"
        if let (Period::Day(day), Some(to)) = (from, day_of_month(self.lower(j + 1)))
            && month(self.form(j + 2)).is_none()
            && let Ok(to) = Date::new(day.year(), day.month(), to)
            && to > day
        {
            return Some((j + 2, (from, Period::Day(to))));
        }
        let (end, (to, _)) =
            self.year_alone(j + 1).map(|(e, y)| (e, (Value::Period(y), None))).or_else(|| self.dated(j + 1))?;
        let (mut to, _) = ends(to)?;
        // "from Friday to Monday", "from November to March"
        while let (Period::Day(a), Period::Day(b)) = (from, to)
            && b < a
            && a.since(b).is_ok_and(|s| s.get_days() < 7)
        {
            to = Period::Day(b.checked_add(7.days()).ok()?);
        }
        if let (Period::Month(y, m), Period::Month(z, n)) = (from, to)
            && (z, n) < (y, m)
        {
            from = Period::Month(year_after(z, -i32::from(m > n))?, m);
        }
        (from.first()? <= to.first()?).then_some((end, (from, to)))
    }

    /// "May 3-7", "5-6 June 2010", "1994-96", "1999 to 2002"
    pub(super) fn joined(&self, i: usize) -> Read<(Period, Period)> {
        let dash = |i: usize| matches!(self.lower(i), "-" | "–" | "—" | "/");
        let days = |y: i16, m: i8, a: i8, b: i8| {
            let (a, b) = (Date::new(y, m, a).ok()?, Date::new(y, m, b).ok()?);
            (a < b).then_some((Period::Day(a), Period::Day(b)))
        };
        if let Some(m) = month(self.form(i))
            && let (Some(a), Some(b)) = (day_of_month(self.lower(i + 1)), day_of_month(self.lower(i + 3)))
            && dash(i + 2)
        {
            let comma = self.skip(i + 4, ",");
            let (end, y) = match year(self.form(comma)) {
                Some(y) => (comma + 1, y),
                None => (i + 4, self.near(m, a, self.direction(i, i + 4))?.year()),
            };
            return days(y, m, a, b).map(|d| (end, d));
        }
        if let (Some(a), Some(b)) = (day_of_month(self.lower(i)), day_of_month(self.lower(i + 2)))
            && dash(i + 1)
            && let Some(m) = month(self.form(i + 3))
        {
            let (end, y) = match year(self.form(i + 4)) {
                Some(y) => (i + 5, y),
                None => (i + 4, self.near(m, a, self.direction(i, i + 4))?.year()),
            };
            return days(y, m, a, b).map(|d| (end, d));
        }
        // "the twelfth to sixteenth centuries"
        if let Some((j, from @ (Period::Century(a) | Period::Decade(a)))) = self.decade(i)
            && (dash(j) || matches!(self.lower(j), "to" | "through"))
            && let Some((end, to @ (Period::Century(b) | Period::Decade(b)))) = self.decade(j + 1)
        {
            return (a < b).then_some((end, (from, to)));
        }
        // "(837–908)" after a name is a life
        if let (Some(a), Some(b)) = (early_year(self.form(i)), early_year(self.form(i + 2)))
            && dash(i + 1)
            && matches!(self.before(i), "(" | "c.")
            && a >= 100
            && (15..=110).contains(&(b - a))
            && self.lower(i + 3) == ")"
        {
            return Some((i + 3, (Period::Year(a), Period::Year(b))));
        }
        // "January-June 2016"
        if let Some(m) = month(self.form(i))
            && dash(i + 1)
            && let Some((end, Value::Period(to @ Period::Month(y, n)))) = self.month(i + 2, true)
        {
            let from = Period::Month(if m > n { year_after(y, -1)? } else { y }, m);
            return (m != n).then_some((end, (from, to)));
        }
        let from = year(self.form(i)).filter(|y| *y >= 1500)?;
        let linked = dash(i + 1) || self.lower(i + 1) == "to" && self.year_alone(i).is_some();
        let to = match self.form(i + 2) {
            short if linked && short.len() == 2 && dash(i + 1) => from / 100 * 100 + short.parse::<i16>().ok()?,
            long if linked => year(long)?,
            _ => return None,
        };
        (from < to).then_some((i + 3, (Period::Year(from), Period::Year(to))))
    }
}
