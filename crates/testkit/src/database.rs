//! An empty database for one test: a file, or a database of its own in the private cluster that the tests were given.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use mainstay_store::{Dialect, Place, Postgres};

/// Names the cluster on whose databases the tests may run: `scripts/test-postgres` starts it and stops it.
const VARIABLE: &str = "MAINSTAY_TEST_POSTGRES";
/// What that cluster calls itself; any other one is somebody's own.
const CLUSTER_NAME: &str = "mainstay-tests";

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
        let made = Made { cluster, name };
        made.tell(&format!(
            "CREATE DATABASE {} TEMPLATE mainstay_template",
            made.name
        ));
        Self {
            place: Place::Postgres(Box::new(
                Postgres::parse(&made.url())
                    .expect("the address of the cluster is one")
                    .with_connections(4),
            )),
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
            made.tell(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", made.name));
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

    /// From a thread of its own: the client must not be used where other tasks run.
    fn tell(&self, sql: &str) {
        let run = || {
            let mut client = postgres::Client::connect(&self.cluster, postgres::NoTls)
                .expect("the private cluster can be reached");
            let name: String = client
                .query_one("SHOW cluster_name", &[])
                .expect("every cluster has a name")
                .get(0);
            assert_eq!(
                name, CLUSTER_NAME,
                "{VARIABLE} names a cluster that the tests did not make; run `make test`, which starts one"
            );
            client
                .batch_execute(sql)
                .expect("databases can be made and removed");
        };
        std::thread::scope(|scope| scope.spawn(run).join()).expect("the cluster does as it is told");
    }
}

fn cluster() -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the parameter of a run of the tests, not a setting of the product"
    )]
    std::env::var(VARIABLE).ok()
}
