//! Webhooks of the shipped binary, checked by the public library that receivers use.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::process::{Connection, Installation, NOTES};

const PATIENCE: Duration = Duration::from_secs(20);
const PASSWORD: &str = "correct horse battery";

/// The other side: a process of its own, ended when it is dropped.
struct Verifier {
    process: Child,
    stdin: ChildStdin,
    said: Receiver<String>,
}

impl Verifier {
    fn start() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = folder.join("../../target/tools/python/bin/python");
        assert!(
            python.exists(),
            "there is no Python with the library: run scripts/setup"
        );
        let mut process = Command::new(python)
            .arg(folder.join("tests/server/webhook_receiver.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python can be started");
        let stdout = process.stdout.take().expect("what it says is piped");
        let (lines, said) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if lines.send(line).is_err() {
                    return;
                }
            }
        });
        let stdin = process.stdin.take().expect("what it hears is piped");
        Self { process, stdin, said }
    }

    fn next(&self) -> Json {
        let line = self
            .said
            .recv_timeout(PATIENCE)
            .expect("it says something in time");
        serde_json::from_str(&line).expect("it says JSON")
    }

    fn tell(&mut self, answer: &Json) {
        let secret = answer["secret"].as_str().expect("there is a secret");
        writeln!(self.stdin, "{secret}").expect("it listens");
        assert!(self.next()["known"].is_u64());
    }
}

impl Drop for Verifier {
    fn drop(&mut self) {
        // It may have ended already, which is as well.
        drop(self.process.kill());
        drop(self.process.wait());
    }
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
    let mut verifier = Verifier::start();
    let port = verifier.next()["port"].clone();
    let mut server = installation.start(&[("MAINSTAY_WEBHOOKS__ALLOW_PRIVATE_ADDRESSES", "true")]);
    let mut connection = server.connect();
    let account = json!({"email": "admin@example.org", "password": PASSWORD});
    let session = post(&mut connection, "", "/api/v1/auth/sign-in", &account);
    let token = session["access_token"].as_str().expect("a session has a token");
    let head = format!("authorization: Bearer {token}\r\n");

    let webhook = json!({"url": format!("http://127.0.0.1:{port}/"), "kinds": ["record.created"]});
    let webhook = post(&mut connection, &head, "/api/v1/webhooks", &webhook);
    verifier.tell(&webhook);
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
    verifier.tell(&post(&mut connection, &head, &rotate, &json!({})));
    note(&mut connection, "a note with two signatures");
    let both =
        json!({"title": "a note with two signatures", "verified": [true, true], "changed": [false, false]});
    assert_eq!(verifier.next(), both);

    verifier.tell(&post(
        &mut connection,
        &head,
        &rotate,
        &json!({"overlap_seconds": 0}),
    ));
    note(&mut connection, "a note with the third secret");
    assert_eq!(verifier.next()["verified"], json!([false, false, true]));

    server.terminate();
    server.wait_for_line(|line| line["message"] == "stopped");
    assert!(!server.log_so_far().contains("whsec_"));
}
