//! One row of an answer, whichever database gave it.

use mainstay_core::RecordId;

use crate::db::StoreError;

/// One row of an answer.
#[derive(Debug)]
pub struct Row<'a>(RowOf<'a>);

#[derive(Debug)]
pub(crate) enum RowOf<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

/// One value of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    /// Truth values are 0 and 1.
    Int(i64),
    Real(f64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl<'a> Row<'a> {
    pub(crate) fn new(row: RowOf<'a>) -> Self {
        Self(row)
    }

    pub fn is_null(&self, column: usize) -> Result<bool, StoreError> {
        Ok(matches!(self.cell(column)?, Cell::Null))
    }

    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        match self.cell(column)? {
            Cell::Int(number) => Ok(number),
            other => Err(unexpected("an integer", column, other)),
        }
    }

    pub fn real(&self, column: usize) -> Result<f64, StoreError> {
        match self.cell(column)? {
            Cell::Real(number) => Ok(number),
            other => Err(unexpected("a number", column, other)),
        }
    }

    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        match self.cell(column)? {
            Cell::Text(text) => Ok(text),
            other => Err(unexpected("text", column, other)),
        }
    }

    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        if self.is_null(column)? {
            Ok(None)
        } else {
            self.text(column).map(Some)
        }
    }

    pub fn blob(&self, column: usize) -> Result<&[u8], StoreError> {
        match self.cell(column)? {
            Cell::Blob(bytes) => Ok(bytes),
            other => Err(unexpected("bytes", column, other)),
        }
    }

    pub fn id(&self, column: usize) -> Result<RecordId, StoreError> {
        RecordId::from_slice(self.blob(column)?)
            .ok_or_else(|| StoreError::Corrupt(format!("column {column} is not an id of 16 bytes")))
    }

    pub fn optional_id(&self, column: usize) -> Result<Option<RecordId>, StoreError> {
        if self.is_null(column)? {
            Ok(None)
        } else {
            self.id(column).map(Some)
        }
    }

    /// Every column as text, for tests and diagnosis: bytes as hexadecimal digits, null as `null`.
    pub fn texts(&self) -> Result<Vec<String>, StoreError> {
        (0..self.width())
            .map(|column| {
                Ok(match self.cell(column)? {
                    Cell::Null => "null".to_owned(),
                    Cell::Int(number) => number.to_string(),
                    Cell::Real(number) => number.to_string(),
                    Cell::Text(text) => text.to_owned(),
                    Cell::Blob(bytes) => bytes
                        .iter()
                        .fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
                })
            })
            .collect()
    }

    /// The number of columns.
    pub(crate) fn width(&self) -> usize {
        match &self.0 {
            RowOf::Sqlite(row) => row.as_ref().column_count(),
            RowOf::Postgres(row) => row.len(),
        }
    }

    #[inline]
    pub(crate) fn cell(&self, column: usize) -> Result<Cell<'_>, StoreError> {
        match &self.0 {
            RowOf::Sqlite(row) => crate::db::sqlite_cell(row, column),
            RowOf::Postgres(row) => crate::db::postgres_cell(row, column),
        }
    }
}

fn unexpected(wanted: &str, column: usize, found: Cell<'_>) -> StoreError {
    let found = match found {
        Cell::Null => "null",
        Cell::Int(_) => "an integer",
        Cell::Real(_) => "a number",
        Cell::Text(_) => "text",
        Cell::Blob(_) => "bytes",
    };
    StoreError::Corrupt(format!("column {column} should hold {wanted}, holds {found}"))
}
