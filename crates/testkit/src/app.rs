//! An application with its own data folder, behind the real router.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mainstay_core::RecordId;
use mainstay_core::definition::{Definition, SourceFile};
use mainstay_engine::auth::{Begun, HeldWith, SignIn};
use mainstay_engine::keys::{KeyOptions, KeyPlace, MissingKeys};
use mainstay_engine::mail::{MailFrom, Mailer, Mailing, SmtpUrl};
use mainstay_engine::{Environment, EnvironmentOptions, PrivateAddresses, ShapeFrom, auth};
use mainstay_http::{App, AppOptions};
use mainstay_store::schema::Loss;
use mainstay_store::tx::Bind;
use mainstay_store::{DbOptions, Priority, StoreError, Tx, WriteTx};
use serde_json::{Map, Value as Json};

use crate::client::Client;
use crate::database::TestDatabase;
use crate::outside::{TestClock, TestRandom};

/// What links in mails begin with.
const PUBLIC_URL: &str = "https://tests.example.org";
/// The password of every user that [`TestApp::user`] makes.
const PASSWORD: &str = "correct horse battery";

/// A running application; its data goes when it is dropped.
#[derive(Debug)]
pub struct TestApp {
    pub environment: Arc<Environment>,
    pub clock: Arc<TestClock>,
    app: Arc<App>,
    files: Vec<SourceFile>,
    options: AppOptions,
    database: Arc<TestDatabase>,
    /// The key file, which processes on one database share.
    keys: PathBuf,
    folder: tempfile::TempDir,
}

/// What an application may reach, and how it is reached.
struct Ways {
    options: AppOptions,
    private_addresses: PrivateAddresses,
    mailing: Option<Mailing>,
}

fn mailing_into(data: &Path) -> Mailing {
    Mailing {
        mailer: Arc::new(Mailer::folder(data.join("mail"), sender())),
        public_url: PUBLIC_URL.to_owned(),
    }
}

fn sender() -> MailFrom {
    MailFrom::parse("Tests <no-reply@example.org>").expect("it is an address")
}

/// Files of a definition from path and text.
pub fn files(files: &[(&str, &str)]) -> Vec<SourceFile> {
    files
        .iter()
        .map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        })
        .collect()
}

impl TestApp {
    /// Starts an application from path and text of its files.
    pub fn start(definition: &[(&str, &str)]) -> Self {
        Self::start_with(files(definition), AppOptions::default())
    }

    /// Starts an application of the repository, such as `apps/todo`.
    pub fn start_folder(folder: &Path) -> Self {
        Self::start_with(read_folder(folder), AppOptions::default())
    }

    /// Starts an application that writes its mails into a folder: see [`Post`](crate::Post).
    pub fn start_mailing(definition: &[(&str, &str)]) -> Self {
        Self::start_mailing_with(definition, AppOptions::default())
    }

    pub fn start_mailing_with(definition: &[(&str, &str)], options: AppOptions) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mailing = mailing_into(folder.path());
        Self::start_sending((files(definition), options), folder, mailing)
    }

    /// Starts an application that sends its mails to this SMTP server.
    pub fn start_mailing_over(url: &str, definition: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = SmtpUrl::parse(url).expect("the address of the test is one");
        let mailing = Mailing {
            mailer: Arc::new(Mailer::smtp(&url, sender())),
            public_url: PUBLIC_URL.to_owned(),
        };
        Self::start_sending((files(definition), AppOptions::default()), folder, mailing)
    }

    fn start_sending(
        (files, options): (Vec<SourceFile>, AppOptions),
        folder: tempfile::TempDir,
        mailing: Mailing,
    ) -> Self {
        let database = Arc::new(TestDatabase::create_prepared(folder.path()));
        let outside = (Arc::new(TestClock::default()), TestRandom::default());
        let ways = Ways {
            options,
            private_addresses: PrivateAddresses::Refused,
            mailing: Some(mailing),
        };
        let keys = folder.path().join("keys.toml");
        Self::open(files, ways, folder, (database, keys), outside)
    }

    /// Starts an application whose webhooks may lead to servers of the test.
    pub fn start_reaching_private(definition: &[(&str, &str)]) -> Self {
        Self::start_reaching(
            files(definition),
            AppOptions::default(),
            PrivateAddresses::Allowed,
        )
    }

    pub fn start_with(files: Vec<SourceFile>, options: AppOptions) -> Self {
        Self::start_reaching(files, options, PrivateAddresses::Refused)
    }

    fn start_reaching(files: Vec<SourceFile>, options: AppOptions, private: PrivateAddresses) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let database = Arc::new(TestDatabase::create_prepared(folder.path()));
        let outside = (Arc::new(TestClock::default()), TestRandom::default());
        let ways = Ways {
            options,
            private_addresses: private,
            mailing: None,
        };
        let keys = folder.path().join("keys.toml");
        Self::open(files, ways, folder, (database, keys), outside)
    }

    /// Another process on the same database, where that is a server, with the same clock.
    #[must_use]
    pub fn beside(&self) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let ways = Ways {
            options: self.options.clone(),
            private_addresses: self.environment.outbound.private(),
            mailing: self.environment.mailing.clone(),
        };
        // Ids of its own.
        let random = TestRandom::starting_at(1 << 40);
        Self::open(
            self.files.clone(),
            ways,
            folder,
            (Arc::clone(&self.database), self.keys.clone()),
            (Arc::clone(&self.clock), random),
        )
    }

    fn open(
        files: Vec<SourceFile>,
        ways: Ways,
        folder: tempfile::TempDir,
        (database, keys): (Arc<TestDatabase>, PathBuf),
        (clock, random): (Arc<TestClock>, TestRandom),
    ) -> Self {
        let definition = match Definition::read(files.clone()) {
            Ok(definition) => definition,
            Err(diagnostics) => panic!("the definition of the test is not valid: {diagnostics:#?}"),
        };
        let environment_options = EnvironmentOptions {
            data: folder.path().to_owned(),
            place: database.place(),
            db: DbOptions::default(),
            shape: ShapeFrom::Definition(Loss::Refuse.into()),
            keys: key_options(&keys),
            provider_secrets: BTreeMap::new(),
            password_threads: 2,
            private_addresses: ways.private_addresses,
            mailing: ways.mailing,
        };
        let (environment, _) = Environment::open(
            definition,
            &environment_options,
            Arc::clone(&clock) as Arc<_>,
            Arc::new(random),
        )
        .expect("a new database takes any definition");
        let environment = Arc::new(environment);
        let app = App::new(Arc::clone(&environment), ways.options.clone());
        Self {
            environment,
            clock,
            app,
            files,
            options: ways.options,
            database,
            keys,
            folder,
        }
    }

    /// The key file.
    pub fn keys(&self) -> &Path {
        &self.keys
    }

    /// What answers requests, for a server with real connections.
    pub fn app(&self) -> Arc<App> {
        Arc::clone(&self.app)
    }

    /// Puts another definition in force, and lets go of what it no longer has.
    pub async fn redefine(&self, definition: &[(&str, &str)]) {
        let definition = Definition::read(files(definition)).expect("the definition of the test is valid");
        let shape = ShapeFrom::Definition(Loss::Allow.into());
        let changed = self.environment.reload(definition, shape).await;
        changed.expect("the database takes the definition");
    }

    /// A client that is not signed in.
    pub fn anonymous(&self) -> Client {
        Client::new(Arc::clone(&self.app))
    }

    /// Makes a user and gives a client signed in as them.
    pub async fn user(&self, email: &str) -> Client {
        self.account(email, false, Map::new()).await
    }

    /// Makes a user with more fields and gives a client signed in as them.
    pub async fn user_with(&self, email: &str, fields: Json) -> Client {
        let Json::Object(fields) = fields else {
            panic!("fields are a JSON object")
        };
        self.account(email, false, fields).await
    }

    /// Makes an administrator and gives a client signed in as them.
    pub async fn administrator(&self) -> Client {
        self.account("admin@example.org", true, Map::new()).await
    }

    /// Makes an administrator with more fields and gives a client signed in as them.
    pub async fn administrator_with(&self, fields: Json) -> Client {
        let Json::Object(fields) = fields else {
            panic!("fields are a JSON object")
        };
        self.account("admin@example.org", true, fields).await
    }

    async fn account(&self, email: &str, administrator: bool, mut fields: Map<String, Json>) -> Client {
        fields.insert("email".to_owned(), Json::from(email));
        let ctx = self.environment.system_context();
        let id: RecordId = auth::create_user(&ctx, administrator, PASSWORD.to_owned(), fields)
            .await
            .expect("the user of the test is valid");
        let session = auth::sign_in(&ctx, email, PASSWORD.to_owned(), HeldWith::Tokens)
            .await
            .expect("the password is right");
        let SignIn::Session(Begun::Tokens(session)) = session else {
            panic!("a new user has no second factor")
        };
        self.anonymous().signed_in(session.access_token, id)
    }

    /// The password of the users made by [`TestApp::user`].
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Where the data lies, for looking at it past the API.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a statement past the API, as somebody with the database could; a refusal comes with everything known of it.
    pub async fn sql_write(&self, sql: &str) -> Result<usize, String> {
        let sql = sql.to_owned();
        let write = move |tx: &mut WriteTx<'_>| tx.execute(&sql, &[]);
        let result = self.environment.db.write(Priority::Interactive, write).await;
        result.map_err(|error: StoreError| format!("{error:?}"))
    }

    /// Does this text stand anywhere in the database, as text or as bytes?
    pub async fn is_stored(&self, text: &str) -> bool {
        match self.environment.db.path() {
            Some(path) => [path.to_owned(), path.with_extension("db-wal")]
                .iter()
                .any(|path| {
                    let bytes = std::fs::read(path).unwrap_or_default();
                    bytes.windows(text.len()).any(|window| window == text.as_bytes())
                }),
            None => self.is_in_a_table(text).await,
        }
    }

    async fn is_in_a_table(&self, text: &str) -> bool {
        let tables = self
            .sql("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            .await;
        let text = text.to_owned();
        let read = move |tx: &mut Tx<'_>| {
            let mut found = false;
            for table in &tables {
                let sql = format!(
                    "SELECT 1 FROM \"{}\" AS t WHERE strpos(t::text, ?1::text) > 0
                     OR strpos(t::text, encode(convert_to(?1::text, 'UTF8'), 'hex')) > 0 LIMIT 1",
                    table[0]
                );
                found |= tx
                    .query_first::<_, StoreError>(&sql, &[Bind::Text(&text)], |_| Ok(()))?
                    .is_some();
            }
            Ok::<_, StoreError>(found)
        };
        let found = self.environment.db.read(read).await;
        found.expect("every table can be searched")
    }

    /// Rows that a query over the database file gives, as text.
    pub async fn sql(&self, sql: &'static str) -> Vec<Vec<String>> {
        self.environment
            .db
            .read(move |tx| {
                let mut rows = Vec::new();
                tx.query::<StoreError>(sql, &[], |row| {
                    rows.push(row.texts()?);
                    Ok(())
                })?;
                Ok::<_, StoreError>(rows)
            })
            .await
            .expect("the query of the test is valid")
    }
}

fn key_options(file: &Path) -> KeyOptions {
    KeyOptions {
        place: KeyPlace::File(file.to_owned()),
        missing: MissingKeys::Refuse,
    }
}

/// The definition files of a folder.
pub fn read_folder(folder: &Path) -> Vec<SourceFile> {
    let mut found = vec![read_file(folder, "mainstay.toml")];
    let collections = std::fs::read_dir(folder.join("collections")).expect("an application has collections");
    for entry in collections {
        let name = entry.expect("the folder can be listed").file_name();
        found.push(read_file(
            folder,
            &format!("collections/{}", name.to_string_lossy()),
        ));
    }
    found
}

fn read_file(folder: &Path, path: &str) -> SourceFile {
    let text = std::fs::read_to_string(folder.join(path)).expect("the file can be read");
    SourceFile {
        path: path.to_owned(),
        text,
    }
}
