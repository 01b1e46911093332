//! A server in a process of its own, and a client of plain sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value as Json;

/// Anything that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const NOTES: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"notes\"\n[auth]\nsign_up = true\n"),
    (
        "collections/notes.toml",
        "[fields.text]\ntype = \"text\"\nrequired = true\n[rules]\nlist = \"true\"\nread = \"true\"\ncreate = \"true\"\n",
    ),
];

/// Writes an application's files into a folder.
pub(crate) fn write_app(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
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
    pub(crate) fn start(app: &Path, data: &Path, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
        command
            .arg("serve")
            .arg("--app")
            .arg(app)
            .arg("--data")
            .arg(data)
            .args(["--listen", "127.0.0.1:0"]);
        command.env("MAINSTAY_LOG__FORMAT", "json");
        command.envs(settings.iter().copied());
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
        let mut server = Self {
            process,
            address: nowhere,
            log,
            seen: Vec::new(),
        };
        let line = server.wait_for_line(|line| line["message"] == "serving");
        let address = line["address"].as_str().expect("the log tells the address");
        server.address = address.parse().expect("the address is one");
        server
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
        let stream = TcpStream::connect(self.address).expect("the server listens");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a time limit can be set");
        stream.set_nodelay(true).expect("small writes can go at once");
        Connection {
            stream,
            read: Vec::new(),
        }
    }

    /// As a power cut would: no chance to tidy up.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("the process can be killed");
        self.process.wait().expect("the process ends");
    }

    /// As an operator would.
    pub(crate) fn terminate(&self) {
        let pid = rustix::process::Pid::from_child(&self.process);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM)
            .expect("the process can be signalled");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, which is as well.
        drop(self.process.kill());
        drop(self.process.wait());
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
    pub(crate) head: String,
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
        let head = String::from_utf8_lossy(&self.read[..end]).to_lowercase();
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
        Some(Answer { status, head, body })
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
