//! The text that every other part points into: an [`Article`] owns it, everything else holds [`Span`]s of it.

mod article;
mod segment;
mod span;

pub use article::{Article, Paragraph, Role};
pub use segment::{LONGEST_SENTENCE, Sentence, Token, sentences, tokens};
pub use span::{CodePoints, Span};
