//! Webhooks of the shipped binary, checked by the public library that receivers use.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value as Json, json};

use crate::process::{Connection, Installation, NOTES};
use crate::python::Python;

const PASSWORD: &str = "correct horse battery";

/// Tells the other side the secret of a webhook.
fn tell(verifier: &mut Python, answer: &Json) {
    verifier.tell(answer["secret"].as_str().expect("there is a secret"));
    assert!(verifier.next()["known"].is_u64());
}

fn make_administrator(installation: &Installation) {
    let mut create = installation
        .command(&["user", "create"])
        .args([
            "--email",
            "admin@example.org",
            "--administrator",
            "--password-stdin",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary can be started");
    let mut stdin = create.stdin.take().expect("it is piped");
    writeln!(stdin, "{PASSWORD}").expect("it reads");
    drop(stdin);
    assert!(create.wait().expect("it ends").success());
}

fn post(connection: &mut Connection, head: &str, path: &str, body: &Json) -> Json {
    let answer = connection
        .send("POST", path, head, &body.to_string())
        .expect("it is answered");
    assert!(answer.status < 300, "{path}: {}", answer.status);
    answer.json()
}

#[test]
fn the_public_library_verifies_every_message() {
    let installation = Installation::new(NOTES);
    make_administrator(&installation);
    let mut verifier = Python::start("webhook_receiver.py");
    let port = verifier.next()["port"].clone();
    let mut server = installation.start(&[("MAINSTAY_WEBHOOKS__ALLOW_PRIVATE_ADDRESSES", "true")]);
    let mut connection = server.connect();
    let account = json!({"email": "admin@example.org", "password": PASSWORD});
    let session = post(&mut connection, "", "/api/v1/auth/sign-in", &account);
    let token = session["access_token"].as_str().expect("a session has a token");
    let head = format!("authorization: Bearer {token}\r\n");

    let webhook = json!({"url": format!("http://127.0.0.1:{port}/"), "kinds": ["record.created"]});
    let webhook = post(&mut connection, &head, "/api/v1/webhooks", &webhook);
    tell(&mut verifier, &webhook);
    let note = |connection: &mut Connection, text: &str| {
        post(
            connection,
            &head,
            "/api/v1/records/notes",
            &json!({ "text": text }),
        );
    };
    note(&mut connection, "the first note");
    assert_eq!(
        verifier.next(),
        json!({"title": "the first note", "verified": [true], "changed": [false]})
    );

    let id = webhook["id"].as_str().expect("a webhook has an id");
    let rotate = format!("/api/v1/webhooks/{id}/rotate-secret");
    tell(&mut verifier, &post(&mut connection, &head, &rotate, &json!({})));
    note(&mut connection, "a note with two signatures");
    let both =
        json!({"title": "a note with two signatures", "verified": [true, true], "changed": [false, false]});
    assert_eq!(verifier.next(), both);

    let overlapping = post(&mut connection, &head, &rotate, &json!({"overlap_seconds": 0}));
    tell(&mut verifier, &overlapping);
    note(&mut connection, "a note with the third secret");
    assert_eq!(verifier.next()["verified"], json!([false, false, true]));

    server.terminate();
    server.wait_for_line(|line| line["message"] == "stopped");
    assert!(!server.log_so_far().contains("whsec_"));
}
