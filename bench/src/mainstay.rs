//! Mainstay, serving the definition in `app/`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::client::{Client, text_at};
use crate::request::{Request, percent_encode};
use crate::target::{PASSWORD, Target, User};

/// How many of the acknowledged writes survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Durability {
    /// All of them: the default of Mainstay.
    Full,
    /// Perhaps not the last ones: what PocketBase does.
    Normal,
}

#[derive(Debug)]
pub(crate) struct Mainstay {
    binary: PathBuf,
    /// The folder of the application.
    app: PathBuf,
    durability: Durability,
    /// The address of a PostgreSQL database; without it the data is in a file.
    database: Option<String>,
    name: &'static str,
}

/// Leaves the journal out, for comparison alone.
const WITHOUT_JOURNAL: &str = "--cfg mainstay_without_journal";

impl Mainstay {
    pub(crate) fn at(binary: PathBuf, durability: Durability) -> Self {
        Self {
            binary,
            app: concat!(env!("CARGO_MANIFEST_DIR"), "/app").into(),
            durability,
            database: None,
            name: "Mainstay",
        }
    }

    /// Another application.
    pub(crate) fn serving(self, app: &Path) -> Self {
        Self {
            app: app.to_owned(),
            ..self
        }
    }

    pub(crate) fn app(&self) -> &Path {
        &self.app
    }

    pub(crate) fn binary(&self) -> &Path {
        &self.binary
    }

    /// On this PostgreSQL database.
    pub(crate) fn on(mut self, database: String) -> Self {
        self.database = Some(database);
        self.name = "Mainstay on PostgreSQL";
        self
    }

    /// Builds the binary beside this one.
    pub(crate) fn build(durability: Durability) -> Result<Self> {
        build(|_| {})?;
        let binary = std::env::current_exe()?.with_file_name("mainstay");
        ensure!(
            binary.exists(),
            "no mainstay binary beside this one; name it with --mainstay"
        );
        Ok(Self::at(binary, durability))
    }

    /// The same without its journal: this binary, or one that is built below `scratch`.
    pub(crate) fn without_journal(
        binary: Option<&Path>,
        durability: Durability,
        scratch: &Path,
    ) -> Result<Self> {
        let folder = scratch.join("without-journal");
        if binary.is_none() {
            build(|cargo| {
                cargo
                    .arg("--target-dir")
                    .arg(&folder)
                    .env("RUSTFLAGS", WITHOUT_JOURNAL);
            })?;
        }
        let binary = binary.map_or_else(|| folder.join("release/mainstay"), Path::to_owned);
        Ok(Self {
            name: "Mainstay without its journal",
            ..Self::at(binary, durability)
        })
    }
}

fn build(adapt: impl FnOnce(&mut Command)) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--quiet", "--package", "mainstay"]);
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    adapt(&mut cargo);
    let status = cargo.status().context("cargo could not be started")?;
    ensure!(status.success(), "the mainstay binary could not be built");
    Ok(())
}

impl Target for Mainstay {
    fn name(&self) -> &'static str {
        self.name
    }

    fn serve(&self, data: &Path, address: SocketAddr) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(["serve", "--app"]).arg(&self.app);
        command
            .arg("--data")
            .arg(data)
            .args(["--listen", &address.to_string()]);
        if let Some(database) = &self.database {
            command.env("MAINSTAY_DATABASE__URL", database);
        }
        if self.durability == Durability::Normal {
            command.env("MAINSTAY_DATABASE__DURABILITY", "normal");
        }
        command
    }

    fn health_path(&self) -> &'static str {
        "/livez"
    }

    fn prepare(&self, _data: &Path) -> Result<()> {
        Ok(())
    }

    /// The folder `app/` says it all.
    fn define(&self, _client: &mut Client) -> Result<()> {
        Ok(())
    }

    fn sign_up(&self, client: &mut Client, email: &str) -> Result<User> {
        let body = json!({ "email": email, "password": PASSWORD }).to_string();
        let session = client.json(Request::post("/api/v1/auth/sign-up", &body), 201)?;
        Ok(User {
            id: text_at(&session["user"], "id")?.to_owned(),
            email: email.to_owned(),
            authorization: format!("Bearer {}", text_at(&session, "access_token")?),
        })
    }

    fn sign_in(&self, email: &str) -> Vec<u8> {
        let body = json!({ "email": email, "password": PASSWORD }).to_string();
        Request::post("/api/v1/auth/sign-in", &body).to_bytes()
    }

    fn records_path(&self, collection: &str) -> String {
        format!("/api/v1/records/{collection}")
    }

    fn newest_path(&self, room: &str, limit: usize) -> String {
        let filter = percent_encode(&format!("room == \"{room}\""));
        format!("/api/v1/records/messages?filter={filter}&sort=-id&limit={limit}")
    }

    fn count_path(&self) -> String {
        "/api/v1/records/messages?limit=1&count=true".to_owned()
    }

    fn count_in(&self, answer: &Value) -> Option<u64> {
        answer["count"].as_u64()
    }

    fn created(&self) -> u16 {
        201
    }

    fn refused(&self) -> u16 {
        403
    }

    fn follow(&self, user: &User) -> Vec<u8> {
        let head = "GET /api/v1/realtime HTTP/1.1\r\nHost: bench\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
                    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        format!("{head}Authorization: {}\r\n\r\n", user.authorization).into_bytes()
    }

    fn follow_begins(&self) -> &'static str {
        "\"ready\""
    }

    /// A frame of a client is masked (RFC 6455, 5.3); with zeros it stays as it is.
    fn follow_messages(&self, _user: &User, _answer: &[u8], _address: SocketAddr) -> Result<Option<Vec<u8>>> {
        let message = r#"{"type":"subscribe","id":"m","to":"records","collection":"messages"}"#;
        let length = u8::try_from(message.len())?;
        ensure!(length < 126, "a short frame has one byte for its length");
        let mut frame = vec![0x81, 0x80 | length, 0, 0, 0, 0];
        frame.extend_from_slice(message.as_bytes());
        Ok(Some(frame))
    }

    fn follow_begun(&self) -> Option<&'static str> {
        Some("\"subscribed\"")
    }
}
