//! The database to adopt.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use mainstay_store::{Foreign, Place, Postgres};

/// Opens the database for reading. Errors do not repeat an address, which may have a password in it.
pub(super) fn open(text: &str) -> Result<Foreign> {
    let place = parse(text)?;
    Foreign::open(&place).context("the source cannot be opened")
}

fn parse(text: &str) -> Result<Place> {
    if let Some(url) = postgres_url(text) {
        let server = Postgres::parse(&url).context(
            "the source must be a SQLite file or an address such as postgres://user:password@host/name",
        )?;
        return Ok(Place::Postgres(Box::new(server.with_connections(1))));
    }
    // As SQLAlchemy and Django write it: three strokes before a path, four before one from the root.
    let path = text
        .strip_prefix("sqlite:///")
        .or_else(|| text.strip_prefix("sqlite:"))
        .unwrap_or(text);
    ensure!(
        !path.contains("://"),
        "the source must be a SQLite file or an address such as postgres://user:password@host/name"
    );
    let path = Path::new(path);
    ensure!(path.is_file(), "there is no file {}", path.display());
    Ok(Place::Sqlite(path.to_owned()))
}

/// The address without the driver that may stand in it: `postgresql+psycopg://...`.
fn postgres_url(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let plain = scheme.split('+').next().unwrap_or_default();
    ["postgres", "postgresql"]
        .contains(&plain)
        .then(|| format!("{plain}://{rest}"))
}
