//! The database goes away and comes back; the server stays.

use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

use mainstay_testkit::Cluster;
use serde_json::json;

use crate::load::Load;
use crate::postgres::{NOTES_PATH, PASSWORD, ask, token_of};
use crate::process::{Installation, NOTES};

/// Long enough for any answer that is not the time limit of the request itself.
const PROMPT: Duration = Duration::from_secs(10);

/// Connections of the server, as the database sees them.
const CONNECTIONS: &str = "FROM pg_stat_activity WHERE application_name = 'mainstay'";

#[test]
fn a_restart_of_the_database_heals_without_one_of_the_server() {
    let mut cluster = Cluster::start();
    let installation = Installation::on(NOTES, cluster.create_database("notes"));
    let server = installation.start(&[]);
    let told = Load::on(server.address, |load| {
        load.wait_for_writes(50);
        cluster.restart();
        load.wait_for_writes(50);
        cluster.stop_immediately();
        load.wait_until("somebody is told that the database is away", |told| {
            told.refusals.contains_key("unavailable")
        });
        assert_eq!(ask(server.address, "GET", "/livez", "", "").0, 200);
        assert_eq!(ask(server.address, "GET", "/readyz", "", "").0, 503);
        cluster.restart();
        load.wait_for_writes(50);
    });
    assert_eq!(told.refusals.keys().collect::<Vec<_>>(), ["unavailable"]);
    assert!(told.longest < PROMPT, "somebody waited for {:?}", told.longest);
    assert_eq!(ask(server.address, "GET", "/readyz", "", "").0, 200);
}

#[test]
fn connections_that_the_database_ends_are_replaced() {
    let cluster = Cluster::start();
    let installation = Installation::on(NOTES, cluster.create_database("notes"));
    let server = installation.start(&[("MAINSTAY_DATABASE__CONNECTIONS", "4")]);
    let end = format!("SELECT count(pg_terminate_backend(pid)) {CONNECTIONS}");
    let mut ended = 0;
    let told = Load::on(server.address, |load| {
        for _ in 0..20 {
            load.wait_for_writes(5);
            ended += cluster.number("notes", &end);
        }
        load.wait_for_writes(50);
    });
    assert!(
        ended >= 40,
        "only {ended} connections were ended: the test shows nothing"
    );
    // Whoever was just being committed cannot know; nobody else notices, not even reads.
    let unknown = told.refusals.get("unavailable").copied().unwrap_or(0);
    assert_eq!(
        told.refusals.len(),
        usize::from(unknown > 0),
        "{:?}",
        told.refusals
    );
    assert!(told.longest < PROMPT, "somebody waited for {:?}", told.longest);

    // Those that nobody uses just then are replaced when somebody does.
    for _ in 0..5 {
        cluster.number("notes", &end);
        assert_eq!(
            ask(server.address, "POST", NOTES_PATH, "", r#"{"text":"a"}"#).0,
            201
        );
        assert_eq!(ask(server.address, "GET", NOTES_PATH, "", "").0, 200);
    }
}

/// One to tell other processes, and one to hear of theirs.
const FOR_WORD_OF_COMMITS: i64 = 2;

#[test]
fn connections_are_bounded_and_waits_for_them_are_measured() {
    let cluster = Cluster::start();
    let installation = Installation::on(NOTES, cluster.create_database("notes"));
    create_administrator(&installation);
    let server = installation.start(&[("MAINSTAY_DATABASE__CONNECTIONS", "4")]);
    let count = format!("SELECT count(*) {CONNECTIONS}");
    Load::on(server.address, |load| {
        for _ in 0..10 {
            load.wait_for_writes(10);
            assert!(cluster.number("notes", &count) <= 4 + FOR_WORD_OF_COMMITS);
        }
    });
    let account = json!({"email": "root@example.org", "password": PASSWORD}).to_string();
    let (_, session) = ask(server.address, "POST", "/api/v1/auth/sign-in", "", &account);
    let (_, health) = ask(server.address, "GET", "/api/v1/health", token_of(&session), "");
    let (writes, reads) = (&health["writes"]["waits"], &health["reads"]["waits"]);
    for waits in [writes, reads] {
        assert!(waits["count"].as_u64() >= Some(100), "{health}");
        assert!(waits["longest_us"].as_u64() > Some(0), "{health}");
        assert!(
            waits["total_us"].as_u64() >= waits["longest_us"].as_u64(),
            "{health}"
        );
    }
}

fn create_administrator(installation: &Installation) {
    let mut command = installation.command(&["user", "create"]);
    command.args([
        "--email",
        "root@example.org",
        "--administrator",
        "--password-stdin",
    ]);
    let mut child = command
        .stdin(Stdio::piped())
        .spawn()
        .expect("the binary can be started");
    let mut stdin = child.stdin.take().expect("the input is piped");
    writeln!(stdin, "{PASSWORD}").expect("the command reads the password");
    drop(stdin);
    assert!(child.wait().expect("the command ends").success());
}
