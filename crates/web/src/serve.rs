//! The server: takes connections, a bounded number of them, and ends quietly when it is told to.

use crate::{Access, Site, overview, router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use polybius_actors::Tables;
use polybius_coder::Coder;
use polybius_store::StoreError;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Connections at once; more wait.
const CONNECTIONS: usize = 512;

/// A client has this long to send the head of a request.
const HEAD: Duration = Duration::from_secs(15);

/// When the server is told to end, answers under way have this long.
const FAREWELL: Duration = Duration::from_secs(5);

/// Why a site cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Others could read the store, and no token keeps them out.
    #[error("{0} can be reached from other machines; say --token T, which they must then give, or leave --address out")]
    Open(IpAddr),
    /// The token is none.
    #[error("the token has {0} characters; take at least 16, so that it cannot be guessed")]
    Short(usize),
    /// The address cannot be had.
    #[error("{address} cannot be used: {source}; give another --port or --address")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The system has no threads for it.
    #[error("the server cannot be started: {0}")]
    Start(std::io::Error),
}

/// Serves the store at `path` until the process is told to end. `ready` is told the address. An address that other machines reach
/// needs a token.
pub fn serve(
    path: &Path,
    coder: &'static Coder,
    tables: &Tables,
    address: SocketAddr,
    token: Option<String>,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let access = match token {
        Some(token) if token.chars().count() < 16 => return Err(ServeError::Short(token.chars().count())),
        Some(token) => Access::Token(token),
        None if address.ip().is_loopback() => Access::Local,
        None => return Err(ServeError::Open(address.ip())),
    };
    let site = Arc::new(Site::new(path, coder, tables, access)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ServeError::Start)?;
    let served = runtime.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })?;
        ready(listener.local_addr().unwrap_or(address));
        tokio::spawn(overview::warm(site.clone()));
        accept(site, listener).await;
        Ok(())
    });
    runtime.shutdown_timeout(FAREWELL);
    served
}

async fn accept(site: Arc<Site>, listener: TcpListener) {
    let app = router(site);
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    let mut end = std::pin::pin!(end());
    loop {
        let Ok(permit) = permits.clone().acquire_owned().await else { return };
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                // the machine is out of something, such as file descriptors: a pause lets some go
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = &mut end => return,
        };
        let service = TowerToHyperService::new(app.clone());
        tokio::spawn(async move {
            let _permit = permit;
            // a client that breaks off is no error of ours
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

/// Until the process is told to end.
async fn end() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => {}, () = terminate => {} }
}
