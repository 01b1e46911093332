//! A private PostgreSQL server that a test may stop, break and start again.
//!
//! `scripts/test-postgres` starts one server for all tests, without flushes to disk. What a server loses in a crash, or who
//! speaks with it how, takes one of its own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

/// Recovery after a crash takes a moment; anything longer has failed.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(10);
const PORT: u16 = 5432;
/// How often a port is chosen anew because another process was faster.
const PORTS_TRIED: u32 = 5;
const USER: &str = "tests";

/// A PostgreSQL server of one test, in a folder that is gone after it. It answers on a Unix socket, trusts everybody and
/// flushes every commit.
#[derive(Debug)]
pub struct Cluster {
    folder: TempDir,
    settings: Vec<(String, String)>,
    /// Part of the socket's name, too.
    port: u16,
    server: Option<Child>,
}

impl Cluster {
    /// Makes a cluster and starts its server.
    pub fn start() -> Self {
        let mut cluster = Self::create();
        cluster.restart();
        cluster
    }

    /// Makes a cluster whose server is not running yet.
    pub fn create() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let cluster = Self {
            folder,
            settings: Vec::new(),
            port: PORT,
            server: None,
        };
        if is_root() {
            // PostgreSQL refuses to run as root; whoever else runs the tests owns the folder.
            run(Command::new("chown").arg("nobody").arg(cluster.folder()));
        }
        let data = cluster.data();
        run(cluster.command("initdb").arg("-D").arg(data).args([
            "-U",
            USER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]));
        cluster
    }

    /// Makes a cluster that follows this one, and starts its server.
    #[must_use]
    pub fn start_standby(&self) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut standby = Self {
            folder,
            settings: Vec::new(),
            port: PORT,
            server: None,
        };
        if is_root() {
            run(Command::new("chown").arg("nobody").arg(standby.folder()));
        }
        let mut copy = standby.command("pg_basebackup");
        copy.arg("-D").arg(standby.data()).arg("-h").arg(self.folder());
        copy.args([
            "-U",
            USER,
            "-p",
            &self.port.to_string(),
            "-R",
            "-X",
            "stream",
            "-c",
            "fast",
            "--no-sync",
        ]);
        run(&mut copy);
        standby.restart();
        standby
    }

    /// Gives a setting of the server another value, from the next start.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Starts the server, after it has been stopped in order where it runs, and waits until it takes connections.
    pub fn restart(&mut self) {
        self.stop(Signal::INT);
        if let Err(log) = self.try_start() {
            panic!("the server does not start: {log}");
        }
    }

    /// Starts the server anew so that it listens on 127.0.0.1, too, and gives its port.
    pub fn restart_on_port(&mut self) -> u16 {
        self.stop(Signal::INT);
        self.set("listen_addresses", "127.0.0.1");
        let mut log = String::new();
        for _ in 0..PORTS_TRIED {
            let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
            self.port = free.expect("there is a free port").port();
            match self.try_start() {
                Ok(()) => return self.port,
                Err(why) => log = why,
            }
        }
        panic!("the server does not start: {log}");
    }

    /// Fails with the server's log where it ends at once, for example because its port is taken.
    fn try_start(&mut self) -> Result<(), String> {
        let log = self.folder().join("log");
        let file = std::fs::File::create(&log).expect("a log can be made");
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data());
        let socket = self.folder().display().to_string();
        let always = [
            ("unix_socket_directories", socket.as_str()),
            ("listen_addresses", ""),
            ("fsync", "on"),
            ("synchronous_commit", "on"),
            ("shared_buffers", "32MB"),
            // What this machine has in memory is safe from the crash of a process: one flush after it, not one a file.
            ("recovery_init_sync_method", "syncfs"),
        ];
        for (name, value) in always {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command.arg("-p").arg(self.port.to_string());
        for (name, value) in &self.settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        let child = command.stderr(file).spawn();
        self.server = Some(child.expect("PostgreSQL is installed: run scripts/setup"));
        let began = Instant::now();
        while postgres::Client::connect(&self.url("postgres"), postgres::NoTls).is_err() {
            let server = self.server.as_mut().expect("it was just started");
            let ended = server.try_wait().expect("a child can be waited for").is_some();
            if ended || began.elapsed() > PATIENCE {
                self.stop(Signal::QUIT);
                return Err(std::fs::read_to_string(&log).unwrap_or_default());
            }
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Stops the server as a crash would: nothing is written that was not yet, and connections break.
    pub fn stop_immediately(&mut self) {
        self.stop(Signal::QUIT);
    }

    fn stop(&mut self, signal: Signal) {
        if let Some(mut server) = self.server.take() {
            // One that has ended by itself is waited for all the same.
            let _ended = kill_process(Pid::from_child(&server), signal);
            server.wait().expect("a child can be waited for");
        }
    }

    /// The address of a database, by the socket.
    pub fn url(&self, database: &str) -> String {
        self.url_on(self.port, database)
    }

    /// The address of a database behind something that stands before the server, with its socket in the same folder.
    pub fn url_on(&self, port: u16, database: &str) -> String {
        let folder = self.folder().display();
        format!("postgres:///{database}?user={USER}&host={folder}&port={port}")
    }

    /// Makes an empty database and gives its address.
    pub fn create_database(&self, name: &str) -> String {
        self.client("postgres")
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .expect("a database can be made");
        self.url(name)
    }

    /// A connection of the test's own.
    pub fn client(&self, database: &str) -> postgres::Client {
        postgres_client(&self.url(database))
    }

    /// The one number that a query gives.
    pub fn number(&self, database: &str, sql: &str) -> i64 {
        let row = self.client(database).query_one(sql, &[]);
        row.expect("the query is one").get(0)
    }

    /// Holds the socket, the log and whatever a test puts beside them.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The cluster's own files.
    pub fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    /// A program that runs as the owner of the cluster, and ends when the test does, however that ends.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        if is_root() {
            command.args(["--reuid=nobody", "--clear-groups"]);
        }
        command.args(["--pdeathsig", "QUIT", "--"]);
        let folders = [programs(), PathBuf::from("/usr/sbin")];
        let installed = folders.iter().map(|folder| folder.join(program));
        command.arg(
            installed
                .into_iter()
                .find(|path| path.exists())
                .unwrap_or_else(|| program.into()),
        );
        command
            .current_dir(self.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop(Signal::QUIT);
    }
}

/// A connection of a test's own, beside those of the store.
pub fn postgres_client(url: &str) -> postgres::Client {
    postgres::Client::connect(url, postgres::NoTls).expect("the server takes connections")
}

fn is_root() -> bool {
    geteuid().is_root()
}

/// Debian keeps the server's programs beside one another, by version; others have them where programs are.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let folders = versions.flatten().map(|version| version.path().join("bin"));
    let found = folders.filter(|folder| folder.join("initdb").exists()).max();
    found.unwrap_or_default()
}

fn run(command: &mut Command) {
    let status = command
        .status()
        .expect("PostgreSQL is installed: run scripts/setup");
    assert!(status.success(), "{command:?}: {status}");
}
