//! What the tests of `mainstay adopt` share: databases of other applications.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mainstay_store::{Dialect, Place};
use mainstay_testkit::TestDatabase;
use serde_json::{Value as Json, json};

use crate::moving::{file, send, send_with, serve, server};
use crate::support::{Answer, Folder, Server, repository_file};

/// The one of every account in the fixtures.
pub(crate) const PASSWORD: &str = "an old password";

/// A database of another application, on the engine that the tests are run for.
pub(crate) struct Source {
    database: TestDatabase,
    /// Where it is a file.
    path: PathBuf,
}

impl Source {
    /// A database made by a script of `tests/adopt`.
    pub(crate) fn make(folder: &Folder, name: &str) -> Self {
        let engine = match TestDatabase::dialect() {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgres",
        };
        let source = Self {
            database: TestDatabase::create(&folder.path("source")),
            path: folder.path("source.db"),
        };
        source.run(&repository_file(&format!(
            "crates/server/tests/adopt/{name}.{engine}.sql"
        )));
        source
    }

    pub(crate) fn address(&self) -> String {
        let url = self.database.url();
        url.unwrap_or_else(|| self.path.to_str().unwrap().to_owned())
    }

    pub(crate) fn run(&self, sql: &str) {
        if self.database.url().is_some() {
            self.database.run_script(sql);
        } else {
            run_in_file(&self.path, sql);
        }
    }
}

/// With a program of its own: nothing of ours opens the file to write.
pub(crate) fn run_in_file(path: &Path, sql: &str) {
    let mut program = Command::new("sqlite3");
    program
        .arg("-bail")
        .arg(path)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped());
    let program = program.spawn();
    let mut program = program.expect("sqlite3 is installed: it is one of the system packages of the tests");
    program.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
    let output = program.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// Writes the definition into `app`.
pub(crate) fn outline(folder: &Folder, source: &Source, more: &[&str]) -> Answer {
    let address = source.address();
    let args: Vec<&str> = ["adopt", &address, "--out", "app"]
        .iter()
        .chain(more)
        .copied()
        .collect();
    folder.run(&args)
}

/// Rehearses, imports or undoes with the data in `app/data`.
pub(crate) fn rows(folder: &Folder, source: &Source, more: &[&str]) -> Answer {
    let address = source.address();
    let args = ["adopt", &address, "--app", "app", "--data", "app/data"];
    let args: Vec<&str> = args.iter().chain(more).copied().collect();
    folder.run(&args)
}

/// The line of a table in a report.
#[track_caller]
pub(crate) fn line_of<'a>(answer: &'a Answer, table: &str) -> &'a str {
    let start = format!("{table} -> ");
    let line = answer.out.lines().find(|line| line.starts_with(&start));
    line.unwrap_or_else(|| panic!("{table} is not in {answer:?}"))
}

/// A server of the application, and what an administrator says to it.
pub(crate) struct Served {
    server: Server,
    pub(crate) address: String,
    pub(crate) token: String,
}

impl Served {
    pub(crate) fn start(folder: &Folder) -> Self {
        let create = [
            "user",
            "create",
            "--app",
            "app",
            "--data",
            "app/data",
            "--email",
            "root@example.com",
            "--administrator",
            "--password-stdin",
        ];
        folder
            .run_with(&create, &[], "a long enough password\n")
            .assert_done();
        Self::start_again(folder)
    }

    /// With the administrator that is there from the first time.
    pub(crate) fn start_again(folder: &Folder) -> Self {
        let (server, address) = serve(folder, &["--data", "app/data"]);
        let (status, session) = sign_in(&address, "root@example.com", "a long enough password");
        assert_eq!(status, 200, "{session}");
        Self {
            server,
            address,
            token: session["access_token"].as_str().unwrap().to_owned(),
        }
    }

    /// The one record of a collection with this value.
    pub(crate) fn find(&self, collection: &str, field: &str, value: &str) -> Json {
        let path = format!("/records/{collection}?filter={field}%20==%20{value}");
        let (status, list) = send(&self.address, "GET", &path, &self.token, &Json::Null);
        assert_eq!(status, 200, "{list}");
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{list}");
        items[0].clone()
    }

    pub(crate) fn change(&self, collection: &str, id: &Json, fields: &Json) {
        let path = format!("/records/{collection}/{}", id.as_str().unwrap());
        let (status, changed) = send(&self.address, "PATCH", &path, &self.token, fields);
        assert_eq!(status, 200, "{changed}");
    }

    pub(crate) fn stop(self) {
        assert_eq!(self.server.stop(), 0);
    }
}

pub(crate) fn sign_in(address: &str, email: &str, password: &str) -> (u16, Json) {
    let body = json!({"email": email, "password": password});
    send_with(address, "POST", "/auth/sign-in", "", &body)
}

/// An application that is adopted from a schema of the fixtures.
pub(crate) fn adopted(name: &str, more: &[&str]) -> (Folder, Source) {
    let folder = Folder::new();
    let source = Source::make(&folder, name);
    outline(&folder, &source, more).assert_done();
    (folder, source)
}

#[track_caller]
pub(crate) fn assert_line(answer: &Answer, table: &str, counts: &str) {
    let line = line_of(answer, table);
    assert!(line.ends_with(counts), "{line}\n{}", answer.err);
}

#[track_caller]
pub(crate) fn assert_told(answer: &Answer, parts: &[&str]) {
    for part in parts {
        assert!(answer.err.contains(part), "{part:?} is not in\n{}", answer.err);
    }
}

/// Both sides of each table have the same checksum.
#[track_caller]
pub(crate) fn assert_equal(answer: &Answer) {
    let sums = |side: &str| -> Vec<String> {
        let lines = answer.out.lines().filter_map(|line| line.strip_prefix(side));
        lines
            .map(|line| line.trim_end_matches(" equal").to_owned())
            .collect()
    };
    let source = sums("  source ");
    assert!(!source.is_empty(), "{}", answer.out);
    assert_eq!(source, sums("  target "));
}

/// Where the database of `app/data` is.
pub(crate) fn place_of(folder: &Folder) -> Place {
    match folder.url_of("app/data") {
        Some(url) => server(&url),
        None => file(folder, "app/data"),
    }
}
