//! The tables as automata: finite-state maps ([`fst`]) from spellings to what they may mean, in one block of bytes that is written when
//! the binary is built and opens without being read.

use crate::name::{entry_keys, term_keys};
use crate::table::{Group, Origin, Period, Person, RoleKind, RoleTerm, Row, Tables};
use fst::raw::Output;
use fst::{Map, MapBuilder};
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// How a country is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// "France"
    Name,
    /// "French"
    Demonym,
    /// "Paris"
    Capital,
    /// "Elysee"
    Metonym,
    /// "Lyon"
    Place,
}

/// One meaning of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the columns of the tables
pub enum Named<'i> {
    Country { code: &'i str, naming: Naming, period: Period },
    Person { name: &'i str, country: &'i str, sector: &'i str, office: &'i str, period: Period },
    Group { name: &'i str, country: &'i str, sector: &'i str, period: Period },
}

impl Named<'_> {
    /// When it is meant.
    pub fn period(&self) -> Period {
        match self {
            Named::Country { period, .. } | Named::Person { period, .. } | Named::Group { period, .. } => *period,
        }
    }

    /// The country's code; empty for a people of several countries.
    pub fn country(&self) -> &str {
        match self {
            Named::Country { code, .. } => code,
            Named::Person { country, .. } | Named::Group { country, .. } => country,
        }
    }
}

/// Which of its meanings a name has on `day` in an article about the country `home`, and whether that meaning holds on the day.
///
/// A country's own name, people or capital goes before all else (a newspaper called "Iran" is rarer than the country); then what holds
/// on the day; and at home goes before abroad. Among equals the last row counts, and the first country of a people.
pub fn choose<'m, 'i>(
    meanings: &'m [Named<'i>],
    day: Option<Date>,
    home: Option<&str>,
) -> Option<(&'m Named<'i>, bool)> {
    let primary =
        |n: &Named| matches!(n, Named::Country { naming: Naming::Name | Naming::Demonym | Naming::Capital, .. });
    let holds = |n: &Named| day.is_none_or(|day| n.period().holds(day));
    let rank = |n: &Named| (primary(n), holds(n), home == Some(n.country()));
    let best = meanings.iter().map(rank).max()?;
    let mut equals = meanings.iter().filter(|n| rank(n) == best);
    let chosen = if best.0 { equals.next() } else { equals.next_back() };
    chosen.map(|n| (n, holds(n) || matches!(n, Named::Country { .. })))
}

/// A role term's meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role<'i> {
    /// PLOVER sector.
    pub sector: &'i str,
    /// What kind of thing.
    pub kind: RoleKind,
}

type Bytes = Cow<'static, [u8]>;

/// Finds names and role terms.
#[derive(Debug)]
pub struct Index {
    names: Map<Bytes>,
    last_names: Map<Bytes>,
    roles: Map<Bytes>,
    strings: Strings,
    records: Bytes,
    longest_role: usize,
}

/// Texts one after the other, and where each ends.
#[derive(Debug)]
struct Strings {
    ends: Bytes,
    text: Bytes,
}

impl Strings {
    fn get(&self, id: u32) -> &str {
        let id = id as usize;
        let start = if id == 0 { 0 } else { number(&self.ends, id - 1) as usize };
        let bytes = self.text.get(start..number(&self.ends, id) as usize).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// The number at a position of a list of 32-bit numbers; 0 beyond its end.
fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at * 4..at * 4 + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

/// A meaning in the block of bytes: what it is, four strings, two days (`YYYYMMDD`, 0 for an open end).
type Record = [u32; 7];

const NAMINGS: [Naming; 5] = [Naming::Name, Naming::Demonym, Naming::Capital, Naming::Metonym, Naming::Place];
const KINDS: [RoleKind; 4] = [RoleKind::Person, RoleKind::Group, RoleKind::Body, RoleKind::Modifier];
const PERSON: u32 = 16;
const GROUP: u32 = 17;
/// Bits of a map's value that say how many records there are; those above say where they begin.
const COUNT_BITS: u32 = 16;

impl Index {
    /// Makes the index of `tables`.
    pub fn compile(tables: &Tables) -> Self {
        // what was written a moment ago can be read
        Index::open(Cow::Owned(Index::image(tables))).unwrap_or_else(|| unreachable!("the image was just written"))
    }

    /// The index of `tables` as bytes for [`Index::open`].
    pub fn image(tables: &Tables) -> Vec<u8> {
        Writer::default().write(tables)
    }

    /// Opens what [`Index::image`] wrote; `None` if it is something else.
    pub fn open(image: Bytes) -> Option<Self> {
        let mut at = 4 * HEADER;
        let mut section = |n: usize| {
            let length = number(&image, n) as usize;
            at += length;
            match &image {
                Cow::Borrowed(bytes) => bytes.get(at - length..at).map(Cow::Borrowed),
                Cow::Owned(bytes) => bytes.get(at - length..at).map(|b| Cow::Owned(b.to_vec())),
            }
        };
        Some(Index {
            longest_role: number(&image, 0) as usize,
            names: Map::new(section(1)?).ok()?,
            last_names: Map::new(section(2)?).ok()?,
            roles: Map::new(section(3)?).ok()?,
            strings: Strings { ends: section(4)?, text: section(5)? },
            records: section(6)?,
        })
    }

    /// The longest name that `keys` (of the words of a text, see [`key`](crate::key)) begin with: of how many words it is, and what it
    /// may mean.
    pub fn longest(&self, keys: &[String]) -> Option<(usize, Vec<Named<'_>>)> {
        let map = self.names.as_fst();
        let (mut node, mut output, mut best) = (map.root(), Output::zero(), None);
        'words: for (i, key) in keys.iter().enumerate() {
            let space = if i == 0 { &b""[..] } else { &b" "[..] };
            for &byte in space.iter().chain(key.as_bytes()) {
                let Some(next) = node.find_input(byte) else { break 'words };
                let step = node.transition(next);
                output = output.cat(step.out);
                node = map.node(step.addr);
            }
            if node.is_final() {
                best = Some((i + 1, output.cat(node.final_output()).value()));
            }
        }
        best.map(|(words, value)| (words, self.meanings(value)))
    }

    /// What a name may mean; empty if it is none.
    pub fn exact(&self, keys: &[String]) -> Vec<Named<'_>> {
        self.names.get(keys.join(" ")).map_or_else(Vec::new, |value| self.meanings(value))
    }

    /// The people with this last name.
    pub fn by_last_name(&self, key: &str) -> Vec<Named<'_>> {
        self.last_names.get(key).map_or_else(Vec::new, |value| self.meanings(value))
    }

    /// The meanings of a role term, written in small letters as the keys of its words, with spaces between.
    pub fn roles(&self, term: &str) -> Vec<Role<'_>> {
        let Some(value) = self.roles.get(term) else { return Vec::new() };
        self.records(value)
            .map(|r| Role { sector: self.strings.get(r[1]), kind: KINDS[r[0] as usize % KINDS.len()] })
            .collect()
    }

    /// The most words a role term has.
    pub fn longest_role(&self) -> usize {
        self.longest_role
    }

    /// How many spellings of names and how many role terms there are.
    pub fn sizes(&self) -> (usize, usize) {
        (self.names.len(), self.roles.len())
    }

    fn records(&self, value: u64) -> impl Iterator<Item = Record> {
        let start = (value >> COUNT_BITS) as usize;
        let count = (value & ((1 << COUNT_BITS) - 1)) as usize;
        (start..start + count).map(|r| std::array::from_fn(|field| number(&self.records, r * 7 + field)))
    }

    fn meanings(&self, value: u64) -> Vec<Named<'_>> {
        let day = |n: u32| {
            let (year, month, day) = (n / 10000, n / 100 % 100, n % 100);
            Date::new(year as i16, month as i8, day as i8).ok().filter(|_| n != 0)
        };
        self.records(value)
            .map(|[what, a, b, c, d, from, to]| {
                let period = Period { from: day(from), to: day(to) };
                let text = |id| self.strings.get(id);
                match what {
                    PERSON => {
                        Named::Person { name: text(a), country: text(b), sector: text(c), office: text(d), period }
                    }
                    GROUP => Named::Group { name: text(a), country: text(b), sector: text(c), period },
                    n => Named::Country { code: text(a), naming: NAMINGS[n as usize % NAMINGS.len()], period },
                }
            })
            .collect()
    }
}

/// Numbers before the sections: the most words of a role term, and the length of each section.
const HEADER: usize = 7;

/// A meaning on its way into the image, and whether an added file says it.
type Entry = (Record, bool);

#[derive(Default)]
struct Writer {
    ids: HashMap<String, u32>,
    strings: Vec<String>,
    names: BTreeMap<String, Vec<Entry>>,
    last_names: BTreeMap<String, Vec<Entry>>,
    roles: BTreeMap<String, Vec<Entry>>,
    longest_role: usize,
    /// Lists of meanings and where they begin: the spellings of a name share theirs.
    lists: HashMap<Vec<Record>, u64>,
    records: Vec<Record>,
}

impl Writer {
    fn write(mut self, tables: &Tables) -> Vec<u8> {
        self.collect(tables);
        let maps =
            [std::mem::take(&mut self.names), std::mem::take(&mut self.last_names), std::mem::take(&mut self.roles)];
        let maps = maps.map(|map| self.map(map));
        let mut ends = Vec::new();
        let mut end = 0;
        for string in &self.strings {
            end += string.len() as u32;
            ends.extend(end.to_le_bytes());
        }
        let text = self.strings.concat().into_bytes();
        let records: Vec<u8> = self.records.iter().flatten().flat_map(|n| n.to_le_bytes()).collect();
        let [names, last_names, roles] = maps;
        let sections = [names, last_names, roles, ends, text, records];
        let mut image: Vec<u8> = (self.longest_role as u32).to_le_bytes().to_vec();
        image.extend(sections.iter().flat_map(|s| (s.len() as u32).to_le_bytes()));
        debug_assert_eq!(image.len(), 4 * HEADER);
        image.extend(sections.concat());
        image
    }

    fn id(&mut self, text: &str) -> u32 {
        if let Some(&id) = self.ids.get(text) {
            return id;
        }
        let id = self.strings.len() as u32;
        self.strings.push(text.to_owned());
        self.ids.insert(text.to_owned(), id);
        id
    }

    fn record(&mut self, named: Named) -> Record {
        let day = |d: Option<Date>| {
            d.map_or(0, |d| (i32::from(d.year()) * 10000 + i32::from(d.month()) * 100 + i32::from(d.day())) as u32)
        };
        let Period { from, to } = named.period();
        let [what, a, b, c, d] = match named {
            Named::Country { code, naming, .. } => [naming as u32, self.id(code), 0, 0, 0],
            Named::Group { name, country, sector, .. } => [GROUP, self.id(name), self.id(country), self.id(sector), 0],
            Named::Person { name, country, sector, office, .. } => {
                [PERSON, self.id(name), self.id(country), self.id(sector), self.id(office)]
            }
        };
        [what, a, b, c, d, day(from), day(to)]
    }

    fn collect(&mut self, tables: &Tables) {
        for spelling in spellings(tables) {
            let keys = entry_keys(&spelling.name);
            let record = self.record(spelling.named);
            if !keys.is_empty() {
                self.names.entry(keys.join(" ")).or_default().push((record, spelling.at.added));
            }
        }
        for row in &tables.people {
            let record = self.record(person(&row.is));
            for last in last_names(&row.is.name) {
                self.last_names.entry(last).or_default().push((record, row.at.added));
            }
        }
        for row in &tables.roles {
            let words = term_keys(&row.is.term);
            self.longest_role = self.longest_role.max(words.len());
            let record = [row.is.kind as u32, self.id(&row.is.sector), 0, 0, 0, 0, 0];
            self.roles.entry(words.join(" ")).or_default().push((record, row.at.added));
        }
    }

    fn map(&mut self, names: BTreeMap<String, Vec<Entry>>) -> Vec<u8> {
        let mut map = MapBuilder::memory();
        for (name, entries) in names {
            let entries = settle(entries, |(_, added)| *added, |(record, _)| record[0] == GROUP);
            let mut list: Vec<Record> = Vec::new();
            for (record, _) in entries {
                if !list.contains(&record) {
                    list.push(record);
                }
            }
            list.truncate((1 << COUNT_BITS) - 1);
            let records = &mut self.records;
            let value = *self.lists.entry(list).or_insert_with_key(|list| {
                records.extend(list);
                ((records.len() - list.len()) as u64) << COUNT_BITS | list.len() as u64
            });
            // a BTreeMap's keys come in order and once each, which is all that the builder asks for
            map.insert(name, value).unwrap_or_else(|e| unreachable!("{e}"));
        }
        map.into_inner().unwrap_or_else(|e| unreachable!("{e}"))
    }
}

/// A spelling of a name, what it means, and the row that says so.
pub(crate) struct Spelling<'t> {
    pub(crate) name: Cow<'t, str>,
    pub(crate) at: &'t Origin,
    pub(crate) named: Named<'t>,
}

/// All spellings: countries', then groups', then people's, because among equals the last one counts.
pub(crate) fn spellings(tables: &Tables) -> Vec<Spelling<'_>> {
    let mut all = Vec::new();
    let mut add = |at, name, named| all.push(Spelling { name, at, named });
    for row in &tables.countries {
        let (country, at) = (&row.is, &row.at);
        let name = std::slice::from_ref(&country.name);
        let plain = [
            (Naming::Name, name),
            (Naming::Name, &country.aliases),
            (Naming::Capital, &country.capital),
            (Naming::Metonym, &country.metonyms),
            (Naming::Place, &country.places),
        ];
        let meaning = |naming| Named::Country { code: &country.code, naming, period: Period::default() };
        for (naming, names) in plain {
            names.iter().for_each(|n| add(at, n.into(), meaning(naming)));
        }
        people_of(&country.demonyms).for_each(|n| add(at, n, meaning(Naming::Demonym)));
    }
    for row in &tables.former_names {
        let (former, at) = (&row.is, &row.at);
        let period = former.tenure.period();
        let meaning = |naming| Named::Country { code: &former.code, naming, period };
        std::iter::once(&former.name).chain(&former.aliases).for_each(|n| add(at, n.into(), meaning(Naming::Name)));
        people_of(&former.demonyms).for_each(|n| add(at, n, meaning(Naming::Demonym)));
    }
    for row in &tables.peoples {
        for code in &row.is.countries {
            let code = if code == "-" { "" } else { code };
            let meaning = Named::Country { code, naming: Naming::Demonym, period: Period::default() };
            people_of(std::slice::from_ref(&row.is.name)).for_each(|n| add(&row.at, n, meaning));
            people_of(&row.is.aliases).for_each(|n| add(&row.at, n, meaning));
        }
    }
    for row in &tables.groups {
        let Group { name, country, sector, tenure, .. } = &row.is;
        let meaning = Named::Group { name, country, sector, period: tenure.period() };
        std::iter::once(name).chain(&row.is.aliases).for_each(|n| add(&row.at, n.into(), meaning));
    }
    for row in &tables.people {
        let meaning = person(&row.is);
        std::iter::once(&row.is.name).chain(&row.is.aliases).for_each(|n| add(&row.at, n.into(), meaning));
    }
    all
}

fn person(row: &Person) -> Named<'_> {
    let Person { name, country, sector, office, tenure, .. } = row;
    Named::Person { name, country, sector, office, period: tenure.period() }
}

/// Demonyms and their plurals.
fn people_of(demonyms: &[String]) -> impl Iterator<Item = Cow<'_, str>> {
    let plural = |d: &String| {
        let same = ["ese", "sh", "ch", "s", "men"].iter().any(|ending| d.ends_with(ending));
        (!same).then(|| Cow::Owned(format!("{d}s")))
    };
    demonyms.iter().flat_map(move |d| std::iter::once(Cow::Borrowed(d.as_str())).chain(plural(d)))
}

/// The meanings of one spelling as they count: those of added files last, and a group of an added file takes the spelling from groups
/// that are built in.
fn settle<T>(mut list: Vec<T>, added: impl Fn(&T) -> bool, group: impl Fn(&T) -> bool) -> Vec<T> {
    if list.iter().any(|x| added(x) && group(x)) {
        list.retain(|x| added(x) || !group(x));
    }
    list.sort_by_key(|x| added(x));
    list
}

/// What `name` means by `tables`, each meaning with the row that says so, in the order that [`choose`] expects; and the people with
/// that last name, where it is no name by itself.
pub fn lookup<'t>(tables: &'t Tables, name: &str) -> Vec<(&'t Origin, Named<'t>)> {
    let wanted = entry_keys(name);
    let found: Vec<_> =
        spellings(tables).into_iter().filter(|s| entry_keys(&s.name) == wanted).map(|s| (s.at, s.named)).collect();
    if found.is_empty() {
        let short = |p: &&Row<Person>| wanted.len() == 1 && last_names(&p.is.name).contains(&wanted[0]);
        return tables.people.iter().filter(short).map(|p| (&p.at, person(&p.is))).collect();
    }
    settle(found, |(at, _)| at.added, |(_, named)| matches!(named, Named::Group { .. }))
}

/// What somebody may be called for short: "Bashar al-Assad" is "al-Assad" and "Assad".
fn last_names(name: &str) -> Vec<String> {
    let keys = crate::keys(name);
    match &keys[..] {
        [_, .., last] => {
            let short = last.strip_prefix("al-").or_else(|| last.strip_prefix("el-"));
            short.map(str::to_owned).into_iter().chain([last.clone()]).collect()
        }
        _ => Vec::new(),
    }
}

/// The rows that have `term` for a role.
pub fn lookup_role<'t>(tables: &'t Tables, term: &str) -> Vec<(&'t Origin, &'t RoleTerm)> {
    let wanted = term_keys(term);
    tables.roles.iter().filter(|r| term_keys(&r.is.term) == wanted).map(|r| (&r.at, &r.is)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{File, keys};

    fn index(files: &[(&str, &str, bool)]) -> Index {
        let country = File::new(
            "actors/countries.tsv",
            "GBR\tGB\tBritain\tU.K.\tBriton|British\tLondon\tDowning Street\tLeeds\nFRA\tFR\tFrance\t\tFrench\tParis\t\t\n",
        );
        let others = files.iter().map(|(n, t, added)| File { name: (*n).into(), text: (*t).into(), added: *added });
        let files: Vec<File> = std::iter::once(country).chain(others).collect();
        let (tables, problems) = Tables::read(&files, &["GOV", "REB", "PTY"]);
        assert_eq!(problems, []);
        Index::compile(&tables)
    }

    fn day(text: &str) -> Option<Date> {
        text.parse().ok()
    }

    #[test]
    fn the_longest_name_counts() {
        let index = index(&[("actors/groups/parties.tsv", "Labour\tLabour Party\tGBR\tPTY\t\t\n", false)]);
        let of = |text: &str| index.longest(&keys(text)).map(|(words, _)| words);
        assert_eq!(of("Labour Party members"), Some(2));
        assert_eq!(of("Labour members"), Some(1));
        assert_eq!(of("Labourers"), None);
        assert_eq!(of("UK"), Some(1));
        assert_eq!(of("U.K. ministers"), Some(1));
        assert_eq!(of("Britons"), Some(1));
        assert_eq!(of("Downing"), None);
        assert_eq!(of("Downing Street"), Some(2));
    }

    #[test]
    fn a_code_is_valid_on_the_day() {
        let rows = "Jo Doe\tJ. Doe\tGBR\tREB\trebel leader\t1990\t1995-04\nJo Doe\tJ. Doe\tGBR\tGOV\tpresident\t1995-05\t2001\n";
        let index = index(&[("actors/people.tsv", rows, false)]);
        let meanings = index.exact(&keys("J. Doe"));
        let office = |day| match choose(&meanings, day, None) {
            Some((Named::Person { office, .. }, current)) => (*office, current),
            other => panic!("{other:?}"),
        };
        assert_eq!(office(day("1993-01-01")), ("rebel leader", true));
        assert_eq!(office(day("1995-04-30")), ("rebel leader", true));
        assert_eq!(office(day("2001-12-31")), ("president", true));
        assert_eq!(office(day("2002-01-01")), ("president", false));
        assert_eq!(index.by_last_name("Doe").len(), 2);
    }

    #[test]
    fn among_groups_of_one_name_the_one_at_home_is_meant() {
        let rows = "Labour Party\t\tFRA\tPTY\t\t\nLabour Party\t\tGBR\tPTY\t\t\n";
        let index = index(&[("actors/groups/parties.tsv", rows, false)]);
        let meanings = index.exact(&keys("Labour Party"));
        let country = |home| choose(&meanings, None, home).map(|m| m.0.country());
        assert_eq!(country(Some("FRA")), Some("FRA"));
        assert_eq!(country(Some("GBR")), Some("GBR"));
        assert_eq!(country(None), Some("GBR"));
    }

    #[test]
    fn an_added_group_takes_its_spellings() {
        let index = index(&[
            ("actors/groups/armed.tsv", "Red Army\tRA\tGBR\tREB\t\t\n", false),
            ("actors/groups/new.tsv", "Real Avengers\tRA\tFRA\tREB\t\t\n", true),
        ]);
        assert_eq!(index.exact(&keys("RA")).len(), 1);
        assert_eq!(index.exact(&keys("RA"))[0].country(), "FRA");
        assert_eq!(index.exact(&keys("Red Army"))[0].country(), "GBR");
    }

    #[test]
    fn what_is_no_image_does_not_open() {
        assert!(Index::open(Cow::Borrowed(b"")).is_none());
        assert!(Index::open(Cow::Borrowed(&[9; 64])).is_none());
        let image = Index::image(&Tables::default());
        assert!(Index::open(Cow::Owned(image)).is_some());
    }
}
