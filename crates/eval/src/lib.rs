//! Scores coded events against hand-coded ones: precision, recall and F1 by category and dyad, accuracy of the attributes, and the
//! causes of the errors.
//!
//! ```
//! use polybius_eval::{Articles, Score};
//! let gold = Articles::parse("gold", r#"{"id": "1", "events": [{"event": "AID", "actor": [{"country": "NOR"}]}]}"#).unwrap();
//! let coded = Articles::parse("coded", r#"{"id": "1", "events": [{"event": "AID", "actor": [{"country": "SWE"}]}]}"#).unwrap();
//! let score = Score::of(&gold, &coded);
//! assert_eq!(score.figure("category").unwrap().f1(), 1.0);
//! assert_eq!(score.figure("dyad").unwrap().f1(), 0.0);
//! ```

mod cause;
mod pair;
mod record;
mod score;

pub use cause::{Cause, Miss, causes};
pub use record::{Articles, Entity, Event, Gold, ReadError, Trigger};
pub use score::{Accuracy, Rates, Score};
