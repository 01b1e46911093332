//! An acknowledged write is there, whatever happens to the process.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::process::{NOTES, Server, write_app};

const KILLS: u64 = 50;
const WRITERS: usize = 8;

#[test]
fn no_acknowledged_write_is_lost_when_the_server_is_killed() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (app, data) = (folder.path().join("app"), folder.path().join("data"));
    write_app(&app, NOTES);
    let acknowledged = Mutex::new(BTreeSet::new());
    for round in 0..KILLS {
        let mut server = Server::start(&app, &data, &[]);
        write_until_killed(&mut server, round, &acknowledged);
    }
    let acknowledged = acknowledged.into_inner().expect("no writer panicked");
    assert!(
        acknowledged.len() > 500,
        "only {} writes: the test shows nothing",
        acknowledged.len()
    );
    let server = Server::start(&app, &data, &[]);
    let found = read_all(&server);
    let lost: Vec<&String> = acknowledged.difference(&found).collect();
    assert!(
        lost.is_empty(),
        "{} of {} acknowledged writes are lost: {lost:?}",
        lost.len(),
        acknowledged.len()
    );
    drop(server);
    check_database(&data.join("mainstay.db"), found.len());
}

/// Writes from many connections and kills the server in the middle; the moment differs from round to round.
fn write_until_killed(server: &mut Server, round: u64, acknowledged: &Mutex<BTreeSet<String>>) {
    let over = AtomicBool::new(false);
    let connections: Vec<_> = (0..WRITERS).map(|_| server.connect()).collect();
    std::thread::scope(|scope| {
        for (writer, mut connection) in connections.into_iter().enumerate() {
            let over = &over;
            scope.spawn(move || {
                for number in 0.. {
                    let body = format!("{{\"text\":\"{round}-{writer}-{number}\"}}");
                    let Some(answer) = connection.send("POST", "/api/v1/records/notes", "", &body) else {
                        return;
                    };
                    assert_eq!(answer.status, 201);
                    let id = answer.json()["id"]
                        .as_str()
                        .expect("a record has an id")
                        .to_owned();
                    acknowledged.lock().expect("no writer panicked").insert(id);
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                }
            });
        }
        // The moment of the kill is what the test is about; there is no condition to wait for.
        let moment = Duration::from_micros(5_000 + round * 1_777 % 60_000);
        let began = Instant::now();
        while began.elapsed() < moment {
            std::thread::yield_now();
        }
        server.kill();
        over.store(true, Ordering::Relaxed);
    });
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
fn check_database(path: &std::path::Path, records: usize) {
    let query = |sql: &str| {
        let output = std::process::Command::new("sqlite3").arg(path).arg(sql).output();
        let output = output.expect("sqlite3 is installed: it is one of the system packages of the tests");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    assert_eq!(query("PRAGMA integrity_check"), "ok");
    assert_eq!(query("PRAGMA foreign_key_check"), "");
    assert_eq!(query("SELECT count(*) FROM notes"), records.to_string());
    assert_eq!(
        query("SELECT count(*) FROM _journal WHERE kind = 'record.created'"),
        records.to_string()
    );
}
