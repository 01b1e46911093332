//! What the tests of `mainstay copy` share: an installation to move, and looks into databases.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use mainstay_store::{Db, DbOptions, Place, Postgres, StoreError, Tx, WriteTx};
use mainstay_testkit::TestDatabase;
use serde_json::{Value as Json, json};

use crate::rooms::Rooms;
use crate::support::{Answer, Folder, Server, address_in};

pub(crate) const SOURCE: &str = "sqlite:app/data";
pub(crate) const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "a long enough password";
/// Anything that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn copy(folder: &Folder, from: &str, to: &str) -> Answer {
    folder.run(&["copy", "--app", "app", "--from", from, "--to", to])
}

/// The seeded annotation application with 10,000 items more, which reply to one another back and forth.
pub(crate) fn populated() -> Rooms {
    let rooms = Rooms::in_files();
    let mut csv = String::from("turn_id,user_id,turn_text,reply_to_turn,thread,created\n");
    for turn in 0..10_000 {
        // Half of all turns reply to one that comes later; no two make a circle.
        let reply = (turn * 7_919) % 10_000;
        let reply = if reply > turn {
            (100_000 + reply).to_string()
        } else {
            String::new()
        };
        writeln!(csv, "{},ada,\"Größe {turn}, naïve\",{reply},,", 100_000 + turn).unwrap();
    }
    rooms.folder.write("many.csv", csv);
    rooms.import("many.csv", &[]).assert_done();
    let create = [
        "user",
        "create",
        "--app",
        "app",
        "--email",
        EMAIL,
        "--administrator",
    ];
    let create: Vec<&str> = create.into_iter().chain(["--password-stdin"]).collect();
    rooms
        .folder
        .run_with(&create, &[], &format!("{PASSWORD}\n"))
        .assert_done();
    rooms
}

pub(crate) fn cluster(database: &TestDatabase) -> String {
    let url = database.url();
    url.expect("this test needs a PostgreSQL cluster: scripts/test-postgres starts one")
}

pub(crate) fn file(folder: &Folder, data: &str) -> Place {
    Place::Sqlite(folder.path(data).join("mainstay.db"))
}

pub(crate) fn server(url: &str) -> Place {
    Place::Postgres(Box::new(Postgres::parse(url).unwrap().with_connections(2)))
}

/// Every row of an answer, every value as text.
pub(crate) fn ask(place: &Place, sql: &'static str) -> Vec<Vec<String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let db = Db::open(place, &DbOptions::default(), |_| Ok::<(), StoreError>(())).unwrap();
    runtime.block_on(db.read(move |tx| rows(tx, sql))).unwrap()
}

pub(crate) fn change(place: &Place, sql: &str) {
    let act = |tx: &mut WriteTx<'_>| tx.execute(sql, &[]).map(drop);
    drop(Db::open(place, &DbOptions::default(), act).unwrap());
}

fn rows(tx: &mut Tx<'_>, sql: &str) -> Result<Vec<Vec<String>>, StoreError> {
    let mut rows = Vec::new();
    tx.query(sql, &[], |row| {
        rows.push(row.texts()?);
        Ok::<(), StoreError>(())
    })?;
    Ok(rows)
}

/// Looks at a target that another process is filling.
pub(crate) type Look = Box<dyn Fn(&'static str) -> Option<i64>>;

pub(crate) fn look_into_server(url: &str) -> Look {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let db = Db::open(&server(url), &DbOptions::default(), |_| Ok::<(), StoreError>(())).unwrap();
    Box::new(move |sql| {
        let rows = runtime.block_on(db.read(move |tx| rows(tx, sql))).ok()?;
        rows[0][0].parse().ok()
    })
}

/// With a program of its own: in this process the store would take the file for its own.
pub(crate) fn look_into_file(path: PathBuf) -> Look {
    Box::new(move |sql| {
        let output = Command::new("sqlite3")
            .arg("-readonly")
            .arg(&path)
            .arg(sql)
            .output();
        let output = output.expect("sqlite3 is installed: it is one of the system packages of the tests");
        String::from_utf8(output.stdout).unwrap().trim().parse().ok()
    })
}

/// Begins a copy and kills it as soon as the target has more items than this.
pub(crate) fn kill_copy(folder: &Folder, from: &str, to: &str, look: &Look, above: i64) {
    let mut copying = folder.spawn(&["copy", "--app", "app", "--from", from, "--to", to]);
    let began = Instant::now();
    // At first there is no such table.
    while look("SELECT count(*) FROM items").is_none_or(|items| items <= above) {
        assert!(began.elapsed() < PATIENCE, "the copy never came to {above} items");
    }
    copying.kill().unwrap();
    assert_eq!(
        copying.wait().unwrap().code(),
        None,
        "the copy was faster than the test"
    );
}

/// Sends a request with a token; the status and the body of the answer.
pub(crate) fn send(address: &str, method: &str, path: &str, token: &str, body: &Json) -> (u16, Json) {
    send_with(
        address,
        method,
        path,
        &format!("Authorization: Bearer {token}\r\n"),
        body,
    )
}

/// Sends a request with these headers.
pub(crate) fn send_with(address: &str, method: &str, path: &str, headers: &str, body: &Json) -> (u16, Json) {
    let body = body.to_string();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} /api/v1{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or(Json::Null))
}

pub(crate) fn serve(folder: &Folder, place: &[&str]) -> (Server, String) {
    let args: Vec<&str> = ["serve", "--app", "app"].iter().chain(place).copied().collect();
    let mut server = folder.start(&args);
    let address = address_in(&server.wait_for_err("serving")).to_owned();
    (server, address)
}

/// Signs in at a server of its own and leaves the session behind.
pub(crate) fn sign_in(folder: &Folder, place: &[&str]) -> String {
    let (server, address) = serve(folder, place);
    let body = json!({"email": EMAIL, "password": PASSWORD});
    let (status, session) = send_with(&address, "POST", "/auth/sign-in", "", &body);
    assert_eq!(status, 200, "{session}");
    assert_eq!(server.stop(), 0);
    session["access_token"].as_str().unwrap().to_owned()
}
