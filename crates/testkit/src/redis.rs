//! A private Redis server that a test may stop and start again.

use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// It starts within milliseconds, unless the machine has much to do.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(10);
/// A free port may be gone by the time that it is used.
const PORTS_TRIED: usize = 5;

/// A Redis server of one test, on a socket in a folder that is gone after it. It keeps nothing.
#[derive(Debug)]
pub struct RedisServer {
    folder: TempDir,
    server: Option<Child>,
    /// Where it takes encrypted connections, if it does.
    encrypted_port: Option<u16>,
}

impl RedisServer {
    pub fn start() -> Self {
        let mut redis = Self {
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
            server: None,
            encrypted_port: None,
        };
        redis.restart();
        redis
    }

    /// One that takes encrypted connections, too, with a certificate for `localhost` and nothing else.
    pub fn start_encrypted() -> Self {
        let mut redis = Self {
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
            server: None,
            encrypted_port: None,
        };
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
        let made = made.expect("a certificate can be made");
        for (name, text) in [
            ("own.pem", made.cert.pem()),
            ("own.key", made.signing_key.serialize_pem()),
        ] {
            std::fs::write(redis.folder.path().join(name), text).expect("a file can be written");
        }
        for _ in 0..PORTS_TRIED {
            let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
            redis.encrypted_port = Some(free.expect("there is a free port").port());
            if redis.try_start() {
                return redis;
            }
        }
        panic!("Redis does not start");
    }

    /// Starts it anew, with nothing in it.
    pub fn restart(&mut self) {
        assert!(self.try_start(), "Redis does not start");
    }

    /// False where it ends at once, for example because its port is taken.
    fn try_start(&mut self) -> bool {
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
        if let Some(port) = self.encrypted_port {
            let own = |name| self.folder.path().join(name);
            command.args(["--tls-port", &port.to_string(), "--tls-auth-clients", "no"]);
            command.arg("--tls-cert-file").arg(own("own.pem"));
            command.arg("--tls-key-file").arg(own("own.key"));
            command.arg("--tls-ca-cert-file").arg(own("own.pem"));
        }
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.server = Some(child.expect("Redis is installed: run scripts/setup"));
        let began = Instant::now();
        while UnixStream::connect(self.socket()).is_err() {
            let server = self.server.as_mut().expect("it was just started");
            let ended = server.try_wait().expect("a child can be waited for").is_some();
            if ended || began.elapsed() > PATIENCE {
                return false;
            }
            std::thread::sleep(PAUSE);
        }
        true
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

    /// The address for encrypted connections, by this name of the machine.
    pub fn encrypted_url(&self, host: &str) -> String {
        let port = self.encrypted_port.expect("it was started with encryption");
        format!("rediss://{host}:{port}")
    }

    /// The certificate that it is known by, PEM.
    pub fn certificate(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("own.pem")).expect("it was started with encryption")
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
