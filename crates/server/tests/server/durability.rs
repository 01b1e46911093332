//! An acknowledged write is there, whatever happens to the process.

use std::collections::BTreeSet;

use mainstay_testkit::postgres_client;

use crate::load::Load;
use crate::process::{Installation, NOTES, Server};

const KILLS: usize = 50;

#[test]
fn no_acknowledged_write_is_lost_when_the_server_is_killed() {
    let installation = Installation::new(NOTES);
    let mut acknowledged = BTreeSet::new();
    for round in 0..KILLS {
        let mut server = installation.start(&[]);
        let told = Load::on(server.address, |load| {
            // The moment of the kill differs from round to round.
            load.wait_for_writes(1 + round * 7 % 40);
            server.kill();
        });
        acknowledged.extend(told.acknowledged);
    }
    assert_all_are_there(&installation, &acknowledged);
}

/// Starts a server and looks for every record that was acknowledged.
pub(crate) fn assert_all_are_there(installation: &Installation, acknowledged: &BTreeSet<String>) {
    let server = installation.start(&[]);
    let found = read_all(&server);
    let lost: Vec<&String> = acknowledged.difference(&found).collect();
    assert!(
        lost.is_empty(),
        "{} of {} acknowledged writes are lost: {lost:?}",
        lost.len(),
        acknowledged.len()
    );
    drop(server);
    check_database(installation, found.len());
}

fn read_all(server: &Server) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut connection = server.connect();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/records/notes?fields=id&limit=500{cursor}");
        let page = connection
            .send("GET", &path, "", "")
            .expect("the server answers")
            .json();
        for item in page["items"].as_array().expect("a list has items") {
            found.insert(item["id"].as_str().expect("a record has an id").to_owned());
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

/// The file itself is whole, and every record has its journal entry.
fn check_database(installation: &Installation, records: usize) {
    let created = "SELECT count(*) FROM _journal WHERE kind = 'record.created'";
    for sql in ["SELECT count(*) FROM notes", created] {
        assert_eq!(query(installation, sql), records.to_string(), "{sql}");
    }
    if installation.url.is_none() {
        assert_eq!(query(installation, "PRAGMA integrity_check"), "ok");
        assert_eq!(query(installation, "PRAGMA foreign_key_check"), "");
    }
}

fn query(installation: &Installation, sql: &str) -> String {
    if let Some(url) = &installation.url {
        let row = postgres_client(url).query_one(sql, &[]);
        return row.expect("the query is one").get::<_, i64>(0).to_string();
    }
    let path = installation.path("data").join("mainstay.db");
    let output = std::process::Command::new("sqlite3").arg(path).arg(sql).output();
    let output = output.expect("sqlite3 is installed: it is one of the system packages of the tests");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
