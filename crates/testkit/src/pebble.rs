//! A private authority that gives certificates to programs: Pebble, the test server of Let's Encrypt.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

/// It starts within milliseconds, unless the machine has much to do.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(20);
/// A free port may be gone by the time that it is used.
const PORTS_TRIED: usize = 5;

/// An authority of one test. It keeps nothing, and forgets its accounts when it is stopped.
#[derive(Debug)]
pub struct Pebble {
    folder: TempDir,
    server: Option<Child>,
    /// For clients, and for whoever looks after it.
    ports: [u16; 2],
    /// Where it looks for domains, on whatever address their names lead to.
    looks_at: u16,
    valid_for: Duration,
    /// Accounts must be bound to this one: id and key, base64url.
    external: Option<(&'static str, &'static str)>,
}

impl Pebble {
    /// An authority that looks for domains at the port of this address, and whose certificates are good for so long.
    pub fn start(looks_at: SocketAddr, valid_for: Duration) -> Self {
        Self::start_bound(looks_at, valid_for, None)
    }

    /// As `start`, with accounts for those alone who have this account already.
    pub fn start_bound(
        looks_at: SocketAddr,
        valid_for: Duration,
        external: Option<(&'static str, &'static str)>,
    ) -> Self {
        let mut pebble = Self {
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
            server: None,
            ports: [0; 2],
            looks_at: looks_at.port(),
            valid_for,
            external,
        };
        let names = ["127.0.0.1".to_owned()];
        let own = rcgen::generate_simple_self_signed(names).expect("a certificate can be made");
        pebble.write("own.pem", &own.cert.pem());
        pebble.write("own.key", &own.signing_key.serialize_pem());
        for _ in 0..PORTS_TRIED {
            if pebble.try_start() {
                return pebble;
            }
        }
        panic!("Pebble does not start: {}", pebble.log());
    }

    fn try_start(&mut self) -> bool {
        let free = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("there is a free port"));
        self.ports = free.each_ref().map(|listener| {
            let address = listener.local_addr();
            address.expect("it is listened on").port()
        });
        drop(free);
        self.write_config();
        let log = std::fs::File::create(self.path("log")).expect("a log can be made");
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--", "pebble", "-config"]);
        command
            .arg(self.path("config.json"))
            // No waits by chance, and every domain is looked at for every order.
            .env("PEBBLE_VA_NOSLEEP", "1")
            .env("PEBBLE_AUTHZREUSE", "0")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a file can be opened twice"))
            .stderr(log);
        self.server = Some(command.spawn().expect("Pebble is installed: run scripts/setup"));
        let began = Instant::now();
        while self.ask("roots/0").is_none() {
            let server = self.server.as_mut().expect("it was just started");
            let ended = server.try_wait().expect("a child can be waited for").is_some();
            if ended || began.elapsed() > PATIENCE {
                self.stop();
                return false;
            }
            std::thread::sleep(PAUSE);
        }
        true
    }

    fn write_config(&self) {
        let [port, management] = self.ports;
        let keys = self
            .external
            .iter()
            .map(|(id, key)| ((*id).to_owned(), json!(key)));
        let config = json!({"pebble": {
            "listenAddress": format!("127.0.0.1:{port}"),
            "managementListenAddress": format!("127.0.0.1:{management}"),
            "certificate": self.path("own.pem"),
            "privateKey": self.path("own.key"),
            "httpPort": self.looks_at,
            "tlsPort": self.looks_at,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": self.external.is_some(),
            "externalAccountMACKeys": keys.collect::<serde_json::Map<_, _>>(),
            "certificateValidityPeriod": self.valid_for.as_secs(),
        }});
        self.write("config.json", &config.to_string());
    }

    /// Stops it; its directory is away from here on.
    pub fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // One that has ended by itself is waited for all the same.
            server.kill().ok();
            server.wait().expect("a child can be waited for");
        }
    }

    pub fn directory(&self) -> String {
        format!("https://127.0.0.1:{}/dir", self.ports[0])
    }

    /// The certificate that its own server is known by.
    pub fn own_certificate(&self) -> PathBuf {
        self.path("own.pem")
    }

    /// What clients have to trust: the root of the certificates that it gives, PEM.
    pub fn root(&self) -> String {
        self.ask("roots/0").expect("it runs")
    }

    /// What it has said so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    fn ask(&self, path: &str) -> Option<String> {
        let url = format!("https://127.0.0.1:{}/{path}", self.ports[1]);
        let output = Command::new("curl")
            .args(["--silent", "--fail", "--max-time", "10", "--cacert"])
            .arg(self.path("own.pem"))
            .arg(url)
            .output()
            .expect("curl is installed: run scripts/setup");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        output.status.success().then_some(text)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file can be written");
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(self.folder.path()).join(name)
    }
}

impl Drop for Pebble {
    fn drop(&mut self) {
        self.stop();
    }
}
