//! The tables as people write them: tab-separated columns, alternatives separated by `|`, lines that start with `#` are comments.

use jiff::civil::Date;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

/// A lexicon file: its path below the lexicon's folder, its text, and whether it came beside the built-in ones.
#[derive(Clone, Debug)]
pub struct File {
    /// With `/` between folders ("actors/groups/armed.tsv").
    pub name: String,
    /// All of it.
    pub text: String,
    /// It is of a folder that somebody added: what it says goes before what is built in.
    pub added: bool,
}

impl File {
    /// A file of the lexicon that ships with Polybius.
    pub fn new(name: &str, text: &str) -> Self {
        File { name: name.to_owned(), text: text.to_owned(), added: false }
    }
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file's name.
    pub file: Arc<str>,
    /// Counted from 1.
    pub line: usize,
    /// Is the file one that somebody added?
    pub added: bool,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}, line {}", self.file, self.line)
    }
}

/// What is wrong with a lexicon, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's name.
    pub file: String,
    /// Counted from 1; 0 if it is the file as a whole.
    pub line: usize,
    /// An error keeps the lexicon from being used; without it the lexicon works, but hardly as it was meant.
    pub error: bool,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl Problem {
    pub(crate) fn new(at: &Origin, error: bool, what: String, remedy: &str) -> Self {
        Problem { file: at.file.to_string(), line: at.line, error, what, remedy: remedy.to_owned() }
    }
}

impl fmt::Display for Tenure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let date = |d: Option<PartialDate>, open: &str| d.map_or(open.to_owned(), |d| d.to_string());
        write!(f, "{} to {}", date(self.from, "ever"), date(self.to, "now"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Problem { file, line, what, remedy, .. } = self;
        if *line == 0 {
            write!(f, "{file}: {what}; {remedy}")
        } else {
            write!(f, "{file}, line {line}: {what}; {remedy}")
        }
    }
}

/// A date as exact as somebody knows it: a year, a month or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartialDate {
    /// Its first day.
    pub first: Date,
    /// Its last day.
    pub last: Date,
}

impl PartialDate {
    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
        let mut number = || parts.next().map(|n| n.parse::<i8>().ok());
        let (month, day) = (number(), number());
        if parts.next().is_some() {
            return None;
        }
        match (month, day) {
            (None, _) => Some(PartialDate { first: Date::new(year, 1, 1).ok()?, last: Date::new(year, 12, 31).ok()? }),
            (Some(month), None) => {
                let first = Date::new(year, month?, 1).ok()?;
                Some(PartialDate { first, last: first.last_of_month() })
            }
            (Some(month), Some(day)) => {
                let day = Date::new(year, month?, day?).ok()?;
                Some(PartialDate { first: day, last: day })
            }
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let first = self.first;
        if first == self.last {
            write!(f, "{first}")
        } else if first.month() == self.last.month() {
            write!(f, "{:04}-{:02}", first.year(), first.month())
        } else {
            write!(f, "{:04}", first.year())
        }
    }
}

/// From when to when something held; open ends are `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tenure {
    /// Since when.
    pub from: Option<PartialDate>,
    /// Until when.
    pub to: Option<PartialDate>,
}

/// The days on which a code holds; open ends are `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

impl Period {
    /// Is `day` one of them?
    pub fn holds(&self, day: Date) -> bool {
        self.from.is_none_or(|f| f <= day) && self.to.is_none_or(|t| day <= t)
    }
}

impl Tenure {
    /// All days of its first and last months or years included.
    pub fn period(&self) -> Period {
        Period { from: self.from.map(|d| d.first), to: self.to.map(|d| d.last) }
    }

    /// Did both hold on some day, whatever days the months and years of their ends stand for?
    pub(crate) fn surely_overlaps(&self, other: &Tenure) -> bool {
        let begun = |t: &Tenure| t.from.map_or(Date::MIN, |d| d.last);
        let ended = |t: &Tenure| t.to.map_or(Date::MAX, |d| d.first);
        begun(self).max(begun(other)) < ended(self).min(ended(other))
    }
}

/// A row of a table and where it stands.
#[derive(Clone, Debug)]
pub struct Row<T> {
    /// Where.
    pub at: Origin,
    /// What it says.
    pub is: T,
}

/// A country or territory and what it is called.
#[derive(Clone, Debug)]
pub struct Country {
    /// ISO 3166-1 alpha-3, or one in use where ISO has none (`KOS`).
    pub code: String,
    /// ISO 3166-1 alpha-2.
    pub alpha2: String,
    /// The usual name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Its people and its adjective, in the singular.
    pub demonyms: Vec<String>,
    /// The capital, in all spellings.
    pub capital: Vec<String>,
    /// Seats that stand for its government ("Kremlin").
    pub metonyms: Vec<String>,
    /// Cities, provinces, bases.
    pub places: Vec<String>,
}

/// A state or a name of a state that is no more ("Zaire").
#[derive(Clone, Debug)]
pub struct FormerName {
    /// The name.
    pub name: String,
    /// Its other spellings.
    pub aliases: Vec<String>,
    /// Its people and its adjective.
    pub demonyms: Vec<String>,
    /// The country whose code it has.
    pub code: String,
    /// When it was the name.
    pub tenure: Tenure,
}

/// A people, or a community of a region or a faith.
#[derive(Clone, Debug)]
pub struct People {
    /// In the singular.
    pub name: String,
    /// Other names and adjectives.
    pub aliases: Vec<String>,
    /// The countries where they live, the most likely one first; a first `-` if none is.
    pub countries: Vec<String>,
}

/// One person's time in one office.
#[derive(Clone, Debug)]
pub struct Person {
    /// The usual full name.
    pub name: String,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// Country code, or `IGO`, `NGO` ...
    pub country: String,
    /// PLOVER sector.
    pub sector: String,
    /// "foreign minister".
    pub office: String,
    /// When.
    pub tenure: Tenure,
}

/// What a file below `groups/` is about: the first word of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// `armed*.tsv`: rebels, militias, gangs.
    Armed,
    /// `parties*.tsv`: parties, movements, alliances.
    Party,
    /// `intergovernmental*.tsv`
    Intergovernmental,
    /// `ngos*.tsv`
    NonGovernmental,
    /// `media*.tsv`
    Media,
    /// `forces*.tsv`: militaries, police, intelligence.
    Force,
    /// `agencies*.tsv`: ministries, parliaments, courts, regulators.
    Agency,
    /// `companies*.tsv`
    Company,
    /// Any other file.
    Other,
}

impl Class {
    fn of_file(name: &str) -> Self {
        let stem = name.rsplit('/').next().unwrap_or(name);
        match stem.split(['.', '-']).next().unwrap_or(stem) {
            "armed" => Class::Armed,
            "parties" => Class::Party,
            "intergovernmental" => Class::Intergovernmental,
            "ngos" => Class::NonGovernmental,
            "media" => Class::Media,
            "forces" => Class::Force,
            "agencies" => Class::Agency,
            "companies" => Class::Company,
            _ => Class::Other,
        }
    }
}

/// A group, party, organization, agency or company.
#[derive(Clone, Debug)]
pub struct Group {
    /// The usual name.
    pub name: String,
    /// Other names and acronyms.
    pub aliases: Vec<String>,
    /// Country code, or `IGO`, `NGO`, `MNC`, `IMG`.
    pub country: String,
    /// PLOVER sector.
    pub sector: String,
    /// When the codes hold.
    pub tenure: Tenure,
    /// What kind of group.
    pub class: Class,
}

/// What kind of thing a role noun is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleKind {
    /// "minister"
    Person,
    /// "rebels"
    Group,
    /// "parliament"
    Body,
    /// "presidential"
    Modifier,
}

/// A role noun or modifier with its sector.
#[derive(Clone, Debug)]
pub struct RoleTerm {
    /// The words.
    pub term: String,
    /// PLOVER sector.
    pub sector: String,
    /// What kind of thing.
    pub kind: RoleKind,
}

/// All tables of actors.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// `countries.tsv`
    pub countries: Vec<Row<Country>>,
    /// `former-names.tsv`
    pub former_names: Vec<Row<FormerName>>,
    /// `peoples.tsv`
    pub peoples: Vec<Row<People>>,
    /// `people-*.tsv`
    pub people: Vec<Row<Person>>,
    /// `groups/*.tsv`
    pub groups: Vec<Row<Group>>,
    /// `roles/*.tsv`
    pub roles: Vec<Row<RoleTerm>>,
}

/// Codes in the country column that are no countries.
pub(crate) const INTERNATIONAL: &[&str] = &["IGO", "NGO", "MNC", "IMG"];

const COUNTRY_COLUMNS: &str = "code alpha2 name aliases demonyms capital metonyms places";
const FORMER_COLUMNS: &str = "name aliases demonyms code from to";
const PEOPLE_COLUMNS: &str = "name aliases countries";
const PERSON_COLUMNS: &str = "name aliases country sector office from to";
const GROUP_COLUMNS: &str = "name aliases country sector from to";
const ROLE_COLUMNS: &str = "term sector kind";

impl Tables {
    /// Is this file a table of actors?
    pub fn has(file: &str) -> bool {
        file.starts_with("actors/") && file.ends_with(".tsv")
    }

    /// Reads the files below `actors/` among `files`. Rows of added files replace built-in ones of the same name (for people: of the
    /// same name, country and office). Rows with errors are left out; the problems say which and why.
    pub fn read(files: &[File], sectors: &[&str]) -> (Self, Vec<Problem>) {
        let mut tables = Tables::default();
        let mut problems = Vec::new();
        for file in files.iter().filter(|f| Tables::has(&f.name)) {
            tables.read_file(file, sectors, &mut problems);
        }
        tables.check_countries(&mut problems);
        tables.replace();
        (tables, problems)
    }

    fn read_file(&mut self, file: &File, sectors: &[&str], problems: &mut Vec<Problem>) {
        let name: Arc<str> = file.name.as_str().into();
        for (number, line) in file.text.lines().enumerate() {
            let line = line.trim_end_matches('\r');
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let at = Origin { file: name.clone(), line: number + 1, added: file.added };
            let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
            if let Err((what, remedy)) = self.read_row(&at, &columns, sectors) {
                problems.push(Problem::new(&at, true, what, &remedy));
            }
        }
    }

    fn read_row(&mut self, at: &Origin, columns: &[&str], sectors: &[&str]) -> Result<(), (String, String)> {
        let wrong = |wanted: &str| {
            let count = wanted.split(' ').count();
            (
                format!("{} columns instead of {count}", columns.len()),
                format!("write `{wanted}`, separated by tabs (an empty column keeps its tab)"),
            )
        };
        let sector = |code: &str| {
            if sectors.contains(&code) {
                return Ok(code.to_owned());
            }
            Err((format!("`{code}` is no sector"), "take one of those that ontology.toml lists".to_owned()))
        };
        let name = |text: &str| {
            if !crate::name::entry_keys(text).is_empty() {
                return Ok(text.to_owned());
            }
            Err((format!("the name `{text}` has no word"), "write the name in the column that is for it".to_owned()))
        };
        let file = at.file.strip_prefix("actors/").unwrap_or(&at.file);
        if file.starts_with("roles/") {
            let [term, code, kind] = *columns else { return Err(wrong(ROLE_COLUMNS)) };
            let kind = match kind {
                "person" => RoleKind::Person,
                "group" => RoleKind::Group,
                "body" => RoleKind::Body,
                "modifier" => RoleKind::Modifier,
                other => {
                    let what = format!("`{other}` is no kind of role");
                    return Err((what, "write person, group, body or modifier".to_owned()));
                }
            };
            let is = RoleTerm { term: name(term)?, sector: sector(code)?, kind };
            self.roles.push(Row { at: at.clone(), is });
        } else if file.starts_with("groups/") {
            let Some([title, aliases, country, code, from, to]) = fixed(columns, 2) else {
                return Err(wrong(GROUP_COLUMNS));
            };
            let is = Group {
                name: name(title)?,
                aliases: parts(aliases),
                country: country.to_owned(),
                sector: sector(code)?,
                tenure: tenure(from, to)?,
                class: Class::of_file(&at.file),
            };
            self.groups.push(Row { at: at.clone(), is });
        } else if file.starts_with("peoples") {
            let [people, aliases, countries] = *columns else { return Err(wrong(PEOPLE_COLUMNS)) };
            let is = People { name: name(people)?, aliases: parts(aliases), countries: parts(countries) };
            self.peoples.push(Row { at: at.clone(), is });
        } else if file.starts_with("people") {
            let Some([full, aliases, country, code, office, from, to]) = fixed(columns, 2) else {
                return Err(wrong(PERSON_COLUMNS));
            };
            let is = Person {
                name: name(full)?,
                aliases: parts(aliases),
                country: country.to_owned(),
                sector: sector(code)?,
                office: office.to_owned(),
                tenure: tenure(from, to)?,
            };
            self.people.push(Row { at: at.clone(), is });
        } else if file.starts_with("countries") {
            let Some([code, alpha2, usual, aliases, demonyms, capital, metonyms, places]) = fixed(columns, 3) else {
                return Err(wrong(COUNTRY_COLUMNS));
            };
            let is = Country {
                code: code.to_owned(),
                alpha2: alpha2.to_owned(),
                name: name(usual)?,
                aliases: parts(aliases),
                demonyms: parts(demonyms),
                capital: parts(capital),
                metonyms: parts(metonyms),
                places: parts(places),
            };
            self.countries.push(Row { at: at.clone(), is });
        } else if file.starts_with("former-names") {
            let Some([old, aliases, demonyms, code, from, to]) = fixed(columns, 2) else {
                return Err(wrong(FORMER_COLUMNS));
            };
            let is = FormerName {
                name: name(old)?,
                aliases: parts(aliases),
                demonyms: parts(demonyms),
                code: code.to_owned(),
                tenure: tenure(from, to)?,
            };
            self.former_names.push(Row { at: at.clone(), is });
        } else {
            return Err((
                "this file is none of those that are read".to_owned(),
                "call it as lexicon/README.md says: countries.tsv, former-names.tsv, peoples.tsv, people-*.tsv, groups/*.tsv or \
                 roles/*.tsv"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    /// Takes out rows whose country is none of `countries.tsv`.
    fn check_countries(&mut self, problems: &mut Vec<Problem>) {
        let mut known: HashSet<String> = INTERNATIONAL.iter().map(|c| (*c).to_owned()).collect();
        let letters = |code: &str, count: usize| code.len() == count && code.chars().all(|c| c.is_ascii_uppercase());
        self.countries.retain(|row| {
            let (code, alpha2) = (&row.is.code, &row.is.alpha2);
            let good = letters(code, 3) && !INTERNATIONAL.contains(&code.as_str()) && letters(alpha2, 2);
            if good {
                known.insert(code.clone());
            } else {
                let what = format!("`{code}` and `{alpha2}` are no codes of a country");
                problems.push(Problem::new(&row.at, true, what, "write ISO 3166-1 alpha-3 and alpha-2 in capitals"));
            }
            good
        });
        let mut known = |at: &Origin, code: &str| {
            let good = known.contains(code);
            if !good {
                let what = format!("`{code}` is no country of countries.tsv");
                problems.push(Problem::new(
                    at,
                    true,
                    what,
                    "write its ISO 3166-1 alpha-3 code, or IGO, NGO, MNC or IMG",
                ));
            }
            good
        };
        self.former_names.retain(|row| known(&row.at, &row.is.code));
        self.peoples.retain(|row| row.is.countries.iter().all(|code| code == "-" || known(&row.at, code)));
        self.people.retain(|row| known(&row.at, &row.is.country));
        self.groups.retain(|row| known(&row.at, &row.is.country));
    }

    /// Takes out the built-in rows that added ones replace.
    fn replace(&mut self) {
        fn by<T>(rows: &mut Vec<Row<T>>, key: impl Fn(&T) -> String) {
            let added: HashSet<String> = rows.iter().filter(|r| r.at.added).map(|r| key(&r.is)).collect();
            rows.retain(|r| r.at.added || !added.contains(&key(&r.is)));
        }
        by(&mut self.countries, |c| c.code.clone());
        by(&mut self.former_names, |f| f.name.clone());
        by(&mut self.peoples, |p| p.name.clone());
        by(&mut self.people, |p| format!("{}\t{}\t{}", p.name, p.country, p.office));
        by(&mut self.groups, |g| g.name.clone());
        by(&mut self.roles, |r| crate::name::term_keys(&r.term).join(" "));
    }

    /// The usual name of each country by its code.
    pub fn country_names(&self) -> HashMap<&str, &str> {
        self.countries.iter().map(|c| (c.is.code.as_str(), c.is.name.as_str())).collect()
    }
}

/// The columns, the last `optional` of which may be missing: editors like to take the tabs at a line's end away.
fn fixed<'c, const N: usize>(columns: &[&'c str], optional: usize) -> Option<[&'c str; N]> {
    let fits = (N - optional..=N).contains(&columns.len());
    fits.then(|| std::array::from_fn(|i| columns.get(i).copied().unwrap_or_default()))
}

fn parts(column: &str) -> Vec<String> {
    column.split('|').map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect()
}

fn tenure(from: &str, to: &str) -> Result<Tenure, (String, String)> {
    let date = |text: &str| {
        if text.is_empty() {
            return Ok(None);
        }
        let what = || (format!("`{text}` is no date"), "write YYYY, YYYY-MM or YYYY-MM-DD".to_owned());
        PartialDate::parse(text).map(Some).ok_or_else(what)
    };
    let tenure = Tenure { from: date(from)?, to: date(to)? };
    match (tenure.from, tenure.to) {
        (Some(start), Some(end)) if start.first > end.last => {
            Err((format!("it ends ({to}) before it begins ({from})"), "exchange or correct the dates".to_owned()))
        }
        _ => Ok(tenure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTRIES: &str = "GBR\tGB\tBritain\t\tBritish\tLondon\t\t\n";

    fn problems(name: &str, text: &str) -> Vec<String> {
        let files = [File::new("actors/countries.tsv", COUNTRIES), File::new(name, text)];
        Tables::read(&files, &["GOV", "REB"]).1.iter().map(Problem::to_string).collect()
    }

    #[test]
    fn dates_are_as_exact_as_they_are_written() {
        let day = |y, m, d| Date::new(y, m, d).unwrap();
        let of = |text| PartialDate::parse(text).map(|p| (p.first, p.last));
        assert_eq!(of("2004"), Some((day(2004, 1, 1), day(2004, 12, 31))));
        assert_eq!(of("2004-02"), Some((day(2004, 2, 1), day(2004, 2, 29))));
        assert_eq!(of("2004-02-03"), Some((day(2004, 2, 3), day(2004, 2, 3))));
        for bad in ["soon", "2004-13", "2004-02-30", "04", "2004-", "2004-1-1-1", "-"] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_error_names_file_line_and_remedy() {
        let one = |text: &str| problems("actors/groups/armed.tsv", &format!("# head\n{text}\n")).join("\n");
        assert_eq!(
            one("Only one column"),
            "actors/groups/armed.tsv, line 2: 1 columns instead of 6; write `name aliases country sector from to`, \
             separated by tabs (an empty column keeps its tab)"
        );
        assert!(one("Red Army\t\tGBR\tREBEL\t\t").contains("line 2: `REBEL` is no sector; take one of"));
        assert!(
            one("Red Army\t\tENG\tREB\t\t").contains("line 2: `ENG` is no country of countries.tsv; write its ISO")
        );
        assert!(one("Red Army\t\tGBR\tREB\tMay 1990\t").contains("`May 1990` is no date; write YYYY"));
        assert!(one("Red Army\t\tGBR\tREB\t1990\t1980").contains("it ends (1980) before it begins (1990); exchange"));
        assert!(one("\t\tGBR\tREB\t\t").contains("has no word"));
        assert_eq!(one("Red Army\tRA|R.A.\tGBR\tREB\t1980\t1990-05"), "");
        assert_eq!(one("Red Army\tRA|R.A.\tGBR\tREB"), "");
        assert!(problems("actors/kings.tsv", "x\ty\n")[0].contains("none of those that are read; call it as"));
        assert!(problems("actors/roles/a.tsv", "king\tGOV\tpersonal\n")[0].contains("`personal` is no kind of role"));
        assert!(problems("actors/countries2.tsv", "uk\tGB\tB\t\t\t\t\t\n")[0].contains("are no codes of a country"));
    }

    #[test]
    fn added_rows_replace_built_in_ones_of_the_same_name() {
        let people = "Jane Doe\t\tGBR\tGOV\tforeign minister\t2020\t\nJane Doe\t\tGBR\tGOV\tambassador\t2010\t2012\n";
        let mut added = File::new("actors/people.tsv", "Jane Doe\t\tGBR\tGOV\tforeign minister\t2020\t2021\n");
        added.added = true;
        let files = [File::new("actors/countries.tsv", COUNTRIES), File::new("actors/people.tsv", people), added];
        let (tables, _) = Tables::read(&files, &["GOV"]);
        let rows: Vec<(&str, bool)> =
            tables.people.iter().map(|p| (p.is.office.as_str(), p.is.tenure.to.is_some())).collect();
        assert_eq!(rows, [("ambassador", true), ("foreign minister", true)]);
    }
}
