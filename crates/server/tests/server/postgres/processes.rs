//! Several servers on one database.

use std::time::{Duration, Instant};

use mainstay_testkit::Cluster;
use rustix::process::Signal;
use serde_json::json;

use super::{NOTES_PATH, PASSWORD, ask, token_of};
use crate::load::Load;
use crate::process::{Installation, NOTES, Server};

/// The key of the lock that is held while the schema is changed.
const SCHEMA_LOCK: i64 = i64::from_be_bytes(*b"Mainstay");
/// How soon one process must notice what it need not be told at once.
const PATIENCE: Duration = Duration::from_secs(30);

/// Two servers, each in a folder of its own, as on two machines.
fn launch_two(url: &str) -> [(Installation, Server); 2] {
    [(); 2].map(|()| {
        let installation = Installation::on(NOTES, url.to_owned());
        let server = installation.launch(&[]);
        (installation, server)
    })
}

fn start_two(cluster: &Cluster) -> [(Installation, Server); 2] {
    let mut servers = launch_two(&cluster.create_database("notes"));
    for (_, server) in &mut servers {
        server.wait_until_serving();
    }
    servers
}

fn wait_until(what: &str, mut reached: impl FnMut() -> bool) {
    let began = Instant::now();
    while !reached() {
        assert!(began.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn servers_that_start_together_make_the_schema_once() {
    let cluster = Cluster::start();
    let url = cluster.create_database("notes");
    // Whoever changes the schema holds this lock. While the test has it, both get there before either goes on.
    let mut holder = cluster.client("notes");
    holder
        .query_one("SELECT pg_advisory_lock($1)", &[&SCHEMA_LOCK])
        .expect("the lock is free");
    let mut servers = launch_two(&url);
    wait_until("both servers wait for their turn", || {
        let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
        cluster.number("notes", waiting) == 2
    });
    holder.close().expect("the connection can be closed");
    let created = servers.each_mut().map(|(_, server)| {
        server.wait_until_serving();
        let log = server.log_so_far();
        assert!(!log.contains(r#""level":"ERROR""#), "{log}");
        log.matches("created notes").count()
    });
    assert_eq!(created.iter().sum::<usize>(), 1, "{created:?}");
    for (what, sql) in [
        ("formats", "SELECT count(*) FROM _meta WHERE key = 'format'"),
        ("releases", "SELECT count(*) FROM _releases"),
        (
            "active signing keys",
            "SELECT count(*) FROM _known_keys WHERE purpose = 'signing' AND state = 'active'",
        ),
    ] {
        let count = cluster.number("notes", sql);
        assert_eq!(count, 1, "{what}");
    }
    for (_, server) in &servers {
        assert_eq!(ask(server.address, "GET", "/readyz", "", "").0, 200);
    }
}

#[test]
fn what_is_written_at_one_server_is_there_at_the_other() {
    let cluster = Cluster::start();
    let [(_first, one), (_second, other)] = start_two(&cluster);
    let account = json!({"email": "ada@example.org", "password": PASSWORD}).to_string();
    let (status, session) = ask(one.address, "POST", "/api/v1/auth/sign-up", "", &account);
    assert_eq!(status, 201, "{session}");
    let token = token_of(&session);

    let (status, user) = ask(other.address, "GET", "/api/v1/auth/me", token, "");
    assert_eq!((status, &user["id"]), (200, &session["user"]["id"]));
    for (writer, reader) in [(&one, &other), (&other, &one)] {
        let (status, note) = ask(writer.address, "POST", NOTES_PATH, token, r#"{"text":"a"}"#);
        assert_eq!(status, 201, "{note}");
        let path = format!(
            "{NOTES_PATH}/{}",
            note["id"].as_str().expect("a record has an id")
        );
        let (status, read) = ask(reader.address, "GET", &path, token, "");
        assert_eq!((status, &read["id"]), (200, &note["id"]));
    }

    // The other server believes the token until it looks again.
    assert_eq!(
        ask(one.address, "POST", "/api/v1/auth/sign-out", token, "").0,
        204
    );
    assert_eq!(ask(one.address, "GET", "/api/v1/auth/me", token, "").0, 401);
    wait_until("the other server refuses the ended session", || {
        ask(other.address, "GET", "/api/v1/auth/me", token, "").0 == 401
    });
}

#[test]
fn a_server_that_is_killed_holds_nothing_back() {
    let cluster = Cluster::start();
    let [(_first, mut killed), (_second, other)] = start_two(&cluster);
    let told = Load::on(other.address, |load| {
        load.wait_for_writes(20);
        Load::on(killed.address, |its_load| {
            its_load.wait_for_writes(20);
            killed.kill();
        });
        load.wait_for_writes(100);
    });
    assert!(told.refusals.is_empty(), "{:?}", told.refusals);
    assert!(
        told.longest < Duration::from_secs(3),
        "somebody waited for {:?}",
        told.longest
    );
    wait_until("the database has let go of the killed server", || {
        let busy =
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'mainstay' AND state <> 'idle'";
        cluster.number("notes", busy) == 0
    });
}

/// As a machine that has lost the network: nobody hangs up.
#[test]
fn a_server_that_stands_still_loses_its_open_transactions() {
    let cluster = Cluster::start();
    let [(_first, other), (installation, mut quick)] = start_two(&cluster);
    drop(quick);
    quick = installation.launch(&[("MAINSTAY_DATABASE__STATEMENT_TIMEOUT_MS", "1000")]);
    quick.wait_until_serving();
    let open = || {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'";
        cluster.number("postgres", sql) > 0
    };
    let told = Load::on(quick.address, |load| {
        load.wait_for_writes(20);
        wait_until("it stands still in the middle of a transaction", || {
            quick.signal(Signal::STOP);
            let found = open();
            if !found {
                quick.signal(Signal::CONT);
            }
            found
        });
        wait_until("the database has ended its transactions", || !open());
        assert_eq!(
            ask(other.address, "POST", NOTES_PATH, "", r#"{"text":"a"}"#).0,
            201
        );
        quick.signal(Signal::CONT);
        load.wait_for_writes(20);
    });
    assert!(
        told.refusals
            .keys()
            .all(|code| code == "unavailable" || code == "timeout"),
        "{:?}",
        told.refusals
    );
}

/// Its connection waits for a lock and says nothing: the database itself must look whether anybody is still there.
#[test]
fn a_server_that_is_killed_while_it_changes_the_schema_holds_nothing_back() {
    let cluster = Cluster::start();
    let url = cluster.create_database("notes");
    Installation::on(NOTES, url.clone()).start(&[]).kill();
    let mut database = cluster.client("notes");
    let mut reader = database.transaction().expect("a transaction can be begun");
    reader
        .batch_execute("LOCK TABLE notes IN ACCESS SHARE MODE")
        .expect("the table is there");

    let changed = NOTES
        .iter()
        .map(|(path, text)| (*path, text.replace("required = true", "")));
    let changed: Vec<(&str, String)> = changed.collect();
    let changed: Vec<(&str, &str)> = changed
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    let installation = Installation::on(&changed, url);
    let mut killed = installation.launch(&[]);
    let waits_for_lock = |count: i64| {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'mainstay' AND wait_event_type = 'Lock'";
        cluster.number("postgres", sql) == count
    };
    wait_until("the change waits for the table", || waits_for_lock(1));
    killed.kill();
    wait_until("the database gives the change up", || waits_for_lock(0));
    reader.commit().expect("the transaction can be ended");
    installation.start(&[]);
}
