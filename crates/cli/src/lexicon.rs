//! `polybius lexicon`

use anyhow::{Result, anyhow};
use jiff::civil::Date;
use polybius_actors::{Class, Named, Naming, Tables};
use polybius_coder::{Coder, Lexicon, LexiconFiles, check_examples};
use std::io::{self, Write};
use std::path::Path;

fn files(folder: Option<&Path>) -> Result<LexiconFiles> {
    Ok(folder.map_or_else(|| Ok(LexiconFiles::built_in()), LexiconFiles::with_folder)?)
}

/// The tables of actors, if no row has an error.
fn tables(folder: Option<&Path>) -> Result<Tables> {
    let (tables, problems) = files(folder)?.tables();
    problems.first().map_or(Ok(tables), |problem| Err(anyhow!("{problem}")))
}

/// Counts what the lexicon holds.
pub fn stats(folder: Option<&Path>) -> Result<bool> {
    let stats = files(folder)?.stats();
    let a = &stats.actors;
    let group = |class| a.groups.get(&class).copied().unwrap_or(0);
    let mut out = io::stdout().lock();
    writeln!(out, "countries and territories")?;
    writeln!(out, "{:>7} in all, {} with demonyms, {} with a capital", a.countries, a.demonyms, a.capitals)?;
    writeln!(out, "{:>7} former names, with years", a.former_names)?;
    writeln!(out, "{:>7} seats that stand for governments", a.seats)?;
    writeln!(out, "{:>7} cities, regions and other places", a.places)?;
    writeln!(out, "{:>7} peoples and communities", a.peoples)?;
    writeln!(out, "people")?;
    writeln!(out, "{:>7} in all, with {} tenures", a.people, a.tenures)?;
    for (office, count) in a.offices.iter().take(12) {
        writeln!(out, "{count:>7} {office}")?;
    }
    let years = a.headed_years + a.headless_years.len();
    writeln!(
        out,
        "{:>7} of {years} years since 1990 (of {} states) have a head of state or government",
        a.headed_years, a.states
    )?;
    writeln!(out, "groups")?;
    for (class, what) in [
        (Class::Armed, "armed groups"),
        (Class::Party, "parties and movements"),
        (Class::Intergovernmental, "intergovernmental organizations"),
        (Class::NonGovernmental, "non-governmental organizations"),
        (Class::Media, "media"),
    ] {
        writeln!(out, "{:>7} {what}", group(class))?;
    }
    writeln!(out, "{:>7} militaries, police and intelligence services", a.forces)?;
    writeln!(out, "{:>7} ministries, parliaments, courts and agencies", group(Class::Agency))?;
    writeln!(out, "{:>7} companies and others", group(Class::Company) + group(Class::Other))?;
    writeln!(out, "roles")?;
    writeln!(out, "{:>7} nouns and titles", a.role_nouns)?;
    writeln!(out, "{:>7} modifiers", a.role_modifiers)?;
    writeln!(out, "spellings")?;
    writeln!(out, "{:>7} of names", stats.names)?;
    writeln!(out, "events")?;
    writeln!(out, "{:>7} predicates in {} frames, {} examples", stats.predicates, stats.frames, stats.examples)?;
    writeln!(out, "{:>7} of {} PLOVER categories", stats.categories.0, stats.categories.1)?;
    writeln!(out, "{:>7} of {} PLOVER modes", stats.modes.0, stats.modes.1)?;
    writeln!(out, "{:>7} of 20 CAMEO roots, {} CAMEO codes", stats.cameo_roots, stats.cameo_codes)?;
    Ok(true)
}

/// Names everything that is wrong with the lexicon and runs its examples; returns whether nothing keeps it from working as it says.
pub fn check(folder: Option<&Path>) -> Result<bool> {
    let problems = files(folder)?.check();
    let mut out = io::stdout().lock();
    for problem in &problems {
        writeln!(out, "{} {problem}", if problem.error { "error:" } else { "warning:" })?;
    }
    let errors = problems.iter().filter(|p| p.error).count();
    writeln!(out, "{errors} errors, {} warnings", problems.len() - errors)?;
    if errors > 0 {
        return Ok(false);
    }
    let lexicon = folder.map_or_else(|| Ok(Lexicon::embedded()), Lexicon::with_folder)?;
    let report = check_examples(&Coder::with_lexicon(lexicon));
    for failure in &report.failures {
        writeln!(out, "{failure}")?;
    }
    writeln!(out, "{} examples, {} not coded as they say", report.examples, report.failures.len())?;
    Ok(report.failures.is_empty())
}

/// Tells what a name means, and which of its meanings holds on a day; returns whether it means anything.
pub fn lookup(name: &str, day: Option<Date>, folder: Option<&Path>) -> Result<bool> {
    let tables = tables(folder)?;
    let meanings = polybius_actors::lookup(&tables, name);
    let named: Vec<Named> = meanings.iter().map(|(_, named)| *named).collect();
    let chosen = polybius_actors::choose(&named, day, None).map(|(named, _)| *named);
    let mut out = io::stdout().lock();
    for (at, named) in &meanings {
        let mark = if Some(*named) == chosen { "*" } else { " " };
        let period = named.period();
        let end = |day: Option<Date>, open: &str| day.map_or(open.to_owned(), |d| d.to_string());
        let when = if period.from.or(period.to).is_some() {
            format!(", {} to {}", end(period.from, "ever"), end(period.to, "now"))
        } else {
            String::new()
        };
        let (sector, what) = match named {
            Named::Country { naming: Naming::Metonym, .. } => ("GOV", "seat of government".to_owned()),
            Named::Country { naming, .. } => ("", format!("{naming:?}").to_lowercase()),
            Named::Person { name, sector, office, .. } => (*sector, format!("{name}, {office}")),
            Named::Group { name, sector, .. } => (*sector, (*name).to_owned()),
        };
        writeln!(out, "{mark} {:<3} {sector:<3} {what}{when} ({at})", named.country())?;
    }
    let roles = polybius_actors::lookup_role(&tables, name);
    for (at, role) in &roles {
        writeln!(out, "      {:<3} role: {} ({at})", role.sector, format!("{:?}", role.kind).to_lowercase())?;
    }
    if meanings.is_empty() && roles.is_empty() {
        writeln!(out, "the lexicon has no name and no role `{name}`")?;
    }
    Ok(!meanings.is_empty() || !roles.is_empty())
}
