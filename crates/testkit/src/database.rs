//! An empty database for one test: a file, or a database of its own in the private cluster that the tests were given.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use mainstay_store::schema::{self, SchemaError};
use mainstay_store::{Db, DbOptions, Dialect, Place, Postgres};

/// Names the cluster on whose databases the tests may run: `scripts/test-postgres` starts it and stops it.
const VARIABLE: &str = "MAINSTAY_TEST_POSTGRES";
/// What that cluster calls itself; any other one is somebody's own.
const CLUSTER_NAME: &str = "mainstay-tests";

/// The empty database of that cluster.
const EMPTY: &str = "mainstay_template";
/// Only one test at a time looks for what they copy, and makes it where it is missing.
const TEMPLATE_LOCK: i64 = 1;

/// Databases made by this process.
static MADE: AtomicU32 = AtomicU32::new(0);

/// A database that is gone after the test.
#[derive(Debug)]
pub struct TestDatabase {
    place: Place,
    made: Option<Made>,
}

/// A database in the cluster.
#[derive(Debug)]
struct Made {
    cluster: String,
    name: String,
}

impl TestDatabase {
    /// The engine that this run of the tests is for.
    pub fn dialect() -> Dialect {
        if cluster().is_some() {
            Dialect::Postgres
        } else {
            Dialect::Sqlite
        }
    }

    /// `folder` holds the file, where it is one.
    pub fn create(folder: &Path) -> Self {
        Self::create_from(folder, |_| EMPTY.to_owned())
    }

    /// With Mainstay's own tables where it is a server, as `schema::prepare` makes them in an empty database, but copied
    /// from the first one: most of the time of a short test would go into making them.
    pub fn create_prepared(folder: &Path) -> Self {
        Self::create_from(folder, prepared_template)
    }

    fn create_from(folder: &Path, template: fn(&str) -> String) -> Self {
        let Some(cluster) = cluster() else {
            return Self {
                place: Place::Sqlite(folder.join("mainstay.db")),
                made: None,
            };
        };
        let name = format!(
            "test_{}_{}",
            std::process::id(),
            MADE.fetch_add(1, Ordering::Relaxed)
        );
        let template = template(&cluster);
        let made = Made { cluster, name };
        made.tell(&create_sql(&made.name, &template))
            .expect("databases can be made");
        Self {
            place: Place::Postgres(Box::new(made.server().with_connections(4))),
            made: Some(made),
        }
    }

    pub fn place(&self) -> Place {
        self.place.clone()
    }

    /// With so many connections, where the database is a server.
    pub fn place_with(&self, connections: usize) -> Place {
        match &self.place {
            Place::Postgres(server) => {
                Place::Postgres(Box::new(server.as_ref().clone().with_connections(connections)))
            }
            file @ Place::Sqlite(_) => file.clone(),
        }
    }

    /// Runs statements in a database of the cluster, past everything of ours: it may be that of another application.
    pub fn run_script(&self, sql: &str) {
        let made = self.made.as_ref();
        let url = made.expect("only a database of the cluster takes scripts").url();
        let run = || {
            let mut client = postgres::Client::connect(&url, postgres::NoTls);
            let client = client.as_mut().expect("the private cluster can be reached");
            client.batch_execute(sql).expect("the script is valid");
        };
        std::thread::scope(|scope| scope.spawn(run).join()).expect("the cluster does as it is told");
    }

    /// The address of a database in the cluster; none of a file.
    pub fn url(&self) -> Option<String> {
        self.made.as_ref().map(Made::url)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(made) = &self.made {
            // Only room is lost if it stays: the cluster is removed after the tests. The server refuses when a connection
            // takes more than five seconds to end, and a test that passed has not failed by that.
            drop(made.tell(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", made.name)));
        }
    }
}

impl Made {
    fn url(&self) -> String {
        let (server, query) = self.cluster.split_once('?').unwrap_or((&self.cluster, ""));
        let (server, _) = server
            .rsplit_once('/')
            .expect("the address of the cluster names a database");
        format!("{server}/{}?{query}", self.name)
    }

    fn server(&self) -> Postgres {
        Postgres::parse(&self.url()).expect("the address of the cluster is one")
    }

    fn tell(&self, sql: &str) -> Result<(), postgres::Error> {
        on_cluster(&self.cluster, |client| client.batch_execute(sql))
    }
}

/// Copying files takes a fraction of the work of logging what is in them, which is the other way.
fn create_sql(name: &str, template: &str) -> String {
    format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
}

/// The database that has Mainstay's own tables and nothing else, as this program makes them.
fn prepared_template(cluster: &str) -> String {
    let program = std::env::current_exe().and_then(std::fs::metadata);
    let changed = program
        .and_then(|file| file.modified())
        .expect("the program is a file");
    let age = changed
        .duration_since(std::time::UNIX_EPOCH)
        .expect("files are younger");
    let made = Made {
        cluster: cluster.to_owned(),
        name: format!("prepared_{}", age.as_nanos()),
    };
    let unready = Made {
        cluster: cluster.to_owned(),
        name: format!("{}_unready", made.name),
    };
    let make = |client: &mut postgres::Client| {
        client.execute("SELECT pg_advisory_lock($1)", &[&TEMPLATE_LOCK])?;
        let known = "SELECT 1 FROM pg_database WHERE datname = $1";
        if client.query_opt(known, &[&made.name])?.is_some() {
            return Ok(());
        }
        // Somebody may have been stopped in the middle.
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {}", unready.name))?;
        client.batch_execute(&create_sql(&unready.name, EMPTY))?;
        let db = Db::open(
            &Place::Postgres(Box::new(unready.server())),
            &DbOptions::default(),
            schema::prepare,
        );
        drop(db.unwrap_or_else(|error: SchemaError| panic!("an empty database takes our tables: {error:?}")));
        client.batch_execute(&format!(
            "ALTER DATABASE {} RENAME TO {}",
            unready.name, made.name
        ))
    };
    on_cluster(cluster, make).expect("databases can be made");
    made.name
}

/// Works on the cluster from a thread of its own: the client must not be used where other tasks run.
fn on_cluster<T: Send>(
    cluster: &str,
    work: impl FnOnce(&mut postgres::Client) -> Result<T, postgres::Error> + Send,
) -> Result<T, postgres::Error> {
    let run = || {
        let mut client =
            postgres::Client::connect(cluster, postgres::NoTls).expect("the private cluster can be reached");
        let name: String = client
            .query_one("SHOW cluster_name", &[])
            .expect("every cluster has a name")
            .get(0);
        assert_eq!(
            name, CLUSTER_NAME,
            "{VARIABLE} names a cluster that the tests did not make; run `make test`, which starts one"
        );
        work(&mut client)
    };
    std::thread::scope(|scope| scope.spawn(run).join()).expect("the cluster is the tests' own")
}

fn cluster() -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the parameter of a run of the tests, not a setting of the product"
    )]
    std::env::var(VARIABLE).ok()
}
