//! A server in a process of its own, and a client of plain sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use mainstay_testkit::TestDatabase;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value as Json;
use tempfile::TempDir;

/// Anything that takes longer has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const NOTES: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"notes\"\n[auth]\nsign_up = true\n"),
    (
        "collections/notes.toml",
        "[fields.text]\ntype = \"text\"\nrequired = true\n[rules]\nlist = \"true\"\nread = \"true\"\ncreate = \"true\"\n",
    ),
];

/// Writes an application's files into a folder.
fn write_app(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }
}

/// An application with its data: what is there before the server runs, and after it.
pub(crate) struct Installation {
    /// The server's address; none where the data is in a file.
    pub(crate) url: Option<String>,
    _database: Option<TestDatabase>,
    folder: TempDir,
}

impl Installation {
    /// With data on the engine that this run of the tests is for.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let database = TestDatabase::create(folder.path());
        Self::make(files, folder, database.url(), Some(database))
    }

    /// With data in a database that somebody else made.
    pub(crate) fn on(files: &[(&str, &str)], url: String) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Self::make(files, folder, Some(url), None)
    }

    fn make(
        files: &[(&str, &str)],
        folder: TempDir,
        url: Option<String>,
        database: Option<TestDatabase>,
    ) -> Self {
        write_app(&folder.path().join("app"), files);
        Self {
            url,
            _database: database,
            folder,
        }
    }

    pub(crate) fn start(&self, settings: &[(&str, &str)]) -> Server {
        let mut server = self.launch(settings);
        server.wait_until_serving();
        server
    }

    /// Starts a server and does not wait for it.
    pub(crate) fn launch(&self, settings: &[(&str, &str)]) -> Server {
        let mut command = self.command(&["serve"]);
        command
            .args(["--listen", "127.0.0.1:0"])
            .envs(settings.iter().copied());
        Server::launch(command)
    }

    /// A command of the binary on this application and its data.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
        command
            .args(words)
            .arg("--app")
            .arg(self.path("app"))
            .arg("--data")
            .arg(self.path("data"))
            .env("MAINSTAY_LOG__FORMAT", "json");
        if let Some(url) = &self.url {
            command.env("MAINSTAY_DATABASE__URL", url);
            // The same for all servers of this test, whichever folder is theirs.
            let name = format!("keys-{}.toml", std::process::id());
            let keys = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
            command.env("MAINSTAY_KEYS__FILE", keys);
        }
        command
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// A running `mainstay serve`; killed when dropped.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) address: SocketAddr,
    log: Receiver<String>,
    seen: Vec<String>,
}

impl Server {
    fn launch(mut command: Command) -> Self {
        let mut process = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary can be started");
        let stderr = process.stderr.take().expect("the log is piped");
        let (lines, log) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if lines.send(line).is_err() {
                    return;
                }
            }
        });
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            process,
            address: nowhere,
            log,
            seen: Vec::new(),
        }
    }

    pub(crate) fn wait_until_serving(&mut self) {
        let line = self.wait_for_line(|line| line["message"] == "serving");
        let address = line["address"].as_str().expect("the log tells the address");
        self.address = address.parse().expect("the address is one");
    }

    /// The first line of the log, from now on, that is wanted.
    pub(crate) fn wait_for_line(&mut self, wanted: impl Fn(&Json) -> bool) -> Json {
        let began = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(began.elapsed());
            let Ok(line) = self.log.recv_timeout(left) else {
                panic!("the log never said it; it said: {:#?}", self.seen);
            };
            let json = serde_json::from_str(&line).unwrap_or(Json::Null);
            self.seen.push(line);
            if wanted(&json) {
                return json;
            }
        }
    }

    /// Everything the log has said so far.
    pub(crate) fn log_so_far(&mut self) -> String {
        self.seen.extend(self.log.try_iter());
        self.seen.join("\n")
    }

    pub(crate) fn connect(&self) -> Connection {
        connect(self.address)
    }

    /// As a power cut would: no chance to tidy up.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("the process can be killed");
        self.process.wait().expect("the process ends");
    }

    /// As an operator would.
    pub(crate) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).expect("the process can be signalled");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, which is as well.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

pub(crate) fn connect(address: SocketAddr) -> Connection {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a time limit can be set");
    stream.set_nodelay(true).expect("small writes can go at once");
    Connection {
        stream,
        read: Vec::new(),
    }
}

/// A connection kept open from request to request.
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    read: Vec<u8>,
}

/// Status, head and body of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// In small letters.
    pub(crate) head: String,
    pub(crate) head_as_sent: String,
    pub(crate) body: Vec<u8>,
}

impl Connection {
    /// Sends a request with a JSON body; `None` when the server went away before it answered.
    pub(crate) fn send(&mut self, method: &str, path: &str, head: &str, body: &str) -> Option<Answer> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{head}content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(request.as_bytes()).ok()?;
        self.receive()
    }

    pub(crate) fn receive(&mut self) -> Option<Answer> {
        let end = loop {
            if let Some(end) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            self.fill()?;
        };
        let head_as_sent = String::from_utf8_lossy(&self.read[..end]).into_owned();
        let head = head_as_sent.to_lowercase();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let length: usize = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.trim().parse().expect("the length is a number"));
        while self.read.len() < end + length {
            self.fill()?;
        }
        let body = self.read[end..end + length].to_vec();
        self.read.drain(..end + length);
        Some(Answer {
            status,
            head,
            head_as_sent,
            body,
        })
    }

    fn fill(&mut self) -> Option<()> {
        let mut chunk = [0; 4_096];
        match self.stream.read(&mut chunk) {
            Ok(0) | Err(_) => None,
            Ok(length) => {
                self.read.extend_from_slice(&chunk[..length]);
                Some(())
            }
        }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Json {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }
}
