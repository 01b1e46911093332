//! A pooler in between that gives each transaction another connection.

use std::net::SocketAddr;
use std::ops::Range;
use std::os::unix::net::UnixStream;
use std::process::Child;
use std::time::{Duration, Instant};

use mainstay_testkit::Cluster;
use serde_json::json;

use super::{PASSWORD, ask, token_of};
use crate::process::Installation;

const PATIENCE: Duration = Duration::from_secs(30);
const PORT: u16 = 6432;
/// Somebody who asks while the database is away, as what follows the journal does, is no reason to turn others away for
/// the 15 seconds that a pooler waits otherwise.
const RETRY: &str = "server_login_retry = 0\n";
const CLIENTS: usize = 8;
const ROUNDS: usize = 5;

const TAGS: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"tags\"\n[auth]\nsign_up = true\n"),
    (
        "collections/tags.toml",
        "[fields.name]\ntype = \"text\"\nrequired = true\nunique = true\n[rules]\nlist = \"true\"\nread = \"true\"\ncreate = \"true\"\n",
    ),
];

/// A running pgbouncer in front of a cluster, with two connections to it; ended when dropped.
struct Pooler(Child);

impl Pooler {
    fn start(cluster: &Cluster) -> Self {
        let folder = cluster.folder().display();
        let configuration = format!(
            "[databases]\n* = host={folder}\n[pgbouncer]\npool_mode = transaction\ndefault_pool_size = 2\nlisten_addr =\n\
             listen_port = {PORT}\nunix_socket_dir = {folder}\nauth_type = trust\nauth_file = {folder}/users\n\
             logfile = {folder}/pgbouncer.log\n{RETRY}"
        );
        let write = |name: &str, text: &str| {
            std::fs::write(cluster.folder().join(name), text).expect("a file can be written");
        };
        write("users", "\"tests\" \"\"\n");
        write("pgbouncer.ini", &configuration);
        let child = cluster.command("pgbouncer").arg("pgbouncer.ini").spawn();
        let pooler = Self(child.expect("pgbouncer is installed: run scripts/setup"));
        let socket = cluster.folder().join(format!(".s.PGSQL.{PORT}"));
        let began = Instant::now();
        while UnixStream::connect(&socket).is_err() {
            assert!(began.elapsed() < PATIENCE, "the pooler does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        pooler
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // It may have ended already, which is as well.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn everything_works_behind_a_pooler() {
    let mut cluster = Cluster::start();
    cluster.create_database("tags");
    let _pooler = Pooler::start(&cluster);
    let installation = Installation::on(TAGS, cluster.url_on(PORT, "tags"));
    let settings = &[("MAINSTAY_DATABASE__POOLER", "true")];
    let servers = [(); 2].map(|()| installation.start(settings));
    // After a restart the pooler finds out only when it hands a broken connection to somebody.
    for rounds in [0..ROUNDS, ROUNDS..ROUNDS + 1] {
        std::thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (address, rounds) = (servers[client % servers.len()].address, rounds.clone());
                scope.spawn(move || use_everything(address, client, rounds));
            }
        });
        cluster.restart();
        // Whoever asked while the database was away has made the pooler wait with new connections: 503 until then.
        for server in &servers {
            let began = Instant::now();
            while ask(server.address, "GET", "/api/v1/records/tags?limit=1", "", "").0 != 200 {
                assert!(began.elapsed() < PATIENCE, "it does not come back");
                std::thread::sleep(Duration::from_millis(50));
            }
        }
    }
    let (_, list) = ask(
        servers[0].address,
        "GET",
        "/api/v1/records/tags?limit=1&count=true",
        "",
        "",
    );
    assert_eq!(list["count"], CLIENTS * (ROUNDS + 1) * 3);
    let connections = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'tags'";
    let count = cluster.number("postgres", connections);
    assert!(
        (1..=2).contains(&count),
        "{count} connections: the server has gone past the pooler"
    );
}

/// Each round makes three tags: one alone and two in batches, of which another one is undone as a whole.
fn use_everything(address: SocketAddr, client: usize, rounds: Range<usize>) {
    let account =
        json!({"email": format!("a{client}-{}@example.org", rounds.start), "password": PASSWORD}).to_string();
    let (status, session) = ask(address, "POST", "/api/v1/auth/sign-up", "", &account);
    assert_eq!(status, 201, "{session}");
    let token = token_of(&session);
    let create = |name: &str| json!({"op": "create", "collection": "tags", "data": {"name": name}});
    let batch = |mode: &str, names: [&str; 3]| {
        let body = json!({"mode": mode, "operations": names.map(create)}).to_string();
        ask(address, "POST", "/api/v1/batch", token, &body)
    };
    for round in rounds {
        let name = |what: &str| format!("{what}-{client}-{round}");
        let (alone, first, second) = (name("alone"), name("first"), name("second"));
        let body = json!({"name": alone}).to_string();
        let (status, tag) = ask(address, "POST", "/api/v1/records/tags", token, &body);
        assert_eq!(status, 201, "{tag}");
        let (status, problem) = ask(address, "POST", "/api/v1/records/tags", token, &body);
        assert_eq!((status, &problem["code"]), (409, &json!("unique_violation")));

        let (status, problem) = batch("all_or_nothing", [&first, &second, &alone]);
        assert_eq!(status, 409, "{problem}");
        let (status, done) = batch("per_record", [&first, &alone, &second]);
        let statuses = [0, 1, 2].map(|index| done["results"][index]["status"].clone());
        assert_eq!(
            (status, statuses),
            (200, [201, 409, 201].map(|status| json!(status)))
        );

        let path = format!("/api/v1/records/tags?filter=name%20%3D%3D%20'{second}'");
        let (status, list) = ask(address, "GET", &path, token, "");
        assert_eq!((status, &list["items"][0]["name"]), (200, &json!(second)));
    }
}
