//! A private Redis server that a test may stop and start again.

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// It starts within milliseconds, unless the machine has much to do.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(10);

/// A Redis server of one test, on a socket in a folder that is gone after it. It keeps nothing.
#[derive(Debug)]
pub struct RedisServer {
    folder: TempDir,
    server: Option<Child>,
}

impl RedisServer {
    pub fn start() -> Self {
        let mut redis = Self {
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
            server: None,
        };
        redis.restart();
        redis
    }

    /// Starts it anew, with nothing in it.
    pub fn restart(&mut self) {
        self.stop();
        let mut command = Command::new("setpriv");
        command.args([
            "--pdeathsig",
            "KILL",
            "--",
            "redis-server",
            "--port",
            "0",
            "--save",
            "",
        ]);
        command
            .arg("--unixsocket")
            .arg(self.socket())
            .arg("--dir")
            .arg(self.folder.path());
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.server = Some(child.expect("Redis is installed: run scripts/setup"));
        let began = Instant::now();
        while UnixStream::connect(self.socket()).is_err() {
            assert!(began.elapsed() < PATIENCE, "Redis does not start");
            std::thread::sleep(PAUSE);
        }
    }

    pub fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // One that has ended by itself is waited for all the same.
            server.kill().ok();
            server.wait().expect("a child can be waited for");
        }
    }

    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("redis.sock")
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
    }
}
