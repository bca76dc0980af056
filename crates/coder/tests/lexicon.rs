//! The lexicon that ships with Polybius: nothing in it is wrong, and it covers what it promises.

use polybius_actors::Class;
use polybius_coder::{Lexicon, LexiconFiles};
use std::collections::BTreeMap;

/// ISO 3166-1: alpha-3 codes, each with its alpha-2 code.
const ISO: &str = "ABW AW AFG AF AGO AO AIA AI ALA AX ALB AL AND AD ARE AE ARG AR ARM AM ASM AS ATA AQ ATF TF ATG AG AUS AU \
    AUT AT AZE AZ BDI BI BEL BE BEN BJ BES BQ BFA BF BGD BD BGR BG BHR BH BHS BS BIH BA BLM BL BLR BY BLZ BZ BMU BM BOL BO \
    BRA BR BRB BB BRN BN BTN BT BVT BV BWA BW CAF CF CAN CA CCK CC CHE CH CHL CL CHN CN CIV CI CMR CM COD CD COG CG COK CK \
    COL CO COM KM CPV CV CRI CR CUB CU CUW CW CXR CX CYM KY CYP CY CZE CZ DEU DE DJI DJ DMA DM DNK DK DOM DO DZA DZ ECU EC \
    EGY EG ERI ER ESH EH ESP ES EST EE ETH ET FIN FI FJI FJ FLK FK FRA FR FRO FO FSM FM GAB GA GBR GB GEO GE GGY GG GHA GH \
    GIB GI GIN GN GLP GP GMB GM GNB GW GNQ GQ GRC GR GRD GD GRL GL GTM GT GUF GF GUM GU GUY GY HKG HK HMD HM HND HN HRV HR \
    HTI HT HUN HU IDN ID IMN IM IND IN IOT IO IRL IE IRN IR IRQ IQ ISL IS ISR IL ITA IT JAM JM JEY JE JOR JO JPN JP KAZ KZ \
    KEN KE KGZ KG KHM KH KIR KI KNA KN KOR KR KWT KW LAO LA LBN LB LBR LR LBY LY LCA LC LIE LI LKA LK LSO LS LTU LT LUX LU \
    LVA LV MAC MO MAF MF MAR MA MCO MC MDA MD MDG MG MDV MV MEX MX MHL MH MKD MK MLI ML MLT MT MMR MM MNE ME MNG MN MNP MP \
    MOZ MZ MRT MR MSR MS MTQ MQ MUS MU MWI MW MYS MY MYT YT NAM NA NCL NC NER NE NFK NF NGA NG NIC NI NIU NU NLD NL NOR NO \
    NPL NP NRU NR NZL NZ OMN OM PAK PK PAN PA PCN PN PER PE PHL PH PLW PW PNG PG POL PL PRI PR PRK KP PRT PT PRY PY PSE PS \
    PYF PF QAT QA REU RE ROU RO RUS RU RWA RW SAU SA SDN SD SEN SN SGP SG SGS GS SHN SH SJM SJ SLB SB SLE SL SLV SV SMR SM \
    SOM SO SPM PM SRB RS SSD SS STP ST SUR SR SVK SK SVN SI SWE SE SWZ SZ SXM SX SYC SC SYR SY TCA TC TCD TD TGO TG THA TH \
    TJK TJ TKL TK TKM TM TLS TL TON TO TTO TT TUN TN TUR TR TUV TV TWN TW TZA TZ UGA UG UKR UA UMI UM URY UY USA US UZB UZ \
    VAT VA VCT VC VEN VE VGB VG VIR VI VNM VN VUT VU WLF WF WSM WS YEM YE ZAF ZA ZMB ZM ZWE ZW";

/// Where nobody lives, or only the staff of bases.
const EMPTY: &[&str] = &["ATA", "ATF", "BVT", "HMD", "IOT", "SGS", "SJM", "UMI"];

#[test]
fn nothing_is_wrong_with_it() {
    let problems: Vec<String> = LexiconFiles::built_in().check().iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_country_of_iso_3166_is_there_with_people_and_capital() {
    let (tables, _) = LexiconFiles::built_in().tables();
    let rows: BTreeMap<&str, _> = tables.countries.iter().map(|c| (c.is.code.as_str(), &c.is)).collect();
    let codes: Vec<&str> = ISO.split(' ').collect();
    assert_eq!(codes.len(), 2 * 249);
    for pair in codes.chunks(2) {
        let row = rows.get(pair[0]).unwrap_or_else(|| panic!("{} is missing", pair[0]));
        assert_eq!(row.alpha2, pair[1], "{}", pair[0]);
        if !EMPTY.contains(&pair[0]) {
            // the Vatican has no people of its own name; a city is its own capital; Tokelau has none
            let of_itself = ["VAT", "GIB", "HKG", "MAC", "TKL"].contains(&pair[0]);
            assert!(!row.demonyms.is_empty() || pair[0] == "VAT", "{} has no demonym", pair[0]);
            assert!(!row.capital.is_empty() || of_itself, "{} has no capital", pair[0]);
        }
    }
}

#[test]
fn it_covers_what_it_promises() {
    let stats = LexiconFiles::built_in().stats();
    let a = &stats.actors;
    let group = |class| a.groups.get(&class).copied().unwrap_or(0);
    let office = |name: &str| a.offices.iter().find(|(o, _)| o == name).map_or(0, |(_, count)| *count);
    for (what, count, floor) in [
        ("countries", a.countries, 250),
        ("former names", a.former_names, 200),
        ("seats of governments", a.seats, 200),
        ("places", a.places, 3900),
        ("peoples", a.peoples, 400),
        ("people", a.people, 6000),
        ("presidents", office("president"), 900),
        ("prime ministers", office("prime minister"), 1250),
        ("foreign ministers", office("foreign minister"), 1500),
        ("defence ministers", office("defence minister"), 850),
        ("armed groups", group(Class::Armed), 1600),
        ("parties and movements", group(Class::Party), 2100),
        ("intergovernmental organizations", group(Class::Intergovernmental), 350),
        ("non-governmental organizations", group(Class::NonGovernmental), 340),
        ("media", group(Class::Media), 590),
        ("militaries, police, intelligence", a.forces, 800),
        ("role nouns", a.role_nouns, 3600),
        ("predicates", stats.predicates, 6800),
        ("categories", stats.categories.0, stats.categories.1),
        ("modes", stats.modes.0, stats.modes.1),
        ("CAMEO roots", stats.cameo_roots, 20),
        ("CAMEO codes", stats.cameo_codes, 270),
    ] {
        assert!(count >= floor, "{what}: {count}, {floor} were promised");
    }
    assert_eq!(a.states, 197);
    let most = a.headless_years.len() as f64 / (a.headed_years + a.headless_years.len()) as f64;
    assert!(most < 0.005, "years without a head of state or government: {:?}", a.headless_years);
}

#[test]
fn codes_are_valid_on_the_day() {
    let lexicon = Lexicon::embedded();
    let sector = |name: &str, day: &str| {
        let meanings = lexicon.actors().exact(&polybius_actors::keys(name));
        let chosen = polybius_actors::choose(&meanings, day.parse().ok(), None).map(|(named, _)| *named);
        match chosen {
            Some(polybius_actors::Named::Person { sector, .. } | polybius_actors::Named::Group { sector, .. }) => {
                sector.to_owned()
            }
            other => format!("{other:?}"),
        }
    };
    for (name, before, after) in [
        ("SWAPO", ("1988-05-01", "REB"), ("1995-05-01", "PTY")),
        ("Rwandan Patriotic Front", ("1992-05-01", "REB"), ("2005-05-01", "PTY")),
        ("Zabihullah Mujahid", ("2015-05-01", "REB"), ("2023-05-01", "GOV")),
        ("Sudan People's Liberation Army", ("2000-05-01", "REB"), ("2015-05-01", "MIL")),
    ] {
        assert_eq!(sector(name, before.0), before.1, "{name} on {}", before.0);
        assert_eq!(sector(name, after.0), after.1, "{name} on {}", after.0);
    }
}
