//! Times of day and parts of the day: "0300 GMT on Tuesday", "the night of 5-6 March".

use super::super::calendar::weekday;
use super::super::value::{Clock, Modifier, Part, Period, Value};
use super::super::words::{ZONES, number, part};
use super::{Read, Reader};
use jiff::ToSpan;
use polybius_syntax::Upos;

impl Reader<'_> {
    /// "0300 GMT on Tuesday", "10 p.m.", "noon"
    pub(super) fn clock_and_day(&self, i: usize) -> Read<Value> {
        let (end, clock) = self.clock(i)?;
        let comma = self.skip(end, ",");
        let on = self.skip(comma, "on");
        if let Some((with_day, (value, _))) = self.plain(on).map(|(e, v)| (e, (v, None::<Modifier>)))
            && let Some(day) = value.period().and_then(Period::day)
        {
            let late =
                matches!(value, Value::Period(Period::PartOfDay(_, Part::Afternoon | Part::Evening | Part::Night)));
            let written =
                self.pieces.get(i).is_some_and(|p| p.lower.contains(':')) || self.lower(end - 1).ends_with(['m', '.']);
            // "at 8 tonight" is eight in the evening
            let clock = if late && !written && (5..12).contains(&clock.hour) {
                Clock { hour: clock.hour + 12, ..clock }
            } else {
                clock
            };
            // "4 a.m. last night" is this morning
            let small_hours = clock.hour < 6 && matches!(value, Value::Period(Period::PartOfDay(_, Part::Night)));
            let day = if small_hours { day.checked_add(1.day()).ok()? } else { day };
            return Some((with_day, Value::Moment(Some(day), clock)));
        }
        Some((end, Value::Moment(None, clock)))
    }

    pub(super) fn clock(&self, i: usize) -> Read<Clock> {
        let word = self.lower(i);
        if let Some((end, hour, minute)) = self.spoken_clock(i) {
            return Some((end, Clock { hour, minute, zone: None }));
        }
        let (mut end, hour, minute) = match word {
            "noon" | "midday" => (i + 1, 12, 0),
            "midnight" => (i + 1, 24, 0),
            _ => {
                // "10", "10:30", "0300", "14h00", with "pm" written to it or as the next word; "ten" only with "o'clock" and the like
                let digits = word.trim_end_matches(|c: char| c.is_alphabetic() || c == '.');
                let mut suffix = word[digits.len()..].replace('.', "");
                let mut end = i + 1;
                let spelled = number(word).filter(|_| digits.is_empty());
                if suffix.is_empty() || spelled.is_some() {
                    suffix = self.lower(end).replace('.', "").replace('’', "'");
                    end += 1;
                }
                let half = matches!(suffix.as_str(), "am" | "pm" | "o'clock");
                if !half {
                    (suffix, end) = (word[digits.len()..].replace('.', ""), i + 1);
                }
                let small = |s: &str| s.parse::<u8>().ok().filter(|_| s.len() <= 2);
                let hours = matches!(self.lower(end), "hours" | "hrs");
                let (hour, minute, sure) = match (digits.split_once([':', '.', 'h']), spelled) {
                    (_, Some(n)) => (u8::try_from(n).ok()?, 0, false),
                    (Some((h, m)), _) if m.len() == 2 => (small(h)?, small(m)?, !digits.contains('.')),
                    (None, _) if digits.len() == 4 && digits.is_ascii() => {
                        (small(&digits[..2])?, small(&digits[2..])?, hours || self.zone(end).is_some())
                    }
                    (None, _) => (small(digits)?, 0, false),
                    _ => return None,
                };
                let hour = match suffix.as_str() {
                    "pm" if (1..=11).contains(&hour) => hour + 12,
                    "am" if hour == 12 => 0,
                    _ if half && hour <= 12 => hour,
                    "" if sure || digits.contains('.') && self.zone(end).is_some_and(|z| z.1.is_some()) => hour,
                    _ => return None,
                };
                end += usize::from(sure && hours);
                (end, hour, minute)
            }
        };
        if hour > 24 || minute > 59 {
            return None;
        }
        let mut zone = None;
        if let Some((after, z)) = self.zone(end) {
            (end, zone) = (after, z);
        }
        Some((end, Clock { hour, minute, zone }))
    }

    /// "half past ten", "a quarter to nine", "at five thirty", "at 8 this morning"
    fn spoken_clock(&self, i: usize) -> Option<(usize, u8, u8)> {
        let hour = |k: usize| number(self.lower(k)).and_then(|n| u8::try_from(n).ok()).filter(|n| (1..=12).contains(n));
        let minutes = |k: usize| match self.lower(k) {
            "half" => Some(30),
            "quarter" => Some(15),
            _ => None,
        };
        let j = self.skip(i, "a");
        if let Some(minutes) = minutes(j) {
            return match self.lower(j + 1) {
                "past" => Some((j + 3, hour(j + 2)?, minutes)),
                "to" if minutes == 15 => Some((j + 3, hour(j + 2).map(|h| if h == 1 { 12 } else { h - 1 })?, 45)),
                _ => None,
            };
        }
        let h = hour(i).filter(|_| matches!(self.before(i), "at" | "around" | "about"))?;
        let tens = number(self.lower(i + 1)).filter(|m| (10..60).contains(m) && m % 5 == 0);
        if let Some(m) = tens.filter(|_| self.form(i).chars().all(char::is_alphabetic)) {
            let counts = self.lower(i + 2) == "-" || self.upos(i + 2) == Some(Upos::Noun);
            return if counts { None } else { Some((i + 2, h, u8::try_from(m).ok()?)) };
        }
        let told = match (self.lower(i + 1), self.lower(i + 2)) {
            ("today" | "tonight" | "tomorrow" | "yesterday", _) => true,
            ("this" | "last", word) => part(word).is_some(),
            ("on", _) => weekday(self.form(i + 2)).is_some(),
            ("in", "the") => part(self.lower(i + 3)).is_some(),
            // "the meeting begins at 11"
            _ if !matches!(self.upos(i + 1), Some(Upos::Noun | Upos::Adj | Upos::Num | Upos::Sym)) => {
                const HOURS: [&str; 8] = ["begin", "start", "open", "close", "end", "arrive", "wake", "leave"];
                let head = self.tree.words[self.pieces[i].token].head;
                self.before(i) == "at" && head.is_some_and(|h| HOURS.contains(&self.tree.words[h].lemma.as_str()))
            }
            _ => false,
        };
        told.then_some((i + 1, h, 0))
    }

    /// "GMT", "local time", "Moscow time"
    pub(super) fn zone(&self, i: usize) -> Read<Option<i16>> {
        let form = self.form(i).trim_end_matches('.');
        if let Some((_, minutes)) = ZONES.iter().find(|z| z.0 == form) {
            return Some((i + 1, Some(*minutes)));
        }
        let named = self.lower(i) == "local" || self.upos(i) == Some(Upos::Propn);
        (named && self.lower(i + 1) == "time").then_some((i + 2, None))
    }

    /// "the night of 5-6 March", "on the morning of May 3", "in the evening"
    pub(super) fn part_of_day(&self, i: usize) -> Read<Value> {
        let j = self.skip(i, "the");
        let twilight = match self.lower(i) {
            "dawn" | "daybreak" | "sunrise" => Some(Part::Morning),
            "evening" | "dusk" | "sunset" => Some(Part::Evening),
            "nightfall" => Some(Part::Night),
            _ => None,
        };
        if let Some(part) = twilight.filter(|_| matches!(self.before(i), "by" | "at"))
            && !matches!(self.lower(i + 1), "on" | "today" | "yesterday" | "of")
            && weekday(self.form(i + 1)).is_none()
        {
            return Some((i + 1, Value::Period(Period::PartOfDay(self.told_day()?, part))));
        }
        if matches!(self.lower(j), "small" | "early" | "wee")
            && self.lower(j + 1) == "hours"
            && self.lower(j + 2) == "of"
        {
            let (end, value) = self.plain(j + 3)?;
            return Some((end, Value::Period(Period::PartOfDay(value.period()?.day()?, Part::Morning))));
        }
        let part = part(self.lower(j))?;
        if self.lower(j + 1) == "of" {
            if let Some((end, (a, b))) = self.joined(j + 2) {
                return Some((end, Value::Interval(Some(a), Some(b))));
            }
            let (end, value) = self.plain(j + 2)?;
            let day = value.period()?.day()?;
            return Some((end, Value::Period(Period::PartOfDay(day, part))));
        }
        // "in the evening" of the day that was told
        let bare = j > i && self.before(i) == "in" && part != Part::Night && self.lower(j + 1) != "before";
        bare.then_some((j + 1, Value::Period(Period::PartOfDay(self.told_day()?, part))))
    }
}
