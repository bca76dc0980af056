//! Who is who. The tables of `lexicon/actors/` (one row a country, a tenure, a group, a role term) become an [`Index`] that finds the
//! longest name at a word of a text and tells what it may mean on a day.
//!
//! - [`Tables`] reads the files and says what is wrong with them, by file and line;
//! - [`check`] finds what is readable and yet wrong: duplicates, overlapping tenures, names that can never be found;
//! - [`Coverage`] counts what the tables hold;
//! - [`Index`] is compiled from tables (when the binary is built, for the tables that ship with it) and opens at once.
//!
//! ```
//! use polybius_actors::{File, Index, Named, Tables, keys};
//!
//! let countries = File::new("actors/countries.tsv", "GBR\tGB\tUnited Kingdom\tBritain\tBritish\tLondon\n");
//! let people = File::new("actors/people.tsv", "Jane Doe\tJane R. Doe\tGBR\tGOV\tforeign minister\t2031-05\n");
//! let (tables, problems) = Tables::read(&[countries, people], &["GOV"]);
//! assert!(problems.is_empty());
//! let index = Index::compile(&tables);
//! let (words, meanings) = index.longest(&keys("Jane R. Doe arrived")).unwrap();
//! assert_eq!(words, 3);
//! assert!(matches!(meanings[0], Named::Person { name: "Jane Doe", office: "foreign minister", .. }));
//! ```

mod check;
mod coverage;
mod index;
mod name;
mod table;

pub use check::check;
pub use coverage::Coverage;
pub use index::{Index, Named, Naming, Role, choose, lookup, lookup_role};
pub use name::{key, keys};
pub use table::{
    Class, Country, File, FormerName, Group, Origin, PartialDate, People, Period, Person, Problem, RoleKind, RoleTerm,
    Row, Tables, Tenure,
};
