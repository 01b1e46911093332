//! Opening an application for a command: definition, configuration, lock, environment.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use mainstay_core::migrations::History;
use mainstay_core::{Definition, IdSource};
use mainstay_engine::keys::{KeyOptions, KeyPlace, MissingKeys};
use mainstay_engine::migrations::{Migrator, ROWS_SMALL};
use mainstay_engine::{Environment, EnvironmentOptions, PrivateAddresses, ShapeFrom};
use mainstay_store::schema::{Decisions, Loss};
use mainstay_store::{Db, DbOptions, Durability, StoreError};

use crate::application::{Application, default_data};
use crate::config::{Config, Sources};
use crate::data_folder::{self, DataLock};
use crate::migrations;
use crate::outside::{SystemChance, SystemClock};
use crate::serving;

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

/// What an application is opened for, and so what may become of its database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Use {
    /// Follows the definition, whatever the migrations say.
    Development(Decisions),
    Production,
    /// One act of somebody.
    Command,
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
        self.open_with(command, definition, &config, Use::Command)
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
        purpose: Use,
    ) -> Result<Opened> {
        let data = self.data();
        let lock = take_folder(&self.app, &data, command, config.database.is_shared())?;
        let history = match purpose {
            Use::Development(_) => History::default(),
            Use::Command | Use::Production => migrations::read_history(&self.app)?,
        };
        let has_migrations = history.last().is_some();
        if has_migrations {
            migrations::refuse_other_definition(&history, &definition)?;
            if !config.database.refuses_migrating {
                migrate(config, &data, &history)?;
            }
        }
        let mailing = match purpose {
            Use::Development(_) => config.mail.in_development(&config.server, &data),
            Use::Command | Use::Production => config.mail.in_production(&config.server, &data),
        };
        let options = EnvironmentOptions {
            data: data.clone(),
            place: config.database.place(&data),
            db: config.database.options(),
            keys: KeyOptions {
                place: config.keys.place(&data),
                missing: purpose.missing_keys(),
            },
            provider_secrets: config.auth.provider_secrets.clone(),
            shape: purpose.shape(has_migrations),
            password_threads: config.auth.password_threads,
            private_addresses: config.webhooks.private_addresses,
            mailing,
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

impl Use {
    fn missing_keys(&self) -> MissingKeys {
        match self {
            Self::Development(_) | Self::Production => MissingKeys::Refuse,
            Self::Command => MissingKeys::GoWithout,
        }
    }

    fn shape(self, has_migrations: bool) -> ShapeFrom {
        match self {
            Self::Development(decisions) => ShapeFrom::Development(decisions),
            Self::Command | Self::Production if has_migrations => ShapeFrom::Migrations,
            Self::Command => ShapeFrom::Definition(Loss::Refuse.into()),
            Self::Production => ShapeFrom::Production,
        }
    }
}

/// Applies what is pending before anybody is served.
fn migrate(config: &Config, data: &Path, history: &History) -> Result<()> {
    let db = Db::open(&config.database.place(data), &config.database.options(), |_| {
        Ok::<(), StoreError>(())
    })
    .with_context(|| format!("the database of {} cannot be opened", data.display()))?;
    let migrator = Migrator {
        db: &db,
        clock: &SystemClock,
        holder: IdSource::default().next(&SystemClock, &SystemChance::new()),
        watch: &migrations::log,
        rows_small: ROWS_SMALL,
    };
    serving::start_runtime()?.block_on(migrator.apply(history))?;
    Ok(())
}

/// Opens an application with an empty database in a folder that will be thrown away.
pub(crate) fn open_scratch(definition: Definition, folder: &Path) -> Result<Arc<Environment>> {
    let options = EnvironmentOptions {
        data: folder.to_owned(),
        place: mainstay_store::Place::Sqlite(folder.join(data_folder::DATABASE)),
        db: DbOptions {
            durability: Durability::Normal,
            ..DbOptions::default()
        },
        keys: KeyOptions {
            place: KeyPlace::File(folder.join(data_folder::KEYS)),
            missing: MissingKeys::Refuse,
        },
        provider_secrets: std::collections::BTreeMap::new(),
        shape: ShapeFrom::Definition(Loss::Refuse.into()),
        password_threads: 1,
        private_addresses: PrivateAddresses::Refused,
        mailing: None,
    };
    let chance = Arc::new(SystemChance::new());
    let opened = Environment::open(definition, &options, Arc::new(SystemClock), chance);
    let (environment, _) =
        opened.with_context(|| format!("no database can be made in {}", folder.display()))?;
    Ok(Arc::new(environment))
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
