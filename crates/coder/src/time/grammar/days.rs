//! Days, months and years by their names: "Monday", "May 7, 2013", "12/05/2013", "March", "2013".

use super::super::calendar::weekday;
use super::super::tense::Direction;
use super::super::value::{Period, Value, month_after, year_after};
use super::super::words::{day_of_month, early_year, month, month_beside_day, nth, number, ordinal, part, year};
use super::{Read, Reader, day_offset, days_between};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use polybius_syntax::Upos;

impl Reader<'_> {
    /// "2013-05-12", "12/05/2013", "12.5.2013", "9/11"
    pub(super) fn numeric(&self, i: usize) -> Read<Period> {
        let word = self.form(i);
        if !word.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let attacks = Date::new(2001, 9, 11).ok();
        if word == "9/11" && self.today.is_none_or(|t| Some(t) >= attacks) {
            return attacks.map(|d| (i + 1, Period::Day(d)));
        }
        let mark = ['-', '/', '.'].into_iter().find(|m| word.matches(*m).count() == 2)?;
        let parts: Vec<&str> = word.split(mark).collect();
        let [a, b, c] = parts[..] else { return None };
        let small = |s: &str| s.parse::<i8>().ok().filter(|_| s.len() <= 2);
        let full = |s: &str| match s.len() {
            4 => year(s),
            2 if mark != '.' => s.parse::<i16>().ok().map(|y| if y < 70 { 2000 + y } else { 1900 + y }),
            _ => None,
        };
        let date = |y, m, d| Date::new(y, m, d).ok();
        if a.len() == 4 {
            return date(year(a)?, small(b)?, small(c)?).map(|d| (i + 1, Period::Day(d)));
        }
        let (a, b, y) = (small(a)?, small(b)?, full(c)?);
        let day_first = date(y, b, a);
        let month_first = date(y, a, b).filter(|_| mark != '.');
        // where both readings are dates, the one nearer to the day of publication
        let far = |d: &Date| self.today.map_or(0, |t| days_between(*d, t).abs());
        [day_first, month_first].into_iter().flatten().min_by_key(far).map(|d| (i + 1, Period::Day(d)))
    }

    /// "Monday", "Tuesday night", "Tuesday, March 15, 2011", "Monday week"
    pub(super) fn weekday(&self, i: usize) -> Read<Period> {
        let day = weekday(self.form(i)).or_else(|| self.short_weekday(i))?;
        // "Bloody Sunday" is no date, nor is the day of "for the third Friday running"
        let named = i > 0 && matches!(self.form(i - 1), "Bloody" | "Black" | "Super" | "Cyber" | "Fat" | "Holy");
        if named || ordinal(self.before(i)).is_some_and(|n| n > 0) {
            return None;
        }
        let j = self.skip(i + 1, ",");
        if let Some(read) = self.month_day(j) {
            return Some(read);
        }
        // "Tuesday the 14th"
        if self.lower(j) == "the"
            && let Some(d) = day_of_month(self.lower(j + 1)).filter(|_| self.lower(j + 2) != "of")
        {
            let near = (-12..=12).filter_map(|k| {
                let (y, m) = month_after(self.today?.year(), self.today?.month(), k)?;
                Date::new(y, m, d).ok().filter(|date| date.weekday() == day)
            });
            let date = near.min_by_key(|date| self.today.map_or(0, |t| days_between(*date, t).abs()))?;
            return Some((j + 2, Period::Day(date)));
        }
        // on a Tuesday, "ordered them to leave on Monday" is yesterday: the coming one would be next Monday
        let direction = self.direction(i, i + 1);
        let ahead = match direction {
            Some(Direction::PerhapsAhead) => day_offset(self.today?, day) != 1,
            other => other == Some(Direction::Ahead),
        };
        // "it is Wednesday": the next one in a diary, else the one around its date; and a day of the week that was just told stays it
        let told = self.told.news.filter(|d| d.weekday() == day && direction == Some(Direction::PerhapsAhead));
        if self.it_is(i) {
            let offset = day_offset(self.today?, day);
            let ahead = self.told.now.is_some() || offset > 3;
            return Some(self.with_part(i + 1, self.nearest(day, ahead)?));
        }
        if let Some(told) = told {
            return Some(self.with_part(i + 1, told));
        }
        let mut date = self.nearest(day, ahead)?;
        if self.lower(i + 1) == "week" {
            date = self.nearest(day, true)?.checked_add(7.days()).ok()?;
            return Some((i + 2, Period::Day(date)));
        }
        Some(self.with_part(i + 1, date))
    }

    /// "Tue." or "Tue" before a date; "Sun" and "Sat" are other words as well.
    pub(super) fn short_weekday(&self, i: usize) -> Option<Weekday> {
        let form = self.form(i);
        let bare = form.trim_end_matches('.');
        let day = match bare {
            "Mon" => Weekday::Monday,
            "Tue" | "Tues" => Weekday::Tuesday,
            "Wed" | "Weds" => Weekday::Wednesday,
            "Thu" | "Thur" | "Thurs" => Weekday::Thursday,
            "Fri" => Weekday::Friday,
            "Sat" => Weekday::Saturday,
            "Sun" => Weekday::Sunday,
            _ => return None,
        };
        let j = self.skip(i + 1, ".");
        let dated = self.month_day(self.skip(j, ",")).is_some();
        (dated || form.ends_with('.') && !matches!(bare, "Sun" | "Sat")).then_some(day)
    }

    pub(super) fn nearest(&self, day: Weekday, ahead: bool) -> Option<Date> {
        let back = day_offset(self.today?, day);
        self.day(if ahead { (7 - back) % 7 } else { -back })
    }

    /// A day and the part of it that the next word names, if it does.
    pub(super) fn with_part(&self, end: usize, day: Date) -> (usize, Period) {
        match part(self.lower(end)) {
            Some(part) => (end + 1, Period::PartOfDay(day, part)),
            None => (end, Period::Day(day)),
        }
    }

    /// "May 7, 2013", "7 May", "the 7th of May", "Sept. 11 attacks"
    pub(super) fn month_day(&self, i: usize) -> Read<Period> {
        let the = self.skip(i, "the");
        let (j, m, d) = if let Some(m) = month_beside_day(self.form(i)) {
            let j = self.skip(i + 1, "the");
            (j + 1, m, day_of_month(self.lower(j))?)
        } else {
            let spelled =
                || nth(self.lower(the)).filter(|_| self.lower(the + 1) == "of").and_then(|n| i8::try_from(n).ok());
            let d = day_of_month(self.lower(the)).or_else(spelled)?;
            // "8-May-2006"
            let hyphens = self.lower(the + 1) == "-" && self.lower(the + 3) == "-";
            // "the 1st day of February"
            let of = if self.lower(the + 1) == "day" && self.lower(the + 2) == "of" { the + 2 } else { the + 1 };
            let j = if hyphens { the + 2 } else { self.skip(of, "of") };
            let ordinal = self.lower(the).ends_with(|c: char| c.is_alphabetic());
            if (j > the + 1 && !hyphens || the > i) && !ordinal {
                return None;
            }
            if hyphens && let (Some(m), Some(y)) = (month(self.form(j)), year(self.form(j + 2))) {
                return Some((j + 3, Period::Day(Date::new(y, m, d).ok()?)));
            }
            (j + 1, month_beside_day(self.form(j))?, d)
        };
        let comma = self.skip(j, ",");
        if let Some((end, y)) = year(self.form(comma)).map(|y| (comma + 1, y)).or_else(|| self.year_named(j)) {
            let date = Date::new(y, m, d).ok()?;
            return Some(self.with_part(end, date));
        }
        // "30 September 420"
        if the == i
            && let Some(y) = early_year(self.form(j)).filter(|y| *y >= 100 && !self.counts(j))
            && month_beside_day(self.form(j - 1)).is_some()
        {
            return Date::new(y, m, d).ok().map(|date| (j + 1, Period::Day(date)));
        }
        if (m, d) == (9, 11) && matches!(self.lower(j), "attacks" | "attack" | "hijackers" | "hijackings" | "terrorist")
        {
            return Date::new(2001, 9, 11).ok().map(|d| (j, Period::Day(d)));
        }
        Some(self.with_part(j, self.near(m, d, self.direction(i, j))?))
    }

    /// "on the 5th", "by the 17th of last month": the last or the coming such day.
    pub(super) fn day_alone(&self, i: usize) -> Read<Period> {
        let the = self.lower(i) == "the"
            && matches!(self.before(i), "on" | "by" | "until" | "till" | "since" | "before" | "after");
        let d = day_of_month(self.lower(i + 1)).filter(|_| the && self.lower(i + 1).ends_with(char::is_alphabetic))?;
        let today = self.today?;
        let (y, m) = (today.year(), today.month());
        if self.lower(i + 2) == "of" && self.lower(i + 4) == "month" {
            let steps = match self.lower(i + 3) {
                "last" => -1,
                "this" => 0,
                "next" => 1,
                _ => return None,
            };
            let (y, m) = month_after(y, m, steps)?;
            return Some((i + 5, Period::Day(Date::new(y, m, d).ok()?)));
        }
        let free = matches!(self.upos(i + 2), None | Some(Upos::Punct | Upos::Pron | Upos::Cconj | Upos::Adv));
        let ahead = self.ahead(i, i + 2);
        let months: [i32; 3] = if ahead { [0, 1, 2] } else { [0, -1, -2] };
        let mut days = months.into_iter().filter_map(|k| {
            let (y, m) = month_after(y, m, k)?;
            Date::new(y, m, d).ok().filter(|date| if ahead { *date >= today } else { *date <= today })
        });
        days.next().filter(|_| free).map(|date| (i + 2, Period::Day(date)))
    }

    /// A month and a day without a year: the nearest to the day of publication, unless that is far on the wrong side of it.
    pub(super) fn near(&self, month: i8, day: i8, direction: Option<Direction>) -> Option<Date> {
        const FAR: i32 = 90;
        let today = self.today.or(self.told.last.and_then(Period::first))?;
        if let Some(year) = self.told.background {
            // "until his release on 29 April 1832 ... on 30 May"
            let later = self.told.named.and_then(Period::day).map(Date::year).filter(|y| *y > year);
            return Date::new(later.unwrap_or(year), month, day).ok();
        }
        let dates = (-1..=4).filter_map(|k| Date::new(year_after(today.year(), k)?, month, day).ok());
        let wrong = |date: &Date| match direction {
            Some(Direction::Back) => days_between(*date, today) > FAR,
            Some(_) => days_between(*date, today) < -FAR,
            None => false,
        };
        dates.min_by_key(|d| (wrong(d), days_between(*d, today).abs(), days_between(*d, today) > 0))
    }

    /// "March 2011", "March"
    pub(super) fn month(&self, i: usize, sure: bool) -> Read<Value> {
        let m = month(self.form(i))?;
        let value = |y: i16| Value::Period(Period::Month(y, m));
        let j = i + 1 + usize::from(matches!(self.lower(i + 1), "," | "of" | "in"));
        if let Some(y) = year(self.form(j)) {
            return Some((j + 1, value(y)));
        }
        // "December of 384"
        if let Some(y) = early_year(self.form(j)).filter(|y| j > i + 1 && *y >= 100 && !self.counts(j)) {
            return Some((j + 1, value(y)));
        }
        if let Some((end, y)) = self.year_named(i + 1).or_else(|| self.spoken_year(j)).or_else(|| self.short_year(j)) {
            return Some((end, value(y)));
        }
        // "March and April 2010"
        if matches!(self.lower(i + 1), "and" | "or" | "to" | "-" | "–" | "through" | "until")
            && month(self.form(i + 2)).is_some()
        {
            let j = i + 3 + usize::from(matches!(self.lower(i + 3), "," | "of" | "in"));
            if let Some(y) = year(self.form(j)) {
                return Some((i + 1, value(y)));
            }
            if let Some((_, y)) = self.year_named(i + 3) {
                return Some((i + 1, value(y)));
            }
        }
        const LEADS: [&str; 16] = [
            "in", "since", "last", "until", "by", "from", "of", "early", "late", "during", "mid", "for", "between",
            "through", "this", "next",
        ];
        let led = sure || LEADS.contains(&self.before(i));
        if self.form(i) == "May" && !led
            || matches!(self.form(i), "March" | "MAY" | "MARCH") && i == 0 && !sure && self.upos(i) != Some(Upos::Propn)
        {
            return None;
        }
        // "April Jones", "the August Wilson Theatre"
        let name = |k: usize| {
            self.upos(k) == Some(Upos::Propn) && month(self.form(k)).is_none() && weekday(self.form(k)).is_none()
        };
        if !sure
            && (name(i + 1)
                && self.form(i + 1).chars().all(char::is_alphabetic)
                && !matches!(self.before(i), "in" | "around" | "until" | "till" | "since" | "during")
                || matches!(self.before(i), "mr." | "mrs." | "ms." | "miss"))
        {
            return None;
        }
        if let Some(year) = self.told.background {
            return Some((i + 1, value(year)));
        }
        let today = self.today?;
        let ahead = matches!(self.before(i), "next" | "until") || self.ahead(i, i + 1);
        let y = match (m.cmp(&today.month()), ahead) {
            (std::cmp::Ordering::Greater, false) => year_after(today.year(), -1)?,
            (std::cmp::Ordering::Less, true) => year_after(today.year(), 1)?,
            _ => today.year(),
        };
        Some((i + 1, value(y)))
    }

    /// "last year", "of that year", "in the same year" after a month or a day.
    pub(super) fn year_named(&self, i: usize) -> Read<i16> {
        let j = i + usize::from(matches!(self.lower(i), "of" | "in"));
        match self.deictic(j)? {
            (end, Value::Period(Period::Year(y))) => Some((end, y)),
            _ => None,
        }
    }

    /// "2013" where a word before it says that it is a year, or its place in the sentence does.
    pub(super) fn year(&self, i: usize) -> Read<Period> {
        if matches!(self.before(i), "in" | "of" | "since" | "until" | "by" | "from" | "to" | "and" | "or" | "between")
            && let Some((end, y)) = self.spoken_year(i).or_else(|| self.short_year(i))
        {
            return Some((end, Period::Year(y)));
        }
        let Some(y) = year(self.form(i)) else { return self.early_year(i) };
        const LEADS: [&str; 39] = [
            "b.",
            "d.",
            "born",
            "died",
            "a",
            "this",
            "'s",
            "’s",
            "in",
            "since",
            "by",
            "until",
            "till",
            "from",
            "of",
            "during",
            "the",
            "before",
            "after",
            "early",
            "late",
            "mid",
            "(",
            "and",
            "between",
            "for",
            "to",
            "through",
            "throughout",
            "circa",
            "c.",
            "ca.",
            "year",
            "around",
            "his",
            "its",
            "their",
            "her",
            "or",
        ];
        let noun_next = matches!(self.upos(i + 1), Some(Upos::Noun | Upos::Adj));
        // "in 2,000 villages" is no year, nor is "the 2000 soldiers"
        let plural = noun_next && self.pieces.get(i + 1).is_some_and(|p| self.tree.words[p.token].has("Number=Plur"));
        let counted = plural && (y % 100 == 0 || !(1900..=2100).contains(&y));
        let led = LEADS.contains(&self.before(i)) && !counted;
        let era = matches!(self.lower(i + 1), "ad" | "ce" | "a.d." | "c.e.");
        if era {
            return Some((i + 2, Period::Year(y)));
        }
        if matches!(self.before(i), "page" | "no." | "$" | "£" | "€" | "room" | "flight" | "resolution" | "#")
            || matches!(self.lower(i + 1), "%" | "percent" | "dollars" | "euros" | "people" | "hours" | "hrs")
        {
            return None;
        }
        let token = &self.tree.words[self.pieces[i].token];
        let adjunct =
            matches!(token.rel(), "obl" | "nmod" | "appos" | "root" | "parataxis" | "compound" | "list" | "conj")
                && !noun_next
                && (1900..=2100).contains(&y)
                && token.upos == Upos::Num;
        // "the World Cup 2018", "Holt started 2014 in Triple-A", "2013 was the year"
        let titled = i > 0 && self.upos(i - 1) == Some(Upos::Propn) && matches!(token.rel(), "nummod" | "flat");
        let argument = matches!(token.rel(), "obj" | "nsubj") && y % 100 != 0;
        let alone = (titled || argument) && !noun_next && (1950..=2050).contains(&y) && token.upos == Upos::Num;
        // "the World Cup 2018 day five", "a 2017 vintage"
        let title = titled && token.head.is_some_and(|h| h < self.pieces[i].token) && (1950..=2050).contains(&y);
        let edition = matches!(self.lower(i + 1), "vintage" | "edition" | "season" | "model" | "census" | "election")
            && (1900..=2050).contains(&y);
        // "8 The Palace of Eight Paradises. 1669, reportedly built"
        let opens = i == 0 && y % 100 != 0 && matches!(self.lower(i + 1), "," | ":");
        // "at Aberdeen, Scotland, 1859."
        let imprint = i > 1
            && self.before(i) == ","
            && self.upos(i - 2) == Some(Upos::Propn)
            && y >= 1500
            && matches!(self.upos(i + 1), None | Some(Upos::Punct));
        (led || adjunct || alone || title || edition || opens || imprint).then_some((i + 1, Period::Year(y)))
    }

    /// "nineteen forty-five", "fifteen eighteen", "twenty ten", "nineteen oh five", "two thousand and ten", as a transcript writes them.
    fn spoken_year(&self, i: usize) -> Read<i16> {
        let at = |k: usize| number(self.lower(k)).and_then(|n| i16::try_from(n).ok()).filter(|_| self.spelled(k));
        let ones = |k: usize| at(k).filter(|n| (1..10).contains(n));
        let (end, y) = if at(i) == Some(2) && self.lower(i + 1) == "thousand" {
            let j = self.skip(i + 2, "and");
            (j + 1, 2000 + at(j).filter(|n| (1..20).contains(n))?)
        } else {
            let century = at(i).filter(|n| (15..=20).contains(n))? * 100;
            if self.lower(i + 1) == "oh" {
                (i + 3, century + ones(i + 2)?)
            } else {
                let tens = at(i + 1).filter(|n| *n >= 10)?;
                let dash = self.skip(i + 2, "-");
                match ones(dash).filter(|_| tens >= 20) {
                    Some(one) => (dash + 1, century + tens + one),
                    None => (i + 2, century + tens),
                }
            }
        };
        // not "fifteen eighteen-year-olds"
        let counts = self.lower(end) == "-" || self.upos(end) == Some(Upos::Noun);
        (!counts).then_some((end, y))
    }

    fn spelled(&self, i: usize) -> bool {
        self.form(i).chars().all(char::is_alphabetic)
    }

    /// "the class of '71", "in '98": the such year that is nearest, no more than ten years ahead.
    pub(super) fn short_year(&self, i: usize) -> Read<i16> {
        const APOSTROPHES: [char; 3] = ['\'', '’', '‘'];
        let (digits, end) = match self.form(i).strip_prefix(APOSTROPHES) {
            Some("") => (self.form(i + 1), i + 2),
            Some(digits) => (digits, i + 1),
            None => return None,
        };
        if digits.len() != 2 || matches!(self.lower(end), "'s" | "’s" | "s") {
            return None;
        }
        let short: i16 = digits.parse().ok()?;
        let year = self.today?.year();
        let y = (-1..=1).map(|k| year / 100 * 100 + 100 * k + short).filter(|y| *y <= year + 10).max()?;
        Some((end, y))
    }

    /// "AD 842", "394 AD", "the year 71", "c. 347", "In 348 Pachomius died"
    fn early_year(&self, i: usize) -> Read<Period> {
        let y = early_year(self.form(i))?;
        let read = |end: usize| Some((end, Period::Year(y)));
        if matches!(self.lower(i + 1), "ad" | "ce" | "a.d." | "c.e.") {
            return read(i + 2);
        }
        if matches!(self.before(i), "year" | "ad" | "a.d.") && !self.counts(i) {
            return read(i + 1);
        }
        // "c. 347", and "in 348" once the text is in these centuries
        if self.form(i).starts_with("AD") {
            return read(i + 1);
        }
        let told = [self.told.named, self.told.last];
        let then = told.into_iter().flatten().filter_map(Period::year).any(|told| told < 1000);
        let led = matches!(self.before(i), "c." | "ca." | "circa")
            || then && matches!(self.before(i), "in" | "until" | "about" | "around" | "after" | "-" | "–");
        (led && y >= 100 && !self.counts(i)).then_some((i + 1, Period::Year(y)))
    }

    /// Does a number count what follows ("384 villages")?
    fn counts(&self, i: usize) -> bool {
        let dash = matches!(self.lower(i + 1), "-" | "–" | "—");
        !dash && matches!(self.upos(i + 1), Some(Upos::Noun | Upos::Adj | Upos::Sym | Upos::Num))
            || matches!(self.lower(i + 1), "%" | "percent")
            || self.pieces.get(i).is_some_and(|p| self.tree.words[p.token].rel() == "nummod")
    }

    /// A year where only one can stand ("from 1979 to", "the end of 2010").
    pub(super) fn year_alone(&self, i: usize) -> Read<Period> {
        year(self.form(i)).map(|y| (i + 1, Period::Year(y)))
    }
}
