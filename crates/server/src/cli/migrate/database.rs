//! The database that migrations are about, opened as it is.

use anyhow::{Context as _, Result};
use mainstay_core::migrations::History;
use mainstay_core::{IdSource, RecordId};
use mainstay_engine::migrations::{Event, Migrator, ROWS_SMALL};
use mainstay_store::{Db, StoreError};
use tokio::runtime::Runtime;

use crate::data_folder::DataLock;
use crate::migrations::read_history;
use crate::opening::{Place, take_folder};
use crate::outside::{SystemChance, SystemClock};
use crate::serving;

/// A database and the migrations of its application.
pub(super) struct Opened {
    pub(super) history: History,
    pub(super) runtime: Runtime,
    pub(super) db: Db,
    holder: RecordId,
    _lock: DataLock,
}

pub(super) fn open(place: &Place, command: &str) -> Result<Opened> {
    let history = read_history(&place.app)?;
    let config = place.load_config(Vec::new())?;
    let data = place.data();
    let lock = take_folder(&place.app, &data, command, config.database.is_shared())?;
    let db = Db::open(&config.database.place(&data), &config.database.options(), |_| {
        Ok::<(), StoreError>(())
    });
    Ok(Opened {
        history,
        runtime: serving::start_runtime()?,
        db: db.with_context(|| format!("the database of {} cannot be opened", data.display()))?,
        holder: IdSource::default().next(&SystemClock, &SystemChance::new()),
        _lock: lock,
    })
}

impl Opened {
    pub(super) fn migrator<'m>(&'m self, watch: &'m (dyn Fn(&Event) + Sync)) -> Migrator<'m> {
        Migrator {
            db: &self.db,
            clock: &SystemClock,
            holder: self.holder,
            watch,
            rows_small: ROWS_SMALL,
        }
    }
}
