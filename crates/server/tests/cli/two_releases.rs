//! Two releases with two shapes on one database, as it is between a migration and its contract.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value as Json, json};

use crate::support::{Folder, Server, address_in};

const RULES: &str = "[rules]\nlist = \"true\"\nread = \"true\"\ncreate = \"true\"\nupdate = \"true\"\n";
const OLD: &str = "[fields.name]\ntype = \"text\"\nrequired = true\n[fields.price]\ntype = \"text\"\n";
const NEW: &str = "[fields.title]\nwas = \"name\"\ntype = \"text\"\nrequired = true\n[fields.price]\ntype = \"decimal\"\n\
    scale = 2\n[fields.tax]\ntype = \"integer\"\nrequired = true\ndefault = 7\n";

/// The application `old`, and `new`, which is one migration ahead of it.
fn two_releases() -> Folder {
    let folder = Folder::new();
    for (name, fields) in [("old", OLD), ("new", OLD)] {
        folder.write(&format!("{name}/mainstay.toml"), "name = \"shop\"\n");
        folder.write(
            &format!("{name}/collections/things.toml"),
            format!("{fields}{RULES}"),
        );
        folder
            .run(&["migrate", "new", "--app", name, "-m", "begin"])
            .assert_done();
    }
    folder.write("new/collections/things.toml", format!("{NEW}{RULES}"));
    folder.run(&["migrate", "new", "--app", "new"]).assert_done();
    folder
}

struct Release {
    server: Server,
    address: String,
}

impl Release {
    fn start(folder: &Folder, app: &str) -> Self {
        let mut server = folder.start(&["serve", "--app", app, "--data", "data"]);
        let line = server.wait_for_err("\"serving\"");
        Self {
            address: address_in(&line).to_owned(),
            server,
        }
    }

    fn send(&self, method: &str, path: &str, body: &Json) -> Json {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        write!(
            stream,
            "{method} /api/v1/records/things{path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 20"), "{answer}");
        serde_json::from_str(body).unwrap()
    }

    /// Creates a thing and gives its id.
    fn create(&self, body: &Json) -> String {
        self.send("POST", "", body)["id"].as_str().unwrap().to_owned()
    }

    /// Some fields of every thing, in the order of their making.
    fn list(&self, fields: &[&str]) -> Vec<Json> {
        let page = self.send("GET", "?sort=created_at", &Json::Null);
        let items = page["items"].as_array().unwrap();
        let only = |item: &Json| fields.iter().map(|field| item[field].clone()).collect();
        items.iter().map(only).collect()
    }
}

fn seen_by_old(release: &Release) -> Vec<Json> {
    release.list(&["name", "price"])
}

fn seen_by_new(release: &Release) -> Vec<Json> {
    release.list(&["title", "price", "tax"])
}

#[test]
fn a_release_is_rolled_back_and_forth_without_going_down() {
    let folder = two_releases();
    let old = Release::start(&folder, "old");
    old.create(&json!({"name": "pen", "price": "1.5"}));
    old.server.stop();

    let new = Release::start(&folder, "new");
    assert_eq!(seen_by_new(&new), [json!(["pen", "1.50", 7])]);
    let ink = new.create(&json!({"title": "ink", "price": "12.00", "tax": 19}));
    new.server.stop();

    // The release before is started again, as it was.
    let old = Release::start(&folder, "old");
    assert_eq!(
        seen_by_old(&old),
        [json!(["pen", "1.5"]), json!(["ink", "12.00"])]
    );
    old.send("PATCH", &format!("/{ink}"), &json!({"price": "13"}));
    old.create(&json!({"name": "gum", "price": "cheap"}));
    old.server.stop();

    let new = Release::start(&folder, "new");
    assert_eq!(
        seen_by_new(&new),
        [
            json!(["pen", "1.50", 7]),
            json!(["ink", "13.00", 19]),
            json!(["gum", null, 7])
        ]
    );
    new.server.stop();
    let status = folder.run(&["migrate", "status", "--app", "old", "--data", "data"]);
    assert!(status.out.contains("ahead"), "{status:?}");

    // After the contract there is no way for it any more.
    folder
        .run(&["migrate", "new", "--app", "new", "--contract", "--yes"])
        .assert_done();
    folder
        .run(&["migrate", "apply", "--app", "new", "--data", "data"])
        .assert_done();
    let refused = folder.run(&["serve", "--app", "old", "--data", "data"]);
    refused.assert_failed();
    assert!(
        refused.err.contains("does not serve this definition"),
        "{refused:?}"
    );
}

#[test]
fn two_releases_serve_at_the_same_time() {
    let folder = two_releases();
    let old = Release::start(&folder, "old");
    old.create(&json!({"name": "pen", "price": "1.5"}));
    let new = Release::start(&folder, "new");
    let ink = new.create(&json!({"title": "ink", "price": "12.00", "tax": 19}));
    assert_eq!(
        seen_by_old(&old),
        [json!(["pen", "1.5"]), json!(["ink", "12.00"])]
    );
    old.send(
        "PATCH",
        &format!("/{ink}"),
        &json!({"price": "13", "name": "red ink"}),
    );
    new.send("PATCH", &format!("/{ink}"), &json!({"tax": 0}));
    old.create(&json!({"name": "gum", "price": "cheap"}));
    assert_eq!(
        seen_by_new(&new),
        [
            json!(["pen", "1.50", 7]),
            json!(["red ink", "13.00", 0]),
            json!(["gum", null, 7])
        ]
    );
    old.server.stop();
    new.server.stop();
}
