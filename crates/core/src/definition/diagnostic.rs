//! A fault in a definition: the place and the way out.

use std::ops::Range;

/// One file of a definition, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path within the definition's folder, with forward slashes: `collections/rooms.toml`.
    pub path: String,
    pub text: String,
}

/// One fault, with its place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Path of the file within the definition's folder.
    pub path: String,
    /// Bytes of the file's text that are at fault.
    pub span: Range<usize>,
    /// One sentence that says what is wrong.
    pub message: String,
    /// What to do about it, when that is known.
    pub hint: Option<String>,
}

impl SourceFile {
    /// Line and column of a byte, both from 1; the column counts characters.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        position(&self.text, byte)
    }
}

impl Diagnostic {
    /// Line and column of the fault's start, both from 1; the column counts characters.
    pub fn position(&self, text: &str) -> (usize, usize) {
        position(text, self.span.start)
    }
}

fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..floor_char_boundary(text, byte)];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

fn floor_char_boundary(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}
