//! What commands print. Results go to standard output, everything about them to standard error.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Stderr, Stdout, Write as _};

use crate::config::no_color;

/// The way to the terminal.
#[derive(Debug)]
pub(crate) struct Printer {
    out: Stdout,
    err: Stderr,
    color: bool,
    terminal: bool,
}

impl Printer {
    pub(crate) fn new() -> Self {
        let (out, err) = (io::stdout(), io::stderr());
        let terminal = err.is_terminal();
        Self {
            out,
            err,
            color: terminal && !no_color(),
            terminal,
        }
    }

    /// A line of the result.
    pub(crate) fn line(&self, line: impl Display) -> io::Result<()> {
        writeln!(&self.out, "{line}")
    }

    /// The result as it is.
    pub(crate) fn text(&self, text: &str) -> io::Result<()> {
        (&self.out).write_all(text.as_bytes())
    }

    /// A line about what happens.
    pub(crate) fn note(&self, line: impl Display) {
        // Nobody is left to be told that standard error is closed.
        drop(writeln!(&self.err, "{line}"));
    }

    /// A question, whose answer is typed behind it.
    pub(crate) fn prompt(&self, question: impl Display) {
        drop(write!(&self.err, "{question} "));
    }

    pub(crate) fn error(&self, line: impl Display) {
        let (on, off) = if self.color {
            ("\u{1b}[1;31m", "\u{1b}[0m")
        } else {
            ("", "")
        };
        self.note(format_args!("{on}error{off}: {line}"));
    }

    /// Does standard error take colours?
    pub(crate) fn has_color(&self) -> bool {
        self.color
    }

    /// Does somebody watch standard error?
    pub(crate) fn is_watched(&self) -> bool {
        self.terminal
    }
}
