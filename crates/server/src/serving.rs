//! Serving an opened application until the process is told to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use mainstay_engine::auth::needs_setup;
use mainstay_http::{App, AppOptions, ServeOptions};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::config::ServerConfig;
use crate::opening::Opened;
use crate::printer::Printer;

/// What a shell says of a process that was interrupted.
const INTERRUPTED: i32 = 130;

pub(crate) fn start_runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the threads cannot be started")
}

pub(crate) async fn listen(config: &ServerConfig) -> Result<(TcpListener, SocketAddr)> {
    let address = config.listen;
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!(
            "{address} cannot be listened on; is another server running there? --listen takes another address"
        )
    })?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until SIGTERM or SIGINT, then lets requests in progress end. A second signal ends the process at once.
pub(crate) async fn serve(opened: &Opened, config: &Config, listener: TcpListener) {
    let options = AppOptions {
        body_bytes_max: config.server.body_bytes_max,
        request_timeout: config.server.request_timeout,
        access_log: config.log.access,
        cors_origins: config.server.cors_origins.clone(),
    };
    let limits = ServeOptions {
        header_timeout: config.server.header_timeout,
        connections_max: config.server.connections_max,
        drain_timeout: config.server.drain_timeout,
        ..ServeOptions::default()
    };
    let app = App::new(Arc::clone(&opened.environment), options);
    mainstay_http::serve(app, listener, limits, async {
        stop_signal().await;
        tracing::info!("stopping");
        tokio::spawn(async {
            stop_signal().await;
            std::process::exit(INTERRUPTED);
        });
    })
    .await;
}

async fn stop_signal() {
    let listen = |kind| signal(kind).expect("the system lets a process hear signals");
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate()), listen(SignalKind::interrupt()));
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Tells how to make the first administrator, while there is none.
pub(crate) async fn tell_setup(printer: &Printer, opened: &Opened, address: SocketAddr) -> Result<()> {
    if needs_setup(&opened.environment).await? {
        let code = opened.environment.setup.reveal();
        printer.line(format_args!(
            "There is no administrator yet. Open http://{address}/setup and enter the code {code}"
        ))?;
    }
    Ok(())
}
