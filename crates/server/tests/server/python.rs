//! Another program, in Python, that the tests talk to over its standard input and output.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value as Json;

const PATIENCE: Duration = Duration::from_secs(20);

/// A process of its own, ended when it is dropped.
pub(crate) struct Python {
    process: Child,
    stdin: ChildStdin,
    said: Receiver<String>,
}

impl Python {
    /// Starts a script of this folder with the libraries that `scripts/setup` installs.
    pub(crate) fn start(script: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = folder.join("../../target/tools/python/bin/python");
        assert!(
            python.exists(),
            "there is no Python with the library: run scripts/setup"
        );
        let mut process = Command::new(python)
            .arg(folder.join("tests/server").join(script))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python can be started");
        let stdout = process.stdout.take().expect("what it says is piped");
        let (lines, said) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if lines.send(line).is_err() {
                    return;
                }
            }
        });
        let stdin = process.stdin.take().expect("what it hears is piped");
        Self { process, stdin, said }
    }

    /// What it says next.
    pub(crate) fn next(&self) -> Json {
        let line = self
            .said
            .recv_timeout(PATIENCE)
            .expect("it says something in time");
        serde_json::from_str(&line).expect("it says JSON")
    }

    pub(crate) fn tell(&mut self, line: &str) {
        writeln!(self.stdin, "{line}").expect("it listens");
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // It may have ended already, which is as well.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
