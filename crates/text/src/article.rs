//! One news article as the coder gets it.

use crate::Span;
use jiff::civil::Date;

/// What a paragraph is to the article. Only [`Role::Body`] is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The headline, where it stands in the text.
    Title,
    /// A paragraph of the story.
    Body,
    /// The words under a picture.
    Caption,
    /// Who wrote it.
    Byline,
    /// Photo credits, addresses, dates, navigation, subscription notices.
    Boilerplate,
}

/// A paragraph: a span of the article's text and its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub role: Role,
}

/// One article. `text` is what all spans and offsets refer to.
#[derive(Clone, Debug, Default)]
pub struct Article {
    /// Unique in its source; a file name or the `id` field of a JSON line.
    pub id: String,
    /// The headline.
    pub title: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// The day of publication.
    pub date: Option<Date>,
    /// Its address.
    pub url: Option<String>,
    /// Who wrote it, several separated by commas.
    pub byline: Option<String>,
    /// The language that the source declares, as it writes it (`en`, `en-GB`); it may be wrong.
    pub language: Option<String>,
    /// The text, as it stands in the source or as it was extracted.
    pub text: String,
    /// The paragraphs of `text`, in order, not overlapping.
    pub paragraphs: Vec<Paragraph>,
}

impl Article {
    /// An article of body paragraphs: each line of `text` that is not blank is one.
    pub fn from_lines(id: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let mut paragraphs = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let body = line.trim();
            if !body.is_empty() {
                let from = start + (line.len() - line.trim_start().len());
                paragraphs.push(Paragraph { span: Span::new(from, from + body.len()), role: Role::Body });
            }
            start += line.len();
        }
        Article { id: id.into(), text, paragraphs, ..Article::default() }
    }

    /// The spans of the paragraphs that are coded.
    pub fn body(&self) -> impl Iterator<Item = Span> + '_ {
        self.paragraphs.iter().filter(|p| p.role == Role::Body).map(|p| p.span)
    }
}
