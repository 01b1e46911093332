//! One line for each request, without secrets.

use serde_json::json;

use crate::process::{Connection, Installation, NOTES};

#[test]
fn each_request_leaves_one_line_without_secrets() {
    let installation = Installation::new(NOTES);
    let mut server = installation.start(&[]);
    let mut connection = server.connect();
    let account = json!({"email": "ada@example.org", "password": "correct horse battery"}).to_string();
    let session = connection
        .send("POST", "/api/v1/auth/sign-up", "", &account)
        .expect("it is answered")
        .json();
    let token = session["access_token"]
        .as_str()
        .expect("a session has a token")
        .to_owned();
    let head = format!("authorization: Bearer {token}\r\n");
    let body = json!({"text": "a private note"}).to_string();
    let answer = connection
        .send("POST", "/api/v1/records/notes", &head, &body)
        .expect("it is answered");
    let request_id = answer
        .head
        .lines()
        .find_map(|line| line.strip_prefix("x-request-id: "))
        .expect("it has an id");
    let line = server.wait_for_line(|line| line["request_id"] == request_id);
    let fields = &line;
    assert_eq!(fields["method"], "POST");
    assert_eq!(fields["path"], "/api/v1/records/notes");
    assert_eq!(fields["status"], 201);
    assert_eq!(fields["body_bytes"], answer.body.len());
    assert_eq!(fields["actor"], "user");
    assert_eq!(fields["user"], session["user"]["id"]);
    assert!(fields["duration_us"].is_u64());
    // The record and its journal entry.
    assert_eq!((&fields["statements"], &fields["rows"]), (&json!(2), &json!(2)));
    connection
        .send(
            "GET",
            "/api/v1/records/notes?filter=text%20%3D%3D%20'private'",
            &head,
            "",
        )
        .expect("it is answered");
    server.wait_for_line(|line| line["method"] == "GET");
    let cookie_secret = use_a_cookie(&mut connection);
    server.wait_for_line(|line| line["path"] == "/api/v1/auth/me" && line["actor"] == "user");
    server.terminate();
    server.wait_for_line(|line| line["message"] == "stopped");
    let log = server.log_so_far();
    assert_eq!(log.matches("\"path\":\"/api/v1/records/notes\"").count(), 2);
    for secret in [
        "private",
        "correct horse",
        token.as_str(),
        cookie_secret.as_str(),
        "ada@example.org",
        session["refresh_token"].as_str().unwrap_or(""),
    ] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
}

/// Signs in and asks as a browser does; gives the secret of its cookie.
fn use_a_cookie(connection: &mut Connection) -> String {
    let sign_in =
        json!({"email": "ada@example.org", "password": "correct horse battery", "session": "cookie"});
    let own_page = "sec-fetch-site: same-origin\r\n";
    let answer = connection
        .send("POST", "/api/v1/auth/sign-in", own_page, &sign_in.to_string())
        .expect("it is answered");
    let cookie = answer
        .head_as_sent
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .and_then(|line| line.split(';').next())
        .expect("it sets a cookie");
    let head = format!("cookie: {cookie}\r\n");
    let answer = connection
        .send("GET", "/api/v1/auth/me", &head, "")
        .expect("it is answered");
    assert_eq!(answer.status, 200, "{}", answer.head);
    let (_, secret) = cookie.split_once('=').expect("a cookie has a value");
    secret.to_owned()
}
