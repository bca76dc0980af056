//! What is readable and yet wrong: rows and names that stand twice, tenures that exclude each other, names that are never found.

use crate::index::{Named, Naming, Spelling, spellings};
use crate::name::{entry_keys, key, term_keys};
use crate::table::{INTERNATIONAL, Origin, Person, Problem, RoleKind, Row, Tables};
use polybius_text::Span;
use std::borrow::Cow;
use std::collections::HashMap;

/// Offices that one person of a country holds at a time. "Acting president", "co-president", "rival prime minister" are offices of
/// their own.
const SINGLE: &[&str] = &[
    "president",
    "prime minister",
    "premier",
    "chancellor",
    "king",
    "queen",
    "emperor",
    "emir",
    "sultan",
    "pope",
    "supreme leader",
    "governor-general",
    "foreign minister",
    "foreign secretary",
    "secretary of state",
    "defence minister",
    "defence secretary",
    "secretary of defense",
    "interior minister",
    "home secretary",
    "finance minister",
    "chancellor of the exchequer",
    "treasury secretary",
    "justice minister",
    "attorney general",
    "army chief",
    "chief of staff",
];

/// Looks for what is wrong with tables that could be read. The problems come in the order of files and lines.
pub fn check(tables: &Tables) -> Vec<Problem> {
    let mut found = Vec::new();
    rows_twice(tables, &mut found);
    tenures(&tables.people, &mut found);
    names(tables, &mut found);
    roles(tables, &mut found);
    found.sort_by(|a, b| (&a.file, a.line, &a.what).cmp(&(&b.file, b.line, &b.what)));
    found.dedup();
    found
}

fn warn(found: &mut Vec<Problem>, at: &Origin, what: String, remedy: &str) {
    found.push(Problem::new(at, false, what, remedy));
}

/// The rows in groups of the same key, in their order.
fn grouped<'t, T>(rows: &'t [Row<T>], key: impl Fn(&'t T) -> String) -> Vec<Vec<&'t Row<T>>> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<&Row<T>>> = Vec::new();
    for row in rows {
        let place = *places.entry(key(&row.is)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(row);
    }
    groups
}

/// All pairs of a list, the earlier one first.
fn pairs<T>(list: &[T]) -> impl Iterator<Item = (&T, &T)> {
    list.iter().enumerate().flat_map(|(i, a)| list[i + 1..].iter().map(move |b| (a, b)))
}

fn rows_twice(tables: &Tables, found: &mut Vec<Problem>) {
    for (title, same) in [
        ("code", grouped(&tables.countries, |c| c.code.clone())),
        ("alpha-2 code", grouped(&tables.countries, |c| c.alpha2.clone())),
    ] {
        for rows in same {
            for row in &rows[1..] {
                let what = format!("{} has the {title} of {} ({})", row.is.name, rows[0].is.name, rows[0].at);
                warn(found, &row.at, what, "leave one row a country");
            }
        }
    }
    for rows in grouped(&tables.groups, |g| format!("{}\t{}", entry_keys(&g.name).join(" "), g.country)) {
        for (a, b) in pairs(&rows).filter(|(a, b)| a.is.tenure.surely_overlaps(&b.is.tenure)) {
            let what = format!("{} stands in {} already", b.is.name, a.at);
            warn(found, &b.at, what, "leave one row a group and a time");
        }
    }
}

fn tenures(people: &[Row<Person>], found: &mut Vec<Problem>) {
    for rows in grouped(people, |p| format!("{}\t{}\t{}", p.name, p.country, p.office)) {
        for (a, b) in pairs(&rows) {
            let same_start = a.is.tenure.from == b.is.tenure.from;
            if same_start || a.is.tenure.surely_overlaps(&b.is.tenure) {
                let what =
                    format!("{} is {} ({}) in {} already ({})", b.is.name, b.is.office, b.is.tenure, a.at, a.is.tenure);
                warn(found, &b.at, what, "leave one row a tenure, or correct the dates");
            }
        }
    }
    for rows in grouped(people, |p| format!("{}\t{}", p.country, p.office)) {
        let single = SINGLE.contains(&rows[0].is.office.as_str());
        if !single || INTERNATIONAL.contains(&rows[0].is.country.as_str()) {
            continue;
        }
        for (a, b) in pairs(&rows) {
            if a.is.name != b.is.name && a.is.tenure.surely_overlaps(&b.is.tenure) {
                // it is the added row that is new
                let (a, b) = if a.at.added && !b.at.added { (b, a) } else { (a, b) };
                let what = format!(
                    "{} is {} of {} ({}) while {} is ({}; {})",
                    b.is.name, b.is.office, b.is.country, b.is.tenure, a.is.name, a.is.tenure, a.at
                );
                warn(found, &b.at, what, "correct the dates, or call one of them acting, interim, co- or rival");
            }
        }
    }
}

/// Names that a row says twice, that no text can hold, or that always mean something else.
fn names(tables: &Tables, found: &mut Vec<Problem>) {
    let mut meanings: HashMap<String, Vec<Spelling>> = HashMap::new();
    for spelling in spellings(tables) {
        let key = entry_keys(&spelling.name).join(" ");
        let list = meanings.entry(key).or_default();
        let (name, at) = (&spelling.name, spelling.at);
        let again = |s: &&Spelling| s.at == at && s.named == spelling.named;
        match list.iter().find(again) {
            // a demonym and its plural may both be written
            Some(first) if matches!((name, &first.name), (Cow::Borrowed(_), Cow::Borrowed(_))) => {
                let what = format!("`{name}` is read as `{}`, which stands in this row too", first.name);
                warn(found, at, what, "leave it out (capitals count, marks on letters and dots do not)");
            }
            Some(_) => {}
            None => {
                if !is_found(name) {
                    let what = format!("`{name}` is never found in a text: its words are cut in another way there");
                    warn(found, at, what, "write it as it stands in the middle of a sentence");
                }
                list.push(spelling);
            }
        }
    }
    for (name, list) in meanings {
        for (i, one) in list.iter().enumerate() {
            let other = list.iter().enumerate().find(|(j, other)| shadows(one, other, i < *j));
            if let Some((_, other)) = other {
                let what = format!("`{name}` never means {}: it is {} of {}", owner(one), owner(other), other.at);
                let remedy = "take it out of one of the two rows, or give both the years in which they hold";
                warn(found, one.at, what, remedy);
            }
        }
    }
}

/// Who or what is meant.
fn owner<'s>(spelling: &Spelling<'s>) -> &'s str {
    match spelling.named {
        Named::Country { code, .. } => code,
        Named::Person { name, .. } | Named::Group { name, .. } => name,
    }
}

/// Does `other` always go before `one` where both are spelled the same? See [`choose`](crate::choose).
fn shadows(one: &Spelling, other: &Spelling, other_later: bool) -> bool {
    if one.at == other.at {
        return false; // a people of several countries
    }
    let same = owner(one) == owner(other) && std::mem::discriminant(&one.named) == std::mem::discriminant(&other.named);
    // what an added file says goes before what is built in: that is what it is for
    if same || !one.at.added && other.at.added {
        return false;
    }
    let (a, b) = (other.named.period(), one.named.period());
    let covers = (a.from.is_none() || b.from.is_some() && a.from <= b.from)
        && a.to.is_none_or(|end| b.to.is_some_and(|earlier| end >= earlier));
    let primary =
        |n: &Named| matches!(n, Named::Country { naming: Naming::Name | Naming::Demonym | Naming::Capital, .. });
    let country = one.named.country();
    match (primary(&one.named), primary(&other.named)) {
        (false, true) => true,
        (true, true) => country != other.named.country() && !other_later && covers,
        (true, false) => false,
        // the country of the article decides between two countries
        (false, false) => {
            let other_later = other_later && one.at.added == other.at.added;
            let at_home = country == other.named.country() || INTERNATIONAL.contains(&country);
            other_later && at_home && covers
        }
    }
}

/// Do the tokens of a sentence with this name in it hold the name's own?
fn is_found(name: &str) -> bool {
    let wanted = entry_keys(name);
    let text = format!("Yesterday {name} met them.");
    let sentences = polybius_text::sentences(&text, Span::new(0, text.len()));
    sentences.iter().any(|s| {
        let keys: Vec<String> = s.tokens.iter().map(|t| key(t.span.of(&text))).collect();
        keys.windows(wanted.len()).any(|w| w == wanted)
    })
}

fn roles(tables: &Tables, found: &mut Vec<Problem>) {
    let side = |kind: RoleKind| if kind == RoleKind::Modifier { "modifier" } else { "noun" };
    for rows in grouped(&tables.roles, |r| format!("{}\t{}", term_keys(&r.term).join(" "), side(r.kind))) {
        for row in &rows[1..] {
            let what = format!("`{}` is {} in {} already", row.is.term, rows[0].is.sector, rows[0].at);
            warn(found, &row.at, what, "leave one row a term (and one if it is a modifier too)");
        }
    }
    for row in tables.roles.iter().filter(|r| !is_found(&r.is.term)) {
        let what = format!("`{}` is never found in a text: its words are cut in another way there", row.is.term);
        warn(found, &row.at, what, "write it as it stands in the middle of a sentence");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::File;

    const COUNTRIES: &str = "GBR\tGB\tBritain\t\tBriton\tLondon\tDowning Street\tLeeds|Perth\n\
        AUS\tAU\tAustralia\t\tAustralian\tCanberra\t\tPerth\nGEO\tGE\tGeorgia\t\tGeorgian\tTbilisi\t\t\n";

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<File> = std::iter::once(("actors/countries.tsv", COUNTRIES))
            .chain(files.iter().copied())
            .map(|(name, text)| File::new(name, text))
            .collect();
        let (tables, unreadable) = Tables::read(&files, &["GOV", "REB", "PTY"]);
        assert_eq!(unreadable, []);
        check(&tables).iter().map(Problem::to_string).collect()
    }

    fn of_groups(text: &str) -> String {
        problems(&[("actors/groups/armed.tsv", text)]).join("\n")
    }

    fn of_people(text: &str) -> String {
        problems(&[("actors/people.tsv", text)]).join("\n")
    }

    #[test]
    fn a_clean_folder_has_no_problem() {
        assert_eq!(problems(&[]), [""; 0]);
        assert_eq!(of_groups("Red Army\tRA\tGBR\tREB\t\t1990\nRed Army\tRA\tGBR\tPTY\t1991\t\n"), "");
    }

    #[test]
    fn rows_that_stand_twice() {
        let twice = of_groups("Red Army\t\tGBR\tREB\t\t\nRed Army\t\tGBR\tPTY\t1990\t\n");
        assert!(twice.starts_with(
            "actors/groups/armed.tsv, line 2: Red Army stands in actors/groups/armed.tsv, line 1 already; leave"
        ));
        let again = problems(&[("actors/countries-2.tsv", "GBR\tUK\tEngland\t\t\t\t\t\n")]);
        assert!(again[0].contains("England has the code of Britain"), "{again:?}");
        let roles =
            problems(&[("actors/roles/a.tsv", "Rebel\tREB\tperson\nrebel\tPTY\tgroup\nrebel\tREB\tmodifier\n")]);
        assert_eq!(roles.len(), 1);
        assert!(roles[0].contains("line 2: `rebel` is REB in actors/roles/a.tsv, line 1 already"), "{roles:?}");
    }

    #[test]
    fn names_that_stand_twice_in_a_row() {
        assert!(
            of_groups("Red Army\tR.A.|RA\tGBR\tREB\t\t\n").contains("`RA` is read as `R.A.`, which stands in this row")
        );
    }

    #[test]
    fn tenures_that_exclude_each_other() {
        let two = "Jo Doe\t\tGBR\tGOV\tprime minister\t1990\t1995\nAl Roe\t\tGBR\tGOV\tprime minister\t1994-03\t\n";
        assert!(
            of_people(two).contains(
                "line 2: Al Roe is prime minister of GBR (1994-03 to now) while Jo Doe is (1990 to 1995; \
                 actors/people.tsv, line 1); correct the dates, or call one of them acting"
            ),
            "{}",
            of_people(two)
        );
        // the year of the change is both's, an acting one stands in, two spokesmen are no surprise
        assert_eq!(of_people(&two.replace("1994-03", "1995-06")), "");
        assert_eq!(of_people(&two.replacen("prime", "acting prime", 1)), "");
        assert_eq!(of_people(&two.replace("prime minister", "spokesman")), "");
        let same = "Jo Doe\t\tGBR\tGOV\tspokesman\t1990\t1995\nJo Doe\t\tGBR\tGOV\tspokesman\t1993\t1999\n";
        assert!(of_people(same).contains("Jo Doe is spokesman (1993 to 1999) in actors/people.tsv, line 1 already"));
    }

    #[test]
    fn names_that_always_mean_something_else() {
        let country = of_groups("Georgia\t\tGBR\tREB\t\t\n");
        assert!(country.contains("armed.tsv, line 1: `Georgia` never means Georgia: it is GEO of"), "{country}");
        let capital = of_groups("Red Army\tTbilisi\tGBR\tREB\t\t\n");
        assert!(
            capital.contains("`Tbilisi` never means Red Army: it is GEO of actors/countries.tsv, line 3"),
            "{capital}"
        );
        let seat = of_groups("Cabinet\tDowning Street\tGBR\tGOV\t\t\n");
        assert!(seat.contains("countries.tsv, line 1: `Downing Street` never means GBR: it is Cabinet of"), "{seat}");
        let groups = of_groups("Red Army\tRA\tGBR\tREB\t\t\nRoyal Apes\tRA\tGBR\tREB\t\t\n");
        assert!(groups.contains("line 1: `RA` never means Red Army: it is Royal Apes of"), "{groups}");
        // told apart by country, or by time
        assert_eq!(of_groups("Red Army\tRA\tGBR\tREB\t\t\nRoyal Apes\tRA\tAUS\tREB\t\t\n"), "");
        assert_eq!(of_groups("Red Army\tRA\tGBR\tREB\t\t\nRoyal Apes\tRA\tGBR\tREB\t1990\t\n"), "");
    }

    #[test]
    fn names_that_no_text_holds() {
        let cut = of_groups("Red Army . North\t\tGBR\tREB\t\t\n");
        assert!(cut.contains("is never found in a text"), "{cut}");
    }
}
