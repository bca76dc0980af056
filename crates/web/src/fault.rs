//! What can go wrong with a request, as a page for people and as JSON for programs.

use crate::Site;
use crate::page::{Page, page};
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use maud::html;
use polybius_store::{AskError, QueryError, StoreError};
use serde_json::json;
use std::sync::Arc;

#[derive(Debug)]
pub(crate) enum Fault {
    /// A word of the question is wrong.
    Query(QueryError),
    /// Something else of the request is; what and what would be right.
    Bad(String),
    /// There is no such thing.
    Missing(String),
    /// The question takes too long.
    Slow,
    /// Too many ask at once.
    Busy,
    /// The store cannot be read.
    Store(StoreError),
    /// A defect of ours.
    Broken,
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Fault::Store(error)
    }
}

impl From<AskError> for Fault {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Query(error) => Fault::Query(error),
            AskError::Store(error) => Fault::Store(error),
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Fault::Store(StoreError::Sql(error.to_string()))
    }
}

impl Fault {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Fault::Query(_) | Fault::Bad(_) => StatusCode::BAD_REQUEST,
            Fault::Missing(_) => StatusCode::NOT_FOUND,
            Fault::Slow | Fault::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Fault::Store(StoreError::Busy { .. }) => StatusCode::SERVICE_UNAVAILABLE,
            Fault::Store(_) | Fault::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What went wrong and what to do, in a sentence or two.
    pub(crate) fn message(&self) -> String {
        match self {
            Fault::Query(error) => error.message.clone(),
            Fault::Bad(what) | Fault::Missing(what) => what.clone(),
            Fault::Slow => {
                "This question takes too long to answer. Ask for a shorter period, or name an actor or a category."
                    .to_owned()
            }
            Fault::Busy => {
                "Too many questions are being answered at the moment. Try again in a few seconds.".to_owned()
            }
            Fault::Store(error) => format!("The store cannot be read: {error}"),
            Fault::Broken => {
                "This page could not be made because of a defect in Polybius. Please report what you asked for."
                    .to_owned()
            }
        }
    }

    /// The answer of the API, after RFC 9457.
    pub(crate) fn json(&self) -> Response {
        let status = self.status();
        let mut problem = json!({
            "type": "about:blank",
            "title": status.canonical_reason().unwrap_or_default(),
            "status": status.as_u16(),
            "detail": self.message(),
        });
        if let Fault::Query(error) = self
            && let Some(fields) = problem.as_object_mut()
        {
            let points = |byte: usize| error.text.get(..byte).unwrap_or_default().chars().count();
            fields.insert("query".to_owned(), json!(error.text));
            fields.insert("start".to_owned(), json!(points(error.start)));
            fields.insert("end".to_owned(), json!(points(error.end)));
        }
        (status, [(header::CONTENT_TYPE, "application/problem+json")], problem.to_string()).into_response()
    }
}

/// As a page.
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let title = match self.status() {
            StatusCode::NOT_FOUND => "Not found",
            StatusCode::BAD_REQUEST => "That question was not understood",
            StatusCode::SERVICE_UNAVAILABLE => "Not now",
            _ => "Something went wrong",
        };
        let body = html! {
            p.lead { (self.message()) }
            p { a href="/search" { "Search the events" } " or go to the " a href="/" { "overview" } "." }
        };
        (self.status(), page(Page { title, ..Page::default() }, body)).into_response()
    }
}

/// The answer to an address that there is not.
pub(crate) async fn nothing_here(State(_): State<Arc<Site>>, uri: Uri) -> Response {
    let missing = Fault::Missing("There is no such page.".to_owned());
    if uri.path().starts_with("/api") { missing.json() } else { missing.into_response() }
}

pub(crate) async fn no_such_method() -> Response {
    let body = html! { p.lead { "This address cannot be used that way." } p { a href="/" { "To the overview" } } };
    (StatusCode::METHOD_NOT_ALLOWED, page(Page { title: "Not allowed", ..Page::default() }, body)).into_response()
}
