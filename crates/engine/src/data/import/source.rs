//! The rows of a CSV file, which can be read more than once.

use std::io::{BufRead as _, BufReader, Read, Seek};

use csv::{ByteRecord, Position, Reader, ReaderBuilder, StringRecord};

/// An open CSV file.
pub(super) struct Source<R> {
    reader: Reader<R>,
    header: Vec<String>,
    first_row: Position,
    /// Lines to add to what the reader counts.
    lines_behind: u64,
    next_number: usize,
    record: ByteRecord,
}

/// A row as the file has it.
pub(super) struct RawRow {
    /// Counts rows from 0.
    pub(super) number: usize,
    /// Where the row starts, or the empty lines in front of it.
    pub(super) line: u64,
    /// As many as the header has, or the reason why not.
    pub(super) cells: Result<StringRecord, String>,
}

impl<R: Read + Seek> Source<R> {
    pub(super) fn open(mut reader: R) -> Result<Self, csv::Error> {
        // The reader ends a row at the first character of CR LF and counts the line at the second, after the row's start.
        let lines_behind = u64::from(ends_lines_with_cr_lf(&mut reader)?);
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(reader);
        let header = reader.headers()?.iter().map(str::to_owned).collect();
        let first_row = reader.position().clone();
        Ok(Self {
            reader,
            header,
            first_row,
            lines_behind,
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
        let line = self.record.position().map_or(0, Position::line) + self.lines_behind;
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

fn ends_lines_with_cr_lf(reader: &mut (impl Read + Seek)) -> std::io::Result<bool> {
    /// A header that is longer has bigger problems.
    const HEADER_BYTES_MAX: u64 = 65_536;
    let mut line = Vec::new();
    BufReader::new(reader.by_ref().take(HEADER_BYTES_MAX)).read_until(b'\n', &mut line)?;
    reader.rewind()?;
    Ok(line.ends_with(b"\r\n"))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn rows(text: &str) -> Vec<(usize, u64, Result<Vec<String>, String>)> {
        let mut source = Source::open(Cursor::new(text.to_owned())).unwrap();
        let mut rows = Vec::new();
        // Twice, as an import reads a file whose rows refer to each other.
        for _ in 0..2 {
            rows.clear();
            source.rewind().unwrap();
            while let Some(row) = source.next().unwrap() {
                let cells = row.cells.map(|cells| cells.iter().map(str::to_owned).collect());
                rows.push((row.number, row.line, cells));
            }
        }
        rows
    }

    fn cells(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn rows_know_their_lines_whatever_ends_them() {
        let unix = "a,b\n1,2\n\"x\ny\",3\n5,6\n";
        let wanted = [
            (0, 2, Ok(cells(&["1", "2"]))),
            (1, 3, Ok(cells(&["x\ny", "3"]))),
            (2, 5, Ok(cells(&["5", "6"]))),
        ];
        assert_eq!(rows(unix), wanted);
        let windows = unix.replace('\n', "\r\n");
        let lines: Vec<u64> = rows(&windows).iter().map(|row| row.1).collect();
        assert_eq!(lines, [2, 3, 5]);
    }

    #[test]
    fn a_mark_in_front_of_the_header_is_no_part_of_it() {
        let source = Source::open(Cursor::new("\u{feff}a,b\n")).unwrap();
        assert_eq!(source.header(), ["a", "b"]);
    }

    #[test]
    fn rows_of_another_length_are_faulty() {
        let found = rows("a,b\n1\n1,2\n");
        assert!(
            found[0]
                .2
                .as_ref()
                .unwrap_err()
                .contains("1 cells, the header has 2")
        );
        assert_eq!(found[1].2, Ok(cells(&["1", "2"])));
    }

    #[test]
    fn cells_are_utf_8() {
        let mut source = Source::open(Cursor::new(b"a,b\n1,\xff\n".to_vec())).unwrap();
        let row = source.next().unwrap().unwrap();
        assert_eq!(
            row.cells.unwrap_err(),
            "b: the cell is not UTF-8; convert the file first"
        );
    }
}
