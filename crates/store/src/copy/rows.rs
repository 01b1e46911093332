//! Rows on their way from one database to another.

use mainstay_core::RecordId;
use mainstay_core::migrations::State;

use crate::db::StoreError;
use crate::schema::change::Shaped;
use crate::schema::{SchemaError, catalog, system};
use crate::sql::MovedTable;
use crate::tx::{Bind, Cell, Row, Tx, WriteTx};

/// Rows in a slice at most.
const SLICE_ROWS_MAX: usize = 500;
/// A slice that holds more than this takes no further row; one row has at most 16 MiB.
const SLICE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Values in one statement: its text stays short enough to be kept.
const VALUES_MAX: usize = 800;

/// One value, on no side.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Held {
    Null,
    /// Truth values are 0 and 1.
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    /// What PostgreSQL keeps as a `uuid`.
    Id(RecordId),
}

impl Held {
    fn of(cell: Cell<'_>, is_id: bool) -> Result<Self, StoreError> {
        Ok(match cell {
            Cell::Null => Self::Null,
            Cell::Int(number) => Self::Int(number),
            Cell::Real(number) => Self::Real(number),
            Cell::Text(text) => Self::Text(text.to_owned()),
            Cell::Blob(bytes) if is_id => Self::Id(
                RecordId::from_slice(bytes)
                    .ok_or_else(|| StoreError::Corrupt("an id does not have 16 bytes".to_owned()))?,
            ),
            Cell::Blob(bytes) => Self::Bytes(bytes.to_vec()),
        })
    }

    fn bind(&self) -> Bind<'_> {
        match self {
            Self::Null => Bind::Null,
            Self::Int(number) => Bind::Int(*number),
            Self::Real(number) => Bind::Real(*number),
            Self::Text(text) => Bind::Text(text),
            Self::Bytes(bytes) => Bind::Blob(bytes),
            Self::Id(id) => Bind::Id(id),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
            _ => 16,
        }
    }
}

/// The values of a key.
#[derive(Debug, Clone, PartialEq)]
pub struct Key(Vec<Held>);

/// Rows of a table in the order of its key.
#[derive(Debug, Clone, Default)]
pub struct Slice(Vec<Vec<Held>>);

impl Slice {
    pub fn row_count(&self) -> u64 {
        self.0.len() as u64
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &[Held]> {
        self.0.iter().map(Vec::as_slice)
    }
}

/// How far a target has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Begun {
    pub rows: u64,
    /// Of the last row; `None` when there is no row.
    pub last: Option<Key>,
}

/// A table that moves.
#[derive(Debug)]
pub struct CopiedTable {
    sql: MovedTable,
    /// Which columns hold ids.
    ids: Vec<bool>,
    /// Where the key's columns stand among all.
    key: Vec<usize>,
}

/// All tables that move, as one database has them: those of the state and ours.
pub(super) fn tables(tx: &mut Tx<'_>, state: &State) -> Result<Vec<CopiedTable>, SchemaError> {
    let shaped = Shaped::of(state)?;
    let wanted = shaped.tables(tx.dialect());
    let records = wanted.into_iter().map(|table| (table.sql.name, table.sql.key));
    let ours = system::KEPT.iter().map(|(name, key)| ((*name).to_owned(), *key));
    records
        .chain(ours)
        .map(|(name, key)| CopiedTable::find(tx, name, key))
        .collect()
}

impl CopiedTable {
    fn find(tx: &mut Tx<'_>, name: String, key: &'static [&'static str]) -> Result<Self, SchemaError> {
        let mut columns = catalog::columns(tx, &name)?;
        // The number of the transaction means something in its own database alone.
        columns.retain(|column| (name.as_str(), column.name.as_str()) != ("_journal", "tx"));
        let place = |name: &&str| columns.iter().position(|column| column.name == *name);
        Ok(Self {
            key: key.iter().filter_map(place).collect(),
            ids: columns.iter().map(|column| column.ty == "uuid").collect(),
            sql: MovedTable {
                name,
                columns: columns.into_iter().map(|column| column.name).collect(),
                key,
            },
        })
    }

    /// The table as both sides know it: only PostgreSQL tells an id from other bytes.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        for (id, other_id) in self.ids.iter_mut().zip(&other.ids) {
            *id |= other_id;
        }
        self
    }

    pub fn name(&self) -> &str {
        &self.sql.name
    }

    pub fn count(&self, tx: &mut Tx<'_>) -> Result<u64, StoreError> {
        let rows = tx.query_first(&self.sql.count(), &[], |row| row.int(0))?;
        Ok(rows.map_or(0, i64::unsigned_abs))
    }

    pub fn read_begun(&self, tx: &mut Tx<'_>) -> Result<Begun, StoreError> {
        let last = tx.query_first(&self.sql.select_last_key(), &[], |row| {
            let columns = self.key.iter().enumerate();
            let values = columns.map(|(place, column)| Held::of(row.cell(place)?, self.ids[*column]));
            values.collect::<Result<_, StoreError>>().map(Key)
        })?;
        Ok(Begun {
            rows: self.count(tx)?,
            last,
        })
    }

    /// The rows that come next after a key, or from the beginning; none at the end.
    pub fn read_slice(&self, tx: &mut Tx<'_>, after: Option<&Key>) -> Result<Slice, StoreError> {
        let (sql, binds) = match after {
            None => (self.sql.select_first(SLICE_ROWS_MAX), Vec::new()),
            Some(Key(values)) => (
                self.sql.select_after(SLICE_ROWS_MAX),
                values.iter().map(Held::bind).collect(),
            ),
        };
        let (mut slice, mut bytes) = (Slice::default(), 0);
        let run = tx.query(&sql, &binds, |row| {
            let row = self.read_row(row)?;
            bytes += row.iter().map(Held::bytes).sum::<usize>();
            slice.0.push(row);
            if bytes > SLICE_BYTES_MAX {
                return Err(Stop::Full);
            }
            Ok(())
        });
        match run {
            Ok(()) | Err(Stop::Full) => Ok(slice),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    fn read_row(&self, row: &Row<'_>) -> Result<Vec<Held>, StoreError> {
        let columns = self.ids.iter().enumerate();
        columns
            .map(|(column, is_id)| Held::of(row.cell(column)?, *is_id))
            .collect()
    }

    /// The key of the last row; `None` when there is no row.
    pub fn last_key(&self, slice: &Slice) -> Option<Key> {
        let row = slice.0.last()?;
        Some(Key(self.key.iter().map(|column| row[*column].clone()).collect()))
    }

    pub fn insert(&self, tx: &mut WriteTx<'_>, slice: &Slice) -> Result<(), StoreError> {
        let together = (VALUES_MAX / self.ids.len().max(1)).max(1);
        for part in slice.0.chunks(together) {
            let binds: Vec<Bind<'_>> = part.iter().flatten().map(Held::bind).collect();
            let written = tx.execute(&self.sql.insert(part.len()), &binds)?;
            if written != part.len() {
                let told = format!("{} rows became {written} in {}", part.len(), self.name());
                return Err(StoreError::Corrupt(told));
            }
        }
        Ok(())
    }
}

/// Why no further row is read.
enum Stop {
    Full,
    Failed(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}
