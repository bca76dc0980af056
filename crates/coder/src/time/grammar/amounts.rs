//! Repetitions and amounts of time, and what is counted by them: "every Friday", "two days ago", "three weeks after the vote".

use super::super::calendar::weekday;
use super::super::tense::Direction;
use super::super::value::{Amount, Part, Period, Repetition, Unit, Value};
use super::super::words::{month, number, part, unit};
use super::{Counted, Read, Reader, stretch};
use jiff::ToSpan;
use jiff::civil::Date;
use polybius_syntax::Upos;

/// The very day so many days, weeks, months or years after another.
fn days_after(day: Date, amount: Amount) -> Option<Date> {
    let n = amount.count.filter(|n| (-9999..=9999).contains(n))?;
    match amount.unit {
        Unit::Minute | Unit::Hour | Unit::Decade => None,
        Unit::Day => day.checked_add(n.days()).ok(),
        Unit::Week => day.checked_add(n.weeks()).ok(),
        Unit::Month => day.checked_add(n.months()).ok(),
        Unit::Year => day.checked_add(n.years()).ok(),
    }
}

/// So many units and a half, in the next smaller unit.
fn half_more(count: i32, unit: Unit) -> Option<Amount> {
    let count = count.checked_mul(2)?.checked_add(1)?;
    match unit {
        Unit::Minute | Unit::Month => None,
        Unit::Hour => Some(Amount::new(count.checked_mul(30)?, Unit::Minute)),
        Unit::Day => Some(Amount::new(count.checked_mul(12)?, Unit::Hour)),
        Unit::Week => Some(Amount::new(count.checked_mul(7)? / 2, Unit::Day)),
        Unit::Year => Some(Amount::new(count.checked_mul(6)?, Unit::Month)),
        Unit::Decade => Some(Amount::new(count.checked_mul(5)?, Unit::Year)),
    }
}

impl Reader<'_> {
    /// "every Friday", "each year", "on Fridays"
    pub(super) fn repeated(&self, i: usize) -> Read<Value> {
        if !matches!(self.lower(i), "every" | "each") {
            let day = self.form(i).strip_suffix('s').and_then(weekday);
            if let Some(day) = day {
                return Some((i + 1, Value::Set(Repetition::Weekday(day))));
            }
            return (self.lower(i) == "weekends").then_some((i + 1, Value::Set(Repetition::Weekend)));
        }
        let j = self.skip(i + 1, "single");
        if let Some(day) = weekday(self.form(j)) {
            return Some((j + 1, Value::Set(Repetition::Weekday(day))));
        }
        if let Some(part) = part(self.lower(j)) {
            return Some((j + 1, Value::Set(Repetition::PartOfDay(part))));
        }
        if self.lower(j) == "weekend" {
            return Some((j + 1, Value::Set(Repetition::Weekend)));
        }
        if let Some(month) = month(self.form(j)) {
            return Some((j + 1, Value::Set(Repetition::Month(month))));
        }
        if self.lower(j) == "other"
            && let Some((unit, times)) = unit(self.lower(j + 1))
        {
            return Some((j + 2, Value::Set(Repetition::Each(Amount::new(2 * times, unit)))));
        }
        if let Some((end, amount)) = self.quantity(j) {
            return Some((end, Value::Set(Repetition::Each(amount))));
        }
        let (unit, times) = unit(self.lower(j)).filter(|_| self.lower(i) == "every" || self.lower(j + 1) != "of")?;
        Some((j + 1, Value::Set(Repetition::Each(Amount::new(times, unit)))))
    }

    /// "three", "twenty-five", "a few", "several", "a couple of", "half a"; `None` inside for an untold number.
    pub(super) fn number(&self, i: usize) -> Read<Option<i32>> {
        // "the past couple of years"
        if self.lower(i) == "couple" && self.lower(i + 1) == "of" {
            return Some((i + 2, Some(2)));
        }
        const VAGUE: [&str; 5] = ["several", "many", "few", "some", "numerous"];
        let word = self.lower(i);
        if matches!(word, "a" | "an") {
            return Some(match (self.lower(i + 1), self.lower(i + 2)) {
                ("few", _) => (i + 2, None),
                ("couple", "of") => (i + 3, Some(2)),
                ("dozen", _) => (i + 2, Some(12)),
                ("hundred", _) => (i + 2, Some(100)),
                _ => (i + 1, Some(1)),
            });
        }
        if VAGUE.contains(&word) {
            // "some 20 years" is about 20
            return (word != "some").then_some((i + 1, None));
        }
        let n = number(word)?;
        if n >= 20
            && n % 10 == 0
            && self.lower(i + 1) == "-"
            && let Some(ones) = number(self.lower(i + 2)).filter(|o| *o < 10)
        {
            return Some((i + 3, Some(n + ones)));
        }
        Some((i + 1, Some(n)))
    }

    /// "three days", "five-day", "half an hour", "a fortnight"
    pub(super) fn quantity(&self, i: usize) -> Read<Amount> {
        if self.lower(i) == "half" && matches!(self.lower(i + 1), "a" | "an") {
            let half = match self.lower(i + 2) {
                "hour" => Amount::new(30, Unit::Minute),
                "day" => Amount::new(12, Unit::Hour),
                "year" => Amount::new(6, Unit::Month),
                "decade" => Amount::new(5, Unit::Year),
                "century" => Amount::new(50, Unit::Year),
                _ => return None,
            };
            return Some((i + 3, half));
        }
        let (after, count) = self.number(i)?;
        // "[Ten] years", a quotation mended
        let after = if self.before(i) == "[" { self.skip(after, "]") } else { after };
        let mut j = self.skip(after, "-");
        j +=
            usize::from(matches!(self.lower(j), "full" | "whole" | "long" | "straight" | "consecutive" | "successive"));
        // "two and a half years", "a year and a half"
        let halved = self.lower(j) == "and" && self.lower(j + 1) == "a" && self.lower(j + 2) == "half";
        if halved && let (Some(n), Some((unit, 1))) = (count, unit(self.lower(j + 3))) {
            return Some((j + 4, half_more(n, unit)?));
        }
        let (unit, times) = unit(self.lower(j))?;
        let half = self.lower(j + 1) == "and" && self.lower(j + 2) == "a" && self.lower(j + 3) == "half";
        if half && let (Some(1), 1) = (count, times) {
            return Some((j + 4, half_more(1, unit)?));
        }
        // "2018 day five" is no 2018 days
        let agrees = self.lower(j).ends_with('s') || count == Some(1) || j > after;
        agrees.then(|| (j + 1, Amount { count: count.map(|n| n * times), unit }))
    }

    /// What is built on an amount: "two days ago", "a week later", "three weeks after the election", "in three days", "the past six
    /// months", "within 48 hours", and plain durations.
    pub(super) fn counted(&self, i: usize) -> Counted {
        let value = |(end, value): (usize, Value)| (end, Some(value), None, None);
        if let Some(read) = self.span_of_time(i) {
            return Some(value(read));
        }
        let lower = self.lower(i);
        if matches!(lower, "in" | "within" | "inside")
            && let Some(read) = self.ahead_of_today(i)
        {
            return Some(value(read));
        }
        // "the months ahead", "the years to come"
        if lower == "the"
            && unit(self.lower(i + 1)).is_some_and(|u| !matches!(u.0, Unit::Minute))
            && self.lower(i + 1).ends_with('s')
        {
            let to_come = self.lower(i + 2) == "to" && self.lower(i + 3) == "come";
            if to_come || self.lower(i + 2) == "ahead" && self.lower(i + 3) != "of" {
                return Some(value((i + if to_come { 4 } else { 3 }, Value::Future)));
            }
        }
        // "the day before the vote", "the year after"; "hours later", "days after the vote"
        let one = || {
            let j = self.skip(i, "the");
            let (unit, times) = unit(self.lower(j))?;
            let singular = !self.lower(j).ends_with('s');
            let count = singular.then_some(times);
            let next = self.lower(j + 1);
            let linked = matches!(next, "before" | "after") || matches!(next, "earlier" | "later" | "ago") && !singular;
            (linked && (j == i) != singular && !(singular && matches!(self.lower(j + 2), "yesterday" | "tomorrow")))
                .then_some((j + 1, Amount { count, unit }))
        };
        // "two nights ago"
        if let Some((after, Some(n))) = self.number(i)
            && matches!(self.lower(after), "night" | "nights")
            && self.lower(after + 1) == "ago"
        {
            let night = self.day(-n).map(|d| Value::Period(Period::PartOfDay(d, Part::Night)));
            return night.map(|v| (after + 2, Some(v), None, None));
        }
        let quantity = self.quantity(i);
        let (j, amount) = quantity.or_else(one)?;
        let shifted = |base: Option<Period>, amount: Amount| base.and_then(|b| b.shift(amount)).map(Value::Period);
        let base = || match amount.unit {
            Unit::Minute | Unit::Hour | Unit::Day => self.told_day().map(Period::Day),
            Unit::Week => self.told.day.map(Period::Day).or_else(|| self.told_period()),
            _ => self.told_period(),
        };
        match self.lower(j) {
            "ago" | "back"
                if self.lower(j) == "ago" || self.upos(j) == Some(Upos::Adv) && self.lower(j + 1) != "to" =>
            {
                // "three years ago tomorrow"
                let exact = match self.lower(j + 1) {
                    "yesterday" => Some(-1),
                    "today" => Some(0),
                    "tomorrow" => Some(1),
                    _ => None,
                };
                if let Some(day) = exact.and_then(|k| days_after(self.day(k)?, amount.back())) {
                    return Some((j + 2, Some(Value::Period(Period::Day(day))), None, None));
                }
                let value = match amount.count {
                    None if !matches!(amount.unit, Unit::Hour | Unit::Minute) => Some(Value::Past),
                    _ => shifted(self.today.map(Period::Day), amount.back()),
                };
                value.map(|v| (j + 1, Some(v), None, None))
            }
            "earlier" | "previously" | "beforehand" | "prior" if self.lower(j + 1) != "to" => {
                Some((j + 1, shifted(base(), amount.back()), None, None))
            }
            "later" | "afterwards" | "afterward" => {
                let base = if self.told.last.is_some() { base() } else { None };
                Some((j + 1, shifted(base, amount), None, None))
            }
            "from" if self.lower(j + 1) == "today" && amount.unit != Unit::Year => {
                let day = days_after(self.today?, amount)?;
                Some((j + 2, Some(Value::Period(Period::Day(day))), None, None))
            }
            "from" if matches!(self.lower(j + 1), "now" | "today") => {
                shifted(self.today.map(Period::Day), amount).map(|v| (j + 2, Some(v), None, None))
            }
            // "for a month from 20 July" lasts a month
            "from" if self.before(i) != "for" => {
                let (end, (at, _)) = self.dated(j + 1)?;
                // "a week from Monday" is a Monday
                let value = match (at.period().and_then(Period::day), amount) {
                    (Some(day), Amount { count: Some(n), unit: Unit::Week }) => {
                        day.checked_add(n.weeks()).ok().map(|d| Value::Period(Period::Day(d)))
                    }
                    _ => shifted(at.period(), amount),
                };
                value.map(|v| (end, Some(v), None, None))
            }
            "before" | "after" => {
                let amount = if self.lower(j) == "before" { amount.back() } else { amount };
                let j = j + 1;
                // "the week before that"
                if self.lower(j) == "that" && matches!(self.upos(j + 1), None | Some(Upos::Punct)) {
                    let base = if amount.unit == Unit::Week { self.told_period() } else { base() };
                    return Some((j + 1, shifted(base, amount), None, None));
                }
                if let Some((end, (at, _))) = self.dated(j) {
                    return Some((end, shifted(at.period(), amount), None, None));
                }
                match self.named_event(j) {
                    Some((end, noun)) => Some((end, shifted(self.told.event(&noun), amount), None, None)),
                    None if self.opens_clause(j) => {
                        let told = (j..j + 4).find_map(|k| self.told_by(k));
                        Some((j, shifted(told, amount), None, Some(amount)))
                    }
                    None => {
                        let base =
                            if amount.count.is_none_or(|n| n < 0) || self.told.last.is_some() { base() } else { None };
                        Some((j, shifted(base, amount), None, None))
                    }
                }
            }
            _ => {
                quantity?;
                self.duration(i, j).then_some((j, Some(Value::Duration(amount)), None, None))
            }
        }
    }

    /// Is the amount `i..j` a duration? Not an age, nor a rate ("90 a year").
    pub(super) fn duration(&self, i: usize, j: usize) -> bool {
        let old = matches!(self.lower(j), "old" | "olds")
            || self.lower(j) == "-" && matches!(self.lower(j + 1), "old" | "olds");
        if old || matches!(self.before(i), "aged" | "age") {
            return false;
        }
        if !matches!(self.lower(i), "a" | "an") {
            return true;
        }
        const LEAD: [&str; 20] = [
            "for", "in", "of", "after", "than", "over", "nearly", "about", "almost", "within", "during", "to",
            "lasted", "least", "spent", "spend", "around", "roughly", "half", "took",
        ];
        let led = LEAD.contains(&self.before(i)) && !matches!(self.lower(j), "of" | "in");
        led || matches!(self.lower(i + 1), "few" | "couple" | "dozen" | "hundred")
    }

    /// "the past three days", "the next five years", "the past year", "recent weeks", "the coming days"
    pub(super) fn span_of_time(&self, i: usize) -> Read<Value> {
        let the = self.lower(i) == "the" || matches!(self.lower(i), "these" | "this");
        let j = if the { i + 1 } else { i };
        let j = self.skip(j, "most");
        let back = match self.lower(j) {
            "past" | "last" | "previous" | "preceding" | "recent" => true,
            "next" | "coming" | "following" | "upcoming" => false,
            _ => return None,
        };
        let vague = if back { Value::Past } else { Value::Future };
        let k = j + 1;
        if let Some((unit, _)) = unit(self.lower(k))
            && self.lower(k).ends_with('s')
            && matches!(self.lower(j), "recent" | "coming" | "upcoming" | "past")
            && !matches!(unit, Unit::Minute)
        {
            return Some((k + 1, vague));
        }
        let (end, amount) =
            self.quantity(k).filter(|_| self.lower(k) != "a" || self.lower(k + 1) == "few").or_else(|| {
                let (unit, times) = unit(self.lower(k)).filter(|u| *u != (Unit::Decade, 10))?;
                // "the past year"; but "the last day of May", "the next day"
                let one = match self.lower(j) {
                    "past" => true,
                    "last" | "next" => {
                        self.lower(i) == "the" && !matches!(unit, Unit::Day) && self.lower(k + 1) != "of"
                    }
                    "coming" => self.lower(i) == "the",
                    _ => false,
                };
                one.then_some((k + 1, Amount::new(times, unit)))
            })?;
        if amount.count.is_none() {
            return Some((end, vague));
        }
        // "the previous two days" end with what was told
        let base = match self.lower(j) {
            "previous" | "preceding" | "following" => self.told_day()?,
            // "served in the army for the next five years", told of 1655
            "next" if self.told.background.is_some() && self.direction(i, end) == Some(Direction::Back) => {
                self.told_period()?.first()?
            }
            _ => self.today?,
        };
        let (from, to) = stretch(base, amount, back)?;
        Some((end, Value::Interval(Some(from), Some(to))))
    }

    /// "in three days", "in four years' time", "within 48 hours"
    pub(super) fn ahead_of_today(&self, i: usize) -> Read<Value> {
        let within = self.lower(i) != "in";
        if let Some((unit, _)) = unit(self.lower(i + 1)).filter(|_| within)
            && matches!(unit, Unit::Hour | Unit::Minute)
        {
            return Some((i + 2, Value::Period(Period::Day(self.told_day()?))));
        }
        let (mut end, amount) = self.quantity(i + 1)?;
        if within {
            let (from, to) = stretch(self.today?, amount, false)?;
            return self.ahead(i, end).then_some((end, Value::Interval(Some(from), Some(to))));
        }
        let mut time = end;
        while matches!(self.lower(time), "'" | "’" | "'s" | "’s") {
            time += 1;
        }
        let in_time = self.lower(time) == "time";
        if in_time {
            end = time + 1;
        }
        let exact = in_time || !matches!(self.lower(end), "of" | "in") && self.ahead(i, end);
        exact.then_some((end, Value::Period(Period::Day(self.today?).shift(amount)?)))
    }

    /// A noun phrase that names an event, from a determiner on: its end and its noun's lemma.
    pub(super) fn named_event(&self, i: usize) -> Read<String> {
        let mut j = i;
        while j < i + 6
            && matches!(self.upos(j), Some(Upos::Det | Upos::Adj | Upos::Propn | Upos::Pron | Upos::Num | Upos::Part))
        {
            j += 1;
        }
        let mut noun = None;
        while j < i + 8 && self.upos(j) == Some(Upos::Noun) {
            noun = self.pieces.get(j).map(|p| p.token);
            j += 1;
        }
        let word = &self.tree.words[noun?];
        // "after the rebels fled" names no event, but tells of one
        (!matches!(word.rel(), "nsubj" | "csubj")).then(|| (j, word.lemma.to_lowercase()))
    }

    /// The date of what the verb here has told before ("he died").
    pub(super) fn told_by(&self, i: usize) -> Option<Period> {
        let word = &self.tree.words[self.pieces.get(i)?.token];
        self.told.event(&word.lemma).filter(|_| word.upos == Upos::Verb)
    }

    pub(super) fn opens_clause(&self, i: usize) -> bool {
        !matches!(self.upos(i), None | Some(Upos::Punct | Upos::Cconj | Upos::Adp | Upos::Adv))
            && self.pieces.len() > i + 1
    }
}
