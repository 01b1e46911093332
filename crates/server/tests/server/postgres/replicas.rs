//! A streaming standby to read from.

use mainstay_testkit::Cluster;
use serde_json::{Value as Json, json};

use crate::postgres::NOTES_PATH;
use crate::process::{Installation, NOTES, Server, connect};

/// Longer than anything that is done while the standby stands still on purpose.
const LAG_MAX_MS: u64 = 6_000;

/// Writes a note; gives the position from which on it is seen.
fn write(server: &Server, text: &str) -> String {
    let body = json!({"text": text}).to_string();
    let answer = connect(server.address).send("POST", NOTES_PATH, "", &body);
    let answer = answer.expect("it is answered");
    assert_eq!(answer.status, 201);
    told_position(&answer.head)
}

/// Where the feed of changes stands; gives the position that its answer tells.
fn ask_for_changes(server: &Server) -> String {
    let answer = connect(server.address).send("GET", "/api/v1/changes", "mainstay-position: 0\r\n", "");
    let answer = answer.expect("it is answered");
    assert_eq!(answer.status, 200);
    told_position(&answer.head)
}

fn told_position(head: &str) -> String {
    let line = head
        .lines()
        .find_map(|line| line.strip_prefix("mainstay-position: "));
    line.expect("the answer tells a position").to_owned()
}

/// The texts of all notes, as a reader sees them who has seen this much.
fn read(server: &Server, position: Option<&str>) -> Vec<String> {
    let head = position.map_or(String::new(), |position| {
        format!("mainstay-position: {position}\r\n")
    });
    let answer = connect(server.address).send("GET", &format!("{NOTES_PATH}?sort=created_at,id"), &head, "");
    let answer = answer.expect("it is answered");
    assert_eq!(answer.status, 200, "{}", answer.json());
    let items = answer.json()["items"]
        .as_array()
        .expect("a list has items")
        .clone();
    let text = |item: &Json| item["text"].as_str().expect("a note has a text").to_owned();
    items.iter().map(text).collect()
}

fn wait_until_in_use(server: &mut Server) {
    server.wait_for_line(|line| line["message"] == "a replica is read from");
}

fn wait_until_passed_over(server: &mut Server) {
    server.wait_for_line(|line| line["message"] == "a replica is lost or too far behind, and passed over");
}

/// Waits until the replica answers for a position: what it says then is what it has.
fn wait_until_replayed(standby: &Cluster, primary: &Cluster) {
    let position: String = primary
        .client("postgres")
        .query_one("SELECT pg_current_wal_lsn()::text", &[])
        .expect("the primary answers")
        .get(0);
    let caught_up = format!("SELECT pg_last_wal_replay_lsn() >= '{position}'::pg_lsn");
    let mut client = standby.client("postgres");
    let began = std::time::Instant::now();
    while !client
        .query_one(&caught_up, &[])
        .expect("the standby answers")
        .get::<_, bool>(0)
    {
        assert!(began.elapsed().as_secs() < 20, "the standby does not follow");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn reads_go_to_a_replica_that_has_what_the_reader_has_seen() {
    let primary = Cluster::start();
    let url = primary.create_database("notes");
    let mut standby = primary.start_standby();
    let replica = standby.url("notes");
    let installation = Installation::on(NOTES, url);
    let lag_max = LAG_MAX_MS.to_string();
    let mut server = installation.start(&[
        ("MAINSTAY_DATABASE__REPLICAS", &replica),
        ("MAINSTAY_DATABASE__REPLICA_LAG_MAX_MS", &lag_max),
    ]);
    wait_until_in_use(&mut server);
    let first = write(&server, "first");
    assert_eq!(read(&server, Some(&first)), ["first"]);
    wait_until_replayed(&standby, &primary);

    // It stands still: whoever reads from it does not see what is written now.
    let mut control = standby.client("postgres");
    control
        .execute("SELECT pg_wal_replay_pause()", &[])
        .expect("it can be held");
    let second = write(&server, "second");
    assert_eq!(read(&server, Some("0")), ["first"], "from the replica");
    assert_eq!(
        read(&server, Some(&second)),
        ["first", "second"],
        "whoever wrote sees it"
    );
    assert_eq!(
        read(&server, None),
        ["first", "second"],
        "who says nothing sees everything"
    );

    let followed = ask_for_changes(&server);
    assert_eq!(
        read(&server, Some(&followed)),
        ["first", "second"],
        "whoever follows the changes lists nothing older"
    );

    // Too far behind it is not asked at all, until it has caught up.
    wait_until_passed_over(&mut server);
    assert_eq!(read(&server, Some("0")), ["first", "second"]);
    control
        .execute("SELECT pg_wal_replay_resume()", &[])
        .expect("it can go on");
    wait_until_in_use(&mut server);
    assert_eq!(read(&server, Some(&second)), ["first", "second"]);

    // Lost, the primary does its work; nobody notices.
    standby.stop_immediately();
    for _ in 0..50 {
        assert_eq!(read(&server, Some("0")), ["first", "second"]);
    }
    wait_until_passed_over(&mut server);
    standby.restart();
    wait_until_in_use(&mut server);
    assert_eq!(read(&server, Some(&second)), ["first", "second"]);
}

#[test]
fn a_position_that_is_none_is_refused() {
    let cluster = Cluster::start();
    let installation = Installation::on(NOTES, cluster.create_database("notes"));
    let server = installation.start(&[]);
    let answer = connect(server.address).send("GET", NOTES_PATH, "mainstay-position: soon\r\n", "");
    let answer = answer.expect("it is answered");
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (400, Some("invalid_parameter"))
    );
}
