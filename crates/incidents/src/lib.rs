//! Many reports, one incident.
//!
//! [`near_copy`] finds articles that are copies of each other, which count as one report.

pub mod near_copy;
