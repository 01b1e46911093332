//! Certificates that a server gets for itself, from a real authority.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use mainstay_testkit::{Pebble, postgres_client};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::process::{Installation, NOTES, PATIENCE, Server};

const DAY: Duration = Duration::from_hours(24);
/// The one name that leads here without a name server.
const DOMAIN: &str = "localhost";

/// Stands where the authority looks, before servers that are not there yet, and takes turns between them.
struct Front {
    address: SocketAddr,
    behind: Arc<(Mutex<Behind>, Condvar)>,
}

#[derive(Default)]
struct Behind {
    servers: Vec<SocketAddr>,
    /// How often each was asked.
    asked: Vec<usize>,
}

impl Front {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("it is listened on");
        let behind: Arc<(Mutex<Behind>, Condvar)> = Arc::default();
        let within = Arc::clone(&behind);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let behind = Arc::clone(&within);
                std::thread::spawn(move || pass(stream, &behind));
            }
        });
        Self { address, behind }
    }

    fn lead_to(&self, servers: &[&Server]) {
        let mut behind = self.behind.0.lock().expect("no thread panics with it");
        behind.servers = servers.iter().map(|server| server.address).collect();
        behind.asked = vec![0; servers.len()];
        self.behind.1.notify_all();
    }

    fn asked(&self) -> Vec<usize> {
        let behind = self.behind.0.lock().expect("no thread panics with it");
        behind.asked.clone()
    }
}

fn pass(client: TcpStream, (behind, changed): &(Mutex<Behind>, Condvar)) {
    let nobody = |behind: &mut Behind| behind.servers.is_empty();
    let behind = behind.lock().expect("no thread panics with it");
    let mut behind = changed
        .wait_while(behind, nobody)
        .expect("no thread panics with it");
    let turn = behind.asked.iter().sum::<usize>() % behind.servers.len();
    behind.asked[turn] += 1;
    let server = behind.servers[turn];
    drop(behind);
    let Ok(server) = TcpStream::connect(server) else {
        return;
    };
    let both = |stream: &TcpStream| stream.try_clone().expect("a socket has two ends");
    let (mut from_client, mut to_server) = (both(&client), both(&server));
    std::thread::spawn(move || {
        // Either side may end it at any time.
        drop(std::io::copy(&mut from_client, &mut to_server));
        drop(to_server.shutdown(std::net::Shutdown::Write));
    });
    let (mut from_server, mut to_client) = (server, client);
    drop(std::io::copy(&mut from_server, &mut to_client));
    drop(to_client.shutdown(std::net::Shutdown::Write));
}

/// The settings of a server that asks this authority.
fn settings<'a>(directory: &'a str, root: &'a str, domains: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("MAINSTAY_ACME__DOMAINS", domains),
        ("MAINSTAY_ACME__TERMS_AGREED", "true"),
        ("MAINSTAY_ACME__CONTACT", "admin@example.org"),
        ("MAINSTAY_ACME__DIRECTORY", directory),
        ("MAINSTAY_ACME__ROOT", root),
    ]
}

/// An authority, what stands before the servers, and how they are told of both.
struct Setup {
    front: Front,
    pebble: Pebble,
    directory: String,
    own: String,
    /// What clients trust.
    root: String,
}

impl Setup {
    fn start(valid_for: Duration) -> Self {
        let front = Front::start();
        let pebble = Pebble::start(front.address, valid_for);
        Self {
            directory: pebble.directory(),
            own: pebble.own_certificate().display().to_string(),
            root: pebble.root(),
            front,
            pebble,
        }
    }

    fn settings<'a>(&'a self, domains: &'a str) -> Vec<(&'a str, &'a str)> {
        settings(&self.directory, &self.own, domains)
    }

    fn connect(&self, address: SocketAddr) -> std::io::Result<Encrypted> {
        connect(address, &self.root)
    }
}

/// An encrypted connection with a server that has proven to be `localhost`.
struct Encrypted(StreamOwned<ClientConnection, TcpStream>);

fn connect(address: SocketAddr, root: &str) -> std::io::Result<Encrypted> {
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(root.as_bytes()).expect("the root is one");
    roots.add(root).expect("the root is one");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider knows its protocols")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(DOMAIN).expect("it is a name");
    let client = ClientConnection::new(Arc::new(config), name).map_err(std::io::Error::other)?;
    let socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let mut stream = StreamOwned::new(client, socket);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(Encrypted(stream))
}

impl Encrypted {
    fn certificate(&self) -> CertificateDer<'static> {
        let chain = self.0.conn.peer_certificates().expect("the server has shown one");
        chain[0].clone().into_owned()
    }

    /// The head of the answer to a request.
    fn ask(&mut self) -> std::io::Result<String> {
        self.0
            .write_all(b"GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n")?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"{\"status\":\"ok\"}") {
            let mut chunk = [0; 1_024];
            let read = self.0.read(&mut chunk)?;
            if read == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            answer.extend_from_slice(&chunk[..read]);
        }
        Ok(String::from_utf8_lossy(&answer).to_lowercase())
    }
}

fn wait_for_certificate(server: &mut Server) {
    server.wait_for_line(|line| line["message"] == "certificate taken up");
}

fn stop(server: &mut Server) {
    server.terminate();
    let status = server.process.wait().expect("the process ends");
    assert!(status.success(), "{status}: {}", server.log_so_far());
}

#[test]
fn a_certificate_is_had_and_kept() {
    let mut setup = Setup::start(DAY);
    let installation = Installation::new(NOTES);
    let mut server = installation.start(&setup.settings(DOMAIN));
    server.wait_for_line(|line| {
        let message = line["message"].as_str().unwrap_or_default();
        message.starts_with("waiting for the first certificate") || message == "ordering a certificate"
    });
    // Before the authority has looked, nobody else is answered.
    assert!(setup.connect(server.address).is_err());
    setup.front.lead_to(&[&server]);
    wait_for_certificate(&mut server);
    let mut connection = setup.connect(server.address).expect("the certificate is good");
    let first = connection.certificate();
    let head = connection.ask().expect("it is answered");
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    assert!(
        head.contains("strict-transport-security: max-age=63072000; includesubdomains"),
        "{head}"
    );
    // The private key and the account lie encrypted.
    stop(&mut server);
    if installation.url.is_none() {
        let database = std::fs::read(installation.path("data/mainstay.db")).expect("it is there");
        let shows = |text: &[u8]| database.windows(text.len()).any(|window| window == text);
        assert!(!shows(b"PRIVATE KEY") && !shows(b"key_pkcs8"));
    }
    // Another start has it still, and asks nobody.
    setup.pebble.stop();
    let mut server = installation.start(&setup.settings(DOMAIN));
    wait_for_certificate(&mut server);
    let connection = setup.connect(server.address).expect("the certificate is good");
    assert_eq!(connection.certificate(), first);
    let log = server.log_so_far();
    assert!(!log.contains("ordering a certificate"), "{log}");
    stop(&mut server);
}

#[test]
fn a_certificate_is_renewed_while_connections_go_on() {
    let setup = Setup::start(Duration::from_secs(12));
    let installation = Installation::new(NOTES);
    let mut server = installation.start(&setup.settings(DOMAIN));
    setup.front.lead_to(&[&server]);
    wait_for_certificate(&mut server);
    let mut before = setup.connect(server.address).expect("the certificate is good");
    before.ask().expect("it is answered");
    wait_for_certificate(&mut server);
    let mut after = setup
        .connect(server.address)
        .expect("the new certificate is good");
    assert_ne!(before.certificate(), after.certificate());
    after.ask().expect("it is answered");
    before.ask().expect("the connection from before goes on");
    stop(&mut server);
}

#[test]
fn a_refused_order_leaves_the_certificate_in_use() {
    let mut setup = Setup::start(DAY);
    let installation = Installation::new(NOTES);
    let mut server = installation.start(&setup.settings(DOMAIN));
    setup.front.lead_to(&[&server]);
    wait_for_certificate(&mut server);
    let first = setup.connect(server.address).expect("it is good").certificate();
    stop(&mut server);

    // A name that leads nowhere.
    let mut server = installation.start(&setup.settings("localhost,nowhere.invalid"));
    setup.front.lead_to(&[&server]);
    let fails = |line: &serde_json::Value| {
        let message = line["message"].as_str().unwrap_or_default();
        message
            .starts_with("no certificate was had")
            .then(|| message.to_owned())
    };
    let line = server.wait_for_line(|line| fails(line).is_some());
    let told = fails(&line).expect("it was waited for");
    assert!(told.contains("the one before stays in use"), "{told}");
    assert!(
        told.contains("the authority could not see that nowhere.invalid leads here"),
        "{told}"
    );
    assert_eq!(line["again_in_s"], 60);
    let mut connection = setup.connect(server.address).expect("the one before is good");
    assert_eq!(connection.certificate(), first);
    connection.ask().expect("it is answered");
    stop(&mut server);

    // An authority that is away, and one that is trusted by nobody. Whoever starts anew does not wait for the minute.
    setup.pebble.stop();
    let away = setup.settings("localhost,other.localhost");
    let unknown = away
        .iter()
        .copied()
        .filter(|(name, _)| *name != "MAINSTAY_ACME__ROOT");
    for settings in [away.clone(), unknown.collect()] {
        let mut server = installation.start(&settings);
        let line = server.wait_for_line(|line| fails(line).is_some());
        let told = fails(&line).expect("it was waited for");
        assert!(told.contains("no connection could be made"), "{told}");
        let connection = setup.connect(server.address).expect("the one before is good");
        assert_eq!(connection.certificate(), first);
        stop(&mut server);
    }
}

#[test]
fn an_account_can_be_bound_to_another_one() {
    const ID: &str = "kid-1";
    const KEY: &str = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
    let front = Front::start();
    let pebble = Pebble::start_bound(front.address, DAY, Some((ID, KEY)));
    let (directory, own) = (pebble.directory(), pebble.own_certificate().display().to_string());
    let installation = Installation::new(NOTES);
    let without = settings(&directory, &own, DOMAIN);
    let mut server = installation.start(&without);
    front.lead_to(&[&server]);
    let line = server.wait_for_line(|line| line["again_in_s"].is_number());
    let told = line["message"].as_str().unwrap_or_default();
    assert!(told.contains("no account could be opened"), "{told}");
    // Without a certificate nobody is answered, but for those who do not even ask for encryption.
    assert!(connect(server.address, &pebble.root()).is_err());
    let plain = server.connect().send("GET", "/livez", "", "");
    assert_eq!(plain.expect("it is told").status, 400);
    stop(&mut server);

    let bound = [
        ("MAINSTAY_ACME__EXTERNAL_ACCOUNT", ID),
        ("MAINSTAY_ACME__EXTERNAL_KEY", KEY),
    ];
    let mut server = installation.start(&[&without[..], &bound].concat());
    front.lead_to(&[&server]);
    wait_for_certificate(&mut server);
    connect(server.address, &pebble.root()).expect("the certificate is good");
    stop(&mut server);
}

/// The authority is led to both in turns, and looks more than once: one of them has not ordered.
#[test]
fn processes_share_a_certificate_and_answer_for_each_other() {
    let setup = Setup::start(DAY);
    let installation = Installation::new(NOTES);
    let mut schema = installation.start(&[]);
    stop(&mut schema);
    let mut database = postgres_client(installation.url.as_ref().expect("it is a server"));
    // Until both are there, somebody else is at it.
    let held =
        "INSERT INTO _leases (name, holder, expires_at) VALUES ('acme', gen_random_uuid(), 9000000000000000)";
    database.execute(held, &[]).expect("the table is there");
    let mut servers = [(); 2].map(|()| installation.start(&setup.settings(DOMAIN)));
    setup.front.lead_to(&[&servers[0], &servers[1]]);
    let free = "DELETE FROM _leases WHERE name = 'acme'";
    assert_eq!(database.execute(free, &[]).expect("the table is there"), 1);
    for server in &mut servers {
        wait_for_certificate(server);
    }
    let asked = setup.front.asked();
    assert!(asked.iter().all(|asked| *asked > 0), "{asked:?}");
    let seen = servers.each_ref().map(|server| {
        let connection = setup.connect(server.address).expect("the certificate is good");
        connection.certificate()
    });
    assert_eq!(seen[0], seen[1]);
    let logs = servers.each_mut().map(Server::log_so_far).concat();
    assert_eq!(logs.matches("ordering a certificate").count(), 1, "{logs}");
    let rows = database.query("SELECT 1 FROM _acme_challenges", &[]);
    assert!(
        rows.expect("the table is there").is_empty(),
        "answers are left over"
    );
}
