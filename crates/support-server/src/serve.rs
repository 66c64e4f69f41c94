//! Accepts connections until somebody asks to stop, and then finishes what runs.

use crate::settings::{DrainSettings, HttpSettings};
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Whether the server is about to stop: then it is not ready for more.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// From now on it is.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Opens the port.
///
/// # Errors
/// A sentence that says what to do when it is taken.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "{address} is taken by another program: stop that one, or choose another port with --listen"
        ),
        std::io::ErrorKind::PermissionDenied => {
            format!("{address} may not be used by this user: choose a port above 1023 with --listen")
        }
        _ => format!("{address} cannot be listened on: {error}"),
    })
}

/// Serves until `stop`, then lets what runs finish, for `drain_within` at most.
pub async fn run(
    listener: TcpListener,
    router: Router,
    settings: HttpSettings,
    drain_within: Duration,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    // The time also runs while a kept connection is idle.
    http.timer(TokioTimer::new())
        .header_read_timeout(settings.headers_within);
    let open = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(settings.connections));
    let mut stop = pin!(stop);
    loop {
        let accept = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accept => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file handles, most likely: others will be closed.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let routes = TowerToHyperService::new(router.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            routes.call(request)
        });
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A connection that breaks off is the client's affair.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    tokio::select! {
        () = open.shutdown() => {}
        () = tokio::time::sleep(drain_within) => tracing::warn!("some requests did not finish in time"),
    }
}

/// Resolves when no connection is to be accepted any more: some time after `asked`, during which the server says that it
/// is not ready, so that whoever distributes requests sends them elsewhere.
pub async fn noticed(asked: impl Future<Output = ()>, draining: Draining, drain: DrainSettings) {
    asked.await;
    draining.begin();
    tracing::info!("asked to stop");
    tokio::time::sleep(drain.notice).await;
}

/// Resolves when this process is asked to stop: Ctrl-C, or SIGTERM.
pub async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => {}, () = terminate => {} }
}
