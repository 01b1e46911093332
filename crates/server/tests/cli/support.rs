//! Running the binary.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};

use mainstay_testkit::TestDatabase;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Commands that use the data of an application.
const WITH_DATA: &[&str] = &[
    "adopt", "audit", "dev", "export", "import", "keys", "migrate", "seed", "serve", "user",
];

/// A folder that commands run in.
pub(crate) struct Folder {
    /// On a server each data folder has a database of its own here, as it has where that is a file in it.
    databases: RefCell<BTreeMap<String, TestDatabase>>,
    in_files: bool,
    root: TempDir,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self {
            databases: RefCell::default(),
            in_files: false,
            root: TempDir::new().unwrap(),
        }
    }

    /// A folder with an application `app` in it, made from a template.
    pub(crate) fn with_template(template: &str) -> Self {
        let folder = Self::new();
        folder.run(&["new", "app", "--template", template]).assert_done();
        folder
    }

    /// A folder with an application `app` of these files.
    pub(crate) fn with_files(files: &[(&str, &str)]) -> Self {
        let folder = Self::new();
        for (path, text) in files {
            folder.write(&format!("app/{path}"), text);
        }
        folder
    }

    /// Its data is in files, whichever engine the tests are run for.
    pub(crate) fn in_files(mut self) -> Self {
        self.in_files = true;
        self
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// For its owner alone.
    pub(crate) fn make_private(&self, path: &str) {
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(0o600)).unwrap();
    }

    pub(crate) fn run(&self, args: &[&str]) -> Answer {
        self.run_with(args, &[], "")
    }

    pub(crate) fn run_with(&self, args: &[&str], variables: &[(&str, &str)], input: &str) -> Answer {
        let mut command = self.command(args);
        command.envs(variables.iter().copied());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that does not read its input closes it, which is no fault.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        Answer::of(&child.wait_with_output().unwrap())
    }

    /// Starts a command that serves, on a port that the system chooses.
    pub(crate) fn start(&self, args: &[&str]) -> Server {
        let mut command = self.command(args);
        command.args(["--listen", "127.0.0.1:0"]);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let err = BufReader::new(child.stderr.take().unwrap());
        Server { child, out, err }
    }

    /// Starts a command whose output nobody reads.
    pub(crate) fn spawn(&self, args: &[&str]) -> Child {
        let mut command = self.command(args);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.spawn().unwrap()
    }

    /// Nothing of the environment of the test gets through.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
        command.args(args).current_dir(self.root.path()).env_clear();
        if !self.in_files && args.first().is_some_and(|name| WITH_DATA.contains(name)) {
            command.envs(self.database_of(args).map(|url| ("MAINSTAY_DATABASE__URL", url)));
        }
        command
    }

    /// Runs statements in the database of a data folder, past everything of ours.
    pub(crate) fn run_script(&self, data: &str, sql: &str) {
        self.url_of(data);
        self.databases.borrow()[data].run_script(sql);
    }

    /// The address of the database of a data folder; none where it is a file.
    pub(crate) fn url_of(&self, data: &str) -> Option<String> {
        self.database_of(&["--data", data])
    }

    /// The address of the database that a command uses; none where it is a file.
    fn database_of(&self, args: &[&str]) -> Option<String> {
        let data = args.iter().skip_while(|arg| **arg != "--data").nth(1);
        let mut databases = self.databases.borrow_mut();
        let database = databases.entry(data.copied().unwrap_or_default().to_owned());
        database
            .or_insert_with(|| TestDatabase::create(self.root.path()))
            .url()
    }
}

impl Answer {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let status = output.status.code().expect("the process ended by itself");
        Self {
            status,
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    #[track_caller]
    pub(crate) fn assert_done(&self) -> &Self {
        assert_eq!(self.status, 0, "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn assert_failed(&self) -> &Self {
        assert_eq!(self.status, 1, "{self:?}");
        self
    }

    /// Asserts what went to standard output, all of it.
    #[track_caller]
    pub(crate) fn assert_out(&self, wanted: &str) {
        assert!(self.out == wanted, "wanted:\n{wanted}\nfound:\n{}", self.out);
    }

    /// Asserts what went to standard error, all of it.
    #[track_caller]
    pub(crate) fn assert_err(&self, wanted: &str) {
        assert!(self.err == wanted, "wanted:\n{wanted}\nfound:\n{}", self.err);
    }
}

/// A process that serves; it ends with the test.
pub(crate) struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    err: BufReader<ChildStderr>,
}

impl Server {
    /// Reads standard output up to the line that contains `part`.
    pub(crate) fn wait_for_out(&mut self, part: &str) -> String {
        line_with(&mut self.out, part)
    }

    pub(crate) fn wait_for_err(&mut self, part: &str) -> String {
        line_with(&mut self.err, part)
    }

    /// SIGHUP: the definition on disk is taken.
    pub(crate) fn hang_up(&self) {
        kill_process(Pid::from_child(&self.child), Signal::HUP).unwrap();
    }

    /// SIGTERM, then the exit status.
    pub(crate) fn stop(self) -> i32 {
        self.stop_and_read().0
    }

    /// SIGTERM, then the exit status and the rest of standard output.
    pub(crate) fn stop_and_read(mut self) -> (i32, String) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (
            self.child
                .wait()
                .unwrap()
                .code()
                .expect("the process ended by itself"),
            rest,
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when the process has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub(crate) fn line_with(lines: &mut impl std::io::BufRead, part: &str) -> String {
    let mut before = String::new();
    loop {
        let mut line = String::new();
        let bytes = lines.read_line(&mut line).unwrap();
        assert!(bytes > 0, "the output ended without {part:?}:\n{before}");
        if line.contains(part) {
            return line.trim_end().to_owned();
        }
        before.push_str(&line);
    }
}

/// `127.0.0.1:12345` out of a line.
pub(crate) fn address_in(line: &str) -> &str {
    let start = line.find("127.0.0.1:").expect("the line has an address");
    let rest = &line[start..];
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':'))
        .unwrap_or(rest.len());
    &rest[..end]
}

/// The answer to a GET request, head and body.
pub(crate) fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// A file of the repository.
pub(crate) fn repository_file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}
