//! Opening an application for a command: definition, configuration, lock, environment.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use mainstay_core::Definition;
use mainstay_engine::{Environment, EnvironmentOptions};
use mainstay_store::schema::Loss;

use crate::application::{Application, default_data};
use crate::config::{Config, Sources};
use crate::data_folder::{self, DataLock};
use crate::outside::{SystemChance, SystemClock};

/// The application, its data and its configuration: what most commands begin with.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Place {
    /// Folder of the application
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) app: PathBuf,
    /// Folder of the database and the configuration [default: the folder `data` of the application]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Configuration file [default: config.toml in the data folder, if it is there]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Address of a PostgreSQL database [default: database.url of the configuration, else a file
    /// in the data folder]
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
}

/// An application that this process holds. The lock is let go of last.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) environment: Arc<Environment>,
    /// What was changed to give the database the shape of the definition.
    pub(crate) changes: Vec<String>,
    _lock: DataLock,
}

impl Place {
    pub(crate) fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| default_data(&self.app))
    }

    pub(crate) fn definition(&self) -> Result<Definition> {
        Ok(Application::read(&self.app)?.definition()?)
    }

    pub(crate) fn load_config(&self, mut flags: Vec<(&'static str, &'static str, String)>) -> Result<Config> {
        let data = self.data();
        let database = self.database.clone();
        flags.extend(database.map(|url| ("database.url", "--database", url)));
        Config::load(&Sources {
            file: self.config.as_deref(),
            data: Some(&data),
            flags,
        })
    }

    /// Opens the application for a command that does its work and ends.
    pub(crate) fn open(&self, command: &str) -> Result<Opened> {
        let definition = self.definition()?;
        let config = self.load_config(Vec::new())?;
        self.open_with(command, definition, &config, Loss::Refuse)
    }

    /// Opens the application for a command that only reads: without data there is nothing to read.
    pub(crate) fn open_existing(&self, command: &str) -> Result<Opened> {
        let data = self.data();
        let shared = self.load_config(Vec::new())?.database.is_shared();
        if !shared && !data_folder::has_database(&data) {
            bail!(
                "there is no database in {}; name its folder with --data",
                data.display()
            );
        }
        self.open(command)
    }

    pub(crate) fn open_with(
        &self,
        command: &str,
        definition: Definition,
        config: &Config,
        loss: Loss,
    ) -> Result<Opened> {
        let data = self.data();
        let lock = take_folder(&self.app, &data, command, config.database.is_shared())?;
        let options = EnvironmentOptions {
            data: data.clone(),
            place: config.database.place(&data),
            db: config.database.options(),
            loss,
            password_threads: config.auth.password_threads,
        };
        let (environment, changes) = Environment::open(
            definition,
            &options,
            Arc::new(SystemClock),
            Arc::new(SystemChance::new()),
        )
        .with_context(|| {
            format!(
                "the application cannot be opened with the data in {}",
                data.display()
            )
        })?;
        Ok(Opened {
            environment: Arc::new(environment),
            changes,
            _lock: lock,
        })
    }
}

/// Takes a data folder for this process, and keeps one inside the application out of Git.
pub(crate) fn take_folder(app: &Path, data: &Path, command: &str, shared: bool) -> Result<DataLock> {
    let lock = data_folder::lock(data, command, shared)?;
    if is_inside(app, data) {
        data_folder::keep_out_of_git(data)?;
    }
    Ok(lock)
}

fn is_inside(app: &Path, data: &Path) -> bool {
    match (app.canonicalize(), data.canonicalize()) {
        (Ok(app), Ok(data)) => data != app && data.starts_with(app),
        _ => false,
    }
}
