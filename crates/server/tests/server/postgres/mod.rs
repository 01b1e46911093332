//! Several processes on one PostgreSQL server, and servers that stop, hang up, ask for certificates or stand behind a
//! pooler. `.config/one-engine.txt` keeps these tests to the runs that have PostgreSQL.

mod healing;
mod pooler;
mod processes;
mod replicas;
mod stop;
mod tls;

use std::net::SocketAddr;

use serde_json::Value as Json;

use crate::process::connect;

const NOTES_PATH: &str = "/api/v1/records/notes";
const PASSWORD: &str = "correct horse battery";

/// Status and body of an answer; `token` may be empty.
fn ask(address: SocketAddr, method: &str, path: &str, token: &str, body: &str) -> (u16, Json) {
    let head = match token {
        "" => String::new(),
        token => format!("authorization: Bearer {token}\r\n"),
    };
    let answer = connect(address).send(method, path, &head, body);
    let answer = answer.expect("it is answered");
    (
        answer.status,
        serde_json::from_slice(&answer.body).unwrap_or(Json::Null),
    )
}

fn token_of(session: &Json) -> &str {
    session["access_token"].as_str().expect("a session has a token")
}
