//! Where places lie: the GeoNames facts that `lexicon/places/build.py` packs, read where they stand in the binary, and the tables of
//! `lexicon/places/` on top of them.
//!
//! The packed file begins with a line of text and the lengths of nine sections, all numbers little-endian:
//!
//! | section | entries |
//! | --- | --- |
//! | countries | code (three letters) and record `u24`, sorted by code |
//! | regions | country (three letters), GeoNames id of the first order region (0: none) |
//! | records | id `u32`, lat and lon `i24` in 1/10,000 degree, population `u16` as 2000·log2(n+1), region `u16`, kind `u8`; sorted by spelling, the most populous first |
//! | spellings | of the records, in order: offsets of blocks of 16, then the front-coded strings |
//! | further spellings | the same, each followed by its record `u24` |
//! | names | record `u24` and offset `u24` of the names that the spelling does not tell, then their text |
//!
//! A lookup is a binary search over the first strings of blocks; nothing is unpacked.

use crate::lexicon::bad;
use polybius_actors::{File, Problem};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Contains data of GeoNames (<https://www.geonames.org>), licensed under CC BY 4.0.
static GEONAMES: &[u8] = include_bytes!("../../../lexicon/places/geonames.bin");

const MAGIC: &[u8] =
    b"Polybius gazetteer 1. Contains data of GeoNames (https://www.geonames.org), licensed under CC BY 4.0.\n";
const RECORD: usize = 15;
const REGION: usize = 7;
const BLOCK: usize = 16;

/// What kind of place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum PlaceKind {
    Country,
    /// A first order region: a state, a province.
    Admin1,
    /// A second order region: a county, a district.
    Admin2,
    Capital,
    /// A town or village.
    Town,
    /// A part of the world or of a country that no authority governs as such ("Sahel", "Donbas").
    Region,
    Continent,
    /// Seas, lakes, rivers, straits.
    Water,
    /// Mountains, islands, deserts.
    Land,
    /// Buildings, camps, crossings, dams, airports.
    Site,
}

impl PlaceKind {
    const PACKED: [PlaceKind; 5] =
        [PlaceKind::Country, PlaceKind::Admin1, PlaceKind::Admin2, PlaceKind::Capital, PlaceKind::Town];

    /// As the tables of `lexicon/places/` write them.
    pub(crate) const NAMES: [&str; 10] =
        ["country", "admin1", "admin2", "capital", "town", "region", "continent", "water", "land", "site"];

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let rest =
            [PlaceKind::Region, PlaceKind::Continent, PlaceKind::Water, PlaceKind::Land, PlaceKind::Site].into_iter();
        let kinds = PlaceKind::PACKED.into_iter().chain(rest);
        PlaceKind::NAMES.into_iter().zip(kinds).find(|(name, _)| *name == text).map(|(_, kind)| kind)
    }
}

/// A place of the gazetteer.
#[derive(Clone, Debug, PartialEq)]
pub struct GazetteerPlace {
    /// Its usual name.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// ISO 3166-1 alpha-3; `None` for seas, continents and what lies in several countries.
    pub country: Option<String>,
    /// GeoNames id of the first order region it lies in (its own, for such a region).
    pub admin1: Option<u32>,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// How many people live there, to about 0.03 percent.
    pub population: f64,
    /// GeoNames id.
    pub geonames: Option<u32>,
}

/// A place by its position in the gazetteer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum PlaceId {
    Packed(u32),
    Table(u32),
}

/// A place that a spelling may mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) id: PlaceId,
    /// Is the spelling another than its usual name?
    pub(crate) alternate: bool,
    /// Does the spelling count only behind another place ("Austin, TX")?
    pub(crate) short: bool,
}

/// What a spelling leads to.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) candidates: Vec<Candidate>,
    /// Is it the beginning of a longer spelling?
    pub(crate) continues: bool,
}

/// Strings, front-coded in blocks, each followed by `tail` bytes of its own.
#[derive(Clone, Copy, Debug, Default)]
struct Strings {
    offsets: &'static [u8],
    body: &'static [u8],
    tail: usize,
}

/// Reads strings one after the other.
struct Cursor {
    strings: Strings,
    at: usize,
    key: Vec<u8>,
    index: usize,
}

impl Strings {
    fn blocks(&self) -> usize {
        self.offsets.len() / 4
    }

    fn offset(&self, block: usize) -> Option<usize> {
        u32_at(self.offsets, 4 * block).map(|o| o as usize)
    }

    /// The first string of a block, which is written in full.
    fn head(&self, block: usize) -> &'static [u8] {
        let read = || {
            let at = self.offset(block)?;
            let length = usize::from(*self.body.get(at + 1)?);
            self.body.get(at + 2..at + 2 + length)
        };
        read().unwrap_or_default()
    }

    fn cursor(&self, block: usize) -> Cursor {
        let at = self.offset(block).unwrap_or(self.body.len());
        Cursor { strings: *self, at, key: Vec::new(), index: block * BLOCK }
    }

    /// Calls `visit` with the index and the tail of every string equal to `key`; returns whether longer strings begin with it and a blank.
    fn each(&self, key: &[u8], mut visit: impl FnMut(usize, &[u8])) -> bool {
        let (mut low, mut high) = (0, self.blocks());
        while low < high {
            let middle = low.midpoint(high);
            if self.head(middle) < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // the block before may hold the first equal strings
        let mut cursor = self.cursor(low.saturating_sub(1));
        while let Some((index, tail)) = cursor.next() {
            match cursor.key.as_slice().cmp(key) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => visit(index, tail),
                std::cmp::Ordering::Greater => {
                    return cursor.key.starts_with(key) && cursor.key.get(key.len()) == Some(&b' ');
                }
            }
        }
        false
    }

    fn at(&self, index: usize) -> Option<String> {
        let mut cursor = self.cursor(index / BLOCK);
        for _ in 0..=index % BLOCK {
            cursor.next()?;
        }
        String::from_utf8(cursor.key).ok()
    }
}

impl Cursor {
    /// The index and the tail of the next string, which is then in `key`.
    fn next(&mut self) -> Option<(usize, &'static [u8])> {
        let body = self.strings.body;
        let (shared, length) = (usize::from(*body.get(self.at)?), usize::from(*body.get(self.at + 1)?));
        let rest = body.get(self.at + 2..self.at + 2 + length)?;
        let end = self.at + 2 + length;
        let tail = body.get(end..end + self.strings.tail)?;
        // each block begins anew
        self.key.truncate(shared);
        self.key.extend_from_slice(rest);
        self.at = end + self.strings.tail;
        self.index += 1;
        Some((self.index - 1, tail))
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u24_at(bytes: &[u8], at: usize) -> Option<u32> {
    let b = bytes.get(at..at + 3)?;
    Some(u32::from_le_bytes([b[0], b[1], b[2], 0]))
}

/// Degrees from a signed number of three bytes.
fn degrees(bytes: &[u8], at: usize) -> Option<f64> {
    let b = bytes.get(at..at + 3)?;
    let sign = if b[2] & 0x80 == 0 { 0 } else { 0xFF };
    Some(f64::from(i32::from_le_bytes([b[0], b[1], b[2], sign])) / 1e4)
}

/// The spelling under which a name is looked up: small letters without marks, words with a blank between them. `fold` in
/// `lexicon/places/build.py` is its twin.
pub(crate) fn fold(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut push = |c: char| {
        if is_combining_mark(c) || matches!(c, '.' | '\'' | '’' | '‘' | 'ʼ' | '`' | '′' | 'ʿ' | 'ʾ') {
            return;
        }
        let letters = match c {
            'ı' => "i",
            'ø' => "o",
            'ł' => "l",
            'đ' | 'ð' => "d",
            'þ' => "th",
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ə' => "a",
            _ if c.is_alphanumeric() => return out.push(c),
            _ if out.is_empty() || out.ends_with(' ') => "",
            _ => " ",
        };
        out.push_str(letters);
    };
    if name.is_ascii() {
        name.chars().for_each(|c| push(c.to_ascii_lowercase()));
    } else {
        name.to_lowercase().nfkd().for_each(push);
    }
    out.truncate(out.trim_end().len());
    out
}

/// All places. Immutable once loaded.
#[derive(Debug, Default)]
pub(crate) struct Gazetteer {
    countries: &'static [u8],
    regions: &'static [u8],
    records: &'static [u8],
    spellings: Strings,
    further: Strings,
    name_index: &'static [u8],
    names: &'static [u8],
    table: Vec<GazetteerPlace>,
    table_spellings: HashMap<String, Vec<Candidate>>,
    /// Beginnings of longer spellings of the tables.
    table_beginnings: HashSet<String>,
    /// Rows of the tables that replace a packed place, by GeoNames id.
    replaced: HashMap<u32, u32>,
    /// Countries of the tables, by code.
    table_countries: HashMap<String, PlaceId>,
}

impl Gazetteer {
    /// The packed places that ship with Polybius, without tables.
    ///
    /// # Panics
    /// Never in a binary whose tests passed: they load it.
    pub(crate) fn embedded() -> Self {
        Gazetteer::packed(GEONAMES).unwrap_or_else(|| panic!("the built-in gazetteer is cut short"))
    }

    fn packed(bytes: &'static [u8]) -> Option<Self> {
        let mut sections = [&bytes[..0]; 9];
        let mut at = MAGIC.len() + 4 * sections.len();
        if !bytes.starts_with(MAGIC) {
            return None;
        }
        for (i, section) in sections.iter_mut().enumerate() {
            let length = u32_at(bytes, MAGIC.len() + 4 * i)? as usize;
            *section = bytes.get(at..at + length)?;
            at += length;
        }
        let [countries, regions, records, offsets, body, further_offsets, further_body, name_index, names] = sections;
        Some(Gazetteer {
            countries,
            regions,
            records,
            spellings: Strings { offsets, body, tail: 0 },
            further: Strings { offsets: further_offsets, body: further_body, tail: 3 },
            name_index,
            names,
            ..Gazetteer::default()
        })
    }

    /// Adds a row of a table; one with the GeoNames id of a known place replaces it. `short` spellings count only behind another place.
    pub(crate) fn add(&mut self, mut place: GazetteerPlace, further: &[String], short: &[String]) {
        let index = self.table.len() as u32;
        if place.kind == PlaceKind::Admin1 {
            place.admin1 = place.geonames;
        }
        let id = PlaceId::Table(index);
        if let (PlaceKind::Country, Some(code)) = (place.kind, &place.country) {
            self.table_countries.insert(code.clone(), id);
        }
        if let Some(old) = place.geonames {
            self.replaced.insert(old, index);
        }
        let all = std::iter::once((&place.name, false, false))
            .chain(further.iter().map(|n| (n, true, false)))
            .chain(short.iter().map(|n| (n, true, true)));
        for (name, alternate, short) in all {
            let key = fold(name);
            for (blank, _) in key.match_indices(' ') {
                self.table_beginnings.insert(key[..blank].to_owned());
            }
            let list = self.table_spellings.entry(key).or_default();
            list.retain(|c| c.id != id);
            list.push(Candidate { id, alternate, short });
        }
        self.table.push(place);
    }

    /// Reads a table of `lexicon/places/`. Rows with errors are left out; the problems say why.
    pub(crate) fn read(&mut self, file: &File, problems: &mut Vec<Problem>) {
        if file.name == "places/centres.tsv" {
            return; // for the script that packs the gazetteer
        }
        for (number, line) in file.text.lines().enumerate() {
            let line = line.trim_end_matches('\r');
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            match row(line) {
                Ok((place, further, short)) => self.add(place, &further, &short),
                Err((what, remedy)) => problems.push(bad(file, number + 1, what, &remedy)),
            }
        }
    }

    /// What a folded spelling may mean, at most `most` places of each table.
    pub(crate) fn find(&self, key: &str, most: usize) -> Found {
        let mut candidates = self.table_spellings.get(key).cloned().unwrap_or_default();
        let mut continues = self.table_beginnings.contains(key);
        let room = candidates.len() + most;
        let add = |index: u32, alternate: bool, room: usize, candidates: &mut Vec<Candidate>| {
            let id = match self.replaced.get(&self.geonames(index).unwrap_or(0)) {
                Some(&row) => PlaceId::Table(row),
                None => PlaceId::Packed(index),
            };
            if candidates.len() < room && candidates.iter().all(|c| c.id != id) {
                candidates.push(Candidate { id, alternate, short: false });
            }
        };
        continues |= self.spellings.each(key.as_bytes(), |i, _| add(i as u32, false, room, &mut candidates));
        let room = candidates.len() + most;
        continues |= self.further.each(key.as_bytes(), |_, tail| {
            add(u24_at(tail, 0).unwrap_or(0), true, room, &mut candidates);
        });
        Found { candidates, continues }
    }

    /// A country's place.
    pub(crate) fn country(&self, code: &str) -> Option<PlaceId> {
        if let Some(&id) = self.table_countries.get(code) {
            return Some(id);
        }
        let entry = |k: usize| self.countries.get(6 * k..6 * k + 6);
        let (mut low, mut high) = (0, self.countries.len() / 6);
        while low < high {
            let middle = low.midpoint(high);
            if entry(middle).is_some_and(|e| &e[..3] < code.as_bytes()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let found = entry(low).filter(|e| &e[..3] == code.as_bytes())?;
        u24_at(found, 3).map(PlaceId::Packed)
    }

    fn record(&self, index: u32) -> &'static [u8] {
        let at = index as usize * RECORD;
        self.records.get(at..at + RECORD).unwrap_or_default()
    }

    fn geonames(&self, index: u32) -> Option<u32> {
        u32_at(self.record(index), 0)
    }

    fn region(&self, index: u32) -> &'static [u8] {
        let at = usize::from(u16_at(self.record(index), 12).unwrap_or(0)) * REGION;
        self.regions.get(at..at + REGION).unwrap_or_default()
    }

    /// ISO 3166-1 alpha-3 of the country a place lies in.
    pub(crate) fn country_code(&self, id: PlaceId) -> Option<&str> {
        match id {
            PlaceId::Packed(i) => self.region(i).get(..3).and_then(|b| std::str::from_utf8(b).ok()),
            PlaceId::Table(i) => self.table.get(i as usize)?.country.as_deref(),
        }
    }

    /// GeoNames id of the first order region a place lies in.
    pub(crate) fn admin1(&self, id: PlaceId) -> Option<u32> {
        match id {
            PlaceId::Packed(i) => u32_at(self.region(i), 3).filter(|&a| a != 0),
            PlaceId::Table(i) => self.table.get(i as usize)?.admin1,
        }
    }

    pub(crate) fn kind(&self, id: PlaceId) -> PlaceKind {
        match id {
            PlaceId::Packed(i) => self
                .record(i)
                .get(14)
                .and_then(|&k| PlaceKind::PACKED.get(usize::from(k)))
                .copied()
                .unwrap_or(PlaceKind::Town),
            PlaceId::Table(i) => self.table.get(i as usize).map_or(PlaceKind::Town, |p| p.kind),
        }
    }

    /// Latitude and longitude in degrees.
    pub(crate) fn coordinates(&self, id: PlaceId) -> (f64, f64) {
        match id {
            PlaceId::Packed(i) => {
                let record = self.record(i);
                (degrees(record, 4).unwrap_or(0.0), degrees(record, 7).unwrap_or(0.0))
            }
            PlaceId::Table(i) => self.table.get(i as usize).map_or((0.0, 0.0), |p| (p.lat, p.lon)),
        }
    }

    pub(crate) fn population(&self, id: PlaceId) -> f64 {
        match id {
            PlaceId::Packed(i) => (f64::from(u16_at(self.record(i), 10).unwrap_or(0)) / 2000.0).exp2() - 1.0,
            PlaceId::Table(i) => self.table.get(i as usize).map_or(0.0, |p| p.population),
        }
    }

    /// Everything about a place.
    pub(crate) fn place(&self, id: PlaceId) -> GazetteerPlace {
        match id {
            PlaceId::Table(i) if (i as usize) < self.table.len() => self.table[i as usize].clone(),
            PlaceId::Table(_) => GazetteerPlace {
                name: String::new(),
                kind: PlaceKind::Town,
                country: None,
                admin1: None,
                lat: 0.0,
                lon: 0.0,
                population: 0.0,
                geonames: None,
            },
            PlaceId::Packed(i) => {
                let (lat, lon) = self.coordinates(id);
                GazetteerPlace {
                    name: self.name(i),
                    kind: self.kind(id),
                    country: self.country_code(id).map(str::to_owned),
                    admin1: self.admin1(id),
                    lat,
                    lon,
                    population: self.population(id),
                    geonames: self.geonames(i),
                }
            }
        }
    }

    /// The usual name of a packed place: written out, or its spelling with capitals.
    fn name(&self, index: u32) -> String {
        let entry = |k: usize| Some((u24_at(self.name_index, 6 * k)?, u24_at(self.name_index, 6 * k + 3)? as usize));
        let (mut low, mut high) = (0, self.name_index.len() / 6);
        while low < high {
            let middle = low.midpoint(high);
            if entry(middle).is_some_and(|e| e.0 < index) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if let Some((_, from)) = entry(low).filter(|e| e.0 == index) {
            let to = entry(low + 1).map_or(self.names.len(), |e| e.1);
            let text = self.names.get(from..to).and_then(|b| std::str::from_utf8(b).ok());
            return text.unwrap_or("").to_owned();
        }
        let key = self.spellings.at(index as usize).unwrap_or_default();
        let capital = |word: &str| {
            let mut letters = word.chars();
            letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
        };
        key.split(' ').map(capital).collect::<Vec<_>>().join(" ")
    }
}

/// The place of a row, its further spellings, and those that count only behind another place.
type Row = (GazetteerPlace, Vec<String>, Vec<String>);

/// Reads a row of a table; or says what is wrong and what to do.
fn row(line: &str) -> Result<Row, (String, String)> {
    let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
    let [name, aliases, short, kind, country, lat, lon, population, geonames] = columns[..] else {
        let needed = "write name, aliases, short, kind, country, lat, lon, population, geonames, separated by tabs";
        return Err((format!("this line has {} columns", columns.len()), needed.to_owned()));
    };
    let parts = |column: &str| column.split('|').map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect();
    let number = |text: &str, least: f64, most: f64| match text.parse::<f64>() {
        Ok(n) if (least..=most).contains(&n) => Ok(n),
        _ => Err((format!("`{text}` is no such number"), format!("write a number from {least} to {most}"))),
    };
    let id =
        |text: &str| text.parse().map_err(|_| (format!("`{text}` is no GeoNames id"), "write a number".to_owned()));
    let Some(kind) = PlaceKind::parse(kind) else {
        return Err((format!("`{kind}` is no kind of place"), format!("write one of {}", PlaceKind::NAMES.join(", "))));
    };
    if fold(name).is_empty() {
        return Err(("the place has no name".to_owned(), "write one".to_owned()));
    }
    let place = GazetteerPlace {
        name: name.to_owned(),
        kind,
        country: Some(country.to_owned()).filter(|c| !c.is_empty()),
        admin1: None,
        lat: number(lat, -90.0, 90.0)?,
        lon: number(lon, -180.0, 180.0)?,
        population: number(population, 0.0, 1e10)?,
        geonames: Some(geonames).filter(|g| !g.is_empty()).map(id).transpose()?,
    };
    Ok((place, parts(aliases), parts(short)))
}

/// Kilometres between two places given in degrees, on a sphere.
pub fn distance((lat1, lon1): (f64, f64), (lat2, lon2): (f64, f64)) -> f64 {
    let (a, b) = (lat1.to_radians(), lat2.to_radians());
    let half = ((b - a) / 2.0).sin().powi(2) + a.cos() * b.cos() * ((lon2 - lon1).to_radians() / 2.0).sin().powi(2);
    2.0 * 6371.0 * half.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_gazetteer_is_whole() {
        let g = Gazetteer::embedded();
        let places = g.records.len() / RECORD;
        assert!(places > 200_000, "{places} places");
        assert!(GEONAMES.len() <= 12 * 1024 * 1024, "{} bytes", GEONAMES.len());
        for strings in [g.spellings, g.further] {
            let mut cursor = strings.cursor(0);
            let mut before = Vec::new();
            let mut count = 0;
            while cursor.next().is_some() {
                if count % BLOCK == 0 {
                    assert_eq!(strings.head(count / BLOCK), cursor.key);
                }
                assert!(before <= cursor.key, "{:?}", String::from_utf8_lossy(&cursor.key));
                before.clone_from(&cursor.key);
                count += 1;
            }
            assert_eq!(count.div_ceil(BLOCK), strings.blocks());
        }
    }

    #[test]
    fn places_are_found_by_any_spelling_and_come_with_their_facts() {
        let g = Gazetteer::embedded();
        let first = |name: &str| g.find(&fold(name), 50).candidates.iter().map(|c| g.place(c.id)).collect::<Vec<_>>();
        let kyiv = first("Kiev").into_iter().max_by(|a, b| a.population.total_cmp(&b.population)).unwrap();
        assert_eq!((kyiv.name.as_str(), kyiv.country.as_deref(), kyiv.geonames), ("Kyiv", Some("UKR"), Some(703_448)));
        assert!(distance((kyiv.lat, kyiv.lon), (50.45, 30.52)) < 10.0);
        let saopaulo = first("SAO PAULO");
        assert!(saopaulo.iter().any(|p| p.name == "São Paulo" && p.population > 1e7));
        assert!(first("Paris").iter().any(|p| p.country.as_deref() == Some("USA") && p.admin1 == Some(4_736_286)));
        assert!(g.find("new", 50).continues && !g.find("new york cityx", 50).continues);
        assert!(first("Nowhereville").is_empty());
        let syria = g.place(g.country("SYR").unwrap());
        assert_eq!((syria.kind, syria.geonames), (PlaceKind::Country, Some(163_843)));
    }

    #[test]
    fn spellings_are_folded_alike() {
        for (name, key) in [
            ("Ústí nad Labem", "usti nad labem"),
            ("Saint-Denis", "saint denis"),
            ("U.S.", "us"),
            ("Sana’a", "sanaa"),
            ("Łódź", "lodz"),
            ("  Aden  ", "aden"),
        ] {
            assert_eq!(fold(name), key);
        }
    }

    #[test]
    fn a_table_adds_places_and_replaces_them() {
        let mut g = Gazetteer::embedded();
        let texas = GazetteerPlace {
            name: "Texas".into(),
            kind: PlaceKind::Admin1,
            country: Some("USA".into()),
            admin1: None,
            lat: 31.25,
            lon: -99.25,
            population: 29e6,
            geonames: Some(4_736_286),
        };
        g.add(texas, &["Lone Star State".into()], &["Tex.".into()]);
        let found = g.find("texas", 50).candidates;
        assert_eq!(found.iter().filter(|c| g.place(c.id).geonames == Some(4_736_286)).count(), 1);
        assert!(g.find("tex", 50).candidates.iter().any(|c| c.short && c.id == PlaceId::Table(0)));
        assert!(g.find("lone star", 50).continues);
        assert_eq!(g.admin1(PlaceId::Table(0)), Some(4_736_286));
    }

    #[test]
    fn distances_are_great_circles() {
        assert!((distance((48.8566, 2.3522), (51.5074, -0.1278)) - 343.6).abs() < 1.0);
        assert_eq!(distance((10.0, 20.0), (10.0, 20.0)), 0.0);
    }
}
