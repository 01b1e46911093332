//! A running application: its data, its release, and what the outside world lends it.

use std::collections::BTreeMap;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use mainstay_core::definition::Definition;
use mainstay_core::{Actor, Clock, IdSource, RandomSource, RecordId};
use mainstay_gateways::{Outbound, PrivateAddresses, Times};
use mainstay_store::changes::Border;
use mainstay_store::journal::Origin;
use mainstay_store::records::Plans;
use mainstay_store::schema::{self, Decisions, Loss, SchemaError};
use mainstay_store::sql::Target;
use mainstay_store::{Db, DbOptions, Dialect, Place, StoreError, WriteTx};

use crate::acme::CertificateState;
use crate::audit::Noticed;
use crate::auth::{KeyUses, Keys, KnownProviders, Passwords, SessionUses, SetupCode, Tokens};
use crate::context::{Context, RequestOrigin};
use crate::editing::AcceptedLoss;
use crate::jobs::Loops;
use crate::keys::{KeyError, KeyOptions, SecretKeys};
use crate::mail::Mailing;
use crate::masked::MaskedReleases;
use crate::rates::Rates;
use crate::readers::ReaderStates;
use crate::realtime::Hub;
use crate::records::ListPlans;
use crate::sending::SenderWake;

/// A definition in force, with everything derived from it.
#[derive(Debug)]
pub struct Release {
    pub definition: Arc<Definition>,
    pub plans: Plans,
    pub(crate) lists: ListPlans,
    /// Row of `_releases`.
    pub(crate) row: i64,
    pub(crate) masked: MaskedReleases,
}

/// One application with its own data, keys and settings.
pub struct Environment {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn RandomSource>,
    pub passwords: Passwords,
    pub(crate) secret_keys: Arc<SecretKeys>,
    pub tokens: Arc<Tokens>,
    pub setup: SetupCode,
    pub(crate) session_uses: SessionUses,
    pub(crate) keys: Keys,
    pub(crate) key_uses: KeyUses,
    /// How often anybody asked.
    pub(crate) rates: Rates,
    /// The definition that may cost data, because somebody has said so.
    pub accepted_loss: AcceptedLoss,
    /// What runs by time in this process, while it does.
    pub loops: Loops,
    /// The readers of the journal that run in this process, while they do.
    pub readers: ReaderStates,
    /// Who follows what in this process.
    pub realtime: Hub,
    /// Up to where the journal is known to be settled, for the feed of changes.
    pub(crate) border: Mutex<Border>,
    /// What providers said about themselves.
    pub(crate) known_providers: KnownProviders,
    /// The secrets of the application at them, by their names.
    pub(crate) provider_secrets: BTreeMap<String, String>,
    /// The way to other servers.
    pub outbound: Outbound,
    pub(crate) sender_wake: SenderWake,
    /// How mails leave this server; none where they do not.
    pub mailing: Option<Mailing>,
    pub(crate) mail_wake: SenderWake,
    /// Refused acts and views that wait to be written.
    pub(crate) noticed: Noticed,
    /// The certificate that the server gets for itself.
    pub(crate) certificate: CertificateState,
    pub(crate) data: PathBuf,
    ids: IdSource,
    release: RwLock<Arc<Release>>,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment")
            .field("db", &self.db)
            .finish_non_exhaustive()
    }
}

pub struct EnvironmentOptions {
    /// Folder for what belongs to the installation beside its database.
    pub data: PathBuf,
    pub place: Place,
    pub db: DbOptions,
    pub shape: ShapeFrom,
    pub keys: KeyOptions,
    /// Password hashes worked out at the same time.
    pub password_threads: usize,
    /// The secrets of the application at providers, by their names.
    pub provider_secrets: BTreeMap<String, String>,
    /// Where webhooks may lead.
    pub private_addresses: PrivateAddresses,
    /// How mails leave; none where they do not.
    pub mailing: Option<Mailing>,
}

impl std::fmt::Debug for EnvironmentOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnvironmentOptions")
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}

/// What leads the database to the shape of the definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShapeFrom {
    /// The definition alone: the database follows it, perhaps at the cost of data.
    Definition(Decisions),
    /// As `Definition`, for a database that is used for development and nothing else.
    Development(Decisions),
    /// As `Definition` without losing anything; the database is none for development any more.
    Production,
    /// Migrations, which must have been applied.
    Migrations,
}

impl ShapeFrom {
    /// Brings the database there, or makes sure that it is there, and tells what changed.
    fn prepare(&self, tx: &mut WriteTx<'_>, definition: &Definition) -> Result<Vec<String>, SchemaError> {
        match self {
            Self::Definition(decisions) => schema::apply(tx, definition, decisions),
            Self::Development(decisions) => {
                schema::refuse_production(tx)?;
                schema::apply(tx, definition, decisions)
            }
            Self::Production => {
                let changes = schema::apply(tx, definition, &Loss::Refuse.into())?;
                schema::set_production(tx)?;
                Ok(changes)
            }
            Self::Migrations => schema::expect_served(tx, definition).map(|()| Vec::new()),
        }
    }
}

/// Puts the definition onto the tables of the database, and builds its statements again if that makes a difference.
fn laid_out(tx: &mut WriteTx<'_>, definition: &mut Definition, plans: Plans) -> Result<Plans, OpenError> {
    if !schema::lay_out(tx, definition)? {
        return Ok(plans);
    }
    Ok(Plans::build(Target {
        definition,
        dialect: tx.dialect(),
    })?)
}

/// Why an application could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the database cannot take the shape of the definition")]
    Schema(#[from] SchemaError),
    #[error("the database cannot be opened")]
    Store(#[from] StoreError),
    #[error("{path}: {action}")]
    File {
        path: PathBuf,
        action: &'static str,
        #[source]
        source: std::io::Error,
    },
    #[error("the keys cannot be used")]
    Key(#[from] KeyError),
    #[error("a rule of the definition is too complex")]
    Rule(#[from] mainstay_store::sql::TooComplex),
}

impl Environment {
    /// Opens the data folder, brings the database to the shape of the definition, and tells what changed.
    pub fn open(
        mut definition: Definition,
        options: &EnvironmentOptions,
        clock: Arc<dyn Clock>,
        random: Arc<dyn RandomSource>,
    ) -> Result<(Self, Vec<String>), OpenError> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&options.data)
            .map_err(|source| OpenError::File {
                path: options.data.clone(),
                action: "the data folder cannot be made",
                source,
            })?;
        let mut opened = None;
        let db = Db::open(&options.place, &options.db, |tx| {
            // A rule that is too complex stops here, before the database changes.
            let plans = Plans::build(Target {
                definition: &definition,
                dialect: tx.dialect(),
            })?;
            let changes = options.shape.prepare(tx, &definition)?;
            let plans = laid_out(tx, &mut definition, plans)?;
            let row = schema::release_row(tx, &definition.digest, clock.now().as_micros())?;
            let secret_keys = SecretKeys::open(tx, &options.keys, (clock.now(), row), random.as_ref())?;
            opened = Some((plans, changes, row, secret_keys));
            Ok::<(), OpenError>(())
        })?;
        let (plans, changes, row, secret_keys) = opened.expect("a database that is open has been prepared");
        let secret_keys = Arc::new(secret_keys);
        let tokens = Tokens::new(Arc::clone(&secret_keys), &definition, db.dialect());
        let passwords = Passwords::start(options.password_threads);
        let setup = SetupCode::generate(random.as_ref());
        let keys = Keys::new(db.dialect() == Dialect::Postgres);
        let release = Release {
            plans,
            lists: ListPlans::default(),
            row,
            masked: MaskedReleases::default(),
            definition: Arc::new(definition),
        };
        let environment = Self {
            db,
            clock,
            random,
            passwords,
            secret_keys,
            tokens: Arc::new(tokens),
            setup,
            session_uses: SessionUses::default(),
            keys,
            key_uses: KeyUses::default(),
            rates: Rates::default(),
            accepted_loss: AcceptedLoss::default(),
            loops: Loops::default(),
            readers: ReaderStates::default(),
            realtime: Hub::default(),
            border: Mutex::default(),
            known_providers: KnownProviders::default(),
            certificate: CertificateState::default(),
            provider_secrets: options.provider_secrets.clone(),
            outbound: Outbound::new(options.private_addresses, Times::default()),
            sender_wake: SenderWake::default(),
            mailing: options.mailing.clone(),
            mail_wake: SenderWake::default(),
            noticed: Noticed::default(),
            data: options.data.clone(),
            ids: IdSource::default(),
            release: RwLock::new(Arc::new(release)),
        };
        Ok((environment, changes))
    }

    /// Puts another definition in force: brings the database to its shape, then swaps. Tells what changed. Requests that
    /// have begun go on with the release that they took.
    pub async fn reload(&self, definition: Definition, shape: ShapeFrom) -> Result<Vec<String>, OpenError> {
        let plans = Plans::build(Target {
            definition: &definition,
            dialect: self.db.dialect(),
        })?;
        let now = self.clock.now();
        let wanted = definition.clone();
        let (changes, row) = self
            .db
            .exclusive(move |tx| {
                let changes = shape.prepare(tx, &wanted)?;
                let row = schema::release_row(tx, &wanted.digest, now.as_micros())?;
                Ok::<_, OpenError>((changes, row))
            })
            .await?;
        let (definition, plans) = self.lay_out(definition, plans).await?;
        let release = Release {
            plans,
            lists: ListPlans::default(),
            row,
            masked: MaskedReleases::default(),
            definition: Arc::new(definition),
        };
        *self.release.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(release);
        // What is remembered says who had to have a second factor before.
        self.tokens.forget_all();
        // And which clients there were.
        self.keys.forget_all();
        Ok(changes)
    }

    async fn lay_out(&self, definition: Definition, plans: Plans) -> Result<(Definition, Plans), OpenError> {
        let dialect = self.db.dialect();
        let laid = self
            .db
            .read(move |tx| {
                let mut definition = definition.clone();
                let differs = schema::lay_out(tx, &mut definition)?;
                Ok::<_, OpenError>((definition, differs))
            })
            .await?;
        let (definition, differs) = laid;
        let plans = if differs {
            Plans::build(Target {
                definition: &definition,
                dialect,
            })?
        } else {
            plans
        };
        Ok((definition, plans))
    }

    /// The release in force; a request takes it once and keeps it to its end.
    pub fn release(&self) -> Arc<Release> {
        Arc::clone(&self.release.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A context for the command line and for Mainstay itself: rules do not apply.
    pub fn system_context(self: &Arc<Self>) -> Context {
        let release = self.release();
        Context {
            whole: Arc::clone(&release),
            key: None,
            mask: None,
            share: None,
            actor: Actor::SYSTEM,
            origin: Origin {
                release: release.row,
                ..Origin::default()
            },
            release,
            now: self.clock.now(),
            method: "",
            operation: "",
            cost: Arc::default(),
            position: None,
            device: None,
            cookie_before: None,
            languages: String::new(),
            environment: Arc::clone(self),
        }
    }

    /// A context for one request.
    pub fn request_context(self: &Arc<Self>, request: RequestOrigin) -> Context {
        let release = self.release();
        Context {
            whole: Arc::clone(&release),
            key: None,
            mask: None,
            share: None,
            actor: request.actor,
            origin: Origin {
                request_id: Some(request.request_id),
                address: request.address,
                release: release.row,
                key: None,
                share: None,
            },
            release,
            now: self.clock.now(),
            method: request.method,
            operation: request.operation,
            cost: request.cost,
            position: request.position,
            device: None,
            cookie_before: None,
            languages: String::new(),
            environment: Arc::clone(self),
        }
    }

    pub(crate) fn border(&self) -> MutexGuard<'_, Border> {
        self.border.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new id, later than every one before it.
    pub fn new_id(&self) -> RecordId {
        self.ids.next(self.clock.as_ref(), self.random.as_ref())
    }
}
