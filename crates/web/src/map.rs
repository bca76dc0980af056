//! The world in the Equal Earth projection: countries filled by how much happened there, and the places where it did.

use crate::format::{counted, encode, number};
use crate::world::World;
use maud::{Markup, PreEscaped, html};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Outlines by country, as `map/build.py` writes them: code, name, path.
static OUTLINES: LazyLock<Vec<(&str, &str, &str)>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let mut columns = line.split('\t');
        Some((columns.next()?, columns.next()?, columns.next()?))
    };
    include_str!("../map/world.tsv").lines().filter(|l| !l.starts_with('#')).filter_map(line).collect()
});

const WIDTH: f64 = 2000.0;
const HEIGHT: f64 = 870.0;

/// A place with its events.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) name: String,
    pub(crate) country: String,
    pub(crate) lat: f64,
    pub(crate) lon: f64,
    pub(crate) events: u64,
    /// Of them, those of conflict.
    pub(crate) conflict: u64,
}

fn equal_earth(lon: f64, lat: f64) -> (f64, f64) {
    const A: [f64; 4] = [1.340264, -0.081106, 0.000893, 0.003796];
    let t = (3f64.sqrt() / 2.0 * lat.to_radians().sin()).asin();
    let (t2, t6) = (t * t, t.powi(6));
    let x = 2.0 * 3f64.sqrt() * lon.to_radians() * t.cos()
        / (3.0 * (9.0 * A[3] * t6 * t2 + 7.0 * A[2] * t6 + 3.0 * A[1] * t2 + A[0]));
    (x, t * (A[3] * t6 * t2 + A[2] * t6 + A[1] * t2 + A[0]))
}

/// Where a place lies on the map.
fn project(lon: f64, lat: f64) -> (f64, f64) {
    let scale = WIDTH / (2.0 * equal_earth(180.0, 0.0).0);
    let (x, y) = equal_earth(lon.clamp(-180.0, 180.0), lat.clamp(-90.0, 90.0));
    (WIDTH / 2.0 + x * scale, (equal_earth(0.0, 84.0).1 - y) * scale)
}

/// Shades of the fill.
const SHADES: u32 = 5;

/// The shade of a count: each begins at the same multiple of the one before.
fn shade(events: u64, most: u64) -> u32 {
    if events == 0 {
        return 0;
    }
    let share = (events as f64).ln() / (most.max(2) as f64).ln();
    1 + ((share * f64::from(SHADES)) as u32).min(SHADES - 1)
}

/// The least count of a shade.
fn least(shade: u32, most: u64) -> u64 {
    ((most.max(2) as f64).powf(f64::from(shade - 1) / f64::from(SHADES)) - 1e-9).ceil().max(1.0) as u64
}

/// The map. `address` is where a search leads that `place=...` is added to.
pub(crate) fn world(countries: &[(String, u64)], points: &[Point], names: &World, address: &str) -> Markup {
    let counts: HashMap<&str, u64> = countries.iter().map(|(code, n)| (code.as_str(), *n)).collect();
    let most = countries.iter().map(|(_, n)| *n).max().unwrap_or_default();
    let most_at_a_point = points.iter().map(|p| p.events).max().unwrap_or(1) as f64;
    let link =
        |place: &str| format!("{address}{}place={}", if address.contains('?') { '&' } else { '?' }, encode(place));
    html! {
        svg.map viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } aria-hidden="true" focusable="false" {
            @for (code, name, path) in OUTLINES.iter() {
                @let events = counts.get(code).copied().unwrap_or_default();
                @let shape = html! {
                    // the path is ours, of digits and a few letters
                    path.{ "f" (shade(events, most)) } d=(PreEscaped(path)) {
                        title { (names.country(code).unwrap_or(name)) ": " (counted(events, "event", "events")) }
                    }
                };
                @if events > 0 { a href=(link(code)) tabindex="-1" { (shape) } } @else { (shape) }
            }
            @for p in points.iter().rev() {
                @let (x, y) = project(p.lon, p.lat);
                @let r = 4.0 + 18.0 * (p.events as f64 / most_at_a_point).sqrt();
                a href=(link(&p.name)) tabindex="-1" {
                    circle.(if p.conflict * 2 > p.events { "px" } else { "pc" })
                        cx=(format!("{x:.0}")) cy=(format!("{y:.0}")) r=(format!("{r:.1}")) {
                        title { (p.name) ", " (names.name(&p.country)) ": " (counted(p.events, "event", "events")) ", " (number(p.conflict)) " of conflict" }
                    }
                }
            }
        }
        @if most > 0 {
            ul.legend {
                @for s in 1..=SHADES {
                    @let (from, to) = (least(s, most), if s == SHADES { most } else { least(s + 1, most) - 1 });
                    @if from <= to { li { span.swatch.{ "f" (s) } {} (number(from)) @if to > from { "–" (number(to)) } } }
                }
                li { span.swatch.round.px {} "place, mostly conflict" }
                li { span.swatch.round.pc {} "place, mostly cooperation" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lie_in_their_countries() {
        // a point lies in a polygon if a ray from it crosses the outline an odd number of times
        let inside = |path: &str, (x, y): (f64, f64)| {
            let mut odd = false;
            for ring in path.split('z').filter(|r| !r.is_empty()) {
                let spaced = ring.replace('-', " -").replace(['M', 'l'], " ");
                let numbers: Vec<f64> = spaced.split_whitespace().map(|n| n.parse().unwrap()).collect();
                let mut points = vec![(numbers[0], numbers[1])];
                for step in numbers[2..].chunks(2) {
                    let last = points[points.len() - 1];
                    points.push((last.0 + step[0], last.1 + step[1]));
                }
                for i in 0..points.len() {
                    let (a, b) = (points[i], points[(i + 1) % points.len()]);
                    if (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0 {
                        odd = !odd;
                    }
                }
            }
            odd
        };
        for (code, lon, lat) in [
            ("FRA", 2.35, 48.85),
            ("AUS", 149.1, -35.3),
            ("BRA", -47.9, -15.8),
            ("RUS", 37.6, 55.75),
            ("KOS", 20.9, 42.6),
        ] {
            let path = OUTLINES.iter().find(|o| o.0 == code).unwrap().2;
            assert!(inside(path, project(lon, lat)), "{code}");
        }
        assert!(OUTLINES.len() > 170);
    }

    #[test]
    fn paths_are_only_paths() {
        for (code, name, path) in OUTLINES.iter() {
            assert!(path.chars().all(|c| c.is_ascii_digit() || " -Mlz".contains(c)), "{name}");
            assert!(*code == "-" || code.len() == 3, "{code}");
        }
    }

    #[test]
    fn shades_begin_where_the_legend_says() {
        for most in [1, 2, 7, 1000, 123_456] {
            for s in 1..=SHADES {
                let from = least(s, most);
                if from <= most && (s == 1 || least(s - 1, most) < from) {
                    assert!(shade(from, most) >= s, "{from} of {most} in shade {s}");
                }
            }
            assert_eq!(shade(most, most), if most == 1 { 1 } else { SHADES });
        }
    }
}
