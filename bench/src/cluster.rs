//! A PostgreSQL cluster of its own, as it is shipped: every commit is flushed before it is answered.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

use crate::report::progress;

/// Who owns the server's processes when this one belongs to root, for whom the server does not run.
const OWNER: &str = "nobody";

/// A running cluster, stopped and removed with this value. It listens on a socket in its folder and nowhere else.
#[derive(Debug)]
pub(crate) struct Cluster {
    programs: PathBuf,
    folder: TempDir,
}

impl Cluster {
    pub(crate) fn start() -> Result<Self> {
        let cluster = Self {
            programs: find_programs()?,
            // Not below the build's folder: the path of a socket is short, and its owner may not enter there.
            folder: tempfile::Builder::new().prefix("mainstay-bench-").tempdir()?,
        };
        if rustix::process::getuid().is_root() {
            run(Command::new("chown").arg(OWNER).arg(cluster.folder.path()))?;
        }
        let data = cluster.data();
        let data = data.to_str().context("the temporary folder has a plain name")?;
        cluster.run_as_owner(
            "initdb",
            &[
                "-D",
                data,
                "-U",
                "bench",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
            ],
        )?;
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c max_connections=200 -c shared_buffers=256MB \
             -c max_wal_size=4GB",
            cluster.folder.path().display()
        );
        cluster.run_as_owner(
            "pg_ctl",
            &[
                "-D",
                data,
                "-w",
                "-l",
                &format!("{data}.log"),
                "-o",
                &options,
                "start",
            ],
        )?;
        Ok(cluster)
    }

    /// Makes an empty database and gives its address.
    pub(crate) fn create_database(&self, name: &str) -> Result<String> {
        self.psql("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(format!(
            "postgres://bench@localhost/{name}?host={}",
            self.socket()
        ))
    }

    /// Runs statements in a database.
    pub(crate) fn psql(&self, database: &str, sql: &str) -> Result<()> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args([
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-U",
            "bench",
            "-d",
            database,
            "-c",
            sql,
        ])
        .arg("-h")
        .arg(self.folder.path());
        run(&mut psql).map(drop)
    }

    /// Runs `pgbench` with these arguments in `folder`.
    pub(crate) fn pgbench(&self, folder: &Path, database: &str, arguments: &[&str]) -> Result<()> {
        let mut pgbench = Command::new(self.programs.join("pgbench"));
        pgbench
            .args(["-n", "-U", "bench", "-d", database])
            .arg("-h")
            .arg(self.folder.path())
            .args(arguments)
            .current_dir(folder);
        run(&mut pgbench).map(drop)
    }

    fn socket(&self) -> String {
        self.folder.path().display().to_string()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn run_as_owner(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let program = self.programs.join(program);
        let mut command = if rustix::process::getuid().is_root() {
            let mut command = Command::new("setpriv");
            command
                .args([&format!("--reuid={OWNER}"), "--clear-groups", "--"])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        run(command.args(arguments).current_dir(self.folder.path())).map(drop)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data().display().to_string();
        if let Err(error) = self.run_as_owner("pg_ctl", &["-D", &data, "-m", "immediate", "-w", "stop"]) {
            progress(&format!("the cluster in {data} could not be stopped: {error:#}"));
        }
    }
}

/// Debian keeps the server's programs out of the search path, by version.
fn find_programs() -> Result<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().context("PostgreSQL is missing: run scripts/setup")
}

fn run(command: &mut Command) -> Result<Output> {
    // The server that `pg_ctl` starts would keep a pipe open for ever.
    let log = tempfile::tempfile()?;
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log.try_clone()?);
    let output = command
        .output()
        .with_context(|| format!("{command:?} could not be started"))?;
    if !output.status.success() {
        use std::io::{Read as _, Seek as _};
        let (mut log, mut text) = (log, String::new());
        log.rewind()?;
        log.read_to_string(&mut text)?;
        bail!("{command:?} ended with {}:\n{text}", output.status);
    }
    ensure!(output.stdout.is_empty(), "the output went to the file");
    Ok(output)
}
