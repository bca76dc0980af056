//! Charts as SVG. They are drawn for the eye alone; the numbers stand in a table beside each.

use crate::format::{QUADS, counted, number};
use maud::{Markup, html};

/// Counts by quad class, in the order of [`QUADS`].
pub(crate) type Quads = [u64; 4];

/// A month or year with its counts and where it leads.
pub(crate) struct Bucket {
    pub(crate) label: String,
    pub(crate) address: Option<String>,
    pub(crate) counts: Quads,
}

/// The index of a quad class.
pub(crate) fn index(quad: &str) -> Option<usize> {
    QUADS.iter().position(|(name, _)| *name == quad)
}

/// More months than these are drawn as years.
const MONTHS: usize = 72;

/// Months ("2013-07") in order as a row without gaps, as years where there are many. The few that lie far from the others are left out;
/// returns how many events those are.
pub(crate) fn buckets(months: &[(String, Quads)], address: impl Fn(&str) -> Option<String>) -> (Vec<Bucket>, u64) {
    let total: u64 = months.iter().flat_map(|(_, q)| q).sum();
    let dated: Vec<(i32, &Quads)> = months.iter().filter_map(|(m, q)| Some((month_number(m)?, q))).collect();
    let (mut first, mut last) = (0, dated.len());
    let sum = |q: &Quads| q.iter().sum::<u64>();
    let (mut before, mut behind) = (0, 0);
    // half a percent at each end
    while first < last && (before + sum(dated[first].1)) * 200 <= total {
        before += sum(dated[first].1);
        first += 1;
    }
    while last > first && (behind + sum(dated[last - 1].1)) * 200 <= total {
        behind += sum(dated[last - 1].1);
        last -= 1;
    }
    let kept = &dated[first..last];
    let (Some(from), Some(to)) = (kept.first().map(|m| m.0), kept.last().map(|m| m.0)) else {
        return (Vec::new(), total);
    };
    let years = (to - from) as usize >= MONTHS;
    let step = if years { 12 } else { 1 };
    let (from, to) = (from.div_euclid(step), to.div_euclid(step));
    let mut row: Vec<Bucket> = (from..=to)
        .map(|n| {
            let label =
                if years { format!("{n:04}") } else { format!("{:04}-{:02}", n.div_euclid(12), n.rem_euclid(12) + 1) };
            Bucket { address: address(&label), label, counts: [0; 4] }
        })
        .collect();
    for (month, quads) in kept {
        let bucket = &mut row[(month.div_euclid(step) - from) as usize];
        bucket.counts.iter_mut().zip(*quads).for_each(|(sum, n)| *sum += n);
    }
    (row, before + behind)
}

fn month_number(month: &str) -> Option<i32> {
    let (year, month) = month.split_once('-')?;
    Some(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()? - 1)
}

const WIDTH: f64 = 960.0;
const LEFT: f64 = 52.0;

/// A round number of which a few fit into `max`.
fn step(max: f64) -> f64 {
    let rough = (max / 3.0).max(1.0);
    let power = 10f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|f| f * power).find(|s| *s >= rough).unwrap_or(rough)
}

/// Cooperation above the line, conflict below, and the balance of both as a line.
pub(crate) fn balance(buckets: &[Bucket], height: f64) -> Markup {
    let up = |b: &Bucket| (b.counts[0] + b.counts[1]) as f64;
    let down = |b: &Bucket| (b.counts[2] + b.counts[3]) as f64;
    let most_up = buckets.iter().map(up).fold(0.0, f64::max);
    let most_down = buckets.iter().map(down).fold(0.0, f64::max);
    let (top, foot) = (10.0, 24.0);
    let scale = (height - top - foot) / (most_up + most_down).max(1.0);
    let zero = top + most_up * scale;
    let slot = (WIDTH - LEFT) / buckets.len().max(1) as f64;
    let bar = (slot * 0.84).clamp(1.0, 40.0);
    let x = |i: usize| LEFT + slot * (i as f64 + 0.5);
    let tick = step(most_up.max(most_down));
    let ticks = (-(most_down / tick) as i64..=(most_up / tick) as i64).map(|k| k as f64 * tick);
    let middle: Vec<String> = buckets
        .iter()
        .enumerate()
        .map(|(i, b)| format!("{:.1} {:.1}", x(i), zero - (up(b) - down(b)) * scale))
        .collect();
    html! {
        svg.chart viewBox={ "0 0 " (WIDTH) " " (height) } aria-hidden="true" focusable="false" {
            @for value in ticks {
                @let y = format!("{:.1}", zero - value * scale);
                line.grid.zero[value == 0.0] x1=(LEFT) x2=(WIDTH) y1=(y) y2=(y) {}
                text.tick x=(LEFT - 6.0) y=(y) dy="0.32em" text-anchor="end" { (number(value.abs() as u64)) }
            }
            @for (i, b) in buckets.iter().enumerate() {
                @let left = format!("{:.1}", x(i) - bar / 2.0);
                a href=[b.address.as_deref()] tabindex="-1" {
                    title { (crate::format::day(&b.label)) ": " (told(&b.counts)) }
                    rect.hit x=(format!("{:.1}", x(i) - slot / 2.0)) y=(top) width=(format!("{slot:.1}")) height=(height - top - foot) {}
                    // what was said stands next to the line, what was done farther out
                    @for (class, from, count) in [("vc", 0, b.counts[0]), ("mc", b.counts[0], b.counts[1])] {
                        @if count > 0 {
                            rect.(class) x=(left) width=(format!("{bar:.1}")) y=(format!("{:.1}", zero - (from + count) as f64 * scale))
                                height=(format!("{:.1}", count as f64 * scale)) {}
                        }
                    }
                    @for (class, from, count) in [("vx", 0, b.counts[2]), ("mx", b.counts[2], b.counts[3])] {
                        @if count > 0 {
                            rect.(class) x=(left) width=(format!("{bar:.1}")) y=(format!("{:.1}", zero + from as f64 * scale))
                                height=(format!("{:.1}", count as f64 * scale)) {}
                        }
                    }
                }
            }
            @if buckets.len() > 1 { polyline.net points=(middle.join(" ")) {} }
            (times(buckets, &x, slot, height))
        }
    }
}

/// One bar for each bucket, all counts together.
pub(crate) fn bars(buckets: &[Bucket], height: f64) -> Markup {
    let sum = |b: &Bucket| b.counts.iter().sum::<u64>();
    let most = buckets.iter().map(sum).max().unwrap_or_default() as f64;
    let (top, foot) = (10.0, 24.0);
    let scale = (height - top - foot) / most.max(1.0);
    let slot = (WIDTH - LEFT) / buckets.len().max(1) as f64;
    let bar = (slot * 0.84).clamp(1.0, 40.0);
    let x = |i: usize| LEFT + slot * (i as f64 + 0.5);
    let tick = step(most);
    html! {
        svg.chart viewBox={ "0 0 " (WIDTH) " " (height) } aria-hidden="true" focusable="false" {
            @for value in (0..=(most / tick) as i64).map(|k| k as f64 * tick) {
                @let y = format!("{:.1}", height - foot - value * scale);
                line.grid.zero[value == 0.0] x1=(LEFT) x2=(WIDTH) y1=(y) y2=(y) {}
                text.tick x=(LEFT - 6.0) y=(y) dy="0.32em" text-anchor="end" { (number(value as u64)) }
            }
            @for (i, b) in buckets.iter().enumerate() {
                @let tall = sum(b) as f64 * scale;
                a href=[b.address.as_deref()] tabindex="-1" {
                    title { (crate::format::day(&b.label)) ": " (number(sum(b))) }
                    rect.one x=(format!("{:.1}", x(i) - bar / 2.0)) width=(format!("{bar:.1}"))
                        y=(format!("{:.1}", height - foot - tall)) height=(format!("{tall:.1}")) {}
                }
            }
            (times(buckets, &x, slot, height))
        }
    }
}

/// The labels below: as many as there is room for, years where months go by.
fn times(buckets: &[Bucket], x: &dyn Fn(usize) -> f64, slot: f64, height: f64) -> Markup {
    let room = (64.0 / slot).ceil().max(1.0) as usize;
    let months = buckets.first().is_some_and(|b| b.label.len() == 7);
    // years fall on January
    let every = if months && room > 3 { room.div_ceil(12) * 12 } else { room };
    let start =
        if every % 12 == 0 && months { buckets.iter().position(|b| b.label.ends_with("-01")).unwrap_or(0) } else { 0 };
    html! {
        @for (i, b) in buckets.iter().enumerate().skip(start).step_by(every) {
            @let label = if every % 12 == 0 && months { b.label.get(..4).unwrap_or_default() } else { &b.label };
            text.tick x=(format!("{:.1}", x(i))) y=(height - 7.0) text-anchor="middle" { (label) }
        }
    }
}

/// "3 verbal cooperation, 1 material conflict"
fn told(counts: &Quads) -> String {
    let parts: Vec<String> = QUADS
        .iter()
        .zip(counts)
        .filter(|(_, n)| **n > 0)
        .map(|((name, _), n)| format!("{} {name}", number(*n)))
        .collect();
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
}

/// What the colours mean.
pub(crate) fn legend(line: bool) -> Markup {
    html! {
        ul.legend {
            @for (name, class) in QUADS { li { span.swatch.(class) {} (name) } }
            @if line { li { span.swatch.net {} "balance" } }
        }
    }
}

/// A thin bar of the four classes' shares.
pub(crate) fn shares(counts: &Quads) -> Markup {
    let total: u64 = counts.iter().sum();
    let part = |events: u64| events as f64 / total.max(1) as f64 * 120.0;
    html! {
        svg.shares viewBox="0 0 120 10" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            title { (told(counts)) }
            @for (i, ((_, class), &count)) in QUADS.iter().zip(counts).enumerate() {
                @let from = part(counts[..i].iter().sum());
                @if count > 0 { rect.(class) x=(format!("{from:.1}")) y="0" width=(format!("{:.1}", part(count))) height="10" {} }
            }
        }
    }
}

/// The numbers of a chart as a table, folded away.
pub(crate) fn numbers(buckets: &[Bucket]) -> Markup {
    html! {
        details.numbers {
            summary { "The numbers" }
            div.scroll tabindex="0" role="region" aria-label="The numbers of the chart" {
                table {
                    thead { tr { th scope="col" { "When" } @for (name, _) in QUADS { th.n scope="col" { (name) } } } }
                    tbody {
                        @for b in buckets.iter().filter(|b| b.counts.iter().any(|n| *n > 0)) {
                            tr {
                                th scope="row" {
                                    @match &b.address {
                                        Some(address) => { a href=(address) { (crate::format::day(&b.label)) } }
                                        None => { (crate::format::day(&b.label)) }
                                    }
                                }
                                @for n in b.counts { td.n { (number(n)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A note on what the chart leaves out.
pub(crate) fn left_out(events: u64) -> Markup {
    html! { @if events > 0 { p.note { (counted(events, "event", "events")) " far outside this period or without a date not drawn." } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_become_a_row_without_gaps_and_many_become_years() {
        let months = |list: &[&str]| list.iter().map(|m| ((*m).to_owned(), [1, 0, 0, 2])).collect::<Vec<_>>();
        let (row, left) = buckets(&months(&["2013-11", "2014-02"]), |_| None);
        let labels: Vec<&str> = row.iter().map(|b| b.label.as_str()).collect();
        assert_eq!((labels, left), (vec!["2013-11", "2013-12", "2014-01", "2014-02"], 0));
        let (row, _) = buckets(&months(&["2001-05", "2001-06", "2013-02"]), |_| None);
        assert_eq!((row.len(), row[0].label.as_str(), row[0].counts), (13, "2001", [2, 0, 0, 4]));
        assert!(buckets(&[], |_| None).0.is_empty());
        assert_eq!(buckets(&months(&["", "x-y"]), |_| None).1, 6);
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!([step(1.0), step(10.0), step(700.0), step(0.0)], [1.0, 5.0, 500.0, 1.0]);
    }
}
