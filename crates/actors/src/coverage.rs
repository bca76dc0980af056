//! How much the tables know.

use crate::table::{Class, RoleKind, Tables};
use std::collections::{BTreeMap, HashSet};

/// Counts of what the tables hold. "Countries" are states and territories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Countries and territories.
    pub countries: usize,
    /// Countries with a demonym.
    pub demonyms: usize,
    /// Countries with a capital.
    pub capitals: usize,
    /// Names of seats that stand for a government.
    pub seats: usize,
    /// Names of places.
    pub places: usize,
    /// Names of former states and former names.
    pub former_names: usize,
    /// Peoples, and communities of a region or a faith.
    pub peoples: usize,
    /// People.
    pub people: usize,
    /// Tenures.
    pub tenures: usize,
    /// People by office, most first.
    pub offices: Vec<(String, usize)>,
    /// How many states were looked at for their heads.
    pub states: usize,
    /// Years of states since 1990 in which somebody is on record as head of state or government.
    pub headed_years: usize,
    /// Those in which nobody is.
    pub headless_years: Vec<(String, i16)>,
    /// Groups by class.
    pub groups: BTreeMap<Class, usize>,
    /// Militaries, police and intelligence services, wherever they stand.
    pub forces: usize,
    /// Role terms that name people, groups or bodies.
    pub role_nouns: usize,
    /// Role terms that only qualify.
    pub role_modifiers: usize,
}

/// The members of the United Nations and Kosovo, Palestine, Taiwan and the Vatican, with the year from which they are looked at: 1990, or that of
/// their independence.
const STATES: &[(i16, &str)] = &[
    (
        1990,
        "AFG AGO ALB AND ARE ARG ATG AUS AUT BDI BEL BEN BFA BGD BGR BHR BHS BLZ BOL BRA BRB BRN BTN BWA CAF CAN CHE CHL CHN CIV \
         CMR COD COG COL COM CPV CRI CUB CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ESP ETH FIN FJI FRA FSM GAB GBR GHA GIN GMB GNB \
         GNQ GRC GRD GTM GUY HND HTI HUN IDN IND IRL IRN IRQ ISL ISR ITA JAM JOR JPN KEN KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA \
         LIE LKA LSO LUX MAR MCO MDG MDV MEX MHL MLI MLT MMR MNG MOZ MRT MUS MWI MYS NAM NER NGA NIC NLD NOR NPL NRU NZL OMN PAK \
         PAN PER PHL PNG POL PRK PRT PRY QAT ROU RUS RWA SAU SDN SEN SGP SLB SLE SLV SMR SOM SRB STP SUR SWE SWZ SYC SYR TCD TGO \
         THA TON TTO TUN TUR TUV TWN TZA UGA URY USA VAT VCT VEN VNM VUT WSM YEM ZAF ZMB ZWE",
    ),
    (1991, "ARM AZE BLR EST GEO HRV KAZ KGZ LTU LVA MDA MKD SVN TJK TKM UKR UZB"),
    (1992, "BIH"),
    (1993, "ERI SVK"),
    (1994, "PLW PSE"),
    (2002, "TLS"),
    (2006, "MNE"),
    (2008, "KOS"),
    (2011, "SSD"),
];

/// Heads of state and government, and who stands in for them.
fn is_head(office: &str) -> bool {
    let office = office.strip_prefix("acting ").or_else(|| office.strip_prefix("interim ")).unwrap_or(office);
    matches!(
        office,
        "president"
            | "prime minister"
            | "premier"
            | "chancellor"
            | "king"
            | "queen"
            | "emperor"
            | "emir"
            | "sultan"
            | "pope"
            | "prince"
            | "grand duke"
            | "leader"
            | "supreme leader"
            | "military ruler"
            | "junta leader"
            | "head of state"
            | "head of government"
            | "general secretary"
            | "presidency member"
            | "captain regent"
    )
}

impl Coverage {
    /// Counts `tables`; heads of state and government are looked for up to the year of the latest change of office.
    pub fn of(tables: &Tables) -> Self {
        let until = tables.people.iter().filter_map(|p| p.is.tenure.from).map(|d| d.first.year()).max().unwrap_or(1990);
        let mut coverage = Coverage {
            countries: tables.countries.len(),
            demonyms: tables.countries.iter().filter(|c| !c.is.demonyms.is_empty()).count(),
            capitals: tables.countries.iter().filter(|c| !c.is.capital.is_empty()).count(),
            seats: tables.countries.iter().map(|c| c.is.metonyms.len()).sum(),
            places: tables.countries.iter().map(|c| c.is.places.len()).sum(),
            former_names: tables.former_names.iter().map(|f| 1 + f.is.aliases.len()).sum(),
            peoples: tables.peoples.len(),
            tenures: tables.people.len(),
            states: STATES.iter().map(|(_, states)| states.split(' ').count()).sum(),
            ..Coverage::default()
        };
        let mut people: HashSet<(&str, &str)> = HashSet::new();
        let mut offices: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
        let mut headed: HashSet<(&str, i16)> = HashSet::new();
        for person in &tables.people {
            let p = &person.is;
            people.insert((&p.name, &p.country));
            offices.entry(&p.office).or_default().insert(&p.name);
            if is_head(&p.office) {
                let from = p.tenure.from.map_or(1990, |d| d.first.year());
                let to = p.tenure.to.map_or(until, |d| d.last.year());
                headed.extend((from.max(1990)..=to.min(until)).map(|year| (p.country.as_str(), year)));
            }
        }
        coverage.people = people.len();
        coverage.offices = offices.into_iter().map(|(office, names)| (office.to_owned(), names.len())).collect();
        coverage.offices.sort_by_key(|o| std::cmp::Reverse(o.1));
        for (first, states) in STATES {
            for (state, year) in states.split(' ').flat_map(|s| (*first..=until).map(move |year| (s, year))) {
                if headed.contains(&(state, year)) {
                    coverage.headed_years += 1;
                } else {
                    coverage.headless_years.push((state.to_owned(), year));
                }
            }
        }
        let mut names: HashSet<(&str, &str)> = HashSet::new();
        for group in tables.groups.iter().filter(|g| names.insert((&g.is.name, &g.is.country))) {
            *coverage.groups.entry(group.is.class).or_default() += 1;
            coverage.forces += usize::from(
                matches!(group.is.sector.as_str(), "MIL" | "COP" | "SPY")
                    && matches!(group.is.class, Class::Force | Class::Agency),
            );
        }
        coverage.role_modifiers = tables.roles.iter().filter(|r| r.is.kind == RoleKind::Modifier).count();
        coverage.role_nouns = tables.roles.len() - coverage.role_modifiers;
        coverage
    }
}
