//! Statements that take long leave a line with what is needed to mend them.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::json;

use crate::process::{Installation, Server};

const DIARY: &[(&str, &str)] = &[
    ("mainstay.toml", "name = \"diary\"\n"),
    (
        "collections/notes.toml",
        "[fields.body]\ntype = \"text\"\nmax = 1000000\n[rules]\nlist = \"true\"\ncreate = \"true\"\n",
    ),
];

#[test]
fn a_slow_statement_is_logged_with_its_operation_collection_and_plan() {
    let installation = Installation::new(DIARY);
    make_administrator(&installation);
    let slow = [("MAINSTAY_DATABASE__SLOW_STATEMENT_MS", "5")];
    let mut server = installation.start(&slow);
    let mut connection = server.connect();
    let body = json!({"body": "murmur ".repeat(100_000)}).to_string();
    for _ in 0..3 {
        let created = connection.send("POST", "/api/v1/records/notes", "", &body);
        assert_eq!(created.expect("it is answered").status, 201);
    }
    // The same long text is looked through again and again.
    let sum = vec!["size(body.lowerAscii())"; 20].join("%2B");
    let path = format!("/api/v1/records/notes?filter={sum}%3D%3D1");
    let answer = connection.send("GET", &path, "", "").expect("it is answered");
    assert_eq!(answer.status, 200, "{}", answer.json());
    let line = server.wait_for_line(|line| line["operation"] == "list_records");
    assert_eq!(line["target"], "slow_statement");
    assert_eq!(line["collection"], "notes");
    assert!(line["took_ms"].as_u64().expect("it is a number") >= 5, "{line}");
    let plan = line["plan"].as_str().expect("it is a text");
    assert!(plan.contains("notes") || plan.contains("SCAN r"), "{plan}");
    let request_id = line["request_id"].as_str().expect("it is a text");
    assert!(answer.head.contains(request_id), "{line}");
    expect_shown_to_administrators(&server);
    assert!(!server.log_so_far().contains("murmur"), "no value is logged");
}

const PASSWORD: &str = "correct horse battery";

fn make_administrator(installation: &Installation) {
    let mut create = installation.command(&[
        "user",
        "create",
        "--email",
        "admin@example.org",
        "--administrator",
    ]);
    let mut process = create
        .arg("--password-stdin")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary can be started");
    let mut stdin = process.stdin.take().expect("the input is piped");
    writeln!(stdin, "{PASSWORD}").expect("the command reads");
    drop(stdin);
    assert!(process.wait().expect("the command ends").success());
}

fn expect_shown_to_administrators(server: &Server) {
    let mut connection = server.connect();
    let account = json!({"email": "admin@example.org", "password": PASSWORD}).to_string();
    let session = connection.send("POST", "/api/v1/auth/sign-in", "", &account);
    let session = session.expect("it is answered").json();
    let token = session["access_token"].as_str().expect("a session has a token");
    let head = format!("authorization: Bearer {token}\r\n");
    let health = connection.send("GET", "/api/v1/health", &head, "");
    let health = health.expect("it is answered").json();
    let shown = health["slow_statements"].as_array().expect("it is a list");
    let listed = shown.iter().find(|slow| slow["operation"] == "list_records");
    let listed = listed.expect("the list took long");
    assert_eq!(listed["collection"], "notes");
    assert!(listed["count"].as_u64() >= Some(1), "{listed}");
    assert!(listed["longest_us"].as_u64() >= Some(5_000), "{listed}");
    assert!(!listed["plan"].as_str().expect("it is a text").is_empty());
}
