use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use mainstay_engine::ShapeFrom;
use mainstay_engine::migrations::{Migrator, ROWS_SMALL};
use tokio::signal::unix::{SignalKind, signal};

use crate::application::Application;
use crate::config::{Config, Unverified};
use crate::data_folder;
use crate::logging;
use crate::migrations;
use crate::opening::{Opened, Place, Use};
use crate::outside::SystemClock;
use crate::printer::Printer;
use crate::serving;

/// Serve an application in production
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay serve --app /srv/todo/app --data /var/lib/todo
  MAINSTAY_SERVER__LISTEN=0.0.0.0:80 mainstay serve --data /var/lib/todo
  mainstay serve --data /var/lib/todo --database postgres://todo:secret@db.example.org/todo

Pending migrations are applied first; an application without migrations follows its definition, and what would lose \
data is refused. SIGTERM and SIGINT let requests in progress end. SIGHUP takes the definition that is on disk by then, \
with its migrations, while requests are answered.")]
pub(super) struct ServeArgs {
    /// Folder of the application
    #[arg(long, value_name = "DIR", default_value = ".")]
    app: PathBuf,
    /// Folder of the database and the configuration
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Configuration file [default: config.toml in the data folder, if it is there]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address of a PostgreSQL database [default: database.url of the configuration, else a file
    /// in the data folder]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Address to listen on [default: server.listen of the configuration]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

pub(super) fn run(args: ServeArgs, printer: &Printer) -> Result<ExitCode> {
    let flags = args
        .listen
        .map(|listen| ("server.listen", "--listen", listen))
        .into_iter()
        .collect();
    let place = Place {
        app: args.app,
        data: Some(args.data),
        config: args.config,
        database: args.database,
    };
    let definition = place.definition()?;
    let config = place.load_config(flags)?;
    logging::start(&config.log);
    look_at_connections(&config)?;
    if !config.database.is_shared() {
        look_at_folder(&place.data(), &config)?;
    }
    let opened = place.open_with("serve", definition, &config, Use::Production)?;
    let runtime = serving::start_runtime()?;
    runtime.block_on(serve(&place.app, &opened, &config, printer))?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Whoever can put himself between this server and another one must not be able to read or change what is said.
fn look_at_connections(config: &Config) -> Result<()> {
    let found = config.unverified_connections();
    if config.server.refuses_unverified && !found.is_empty() {
        return Err(Unverified(found).into());
    }
    for connection in found {
        tracing::warn!("{connection}");
    }
    Ok(())
}

/// What is written into the folder should outlive the machine or the container.
fn look_at_folder(data: &Path, config: &Config) -> Result<()> {
    std::fs::create_dir_all(data).with_context(|| format!("{} cannot be made", data.display()))?;
    match data_folder::refuse_ephemeral(data) {
        Err(error) if config.database.refuses_ephemeral => Err(error),
        Err(error) => {
            tracing::warn!("{error}");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

async fn serve(app: &Path, opened: &Opened, config: &Config, printer: &Printer) -> Result<()> {
    // Before anybody is told that this serves: until then the signal would end the process.
    let mut reloads = signal(SignalKind::hangup()).context("signals cannot be heard")?;
    for change in &opened.changes {
        tracing::info!(change, "the database was changed");
    }
    let listening = serving::listen(opened, config).await?;
    let (address, url) = (listening.address, listening.url());
    let release = opened.environment.release();
    tracing::info!(%address, application = release.definition.name, release = release.definition.digest, "serving");
    drop(release);
    serving::tell_setup(printer, opened, &url).await?;
    let follow = async {
        while reloads.recv().await.is_some() {
            if let Err(error) = reload(app, opened, config).await {
                tracing::error!(
                    "the definition on disk was not taken, and the one before stays in force: {error:#}"
                );
            }
        }
        std::future::pending::<()>().await;
    };
    let files = serving::Files {
        folder: app,
        writable: false,
    };
    tokio::select! {
        () = serving::serve(opened, config, listening, files) => Ok(()),
        () = follow => unreachable!("following never ends by itself"),
    }
}

/// Puts the definition in force that is on disk now, while requests are answered: applies its migrations first.
async fn reload(app: &Path, opened: &Opened, config: &Config) -> Result<()> {
    let definition = Application::read(app)?.definition()?;
    let history = migrations::read_history(app)?;
    let environment = &opened.environment;
    let shape = if history.last().is_none() {
        ShapeFrom::Production
    } else {
        migrations::refuse_other_definition(&history, &definition)?;
        if !config.database.refuses_migrating {
            let migrator = Migrator {
                db: &environment.db,
                clock: &SystemClock,
                holder: environment.new_id(),
                watch: &migrations::log,
                rows_small: ROWS_SMALL,
            };
            migrator.apply(&history).await?;
        }
        ShapeFrom::Migrations
    };
    environment.reload(definition, shape).await?;
    let release = environment.release();
    tracing::info!(
        release = release.definition.digest,
        "a new definition is in force"
    );
    Ok(())
}
