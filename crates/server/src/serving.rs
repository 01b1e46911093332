//! Serving an opened application until the process is told to stop.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use mainstay_engine::auth::{account_eraser, needs_setup, write_key_uses, write_session_uses};
use mainstay_engine::jobs::Loops;
use mainstay_engine::rates::{RedisRates, RunningRates};
use mainstay_engine::readers::{ReaderTimes, RunningReaders};
use mainstay_engine::realtime::{RoomTimes, RunningRooms};
use mainstay_engine::sending::SenderTimes;
use mainstay_engine::shares::RunningShares;
use mainstay_engine::tidy::tidy;
use mainstay_engine::{Environment, audit, mail, notifications, realtime, webhooks};
use mainstay_http::{Administration, App, AppOptions, ServeOptions};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::{Config, in_force};
use crate::console;
use crate::encryption::Encryption;
use crate::opening::Opened;
use crate::printer::Printer;
use crate::renewal::keep_current;

/// What a shell says of a process that was interrupted.
const INTERRUPTED: i32 = 130;
const HOUSEKEEPING_EVERY: Duration = Duration::from_hours(1);
const USES_EVERY: Duration = Duration::from_mins(1);

pub(crate) fn start_runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the threads cannot be started")
}

/// An open socket, and the signals that end it.
#[derive(Debug)]
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    encryption: Encryption,
    /// Where processes share the limits of requests, if not in the database.
    redis: Option<RedisRates>,
    listener: TcpListener,
    stop: StopSignals,
}

/// Listens for clients, and for signals: from here on a signal ends the process in order.
pub(crate) async fn listen(opened: &Opened, config: &Config) -> Result<Listening> {
    let redis = config
        .limits
        .redis(&opened.environment.release().definition.name)?;
    let encryption = Encryption::prepare(config).await?;
    let address = config.server.listen;
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!(
            "{address} cannot be listened on; is another server running there? --listen takes another address"
        )
    })?;
    let address = listener.local_addr()?;
    Ok(Listening {
        address,
        encryption,
        redis,
        listener,
        stop: StopSignals::hear()?,
    })
}

impl Listening {
    /// What a browser is given.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.encryption.certificate.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.address)
    }
}

/// Serves until SIGTERM or SIGINT, then lets requests in progress end. A second signal ends the process at once.
pub(crate) async fn serve(opened: &Opened, config: &Config, listening: Listening, files: Files<'_>) {
    let Listening {
        listener,
        encryption,
        redis,
        mut stop,
        ..
    } = listening;
    let certificate = encryption.certificate.clone();
    let options = app_options(config, certificate.is_some(), files);
    let limits = ServeOptions {
        header_timeout: config.server.header_timeout,
        write_timeout: config.server.write_timeout,
        connections_max: config.server.connections_max,
        drain_timeout: config.server.drain_timeout,
        certificate: certificate.clone(),
        ..ServeOptions::default()
    };
    let app = App::new(Arc::clone(&opened.environment), options);
    let followers = vec![
        audit::sealer(&opened.environment),
        notifications::notifier(&opened.environment),
        realtime::reader(&opened.environment),
        webhooks::reader(&opened.environment),
        mail::security_mails(&opened.environment),
        account_eraser(&opened.environment),
    ];
    let readers = RunningReaders::start(&opened.environment, followers, ReaderTimes::default());
    let rooms = RunningRooms::start(&opened.environment, RoomTimes::default());
    let sender = webhooks::start_sender(&opened.environment, SenderTimes::default());
    let mails = mail::start_sender(&opened.environment, SenderTimes::default());
    let noticed = audit::RunningNoticed::start(&opened.environment);
    let shares = RunningShares::start(&opened.environment);
    let housekeeping = tokio::spawn(keep_house(Arc::clone(&opened.environment)));
    let current = tokio::spawn(keep_current(Arc::clone(&opened.environment), certificate));
    let uses = tokio::spawn(keep_uses(Arc::clone(&opened.environment)));
    let rates = RunningRates::start(&opened.environment, redis);
    let encryption = encryption.start(&opened.environment);
    mainstay_http::serve(app, listener, limits, async {
        stop.next().await;
        tracing::info!("stopping");
        tokio::spawn(async move {
            stop.next().await;
            std::process::exit(INTERRUPTED);
        });
    })
    .await;
    for task in [housekeeping, current, uses] {
        task.abort();
        // An aborted task ends with the error that says so.
        drop(task.await);
    }
    note_uses(&opened.environment).await;
    encryption.stop().await;
    shares.stop().await;
    rates.stop().await;
    rooms.stop().await;
    sender.stop().await;
    if let Some(mails) = mails {
        mails.stop().await;
    }
    // Before the readers, so that what it writes last is sealed.
    noticed.stop().await;
    readers.stop().await;
}

/// The folder of the application.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Files<'a> {
    pub(crate) folder: &'a Path,
    /// Is the application being made, so that administrators may change its files?
    pub(crate) writable: bool,
}

fn app_options(config: &Config, is_encrypted: bool, files: Files<'_>) -> AppOptions {
    AppOptions {
        body_bytes_max: config.server.body_bytes_max,
        request_timeout: config.server.request_timeout,
        access_log: config.log.access,
        cors_origins: config.server.cors_origins.clone(),
        public_url: config.server.public_url.clone(),
        strict_transport: is_encrypted,
        trusted_proxies: config.server.trusted_proxies.clone(),
        forwarded_header: config.server.forwarded_header,
        admin_networks: config.server.admin_networks.clone(),
        console: console::embedded().map(Arc::new),
        administration: Administration {
            settings: in_force(&config.values),
            folder: Some(files.folder.to_owned()),
            writable: files.writable,
        },
    }
}

/// Writes down every minute which sessions and keys were used.
async fn keep_uses(environment: Arc<Environment>) {
    let mut minutes = tokio::time::interval(USES_EVERY);
    loop {
        minutes.tick().await;
        let uses = async {
            note_uses(&environment).await;
            Ok::<_, std::convert::Infallible>(())
        };
        let Ok(()) = Loops::turn(&environment, ("uses", USES_EVERY), uses).await;
    }
}

async fn note_uses(environment: &Arc<Environment>) {
    if let Err(error) = write_key_uses(environment).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the use of API keys was not written down; it is noted with their next use"
        );
    }
    if let Err(error) = write_session_uses(environment).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the use of sessions was not written down; it is noted with their next use"
        );
    }
}

/// Removes what has had its time, at the start and then every hour.
async fn keep_house(environment: Arc<Environment>) {
    let mut hours = tokio::time::interval(HOUSEKEEPING_EVERY);
    loop {
        hours.tick().await;
        match Loops::turn(
            &environment,
            ("housekeeping", HOUSEKEEPING_EVERY),
            tidy(&environment),
        )
        .await
        {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "removed what had its time"),
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "housekeeping failed; it is tried again"
            ),
        }
    }
}

#[derive(Debug)]
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn hear() -> Result<Self> {
        let hear = |kind| signal(kind).context("signals cannot be heard");
        Ok(Self {
            terminate: hear(SignalKind::terminate())?,
            interrupt: hear(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Tells how to make the first administrator, while there is none.
pub(crate) async fn tell_setup(printer: &Printer, opened: &Opened, url: &str) -> Result<()> {
    if needs_setup(&opened.environment).await? {
        let code = opened.environment.setup.reveal();
        printer.line(format_args!(
            "There is no administrator yet. Open {url}/console/set-up and enter the code {code}"
        ))?;
    }
    Ok(())
}
