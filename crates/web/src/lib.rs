//! Pages and JSON over a store: where an analyst reads the events and their evidence.
//!
//! Everything is drawn on the server. A request goes through `guard` (who may ask, how much, how long), reads the store through one
//! of a few read-only connections (`pool`) and is answered with a page or with JSON (`api`). Strings of articles reach a page only through
//! maud, which escapes them; the policy of `guard` lets no script or style run that is not one of the site's own two files.

mod actor;
mod api;
mod article;
mod ask;
mod assets;
mod cache;
mod chart;
mod download;
mod explain;
mod fault;
mod format;
mod guard;
mod incident;
mod map;
mod mark;
mod overview;
mod page;
mod pool;
mod quality;
mod search;
mod serve;
mod world;

pub use guard::Access;
pub use serve::{ServeError, serve};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use polybius_actors::Tables;
use polybius_coder::Coder;
use polybius_store::StoreError;
use std::path::Path;
use std::sync::Arc;

/// What all requests share.
pub struct Site {
    pool: pool::Pool,
    coder: &'static Coder,
    world: world::World,
    access: Access,
    caches: cache::Caches,
}

impl Site {
    /// A site over the store at `path`. `coder` explains texts and finds the dates of articles; `tables` name countries and offices.
    pub fn new(path: &Path, coder: &'static Coder, tables: &Tables, access: Access) -> Result<Site, StoreError> {
        Ok(Site {
            pool: pool::Pool::new(path)?,
            coder,
            world: world::World::new(tables),
            access,
            caches: cache::Caches::default(),
        })
    }
}

/// The site's addresses.
pub fn router(site: Arc<Site>) -> Router {
    Router::new()
        .route("/", get(overview::show))
        .route("/search", get(search::show))
        .route("/search.csv", get(download::csv))
        .route("/search.jsonl", get(download::json_lines))
        .route("/article/{number}", get(article::show))
        .route("/incident/{number}", get(incident::show))
        .route("/actor/{who}", get(actor::show))
        .route("/dyad/{actor}/{recipient}", get(actor::show_dyad))
        .route("/explain", get(explain::form).post(explain::show))
        .route("/quality", get(quality::show))
        .route("/token", post(guard::enter))
        .route("/api", get(api::index))
        .route("/api/openapi.json", get(api::description))
        .route("/api/events", get(api::events))
        .route("/api/events/{number}", get(api::event))
        .route("/api/articles/{number}", get(api::article))
        .route("/api/incidents/{number}", get(api::incident))
        .route("/api/count", get(api::count))
        .route("/api/names", get(api::names))
        .route("/api/places", get(api::places))
        .route("/assets/{name}", get(assets::show))
        .fallback(fault::nothing_here)
        .method_not_allowed_fallback(fault::no_such_method)
        .layer(from_fn_with_state(site.clone(), guard::guard))
        .with_state(site)
}
