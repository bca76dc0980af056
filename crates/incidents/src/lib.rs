//! Many reports, one incident.
//!
//! [`near_copy`] finds articles that are copies of each other, which count as one report. [`gather`] makes reports of the coded events of
//! an article, [`merge`] makes incidents of reports; [`Incident`] says what the reports say together and where they disagree. All
//! are pure functions: the same reports, in whatever order, give the same incidents.

mod incident;
mod mention;
mod merge;
pub mod near_copy;
mod profile;

pub use incident::{About, Counted, Disagreement, FigureRange, Incident, Version};
pub use mention::{Attribution, Auxiliary, Figure, Mention, Participant, Place, RecordError};
pub use merge::{Report, block_keys, gather, merge, merge_block, unite};
