//! How long `mainstay audit verify` takes for a large journal: one million messages, written through the API, each with
//! its entry, and sealed by the server that took them.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;

use crate::client::Client;
use crate::figures::median;
use crate::interrupt::Interrupt;
use crate::mainstay::Mainstay;
use crate::pages::{fill, make_rooms};
use crate::site::Place;

/// How often it is timed.
const SAMPLES: usize = 5;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Audit {
    pub(crate) messages: u32,
    /// Of the whole command, from the start of the process to its end.
    pub(crate) median_s: f64,
    pub(crate) longest_s: f64,
}

pub(crate) fn run(mainstay: &Mainstay, place: &Place, messages: u32, interrupt: &Interrupt) -> Result<Audit> {
    let server = place.start_first(interrupt)?;
    let mut client = Client::connect(server.address)?;
    let user = place.target.sign_up(&mut client, "writer@example.com")?;
    let rooms = make_rooms(&*place.target, &mut client, &user)?;
    fill(server.address, &user, &rooms, messages, interrupt)?;
    // What waits for its seal is sealed before the process ends.
    server.stop()?;
    let mut seconds = Vec::with_capacity(SAMPLES);
    for _ in 0..SAMPLES {
        interrupt.check()?;
        seconds.push(verify(mainstay, &place.data(), messages)?);
    }
    Ok(Audit {
        messages,
        longest_s: seconds.iter().copied().fold(0.0, f64::max),
        median_s: median(seconds),
    })
}

/// The check must have looked at an entry for each message, and at no fewer.
fn verify(mainstay: &Mainstay, data: &Path, messages: u32) -> Result<f64> {
    let mut command = Command::new(mainstay.binary());
    command.args(["audit", "verify", "--app"]).arg(mainstay.app());
    command.arg("--data").arg(data);
    let began = Instant::now();
    let output = command
        .output()
        .with_context(|| format!("{command:?} could not be started"))?;
    let seconds = began.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let entries: Option<u32> = said.split(' ').next().and_then(|count| count.parse().ok());
    ensure!(
        entries.is_some_and(|entries| entries >= messages) && said.contains("; 0 are not sealed yet"),
        "not every entry was checked: {said}"
    );
    Ok(seconds)
}
