//! The rows of a foreign table, slice by slice in the order of its key.

use crate::db::StoreError;
use crate::sql::Dialect;
use crate::tx::{Bind, Cell, Row, Tx};

/// Rows in a slice at most.
const SLICE_ROWS_MAX: usize = 500;
/// A slice that holds more than this takes no further row.
const SLICE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// One value as the source gives it. PostgreSQL gives texts.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceValue {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl SourceValue {
    fn of(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Int(number) => Self::Int(number),
            Cell::Real(number) => Self::Real(number),
            Cell::Text(text) => Self::Text(text.to_owned()),
            Cell::Blob(bytes) => Self::Bytes(bytes.to_vec()),
        }
    }

    fn bind(&self) -> Bind<'_> {
        match self {
            Self::Null => Bind::Null,
            Self::Int(number) => Bind::Int(*number),
            Self::Real(number) => Bind::Real(*number),
            Self::Text(text) => Bind::Text(text),
            Self::Bytes(bytes) => Bind::Blob(bytes),
        }
    }

    /// The value as a text, the same for equal values of a column and of those that refer to it; `None` for null.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Int(number) => Some(number.to_string()),
            Self::Real(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Bytes(bytes) => Some(
                bytes
                    .iter()
                    .fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
            ),
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

/// A column and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceReference {
    pub column: String,
    pub to_table: String,
    pub to_column: String,
}

/// What to read of a table.
#[derive(Debug, Clone)]
pub struct RowReader {
    /// The schema; none in SQLite.
    pub schema: Option<String>,
    pub table: String,
    pub key: Vec<String>,
    pub columns: Vec<String>,
    pub references: Vec<SourceReference>,
}

/// A row: its key, its columns, and for each reference whether there is what it leads to (also where it is null).
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRow {
    pub key: Vec<SourceValue>,
    pub values: Vec<SourceValue>,
    pub leads: Vec<bool>,
}

impl RowReader {
    /// All rows of the table, and those whose key has a null in it: such a row has no name that stays.
    pub fn count(&self, tx: &mut Tx<'_>) -> Result<(u64, u64), StoreError> {
        let with_key = format!(
            "SELECT count(*), count(CASE WHEN {} THEN 1 END) FROM {}",
            self.key_is_there(),
            self.target(&self.table)
        );
        let counts = tx.query_first(&with_key, &[], |row| {
            Ok::<_, StoreError>((row.int(0)?, row.int(1)?))
        })?;
        let (all, keyed) = counts.unwrap_or_default();
        Ok((all.unsigned_abs(), (all - keyed).unsigned_abs()))
    }

    /// The rows that come next after a key, or from the beginning; none at the end.
    pub fn read_slice(
        &self,
        tx: &mut Tx<'_>,
        after: Option<&[SourceValue]>,
    ) -> Result<Vec<SourceRow>, StoreError> {
        let sql = self.select(tx.dialect(), after.is_some());
        let binds: Vec<Bind<'_>> = after.unwrap_or_default().iter().map(SourceValue::bind).collect();
        let (mut rows, mut bytes) = (Vec::new(), 0);
        let run = tx.query(&sql, &binds, |row| {
            let row = self.read(row)?;
            bytes += row.values.iter().map(SourceValue::bytes).sum::<usize>();
            rows.push(row);
            if bytes > SLICE_BYTES_MAX {
                return Err(Stop::Full);
            }
            Ok(())
        });
        match run {
            Ok(()) | Err(Stop::Full) => Ok(rows),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    fn read(&self, row: &Row<'_>) -> Result<SourceRow, StoreError> {
        let (keys, columns) = (self.key.len(), self.columns.len());
        let value = |place: usize| Ok::<_, StoreError>(SourceValue::of(row.cell(place)?));
        Ok(SourceRow {
            key: (0..keys).map(value).collect::<Result<_, _>>()?,
            values: (keys..keys + columns).map(value).collect::<Result<_, _>>()?,
            leads: (0..self.references.len())
                .map(|place| Ok(row.int(keys + columns + place)? == 1))
                .collect::<Result<_, StoreError>>()?,
        })
    }

    fn select(&self, dialect: Dialect, after: bool) -> String {
        let own = |name: &String| match dialect {
            Dialect::Sqlite => format!("t.{}", quoted(name)),
            Dialect::Postgres => format!("t.{}::text", quoted(name)),
        };
        let leads = |reference: &SourceReference| {
            let column = quoted(&reference.column);
            format!(
                "(t.{column} IS NULL OR EXISTS (SELECT 1 FROM {} AS o WHERE o.{} = t.{column}))",
                self.target(&reference.to_table),
                quoted(&reference.to_column),
            )
        };
        let key = self.key.iter().map(|name| format!("t.{}", quoted(name)));
        let key = key.collect::<Vec<_>>().join(", ");
        let outputs = self.key.iter().chain(&self.columns).map(own);
        let outputs: Vec<String> = outputs.chain(self.references.iter().map(leads)).collect();
        let behind = if after {
            let places = (1..=self.key.len()).map(|place| format!("?{place}"));
            format!(" AND ({key}) > ({})", places.collect::<Vec<_>>().join(", "))
        } else {
            String::new()
        };
        format!(
            "SELECT {} FROM {} AS t WHERE {}{behind} ORDER BY {key} LIMIT {SLICE_ROWS_MAX}",
            outputs.join(", "),
            self.target(&self.table),
            self.key_is_there(),
        )
    }

    fn key_is_there(&self) -> String {
        let parts = self
            .key
            .iter()
            .map(|name| format!("{} IS NOT NULL", quoted(name)));
        parts.collect::<Vec<_>>().join(" AND ")
    }

    fn target(&self, table: &str) -> String {
        match &self.schema {
            None => quoted(table),
            Some(schema) => format!("{}.{}", quoted(schema), quoted(table)),
        }
    }
}

/// The one name here that no type has checked: it comes from the source itself.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
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
