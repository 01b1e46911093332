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
    durability: Durability,
    /// The address of a PostgreSQL database; without it the data is in a file.
    database: Option<String>,
}

impl Mainstay {
    pub(crate) fn at(binary: PathBuf, durability: Durability) -> Self {
        Self {
            binary,
            durability,
            database: None,
        }
    }

    /// On this PostgreSQL database.
    pub(crate) fn on(mut self, database: String) -> Self {
        self.database = Some(database);
        self
    }

    /// Builds the binary beside this one.
    pub(crate) fn build(durability: Durability) -> Result<Self> {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--release", "--quiet", "--package", "mainstay"]);
        cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
        let status = cargo.status().context("cargo could not be started")?;
        ensure!(status.success(), "the mainstay binary could not be built");
        let binary = std::env::current_exe()?.with_file_name("mainstay");
        ensure!(
            binary.exists(),
            "no mainstay binary beside this one; name it with --mainstay"
        );
        Ok(Self::at(binary, durability))
    }
}

impl Target for Mainstay {
    fn name(&self) -> &'static str {
        if self.database.is_some() {
            "Mainstay on PostgreSQL"
        } else {
            "Mainstay"
        }
    }

    fn serve(&self, data: &Path, address: SocketAddr) -> Command {
        let mut command = Command::new(&self.binary);
        command.args([
            "serve",
            "--app",
            concat!(env!("CARGO_MANIFEST_DIR"), "/app"),
            "--data",
        ]);
        command.arg(data).args(["--listen", &address.to_string()]);
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
}
