//! Countries by their codes, and who held which office when.

use jiff::civil::Date;
use polybius_actors::{Person, Tables};
use std::collections::{BTreeMap, HashMap};

pub(crate) struct World {
    names: BTreeMap<String, String>,
    people: HashMap<String, Vec<Person>>,
}

/// What the codes mean that are no countries'.
const INTERNATIONAL: [(&str, &str); 4] = [
    ("IGO", "Intergovernmental organizations"),
    ("NGO", "Non-governmental organizations"),
    ("MNC", "Multinational companies"),
    ("IMG", "International armed groups"),
];

impl World {
    pub(crate) fn new(tables: &Tables) -> World {
        let mut names: BTreeMap<String, String> =
            tables.country_names().into_iter().map(|(code, name)| (code.to_owned(), name.to_owned())).collect();
        names.extend(INTERNATIONAL.map(|(code, name)| (code.to_owned(), name.to_owned())));
        let mut people: HashMap<String, Vec<Person>> = HashMap::new();
        for row in &tables.people {
            people.entry(row.is.country.clone()).or_default().push(row.is.clone());
        }
        World { names, people }
    }

    /// The name of a country; none for a code that there is not.
    pub(crate) fn country(&self, code: &str) -> Option<&str> {
        self.names.get(code).map(String::as_str)
    }

    /// The name, or the code where there is no name.
    pub(crate) fn name<'a>(&'a self, code: &'a str) -> &'a str {
        self.country(code).unwrap_or(if code.is_empty() { "nobody of a country" } else { code })
    }

    /// The code that a name means, whatever its case.
    pub(crate) fn code(&self, name: &str) -> Option<&str> {
        self.names.iter().find(|(_, n)| n.eq_ignore_ascii_case(name)).map(|(code, _)| code.as_str())
    }

    /// All codes with their names, by name.
    pub(crate) fn countries(&self) -> Vec<(&str, &str)> {
        let mut all: Vec<(&str, &str)> = self.names.iter().map(|(c, n)| (c.as_str(), n.as_str())).collect();
        all.sort_by_key(|(_, name)| *name);
        all
    }

    /// Who of a country held an office of its government on a day, in the order of the offices.
    pub(crate) fn in_office(&self, country: &str, on: Date) -> Vec<&Person> {
        let holds = |p: &&Person| p.sector == "GOV" && p.tenure.from.is_some() && p.tenure.period().holds(on);
        let mut found: Vec<&Person> = self.people.get(country).into_iter().flatten().filter(holds).collect();
        let rank = |office: &str| {
            let order = [
                "president",
                "king",
                "queen",
                "supreme leader",
                "prime minister",
                "chancellor",
                "foreign minister",
                "defen",
            ];
            order.iter().position(|o| office.to_lowercase().starts_with(o)).unwrap_or(order.len())
        };
        found.sort_by(|a, b| (rank(&a.office), &a.office, &a.name).cmp(&(rank(&b.office), &b.office, &b.name)));
        found
    }
}
