//! A handler that does nothing, in a process of its own, asked by the same generator as everything else.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

use super::LimitRow;
use crate::figures::{Figures, Round};
use crate::interrupt::Interrupt;
use crate::load::{Until, drive_one};
use crate::phases::Pace;
use crate::request::Request;
use crate::server::{Server, free_address};
use crate::workloads::Repeating;

/// About as long as a message.
const BODY: &str = r#"{"id":"0197f0a0-5d0b-7c3e-9a51-1f2e3d4c5b6a","version":1,"created_at":"2026-01-31T12:00:00.000000Z","updated_at":"2026-01-31T12:00:00.000000Z","created_by":"0197f0a0-5d0b-7c3e-9a51-1f2e3d4c5b6b","room":"0197f0a0-5d0b-7c3e-9a51-1f2e3d4c5b6c","text":"message 0000000000 of a conversation in which everybody says about as much as people do in a chat"}"#;

/// The body of the subcommand `bare-axum`.
pub(crate) fn serve(address: SocketAddr) -> Result<()> {
    let handler = || async { ([(CONTENT_TYPE, "application/json")], BODY) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await?;
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            // Without it an answer may wait for the acknowledgement of the last one; failing is harmless.
            let _set = stream.set_nodelay(true);
        });
        axum::serve(listener, Router::new().route("/", get(handler))).await?;
        Ok(())
    })
}

pub(super) fn run(scratch: &Path, pace: Pace, interrupt: &Interrupt) -> Result<Vec<LimitRow>> {
    let folder = tempfile::Builder::new().prefix("axum-").tempdir_in(scratch)?;
    let address = free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["bare-axum", "--listen", &address.to_string()]);
    let server = Server::start(
        command,
        address,
        "/",
        &folder.path().join("server.log"),
        interrupt,
    )?;
    let mut workload = Repeating {
        request: Request::get("/").to_bytes(),
        body: BODY,
    };
    let mut rows = Vec::new();
    for connections in [1, 8, 64] {
        let mut rounds = Vec::new();
        drive_one(
            address,
            &mut workload,
            connections,
            Until::Elapsed(pace.warm_up()),
            interrupt,
        )?;
        for _ in 0..pace.rounds {
            let until = Until::Elapsed(pace.round());
            let (load, server_time) =
                server.while_measured(|| drive_one(address, &mut workload, connections, until, interrupt))?;
            rounds.push(Round { load, server_time });
        }
        let limit = format!("axum: a constant answer, {connections} connections");
        rows.push(LimitRow {
            limit,
            figures: Figures::of(&rounds),
        });
    }
    Ok(rows)
}
