//! The rows of a CSV file, which can be read more than once.

use std::io::{Read, Seek};

use csv::{ByteRecord, Position, Reader, ReaderBuilder, StringRecord};

/// An open CSV file.
pub(super) struct Source<R> {
    reader: Reader<R>,
    header: Vec<String>,
    first_row: Position,
    next_number: usize,
    record: ByteRecord,
}

/// A row as the file has it.
pub(super) struct RawRow {
    /// Counts rows from 0.
    pub(super) number: usize,
    pub(super) line: u64,
    /// As many as the header has, or the reason why not.
    pub(super) cells: Result<StringRecord, String>,
}

impl<R: Read + Seek> Source<R> {
    pub(super) fn open(reader: R) -> Result<Self, csv::Error> {
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(reader);
        let header = reader.headers()?.iter().map(str::to_owned).collect();
        let first_row = reader.position().clone();
        Ok(Self {
            reader,
            header,
            first_row,
            next_number: 0,
            record: ByteRecord::new(),
        })
    }

    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    pub(super) fn rewind(&mut self) -> Result<(), csv::Error> {
        self.reader.seek(self.first_row.clone())?;
        self.next_number = 0;
        Ok(())
    }

    pub(super) fn next(&mut self) -> Result<Option<RawRow>, csv::Error> {
        if !self.reader.read_byte_record(&mut self.record)? {
            return Ok(None);
        }
        let number = self.next_number;
        self.next_number += 1;
        let line = self.record.position().map_or(0, Position::line);
        Ok(Some(RawRow {
            number,
            line,
            cells: self.cells(),
        }))
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.reader.position().byte()
    }

    fn cells(&self) -> Result<StringRecord, String> {
        let (cells, wanted) = (self.record.len(), self.header.len());
        if cells != wanted {
            return Err(format!(
                "the row has {cells} cells, the header has {wanted}; is a quote missing?"
            ));
        }
        StringRecord::from_byte_record(self.record.clone()).map_err(|error| {
            let column = self
                .header
                .get(error.utf8_error().field())
                .map_or("", String::as_str);
            format!("{column}: the cell is not UTF-8; convert the file first")
        })
    }
}
